//! The world: one step is one event, and events have one total order.
//!
//! **Invariant:** the next event depends on the world's state alone. Nothing outside is read, no
//! floating point is used, and ties are broken by class and content.

use super::agenda::{Agenda, Due};
use super::client::Client;
use super::clock::Clock;
use super::director::Director;
use super::network::Network;
use super::place::Place;
use super::record::{Happening, Record};
use super::script::{Action, Script};
use super::server::Server;
use super::settings::Settings;
use super::shared::Shared;
use crate::raft::{Effect, Input, NodeId, Setup};
use crate::time::Instant;
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
    pub settings: Arc<Settings>,
    /// S1, S2 and so on.
    pub servers: Shared<Server>,
    /// C1, C2 and so on.
    pub clients: Shared<Client>,
    /// What is in the air.
    pub network: Network,
    pub(super) seed: u64,
    pub(super) agenda: Agenda,
    pub(super) director: Director,
    pub(super) event: Event,
    pub(super) founders: Founders,
    /// Changes of the membership that lines asked for.
    pub(super) changes: u64,
    pub(super) state: Progress,
    /// What comes next; worked out once after each event.
    pub(super) next: Option<(Instant, Next)>,
}

/// The event in progress. Between events all of it is empty and stays for its memory alone, so a
/// clone of the world, which is taken between events, does without.
#[derive(Debug, Default)]
pub(super) struct Event {
    /// What has happened so far.
    pub(super) records: Vec<Record>,
    /// How many of them were watched.
    watched: usize,
    /// Things that servers are told; nobody sees the network's delay in them.
    inputs: VecDeque<(usize, Input)>,
    effects: Vec<Effect>,
}

impl Clone for Event {
    fn clone(&self) -> Event {
        debug_assert!(self.records.is_empty() && self.inputs.is_empty(), "an event is in progress");
        Event::default()
    }
}

/// Memory that an event needs while it happens.
#[derive(Debug, Default)]
pub struct Memory(Event);

/// The members that the cluster begins with.
#[derive(Clone, Debug)]
pub(super) struct Founders {
    voters: Arc<[NodeId]>,
    learners: Arc<[NodeId]>,
}

/// Sees what just happened and the world right after it.
pub type Watch<'a> = &'a mut dyn FnMut(&World, &[Record]);

/// How far a run is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
    New,
    Running,
    Ended,
}

/// What comes next, in the order of one moment.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Next {
    Begin,
    Line,
    Due,
    Timer(usize),
    End,
}

impl World {
    /// The world of a script at its beginning.
    pub fn new(script: Arc<Script>) -> World {
        let settings = script.first_settings();
        let (voters, members) = (script.servers, script.servers + script.learners);
        let founders = Founders {
            voters: (1..=voters).map(NodeId).collect(),
            learners: (voters + 1..=members).map(NodeId).collect(),
        };
        let names = 1..=script.all_servers();
        let mut world = World {
            now: Instant::ZERO,
            seed: script.seed,
            servers: Shared::from_iter([]),
            clients: (1..=script.clients.count).map(Client::new).collect(),
            network: Network::default(),
            agenda: Agenda::default(),
            director: Director::new(&script),
            event: Event::default(),
            founders,
            changes: 0,
            state: Progress::New,
            next: Some((Instant::ZERO, Next::Begin)),
            settings: Arc::new(settings),
            script,
        };
        let limit = world.settings.session_limit;
        let birth = |name: u32| u64::from(name > members);
        let start = |name| {
            let id = NodeId(name);
            let clock = Clock::of(id, &world.script.settings);
            Server::new(world.setup_of(id), birth(name), limit, clock)
        };
        world.servers = names.map(start).collect();
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
        self.complete_event(records, watch);
        true
    }

    /// Does what no line of the script says, at a moment that is not after the next event, and
    /// adds what happened to `records`; whether there was something to do it to. For whoever
    /// chooses as the run goes.
    pub fn play(
        &mut self,
        at: Instant,
        action: &Action,
        records: &mut Vec<Record>,
        watch: Watch<'_>,
    ) -> bool {
        self.now = at;
        let fits = self.act(0, action);
        self.complete_event(records, watch);
        fits
    }

