//! What servers say to each other: the messages of Figure 2 and Figure 13, and those of the
//! dissertation's extensions.

use super::membership::Membership;
use super::types::{Entry, Index, Position, Term};
use crate::time::Instant;
use alloc::sync::Arc;
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
    /// Thesis §9.6: would I get your vote? Changes nothing at the receiver.
    PreVote {
        /// The term the sender would stand in: one after its own.
        term: Term,
        /// The last entry of its log (§5.4.1).
        last: Position,
    },
    /// The answer to `PreVote`.
    PreVoteReply {
        /// The term that was asked for, whatever the voter's own term is.
        term: Term,
        /// Whether the vote would be given.
        granted: bool,
    },
    /// §5.2: a candidate asks for a vote.
    RequestVote {
        /// The last entry of the candidate's log (§5.4.1).
        last: Position,
        /// Thesis §3.10, §4.2.3: whether the leader itself asked for this election, so that a
        /// voter need not protect it.
        transfer: bool,
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
        /// Comes back with the answer.
        round: Round,
    },
    /// The answer to `AppendEntries`.
    AppendEntriesReply {
        /// How it was taken.
        reply: AppendReply,
        /// The request's.
        round: Round,
    },
    /// §7: a piece of a snapshot for a peer whose next entries are no longer in the log.
    InstallSnapshot(Chunk),
    /// The answer to `InstallSnapshot`.
    InstallSnapshotReply {
        /// Which snapshot.
        last: Position,
        /// So many bytes have arrived: where the next piece begins.
        received: u64,
        /// Whether the log now agrees up to `last`, so that entries may follow.
        installed: bool,
        /// The request's.
        round: Round,
    },
    /// Thesis §3.10: stand for election at once. Void when the receiver's term or log is another.
    TimeoutNow {
        /// The last entry of the leader's log, and of the receiver's as far as the leader knows.
        last: Position,
    },
    /// Thesis §6.4: a follower asks how far it has to apply to serve a read.
    ReadIndex {
        /// Comes back with the answer; never the same twice in the life of a server.
        read: u64,
    },
    /// The answer to `ReadIndex`.
    ReadIndexReply {
        /// The request's.
        read: u64,
        /// The index; nothing when the receiver could not confirm that it leads.
        index: Option<Index>,
    },
}

/// Names a request of a leader, so that an answer tells how fresh it is (thesis §6.4), and whose.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Round {
    /// The leader's count of rounds when it sent the request.
    pub number: u64,
    /// When it was sent, by the leader's clock; means nothing to anybody else.
    pub sent_at: Instant,
    /// Which life of the receiver's name it is for ([`super::HardState::birth`]).
    pub birth: u64,
}

/// A piece of a snapshot (Figure 13).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Chunk {
    /// The last entry that the snapshot replaces.
    pub last: Position,
    /// The membership as of that entry.
    pub membership: Arc<Membership>,
    /// Where this piece begins, in bytes.
    pub offset: u64,
    /// The bytes.
    pub data: Vec<u8>,
    /// Whether this is the last piece.
    pub done: bool,
    /// Comes back with the answer.
    pub round: Round,
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
    /// `PreVote`.
    PreVote,
    /// `PreVoteReply`.
    PreVoteReply,
    /// `RequestVote`.
    RequestVote,
    /// `RequestVoteReply`.
    RequestVoteReply,
    /// `AppendEntries`, with entries or without.
    AppendEntries,
    /// `AppendEntriesReply`.
    AppendEntriesReply,
    /// `InstallSnapshot`.
    InstallSnapshot,
    /// `InstallSnapshotReply`.
    InstallSnapshotReply,
    /// `TimeoutNow`.
    TimeoutNow,
    /// `ReadIndex`.
    ReadIndex,
    /// `ReadIndexReply`.
    ReadIndexReply,
}

impl Body {
    /// The kind of this message.
    pub fn kind(&self) -> Kind {
        match self {
            Body::PreVote { .. } => Kind::PreVote,
            Body::PreVoteReply { .. } => Kind::PreVoteReply,
            Body::RequestVote { .. } => Kind::RequestVote,
            Body::RequestVoteReply { .. } => Kind::RequestVoteReply,
            Body::AppendEntries { .. } => Kind::AppendEntries,
            Body::AppendEntriesReply { .. } => Kind::AppendEntriesReply,
            Body::InstallSnapshot(_) => Kind::InstallSnapshot,
            Body::InstallSnapshotReply { .. } => Kind::InstallSnapshotReply,
            Body::TimeoutNow { .. } => Kind::TimeoutNow,
            Body::ReadIndex { .. } => Kind::ReadIndex,
            Body::ReadIndexReply { .. } => Kind::ReadIndexReply,
        }
    }

