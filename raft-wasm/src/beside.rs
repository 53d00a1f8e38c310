//! Two runs beside one another: the same seed and faults with one thing changed.

use crate::details::{Apart, Comparison, Problem, Rule, to_js};
use crate::{Beside, Player, view};
use js_sys::Float64Array;
use raft_core::sim::script::parse;
use raft_core::timeline::{Reached, compare};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
impl Player {
    /// Puts the run of another script beside the one that is shown; it moves along. Throws an
    /// array of `ScriptError`.
    pub fn compare(&mut self, script: &str) -> Result<(), JsValue> {
        let parsed = parse(script).map_err(|errors| Problem::all(&errors))?;
        self.runs.put_beside(parsed);
        self.beside.opened = script.to_string();
        self.beside.text = script.to_string();
        Ok(())
    }

    /// Nothing is beside any longer.
    #[wasm_bindgen(js_name = stopComparing)]
    pub fn stop_comparing(&mut self) {
        self.runs.put_away();
        self.beside = Beside::default();
    }

    /// Brings the run beside to the playhead and compares on as far as it is worth; false: call
    /// again.
    #[wasm_bindgen(js_name = compareOn)]
    pub fn compare_on(&mut self, budget_ms: f64) -> bool {
        self.within(budget_ms, |runs, events| runs.compare_on(events)) != Reached::OutOfBudget
    }

    /// The picture of the run beside; empty when there is none. Another view than `frame()`.
    #[wasm_bindgen(js_name = frameBeside)]
    pub fn frame_beside(&mut self) -> Float64Array {
        if !self.runs.picture_beside(&mut self.frame, &mut self.texts) {
            return Float64Array::new_with_length(0);
        }
        self.write_out();
        view(&mut self.beside.array, &self.floats)
    }

    /// What is known of both runs; null when there is one.
    pub fn comparison(&self) -> JsValue {
        self.runs
            .beside()
            .map_or(JsValue::NULL, |beside| to_js(&Comparison::of(beside.comparison(), &self.runs)))
    }

    /// The servers that differ at the playhead.
    pub fn apart(&self) -> JsValue {
        let found = self.runs.beside().map(|beside| beside.apart(self.run()));
        to_js(&Apart::all(&found.unwrap_or_default()))
    }

    /// The text of the run beside.
    #[wasm_bindgen(js_name = scriptBeside)]
    pub fn script_beside(&self) -> String {
        self.beside.text.clone()
    }
}

/// A script with one line changed: `set prevote off`, `without commit-own-term`, or `with` a rule.
#[wasm_bindgen(js_name = changeScript)]
pub fn change_script(script: &str, line: &str) -> String {
    compare::changed(script, line)
}

/// The rules that can be waived, and which of them a script waives.
#[wasm_bindgen]
pub fn rules(script: &str) -> JsValue {
    to_js(&Rule::all(parse(script).ok().as_ref()))
}
