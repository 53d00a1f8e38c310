//! What the judges say of the scenarios in `rules/` once their rule is waived: who, in which term,
//! at which entry, and when.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::check::{Finding, Property};
use raft_core::timeline::Timeline;
use std::fs::read_to_string;

/// What is found first of a property when a rule is waived in its scenario.
fn found(rule: &str, property: Property) -> Finding {
    let path = format!("{}/tests/rules/{rule}.raft", env!("CARGO_MANIFEST_DIR"));
    let text = read_to_string(path).unwrap();
    let mut timeline = Timeline::new(script(&format!("{text}\nwithout {rule}")));
    while timeline.step().is_some() {}
    let mut findings = timeline.findings().iter();
    findings.find(|finding| finding.property == property).expect(rule).clone()
}

#[test]
fn each_judge_says_who_did_what_when_and_where() {
    use Property::{DurableWrites as Durable, LeaseExclusivity as Lease, VoteOnce as Vote};
    type Case = (&'static str, Property, u64, &'static [u32], u64, u64);
    let cases: [Case; 11] = [
        // Who voted, for whom now, and for whom before.
        ("one-vote-per-term", Vote, 11, &[2, 3, 1], 1, 0),
        ("persist-vote", Vote, 50, &[2, 3, 1], 1, 0),
        ("empty-disk-is-new-server", Vote, 50, &[2, 3, 1], 1, 0),
        // Who commits, and who lacks it.
        ("sync-before-ack", Durable, 80, &[1, 2, 3], 1, 1),
        ("leader-syncs-before-counting", Durable, 85, &[1, 3], 1, 1),
        ("joint-needs-both-majorities", Durable, 130, &[3, 1, 2], 1, 2),
        // Who drops it, and who committed it.
        ("keep-matching-entries", Durable, 260, &[2, 1], 1, 2),
        // Who leads, and who holds a lease.
        ("lease-begins-at-sending", Lease, 285, &[3, 1], 2, 0),
        ("lease-needs-check-quorum", Lease, 220, &[3, 1], 2, 0),
        ("transfer-voids-lease", Lease, 100, &[2, 1], 2, 0),
        ("restart-keeps-promise", Lease, 220, &[3, 1], 2, 0),
    ];
    for (rule, property, at, servers, term, index) in cases {
        let found = found(rule, property);
        let ids: Vec<u32> = found.servers.iter().map(|server| server.0).collect();
        let what = (found.at.0 / 1_000, &ids[..], found.term, found.index);
        assert_eq!(what, (at, servers, term, index), "{rule}");
    }
}

/// A lease that is not exclusive is found when the other begins to lead. The stale read that it
/// leads to comes later, if a client asks.
#[test]
fn a_lease_is_found_to_be_shared_before_a_read_is_stale() {
    for rule in ["begins-at-sending", "needs-check-quorum"].map(|name| format!("lease-{name}")) {
        let lease = found(&rule, Property::LeaseExclusivity);
        let read = found(&rule, Property::LinearizableReads);
        assert!(lease.at < read.at, "{rule}: {} and {}", lease.at, read.at);
        assert_eq!(lease.servers[1], read.servers[0], "{rule}: who had the lease has read");
    }
}

/// S2 acknowledges an entry and loses its disk before S1 counts it: that is not Raft's doing.
#[test]
fn what_is_lost_with_a_disk_is_not_blamed_on_who_commits() {
    let mut timeline = Timeline::new(script(
        "raft 1
        servers 3
        set timers manual
        set latency 10ms
        set sync 0ms
        set wiped new
        at 0ms timeout S1
        at 30ms isolate S3
        at 50ms put x 1 via C1 to S1
        at 75ms wipe S2
        run 100ms",
    ));
    while timeline.step().is_some() {}
    let servers = &timeline.world().servers;
    assert_eq!((servers[0].node.commit_index(), servers[1].disk.log.last_index()), (1, 0));
    assert_eq!(timeline.findings(), []);
}
