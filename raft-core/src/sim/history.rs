//! What clients remember: each call, each time it was sent, and what came back.

use super::client::Client;
use super::kv::Command;
use super::world::World;
use crate::raft::NodeId;
use crate::time::Instant;
use alloc::vec::Vec;

/// A call of a client's history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// What was asked for.
    pub command: Command,
    /// When.
    pub called_at: Instant,
    /// When the call ended for the client, and how; nothing while it waits.
    pub returned: Option<(Instant, CallOutcome)>,
    /// The server whose answer ended the call; nothing while it waits, and when it was given up.
    pub answered_by: Option<NodeId>,
    /// How many [`Attempt`]s the client had made before, at this and other calls.
    pub(super) attempts_before: usize,
}

/// How a call ended for its client.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CallOutcome {
    /// Done; the key's value afterwards.
    Done(Option<i64>),
    /// A compare-and-set is done, in one way or the other.
    Compared {
        /// Whether the key had the value that was expected, and got the new one.
        swapped: bool,
        /// The key's value before.
        found: Option<i64>,
    },
    /// It may have been done, be done later, or never: the client was told so, or gave up.
    Unknown,
}

/// A request that a client sent for a call; also the one that opens its session.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Attempt {
    /// The server.
    pub server: NodeId,
    /// When.
    pub at: Instant,
}

/// An operation of the history of all clients.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// The client.
    pub client: u32,
    /// Its number among this client's calls, from 1.
    pub number: u64,
    /// What became of it so far.
    pub call: &'a Call,
}

impl Client {
    /// A call by its number, from 1.
    pub fn call(&self, number: u64) -> Option<&Call> {
        self.history.at(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// Each time a call was sent, in order. None for a call that there is not.
    pub fn attempts(&self, number: u64) -> impl Iterator<Item = &Attempt> {
        let all = self.attempts.len();
        let from = self.call(number).map_or(all, |call| call.attempts_before);
        let to = self.call(number + 1).map_or(all, |next| next.attempts_before);
        self.attempts.from(from).take(to - from)
    }

    /// What the client knows of a key: what it was told last, among its latest calls.
    pub(super) fn known_value(&self, key: &str) -> Option<i64> {
        let first = self.history.len().saturating_sub(LATEST);
        let told = self.history.from(first).filter(|call| call.command.key() == key);
        told.filter_map(Call::value_afterwards).last().flatten()
    }
}

/// So many calls a client looks back for what it knows of a key.
const LATEST: usize = 32;

impl Call {
    /// What its client knows of the key's value when it was done; nothing when it knows nothing.
    fn value_afterwards(&self) -> Option<Option<i64>> {
        match (self.returned?.1, &self.command) {
            (CallOutcome::Done(value), _) => Some(value),
            (CallOutcome::Compared { swapped: true, .. }, Command::Cas { value, .. }) => {
                Some(Some(*value))
            }
            (CallOutcome::Compared { found, .. }, _) => Some(found),
            (CallOutcome::Unknown, _) => None,
        }
    }
}

impl World {
    /// The history of all clients up to now: every call that was begun, in the order of their
    /// moments; of one moment in the order of the clients.
    pub fn history(&self) -> Vec<Operation<'_>> {
        let mut history: Vec<_> = self
            .clients
            .iter()
            .flat_map(|client| {
                let calls = (1..).zip(client.history.iter());
                calls.map(|(number, call)| Operation { client: client.id, number, call })
            })
            .collect();
        history.sort_by_key(|one| (one.call.called_at, one.client, one.number));
        history
    }
}
