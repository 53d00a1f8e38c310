//! What several tests share.
// Each test is a crate of its own and uses a part.
#![allow(dead_code)]

pub mod calm;
#[path = "../dice/mod.rs"]
pub mod dice;
pub mod faults;
pub mod shrink;
pub mod storm;

use raft_core::check::{Finding, Judges};
use raft_core::raft::Decision;
use raft_core::sim::script::{Property, Script, parse};
use raft_core::sim::{Happening, Record, World};
use raft_core::timeline::link::{ENGINE, Link};
use raft_core::timeline::{Timeline, checksum};
use std::sync::Arc;

/// A world with its judges and nothing else: the fastest way through a script.
pub struct Run {
    pub world: World,
    pub judges: Judges,
    pub events: u64,
    pub records: Vec<Record>,
    pub tally: Tally,
}

/// How often a storm did what it is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub elections: u64,
    pub memberships: u64,
    pub joint: u64,
    pub snapshots: u64,
    pub transfers: u64,
    pub confirmed_reads: u64,
    pub lease_reads: u64,
    pub lost_quorums: u64,
    pub caught_up: u64,
    pub replays: u64,
    pub failed_writes: u64,
    /// Lease reads of servers whose clocks are wrong.
    pub drifted_reads: u64,
}

impl Tally {
    pub fn add(&mut self, more: Tally) {
        self.elections += more.elections;
        self.memberships += more.memberships;
        self.joint += more.joint;
        self.snapshots += more.snapshots;
        self.transfers += more.transfers;
        self.confirmed_reads += more.confirmed_reads;
        self.lease_reads += more.lease_reads;
        self.lost_quorums += more.lost_quorums;
        self.caught_up += more.caught_up;
        self.replays += more.replays;
        self.failed_writes += more.failed_writes;
        self.drifted_reads += more.drifted_reads;
    }

    /// The rarest of them.
    pub fn least(&self) -> u64 {
        let Tally { elections, memberships, joint, snapshots, transfers, .. } = *self;
        let Tally { confirmed_reads, lease_reads, lost_quorums, caught_up, .. } = *self;
        let changes = [memberships, joint, snapshots, transfers, lost_quorums, caught_up];
        let Tally { replays, failed_writes, drifted_reads, .. } = *self;
        let rest = [elections, confirmed_reads, lease_reads];
        let rest = rest.into_iter().chain([replays, failed_writes, drifted_reads]);
        changes.into_iter().chain(rest).min().unwrap_or(0)
    }

    fn count(&mut self, world: &World, what: &Happening) {
        if let Happening::Sent(flight) = what {
            self.replays += u64::from(flight.is_replay());
        }
        let Happening::Decided(server, decision) = what else { return };
        match decision {
            Decision::Leads { .. } => self.elections += 1,
            Decision::ChangesMembership { .. } => {
                self.memberships += 1;
                let node = world.server(*server).map(|server| &server.node);
                self.joint += u64::from(node.is_some_and(|node| node.membership().is_joint()));
            }
            Decision::InstallsSnapshot { .. } => self.snapshots += 1,
            Decision::TellsToStand { .. } => self.transfers += 1,
            Decision::ConfirmsRead { .. } => self.confirmed_reads += 1,
            Decision::ReadsAtOnce { lease_until: Some(_), .. } => {
                self.lease_reads += 1;
                let clock = world.server(*server).map(|server| server.clock);
                self.drifted_reads += u64::from(clock.is_some_and(|clock| clock.rate() != 0));
            }
            Decision::Stops => self.failed_writes += 1,
            Decision::StepsDown { .. } => self.lost_quorums += 1,
            Decision::EndsCatchUpRound { .. } => self.caught_up += 1,
            _ => {}
        }
    }
}

impl Run {
    pub fn new(script: Script) -> Run {
        let world = World::new(Arc::new(script));
        Run {
            world,
            judges: Judges::default(),
            events: 0,
            records: Vec::new(),
            tally: Tally::default(),
        }
    }

    pub fn step(&mut self) -> bool {
        self.records.clear();
        let judges = &mut self.judges;
        let is_running =
            self.world.step(&mut self.records, &mut |world, new| judges.observe(world, new));
        self.events += u64::from(is_running);
        for record in &self.records {
            self.tally.count(&self.world, &record.what);
        }
        is_running
    }

    /// Runs to the end, or to the first finding.
    pub fn first_finding(&mut self) -> Option<&Finding> {
        while self.judges.findings.is_empty() && self.step() {}
        self.judges.findings.first()
    }
}

/// Reads a script that has to be right.
pub fn script(text: &str) -> Script {
    parse(text).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}\nin:\n{text}", errors.join("\n"))
    })
}

