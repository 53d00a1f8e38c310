//! Where an exploration has been: fingerprints, and for each state how it was reached.

use alloc::vec;
use alloc::vec::Vec;

/// A set of fingerprints: open addressing over words, the same on every platform.
pub(super) struct Table {
    /// A power of two; 0 is a place that is free.
    places: Vec<u64>,
    count: u64,
}

/// The first size.
const SMALL: usize = 1 << 10;

impl Table {
    pub(super) fn new() -> Table {
        Table { places: vec![0; SMALL], count: 0 }
    }

    /// Adds a fingerprint; false when it is there.
    pub(super) fn insert(&mut self, fingerprint: u64) -> bool {
        // One state in 2⁶⁴ shares its fingerprint with another for this.
        let fingerprint = fingerprint.max(1);
        if self.count * 4 >= self.places.len() as u64 * 3 {
            self.grow();
        }
        let is_new = place(&mut self.places, fingerprint);
        self.count += u64::from(is_new);
        is_new
    }

    /// Bytes in use.
    pub(super) fn bytes(&self) -> u64 {
        self.places.len() as u64 * 8
    }

    fn grow(&mut self) {
        let mut places = vec![0; self.places.len() * 2];
        for &fingerprint in self.places.iter().filter(|&&fingerprint| fingerprint != 0) {
            place(&mut places, fingerprint);
        }
        self.places = places;
    }
}

/// Puts a fingerprint where it belongs, or at the next place that is free.
fn place(places: &mut [u64], fingerprint: u64) -> bool {
    let mask = places.len() - 1;
    // The low half: the width of a word is not the same everywhere, its low half is.
    let mut at = fingerprint as u32 as usize & mask;
    loop {
        match places[at] {
            0 => {
                places[at] = fingerprint;
                return true;
            }
            held if held == fingerprint => return false,
            _ => at = (at + 1) & mask,
        }
    }
}

/// The states in the order in which they were found. Those of one depth stand together, and the
/// children of one state do, too.
pub(super) struct Tree {
    parents: Vec<u32>,
    /// Which of its parent's moves led to each.
    moves: Vec<u16>,
}

impl Tree {
    /// The root alone, which is its own parent.
    pub(super) fn new() -> Tree {
        Tree { parents: vec![0], moves: vec![0] }
    }

    pub(super) fn len(&self) -> u32 {
        self.parents.len() as u32
    }

    pub(super) fn add(&mut self, parent: u32, number: u16) {
        self.parents.push(parent);
        self.moves.push(number);
    }

    pub(super) fn parent(&self, state: u32) -> u32 {
        self.parents[state as usize]
    }

    pub(super) fn number(&self, state: u32) -> u16 {
        self.moves[state as usize]
    }

    /// From the first after the root to a state.
    pub(super) fn path(&self, mut state: u32) -> Vec<u32> {
        let mut path = Vec::new();
        while state != 0 {
            path.push(state);
            state = self.parent(state);
        }
        path.reverse();
        path
    }

    /// Bytes in use.
    pub(super) fn bytes(&self) -> u64 {
        self.parents.capacity() as u64 * 4 + self.moves.capacity() as u64 * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_is_a_set_whatever_collides() {
        let (mut table, mut set) = (Table::new(), BTreeSet::new());
        for number in 0..20_000u64 {
            // Many share their low bits, and each comes twice.
            let bits = Chance::of(3, &[number % 10_000]).bits();
            let fingerprint = if number % 3 == 0 { bits << 40 | 5 } else { bits };
            assert_eq!(table.insert(fingerprint), set.insert(fingerprint), "{number}");
        }
        assert_eq!(table.count, set.len() as u64);
    }

    #[test]
    fn a_path_leads_from_the_root() {
        let mut tree = Tree::new();
        for (parent, number) in [(0, 4), (0, 7), (2, 1), (3, 9)] {
            tree.add(parent, number);
        }
        assert_eq!(tree.path(4), [2, 3, 4]);
        let numbers: Vec<u16> = tree.path(4).iter().map(|&state| tree.number(state)).collect();
        assert_eq!((numbers, tree.len()), (vec![7, 1, 9], 5));
    }
}
