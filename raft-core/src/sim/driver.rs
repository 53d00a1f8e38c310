//! What nodes want done is done: writes, messages, the state machine, answers to clients.

use super::agenda::Due;
use super::client::OPERATOR;
use super::clock::translate;
use super::kv::{Command, Logged};
use super::network::Flight;
use super::place::Place;
use super::record::{Answer, Happening, LossReason, Packet};
use super::server::Status;
use super::settings::Reading;
use super::world::World;
use crate::chance::Chance;
use crate::raft::{
    Effect, Entry, Index, Input, NodeId, Outcome, Payload, ProposalId, Token, Write,
};
use alloc::sync::Arc;
use alloc::vec::Vec;

impl World {
    pub(super) fn carry_out(&mut self, at: usize, effects: &mut Vec<Effect>) {
        let id = self.servers[at].node.id();
        let mut applied = None;
        for effect in effects.drain(..) {
            match effect {
                Effect::Decide(mut decision) => {
                    let clock = self.servers[at].clock;
                    if !clock.is_exact() {
                        translate(&mut decision, clock);
                    }
                    self.record(Happening::Decided(id, decision));
                }
                Effect::Persist(write) => self.persist(at, write),
                Effect::Send { to, message } => {
                    let (from, to) = (Place::Server(id), Place::Server(to));
                    self.transmit(from, to, Packet::Raft(message));
                }
                Effect::Apply { index, entry } => {
                    let took_effect;
                    (applied, took_effect) = self.apply(at, index, &entry);
                    self.record(Happening::Applied { server: id, index, took_effect });
                }
                Effect::Restore(snapshot) => {
                    self.servers[at].store.restore(&snapshot.data);
                    self.record(Happening::Restored { server: id, index: snapshot.last.index });
                }
                Effect::TakeSnapshot { index } => {
                    let data = self.servers[at].store.snapshot();
                    self.tell(at, Input::Snapshot { index, data });
                }
                Effect::Compact { through } => self.servers[at].disk.compact(through),
                Effect::Resolve { id, outcome } => self.resolve(at, id, outcome, applied),
            }
        }
    }

    /// The fate of a call or of a change is known: its client is told.
    fn resolve(&mut self, at: usize, id: ProposalId, outcome: Outcome, applied: Option<Answer>) {
        let server = self.servers[at].node.id();
        let (client, call) = World::caller(id);
        if client == OPERATOR {
            return self.record(Happening::ChangeDone { server, outcome });
        }
        let key = self.servers[at].take_read(id);
        let (answer, served) = match outcome {
            Outcome::Committed(index) => {
                (applied.unwrap_or(Answer::Done(None)), Some((index, false)))
            }
            Outcome::Readable(index) => {
                let value = key.and_then(|key| self.servers[at].store.value(&key));
                (Answer::Done(value), Some((index, true)))
            }
            Outcome::Lost => (Answer::Lost, None),
            Outcome::NotLeader(leader) => (Answer::NotLeader(leader), None),
            Outcome::Refused(why) => (Answer::Refused(why), None),
        };
        if let Some((index, read)) = served.filter(|_| answer.is_done()) {
            self.record(Happening::Served { server, client, call, index, read });
        }
        let (from, to) = (Place::Server(server), Place::Client(client));
        self.transmit(from, to, Packet::Answer { call, answer });
    }

    /// What the client of an entry is told, and whether the entry took effect.
    fn apply(&mut self, at: usize, index: Index, entry: &Entry) -> (Option<Answer>, bool) {
        let logged = match &entry.payload {
            Payload::Noop | Payload::Membership(_) => None,
            Payload::Command(bytes) => Logged::decode(bytes),
        };
        let Some(logged) = logged else { return (None, true) };
        let (answer, took_effect) = self.servers[at].store.apply_once(index, &logged);
        (Some(answer), took_effect)
    }

    fn persist(&mut self, at: usize, write: Write) {
        let token = write.token.0;
        let server = self.servers[at].node.id();
        let log = write.log.as_ref().map(|log| (log.from, log.entries.len()));
        let hard_state = write.hard_state.is_some();
        let snapshot = write.snapshot.as_ref().map(|write| write.snapshot.last.index);
        self.record(Happening::Writes { server, token, hard_state, log, snapshot });
        let sync = self.settings.disk(server).sync;
        let words = [SYNC, u64::from(server.0), self.servers[at].node.current_term(), token];
        let [_, name, term, nth] = words;
        let tail = || Chance::of(self.seed, &[SYNC_TAIL, name, term, nth]);
        let length = sync.draw(Chance::of(self.seed, &words), &tail);
        let disk = &mut self.servers[at].disk;
        disk.writing.push_back(write);
        if !self.settings.manual_disk {
            // A disk does one thing after the other.
            disk.busy_until = disk.busy_until.max(self.now + length);
            self.agenda.add(disk.busy_until, Due::Synced { server, token });
        }
    }

    pub(super) fn on_disk_synced(&mut self, id: NodeId, token: u64) {
        let lies = self.settings.disk(id).lies;
        self.finish_writes(id, token, lies);
    }

    /// A disk says that all writes up to this one are durable.
    #[inline(never)]
    pub(super) fn finish_writes(&mut self, id: NodeId, token: u64, lies: bool) {
        let Some(at) = self.position(id) else { return };
        let server = &mut self.servers[at];
        if server.disk.fails_next {
            return self.on_failed_write(at);
        }
        let Some(token) = server.disk.sync(token, lies) else { return };
        let status = server.status;
        self.record(Happening::Synced { server: id, token });
        match status {
            Status::Up => self.tell(at, Input::Written(Token(token))),
            Status::Paused => self.servers[at].unheard_sync = Some(token),
            Status::Crashed => {}
        }
    }

    /// A message is where it should be.
    pub(super) fn deliver(&mut self, flight: Arc<Flight>) {
        let to = match flight.to {
            Place::Server(to) => to,
            Place::Client(client) => {
                self.record(Happening::Arrived(flight.clone()));
                if let Packet::Answer { call, answer } = flight.packet {
                    self.on_answer(client, flight.from, call, answer);
                }
                return;
            }
        };
        let Some(at) = self.position(to) else { return };
        match self.servers[at].status {
            Status::Up => self.hand_over(at, flight),
            Status::Paused => self.servers[at].inbox.push(flight),
            Status::Crashed => self.wreck(flight, LossReason::Down),
        }
    }

    pub(super) fn hand_over(&mut self, at: usize, flight: Arc<Flight>) {
        self.record(Happening::Arrived(flight.clone()));
        let reads_in_log = self.settings.reading == Reading::Log;
        let input = match (&flight.packet, flight.from) {
            (Packet::Raft(message), Place::Server(from)) => {
                Input::Message { from, message: message.clone() }
            }
            (Packet::Request { call, command }, Place::Client(client)) => {
                let id = World::proposal_id(client, *call);
                match command {
                    Logged::Command { command: Command::Get { key }, .. } if !reads_in_log => {
                        self.servers[at].reads.push((id, key.clone()));
                        Input::Read { id }
                    }
                    logged => Input::Propose { id, command: logged.encode() },
                }
            }
            // Nobody sends such a thing.
            (Packet::Raft(_) | Packet::Request { .. } | Packet::Answer { .. }, _) => return,
        };
        self.tell(at, input);
    }
}

/// Words of keyed choices that no packet kind has.
const SYNC: u64 = 200;
const SYNC_TAIL: u64 = 201;
