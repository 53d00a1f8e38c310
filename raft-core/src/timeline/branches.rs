//! The runs that grew from one script: the one that was opened and those that gestures began; and
//! beside the one that is shown perhaps another, with something changed, that moves along.

use super::compare::Beside;
use super::{Frame, Pace, Reached, Texts, Timeline};
use crate::sim::script::{Action, Script};
use crate::time::{Duration, Instant};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// All runs, one of them shown.
#[derive(Clone, Debug)]
pub struct Branches {
    /// The one that was opened comes first.
    runs: Vec<Timeline>,
    shown: usize,
    beside: Option<Box<Beside>>,
}

/// How far runs without an end are compared ahead of the playhead at least.
const COMPARED_MIN: Duration = Duration::from_millis(60_000);
/// Branches kept beside the run that was opened; the oldest one goes first.
const BRANCHES_MAX: usize = 8;

impl Branches {
    /// Opens a script.
    pub fn new(script: Script) -> Branches {
        Branches { runs: alloc::vec![Timeline::new(script)], shown: 0, beside: None }
    }

    /// The run that is shown.
    pub fn shown(&self) -> &Timeline {
        &self.runs[self.shown]
    }

    /// Whether it is another than the one that was opened.
    pub fn is_branch(&self) -> bool {
        self.shown != 0
    }

    /// An action happens at the playhead. Where that only adds to what has been run, the run
    /// itself goes on with it; where it replaces a future, that future stays and a branch begins.
    pub fn act(&mut self, action: Action) {
        let run = self.shown();
        let branch = run.branch(action.clone());
        let is_branch = !run.is_at_its_edge();
        if is_branch {
            if self.runs.len() > BRANCHES_MAX {
                self.runs.remove(1);
            }
            self.runs.push(branch);
            self.shown = self.runs.len() - 1;
        } else {
            self.runs[self.shown] = branch;
        }
        if let Some(beside) = &mut self.beside {
            beside.act(&self.runs[self.shown], action, is_branch);
        }
    }

    /// Shows the run that was opened, where its playhead was left.
    pub fn return_to_first(&mut self) {
        self.shown = 0;
        if let Some(beside) = &mut self.beside {
            beside.return_to_first(&self.runs[0]);
        }
    }
}

/// The run beside.
impl Branches {
    /// Puts the run of a script beside the one that is shown; it moves along from the next move
    /// on.
    pub fn put_beside(&mut self, script: Script) {
        self.beside = Some(Box::new(Beside::new(self.shown(), script)));
    }

    /// Nothing is beside any longer.
    pub fn put_away(&mut self) {
        self.beside = None;
    }

    /// What is beside, if anything is.
    pub fn beside(&self) -> Option<&Beside> {
        self.beside.as_deref()
    }

    /// Brings the run beside to the playhead, and compares on as far as it is worth: to the end of
    /// a run that has one, else to what is known of the run that is shown and at least a minute;
    /// no further than that is known once servers differ. At most `budget` events of each.
    pub fn compare_on(&mut self, budget: u32) -> Reached {
        if self.beside.is_none() {
            return Reached::End;
        }
        if self.go(budget, |_| Reached::Goal) == Reached::OutOfBudget {
            return Reached::OutOfBudget;
        }
        let known = self.shown().explored_until();
        let Some(beside) = &mut self.beside else { return Reached::End };
        let until = if beside.comparison().state_difference().is_some() {
            known
        } else if beside.comparison().scripts().iter().any(|script| script.end.is_some()) {
            Instant(u64::MAX)
        } else {
            known.max(Instant(COMPARED_MIN.0))
        };
        beside.advance(until, budget)
    }
}

/// Moving what is shown, and what is beside it with it.
impl Branches {
    /// Moves the run that is shown in one of its own ways; where one is beside, it follows.
    pub fn go(&mut self, budget: u32, go: impl FnOnce(&mut Timeline) -> Reached) -> Reached {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => go(run),
            Some(beside) => beside.follow(run, budget, go),
        }
    }

    /// As [`Timeline::play`].
    pub fn play(&mut self, stage: u64, budget: u32) -> Reached {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => run.play(stage, budget),
            Some(beside) => beside.play(run, stage, budget),
        }
    }

    /// As [`Timeline::seek_stage`].
    pub fn seek_stage(&mut self, stage: u64, budget: u32) -> Reached {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => run.seek_stage(stage, budget),
            Some(beside) => beside.seek_stage(run, stage, budget),
        }
    }

    /// Lets the next event happen; false when there is none.
    pub fn step(&mut self) -> bool {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => run.step().is_some(),
            Some(beside) => beside.step(run),
        }
    }

    /// Back to before the last event. False at the beginning.
    pub fn step_back(&mut self) -> bool {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => run.step_back(),
            Some(beside) => beside.step_back(run),
        }
    }

    /// How stage time follows from simulated time, from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        self.runs[self.shown].pace = pace;
    }

    /// The picture of the run that is shown.
    pub fn picture(&mut self, frame: &mut Frame, texts: &mut Texts) {
        let run = &mut self.runs[self.shown];
        match &mut self.beside {
            None => run.picture(frame, texts),
            Some(beside) => beside.picture(run, frame, texts),
        }
    }

    /// The picture of the run beside; false when there is none.
    pub fn picture_beside(&mut self, frame: &mut Frame, texts: &mut Texts) -> bool {
        let Some(beside) = &mut self.beside else { return false };
        beside.picture_of_b(&self.runs[self.shown], frame, texts);
        true
    }

    /// The stage time of a moment: where another run is beside, on the clock of both.
    pub fn stage(&self, at: Instant) -> u64 {
        match &self.beside {
            None => self.shown().stage(at),
            Some(beside) => beside.stage(self.shown(), at),
        }
    }
}
