//! Why something has not happened yet, as codes with facts.

use super::tell::{Told, told};
use crate::check::{Stall, Standing, Timing};
use crate::raft::{ChangeWaits, Half, Index, NoLeader, NodeId, ReadWaits, Uncommitted};
use crate::sim::Server;
use alloc::string::ToString;
use alloc::vec::Vec;

/// All that a server waits for: the next entry to be committed, a leader, a change of the
/// membership, a read. Why nobody else leads either, or commits, is how the cluster stands. Times
/// are the world's, whatever its clock shows.
pub fn tell_waits(server: &Server, standing: Standing) -> Vec<Told> {
    let (node, clock) = (&server.node, server.clock);
    let (server, next) = (node.id(), node.commit_index().saturating_add(1));
    let has_next = next <= node.log().last_index();
    let uncommitted = node.why_uncommitted(next).filter(|_| has_next);
    let concerns = match standing {
        Standing::Works => false,
        Standing::Stalls(Stall { leader: Some(_), .. }) => has_next,
        Standing::NoQuorum { .. } | Standing::Stalls(_) => has_next || node.leader().is_none(),
    };
    let all = [
        tell_standing(standing).filter(|_| concerns),
        uncommitted.map(|why| tell_uncommitted(server, next, why)),
        node.why_no_leader().map(|why| match why {
            NoLeader::Waits { until } => {
                tell_no_leader(server, NoLeader::Waits { until: clock.world(until) })
            }
            _ => tell_no_leader(server, why),
        }),
        node.why_change_waits().map(|why| tell_change_waits(server, why)),
        node.why_read_waits().map(|why| tell_read_waits(server, why)),
    ];
    all.into_iter().flatten().collect()
}

/// Why a cluster as a whole does not get on, if it could or cannot; nothing while it works.
pub fn tell_standing(standing: Standing) -> Option<Told> {
    let stall = match standing {
        Standing::Works => return None,
        Standing::NoQuorum { since, able, voters } => {
            return Some(told!("stands-no-quorum", since: since.to_string(), able: able,
                voters: voters));
        }
        Standing::Stalls(stall) => stall,
    };
    let mut told = match stall.leader {
        Some(leader) => told!("stands-no-commit", since: stall.since.to_string(), leader: leader),
        None => told!("stands-no-leader", since: stall.since.to_string()),
    };
    told.code = match (stall.timing, stall.leader) {
        (Timing::Sound, _) => told.code,
        (Timing::Slow, None) => "stands-too-slow",
        (Timing::Slow, Some(_)) => "stands-too-slow-to-commit",
        (Timing::Alike, None) => "stands-alike",
        (Timing::Disturbed, None) => "stands-disturbed",
        // A leader that lasts is not held up by elections.
        (Timing::Alike | Timing::Disturbed, Some(_)) => told.code,
    };
    Some(told)
}

/// Why an entry is not committed.
pub fn tell_uncommitted(server: NodeId, index: Index, why: Uncommitted) -> Told {
    match why {
        Uncommitted::NotInLog { last } => {
            told!("uncommitted-not-in-log", server: server, index: index, last: last)
        }
        Uncommitted::LeaderHasNotSaid { leader: Some(leader) } => {
            told!("uncommitted-leader-silent", server: server, index: index, leader: leader)
        }
        Uncommitted::LeaderHasNotSaid { leader: None } => {
            told!("uncommitted-no-leader", server: server, index: index)
        }
        Uncommitted::TooFew { holders, voters, half } => {
            let mut told = told!("uncommitted-too-few", server: server, index: index,
                holders: holders, voters: voters, needed: voters / 2 + 1);
            told.code = match half {
                Half::Whole => told.code,
                Half::Old => "uncommitted-too-few-old",
                Half::New => "uncommitted-too-few-new",
            };
            told
        }
        Uncommitted::OlderTerm { entry, current } => told!("uncommitted-older-term",
            server: server, index: index, entry: entry, term: current),
    }
}

/// Why a server knows no leader.
pub fn tell_no_leader(server: NodeId, why: NoLeader) -> Told {
    match why {
        NoLeader::Waits { until } => {
            told!("no-leader-waits", server: server, until: until.to_string())
        }
        NoLeader::NoVoter => told!("no-leader-no-voter", server: server),
        NoLeader::NotAdmitted => told!("no-leader-not-admitted", server: server),
        NoLeader::Writes { term } => told!("no-leader-writes", server: server, term: term),
        NoLeader::AsksAhead(votes) => told!("no-leader-asks-ahead", server: server,
            term: votes.term, votes: votes.granted, voters: votes.voters, refused: votes.refused),
        NoLeader::Campaigns(votes) => told!("no-leader-campaigns", server: server,
            term: votes.term, votes: votes.granted, voters: votes.voters, refused: votes.refused),
        NoLeader::Stopped => told!("no-leader-stopped", server: server),
    }
}

/// Why a change of the membership is not over.
pub fn tell_change_waits(server: NodeId, why: ChangeWaits) -> Told {
    match why {
        ChangeWaits::CatchingUp { peer, round, match_index, target } => {
            told!("change-waits-catch-up", server: server, peer: peer, round: round,
                matched: match_index, target: target)
        }
        ChangeWaits::Transferring => told!("change-waits-transfer", server: server),
        ChangeWaits::NotCommitted { index } => {
            told!("change-waits-commit", server: server, index: index)
        }
        ChangeWaits::NothingCommitted => told!("change-waits-own-term", server: server),
        ChangeWaits::StaysJoint => told!("change-waits-leave", server: server),
    }
}

/// Why a read is not answered.
pub fn tell_read_waits(server: NodeId, why: ReadWaits) -> Told {
    match why {
        ReadWaits::NotApplied { index, applied } => {
            told!("read-waits-apply", server: server, index: index, applied: applied)
        }
        ReadWaits::NothingCommitted => told!("read-waits-own-term", server: server),
        ReadWaits::NotConfirmed { round, answered, voters } => {
            told!("read-waits-round", server: server, round: round, answered: answered,
                voters: voters)
        }
        ReadWaits::LeaderAsked { leader: Some(leader) } => {
            told!("read-waits-leader", server: server, leader: leader)
        }
        ReadWaits::LeaderAsked { leader: None } => told!("read-waits-nobody", server: server),
    }
}