/// The property that a script breaks first, if it ends and breaks any.
pub fn first_broken(script: &Script) -> Option<Property> {
    // Without its last line a script has no end.
    let script = Some(script.clone()).filter(|script| script.end.is_some())?;
    Run::new(script).first_finding().map(|finding| finding.property)
}

/// The link that plays a script up to where a timeline of it stands.
pub fn link_to(text: &str, timeline: &Timeline) -> String {
    let link = Link {
        script: text.into(),
        at: timeline.now(),
        events: timeline.events(),
        caption: timeline.caption() as u64,
        engine: ENGINE,
        checksum: checksum(timeline.world()),
        beside: None,
    };
    link.fragment()
}

/// Holds a check against a random script. Where it panics, this panics with what it says of the
/// shortest script that still fails it, with that script, and with the link that plays it.
pub fn holds_for(text: &str, check: impl Fn(&Script)) {
    let ends = script(text).end.is_some();
    holds_for_text(text, |text| {
        // Without its last line a script may go on for ever.
        if let Some(script) = parse(text).ok().filter(|script| script.end.is_some() == ends) {
            check(&script);
        }
    });
}

/// The same for a text that need not be a script.
pub fn holds_for_text(text: &str, check: impl Fn(&str)) {
    let said = |text: &str| shrink::panic_of(|| check(text));
    let Some(first) = said(text) else { return };
    let lines = text.lines().map(String::from).collect();
    let short = shrink::shrink(lines, |text| said(text).is_some());
    let message = said(&short).unwrap_or(first);
    panic!("{message}\nthe shortest script that does this:\n{}", shown(&short));
}

/// Events that are run at most to see whether a script fails: one that never ends is no shorter.
const EVENTS_MAX: u64 = 200_000;

/// What to print of a script that fails a test: the shortest that still does, what the judges
/// found in it, and the link that plays it up to there, to be put after the page's address.
pub fn evidence(text: &str, fails: impl Fn(&Script) -> bool) -> String {
    let lines = text.lines().map(String::from).collect();
    let has_end = |script: &Script| script.end.is_some();
    let short = shrink::shrink(lines, |text| {
        parse(text).is_ok_and(|script| has_end(&script) && fails(&script))
    });
    shown(&short)
}

/// A script, what the judges find in it, and the link that plays it up to there.
pub fn shown(text: &str) -> String {
    let Ok(script) = parse(text) else { return format!("{text}\n(it cannot be read)") };
    let mut timeline = Timeline::new(script);
    let is_open =
        |timeline: &Timeline| timeline.findings().is_empty() && timeline.stalls().is_empty();
    while is_open(&timeline) && timeline.events() < EVENTS_MAX && timeline.step().is_some() {}
    let mut found: Vec<String> =
        timeline.findings().iter().map(|finding| format!("{finding:?}\n")).collect();
    found.extend(timeline.stalls().iter().map(|stall| format!("{stall:?}\n")));
    format!("{text}\n{}play it: index.html#{}", found.concat(), link_to(text, &timeline))
}

/// Lets a cluster go through a storm: how many events it had and of what kind, or what broke, as
/// short as it can be told.
pub fn survive(number: u64, servers: u64, kind: storm::Kind) -> Result<(u64, Tally), String> {
    let storm = storm::storm(number, servers, kind);
    let text = storm.text();
    let mut run = Run::new(script(&text));
    if let Some(property) = run.first_finding().map(|finding| finding.property) {
        let evidence = evidence(&text, |script| first_broken(script) == Some(property));
        let name = property.name();
        return Err(format!("storm {number} of {servers} servers breaks {name}:\n{evidence}"));
    }
    let Err(missing) = calm::check_calm(&run.world) else {
        return Ok((run.events, run.tally));
    };
    // What the world is, and the calm, have to stay as they are.
    let is_head = |line: &&String| !line.starts_with("at ") && !line.starts_with("when ");
    let head = storm.lines.iter().take_while(is_head).count();
    let calm_line = format!("at {}ms", storm.calm_at);
    let calm = storm.lines.iter().position(|line| line.starts_with(&calm_line)).unwrap_or(head);
    let whole = |wild: &str| {
        [&storm.lines[..head].join("\n"), wild, &storm.lines[calm..].join("\n")].join("\n")
    };
    let short = shrink::shrink(storm.lines[head..calm].to_vec(), |wild| {
        parse(&whole(wild)).is_ok_and(|script| {
            let mut run = Run::new(script);
            run.first_finding().is_none() && calm::check_calm(&run.world) == Err(missing.clone())
        })
    });
    let shown = shown(&whole(&short));
    Err(format!("after storm {number} of {servers} servers {missing}:\n{shown}"))
}
