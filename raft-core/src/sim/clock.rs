//! A server's own clock, which may be ahead or behind and run faster or slower than the world's.
//!
//! The node knows no other time: what it is told is its clock's, and what it says of times is
//! brought back to the world's before anybody sees it. Raft's safety does not rest on clocks
//! (§5.6); leases do (thesis §6.4.1).

use super::settings::Setting;
use super::world::World;
use crate::raft::{Decision, NodeId, VoteRefusal};
use crate::time::Instant;

/// Where a clock is. A line through time; where a script turns the clock, a new one begins.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Clock {
    /// When it was turned last, in the world's time.
    since: Instant,
    /// By how much it was ahead then, in microseconds; negative when behind.
    ahead: i64,
    /// How much faster it runs, in parts per million; negative when slower.
    rate: i32,
}

/// Parts per million of the world's own pace.
const EVEN: i128 = 1_000_000;

impl Clock {
    /// How the settings of a script begin for a server.
    pub(super) fn of(server: NodeId, settings: &[Setting]) -> Clock {
        let mut clock = Clock::default();
        for &setting in settings {
            if let Setting::ClockAhead(id, _) | Setting::ClockRate(id, _) = setting {
                if id == server {
                    clock.turn(setting, Instant::ZERO);
                }
            }
        }
        clock
    }

    /// Whether it shows the world's time.
    pub fn is_exact(&self) -> bool {
        self.ahead == 0 && self.rate == 0
    }

    /// What it shows at a moment of the world. It cannot show a time before its beginning: then
    /// it shows zero.
    pub fn local(&self, at: Instant) -> Instant {
        if self.is_exact() {
            return at;
        }
        let gone = i128::from(at.0) - i128::from(self.since.0);
        let local = self.begin() + (gone * self.pace()).div_euclid(EVEN);
        Instant(u64::try_from(local.max(0)).unwrap_or(u64::MAX))
    }

    /// The first moment of the world at which it shows this time, as it runs now.
    pub fn world(&self, local: Instant) -> Instant {
        // The end of time is nobody's: it stands for never.
        if self.is_exact() || local.0 == u64::MAX {
            return local;
        }
        let gone = (i128::from(local.0) - self.begin()) * EVEN;
        let at = i128::from(self.since.0) - (-gone).div_euclid(self.pace());
        Instant(u64::try_from(at.max(0)).unwrap_or(u64::MAX))
    }

    /// By how much it is ahead at a moment of the world, in microseconds; negative when behind.
    pub fn ahead(&self, at: Instant) -> i64 {
        if self.is_exact() {
            return 0;
        }
        let gone = i128::from(at.0) - i128::from(self.since.0);
        let ahead = i128::from(self.ahead) + (gone * i128::from(self.rate)).div_euclid(EVEN);
        i64::try_from(ahead).unwrap_or(i64::MAX)
    }

    /// How much faster it runs than the world's time, in parts per million; negative when slower.
    pub fn rate(&self) -> i32 {
        self.rate
    }

    /// Turns it, if the setting is for clocks.
    fn turn(&mut self, setting: Setting, now: Instant) {
        let (ahead, rate) = match setting {
            Setting::ClockAhead(_, ahead) => (ahead, self.rate),
            Setting::ClockRate(_, rate) => (self.ahead(now), rate),
            _ => return,
        };
        *self = Clock { since: now, ahead, rate };
    }

    fn begin(&self) -> i128 {
        i128::from(self.since.0) + i128::from(self.ahead)
    }

    fn pace(&self) -> i128 {
        // No script makes a clock stand still.
        (EVEN + i128::from(self.rate)).max(1)
    }
}

/// Brings the time that a decision speaks of, if it does, to the world's.
pub(super) fn translate(decision: &mut Decision, clock: Clock) {
    let time = match decision {
        Decision::BeginsTransfer { until, .. }
        | Decision::RefusesVote { why: VoteRefusal::LeaderLives { until, .. }, .. }
        | Decision::RefusesPreVote { why: VoteRefusal::LeaderLives { until, .. }, .. } => until,
        Decision::ReadsAtOnce { lease_until: Some(until), .. } => until,
        // The others speak of none.
        _ => return,
    };
    *time = clock.world(*time);
}

impl World {
    /// Turns a clock, if the setting is for one.
    #[inline(never)]
    pub(super) fn turn_clock(&mut self, setting: Setting) {
        if let Setting::ClockAhead(server, _) | Setting::ClockRate(server, _) = setting {
            if let Some(at) = self.position(server) {
                self.servers[at].clock.turn(setting, self.now);
            }
        }
    }

    /// What a server's clock shows now.
    pub(super) fn local_now(&self, at: usize) -> Instant {
        self.servers[at].clock.local(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(settings: &[(u64, Setting)]) -> Clock {
        let mut clock = Clock::default();
        for &(at, setting) in settings {
            clock.turn(setting, Instant(at));
        }
        clock
    }

    const S1: NodeId = NodeId(1);

    #[test]
    fn a_clock_is_ahead_and_drifts() {
        let fast = clock(&[(0, Setting::ClockRate(S1, 50_000))]);
        assert_eq!(fast.local(Instant(1_000_000)), Instant(1_050_000));
        assert_eq!(fast.ahead(Instant(1_000_000)), 50_000);
        let ahead = clock(&[(0, Setting::ClockAhead(S1, 40_000))]);
        assert_eq!(ahead.local(Instant(7)), Instant(40_007));
        let behind = clock(&[(0, Setting::ClockAhead(S1, -40_000))]);
        assert_eq!(behind.local(Instant(7)), Instant::ZERO, "not before its beginning");
        assert_eq!(behind.local(Instant(40_007)), Instant(7));
        let exact = clock(&[(0, Setting::ClockRate(S1, 9)), (5, Setting::ClockAhead(S1, 0))]);
        assert_eq!((exact.ahead(Instant(5)), exact.rate()), (0, 9));
    }

    #[test]
    fn a_clock_is_turned_where_it_stands() {
        let slow = Setting::ClockRate(S1, -500_000);
        let even = Setting::ClockRate(S1, 0);
        let clock = clock(&[(1_000, slow), (3_000, even)]);
        assert_eq!(clock.local(Instant(3_000)), Instant(2_000));
        assert_eq!(clock.local(Instant(9_000)), Instant(8_000), "it goes on from there");
    }

    #[test]
    fn a_time_is_reached_at_the_first_moment_that_shows_it() {
        for rate in [-500_000, -333_333, -7, 0, 7, 50_000, 499_999] {
            for ahead in [-1_234, 0, 5_678] {
                let settings = [Setting::ClockAhead(S1, ahead), Setting::ClockRate(S1, rate)];
                let clock = clock(&settings.map(|setting| (777, setting)));
                for local in (200_000..200_100).map(Instant) {
                    let at = clock.world(local);
                    assert!(clock.local(at) >= local, "{clock:?} {local:?} {at:?}");
                    let before = Instant(at.0 - 1);
                    assert!(clock.local(before) < local, "{clock:?} {local:?} {at:?}");
                }
            }
        }
        let fast = clock(&[(0, Setting::ClockRate(S1, 500_000))]);
        assert_eq!(fast.world(Instant(u64::MAX)), Instant(u64::MAX), "never stays never");
    }
}
