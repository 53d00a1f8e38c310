//! Leader Completeness (Figure 3): an entry committed in a term is in the logs of the leaders of
//! all later terms.
//!
//! "Committed in a term" speaks of the term of the leader that committed it, not of the entry's
//! own: stated with the entry's term the property is false for correct Raft, since an older entry
//! may be committed late, by a leader of a much later term.
//!
//! A leader that has compacted its log (§7) has the entry if what its log begins after was
//! committed: all before that is a part of it.

use super::committed::Committed;
use super::{Breach, Property};
use crate::raft::{Index, Node, Term};
use crate::sim::World;
use alloc::vec::Vec;

/// A server begins to lead. The last entry speaks for those before it, by Log Matching.
pub(super) fn on_leader(
    committed: &Committed,
    node: &Node,
    term: Term,
    breaches: &mut Vec<Breach>,
) {
    if let Some((index, _)) = committed.last_before(term) {
        check(committed, node, term, index, breaches);
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
            check(committed, &server.node, term, index, breaches);
        }
    }
}

fn check(committed: &Committed, node: &Node, term: Term, index: Index, breaches: &mut Vec<Breach>) {
    if !committed.is_held_by(node, index) {
        let by = committed.at(index).map(|first| first.by);
        let servers = [node.id()].into_iter().chain(by).collect();
        let property = Property::LeaderCompleteness;
        breaches.push(Breach { property, servers, term, index });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, node_with};
    use super::*;
    use crate::raft::{NodeId, Position};

    #[test]
    fn a_leader_without_a_committed_entry_is_found_with_a_compacted_log_too() {
        let mut committed = Committed::default();
        for (term, in_term) in [(1, 2), (2, 2), (3, 4)] {
            committed.push(super::super::committed::First {
                entry: entry(term),
                in_term,
                by: NodeId(9),
            });
        }
        // (base, the terms after it, the term led) → the index that is missing
        let at = |index, term| Position { term, index };
        type Case = (Position, &'static [Term], Term, Option<Index>);
        let cases: [Case; 9] = [
            (at(0, 0), &[1, 2, 3], 5, None),
            (at(0, 0), &[1, 2], 5, Some(3)),
            (at(0, 0), &[1, 2], 4, None),
            (at(0, 0), &[1, 3], 3, Some(2)),
            (at(0, 0), &[], 2, None),
            (at(2, 2), &[3], 5, None),
            (at(3, 3), &[], 5, None),
            (at(3, 2), &[], 5, Some(3)),
            (at(2, 1), &[], 3, Some(2)),
        ];
        for (base, terms, led, missing) in cases {
            let mut breaches = Vec::new();
            on_leader(&committed, &node_with(1, base, terms), led, &mut breaches);
            let found = breaches.first().map(|breach| breach.index);
            assert_eq!(found, missing, "{base} {terms:?} leads {led}");
        }
    }
}
