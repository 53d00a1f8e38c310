//! What clients call by themselves, and what they remember of it.
#![cfg(feature = "sim")]

mod common;

use common::{Run, script};
use raft_core::raft::NodeId;
use raft_core::sim::kv::{Command, Verb};
use raft_core::sim::script::parse_action;
use raft_core::sim::{Call, CallOutcome, World};
use raft_core::time::Instant;
use raft_core::timeline::Timeline;
use std::collections::BTreeMap;

/// The world at the end of a script.
fn end_of(text: &str) -> World {
    let mut run = Run::new(script(text));
    while run.step() {}
    run.world
}

fn verb(command: &Command) -> Verb {
    match command {
        Command::Put { .. } => Verb::Put,
        Command::Get { .. } => Verb::Get,
        Command::Add { .. } => Verb::Add,
        Command::Delete { .. } => Verb::Delete,
        Command::Cas { .. } => Verb::Cas,
    }
}

#[test]
fn a_closed_loop_thinks_between_an_answer_and_the_next_call() {
    let world = end_of("raft 1\nservers 3\nseed 5\nclients 3 think 20..50ms keys 3\nrun 30s");
    let mut pauses = Vec::new();
    for client in &world.clients {
        let calls: Vec<&Call> = client.history.iter().collect();
        assert!(calls.len() > 200, "{} calls", calls.len());
        for pair in calls.windows(2) {
            let (ended, _) = pair[0].returned.expect("the next call waits for it");
            pauses.push(pair[1].called_at.since(ended).0);
        }
    }
    assert!(pauses.iter().all(|pause| (20_000..=50_000).contains(pause)), "{pauses:?}");
    let mean = pauses.iter().sum::<u64>() / pauses.len() as u64;
    assert!((33_000..37_000).contains(&mean), "{mean}");
}

#[test]
fn a_mix_is_kept_to_and_every_written_value_is_new() {
    let mix = "mix put 40 get 40 add 10 delete 5 cas 5";
    let world = end_of(&format!("raft 1\nservers 1\nclients 4 rate 1000/s {mix}\nrun 20s"));
    let (mut count, mut values) = ([0; 5], Vec::new());
    let (mut swapped, mut total) = (0, 0);
    for operation in world.history() {
        let call = operation.call;
        count[verb(&call.command) as usize] += 100;
        total += 1;
        if let Command::Put { value, .. } | Command::Cas { value, .. } = &call.command {
            values.push(*value);
        }
        let outcome = call.returned.map(|(_, outcome)| outcome);
        swapped +=
            usize::from(matches!(outcome, Some(CallOutcome::Compared { swapped: true, .. })));
    }
    assert!(total > 1_000, "{total}");
    for (share, wanted) in count.iter().map(|count| count / total).zip([40, 40, 10, 5, 5]) {
        assert!((wanted - 2..=wanted + 2).contains(&share), "{share} of {wanted}");
    }
    assert!(swapped > 3, "what a client expects is sometimes so");
    let written = values.len();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), written, "a value was written twice");
}

#[test]
fn a_history_tells_every_attempt_and_every_end() {
    let world = end_of(
        "raft 1
        servers 3
        set timers manual
        set latency 10ms
        set sync 0ms
        set retry 100ms
        set retries 2
        at 0ms timeout S1
        at 50ms put x 5 via C1 to S2
        at 50ms cut S1>C2
        at 60ms add x 2 via C2
        at 300ms get x via C3
        at 305ms crash S1
        run 500ms",
    );
    let seen: Vec<String> = world
        .history()
        .iter()
        .map(|operation| {
            let (call, client) = (operation.call, &world.clients[operation.client as usize - 1]);
            let attempts: Vec<String> = client
                .attempts(operation.number)
                .map(|attempt| format!("{}@{}", attempt.server, attempt.at.0 / 1_000))
                .collect();
            let end = match call.returned {
                Some((at, outcome)) => format!("{outcome:?} at {}", at.0 / 1_000),
                None => "open".into(),
            };
            let by = call.answered_by.unwrap_or(NodeId(0));
            format!("C{} {} {} {end} by {by}", operation.client, call.command, attempts.join(" "))
        })
        .collect();
    assert_eq!(
        seen,
        [
            "C1 put x 5 S2@50 S1@70 Done(Some(5)) at 110 by S1",
            "C2 add x 2 S1@60 S2@160 S1@180 S2@280 S1@300 Unknown at 400 by S0",
            "C3 get x S1@300 S2@400 S1@420 open by S0",
        ]
    );
}

