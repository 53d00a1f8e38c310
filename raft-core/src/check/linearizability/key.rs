//! What is known of one key while a run goes on.

use super::antichain::{Antichain, Stage};
use super::configuration::{Configuration, Ghost, Open, Scene, Tick};
use super::history::{Action, Answer};
use super::returning::Returning;
use alloc::string::String;
use alloc::vec::Vec;

/// The most that is remembered of one key about how it may have come to where it is, in values.
/// Where it would be more, the key is judged no longer.
pub const WEIGHT_MAX: usize = 8_192;
/// The most steps that judging one return may take. Where it takes more, the key is judged no
/// longer.
pub const WORK_MAX: u64 = 20_000;
/// Calls and returns, those of all keys, after which the answer to an operation is no longer
/// waited for: whatever it is, it will not be judged.
pub const PATIENCE: u32 = 2_000;

/// The ways in which a key may have come to where it is.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    /// Nothing when the key is judged no longer.
    frontier: Option<Vec<Configuration>>,
    open: Vec<Open>,
    /// In the order of their actions, then of their calls.
    ghosts: Vec<Ghost>,
    ghosts_made: u32,
}

/// What is said of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Judged {
    /// It can be explained.
    Explained,
    /// It cannot. The key is judged no longer.
    Violation,
    /// It is not judged.
    Unknown,
}

impl Key {
    pub(super) fn new(name: &str) -> Key {
        let frontier = Some(alloc::vec![Configuration::new()]);
        let (name, open, ghosts) = (name.into(), Vec::new(), Vec::new());
        Key { name, frontier, open, ghosts, ghosts_made: 0 }
    }

    /// Whether it is judged still.
    pub(super) fn is_judged(&self) -> bool {
        self.frontier.is_some()
    }

    pub(super) fn on_called(&mut self, action: Action, now: Tick) {
        if self.is_judged() {
            self.open.push(Open { called: now, action, known: None });
            while let Some(oldest) = self.open.first().filter(|open| now - open.called > PATIENCE) {
                self.give_up(oldest.called);
            }
        }
    }

    /// Nobody will know what became of an open operation.
    pub(super) fn give_up(&mut self, called: Tick) {
        let Some(at) = self.open.iter().position(|open| open.called == called) else { return };
        let action = self.open.remove(at).action;
        let Some(ghost) = self.add_ghost(action, called) else { return };
        let frontier = self.frontier.iter_mut().flatten();
        frontier.for_each(|configuration| configuration.give_up(called, ghost));
    }

    /// An operation may take effect once more from now on. If it took effect before, that may
    /// have been the additional one, and the one that the client is told of is yet to come.
    pub(super) fn add_copy(&mut self, called: Tick, action: Action, now: Tick) {
        let Some(ghost) = self.add_ghost(action, now) else { return };
        if let Some(frontier) = &mut self.frontier {
            for at in 0..frontier.len() {
                let mut other = frontier[at].clone();
                other.give_up(called, ghost);
                if other != frontier[at] {
                    frontier.push(other);
                }
            }
        }
    }

    /// Something may take effect at any time from now on, or never.
    pub(super) fn add_ghost(&mut self, action: Action, called: Tick) -> Option<u32> {
        if !self.is_judged() || action == Action::Get {
            return None;
        }
        let id = self.ghosts_made;
        self.ghosts_made += 1;
        let place = (action, called, id);
        let at = self.ghosts.partition_point(|held| (held.action, held.called, held.id) < place);
        self.ghosts.insert(at, Ghost { action, called, id });
        if self.ghosts.len() > WEIGHT_MAX {
            self.stop();
        }
        Some(id)
    }

    /// An operation returns.
    pub(super) fn on_returned(&mut self, called: Tick, answer: Answer, now: Tick) -> Judged {
        let Some(at) = self.open.iter().position(|open| open.called == called) else {
            return Judged::Unknown;
        };
        let Some(frontier) = self.frontier.take() else { return Judged::Unknown };
        let returning = Returning { open: self.open[at], answer };
        let Some(past) = self.follow(returning, now, frontier) else {
            self.stop();
            return Judged::Unknown;
        };
        self.open.remove(at);
        let scene = Scene { now, open: &self.open, ghosts: &self.ghosts };
        let (mut ways, mut work) = (Antichain::default(), 0);
        for mut way in past {
            way.tidy(scene);
            way.exchange_ghosts(&self.ghosts);
            ways.add(Stage::Arrived, &way, &mut work);
        }
        let ways: Vec<Configuration> = ways.into_all().collect();
        if ways.is_empty() {
            self.stop();
            return Judged::Violation;
        }
        let weight: usize = ways.iter().map(Configuration::weight).sum();
        if weight > WEIGHT_MAX {
            self.stop();
            return Judged::Unknown;
        }
        self.frontier = Some(ways);
        self.forget_ghosts();
        Judged::Explained
    }

    /// All configurations past a return; nothing if that is too much work.
    fn follow(
        &self,
        returning: Returning,
        now: Tick,
        frontier: Vec<Configuration>,
    ) -> Option<Vec<Configuration>> {
        let scene = Scene { now, open: &self.open, ghosts: &self.ghosts };
        let (mut past, mut work) = (Vec::new(), 0);
        let mut seen = Antichain::default();
        let arrived = frontier.into_iter().map(|configuration| (Stage::Arrived, configuration));
        let mut stack: Vec<(Stage, Configuration)> = arrived.collect();
        while let Some((stage, from)) = stack.pop() {
            let mut more = Vec::new();
            returning.follow(
                scene,
                (stage, &from),
                &mut |_, way| past.push(way),
                &mut |stage, way| more.push((stage, way)),
            );
            for (stage, way) in more {
                if seen.add(stage, &way, &mut work) {
                    stack.push((stage, way));
                }
            }
            work += 1 + self.ghosts.len() as u64 / 16;
            if work > WORK_MAX || past.len() > WEIGHT_MAX {
                return None;
            }
        }
        Some(past)
    }

    /// Forgets those that took effect whichever way it was.
    fn forget_ghosts(&mut self) {
        let Some(frontier) = &mut self.frontier else { return };
        let Some(first) = frontier.first().filter(|first| !first.used.is_empty()) else { return };
        let is_over = |id: &u32| frontier.iter().all(|way| way.used.binary_search(id).is_ok());
        let over: Vec<u32> = first.used.iter().copied().filter(is_over).collect();
        let is_left = |id: &u32| over.binary_search(id).is_err();
        frontier.iter_mut().for_each(|way| way.used.retain(is_left));
        self.ghosts.retain(|ghost| is_left(&ghost.id));
    }

    fn stop(&mut self) {
        (self.frontier, self.open, self.ghosts) = (None, Vec::new(), Vec::new());
    }
}
