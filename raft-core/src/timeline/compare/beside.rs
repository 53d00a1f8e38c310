//! A second run beside the one that is shown: one playhead moves both.
//!
//! Times of the stage's clock are those of the common clock, so that no message of either flies
//! too fast to be watched. Between two events of one moment B stands where A stands: so many
//! events into the moment.

use super::{Apart, Comparison, apart};
use crate::sim::script::{Action, Script};
use crate::time::Instant;
use crate::timeline::frame::NEVER;
use crate::timeline::{Frame, Reached, Texts, Timeline};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Run B, and what is known of how it differs from A. Every method is given A, which stays where
/// it was: among its branches.
#[derive(Clone, Debug)]
pub struct Beside {
    comparison: Comparison,
    b: Timeline,
    /// Run B before an action began a branch.
    first: Option<Box<Timeline>>,
    /// Whether B stands where A stands.
    is_level: bool,
}

impl Beside {
    /// Puts the run of a script beside A; it stands at its beginning until A moves.
    pub fn new(a: &Timeline, script: Script) -> Beside {
        let b = Timeline::new(script);
        let comparison = Comparison::new(a.script.clone(), b.script.clone());
        Beside { comparison, b, first: None, is_level: false }
    }

    /// Run B.
    pub fn timeline(&self) -> &Timeline {
        &self.b
    }

    /// What is known of both.
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The servers that differ at the playhead.
    pub fn apart(&self, a: &Timeline) -> Vec<Apart> {
        if self.is_level { apart(a.world(), self.b.world()) } else { Vec::new() }
    }

    /// Compares on, up to a moment; at most `budget` events.
    pub fn advance(&mut self, until: Instant, budget: u32) -> Reached {
        self.comparison.advance(until, budget)
    }

    /// The stage time of a moment.
    pub fn stage(&self, a: &Timeline, at: Instant) -> u64 {
        self.comparison.clock.stage(at, a.pace)
    }

    /// The picture of A at the playhead.
    pub fn picture(&mut self, a: &mut Timeline, frame: &mut Frame, texts: &mut Texts) {
        core::mem::swap(&mut a.explored.clock, &mut self.comparison.clock);
        a.picture(frame, texts);
        core::mem::swap(&mut a.explored.clock, &mut self.comparison.clock);
        self.put_times(a, frame);
    }

    /// The picture of B at the playhead.
    pub fn picture_of_b(&mut self, a: &Timeline, frame: &mut Frame, texts: &mut Texts) {
        self.b.pace = a.pace;
        core::mem::swap(&mut self.b.explored.clock, &mut self.comparison.clock);
        self.b.picture(frame, texts);
        core::mem::swap(&mut self.b.explored.clock, &mut self.comparison.clock);
        self.put_times(a, frame);
    }

    /// The last and the next event are those of either run.
    fn put_times(&self, a: &Timeline, frame: &mut Frame) {
        let last = a.world().now.max(self.b.world().now);
        let next = self.next_at(a);
        let time = |at: Option<Instant>| at.map_or(NEVER, |at| at.0 as i64);
        let stage = |at: Option<Instant>| at.map_or(NEVER, |at| self.stage(a, at) as i64);
        let times = [time(Some(last)), stage(Some(last)), time(next), stage(next)];
        if let Some(place) = frame.numbers.get_mut(2..6) {
            place.copy_from_slice(&times);
        }
    }

    fn next_at(&self, a: &Timeline) -> Option<Instant> {
        let (one, other) = (a.world().next_at(), self.b.world().next_at());
        // Where A is over there is nothing to watch any more.
        if one.is_none() && a.script.end.is_some() {
            return None;
        }
        one.into_iter().chain(other).min()
    }
}

/// Moving both.
impl Beside {
    /// Plays both on to a moment of the stage's clock, but not past a caption of A that was not
    /// shown; as [`Timeline::play`].
    pub fn play(&mut self, a: &mut Timeline, stage: u64, budget: u32) -> Reached {
        if !self.level(a, budget) {
            return Reached::OutOfBudget;
        }
        if a.show_next_caption() {
            return Reached::Caption;
        }
        if self.comparison.advance_to_stage(stage, a.pace, budget) == Reached::OutOfBudget {
            return Reached::OutOfBudget;
        }
        let shown = a.shown;
        for _ in 0..budget {
            let Some(next) = self.next_at(a).filter(|&next| self.stage(a, next) <= stage) else {
                return self.place(a, stage);
            };
            self.step_at(a, next);
            if a.said_by(a.cursor.events) != shown {
                a.show_next_caption();
                return Reached::Caption;
            }
        }
        Reached::OutOfBudget
    }

