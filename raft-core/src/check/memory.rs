//! What the judges remember is part of a state: two memories that may lead to different verdicts
//! are encoded differently.

use super::Judges;
use super::committed::First;
use super::testing::{entry, node_with};
use crate::raft::{Encoding, Node, NodeId, Position};
use crate::sim::World;
use crate::sim::kv::Stamp;
use crate::sim::script::parse;
use alloc::sync::Arc;
use alloc::vec::Vec;

fn world() -> World {
    let text = "raft 1\nservers 3\nset reads confirmed\nset sessions on";
    World::new(Arc::new(parse(text).unwrap()))
}

fn encoded(judges: &Judges, names: &[u32]) -> Vec<u64> {
    let world = world();
    let nodes: Vec<&Node> = world.servers.iter().map(|server| &server.node).collect();
    let mut out = Encoding::new(names, &nodes, Vec::new());
    judges.canonical(&world, true, &mut out);
    out.into_words()
}

fn after(happens: impl FnOnce(&mut Judges)) -> Vec<u64> {
    let mut judges = Judges::default();
    happens(&mut judges);
    encoded(&judges, &[1, 2, 3])
}

fn leads(server: u32, term: u64) -> impl Fn(&mut Judges) {
    move |judges| judges.election_safety.on_leader(NodeId(server), term, &mut Vec::new())
}

fn commits(term: u64, in_term: u64, by: u32) -> impl Fn(&mut Judges) {
    let by = NodeId(by);
    move |judges| judges.committed.push(First { entry: entry(term), in_term, by })
}

fn grows(server: u32, terms: &'static [u64]) -> impl Fn(&mut Judges) {
    move |judges| {
        let node = node_with(server, Position::default(), terms);
        judges.log_matching.on_log_change(&node, 1, &mut Vec::new());
    }
}

fn votes(voter: u32, term: u64, candidate: u32) -> impl Fn(&mut Judges) {
    let node = node_with(voter, Position::default(), &[]);
    move |judges| judges.vote_once.on_vote(&node, term, NodeId(candidate), &mut Vec::new())
}

fn applies(index: u64, stamp: Option<(u64, u64)>, took_effect: bool) -> impl Fn(&mut Judges) {
    let stamp = stamp.map(|(session, number)| Stamp { session, number });
    move |judges| {
        let judge = &mut judges.exactly_once;
        judge.on_applied(NodeId(1), index, || stamp, took_effect, &mut Vec::new());
    }
}

#[test]
fn memories_that_may_lead_to_different_verdicts_differ() {
    let reads = |calls: &[(u32, u64)], served: &[(u32, u64, u64)], done: &[(u32, u64)]| {
        after(|judges| {
            let judge = &mut judges.linearizable_reads;
            calls.iter().for_each(|&(client, call)| judge.on_called(client, call));
            for &(client, call, index) in served {
                judge.on_served(NodeId(1), (client, call), index, false, &mut Vec::new());
            }
            done.iter().for_each(|&(client, call)| judge.on_done(client, call));
        })
    };
    let seen = |terms| after(|judges| judges.monotonic.on_step(&node_at(terms), &mut Vec::new()));
    let mut all = alloc::vec![
        after(|_| {}),
        after(leads(1, 1)),
        after(leads(2, 1)),
        after(leads(1, 2)),
        after(commits(1, 1, 1)),
        after(commits(2, 2, 1)),
        after(commits(1, 2, 1)),
        after(grows(1, &[1])),
        after(grows(1, &[2])),
        after(grows(1, &[1, 2])),
        after(grows(1, &[2, 2])),
        after(applies(1, None, true)),
        after(applies(1, None, false)),
        after(applies(1, Some((1, 1)), true)),
        after(applies(1, Some((1, 2)), true)),
        after(applies(1, Some((2, 1)), true)),
        reads(&[(1, 1)], &[], &[]),
        reads(&[(1, 2)], &[], &[]),
        reads(&[(2, 1)], &[], &[]),
        reads(&[(1, 1)], &[(1, 1, 5)], &[]),
        reads(&[(1, 1)], &[(1, 1, 6)], &[]),
        reads(&[(1, 1)], &[(1, 1, 5)], &[(1, 1)]),
        seen(0),
        seen(1),
        after(votes(1, 1, 2)),
        after(votes(2, 1, 2)),
        after(votes(1, 2, 2)),
        after(votes(1, 1, 3)),
    ];
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

/// A server that has committed so many entries by a snapshot.
fn node_at(index: u64) -> Node {
    node_with(1, Position { term: index.min(1), index }, &[])
}

#[test]
fn what_is_only_told_to_people_is_left_out_and_names_are_folded() {
    assert_eq!(after(commits(1, 1, 1)), after(commits(1, 1, 2)));
    assert_eq!(after(grows(1, &[1, 2])), after(grows(2, &[1, 2])));
    let (mut one, mut mirror) = (Judges::default(), Judges::default());
    for (judges, first, second) in [(&mut one, 1, 2), (&mut mirror, 2, 1)] {
        leads(first, 1)(judges);
        leads(second, 2)(judges);
    }
    assert_ne!(encoded(&one, &[1, 2, 3]), encoded(&mirror, &[1, 2, 3]));
    assert_eq!(encoded(&one, &[1, 2, 3]), encoded(&mirror, &[2, 1, 3]));
}
