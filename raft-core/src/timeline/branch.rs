//! Acting in the past: a run that shares what came before.

use super::{Moment, Timeline};
use crate::sim::script::{Action, Line, Script, When};
use crate::time::{Duration, Instant};
use alloc::sync::Arc;
use alloc::vec::Vec;

impl Timeline {
    /// The run in which an action happens right after the playhead instead of all that the script
    /// still had in store.
    ///
    /// What happened up to here happened in the new run too, so its keyframes are shared.
    pub fn branch(&self, action: Action) -> Timeline {
        let last = self.cursor.world.now;
        let at = if self.playhead > last { self.playhead } else { last + Duration(1) };
        let world = &self.cursor.world;
        let mut moved = alloc::vec![None; self.script.lines.len()];
        let mut lines = Vec::new();
        for (position, line) in self.script.lines.iter().enumerate() {
            if world.has_performed(position) {
                moved[position] = Some(lines.len());
                lines.push(cut_short(line, at));
            }
        }
        let added = Some((at, lines.len()));
        lines.push(Line { when: When::At(at), what: action });
        let script = Arc::new(Script { lines, end: None, ..(*self.script).clone() });
        let follow = |moment: &Moment| {
            let mut moment = moment.clone();
            moment.world.follow(script.clone(), &|line| moved[line], added);
            moment
        };
        let shared = self.keyframes.iter().filter(|keyframe| keyframe.events <= self.cursor.events);
        let cursor = follow(&self.cursor);
        let mut explored = self.explored.clone();
        explored.forget_after(&cursor);
        for verdict in &mut explored.verdicts {
            verdict.line = moved[verdict.line].unwrap_or(verdict.line);
        }
        explored.renumber_captions(&self.script, &moved);
        Timeline {
            keyframes: shared.map(|keyframe| Arc::new(follow(keyframe))).collect(),
            shown: self.said_by(cursor.events).min(self.shown),
            pace: self.pace,
            playhead: self.playhead,
            records: Vec::new(),
            edge: None,
            cursor,
            explored,
            script,
        }
    }
}

/// A line that repeats goes on only until a moment.
fn cut_short(line: &Line, at: Instant) -> Line {
    let mut line = line.clone();
    if let When::Every { to, .. } = &mut line.when {
        *to = (*to).min(at);
    }
    line
}
