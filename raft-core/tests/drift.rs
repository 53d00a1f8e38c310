//! Thesis §6.4.1: a lease bears clocks that are as wrong as it assumes, and no more.
//!
//! Leaders are cut off with a client again and again, under clocks that are fast or slow by as
//! much as `set drift` says: no read is stale. Where the setting says less than is so, some are:
//! or these runs would show nothing.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::{Run, evidence, script};
use raft_core::sim::script::{Property, Script};

#[test]
fn leases_bear_the_drift_they_assume() {
    let mut reads = 0;
    for number in 0..300 {
        let text = cut_off_leaders(number, 1);
        let mut run = Run::new(script(&text));
        let has_finding = run.first_finding().is_some();
        let fails = |script: &Script| Run::new(script.clone()).first_finding().is_some();
        assert!(!has_finding, "{}", evidence(&text, fails));
        reads += run.tally.drifted_reads;
    }
    assert!(reads > 10_000, "only {reads} reads under a lease and a wrong clock");
}

#[test]
fn leases_bear_no_more_drift_than_they_assume() {
    let broken = (0..40).filter(|&number| {
        let mut run = Run::new(script(&cut_off_leaders(number, 3)));
        // Another judge sees two leases at once, before a read is stale.
        while run.step() {}
        run.judges.findings.iter().any(|found| found.property == Property::LinearizableReads)
    });
    let broken = broken.count();
    println!("{broken} of 40 runs had a stale read");
    assert!(broken >= 5, "only {broken} runs had a stale read");
}

/// A run in which clocks are `times` as wrong as is assumed.
fn cut_off_leaders(number: u64, times: u64) -> String {
    let mut dice = Dice::new(number);
    let servers = 3 + 2 * dice.up_to(1);
    let assumed = dice.pick(&[2, 8, 15]);
    let mut lines = vec![
        "raft 1".to_string(),
        format!("servers {servers}"),
        format!("seed {number}"),
        "clients 2".into(),
        "set latency 1..3ms".into(),
        "set reads lease".into(),
        "set checkquorum on".into(),
        "set noop on".into(),
        "set retry 15ms".into(),
        format!("set prevote {}", dice.pick(&["on", "off"])),
        format!("set drift {}", assumed * 10_000),
    ];
    // The worst there is: a leader whose clock is slow, and others whose clocks are fast.
    let alone = 1 + dice.up_to(servers - 1);
    for server in 1..=servers {
        let way = if server == alone { "slow" } else { "fast" };
        lines.push(format!("set clock S{server} +{}ms", dice.up_to(90)));
        lines.push(format!("set clock S{server} {way} {}%", assumed * times));
    }
    let mut now = 500;
    for round in 0..12 {
        let others: Vec<String> =
            (1..=servers).filter(|&id| id != alone).map(|id| format!("S{id}")).collect();
        lines.push(format!("at {}ms transfer S{alone}", now - 200));
        lines.push(format!("at {now}ms partition S{alone},C1 | {},C2", others.join(",")));
        // Now and then a clock changes its pace, within what is assumed.
        let server = 1 + dice.up_to(servers - 1);
        if server != alone && round % 3 == 2 {
            let rate = dice.up_to(assumed) * times;
            let at = now + dice.up_to(200);
            lines.push(format!("at {at}ms set clock S{server} fast {rate}%"));
        }
        let (from, to) = (now - 100, now + 490);
        lines.push(format!("every 20ms from {from}ms to {to}ms: put x {round} via C2"));
        lines.push(format!("every 7ms from {from}ms to {to}ms: get x via C1 to S{alone}"));
        lines.push(format!("at {}ms heal", now + 500));
        now += 1_000;
    }
    lines.push(format!("run {now}ms"));
    lines.join("\n")
}
