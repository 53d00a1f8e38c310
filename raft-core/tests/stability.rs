//! Hints about timers that do not fit the network: who gets which, and that the world agrees.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::script;
use raft_core::raft::{Config, Decision};
use raft_core::sim::settings::{NetworkPreset, Preset};
use raft_core::sim::stability::{Hint, HintKind, Stability, Weight};
use raft_core::sim::{Happening, World};
use raft_core::time::{Duration, Instant};
use raft_core::timeline::hints::sentence;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The hints for a script of so many servers.
fn hints(lines: &str) -> Vec<HintKind> {
    let script = script(&format!("raft 1\n{lines}"));
    let stability = Stability::of(&script.first_settings(), script.servers);
    stability.hints.iter().map(|hint| hint.kind).collect()
}

#[test]
fn every_sound_preset_fits_a_rack_and_three_zones() {
    for preset in Preset::ALL.into_iter().filter(|preset| !preset.is_mistake()) {
        for network in [NetworkPreset::OneRack, NetworkPreset::ThreeZones] {
            for servers in [1, 2, 3, 5, 25] {
                let (preset, network) = (preset.name(), network.name());
                let lines = format!("servers {servers}\npreset {preset}\nnetwork {network}");
                assert_eq!(hints(&lines), [], "{lines}");
            }
        }
    }
}

#[test]
fn each_mistake_gets_the_hint_that_names_it() {
    for (preset, expected) in [
        (Preset::MistakeInstantElection, HintKind::NeverElected),
        (Preset::MistakeBelowRoundTrip, HintKind::ElectionBelowRoundTrip),
        (Preset::MistakeSlowHeartbeat, HintKind::SlowHeartbeat),
        (Preset::MistakeEqualTimeouts, HintKind::NoRandomness),
        (Preset::MistakeLongLease, HintKind::LongLease),
    ] {
        let found = hints(&format!("servers 3\npreset {}", preset.name()));
        assert_eq!(found.first(), Some(&expected), "{preset:?}: {found:?}");
    }
}

#[test]
fn each_rule_begins_where_its_source_says() {
    let base = "servers 3\npreset production\nset latency 1ms\nset sync 0ms";
    for (lines, expected) in [
        ("", &[][..]),
        // etcd's guide: ten round trips, half a round trip, 50 s.
        ("set election 20..40ms\nset heartbeat 5ms", &[]),
        ("set election 19..40ms\nset heartbeat 5ms", &[HintKind::TightElection]),
        ("set latency 100ms\nset election 3s..6s\nset heartbeat 100ms", &[]),
        ("set latency 100ms\nset election 3s..6s\nset heartbeat 99ms", &[HintKind::FastHeartbeat]),
        ("set election 25s..50s", &[]),
        ("set election 25s..50001ms", &[HintKind::LongElection]),
        // §5.6: a heartbeat, and what may hold it up, comes before a timeout.
        ("set heartbeat 149ms", &[]),
        ("set heartbeat 150ms", &[HintKind::SlowHeartbeat]),
        ("set heartbeat 100..150ms", &[HintKind::SlowHeartbeat]),
        ("set heartbeat 140ms\nset latency 1..10ms", &[]),
        ("set heartbeat 141ms\nset latency 1..10ms", &[HintKind::LateHeartbeat]),
        ("set heartbeat 80ms\nset loss 1%", &[HintKind::OneLossElects]),
        ("set heartbeat 70ms\nset loss 1%", &[]),
        // §5.2: timeouts have to differ by more than a message takes.
        ("set election 150..151ms", &[]),
        ("set election 150..150.9ms", &[HintKind::NoRandomness]),
        // Thesis §6.2: the answers to a heartbeat have to be there before a leader gives up.
        ("set stepdown 53ms", &[]),
        ("set stepdown 52ms", &[HintKind::EarlyStepDown]),
        ("set stepdown 52ms\nset checkquorum off", &[]),
        // Thesis §6.4.1.
        ("set reads lease\nset lease 150ms", &[]),
        ("set reads lease\nset lease 151ms", &[HintKind::LongLease]),
        ("set reads lease\nset checkquorum off", &[HintKind::IdleLease]),
        ("set lease 151ms", &[]),
    ] {
        assert_eq!(hints(&format!("{base}\n{lines}")), expected, "{lines}");
    }
    let below = "set latency 100ms\nset heartbeat 100ms\nset election";
    let kinds = [HintKind::NeverElected, HintKind::ElectionBelowRoundTrip, HintKind::TightElection];
    for (election, kind) in [("150..200ms", 0), ("200..400ms", 1), ("201..400ms", 2)] {
        assert!(hints(&format!("{base}\n{below} {election}")).contains(&kinds[kind]), "{election}");
    }
}

