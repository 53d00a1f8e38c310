//! raft-core for JavaScript: one class, [`Player`], that plays a script.
//!
//! Thin: no Raft knowledge lives here. What changes from event to event crosses as one reused
//! typed array; details cross on demand as plain objects of our own types (`details.rs`).

mod beside;
mod budget;
mod details;
mod links;

use budget::Budget;
use details::{Problem, to_js};
use js_sys::Float64Array;
use raft_core::raft::NodeId;
use raft_core::sim::script::{MessageName, parse, parse_action, with_preset};
use raft_core::sim::settings::{NetworkPreset, Preset};
use raft_core::time::Instant;
use raft_core::timeline::frame::NEVER;
use raft_core::timeline::link::{Companion, ENGINE, Link};
use raft_core::timeline::{Branches, Frame, Pace, Reached, Texts, Timeline, checksum};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

pub use beside::{change_script, rules};
pub use links::{open_link, read_link, seal_link};

/// Messages sent lately that are listed at most.
const SENT_MAX: usize = 8;

/// A run, its playhead and its branches. Times are microseconds.
#[wasm_bindgen]
pub struct Player {
    runs: Branches,
    /// The text that was opened, as it was written: comments and all.
    opened: String,
    /// The text of the run shown.
    text: String,
    texts: Texts,
    frame: Frame,
    floats: Vec<f64>,
    array: Float64Array,
    beside: Beside,
}

/// The texts of the run beside, as `opened` and `text`, and the array of its picture.
#[derive(Default)]
struct Beside {
    opened: String,
    text: String,
    array: Float64Array,
}

