//! The settings of the protocol, and what a node is made from.

use super::rules::Rules;
use super::types::NodeId;
use crate::time::Duration;
use alloc::sync::Arc;
use core::fmt;

/// The settings of the protocol. The same on every server, except while they are rolled out.
///
/// Bounds of 0 mean: no bound.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Config {
    /// The shortest election timeout (§5.2: 150 ms). A server that has heard from a leader within
    /// this time refuses to help replace it, if `check_quorum` is on.
    pub election_min: Duration,
    /// The longest election timeout (§5.2: 300 ms).
    pub election_max: Duration,
    /// The time between a leader's heartbeats; well below `election_min`.
    pub heartbeat: Duration,
    /// When it is longer than `heartbeat`, a leader beats for each follower by itself, after a
    /// time that is drawn anew from `heartbeat` up to this, as hashicorp/raft does; else it beats
    /// for all at once.
    pub heartbeat_max: Duration,
    /// When it is not zero, servers count ticks of this length, as etcd/raft and raft-rs do: a
    /// timer runs out at a tick of its server, and the three times above count as many ticks as
    /// fit into them, at least one. Each server's ticks begin at a part of a tick after its start
    /// that is drawn for it: real servers do not start at one moment.
    pub tick: Duration,
    /// How long a leader goes on without answers of a quorum, if `check_quorum` is on; zero for
    /// `election_max`.
    pub quorum_timeout: Duration,
    /// How long a lease lasts; zero for `election_min`, the longest that is safe.
    pub lease_length: Duration,
    /// Whether a new leader appends an empty entry of its term (§8).
    pub noop: bool,
    /// Thesis §9.6: whether a server asks if it could win before it stands for election, so that
    /// one that was cut off does not depose a working leader when it returns.
    pub pre_vote: bool,
    /// Thesis §6.2, §4.2.3: whether a leader that hears from no quorum for `quorum_timeout` steps
    /// down, and followers of a live leader refuse to vote for others.
    pub check_quorum: bool,
    /// At most so many entries travel in one message; at least 1 is sent.
    pub batch: usize,
    /// At most so many bytes of commands travel in one message; one entry is always sent.
    pub batch_bytes: u64,
    /// Thesis §10.2.2: at most so many requests with entries wait for an answer of one peer.
    pub inflight: usize,
    /// At most so many bytes of commands wait for an answer of one peer.
    pub inflight_bytes: u64,
    /// A leader refuses proposals while so many bytes of commands are not committed.
    pub uncommitted_bytes: u64,
    /// §7: ask for a snapshot after so many entries were applied since the last one.
    pub snapshot_entries: u64,
    /// §7: ask for a snapshot after so many bytes of commands were applied since the last one.
    pub snapshot_bytes: u64,
    /// So many entries before the snapshot stay in the log, for peers that are a little behind.
    pub snapshot_keep: u64,
    /// At most so many bytes of a snapshot travel in one message; at least 1 is sent.
    pub snapshot_chunk: usize,
    /// How a leader makes sure that it still leads before it serves a read.
    pub reads: Reads,
    /// How far clocks may drift, in parts per million: leases are shorter by twice as much.
    pub clock_drift: u32,
    /// Thesis §4.2.1: a new server has caught up when a round takes no longer than
    /// `election_min`; after so many rounds the change is given up.
    pub catch_up_rounds: u32,
    /// Thesis §4.2.2: whether a leader that was removed hands over to the voter with the longest
    /// log before it steps down.
    pub hand_over: bool,
}

/// How a read is confirmed (thesis §6.4).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Reads {
    /// Thesis §6.4: a round of messages for each read.
    #[default]
    Confirmed,
    /// Thesis §6.4.1: none while a quorum has answered a message that was sent less than
    /// `election_min` ago. Needs `check_quorum`: without it nothing keeps the others from
    /// electing a leader meanwhile, and reads are confirmed as if it were not set.
    Lease,
}

/// What production systems run: everything on, with the paper's timings (§9.3).
impl Default for Config {
    fn default() -> Config {
        Config {
            noop: true,
            pre_vote: true,
            check_quorum: true,
            batch_bytes: 1 << 20,
            inflight: 256,
            inflight_bytes: 16 << 20,
            uncommitted_bytes: 64 << 20,
            snapshot_entries: 10_000,
            snapshot_keep: 1_000,
            ..Config::paper()
        }
    }
}

impl Config {
    /// Figure 2 alone, with the paper's timings (§9.3).
    pub const fn paper() -> Config {
        Config {
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
        }
    }

    /// What does not fit together, if anything does not. A node works with any settings; with
    /// these it would not do what they seem to say.
    pub fn check(&self) -> Result<(), Misfit> {
        if self.election_min > self.election_max {
            Err(Misfit::ElectionRange)
        } else if self.election_min == self.election_max {
            Err(Misfit::NoRandomness)
        } else if self.heartbeat.max(self.heartbeat_max) >= self.election_min {
            Err(Misfit::SlowHeartbeat)
        } else if !self.fits_ticks() {
            Err(Misfit::UnevenTicks)
        } else if self.reads == Reads::Lease && !self.check_quorum {
            Err(Misfit::LeaseWithoutCheckQuorum)
        } else if self.reads == Reads::Lease && self.lease_length > self.election_min {
            Err(Misfit::LongLease)
        } else if self.reads == Reads::Lease
            && self.lease() <= self.heartbeat.max(self.heartbeat_max)
        {
            Err(Misfit::ShortLease)
        } else {
            Ok(())
        }
    }

