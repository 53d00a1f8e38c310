//! The script at work: which line happens when, and what it does.

use super::place::Place;
use super::record::Happening;
use super::script::{Action, Fact, Messages, RoleName, Script, Target, When};
use super::world::{Watch, World};
use crate::raft::Input;
use crate::time::Instant;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Which lines are still to come. Lines are named by their position in the script.
#[derive(Clone, Debug, Default)]
pub(super) struct Director {
    /// Lines with a known time, the next one last.
    due: Vec<(Instant, usize)>,
    /// Lines that wait for a fact, in the order of the text, with the number of records that
    /// there were when they began to wait.
    waiting: Vec<(usize, u64)>,
    /// How many records there were before the event in progress.
    recorded: u64,
    /// Which lines have happened.
    performed: Vec<bool>,
}

impl Director {
    pub(super) fn new(script: &Script) -> Director {
        let performed = alloc::vec![false; script.lines.len()];
        let mut director = Director { performed, ..Director::default() };
        for (at, line) in script.lines.iter().enumerate() {
            match &line.when {
                When::At(time) | When::Every { from: time, .. } => director.plan(*time, at),
                When::On(_) => director.waiting.push((at, 0)),
                When::Then(_) | When::After(_) | When::AtEnd => {}
            }
        }
        director
    }

    pub(super) fn next_at(&self) -> Option<Instant> {
        self.due.last().map(|&(time, _)| time)
    }

    fn plan(&mut self, time: Instant, line: usize) {
        let place = self.due.partition_point(|&due| due > (time, line));
        self.due.insert(place, (time, line));
    }

    fn wait(&mut self, line: usize, recorded: u64) {
        let place = self.waiting.partition_point(|&(other, _)| other < line);
        self.waiting.insert(place, (line, recorded));
    }
}

impl World {
    /// Goes on with another script that says the same up to this moment. `moved` tells where a
    /// line of the old script stands in the new one, if it is still there; Lines keep their
    /// order. `added` is a line at a time, this moment or later.
    pub fn follow(
        &mut self,
        script: Arc<Script>,
        moved: &dyn Fn(usize) -> Option<usize>,
        added: Option<(Instant, usize)>,
    ) {
        let director = &mut self.director;
        director.due.retain_mut(|due| moved(due.1).map(|to| due.1 = to).is_some());
        director.waiting.retain_mut(|line| moved(line.0).map(|to| line.0 = to).is_some());
        director.due.retain(|&(time, line)| match script.lines.get(line).map(|line| &line.when) {
            Some(When::Every { to, .. }) => time <= *to,
            _ => true,
        });
        let mut performed = alloc::vec![false; script.lines.len()];
        for (line, _) in director.performed.iter().enumerate().filter(|(_, done)| **done) {
            if let Some(to) = moved(line) {
                performed[to] = true;
            }
        }
        director.performed = performed;
        if let Some((time, line)) = added {
            director.plan(time, line);
        }
        self.script = script;
        self.plan_next();
    }

    /// Whether a line has happened, at least once.
    pub fn has_performed(&self, line: usize) -> bool {
        self.director.performed.get(line).copied().unwrap_or(false)
    }

    pub(super) fn perform_due_line(&mut self) {
        let Some((time, line)) = self.director.due.pop() else { return };
        let script = self.script.clone();
        if let Some(When::Every { period, to, .. }) = script.lines.get(line).map(|l| &l.when) {
            let next = time + *period;
            if next <= *to {
                self.director.plan(next, line);
            }
        }
        self.perform(line);
    }

    /// Lets every line happen whose fact holds, the first of the text first, until none does.
    pub(super) fn fire_triggers(&mut self, watch: Watch<'_>) {
        if !self.director.waiting.is_empty() {
            let script = self.script.clone();
            while let Some(at) = self.next_trigger(&script) {
                let (line, _) = self.director.waiting.remove(at);
                self.perform(line);
                self.settle(watch);
            }
        }
        self.director.recorded += self.event.records.len() as u64;
    }

    fn next_trigger(&self, script: &Script) -> Option<usize> {
        self.director.waiting.iter().position(|&(line, since)| {
            let seen = since.saturating_sub(self.director.recorded) as usize;
            let just_now = self.event.records.get(seen..).unwrap_or(&[]);
            match script.lines.get(line).map(|line| &line.when) {
                Some(When::On(fact) | When::Then(fact)) => self.holds(fact, just_now) == Some(true),
                _ => false,
            }
        })
    }

