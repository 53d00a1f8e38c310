//! A script, its world and its judges, at any moment one asks for.
//!
//! The first run through a stretch leaves keyframes; every later visit starts from the nearest
//! one. Acting in the past makes a branch that shares the keyframes before it. A second run can
//! stand beside, with one thing changed ([`compare`]): one playhead moves both.

mod branch;
mod branches;
mod checksum;
mod clock;
pub mod compare;
pub mod describe;
pub mod english;
mod explored;
pub mod frame;
pub mod hints;
pub mod link;
mod mark;
pub mod reason;
pub mod standing;
pub mod tell;
pub mod transcript;
mod violation;

pub use branches::Branches;
pub use checksum::checksum;
pub use clock::{Pace, Tick};
pub use explored::Verdict;
pub use frame::{Frame, Texts};
pub use mark::{Mark, MarkKind};
pub use violation::tell_violation;

use crate::check::{Finding, Judges, Stall, Standing};
use crate::sim::script::Script;
use crate::sim::{Record, World};
use crate::time::Instant;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use explored::Explored;

/// A run that can be looked at from any moment.
#[derive(Clone, Debug)]
pub struct Timeline {
    script: Arc<Script>,
    /// How stage time follows from simulated time.
    pub pace: Pace,
    cursor: Moment,
    /// The playhead: not before the cursor's last event, and before its next.
    playhead: Instant,
    /// How many captions the viewer has been shown; never more than were said.
    shown: usize,
    keyframes: Vec<Arc<Moment>>,
    /// The end of the part that is known, while the cursor is elsewhere.
    edge: Option<Moment>,
    explored: Explored,
    /// The records of the last event that was run.
    records: Vec<Record>,
}

/// The state of everything after a number of events.
#[derive(Clone, Debug)]
struct Moment {
    world: World,
    judges: Judges,
    events: u64,
    /// The last records that a viewer may want to hear of, oldest first.
    recent: VecDeque<Record>,
}

/// Where a seek or play came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reached {
    /// The budget was used up on the way: ask again.
    OutOfBudget,
    /// The goal.
    Goal,
    /// A caption on the way.
    Caption,
    /// The end of the run, or of all that will ever happen by itself.
    End,
}

/// Events between keyframes: few enough that replaying them is not felt.
const KEYFRAME_EVENTS: u64 = 256;
/// Records kept for "what just happened".
const RECENT_MAX: usize = 24;

impl Timeline {
    /// A script's run, at its beginning: what happens before anything else has happened.
    pub fn new(script: Script) -> Timeline {
        let script = Arc::new(script);
        let world = World::new(script.clone());
        let (judges, recent) = (Judges::default(), VecDeque::new());
        let start = Moment { world, judges, events: 0, recent };
        let mut timeline = Timeline {
            script,
            pace: Pace::Story,
            keyframes: alloc::vec![Arc::new(start.clone())],
            edge: None,
            cursor: start,
            playhead: Instant::ZERO,
            shown: 0,
            explored: Explored::default(),
            records: Vec::new(),
        };
        timeline.run_event();
        timeline
    }

    /// The script that is run.
    pub fn script(&self) -> &Arc<Script> {
        &self.script
    }

    /// The world at the playhead.
    pub fn world(&self) -> &World {
        &self.cursor.world
    }

    /// The moment of the playhead.
    pub fn now(&self) -> Instant {
        self.playhead
    }

    /// How many events have happened up to the playhead.
    pub fn events(&self) -> u64 {
        self.cursor.events
    }

    /// What the judges have found up to the playhead.
    pub fn findings(&self) -> &[Finding] {
        &self.cursor.judges.findings
    }

    /// Times up to the playhead at which the cluster could work and did not.
    pub fn stalls(&self) -> &[Stall] {
        self.cursor.judges.stalls()
    }

    /// How the cluster stands at the last event before the playhead.
    pub fn standing(&self) -> Standing {
        self.cursor.judges.standing()
    }

    /// The caption at the playhead, from 1; 0 before the first.
    pub fn caption(&self) -> usize {
        match self.shown.checked_sub(1).and_then(|last| self.explored.said.get(last)) {
            Some(said) => said.number,
            None => 0,
        }
    }

    /// The latest things worth telling up to the playhead, oldest first.
    pub fn recent(&self) -> impl Iterator<Item = &Record> {
        self.cursor.recent.iter()
    }

