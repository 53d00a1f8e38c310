//! Standing conditions: why something that one waits for has not happened yet.
//!
//! Pure questions over the node's state; what has happened is told by its decisions.

use super::node::{Node, Role};
use super::types::{Index, NodeId, Term};

/// Why an entry is not committed, as far as this server knows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Uncommitted {
    /// The log does not reach so far.
    NotInLog {
        /// Its last index.
        last: Index,
    },
    /// Only the leader decides; it has not said so yet.
    LeaderHasNotSaid {
        /// The leader this server knows, if any.
        leader: Option<NodeId>,
    },
    /// §5.3: too few servers hold it.
    TooFew {
        /// How many are known to hold it durably.
        holders: u32,
        /// Voters in all; more than half are needed.
        voters: u32,
    },
    /// §5.4.2: enough hold it, but it is of an older term: it commits with the leader's first own.
    OlderTerm {
        /// The entry's term.
        entry: Term,
        /// The leader's term.
        current: Term,
    },
}

impl Node {
    /// Why the entry at an index is not committed; nothing when it is.
    pub fn why_uncommitted(&self, index: Index) -> Option<Uncommitted> {
        if index <= self.commit_index {
            return None;
        }
        let Some(entry) = self.log.term(index) else {
            return Some(Uncommitted::NotInLog { last: self.log.last_index() });
        };
        if !matches!(self.role, Role::Leader(_)) {
            return Some(Uncommitted::LeaderHasNotSaid { leader: self.leader });
        }
        let (holders, voters) = (self.holders(index), self.voters.len());
        if self.rules.is_quorum(holders as usize, voters) {
            Some(Uncommitted::OlderTerm { entry, current: self.current_term() })
        } else {
            Some(Uncommitted::TooFew { holders, voters: voters as u32 })
        }
    }
}
