//! A schedule: what a search decided, step by step.

use crate::sim::script::{Action, Line, Script, When};
use crate::time::{Duration, Instant};
use alloc::vec::Vec;

/// One step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// How many pauses after the step before it, at least 1.
    pub pauses: u32,
    /// What is done.
    pub action: Action,
}

/// Steps in order.
pub type Schedule = Vec<Step>;

/// The script that plays a schedule on a ground, each pause so long, and ends after it.
pub(super) fn script(ground: &Script, pause: Duration, schedule: &[Step]) -> Script {
    let mut now = Instant::ZERO;
    let line = |step: &Step| {
        now = now + Duration(pause.0 * u64::from(step.pauses));
        Line { when: When::At(now), what: step.action.clone() }
    };
    let lines = schedule.iter().map(line).collect();
    Script { lines, end: Some(now + pause), ..ground.clone() }
}
