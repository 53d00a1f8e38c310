//! Election Safety (Figure 3): at most one leader can be elected in a given term.

use super::by_term::ByTerm;
use super::{Breach, Floor, Property};
use crate::raft::{Encoding, NodeId, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// Who led each term, over the whole run: two leaders of a term are two leaders even when the
/// first is gone before the second comes.
#[derive(Clone, Debug, Default)]
pub(super) struct ElectionSafety {
    leaders: ByTerm,
}

impl ElectionSafety {
    pub(super) fn on_leader(&mut self, server: NodeId, term: Term, breaches: &mut Vec<Breach>) {
        if let Some(other) = self.leaders.name(term, server) {
            let property = Property::ElectionSafety;
            breaches.push(Breach { property, servers: vec![server, other], term, index: 0 });
        }
    }

    /// Encodes who led the terms that somebody may still win: a term that all servers have left
    /// behind is none.
    pub(super) fn canonical(&self, world: &World, floor: Floor<'_>, out: &mut Encoding) {
        let ElectionSafety { leaders } = self;
        let from = world.servers.iter().map(floor).min().unwrap_or(0);
        leaders.canonical(from, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_leaders_of_a_term_are_found_even_long_apart() {
        let (mut judge, mut breaches) = (ElectionSafety::default(), Vec::new());
        for (server, term) in [(1, 1), (2, 2), (1, 5), (3, 4), (1, 5), (2, 2)] {
            judge.on_leader(NodeId(server), term, &mut breaches);
        }
        assert_eq!(breaches, []);
        judge.on_leader(NodeId(2), 4, &mut breaches);
        judge.on_leader(NodeId(2), 1, &mut breaches);
        let found: Vec<_> = breaches.iter().map(|b| (b.term, b.servers.clone())).collect();
        let expected = [(4, vec![NodeId(2), NodeId(3)]), (1, vec![NodeId(2), NodeId(1)])];
        assert_eq!(found, expected);
    }
}
