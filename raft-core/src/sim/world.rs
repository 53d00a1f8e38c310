//! The world: one step is one event, and events have one total order.
//!
//! **Invariant:** the next event depends on the world's state alone. Nothing outside is read, no
//! floating point is used, and ties are broken by class and content.

use super::agenda::{Agenda, Due};
use super::client::Client;
use super::director::Director;
use super::kv::Command;
use super::network::{Flight, Network};
use super::place::Place;
use super::record::{Answer, Happening, LossReason, Packet, Record};
use super::script::Script;
use super::server::{Server, Status};
use super::settings::Settings;
use crate::chance::Chance;
use crate::raft::{Effect, Entry, Input, NodeId, Outcome, Payload, Setup, Token, Write};
use crate::time::{Duration, Instant};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Servers, clients and what is between them, at one moment.
#[derive(Clone, Debug)]
pub struct World {
    /// The script it follows.
    pub script: Arc<Script>,
    /// The moment.
    pub now: Instant,
    /// The knobs as they are turned now.
    pub settings: Settings,
    /// S1, S2 and so on.
    pub servers: Vec<Server>,
    /// C1, C2 and so on.
    pub clients: Vec<Client>,
    /// What is in the air.
    pub network: Network,
    pub(super) seed: u64,
    pub(super) agenda: Agenda,
    pub(super) director: Director,
    /// The records of the event in progress; empty between events.
    pub(super) records: Vec<Record>,
    /// How many of them were watched.
    watched: usize,
    /// Things that servers are told in this event; nobody sees the network's delay in them.
    inputs: VecDeque<(usize, Input)>,
    effects: Vec<Effect>,
    voters: Arc<[NodeId]>,
    state: Progress,
    /// What comes next; worked out once after each event.
    next: Option<(Instant, Next)>,
}

/// Sees what just happened and the world right after it.
pub type Watch<'a> = &'a mut dyn FnMut(&World, &[Record]);

/// How far a run is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    New,
    Running,
    Ended,
}

/// What comes next, in the order of one moment.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Next {
    Begin,
    Line,
    Due,
    Timer(usize),
    End,
}

impl World {
    /// The world of a script at its beginning.
    pub fn new(script: Arc<Script>) -> World {
        let mut settings = script.preset.settings();
        script.settings.iter().for_each(|&setting| settings.apply(setting));
        let voters: Arc<[NodeId]> = (1..=script.servers).map(NodeId).collect();
        let mut world = World {
            now: Instant::ZERO,
            seed: script.seed,
            servers: Vec::new(),
            clients: (1..=script.clients.count).map(Client::new).collect(),
            network: Network::default(),
            agenda: Agenda::default(),
            director: Director::new(&script),
            records: Vec::new(),
            watched: 0,
            inputs: VecDeque::new(),
            effects: Vec::new(),
            voters,
            state: Progress::New,
            next: Some((Instant::ZERO, Next::Begin)),
            settings,
            script,
        };
        world.servers = world.voters.iter().map(|&id| Server::new(world.setup_of(id))).collect();
        world
    }

    /// When the next event is; nothing when the run is over or nothing will ever happen by
    /// itself.
    pub fn next_at(&self) -> Option<Instant> {
        self.next.map(|(at, _)| at)
    }

    /// Lets the next event happen and adds what happened to `records`; false when there is none.
    ///
    /// `watch` sees the world right after each thing that a server did, with what is new: by the
    /// end of the event the server may have crashed, or have done more.
    pub fn step(&mut self, records: &mut Vec<Record>, watch: Watch<'_>) -> bool {
        let Some((at, next)) = self.next else { return false };
        self.now = at;
        match next {
            Next::Begin => self.begin(),
            Next::Line => self.perform_due_line(),
            Next::Due => match self.agenda.take_next() {
                Some(Due::Flight(key)) => self.land(key.id),
                Some(Due::Synced { server, token }) => self.on_disk_synced(server, token),
                Some(Due::Client { client, wake }) => self.on_wake(client, wake),
                None => {}
            },
            Next::Timer(server) => self.tell(server, Input::Deadline),
            Next::End => self.end(),
        }
        self.settle(watch);
        self.fire_triggers(watch);
        self.plan_next();
        records.append(&mut self.records);
        self.watched = 0;
        true
    }

