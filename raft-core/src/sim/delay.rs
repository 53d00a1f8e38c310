//! Lengths of time that chance draws anew each time: from a range, and with a long tail.

use super::settings::Range;
use crate::chance::{Chance, MILLION};
use crate::time::Duration;

/// A length of time that is drawn anew each time: evenly from `low` to `high`, and now and then
/// much longer.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Delay {
    /// The shortest.
    pub low: Duration,
    /// The longest, but for the tail.
    pub high: Duration,
    /// What about one in a hundred reaches or passes (the 99th percentile); zero without a tail.
    pub tail: Duration,
}

impl From<Range> for Delay {
    fn from(Range { low, high }: Range) -> Delay {
        Delay { low, high, tail: Duration::ZERO }
    }
}

impl Delay {
    /// The longest there is, tail and all.
    pub fn longest(&self) -> Duration {
        let (_, most) = EXCESS[EXCESS.len() - 1];
        let scale = u128::from(self.tail.0.saturating_sub(self.high.0));
        let excess = scale * u128::from(most) / u128::from(MILLION);
        Duration(self.high.0.saturating_add(u64::try_from(excess).unwrap_or(u64::MAX)))
    }

    /// The one there is, where nothing is drawn.
    pub(super) fn fixed(&self) -> Option<Duration> {
        (self.low == self.high && self.tail <= self.high).then_some(self.low)
    }

    /// Draws one. The tail has a choice of its own, so that to add one changes nothing else.
    pub fn draw(&self, base: Chance, tail: &dyn Fn() -> Chance) -> Duration {
        let length = base.between(self.low.0, self.high.0);
        if self.tail <= self.high {
            return Duration(length);
        }
        let scale = u128::from(self.tail.0 - self.high.0);
        let excess = scale * u128::from(excess(tail())) / u128::from(MILLION);
        Duration(length.saturating_add(u64::try_from(excess).unwrap_or(u64::MAX)))
    }
}

/// How much longer than its range a delay is, by quantile: both in parts per million, the second
/// of what one in a hundred passes.
///
/// A log-normal distribution, to which measured delays of networks and disks come near, with
/// σ = 1.5: e^(1.5 z(q)) / e^(1.5 z(0.99)), z the quantile function of the normal distribution.
/// Straight lines join the points, and the last one is the longest there is.
const EXCESS: [(u32, u32); 15] = [
    (0, 0),
    (100_000, 4_463),
    (250_000, 11_095),
    (500_000, 30_515),
    (750_000, 83_929),
    (900_000, 208_630),
    (950_000, 359_788),
    (980_000, 664_382),
    (990_000, 1_000_000),
    (995_000, 1_453_860),
    (998_000, 2_288_098),
    (999_000, 3_145_040),
    (999_500, 4_247_235),
    (999_900, 8_076_858),
    (1_000_000, 8_076_858),
];

fn excess(chance: Chance) -> u32 {
    let quantile = chance.between(0, u64::from(MILLION) - 1) as u32;
    let above = EXCESS.partition_point(|&(at, _)| at <= quantile);
    let ((from, low), (to, high)) = (EXCESS[above - 1], EXCESS[above]);
    let part = u64::from(quantile - from) * u64::from(high - low) / u64::from(to - from);
    low + part as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn drawn(delay: Delay, count: u64) -> Vec<u64> {
        let draw = |n| delay.draw(Chance::of(1, &[n]), &|| Chance::of(2, &[n])).0;
        let mut lengths: Vec<u64> = (0..count).map(draw).collect();
        lengths.sort_unstable();
        lengths
    }

    #[test]
    fn one_in_a_hundred_reaches_the_tail() {
        let millis = Duration::from_millis;
        let tail = Delay { low: millis(10), high: millis(10), tail: millis(200) };
        let lengths = drawn(tail, 100_000);
        let at = |share: usize| lengths[lengths.len() * share / 1_000];
        assert!((10_000..10_400).contains(&lengths[0]), "{}", lengths[0]);
        assert!((15_000..17_000).contains(&at(500)), "the median is {}", at(500));
        assert!((47_000..52_000).contains(&at(900)), "the 90th percentile is {}", at(900));
        assert!((190_000..210_000).contains(&at(990)), "the 99th percentile is {}", at(990));
        assert!(lengths[99_999] <= 10_000 + 190_000 * 9, "{}", lengths[99_999]);
    }

    #[test]
    fn without_a_tail_a_delay_is_its_range() {
        let range = Range::from_millis(10, 15);
        let lengths = drawn(range.into(), 1_000);
        assert!(lengths[0] >= 10_000 && lengths[999] <= 15_000);
        let chance = Chance::of(1, &[7]);
        let with = Delay { tail: Duration::from_millis(16), ..range.into() };
        let draw = |delay: Delay| delay.draw(chance, &|| Chance::of(1, &[8]));
        assert!(draw(with) >= draw(range.into()), "a tail only adds");
    }

    #[test]
    fn the_longest_delays_there_are_end() {
        let long = Duration(u64::MAX);
        let delay = Delay { low: long, high: Duration(1), tail: long };
        assert!(drawn(delay, 100).iter().all(|&length| length >= 1));
    }
}
