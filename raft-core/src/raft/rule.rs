//! The rules by name, and which of them are in force.

/// Which rules are in force. The default, all of them, is Raft.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Rules {
    #[cfg(feature = "sim")]
    waived: u64,
}

/// A rule that can be waived, to see what it is for.
///
/// Those up to [`Rule::ApplyOncePerSession`] keep Raft safe: without one of them a property of
/// Figure 3, or what clients were told, is broken. Those after it keep it going.
///
/// Not among them, since nothing here can break them: what belongs to implementations in which a
/// membership counts only once it is applied (no election with an unapplied change; learning of
/// commits from votes); a snapshot that is installed after an election was won (it is installed
/// with the message that brings its last piece); an applied index that is kept apart from the
/// state machine (both are volatile here); counters of a window that survive its end (it is
/// counted by indices); entries split between messages (a message carries what it was cut to).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rule {
    /// §5.1: a message of an older term changes nothing.
    RejectStaleTerms,
    /// §5.1: a leader that sees a larger term leads no longer.
    EnterLargerTerms,
    /// §5.2: a server votes for at most one candidate in a term.
    OneVotePerTerm,
    /// §5.2: a server that begins to follow a leader keeps its vote of the term.
    KeepVoteWithinTerm,
    /// §5.2: a candidate counts each voter once.
    CountEachVoterOnce,
    /// Thesis §9.6: a promise to vote is not a vote.
    TellVoteKindsApart,
    /// §5.2: leaders and commits need more than half of the servers.
    MajorityQuorum,
    /// Thesis §4.2.1: learners are in no quorum.
    LearnersDoNotCount,
    /// Figure 2: a vote is on stable storage before it is sent.
    PersistVote,
    /// Figure 2: the vote is saved with the term it belongs to.
    TermAndVoteTogether,
    /// §5.4.1: a vote goes only to a candidate whose log is at least as up to date.
    UpToDateLog,
    /// §5.3: entries are accepted only after an entry that matches the leader's.
    PreviousEntryMatches,
    /// §5.3: entries that already match are kept, whatever an old request says.
    KeepMatchingEntries,
    /// §5.3: a follower acknowledges what a request showed to match, not all that it holds.
    AckOnlyChecked,
    /// §5.3: a rejection says where to try, not what matches.
    RejectionIsNoMatch,
    /// Figure 2: entries are on stable storage before they are acknowledged.
    SyncBeforeAck,
    /// Thesis §10.2.1: a leader counts its own copy of an entry only once that is durable.
    LeaderSyncsBeforeCounting,
    /// Thesis §10.2.1: a write that is finished speaks only of entries not overwritten since.
    OverwritingVoidsWrites,
    /// Figure 2: a follower commits no further than the last entry the request checked.
    CommitBounded,
    /// §5.4.2: counting replicas commits only entries of the leader's own term.
    CommitOwnTerm,
    /// Figure 2: the commit index increases monotonically.
    CommitNeverMovesBack,
    /// §8: a client is answered for its own entry, not for another at the same index.
    OutcomeFollowsTheEntry,
    /// Figure 2: a server that lost its disk is not the one that voted.
    EmptyDiskIsNewServer,
    /// §6: a joint configuration decides with a majority of each half.
    JointNeedsBothMajorities,
    /// Thesis §4.1: a change waits until the one before is committed.
    OneChangeAtATime,
    /// Thesis §4.1 (correction of 2015): a leader changes nothing before it has committed.
    OwnTermCommitBeforeChange,
    /// §6: a membership is in force as long as its entry is in the log.
    MembershipRollsBack,
    /// Thesis §4.2.2: a leader that is to be removed is in no quorum.
    RemovedLeaderDoesNotCount,
    /// §7: a snapshot carries the membership as of its last entry.
    SnapshotCarriesMembership,
    /// Figure 13: a snapshot of what is committed already changes nothing.
    IgnoreOldSnapshots,
    /// Figure 13: a log that conflicts with a snapshot is dropped.
    SnapshotReplacesConflicts,
    /// Thesis §6.4: a leader makes sure that it leads before it answers a read.
    ReadConfirmsLeadership,
    /// Thesis §6.4: a new leader serves reads once an entry of its term is committed.
    ReadWaitsForOwnTerm,
    /// Thesis §6.4: an answer to an earlier round confirms no later read.
    ReadRoundsAreToldApart,
    /// Thesis §6.4: a read sees everything up to its index applied.
    ReadWaitsForApply,
    /// Thesis §6.4.1: a lease is measured from the moment the question was sent.
    LeaseBeginsAtSending,
    /// Thesis §6.4.1: who tells another to stand for election has no lease.
    TransferVoidsLease,
    /// Thesis §6.4.1: a restarted server protects the leader it may have answered.
    RestartKeepsPromise,
    /// Thesis §6.4.1: there is a lease only where followers protect the leader.
    LeaseNeedsCheckQuorum,
    /// §8, thesis §6.3: a command that is repeated is applied once.
    ApplyOncePerSession,
    /// §5.1: a message of an older term is answered with the newer one.
    AnswerStaleTerms,
    /// Thesis §9.6: nobody is encouraged to stand whose log is behind.
    PreVoteChecksLog,
    /// Thesis §4.2.3: a leader is not protected against itself.
    LeaderMayBeVotedFor,
    /// Thesis §4.2.1: a server votes whatever its own membership says of it.
    LearnersVote,
    /// Thesis §4.2.1: a new server has the log before it counts.
    NewVotersCatchUp,
    /// Thesis §4.2.2: a server that is no voter in its membership does not stand.
    RemovedServersDoNotStand,
    /// Thesis §3.10: a transfer that takes too long is given up.
    TransferTimesOut,
    /// Thesis §3.10: a leader that hands over takes nothing new.
    FreezeDuringTransfer,
    /// Thesis §3.10: a request to stand is void when the log has changed since.
    LateTimeoutNowIsVoid,
    /// §5.3: a rejection moves the search back by a whole term.
    SkipTerms,
    /// §7: what a snapshot has replaced matches the leader's log.
    CompactedEntriesMatch,
    /// §7: a peer whose log meets the leader's needs no snapshot any longer.
    EntriesEndASnapshot,
    /// §5.3: a rejection of a request that was overtaken changes nothing.
    IgnoreLateRejections,
}

