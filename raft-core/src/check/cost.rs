//! What judging costs does not grow with the run: what is looked at is counted, not timed.

use super::Judges;
use crate::chunks::LOOKED_AT;
use crate::sim::World;
use crate::sim::script::parse;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Everything at once: elections, calls, reads under leases, sessions that expire, snapshots.
const RUN: &str = "raft 1
servers 3
seed 3
preset production
set reads lease
set sessions on
set session-limit 2
set snapshot 20
set keep 5
set retry 50ms
clients 3 rate 20/s keys 3
every 3s from 3s to 1000s: crash leader
every 3s from 4s to 1000s: restart S1
every 3s from 4s to 1000s: restart S2
every 3s from 4s to 1000s: restart S3
every 7s from 5s to 1000s: isolate S2
every 7s from 6s to 1000s: heal";

/// Items outside of the lists that clones share: what a clone copies one by one, and what a judge
/// may go through from the start.
fn loose(judges: &Judges) -> usize {
    let Judges {
        findings,
        election_safety: _,
        leader_append_only,
        linearizability,
        log_matching: _,
        committed: _,
        monotonic,
        monotonic_match,
        vote_once,
        linearizable_reads,
        lease_exclusivity: _,
        exactly_once: _,
        one_change_at_a_time: _,
        liveness,
    } = judges;
    findings.len()
        + leader_append_only.loose()
        + linearizability.loose()
        + monotonic.loose()
        + monotonic_match.loose()
        + vote_once.loose()
        + linearizable_reads.loose()
        + liveness.loose()
}

#[test]
fn neither_an_event_nor_a_clone_costs_more_the_longer_the_run_is() {
    let script = parse(&format!("{RUN}\nrun 240s")).unwrap_or_else(|errors| {
        panic!("{errors:?}");
    });
    let mut world = World::new(Arc::new(script));
    let (mut judges, mut records) = (Judges::default(), Vec::new());
    // Of each of four quarters: what was looked at in how many steps, and what is loose.
    let mut quarters = [(0, 0, 0); 4];
    loop {
        let quarter = &mut quarters[(world.now.0 / 60_000_000).min(3) as usize];
        let goes_on = world.step(&mut records, &mut |world, new| {
            let before = LOOKED_AT.with(|count| count.get());
            judges.observe(world, new);
            let after = LOOKED_AT.with(|count| count.get());
            *quarter = (quarter.0 + after - before, quarter.1 + 1, 0);
        });
        quarter.2 = quarter.2.max(loose(&judges));
        records.clear();
        if !goes_on {
            break;
        }
    }
    assert_eq!(judges.findings, []);
    let per_step = quarters.map(|(looked, steps, _)| looked * 100 / steps.max(1));
    assert!(quarters.iter().all(|&(_, steps, _)| steps > 5_000), "{quarters:?}");
    // A binary search through four times as much takes two looks more.
    assert!(per_step[3] * 10 <= per_step[1] * 12, "hundredths of a look per step: {per_step:?}");
    assert!(quarters[3].2 <= quarters[0].2 + 3, "loose: {quarters:?}");
}
