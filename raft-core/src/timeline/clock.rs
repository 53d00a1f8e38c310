//! The stage's clock: what a viewer's time is in the run's.
//!
//! A deterministic function of the run, whatever the system's own timings: a message in flight
//! takes about a second to watch, an idle stretch at most two. Between two events both times move
//! evenly, so the page interpolates without asking.

use crate::chance::MILLION;
use crate::chunks::Chunks;
use crate::sim::{Fate, World};
use crate::time::Instant;

/// How long a whole hop is watched, in microseconds of stage time.
const HOP: u64 = 900_000;
/// How long nothing at all is watched at most, in microseconds of stage time.
const IDLE_MAX: u64 = 2_000_000;

/// How stage time follows from simulated time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Pace {
    /// By what there is to see.
    #[default]
    Story,
    /// So many simulated microseconds in each second of the stage; at least 1.
    Constant(u64),
}

/// A moment in both times: simulated and the stage's, in microseconds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tick {
    /// Simulated time.
    pub sim: u64,
    /// Stage time.
    pub stage: u64,
}

/// The moments of all events so far, in both times.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    ticks: Chunks<Tick>,
    /// The next event, as far as it is known; without one nothing happens any more.
    next: Option<Tick>,
    /// Simulated microseconds per stage second when nothing else says so.
    quiet_scale: u64,
}

impl Clock {
    /// An event happened; `world` is as it is afterwards.
    pub(super) fn on_event(&mut self, world: &World) {
        self.on_events(&[world]);
    }

    /// The same for several worlds that are watched at once, the later events of all of them: the
    /// time is what the slowest of them needs.
    #[inline(never)]
    pub(super) fn on_events(&mut self, worlds: &[&World]) {
        let sim = worlds.iter().map(|world| world.now.0).max().unwrap_or(0);
        let last = self.ticks.last().copied().unwrap_or_default();
        if self.ticks.is_empty() || sim > last.sim {
            let stage = self.next.filter(|next| next.sim == sim).map_or(0, |next| next.stage);
            self.ticks.push(Tick { sim, stage: stage.max(last.stage) });
        }
        let now = self.ticks.last().copied().unwrap_or_default();
        let scales = worlds.iter().map(|world| hop_of(world.settings.links.latency.low.0));
        self.quiet_scale = scales.min().unwrap_or(0);
        self.next = worlds.iter().filter_map(|world| world.next_at()).min().map(|at| {
            let length = at.0.saturating_sub(sim);
            let watched = match worlds.iter().filter_map(|world| shortest_hop(world)).min() {
                Some(hop) => stretch(length, HOP, hop),
                None => stretch(length, HOP, self.quiet_scale).min(IDLE_MAX),
            };
            Tick { sim: at.0, stage: now.stage + watched }
        });
    }

    /// Forgets what happened after `world`, which is then the last event.
    pub(super) fn rewind(&mut self, world: &World) {
        let kept = self.ticks.partition_point(|tick| tick.sim <= world.now.0);
        self.ticks.truncate(kept);
        self.on_event(world);
    }

    /// The events around a moment: the last one up to it, and the next.
    pub(super) fn around(&self, at: Instant, pace: Pace) -> (Tick, Option<Tick>) {
        let after = self.ticks.partition_point(|tick| tick.sim <= at.0);
        let before = after.checked_sub(1).and_then(|n| self.ticks.at(n)).copied();
        let next = self.ticks.at(after).copied().or(self.next);
        let paced = |tick: Tick| match pace {
            Pace::Story => tick,
            Pace::Constant(scale) => {
                Tick { stage: stretch(tick.sim, 1_000_000, scale.max(1)), ..tick }
            }
        };
        (paced(before.unwrap_or_default()), next.map(paced))
    }

    /// The stage time of a moment.
    #[inline(never)]
    pub(super) fn stage(&self, at: Instant, pace: Pace) -> u64 {
        let (before, next) = self.around(at, pace);
        let gone = at.0.saturating_sub(before.sim);
        match next {
            Some(next) if next.sim > before.sim => {
                before.stage + stretch(gone, next.stage - before.stage, next.sim - before.sim)
            }
            _ => before.stage + stretch(gone, HOP, self.quiet_scale.max(1)),
        }
    }

    /// The moment at a stage time; as far as the events are known, and evenly after that.
    pub(super) fn sim(&self, stage: u64, pace: Pace) -> Instant {
        if let Pace::Constant(scale) = pace {
            return Instant(stretch(stage, scale.max(1), 1_000_000));
        }
        let after = self.ticks.partition_point(|tick| tick.stage <= stage);
        let before = after.checked_sub(1).and_then(|n| self.ticks.at(n)).copied();
        let before = before.unwrap_or_default();
        let gone = stage - before.stage;
        match self.ticks.at(after).copied().or(self.next) {
            Some(next) if next.stage > before.stage => Instant(
                before.sim + stretch(gone, next.sim - before.sim, next.stage - before.stage),
            ),
            _ => Instant(before.sim + stretch(gone, self.quiet_scale.max(1), HOP)),
        }
    }
}

/// The shortest time that a whole hop takes of all that can be seen moving.
fn shortest_hop(world: &World) -> Option<u64> {
    let moving = world.network.flights.iter().filter(|flight| {
        flight.path.to_at > world.now && !(flight.fate == Fate::Waits && flight.path.to_part == 0)
    });
    let hop = |path: crate::sim::Path| {
        let way = u64::from(path.to_part.saturating_sub(path.from_part)).max(1);
        stretch(path.to_at.since(path.from_at).0, u64::from(MILLION), way)
    };
    moving.map(|flight| hop_of(hop(flight.path))).min()
}

/// A hop of no time would take for ever to watch.
fn hop_of(latency: u64) -> u64 {
    if latency == 0 { 10_000 } else { latency }
}

#[inline(never)]
fn stretch(length: u64, to: u64, from: u64) -> u64 {
    let from = from.max(1);
    // Nearly always; and 128 bits are slow to divide in WebAssembly.
    if let Some(product) = length.checked_mul(to) {
        return product / from;
    }
    let stretched = u128::from(length) * u128::from(to) / u128::from(from);
    u64::try_from(stretched).unwrap_or(u64::MAX)
}
