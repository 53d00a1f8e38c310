//! Commitment (§5.3, §5.4.2) and application.

use super::decision::Decision;
use super::effect::{Effect, Outcome};
use super::node::{Node, Role, Step};
use super::types::{Index, NodeId, Position};
use alloc::vec::Vec;

impl Node {
    /// §5.4.2: a leader commits what a quorum holds, counting only entries of its own term.
    pub(super) fn advance_commit(&mut self, step: &mut Step) {
        if self.commit_index == self.log.last_index() {
            return;
        }
        let Some(index) = self.quorum_index() else { return };
        let (term, current) = (self.log.term(index).unwrap_or(0), self.current_term());
        if !self.rules.may_commit(term, current) {
            let entry = Position { term, index };
            return step.decide(Decision::HoldsCommit { entry, term: current });
        }
        let holders = self.holders(index);
        step.decide(Decision::Commits { from: self.commit_index, to: index, holders });
        let freed = self.log.from(self.commit_index + 1);
        let freed = freed.take((index - self.commit_index) as usize);
        let freed: u64 = freed.map(|entry| entry.payload.len()).sum();
        self.commit_index = index;
        if let Role::Leader(leadership) = &mut self.role {
            leadership.uncommitted_bytes = leadership.uncommitted_bytes.saturating_sub(freed);
        }
        self.settle_reads(step);
        self.go_on_with_change(step);
        self.leave_if_removed(step);
    }

    /// How many voters are known to hold the entry at an index durably; 0 unless we lead.
    pub fn holders(&self, index: Index) -> u32 {
        if !self.is_leader() {
            return 0;
        }
        self.membership().each_voter().filter(|&id| self.held_by(id) >= index).count() as u32
    }

    /// The largest index beyond the commit index that a quorum holds.
    fn quorum_index(&self) -> Option<Index> {
        let leadership = self.leadership()?;
        let peers = leadership.peers.iter().map(|peer| peer.match_index);
        let own = self.held_by(self.id);
        let mut found = None;
        for index in peers.chain([own]).filter(|&index| index > self.commit_index) {
            if found.is_none_or(|found| index > found) && self.is_held_by_quorum(index) {
                found = Some(index);
            }
        }
        found
    }

    /// Whether a quorum is known to hold the entry at an index durably. Thesis §4.2.2: a leader
    /// that is to be removed does not count itself.
    pub(super) fn is_held_by_quorum(&self, index: Index) -> bool {
        let holds = |id: NodeId| self.held_by(id) >= index;
        let is_extra = !self.membership().is_voter(self.id) && holds(self.id);
        let more = is_extra && !self.rules.removed_leader_does_not_count();
        self.membership().decides_with(self.rules, &holds, usize::from(more))
    }

    /// How far a voter's log is known to match ours, durably.
    pub(super) fn held_by(&self, id: NodeId) -> Index {
        if id == self.id {
            return self.rules.leader_counts(self.durable.index(), self.log.last_index());
        }
        self.leadership().and_then(|leadership| leadership.peer(id)).map_or(0, |p| p.match_index)
    }

    /// Figure 2: a follower commits what the leader says, as far as the request checked its log.
    pub(super) fn commit_to(&mut self, step: &mut Step, commit: Index, checked: Index) {
        let last = self.log.last_index();
        let to = commit.min(self.rules.commit_bound(checked, last)).min(last);
        if self.rules.may_move_commit(self.commit_index, to) {
            step.decide(Decision::Commits { from: self.commit_index, to, holders: 0 });
            self.commit_index = to;
        }
    }

    /// Hands committed entries to the state machine, once they are durable here, and resolves the
    /// proposals among them.
    pub(super) fn apply(&mut self, effects: &mut Vec<Effect>) {
        self.restore_state(effects);
        let limit = self.commit_index.min(self.durable.index());
        while self.last_applied < limit {
            let index = self.last_applied + 1;
            let Some(entry) = self.log.entry(index).cloned() else { break };
            self.last_applied = index;
            self.applied_bytes += entry.payload.len();
            effects.push(Effect::Apply { index, entry });
            if self.proposals.front().is_some_and(|&(first, _)| first <= index) {
                let Some((_, id)) = self.proposals.pop_front() else { break };
                effects.push(Effect::Resolve { id, outcome: Outcome::Committed(index) });
            }
        }
        self.answer_reads(effects);
        self.ask_for_snapshot(effects);
    }

    /// §7: a leader's snapshot takes the place of the state machine, once it is durable.
    fn restore_state(&mut self, effects: &mut Vec<Effect>) {
        let Some(snapshot) = &self.snapshot else { return };
        let index = snapshot.last.index;
        if index > self.last_applied && self.durable.snapshot() >= index {
            effects.push(Effect::Restore(snapshot.clone()));
            self.last_applied = index;
        }
    }
}
