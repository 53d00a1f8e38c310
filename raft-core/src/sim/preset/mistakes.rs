//! The classic mistakes, each as one change of what the paper has.

use crate::raft::{Config, Reads};
use crate::sim::settings::{Reading, Settings};
use crate::time::Duration;

/// Other timers, in milliseconds.
pub(super) fn timers(paper: Settings, election: (u64, u64), heartbeat: u64) -> Settings {
    let protocol = Config {
        election_min: Duration::from_millis(election.0),
        election_max: Duration::from_millis(election.1),
        heartbeat: Duration::from_millis(heartbeat),
        ..paper.protocol
    };
    Settings { protocol, ..paper }
}

/// Reads under a lease of so many milliseconds, and a leader that goes on for as long: with the
/// default it would step down, and its lease end, before most others can be elected.
pub(super) fn lease(paper: Settings, millis: u64) -> Settings {
    let length = Duration::from_millis(millis);
    let protocol = Config {
        noop: true,
        pre_vote: true,
        check_quorum: true,
        reads: Reads::Lease,
        lease_length: length,
        quorum_timeout: length,
        ..paper.protocol
    };
    Settings { protocol, reading: Reading::Lease, ..paper }
}
