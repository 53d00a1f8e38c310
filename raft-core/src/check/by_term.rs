//! Who was first in each term.

use crate::chunks::Chunks;
use crate::raft::{Encoding, NodeId, Term};

/// One server for each term, the first that was named; over the whole run, since what happened
/// twice in a term happened twice however long apart.
#[derive(Clone, Debug, Default)]
pub(super) struct ByTerm {
    /// In the order of the terms.
    firsts: Chunks<(Term, NodeId)>,
}

impl ByTerm {
    /// Encodes those of a term and later ones, in no order: of an earlier one nothing will be said.
    pub(super) fn canonical(&self, from: Term, out: &mut Encoding) {
        let ByTerm { firsts } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for (term, server) in firsts.iter().filter(|&&(term, _)| term >= from) {
            out.word(*term);
            out.server(*server);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }

    /// Names a server for a term; the one that was named before, if it is another.
    ///
    /// Terms come nearly in order: what has to make room for a late one is what came since.
    pub(super) fn name(&mut self, term: Term, server: NodeId) -> Option<NodeId> {
        let at = match self.firsts.last() {
            Some(&(last, _)) if last >= term => self.firsts.partition_point(|&(t, _)| t < term),
            Some(_) | None => self.firsts.len(),
        };
        if let Some(&(_, earlier)) = self.firsts.at(at).filter(|&&(named, _)| named == term) {
            return (earlier != server).then_some(earlier);
        }
        self.firsts.insert(at, (term, server));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunks::LOOKED_AT;

    #[test]
    fn the_first_of_each_term_stays_in_whatever_order_terms_come() {
        let mut terms = ByTerm::default();
        for (term, server, earlier) in [
            (1, 1, None),
            (9, 2, None),
            (4, 3, None),
            (6, 4, None),
            (2, 5, None),
            (9, 2, None),
            (9, 1, Some(2)),
            (4, 1, Some(3)),
            (6, 2, Some(4)),
            (2, 5, None),
            (2, 1, Some(5)),
            (1, 2, Some(1)),
        ] {
            let found = terms.name(term, NodeId(server));
            assert_eq!(found, earlier.map(NodeId), "S{server} in term {term}");
        }
        assert_eq!(terms.firsts.len(), 5);
    }

    #[test]
    fn a_late_term_among_many_is_found_in_a_few_looks() {
        let mut terms = ByTerm::default();
        (1..=60_000).for_each(|term| assert_eq!(terms.name(term, NodeId(1)), None));
        let before = LOOKED_AT.with(|count| count.get());
        assert_eq!(terms.name(59_000, NodeId(2)), Some(NodeId(1)));
        let looks = LOOKED_AT.with(|count| count.get()) - before;
        assert!(looks < 20, "{looks} looks");
    }
}
