//! What has to be so when the world has been whole for a while.

use super::storm::LAST;
use raft_core::raft::{Entry, Index, Node};
use raft_core::sim::CallOutcome;
use raft_core::sim::World;
use std::collections::BTreeSet;

/// How long a call may be open when all is calm, in microseconds: a server that fails the moment
/// it gets it costs the client its longest wait for an answer.
const PATIENCE: u64 = 700_000;

/// Says what is missing: a leader, the last call everywhere, one history, every answered call.
pub fn check_calm(world: &World) -> Result<(), String> {
    let leaders = world.servers.iter().filter(|server| server.is_up() && server.node.is_leader());
    let leader = leaders.max_by_key(|server| server.node.current_term());
    let leader = leader.ok_or_else(|| "nobody leads".to_string())?;
    let membership = leader.node.membership();
    if membership.is_joint() {
        return Err(format!("{} is still joint: {membership:?}", leader.node.id()));
    }
    let is_member = |node: &Node| membership.is_member(node.id());
    let (key, value) = LAST;
    for server in world.servers.iter().filter(|server| is_member(&server.node)) {
        if server.store.value(key) != Some(value) {
            return Err(format!("{} has not applied the last call", server.node.id()));
        }
    }
    // What was committed by all has to be the same, as far as it is not compacted.
    let nodes = || world.servers.iter().map(|server| &server.node).filter(|node| is_member(node));
    let shortest = nodes().map(|node| node.commit_index()).min().unwrap_or(0);
    for index in 1..=shortest {
        let mut held = nodes().filter_map(|node| node.log().entry(index));
        let first = held.next();
        if held.any(|entry| Some(entry) != first) {
            return Err(format!("the logs differ at {index}"));
        }
    }
    let stores: BTreeSet<String> = world
        .servers
        .iter()
        .filter(|server| is_member(&server.node))
        .filter(|server| server.node.last_applied() == leader.node.last_applied())
        .map(|server| format!("{:?}", server.store.pairs()))
        .collect();
    if stores.len() != 1 {
        return Err(format!("the same entries led to several states: {stores:?}"));
    }
    for client in &world.clients {
        let Some(last) = client.history.last() else { continue };
        if last.returned.is_none() && world.now.since(last.called_at).0 > PATIENCE {
            return Err(format!("C{} waits since {}", client.id, last.called_at));
        }
    }
    check_answers(world, &leader.node)
}

/// Every answered call is in the log, unless that was compacted.
fn check_answers(world: &World, leader: &Node) -> Result<(), String> {
    if leader.log().base().index > 0 {
        return Ok(());
    }
    let committed: Vec<(Index, &Entry)> =
        (1..=leader.commit_index()).zip(leader.log().iter()).collect();
    let texts: BTreeSet<String> = committed
        .iter()
        .filter_map(|(_, entry)| match &entry.payload {
            raft_core::raft::Payload::Command(bytes) => Some(&**bytes),
            _ => None,
        })
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for client in &world.clients {
        for call in client.history.iter() {
            let is_done =
                matches!(call.returned, Some((_, outcome)) if outcome != CallOutcome::Unknown);
            let text = call.command.to_string();
            let is_read = text.starts_with("get");
            let is_there =
                texts.iter().any(|other| *other == text || other.starts_with(&format!("{text} ")));
            if is_done && !is_read && !is_there {
                return Err(format!("the answered call {text} of C{} is lost", client.id));
            }
        }
    }
    Ok(())
}
