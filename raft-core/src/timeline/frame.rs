//! The picture's numbers: everything the stage shows at the playhead, in one flat list.
//!
//! The list crosses the boundary at every event, so it holds numbers only; texts are interned
//! once and named by number. Its layout, in the order of writing:
//!
//! | part | numbers | what, in order |
//! |---|---|---|
//! | header | 32 | moment: simulated, stage; last event: simulated, stage; next event: simulated, stage; known until: simulated, stage; end: simulated, stage; counts: servers, clients, messages drawn, messages not drawn, cut directions, cells; caption shown, captions, findings; stage time of the next caption if it is known; simulated µs per stage second; events so far; (0, for the boundary); largest term |
//! | servers | 24 each | name, status (0 up, 1 crashed, 2 paused), role (0 follower, 1 candidate, 2 leader), term, vote, leader, commit, last index, applied; timer: from, until; value; votes as bits by server: given, refused, given but in the air; durable index, writing, first cell, cells, entries before them, voters |
//! | clients | 8 each | name, waiting, operation, answer, outcome (0 none, 1 done, 2 failed, 3 unknown), server asked |
//! | messages | 16 each | id, from, to, kind, term, part, at, part, at, flags, entries, text, stage time of death |
//! | cut directions | 2 each | sender, receiver |
//! | log cells | 5 each | index, term, text, flags (1 committed, 2 durable), kind (1 no-op) |
//!
//! A message moves evenly from one part of the way (in parts per million) at one time to another
//! part at another time. Its flags: 1 reply, 2 granted or done, 4 will die, 8 waits to be
//! delivered, 16 is dead, 32 carries entries. Places are numbers: servers positive, clients
//! negative. A time that never comes is [`NEVER`], a text that is not there −1.

use super::tell::label;
use super::{Pace, Timeline};
use crate::raft::{Body, Entry, Index, NodeId, Payload, Role};
use crate::sim::kv::Command;
use crate::sim::script::PacketKind;
use crate::sim::{CallOutcome, Client, Fate, Flight, Packet, Server, Status};
use crate::time::Instant;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A time that never comes.
pub const NEVER: i64 = i64::MAX;
/// Messages drawn at most; the rest is counted.
const MESSAGES_MAX: usize = 300;
/// Log cells shown of each server at most.
const CELLS_MAX: u64 = 12;
/// Numbers of the header.
const HEADER: usize = 32;

/// Texts that frames name by number, each once.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    list: Vec<String>,
    /// Positions in `list`, in the order of the texts.
    sorted: Vec<u32>,
}

impl Texts {
    /// The text with this number.
    pub fn text(&self, number: usize) -> Option<&str> {
        self.list.get(number).map(String::as_str)
    }

    /// The number of a text.
    pub fn number(&mut self, text: &str) -> i64 {
        let list = &self.list;
        match self.sorted.binary_search_by(|&at| list[at as usize].as_str().cmp(text)) {
            Ok(at) => i64::from(self.sorted[at]),
            Err(at) => {
                let number = self.list.len() as u32;
                self.list.push(text.to_string());
                self.sorted.insert(at, number);
                i64::from(number)
            }
        }
    }
}

/// One frame, reused from event to event.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The numbers.
    pub numbers: Vec<i64>,
    cells: Vec<i64>,
    cell_count: usize,
}

impl Timeline {
    /// Writes the picture at the playhead.
    pub fn picture(&self, frame: &mut Frame, texts: &mut Texts) {
        frame.numbers.clear();
        frame.cells.clear();
        frame.cell_count = 0;
        frame.numbers.resize(HEADER, 0);
        let world = self.world();
        for server in &world.servers {
            frame.server(self, server, texts);
        }
        for client in &world.clients {
            frame.client(client, texts);
        }
        let wrecks = world.network.wrecks.iter();
        let wrecks = wrecks.filter(|wreck| self.is_fresh(wreck.died_at));
        let flights = world.network.flights.iter();
        let all = wrecks.map(|wreck| (&*wreck.flight, Some(wreck.died_at)));
        let all = all.chain(flights.map(|flight| (&**flight, None)));
        let mut messages = 0;
        for (flight, died_at) in all {
            if messages < MESSAGES_MAX {
                frame.message(self, flight, died_at, texts);
            }
            messages += 1;
        }
        for (from, to) in &world.network.cuts {
            frame.numbers.extend([from.number(), to.number()]);
        }
        let cells = core::mem::take(&mut frame.cells);
        frame.numbers.extend(&cells);
        frame.cells = cells;
        let header = self.header(messages, frame.cell_count);
        frame.numbers[..header.len()].copy_from_slice(&header);
    }

