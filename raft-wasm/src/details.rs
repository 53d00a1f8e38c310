//! The types that cross the boundary on demand, and their TypeScript declarations.

mod beside;
mod calls;
mod message;
mod server;
mod settings;

pub use beside::{Apart, Comparison, Rule};
pub use calls::{call, calls};
pub use message::message;
pub use server::server;
pub use settings::{choices, settings};

use raft_core::sim::World;
use raft_core::sim::script::{Place, ScriptError};
use raft_core::timeline::link::LinkError;
use raft_core::timeline::tell::{Told as CoreTold, Value, tell};
use raft_core::timeline::{Branches, Timeline, tell_violation};
use serde::Serialize;
use serde::ser::SerializeMap;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export type Fact = string | number;
export type ScriptError = {
  line: number, column: number, length: number,
  code: string, facts: Record<string, Fact>, message: string };
export type Story = { title: string, captions: { text: string, point: number[] }[] };
export type Mark = {
  kind: string, at: number, stage: number, term: number, server: number, number: number };
export type Told = { at: number, code: string, facts: Record<string, Fact> };
export type Finding = {
  at: number, property: string, servers: number[], term: number, index: number,
  calls: [client: number, call: number][], told?: { code: string, facts: Record<string, Fact> } };
export type Call = {
  client: number, number: number, operation: string, command: string,
  calledAt: number, returnedAt: number | null,
  outcome: 'open' | 'done' | 'swapped' | 'kept' | 'unknown', value: string | null,
  answeredBy: number, asked: number[], askedAt: number[] };
export type ClientCalls = { id: number, before: number, after: number, calls: Call[] };
export type Position = { index: number, term: number };
export type LogCell = {
  index: number, term: number, text: string, kind: 'command' | 'noop' | 'membership',
  committed: boolean, synced: boolean, safety: Safety };
/// How safe something is: lost in a crash, lost though the disk says it is durable, on the disk
/// but unreadable, or on the disk.
export type Safety = 'volatile' | 'cached' | 'damaged' | 'durable';
export type Peer = {
  id: number, next: number, match: number, state: 'probe' | 'replicate' | 'snapshot',
  waiting: boolean, requests: number, bytes: number,
  snapshot: Position & { sent: number, bytes: number } | null,
  heardAt: number, round: number, answeredOf: number | null };
export type Membership = {
  index: number, text: string, part: 'voter' | 'learner' | 'none',
  voters: number[], outgoing: number[], learners: number[], learnersNext: number[],
  leavesByItself: boolean, births: { id: number, birth: number }[] };
export type Change = {
  catchingUp: { id: number, round: number, target: number, since: number, done: boolean }[] };
export type ServerDetails = {
  id: number, role: string, term: number, votedFor: number, leader: number, birth: number,
  commit: number, applied: number, durable: number, last: number, base: Position,
  snapshot: Position & { bytes: number } | null,
  incoming: { index: number, bytes: number } | null,
  membership: Membership, change: Change | null,
  transfer: { to: number, until: number, told: boolean } | null,
  reads: number, round: number, leaseUntil: number | null, promisedUntil: number | null,
  timerFrom: number | null, deadline: number | null, writing: boolean, stopped: boolean,
  disk: { vote: Safety, lies: boolean, damaged: number | null },
  clock: { shows: number, ahead: number, rate: number } | null,
  log: LogCell[], peers: Peer[], keys: { key: string, value: number }[], sessions: number,
  waitsFor: Told | null, waits: Told[] };
export type MessageDetails = {
  id: number, from: number, to: number, kind: string, term: number,
  sentAt: number, arrivesAt: number | null, text: string,
  fields: { name: string, value: Fact | boolean }[],
  entries: { term: number, text: string }[] };
export type LinkParts = {
  script: string, at: number, events: number, caption: number,
  version: string, checksum: string,
  beside: { script: string, checksum: string } | null };
export type Apart = { id: number, aspects: string[] };
export type Difference = {
  at: number, stage: number, servers: number[], a: Told | null, b: Told | null };
export type Comparison = {
  changes: { code: string, facts: Record<string, Fact> }[], until: number,
  difference: Difference | null,
  states: { at: number, stage: number, servers: Apart[] } | null };
export type Rule = { name: string, safety: boolean, waived: boolean };
"#;

/// A value as a plain object; `null` where there is nothing.
pub fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}

/// Facts by name.
struct Facts<'a>(&'a [(&'static str, Value)]);

impl Serialize for Facts<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            match value {
                Value::Number(number) => map.serialize_entry(name, &(*number as f64))?,
                Value::Text(text) => map.serialize_entry(name, text)?,
                Value::Place(_) | Value::Position(_) => {
                    map.serialize_entry(name, &value.to_string())?;
                }
            }
        }
        map.end()
    }
}

