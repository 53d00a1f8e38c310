//! Lease Exclusivity (thesis §6.4.1): as long as a leader's lease lasts, nobody else leads its term
//! or a later one.
//!
//! That is what lets a leader answer reads from its own state without asking anybody: a write that
//! its state lacks was committed by a leader of a later term, and there is none yet. A lease is
//! what its holder goes by, on its own clock ([`crate::raft::Node::lease_until`]); that there is
//! another leader is a fact of the world, whether or not it has committed anything. So the judge
//! finds two servers that could disagree, before any client happens to see that they do.
//!
//! The promise is one-sided: a leader of an earlier term may well think that it still leads. It
//! must not have a lease. A server that stands still relies on nothing until it goes on.

use super::{Breach, Property};
use crate::raft::{NodeId, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// Whether there may be two leaders, and the last two that were found.
#[derive(Clone, Debug, Default)]
pub(super) struct LeaseExclusivity {
    is_contested: bool,
    /// The holder, the other and its term: told once.
    told: Option<(NodeId, NodeId, Term)>,
}

impl LeaseExclusivity {
    /// A server begins to lead.
    pub(super) fn on_leader(&mut self, world: &World) {
        self.is_contested = leaders(world).nth(1).is_some();
    }

    /// Something happened. While one server leads at most there is nothing to look at: no lease
    /// can end what has no second claimant.
    pub(super) fn on_event(&mut self, world: &World, breaches: &mut Vec<Breach>) {
        if !self.is_contested {
            return;
        }
        self.is_contested = leaders(world).nth(1).is_some();
        for (holder, term) in leaders(world) {
            for (other, later) in leaders(world).filter(|&(id, _)| id != holder) {
                let pair = (holder, other, later);
                if later >= term && self.told != Some(pair) && world.holds_lease(holder) {
                    self.told = Some(pair);
                    let (property, servers) = (Property::LeaseExclusivity, vec![other, holder]);
                    breaches.push(Breach { property, servers, term: later, index: 0 });
                }
            }
        }
    }
}

fn leaders(world: &World) -> impl Iterator<Item = (NodeId, Term)> {
    let nodes = world.servers.iter().map(|server| &server.node);
    nodes.filter(|node| node.is_leader()).map(|node| (node.id(), node.current_term()))
}
