//! State Machine Safety (Figure 3): if a server has applied an entry at an index, no other server
//! ever applies a different entry there.
//!
//! Judged at commitment, which comes before: what is committed will be applied. A snapshot stands
//! for everything up to its last entry (§7), so that has to be the one that was committed there.

use super::committed::{Committed, First};
use super::{Breach, Property};
use crate::raft::{Index, Node, Position};
use alloc::vec;
use alloc::vec::Vec;

/// A server's commit index moved.
pub(super) fn on_commit(
    committed: &mut Committed,
    node: &Node,
    from: Index,
    to: Index,
    breaches: &mut Vec<Breach>,
) {
    let mut differs = false;
    for index in from + 1..=to {
        let Some(entry) = node.log().entry(index) else { continue };
        match committed.at(index) {
            None if index == committed.len() + 1 => committed.push(First {
                entry: entry.clone(),
                in_term: node.current_term(),
                by: node.id(),
            }),
            // The first difference tells it all.
            Some(first) if first.entry != *entry && !differs => {
                differs = true;
                let (property, term) = (Property::StateMachineSafety, entry.term);
                let servers = vec![node.id(), first.by];
                breaches.push(Breach { property, servers, term, index });
            }
            Some(_) | None => {}
        }
    }
}

/// A leader's snapshot takes the place of a server's log and state machine.
pub(super) fn on_snapshot(
    committed: &Committed,
    node: &Node,
    last: Position,
    breaches: &mut Vec<Breach>,
) {
    let first = committed.at(last.index);
    if first.is_none_or(|first| first.entry.term != last.term) {
        let property = Property::StateMachineSafety;
        let servers = [node.id()].into_iter().chain(first.map(|first| first.by)).collect();
        breaches.push(Breach { property, servers, term: last.term, index: last.index });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::node_with;
    use super::*;

    #[test]
    fn what_differs_from_the_first_commit_is_found_once_and_the_rest_is_remembered() {
        let (mut committed, mut breaches) = (Committed::default(), Vec::new());
        let whole = |id, terms: &[u64]| node_with(id, Position::default(), terms);
        on_commit(&mut committed, &whole(1, &[1, 1, 2]), 0, 3, &mut breaches);
        on_commit(&mut committed, &whole(2, &[1, 1, 2, 2]), 1, 4, &mut breaches);
        assert_eq!((breaches.len(), committed.len()), (0, 4));
        on_commit(&mut committed, &whole(3, &[1, 3, 3, 3, 3]), 0, 5, &mut breaches);
        assert_eq!((breaches.len(), breaches[0].index, committed.len()), (1, 2, 5));
        // A log that begins after a snapshot has nothing to compare before it.
        let short = node_with(4, Position { term: 2, index: 4 }, &[3, 4]);
        on_commit(&mut committed, &short, 2, 6, &mut breaches);
        assert_eq!((breaches.len(), committed.len()), (1, 6));
    }

    #[test]
    fn a_snapshot_of_what_was_not_committed_is_found() {
        let (mut committed, mut breaches) = (Committed::default(), Vec::new());
        let node = node_with(1, Position::default(), &[1, 2]);
        on_commit(&mut committed, &node, 0, 2, &mut breaches);
        on_snapshot(&committed, &node, Position { term: 2, index: 2 }, &mut breaches);
        assert_eq!(breaches, []);
        on_snapshot(&committed, &node, Position { term: 1, index: 2 }, &mut breaches);
        on_snapshot(&committed, &node, Position { term: 2, index: 3 }, &mut breaches);
        let found: Vec<_> = breaches.iter().map(|b| (b.index, b.servers.len())).collect();
        assert_eq!(found, [(2, 2), (3, 1)]);
    }
}