    /// Whether something that died is still seen to.
    fn is_fresh(&self, died_at: Instant) -> bool {
        const SEEN: u64 = 1_500_000;
        self.stage(self.now()) < self.stage(died_at).saturating_add(SEEN)
    }

    fn header(&self, messages: usize, cells: usize) -> [i64; 24] {
        let world = self.world();
        let (before, next) = self.explored.clock.around(self.now(), self.pace);
        let next_sim = world.next_at().map_or(NEVER, |at| at.0 as i64);
        let next_stage = match world.next_at() {
            Some(at) => self.stage(at) as i64,
            None => NEVER,
        };
        let scale = match (self.pace, next) {
            (Pace::Constant(scale), _) => scale,
            (Pace::Story, Some(next)) if next.stage > before.stage => {
                (next.sim - before.sim).saturating_mul(1_000_000) / (next.stage - before.stage)
            }
            (Pace::Story, _) => 0,
        };
        let end = self.script().end;
        let end_stage = match end {
            Some(end) if self.explored.ended => self.stage(end) as i64,
            _ => NEVER,
        };
        let next_said = self.explored.said.get(self.shown);
        [
            self.now().0 as i64,
            self.stage(self.now()) as i64,
            world.now.0 as i64,
            self.stage(world.now) as i64,
            next_sim,
            next_stage,
            self.explored_until().0 as i64,
            self.stage(self.explored_until()) as i64,
            end.map_or(NEVER, |end| end.0 as i64),
            end_stage,
            world.servers.len() as i64,
            world.clients.len() as i64,
            messages.min(MESSAGES_MAX) as i64,
            messages.saturating_sub(MESSAGES_MAX) as i64,
            world.network.cuts.len() as i64,
            cells as i64,
            self.caption() as i64,
            self.script().captions().count() as i64,
            self.findings().len() as i64,
            next_said.map_or(NEVER, |said| self.stage(said.at) as i64),
            scale as i64,
            self.events() as i64,
            0,
            world.servers.iter().map(|s| s.node.current_term()).max().unwrap_or(0) as i64,
        ]
    }
}

impl Frame {
    fn server(&mut self, timeline: &Timeline, server: &Server, texts: &mut Texts) {
        let node = &server.node;
        let (first_cell, shown, folded) = self.log_cells(server, texts);
        let number = |id: Option<NodeId>| id.map_or(0, |id| i64::from(id.0));
        let status = match server.status {
            Status::Up => 0,
            Status::Crashed => 1,
            Status::Paused => 2,
        };
        let role = match node.role() {
            Role::Follower => 0,
            Role::Candidate(_) => 1,
            Role::Leader(_) => 2,
        };
        let manual = timeline.world().settings.manual_timers;
        let timer = node.timer().filter(|_| status != 1 && !manual);
        let value = server.store.changed().map(|(key, value)| match server.store.pairs().len() {
            1 => alloc::format!("{value}"),
            _ => alloc::format!("{key}={value}"),
        });
        let (granted, refused, in_flight) = votes(timeline, server);
        self.numbers.extend([
            i64::from(node.id().0),
            status,
            role,
            node.current_term() as i64,
            number(node.voted_for()),
            number(node.leader()),
            node.commit_index() as i64,
            node.log().last_index() as i64,
            node.last_applied() as i64,
            timer.map_or(0, |timer| timer.from.0 as i64),
            timer.map_or(NEVER, |timer| timer.until.0 as i64),
            value.map_or(-1, |text| texts.number(&text)),
            granted,
            refused,
            in_flight,
            node.durable_index() as i64,
            i64::from(node.is_writing()),
            first_cell as i64,
            shown as i64,
            folded as i64,
            node.voters().len() as i64,
            0,
            0,
            0,
        ]);
    }

    /// The end of a server's log: the first cell's number, how many there are, and how many
    /// entries come before them.
    fn log_cells(&mut self, server: &Server, texts: &mut Texts) -> (usize, u64, u64) {
        let (log, first_cell) = (server.node.log(), self.cell_count);
        let folded = log.last_index().saturating_sub(CELLS_MAX);
        for index in folded + 1..=log.last_index() {
            let Some(entry) = log.entry(index) else { break };
            self.cell(server, index, entry, texts);
        }
        (first_cell, (self.cell_count - first_cell) as u64, folded)
    }