    /// How long a quorum's answers make a leader sure, from the moment the question was sent
    /// (thesis §6.4.1): as long as no follower helps to replace it, or as `lease_length` says,
    /// less the drift of both clocks.
    pub fn lease(&self) -> Duration {
        let length = u128::from(or_else(self.lease_length, self.election_min).0);
        let drift = length * 2 * u128::from(self.clock_drift) / 1_000_000;
        Duration(length.saturating_sub(drift) as u64)
    }

    /// How long a leader goes on without answers of a quorum (thesis §6.2).
    pub fn patience(&self) -> Duration {
        or_else(self.quorum_timeout, self.election_max)
    }

    fn fits_ticks(&self) -> bool {
        let is_whole =
            |length: Duration| length.0.checked_rem(self.tick.0).is_none_or(|rest| rest == 0);
        is_whole(self.election_min) && is_whole(self.election_max) && is_whole(self.heartbeat)
    }
}

fn or_else(length: Duration, other: Duration) -> Duration {
    if length == Duration::ZERO { other } else { length }
}

/// Settings that do not fit together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Misfit {
    /// The shortest election timeout is longer than the longest.
    ElectionRange,
    /// §5.2: with equal timeouts servers stand for election together, again and again.
    NoRandomness,
    /// §5.6: followers time out between two heartbeats of a healthy leader.
    SlowHeartbeat,
    /// Thesis §6.4.1: without `check_quorum` nothing protects a lease; reads will be confirmed.
    LeaseWithoutCheckQuorum,
    /// With so much drift a lease ends before the next heartbeat could renew it.
    ShortLease,
    /// Thesis §6.4.1: another leader may be elected while the lease still runs.
    LongLease,
    /// A timeout is no whole number of ticks, and is rounded down to one.
    UnevenTicks,
}

impl core::error::Error for Misfit {}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Misfit::ElectionRange => "election_min is longer than election_max: exchange them",
            Misfit::NoRandomness => {
                "election_min equals election_max: votes will split; make the longer one twice \
                 the shorter"
            }
            Misfit::SlowHeartbeat => {
                "heartbeat is not shorter than election_min: followers will time out; make it a \
                 fifth or less"
            }
            Misfit::LeaseWithoutCheckQuorum => {
                "reads under a lease need check_quorum: turn it on, or read with Confirmed"
            }
            Misfit::LongLease => {
                "lease_length is longer than election_min: reads will be stale; make it shorter, \
                 or zero"
            }
            Misfit::UnevenTicks => {
                "election_min, election_max and heartbeat are not whole ticks: they are rounded \
                 down; make each a multiple of tick"
            }
            Misfit::ShortLease => {
                "clock_drift leaves no lease between heartbeats: lower it, or lengthen \
                 election_min"
            }
        })
    }
}

/// What a node is made from.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Setup {
    /// Its name.
    pub id: NodeId,
    /// The voters the cluster was founded with: they hold until the log or a snapshot says
    /// otherwise. The same at every start; a server that joined later does not use them.
    pub voters: Arc<[NodeId]>,
    /// The learners the cluster was founded with.
    pub learners: Arc<[NodeId]>,
    /// Its settings.
    pub config: Config,
    /// The rules in force.
    pub rules: Rules,
    /// From this its timeouts are drawn; the same for all servers does no harm.
    pub seed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn settings_that_do_not_fit_are_named() {
        let (fine, millis) = (Config::default(), Duration::from_millis);
        let leases = Config { reads: Reads::Lease, ..fine };
        assert_eq!(
            (fine.check(), Config::paper().check(), leases.check()),
            (Ok(()), Ok(()), Ok(()))
        );
        let cases = [
            (Config { election_min: millis(400), ..fine }, Misfit::ElectionRange),
            (Config { election_max: fine.election_min, ..fine }, Misfit::NoRandomness),
            (Config { heartbeat: fine.election_min, ..fine }, Misfit::SlowHeartbeat),
            (Config { check_quorum: false, ..leases }, Misfit::LeaseWithoutCheckQuorum),
            (Config { clock_drift: 400_000, ..leases }, Misfit::ShortLease),
            (Config { lease_length: millis(151), ..leases }, Misfit::LongLease),
            (Config { heartbeat_max: fine.election_min, ..fine }, Misfit::SlowHeartbeat),
            (Config { tick: millis(40), ..fine }, Misfit::UnevenTicks),
        ];
        for (config, misfit) in cases {
            assert_eq!(config.check(), Err(misfit));
            assert!(misfit.to_string().len() > 40);
        }
    }

    #[test]
    fn a_lease_is_shorter_by_the_drift_of_both_clocks() {
        let lease = |clock_drift| Config { clock_drift, ..Config::default() }.lease();
        assert_eq!(lease(0), Duration::from_millis(150));
        assert_eq!(lease(10_000), Duration::from_millis(147));
        assert_eq!(lease(u32::MAX), Duration::ZERO);
    }
}
