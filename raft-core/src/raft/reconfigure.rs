//! Changing the membership (§6, thesis §4): one server at a time, or any change by way of a joint
//! configuration.
//!
//! A membership is in force on each server as soon as it stands in its log, committed or not, and
//! goes out of force with its entry. It never waits until it is applied: so there is no time in
//! which a server that knows of a change acts by the old one, and the guards that other
//! implementations need for that time (no election with an unapplied change) have no place here.

use super::decision::Decision;
use super::effect::{Outcome, Refusal};
use super::leadership::{CatchUp, PendingChange, new_voters};
use super::membership::{Change, Membership};
use super::node::{Node, Role, Step};
use super::types::{Index, NodeId, Payload, ProposalId};
use crate::time::Duration;
use alloc::sync::Arc;

impl Node {
    /// §6: begins a change.
    pub(super) fn on_change(&mut self, step: &mut Step, id: ProposalId, change: Change) {
        let Role::Leader(leadership) = &self.role else {
            return self.resolve(step, id, Outcome::NotLeader(self.leader));
        };
        let is_leave = change == Change::Leave;
        let refusal = leadership
            .refusal(self.rules, 0)
            .or_else(|| leadership.change.as_ref().map(|_| Refusal::ChangePending))
            .or_else(|| self.change_refusal(is_leave));
        if let Some(refusal) = refusal {
            self.refuse_change(step, id, refusal);
            return self.ensure_own_entry(step);
        }
        let before = self.membership().clone();
        let next = match before.changed(&change) {
            Ok(next) => next,
            Err(why) => return self.refuse_change(step, id, Refusal::Bad(why)),
        };
        let newcomers = new_voters(&before, &change);
        if newcomers.is_empty() || !self.rules.new_voters_catch_up() {
            return self.put_in_force(step, id, next);
        }
        // Thesis §4.2.1: new servers first get the log without counting.
        let learning = before.with_learners(&newcomers);
        let then = match change {
            Change::AddVoter(member) => Change::Promote(member.id),
            other => other,
        };
        if learning != *before {
            self.append_membership(step, learning);
        }
        let target = self.log.last_index();
        let begun = |id: NodeId| CatchUp { id, round: 1, target, since: step.now, done: false };
        let mut pending = PendingChange::new(id, Some(then));
        pending.catching_up = newcomers.iter().map(|member| begun(member.id)).collect();
        if let Role::Leader(leadership) = &mut self.role {
            leadership.change = Some(pending);
        }
        self.send_to_all(step, false);
        self.advance_commit(step);
    }

    /// Thesis §4.1: why no change may be appended now. Nothing of our own term committed: an
    /// earlier leader's change may still win against ours (the bug of 2015). An earlier change not
    /// committed: two majorities need not share a server. One that is in force is in the log, so
    /// the latest membership tells.
    fn change_refusal(&self, is_leave: bool) -> Option<Refusal> {
        let committed = self.log.term(self.commit_index).unwrap_or(0);
        let is_pending = self.membership_index() > self.commit_index;
        if !self.rules.may_change_after(is_pending) {
            Some(Refusal::ChangePending)
        } else if !self.rules.may_change_in_term(committed, self.current_term()) {
            Some(Refusal::NothingCommitted)
        } else if self.membership().is_joint() && !is_leave {
            Some(Refusal::Bad(super::membership::BadChange::Joint))
        } else {
            None
        }
    }

    /// Appends the membership that a change led to. The change is over when that is committed,
    /// unless it is a joint one that the leader leaves by itself.
    fn put_in_force(&mut self, step: &mut Step, id: ProposalId, next: Membership) {
        let goes_on = next.is_joint() && next.leaves_by_itself;
        let index = self.append_membership(step, next);
        let Role::Leader(leadership) = &mut self.role else { return };
        leadership.change = goes_on.then(|| PendingChange::new(id, None));
        if !goes_on {
            self.proposals.push_back((index, id));
        }
        self.send_to_all(step, false);
        self.advance_commit(step);
    }

    fn append_membership(&mut self, step: &mut Step, next: Membership) -> Index {
        let index = self.append(Payload::Membership(Arc::new(next)));
        step.decide(Decision::ChangesMembership { index });
        let (membership, next) = (self.membership().clone(), self.log.last_index());
        if let Role::Leader(leadership) = &mut self.role {
            leadership.serve(self.id, &membership, next, step.now);
        }
        index
    }

