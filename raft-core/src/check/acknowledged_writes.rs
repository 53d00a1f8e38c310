//! Acknowledged writes (§8): what a client was told to be done is committed, and it is its own
//! command that stands where the server says.
//!
//! A server that answers by the index alone tells the result of another's entry, when one took the
//! place of what was proposed. That nothing committed is lost later is State Machine Safety's and
//! Leader Completeness's: together, no acknowledged write is ever lost.

use super::committed::First;
use super::{Breach, Property};
use crate::raft::{Index, NodeId, Payload};
use crate::sim::kv::{Command, Logged};
use alloc::vec;
use alloc::vec::Vec;

/// A server tells a client that its call is done, by the entry at an index: `first` is what was
/// committed there, `command` what the client asked for.
pub(super) fn on_served(
    first: Option<&First>,
    (server, call, index): (NodeId, u64, Index),
    command: &Command,
    breaches: &mut Vec<Breach>,
) {
    if !first.is_some_and(|first| carries(&first.entry.payload, call, command)) {
        let (property, servers) = (Property::AcknowledgedWrites, vec![server]);
        let term = first.map_or(0, |first| first.entry.term);
        breaches.push(Breach { property, servers, term, index });
    }
}

/// Whether an entry carries a call. Within a session commands have the numbers of their calls.
fn carries(payload: &Payload, call: u64, command: &Command) -> bool {
    let Payload::Command(bytes) = payload else { return false };
    match Logged::decode(bytes) {
        Some(Logged::Command { command: found, stamp }) => {
            found == *command && stamp.is_none_or(|stamp| stamp.number == call)
        }
        Some(Logged::Register) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::Entry;

    #[test]
    fn the_result_of_another_s_entry_and_of_none_is_found() {
        let found = |text: &str, entry: Option<&str>| {
            let command = Command::from_words(text.split(' ')).unwrap();
            let payload = |text: &str| Payload::Command(text.as_bytes().into());
            let entry = entry.map(|text| Entry { term: 3, payload: payload(text) });
            let first = entry.map(|entry| First { entry, in_term: 3, by: NodeId(1) });
            let mut breaches = Vec::new();
            on_served(first.as_ref(), (NodeId(2), 7, 5), &command, &mut breaches);
            breaches.first().map(|breach| (breach.term, breach.index))
        };
        assert_eq!(found("put x 1", Some("put x 1")), None);
        assert_eq!(found("put x 1", Some("put x 1 #4.7")), None);
        assert_eq!(found("put x 1", Some("put x 1 #4.6")), Some((3, 5)));
        assert_eq!(found("put x 1", Some("put x 2")), Some((3, 5)));
        assert_eq!(found("put x 1", Some("session")), Some((3, 5)));
        assert_eq!(found("put x 1", None), Some((0, 5)));
    }
}
