//! Real Raft in random worlds: nothing ever breaks, and when the world is whole again it works.
#![cfg(feature = "sim")]

mod common;

use common::storm::{Kind, LAST, storm};
use common::{Run, evidence, first_broken, script, shrink::shrink};
use raft_core::raft::Payload;
use raft_core::sim::script::{Fact, Who};
use raft_core::sim::{CallOutcome, World};
use std::collections::BTreeSet;

#[test]
fn one_server_survives_storms() {
    weather(1, 600);
}

#[test]
fn two_servers_survive_storms() {
    weather(2, 600);
}

#[test]
fn three_servers_survive_storms() {
    weather(3, 900);
}

#[test]
fn four_servers_survive_storms() {
    weather(4, 600);
}

#[test]
fn five_servers_survive_storms() {
    weather(5, 900);
}

#[test]
fn seven_servers_survive_storms() {
    weather(7, 400);
}

/// How long a call may be open when all is calm, in microseconds: a server that fails the moment
/// it gets it costs the client its longest wait for an answer.
const PATIENCE: u64 = 700_000;

/// Lets so many servers go through so many storms.
fn weather(servers: u64, storms: u64) {
    let mut events = 0;
    for number in 0..storms {
        let storm = storm(number, servers, Kind::Fair);
        let text = storm.text();
        let mut run = Run::new(script(&text));
        if let Some(property) = run.first_finding().map(|finding| finding.property) {
            let short = shrink(storm.lines, |text| first_broken(text) == Some(property));
            panic!("storm {number} breaks {}:\n{}", property.name(), evidence(&short));
        }
        if let Err(missing) = check_calm(&run.world) {
            panic!("after storm {number} {missing}:\n{}", evidence(&text));
        }
        events += run.events;
    }
    println!("{servers} servers: {events} events");
}

/// What has to be so some seconds after everything became whole again.
fn check_calm(world: &World) -> Result<(), String> {
    let holds = |fact: Fact| world.holds(&fact, &[]) == Some(true);
    if !holds(Fact::Leader { server: None, term: None }) {
        return Err("nobody leads".into());
    }
    let (key, value) = LAST;
    if !holds(Fact::Value { who: Who::All, key: key.into(), value: Some(value) }) {
        return Err("not every server has applied the last call".into());
    }
    // What was committed by all has to be the same, and hold every call that was answered.
    let nodes = || world.servers.iter().map(|server| &server.node);
    let shortest = nodes().map(|node| node.commit_index()).min().unwrap_or(0);
    let first = &world.servers[0].node;
    for index in 1..=shortest {
        if nodes().any(|node| node.log().entry(index) != first.log().entry(index)) {
            return Err(format!("the logs differ at {index}"));
        }
    }
    let longest = nodes().max_by_key(|node| node.commit_index()).unwrap_or(first);
    let committed: BTreeSet<&[u8]> = longest
        .log()
        .iter()
        .take(longest.commit_index() as usize)
        .filter_map(|entry| match &entry.payload {
            Payload::Command(bytes) => Some(&**bytes),
            Payload::Noop => None,
        })
        .collect();
    for client in &world.clients {
        for call in client.history.iter() {
            let is_done = matches!(call.returned, Some((_, CallOutcome::Done(_))));
            if is_done && !committed.contains(&*call.command.encode()) {
                return Err(format!(
                    "the answered call {} of C{} is lost",
                    call.command, client.id
                ));
            }
        }
        let Some(last) = client.history.last() else { continue };
        if last.returned.is_none() && world.now.since(last.called_at).0 > PATIENCE {
            return Err(format!("C{} waits since {}", client.id, last.called_at));
        }
    }
    Ok(())
}
