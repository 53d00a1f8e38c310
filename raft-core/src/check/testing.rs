//! What the judges' own tests are made of.

use crate::raft::{
    Config, Entry, HardState, Log, Membership, Node, NodeId, Payload, Position, Rules, Saved,
    Setup, Snapshot, Term,
};
use crate::time::Instant;
use alloc::sync::Arc;

/// An entry that says which term it is of.
pub(super) fn entry(term: Term) -> Entry {
    Entry { term, payload: Payload::Command(Arc::from([term as u8])) }
}

/// A membership of these voters.
pub(super) fn voters(ids: &[u32]) -> Arc<Membership> {
    let ids: alloc::vec::Vec<NodeId> = ids.iter().copied().map(NodeId).collect();
    Arc::new(Membership::of(&ids))
}

/// One server of a cluster of three, with entries of these terms after `base`.
pub(super) fn node_with(id: u32, base: Position, terms: &[Term]) -> Node {
    let mut log = Log::after(base);
    terms.iter().for_each(|&term| {
        log.append(entry(term));
    });
    let membership = voters(&[1, 2, 3]);
    let snapshot = Snapshot { last: base, membership, data: Arc::from([]) };
    let snapshot = (base.index > 0).then(|| Arc::new(snapshot));
    let saved = Saved { hard_state: HardState::default(), snapshot, log };
    Node::restore(setup(id), saved, Instant::ZERO)
}

/// The setup of one server of a cluster of three.
pub(super) fn setup(id: u32) -> Setup {
    Setup {
        id: NodeId(id),
        voters: [NodeId(1), NodeId(2), NodeId(3)].into(),
        learners: [].into(),
        config: Config::paper(),
        rules: Rules::default(),
        seed: 1,
    }
}
