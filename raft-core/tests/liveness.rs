//! Whether a cluster gets on: what the watch says of those that cannot, those that could, and those
//! that do.
#![cfg(feature = "sim")]

mod common;

use common::script;
use common::storm::{Kind, storm};
use raft_core::check::{Stall, Standing, Timing};
use raft_core::raft::NodeId;
use raft_core::sim::script::Script;
use raft_core::time::Instant;
use raft_core::timeline::{MarkKind, Timeline};

/// What is expected is asked like everything else, and is no violation.
#[test]
fn a_script_can_expect_a_stall() {
    let expects = "expect no violation\nexpect stall\nat 1s expect no stall\nexpect no stall";
    let text = format!("{PAPER}set election 150ms\nset latency 10ms\n{expects}\nrun 2s");
    let timeline = run(&text);
    let held: Vec<bool> = timeline.verdicts().iter().map(|verdict| verdict.held).collect();
    assert_eq!(held, [true, true, true, false], "the one at 1 s comes first");
    assert_eq!(script(&text).to_string(), script(&script(&text).to_string()).to_string());
}

/// A run to its end.
fn run(text: &str) -> Timeline {
    let mut timeline = Timeline::new(script(text));
    while timeline.step().is_some() {}
    timeline
}

/// What the watch says first: since when and when, in milliseconds, of whom, and why.
fn first(text: &str) -> Option<(u64, u64, Option<u32>, Timing)> {
    let timeline = run(text);
    assert_eq!(timeline.findings(), []);
    let Stall { at, since, leader, timing, .. } = *timeline.stalls().first()?;
    let marks = timeline.marks().filter(|mark| mark.kind == MarkKind::Stall);
    assert_eq!(marks.count(), timeline.stalls().len());
    Some((since.0 / 1_000, at.0 / 1_000, leader.map(|leader| leader.0), timing))
}

const PAPER: &str = "raft 1\nservers 3\nseed 4\npreset paper\n";

#[test]
fn equal_timeouts_elect_nobody() {
    let text = format!("{PAPER}set election 150ms\nset latency 10ms\nrun 6s");
    assert_eq!(first(&text), Some((0, 1_500, None, Timing::Alike)));
    // Timeouts that differ by two hops do.
    let text = format!("{PAPER}set election 150..170ms\nset latency 10ms\nrun 12s");
    assert_eq!(first(&text), None);
}

#[test]
fn timeouts_below_the_round_trip_elect_nobody() {
    let text = format!("{PAPER}set election 10..20ms\nset heartbeat 2ms\nrun 6s");
    let found = first(&text).expect("a stall");
    assert_eq!((found.0, found.2, found.3), (0, None, Timing::Slow));
    assert_eq!(found.1, 200, "ten of the longest timeouts later");
}

#[test]
fn who_cannot_talk_is_not_blamed() {
    for fault in [
        "at 2s crash S1\nat 2s crash S2",
        "at 2s pause S1\nat 2s pause S2",
        "at 2s partition S1 | S2 | S3",
        "at 2s cut S1>S2\nat 2s cut S2>S3\nat 2s cut S3>S1",
        "at 2s set loss 30%",
        "at 2s set timers manual",
    ] {
        let timeline = run(&format!("{PAPER}clients 1 rate 5/s\n{fault}\nrun 30s"));
        assert_eq!(timeline.stalls(), [], "{fault}");
        let said = match timeline.standing() {
            Standing::NoQuorum { since, able, voters } => Some((since.0, able, voters)),
            Standing::Works => None,
            Standing::Stalls(stall) => panic!("{fault}: {stall:?}"),
        };
        let is_held = fault.ends_with("manual");
        assert_eq!(said, (!is_held).then_some((2_000_000, 1, 3)), "{fault}");
    }
}

#[test]
fn a_quorum_that_comes_back_has_all_its_time_again() {
    let text = format!(
        "{PAPER}set election 150ms\nset latency 10ms\nat 0ms partition S1 | S2 | S3\n\
         at 9s heal\nrun 10400ms"
    );
    assert_eq!(first(&text), None);
    let later = first(&text.replace("10400", "15000"));
    assert_eq!(later, Some((9_000, 10_500, None, Timing::Alike)));
}

#[test]
fn a_leader_that_commits_nothing_is_found() {
    let text = format!("{PAPER}set sync 1ms\nat 1s set sync 20s\nat 2s put x 5 via C1\nrun 8s");
    let found = first(&text).expect("a stall");
    assert_eq!((found.0 / 100, found.3), (20, Timing::Slow));
    assert!(found.2.is_some());
    // It is over when the disks are done, and said to be.
    let mut timeline = Timeline::new(script(&text));
    timeline.seek(Instant(7_000_000), u32::MAX);
    let Standing::Stalls(stall) = timeline.standing() else { panic!("it stalls") };
    assert_eq!(stall.leader.map(|NodeId(id)| id), found.2);
    let text = text.replace("20s", "2s").replace("run 8s", "run 12s");
    assert!(matches!(run(&text).standing(), Standing::Works));
}

/// §5.4.2: what an earlier leader left waits for a command, not for the cluster.
#[test]
fn an_entry_of_an_older_term_is_not_blamed_on_the_leader() {
    let text = format!(
        "{PAPER}at 1s put x 5 via C1\nwhen all log 1: crash leader\nthen: partition S1,S2,S3 | C1\nrun 20s"
    );
    assert_eq!(first(&text), None);
    let timeline = run(&text);
    let mut nodes = timeline.world().servers.iter().map(|server| &server.node);
    let waits = nodes.any(|node| node.is_leader() && node.commit_index() < node.log().last_index());
    assert!(waits, "there is such an entry, and a leader");
}

fn sound_stall(timeline: &Timeline) -> Option<&Stall> {
    timeline.stalls().iter().find(|stall| stall.timing == Timing::Sound)
}

/// With every rule in force, timings that are sound, and a quorum that can talk, there is always a
/// leader soon, and it commits.
#[test]
fn storms_never_stall_a_cluster_whose_timings_are_sound() {
    let (mut storms, mut slow) = (0, 0);
    for number in 0..60 {
        for (servers, kind) in [(3, Kind::Fair), (5, Kind::Fair), (3, Kind::Full), (5, Kind::Full)]
        {
            let text = storm(number, servers, kind).text();
            let timeline = run(&text);
            if sound_stall(&timeline).is_some() {
                let stalls = |script: &Script| {
                    script.end.is_some() && sound_stall(&run(&script.to_string())).is_some()
                };
                panic!("storm {number} of {servers}:\n{}", common::evidence(&text, stalls));
            }
            slow += timeline.stalls().len();
            storms += 1;
        }
    }
    println!("{storms} storms, {slow} stalls, all of them by their timings");
}
