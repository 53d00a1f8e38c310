//! All that is known of a message in the air.

use raft_core::raft::{AppendReply, Body, Position, Round};
use raft_core::sim::{Answer, Fate, Flight, Packet};
use raft_core::timeline::Timeline;
use raft_core::timeline::describe::{describe, label, members};
use serde::Serialize;

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
    fields: Vec<Field>,
    entries: Vec<Entry>,
}

/// A field of a message, by a name that the page has words for.
#[derive(Serialize)]
struct Field {
    name: &'static str,
    value: Value,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Flag(bool),
    Text(String),
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(number as f64)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<Position> for Value {
    fn from(position: Position) -> Value {
        Value::Text(position.to_string())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

#[derive(Serialize)]
struct Entry {
    term: f64,
    text: String,
}

pub fn message(run: &Timeline, id: u64) -> Option<Message> {
    let flights = &run.world().network.flights;
    let flight: &Flight = flights.iter().find(|flight| flight.id == id)?;
    let (fields, entries) = match &flight.packet {
        Packet::Raft(message) => (body_fields(&message.body), entries(&message.body)),
        Packet::Request { call, command } => {
            let command = command.to_string();
            (vec![field("call", *call), field("command", command)], Vec::new())
        }
        Packet::Answer { call, answer } => {
            let mut fields = vec![field("call", *call)];
            fields.extend(answer_fields(answer));
            (fields, Vec::new())
        }
    };
    let arrives = flight.fate == Fate::Arrives;
    Some(Message {
        id: flight.id as f64,
        from: flight.from.number() as f64,
        to: flight.to.number() as f64,
        kind: flight.packet.kind().name(),
        term: flight.packet.term() as f64,
        sent_at: flight.sent_at.0 as f64,
        arrives_at: arrives.then_some(flight.path.to_at.0 as f64),
        text: describe(&flight.packet),
        fields,
        entries,
    })
}

fn entries(body: &Body) -> Vec<Entry> {
    let Body::AppendEntries { entries, .. } = body else { return Vec::new() };
    entries.iter().map(|entry| Entry { term: entry.term as f64, text: label(entry) }).collect()
}

fn body_fields(body: &Body) -> Vec<Field> {
    match body {
        Body::PreVote { term, last } => vec![field("asked", *term), field("last", *last)],
        Body::PreVoteReply { term, granted } => {
            vec![field("asked", *term), field("granted", *granted)]
        }
        Body::RequestVote { last, transfer } => {
            vec![field("last", *last), field("transfer", *transfer)]
        }
        Body::RequestVoteReply { granted } => vec![field("granted", *granted)],
        Body::AppendEntries { prev, commit, round, .. } => {
            with_round(vec![field("prev", *prev), field("commit", *commit)], round)
        }
        Body::AppendEntriesReply { reply: AppendReply::Accepted { match_index }, round } => {
            with_round(vec![field("match", *match_index)], round)
        }
        Body::AppendEntriesReply { reply: AppendReply::Rejected { prev, hint }, round } => {
            with_round(vec![field("rejected", *prev), field("hint", *hint)], round)
        }
        Body::InstallSnapshot(chunk) => {
            let fields = vec![
                field("replaces", chunk.last),
                field("membership", members(&chunk.membership)),
                field("offset", chunk.offset),
                field("bytes", chunk.data.len() as u64),
                field("done", chunk.done),
            ];
            with_round(fields, &chunk.round)
        }
        Body::InstallSnapshotReply { last, received, installed, round } => {
            let fields = vec![
                field("replaces", *last),
                field("received", *received),
                field("installed", *installed),
            ];
            with_round(fields, round)
        }
        Body::TimeoutNow { last } => vec![field("last", *last)],
        Body::ReadIndex { read } => vec![field("read", *read)],
        Body::ReadIndexReply { read, index } => {
            let mut fields = vec![field("read", *read), field("granted", index.is_some())];
            fields.extend(index.map(|index| field("index", index)));
            fields
        }
    }
}

fn answer_fields(answer: &Answer) -> Vec<Field> {
    let value = |value: &Option<i64>| value.map(|value| field("value", value.to_string()));
    let only = match answer {
        Answer::Done(found) => value(found),
        Answer::Compared { swapped, found } => {
            let swapped = field("swapped", *swapped);
            return [Some(swapped), value(found)].into_iter().flatten().collect();
        }
        Answer::NotLeader(leader) => leader.map(|leader| field("leader", leader.to_string())),
        Answer::Opened(session) => Some(field("session", *session)),
        Answer::Lost | Answer::Refused(_) | Answer::Expired => None,
    };
    only.into_iter().collect()
}

/// The round that a request belongs to; rounds begin with the first read.
fn with_round(mut fields: Vec<Field>, round: &Round) -> Vec<Field> {
    if round.number > 0 {
        fields.push(field("round", round.number));
    }
    fields
}

fn field(name: &'static str, value: impl Into<Value>) -> Field {
    Field { name, value: value.into() }
}
