//! State Machine Safety (Figure 3): if a server has applied an entry at an index, no other server
//! ever applies a different entry there.
//!
//! Judged at commitment, which comes before: what is committed will be applied.

use super::committed::{Committed, First};
use super::{Breach, Property};
use crate::raft::{Index, Node};
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
    for index in from + 1..=to {
        let Some(entry) = node.log().entry(index) else { return };
        match committed.at(index) {
            None => committed.push(First {
                entry: entry.clone(),
                in_term: node.current_term(),
                by: node.id(),
            }),
            Some(first) if first.entry != *entry => {
                let (property, term) = (Property::StateMachineSafety, entry.term);
                let servers = vec![node.id(), first.by];
                breaches.push(Breach { property, servers, term, index });
                return;
            }
            Some(_) => {}
        }
    }
}
