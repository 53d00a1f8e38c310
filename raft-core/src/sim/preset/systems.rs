//! The settings of real systems, each number with its source beside it.

use crate::raft::{Config, Reads};
use crate::time::Duration;

/// More entries in a message, or messages on the way, than will ever be: the system has no bound.
const UNBOUNDED: usize = 1_000_000;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Ticks of a length: a heartbeat after so many, an election after `E` to `2E - 1` of them
/// (etcd/raft `raft.go`, `resetRandomizedElectionTimeout`; raft-rs the same).
fn ticks(base: Config, tick: u64, heartbeat: u64, election: u64) -> Config {
    Config {
        tick: millis(tick),
        heartbeat: millis(heartbeat * tick),
        election_min: millis(election * tick),
        election_max: millis((2 * election - 1) * tick),
        ..base
    }
}

/// etcd 3.6: `TickMs` 100, `ElectionMs` 1000, `PreVote` (`server/embed/config.go`); `HeartbeatTick`
/// 1, `CheckQuorum` (`server/etcdserver/bootstrap.go`); 1 MiB in a message and 4096/8 messages
/// (`server/etcdserver/raft.go`); a snapshot each 10,000 entries, and 5,000 kept
/// (`server/etcdserver/server.go`, CHANGELOG-3.6); reads by ReadIndex.
pub(super) fn etcd(base: Config) -> Config {
    Config {
        pre_vote: true,
        check_quorum: true,
        batch: UNBOUNDED,
        batch_bytes: 1 << 20,
        inflight: 512,
        snapshot_entries: 10_000,
        snapshot_keep: 5_000,
        ..ticks(base, 100, 1, 10)
    }
}

/// etcd 3.4: PreVote came to be on in 3.5 (CHANGELOG-3.5), and a snapshot was taken each 100,000
/// entries until 3.6 (CHANGELOG-3.6).
pub(super) fn etcd_3_4(base: Config) -> Config {
    Config { pre_vote: false, snapshot_entries: 100_000, ..etcd(base) }
}

/// hashicorp/raft 1.7, `config.go`, `DefaultConfig`: `HeartbeatTimeout` and `ElectionTimeout` 1 s,
/// drawn up to twice as long (`util.go`, `randomTimeout`); a heartbeat for each follower after a
/// tenth of that, drawn up to twice as long (`replication.go`, `heartbeat`); `LeaderLeaseTimeout`
/// 500 ms; `MaxAppendEntries` 64; `SnapshotThreshold` 8192, `TrailingLogs` 10240; 2 RPCs on the way
/// (`net_transport.go`, `MaxRPCsInFlight`). Reads after `VerifyLeader`.
pub(super) fn hashicorp(base: Config) -> Config {
    multiplied(base, 1)
}

fn multiplied(base: Config, multiplier: u64) -> Config {
    // The upper ends are not drawn themselves.
    let below = |length: u64| Duration(length * multiplier * 1_000 - 1);
    Config {
        election_min: millis(1_000 * multiplier),
        election_max: below(2_000),
        heartbeat: millis(100 * multiplier),
        heartbeat_max: below(200),
        quorum_timeout: millis(500 * multiplier),
        pre_vote: true,
        check_quorum: true,
        batch: 64,
        inflight: 2,
        snapshot_entries: 8_192,
        snapshot_keep: 10_240,
        ..base
    }
}

/// Consul: `DefaultRaftMultiplier` 5, a snapshot after 16,384 entries, 10,240 kept
/// (`agent/consul/config.go`). Its default reads trust the leader's lease.
pub(super) fn consul(base: Config) -> Config {
    leased(Config { snapshot_entries: 16_384, ..multiplied(base, 5) })
}

/// Consul with `raft_multiplier` 1 (its guide to performance).
pub(super) fn consul_production(base: Config) -> Config {
    leased(Config { snapshot_entries: 16_384, ..multiplied(base, 1) })
}

/// Nomad 2.0: multiplier 1 (`command/agent/agent.go`), raft 1.7.3 (`go.mod`), a snapshot after
/// 8,192 entries, 10,240 kept (`nomad/config.go`). Its default reads trust the leader's lease.
pub(super) fn nomad(base: Config) -> Config {
    leased(multiplied(base, 1))
}

