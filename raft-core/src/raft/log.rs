//! The replicated log (§5.3), held in memory; the driver keeps its durable copy.
//!
//! **Invariant:** terms never decrease from one entry to the next under real Raft; nothing here
//! relies on it, since a waived rule may break it.

use super::rules::Rules;
use super::types::{Entry, Index, Position, Term};
use crate::chunks::Chunks;
use alloc::vec::Vec;

/// The log of one server. Clones share their entries.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Log {
    entries: Chunks<Entry>,
}

/// What [`Log::splice`] did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Spliced {
    /// The first index that was dropped because it conflicted.
    pub truncated_from: Option<Index>,
    /// The first index at which the log now differs from before.
    pub changed_from: Option<Index>,
}

impl Log {
    /// The index of the last entry; 0 when there is none.
    pub fn last_index(&self) -> Index {
        self.entries.len() as Index
    }

    /// The last entry's place; `0@0` when there is none.
    pub fn last(&self) -> Position {
        self.position(self.last_index()).expect("the last index is in the log")
    }

    /// The term at an index: 0 at index 0, nothing after the end.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == 0 { Some(0) } else { self.entry(index).map(|entry| entry.term) }
    }

    /// The entry at an index.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.at(usize::try_from(index.checked_sub(1)?).ok()?)
    }

    /// Index and term at an index, if the log reaches so far.
    pub fn position(&self, index: Index) -> Option<Position> {
        self.term(index).map(|term| Position { term, index })
    }

    /// At most `limit` entries from `first` on.
    pub fn slice(&self, first: Index, limit: usize) -> Vec<Entry> {
        self.entries.from(first.saturating_sub(1) as usize).take(limit).cloned().collect()
    }

    /// All entries, from index 1.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Adds an entry and returns its index.
    pub fn append(&mut self, entry: Entry) -> Index {
        self.entries.push(entry);
        self.last_index()
    }

    /// Drops the entry at `index` and all after it.
    pub fn truncate_from(&mut self, index: Index) {
        self.entries.truncate(index.saturating_sub(1) as usize);
    }

    /// Makes the log agree with the leader's after `prev` (§5.3).
    ///
    /// Entries that already match stay: a delayed request may describe a log shorter than ours,
    /// and dropping our tail could drop committed entries. `prev` is not after our end.
    pub fn splice(&mut self, rules: Rules, prev: Index, entries: Vec<Entry>) -> Spliced {
        let mut spliced = Spliced::default();
        if !rules.keeps_matching_entries() && self.last_index() > prev {
            self.truncate_from(prev + 1);
            spliced = Spliced { truncated_from: Some(prev + 1), changed_from: Some(prev + 1) };
        }
        for (index, entry) in (prev + 1..).zip(entries) {
            match self.term(index) {
                Some(term) if term == entry.term => continue,
                Some(_) => {
                    self.truncate_from(index);
                    spliced.truncated_from = Some(index);
                }
                None => {}
            }
            spliced.changed_from = spliced.changed_from.or(Some(index));
            self.append(entry);
        }
        spliced
    }

    /// The last place at or before `index` whose term is not after `term`: where two logs may
    /// still agree. A whole term is skipped in one round trip (§5.3).
    pub fn last_not_after(&self, index: Index, term: Term) -> Position {
        let mut index = index.min(self.last_index());
        while index > 0 && self.term(index) > Some(term) {
            index -= 1;
        }
        self.position(index).expect("the index is at most the last")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Payload;

    fn entries(terms: &[Term]) -> Vec<Entry> {
        terms.iter().map(|&term| Entry { term, payload: Payload::Noop }).collect()
    }

    fn log(terms: &[Term]) -> Log {
        let mut log = Log::default();
        entries(terms).into_iter().for_each(|entry| {
            log.append(entry);
        });
        log
    }

    #[test]
    fn splice_keeps_what_matches_and_replaces_what_conflicts() {
        // (log, prev, entries) → (log afterwards, truncated from, changed from)
        type Case = (&'static [Term], Index, &'static [Term], &'static [Term]);
        let cases: [(Case, Option<Index>, Option<Index>); 5] = [
            ((&[1, 2], 2, &[3], &[1, 2, 3]), None, Some(3)),
            ((&[1, 2], 1, &[3, 4], &[1, 3, 4]), Some(2), Some(2)),
            ((&[1, 2], 0, &[1], &[1, 2]), None, None),
            ((&[1, 2], 0, &[3], &[3]), Some(1), Some(1)),
            ((&[1, 2, 2], 1, &[2, 2, 2], &[1, 2, 2, 2]), None, Some(4)),
        ];
        for ((before, prev, new, after), truncated_from, changed_from) in cases {
            let mut log_ = log(before);
            let spliced = log_.splice(Rules::default(), prev, entries(new));
            assert_eq!(log_, log(after), "{before:?} after {prev} with {new:?}");
            assert_eq!(spliced, Spliced { truncated_from, changed_from });
        }
    }

    #[test]
    fn backing_up_skips_whole_terms() {
        let ours = log(&[1, 2, 2, 3, 3, 3]);
        assert_eq!(ours.last_not_after(6, 2), Position { term: 2, index: 3 });
        assert_eq!(ours.last_not_after(99, 3), Position { term: 3, index: 6 });
        assert_eq!(ours.last_not_after(4, 0), Position { term: 0, index: 0 });
    }
}
