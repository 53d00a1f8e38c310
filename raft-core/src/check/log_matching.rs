//! Log Matching (Figure 3): if two logs contain an entry with the same index and term, they are
//! identical in all entries up to that index.

use super::{Breach, Property};
use crate::chunks::Chunks;
use crate::raft::{Encoding, Index, Node, NodeId, Payload, Term};
use alloc::vec;
use alloc::vec::Vec;

/// Every entry that ever stood in a log, with the term before it.
///
/// If all logs agree, for each index and term, on the entry's content and on the term before it,
/// then they agree on everything before it, by induction: so a change costs its own entries only.
#[derive(Clone, Debug, Default)]
pub(super) struct LogMatching {
    seen: Chunks<Vec<Seen>>,
}

#[derive(Clone, Debug)]
struct Seen {
    term: Term,
    term_before: Term,
    payload: Payload,
    server: NodeId,
}

impl LogMatching {
    /// A log changed from an index on.
    pub(super) fn on_log_change(&mut self, node: &Node, from: Index, breaches: &mut Vec<Breach>) {
        for index in from..=node.log().last_index() {
            let Some(entry) = node.log().entry(index) else { return };
            let term_before = node.log().term(index - 1).unwrap_or(0);
            while self.seen.len() < index as usize {
                self.seen.push(Vec::new());
            }
            let Some(seen) = self.seen.at(index as usize - 1) else { return };
            match seen.iter().find(|seen| seen.term == entry.term) {
                Some(seen)
                    if (seen.term_before, &seen.payload) != (term_before, &entry.payload) =>
                {
                    let servers = vec![node.id(), seen.server];
                    let (property, term) = (Property::LogMatching, entry.term);
                    breaches.push(Breach { property, servers, term, index });
                }
                Some(_) => {}
                None => {
                    let (term, payload) = (entry.term, entry.payload.clone());
                    let new = Seen { term, term_before, payload, server: node.id() };
                    if let Some(seen) = self.seen.at_mut(index as usize - 1) {
                        seen.push(new);
                    }
                }
            }
        }
    }

    /// Encodes the entries in no order; on whose log each was seen first is for people.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let LogMatching { seen } = self;
        for seen in seen.iter() {
            let (mark, mut sum) = (out.mark(), 0u64);
            for Seen { term, term_before, payload, server: _ } in seen {
                out.word(*term);
                payload.canonical(out);
                out.word(*term_before);
                sum = sum.wrapping_add(out.cut(mark));
            }
            out.word(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::node_with;
    use super::*;
    use crate::raft::Position;

    #[test]
    fn logs_are_compared_across_a_snapshot_too() {
        let (mut judge, mut breaches) = (LogMatching::default(), Vec::new());
        let base = |index, term| Position { term, index };
        let mut look = |id, base, terms: &[Term], from| {
            let before = breaches.len();
            judge.on_log_change(&node_with(id, base, terms), from, &mut breaches);
            breaches[before..].iter().map(|breach| breach.index).collect::<Vec<_>>()
        };
        assert_eq!(look(1, base(0, 0), &[1, 1, 3], 1), []);
        assert_eq!(look(2, base(2, 1), &[3, 3], 3), [], "the same, after a snapshot");
        assert_eq!(look(3, base(1, 1), &[2], 2), [], "another entry of another term");
        assert_eq!(look(3, base(2, 2), &[3], 3), [3], "the same entry after another one");
        assert_eq!(look(4, base(0, 0), &[2, 2, 3], 1), [2, 3]);
    }
}