/// Reads under a lease as long as a leader goes on without a quorum.
fn leased(base: Config) -> Config {
    Config { reads: Reads::Lease, lease_length: base.quorum_timeout, ..base }
}

/// TiKV 9.0, `components/raftstore/src/store/config.rs`: ticks of 1 s, a heartbeat each 2, an
/// election after 10 to 19; `prevote`, and `check_quorum` in `new_raft_config`; a lease of 9 s,
/// which may be an election less a tick; 256 messages of 1 MiB; the log is cut at three quarters
/// of a region's 256 MiB, or as many KiB entries.
pub(super) fn tikv(base: Config) -> Config {
    Config {
        pre_vote: true,
        check_quorum: true,
        reads: Reads::Lease,
        lease_length: millis(9_000),
        batch: UNBOUNDED,
        batch_bytes: 1 << 20,
        inflight: 256,
        snapshot_entries: 196_608,
        snapshot_bytes: 192 << 20,
        ..ticks(base, 1_000, 2, 10)
    }
}

/// CockroachDB 24.3, `pkg/base/config.go`: ticks of 500 ms, a heartbeat each 2, an election after
/// 4 to 7; PreVote and CheckQuorum (`newRaftConfig`, since 23.2); 32 KiB in a message, 128 of them
/// and 32 MiB on the way; 16 MiB uncommitted; the log is cut at 16 MiB.
pub(super) fn cockroachdb(base: Config) -> Config {
    Config {
        check_quorum: true,
        reads: Reads::Lease,
        inflight_bytes: 32 << 20,
        ..cockroachdb_bounds(ticks(base, 500, 2, 4))
    }
}

/// CockroachDB 21, `pkg/base/config.go`: ticks of 200 ms, a heartbeat each 5, an election after 15
/// to 29; PreVote without CheckQuorum.
pub(super) fn cockroachdb_21(base: Config) -> Config {
    cockroachdb_bounds(ticks(base, 200, 5, 15))
}

/// What both have beside their timers.
fn cockroachdb_bounds(base: Config) -> Config {
    Config {
        pre_vote: true,
        batch: UNBOUNDED,
        batch_bytes: 32 << 10,
        inflight: 128,
        uncommitted_bytes: 16 << 20,
        snapshot_bytes: 16 << 20,
        ..base
    }
}

/// openraft 0.10, `openraft/src/config/config.rs`: heartbeat 50 ms, election 150 to 300 ms; 300
/// entries in a message, one on the way; a snapshot each 5,000 entries, 1,000 kept.
pub(super) fn openraft(base: Config) -> Config {
    Config {
        election_min: millis(150),
        election_max: millis(300),
        heartbeat: millis(50),
        batch: 300,
        inflight: 1,
        snapshot_entries: 5_000,
        snapshot_keep: 1_000,
        ..base
    }
}

/// raft-rs, `src/config.rs`: a heartbeat each 2 ticks, an election after 20 to 39; 256 messages,
/// each of one entry (`max_size_per_msg` 0).
pub(super) fn raft_rs(base: Config) -> Config {
    Config { batch: 1, inflight: 256, ..ticks(base, 100, 2, 20) }
}

/// LogCabin, `sample.conf`: heartbeat 250 ms, election 500 ms, drawn up to twice as long; one
/// request of at most 5,000 entries and 1 MiB; a snapshot at 64 MiB. A leader steps down without
/// a quorum, and followers protect it (thesis §4.2.3, §6.2).
pub(super) fn logcabin(base: Config) -> Config {
    Config {
        election_min: millis(500),
        election_max: millis(1_000),
        heartbeat: millis(250),
        check_quorum: true,
        batch: 5_000,
        batch_bytes: 1 << 20,
        inflight: 1,
        snapshot_bytes: 64 << 20,
        ..base
    }
}

/// toyDB, `src/raft/mod.rs`: ticks of 100 ms, a heartbeat each 4, an election after 10 to 19; 100
/// entries in a message.
pub(super) fn toydb(base: Config) -> Config {
    Config { batch: 100, inflight: UNBOUNDED, ..ticks(base, 100, 4, 10) }
}
