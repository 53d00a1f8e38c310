//! Clients as actors: they ask, wait, are redirected, ask again, and remember.

use super::agenda::{Due, Wake};
use super::kv::{Command, Logged, Stamp};
use super::place::Place;
use super::record::{Answer, Happening, Packet};
use super::settings::Reading;
use super::world::World;
use crate::chance::Chance;
use crate::chunks::Chunks;
use crate::raft::{NodeId, ProposalId, SessionId};
use crate::time::{Duration, Instant};
use alloc::collections::VecDeque;
use alloc::string::{String, ToString};

/// One client. It has one call open at a time; more wait in a queue.
///
/// A call that is not answered in time is asked again, so a command can be applied twice. With a
/// session (thesis §6.3), which the client opens before its first command, it cannot.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its number: C1 is 1.
    pub id: u32,
    /// The open call.
    pub waiting: Option<Waiting>,
    /// The server it asks first: the last that answered as leader or was named as such.
    pub asks: NodeId,
    /// Its calls, oldest first.
    pub history: Chunks<Call>,
    /// Its session (thesis §6.3), once it is open.
    pub session: Option<SessionId>,
    /// The server it asked last because it was its turn.
    turn: NodeId,
    queue: VecDeque<Command>,
}

/// An open call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// What it asks for.
    pub command: Command,
    /// Its number, from 1.
    pub call: u64,
    /// How often it was sent.
    pub attempt: u32,
    /// Whether it is asked in a session, so that it can be asked again without harm.
    pub in_session: bool,
    /// How often it was redirected since a server last kept silent.
    redirects: u32,
}

/// A call of a client's history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// What was asked for.
    pub command: Command,
    /// When.
    pub called_at: Instant,
    /// When the client had its answer, and which; nothing while it waits.
    pub returned: Option<(Instant, CallOutcome)>,
}

/// How a call ended for its client.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CallOutcome {
    /// Done; the key's value afterwards.
    Done(Option<i64>),
    /// A compare-and-set is done, in one way or the other.
    Compared {
        /// Whether the key had the value that was expected, and got the new one.
        swapped: bool,
        /// The key's value before.
        found: Option<i64>,
    },
    /// It may have been done, or be done later.
    Unknown,
}

/// The client whose calls are the changes of the membership that a script asks for.
pub(super) const OPERATOR: u32 = 0xffff;
/// The number of the call that opens a session; the client's own are from 1.
const OPENING: u64 = 0;
/// Calls that may wait behind the open one.
const QUEUE_MAX: usize = 100;
/// Redirects that are followed at once; after so many the client waits a while.
const REDIRECTS_MAX: u32 = 2;

impl Client {
    pub(super) fn new(id: u32) -> Client {
        Client {
            id,
            waiting: None,
            asks: NodeId(1),
            turn: NodeId(1),
            history: Chunks::default(),
            session: None,
            queue: VecDeque::new(),
        }
    }
}

impl World {
    /// A client asks for something, now or when its open call is over.
    pub(super) fn call(&mut self, client: u32, command: Command) {
        let Some(at) = self.client_position(client) else { return };
        let is_logged =
            !matches!(command, Command::Get { .. }) || self.settings.reading == Reading::Log;
        let in_session = self.settings.sessions && is_logged;
        let actor = &mut self.clients[at];
        if actor.waiting.is_some() {
            if actor.queue.len() < QUEUE_MAX {
                actor.queue.push_back(command);
            }
            return;
        }
        let (called_at, returned) = (self.now, None);
        actor.history.push(Call { command: command.clone(), called_at, returned });
        let call = actor.history.len() as u64;
        actor.waiting =
            Some(Waiting { command: command.clone(), call, attempt: 0, in_session, redirects: 0 });
        self.record(Happening::Called { client, call, command });
        self.ask(at);
    }

    /// Sends the open call to the server the client asks; before that it opens a session, if the
    /// call needs one.
    fn ask(&mut self, at: usize) {
        let actor = &mut self.clients[at];
        let (client, server) = (actor.id, actor.asks);
        let Some(waiting) = &mut actor.waiting else { return };
        waiting.attempt += 1;
        let Waiting { command, call, attempt, in_session, .. } = waiting.clone();
        let packet = match actor.session.filter(|_| in_session) {
            None if in_session => Packet::Request { call: OPENING, command: Logged::Register },
            session => {
                let stamp = session.map(|session| Stamp { session, number: call });
                Packet::Request { call, command: Logged::Command { command, stamp } }
            }
        };
        self.wake_later(client, call, attempt, self.settings.retry);
        self.transmit(Place::Client(client), Place::Server(server), packet);
    }

    fn wake_later(&mut self, client: u32, call: u64, attempt: u32, after: Duration) {
        let wake = Wake::Retry { call, attempt };
        self.agenda.add(self.now + Duration(after.0.max(1)), Due::Client { client, wake });
    }

    /// A server gets a client's request: the call's number comes back with the outcome.
    pub(super) fn proposal_id(client: u32, call: u64) -> ProposalId {
        ProposalId(u64::from(client) << 48 | call)
    }

    /// The client and call that an outcome belongs to.
    pub(super) fn caller(id: ProposalId) -> (u32, u64) {
        ((id.0 >> 48) as u32, id.0 & ((1 << 48) - 1))
    }

