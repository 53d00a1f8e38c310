//! Vote Once (§5.2): in a term a server votes for one candidate at most.
//!
//! A vote is given when it is told: when its answer leaves or, for a candidate's own, when it is
//! counted. What was decided and lost with the power before that was never a vote (Figure 2).
//!
//! A server that lost its disk is the same server if it is one by its birth: a founder that begins
//! as a founder again votes for another in a term in which it has voted.

use super::by_term::ByTerm;
use super::{Breach, Floor, Property};
use crate::raft::{Encoding, Node, NodeId, Term};
use crate::sim::World;
use alloc::vec;
use alloc::vec::Vec;

/// Whom each server voted for in each term.
#[derive(Clone, Debug, Default)]
pub(super) struct VoteOnce {
    voters: Vec<Voter>,
}

/// One life of a server's name: no later one takes its birth.
#[derive(Clone, Debug)]
struct Voter {
    id: NodeId,
    birth: u64,
    votes: ByTerm,
}

impl VoteOnce {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.voters.len()
    }

    /// A server has told a candidate that it has its vote of a term.
    pub(super) fn on_vote(
        &mut self,
        node: &Node,
        term: Term,
        candidate: NodeId,
        breaches: &mut Vec<Breach>,
    ) {
        self.on_vote_of((node.id(), node.birth()), term, candidate, breaches);
    }

    /// Encodes the votes of terms in which each may vote again: its own and later ones.
    pub(super) fn canonical(&self, world: &World, floor: Floor<'_>, out: &mut Encoding) {
        let VoteOnce { voters } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for Voter { id, birth, votes } in voters {
            out.server(*id);
            out.word(*birth);
            votes.canonical(world.server(*id).map_or(0, floor), out);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }

    fn on_vote_of(
        &mut self,
        (id, birth): (NodeId, u64),
        term: Term,
        candidate: NodeId,
        breaches: &mut Vec<Breach>,
    ) {
        let new = Voter { id, birth, votes: ByTerm::default() };
        let known = self.voters.iter().position(|voter| voter.id == id);
        let at = known.unwrap_or_else(|| {
            self.voters.push(new.clone());
            self.voters.len() - 1
        });
        let voter = &mut self.voters[at];
        if voter.birth != birth {
            *voter = new;
        }
        if let Some(other) = voter.votes.name(term, candidate) {
            let servers = vec![id, candidate, other];
            breaches.push(Breach { property: Property::VoteOnce, servers, term, index: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_candidate_of_a_term_is_found_and_another_life_is_another_voter() {
        let (mut judge, mut breaches) = (VoteOnce::default(), Vec::new());
        let mut vote = |voter: u32, birth, term, candidate| {
            let before = breaches.len();
            judge.on_vote_of((NodeId(voter), birth), term, NodeId(candidate), &mut breaches);
            breaches[before..].iter().map(|b| (b.term, b.servers.clone())).next()
        };
        assert_eq!(vote(1, 0, 1, 2), None);
        assert_eq!(vote(2, 0, 1, 2), None, "another voter");
        assert_eq!(vote(1, 0, 1, 2), None, "the same vote, told again");
        assert_eq!(vote(1, 0, 3, 3), None, "another term");
        let names = |ids: [u32; 3]| ids.map(NodeId).to_vec();
        assert_eq!(vote(1, 0, 1, 3), Some((1, names([1, 3, 2]))), "long after it");
        assert_eq!(vote(1, 0, 3, 1), Some((3, names([1, 1, 3]))), "for itself");
        assert_eq!(vote(1, 7, 3, 2), None, "its disk is new, and so is its birth");
        assert_eq!(vote(1, 7, 3, 3), Some((3, names([1, 3, 2]))));
    }
}
