//! Leader Completeness (Figure 3): an entry committed in a term is in the logs of the leaders of
//! all later terms.
//!
//! "Committed in a term" speaks of the term of the leader that committed it, not of the entry's
//! own: stated with the entry's term the property is false for correct Raft, since an older entry
//! may be committed late, by a leader of a much later term.

use super::committed::{Committed, First};
use super::{Breach, Property};
use crate::raft::{Index, Node, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// A server begins to lead. The last entry speaks for those before it, by Log Matching.
pub(super) fn on_leader(
    committed: &Committed,
    node: &Node,
    term: Term,
    breaches: &mut Vec<Breach>,
) {
    if let Some((index, first)) = committed.last_before(term) {
        check(node, term, index, first, breaches);
    }
}

/// Entries after `known` were committed: leaders of later terms there are must hold the last.
pub(super) fn on_commit(
    committed: &Committed,
    known: Index,
    world: &World,
    breaches: &mut Vec<Breach>,
) {
    let index = committed.len();
    let Some(first) = committed.at(index).filter(|_| index > known) else { return };
    for server in world.servers.iter().filter(|server| server.node.is_leader()) {
        let term = server.node.current_term();
        if term > first.in_term {
            check(&server.node, term, index, first, breaches);
        }
    }
}

fn check(node: &Node, term: Term, index: Index, first: &First, breaches: &mut Vec<Breach>) {
    if node.log().entry(index) != Some(&first.entry) {
        let (property, servers) = (Property::LeaderCompleteness, vec![node.id(), first.by]);
        breaches.push(Breach { property, servers, term, index });
    }
}
