//! Leader election (§5.2) and its restriction (§5.4.1).

use super::decision::{Decision, VoteRefusal};
use super::durable::Held;
use super::message::Body;
use super::node::{Node, Role, Step};
use super::types::{HardState, NodeId, Position};
use alloc::vec::Vec;

/// The answers a candidate has.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Ballot {
    /// Who voted for it, itself included once its own vote is durable.
    pub granted: Vec<NodeId>,
    /// Who refused.
    pub refused: Vec<NodeId>,
}

impl Node {
    /// §5.2: begins an election in the next term.
    pub(super) fn campaign(&mut self, step: &mut Step) {
        if self.is_leader() || !self.voters.contains(&self.id) {
            return;
        }
        let Some(term) = self.current_term().checked_add(1) else {
            // No term is left. A deadline that stays in the past would stop the driver's time.
            return self.arm_election_timer(step.now);
        };
        self.hard_state = HardState { current_term: term, voted_for: Some(self.id) };
        self.durable.changed_hard_state();
        self.role = Role::Candidate(Ballot::default());
        self.leader = None;
        self.arm_election_timer(step.now);
        let last = self.log.last();
        step.decide(Decision::Campaigns { term, last });
        let waits = self.rules.vote_waits_for_write();
        for &peer in self.voters.clone().iter().filter(|&&peer| peer != self.id) {
            self.send(step, peer, Body::RequestVote { last }, waits);
        }
        // A candidate's own vote counts as any other: once it is on stable storage.
        if waits {
            step.queue(Held::OwnVote(term), true);
        } else {
            self.on_vote(step, self.id, true);
        }
    }

    /// §5.2, §5.4.1: answers a candidate of our term.
    pub(super) fn on_request_vote(&mut self, step: &mut Step, from: NodeId, last: Position) {
        let (term, ours, voted_for) = (self.current_term(), self.log.last(), self.voted_for());
        let refusal = if !self.rules.may_vote(voted_for, from) {
            voted_for.map(VoteRefusal::VotedFor)
        } else if !self.rules.is_up_to_date(last, ours) {
            Some(VoteRefusal::LogBehind { theirs: last, ours })
        } else {
            None
        };
        match refusal {
            Some(why) => {
                step.decide(Decision::RefusesVote { to: from, term, why });
                self.send(step, from, Body::RequestVoteReply { granted: false }, true);
            }
            None => {
                if voted_for != Some(from) {
                    self.hard_state.voted_for = Some(from);
                    self.durable.changed_hard_state();
                }
                if !self.is_leader() {
                    self.arm_election_timer(step.now);
                }
                step.decide(Decision::GrantsVote { to: from, term });
                let waits = self.rules.vote_waits_for_write();
                self.send(step, from, Body::RequestVoteReply { granted: true }, waits);
            }
        }
    }

    /// §5.2: counts an answer; a majority of votes makes a leader.
    pub(super) fn on_vote(&mut self, step: &mut Step, from: NodeId, granted: bool) {
        let (rules, voters) = (self.rules, self.voters.len());
        let Role::Candidate(ballot) = &mut self.role else { return };
        if !self.voters.contains(&from) {
            return;
        }
        if !granted {
            if !ballot.refused.contains(&from) {
                ballot.refused.push(from);
            }
        } else if rules.may_count_vote(ballot.granted.contains(&from)) {
            ballot.granted.push(from);
        }
        let votes = ballot.granted.len();
        step.decide(Decision::CountsVote {
            from,
            granted,
            votes: votes as u32,
            voters: voters as u32,
        });
        if rules.is_quorum(votes, voters) {
            step.decide(Decision::Leads {
                term: self.current_term(),
                votes: votes as u32,
                voters: voters as u32,
            });
            self.lead(step);
        }
    }
}
