//! Choices of a search, one after the other.

use crate::chance::Chance;

/// Chances that are named by a seed, a run and their number in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice {
    seed: u64,
    run: u64,
    rolled: u64,
}

impl Dice {
    pub(super) fn new(seed: u64, run: u64) -> Dice {
        Dice { seed, run, rolled: 0 }
    }

    /// A number below `count`, which is at least 1.
    pub(super) fn below(&mut self, count: usize) -> usize {
        self.rolled += 1;
        Chance::of(self.seed, &[self.run, self.rolled]).between(0, count as u64 - 1) as usize
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
