//! Leader election (§5.2), its restriction (§5.4.1), PreVote (thesis §9.6) and the protection of
//! a working leader (thesis §4.2.3, §6.2).

use super::decision::{Decision, VoteRefusal};
use super::durable::Held;
use super::membership::Membership;
use super::message::Body;
use super::node::{Node, Role, Step};
use super::types::{NodeId, Position, Term};
use alloc::vec::Vec;

/// The answers a candidate has.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Ballot {
    /// Who voted for it, itself included once its own vote is durable.
    pub granted: Vec<NodeId>,
    /// Who refused.
    pub refused: Vec<NodeId>,
}

/// Standing for election.
impl Node {
    /// Whether it may become leader: it votes in its own membership, in this life. Thesis §4.2.2:
    /// as long as it does not know that its removal is committed, it may be needed: nobody else
    /// may have the entry that removes it, and without that its log beats all others.
    pub(super) fn may_stand(&self) -> bool {
        let is_voter = self.holds(|membership| membership.is_voter(self.id));
        self.rules.may_stand(is_voter) && self.is_admitted()
    }

    /// Whether it is the server that promised what its name promised: a founder that kept its
    /// disk, or one that the membership lists with this birth.
    pub(super) fn is_admitted(&self) -> bool {
        self.holds(|membership| membership.birth(self.id) == self.hard_state.birth)
    }

    /// Whether something is so in the membership in force, or in the latest that it knows to be
    /// committed.
    fn holds(&self, test: impl Fn(&Membership) -> bool) -> bool {
        test(self.membership()) || test(&self.memberships.at(self.commit_index))
    }

    /// §5.2: has heard of no leader for long enough. Thesis §9.6: first asks whether it would win.
    pub(super) fn stand(&mut self, step: &mut Step) {
        if !self.may_stand() {
            return;
        }
        let Some(term) = self.current_term().checked_add(1) else {
            // No term is left. A deadline that stays in the past would stop the driver's time.
            return self.arm_election_timer(step.now);
        };
        if !self.config.pre_vote {
            return self.campaign(step, false);
        }
        self.set_attempts(self.attempts.wrapping_add(1));
        self.role = Role::PreCandidate(Ballot::default());
        self.lose_leader(step);
        self.arm_election_timer(step.now);
        let last = self.log.last();
        step.decide(Decision::AsksAhead { term, last });
        for peer in self.membership().clone().all_voters() {
            if peer != self.id {
                self.send(step, peer, Body::PreVote { term, last }, false);
            }
        }
        self.on_ahead(step, self.id, true);
    }

    /// §5.2: begins an election in the next term; thesis §3.10: or because the leader asked for
    /// it, and then voters need not protect that leader.
    pub(super) fn campaign(&mut self, step: &mut Step, transfer: bool) {
        let Some(term) = self.current_term().checked_add(1).filter(|_| self.may_stand()) else {
            return;
        };
        self.set_term(term, Some(self.id));
        self.role = Role::Candidate(Ballot::default());
        self.lose_leader(step);
        self.arm_election_timer(step.now);
        let last = self.log.last();
        step.decide(Decision::Campaigns { term, last });
        let waits = self.rules.vote_waits_for_write();
        for peer in self.membership().clone().all_voters() {
            if peer != self.id {
                self.send(step, peer, Body::RequestVote { last, transfer }, waits);
            }
        }
        // A candidate's own vote counts as any other: once it is on stable storage.
        if waits {
            step.queue(Held::OwnVote(term), true);
        } else {
            self.on_vote(step, self.id, true);
        }
    }

    /// §5.2: counts an answer; a majority of votes makes a leader.
    pub(super) fn on_vote(&mut self, step: &mut Step, from: NodeId, granted: bool) {
        let Role::Candidate(ballot) = &mut self.role else { return };
        let Some((votes, voters)) = count(ballot, &self.memberships, self.rules, from, granted)
        else {
            return;
        };
        let is_won = self.wins(ballot_of(&self.role), votes);
        step.decide(Decision::CountsVote { from, granted, votes, voters });
        if is_won {
            step.decide(Decision::Leads { term: self.current_term(), votes, voters });
            self.lead(step);
        }
    }

    /// Thesis §9.6: counts an answer; with a majority of them an election can be won.
    fn on_ahead(&mut self, step: &mut Step, from: NodeId, granted: bool) {
        let Role::PreCandidate(ballot) = &mut self.role else { return };
        let Some((votes, voters)) = count(ballot, &self.memberships, self.rules, from, granted)
        else {
            return;
        };
        let is_won = self.wins(ballot_of(&self.role), votes);
        step.decide(Decision::CountsPreVote { from, granted, votes, voters });
        if is_won {
            return self.campaign(step, false);
        }
        let Role::PreCandidate(ballot) = &self.role else { return };
        let may_agree = |id: NodeId| !ballot.refused.contains(&id);
        if !self.membership().decides(self.rules, &may_agree) {
            step.decide(Decision::StaysFollower { term: self.current_term() });
            self.role = Role::Follower;
        }
    }

