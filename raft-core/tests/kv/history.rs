//! What clients asked for and what they were told, and whether one store that does one thing after
//! the other could have said the same.
//!
//! As text it is what `raft_core::check::linearizability::text` describes.

use super::client::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Instant;

/// What a client does.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Sets a key. Each key has one client that does so, with values that grow.
    Put { key: String, value: u64 },
    /// Adds to a key.
    Add { key: String, value: u64 },
    /// Reads a key.
    Get { key: String },
}

impl Operation {
    /// As the server wants to hear it.
    pub fn line(&self) -> String {
        match self {
            Operation::Put { key, value } => format!("put {key} {value}"),
            Operation::Add { key, value } => format!("add {key} {value}"),
            Operation::Get { key } => format!("get {key}"),
        }
    }
}

/// An operation and its answer; both times in microseconds.
#[derive(Clone, Debug)]
struct Record {
    client: u64,
    called: u64,
    returned: Option<u64>,
    operation: Operation,
    answer: String,
}

/// All operations of all clients.
pub struct History {
    began: Instant,
    records: Mutex<Vec<Record>>,
}

impl Default for History {
    fn default() -> History {
        History { began: Instant::now(), records: Mutex::default() }
    }
}

impl History {
    /// Microseconds since the beginning.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }

    /// An operation is over.
    pub fn returned(
        &self,
        client: u64,
        called: u64,
        operation: Operation,
        answer: Result<String, Failure>,
    ) {
        let returned = answer.is_ok().then(|| self.now());
        let answer = answer.unwrap_or_else(|_| "?".into());
        let record = Record { client, called, returned, operation, answer };
        self.records.lock().unwrap().push(record);
    }

    /// The form that is kept.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Record { client, called, returned, operation, answer } in &*self.records.lock().unwrap()
        {
            let returned = returned.map_or("-".into(), |returned| returned.to_string());
            let operation = match operation {
                Operation::Get { .. } => format!("{} -", operation.line()),
                Operation::Put { .. } | Operation::Add { .. } => operation.line(),
            };
            let answer = answer.trim_start_matches("value ");
            text += &format!("{client} {called} {returned} {operation} {answer}\n");
        }
        text
    }

    /// Checks all of it; a summary.
    pub fn check(&self) -> String {
        let records = self.records.lock().unwrap();
        let mut keys: BTreeMap<&str, (Vec<&Record>, Vec<&Record>)> = BTreeMap::new();
        let mut adds = Vec::new();
        for record in &*records {
            match &record.operation {
                Operation::Put { key, .. } => keys.entry(key).or_default().0.push(record),
                Operation::Get { key } => keys.entry(key).or_default().1.push(record),
                Operation::Add { .. } => adds.push(record),
            }
        }
        let mut summary = format!("{} adds", adds.len());
        for (key, (puts, gets)) in &keys {
            if !puts.is_empty() {
                check_key(key, puts, gets);
                summary += &format!(", {key}: {} puts, {} gets", puts.len(), gets.len());
            }
        }
        let total = keys.get("total").and_then(|(_, gets)| gets.last());
        check_adds(&adds, total.map_or(0, |record| value(record)));
        summary
    }
}

/// A key with one writer, whose values grow: so values are moments.
fn check_key(key: &str, puts: &[&Record], gets: &[&Record]) {
    let mut gets = gets.to_vec();
    gets.sort_by_key(|get| get.called);
    let mut over = gets.clone();
    over.retain(|get| get.returned.is_some());
    over.sort_by_key(|get| get.returned);
    let (mut over, mut newest) = (over.into_iter().peekable(), 0);
    // One that was never answered is over for sure once the next one is.
    let mut ends: Vec<u64> = Vec::new();
    for put in puts.iter().rev() {
        ends.push(put.returned.or(ends.last().copied()).unwrap_or(u64::MAX));
    }
    ends.reverse();
    for get in gets {
        let Some(returned) = get.returned else { continue };
        // Not older than what was acknowledged before it was asked for: no write is lost.
        let done = ends.partition_point(|&end| end < get.called);
        // Not newer than what was asked for before it was answered.
        let begun = puts.partition_point(|put| put.called < returned);
        let (least, most) = (written(puts, done), written(puts, begun));
        let read = value(get);
        assert!((least..=most).contains(&read), "{key}: {get:?} has to be in {least} to {most}");
        // Not older than what any client has read before: reads never go back.
        while let Some(earlier) = over.next_if(|other| other.returned < Some(get.called)) {
            newest = newest.max(value(earlier));
        }
        assert!(read >= newest, "{key}: {get:?} after {newest} was read");
    }
}

/// The value of a key after so many writes.
fn written(puts: &[&Record], count: usize) -> u64 {
    match puts[..count].last().map(|put| &put.operation) {
        Some(Operation::Put { value, .. }) => *value,
        Some(Operation::Add { .. } | Operation::Get { .. }) | None => 0,
    }
}

/// All add one to the same key: each answer is there once, and in the end the sum is right.
fn check_adds(adds: &[&Record], total: u64) {
    let acknowledged: Vec<&&Record> = adds.iter().filter(|add| add.returned.is_some()).collect();
    let sums: BTreeSet<&str> = acknowledged.iter().map(|add| add.answer.as_str()).collect();
    assert_eq!(sums.len(), acknowledged.len(), "two adds came to the same sum");
    let least = acknowledged.len() as u64;
    let most = adds.len() as u64;
    assert!((least..=most).contains(&total), "the sum of {least} to {most} adds is {total}");
}

fn value(get: &Record) -> u64 {
    match get.answer.strip_prefix("value ") {
        Some(value) => value.parse().unwrap_or_else(|_| panic!("{get:?}")),
        None if get.answer == "none" => 0,
        None => panic!("{get:?}"),
    }
}
