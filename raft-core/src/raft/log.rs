//! The replicated log (§5.3), held in memory since the last snapshot (§7); the driver keeps its
//! durable copy.
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
    /// The place before the first entry: `0@0`, or the last entry that was compacted away.
    base: Position,
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
    /// A log without entries whose first one will follow `base`.
    pub fn after(base: Position) -> Log {
        Log { base, entries: Chunks::default() }
    }

    /// The place before the first entry; `0@0` unless entries were compacted away.
    pub fn base(&self) -> Position {
        self.base
    }

    /// The index of the last entry, or of the place before the first.
    pub fn last_index(&self) -> Index {
        self.base.index.saturating_add(self.entries.len() as Index)
    }

    /// The last entry's place; the base when there is none.
    pub fn last(&self) -> Position {
        let term = self.entries.last().map_or(self.base.term, |entry| entry.term);
        Position { term, index: self.last_index() }
    }

    /// The term at an index; nothing after the end and before the base.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == self.base.index {
            return Some(self.base.term);
        }
        self.entry(index).map(|entry| entry.term)
    }

    /// The entry at an index.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.at(self.place(index)?)
    }

    /// Index and term at an index, if the log holds it.
    pub fn position(&self, index: Index) -> Option<Position> {
        self.term(index).map(|term| Position { term, index })
    }

    /// At most `limit` entries from `first` on, with at most `bytes` of commands unless the first
    /// alone has more; a bound of 0 bytes is none.
    pub fn slice(&self, first: Index, limit: usize, bytes: u64) -> Vec<Entry> {
        let begin = self.before(first);
        let mut count = self.entries.len().saturating_sub(begin).min(limit);
        if bytes > 0 && count > 1 {
            let mut taken = 0;
            let fits = |entry: &&Entry| {
                taken += entry.payload.len();
                taken <= bytes
            };
            count = self.from(first).take(count).take_while(fits).count().max(1);
        }
        let mut entries = Vec::with_capacity(count);
        while entries.len() < count {
            let run = self.entries.run(begin + entries.len());
            entries.extend_from_slice(&run[..run.len().min(count - entries.len())]);
        }
        entries
    }

    /// The entries from an index on.
    pub fn from(&self, first: Index) -> impl Iterator<Item = &Entry> {
        self.entries.from(self.before(first))
    }

    /// All entries, from the one after the base.
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
        self.entries.truncate(self.place(index).unwrap_or(0));
    }

    /// §7: drops the entries up to and including `index`, which a snapshot replaces.
    pub fn compact_to(&mut self, index: Index) {
        if let Some(base) = self.position(index) {
            self.entries.drop_front((base.index - self.base.index) as usize);
            self.base = base;
        }
    }

    /// Makes the log agree with the leader's after `prev` (§5.3).
    ///
    /// Entries that already match stay: a delayed request may describe a log shorter than ours,
    /// and dropping our tail could drop committed entries. `prev` is in the log.
    pub fn splice(&mut self, rules: Rules, prev: Index, entries: &[Entry]) -> Spliced {
        let mut spliced = Spliced::default();
        if !rules.keeps_matching_entries() && self.last_index() > prev {
            self.truncate_from(prev + 1);
            spliced = Spliced { truncated_from: Some(prev + 1), changed_from: Some(prev + 1) };
        }
        for (index, entry) in (prev.saturating_add(1)..).zip(entries) {
            match self.term(index) {
                Some(term) if term == entry.term => continue,
                Some(_) => {
                    self.truncate_from(index);
                    spliced.truncated_from = Some(index);
                }
                None => {}
            }
            spliced.changed_from = spliced.changed_from.or(Some(index));
            self.append(entry.clone());
        }
        spliced
    }

    /// The last place at or before `index` whose term is not after `term`: where two logs may
    /// still agree. A whole term is skipped in one round trip (§5.3). At the earliest the base.
    pub fn last_not_after(&self, index: Index, term: Term) -> Position {
        let mut index = index.min(self.last_index());
        while index > self.base.index && self.term(index) > Some(term) {
            index -= 1;
        }
        self.position(index).unwrap_or(self.base)
    }

    /// How many entries stand before an index.
    fn before(&self, first: Index) -> usize {
        let skipped = first.saturating_sub(self.base.index.saturating_add(1));
        usize::try_from(skipped).unwrap_or(usize::MAX)
    }

    /// Where an index stands among the entries.
    fn place(&self, index: Index) -> Option<usize> {
        usize::try_from(index.checked_sub(self.base.index)?.checked_sub(1)?).ok()
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
            let spliced = log_.splice(Rules::default(), prev, &entries(new));
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

    #[test]
    fn a_compacted_log_is_the_same_log_without_its_beginning() {
        let whole = log(&[1, 2, 2, 3, 3, 3]);
        for base in 0..=6 {
            let mut short = whole.clone();
            short.compact_to(base);
            assert_eq!(short.base(), whole.position(base).unwrap());
            assert_eq!(short.last(), whole.last());
            for index in 0..9 {
                let expected = whole.position(index).filter(|_| index >= base);
                assert_eq!(short.position(index), expected, "{index} after {base}");
                let entries = short.slice(index, 2, 0);
                assert_eq!(entries, whole.slice(index.max(base + 1), 2, 0), "{index} after {base}");
            }
            short.compact_to(base.saturating_sub(1));
            assert_eq!(short.base().index, base, "what is gone is gone");
        }
    }

    #[test]
    fn a_slice_is_bounded_in_entries_and_bytes_and_never_empty() {
        let mut log = Log::default();
        for length in [5, 5, 50, 1] {
            let bytes = alloc::vec![0; length].into();
            log.append(Entry { term: 1, payload: Payload::Command(bytes) });
        }
        let lengths = |first, limit, bytes| log.slice(first, limit, bytes).len();
        assert_eq!((lengths(1, 9, 10), lengths(1, 1, 10), lengths(1, 9, 0)), (2, 1, 4));
        assert_eq!((lengths(3, 9, 10), lengths(3, 9, 51), lengths(5, 9, 10)), (1, 2, 0));
    }

    #[test]
    fn a_slice_of_a_long_log_is_whole_wherever_it_begins_and_ends() {
        let terms: Vec<Term> = (1..=200).collect();
        let mut log = log(&terms);
        for base in [0, 7] {
            log.compact_to(base);
            for (first, limit) in [(8, 193), (60, 10), (64, 2), (65, 64), (72, 99), (200, 9)] {
                let expected: Vec<Term> = (first..=200).take(limit).collect();
                let entries_ = log.slice(first, limit, 0);
                assert_eq!(entries_, entries(&expected), "{limit} from {first}, {base} gone");
            }
        }
    }
}
