//! One change at a time (§6, thesis §4.1): a leader that appends a membership has committed the
//! one before it, and every majority that decides by the one meets every majority that decides by
//! the other.
//!
//! From this follows that no two leaders ever commit by memberships that share no server: the
//! committed memberships form one chain, each of whose links holds.
//!
//! More is not true of Raft. A follower, and a leader at its election, may know of two memberships
//! that it does not know to be committed: the first is, by the leader that appended the second. A
//! leader that was cut off may go by a membership that shares nothing with the one committed
//! meanwhile: it can commit nothing by it.

use super::committed::Committed;
use super::{Breach, Property};
use crate::raft::{Encoding, Index, Membership, Node, NodeId, Payload};
use crate::sim::World;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// What the cluster was founded with: the membership before the first in the log.
#[derive(Clone, Debug, Default)]
pub(super) struct OneChangeAtATime {
    founders: Option<Arc<Membership>>,
}

impl OneChangeAtATime {
    /// The first thing that happens shows the founders.
    pub(super) fn on_event(&mut self, world: &World) {
        if self.founders.is_none() {
            let mut nodes = world.servers.iter().map(|server| &server.node);
            let founder = nodes.find(|node| node.membership_index() == 0 && node.birth() == 0);
            self.founders = founder.map(|node| node.membership().clone());
        }
    }

    /// The membership before the first in the log.
    pub(super) fn founders(&self) -> Option<&Arc<Membership>> {
        self.founders.as_ref()
    }

    /// Encodes it: who the founders are is the same in all states of a world.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let OneChangeAtATime { founders } = self;
        out.flags(&[founders.is_some()]);
    }

    /// A server's log changed from an index on.
    pub(super) fn on_log_change(
        &self,
        committed: &Committed,
        node: &Node,
        from: Index,
        breaches: &mut Vec<Breach>,
    ) {
        if !node.is_leader() {
            return;
        }
        for (index, entry) in (from..).zip(node.log().from(from)) {
            if let Payload::Membership(membership) = &entry.payload {
                if !self.may_follow(committed, node, index, membership) {
                    let (property, servers) = (Property::OneChangeAtATime, vec![node.id()]);
                    breaches.push(Breach { property, servers, term: entry.term, index });
                }
            }
        }
    }

    fn may_follow(
        &self,
        committed: &Committed,
        node: &Node,
        index: Index,
        membership: &Membership,
    ) -> bool {
        let known = node.commit_index().min(index - 1);
        let is_open = |index: Index| {
            let entry = node.log().entry(index);
            entry.is_some_and(|entry| matches!(entry.payload, Payload::Membership(_)))
        };
        let before = committed.membership_before(known + 1).or(self.founders.as_ref());
        !(known + 1..index).any(is_open) && before.is_none_or(|before| meet(before, membership))
    }
}

/// Whether whoever decides by one membership always includes somebody who decides by the other.
/// Of a joint one each half decides (§6), so one half is enough.
fn meet(one: &Membership, other: &Membership) -> bool {
    halves(one).any(|one| halves(other).any(|other| majorities_meet(one, other)))
}

fn halves(membership: &Membership) -> impl Iterator<Item = &[NodeId]> {
    let halves = [&membership.voters[..], &membership.outgoing[..]];
    halves.into_iter().filter(|half| !half.is_empty())
}

/// Whether every majority of one meets every majority of the other: they avoid each other when
/// those who must be taken of both sides fit beside each other into what they have in common.
fn majorities_meet(one: &[NodeId], other: &[NodeId]) -> bool {
    let common = one.iter().filter(|id| other.contains(id)).count();
    let from_common = |half: &[NodeId]| (half.len() / 2 + 1).saturating_sub(half.len() - common);
    from_common(one) + from_common(other) > common
}

#[cfg(test)]
mod tests {
    use super::super::committed::First;
    use super::super::testing::{setup, voters};
    use super::*;
    use crate::raft::{Change, Effect, Entry, Input, Member, ProposalId, Rule, Rules};
    use crate::time::Instant;
    use std::collections::BTreeSet;

