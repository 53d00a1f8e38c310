//! Whether a whole history of one key can be explained, by search in depth.

use super::antichain::{Antichain, Stage};
use super::configuration::{Configuration, Ghost, Open, Scene, Tick};
use super::history::{Action, Answer, Operation};
use super::returning::Returning;
use alloc::vec::Vec;

/// The search for an order of one key's operations, which can be interrupted.
///
/// It is Wing and Gong's (1993), in Lowe's form (2017): it goes from return to return, remembers
/// with which configurations it came to each, and does not go on from one that an earlier one
/// dominates. Nothing in it calls itself.
#[derive(Debug)]
pub(super) struct Search {
    events: Vec<Event>,
    ghosts: Vec<Ghost>,
    /// Configurations to go on from, and how many events are behind each.
    stack: Vec<(usize, Stage, Configuration)>,
    /// For each event those with which the search came to it.
    seen: Vec<Antichain>,
    /// How many events are behind `open`.
    at: usize,
    open: Vec<Open>,
    /// The event that no configuration has passed yet.
    furthest: usize,
}

/// Something that happens to an operation that returns.
#[derive(Clone, Copy, Debug)]
struct Event {
    tick: Tick,
    open: Open,
    /// The answer, if this is the return.
    answer: Option<Answer>,
    /// The operation's position in what the search was made of.
    operation: usize,
}

impl Search {
    /// A search through operations of one key. Of each that does not count only what it did is
    /// left: it may have taken effect at any time or never.
    pub(super) fn new(operations: &[&Operation], counts: &dyn Fn(usize) -> bool) -> Search {
        // A call at the moment of a return may have been before it.
        let mut moments: Vec<(u64, bool, usize)> = Vec::new();
        let mut ghosts = Vec::new();
        for (at, operation) in operations.iter().enumerate() {
            if !counts(at) {
                ghosts.extend((0..operation.copies.max(1)).map(|_| (operation.action, 0)));
                continue;
            }
            moments.push((operation.called, false, at));
            if let Some((returned, _)) = operation.returned {
                moments.push((returned.max(operation.called), true, at));
            }
        }
        moments.sort_unstable();
        let mut calls: Vec<Tick> = alloc::vec![0; operations.len()];
        let mut events = Vec::new();
        for (tick, &(_, is_return, at)) in (1..).zip(&moments) {
            let Operation { action, returned, copies, .. } = *operations[at];
            let known = returned.map(|(_, answer)| answer);
            if is_return {
                let open = Open { called: calls[at], action, known };
                events.push(Event { tick, open, answer: known, operation: at });
                continue;
            }
            calls[at] = tick;
            let open = Open { called: tick, action, known };
            if known.is_some() {
                events.push(Event { tick, open, answer: None, operation: at });
            }
            let others = copies.max(1) - u32::from(known.is_some());
            ghosts.extend((0..others).map(|_| (action, tick)));
        }
        ghosts.retain(|&(action, _)| action != Action::Get);
        let ghosts = named(ghosts);
        let seen = (0..=events.len()).map(|_| Antichain::default()).collect();
        let stack = alloc::vec![(0, Stage::Arrived, Configuration::new())];
        Search { events, ghosts, stack, seen, at: 0, open: Vec::new(), furthest: 0 }
    }

    /// Goes on for so many steps, and a few more; says whether the history can be explained once
    /// it is known.
    pub(super) fn run(&mut self, steps: &mut u64) -> Option<bool> {
        while *steps > 0 {
            let Some((behind, stage, from)) = self.stack.pop() else { return Some(false) };
            let mut work = self.go_to(behind);
            let Some(event) = self.next_return() else { return Some(true) };
            let position = self.at;
            self.furthest = self.furthest.max(position);
            let (mut past, mut more) = (Vec::new(), Vec::new());
            let scene = Scene { now: event.tick, open: &self.open, ghosts: &self.ghosts };
            let answer = event.answer.unwrap_or(Answer::Done);
            Returning { open: event.open, answer }.follow(
                scene,
                (stage, &from),
                &mut |_, way| past.push(way),
                &mut |stage, way| more.push((stage, way)),
            );
            // What is on top is looked at first: that which needs fewest to take effect.
            for (stage, way) in more.into_iter().rev() {
                if self.seen[position].add(stage, &way, &mut work) {
                    self.stack.push((position, stage, way));
                }
            }
            self.pass(event);
            work += (self.open.len() / 4 + self.ghosts.len() / 16) as u64;
            for mut way in past.into_iter().rev() {
                way.tidy(Scene { now: event.tick, open: &self.open, ghosts: &self.ghosts });
                way.exchange_ghosts(&self.ghosts);
                if self.seen[position + 1].add(Stage::Arrived, &way, &mut work) {
                    self.stack.push((position + 1, Stage::Arrived, way));
                }
            }
            *steps = steps.saturating_sub(work + 1);
        }
        None
    }

    /// The operation whose return nothing passed.
    pub(super) fn last(&self) -> Option<usize> {
        self.events.get(self.furthest).map(|event| event.operation)
    }

    /// Makes `open` what it is behind so many events.
    fn go_to(&mut self, behind: usize) -> u64 {
        let work = self.at.abs_diff(behind) as u64 / 8;
        while self.at > behind {
            self.at -= 1;
            let Event { open, answer, .. } = self.events[self.at];
            match answer {
                None => self.open.retain(|other| other.called != open.called),
                Some(_) => self.open.push(open),
            }
        }
        while self.at < behind {
            self.pass(self.events[self.at]);
        }
        work
    }

    /// Passes calls up to the next return.
    fn next_return(&mut self) -> Option<Event> {
        loop {
            let event = *self.events.get(self.at)?;
            if event.answer.is_some() {
                return Some(event);
            }
            self.pass(event);
        }
    }

    fn pass(&mut self, event: Event) {
        self.at += 1;
        match event.answer {
            None => self.open.push(event.open),
            Some(_) => self.open.retain(|other| other.called != event.open.called),
        }
    }
}

/// Ghosts with names in the order of their calls, in the order of their actions.
fn named(mut ghosts: Vec<(Action, Tick)>) -> Vec<Ghost> {
    ghosts.sort_unstable_by_key(|&(_, called)| called);
    let name = |(id, (action, called))| Ghost { action, called, id };
    let mut ghosts: Vec<Ghost> = (0..).zip(ghosts).map(name).collect();
    ghosts.sort_unstable_by_key(|ghost| (ghost.action, ghost.called, ghost.id));
    ghosts
}
