//! The world's knobs and the presets they start from.

use super::place::{Link, Place};
use crate::chance::MILLION;
use crate::raft::Config;
use crate::time::Duration;
use alloc::vec::Vec;

/// A length of time that is drawn anew each time, from `low` to `high`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Range {
    /// The shortest.
    pub low: Duration,
    /// The longest.
    pub high: Duration,
}

/// Where a script's settings start from: the timings and features of a real system.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Preset {
    /// Figure 2 alone, with timings that are proven watchable.
    #[default]
    Paper,
}

/// One knob turned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Setting {
    /// `election 150..300ms`: the election timeout (§5.2).
    Election(Range),
    /// `heartbeat 50ms`: the time between a leader's heartbeats.
    Heartbeat(Duration),
    /// `noop on`: whether a new leader appends an empty entry (§8).
    Noop(bool),
    /// `batch 64`: the most entries in one message.
    Batch(u32),
    /// `latency 10..15ms`, or of one link: `latency S1>S2 100ms`.
    Latency(Option<Link>, Range),
    /// `loss 5%`, or of one link: the share of messages that die, in parts per million.
    Loss(Option<Link>, u32),
    /// `duplicate 1%`, or of one link: the share of messages that arrive twice.
    Duplicate(Option<Link>, u32),
    /// `sync 1..2ms`: how long a disk takes to make a write durable.
    Sync(Range),
    /// `retry 500ms`: how long a client waits for an answer before it asks another server.
    Retry(Duration),
    /// `network manual`: nothing arrives until a line says `deliver`.
    ManualNetwork(bool),
    /// `timers manual`: nothing times out until a line says `timeout`.
    ManualTimers(bool),
    /// `disk manual`: no write is durable until a line says `sync`.
    ManualDisk(bool),
}

/// What the links are like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct LinkSettings {
    /// The time a message takes.
    pub latency: Range,
    /// The share of messages that die, in parts per million.
    pub loss: u32,
    /// The share of messages that arrive twice, in parts per million.
    pub duplicate: u32,
}

/// All knobs of a world.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Settings {
    /// The protocol's own.
    pub protocol: Config,
    /// Links that have no settings of their own.
    pub links: LinkSettings,
    /// Links that have, by sender and receiver.
    pub special_links: Vec<((Place, Place), LinkSettings)>,
    /// How long a disk takes to make a write durable.
    pub sync: Range,
    /// How long a client waits for an answer.
    pub retry: Duration,
    /// Whether messages wait for `deliver`.
    pub manual_network: bool,
    /// Whether timers wait for `timeout`.
    pub manual_timers: bool,
    /// Whether writes wait for `sync`.
    pub manual_disk: bool,
}

impl Range {
    /// From so many to so many milliseconds.
    pub const fn from_millis(low: u64, high: u64) -> Range {
        Range { low: Duration::from_millis(low), high: Duration::from_millis(high) }
    }
}

impl Preset {
    /// All presets.
    pub const ALL: [Preset; 1] = [Preset::Paper];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Paper => "paper",
        }
    }

    /// What it sets. Fixed for ever: a published script must not change with a later default.
    pub fn settings(self) -> Settings {
        match self {
            Preset::Paper => Settings {
                protocol: Config {
                    election_min: Duration::from_millis(150),
                    election_max: Duration::from_millis(300),
                    heartbeat: Duration::from_millis(50),
                    noop: false,
                    batch: 64,
                },
                links: LinkSettings { latency: Range::from_millis(10, 15), loss: 0, duplicate: 0 },
                special_links: Vec::new(),
                sync: Range::from_millis(1, 2),
                retry: Duration::from_millis(500),
                manual_network: false,
                manual_timers: false,
                manual_disk: false,
            },
        }
    }
}

impl Setting {
    /// Its name in scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Setting::Election(_) => "election",
            Setting::Heartbeat(_) => "heartbeat",
            Setting::Noop(_) => "noop",
            Setting::Batch(_) => "batch",
            Setting::Latency(..) => "latency",
            Setting::Loss(..) => "loss",
            Setting::Duplicate(..) => "duplicate",
            Setting::Sync(_) => "sync",
            Setting::Retry(_) => "retry",
            Setting::ManualNetwork(_) => "network",
            Setting::ManualTimers(_) => "timers",
            Setting::ManualDisk(_) => "disk",
        }
    }

    /// Whether it may be turned while the world runs. The protocol's own are read when a server
    /// starts.
    pub fn may_change_later(&self) -> bool {
        match self {
            Setting::Election(_) | Setting::Heartbeat(_) | Setting::Noop(_) | Setting::Batch(_) => {
                false
            }
            Setting::Latency(..)
            | Setting::Loss(..)
            | Setting::Duplicate(..)
            | Setting::Sync(_)
            | Setting::Retry(_)
            | Setting::ManualNetwork(_)
            | Setting::ManualTimers(_)
            | Setting::ManualDisk(_) => true,
        }
    }
}

impl Settings {
    /// Turns a knob.
    pub fn apply(&mut self, setting: Setting) {
        match setting {
            Setting::Election(range) => {
                self.protocol.election_min = range.low;
                self.protocol.election_max = range.high;
            }
            Setting::Heartbeat(length) => self.protocol.heartbeat = length,
            Setting::Noop(on) => self.protocol.noop = on,
            Setting::Batch(entries) => self.protocol.batch = entries as usize,
            Setting::Latency(link, range) => self.on_links(link, |links| links.latency = range),
            Setting::Loss(link, share) => {
                self.on_links(link, |links| links.loss = share.min(MILLION))
            }
            Setting::Duplicate(link, share) => {
                self.on_links(link, |links| links.duplicate = share.min(MILLION))
            }
            Setting::Sync(range) => self.sync = range,
            Setting::Retry(length) => self.retry = length,
            Setting::ManualNetwork(on) => self.manual_network = on,
            Setting::ManualTimers(on) => self.manual_timers = on,
            Setting::ManualDisk(on) => self.manual_disk = on,
        }
    }

    /// What one direction of a link is like.
    pub fn link(&self, from: Place, to: Place) -> &LinkSettings {
        match self.special_links.binary_search_by(|(ends, _)| ends.cmp(&(from, to))) {
            Ok(at) => &self.special_links[at].1,
            Err(_) => &self.links,
        }
    }

    /// Changes one link, or all that have no settings of their own.
    fn on_links(&mut self, link: Option<Link>, change: impl Fn(&mut LinkSettings)) {
        let Some(link) = link else { return change(&mut self.links) };
        for ends in link.directions() {
            let found = self.special_links.binary_search_by(|(held, _)| held.cmp(&ends));
            let at = found.unwrap_or_else(|at| {
                self.special_links.insert(at, (ends, self.links));
                at
            });
            change(&mut self.special_links[at].1);
        }
    }
}
