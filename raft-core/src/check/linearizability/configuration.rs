//! One way in which what was seen of a key so far may have come about.

use super::history::{Action, Answer, Value};
use alloc::vec::Vec;

/// A moment in the events of one key: each call and each return is one, counted from 1.
pub(super) type Tick = u32;

/// An operation that was called and has not returned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// When: this is its name too.
    pub(super) called: Tick,
    pub(super) action: Action,
    /// The answer that it will get, where the whole history is known.
    pub(super) known: Option<Answer>,
}

/// An operation that will not return: it may take effect at any time, or never.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Ghost {
    pub(super) action: Action,
    pub(super) called: Tick,
    /// Its name.
    pub(super) id: u32,
}

/// What may take effect at a moment.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) now: Tick,
    pub(super) open: &'a [Open],
    /// In the order of their actions. Those called later than now are none yet.
    pub(super) ghosts: &'a [Ghost],
}

/// One way in which it may have come about: what the key holds, and what is behind it.
///
/// Operations take effect as late as they can: only when one returns that needs them (Lowe 2017).
/// Three kinds of effects are never carried out, only remembered to be possible, for otherwise
/// there would be a configuration for each choice:
///
/// * An operation that changes nothing, such as a get, may take effect at each value that the key
///   passed while it was open ([`Configuration::passed`]).
/// * One that overwrites may take effect right before another that overwrites, where nobody sees
///   it: [`Configuration::cover`] is when that happened last.
/// * There, between the two, the key had its value, and one that changes nothing may have seen it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Configuration {
    /// What the key holds.
    pub(super) state: Value,
    /// When an operation that overwrites took effect last; 0 when that helps none that is open.
    pub(super) cover: Tick,
    /// What the key held before, and until when: as far as it may help one that is open.
    pub(super) passed: Vec<(Value, Tick)>,
    /// Open operations that took effect, and what the key held before.
    pub(super) done: Vec<(Tick, Value)>,
    /// Ghosts that took effect, in order.
    pub(super) used: Vec<u32>,
}

impl Configuration {
    /// Before anything happened.
    pub(super) fn new() -> Configuration {
        let (passed, done, used) = (Vec::new(), Vec::new(), Vec::new());
        Configuration { state: None, cover: 0, passed, done, used }
    }

    pub(super) fn is_done(&self, called: Tick) -> bool {
        self.done.iter().any(|&(done, _)| done == called)
    }

    /// An open operation takes effect on what the key held before. That is remembered only where
    /// the answer depends on it and is not known yet.
    pub(super) fn finish(&mut self, open: Open, before: Value) {
        let is_settled = open.known.is_some() || open.action.overwrites().is_some();
        let before = before.filter(|_| !is_settled);
        let at = self.done.partition_point(|&(called, _)| called < open.called);
        self.done.insert(at, (open.called, before));
    }

    pub(super) fn is_used(&self, ghost: u32) -> bool {
        self.used.binary_search(&ghost).is_ok()
    }

    pub(super) fn take(&mut self, ghost: u32) {
        if let Err(at) = self.used.binary_search(&ghost) {
            self.used.insert(at, ghost);
        }
    }

    /// The key held a value, last at this moment.
    pub(super) fn pass(&mut self, value: Value, until: Tick) {
        match self.passed.iter_mut().find(|(held, _)| *held == value) {
            Some((_, last)) => *last = until.max(*last),
            None => self.passed.push((value, until)),
        }
    }

    pub(super) fn change(&mut self, action: Action, now: Tick) {
        self.pass(self.state, now);
        self.state = action.apply(self.state);
        if action.overwrites().is_some() {
            self.cover = now;
        }
    }

    /// Forgets what can help no operation that is open, so that equals look alike.
    pub(super) fn tidy(&mut self, scene: Scene<'_>) {
        let is_open = |called: Tick| scene.open.iter().any(|open| open.called == called);
        self.done.retain(|&(called, _)| is_open(called));
        let waiting: Vec<&Open> =
            scene.open.iter().filter(|open| !self.is_done(open.called)).collect();
        let cover = self.cover;
        if !waiting.iter().any(|open| open.called < cover) {
            self.cover = 0;
        }
        let helps = |open: &&Open, value, until| {
            let fits = open.known.is_none_or(|known| open.action.allows(value, known));
            open.called < until && fits && open.action.apply(value) == value
        };
        self.passed.retain(|&(value, until)| waiting.iter().any(|open| helps(open, value, until)));
        self.passed.sort_unstable();
    }

    /// Ghosts that do the same, and are either all before the cover or all behind it, can do the
    /// same from now on: the first of them count as used, so that equals look alike.
    pub(super) fn exchange_ghosts(&mut self, ghosts: &[Ghost]) {
        if self.used.is_empty() {
            return;
        }
        let is_behind = |ghost: &Ghost| self.cover > 0 && ghost.called >= self.cover;
        let is_alike = |one: &Ghost, other: &Ghost| {
            one.action == other.action && is_behind(one) == is_behind(other)
        };
        let mut used = Vec::with_capacity(self.used.len());
        for alike in ghosts.chunk_by(is_alike) {
            let count = alike.iter().filter(|ghost| self.is_used(ghost.id)).count();
            used.extend(alike[..count].iter().map(|ghost| ghost.id));
        }
        used.sort_unstable();
        self.used = used;
    }

    /// Whether whatever can follow another can follow this one.
    pub(super) fn dominates(&self, other: &Configuration) -> bool {
        let has_passed = |&(value, until): &(Value, Tick)| {
            self.passed.iter().any(|&(held, last)| held == value && last >= until)
        };
        self.state == other.state
            && self.cover >= other.cover
            && self.done == other.done
            && other.passed.iter().all(has_passed)
            && self.used.iter().all(|&ghost| other.is_used(ghost))
    }

    /// An open operation will never return, and is the ghost of this name from now on.
    pub(super) fn give_up(&mut self, called: Tick, ghost: u32) {
        if self.is_done(called) {
            self.done.retain(|&(done, _)| done != called);
            self.take(ghost);
        }
    }

    /// How much memory it takes, in values.
    pub(super) fn weight(&self) -> usize {
        1 + self.passed.len() + self.done.len() + self.used.len()
    }
}
