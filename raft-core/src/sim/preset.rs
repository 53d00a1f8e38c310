//! Where a script's settings start from.

use super::settings::{
    Damaged, DiskSettings, Holding, LinkSettings, Range, Reading, Settings, Wiped,
};
use crate::raft::{Config, Reads};
use crate::time::Duration;
use alloc::vec::Vec;

/// Where a script's settings start from: the timings and features of a real system.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Preset {
    /// Figure 2 alone, with timings that are proven watchable.
    #[default]
    Paper,
    /// All that production systems run, with the same watchable timings: no-op, PreVote,
    /// CheckQuorum, windows, snapshots, confirmed reads, sessions, and a birth for each disk.
    Production,
}

impl Preset {
    /// All presets.
    pub const ALL: [Preset; 2] = [Preset::Paper, Preset::Production];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Paper => "paper",
            Preset::Production => "production",
        }
    }

    /// What it sets. Fixed for ever: a published script must not change with a later default. So
    /// everything is written out, and nothing taken from the core's own defaults.
    pub fn settings(self) -> Settings {
        match self {
            Preset::Paper => paper(),
            Preset::Production => production(),
        }
    }
}

fn paper() -> Settings {
    Settings {
        protocol: Config {
            election_min: Duration::from_millis(150),
            election_max: Duration::from_millis(300),
            heartbeat: Duration::from_millis(50),
            noop: false,
            pre_vote: false,
            check_quorum: false,
            batch: 64,
            batch_bytes: 0,
            inflight: 0,
            inflight_bytes: 0,
            uncommitted_bytes: 0,
            snapshot_entries: 0,
            snapshot_bytes: 0,
            snapshot_keep: 0,
            snapshot_chunk: 1 << 20,
            reads: Reads::Confirmed,
            clock_drift: 0,
            catch_up_rounds: 10,
            hand_over: true,
        },
        links: LinkSettings::of(Range::from_millis(10, 15)),
        special_links: Vec::new(),
        disks: DiskSettings::of(Range::from_millis(1, 2)),
        special_disks: Vec::new(),
        damaged: Damaged::Stop,
        retry: Duration::from_millis(500),
        retries: None,
        backoff: false,
        reading: Reading::Log,
        sessions: false,
        session_limit: 0,
        wiped: Wiped::Founder,
        holding: Holding::Nothing,
        manual_timers: false,
        manual_disk: false,
    }
}

fn production() -> Settings {
    let paper = paper();
    Settings {
        protocol: Config {
            noop: true,
            pre_vote: true,
            check_quorum: true,
            batch_bytes: 1 << 20,
            inflight: 256,
            inflight_bytes: 16 << 20,
            uncommitted_bytes: 64 << 20,
            // Few and small, so that they can be watched.
            snapshot_entries: 50,
            snapshot_keep: 10,
            snapshot_chunk: 64,
            ..paper.protocol
        },
        reading: Reading::Confirmed,
        sessions: true,
        session_limit: 1_000,
        wiped: Wiped::New,
        ..paper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_is_the_core_without_extensions() {
        assert_eq!(paper().protocol, Config::paper());
    }
}
