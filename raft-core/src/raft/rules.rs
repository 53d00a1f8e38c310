//! The safety argument: one question per rule, each with its section.
//!
//! Read from top to bottom this is why Raft is safe, and then why it makes progress. The node
//! asks these questions wherever a rule decides. With the `sim` feature a rule can be waived, to
//! show what then breaks; without it none can, and each question is plain Raft.

use super::membership::Membership;
pub use super::rule::{Rule, Rules};
use super::types::{Index, NodeId, Position, Term};
use crate::time::Instant;
use alloc::sync::Arc;

/// Terms and votes (§5.1, §5.2).
impl Rules {
    /// §5.1: whether a message of this term may change anything.
    pub fn may_heed(self, message: Term, current: Term) -> bool {
        message >= current || self.waives(Rule::RejectStaleTerms)
    }

    /// §5.1: whether a server enters a larger term it sees. A leader that did not would lead on
    /// beside its successor.
    pub fn larger_term_is_entered(self, leads: bool) -> bool {
        !leads || !self.waives(Rule::EnterLargerTerms)
    }

    /// §5.2: whether the vote of this term is still free for this candidate. A vote is repeated
    /// for the same candidate, since the first answer may be lost.
    pub fn may_vote(self, voted_for: Option<NodeId>, candidate: NodeId) -> bool {
        voted_for.is_none_or(|voted| voted == candidate) || self.waives(Rule::OneVotePerTerm)
    }

    /// §5.2: whether a server that finds the leader of its term keeps its vote of that term: it
    /// is counted already, and another candidate may still ask.
    pub fn keeps_vote(self) -> bool {
        !self.waives(Rule::KeepVoteWithinTerm)
    }

    /// §5.2: whether a vote from a voter who is `counted` already counts again.
    pub fn may_count_vote(self, counted: bool) -> bool {
        !counted || self.waives(Rule::CountEachVoterOnce)
    }

    /// Thesis §9.6: whether what was promised ahead of an election is kept apart from its votes:
    /// a promise binds nobody.
    pub fn tells_vote_kinds(self) -> bool {
        !self.waives(Rule::TellVoteKindsApart)
    }

    /// §5.2: whether so many of the voters decide. Any two majorities share a server.
    pub fn is_quorum(self, count: usize, voters: usize) -> bool {
        count * 2 > voters || (self.waives(Rule::MajorityQuorum) && count * 2 >= voters)
    }

    /// Thesis §4.2.1: whether learners are counted among those who agree. A majority of voters
    /// would then need fewer of them.
    pub fn counts_learners(self) -> bool {
        self.waives(Rule::LearnersDoNotCount)
    }

    /// Figure 2: whether a vote, our own included, waits until it is on stable storage.
    pub fn vote_waits_for_write(self) -> bool {
        !self.waives(Rule::PersistVote)
    }

    /// Figure 2: whether term and vote are one write. Of two, a crash may leave the old term with
    /// the new one's vote: still free, though that of the old term was given.
    pub fn term_and_vote_together(self) -> bool {
        !self.waives(Rule::TermAndVoteTogether)
    }

    /// §5.4.1: whether a candidate's log holds whatever ours may have helped to commit.
    pub fn is_up_to_date(self, candidate: Position, ours: Position) -> bool {
        candidate >= ours || self.waives(Rule::UpToDateLog)
    }
}

/// Replication (§5.3).
impl Rules {
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

    /// §5.3: whether the hint of a rejection is only where to try next.
    pub fn rejection_is_no_match(self) -> bool {
        !self.waives(Rule::RejectionIsNoMatch)
    }

    /// Figure 2: whether an acknowledgement waits until the entries are on stable storage.
    pub fn ack_waits_for_write(self) -> bool {
        !self.waives(Rule::SyncBeforeAck)
    }

    /// Thesis §10.2.1: how much of its own log a leader counts.
    pub fn leader_counts(self, durable: Index, last: Index) -> Index {
        if self.waives(Rule::LeaderSyncsBeforeCounting) { last } else { durable }
    }

    /// Thesis §10.2.1: whether an entry that is overwritten takes from the writes in flight what
    /// they would have said of its index.
    pub fn overwriting_voids_writes(self) -> bool {
        !self.waives(Rule::OverwritingVoidsWrites)
    }
}

