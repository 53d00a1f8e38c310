//! The safety argument: one question per rule, each with its section.
//!
//! Read from top to bottom this is why Raft is safe. The node asks these questions wherever a
//! rule decides. With the `sim` feature a rule can be waived, to show what then breaks; without
//! it none can, and each question is plain Raft.

use super::types::{Index, NodeId, Position, Term};

/// Which safety rules are in force. The default, all of them, is Raft.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Rules {
    #[cfg(feature = "sim")]
    waived: u32,
}

/// A safety rule that can be waived.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rule {
    /// §5.1: a message of an older term changes nothing.
    RejectStaleTerms,
    /// §5.2: a server votes for at most one candidate in a term.
    OneVotePerTerm,
    /// §5.2: a candidate counts each voter once.
    CountEachVoterOnce,
    /// §5.2: leaders and commits need more than half of the servers.
    MajorityQuorum,
    /// Figure 2: a vote is on stable storage before it is sent.
    PersistVote,
    /// §5.4.1: a vote goes only to a candidate whose log is at least as up to date.
    UpToDateLog,
    /// §5.3: entries are accepted only after an entry that matches the leader's.
    PreviousEntryMatches,
    /// §5.3: entries that already match are kept, whatever an old request says.
    KeepMatchingEntries,
    /// §5.3: a follower acknowledges what a request showed to match, not all that it holds.
    AckOnlyChecked,
    /// Figure 2: entries are on stable storage before they are acknowledged.
    SyncBeforeAck,
    /// Thesis §10.2.1: a leader counts its own copy of an entry only once that is durable.
    LeaderSyncsBeforeCounting,
    /// Figure 2: a follower commits no further than the last entry the request checked.
    CommitBounded,
    /// §5.4.2: counting replicas commits only entries of the leader's own term.
    CommitOwnTerm,
}

impl Rule {
    /// All rules, in the order of this file.
    pub const ALL: [Rule; 13] = [
        Rule::RejectStaleTerms,
        Rule::OneVotePerTerm,
        Rule::CountEachVoterOnce,
        Rule::MajorityQuorum,
        Rule::PersistVote,
        Rule::UpToDateLog,
        Rule::PreviousEntryMatches,
        Rule::KeepMatchingEntries,
        Rule::AckOnlyChecked,
        Rule::SyncBeforeAck,
        Rule::LeaderSyncsBeforeCounting,
        Rule::CommitBounded,
        Rule::CommitOwnTerm,
    ];

    /// The rule's name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Rule::RejectStaleTerms => "reject-stale-terms",
            Rule::OneVotePerTerm => "one-vote-per-term",
            Rule::CountEachVoterOnce => "count-each-voter-once",
            Rule::MajorityQuorum => "majority-quorum",
            Rule::PersistVote => "persist-vote",
            Rule::UpToDateLog => "up-to-date-log",
            Rule::PreviousEntryMatches => "previous-entry-matches",
            Rule::KeepMatchingEntries => "keep-matching-entries",
            Rule::AckOnlyChecked => "ack-only-checked",
            Rule::SyncBeforeAck => "sync-before-ack",
            Rule::LeaderSyncsBeforeCounting => "leader-syncs-before-counting",
            Rule::CommitBounded => "commit-bounded",
            Rule::CommitOwnTerm => "commit-own-term",
        }
    }
}

impl Rules {
    /// §5.1: whether a message of this term may change anything.
    pub fn may_heed(self, message: Term, current: Term) -> bool {
        message >= current || self.waives(Rule::RejectStaleTerms)
    }

    /// §5.2: whether the vote of this term is still free for this candidate. A vote is repeated
    /// for the same candidate, since the first answer may be lost.
    pub fn may_vote(self, voted_for: Option<NodeId>, candidate: NodeId) -> bool {
        voted_for.is_none_or(|voted| voted == candidate) || self.waives(Rule::OneVotePerTerm)
    }

    /// §5.4.1: whether a candidate's log holds whatever ours may have helped to commit.
    pub fn is_up_to_date(self, candidate: Position, ours: Position) -> bool {
        candidate >= ours || self.waives(Rule::UpToDateLog)
    }

    /// §5.2: whether a vote from a voter who is `counted` already counts again.
    pub fn may_count_vote(self, counted: bool) -> bool {
        !counted || self.waives(Rule::CountEachVoterOnce)
    }

    /// §5.2: whether so many of the voters decide. Any two majorities share a server.
    pub fn is_quorum(self, count: usize, voters: usize) -> bool {
        count * 2 > voters || (self.waives(Rule::MajorityQuorum) && count * 2 >= voters)
    }

    /// Figure 2: whether a vote, our own included, waits until it is on stable storage.
    pub fn vote_waits_for_write(self) -> bool {
        !self.waives(Rule::PersistVote)
    }

    /// §5.3: whether entries may follow the one before them, given our term at that place.
    pub fn may_append_after(self, prev: Term, ours: Option<Term>) -> bool {
        ours == Some(prev) || self.waives(Rule::PreviousEntryMatches)
    }

    /// §5.3: whether entries of ours that a request does not contradict stay.
    pub fn keeps_matching_entries(self) -> bool {
        !self.waives(Rule::KeepMatchingEntries)
    }

    /// §5.3: how far an acknowledgement goes: as far as the request showed our log to match.
    pub fn acknowledged(self, checked: Index, last: Index) -> Index {
        if self.waives(Rule::AckOnlyChecked) { last } else { checked }
    }

    /// Figure 2: whether an acknowledgement waits until the entries are on stable storage.
    pub fn ack_waits_for_write(self) -> bool {
        !self.waives(Rule::SyncBeforeAck)
    }

    /// Thesis §10.2.1: how much of its own log a leader counts.
    pub fn leader_counts(self, durable: Index, last: Index) -> Index {
        if self.waives(Rule::LeaderSyncsBeforeCounting) { last } else { durable }
    }

    /// Figure 2: how far a follower may commit. Entries after the checked ones may be leftovers
    /// of an older term.
    pub fn commit_bound(self, checked: Index, last: Index) -> Index {
        if self.waives(Rule::CommitBounded) { last } else { checked }
    }

    /// §5.4.2: counting replicas commits only entries of the leader's own term: an older entry
    /// on a majority can still be overwritten (Figure 8).
    pub fn may_commit(self, entry: Term, current: Term) -> bool {
        entry == current || self.waives(Rule::CommitOwnTerm)
    }
}

#[cfg(feature = "sim")]
impl Rules {
    /// These rules without one of them.
    pub fn without(self, rule: Rule) -> Rules {
        Rules { waived: self.waived | 1 << rule as u32 }
    }

    /// Whether a rule is waived.
    pub fn waives(self, rule: Rule) -> bool {
        self.waived & 1 << rule as u32 != 0
    }
}

#[cfg(not(feature = "sim"))]
impl Rules {
    const fn waives(self, _: Rule) -> bool {
        false
    }
}