    /// Of a leader's request, or of the answer to one: which.
    pub fn round(&self) -> Option<Round> {
        match self {
            Body::AppendEntries { round, .. }
            | Body::AppendEntriesReply { round, .. }
            | Body::InstallSnapshot(Chunk { round, .. })
            | Body::InstallSnapshotReply { round, .. } => Some(*round),
            Body::PreVote { .. }
            | Body::PreVoteReply { .. }
            | Body::RequestVote { .. }
            | Body::RequestVoteReply { .. }
            | Body::TimeoutNow { .. }
            | Body::ReadIndex { .. }
            | Body::ReadIndexReply { .. } => None,
        }
    }

    /// The number that tells this message from others of its kind and term: a log index, or what
    /// comes nearest to one.
    pub fn index(&self) -> Index {
        match self {
            Body::PreVote { last, .. } | Body::RequestVote { last, .. } => last.index,
            Body::PreVoteReply { term, .. } => *term,
            Body::RequestVoteReply { .. } => 0,
            Body::AppendEntries { prev, entries, .. } => {
                prev.index.saturating_add(entries.len() as Index)
            }
            Body::AppendEntriesReply { reply, .. } => match reply {
                AppendReply::Accepted { match_index } => *match_index,
                AppendReply::Rejected { prev, .. } => *prev,
            },
            Body::InstallSnapshot(chunk) => chunk.last.index,
            Body::InstallSnapshotReply { last, .. } | Body::TimeoutNow { last } => last.index,
            Body::ReadIndex { read } | Body::ReadIndexReply { read, .. } => *read,
        }
    }
}

impl Round {
    /// What an answer to a request of an older term carries back. By now its sender may lead anew,
    /// in the term of the answer, and counts from the beginning: the number would confirm reads
    /// that came after the answer, and the moment a lease that was not asked for.
    pub(super) fn gone_by(self) -> Round {
        Round { birth: self.birth, ..Round::default() }
    }
}

impl Kind {
    /// Whether this kind answers another.
    pub fn is_reply(self) -> bool {
        match self {
            Kind::PreVoteReply
            | Kind::RequestVoteReply
            | Kind::AppendEntriesReply
            | Kind::InstallSnapshotReply
            | Kind::ReadIndexReply => true,
            Kind::PreVote
            | Kind::RequestVote
            | Kind::AppendEntries
            | Kind::InstallSnapshot
            | Kind::TimeoutNow
            | Kind::ReadIndex => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Payload;

    #[test]
    fn the_number_that_tells_a_message_from_others_of_its_kind() {
        let (last, round) = (Position { term: 2, index: 7 }, Round::default());
        let entries = Vec::from([1, 2].map(|term| Entry { term, payload: Payload::Noop }));
        let (membership, data) = (Arc::default(), Vec::from(*b"data"));
        let chunk = Chunk { last, membership, offset: 3, data, done: true, round };
        let answer = |reply| Body::AppendEntriesReply { reply, round };
        let installed = Body::InstallSnapshotReply { last, received: 3, installed: true, round };
        for (body, index) in [
            (Body::PreVote { term: 5, last }, 7),
            (Body::PreVoteReply { term: 5, granted: true }, 5),
            (Body::RequestVote { last, transfer: false }, 7),
            (Body::RequestVoteReply { granted: true }, 0),
            (Body::AppendEntries { prev: last, entries, commit: 1, round }, 9),
            (answer(AppendReply::Accepted { match_index: 4 }), 4),
            (answer(AppendReply::Rejected { prev: 6, hint: last }), 6),
            (Body::InstallSnapshot(chunk), 7),
            (installed, 7),
            (Body::TimeoutNow { last }, 7),
            (Body::ReadIndex { read: 8 }, 8),
            (Body::ReadIndexReply { read: 8, index: Some(3) }, 8),
        ] {
            assert_eq!(body.index(), index, "{body:?}");
        }
    }
}
