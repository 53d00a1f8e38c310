//! Randomness as a pure function of what the choice is for.
//!
//! A running generator would couple every choice to every earlier one: one lost message, and all
//! later latencies differ. Here a choice is made from a seed and the words that name it, so a run
//! with one thing changed differs only where that thing matters.

/// One random choice, named by a seed and a few numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Chance(u64);

/// One million parts: certainty.
pub const MILLION: u32 = 1_000_000;

impl Chance {
    /// The choice named by `words` under `seed`. The same words give the same choice for ever.
    pub fn of(seed: u64, words: &[u64]) -> Chance {
        let mut state = mix(seed ^ 0x9e37_79b9_7f4a_7c15);
        for &word in words {
            state = mix(state.rotate_left(23) ^ mix(word.wrapping_add(0x632b_e59b_d9b4_e019)));
        }
        Chance(state)
    }

    /// A whole number from `low` to `high`, both possible; `low` when the range is empty.
    pub fn between(self, low: u64, high: u64) -> u64 {
        let span = u128::from(high.saturating_sub(low)) + 1;
        low + ((u128::from(self.0) * span) >> 64) as u64
    }

    /// Whether something with this probability happens, in parts per million.
    pub fn happens(self, parts_per_million: u32) -> bool {
        self.between(0, u64::from(MILLION) - 1) < u64::from(parts_per_million)
    }

    /// All 64 bits of the choice.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): a bijection in which each bit of the
/// input moves about half of the bits of the output.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_of_a_small_range_is_about_as_frequent_as_the_others() {
        let mut counts = [0u32; 10];
        for n in 0..100_000 {
            counts[Chance::of(1, &[n]).between(0, 9) as usize] += 1;
        }
        assert!(counts.iter().all(|&c| (9_500..10_500).contains(&c)), "{counts:?}");
    }

    #[test]
    fn bounds_are_reached_and_never_passed() {
        let drawn = |n| Chance::of(7, &[n, 3]).between(150, 153);
        assert!((0..1_000).all(|n| (150..=153).contains(&drawn(n))));
        assert!((0..1_000).any(|n| drawn(n) == 150) && (0..1_000).any(|n| drawn(n) == 153));
        assert_eq!(Chance::of(7, &[]).between(9, 4), 9);
    }

    #[test]
    fn certain_and_impossible_things_are_so() {
        assert!((0..1_000).all(|n| Chance::of(n, &[]).happens(MILLION)));
        assert!(!(0..1_000).any(|n| Chance::of(n, &[]).happens(0)));
    }

    #[test]
    fn the_order_and_number_of_words_matter() {
        let choices = [
            Chance::of(1, &[1, 2]),
            Chance::of(1, &[2, 1]),
            Chance::of(1, &[1, 2, 0]),
            Chance::of(2, &[1, 2]),
        ];
        for (n, a) in choices.iter().enumerate() {
            assert!(choices[n + 1..].iter().all(|b| a != b));
        }
    }
}
