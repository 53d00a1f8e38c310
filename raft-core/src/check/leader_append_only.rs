//! Leader Append-Only (Figure 3): a leader never overwrites or deletes entries in its log.
//!
//! What it compacts away (§7) stays a part of its snapshot: that is no deletion.

use super::{Breach, Property};
use crate::raft::{Encoding, Index, Node, NodeId, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// For each server that leads: its term, and how long its log was when it last changed.
#[derive(Clone, Debug, Default)]
pub(super) struct LeaderAppendOnly {
    leading: Vec<(NodeId, Term, Index)>,
}

impl LeaderAppendOnly {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.leading.len()
    }

    /// A server begins to lead. What it appends in the same step comes as a change after this,
    /// so its log as it was before counts.
    pub(super) fn on_leader(&mut self, node: &Node, term: Term) {
        self.forget(node.id());
        let log = node.log();
        let own = (log.base().index + 1..=log.last_index())
            .rev()
            .take_while(|&index| log.term(index) == Some(term));
        let before = log.last_index() - own.count() as Index;
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

    /// Encodes what is known of those who still lead: of others it is forgotten at the next change
    /// of their log.
    pub(super) fn canonical(&self, world: &World, out: &mut Encoding) {
        let LeaderAppendOnly { leading } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for (id, term, last) in leading {
            let node = world.server(*id).map(|server| &server.node);
            if node.is_some_and(|node| node.is_leader() && node.current_term() == *term) {
                out.server(*id);
                out.word(*last);
                sum = sum.wrapping_add(out.cut(mark));
            }
        }
        out.word(sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Config, Effect, Input, Node, ProposalId, Rules, Setup};
    use crate::time::Instant;

    /// The leader of a cluster of its own; what it writes is durable at once.
    struct Alone {
        node: Node,
        effects: Vec<Effect>,
    }

    impl Alone {
        fn step(&mut self, input: Input) {
            self.node.step(Instant(1), input, &mut self.effects);
            while let Some(effect) = self.effects.pop() {
                if let Effect::Persist(write) = effect {
                    self.step(Input::Written(write.token));
                }
            }
        }

        fn propose(&mut self) {
            self.step(Input::Propose { id: ProposalId(1), command: [0].into() });
        }
    }

    fn leader() -> Alone {
        let voters = [NodeId(1)].into();
        let config = Config { snapshot_keep: 0, ..Config::default() };
        let (learners, rules) = ([].into(), Rules::default());
        let setup = Setup { id: NodeId(1), voters, learners, config, rules, seed: 1 };
        let node = Node::found(setup, Instant::ZERO);
        let mut alone = Alone { node, effects: Vec::new() };
        alone.step(Input::Timeout);
        assert!(alone.node.is_leader());
        alone
    }

    #[test]
    fn a_leader_that_rewrites_an_entry_is_found() {
        let mut alone = leader();
        let (mut judge, mut breaches) = (LeaderAppendOnly::default(), Vec::new());
        judge.on_leader(&alone.node, 1);
        alone.propose();
        alone.propose();
        for index in 1..=3 {
            judge.on_log_change(&alone.node, index, 1, &mut breaches);
        }
        assert_eq!(breaches, [], "appending is what leaders do, several times in one event too");
        judge.on_log_change(&alone.node, 3, 1, &mut breaches);
        assert_eq!((breaches.len(), breaches[0].index), (1, 3));
    }

    #[test]
    fn a_leader_that_compacts_its_log_deletes_nothing() {
        let mut alone = leader();
        let (mut judge, mut breaches) = (LeaderAppendOnly::default(), Vec::new());
        judge.on_leader(&alone.node, 1);
        alone.propose();
        judge.on_log_change(&alone.node, 1, 2, &mut breaches);
        alone.step(Input::Snapshot { index: 2, data: [].into() });
        assert_eq!(alone.node.log().base().index, 2);
        alone.propose();
        judge.on_log_change(&alone.node, 3, 1, &mut breaches);
        assert_eq!(breaches, []);
        judge.on_log_change(&alone.node, 3, 1, &mut breaches);
        assert_eq!(breaches.len(), 1);
    }
}
