//! The judge that goes along with a run: it says at once when an answer cannot be explained.

use super::configuration::Tick;
use super::history::{Action, Answer, Operation};
use super::key::{Judged, Key};
use super::minimal::minimal;
use crate::chunks::Chunks;
use crate::raft::Encoding;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// All histories of a run so far, and for each key how they may have come about.
///
/// A return is judged with what is known of its key: what it may hold, the operations that are
/// open, and those of which nobody knows the end. What that takes does not grow with the run as
/// long as all calls return, and clones share nearly all of it.
///
/// It errs on one side only. A key is judged no longer once there are too many ways in which it
/// may have come to where it is ([`WEIGHT_MAX`](super::WEIGHT_MAX)) or one return took too many
/// steps ([`WORK_MAX`](super::WORK_MAX)); the answer to an operation that stays open for too long
/// ([`PATIENCE`](super::PATIENCE)) is not judged.
#[derive(Clone, Debug, Default)]
pub struct Live {
    now: Tick,
    keys: Vec<Arc<Key>>,
    calls: Chunks<Called>,
    /// The calls that are open, by their positions.
    open: Vec<usize>,
}

/// A call, as it is kept to find what matters in a violation.
#[derive(Clone, Copy, Debug)]
struct Called {
    client: u32,
    number: u64,
    key: usize,
    action: Action,
    at: Tick,
    returned: Option<(Tick, Answer)>,
    copies: u32,
}

/// The most steps for finding what matters in a violation.
const MINIMAL_MAX: u64 = 60_000;

impl Live {
    /// Items that a clone copies one by one.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.keys.len() + self.open.len()
    }

    /// Encodes the histories in the order in which they came about: what each key may hold follows
    /// from them.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let Live { now, keys: _, calls, open: _ } = self;
        out.word(u64::from(*now));
        for Called { client, number, key, action, at, returned, copies } in calls.iter() {
            for word in [*client, *key as u32, *at, *copies] {
                out.word(u64::from(word));
            }
            out.word(*number);
            let (kind, value, expected) = match *action {
                Action::Put(value) => (0, value, None),
                Action::Delete => (1, 0, None),
                Action::Get => (2, 0, None),
                Action::Add(value) => (3, value, None),
                Action::CompareAndSet { expected, new } => (4, new, expected),
            };
            out.word(kind);
            out.word(value as u64);
            out.flags(&[expected.is_some(), returned.is_some()]);
            out.word(expected.unwrap_or(0) as u64);
            let Some((at, answer)) = *returned else { continue };
            out.word(u64::from(at));
            let (kind, value) = match answer {
                Answer::Done => (0, None),
                Answer::Value(value) => (1, value),
                Answer::Swapped(swapped) => (2, Some(i64::from(swapped))),
                Answer::Found(value) => (3, value),
            };
            out.word(kind);
            out.flags(&[value.is_some()]);
            out.word(value.unwrap_or(0) as u64);
        }
    }

    /// A client calls; `number` is its name among the client's calls.
    pub fn on_called(&mut self, client: u32, number: u64, key: &str, action: Action) {
        self.now += 1;
        let at = self.now;
        let key = self.key(key);
        self.open.push(self.calls.len());
        let (returned, copies) = (None, 1);
        self.calls.push(Called { client, number, key, action, at, returned, copies });
        Arc::make_mut(&mut self.keys[key]).on_called(action, at);
    }

    /// A command may take effect once more, now or later: it was asked for again, and nothing
    /// tells the store that it is the same (thesis §6.3).
    pub fn on_copied(&mut self, client: u32, number: u64) {
        let is_meant = |call: &Called| (call.client, call.number) == (client, number);
        let Some(at) =
            (0..self.calls.len()).rev().find(|&at| self.calls.at(at).is_some_and(is_meant))
        else {
            return;
        };
        let Some(call) = self.calls.at_mut(at) else { return };
        call.copies += 1;
        let (key, at, action) = (call.key, call.at, call.action);
        self.now += 1;
        Arc::make_mut(&mut self.keys[key]).add_copy(at, action, self.now);
    }

    /// A client is told that nobody knows what became of its call.
    pub fn on_lost(&mut self, client: u32, number: u64) {
        let Some(call) = self.close(client, number).and_then(|at| self.calls.at(at)) else {
            return;
        };
        let (at, key) = (call.at, call.key);
        Arc::make_mut(&mut self.keys[key]).give_up(at);
    }

    /// A client has its answer. If nothing explains it, the calls that suffice to see that, by
    /// client and number, in the order in which they were called; the key is judged no longer.
    pub fn on_returned(
        &mut self,
        client: u32,
        number: u64,
        answer: Answer,
    ) -> Option<Vec<(u32, u64)>> {
        let at = self.close(client, number)?;
        self.now += 1;
        let now = self.now;
        let call = self.calls.at_mut(at)?;
        call.returned = Some((now, answer));
        let Called { key, at: called, .. } = *call;
        match Arc::make_mut(&mut self.keys[key]).on_returned(called, answer, now) {
            Judged::Explained | Judged::Unknown => None,
            Judged::Violation => Some(self.explanation(key, at)),
        }
    }

    /// Whether every key is judged still: none was broken, and none too hard.
    pub fn is_complete(&self) -> bool {
        self.keys.iter().all(|key| key.is_judged())
    }

    fn key(&mut self, name: &str) -> usize {
        if let Some(at) = self.keys.iter().position(|key| key.name == name) {
            return at;
        }
        self.keys.push(Arc::new(Key::new(name)));
        self.keys.len() - 1
    }

    fn close(&mut self, client: u32, number: u64) -> Option<usize> {
        let is_meant = |&&at: &&usize| {
            let call = self.calls.at(at);
            call.is_some_and(|call| (call.client, call.number) == (client, number))
        };
        let at = *self.open.iter().find(is_meant)?;
        self.open.retain(|&open| open != at);
        Some(at)
    }

    /// The calls of a key that suffice to see that the answer to the last one is wrong.
    fn explanation(&self, key: usize, last: usize) -> Vec<(u32, u64)> {
        let calls: Vec<(usize, &Called)> =
            self.calls.iter().enumerate().filter(|(_, call)| call.key == key).collect();
        let operations: Vec<Operation> = calls.iter().map(|(_, call)| call.operation()).collect();
        let operations: Vec<&Operation> = operations.iter().collect();
        let last = calls.iter().position(|&(at, _)| at == last);
        let found = minimal(&operations, last, (MINIMAL_MAX / 4, MINIMAL_MAX));
        found.into_iter().map(|at| (calls[at].1.client, calls[at].1.number)).collect()
    }
}

impl Called {
    fn operation(&self) -> Operation {
        let Called { client, number, action, at, returned, copies, .. } = *self;
        let (key, called) = (String::new(), at.into());
        let returned = returned.map(|(at, answer)| (at.into(), answer));
        Operation { client, number, key, action, called, returned, copies }
    }
}
