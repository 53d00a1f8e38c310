//! Why a node did what it did: every decision with the facts it was based on.
//!
//! Decisions leave the node as effects. They are codes and numbers; words are for those who show
//! them. They are all the material there is for an explanation: "why?" is answered from here.

use super::message::Kind;
use super::types::{Index, NodeId, Position, Term};

/// One decision of a node.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Decision {
    /// §5.2: heard of no leader for an election timeout, so stands for election.
    Campaigns {
        /// The new term.
        term: Term,
        /// What the vote requests say of its log.
        last: Position,
    },
    /// §5.2: has the votes it needs.
    Leads {
        /// Its term.
        term: Term,
        /// Votes counted.
        votes: u32,
        /// Voters in all.
        voters: u32,
    },
    /// §5.2: recognises a leader.
    Follows {
        /// The leader.
        leader: NodeId,
        /// Its term.
        term: Term,
    },
    /// §5.1: saw a larger term and is a follower of it.
    EntersTerm {
        /// The term it was in.
        from: Term,
        /// The term it is in now.
        to: Term,
        /// Whose message told it.
        told_by: NodeId,
        /// Whether it led the old term.
        led: bool,
    },
    /// §5.2: gives its vote.
    GrantsVote {
        /// To whom.
        to: NodeId,
        /// In which term.
        term: Term,
    },
    /// §5.2, §5.4.1: refuses its vote.
    RefusesVote {
        /// Whom it refuses.
        to: NodeId,
        /// Its own term.
        term: Term,
        /// The reason.
        why: VoteRefusal,
    },
    /// §5.2: counts an answer to its request for votes.
    CountsVote {
        /// Who answered.
        from: NodeId,
        /// What the answer was.
        granted: bool,
        /// Votes it has now.
        votes: u32,
        /// Voters in all.
        voters: u32,
    },
    /// §5.3: accepted a request that had entries for it or a commit index.
    AcceptsEntries {
        /// Who sent them.
        leader: NodeId,
        /// The first new index; 0 when all were known already.
        first: Index,
        /// The index up to which both logs agree.
        match_index: Index,
    },
    /// §5.3: refuses entries.
    RefusesEntries {
        /// Who sent them.
        leader: NodeId,
        /// The entry they should follow.
        prev: Position,
        /// The reason.
        why: AppendRefusal,
    },
    /// §5.3: drops entries that conflict with the leader's.
    Truncates {
        /// The first dropped index.
        from: Index,
        /// The last dropped index.
        to: Index,
    },
    /// §5.3: a peer's log does not match, so tries further back.
    BacksUp {
        /// The peer.
        peer: NodeId,
        /// The next index to send.
        next: Index,
    },
    /// §5.3, §5.4: learned that entries are committed.
    Commits {
        /// The commit index before.
        from: Index,
        /// The commit index now.
        to: Index,
        /// For a leader, how many hold the entry; for a follower 0.
        holders: u32,
    },
    /// §5.4.2: an entry is on a majority and still not committed.
    HoldsCommit {
        /// The entry.
        entry: Position,
        /// The leader's term.
        term: Term,
    },
    /// §5.1: a message of an older term changed nothing.
    IgnoresStale {
        /// Who sent it.
        from: NodeId,
        /// What it was.
        kind: Kind,
        /// Its term.
        term: Term,
        /// The receiver's.
        current: Term,
    },
    /// A write to stable storage failed, so the node stops for good.
    Stops,
}

/// Why a vote was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum VoteRefusal {
    /// §5.1: the request is of an older term.
    StaleTerm {
        /// The request's term.
        theirs: Term,
    },
    /// §5.2: the vote of this term is another's.
    VotedFor(NodeId),
    /// §5.4.1: the candidate's log is not as up to date.
    LogBehind {
        /// The candidate's last entry.
        theirs: Position,
        /// The voter's last entry.
        ours: Position,
    },
}

/// Why entries were refused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AppendRefusal {
    /// §5.1: the request is of an older term.
    StaleTerm {
        /// The receiver's term.
        ours: Term,
    },
    /// §5.3: the log ends before them.
    Missing {
        /// The last index.
        last: Index,
    },
    /// §5.3: the entry before them is of another term.
    Conflict {
        /// Our term at that place.
        ours: Term,
    },
}
