//! What may happen next, in an order that depends on the state alone.

use super::super::step::{Schedule, Step};
use super::super::trial::Trial;
use super::Reductions;
use super::budgets::Budgets;
use crate::raft::{Encoding, Node, NodeId};
use crate::sim::kv::Command;
use crate::sim::script::{Action, Messages, Target};
use crate::sim::settings::Reading;
use crate::sim::{Fate, Flight, Memory, Packet, Server, Status, World};
use crate::time::Instant;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One step of an exploration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Move {
    Deliver(u64),
    Duplicate(u64),
    Timeout(NodeId),
    Write(NodeId),
    Read(NodeId),
    Snapshot(NodeId),
    Sync(NodeId),
    SyncFirst(NodeId),
    Crash(NodeId),
    Restart(NodeId),
}

impl Move {
    /// The message it is about.
    fn message(self) -> Option<u64> {
        match self {
            Move::Deliver(id) | Move::Duplicate(id) => Some(id),
            Move::Timeout(_)
            | Move::Write(_)
            | Move::Read(_)
            | Move::Snapshot(_)
            | Move::Sync(_)
            | Move::SyncFirst(_)
            | Move::Crash(_)
            | Move::Restart(_) => None,
        }
    }
}

/// A world, its judges, and what may still happen.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) trial: Trial,
    pub(super) left: Budgets,
}

impl Place {
    pub(super) fn new(mut trial: Trial, left: Budgets, reductions: Reductions) -> Place {
        if reductions.dead_messages {
            trial.world.forget_messages(&is_dead);
        }
        Place { trial, left }
    }

    /// Everything that may happen next.
    pub(super) fn moves(&self, reductions: Reductions) -> Vec<Move> {
        let mut moves = Vec::new();
        let world = &self.trial.world;
        if reductions.crashes {
            // A server that stays down does nothing that one nobody reaches does not do as well,
            // and a crash right before the restart does what an earlier one would.
            let down = world.servers.iter().find(|server| server.status == Status::Crashed);
            if let Some(server) = down {
                moves.push(Move::Restart(server.node.id()));
                return moves;
            }
        }
        self.messages(&mut moves);
        for server in &world.servers {
            self.of_server(server, &mut moves);
        }
        moves
    }

    /// Each message that waits, and of equal ones the first.
    fn messages(&self, moves: &mut Vec<Move>) {
        let world = &self.trial.world;
        let first = moves.len();
        let mut seen: Vec<&Arc<Flight>> = Vec::new();
        for flight in &world.network.flights {
            let is_reached = match flight.to.server().and_then(|id| world.server(id)) {
                Some(server) => server.is_up(),
                None => true,
            };
            let is_new = || seen.iter().all(|other| !is_same(world, other, flight));
            if flight.fate == Fate::Waits && is_reached && is_new() {
                seen.push(flight);
                moves.push(Move::Deliver(flight.id));
            }
        }
        if self.left.duplicates > 0 {
            for at in first..moves.len() {
                if let Move::Deliver(id) = moves[at] {
                    moves.push(Move::Duplicate(id));
                }
            }
        }
    }

    fn of_server(&self, server: &Server, moves: &mut Vec<Move>) {
        let (id, node, left) = (server.node.id(), &server.node, self.left);
        match server.status {
            Status::Up => {}
            Status::Crashed => return moves.push(Move::Restart(id)),
            Status::Paused => return,
        }
        let mut offer = |what: Move, may: bool| {
            if may {
                moves.push(what);
            }
        };
        let timeouts = if node.is_leader() { left.heartbeats } else { left.elections };
        offer(Move::Timeout(id), timeouts > 0);
        let has_client = self.idle_client().is_some();
        // Elsewhere a call is refused, or goes on to a leader, as if it had begun there.
        offer(Move::Write(id), left.writes > 0 && has_client && node.is_leader());
        let is_asked = node.is_leader() || (!self.reads_log() && node.leader().is_some());
        offer(Move::Read(id), left.reads > 0 && has_client && is_asked);
        let has_news = node.last_applied() > node.log().base().index;
        offer(Move::Snapshot(id), left.snapshots > 0 && has_news);
        // What a disk that lies holds in its cache becomes durable as a write does.
        let is_behind = !server.disk.writing.is_empty() || server.disk.cache.is_some();
        offer(Move::Sync(id), is_behind);
        offer(Move::SyncFirst(id), server.disk.writing.len() > 1);
        offer(Move::Crash(id), left.crashes > 0);
    }

    fn reads_log(&self) -> bool {
        self.trial.world.settings.reading == Reading::Log
    }

    /// Takes a move.
    pub(super) fn take(&mut self, what: Move, reductions: Reductions, memory: &mut Memory) {
        self.trial.world.exchange_memory(memory);
        self.play(what);
        if reductions.dead_messages {
            self.trial.world.forget_messages(&is_dead);
        }
        self.trial.world.exchange_memory(memory);
    }