    /// What the timeline is painted with, in the order of time, as far as the run is known.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.explored.marks.iter()
    }

    /// What became of the expectations, as far as the run is known.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.explored.verdicts
    }

    /// The end of the part that is known.
    pub fn explored_until(&self) -> Instant {
        self.explored.at
    }

    /// The world at the end of the part that is known, wherever the playhead is: its clients'
    /// histories tell what will have happened.
    pub fn known_world(&self) -> &World {
        &self.known().world
    }

    /// What the judges have found, as far as the run is known.
    pub fn known_findings(&self) -> &[Finding] {
        &self.known().judges.findings
    }

    fn known(&self) -> &Moment {
        let is_elsewhere = self.cursor.events < self.explored.events;
        self.edge.as_ref().filter(|_| is_elsewhere).unwrap_or(&self.cursor)
    }

    /// The stage time of a moment.
    pub fn stage(&self, at: Instant) -> u64 {
        self.explored.clock.stage(at, self.pace)
    }

    /// Lets the next event happen and returns what happened; nothing when there is no next.
    pub fn step(&mut self) -> Option<&[Record]> {
        if !self.run_event() {
            return None;
        }
        self.playhead = self.cursor.world.now;
        self.shown = self.said_by(self.cursor.events);
        Some(&self.records)
    }

    /// Back to before the last event. False at the beginning.
    pub fn step_back(&mut self) -> bool {
        let Some(before) = self.cursor.events.checked_sub(1).filter(|&events| events > 0) else {
            return false;
        };
        self.jump(before);
        while self.cursor.events < before && self.run_event() {}
        self.playhead = self.cursor.world.now;
        self.shown = self.said_by(self.cursor.events);
        true
    }

    /// Goes to a moment, running at most `budget` events on the way.
    pub fn seek(&mut self, at: Instant, budget: u32) -> Reached {
        self.jump_to_time(at);
        let reached = self.run_while(budget, |timeline, next| {
            next <= at && timeline.script.end.is_none_or(|end| next <= end)
        });
        let (last, next) = (self.cursor.world.now, self.cursor.world.next_at());
        self.playhead = match (reached, next) {
            (Reached::OutOfBudget, _) => last,
            (_, None) if self.script.end.is_some() => last,
            _ => at.max(last),
        };
        self.shown = self.said_by(self.cursor.events);
        reached
    }

    /// Goes to a moment of the stage's clock.
    pub fn seek_stage(&mut self, stage: u64, budget: u32) -> Reached {
        let known = self.explored.clock.stage(self.explored.at, self.pace);
        if stage < known {
            return self.seek(self.explored.clock.sim(stage, self.pace), budget);
        }
        self.jump(self.explored.events);
        let reached = self.run_while(budget, |timeline, _| timeline.next_stage() <= stage);
        self.shown = self.said_by(self.cursor.events);
        self.place_playhead(stage, reached)
    }

    /// Plays on to a moment of the stage's clock, but not past a caption that was not shown.
    pub fn play(&mut self, stage: u64, budget: u32) -> Reached {
        if self.show_next_caption() {
            return Reached::Caption;
        }
        let shown = self.shown;
        let reached = self.run_while(budget, |timeline, _| {
            timeline.said_by(timeline.cursor.events) == shown && timeline.next_stage() <= stage
        });
        if self.show_next_caption() {
            self.playhead = self.cursor.world.now;
            return Reached::Caption;
        }
        self.place_playhead(stage, reached)
    }

    /// Whether nothing has been run after the playhead and no line of the script is still to come.
    fn is_at_its_edge(&self) -> bool {
        let lines = 0..self.script.lines.len();
        self.cursor.events == self.explored.events
            && lines.into_iter().all(|line| self.cursor.world.has_performed(line))
            && self.script.end.is_none()
    }

    fn show_next_caption(&mut self) -> bool {
        let more = self.shown < self.said_by(self.cursor.events);
        self.shown += usize::from(more);
        more
    }

    fn place_playhead(&mut self, stage: u64, reached: Reached) -> Reached {
        let (last, next) = (self.cursor.world.now, self.cursor.world.next_at());
        let at = self.explored.clock.sim(stage, self.pace).max(last);
        self.playhead = match (reached, next) {
            (Reached::OutOfBudget, _) => last,
            (_, Some(next)) if at >= next => Instant(next.0.saturating_sub(1).max(last.0)),
            (_, None) => last,
            _ => at,
        };
        if next.is_none() && reached == Reached::Goal { Reached::End } else { reached }
    }

    /// Goes to the moment at which a caption is said, running at most `budget` events.
    /// [`Reached::End`] when the run ends without it.
    pub fn seek_caption(&mut self, number: usize, budget: u32) -> Reached {
        let known = |timeline: &Timeline| {
            timeline.explored.said.iter().position(|said| said.number == number)
        };
        if known(self).is_none() {
            self.jump(self.explored.events);
            let reached = self.run_while(budget, |timeline, _| known(timeline).is_none());
            if reached == Reached::OutOfBudget {
                self.playhead = self.cursor.world.now;
                self.shown = self.said_by(self.cursor.events);
                return reached;
            }
        }
        let Some(position) = known(self) else {
            self.playhead = self.cursor.world.now;
            self.shown = self.said_by(self.cursor.events);
            return Reached::End;
        };
        let event = self.explored.said[position].event;
        self.go_to_event(event);
        self.shown = position + 1;
        Reached::Goal
    }

    /// Goes to where a link points: so many events, a moment after the last of them, a caption.
    pub fn seek_moment(
        &mut self,
        events: u64,
        at: Instant,
        caption: usize,
        budget: u32,
    ) -> Reached {
        self.jump(events);
        let reached = self.run_while(budget, |timeline, _| timeline.cursor.events < events);
        let last = self.cursor.world.now;
        let next = self.cursor.world.next_at().unwrap_or(at.max(last));
        self.playhead = if reached == Reached::OutOfBudget { last } else { at.clamp(last, next) };
        let said = self.said_by(self.cursor.events);
        let shown = self.explored.said[..said].iter().position(|said| said.number == caption);
        self.shown = shown.map_or(said, |position| position + 1);
        reached
    }

    fn go_to_event(&mut self, event: u64) {
        self.jump(event);
        while self.cursor.events < event && self.run_event() {}
        self.playhead = self.cursor.world.now;
    }

    /// How many captions were said up to an event.
    fn said_by(&self, event: u64) -> usize {
        self.explored.said.partition_point(|said| said.event <= event)
    }

    /// The stage time of the next event, or the end of time.
    fn next_stage(&self) -> u64 {
        let at = self.cursor.world.now;
        let next = self.cursor.world.next_at();
        next.map_or(u64::MAX, |next| self.explored.clock.stage(next.max(at), self.pace))
    }

    /// Runs events while `goes_on`, which is told when the next one is; at most `budget`.
    fn run_while(&mut self, budget: u32, goes_on: impl Fn(&Timeline, Instant) -> bool) -> Reached {
        for _ in 0..budget {
            let Some(next) = self.cursor.world.next_at() else { return Reached::End };
            if !goes_on(self, next) {
                return Reached::Goal;
            }
            self.run_event();
        }
        match self.cursor.world.next_at() {
            Some(next) if goes_on(self, next) => Reached::OutOfBudget,
            Some(_) => Reached::Goal,
            None => Reached::End,
        }
    }

    /// Moves the cursor to the last known state at or before an event, if that is nearer.
    fn jump(&mut self, events: u64) {
        let after = self.keyframes.partition_point(|keyframe| keyframe.events <= events);
        self.restore(after, |cursor| cursor.events <= events);
    }

    /// Moves the cursor to the last known state at or before a time, if that is nearer.
    fn jump_to_time(&mut self, at: Instant) {
        let is_before = |moment: &Moment| moment.events == 0 || moment.world.now <= at;
        let after = self.keyframes.partition_point(|keyframe| is_before(keyframe));
        self.restore(after, is_before);
        if self.cursor.events == 0 {
            self.run_event();
        }
    }

    fn restore(&mut self, after: usize, is_before: impl Fn(&Moment) -> bool) {
        let keyframe = &self.keyframes[after.saturating_sub(1)];
        if !is_before(&self.cursor) || keyframe.events > self.cursor.events {
            let left = core::mem::replace(&mut self.cursor, (**keyframe).clone());
            if left.events == self.explored.events {
                self.edge = Some(left);
            }
        }
    }

    /// Runs one event; the first time, remembers what it leaves.
    fn run_event(&mut self) -> bool {
        let Moment { world, judges, events, recent } = &mut self.cursor;
        self.records.clear();
        let before = (judges.findings.len(), judges.stalls().len());
        let mut watch = |world: &World, new: &[Record]| judges.observe(world, new);
        if !world.step(&mut self.records, &mut watch) {
            return false;
        }
        *events += 1;
        for record in &self.records {
            if tell::is_noteworthy(&record.what) {
                if recent.len() == RECENT_MAX {
                    recent.pop_front();
                }
                recent.push_back(record.clone());
            }
        }
        if self.cursor.events > self.explored.events {
            self.explored.add(&self.cursor, &self.records, before);
            if self.cursor.events % KEYFRAME_EVENTS == 0 {
                self.keyframes.push(Arc::new(self.cursor.clone()));
            }
        }
        true
    }
}
