//! Real Raft in random worlds: nothing ever breaks, and when the world is whole again it works.
#![cfg(feature = "sim")]

mod common;

use common::storm::Kind;
use common::{Tally, survive};

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

/// Lets so many servers go through so many storms.
fn weather(servers: u64, storms: u64) {
    let mut events = 0;
    for number in 0..storms {
        let survived = survive(number, servers, Kind::Fair);
        events += survived.unwrap_or_else(|report| panic!("{report}")).0;
    }
    println!("{servers} servers: {events} events");
}

/// Every feature on, and the membership changing under the faults: a million events.
#[test]
fn complete_clusters_survive_storms() {
    let (mut events, mut number, mut tally) = (0, 0, Tally::default());
    while events < 1_000_000 {
        let servers = [1, 2, 3, 3, 4, 5, 5][number as usize % 7];
        let survived = survive(number, servers, Kind::Full);
        let (more, counts) = survived.unwrap_or_else(|report| panic!("{report}"));
        events += more;
        tally.add(counts);
        number += 1;
    }
    println!("{number} storms: {events} events, {tally:?}");
    assert!(tally.least() >= 20, "the storms do not reach everything: {tally:?}");
}