    fn wins(&self, ballot: Option<&Ballot>, votes: u32) -> bool {
        let Some(ballot) = ballot else { return false };
        // With this rule waived a voter may be on the ballot several times, and counts as often.
        if self.rules.may_count_vote(true) {
            return self.rules.is_quorum(votes as usize, self.membership().voters.len());
        }
        let agrees = |id: NodeId| ballot.granted.contains(&id);
        self.membership().decides(self.rules, &agrees)
    }
}

/// Voting.
impl Node {
    /// §5.2, §5.4.1: answers a candidate of our term.
    pub(super) fn on_request_vote(
        &mut self,
        step: &mut Step,
        from: NodeId,
        last: Position,
        leader_agrees: bool,
    ) {
        let (term, ours, voted_for) = (self.current_term(), self.log.last(), self.voted_for());
        let refusal = if !self.is_admitted() {
            Some(VoteRefusal::NotAdmitted)
        } else if !self.rules.learners_vote() && !self.membership().is_voter(self.id) {
            Some(VoteRefusal::Learner)
        } else if !self.rules.may_vote(voted_for, from) {
            voted_for.map(VoteRefusal::VotedFor)
        } else if !self.rules.is_up_to_date(last, ours) {
            Some(VoteRefusal::LogBehind { theirs: last, ours })
        } else if !leader_agrees && voted_for != Some(from) {
            // Another message may have told us of this term: what was promised holds on in it.
            self.live_leader(step, from)
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
                    self.set_term(term, Some(from));
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

    /// Thesis §9.6: says whether it would vote for the sender; changes nothing.
    pub(super) fn on_pre_vote(
        &mut self,
        step: &mut Step,
        from: NodeId,
        theirs: Term,
        asked: Term,
        last: Position,
    ) {
        let (term, ours) = (self.current_term(), self.log.last());
        let refusal = if asked <= term {
            Some(VoteRefusal::StaleTerm { theirs })
        } else if !self.is_admitted() {
            Some(VoteRefusal::NotAdmitted)
        } else if let Some(why) = self.live_leader(step, from) {
            Some(why)
        } else if !self.rules.is_ahead(last, ours) {
            Some(VoteRefusal::LogBehind { theirs: last, ours })
        } else {
            None
        };
        let granted = refusal.is_none();
        step.decide(match refusal {
            Some(why) => Decision::RefusesPreVote { to: from, term: asked, why },
            None => Decision::GrantsPreVote { to: from, term: asked },
        });
        let is_stale = matches!(refusal, Some(VoteRefusal::StaleTerm { .. }));
        if !is_stale || self.rules.answers_stale() {
            self.send(step, from, Body::PreVoteReply { term: asked, granted }, true);
        }
    }

    /// A grant speaks of the term that was asked for; a refusal tells the voter's own (thesis
    /// §9.6), so that a server that is behind does not ask in vain for ever.
    pub(super) fn on_pre_vote_reply(
        &mut self,
        step: &mut Step,
        from: NodeId,
        theirs: Term,
        asked: Term,
        granted: bool,
    ) {
        if !granted && theirs > self.current_term() {
            return self.enter_term(step, theirs, from);
        }
        let current = self.current_term();
        if Some(asked) == current.checked_add(1) {
            self.on_ahead(step, from, granted);
        } else if asked == current && !self.rules.tells_vote_kinds() {
            self.on_vote(step, from, granted);
        }
    }

    /// Thesis §4.2.3, §6.4.1: a request for votes that would replace a working leader is not even
    /// answered, and does not raise our term.
    pub(super) fn protects_leader(&self, step: &mut Step, from: NodeId, body: &Body) -> bool {
        let Body::RequestVote { transfer: false, .. } = body else { return false };
        let Some(why) = self.live_leader(step, from) else { return false };
        step.decide(Decision::RefusesVote { to: from, term: self.current_term(), why });
        true
    }

    /// Why a leader is not to be replaced by `candidate` now, if so.
    fn live_leader(&self, step: &Step, candidate: NodeId) -> Option<VoteRefusal> {
        let is_promised = step.now < self.promised_until || self.is_leader();
        let is_leader = self.leader == Some(candidate);
        let protects = self.config.check_quorum && is_promised;
        let why = match self.is_leader() {
            true => VoteRefusal::Leads,
            false => VoteRefusal::LeaderLives { leader: self.leader, until: self.promised_until },
        };
        (protects && !self.rules.may_help_leader(is_leader)).then_some(why)
    }
}

fn ballot_of(role: &Role) -> Option<&Ballot> {
    match role {
        Role::PreCandidate(ballot) | Role::Candidate(ballot) => Some(ballot),
        Role::Follower | Role::Leader(_) => None,
    }
}

/// Puts an answer on the ballot: how many votes there are now, of how many; nothing for an answer
/// of somebody who does not vote.
fn count(
    ballot: &mut Ballot,
    memberships: &super::membership::Memberships,
    rules: super::rules::Rules,
    from: NodeId,
    granted: bool,
) -> Option<(u32, u32)> {
    let membership = &memberships.latest().1;
    if !membership.is_voter(from) && !rules.counts_learners() {
        return None;
    }
    if !granted {
        if !ballot.refused.contains(&from) {
            ballot.refused.push(from);
        }
    } else if rules.may_count_vote(ballot.granted.contains(&from)) {
        ballot.granted.push(from);
    }
    Some((ballot.granted.len() as u32, membership.each_voter().count() as u32))
}
