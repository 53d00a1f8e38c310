//! What servers say to each other: the four messages of Figure 2.

use super::types::{Entry, Index, Position, Term};
use alloc::vec::Vec;

/// A message; who sends it to whom is the envelope's, which the driver keeps.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Message {
    /// The sender's term when it sent this (§5.1).
    pub term: Term,
    /// What is said.
    pub body: Body,
}

/// The kinds of message.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Body {
    /// §5.2: a candidate asks for a vote.
    RequestVote {
        /// The last entry of the candidate's log (§5.4.1).
        last: Position,
    },
    /// The answer to `RequestVote`.
    RequestVoteReply {
        /// Whether the vote is given.
        granted: bool,
    },
    /// §5.3: a leader sends entries, or none as a heartbeat.
    AppendEntries {
        /// The entry right before the new ones.
        prev: Position,
        /// The new entries, in order.
        entries: Vec<Entry>,
        /// The leader's commit index.
        commit: Index,
    },
    /// The answer to `AppendEntries`.
    AppendEntriesReply(AppendReply),
}

/// How an `AppendEntries` was taken.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AppendReply {
    /// The log agrees with the leader's up to and including this index.
    Accepted {
        /// The last index that the request showed to agree, never more than was checked.
        match_index: Index,
    },
    /// The entry before the new ones does not match.
    Rejected {
        /// `prev.index` of the rejected request, so that a late rejection is recognised.
        prev: Index,
        /// The last own entry that may match: the next attempt need not look after it (§5.3).
        hint: Position,
    },
}

/// A message's kind alone: for naming and drawing.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// `RequestVote`.
    RequestVote,
    /// `RequestVoteReply`.
    RequestVoteReply,
    /// `AppendEntries`, with entries or without.
    AppendEntries,
    /// `AppendEntriesReply`.
    AppendEntriesReply,
}

impl Body {
    /// The kind of this message.
    pub fn kind(&self) -> Kind {
        match self {
            Body::RequestVote { .. } => Kind::RequestVote,
            Body::RequestVoteReply { .. } => Kind::RequestVoteReply,
            Body::AppendEntries { .. } => Kind::AppendEntries,
            Body::AppendEntriesReply(_) => Kind::AppendEntriesReply,
        }
    }

    /// The log index that tells this message from others of its kind and term.
    pub fn index(&self) -> Index {
        match self {
            Body::RequestVote { last } => last.index,
            Body::RequestVoteReply { .. } => 0,
            Body::AppendEntries { prev, entries, .. } => {
                prev.index.saturating_add(entries.len() as Index)
            }
            Body::AppendEntriesReply(AppendReply::Accepted { match_index }) => *match_index,
            Body::AppendEntriesReply(AppendReply::Rejected { prev, .. }) => *prev,
        }
    }
}

impl Kind {
    /// Whether this kind answers another.
    pub fn is_reply(self) -> bool {
        matches!(self, Kind::RequestVoteReply | Kind::AppendEntriesReply)
    }
}