#[wasm_bindgen]
impl Player {
    /// Opens a script. Throws an array of `ScriptError` when the text is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(script: &str) -> Result<Player, JsValue> {
        let parsed = parse(script).map_err(|errors| Problem::all(&errors))?;
        Ok(Player {
            runs: Branches::new(parsed),
            opened: script.to_string(),
            text: script.to_string(),
            texts: Texts::default(),
            frame: Frame::default(),
            floats: Vec::new(),
            array: Float64Array::new_with_length(0),
            beside: Beside::default(),
        })
    }

    /// Moves the playhead to a moment of the stage's clock, for at most so many milliseconds;
    /// false: call again.
    #[wasm_bindgen(js_name = seekStage)]
    pub fn seek_stage(&mut self, stage: f64, budget_ms: f64) -> bool {
        self.within(budget_ms, |runs, events| runs.seek_stage(micros(stage), events))
            != Reached::OutOfBudget
    }

    /// Moves the playhead to a moment of the run; false: call again.
    pub fn seek(&mut self, sim: f64, budget_ms: f64) -> bool {
        let at = Instant(micros(sim));
        self.go(budget_ms, |run, events| run.seek(at, events))
    }

    /// Plays on to a moment of the stage's clock, but not past a caption. 0: call again;
    /// 1: arrived; 2: at a caption; 3: nothing will happen any more.
    #[wasm_bindgen(js_name = playStage)]
    pub fn play_stage(&mut self, stage: f64, budget_ms: f64) -> u32 {
        match self.within(budget_ms, |runs, events| runs.play(micros(stage), events)) {
            Reached::OutOfBudget => 0,
            Reached::Goal => 1,
            Reached::Caption => 2,
            Reached::End => 3,
        }
    }

    /// Lets the next event happen. False if there is none.
    #[wasm_bindgen(js_name = stepEvent)]
    pub fn step_event(&mut self) -> bool {
        self.runs.step()
    }

    /// Back to before the last event. False at the beginning.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self) -> bool {
        self.runs.step_back()
    }

    /// To the moment a caption is said, from 1; false: call again. Where the run ends without
    /// it, to the end.
    #[wasm_bindgen(js_name = seekCaption)]
    pub fn seek_caption(&mut self, number: u32, budget_ms: f64) -> bool {
        self.go(budget_ms, |run, events| run.seek_caption(number as usize, events))
    }

    /// To the moment that a link names; false: call again.
    #[wasm_bindgen(js_name = seekMoment)]
    pub fn seek_moment(&mut self, events: f64, at: f64, caption: u32, budget_ms: f64) -> bool {
        let (wanted, at) = (micros(events), Instant(micros(at)));
        self.go(budget_ms, |run, budget| run.seek_moment(wanted, at, caption as usize, budget))
    }

    /// 0: the stage's own clock. Else simulated microseconds per second of the stage.
    #[wasm_bindgen(js_name = setScale)]
    pub fn set_scale(&mut self, sim_per_second: f64) {
        self.runs.set_pace(match micros(sim_per_second) {
            0 => Pace::Story,
            scale => Pace::Constant(scale),
        });
    }

    /// The picture at the playhead: a view of one reused array, valid until the next call.
    pub fn frame(&mut self) -> Float64Array {
        self.runs.picture(&mut self.frame, &mut self.texts);
        self.write_out();
        view(&mut self.array, &self.floats)
    }

    /// A text that frames name by number; it never changes.
    pub fn text(&self, number: f64) -> String {
        self.texts.text(number as usize).unwrap_or_default().to_string()
    }

    /// The script's title and captions.
    pub fn story(&self) -> JsValue {
        to_js(&details::story(self.run()))
    }

    /// What the timeline is painted with, as far as the run is known.
    pub fn marks(&self) -> JsValue {
        to_js(&details::marks(&self.runs))
    }

    /// The last things worth telling up to the playhead, oldest first.
    pub fn told(&self, limit: u32) -> JsValue {
        to_js(&details::told(self.run(), limit as usize))
    }

    /// All that is known of a server; null when there is no such server.
    #[wasm_bindgen(js_name = inspectServer)]
    pub fn inspect_server(&self, id: u32, beside: Option<bool>) -> JsValue {
        to_js(&details::server(self.either(beside), NodeId(id)))
    }

    /// All that is known of a message in the air; null when it is gone.
    #[wasm_bindgen(js_name = inspectMessage)]
    pub fn inspect_message(&self, id: f64, beside: Option<bool>) -> JsValue {
        to_js(&details::message(self.either(beside), micros(id)))
    }

    /// What the judges have found up to the playhead.
    pub fn findings(&self, beside: Option<bool>) -> JsValue {
        let run = self.either(beside);
        to_js(&details::findings(run.findings(), run.world()))
    }

    /// What the judges have found, as far as the run is known.
    #[wasm_bindgen(js_name = knownFindings)]
    pub fn known_findings(&self) -> JsValue {
        to_js(&details::findings(self.run().known_findings(), self.run().known_world()))
    }

    /// Of each client the last calls before the playhead and the first ones after it, as far as
    /// the run is known.
    pub fn calls(&self, before: u32, after: u32) -> JsValue {
        to_js(&details::calls(self.run(), before as usize, after as usize))
    }

    /// A call by its client and number; null when it is not known.
    pub fn call(&self, client: u32, number: f64) -> JsValue {
        to_js(&details::call(self.run(), client, micros(number)))
    }

    /// A line of the script language happens right after the playhead. Throws an array of
    /// `ScriptError`.
    pub fn act(&mut self, line: &str) -> Result<(), JsValue> {
        let action =
            parse_action(line, self.run().script()).map_err(|errors| Problem::all(&errors))?;
        if let Some(beside) = self.runs.beside() {
            let script = beside.timeline().script();
            parse_action(line, script).map_err(|errors| Problem::all(&errors))?;
        }
        self.runs.act(action);
        self.text = self.run().script().to_string();
        if !self.runs.is_branch() {
            self.opened.clone_from(&self.text);
        }
        if let Some(beside) = self.runs.beside() {
            self.beside.text = beside.timeline().script().to_string();
            if !self.runs.is_branch() {
                self.beside.opened.clone_from(&self.beside.text);
            }
        }
        Ok(())
    }

    /// The words that name a message in the air; empty when it is gone.
    #[wasm_bindgen(js_name = messageRef)]
    pub fn message_ref(&self, id: f64, beside: Option<bool>) -> String {
        let flights = &self.either(beside).world().network.flights;
        let flight = flights.iter().find(|flight| flight.id == micros(id));
        flight.map(|flight| flight.name().to_string()).unwrap_or_default()
    }

    /// The words that name the messages sent lately between two places, either way, each once and
    /// the latest first: what `replay` can send again.
    pub fn sent(&self, a: f64, b: f64, beside: Option<bool>) -> Vec<String> {
        let ends = [a as i64, b as i64];
        let mut words: Vec<String> = Vec::new();
        for flight in self.either(beside).world().network.remembered.iter().rev() {
            let (from, to) = (flight.from.number(), flight.to.number());
            if ends == [from, to] || ends == [to, from] {
                let name = MessageName { nth: None, ..flight.name() }.to_string();
                if !words.contains(&name) {
                    words.push(name);
                }
            }
            if words.len() == SENT_MAX {
                break;
            }
        }
        words
    }

    /// Whether the run shown is another than the one that was opened.
    #[wasm_bindgen(js_name = isBranch)]
    pub fn is_branch(&self) -> bool {
        self.runs.is_branch()
    }

    /// Back to the run that was opened, where it was left.
    #[wasm_bindgen(js_name = returnToStory)]
    pub fn return_to_story(&mut self) {
        self.runs.return_to_first();
        self.text.clone_from(&self.opened);
        self.beside.text.clone_from(&self.beside.opened);
    }

    /// What the run is set to, and what of it does not fit together: lines of words with tabs
    /// between them.
    pub fn settings(&self) -> String {
        details::settings(self.run())
    }

    /// The text of the run shown with another preset and network; what has no such name is left
    /// as it is, and without a name there is no network.
    #[wasm_bindgen(js_name = withPreset)]
    pub fn with_preset(&self, preset: &str, network: &str) -> String {
        let preset = Preset::ALL.into_iter().find(|known| known.name() == preset);
        let network = NetworkPreset::ALL.into_iter().find(|known| known.name() == network);
        with_preset(&self.text, preset.unwrap_or(self.run().script().preset), network)
    }

    /// The text of the run shown.
    pub fn script(&self) -> String {
        self.text.clone()
    }

    /// The fragment, without `#`, that shows this moment of this run.
    pub fn link(&self) -> String {
        self.as_link().fragment()
    }

    /// What the link carries, as text: for a page that deflates it.
    #[wasm_bindgen(js_name = linkPayload)]
    pub fn link_payload(&self) -> String {
        self.as_link().payload()
    }

    /// Eight digits that follow from what can be observed at the playhead.
    pub fn checksum(&self, beside: Option<bool>) -> String {
        format!("{:08x}", checksum(self.either(beside).world()))
    }

    /// The version of the engine, as links carry it.
    pub fn version() -> String {
        ENGINE.to_string()
    }

    fn run(&self) -> &Timeline {
        self.runs.shown()
    }

    fn as_link(&self) -> Link {
        let run = self.run();
        Link {
            script: self.text.clone(),
            at: run.now(),
            events: run.events(),
            caption: run.caption() as u64,
            engine: ENGINE,
            checksum: checksum(run.world()),
            beside: self.runs.beside().map(|beside| Companion {
                script: self.beside.text.clone(),
                checksum: checksum(beside.timeline().world()),
            }),
        }
    }

    /// The run that is shown, or the one beside it.
    fn either(&self, beside: Option<bool>) -> &Timeline {
        match self.runs.beside() {
            Some(other) if beside == Some(true) => other.timeline(),
            Some(_) | None => self.run(),
        }
    }

    /// The numbers of the picture as JavaScript knows them.
    fn write_out(&mut self) {
        if let Some(is_branch) = self.frame.numbers.get_mut(22) {
            *is_branch = i64::from(self.runs.is_branch());
        }
        let float = |&number: &i64| if number == NEVER { f64::INFINITY } else { number as f64 };
        self.floats.clear();
        self.floats.extend(self.frame.numbers.iter().map(float));
    }

    /// Moves the run that is shown; false: the time is up, call again.
    fn go(&mut self, budget_ms: f64, work: impl Fn(&mut Timeline, u32) -> Reached) -> bool {
        let go = |runs: &mut Branches, budget| runs.go(budget, |run| work(run, budget));
        self.within(budget_ms, go) != Reached::OutOfBudget
    }

    /// Repeats a piece of work until it is done or the time is up.
    fn within(&mut self, budget_ms: f64, work: impl Fn(&mut Branches, u32) -> Reached) -> Reached {
        let budget = Budget::of_millis(budget_ms);
        loop {
            let reached = work(&mut self.runs, EVENTS_PER_SLICE);
            if reached != Reached::OutOfBudget || budget.is_spent() {
                return reached;
            }
        }
    }
}

/// Numbers in a reused array, which grows where they need it.
fn view(array: &mut Float64Array, numbers: &[f64]) -> Float64Array {
    let length = numbers.len() as u32;
    if array.length() < length {
        *array = Float64Array::new_with_length(length.next_power_of_two());
    }
    let view = array.subarray(0, length);
    view.copy_from(numbers);
    view
}

/// Events between two looks at the clock.
const EVENTS_PER_SLICE: u32 = 256;

/// A number of JavaScript as one of ours; what is no such number is 0.
fn micros(number: f64) -> u64 {
    number as u64
}

/// The names of the presets that a script can have and, in a second line, of the networks.
#[wasm_bindgen]
pub fn choices() -> String {
    details::choices()
}

/// A seed nobody has chosen, below 2^32.
#[wasm_bindgen(js_name = freshSeed)]
pub fn fresh_seed() -> Result<u32, wasm_bindgen::JsError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| wasm_bindgen::JsError::new("no randomness"))?;
    Ok(u32::from_le_bytes(bytes))
}
