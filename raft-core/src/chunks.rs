//! A growing list whose clones share what they have in common.
//!
//! Logs, disks, and the judges' histories only grow at their end and are cloned for every
//! keyframe. A `Chunks` holds its items in blocks behind `Arc`s: a clone copies one pointer per
//! block, and the first change after it copies one block.

use alloc::sync::Arc;
use alloc::vec::Vec;

/// Items per block: small enough to copy after a clone, large enough that a list of 100,000
/// entries clones in about a thousand pointers.
const BLOCK: usize = 64;

/// A list with cheap clones. Positions count from 0.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Chunks<T> {
    blocks: Vec<Arc<Vec<T>>>,
    length: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { blocks: Vec::new(), length: 0 }
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
    pub fn at(&self, position: usize) -> Option<&T> {
        self.blocks.get(position / BLOCK)?.get(position % BLOCK)
    }

    /// The item at a position, to change it.
    pub fn at_mut(&mut self, position: usize) -> Option<&mut T> {
        Arc::make_mut(self.blocks.get_mut(position / BLOCK)?).get_mut(position % BLOCK)
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
        if self.length % BLOCK == 0 {
            self.blocks.push(Arc::new(Vec::with_capacity(1)));
        }
        let last = self.blocks.last_mut().expect("a block was pushed when the last one was full");
        Arc::make_mut(last).push(item);
        self.length += 1;
    }

    /// Drops every item from a position on.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.length {
            return;
        }
        self.blocks.truncate(length.div_ceil(BLOCK));
        if length % BLOCK != 0 {
            let last = self.blocks.last_mut().expect("a partly filled block remains");
            Arc::make_mut(last).truncate(length % BLOCK);
        }
        self.length = length;
    }

    /// The items from a position on.
    pub fn from(&self, position: usize) -> impl Iterator<Item = &T> {
        let skipped = position / BLOCK;
        let first = position - skipped * BLOCK;
        self.blocks.iter().skip(skipped).flat_map(|block| block.iter()).skip(first)
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.from(0)
    }

    /// The first position whose item does not satisfy `holds`, which has to hold for a beginning
    /// of the list and for nothing after it.
    pub fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let block = self.blocks.partition_point(|block| block.first().is_some_and(&holds));
        match block.checked_sub(1) {
            None => 0,
            Some(last) => last * BLOCK + self.blocks[last].partition_point(&holds),
        }
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
        for start in [0, 1, 63, 64, 65, 128, oracle.len(), oracle.len() + 70] {
            assert!(list.from(start).eq(oracle.iter().skip(start)), "from {start}");
        }
        for bound in 0..2_000 {
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
