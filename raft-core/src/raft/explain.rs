//! Standing conditions: why something that one waits for has not happened yet.
//!
//! Pure questions over the node's state; what has happened is told by its decisions.

use super::election::Ballot;
use super::node::{Node, Role};
use super::types::{Index, NodeId, Term};
use crate::time::Instant;

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
    /// §5.3: too few servers hold it. §6: while the membership is joint, too few of a half.
    TooFew {
        /// How many are known to hold it durably.
        holders: u32,
        /// Voters in all, or of that half; more than half are needed.
        voters: u32,
        /// Whose majority is missing.
        half: Half,
    },
    /// §5.4.2: enough hold it, but it is of an older term: it commits with the leader's first own.
    OlderTerm {
        /// The entry's term.
        entry: Term,
        /// The leader's term.
        current: Term,
    },
}

/// A part of the voters that decides (§6).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Half {
    /// All of them: the membership is not joint.
    Whole,
    /// Those of C_old.
    Old,
    /// Those of C_new.
    New,
}

/// Why a server knows no leader.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NoLeader {
    /// §5.2: its election timer has not run out.
    Waits {
        /// When it will stand for election.
        until: Instant,
    },
    /// Thesis §4.2.2: it does not vote in its own membership, so another has to stand.
    NoVoter,
    /// Its disk is new, and no membership lists it with its birth: another has to stand.
    NotAdmitted,
    /// Figure 2: its own vote is not durable yet, so its requests have not left.
    Writes {
        /// The term it stands in.
        term: Term,
    },
    /// Thesis §9.6: it asks whether it would win.
    AsksAhead(Votes),
    /// §5.2: it stands for election, and has not won.
    Campaigns(Votes),
    /// A write failed: it is out of service.
    Stopped,
}

/// How an election stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Votes {
    /// The term.
    pub term: Term,
    /// Those for it.
    pub granted: u32,
    /// Those against it.
    pub refused: u32,
    /// Voters in all.
    pub voters: u32,
}

/// Why a change of the membership is not over.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ChangeWaits {
    /// Thesis §4.2.1: a new server is brought up to date first.
    CatchingUp {
        /// The server.
        peer: NodeId,
        /// The number of the round.
        round: u32,
        /// It has everything up to here.
        match_index: Index,
        /// The round ends here.
        target: Index,
    },
    /// Thesis §3.10: nothing new begins while leadership is handed over.
    Transferring,
    /// Thesis §4.1: the membership in force is not committed.
    NotCommitted {
        /// Where it stands.
        index: Index,
    },
    /// Thesis §4.1: nothing of the leader's own term is committed.
    NothingCommitted,
    /// §6: the joint configuration is not left until somebody asks for it.
    StaysJoint,
}