#[test]
fn the_farthest_round_trip_and_the_nearest_quorum_are_told_apart() {
    let script = script("raft 1\nservers 5\npreset etcd\nnetwork three-continents");
    let stability = Stability::of(&script.first_settings(), 5);
    assert_eq!(stability.round_trip, Duration::from_millis(230));
    // S1 has S4 beside it, and Europe is nearer than Asia: 80 ms, and a write on both ends.
    assert_eq!(stability.votes, (Duration::from_millis(78), Duration::from_millis(88)));
    let kinds: Vec<HintKind> = stability.hints.iter().map(|hint| hint.kind).collect();
    assert_eq!(kinds, [HintKind::TightElection, HintKind::FastHeartbeat]);
    assert_eq!(stability.hints[0].kind.source(), "etcd-tuning");
}

#[test]
fn every_hint_has_a_code_of_its_own_and_a_place_among_the_others() {
    let kinds = [
        HintKind::NeverElected,
        HintKind::SlowHeartbeat,
        HintKind::LateHeartbeat,
        HintKind::ElectionBelowRoundTrip,
        HintKind::NoRandomness,
        HintKind::EarlyStepDown,
        HintKind::LongLease,
        HintKind::OneLossElects,
        HintKind::TightElection,
        HintKind::FastHeartbeat,
        HintKind::LongElection,
        HintKind::IdleLease,
    ];
    let codes: BTreeSet<&str> = kinds.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), kinds.len());
    for kind in kinds {
        let sentence = sentence(&Hint { kind, found: Duration(7_000), bound: Duration(9_000) });
        assert!(sentence.contains("7ms"), "{sentence}");
    }
    assert!(kinds.is_sorted());
}

/// What a run of so many of the longest timeouts came to.
struct Fate {
    /// How often a server came to lead.
    elections: u32,
    /// When the last of them did.
    last: Instant,
}

fn fate(lines: &str, length: Duration) -> Fate {
    let script = script(&format!("raft 1\n{lines}\nrun {length}"));
    let mut world = World::new(Arc::new(script));
    let mut fate = Fate { elections: 0, last: Instant::ZERO };
    let mut records = Vec::new();
    while world.step(&mut records, &mut |_, _| {}) {
        for record in records.drain(..) {
            if let Happening::Decided(_, Decision::Leads { .. }) = record.what {
                fate.elections += 1;
                fate.last = record.at;
            }
        }
    }
    fate
}

#[test]
fn the_world_does_what_the_hints_say() {
    // Timers and latencies at random, about as long as each other.
    let mut dice = Dice::new(7);
    let mut seen = [0; 4];
    for seed in 0..600 {
        let mut micros = |low, high| low + dice.up_to(high - low);
        let (latency, jitter) = (micros(500, 20_000), micros(0, 20_000));
        let timeouts = if seed % 4 == 0 { 20_000 } else { 200_000 };
        let (shortest, more) = (micros(2_000, timeouts), micros(0, timeouts));
        let heartbeat = micros(1_000, 150_000);
        let (servers, pre_vote) = (micros(2, 5), micros(0, 1) == 1);
        let lines = format!(
            "servers {servers}\nseed {seed}\npreset paper\nset latency {}..{}us\n\
             set election {}..{}us\nset heartbeat {heartbeat}us\nset prevote {}",
            latency,
            latency + jitter,
            shortest,
            shortest + more,
            if pre_vote { "on" } else { "off" },
        );
        let settings = script(&format!("raft 1\n{lines}")).first_settings();
        let Config { election_max, .. } = settings.protocol;
        let found = Stability::of(&settings, servers as u32).hints;
        let kinds: Vec<HintKind> = found.iter().map(|hint| hint.kind).collect();
        let length = Duration(election_max.0 * 40);
        let Fate { elections, last } = fate(&lines, length);
        if kinds.contains(&HintKind::NeverElected) {
            seen[0] += 1;
            assert_eq!(elections, 0, "{lines}: {kinds:?}");
        } else if kinds.is_empty() || found[0].kind.weight() == Weight::Advice {
            seen[1] += 1;
            // The first elections may split, and where timers are tight a candidate that lost may
            // stand once more before it hears of the winner. Then somebody leads for good.
            let most = if kinds.is_empty() { 1 } else { 3 };
            assert!((1..=most).contains(&elections), "{lines}: {kinds:?}, {elections}");
            assert!(last < Instant::ZERO + Duration(election_max.0 * 20), "{lines}: {last}");
        } else if heartbeat > election_max.0 + jitter
            && kinds[1..].iter().all(|kind| kind.weight() == Weight::Advice)
        {
            seen[2] += 1;
            // Whoever wins is deposed before it beats again, so there is not one election only.
            assert_ne!(elections, 1, "{lines}: {kinds:?}");
            assert_eq!(kinds[0], HintKind::SlowHeartbeat, "{lines}: {kinds:?}");
        } else {
            seen[3] += 1;
        }
    }
    assert!(seen.iter().all(|&count| count > 10), "{seen:?}");
}
