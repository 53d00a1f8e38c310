//! What a judge found, as a code with facts, where there is more to say than the property's name.

use super::tell::{Told, told};
use crate::check::Finding;
use crate::check::linearizability::{Answer, Operation, Reason, action_of, explain};
use crate::sim::place::Place;
use crate::sim::{CallOutcome, World};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Says why clients cannot have been told what they were told; nothing for other findings.
pub fn tell_violation(finding: &Finding, world: &World) -> Option<Told> {
    if finding.calls.is_empty() {
        return None;
    }
    let calls: Vec<(Operation, String)> =
        finding.calls.iter().filter_map(|&call| operation(world, call)).collect();
    let operations: Vec<&Operation> = calls.iter().map(|(operation, _)| operation).collect();
    let client = |at: usize| Place::Client(operations[at].client);
    let command = |at: usize| calls[at].1.as_str();
    let value = |at: usize| match operations[at].returned {
        Some((_, Answer::Value(Some(value)) | Answer::Found(Some(value)))) => value.to_string(),
        Some((
            _,
            Answer::Value(None) | Answer::Found(None) | Answer::Done | Answer::Swapped(_),
        ))
        | None => "none".into(),
    };
    Some(match explain(&operations) {
        Reason::Never(at) => told!("told-never", client: client(at), command: command(at),
            value: value(at)),
        Reason::Before(at, other) => told!("told-too-early", client: client(at),
            command: command(at), value: value(at), other: client(other), later: command(other)),
        Reason::After(at, other) => told!("told-too-late", client: client(at),
            command: command(at), value: value(at), other: client(other), earlier: command(other)),
        Reason::Together => told!("told-no-order", count: operations.len() as u64),
    })
}

/// A call of a client's history, and the words of its command.
fn operation(world: &World, (client, number): (u32, u64)) -> Option<(Operation, String)> {
    let history = &world.clients.get(client.checked_sub(1)? as usize)?.history;
    let call = history.at(usize::try_from(number.checked_sub(1)?).ok()?)?;
    let (key, action) = action_of(&call.command);
    let returned = call.returned.and_then(|(at, outcome)| match outcome {
        CallOutcome::Done(value) => Some((at.0, Answer::Value(value))),
        CallOutcome::Compared { found, .. } => Some((at.0, Answer::Found(found))),
        CallOutcome::Unknown => None,
    });
    let (key, called) = (key.into(), call.called_at.0);
    let operation = Operation { client, number, key, action, called, returned, copies: 1 };
    Some((operation, call.command.to_string()))
}