    #[test]
    fn majorities_meet_where_trying_all_of_them_says_so() {
        let subsets = |ids: &[NodeId]| -> Vec<Vec<NodeId>> {
            let bits = 0u32..1 << ids.len();
            let chosen = |bits: u32| (0..ids.len()).filter(move |at| bits >> at & 1 == 1);
            let all = bits.map(|bits| chosen(bits).map(|at| ids[at]).collect::<Vec<_>>());
            all.filter(|chosen| chosen.len() * 2 > ids.len()).collect()
        };
        let names = |from: u32, to: u32| (from..=to).map(NodeId).collect::<Vec<_>>();
        for (one, first, last) in [(1, 1, 4), (3, 2, 6), (4, 2, 5), (4, 4, 7), (5, 1, 3), (5, 3, 5)]
        {
            let (one, other) = (names(1, one), names(first, last));
            let apart = |a: &Vec<NodeId>, b: &Vec<NodeId>| {
                let a: BTreeSet<_> = a.iter().collect();
                b.iter().all(|id| !a.contains(id))
            };
            let others = subsets(&other);
            let all_meet = subsets(&one).iter().all(|a| others.iter().all(|b| !apart(a, b)));
            assert_eq!(majorities_meet(&one, &other), all_meet, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_joint_membership_meets_both_of_its_halves_and_a_leap_meets_nothing() {
        let (old, new) = (voters(&[1, 2, 3]), voters(&[4, 5, 6]));
        let joint = Membership { outgoing: old.voters.clone(), ..(*new).clone() };
        assert!(meet(&old, &joint) && meet(&joint, &new) && !meet(&old, &new));
        assert!(meet(&old, &voters(&[1, 2, 3, 4])) && !meet(&old, &voters(&[1, 2, 3, 4, 5])));
    }

    /// A leader is asked for two changes, and only what it had before becomes durable.
    fn change_twice(rules: Rules, judge: &OneChangeAtATime) -> Vec<Breach> {
        let (mut node, mut effects) = (Node::found(setup_with(rules), Instant::ZERO), Vec::new());
        let (mut committed, mut breaches) = (Committed::default(), Vec::new());
        node.step(Instant(1), Input::Timeout, &mut effects);
        let mut seen = 0;
        for newcomer in 1..=3 {
            let change = Change::AddLearner(Member { id: NodeId(newcomer), birth: 7 });
            let id = ProposalId(u64::from(newcomer));
            if newcomer > 1 {
                node.step(Instant(2), Input::Change { id, change }, &mut effects);
            }
            while let Some(effect) = effects.get(seen).cloned() {
                seen += 1;
                let Effect::Persist(write) = effect else { continue };
                if let Some(log) = &write.log {
                    judge.on_log_change(&committed, &node, log.from, &mut breaches);
                }
                if newcomer == 1 {
                    node.step(Instant(2), Input::Written(write.token), &mut effects);
                }
            }
            while committed.len() < node.commit_index() {
                let entry: Entry = node.log().entry(committed.len() + 1).unwrap().clone();
                committed.push(First { entry, in_term: 1, by: node.id() });
            }
        }
        breaches
    }

    fn setup_with(rules: Rules) -> crate::raft::Setup {
        let config = crate::raft::Config { noop: true, ..crate::raft::Config::paper() };
        crate::raft::Setup { voters: [NodeId(1)].into(), config, rules, ..setup(1) }
    }

    #[test]
    fn a_second_change_before_the_first_is_committed_is_found() {
        let judge = OneChangeAtATime { founders: Some(voters(&[1])) };
        assert_eq!(change_twice(Rules::default(), &judge), []);
        let waived = Rules::default().without(Rule::OneChangeAtATime);
        let breaches = change_twice(waived, &judge);
        assert_eq!((breaches.len(), breaches[0].index), (1, 3));
        assert_eq!(breaches[0].property, Property::OneChangeAtATime);
    }

    #[test]
    fn a_leap_to_servers_that_share_nothing_is_found() {
        let judge = OneChangeAtATime { founders: Some(voters(&[7, 8, 9])) };
        let breaches = change_twice(Rules::default(), &judge);
        assert_eq!((breaches.len(), breaches[0].index), (1, 2));
    }
}
