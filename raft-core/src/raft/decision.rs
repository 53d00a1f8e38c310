//! Why a node did what it did: every decision with the facts it was based on.
//!
//! Decisions leave the node as effects. They are codes and numbers; words are for those who show
//! them. They are all the material there is for an explanation: "why?" is answered from here.

use super::effect::Refusal;
use super::message::Kind;
use super::types::{Index, NodeId, Position, Term};
use crate::time::{Duration, Instant};

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
    /// Thesis §9.6: has heard of no leader for an election timeout, so asks whether it would win.
    AsksAhead {
        /// The term it would stand in.
        term: Term,
        /// What the requests say of its log.
        last: Position,
    },
    /// Thesis §9.6: would give its vote.
    GrantsPreVote {
        /// To whom.
        to: NodeId,
        /// In which term.
        term: Term,
    },
    /// Thesis §9.6: would refuse its vote.
    RefusesPreVote {
        /// Whom it would refuse.
        to: NodeId,
        /// The term that was asked for.
        term: Term,
        /// The reason.
        why: VoteRefusal,
    },
    /// Thesis §9.6: counts an answer to its question ahead of an election.
    CountsPreVote {
        /// Who answered.
        from: NodeId,
        /// What the answer was.
        granted: bool,
        /// Votes it would have now.
        votes: u32,
        /// Voters in all.
        voters: u32,
    },
    /// Thesis §9.6: could not win, so does not stand for election.
    StaysFollower {
        /// Its term, which stays.
        term: Term,
    },
    /// Thesis §6.2: has not heard from a quorum for an election timeout, so leads no longer.
    StepsDown {
        /// Its term, which stays.
        term: Term,
    },
    /// Thesis §4.2.2: its removal is committed, so leads no longer.
    LeavesCluster {
        /// Its term.
        term: Term,
    },
    /// §7: the entries that a peer needs are compacted away, so sends the snapshot.
    SendsSnapshot {
        /// The peer.
        peer: NodeId,
        /// The last entry that the snapshot replaces.
        last: Position,
    },
    /// §7: has taken a snapshot of its own.
    TakesSnapshot {
        /// The last entry that it replaces.
        last: Position,
    },
    /// §7: the leader's snapshot takes the place of the log.
    InstallsSnapshot {
        /// The leader.
        leader: NodeId,
        /// The last entry that it replaces.
        last: Position,
        /// The last index of the log before.
        from: Index,
    },
    /// §7: its log already says all that a snapshot says.
    IgnoresSnapshot {
        /// The leader.
        leader: NodeId,
        /// The last entry that the snapshot replaces.
        last: Position,
        /// Its own commit index.
        commit: Index,
    },
    /// §7: drops the beginning of its log.
    Compacts {
        /// The last index that is dropped.
        through: Index,
    },
    /// A peer lacks entries that it has acknowledged: its disk is gone or was put back.
    MissesEntries {
        /// The peer.
        peer: NodeId,
        /// It acknowledged everything up to here.
        match_index: Index,
        /// It has entries up to here at most.
        last: Index,
    },
    /// §6: another membership is in force: the one at this index of its log, which was appended
    /// now.
    ChangesMembership {
        /// Where it stands.
        index: Index,
    },
    /// Thesis §4.1: takes no change of the membership now.
    RefusesChange {
        /// The reason.
        why: Refusal,
    },
    /// Thesis §4.2.1: a new server has got what was in the log when a round began.
    EndsCatchUpRound {
        /// The server.
        peer: NodeId,
        /// The number of the round, from 1.
        round: u32,
        /// How long it took.
        took: Duration,
    },
    /// Takes no proposal now.
    RefusesProposal {
        /// The reason.
        why: Refusal,
    },
    /// Thesis §3.10: begins to hand leadership over.
    BeginsTransfer {
        /// To whom.
        to: NodeId,
        /// When it will be given up.
        until: Instant,
    },
    /// Thesis §3.10: the other is up to date, so is told to stand for election.
    TellsToStand {
        /// Who.
        to: NodeId,
        /// The last entry of both logs.
        last: Position,
    },
    /// Thesis §3.10: leads on.
    EndsTransfer {
        /// Who should have led.
        to: NodeId,
        /// The reason.
        why: TransferEnd,
    },
    /// Thesis §3.10: was told to stand for election too late.
    IgnoresTimeoutNow {
        /// Who told it.
        from: NodeId,
        /// The last entry that it should have.
        last: Position,
        /// The last entry that it has.
        ours: Position,
    },
    /// Thesis §6.4: a read came; it is confirmed when a quorum has answered this round.
    BeginsRead {
        /// How far a server has to apply to answer it; nothing while no entry of the leader's own
        /// term is committed.
        index: Option<Index>,
        /// The round.
        round: u64,
    },
    /// Thesis §6.4: a quorum has answered, so a read may be answered.
    ConfirmsRead {
        /// How far a server has to apply to answer it.
        index: Index,
        /// The round.
        round: u64,
    },
    /// Thesis §6.4.1: a read needs no round of messages.
    ReadsAtOnce {
        /// How far a server has to apply to answer it.
        index: Index,
        /// When the lease ends.
        lease_until: Option<Instant>,
    },
    /// A write to stable storage failed, so the node stops for good.
    Stops,
}

/// How a transfer of leadership ends without another leader.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TransferEnd {
    /// It took longer than an election timeout.
    TimedOut,
    /// It was called off.
    Cancelled,
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
    /// Thesis §4.2.3, §6.4.1: a leader was heard from not long ago.
    LeaderLives {
        /// The leader.
        leader: Option<NodeId>,
        /// How long that protects it.
        until: Instant,
    },
    /// Thesis §4.2.3: it leads itself, and a quorum answers it.
    Leads,
    /// Its disk is new: no membership lists it with its birth, so it does not know what its name
    /// has promised.
    NotAdmitted,
    /// Only with a rule waived: it believes that it may not vote.
    Learner,
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
