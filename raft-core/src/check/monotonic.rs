//! Monotonic Term (§5.1) and Monotonic Commit (§5.3): while a server runs, neither goes back.
//!
//! A restart is left out: the commit index is volatile by design, and a term that was not yet
//! durable was not yet told to anyone.

use super::{Breach, Property};
use crate::raft::{Encoding, Index, Node, NodeId, Term};
use alloc::vec;
use alloc::vec::Vec;

/// The last term and commit index seen of each server.
#[derive(Clone, Debug, Default)]
pub(super) struct Monotonic {
    last: Vec<(NodeId, Term, Index)>,
}

impl Monotonic {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.last.len()
    }

    /// A server did something.
    pub(super) fn on_step(&mut self, node: &Node, breaches: &mut Vec<Breach>) {
        self.on_values(node.id(), node.current_term(), node.commit_index(), breaches);
    }

    fn on_values(&mut self, id: NodeId, term: Term, commit: Index, breaches: &mut Vec<Breach>) {
        let Some(last) = self.last.iter_mut().find(|(server, ..)| *server == id) else {
            self.last.push((id, term, commit));
            return;
        };
        let breach = |property| Breach { property, servers: vec![id], term, index: commit };
        if term < last.1 {
            breaches.push(breach(Property::MonotonicTerm));
        }
        if commit < last.2 {
            breaches.push(breach(Property::MonotonicCommit));
        }
        *last = (id, term, commit);
    }

    /// Encodes it, in no order.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let Monotonic { last } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for (server, term, commit) in last {
            out.server(*server);
            out.word(*term);
            out.word(*commit);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }

    /// A server lost its memory.
    pub(super) fn forget(&mut self, server: NodeId) {
        self.last.retain(|(id, ..)| *id != server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_is_found_and_a_restart_is_not() {
        let (mut judge, mut breaches) = (Monotonic::default(), Vec::new());
        judge.on_values(NodeId(1), 3, 5, &mut breaches);
        judge.on_values(NodeId(2), 1, 0, &mut breaches);
        judge.on_values(NodeId(1), 3, 6, &mut breaches);
        assert_eq!(breaches, []);
        judge.on_values(NodeId(1), 2, 6, &mut breaches);
        judge.on_values(NodeId(1), 2, 4, &mut breaches);
        let found: Vec<_> = breaches.iter().map(|breach| breach.property).collect();
        assert_eq!(found, [Property::MonotonicTerm, Property::MonotonicCommit]);
        judge.forget(NodeId(1));
        judge.on_values(NodeId(1), 1, 0, &mut breaches);
        assert_eq!(breaches.len(), 2);
    }
}