    /// A client gets an answer.
    pub(super) fn on_answer(&mut self, client: u32, from: Place, call: u64, answer: Answer) {
        let Some(at) = self.client_position(client) else { return };
        let actor = &mut self.clients[at];
        let Some(waiting) = &mut actor.waiting else { return };
        let (is_opening, in_session) =
            (waiting.in_session && actor.session.is_none(), waiting.in_session);
        if call != if is_opening { OPENING } else { waiting.call } {
            return;
        }
        let outcome = match answer {
            Answer::Done(value) => CallOutcome::Done(value),
            Answer::Compared { swapped, found } => CallOutcome::Compared { swapped, found },
            Answer::Opened(session) => {
                actor.session = Some(session);
                actor.asks = from.server().unwrap_or(actor.asks);
                waiting.redirects = 0;
                return self.ask(at);
            }
            Answer::NotLeader(Some(leader)) if waiting.redirects < REDIRECTS_MAX => {
                waiting.redirects += 1;
                actor.asks = leader;
                return self.ask_again(at);
            }
            Answer::NotLeader(_) | Answer::Refused(_) => return self.ask_later(at),
            // In a session it can be asked again, whatever became of it.
            Answer::Lost if in_session => return self.ask_later(at),
            Answer::Lost => CallOutcome::Unknown,
            Answer::Expired => {
                actor.session = None;
                CallOutcome::Unknown
            }
        };
        if let Some(server) = from.server() {
            self.clients[at].asks = server;
        }
        self.finish_call(at, answer, outcome);
    }

    fn ask_later(&mut self, at: usize) {
        let Client { id: client, waiting, .. } = &mut self.clients[at];
        let Some(waiting) = waiting else { return };
        waiting.redirects = 0;
        waiting.attempt += 1;
        let (client, call, attempt) = (*client, waiting.call, waiting.attempt);
        self.wake_later(client, call, attempt, Duration(self.settings.retry.0 / 5));
    }

    fn finish_call(&mut self, at: usize, answer: Answer, outcome: CallOutcome) {
        let actor = &mut self.clients[at];
        let Some(Waiting { call, .. }) = actor.waiting.take() else { return };
        if let Some(last) = actor.history.last_mut() {
            last.returned = Some((self.now, outcome));
        }
        let (client, next) = (actor.id, actor.queue.pop_front());
        self.record(Happening::Returned { client, call, answer });
        if let Some(command) = next {
            self.call(client, command);
        }
    }

    fn ask_again(&mut self, at: usize) {
        let Client { id: client, asks: server, waiting, .. } = &self.clients[at];
        let Some(Waiting { call, .. }) = *waiting else { return };
        self.record(Happening::Retried { client: *client, call, server: *server });
        self.ask(at);
    }

    /// A client looks up: no answer came in time, or the background workload goes on.
    pub(super) fn on_wake(&mut self, client: u32, wake: Wake) {
        let Some(at) = self.client_position(client) else { return };
        match wake {
            Wake::Retry { call, attempt } => {
                let servers = self.servers.len() as u32;
                // Servers that were removed may send a client in a circle for ever.
                let has_changed = self.changes > 0;
                let actor = &mut self.clients[at];
                let is_open =
                    |waiting: &Waiting| (waiting.call, waiting.attempt) == (call, attempt);
                if actor.waiting.as_ref().is_some_and(is_open) {
                    let last = if has_changed { &mut actor.turn } else { &mut actor.asks };
                    *last = NodeId(last.0 % servers + 1);
                    actor.asks = *last;
                    self.ask_again(at);
                }
            }
            Wake::Background { number } => {
                if self.clients[at].waiting.is_none() {
                    let command = self.background_command(client, number);
                    self.call(client, command);
                }
                self.plan_background(client, number + 1);
            }
        }
    }

    /// Plans a client's next background call: intervals vary by half of their mean.
    pub(super) fn plan_background(&mut self, client: u32, number: u64) {
        let (rate, count) = (u64::from(self.script.clients.rate), self.clients.len() as u64);
        if rate == 0 {
            return;
        }
        let mean = 1_000_000_000 * count / rate;
        let chance = Chance::of(self.seed, &[BACKGROUND, u64::from(client), number]);
        let interval = Duration(chance.between(mean / 2, mean * 3 / 2).max(1));
        let wake = Wake::Background { number };
        self.agenda.add(self.now + interval, Due::Client { client, wake });
    }

    /// Two puts for each get; every put has a value of its own, so that a read tells its write.
    fn background_command(&self, client: u32, number: u64) -> Command {
        let chance = Chance::of(self.seed, &[BACKGROUND + 1, u64::from(client), number]);
        let key = key_name(chance.between(0, u64::from(self.script.clients.keys.max(1)) - 1));
        if chance.bits() % 3 == 0 {
            return Command::Get { key };
        }
        let clients = self.clients.len() as u64;
        let value = (number * clients + u64::from(client)) as i64;
        Command::Put { key, value }
    }

    pub(super) fn client_mut(&mut self, client: u32) -> Option<&mut Client> {
        let at = self.client_position(client)?;
        self.clients.get_mut(at)
    }

    fn client_position(&self, client: u32) -> Option<usize> {
        let at = client.checked_sub(1)? as usize;
        (at < self.clients.len()).then_some(at)
    }
}

/// Words of keyed choices that no packet kind has.
const BACKGROUND: u64 = 100;

/// x, y, z, then a, b, c and so on.
fn key_name(number: u64) -> String {
    let letter = b'a' + ((number + 23) % 26) as u8;
    char::from(letter).to_string()
}
