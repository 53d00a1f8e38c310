//! What clients asked for and what they were told, as a value that can be judged.

use alloc::string::String;
use alloc::vec::Vec;

/// The value under a key; nothing while the key is absent.
pub type Value = Option<i64>;

/// What an operation does to its key. The order puts those first that do not look at what was
/// there before.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Action {
    /// Sets the key.
    Put(i64),
    /// Removes the key.
    Delete,
    /// Reads the key.
    Get,
    /// Adds to the key: a missing one counts as 0, and the sum stays within 64 bits.
    Add(i64),
    /// Sets the key if it holds what is expected.
    CompareAndSet {
        /// What it has to hold; nothing if it has to be absent.
        expected: Value,
        /// What it holds then.
        new: i64,
    },
}

/// What a client was told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Answer {
    /// That it is done, and no more.
    Done,
    /// The key's value afterwards.
    Value(Value),
    /// Of a compare-and-set: whether the key held what was expected.
    Swapped(bool),
    /// Of a compare-and-set: what the key held before, and so whether it swapped.
    Found(Value),
}

/// One operation of one client.
///
/// Times are of one clock that all clients share, in any unit. An operation that returned at the
/// moment in which another was called may have come after it: only before is before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operation {
    /// The client; C1 is 1.
    pub client: u32,
    /// Its number among the client's operations, from 1: a name, no more.
    pub number: u64,
    /// The key.
    pub key: String,
    /// What was asked for.
    pub action: Action,
    /// When.
    pub called: u64,
    /// When it returned, and with which answer. Nothing for an operation of which nobody knows
    /// what became: it may take effect at any time after it was called, or never.
    pub returned: Option<(u64, Answer)>,
    /// How often it may take effect, at least 1. More than once where a client asked again and
    /// nothing told the store that it was the same command (thesis §6.3): then once between its
    /// call and its return, with the answer it got, and so often more at any time after its call.
    pub copies: u32,
}

/// The operations of all clients, in any order.
///
/// ```
/// use raft_core::check::linearizability::{Action, Answer, History, Verdict, judge};
///
/// let mut history = History::default();
/// history.add(1, "x", Action::Put(1), 0, Some((10, Answer::Done)));
/// history.add(1, "x", Action::Put(2), 20, Some((30, Answer::Done)));
/// history.add(2, "x", Action::Get, 25, Some((40, Answer::Value(Some(1)))));
/// assert_eq!(judge(&history, 1_000_000), Verdict::Linearizable);
///
/// // The first get may have come before the second put. One that is called after it may not.
/// history.add(2, "x", Action::Get, 50, Some((60, Answer::Value(Some(1)))));
/// assert_eq!(judge(&history, 1_000_000), Verdict::Violation(vec![0, 1, 3]));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct History {
    /// The operations.
    pub operations: Vec<Operation>,
}

impl History {
    /// Adds an operation that takes effect once at most; it is numbered after those of its client
    /// that are there.
    pub fn add(
        &mut self,
        client: u32,
        key: &str,
        action: Action,
        called: u64,
        returned: Option<(u64, Answer)>,
    ) {
        let earlier = self.operations.iter().filter(|operation| operation.client == client);
        let number = earlier.count() as u64 + 1;
        let key = key.into();
        self.operations.push(Operation {
            client,
            number,
            key,
            action,
            called,
            returned,
            copies: 1,
        });
    }
}

impl Action {
    /// The key's value afterwards: as [`crate::sim::kv::Store::apply`] has it.
    pub fn apply(self, before: Value) -> Value {
        match self {
            Action::Put(value) => Some(value),
            Action::Delete => None,
            Action::Get => before,
            Action::Add(value) => Some(before.unwrap_or(0).saturating_add(value)),
            Action::CompareAndSet { expected, new } if before == expected => Some(new),
            Action::CompareAndSet { .. } => before,
        }
    }

    /// Whether a client may be told this when it takes effect on a key that holds `before`.
    pub fn allows(self, before: Value, answer: Answer) -> bool {
        match (self, answer) {
            (Action::Get, Answer::Done) => false,
            (_, Answer::Done) => true,
            (_, Answer::Value(value)) => value == self.apply(before),
            (Action::CompareAndSet { expected, .. }, Answer::Swapped(swapped)) => {
                swapped == (before == expected)
            }
            (Action::CompareAndSet { .. }, Answer::Found(value)) => value == before,
            (_, Answer::Swapped(_) | Answer::Found(_)) => false,
        }
    }

    /// What the key has to hold for it to take effect, where that matters.
    pub(super) fn expected(self) -> Value {
        match self {
            Action::CompareAndSet { expected, .. } => expected,
            Action::Put(_) | Action::Delete | Action::Get | Action::Add(_) => None,
        }
    }

    /// Whether it may change the key, depending on what that holds.
    pub(super) fn may_change(self) -> bool {
        matches!(self, Action::Add(_) | Action::CompareAndSet { .. })
    }

    /// What the key holds afterwards whatever it held before, if that is so.
    pub(super) fn overwrites(self) -> Option<Value> {
        match self {
            Action::Put(value) => Some(Some(value)),
            Action::Delete => Some(None),
            Action::Get | Action::Add(_) | Action::CompareAndSet { .. } => None,
        }
    }
}