impl Rule {
    /// All rules, in the order of this file.
    pub const ALL: [Rule; 53] = [
        Rule::RejectStaleTerms,
        Rule::EnterLargerTerms,
        Rule::OneVotePerTerm,
        Rule::KeepVoteWithinTerm,
        Rule::CountEachVoterOnce,
        Rule::TellVoteKindsApart,
        Rule::MajorityQuorum,
        Rule::LearnersDoNotCount,
        Rule::PersistVote,
        Rule::TermAndVoteTogether,
        Rule::UpToDateLog,
        Rule::PreviousEntryMatches,
        Rule::KeepMatchingEntries,
        Rule::AckOnlyChecked,
        Rule::RejectionIsNoMatch,
        Rule::SyncBeforeAck,
        Rule::LeaderSyncsBeforeCounting,
        Rule::OverwritingVoidsWrites,
        Rule::CommitBounded,
        Rule::CommitOwnTerm,
        Rule::CommitNeverMovesBack,
        Rule::OutcomeFollowsTheEntry,
        Rule::EmptyDiskIsNewServer,
        Rule::JointNeedsBothMajorities,
        Rule::OneChangeAtATime,
        Rule::OwnTermCommitBeforeChange,
        Rule::MembershipRollsBack,
        Rule::RemovedLeaderDoesNotCount,
        Rule::SnapshotCarriesMembership,
        Rule::IgnoreOldSnapshots,
        Rule::SnapshotReplacesConflicts,
        Rule::ReadConfirmsLeadership,
        Rule::ReadWaitsForOwnTerm,
        Rule::ReadRoundsAreToldApart,
        Rule::ReadWaitsForApply,
        Rule::LeaseBeginsAtSending,
        Rule::TransferVoidsLease,
        Rule::RestartKeepsPromise,
        Rule::LeaseNeedsCheckQuorum,
        Rule::ApplyOncePerSession,
        Rule::AnswerStaleTerms,
        Rule::PreVoteChecksLog,
        Rule::LeaderMayBeVotedFor,
        Rule::LearnersVote,
        Rule::NewVotersCatchUp,
        Rule::RemovedServersDoNotStand,
        Rule::TransferTimesOut,
        Rule::FreezeDuringTransfer,
        Rule::LateTimeoutNowIsVoid,
        Rule::SkipTerms,
        Rule::CompactedEntriesMatch,
        Rule::EntriesEndASnapshot,
        Rule::IgnoreLateRejections,
    ];

