//! raft-core's search for JavaScript: one class, [`Search`].
//!
//! A module of its own, beside the engine's: only who presses Find needs it, and it runs in a
//! worker. What crosses are numbers and short texts, so that nothing has to be serialised.

use raft_core::check::search::{Phase, Search as CoreSearch};
use raft_core::raft::{Rule, Rules};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A search for a run that breaks something while some rules are waived.
#[wasm_bindgen]
pub struct Search {
    search: CoreSearch,
}

#[wasm_bindgen]
impl Search {
    /// Without the rules of these names, which spaces separate; with all rules when there are
    /// none. Throws when there is no such rule.
    #[wasm_bindgen(constructor)]
    pub fn new(waived: &str, seed: u32) -> Result<Search, JsError> {
        let mut rules = Rules::default();
        for name in waived.split_whitespace() {
            let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name);
            rules = rules.without(rule.ok_or_else(|| JsError::new(name))?);
        }
        Ok(Search { search: CoreSearch::new(rules, u64::from(seed)) })
    }

    /// Goes on for about so many steps; false when there is nothing left to do.
    pub fn advance(&mut self, steps: u32) -> bool {
        self.search.advance(u64::from(steps)) != Phase::Done
    }

    /// What it is doing: `random`, `shrinking`, `polishing` or `done`.
    #[wasm_bindgen(getter)]
    pub fn phase(&self) -> String {
        let name = match self.search.phase() {
            Phase::Walking => "random",
            Phase::Shrinking => "shrinking",
            Phase::Polishing => "polishing",
            Phase::Proving => "proving",
            Phase::Done => "done",
        };
        name.to_string()
    }

    /// Random schedules that were tried.
    #[wasm_bindgen(getter)]
    pub fn schedules(&self) -> f64 {
        self.search.tried.schedules as f64
    }

    /// Steps that were taken, in all phases.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> f64 {
        self.search.tried.steps as f64
    }

    /// Different states that were reached, while everything shorter is tried.
    #[wasm_bindgen(getter)]
    pub fn states(&self) -> f64 {
        self.search.bound().map_or(0.0, |bound| bound.states as f64)
    }

    /// Steps up to which everything is being tried.
    #[wasm_bindgen(getter)]
    pub fn depth(&self) -> u32 {
        self.search.bound().map_or(0, |bound| bound.depth)
    }

    /// The steps of the shortest run that was found; 0 while there is none.
    #[wasm_bindgen(getter)]
    pub fn shortest(&self) -> u32 {
        self.search.best().map_or(0, |best| best.schedule.len() as u32)
    }

    /// What that run breaks; empty while there is none.
    #[wasm_bindgen(getter)]
    pub fn property(&self) -> String {
        self.search.best().map(|best| best.property.name().to_string()).unwrap_or_default()
    }

    /// There is no run of so many steps or fewer, with no more elections, writes and so on; 0 while
    /// that is not known.
    #[wasm_bindgen(getter)]
    pub fn bound(&self) -> u32 {
        self.search.bound().map_or(0, |bound| bound.steps)
    }

    /// The script that plays the shortest run; empty while there is none.
    pub fn script(&self) -> String {
        self.search.best().map(|best| best.story().to_string()).unwrap_or_default()
    }
}