/// A mistake in a script.
#[derive(Serialize)]
pub struct Problem<'a> {
    line: u32,
    column: u32,
    length: u32,
    code: &'static str,
    facts: Facts<'a>,
    message: String,
}

impl Problem<'_> {
    /// All mistakes as one array.
    pub fn all(errors: &[ScriptError]) -> JsValue {
        let problems: Vec<JsValue> = errors.iter().map(Problem::one).collect();
        js_sys::Array::from_iter(problems).into()
    }

    fn one(error: &ScriptError) -> JsValue {
        let facts: Vec<(&'static str, Value)> = (error.problem.facts().into_iter())
            .map(|(name, text)| (name, Value::Text(text)))
            .collect();
        to_js(&Problem {
            line: error.line,
            column: error.column,
            length: error.length,
            code: error.problem.code(),
            facts: Facts(&facts),
            message: error.problem.to_string(),
        })
    }
}

/// Why a link could not be read.
#[derive(Serialize)]
pub struct LinkProblem {
    code: &'static str,
    message: String,
}

impl LinkProblem {
    /// As an object to throw.
    pub fn of(error: &LinkError) -> JsValue {
        to_js(&LinkProblem { code: error.code(), message: error.to_string() })
    }
}

/// A fragment taken apart.
#[derive(Serialize)]
pub struct OpenedLink {
    pub codec: &'static str,
    pub body: String,
}

/// A link's content.
#[derive(Serialize)]
pub struct LinkParts {
    pub script: String,
    pub at: f64,
    pub events: f64,
    pub caption: f64,
    pub version: String,
    pub checksum: String,
    pub beside: Option<Companion>,
}

/// What a link shows beside its run.
#[derive(Serialize)]
pub struct Companion {
    pub script: String,
    pub checksum: String,
}

#[derive(Serialize)]
pub struct Story {
    title: String,
    captions: Vec<Caption>,
}

#[derive(Serialize)]
struct Caption {
    text: String,
    point: Vec<f64>,
}

pub fn story(run: &Timeline) -> Story {
    let number = |place: &Place| place.number() as f64;
    let captions = run.script().captions().map(|caption| Caption {
        text: caption.text.clone(),
        point: caption.point.iter().map(number).collect(),
    });
    Story { title: run.script().title.clone(), captions: captions.collect() }
}

#[derive(Serialize)]
pub struct Mark {
    kind: &'static str,
    at: f64,
    stage: f64,
    term: f64,
    server: u32,
    number: f64,
}

pub fn marks(runs: &Branches) -> Vec<Mark> {
    let mark = |mark: &raft_core::timeline::Mark| Mark {
        kind: mark.kind.name(),
        at: mark.at.0 as f64,
        stage: runs.stage(mark.at) as f64,
        term: mark.term as f64,
        server: mark.server,
        number: mark.number as f64,
    };
    runs.shown().marks().map(mark).collect()
}

/// Something that happened: the page words it by its code. The English table stays outside the
/// module, which the page downloads.
pub struct Told {
    at: Option<f64>,
    told: CoreTold,
}

impl Serialize for Told {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at", &self.at)?;
        map.serialize_entry("code", self.told.code)?;
        map.serialize_entry("facts", &Facts(&self.told.facts))?;
        map.end()
    }
}

pub fn told(run: &Timeline, limit: usize) -> Vec<Told> {
    let records: Vec<_> = run.recent().collect();
    let skipped = records.len().saturating_sub(limit);
    let told = records[skipped..].iter().map(|record| Told {
        at: Some(record.at.0 as f64),
        told: tell(&record.what, run.script()),
    });
    told.collect()
}

#[derive(Serialize)]
pub struct Finding {
    at: f64,
    property: &'static str,
    servers: Vec<u32>,
    term: f64,
    index: f64,
    calls: Vec<[f64; 2]>,
    told: Option<Told>,
}

pub fn findings(findings: &[raft_core::check::Finding], world: &World) -> Vec<Finding> {
    let finding = |finding: &raft_core::check::Finding| Finding {
        at: finding.at.0 as f64,
        property: finding.property.name(),
        servers: finding.servers.iter().map(|server| server.0).collect(),
        term: finding.term as f64,
        index: finding.index as f64,
        calls: finding.calls.iter().map(|&(client, call)| [client.into(), call as f64]).collect(),
        told: tell_violation(finding, world).map(|told| Told { at: None, told }),
    };
    findings.iter().map(finding).collect()
}
