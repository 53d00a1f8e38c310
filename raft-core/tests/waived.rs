//! Any rules waived, disks lost, writes held back: whatever breaks, nothing panics.
#![cfg(feature = "sim")]

mod common;

use common::holds_for;
use common::storm::{Kind, storm};
use raft_core::sim::script::Script;
use raft_core::timeline::{Frame, Texts, Timeline, transcript};
use std::cell::Cell;

/// Events of one run: a waived rule can make servers talk for ever at one moment.
const EVENTS_MAX: u64 = 12_000;
/// Messages in flight: each duplicate of a refusal can lead to more.
const FLIGHTS_MAX: usize = 2_000;

#[test]
fn small_clusters_without_rules_run_on() {
    let broken = run_all(&[1, 2, 3], 40);
    assert!(broken > 20, "only {broken} runs broke anything: the storms are too gentle");
}

#[test]
fn large_clusters_without_rules_run_on() {
    let broken = run_all(&[4, 5, 7], 30);
    assert!(broken > 20, "only {broken} runs broke anything: the storms are too gentle");
}

/// Runs storms over clusters of these sizes, says what happened, and draws it; how many of the
/// runs broke a property.
fn run_all(sizes: &[u64], storms: u64) -> usize {
    let (mut events, mut broken) = (0, 0);
    for &servers in sizes {
        for number in 0..storms {
            let outcome = Cell::new((0, false));
            let text = storm(1_000 + number, servers, Kind::Unfair).text();
            holds_for(&text, |script| outcome.set(run(script)));
            let (more, is_broken) = outcome.get();
            events += more;
            broken += usize::from(is_broken);
        }
    }
    println!("{events} events, {broken} runs broke something");
    broken
}

/// Runs a script, says what happens and draws it: how many events it had, and whether anything
/// broke.
fn run(script: &Script) -> (u64, bool) {
    let (mut frame, mut texts) = (Frame::default(), Texts::default());
    let mut timeline = Timeline::new(script.clone());
    let mut told = 0;
    while timeline.events() < EVENTS_MAX && timeline.world().network.flights.len() < FLIGHTS_MAX {
        let Some(records) = timeline.step() else { break };
        let lines = records.iter().map(|record| transcript::line(record, script).len());
        told += lines.sum::<usize>();
        if timeline.events() % 16 == 0 {
            timeline.picture(&mut frame, &mut texts);
        }
    }
    assert!(told > 0);
    (timeline.events(), !timeline.findings().is_empty())
}
