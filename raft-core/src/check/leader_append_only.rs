//! Leader Append-Only (Figure 3): a leader never overwrites or deletes entries in its log.

use super::{Breach, Property};
use crate::raft::{Index, Node, NodeId, Term};
use alloc::vec;
use alloc::vec::Vec;

/// For each server that leads: its term, and how long its log was when it last changed.
#[derive(Clone, Debug, Default)]
pub(super) struct LeaderAppendOnly {
    leading: Vec<(NodeId, Term, Index)>,
}

impl LeaderAppendOnly {
    /// A server begins to lead. What it appends in the same step comes as a change after this,
    /// so its log as it was before counts.
    pub(super) fn on_leader(&mut self, node: &Node, term: Term) {
        self.forget(node.id());
        let own = (1..=node.log().last_index())
            .rev()
            .take_while(|&index| node.log().term(index) == Some(term));
        let before = node.log().last_index() - own.count() as Index;
        self.leading.push((node.id(), term, before));
    }

    /// A log changed from an index on, where it now has `count` entries. `node` may have gone
    /// further in the same event: a server that goes on after a pause finds many messages.
    pub(super) fn on_log_change(
        &mut self,
        node: &Node,
        from: Index,
        count: usize,
        breaches: &mut Vec<Breach>,
    ) {
        let id = node.id();
        let Some(led) = self.leading.iter_mut().find(|(leader, ..)| *leader == id) else { return };
        if !node.is_leader() || node.current_term() != led.1 {
            return self.forget(id);
        }
        if from <= led.2 {
            let property = Property::LeaderAppendOnly;
            breaches.push(Breach { property, servers: vec![id], term: led.1, index: from });
        }
        led.2 = from + count as Index - 1;
    }

    /// A server lost its memory.
    pub(super) fn forget(&mut self, server: NodeId) {
        self.leading.retain(|(leader, ..)| *leader != server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Config, Effect, Input, Node, ProposalId, Rules, Setup};
    use crate::time::Instant;

    #[test]
    fn a_leader_that_rewrites_an_entry_is_found() {
        let voters = [NodeId(1)].into();
        let (config, rules) = (Config::default(), Rules::default());
        let setup = Setup { id: NodeId(1), voters, config, rules, seed: 1 };
        let (mut node, mut effects) = (Node::found(setup, Instant::ZERO), Vec::new());
        node.step(Instant(1), Input::Timeout, &mut effects);
        let Some(Effect::Persist(write)) =
            effects.iter().find(|effect| matches!(effect, Effect::Persist(_))).cloned()
        else {
            panic!("a campaign writes its vote")
        };
        node.step(Instant(2), Input::Written(write.token), &mut effects);
        assert!(node.is_leader());
        let (mut judge, mut breaches) = (LeaderAppendOnly::default(), Vec::new());
        judge.on_leader(&node, 1);
        let mut propose = |number| {
            let (id, command) = (ProposalId(number), [0].into());
            node.step(Instant(3), Input::Propose { id, command }, &mut effects);
        };
        propose(1);
        propose(2);
        for index in 1..=3 {
            judge.on_log_change(&node, index, 1, &mut breaches);
        }
        assert_eq!(breaches, [], "appending is what leaders do, several times in one event too");
        judge.on_log_change(&node, 3, 1, &mut breaches);
        assert_eq!((breaches.len(), breaches[0].index), (1, 3));
    }
}