    fn play(&mut self, what: Move) {
        let left = &mut self.left;
        let spend = |budget: &mut u8| *budget = budget.saturating_sub(1);
        match what {
            Move::Timeout(id) => {
                let server = self.trial.world.server(id);
                let leads = server.is_some_and(|server| server.node.is_leader());
                spend(if leads { &mut left.heartbeats } else { &mut left.elections });
            }
            Move::Write(_) => spend(&mut left.writes),
            Move::Read(_) => spend(&mut left.reads),
            Move::Crash(_) => spend(&mut left.crashes),
            Move::Duplicate(_) => spend(&mut left.duplicates),
            Move::Snapshot(_) => spend(&mut left.snapshots),
            Move::Deliver(_) | Move::Sync(_) | Move::SyncFirst(_) | Move::Restart(_) => {}
        }
        match what {
            Move::Deliver(id) => self.trial.play_message(id, false),
            Move::Duplicate(id) => self.trial.play_message(id, true),
            _ => {
                if let Some(action) = self.action(what) {
                    self.trial.act(&action);
                }
            }
        }
    }

    /// What a script says for a move.
    pub(super) fn action(&self, what: Move) -> Option<Action> {
        let world = &self.trial.world;
        let named = |id: u64| {
            let flight = world.network.flights.iter().find(|flight| flight.id == id)?;
            Some(Messages::One(flight.name()))
        };
        let key = || "x".to_string();
        let target = Target::Server;
        Some(match what {
            Move::Deliver(id) => Action::Deliver(named(id)?),
            Move::Duplicate(id) => Action::Duplicate(named(id)?),
            Move::Timeout(id) => Action::Timeout(target(id)),
            Move::Write(id) => {
                let calls = world.clients.iter().map(|client| client.history.len());
                let value = calls.sum::<usize>() as i64 + 1;
                self.call(id, Command::Put { key: key(), value })?
            }
            Move::Read(id) => self.call(id, Command::Get { key: key() })?,
            Move::Snapshot(id) => Action::Snapshot(target(id)),
            Move::Sync(id) => Action::Sync(target(id)),
            Move::SyncFirst(id) => Action::SyncFirst(target(id)),
            Move::Crash(id) => Action::Crash(target(id)),
            Move::Restart(id) => Action::Restart(target(id)),
        })
    }

    fn call(&self, id: NodeId, command: Command) -> Option<Action> {
        Some(Action::Call { client: self.idle_client()?, to: Some(id), command })
    }

    /// The client that called least often of those that wait for nothing.
    fn idle_client(&self) -> Option<u32> {
        let idle = self.trial.world.clients.iter().filter(|client| client.waiting.is_none());
        idle.min_by_key(|client| (client.history.len(), client.id)).map(|client| client.id)
    }
}

/// What a script says for moves from a place on. Where the name of a message fits an earlier one
/// that nobody delivers any more, that is dropped first.
pub(super) fn schedule(from: &Place, moves: &[Move]) -> Schedule {
    let whole = Reductions { dead_messages: false, ..Reductions::default() };
    let (mut place, mut schedule) = (from.clone(), Schedule::new());
    for (at, &what) in moves.iter().enumerate() {
        if let Some(id) = what.message() {
            let is_needed = |id: u64| moves[at..].iter().any(|other| other.message() == Some(id));
            let flights = &place.trial.world.network.flights;
            let name = flights.iter().find(|flight| flight.id == id).map(|flight| flight.name());
            let earlier = flights.iter().take_while(|flight| flight.id != id);
            let alike = earlier.filter(|flight| name.is_some_and(|name| flight.fits(&name)));
            for _ in alike.filter(|flight| !is_needed(flight.id)) {
                let drop = name.map(|name| Action::Drop(Messages::One(name)));
                schedule.extend(drop.map(|action| Step { pauses: 1, action }));
            }
        }
        let action = place.action(what);
        schedule.extend(action.map(|action| Step { pauses: 1, action }));
        place.take(what, whole, &mut Memory::default());
    }
    schedule
}

/// Whether a message will never change anything.
pub(super) fn is_dead(world: &World, flight: &Flight) -> bool {
    let (Some(from), Packet::Raft(message)) = (flight.from.server(), &flight.packet) else {
        return false;
    };
    let Some(server) = flight.to.server().and_then(|id| world.server(id)) else { return false };
    server.node.never_heeds(server.disk.hard_state.current_term, from, message)
}

/// Whether two messages cannot be told apart.
fn is_same(world: &World, one: &Flight, other: &Flight) -> bool {
    let facts = |flight: &Flight| (flight.from, flight.to, flight.packet.kind());
    if facts(one) != facts(other) || one.packet.term() != other.packet.term() {
        return false;
    }
    if one.packet == other.packet {
        return true;
    }
    let names: Vec<u32> = (1..=world.servers.len() as u32).collect();
    let nodes: Vec<&Node> = world.servers.iter().map(|server| &server.node).collect();
    let words = |flight: &Flight| {
        let mut out = Encoding::new(&names, &nodes, Vec::new());
        flight.canonical(&mut out, Instant::ZERO);
        out.into_words()
    };
    words(one) == words(other)
}