    /// Both go to a moment of the stage's clock.
    pub fn seek_stage(&mut self, a: &mut Timeline, stage: u64, budget: u32) -> Reached {
        if self.comparison.advance_to_stage(stage, a.pace, budget) == Reached::OutOfBudget {
            return Reached::OutOfBudget;
        }
        let at = self.comparison.clock.sim(stage, a.pace);
        self.follow(a, budget, |a| a.seek(at, budget))
    }

    /// A moves in one of its own ways, and B follows it.
    pub fn follow(
        &mut self,
        a: &mut Timeline,
        budget: u32,
        go: impl FnOnce(&mut Timeline) -> Reached,
    ) -> Reached {
        self.is_level = false;
        let reached = go(a);
        // The common clock is to know what either run's own clock knows.
        let known = self.comparison.advance(a.explored_until(), budget);
        if reached == Reached::OutOfBudget || known == Reached::OutOfBudget {
            return Reached::OutOfBudget;
        }
        if self.level(a, budget) { reached } else { Reached::OutOfBudget }
    }

    /// Lets the next event of each run that is due happen; false when there is none.
    pub fn step(&mut self, a: &mut Timeline) -> bool {
        if !self.level(a, u32::MAX) {
            return false;
        }
        let Some(next) = self.next_at(a) else { return false };
        self.comparison.advance(next, u32::MAX);
        self.step_at(a, next);
        a.shown = a.said_by(a.cursor.events);
        true
    }

    /// Back to before the last event of either. False at the beginning.
    pub fn step_back(&mut self, a: &mut Timeline) -> bool {
        if !self.level(a, u32::MAX) {
            return false;
        }
        let last = a.world().now.max(self.b.world().now);
        let moved = a.world().now < last || a.step_back();
        if moved && a.world().now < last {
            let before = Instant(last.0.saturating_sub(1));
            self.b.seek(before, u32::MAX);
            a.playhead = a.world().now.max(self.b.world().now);
            a.shown = a.said_by(a.cursor.events);
        }
        self.is_level = false;
        self.level(a, u32::MAX) && moved
    }

    /// The same happens in B as has just happened in A, at the same moment.
    pub fn act(&mut self, a: &Timeline, action: Action, is_branch: bool) {
        let branch = self.b.branch(action);
        let before = core::mem::replace(&mut self.b, branch);
        if is_branch && self.first.is_none() {
            self.first = Some(Box::new(before));
        }
        self.compare_anew(a);
    }

    /// A is the run that was opened again, where it was left; so is B.
    pub fn return_to_first(&mut self, a: &Timeline) {
        if let Some(first) = self.first.take() {
            self.b = *first;
        }
        self.compare_anew(a);
    }

    fn compare_anew(&mut self, a: &Timeline) {
        self.comparison = Comparison::new(a.script.clone(), self.b.script.clone());
        self.is_level = false;
    }

    /// Runs what is due at a moment: one event of each.
    fn step_at(&mut self, a: &mut Timeline, next: Instant) {
        for run in [&mut *a, &mut self.b] {
            if run.world().next_at() == Some(next) {
                run.run_event();
            }
            run.playhead = next;
        }
    }

    /// Nothing more is due before a moment of the stage's clock.
    fn place(&mut self, a: &mut Timeline, stage: u64) -> Reached {
        let last = a.world().now.max(self.b.world().now);
        let next = self.next_at(a);
        let at = self.comparison.clock.sim(stage, a.pace).max(last);
        let at = match next {
            Some(next) if at >= next => Instant(next.0.saturating_sub(1).max(last.0)),
            Some(_) => at,
            None => last,
        };
        (a.playhead, self.b.playhead) = (at, at);
        if next.is_none() { Reached::End } else { Reached::Goal }
    }

    /// Brings B to where A stands; false when the budget was not enough.
    fn level(&mut self, a: &mut Timeline, budget: u32) -> bool {
        if self.is_level {
            return true;
        }
        let (now, events) = (a.world().now, a.cursor.events);
        let is_amid = a.world().next_at() == Some(now) && a.playhead == now;
        let goal = if is_amid { Instant(now.0.saturating_sub(1)) } else { a.playhead };
        if is_amid && now == Instant::ZERO {
            self.b.jump(0);
            while self.b.cursor.events < events && self.b.world().next_at() == Some(now) {
                self.b.run_event();
            }
        } else if self.b.seek(goal, budget) == Reached::OutOfBudget {
            return false;
        } else if is_amid {
            // How many events of the moment A has seen is how many B is to see.
            let (playhead, shown) = (a.playhead, a.shown);
            a.seek(goal, u32::MAX);
            let before = a.cursor.events;
            a.go_to_event(events);
            (a.playhead, a.shown) = (playhead, shown);
            for _ in before..events {
                if self.b.world().next_at() == Some(now) {
                    self.b.run_event();
                }
            }
        }
        self.b.playhead = a.playhead;
        self.is_level = true;
        true
    }
}
