//! Commitment (§5.3, §5.4.2) and application.

use super::decision::Decision;
use super::node::{Effect, Node, Outcome, Role, Step};
use super::types::{Index, Position};
use alloc::vec::Vec;

impl Node {
    /// §5.4.2: a leader commits what a quorum holds, counting only entries of its own term.
    pub(super) fn advance_commit(&mut self, step: &mut Step) {
        if self.commit_index == self.log.last_index() {
            return;
        }
        let Some(index) = self.quorum_index().filter(|&index| index > self.commit_index) else {
            return;
        };
        let (term, current) = (self.log.term(index).unwrap_or(0), self.current_term());
        if !self.rules.may_commit(term, current) {
            let entry = Position { term, index };
            return step.decide(Decision::HoldsCommit { entry, term: current });
        }
        let holders = self.holders(index);
        step.decide(Decision::Commits { from: self.commit_index, to: index, holders });
        self.commit_index = index;
    }

    /// How many voters are known to hold the entry at an index durably; 0 unless we lead.
    pub fn holders(&self, index: Index) -> u32 {
        self.matches().iter().filter(|&&held| held >= index).count() as u32
    }

    /// The largest index that a quorum holds.
    fn quorum_index(&self) -> Option<Index> {
        let (matches, voters) = (self.matches(), self.voters.len());
        let holders = |index| matches.iter().filter(|&&held| held >= index).count();
        let held = matches.iter().copied();
        held.filter(|&index| self.rules.is_quorum(holders(index), voters)).max()
    }

    /// How far each voter's log is known to match ours, our own included; empty unless we lead.
    fn matches(&self) -> Vec<Index> {
        let Role::Leader(peers) = &self.role else { return Vec::new() };
        let own = self.rules.leader_counts(self.durable.index(), self.log.last_index());
        peers.iter().map(|progress| progress.match_index).chain([own]).collect()
    }

    /// Figure 2: a follower commits what the leader says, as far as the request checked its log.
    pub(super) fn commit_to(&mut self, step: &mut Step, commit: Index, checked: Index) {
        let last = self.log.last_index();
        let to = commit.min(self.rules.commit_bound(checked, last)).min(last);
        if to > self.commit_index {
            step.decide(Decision::Commits { from: self.commit_index, to, holders: 0 });
            self.commit_index = to;
        }
    }

    /// Hands committed entries to the state machine, once they are durable here, and resolves the
    /// proposals among them.
    pub(super) fn apply(&mut self, effects: &mut Vec<Effect>) {
        let limit = self.commit_index.min(self.durable.index());
        while self.last_applied < limit {
            let index = self.last_applied + 1;
            let Some(entry) = self.log.entry(index).cloned() else { return };
            self.last_applied = index;
            effects.push(Effect::Apply { index, entry });
            if self.proposals.first().is_some_and(|&(first, _)| first == index) {
                let (_, id) = self.proposals.remove(0);
                effects.push(Effect::Resolve { id, outcome: Outcome::Committed(index) });
            }
        }
    }
}
