//! Why servers did what they did, as codes with facts.

use super::tell::{Told, told};
use crate::raft::{
    AppendRefusal, BadChange, Decision, NodeId, Refusal, Term, TransferEnd, VoteRefusal,
};
use crate::sim::script::PacketKind;
use alloc::string::ToString;
use alloc::vec::Vec;

/// Why a server did what it did, as a code with facts.
pub(super) fn tell_decision(server: NodeId, decision: &Decision) -> Told {
    match *decision {
        Decision::Campaigns { term, last } => {
            told!("campaigns", server: server, term: term, last: last)
        }
        Decision::Leads { term, votes, voters } => {
            told!("leads", server: server, term: term, votes: votes, voters: voters)
        }
        Decision::Follows { leader, term } => {
            told!("follows", server: server, leader: leader, term: term)
        }
        Decision::EntersTerm { from, to, told_by, led: true } => {
            told!("steps-down", server: server, from: from, term: to, by: told_by)
        }
        Decision::EntersTerm { from, to, told_by, led: false } => {
            told!("enters-term", server: server, from: from, term: to, by: told_by)
        }
        Decision::GrantsVote { to, term } => {
            told!("grants-vote", server: server, to: to, term: term)
        }
        Decision::RefusesVote { to, term, why } => tell_refusal(server, to, term, why),
        Decision::CountsVote { from, granted: true, votes, voters } => {
            told!("counts-vote", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::CountsVote { from, granted: false, votes, voters } => {
            told!("counts-refusal", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::AcceptsEntries { leader, first, match_index } => {
            told!("accepts-entries", server: server, first: first, last: match_index,
                leader: leader)
        }
        Decision::RefusesEntries { leader, prev, why } => match why {
            AppendRefusal::StaleTerm { ours } => {
                told!("refuses-entries-stale", server: server, leader: leader, ours: ours)
            }
            AppendRefusal::Missing { last } => told!("refuses-entries-missing", server: server,
                leader: leader, prev: prev, last: last),
            AppendRefusal::Conflict { ours } => told!("refuses-entries-conflict", server: server,
                leader: leader, prev: prev, ours: ours),
        },
        Decision::Truncates { from, to } => {
            told!("truncates", server: server, from: from, to: to)
        }
        Decision::BacksUp { peer, next } => {
            told!("backs-up", server: server, peer: peer, next: next)
        }
        Decision::Commits { from, to, holders: 0 } => {
            told!("learns-commit", server: server, from: from + 1, to: to)
        }
        Decision::Commits { from, to, holders } => {
            told!("commits", server: server, from: from + 1, to: to, holders: holders)
        }
        Decision::HoldsCommit { entry, term } => {
            told!("holds-commit", server: server, entry: entry, term: term)
        }
        Decision::IgnoresStale { from, kind, term, current } => {
            told!("ignores-stale", server: server, from: from, kind: PacketKind::from(kind).name(),
                theirs: term, term: current)
        }
        Decision::AsksAhead { term, last } => {
            told!("asks-ahead", server: server, term: term, last: last)
        }
        Decision::GrantsPreVote { to, term } => {
            told!("grants-pre-vote", server: server, to: to, term: term)
        }
        Decision::RefusesPreVote { to, term, why } => tell_pre_refusal(server, to, term, why),
        Decision::CountsPreVote { from, granted: true, votes, voters } => {
            told!("counts-pre-vote", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::CountsPreVote { from, granted: false, votes, voters } => {
            told!("counts-pre-refusal", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::StaysFollower { term } => told!("stays-follower", server: server, term: term),
        Decision::StepsDown { term } => told!("loses-quorum", server: server, term: term),
        Decision::LeavesCluster { term } => told!("leaves-cluster", server: server, term: term),
        Decision::SendsSnapshot { peer, last } => {
            told!("sends-snapshot", server: server, peer: peer, last: last)
        }
        Decision::TakesSnapshot { last } => told!("takes-snapshot", server: server, last: last),
        Decision::InstallsSnapshot { leader, last, from } => {
            told!("installs-snapshot", server: server, leader: leader, last: last, from: from)
        }
        Decision::IgnoresSnapshot { leader, last, commit } => {
            told!("ignores-snapshot", server: server, leader: leader, last: last, commit: commit)
        }
        Decision::Compacts { through } => told!("compacts", server: server, through: through),
        Decision::MissesEntries { peer, match_index, last } => told!("misses-entries",
            server: server, peer: peer, matched: match_index, last: last),
        Decision::ChangesMembership { index } => {
            told!("changes-membership", server: server, index: index)
        }
        Decision::RefusesChange { why } => refused(told!("refuses-change", server: server), why),
        Decision::RefusesProposal { why } => {
            refused(told!("refuses-proposal", server: server), why)
        }
        Decision::EndsCatchUpRound { peer, round, took } => told!("ends-catch-up-round",
            server: server, peer: peer, round: round, took: took.to_string()),
        Decision::BeginsTransfer { to, until } => {
            told!("begins-transfer", server: server, to: to, until: until.to_string())
        }
        Decision::TellsToStand { to, last } => {
            told!("tells-to-stand", server: server, to: to, last: last)
        }
        Decision::EndsTransfer { to, why: TransferEnd::TimedOut } => {
            told!("transfer-timed-out", server: server, to: to)
        }
        Decision::EndsTransfer { to, why: TransferEnd::Cancelled } => {
            told!("transfer-cancelled", server: server, to: to)
        }
        Decision::IgnoresTimeoutNow { from, last, ours } => {
            told!("ignores-timeout-now", server: server, from: from, last: last, ours: ours)
        }
        Decision::BeginsRead { index: Some(index), round } => {
            told!("begins-read", server: server, index: index, round: round)
        }
        Decision::BeginsRead { index: None, round } => {
            told!("begins-read-early", server: server, round: round)
        }
        Decision::ConfirmsRead { index, round } => {
            told!("confirms-read", server: server, index: index, round: round)
        }
        Decision::ReadsAtOnce { index, lease_until: Some(until) } => {
            told!("reads-under-lease", server: server, index: index, until: until.to_string())
        }
        Decision::ReadsAtOnce { index, lease_until: None } => {
            told!("reads-at-once", server: server, index: index)
        }
        Decision::Stops => told!("stops", server: server),
    }
}

fn tell_refusal(server: NodeId, to: NodeId, term: Term, why: VoteRefusal) -> Told {
    match why {
        VoteRefusal::StaleTerm { theirs } => {
            told!("refuses-vote-stale", server: server, to: to, theirs: theirs, term: term)
        }
        VoteRefusal::VotedFor(other) => {
            told!("refuses-vote-given", server: server, to: to, other: other, term: term)
        }
        VoteRefusal::LogBehind { theirs, ours } => told!("refuses-vote-log-behind",
            server: server, to: to, theirs: theirs, ours: ours, term: term),
        VoteRefusal::LeaderLives { leader: Some(leader), until } => {
            told!("refuses-vote-leader-lives", server: server, to: to, leader: leader,
                until: until.to_string(), term: term)
        }
        VoteRefusal::LeaderLives { leader: None, until } => told!("refuses-vote-promised",
            server: server, to: to, until: until.to_string(), term: term),
        VoteRefusal::Leads => {
            told!("refuses-vote-leads", server: server, to: to, term: term)
        }
        VoteRefusal::NotAdmitted => {
            told!("refuses-vote-not-admitted", server: server, to: to, term: term)
        }
        VoteRefusal::Learner => {
            told!("refuses-vote-learner", server: server, to: to, term: term)
        }
    }
}

/// The same ahead of an election (thesis §9.6).
fn tell_pre_refusal(server: NodeId, to: NodeId, term: Term, why: VoteRefusal) -> Told {
    let Told { code, facts } = tell_refusal(server, to, term, why);
    let code = match code {
        "refuses-vote-stale" => "refuses-pre-vote-stale",
        "refuses-vote-log-behind" => "refuses-pre-vote-log-behind",
        "refuses-vote-leader-lives" => "refuses-pre-vote-leader-lives",
        "refuses-vote-promised" => "refuses-pre-vote-promised",
        "refuses-vote-leads" => "refuses-pre-vote-leads",
        _ => "refuses-pre-vote-not-admitted",
    };
    Told { code, facts }
}

/// The name of a leader's refusal.
pub(super) fn refusal_code(why: Refusal) -> &'static str {
    match why {
        Refusal::Busy => "busy",
        Refusal::Transferring => "transferring",
        Refusal::ChangePending => "change-pending",
        Refusal::NothingCommitted => "nothing-committed",
        Refusal::NotCaughtUp(_) => "not-caught-up",
        Refusal::Bad(BadChange::AlreadyMember(_)) => "already-member",
        Refusal::Bad(BadChange::NotMember(_)) => "not-member",
        Refusal::Bad(BadChange::NoVoterLeft) => "no-voter-left",
        Refusal::Bad(BadChange::Joint) => "joint",
        Refusal::Bad(BadChange::NotJoint) => "not-joint",
        Refusal::Bad(BadChange::Same) => "same",
    }
}

/// Adds a leader's refusal: its name as `why`, which has words of its own under
/// `refusal-{why}`, and the server that it is about as `peer`.
pub(super) fn refused(mut told: Told, why: Refusal) -> Told {
    told.add("why", refusal_code(why));
    if let Refusal::NotCaughtUp(peer)
    | Refusal::Bad(BadChange::AlreadyMember(peer) | BadChange::NotMember(peer)) = why
    {
        told.add("peer", peer);
    }
    told
}
