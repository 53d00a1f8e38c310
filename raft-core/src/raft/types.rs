//! The small facts that everything else is said in.

use super::membership::Membership;
use alloc::sync::Arc;
use core::fmt;

/// A server's name. Names are never reused: a wiped server that returns is a new one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NodeId(pub u32);

/// Logical time: at most one leader each (§5.1). 0 is before the first election.
pub type Term = u64;

/// A place in the log, counted from 1; 0 is the place before the first entry.
pub type Index = u64;

/// An entry's term and place.
///
/// Its derived order *is* the comparison of §5.4.1: the later term is more up to date, and in the
/// same term the longer log.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The term in which the entry was created.
    pub term: Term,
    /// Where it stands.
    pub index: Index,
}

/// One entry of the log; its index is where it stands.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Entry {
    /// The term of the leader that created it.
    pub term: Term,
    /// What it carries.
    pub payload: Payload,
}

/// What an entry carries.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Payload {
    /// Nothing: a new leader's first entry, which lets it commit what it found (§8).
    Noop,
    /// A command for the state machine, opaque to the protocol and shared between logs.
    Command(Arc<[u8]>),
    /// The servers of the cluster from here on (§6): in force as soon as it stands in a log.
    Membership(Arc<Membership>),
}

impl Payload {
    /// Bytes of the command; bounds on bytes count nothing else.
    pub fn len(&self) -> u64 {
        match self {
            Payload::Command(bytes) => bytes.len() as u64,
            Payload::Noop | Payload::Membership(_) => 0,
        }
    }

    /// Whether it carries no command, or an empty one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Which proposal an outcome belongs to; chosen by the driver, never interpreted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProposalId(pub u64);

/// What Figure 2 keeps on stable storage beside the log. Both are written together: a term saved
/// without its vote would let a server vote twice.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct HardState {
    /// The latest term this server has seen.
    pub current_term: Term,
    /// The candidate that received its vote in that term.
    pub voted_for: Option<NodeId>,
    /// Which life of this name the disk belongs to: 0 for a founding member, else the number that
    /// the driver drew when the server joined. A wiped server that returns has another.
    pub birth: u64,
}

/// `S1`.
impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", self.0)
    }
}

/// `index@term`.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_later_term_beats_a_longer_log() {
        let at = |index, term| Position { term, index };
        assert!(at(2, 3) > at(9, 2) && at(9, 2) > at(8, 2));
        assert_eq!((NodeId(3).to_string(), at(9, 2).to_string()), ("S3".into(), "9@2".into()));
    }

    #[test]
    fn only_commands_have_a_length() {
        let command = |text: &str| Payload::Command(text.as_bytes().into());
        let membership = Payload::Membership(Arc::default());
        for (payload, len) in [
            (command("four"), 4),
            (command("1"), 1),
            (command(""), 0),
            (Payload::Noop, 0),
            (membership, 0),
        ] {
            assert_eq!((payload.len(), payload.is_empty()), (len, len == 0), "{payload:?}");
        }
    }
}