    fn cell(&mut self, server: &Server, index: Index, entry: &Entry, texts: &mut Texts) {
        let is_noop = entry.payload == Payload::Noop;
        let text = if is_noop { -1 } else { texts.number(&label(entry)) };
        let committed = index <= server.node.commit_index();
        let durable = index <= server.node.durable_index();
        let flags = i64::from(committed) | i64::from(durable) << 1;
        let term = entry.term as i64;
        self.cells.extend([index as i64, term, text, flags, i64::from(is_noop)]);
        self.cell_count += 1;
    }

    fn client(&mut self, client: &Client, texts: &mut Texts) {
        let last = client.history.last();
        let operation = last.map(|call| call.command.label());
        let outcome = last.and_then(|call| call.returned).map(|(_, outcome)| outcome);
        let (code, answer) = match outcome {
            None => (0, None),
            Some(CallOutcome::Done(value)) => (1, value),
            Some(CallOutcome::Failed) => (2, None),
            Some(CallOutcome::Unknown) => (3, None),
        };
        self.numbers.extend([
            i64::from(client.id),
            i64::from(client.waiting.is_some()),
            operation.map_or(-1, |text| texts.number(&text)),
            answer.map_or(-1, |value| texts.number(&value.to_string())),
            code,
            i64::from(client.asks.0),
            0,
            0,
        ]);
    }

    fn message(
        &mut self,
        timeline: &Timeline,
        flight: &Flight,
        died_at: Option<Instant>,
        texts: &mut Texts,
    ) {
        let kind = flight.packet.kind();
        let (positive, entries, text) = match &flight.packet {
            Packet::Raft(message) => match &message.body {
                Body::RequestVote { .. } => (false, 0, None),
                Body::RequestVoteReply { granted } => (*granted, 0, None),
                Body::AppendEntries { entries, .. } => {
                    (false, entries.len(), entries.first().map(label))
                }
                Body::AppendEntriesReply(reply) => {
                    (matches!(reply, crate::raft::AppendReply::Accepted { .. }), 0, None)
                }
            },
            Packet::Request { command, .. } => (false, 0, Some(Command::label(command))),
            Packet::Answer { answer, .. } => match answer {
                crate::sim::Answer::Done(value) => (true, 0, value.map(|value| value.to_string())),
                crate::sim::Answer::Lost | crate::sim::Answer::NotLeader(_) => (false, 0, None),
            },
        };
        let is_reply = matches!(
            kind,
            PacketKind::RequestVoteReply | PacketKind::AppendEntriesReply | PacketKind::Answer
        );
        let flags = [
            is_reply,
            positive,
            matches!(flight.fate, Fate::Dies(_)),
            flight.fate == Fate::Waits,
            died_at.is_some(),
            entries > 0,
        ];
        let flags = flags.iter().rev().fold(0, |bits, &flag| bits << 1 | i64::from(flag));
        let path = flight.path;
        self.numbers.extend([
            flight.id as i64,
            flight.from.number(),
            flight.to.number(),
            kind as i64,
            flight.packet.term() as i64,
            i64::from(path.from_part),
            path.from_at.0 as i64,
            i64::from(path.to_part),
            path.to_at.0 as i64,
            flags,
            entries as i64,
            text.map_or(-1, |text| texts.number(&text)),
            died_at.map_or(0, |at| timeline.stage(at) as i64),
            0,
            0,
            0,
        ]);
    }
}

/// A candidate's votes as bits by server: given, refused, and given but still in the air.
fn votes(timeline: &Timeline, server: &Server) -> (i64, i64, i64) {
    let Role::Candidate(ballot) = server.node.role() else { return (0, 0, 0) };
    let bit = |id: NodeId| 1i64 << (id.0 - 1).min(62);
    let bits = |ids: &[NodeId]| ids.iter().fold(0, |bits, &id| bits | bit(id));
    let (own, term) = (server.node.id(), server.node.current_term());
    let in_flight = timeline.world().network.flights.iter().filter_map(|flight| {
        let Packet::Raft(message) = &flight.packet else { return None };
        let is_grant = message.body == Body::RequestVoteReply { granted: true };
        let is_ours = flight.to.server() == Some(own) && message.term == term;
        flight.from.server().filter(|_| is_grant && is_ours)
    });
    let in_flight = in_flight.fold(0, |bits, id| bits | bit(id));
    (bits(&ballot.granted), bits(&ballot.refused), in_flight)
}