    /// Whether it keeps Raft safe; else it keeps it going.
    pub fn is_about_safety(self) -> bool {
        self <= Rule::ApplyOncePerSession
    }

    /// The rule's name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Rule::RejectStaleTerms => "reject-stale-terms",
            Rule::EnterLargerTerms => "enter-larger-terms",
            Rule::OneVotePerTerm => "one-vote-per-term",
            Rule::KeepVoteWithinTerm => "keep-vote-within-term",
            Rule::CountEachVoterOnce => "count-each-voter-once",
            Rule::TellVoteKindsApart => "tell-vote-kinds-apart",
            Rule::MajorityQuorum => "majority-quorum",
            Rule::LearnersDoNotCount => "learners-do-not-count",
            Rule::PersistVote => "persist-vote",
            Rule::TermAndVoteTogether => "term-and-vote-together",
            Rule::UpToDateLog => "up-to-date-log",
            Rule::PreviousEntryMatches => "previous-entry-matches",
            Rule::KeepMatchingEntries => "keep-matching-entries",
            Rule::AckOnlyChecked => "ack-only-checked",
            Rule::RejectionIsNoMatch => "rejection-is-no-match",
            Rule::SyncBeforeAck => "sync-before-ack",
            Rule::LeaderSyncsBeforeCounting => "leader-syncs-before-counting",
            Rule::OverwritingVoidsWrites => "overwriting-voids-writes",
            Rule::CommitBounded => "commit-bounded",
            Rule::CommitOwnTerm => "commit-own-term",
            Rule::CommitNeverMovesBack => "commit-never-moves-back",
            Rule::OutcomeFollowsTheEntry => "outcome-follows-the-entry",
            Rule::EmptyDiskIsNewServer => "empty-disk-is-new-server",
            Rule::JointNeedsBothMajorities => "joint-needs-both-majorities",
            Rule::OneChangeAtATime => "one-change-at-a-time",
            Rule::OwnTermCommitBeforeChange => "own-term-commit-before-change",
            Rule::MembershipRollsBack => "membership-rolls-back",
            Rule::RemovedLeaderDoesNotCount => "removed-leader-does-not-count",
            Rule::SnapshotCarriesMembership => "snapshot-carries-membership",
            Rule::IgnoreOldSnapshots => "ignore-old-snapshots",
            Rule::SnapshotReplacesConflicts => "snapshot-replaces-conflicts",
            Rule::ReadConfirmsLeadership => "read-confirms-leadership",
            Rule::ReadWaitsForOwnTerm => "read-waits-for-own-term",
            Rule::ReadRoundsAreToldApart => "read-rounds-are-told-apart",
            Rule::ReadWaitsForApply => "read-waits-for-apply",
            Rule::LeaseBeginsAtSending => "lease-begins-at-sending",
            Rule::TransferVoidsLease => "transfer-voids-lease",
            Rule::RestartKeepsPromise => "restart-keeps-promise",
            Rule::LeaseNeedsCheckQuorum => "lease-needs-check-quorum",
            Rule::ApplyOncePerSession => "apply-once-per-session",
            Rule::AnswerStaleTerms => "answer-stale-terms",
            Rule::PreVoteChecksLog => "pre-vote-checks-log",
            Rule::LeaderMayBeVotedFor => "leader-may-be-voted-for",
            Rule::LearnersVote => "learners-vote",
            Rule::NewVotersCatchUp => "new-voters-catch-up",
            Rule::RemovedServersDoNotStand => "removed-servers-do-not-stand",
            Rule::TransferTimesOut => "transfer-times-out",
            Rule::FreezeDuringTransfer => "freeze-during-transfer",
            Rule::LateTimeoutNowIsVoid => "late-timeout-now-is-void",
            Rule::SkipTerms => "skip-terms",
            Rule::CompactedEntriesMatch => "compacted-entries-match",
            Rule::EntriesEndASnapshot => "entries-end-a-snapshot",
            Rule::IgnoreLateRejections => "ignore-late-rejections",
        }
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
    pub(super) const fn waives(self, _: Rule) -> bool {
        false
    }
}
