//! A growing list whose clones share what they have in common.
//!
//! Logs, disks, and the judges' histories only grow at their end and are cloned for every
//! keyframe. A `Chunks` holds its items in blocks behind `Arc`s: a clone copies one pointer per
//! block, and the first change after it copies one block.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// Items per block: small enough to copy after a clone, large enough that a list of 100,000
/// entries clones in about a thousand pointers.
const BLOCK: usize = 64;

#[cfg(test)]
std::thread_local! {
    /// How many items this thread has looked at, in all lists: tests count what something costs.
    pub(crate) static LOOKED_AT: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// Notes that so many items are looked at.
#[inline(always)]
fn note(_items: usize) {
    #[cfg(test)]
    LOOKED_AT.with(|count| count.set(count.get() + _items));
}

/// A list with cheap clones. Positions count from 0.
#[derive(Debug)]
pub struct Chunks<T> {
    blocks: Vec<Arc<Vec<T>>>,
    /// Items at the beginning of the first block that were dropped.
    skipped: usize,
    length: usize,
}

impl<T> Clone for Chunks<T> {
    /// Not inlined in the page: a clone of the world has many, which are all the same code.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn clone(&self) -> Self {
        Chunks { blocks: self.blocks.clone(), ..*self }
    }
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { blocks: Vec::new(), skipped: 0, length: 0 }
    }
}

/// Two lists are the same when their items are, however they are kept.
impl<T: Clone + PartialEq> PartialEq for Chunks<T> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for Chunks<T> {}

impl<T: Clone + Hash> Hash for Chunks<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.length.hash(state);
        self.iter().for_each(|item| item.hash(state));
    }
}

impl<T: Clone> Chunks<T> {
    /// The number of items.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The item at a position, if there is one.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn at(&self, position: usize) -> Option<&T> {
        note(1);
        let place = position.checked_add(self.skipped)?;
        self.blocks.get(place / BLOCK)?.get(place % BLOCK)
    }

    /// The item at a position, to change it.
    pub fn at_mut(&mut self, position: usize) -> Option<&mut T> {
        note(1);
        let place = position.checked_add(self.skipped)?;
        Arc::make_mut(self.blocks.get_mut(place / BLOCK)?).get_mut(place % BLOCK)
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.at(self.length.checked_sub(1)?)
    }

    /// The last item, to change it.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.at_mut(self.length.checked_sub(1)?)
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        if (self.skipped + self.length) % BLOCK == 0 {
            // A list that has filled a block will fill another.
            let items = if self.blocks.is_empty() { 1 } else { BLOCK };
            self.blocks.push(Arc::new(Vec::with_capacity(items)));
        }
        let last = self.blocks.last_mut().expect("a block was pushed when the last one was full");
        Arc::make_mut(last).push(item);
        self.length += 1;
    }

    /// Adds an item before the one at a position; it costs as much as there are after it.
    pub fn insert(&mut self, position: usize, item: T) {
        let later: Vec<T> = self.from(position).cloned().collect();
        self.truncate(position);
        self.push(item);
        later.into_iter().for_each(|item| self.push(item));
    }

    /// Drops every item from a position on.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.length {
            return;
        }
        let kept = self.skipped + length;
        self.blocks.truncate(kept.div_ceil(BLOCK));
        if kept % BLOCK != 0 {
            let last = self.blocks.last_mut().expect("a partly filled block remains");
            Arc::make_mut(last).truncate(kept % BLOCK);
        }
        self.length = length;
    }

    /// Drops so many items at the beginning. The memory of a block is free when all of its items
    /// are dropped.
    pub fn drop_front(&mut self, count: usize) {
        let count = count.min(self.length);
        self.length -= count;
        self.skipped += count;
        self.blocks.drain(..self.skipped / BLOCK);
        self.skipped %= BLOCK;
    }

    /// The items from a position on.
    pub fn from(&self, position: usize) -> impl Iterator<Item = &T> {
        note(self.length.saturating_sub(position));
        let place = position.saturating_add(self.skipped);
        let rest = self.blocks.get(place / BLOCK + 1..).unwrap_or_default();
        self.run(position).iter().chain(rest.iter().flat_map(|block| block.iter()))
    }

    /// The items from a position on that lie together in memory; none only at the end.
    pub fn run(&self, position: usize) -> &[T] {
        let place = position.saturating_add(self.skipped);
        let block = self.blocks.get(place / BLOCK);
        block.and_then(|block| block.get(place % BLOCK..)).unwrap_or_default()
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.from(0)
    }

    /// The first position whose item does not satisfy `holds`, which has to hold for a beginning
    /// of the list and for nothing after it.
    pub fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.at(middle) {
                Some(item) if holds(item) => low = middle + 1,
                Some(_) | None => high = middle,
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaves_like_a_vector() {
        let mut list = Chunks::default();
        let mut oracle = Vec::new();
        for step in 0u32..2_000 {
            if step % 97 == 96 {
                let length = oracle.len() * (step as usize % 7) / 7;
                list.truncate(length);
                oracle.truncate(length);
            } else {
                list.push(step);
                oracle.push(step);
            }
            assert_eq!((list.len(), list.last()), (oracle.len(), oracle.last()));
        }
        assert!(list.iter().eq(&oracle));
        for item in 2_000..2_200 {
            list.push(item);
            oracle.push(item);
        }
        for at in [oracle.len(), oracle.len() - 1, oracle.len() - 70, 0] {
            list.insert(at, 2_200);
            oracle.insert(at, 2_200);
        }
        list.drop_front(130);
        oracle.drain(..130);
        list.truncate(oracle.len() - 3);
        oracle.truncate(oracle.len() - 3);
        assert!(list.iter().eq(&oracle));
        for start in [0, 1, 63, 64, 65, 128, oracle.len(), oracle.len() + 70] {
            assert!(list.from(start).eq(oracle.iter().skip(start)), "from {start}");
        }
        for bound in 0..2_200 {
            let expected = oracle.partition_point(|&n| n < bound);
            assert_eq!(list.partition_point(|&n| n < bound), expected);
        }
    }

    #[test]
    fn a_clone_does_not_see_later_changes() {
        let mut list = Chunks::default();
        (0..100).for_each(|n| list.push(n));
        let before = list.clone();
        *list.at_mut(3).unwrap() = 900;
        list.truncate(70);
        list.push(7);
        assert!(before.iter().copied().eq(0..100));
        assert_eq!((list.at(3), list.at(70)), (Some(&900), Some(&7)));
    }
}
