//! Where a script's settings start from.

mod mistakes;
mod systems;

use super::settings::{
    Damaged, DiskSettings, Holding, LinkSettings, Range, Reading, Settings, Wiped,
};
use crate::raft::{Config, Reads};
use crate::time::Duration;
use alloc::vec::Vec;

/// Where a script's settings start from: the timings and features of a real system.
///
/// Each is fixed for ever: a published script must not change with a later version of a system. A
/// newer version gets a name of its own, as `etcd-3.4` and `cockroachdb-21` have for older ones.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Preset {
    /// Figure 2 alone, with timings that are proven watchable.
    #[default]
    Paper,
    /// All that production systems run, with the same watchable timings: no-op, PreVote,
    /// CheckQuorum, windows, snapshots, confirmed reads, sessions, and a birth for each disk.
    Production,
    /// `etcd`: etcd 3.6, as it comes.
    ///
    /// Not here: the first timeout after a start is not shortened (`InitialElectionTickAdvance`);
    /// CheckQuorum looks back from each heartbeat instead of once in ten ticks; a leader's own
    /// limit of 5,000 entries that are committed and not applied.
    Etcd,
    /// `etcd-3.4`: the same without PreVote, and with a snapshot after 100,000 entries.
    Etcd34,
    /// `consul`: Consul, as it comes: hashicorp/raft with all times multiplied by five, for small
    /// machines.
    ///
    /// Not here, as for all of hashicorp/raft: a follower's timer runs on while heartbeats come,
    /// and when it runs out the last contact decides; here contact starts it anew. Snapshots are
    /// also bound to an interval. A follower hears of a commit after at most `CommitTimeout`
    /// without a message; here with the next heartbeat.
    Consul,
    /// `consul-production`: Consul with `raft_multiplier = 1`, which its guide wants in production.
    ConsulProduction,
    /// `nomad`: Nomad 2.0, as it comes.
    Nomad,
    /// `tikv`: TiKV 9.0, the store of TiDB: one Raft group of the many that it runs.
    ///
    /// Not here: groups that fall asleep (`hibernate-regions`); the log is cut each 3 s once 50
    /// entries are everywhere, and whatever happens at three quarters of a region's size. Here
    /// only the second bound, which is 192 MiB or 196,608 entries for regions of 256 MiB.
    TiKv,
    /// `cockroachdb`: CockroachDB 24.3: one range of the many that it has.
    ///
    /// Not here: its leases belong to ranges and lie beside Raft (6 s, or for leader leases as
    /// long as a store's support, 3 s); here a lease is Raft's own and ends after the shortest
    /// election timeout. A leader's log is cut at 16 MiB by a queue of its own.
    CockroachDb,
    /// `cockroachdb-21`: CockroachDB 21: slower timers, no CheckQuorum, so no lease of Raft's own;
    /// its range leases of 9 s are not here.
    CockroachDb21,
    /// `hashicorp`: the library hashicorp/raft with `DefaultConfig`. See [`Preset::Consul`] for
    /// what is not here.
    Hashicorp,
    /// `openraft`: the library openraft 0.10 with `Config::default`.
    ///
    /// Not here: a follower refuses votes for `election_timeout_max` after it has heard from a
    /// leader, and a leader without a quorum takes no proposals, but goes on leading. The nearest
    /// rule, CheckQuorum, is off, since it would have the leader step down too.
    Openraft,
    /// `raft-rs`: the library raft-rs with `Config::default`: 20 to 39 ticks. What a tick is it
    /// leaves to the application; here it is 100 ms, as in its examples.
    RaftRs,
    /// `logcabin`: LogCabin, the authors' own system, with its sample settings.
    ///
    /// Not here: a snapshot is due when the log is four times as large as the last one, too.
    LogCabin,
    /// `toydb`: toyDB, a database to learn from. It sends without a bound; here up to a million
    /// requests. It never takes a snapshot.
    ToyDb,
    /// `mistake-instant-election`: Figure 2 with an election timeout of 1 to 2 ms: nobody can win
    /// before the next candidate stands.
    MistakeInstantElection,
    /// `mistake-below-round-trip`: the election timeout, 15 to 30 ms, is shorter than a question
    /// and its answer: votes come too late.
    MistakeBelowRoundTrip,
    /// `mistake-slow-heartbeat`: the leader beats each 400 ms, and followers wait 150 to 300 ms.
    MistakeSlowHeartbeat,
    /// `mistake-equal-timeouts`: everybody waits exactly 150 ms, so all stand together, for ever
    /// (hashicorp/raft issue 50 had it: all servers drew the same numbers).
    MistakeEqualTimeouts,
    /// `mistake-long-lease`: reads under a lease of 3 s, and an election takes 150 to 300 ms.
    MistakeLongLease,
}