/// Commitment (§5.3, §5.4.2).
impl Rules {
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

    /// Figure 2: whether a follower's commit index moves: only forward.
    pub fn may_move_commit(self, from: Index, to: Index) -> bool {
        to > from || (to < from && self.waives(Rule::CommitNeverMovesBack))
    }

    /// §8: whether a proposal is given up when another entry takes its place. Else its client
    /// would be answered for that one.
    pub fn outcome_follows_the_entry(self) -> bool {
        !self.waives(Rule::OutcomeFollowsTheEntry)
    }
}

/// Membership (§6, thesis §4).
impl Rules {
    /// Figure 2: the birth of a server that begins with an empty disk. As a founder (0) it would
    /// vote again in terms in which it has voted, and miss what it acknowledged.
    pub fn birth_of_empty_disk(self, birth: u64) -> u64 {
        if self.waives(Rule::EmptyDiskIsNewServer) { 0 } else { birth }
    }

    /// §6: whether a joint configuration needs a majority of each half. One of the union may
    /// share no server with a majority of either half.
    pub fn needs_both_halves(self) -> bool {
        !self.waives(Rule::JointNeedsBothMajorities)
    }

    /// Thesis §4.1: whether a change may follow when the one before is `pending`. Majorities of
    /// memberships that differ by two servers need not share one.
    pub fn may_change_after(self, pending: bool) -> bool {
        !pending || self.waives(Rule::OneChangeAtATime)
    }

    /// Thesis §4.1, corrected on raft-dev in 2015: whether a leader of this term may change the
    /// membership, given the term of the last committed entry. Until it has committed an entry of
    /// its own, an earlier leader's change may still take the place of its own.
    pub fn may_change_in_term(self, committed: Term, current: Term) -> bool {
        committed == current || self.waives(Rule::OwnTermCommitBeforeChange)
    }

    /// §6: whether a membership goes out of force with its entry.
    pub fn membership_rolls_back(self) -> bool {
        !self.waives(Rule::MembershipRollsBack)
    }

    /// Thesis §4.2.2: whether a leader that is no voter leaves itself out when it counts.
    pub fn removed_leader_does_not_count(self) -> bool {
        !self.waives(Rule::RemovedLeaderDoesNotCount)
    }
}

/// Snapshots (§7).
impl Rules {
    /// §7: the membership of a snapshot. With the founders' a server would count with a quorum
    /// that is none any longer.
    pub fn snapshot_membership(
        self,
        current: Arc<Membership>,
        founders: &Arc<Membership>,
    ) -> Arc<Membership> {
        if self.waives(Rule::SnapshotCarriesMembership) { founders.clone() } else { current }
    }

    /// Figure 13: whether a snapshot says nothing new. Installing it would undo what came after.
    pub fn may_ignore_snapshot(self, last: Index, commit: Index) -> bool {
        last <= commit && !self.waives(Rule::IgnoreOldSnapshots)
    }

    /// Figure 13, step 6: whether the log stays, given our term at the snapshot's last index.
    pub fn may_keep_log(self, ours: Option<Term>, theirs: Term) -> bool {
        ours == Some(theirs) || (ours.is_some() && self.waives(Rule::SnapshotReplacesConflicts))
    }
}

/// Reads (§8, thesis §6.4).
impl Rules {
    /// Thesis §6.4: whether a leader makes sure that it leads. Another may have been elected, and
    /// have answered writes.
    pub fn read_confirms_leadership(self) -> bool {
        !self.waives(Rule::ReadConfirmsLeadership)
    }

    /// Thesis §6.4: whether the commit index is recent enough to read at, given the term of the
    /// entry there. A new leader's may lie behind what was answered.
    pub fn may_read_at(self, committed: Term, current: Term) -> bool {
        committed == current || self.waives(Rule::ReadWaitsForOwnTerm)
    }

    /// Thesis §6.4: the round that an answer confirms: the one it answers.
    pub fn confirmed_round(self, answered: u64, latest: u64) -> u64 {
        if self.waives(Rule::ReadRoundsAreToldApart) { latest } else { answered.min(latest) }
    }

    /// Thesis §6.4: whether a read at an index may be answered.
    pub fn may_answer_read(self, index: Index, applied: Index) -> bool {
        applied >= index || self.waives(Rule::ReadWaitsForApply)
    }

