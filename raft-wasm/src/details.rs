//! The types that cross the boundary on demand, and their TypeScript declarations.

use raft_core::raft::{Mode, NodeId, Role};
use raft_core::sim::script::{Place, RoleName, ScriptError};
use raft_core::sim::{Flight, Packet};
use raft_core::timeline::link::LinkError;
use raft_core::timeline::tell::{Told as CoreTold, Value, describe, label, tell, tell_uncommitted};
use raft_core::timeline::{Timeline, english};
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
export type Told = { at: number, code: string, facts: Record<string, Fact>, message: string };
export type Finding = {
  at: number, property: string, servers: number[], term: number, index: number };
export type LogCell = {
  index: number, term: number, text: string, committed: boolean, synced: boolean };
export type Peer = { id: number, next: number, match: number, state: string };
export type ServerDetails = {
  id: number, role: string, term: number, votedFor: number, leader: number,
  commit: number, applied: number, durable: number, last: number,
  timerFrom: number | null, deadline: number | null, writing: boolean,
  log: LogCell[], peers: Peer[], keys: { key: string, value: number }[],
  waitsFor: Told | null };
export type MessageDetails = {
  id: number, from: number, to: number, kind: string, term: number,
  sentAt: number, arrivesAt: number | null, text: string,
  entries: { term: number, text: string }[] };
export type LinkParts = {
  script: string, at: number, events: number, caption: number,
  version: string, checksum: string };
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

pub fn marks(run: &Timeline) -> Vec<Mark> {
    let mark = |mark: &raft_core::timeline::Mark| Mark {
        kind: mark.kind.name(),
        at: mark.at.0 as f64,
        stage: run.stage(mark.at) as f64,
        term: mark.term as f64,
        server: mark.server,
        number: mark.number as f64,
    };
    run.marks().map(mark).collect()
}

/// Something that happened: the page words it by its code, `message` is the English table's.
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
        map.serialize_entry("message", &english::sentence(&self.told))?;
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
}

pub fn findings(run: &Timeline) -> Vec<Finding> {
    let finding = |finding: &raft_core::check::Finding| Finding {
        at: finding.at.0 as f64,
        property: finding.property.name(),
        servers: finding.servers.iter().map(|server| server.0).collect(),
        term: finding.term as f64,
        index: finding.index as f64,
    };
    run.findings().iter().map(finding).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    id: u32,
    role: &'static str,
    term: f64,
    voted_for: u32,
    leader: u32,
    commit: f64,
    applied: f64,
    durable: f64,
    last: f64,
    timer_from: Option<f64>,
    deadline: Option<f64>,
    writing: bool,
    log: Vec<LogCell>,
    peers: Vec<Peer>,
    keys: Vec<Key>,
    waits_for: Option<Told>,
}

#[derive(Serialize)]
struct LogCell {
    index: f64,
    term: f64,
    text: String,
    committed: bool,
    synced: bool,
}

#[derive(Serialize)]
struct Peer {
    id: u32,
    next: f64,
    r#match: f64,
    state: &'static str,
}

#[derive(Serialize)]
struct Key {
    key: String,
    value: f64,
}

/// Log entries that cross at most: the last ones.
const LOG_MAX: u64 = 200;

pub fn server(run: &Timeline, id: NodeId) -> Option<Server> {
    let server = run.world().server(id)?;
    let node = &server.node;
    let first = node.log().last_index().saturating_sub(LOG_MAX) + 1;
    let cells = (first..=node.log().last_index()).filter_map(|index| {
        let entry = node.log().entry(index)?;
        Some(LogCell {
            index: index as f64,
            term: entry.term as f64,
            text: label(entry),
            committed: index <= node.commit_index(),
            synced: index <= node.durable_index(),
        })
    });
    let peers = match node.role() {
        Role::Leader(peers) => &peers[..],
        Role::Follower | Role::Candidate(_) => &[],
    };
    let is_running = server.role() != RoleName::Crashed;
    let timer = node.timer().filter(|_| is_running);
    let next = node.commit_index() + 1;
    let why = node.why_uncommitted(next).filter(|_| next <= node.log().last_index());
    let number = |id: Option<NodeId>| id.map_or(0, |id| id.0);
    Some(Server {
        id: id.0,
        role: server.role().name(),
        term: node.current_term() as f64,
        voted_for: number(node.voted_for()),
        leader: number(node.leader()),
        commit: node.commit_index() as f64,
        applied: node.last_applied() as f64,
        durable: node.durable_index() as f64,
        last: node.log().last_index() as f64,
        timer_from: timer.map(|timer| timer.from.0 as f64),
        deadline: timer.map(|timer| timer.until.0 as f64),
        writing: node.is_writing(),
        log: cells.collect(),
        peers: peers.iter().map(peer).collect(),
        keys: (server.store.pairs().iter())
            .map(|(key, value)| Key { key: key.clone(), value: *value as f64 })
            .collect(),
        waits_for: why.map(|why| Told { at: None, told: tell_uncommitted(id, next, why) }),
    })
}

fn peer(progress: &raft_core::raft::Progress) -> Peer {
    Peer {
        id: progress.id.0,
        next: progress.next_index as f64,
        r#match: progress.match_index as f64,
        state: match progress.mode {
            Mode::Probe { .. } => "probe",
            Mode::Replicate => "replicate",
        },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    id: f64,
    from: f64,
    to: f64,
    kind: &'static str,
    term: f64,
    sent_at: f64,
    arrives_at: Option<f64>,
    text: String,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    term: f64,
    text: String,
}

pub fn message(run: &Timeline, id: u64) -> Option<Message> {
    let flights = &run.world().network.flights;
    let flight: &Flight = flights.iter().find(|flight| flight.id == id)?;
    let entries = match &flight.packet {
        Packet::Raft(message) => match &message.body {
            raft_core::raft::Body::AppendEntries { entries, .. } => &entries[..],
            _ => &[],
        },
        Packet::Request { .. } | Packet::Answer { .. } => &[],
    };
    let arrives = flight.fate == raft_core::sim::Fate::Arrives;
    Some(Message {
        id: flight.id as f64,
        from: flight.from.number() as f64,
        to: flight.to.number() as f64,
        kind: flight.packet.kind().name(),
        term: flight.packet.term() as f64,
        sent_at: flight.sent_at.0 as f64,
        arrives_at: arrives.then_some(flight.path.to_at.0 as f64),
        text: describe(&flight.packet),
        entries: (entries.iter())
            .map(|entry| Entry { term: entry.term as f64, text: label(entry) })
            .collect(),
    })
}