    /// A line happens, and the line below may begin to wait for its turn.
    fn perform(&mut self, at: usize) {
        let script = self.script.clone();
        let Some(line) = script.lines.get(at) else { return };
        let is_first = !self.has_performed(at);
        if let Some(performed) = self.director.performed.get_mut(at) {
            *performed = true;
        }
        self.record(Happening::Performed { line: at });
        if !self.act(at, &line.what) {
            self.record(Happening::NothingFits { line: at });
        }
        // What follows a line that repeats follows its first time.
        if !is_first {
            return;
        }
        let recorded = self.director.recorded + self.event.records.len() as u64;
        match script.lines.get(at + 1).map(|next| &next.when) {
            Some(When::Then(_)) => self.director.wait(at + 1, recorded),
            Some(When::After(delay)) => self.director.plan(self.now + *delay, at + 1),
            _ => {}
        }
    }

    /// Does what a line says; whether there was something to do it to.
    pub(super) fn act(&mut self, line: usize, action: &Action) -> bool {
        match action {
            Action::Crash(target) => self.on_server(*target, World::crash),
            Action::Restart(target) => self.on_server(*target, World::restart),
            Action::Pause(target) => self.on_server(*target, World::pause),
            Action::Resume(target) => self.on_server(*target, World::resume),
            Action::Wipe(target) => self.on_server(*target, World::wipe),
            Action::Timeout(target) => self.on_server(*target, |world, at| {
                let is_up = world.servers[at].is_up();
                if is_up {
                    world.tell(at, Input::Timeout);
                }
                is_up
            }),
            Action::Sync(target) => self.on_server(*target, World::sync),
            Action::SyncFirst(target) => self.on_server(*target, World::sync_first),
            Action::Fail(target) => self.on_server(*target, World::fail),
            Action::Corrupt { target, record } => {
                self.find(*target).is_some_and(|at| self.corrupt(at, *record))
            }
            Action::Snapshot(target) => self.on_server(*target, World::take_snapshot),
            Action::Forget(target) => self.on_server(*target, World::forget_leader),
            Action::Change { change, on } => self.change(change, *on),
            Action::Transfer { to, on } => self.transfer(*to, *on),
            Action::Isolate(target) => self.on_links_of(*target, World::cut),
            Action::HealServer(target) => self.on_links_of(*target, World::heal),
            Action::Cut(link) => {
                link.directions().for_each(|(from, to)| self.cut(from, to));
                true
            }
            Action::HealLink(link) => {
                link.directions().for_each(|(from, to)| self.heal(from, to));
                true
            }
            Action::HealAll => {
                let cuts = self.network.cuts.clone();
                cuts.into_iter().for_each(|(from, to)| self.heal(from, to));
                true
            }
            Action::Partition(groups) => {
                self.partition(groups);
                true
            }
            Action::Call { client, to, command } => {
                if let (Some(server), Some(client)) = (to, self.client_mut(*client)) {
                    client.asks = *server;
                }
                self.call(*client, command.clone());
                true
            }
            Action::Set(setting) => {
                Arc::make_mut(&mut self.settings).apply(*setting);
                self.turn_clock(*setting);
                true
            }
            Action::Deliver(which) => self.on_messages(*which, &World::release_flight),
            Action::Drop(which) => self.on_messages(*which, &World::drop_flight),
            Action::Duplicate(which) => self.on_messages(*which, &World::copy_flight),
            Action::Delay { message, by } => {
                let delay = |world: &mut World, flight| world.delay_flight(flight, *by);
                self.on_messages(Messages::One(*message), &delay)
            }
            Action::Replay(message) => self.replay(*message),
            Action::Say(_) => {
                let lines = self.script.lines.iter().take(line + 1);
                let number = lines.filter(|l| matches!(l.what, Action::Say(_))).count();
                self.record(Happening::Said(number));
                true
            }
            Action::Expect(fact) => {
                self.expect(line, fact);
                true
            }
        }
    }

    fn expect(&mut self, line: usize, fact: &Fact) {
        let held = self.holds(fact, &[]);
        self.record(Happening::Expected { line, held });
    }

    /// Looks at the expectations that have no time of their own.
    pub(super) fn expect_at_end(&mut self) {
        let script = self.script.clone();
        for (at, line) in script.lines.iter().enumerate() {
            if let (When::AtEnd, Action::Expect(fact)) = (&line.when, &line.what) {
                self.expect(at, fact);
            }
        }
    }

    fn on_server(&mut self, target: Target, act: fn(&mut World, usize) -> bool) -> bool {
        self.find(target).is_some_and(|at| act(self, at))
    }

    fn on_links_of(&mut self, target: Target, act: fn(&mut World, Place, Place)) -> bool {
        let Some(at) = self.find(target) else { return false };
        let place = Place::Server(self.servers[at].node.id());
        for (from, to) in self.directions_of(place) {
            act(self, from, to);
        }
        true
    }

    /// The server that a target means now.
    pub(super) fn find(&self, target: Target) -> Option<usize> {
        match target {
            Target::Server(id) => self.position(id),
            Target::Leader => self.find_role(RoleName::Leader),
            Target::Follower => self.find_role(RoleName::Follower),
            Target::Candidate => self.find_role(RoleName::Candidate),
        }
    }
}