    /// Thesis §6.4.1: when a lease begins: when the question was sent. The answer may be old.
    pub fn lease_begins(self, sent_at: Instant, now: Instant) -> Instant {
        if self.waives(Rule::LeaseBeginsAtSending) { now } else { sent_at }
    }

    /// Thesis §6.4.1: whether there is no lease once another was told to stand for election:
    /// voters do not protect a leader against that.
    pub fn transfer_voids_lease(self) -> bool {
        !self.waives(Rule::TransferVoidsLease)
    }

    /// Thesis §6.4.1: whether a server that starts in this term protects a leader it may have
    /// answered before.
    pub fn restart_keeps_promise(self, term: Term) -> bool {
        term > 0 && !self.waives(Rule::RestartKeepsPromise)
    }

    /// Thesis §6.4.1: whether leases may be used. Where followers do not protect the leader
    /// another may be elected at any time.
    pub fn may_lease(self, check_quorum: bool) -> bool {
        check_quorum || self.waives(Rule::LeaseNeedsCheckQuorum)
    }

    /// §8, thesis §6.3: whether a command that a session has `applied` already is applied again.
    pub fn may_apply(self, applied: bool) -> bool {
        !applied || self.waives(Rule::ApplyOncePerSession)
    }
}

/// What keeps Raft going.
impl Rules {
    /// §5.1: whether an older term is answered. Else a server stuck in a larger term, which
    /// nobody asks for votes, stays there for ever.
    pub fn answers_stale(self) -> bool {
        !self.waives(Rule::AnswerStaleTerms)
    }

    /// Thesis §9.6: whether a log is up to date enough to be encouraged.
    pub fn is_ahead(self, candidate: Position, ours: Position) -> bool {
        candidate >= ours || self.waives(Rule::PreVoteChecksLog)
    }

    /// Thesis §4.2.3: whether a server that protects its leader may vote for this candidate.
    pub fn may_help_leader(self, is_leader: bool) -> bool {
        is_leader && !self.waives(Rule::LeaderMayBeVotedFor)
    }

    /// Thesis §4.2.1: whether a server votes though its membership does not list it as a voter:
    /// that may be out of date.
    pub fn learners_vote(self) -> bool {
        !self.waives(Rule::LearnersVote)
    }

    /// Thesis §4.2.1: whether a new server gets the log first. Else commits wait for it.
    pub fn new_voters_catch_up(self) -> bool {
        !self.waives(Rule::NewVotersCatchUp)
    }

    /// Thesis §4.2.2: whether a server may stand, given whether its membership has it vote.
    pub fn may_stand(self, is_voter: bool) -> bool {
        is_voter || self.waives(Rule::RemovedServersDoNotStand)
    }

    /// Thesis §3.10: whether a transfer is given up some time.
    pub fn transfer_times_out(self) -> bool {
        !self.waives(Rule::TransferTimesOut)
    }

    /// Thesis §3.10: whether proposals are refused during a transfer. Else the other may never
    /// catch up.
    pub fn freezes_during_transfer(self) -> bool {
        !self.waives(Rule::FreezeDuringTransfer)
    }

    /// Thesis §3.10: whether a request to stand is heeded, given whether it is still meant.
    pub fn may_heed_timeout_now(self, is_meant: bool) -> bool {
        is_meant || self.waives(Rule::LateTimeoutNowIsVoid)
    }

    /// §5.3: whether a rejection moves the search back by a term, else by an entry.
    pub fn skips_terms(self) -> bool {
        !self.waives(Rule::SkipTerms)
    }

    /// §7: whether entries that were compacted away count as matching the leader's.
    pub fn compacted_matches(self) -> bool {
        !self.waives(Rule::CompactedEntriesMatch)
    }

    /// §7: whether a peer that matches up to an index gets entries again, while a snapshot up to
    /// `pending` is on its way and our log begins after `base`.
    pub fn reconnects(self, matched: Index, pending: Index, base: Index) -> bool {
        matched >= if self.waives(Rule::EntriesEndASnapshot) { pending } else { base.min(pending) }
    }

    /// §5.3: whether a rejection that was overtaken is left alone.
    pub fn ignores_late_rejections(self) -> bool {
        !self.waives(Rule::IgnoreLateRejections)
    }
}