    /// Thesis §4.2.1: a learner has our log up to `match_index`.
    pub(super) fn note_catch_up(&mut self, step: &mut Step, peer: NodeId, match_index: Index) {
        let (last, limit) = (self.log.last_index(), self.config.catch_up_rounds);
        let short = self.config.election_min;
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(change) = &mut leadership.change else { return };
        let Some(newcomer) = change.catching_up.iter_mut().find(|newcomer| newcomer.id == peer)
        else {
            return;
        };
        if newcomer.done || match_index < newcomer.target {
            return;
        }
        let took = step.now.since(newcomer.since);
        step.decide(Decision::EndsCatchUpRound { peer, round: newcomer.round, took });
        if took <= short {
            newcomer.done = true;
        } else if newcomer.round >= limit {
            self.refuse_pending(step, Refusal::NotCaughtUp(peer));
        } else {
            let round = newcomer.round + 1;
            *newcomer = CatchUp { id: peer, round, target: last, since: step.now, done: false };
        }
    }

    /// Thesis §4.2.1: a new server that does not even end a round is not waited for either.
    pub(super) fn give_up_change(&mut self, step: &mut Step) {
        let patience = self.config.election_max.0;
        let patience = Duration(patience.saturating_mul(u64::from(self.config.catch_up_rounds)));
        let change = self.leadership().and_then(|leadership| leadership.change.as_ref());
        let is_late = |newcomer: &&CatchUp| !newcomer.done && newcomer.since + patience < step.now;
        let late = change.and_then(|change| change.catching_up.iter().find(is_late));
        if let Some(newcomer) = late.copied() {
            self.refuse_pending(step, Refusal::NotCaughtUp(newcomer.id));
        }
    }

    fn refuse_pending(&mut self, step: &mut Step, why: Refusal) {
        let Role::Leader(leadership) = &mut self.role else { return };
        if let Some(change) = leadership.change.take() {
            self.refuse_change(step, change.id, why);
        }
    }

    fn refuse_change(&self, step: &mut Step, id: ProposalId, why: Refusal) {
        step.decide(Decision::RefusesChange { why });
        self.resolve(step, id, Outcome::Refused(why));
    }

    /// Goes on with a change as far as it can now: once the new servers have caught up and the
    /// membership in force is committed, and out of a joint configuration that is. Another leader
    /// takes up the latter where this one left off.
    pub(super) fn go_on_with_change(&mut self, step: &mut Step) {
        let Role::Leader(leadership) = &self.role else { return };
        if leadership.change.is_none() && !self.membership().is_joint() {
            return;
        }
        let membership = self.membership().clone();
        let is_free = leadership.transfer.is_none();
        let leaves = membership.is_joint() && membership.leaves_by_itself;
        let has_caught_up =
            |change: &PendingChange| change.catching_up.iter().all(|newcomer| newcomer.done);
        let pending = leadership.change.clone();
        let planned = pending.as_ref().filter(|change| has_caught_up(change));
        let next = match planned.and_then(|change| change.then.as_ref()) {
            Some(change) => Some(change.clone()),
            None => leaves.then_some(Change::Leave),
        };
        let Some(next) = next else { return };
        if !is_free || self.change_refusal(next == Change::Leave).is_some() {
            return;
        }
        let Ok(changed) = membership.changed(&next) else {
            return self.refuse_pending(step, Refusal::ChangePending);
        };
        match pending {
            Some(change) => self.put_in_force(step, change.id, changed),
            None => {
                self.append_membership(step, changed);
                self.send_to_all(step, false);
                self.advance_commit(step);
            }
        }
    }

    /// Thesis §4.2.2: a leader whose removal is committed hands over and steps down.
    pub(super) fn leave_if_removed(&mut self, step: &mut Step) {
        let is_removed = !self.membership().is_voter(self.id);
        if !self.is_leader() || !is_removed || self.membership_index() > self.commit_index {
            return;
        }
        let voters = self.membership().voters.clone();
        let heir = self.leadership().and_then(|leadership| {
            let peers = leadership.peers.iter().filter(|peer| voters.contains(&peer.id));
            peers.max_by_key(|peer| (peer.match_index, core::cmp::Reverse(peer.id))).map(|p| p.id)
        });
        self.send_to_all(step, true);
        if let Some(heir) = heir.filter(|_| self.config.hand_over) {
            self.tell_to_stand(step, heir);
        }
        step.decide(Decision::LeavesCluster { term: self.current_term() });
        self.become_follower(step);
    }

    /// Entries from `first` on are new in a follower's log: the memberships among them are in
    /// force.
    pub(super) fn read_memberships(&mut self, step: &mut Step, first: Index) {
        for (index, entry) in (first..).zip(self.log.from(first)) {
            if matches!(entry.payload, Payload::Membership(_)) {
                self.memberships.read(index, entry);
                step.decide(Decision::ChangesMembership { index });
            }
        }
    }
}