    pub(super) fn plan_next(&mut self) {
        self.next = self.find_next();
    }

    fn find_next(&self) -> Option<(Instant, Next)> {
        match self.state {
            Progress::New => return Some((self.now, Next::Begin)),
            Progress::Ended => return None,
            Progress::Running => {}
        }
        let timers = self.servers.iter().enumerate().filter_map(|(at, server)| {
            let runs = server.is_up() && !self.settings.manual_timers;
            // A timer that ran out while its server stood still is due now.
            let deadline = server.node.deadline().filter(|_| runs)?;
            Some((deadline.max(self.now), Next::Timer(at)))
        });
        let line = self.director.next_at().map(|at| (at.max(self.now), Next::Line));
        let due = self.agenda.next_at().map(|at| (at, Next::Due));
        let end = self.script.end.map(|at| (at, Next::End));
        timers.chain(line).chain(due).chain(end).min()
    }

    fn begin(&mut self) {
        self.state = Progress::Running;
        for client in 1..=self.clients.len() as u32 {
            self.plan_background(client, 0);
        }
    }

    fn end(&mut self) {
        self.expect_at_end();
        self.state = Progress::Ended;
        self.record(Happening::Ended);
    }

    pub(super) fn record(&mut self, what: Happening) {
        self.records.push(Record { at: self.now, what });
    }

    /// The server with this name.
    pub fn server(&self, id: NodeId) -> Option<&Server> {
        self.servers.get(self.position(id)?)
    }

    pub(super) fn position(&self, id: NodeId) -> Option<usize> {
        let at = id.0.checked_sub(1)? as usize;
        (at < self.servers.len()).then_some(at)
    }

    /// All places: servers, then clients.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let servers = self.voters.iter().map(|&id| Place::Server(id));
        let clients = (1..=self.clients.len() as u32).map(Place::Client);
        servers.chain(clients).collect::<Vec<_>>().into_iter()
    }

    fn setup_of(&self, id: NodeId) -> Setup {
        Setup {
            id,
            voters: self.voters.clone(),
            config: self.settings.protocol,
            rules: self.script.rules,
            seed: self.seed,
        }
    }
}

/// Servers.
impl World {
    pub(super) fn tell(&mut self, server: usize, input: Input) {
        self.inputs.push_back((server, input));
    }

    /// Lets servers take what they were told, and carries out what follows.
    pub(super) fn settle(&mut self, watch: Watch<'_>) {
        self.show(watch);
        while let Some((at, input)) = self.inputs.pop_front() {
            let Some(server) = self.servers.get_mut(at) else { continue };
            let mut effects = core::mem::take(&mut self.effects);
            server.node.step(self.now, input, &mut effects);
            self.carry_out(at, &mut effects);
            self.effects = effects;
            self.show(watch);
        }
    }

    fn show(&mut self, watch: Watch<'_>) {
        let new = core::mem::replace(&mut self.watched, self.records.len());
        if let Some(records) = self.records.get(new..).filter(|records| !records.is_empty()) {
            watch(self, records);
        }
    }

    fn carry_out(&mut self, at: usize, effects: &mut Vec<Effect>) {
        let id = self.servers[at].node.id();
        let mut applied = None;
        for effect in effects.drain(..) {
            match effect {
                Effect::Decide(decision) => self.record(Happening::Decided(id, decision)),
                Effect::Persist(write) => self.persist(at, write),
                Effect::Send { to, message } => {
                    let (from, to) = (Place::Server(id), Place::Server(to));
                    self.transmit(from, to, Packet::Raft(message));
                }
                Effect::Apply { index, entry } => {
                    applied = self.apply(at, &entry);
                    self.record(Happening::Applied { server: id, index });
                }
                Effect::Resolve { id: proposal, outcome } => {
                    let (client, call) = World::caller(proposal);
                    let answer = match outcome {
                        Outcome::Committed(_) => Answer::Done(applied),
                        Outcome::Lost => Answer::Lost,
                        Outcome::NotLeader(leader) => Answer::NotLeader(leader),
                    };
                    let (from, to) = (Place::Server(id), Place::Client(client));
                    self.transmit(from, to, Packet::Answer { call, answer });
                }
            }
        }
    }

