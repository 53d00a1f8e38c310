//! The runs that grew from one script: the one that was opened and those that gestures began.

use super::Timeline;
use crate::sim::script::{Action, Script};
use alloc::vec::Vec;

/// All runs, one of them shown.
#[derive(Clone, Debug)]
pub struct Branches {
    /// The one that was opened comes first.
    runs: Vec<Timeline>,
    shown: usize,
}

/// Branches kept beside the run that was opened; the oldest one goes first.
const BRANCHES_MAX: usize = 8;

impl Branches {
    /// Opens a script.
    pub fn new(script: Script) -> Branches {
        Branches { runs: alloc::vec![Timeline::new(script)], shown: 0 }
    }

    /// The run that is shown.
    pub fn shown(&self) -> &Timeline {
        &self.runs[self.shown]
    }

    /// The run that is shown, to move its playhead.
    pub fn shown_mut(&mut self) -> &mut Timeline {
        &mut self.runs[self.shown]
    }

    /// Whether it is another than the one that was opened.
    pub fn is_branch(&self) -> bool {
        self.shown != 0
    }

    /// An action happens at the playhead. Where that only adds to what has been run, the run
    /// itself goes on with it; where it replaces a future, that future stays and a branch begins.
    pub fn act(&mut self, action: Action) {
        let run = self.shown();
        let branch = run.branch(action);
        if run.is_at_its_edge() {
            self.runs[self.shown] = branch;
            return;
        }
        if self.runs.len() > BRANCHES_MAX {
            self.runs.remove(1);
        }
        self.runs.push(branch);
        self.shown = self.runs.len() - 1;
    }

    /// Shows the run that was opened, where its playhead was left.
    pub fn return_to_first(&mut self) {
        self.shown = 0;
    }
}
