//! Two runs beside one another: what was changed, the first difference, and both around it.

use raft_core::sim::script::Script;
use raft_core::sim::{Record, World};
use raft_core::time::{Duration, Instant};
use raft_core::timeline::compare::{Apart, Comparison, changes};
use raft_core::timeline::english::sentence;
use raft_core::timeline::{Reached, transcript};
use std::sync::Arc;

/// How one line is printed.
type Say<'a> = &'a mut dyn FnMut(&str) -> Result<(), String>;

/// Lines of each run that are shown before the difference, and from it on.
const BEFORE: usize = 3;
const AFTER: usize = 6;

/// Compares up to `end`, or up to where a script ends. True when no difference was found.
pub fn compare(a: Script, b: Script, end: Instant, say: Say<'_>) -> Result<bool, String> {
    let (a, b) = (Arc::new(a), Arc::new(b));
    for told in changes(&a, &b) {
        say(&format!("changed: {}", sentence(&told)))?;
    }
    let mut both = Comparison::new(a.clone(), b.clone());
    let until = if a.end.is_some() || b.end.is_some() { Instant(u64::MAX) } else { end };
    while both.advance(until, u32::MAX) == Reached::OutOfBudget {}
    let Some(difference) = both.difference() else {
        say(&format!("no difference up to {}", both.compared_until()))?;
        return Ok(true);
    };
    say(&format!("first difference at {}", difference.at))?;
    for (name, script, record) in [("A", &a, &difference.what[0]), ("B", &b, &difference.what[1])] {
        match record {
            Some(record) => say(&format!("{name}: {}", transcript::line(record, script)))?,
            None => say(&format!("{name}: nothing of the kind up to {}", both.compared_until()))?,
        }
    }
    match both.state_difference() {
        Some(states) => {
            let servers: Vec<String> = states.servers.iter().map(words).collect();
            say(&format!("first other state at {}: {}", states.at, servers.join(", ")))?;
        }
        None => say("no server is in another state")?,
    }
    for (name, script) in [("A", &a), ("B", &b)] {
        say(&format!("around it, {name}:"))?;
        for record in around(script, difference.at) {
            say(&transcript::line(&record, script))?;
        }
    }
    Ok(false)
}

/// `S1 (term, vote)`.
fn words(apart: &Apart) -> String {
    let aspects: Vec<&str> = apart.aspects.iter().map(|aspect| aspect.name()).collect();
    format!("{} ({})", apart.id, aspects.join(", "))
}

/// The last records before a moment and the first from it on.
fn around(script: &Arc<Script>, at: Instant) -> Vec<Record> {
    let mut world = World::new(script.clone());
    let mut records = Vec::new();
    let limit = at + Duration::from_millis(10_000);
    loop {
        let from = records.partition_point(|record: &Record| record.at < at);
        let is_done = records.len() - from >= AFTER || world.next_at().is_none_or(|at| at > limit);
        if is_done || !world.step(&mut records, &mut |_, _| {}) {
            records.truncate(from + AFTER);
            return records.split_off(from.saturating_sub(BEFORE));
        }
    }
}
