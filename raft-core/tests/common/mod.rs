//! What several tests share.
// Each test is a crate of its own and uses a part.
#![allow(dead_code)]

#[path = "../dice/mod.rs"]
pub mod dice;
pub mod shrink;
pub mod storm;

use raft_core::check::{Finding, Judges};
use raft_core::sim::script::{Property, Script, parse};
use raft_core::sim::{Record, World};
use raft_core::timeline::link::{ENGINE, Link};
use raft_core::timeline::{Timeline, checksum};
use std::sync::Arc;

/// A world with its judges and nothing else: the fastest way through a script.
pub struct Run {
    pub world: World,
    pub judges: Judges,
    pub events: u64,
    pub records: Vec<Record>,
}

impl Run {
    pub fn new(script: Script) -> Run {
        let world = World::new(Arc::new(script));
        Run { world, judges: Judges::default(), events: 0, records: Vec::new() }
    }

    pub fn step(&mut self) -> bool {
        self.records.clear();
        let judges = &mut self.judges;
        let is_running =
            self.world.step(&mut self.records, &mut |world, new| judges.observe(world, new));
        self.events += u64::from(is_running);
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

/// The property that a script breaks first, if it can be read and breaks any.
pub fn first_broken(text: &str) -> Option<Property> {
    // Without its last line a script has no end.
    let script = parse(text).ok().filter(|script| script.end.is_some())?;
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
    };
    link.fragment()
}

/// What to print of a script that broke something: its text, its first finding, its link.
pub fn evidence(text: &str) -> String {
    let mut timeline = Timeline::new(script(text));
    while timeline.findings().is_empty() && timeline.step().is_some() {}
    let finding = timeline.findings().first();
    format!("{text}\n{finding:?}\nlink: #{}", link_to(text, &timeline))
}