impl Preset {
    /// All presets: two of our own, real systems, and mistakes.
    pub const ALL: [Preset; 20] = [
        Preset::Paper,
        Preset::Production,
        Preset::Etcd,
        Preset::Etcd34,
        Preset::Consul,
        Preset::ConsulProduction,
        Preset::Nomad,
        Preset::TiKv,
        Preset::CockroachDb,
        Preset::CockroachDb21,
        Preset::Hashicorp,
        Preset::Openraft,
        Preset::RaftRs,
        Preset::LogCabin,
        Preset::ToyDb,
        Preset::MistakeInstantElection,
        Preset::MistakeBelowRoundTrip,
        Preset::MistakeSlowHeartbeat,
        Preset::MistakeEqualTimeouts,
        Preset::MistakeLongLease,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Paper => "paper",
            Preset::Production => "production",
            Preset::Etcd => "etcd",
            Preset::Etcd34 => "etcd-3.4",
            Preset::Consul => "consul",
            Preset::ConsulProduction => "consul-production",
            Preset::Nomad => "nomad",
            Preset::TiKv => "tikv",
            Preset::CockroachDb => "cockroachdb",
            Preset::CockroachDb21 => "cockroachdb-21",
            Preset::Hashicorp => "hashicorp",
            Preset::Openraft => "openraft",
            Preset::RaftRs => "raft-rs",
            Preset::LogCabin => "logcabin",
            Preset::ToyDb => "toydb",
            Preset::MistakeInstantElection => "mistake-instant-election",
            Preset::MistakeBelowRoundTrip => "mistake-below-round-trip",
            Preset::MistakeSlowHeartbeat => "mistake-slow-heartbeat",
            Preset::MistakeEqualTimeouts => "mistake-equal-timeouts",
            Preset::MistakeLongLease => "mistake-long-lease",
        }
    }

    /// Whether it shows what goes wrong.
    pub fn is_mistake(self) -> bool {
        self >= Preset::MistakeInstantElection
    }

    /// What it sets. Fixed for ever: a published script must not change with a later default. So
    /// everything is written out, and nothing taken from the core's own defaults;
    /// `tests/presets.txt` holds it as lines of script, and a test compares.
    pub fn settings(self) -> Settings {
        match self {
            Preset::Paper => paper(),
            Preset::Production => production(),
            Preset::Etcd => system(systems::etcd),
            Preset::Etcd34 => system(systems::etcd_3_4),
            Preset::Consul => system(systems::consul),
            Preset::ConsulProduction => system(systems::consul_production),
            Preset::Nomad => system(systems::nomad),
            Preset::TiKv => system(systems::tikv),
            Preset::CockroachDb => system(systems::cockroachdb),
            Preset::CockroachDb21 => system(systems::cockroachdb_21),
            Preset::Hashicorp => system(systems::hashicorp),
            Preset::Openraft => system(systems::openraft),
            Preset::RaftRs => system(systems::raft_rs),
            Preset::LogCabin => Settings { sessions: true, ..system(systems::logcabin) },
            Preset::ToyDb => system(systems::toydb),
            Preset::MistakeInstantElection => mistakes::timers(paper(), (1, 2), 1),
            Preset::MistakeBelowRoundTrip => mistakes::timers(paper(), (15, 30), 5),
            Preset::MistakeSlowHeartbeat => mistakes::timers(paper(), (150, 300), 400),
            Preset::MistakeEqualTimeouts => mistakes::timers(paper(), (150, 150), 50),
            Preset::MistakeLongLease => mistakes::lease(paper(), 3_000),
        }
    }
}

/// What a real system has. What none of them sets stays as in `paper`: the links, the disk, the
/// clients' patience, the size of a snapshot's pieces. All of them begin a term with an entry of
/// their own, and none lets a server without its disk come back under its old name.
fn system(protocol: fn(Config) -> Config) -> Settings {
    let paper = paper();
    let protocol = protocol(Config { noop: true, ..paper.protocol });
    let reading = match protocol.reads {
        Reads::Lease => Reading::Lease,
        Reads::Confirmed => Reading::Confirmed,
    };
    Settings { protocol, reading, wiped: Wiped::New, ..paper }
}

fn paper() -> Settings {
    Settings {
        protocol: Config {
            election_min: Duration::from_millis(150),
            election_max: Duration::from_millis(300),
            heartbeat: Duration::from_millis(50),
            heartbeat_max: Duration::ZERO,
            tick: Duration::ZERO,
            quorum_timeout: Duration::ZERO,
            lease_length: Duration::ZERO,
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
        between_zones: Vec::new(),
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
    use crate::raft::Misfit;
    use crate::sim::script::parse;
    use alloc::format;
    use alloc::string::String;

    #[test]
    fn the_paper_is_the_core_without_extensions() {
        assert_eq!(paper().protocol, Config::paper());
    }

    #[test]
    fn each_preset_can_be_written_out_as_lines() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            let lines: String =
                settings.knobs().iter().map(|knob| format!("set {knob}\n")).collect();
            for other in [Preset::Paper, Preset::Consul, Preset::TiKv] {
                let script = parse(&format!("raft 1\npreset {}\n{lines}", other.name())).unwrap();
                assert_eq!(script.first_settings(), settings, "{preset:?} after {other:?}");
            }
        }
    }

    #[test]
    fn only_mistakes_are_misfits() {
        for preset in Preset::ALL {
            let found = preset.settings().protocol.check();
            let expected = match preset {
                Preset::MistakeInstantElection | Preset::MistakeSlowHeartbeat => {
                    Err(Misfit::SlowHeartbeat)
                }
                Preset::MistakeEqualTimeouts => Err(Misfit::NoRandomness),
                Preset::MistakeLongLease => Err(Misfit::LongLease),
                // What does not fit is between these and the network.
                _ => Ok(()),
            };
            assert_eq!(found, expected, "{preset:?}");
            assert_eq!(preset.is_mistake(), preset.name().starts_with("mistake-"));
        }
    }
}
