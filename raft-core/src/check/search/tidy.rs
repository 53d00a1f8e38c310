//! Messages that never arrive are dropped soon after they were sent, where all can see it: left
//! hanging in the air they would hide those that matter.

use crate::sim::script::{Action, Line, MessageName, Messages, Script};
use crate::sim::{Fate, Happening, World};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The script with a line that drops each message between servers that waits and never arrives,
/// at the moment of the next step. Every line has to be at a time.
pub(super) fn tidied(script: &Script) -> Script {
    let mut lines = Vec::with_capacity(script.lines.len() * 2);
    let mut doomed = doomed(script).into_iter().peekable();
    for (number, line) in script.lines.iter().enumerate() {
        while let Some((_, name)) = doomed.next_if(|(before, _)| *before == number) {
            let what = Action::Drop(Messages::One(name));
            lines.push(Line { when: line.when.clone(), what });
        }
        lines.push(line.clone());
    }
    Script { lines, ..script.clone() }
}

/// The messages that wait in vain, by name, and the line before which each is dropped: the first
/// at a later moment. One that a line duplicates is left alone, and so is one of whose name there
/// is another in the air.
fn doomed(script: &Script) -> Vec<(usize, MessageName)> {
    let copied = |name: &MessageName| {
        script.lines.iter().any(|line| {
            let Action::Duplicate(Messages::One(copied)) = &line.what else { return false };
            (copied.from, copied.to) == (name.from, name.to)
        })
    };
    // Those that wait, by number; who of them arrives is known at the end.
    let (mut waiting, mut arrived) = (Vec::<(usize, u64, MessageName)>::new(), Vec::new());
    let mut world = World::new(Arc::new(script.clone()));
    let mut records = Vec::new();
    while world.step(&mut records, &mut |_, _| {}) {
        for record in records.drain(..) {
            let line = match record.what {
                Happening::Performed { line } => line,
                Happening::Arrived(flight) => {
                    arrived.push(flight.id);
                    continue;
                }
                _ => continue,
            };
            let flights = &world.network.flights;
            for flight in flights.iter().filter(|flight| flight.fate == Fate::Waits) {
                let name = flight.name();
                let is_alone = flights.iter().filter(|other| other.fits(&name)).count() == 1;
                let is_known = waiting.iter().any(|(_, id, _)| *id == flight.id);
                let is_later = flight.sent_at < world.now;
                if is_later && is_alone && !is_known && !copied(&name) {
                    waiting.push((line, flight.id, name));
                }
            }
        }
    }
    arrived.sort_unstable();
    waiting.retain(|(_, id, _)| arrived.binary_search(id).is_err());
    waiting.into_iter().map(|(line, _, name)| (line, name)).collect()
}
