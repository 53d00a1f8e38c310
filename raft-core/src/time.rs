//! Simulated or real time as the core sees it: whole microseconds, handed in by the driver.

use core::fmt;
use core::ops::{Add, Sub};

/// A moment: microseconds since the driver's own beginning of time.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant(pub u64);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Duration(pub u64);

impl Instant {
    /// The beginning of time.
    pub const ZERO: Instant = Instant(0);

    /// The time from `earlier` to here; zero when `earlier` is later.
    pub fn since(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);

    /// So many microseconds.
    pub const fn from_micros(micros: u64) -> Duration {
        Duration(micros)
    }

    /// So many milliseconds, at most `u64::MAX` microseconds.
    pub const fn from_millis(millis: u64) -> Duration {
        Duration(millis.saturating_mul(1_000))
    }
}

/// Later by a duration; the end of time is never passed.
impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, length: Duration) -> Instant {
        Instant(self.0.saturating_add(length.0))
    }
}

/// Earlier by a duration; the beginning of time is never passed.
impl Sub<Duration> for Instant {
    type Output = Instant;

    fn sub(self, length: Duration) -> Instant {
        Instant(self.0.saturating_sub(length.0))
    }
}

/// `1234567` microseconds are written `1234.567ms`; trailing zeros are left out.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (millis, micros) = (self.0 / 1_000, self.0 % 1_000);
        match micros {
            0 => write!(f, "{millis}ms"),
            _ if micros % 100 == 0 => write!(f, "{millis}.{}ms", micros / 100),
            _ if micros % 10 == 0 => write!(f, "{millis}.{:02}ms", micros / 10),
            _ => write!(f, "{millis}.{micros:03}ms"),
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn durations_are_written_in_milliseconds_without_trailing_zeros() {
        let cases = [(0, "0ms"), (1, "0.001ms"), (1_500, "1.5ms"), (12_340, "12.34ms")];
        for (micros, text) in cases {
            assert_eq!(Duration(micros).to_string(), text);
        }
    }

    #[test]
    fn arithmetic_saturates_at_both_ends_of_time() {
        assert_eq!(Instant(5) - Duration(9), Instant::ZERO);
        assert_eq!(Instant(u64::MAX) + Duration(1), Instant(u64::MAX));
        assert_eq!(Instant(3).since(Instant(7)), Duration::ZERO);
    }
}