/// Why a read is not answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ReadWaits {
    /// §8: what it has to see is not applied here.
    NotApplied {
        /// What it has to see.
        index: Index,
        /// What is applied.
        applied: Index,
    },
    /// Thesis §6.4: nothing of the leader's own term is committed, so its commit index may lie
    /// behind what was answered.
    NothingCommitted,
    /// Thesis §6.4: it is not sure that the leader still leads.
    NotConfirmed {
        /// The round that has to be answered.
        round: u64,
        /// How many have, the leader included.
        answered: u32,
        /// Voters in all.
        voters: u32,
    },
    /// Thesis §6.4: the leader was asked, and has not answered.
    LeaderAsked {
        /// The leader.
        leader: Option<NodeId>,
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
        if !self.is_leader() {
            return Some(Uncommitted::LeaderHasNotSaid { leader: self.leader });
        }
        if self.is_held_by_quorum(index) {
            return Some(Uncommitted::OlderTerm { entry, current: self.current_term() });
        }
        let membership = self.membership();
        let holders =
            |half: &[NodeId]| half.iter().filter(|&&id| self.held_by(id) >= index).count() as u32;
        let new = (Half::New, &membership.voters[..]);
        let halves = [(Half::Old, &membership.outgoing[..]), new];
        let is_missing = |&(_, half): &(Half, &[NodeId])| {
            !self.rules.is_quorum(holders(half) as usize, half.len()) && !half.is_empty()
        };
        let (half, ids) = halves.into_iter().find(is_missing).unwrap_or(new);
        let half = if membership.is_joint() { half } else { Half::Whole };
        Some(Uncommitted::TooFew { holders: holders(ids), voters: ids.len() as u32, half })
    }

    /// Why this server knows no leader; nothing when it knows one.
    pub fn why_no_leader(&self) -> Option<NoLeader> {
        if self.stopped {
            return Some(NoLeader::Stopped);
        }
        if self.leader.is_some() {
            return None;
        }
        let voters = self.membership().all_voters().len() as u32;
        let votes = |term: Term, ballot: &Ballot| Votes {
            term,
            granted: ballot.granted.len() as u32,
            refused: ballot.refused.len() as u32,
            voters,
        };
        let term = self.current_term();
        Some(match &self.role {
            Role::PreCandidate(ballot) => {
                NoLeader::AsksAhead(votes(term.saturating_add(1), ballot))
            }
            Role::Candidate(ballot) if ballot.granted.is_empty() && self.is_writing() => {
                NoLeader::Writes { term }
            }
            Role::Candidate(ballot) => NoLeader::Campaigns(votes(term, ballot)),
            Role::Follower | Role::Leader(_) if self.may_stand() => {
                NoLeader::Waits { until: self.timer.until }
            }
            Role::Follower | Role::Leader(_) if !self.is_admitted() => NoLeader::NotAdmitted,
            Role::Follower | Role::Leader(_) => NoLeader::NoVoter,
        })
    }

    /// Why a change that this leader has begun, or found, is not over; nothing when there is none.
    pub fn why_change_waits(&self) -> Option<ChangeWaits> {
        let leadership = self.leadership()?;
        let membership = self.membership();
        let index = self.membership_index();
        let is_open = index > self.commit_index;
        if leadership.change.is_none() && !is_open && !membership.is_joint() {
            return None;
        }
        let newcomers = leadership.change.iter().flat_map(|change| &change.catching_up);
        if let Some(newcomer) = newcomers.into_iter().find(|newcomer| !newcomer.done) {
            let (peer, round, target) = (newcomer.id, newcomer.round, newcomer.target);
            let match_index = leadership.peer(peer).map_or(0, |progress| progress.match_index);
            return Some(ChangeWaits::CatchingUp { peer, round, match_index, target });
        }
        let committed = self.log.term(self.commit_index).unwrap_or(0);
        Some(if is_open {
            ChangeWaits::NotCommitted { index }
        } else if leadership.transfer.is_some() {
            ChangeWaits::Transferring
        } else if !self.rules.may_change_in_term(committed, self.current_term()) {
            ChangeWaits::NothingCommitted
        } else {
            ChangeWaits::StaysJoint
        })
    }

    /// Why the oldest read that waits here is not answered; nothing when none waits.
    pub fn why_read_waits(&self) -> Option<ReadWaits> {
        if let Some(index) = self.reads.next_confirmed() {
            return Some(ReadWaits::NotApplied { index, applied: self.last_applied });
        }
        if self.reads.has_asked() {
            return Some(ReadWaits::LeaderAsked { leader: self.leader });
        }
        let leadership = self.leadership()?;
        let read = leadership.reads.first()?;
        if read.index.is_none() {
            return Some(ReadWaits::NothingCommitted);
        }
        let voters = self.membership().all_voters();
        let has_answered = |id: NodeId| {
            id == self.id || leadership.peer(id).is_some_and(|peer| peer.round >= read.round)
        };
        let answered = voters.iter().filter(|&&id| has_answered(id)).count() as u32;
        let voters = voters.len() as u32;
        Some(ReadWaits::NotConfirmed { round: read.round, answered, voters })
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{Config, Setup};
    use super::super::effect::{Effect, Input};
    use super::super::membership::{Change, Member};
    use super::super::message::{AppendReply, Body, Message, Round};
    use super::super::rules::Rules;
    use super::super::types::ProposalId;
    use super::*;
    use alloc::vec::Vec;

    fn setup(voters: &[u32], config: Config) -> Setup {
        let voters: Vec<NodeId> = voters.iter().copied().map(NodeId).collect();
        let (learners, rules) = ([NodeId(9)].into(), Rules::default());
        Setup { id: NodeId(1), voters: voters.into(), learners, config, rules, seed: 1 }
    }

    /// Hands something in; with `durable` what is to be written is written at once.
    fn step(node: &mut Node, input: Input, durable: bool) {
        let mut effects = Vec::new();
        node.step(Instant(5), input, &mut effects);
        while let Some(effect) = effects.pop() {
            if let (Effect::Persist(write), true) = (effect, durable) {
                node.step(Instant(5), Input::Written(write.token), &mut effects);
            }
        }
    }

    fn hear(node: &mut Node, from: u32, body: Body) {
        let message = Message { term: node.current_term(), body };
        step(node, Input::Message { from: NodeId(from), message }, true);
    }

    fn accept(node: &mut Node, from: u32, match_index: Index) {
        let reply = AppendReply::Accepted { match_index };
        hear(node, from, Body::AppendEntriesReply { reply, round: Round::default() });
    }

    /// The leader of S1, S2 and S3, with a no-op that nobody else has.
    fn leader() -> Node {
        let config = Config { noop: true, ..Config::paper() };
        let mut node = Node::found(setup(&[1, 2, 3], config), Instant::ZERO);
        step(&mut node, Input::Timeout, true);
        hear(&mut node, 2, Body::RequestVoteReply { granted: true });
        assert!(node.is_leader());
        node
    }

    #[test]
    fn why_there_is_no_leader() {
        let mut node = Node::found(setup(&[1, 2, 3], Config::paper()), Instant::ZERO);
        let until = node.deadline().unwrap();
        assert_eq!(node.why_no_leader(), Some(NoLeader::Waits { until }));
        step(&mut node, Input::Timeout, false);
        assert_eq!(node.why_no_leader(), Some(NoLeader::Writes { term: 1 }));
        step(&mut node, Input::Timeout, true);
        hear(&mut node, 3, Body::RequestVoteReply { granted: false });
        let votes = |term, refused| Votes { term, granted: 1, refused, voters: 3 };
        assert_eq!(node.why_no_leader(), Some(NoLeader::Campaigns(votes(2, 1))));
        step(&mut node, Input::WriteFailed, true);
        assert_eq!(node.why_no_leader(), Some(NoLeader::Stopped));

        // Nobody answers what was not sent; should somebody, its requests have left.
        let mut node = Node::found(setup(&[1, 2, 3, 4, 5], Config::paper()), Instant::ZERO);
        step(&mut node, Input::Timeout, false);
        hear(&mut node, 2, Body::RequestVoteReply { granted: true });
        let votes_of_five = Votes { term: 1, granted: 1, refused: 0, voters: 5 };
        assert_eq!(node.why_no_leader(), Some(NoLeader::Campaigns(votes_of_five)));

        let config = Config { pre_vote: true, ..Config::paper() };
        let mut node = Node::found(setup(&[1, 2, 3], config), Instant::ZERO);
        step(&mut node, Input::Timeout, true);
        assert_eq!(node.why_no_leader(), Some(NoLeader::AsksAhead(votes(1, 0))));
        let other = Node::found(setup(&[2, 3], config), Instant::ZERO);
        assert_eq!(other.why_no_leader(), Some(NoLeader::NoVoter));
        let new = Node::join(setup(&[1, 2, 3], config), 7, Instant::ZERO);
        assert_eq!(new.why_no_leader(), Some(NoLeader::NotAdmitted));
        assert_eq!(leader().why_no_leader(), None);
    }

    #[test]
    fn why_a_read_waits() {
        let mut node = leader();
        assert_eq!(node.why_read_waits(), None);
        step(&mut node, Input::Read { id: ProposalId(1) }, true);
        assert_eq!(node.why_read_waits(), Some(ReadWaits::NothingCommitted));
        accept(&mut node, 2, 1);
        let waits = ReadWaits::NotConfirmed { round: 1, answered: 1, voters: 3 };
        assert_eq!(node.why_read_waits(), Some(waits));
    }

    #[test]
    fn why_a_change_and_its_entries_wait() {
        let mut node = leader();
        accept(&mut node, 2, 1);
        assert_eq!((node.commit_index(), node.why_change_waits()), (1, None));
        let member = |id: u32| Member { id: NodeId(id), birth: 0 };
        let voters = Vec::from([member(1), member(4), member(5)]);
        let change = Change::Replace { voters, learners: Vec::new(), leaves_by_itself: false };
        step(&mut node, Input::Change { id: ProposalId(1), change }, true);
        let catching_up = |id: u32| ChangeWaits::CatchingUp {
            peer: NodeId(id),
            round: 1,
            match_index: 0,
            target: 2,
        };
        assert_eq!(node.why_change_waits(), Some(catching_up(4)));
        let whole = Uncommitted::TooFew { holders: 1, voters: 3, half: Half::Whole };
        assert_eq!(node.why_uncommitted(2), Some(whole));
        accept(&mut node, 2, 2);
        accept(&mut node, 4, 2);
        assert_eq!(node.why_change_waits(), Some(catching_up(5)));
        accept(&mut node, 5, 2);
        // The joint configuration: 1, 2, 3 and 1, 4, 5.
        assert_eq!(node.why_change_waits(), Some(ChangeWaits::NotCommitted { index: 3 }));
        let missing = |half| Some(Uncommitted::TooFew { holders: 1, voters: 3, half });
        assert_eq!(node.why_uncommitted(3), missing(Half::Old));
        accept(&mut node, 3, 3);
        assert_eq!(node.why_uncommitted(3), missing(Half::New));
        accept(&mut node, 5, 3);
        assert_eq!(node.why_uncommitted(3), None);
        assert_eq!(node.why_change_waits(), Some(ChangeWaits::StaysJoint));
    }
}
