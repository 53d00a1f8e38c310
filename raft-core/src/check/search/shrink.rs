//! Shrinking: fewer and simpler steps that still break the same property.
//!
//! Steps that have nothing to act on are skipped, so that leaving one out never makes the others
//! invalid. The names of messages are loosened first: `deliver S1>S2 AppendEntries` still finds
//! its message when an election before it is left out, `… term 3 index 1` does not.

use super::ground::Ground;
use super::step::{Schedule, Step};
use super::trial::Trial;
use crate::check::Property;
use crate::sim::script::{Action, MessageName, Messages};
use alloc::vec::Vec;

/// Shrinks a schedule, as far as it was asked to so far.
#[derive(Clone, Debug)]
pub struct Shrinker {
    /// The ground on which it is played.
    pub ground: Ground,
    /// The property that it breaks.
    pub property: Property,
    /// The shortest schedule so far.
    pub schedule: Schedule,
    /// How many schedules were tried.
    pub tried: u64,
    pass: Pass,
    /// Where the pass is; from the end, since what comes late often hangs on nothing.
    at: usize,
    /// Whether a pass changed anything since the first one began.
    has_changed: bool,
}

/// What is tried at a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Pass {
    /// A message is named by less.
    Loosen(Part),
    /// A stretch of so many steps is left out.
    Stretch(usize),
    /// Two steps are left out, the second so many after the first.
    Pair(usize),
    /// No time is lost before a step.
    Hurry,
    Done,
}

/// What else but its ends and its kind may be in the name of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    All,
    Nth,
    Index,
    Term,
}

/// How far apart two steps may be that are left out together.
const PAIR_MAX: usize = 12;

impl Shrinker {
    /// Begins with a schedule that breaks a property.
    pub fn new(ground: Ground, property: Property, schedule: Schedule) -> Shrinker {
        let pass = Pass::Loosen(Part::All);
        Shrinker { ground, property, schedule, tried: 0, pass, at: 0, has_changed: false }
    }

    /// Tries so many changes; false when no more is to be had.
    pub fn advance(&mut self, tries: u64) -> bool {
        let end = self.tried + tries;
        while self.tried < end && self.pass != Pass::Done {
            let at = self.at;
            if at >= self.schedule.len() {
                self.next_pass();
                continue;
            }
            self.at += 1;
            let Some(changed) = self.changed(self.schedule.len() - 1 - at) else { continue };
            self.tried += 1;
            let Some(shorter) = replay(&self.ground, self.property, &changed) else { continue };
            if shorter != self.schedule {
                self.has_changed = true;
                let is_shorter = shorter.len() < self.schedule.len();
                self.schedule = shorter;
                // What was later is gone or the same; go on with what stands here now.
                self.at = if is_shorter { at } else { self.at };
            }
        }
        self.pass != Pass::Done
    }

    fn next_pass(&mut self) {
        self.at = 0;
        self.pass = match self.pass {
            Pass::Loosen(Part::All) => Pass::Loosen(Part::Nth),
            Pass::Loosen(Part::Nth) => Pass::Loosen(Part::Index),
            Pass::Loosen(Part::Index) => Pass::Loosen(Part::Term),
            Pass::Loosen(Part::Term) => Pass::Stretch(self.schedule.len().div_ceil(2)),
            Pass::Stretch(size) if size > 1 => Pass::Stretch(size / 2),
            Pass::Stretch(_) => Pass::Pair(1),
            Pass::Pair(apart) if apart < PAIR_MAX.min(self.schedule.len()) => Pass::Pair(apart + 1),
            Pass::Pair(_) => Pass::Hurry,
            Pass::Hurry if self.has_changed => {
                self.has_changed = false;
                Pass::Loosen(Part::All)
            }
            Pass::Hurry | Pass::Done => Pass::Done,
        };
    }

    /// The schedule with the pass's change at a step; nothing if there is none to make.
    fn changed(&self, at: usize) -> Option<Schedule> {
        let mut changed = self.schedule.clone();
        match self.pass {
            Pass::Loosen(part) => {
                let name = named(&mut changed[at].action)?;
                let before = *name;
                match part {
                    Part::All => (name.term, name.index, name.nth) = (None, None, None),
                    Part::Nth => name.nth = None,
                    Part::Index => name.index = None,
                    Part::Term => name.term = None,
                }
                if *name == before {
                    return None;
                }
            }
            Pass::Stretch(size) => {
                let start = (at + 1).saturating_sub(size);
                changed.drain(start..=at);
            }
            Pass::Pair(apart) => {
                let first = at.checked_sub(apart)?;
                changed.remove(at);
                changed.remove(first);
            }
            Pass::Hurry if changed[at].pauses > 1 => changed[at].pauses = 1,
            Pass::Hurry | Pass::Done => return None,
        }
        Some(changed)
    }
}

/// The name of the message that a step is about.
fn named(action: &mut Action) -> Option<&mut MessageName> {
    match action {
        Action::Deliver(Messages::One(name)) | Action::Duplicate(Messages::One(name)) => Some(name),
        _ => None,
    }
}

/// The steps that had something to act on, up to the one that broke the property.
pub(super) fn replay(ground: &Ground, property: Property, steps: &[Step]) -> Option<Schedule> {
    let (mut trial, mut played, mut pauses) = (Trial::new(ground), Vec::new(), 0);
    for step in steps {
        pauses += step.pauses;
        if trial.play(step) {
            played.push(Step { pauses, action: step.action.clone() });
            pauses = 0;
        }
        if trial.finding(Some(property)).is_some() {
            return Some(played);
        }
    }
    None
}
