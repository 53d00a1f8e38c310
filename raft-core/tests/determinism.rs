//! The same script gives the same run, in whatever order one looks at it.
//!
//! `links.txt` holds published links, which have to show the same moment for ever. A line is never
//! changed; where an engine must run old scripts differently, it gets a new number and new lines.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::storm::{Kind, storm};
use common::{Run, holds_for, link_to, script};
use raft_core::sim::script::{Script, parse_action};
use raft_core::time::{Duration, Instant};
use raft_core::timeline::link::{Codec, Link, open};
use raft_core::timeline::{Reached, Timeline, checksum};
use std::cell::Cell;

/// Worlds to be looked at in many ways: some of them fair, some not, with captions.
fn scripts() -> Vec<String> {
    let storms = (0..8).map(|number| {
        let kind = if number % 2 == 0 { Kind::Fair } else { Kind::Unfair };
        let mut lines = storm(5_000 + number, 2 + number % 4, kind).lines;
        for at in [2, 9, 17] {
            lines.insert(lines.len() - at, format!("when leader elected: say \"{at}\""));
        }
        lines.push("every 130ms from 100ms to 2s: add n 1".into());
        lines.push("then 300ms: timeout S1".into());
        lines.push("then S1 campaigns: say \"Again.\"".into());
        lines.join("\n")
    });
    storms.chain([FAILOVER.to_string()]).collect()
}

/// A five-server script with a crash of the leader at 1.2 s and a call at 2 s.
const FAILOVER: &str = "raft 1
servers 5
seed 11
preset paper

at 0ms say \"Five servers.\"
at 1200ms crash leader
then leader elected: say \"A new leader.\"
at 2000ms put x 5 via C1
then C1 answered: say \"Done.\"
run 3000ms
";

/// Checksums after each event, in order: what straight play sees.
fn straight(script: &Script) -> Vec<u32> {
    let mut timeline = Timeline::new(script.clone());
    let mut sums = vec![0, checksum(timeline.world())];
    while sums.len() < EVENTS_MAX && timeline.step().is_some() {
        sums.push(checksum(timeline.world()));
    }
    sums
}

const EVENTS_MAX: usize = 4_000;

#[test]
fn the_same_script_gives_the_same_run() {
    for text in scripts() {
        holds_for(&text, |script| {
            let (mut a, mut b) = (Run::new(script.clone()), Run::new(script.clone()));
            while a.events < EVENTS_MAX as u64 && a.step() {
                assert!(b.step());
                assert_eq!(a.records, b.records, "event {}", a.events);
                if a.events % 100 == 0 {
                    assert_eq!(checksum(&a.world), checksum(&b.world), "event {}", a.events);
                }
            }
            assert_eq!(checksum(&a.world), checksum(&b.world));
        });
    }
}

#[test]
fn every_way_to_a_moment_finds_the_same() {
    for (number, text) in scripts().into_iter().enumerate() {
        let reached = Cell::new([false; 7]);
        holds_for(&text, |script| reached.set(wanders(number as u64, script)));
        assert_eq!(reached.get(), [true; 7], "script {number}");
    }
}

/// Wanders through a run, and finds at each moment what straight play finds there; which ways led
/// somewhere.
fn wanders(number: u64, script: &Script) -> [bool; 7] {
    let sums = straight(script);
    let mut timeline = Timeline::new(script.clone());
    let mut dice = Dice::new(number);
    let mut reached = [false; 7];
    for _ in 0..150 {
        let way = dice.up_to(6);
        wander(&mut timeline, way, &mut dice);
        let events = timeline.events() as usize;
        if events < sums.len() {
            reached[way as usize] = true;
            let found = checksum(timeline.world());
            assert_eq!(found, sums[events], "script {number}, way {way}, event {events}");
        }
        let (last, next) = (timeline.world().now, timeline.world().next_at());
        let is_between = last <= timeline.now() && next.is_none_or(|at| timeline.now() <= at);
        assert!(is_between, "script {number}, way {way}: {}", timeline.now());
    }
    reached
}

