//! What is known of the part of a run that was run once.

use super::Moment;
use super::clock::Clock;
use super::mark::{Mark, MarkKind, mark};
use crate::check::{Finding, Judges, Stall};
use crate::chunks::Chunks;
use crate::sim::script::{Action, Fact, Line, Script};
use crate::sim::{Happening, Record};
use crate::time::Instant;
use alloc::vec::Vec;

/// What is known of the part that was run.
#[derive(Clone, Debug, Default)]
pub(super) struct Explored {
    pub(super) events: u64,
    pub(super) at: Instant,
    pub(super) clock: Clock,
    pub(super) marks: Chunks<Mark>,
    /// The captions that were said, in the order of time.
    pub(super) said: Vec<Said>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) ended: bool,
}

/// A caption that was said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// Its number, from 1 in the order of the text.
    pub(super) number: usize,
    /// The event that said it.
    pub(super) event: u64,
    /// When.
    pub(super) at: Instant,
}

/// What became of an expectation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// When it was looked at.
    pub at: Instant,
    /// The event in which.
    pub event: u64,
    /// The line's position in [`Script::lines`].
    pub line: usize,
    /// Whether it held.
    pub held: bool,
}

/// Marks kept; a run that leaves more is not painted finer.
const MARKS_MAX: usize = 20_000;

impl Explored {
    /// An event happened for the first time: `moment` is what followed, `before` how many findings
    /// and stalls there were before.
    pub(super) fn add(&mut self, moment: &Moment, records: &[Record], before: (usize, usize)) {
        let Moment { world, judges, events, .. } = moment;
        (self.events, self.at) = (*events, world.now);
        self.clock.on_event(world);
        let finding = |finding: &Finding| Mark {
            at: finding.at,
            event: *events,
            kind: MarkKind::Finding,
            term: finding.term,
            server: finding.servers.first().map_or(0, |server| server.0),
            number: finding.index,
        };
        let stall = |stall: &Stall| Mark {
            at: stall.at,
            event: *events,
            kind: MarkKind::Stall,
            term: stall.term,
            server: stall.leader.map_or(0, |leader| leader.0),
            number: 0,
        };
        let marks = records.iter().filter_map(|record| mark(record, *events));
        let marks = marks.chain(judges.findings[before.0..].iter().map(finding));
        for mark in marks.chain(judges.stalls()[before.1..].iter().map(stall)) {
            if self.marks.len() < MARKS_MAX {
                self.marks.push(mark);
            }
        }
        for record in records {
            match record.what {
                Happening::Said(number) => {
                    self.said.push(Said { number, event: *events, at: record.at });
                }
                Happening::Expected { line, held } => {
                    let held = held.unwrap_or_else(|| judged(&world.script, line, judges));
                    let verdict = Verdict { at: record.at, event: *events, line, held };
                    self.verdicts.push(verdict);
                }
                Happening::Ended => self.ended = true,
                _ => {}
            }
        }
    }

    /// Forgets what happened after a moment.
    pub(super) fn forget_after(&mut self, moment: &Moment) {
        let events = moment.events;
        (self.events, self.at, self.ended) = (events, moment.world.now, false);
        let kept = self.marks.partition_point(|mark| mark.event <= events);
        self.marks.truncate(kept);
        self.said.retain(|said| said.event <= events);
        self.verdicts.retain(|verdict| verdict.event <= events);
        self.clock.rewind(&moment.world);
    }

    /// Captions are numbered in the order of the text: lines that are gone leave gaps.
    pub(super) fn renumber_captions(&mut self, script: &Script, moved: &[Option<usize>]) {
        let says = |line: &Line| matches!(line.what, Action::Say(_));
        let kept: Vec<bool> = (script.lines.iter().zip(moved))
            .filter(|(line, _)| says(line))
            .map(|(_, moved)| moved.is_some())
            .collect();
        for Said { number, .. } in &mut self.said {
            *number = kept[..*number].iter().filter(|&&kept| kept).count();
        }
    }
}

/// What the judges say to an expectation.
fn judged(script: &Script, line: usize, judges: &Judges) -> bool {
    match script.lines.get(line).map(|line| &line.what) {
        Some(Action::Expect(Fact::Violation(property))) => judges.has_found(*property),
        Some(Action::Expect(Fact::NoViolation(property))) => !judges.has_found(*property),
        Some(Action::Expect(Fact::Stall)) => !judges.stalls().is_empty(),
        Some(Action::Expect(Fact::NoStall)) => judges.stalls().is_empty(),
        _ => false,
    }
}
