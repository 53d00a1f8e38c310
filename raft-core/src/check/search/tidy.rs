//! Messages that never arrive are dropped soon after they were sent, where all can see it: left
//! hanging in the air they would hide those that matter.

use crate::sim::script::{Action, Line, MessageName, Messages, Script, When};
use crate::sim::{Fate, Happening, World};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The script with a line that drops each message between servers that waits and never arrives,
/// at the moment of the next step. Lines that are not at a time stay where they are.
pub(super) fn tidied(script: &Script) -> Script {
    let dropped = doomed(script, &arrivals(script));
    let mut lines = Vec::with_capacity(script.lines.len() + dropped.len());
    let mut dropped = dropped.into_iter().peekable();
    for (number, line) in script.lines.iter().enumerate() {
        while let Some((_, name)) = dropped.next_if(|(before, _)| *before == number) {
            let what = Action::Drop(Messages::One(name));
            lines.push(Line { when: line.when.clone(), what });
        }
        lines.push(line.clone());
    }
    Script { lines, ..script.clone() }
}

/// The numbers of the messages that arrive.
fn arrivals(script: &Script) -> Vec<u64> {
    let mut arrived = Vec::new();
    play(script, |_, what| {
        if let Happening::Arrived(flight) = what {
            arrived.push(flight.id);
        }
    });
    arrived.sort_unstable();
    arrived
}

/// The messages that wait in vain, by name, and the line before which each is dropped: the first
/// at a later moment. One that a line duplicates is left alone, and so is one of whose name there
/// is another in the air.
fn doomed(script: &Script, arrived: &[u64]) -> Vec<(usize, MessageName)> {
    let (mut doomed, mut seen) = (Vec::new(), Vec::new());
    let copied = |name: &MessageName| {
        script.lines.iter().any(|line| {
            let Action::Duplicate(Messages::One(copied)) = &line.what else { return false };
            (copied.from, copied.to) == (name.from, name.to)
        })
    };
    play(script, |world, what| {
        let Happening::Performed { line } = what else { return };
        let is_later = |before: &usize| matches!(script.lines[*before].when, When::At(_));
        let flights = &world.network.flights;
        for flight in flights.iter().filter(|flight| flight.fate == Fate::Waits) {
            let name = flight.name();
            let is_alone = flights.iter().filter(|other| other.fits(&name)).count() == 1;
            let is_new = flight.sent_at < world.now && !seen.contains(&flight.id);
            if is_new && is_alone && arrived.binary_search(&flight.id).is_err() && !copied(&name) {
                seen.push(flight.id);
                doomed.extend(Some(*line).filter(is_later).map(|before| (before, name)));
            }
        }
    });
    doomed
}

/// Plays a script to its end; `hear` is told of everything that happens, after its event.
fn play(script: &Script, mut hear: impl FnMut(&World, &Happening)) {
    let mut world = World::new(Arc::new(script.clone()));
    let mut records = Vec::new();
    while world.step(&mut records, &mut |_, _| {}) {
        for record in records.drain(..) {
            hear(&world, &record.what);
        }
    }
}