/// Goes somewhere.
fn wander(timeline: &mut Timeline, way: u64, dice: &mut Dice) {
    let known = timeline.explored_until();
    let somewhere = dice.up_to(known.0 + 400_000);
    match way {
        0 => drop(timeline.seek(Instant(somewhere), 2_000)),
        1 => {
            let stage = timeline.stage(Instant(somewhere.min(6_000_000)));
            timeline.seek_stage(stage, 2_000);
        }
        2 => drop(timeline.step_back()),
        3 => drop(timeline.seek_caption(1 + dice.up_to(3) as usize, 500)),
        4 => {
            let stage = timeline.stage(timeline.now()) + dice.up_to(5_000_000);
            timeline.play(stage, 500);
        }
        5 => drop(timeline.seek_moment(1 + dice.up_to(1_000), Instant(somewhere), 1, 2_000)),
        _ => drop(timeline.step()),
    }
}

#[test]
fn a_branch_is_the_run_of_its_script() {
    for (number, text) in scripts().into_iter().enumerate() {
        holds_for(&text, |script| branches_are_runs(number as u64, script));
    }
}

fn branches_are_runs(number: u64, script: &Script) {
    let actions = ["crash leader", "put x 7", "isolate S1", "timeout S2", "heal", "say \"Look.\""];
    let mut dice = Dice::new(100 + number);
    let mut timeline = Timeline::new(script.clone());
    for _ in 0..12 {
        let goal = Instant(dice.up_to(3_000_000));
        timeline.seek(goal, 3_000);
        // A shorter script may have no such server.
        let action = parse_action(dice.pick(&actions), timeline.script());
        let Ok(action) = action else { continue };
        let before = (timeline.events(), checksum(timeline.world()));
        let mut branch = timeline.branch(action);
        assert_eq!((branch.events(), checksum(branch.world())), before);

        // From its text the branch comes out the same: at its playhead and later.
        let text = branch.script().to_string();
        let mut fresh = Timeline::new(common::script(&text));
        while fresh.events() < branch.events() && fresh.step().is_some() {}
        assert_eq!(checksum(fresh.world()), checksum(branch.world()), "{text}");
        let later = branch.now() + Duration::from_millis(1_000);
        branch.seek(later, 3_000);
        while fresh.events() < branch.events() && fresh.step().is_some() {}
        assert_eq!(fresh.events(), branch.events());
        assert_eq!(checksum(fresh.world()), checksum(branch.world()), "{text}");
        assert_eq!(fresh.findings(), branch.findings());

        // What was before it can still be reached in it.
        branch.seek(Instant(goal.0 / 2), 3_000);
        timeline.seek(Instant(goal.0 / 2), 3_000);
        assert_eq!(checksum(branch.world()), checksum(timeline.world()));
        // And sometimes one branch grows from another.
        if dice.up_to(2) == 0 {
            branch.seek(later, 3_000);
            timeline = branch;
        }
    }
}

#[test]
fn a_link_opens_at_the_moment_it_was_made() {
    let mut timeline = Timeline::new(script(FAILOVER));
    for at in [0, 150_000, 1_200_000, 1_712_345, 2_000_000, 2_013_000, 3_000_000] {
        timeline.seek(Instant(at), u32::MAX);
        follow(&link_to(FAILOVER, &timeline), at, timeline.caption());
    }
}

#[test]
fn published_links_show_the_same_for_ever() {
    let links = include_str!("links.txt");
    let links: Vec<&str> = links.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(links.len() >= 6);
    for fragment in links {
        let (_, payload) = open(fragment).expect("a whole link");
        let link = Link::read(&payload).expect("a link with a moment");
        follow(fragment, link.at.0, link.caption as usize);
    }
}

/// Follows a link: it leads to this moment, this caption and what was seen when it was made.
fn follow(fragment: &str, at: u64, caption: usize) {
    let (codec, payload) = open(fragment).expect("a whole link");
    assert_eq!(codec, Codec::Text);
    let link = Link::read(&payload).expect("a link with a moment");
    let mut opened = Timeline::new(script(&link.script));
    let shown = link.caption as usize;
    while opened.seek_moment(link.events, link.at, shown, 1_000) == Reached::OutOfBudget {}
    assert_eq!(checksum(opened.world()), link.checksum, "{fragment}");
    assert_eq!((opened.now(), opened.caption()), (Instant(at), caption), "{fragment}");
}
