//! What clients called, and what became of it.

use raft_core::sim::{Call as CoreCall, CallOutcome, Client};
use raft_core::timeline::Timeline;
use serde::Serialize;

#[derive(Serialize)]
pub struct ClientCalls {
    id: u32,
    /// Calls that are left out before and after.
    before: f64,
    after: f64,
    calls: Vec<Call>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    client: u32,
    number: f64,
    operation: String,
    command: String,
    called_at: f64,
    returned_at: Option<f64>,
    outcome: &'static str,
    value: Option<String>,
    answered_by: u32,
    /// Each attempt: the server, and when.
    asked: Vec<u32>,
    asked_at: Vec<f64>,
}

/// Of each client so many calls before the playhead and so many after it.
pub fn calls(run: &Timeline, before: usize, after: usize) -> Vec<ClientCalls> {
    let now = run.now();
    let mut all = Vec::new();
    for client in &run.known_world().clients {
        let begun = client.history.partition_point(|call| call.called_at <= now);
        let from = begun.saturating_sub(before);
        let to = begun.saturating_add(after).min(client.history.len());
        let mut calls = Vec::new();
        for at in from..to {
            calls.extend(details(client, at as u64 + 1));
        }
        let after = (client.history.len() - to) as f64;
        all.push(ClientCalls { id: client.id, before: from as f64, after, calls });
    }
    all
}

/// One call.
pub fn call(run: &Timeline, client: u32, number: u64) -> Option<Call> {
    let at = client.checked_sub(1)? as usize;
    details(run.known_world().clients.get(at)?, number)
}

fn details(client: &Client, number: u64) -> Option<Call> {
    let call: &CoreCall = client.call(number)?;
    let (outcome, value) = match call.returned {
        None => ("open", None),
        Some((_, CallOutcome::Done(value))) => ("done", value),
        Some((_, CallOutcome::Compared { swapped: true, found })) => ("swapped", found),
        Some((_, CallOutcome::Compared { swapped: false, found })) => ("kept", found),
        Some((_, CallOutcome::Unknown)) => ("unknown", None),
    };
    let (mut asked, mut asked_at) = (Vec::new(), Vec::new());
    for attempt in client.attempts(number) {
        asked.push(attempt.server.0);
        asked_at.push(attempt.at.0 as f64);
    }
    Some(Call {
        client: client.id,
        number: number as f64,
        operation: call.command.label(),
        command: call.command.to_string(),
        called_at: call.called_at.0 as f64,
        returned_at: call.returned.map(|(at, _)| at.0 as f64),
        outcome,
        value: value.map(|value| value.to_string()),
        answered_by: call.answered_by.map_or(0, |server| server.0),
        asked,
        asked_at,
    })
}