    /// The same for one message that waits, by its number, since a name may fit several: it flies
    /// on, or with `twice` another like it sets out.
    pub fn play_message(
        &mut self,
        at: Instant,
        (id, twice): (u64, bool),
        records: &mut Vec<Record>,
        watch: Watch<'_>,
    ) {
        self.now = at;
        if let Some(flight) = self.take_flight(id) {
            let change = if twice { World::copy_flight } else { World::release_flight };
            change(self, flight);
        }
        self.complete_event(records, watch);
    }

    /// Exchanges the memory for events: clones of one world, of which each takes a step, need it
    /// one after the other.
    pub fn exchange_memory(&mut self, memory: &mut Memory) {
        core::mem::swap(&mut self.event, &mut memory.0);
    }

    /// Lets all that follows from an event happen, and hands out what happened.
    fn complete_event(&mut self, records: &mut Vec<Record>, watch: Watch<'_>) {
        self.settle(watch);
        self.fire_triggers(watch);
        self.plan_next();
        self.event.records.retain(|record| !record.what.is_for_watchers());
        records.append(&mut self.event.records);
        self.event.watched = 0;
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
            // A timer that ran out while its server stood still is due now.
            let runs = server.is_up() && !self.settings.manual_timers;
            let deadline = if runs { server.deadline()? } else { return None };
            Some((deadline.max(self.now), Next::Timer(at)))
        });
        let line = self.director.next_at().map(|at| (at.max(self.now), Next::Line));
        let due = self.agenda.next_at().map(|at| (at, Next::Due));
        let end = self.script.end.map(|at| (at, Next::End));
        timers.chain(line).chain(due).chain(end).min()
    }

    fn begin(&mut self) {
        self.state = Progress::Running;
        self.begin_workload();
    }

    fn end(&mut self) {
        self.expect_at_end();
        self.state = Progress::Ended;
        self.record(Happening::Ended);
    }

    pub(super) fn record(&mut self, what: Happening) {
        self.event.records.push(Record { at: self.now, what });
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
        let servers = (1..=self.servers.len() as u32).map(|id| Place::Server(NodeId(id)));
        let clients = (1..=self.clients.len() as u32).map(Place::Client);
        servers.chain(clients).collect::<Vec<_>>().into_iter()
    }

    pub(super) fn setup_of(&self, id: NodeId) -> Setup {
        Setup {
            id,
            voters: self.founders.voters.clone(),
            learners: self.founders.learners.clone(),
            config: self.settings.protocol,
            rules: self.script.rules,
            seed: self.seed,
        }
    }
}

/// Servers.
impl World {
    pub(super) fn tell(&mut self, server: usize, input: Input) {
        self.event.inputs.push_back((server, input));
    }

    /// Lets servers take what they were told, and carries out what follows.
    pub(super) fn settle(&mut self, watch: Watch<'_>) {
        self.show(watch);
        while let Some((at, input)) = self.event.inputs.pop_front() {
            let Some(server) = self.servers.get_mut(at) else { continue };
            let mut effects = core::mem::take(&mut self.event.effects);
            server.node.step(server.clock.local(self.now), input, &mut effects);
            self.carry_out(at, &mut effects);
            self.event.effects = effects;
            self.show(watch);
            if self.servers[at].is_up() && self.servers[at].node.is_stopped() {
                self.crash(at);
                self.show(watch);
            }
        }
    }

    fn show(&mut self, watch: Watch<'_>) {
        let new = core::mem::replace(&mut self.event.watched, self.event.records.len());
        if let Some(records) = self.event.records.get(new..).filter(|records| !records.is_empty()) {
            watch(self, records);
        }
    }

    /// A server that stops does not take what it was still to be told.
    pub(super) fn forget_inputs(&mut self, at: usize) {
        self.event.inputs.retain(|(server, _)| *server != at);
    }
}
