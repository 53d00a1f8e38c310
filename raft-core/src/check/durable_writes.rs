//! Durable Writes (Figure 2, §5.3): what a leader commits is on the disks of a majority, and those
//! disks keep it.
//!
//! Precisely, at the moment at which a leader advances its commit index, and so before any client
//! can be told: of the membership by which the leader decides then, a majority (of each half,
//! §6) has the entry on its *disk*, or a snapshot that goes as far. Not more is true: a majority
//! of a membership that is appended later need not have it, and a leader may commit before its own
//! write is done (thesis §10.2.1).
//!
//! And later: a server that has a committed entry on its disk, and is in the term in which it was
//! committed or in a later one, never drops it. In an earlier term it may: it was not among those
//! who made the entry committed, and the leader of that term may not have it.
//!
//! A disk that lies about what it holds breaks this at once, before anything is lost. A server
//! whose disk was wiped is left out, as one that would have it: what is lost with a disk was not
//! lost by Raft.

use super::committed::Committed;
use super::{Breach, Property};
use crate::raft::{Decision, Index, Log, Membership, Node, NodeId, Rules, Term};
use crate::sim::{Happening, Record, World};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// A leader has committed up to an index. `later` is what it did after that in the same step.
pub(super) fn on_commit(
    (committed, founders): (&Committed, Option<&Arc<Membership>>),
    world: &World,
    node: &Node,
    index: Index,
    later: &[Record],
    breaches: &mut Vec<Breach>,
) {
    let Some(term) = node.log().term(index) else { return };
    let is_change = |record: &Record| match record.what {
        Happening::Decided(id, Decision::ChangesMembership { index }) if id == node.id() => {
            Some(index)
        }
        _ => None,
    };
    let membership = match later.iter().find_map(is_change) {
        // It went by the one before, which it knew to be committed (thesis §4.1).
        Some(next) => committed.membership_before(next).or(founders),
        None => Some(node.membership()),
    };
    let Some(membership) = membership else { return };
    let holds = |id: NodeId| is_durable(world, membership, id, index, term);
    if !membership.decides(Rules::default(), &holds) {
        let lacks = membership.all_voters().into_iter().filter(|&id| !holds(id));
        let servers = [node.id()].into_iter().chain(lacks.filter(|&id| id != node.id())).collect();
        breaches.push(Breach { property: Property::DurableWrites, servers, term, index });
    }
}

/// Whether a member has an entry on its disk.
fn is_durable(world: &World, members: &Membership, id: NodeId, index: Index, term: Term) -> bool {
    let Some(server) = world.server(id) else { return false };
    let is_member = server.node.birth() == members.birth(id);
    let disk = &server.disk;
    let is_replaced = disk.snapshot.as_ref().is_some_and(|held| held.last.index >= index);
    server.wipes > 0 || (is_member && (is_replaced || disk.log.term(index) == Some(term)))
}

/// A server has dropped entries from its log, which its disk may still have; some of them may
/// stand there again.
pub(super) fn on_drop(
    committed: &Committed,
    world: &World,
    node: &Node,
    (from, to): (Index, Index),
    breaches: &mut Vec<Breach>,
) {
    let Some(disk) = world.server(node.id()).map(|server| &server.disk) else { return };
    for index in from..=to.min(committed.len()) {
        let Some(first) = committed.at(index) else { return };
        let (term, in_term) = (first.entry.term, first.in_term);
        let is_lost = |log: &Log| log.term(index) != Some(term);
        if is_lost(node.log()) && !is_lost(&disk.log) && node.current_term() >= in_term {
            let (property, servers) = (Property::DurableWrites, vec![node.id(), first.by]);
            return breaches.push(Breach { property, servers, term, index });
        }
    }
}
