//! Monotonic Match (Figure 2: `matchIndex` "increases monotonically"): what a leader knows a peer
//! to hold never shrinks while it leads, and is never more than it has itself.
//!
//! Looked at when a leader commits: that is what the numbers are for. A peer that has left and
//! comes back is another peer.

use super::{Breach, Floor, Property};
use crate::raft::{Encoding, Index, Node, NodeId, Progress, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// What each leader knew last.
#[derive(Clone, Debug, Default)]
pub(super) struct MonotonicMatch {
    leaders: Vec<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    leader: NodeId,
    term: Term,
    /// In the order of their names.
    peers: Vec<(NodeId, Index)>,
}

impl MonotonicMatch {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.leaders.iter().map(|known| 1 + known.peers.len()).sum()
    }

    /// A leader has committed.
    pub(super) fn on_commit(&mut self, node: &Node, breaches: &mut Vec<Breach>) {
        let Some(leadership) = node.leadership() else { return };
        let last = node.log().last_index();
        self.on_peers((node.id(), node.current_term(), last), &leadership.peers, breaches);
    }

    /// Encodes what is known of leaders whose term has not passed.
    pub(super) fn canonical(&self, world: &World, floor: Floor<'_>, out: &mut Encoding) {
        let MonotonicMatch { leaders } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for Known { leader, term, peers } in leaders {
            if world.server(*leader).is_some_and(|server| *term < floor(server)) {
                continue;
            }
            let mut all = 0u64;
            for (peer, index) in peers {
                out.server(*peer);
                out.word(*index);
                all = all.wrapping_add(out.cut(mark));
            }
            out.server(*leader);
            out.word(*term);
            out.word(all);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }

    fn on_peers(
        &mut self,
        (leader, term, last): (NodeId, Term, Index),
        peers: &[Progress],
        breaches: &mut Vec<Breach>,
    ) {
        let at = self.leaders.iter().position(|known| known.leader == leader);
        let at = at.unwrap_or_else(|| {
            self.leaders.push(Known { leader, term, peers: Vec::new() });
            self.leaders.len() - 1
        });
        let known = &mut self.leaders[at];
        for peer in peers {
            let is_same = |&&(id, _): &&(NodeId, Index)| known.term == term && id == peer.id;
            let before = known.peers.iter().find(is_same).map_or(0, |&(_, index)| index);
            if peer.match_index < before || peer.match_index > last {
                let (property, index) = (Property::MonotonicMatch, peer.match_index);
                breaches.push(Breach { property, servers: vec![leader, peer.id], term, index });
            }
        }
        known.term = term;
        known.peers.clear();
        known.peers.extend(peers.iter().map(|peer| (peer.id, peer.match_index)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Inflight, Mode};
    use crate::time::Instant;

    fn peer(id: u32, match_index: Index) -> Progress {
        Progress {
            id: NodeId(id),
            next_index: match_index + 1,
            match_index,
            matched_at: Instant::ZERO,
            mode: Mode::Replicate,
            inflight: Inflight::default(),
            heard_at: Instant::ZERO,
            beat: (Instant::ZERO, 0),
            round: 0,
            answered_of: None,
        }
    }

    #[test]
    fn a_match_that_shrinks_or_goes_past_the_leader_s_log_is_found() {
        let (mut judge, mut breaches) = (MonotonicMatch::default(), Vec::new());
        let mut look = |leader: u32, term, last, peers: &[(u32, Index)]| {
            let before = breaches.len();
            let peers: Vec<_> = peers.iter().map(|&(id, index)| peer(id, index)).collect();
            judge.on_peers((NodeId(leader), term, last), &peers, &mut breaches);
            breaches[before..].iter().map(|b| (b.servers[1].0, b.index)).collect::<Vec<_>>()
        };
        assert_eq!(look(1, 1, 5, &[(2, 3), (3, 5)]), []);
        assert_eq!(look(2, 2, 5, &[(1, 2), (3, 1)]), [], "another leader knows other things");
        assert_eq!(look(1, 1, 5, &[(2, 4), (3, 4)]), [(3, 4)]);
        assert_eq!(look(1, 1, 5, &[(2, 6), (3, 4)]), [(2, 6)]);
        assert_eq!(look(1, 1, 6, &[(3, 4)]), [], "one has left");
        assert_eq!(look(1, 1, 6, &[(2, 0), (3, 4)]), [], "and is back, as another");
        assert_eq!(look(1, 3, 6, &[(2, 0), (3, 0)]), [], "a new term begins anew");
    }
}
