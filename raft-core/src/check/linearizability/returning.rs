//! What may have happened by the time an operation returns.

use super::antichain::Stage;
use super::configuration::{Configuration, Ghost, Open, Scene};
use super::history::{Action, Answer, Value};

/// An operation that returns, and its answer.
#[derive(Clone, Copy)]
pub(super) struct Returning {
    pub(super) open: Open,
    pub(super) answer: Answer,
}

/// Takes a configuration and the stage it is at.
pub(super) type Take<'a> = &'a mut dyn FnMut(Stage, Configuration);

impl Returning {
    /// Passes on the configurations that follow one: those that are past the return to `past`,
    /// those that first let one more operation take effect to `more`.
    ///
    /// Every linearization is found, up to [`Configuration::dominates`]. Take one, and let each of
    /// its operations take effect at the first return of itself or of one behind it. Among those
    /// of the same return, leave out each that overwrites and is followed by another that
    /// overwrites, not counting between them those that change nothing; then leave out each that
    /// changes nothing and does not overwrite. What remains is carried out one by one, by
    /// [`Returning::extend`]. What was left out is open, and is found when it returns itself: one
    /// that changes nothing at a value that the key passed, one that overwrites under the cover
    /// of the one that followed it, and one that saw only what was overwritten at once together
    /// with that.
    pub(super) fn follow(
        &self,
        scene: Scene<'_>,
        (stage, from): (Stage, &Configuration),
        past: Take<'_>,
        more: Take<'_>,
    ) {
        let Open { called, action, known } = self.open;
        if stage == Stage::Arrived {
            if let Some(&(_, before)) = from.done.iter().find(|&&(done, _)| done == called) {
                if known.is_some() || action.allows(before, self.answer) {
                    past(Stage::Arrived, from.clone());
                }
                return;
            }
            self.follow_unseen(scene, from, past);
        }
        if action.allows(from.state, self.answer) {
            let overwrites = action.overwrites().is_some();
            if action.apply(from.state) == from.state && !overwrites {
                past(Stage::Arrived, from.clone());
            } else if !(stage == Stage::Hiding && overwrites) {
                let mut way = from.clone();
                way.change(action, scene.now);
                past(Stage::Arrived, way);
            }
        }
        self.extend(scene, (stage, from), more);
    }

    /// Passes on the configurations in which it took effect before, and left no trace.
    fn follow_unseen(&self, scene: Scene<'_>, from: &Configuration, past: Take<'_>) {
        let Open { called, action, .. } = self.open;
        let sees = |value| action.apply(value) == value && action.allows(value, self.answer);
        if from.passed.iter().any(|&(value, until)| until > called && sees(value)) {
            past(Stage::Arrived, from.clone());
        }
        if from.cover <= called {
            return;
        }
        if let Some(value) = action.overwrites() {
            if action.allows(None, self.answer) {
                let mut way = from.clone();
                way.pass(value, from.cover);
                past(Stage::Arrived, way);
            }
            return;
        }
        let hidden = |action: Action, called| {
            action.overwrites().filter(|&value| called < from.cover && sees(value))
        };
        for open in scene.open.iter().filter(|open| !from.is_done(open.called)) {
            let fits = open.known.is_none_or(|known| open.action.allows(None, known));
            if let Some(value) = hidden(open.action, open.called).filter(|_| fits) {
                let mut way = from.clone();
                way.finish(*open, None);
                way.pass(value, from.cover);
                past(Stage::Arrived, way);
            }
        }
        for ghost in scene.ghosts.iter().filter(|ghost| !from.is_used(ghost.id)) {
            if let Some(value) = hidden(ghost.action, ghost.called) {
                let mut way = from.clone();
                way.take(ghost.id);
                way.pass(value, from.cover);
                past(Stage::Arrived, way);
            }
        }
    }

    /// Passes on the configurations in which one more open operation or ghost takes effect first.
    fn extend(&self, scene: Scene<'_>, (stage, from): (Stage, &Configuration), more: Take<'_>) {
        let others = || {
            let is_other =
                |open: &&Open| open.called != self.open.called && !from.is_done(open.called);
            scene.open.iter().filter(is_other)
        };
        let is_free = |ghost: &&Ghost| ghost.called < scene.now && !from.is_used(ghost.id);
        let changing = scene.ghosts.iter().rev().take_while(|ghost| ghost.action.may_change());
        // Behind one that overwrites comes one that may change what it wrote.
        let goes_on = others().any(|open| open.action.may_change())
            || changing.into_iter().any(|ghost| is_free(&ghost));
        let leads_on = |action: Action| match action.overwrites() {
            Some(value) => {
                stage != Stage::Hiding && (goes_on || self.may_follow(value, from.state))
            }
            None => action.apply(from.state) != from.state,
        };
        let mut step = |mut way: Configuration, action: Action| {
            way.change(action, scene.now);
            way.tidy(scene);
            more(if action.overwrites().is_some() { Stage::Hiding } else { Stage::Growing }, way);
        };
        for open in others().filter(|open| leads_on(open.action)) {
            if open.known.is_none_or(|known| open.action.allows(from.state, known)) {
                let mut way = from.clone();
                way.finish(*open, from.state);
                step(way, open.action);
            }
        }
        // Of ghosts that do the same the one called last: an earlier one may help longer.
        let mut ghosts = scene.ghosts.iter().filter(is_free).peekable();
        while let Some(ghost) = ghosts.next() {
            let is_last = ghosts.peek().is_none_or(|next| next.action != ghost.action);
            if is_last && leads_on(ghost.action) {
                let mut way = from.clone();
                way.take(ghost.id);
                step(way, ghost.action);
            }
        }
    }

    /// Whether this one may follow directly on one that overwrites, and be the reason for it.
    fn may_follow(&self, value: Value, before: Value) -> bool {
        let action = self.open.action;
        let is_new = value != before || action.apply(value) != value;
        action.overwrites().is_none() && action.allows(value, self.answer) && is_new
    }
}
