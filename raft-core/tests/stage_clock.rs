//! The stage's clock: whatever the timings of a system, its run can be watched.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::{holds_for, script};
use raft_core::raft::Decision;
use raft_core::sim::script::Script;
use raft_core::sim::{Fate, Happening, Path};
use raft_core::time::Instant;
use raft_core::timeline::{Pace, Timeline};
use std::cell::Cell;
use std::collections::BTreeMap;

/// What a message in flight is watched at least, and an idle stretch at most.
const FLIGHT_MIN: u64 = 600_000;
const IDLE_MAX: u64 = 2_000_000;

/// Elections, calls and a crash, in a network and with timeouts of very different speeds.
fn scripts() -> Vec<String> {
    let latencies = [
        ("0.1ms", "150..300ms"),
        ("0.5..2ms", "1000..2000ms"),
        ("10..15ms", "150..300ms"),
        ("100ms", "1000..2000ms"),
        ("1..500ms", "3000..6000ms"),
    ];
    let write = |(number, (latency, election)): (usize, &(&str, &str))| {
        format!(
            "raft 1
            servers 3
            seed {number}
            set latency {latency}
            set election {election}
            set heartbeat {}
            clients 1 rate 2/s
            when leader elected: put x 1
            then 700ms: crash leader
            run 12s",
            if election.ends_with("300ms") { "50ms" } else { "400ms" },
        )
    };
    let systems = SYSTEMS.iter().map(|(preset, network)| system(preset, network));
    latencies.iter().enumerate().map(write).chain(systems).collect()
}

/// The slowest elections, the shortest hops and the longest, ticks and heartbeats apart.
const SYSTEMS: [(&str, &str); 6] = [
    ("consul", "one-rack"),
    ("tikv", "three-zones"),
    ("etcd", "one-rack"),
    ("etcd", "three-continents"),
    ("hashicorp", "bad-wifi"),
    ("consul", "satellite"),
];

fn system(preset: &str, network: &str) -> String {
    format!(
        "raft 1
        servers 3
        preset {preset}
        network {network}
        clients 1
        when leader elected: put x 1
        run 60s"
    )
}

#[test]
fn an_election_of_any_system_is_seen_soon_and_slowly() {
    for (preset, network) in SYSTEMS {
        let mut timeline = Timeline::new(script(&system(preset, network)));
        let (mut stands, mut leads) = (None, None);
        while leads.is_none() {
            let records = timeline.step().expect("somebody leads within a minute").to_vec();
            let now = timeline.now();
            for record in records {
                if let Happening::Decided(_, decision) = record.what {
                    match decision {
                        Decision::AsksAhead { .. } | Decision::Campaigns { .. } => {
                            stands = stands.or(Some(timeline.stage(now)));
                        }
                        Decision::Leads { .. } => leads = Some(timeline.stage(now)),
                        _ => {}
                    }
                }
            }
        }
        let (stands, leads) = (stands.unwrap(), leads.unwrap());
        assert!(stands <= 4_000_000, "{preset} on {network}: first seen after {stands}");
        let length = leads - stands;
        assert!((1_200_000..15_000_000).contains(&length), "{preset} on {network}: {length}");
    }
}

#[test]
fn every_message_can_be_watched_and_nothing_lasts_too_long() {
    let mut all_idle = 0;
    for text in scripts() {
        let counts = Cell::new((0, 0));
        holds_for(&text, |script| counts.set(flights_and_pauses(script)));
        let (watched, idle) = counts.get();
        assert!(watched > 50, "{watched} messages");
        // Where a message takes longer than a heartbeat something is always in the air.
        all_idle += idle;
    }
    assert!(all_idle > 500, "{all_idle} idle stretches");
}

/// How many messages were watched, and how many idle stretches.
fn flights_and_pauses(script: &Script) -> (u32, u32) {
    let mut timeline = Timeline::new(script.clone());
    let mut sent: BTreeMap<u64, Instant> = BTreeMap::new();
    let (mut watched, mut idle) = (0, 0);
    loop {
        let before = timeline.world().now;
        let is_idle = !timeline.world().network.flights.iter().any(|f| f.path.to_at > before);
        let Some(records) = timeline.step() else { break };
        let mut arrived = Vec::new();
        for record in records {
            match &record.what {
                Happening::Sent(flight) if flight.fate == Fate::Arrives => {
                    sent.insert(flight.id, record.at);
                }
                Happening::Arrived(flight) => {
                    arrived.extend(sent.remove(&flight.id).map(|at| (at, flight.path)));
                }
                _ => {}
            }
        }
        let now = timeline.world().now;
        for (at, Path { to_at, .. }) in arrived {
            assert_eq!(to_at, now);
            let length = timeline.stage(now) - timeline.stage(at);
            assert!(length >= FLIGHT_MIN, "a flight of {length} at {now}");
            watched += 1;
        }
        if is_idle {
            let length = timeline.stage(now) - timeline.stage(before);
            assert!(length <= IDLE_MAX, "{length} of nothing before {now}");
            idle += 1;
        }
    }
    (watched, idle)
}

#[test]
fn both_clocks_go_forward_together() {
    for pace in [Pace::Story, Pace::Constant(10_000), Pace::Constant(1_000_000)] {
        for (number, text) in scripts().into_iter().enumerate() {
            holds_for(&text, |script| go_together(pace, number as u64, script));
        }
    }
}

fn go_together(pace: Pace, number: u64, script: &Script) {
    let mut timeline = Timeline::new(script.clone());
    timeline.pace = pace;
    timeline.seek(Instant(4_000_000), u32::MAX);
    let mut dice = Dice::new(number);
    let mut moments: Vec<u64> = (0..500).map(|_| dice.up_to(4_000_000)).collect();
    moments.sort_unstable();
    let mut last = 0;
    for at in moments {
        let stage = timeline.stage(Instant(at));
        assert!(stage >= last, "stage time goes back before {at}");
        last = stage;
        timeline.seek_stage(stage, u32::MAX);
        // A microsecond of the one clock may be many of the other, and each rounds down.
        let error = timeline.now().0.abs_diff(at);
        let step = timeline.stage(Instant(at + 1)) - stage;
        let allowed = if step > 1 { 1 } else { 2 + 1_000_000 / rate(&timeline, at) };
        assert!(error <= allowed, "{pace:?}: {at} became {} ({step})", timeline.now());
    }
}

/// How many microseconds of the stage a simulated second around a moment lasts; at least 1.
fn rate(timeline: &Timeline, at: u64) -> u64 {
    let length = timeline.stage(Instant(at + 1_000)) - timeline.stage(Instant(at));
    (length * 1_000).max(1)
}