#[test]
fn the_history_of_all_is_in_the_order_of_its_moments_and_a_client_has_one_call_open() {
    let text = "raft 1\nservers 3\nseed 9\nset loss 5%\nset retries 3\nset retry 60ms\n\
                clients 9 rate 200/s keys 2 mix put 1 get 1 cas 1\nrun 10s";
    let world = end_of(text);
    let history = world.history();
    assert!(history.is_sorted_by_key(|one| (one.call.called_at, one.client, one.number)));
    let total: usize = world.clients.iter().map(|client| client.history.len()).sum();
    assert_eq!(history.len(), total);
    let mut last: BTreeMap<u32, (u64, Option<u64>)> = BTreeMap::new();
    let mut unknown = 0;
    for one in &history {
        let returned = one.call.returned.map(|(at, _)| at.0);
        if let Some((number, ended)) = last.insert(one.client, (one.number, returned)) {
            assert_eq!(one.number, number + 1);
            assert!(ended.expect("the call before is over") <= one.call.called_at.0);
        }
        let outcome = one.call.returned.map(|(_, outcome)| outcome);
        unknown += usize::from(outcome == Some(CallOutcome::Unknown));
        assert_eq!(
            one.call.answered_by.is_some(),
            matches!(outcome, Some(CallOutcome::Done(_) | CallOutcome::Compared { .. })),
            "{one:?}"
        );
    }
    assert!(unknown > 0, "somebody has given up");
}

#[test]
fn what_is_known_of_a_run_stays_known_wherever_one_looks() {
    let text = "raft 1\nservers 3\nseed 4\nclients 2 think 50..90ms keys 2\n\
                without read-confirms-leadership\nset reads confirmed";
    let mut timeline = Timeline::new(script(text));
    let told = |world: &World| -> Vec<String> {
        let history = world.history();
        history.iter().map(|one| format!("{} {:?}", one.client, one.call)).collect()
    };
    timeline.seek(Instant(5_000_000), u32::MAX);
    let known = told(timeline.world());
    assert!(known.len() > 40);
    for at in [4_900_000, 100, 3_000_000, 1_234_567, 4_000_000, 0] {
        timeline.seek(Instant(at), u32::MAX);
        assert_eq!(told(timeline.known_world()), known, "at {at}");
        assert!(told(timeline.world()).len() <= known.len());
    }
    while timeline.step_back() {}
    timeline.step();
    assert_eq!(told(timeline.known_world()), known);
    // A branch knows only what it shares, and then its own.
    timeline.seek(Instant(2_000_000), u32::MAX);
    let action = parse_action("put x 7 via C1", timeline.script()).expect("an action");
    let mut branch = timeline.branch(action);
    assert_eq!(told(branch.known_world()), told(timeline.world()));
    branch.seek(Instant(6_000_000), u32::MAX);
    let longer = told(branch.world());
    branch.seek(Instant(1_000_000), u32::MAX);
    assert_eq!(told(branch.known_world()), longer);
    assert_ne!(longer[..known.len()], known[..]);
    // Further on the old run, what was known goes on.
    timeline.seek(Instant(7_000_000), u32::MAX);
    assert!(told(timeline.known_world()).starts_with(&known[..known.len() - 2]));
    assert_eq!(told(timeline.known_world()), told(timeline.world()));
}