    fn apply(&mut self, at: usize, entry: &Entry) -> Option<i64> {
        match &entry.payload {
            Payload::Noop => None,
            Payload::Command(bytes) => {
                let command = Command::decode(bytes)?;
                self.servers[at].store.apply(&command)
            }
        }
    }

    fn persist(&mut self, at: usize, write: Write) {
        let token = write.token.0;
        let server = self.servers[at].node.id();
        let log = write.log.as_ref().map(|log| (log.from, log.entries.len()));
        let hard_state = write.hard_state.is_some();
        self.record(Happening::Writes { server, token, hard_state, log });
        let sync = self.settings.sync;
        let words = [SYNC, u64::from(server.0), self.servers[at].node.current_term(), token];
        let length = Chance::of(self.seed, &words).between(sync.low.0, sync.high.0);
        let disk = &mut self.servers[at].disk;
        disk.writing.push_back(write);
        if !self.settings.manual_disk {
            // A disk does one thing after the other.
            disk.busy_until = disk.busy_until.max(self.now + Duration(length));
            self.agenda.add(disk.busy_until, Due::Synced { server, token });
        }
    }

    pub(super) fn on_disk_synced(&mut self, id: NodeId, token: u64) {
        let Some(at) = self.position(id) else { return };
        let server = &mut self.servers[at];
        let Some(token) = server.disk.sync(token) else { return };
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

    fn hand_over(&mut self, at: usize, flight: Arc<Flight>) {
        self.record(Happening::Arrived(flight.clone()));
        let input = match (&flight.packet, flight.from) {
            (Packet::Raft(message), Place::Server(from)) => {
                Input::Message { from, message: message.clone() }
            }
            (Packet::Request { call, command }, Place::Client(client)) => {
                Input::Propose { id: World::proposal_id(client, *call), command: command.encode() }
            }
            // Nobody sends such a thing.
            (Packet::Raft(_) | Packet::Request { .. } | Packet::Answer { .. }, _) => return,
        };
        self.tell(at, input);
    }

    /// Power off. Whether it was on.
    pub(super) fn crash(&mut self, at: usize) -> bool {
        if self.servers[at].status == Status::Crashed {
            return false;
        }
        let server = self.servers[at].node.id();
        self.agenda.retain(|due| !matches!(due, Due::Synced { server: id, .. } if *id == server));
        let lost = self.servers[at].disk.lose_unsynced();
        let setup = self.setup_of(server);
        self.servers[at].lose_memory(setup, self.now);
        self.servers[at].status = Status::Crashed;
        self.record(Happening::Crashed { server, lost });
        true
    }

    /// Power on. Whether it was off.
    pub(super) fn restart(&mut self, at: usize) -> bool {
        if self.servers[at].status != Status::Crashed {
            return false;
        }
        let server = self.servers[at].node.id();
        let setup = self.setup_of(server);
        self.servers[at].lose_memory(setup, self.now);
        self.servers[at].status = Status::Up;
        self.record(Happening::Restarted(server));
        true
    }

    /// Power off and the disk gone.
    pub(super) fn wipe(&mut self, at: usize) -> bool {
        self.crash(at);
        let server = self.servers[at].node.id();
        self.servers[at].disk = Default::default();
        let setup = self.setup_of(server);
        self.servers[at].lose_memory(setup, self.now);
        self.record(Happening::Wiped(server));
        true
    }

    pub(super) fn pause(&mut self, at: usize) -> bool {
        if !self.servers[at].is_up() {
            return false;
        }
        self.servers[at].status = Status::Paused;
        self.record(Happening::Paused(self.servers[at].node.id()));
        true
    }

    /// Goes on: first what its disk finished, then what waited at its door, in order.
    pub(super) fn resume(&mut self, at: usize) -> bool {
        if self.servers[at].status != Status::Paused {
            return false;
        }
        self.servers[at].status = Status::Up;
        self.record(Happening::Resumed(self.servers[at].node.id()));
        if let Some(token) = self.servers[at].unheard_sync.take() {
            self.tell(at, Input::Written(Token(token)));
        }
        for flight in core::mem::take(&mut self.servers[at].inbox) {
            self.hand_over(at, flight);
        }
        true
    }
}

/// A word of keyed choices that no packet kind has.
const SYNC: u64 = 200;
