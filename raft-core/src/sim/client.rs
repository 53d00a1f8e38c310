//! Clients as actors: they ask, wait, are redirected, ask again, and remember.

use super::agenda::{Due, Wake};
use super::history::{Attempt, Call, CallOutcome};
use super::kv::{Command, Logged, Stamp};
use super::place::Place;
use super::record::{Answer, Happening, Packet};
use super::settings::Reading;
use super::world::World;
use crate::chance::Chance;
use crate::chunks::Chunks;
use crate::raft::{NodeId, ProposalId, SessionId};
use crate::time::Duration;
use alloc::collections::VecDeque;

/// One client. It has one call open at a time; more wait in a queue.
///
/// A call that is not answered in time is asked again, so a command can be applied twice. With a
/// session (thesis §6.3), which the client opens before its first command, it cannot. A client
/// that gives up does not know what became of its call.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its number: C1 is 1.
    pub id: u32,
    /// The open call.
    pub waiting: Option<Waiting>,
    /// The server it asks first: the last that answered as leader or was named as such.
    pub asks: NodeId,
    /// Its calls, oldest first: the last is the open one, if there is one.
    pub history: Chunks<Call>,
    /// Each request it sent, oldest first; [`Client::attempts`] tells those of a call.
    pub(super) attempts: Chunks<Attempt>,
    /// Its session (thesis §6.3), once it is open.
    pub session: Option<SessionId>,
    /// Whether its next background call is planned for when it has thought enough.
    pub(super) is_thinking: bool,
    /// How often it has thought of a background call.
    pub(super) thoughts: u64,
    /// The server it asked last because it was its turn.
    pub(super) turn: NodeId,
    pub(super) queue: VecDeque<Command>,
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
    pub(super) redirects: u32,
    /// How often it was asked again after a while.
    pub(super) retries: u32,
}

/// The client whose calls are the changes of the membership that a script asks for.
pub(super) const OPERATOR: u32 = 0xffff;
/// The number of the call that opens a session; the client's own are from 1.
const OPENING: u64 = 0;
/// Calls that may wait behind the open one.
const QUEUE_MAX: usize = 100;
/// Redirects that are followed at once; after so many the client waits a while.
const REDIRECTS_MAX: u32 = 2;
/// So often a client that backs off waits twice as long as before.
const DOUBLINGS_MAX: u32 = 4;
/// A word of keyed choices that no packet kind has.
const BACKOFF: u64 = 110;

impl Client {
    pub(super) fn new(id: u32) -> Client {
        Client {
            id,
            waiting: None,
            asks: NodeId(1),
            turn: NodeId(1),
            history: Chunks::default(),
            attempts: Chunks::default(),
            is_thinking: false,
            thoughts: 0,
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
        actor.history.push(Call {
            command: command.clone(),
            called_at: self.now,
            returned: None,
            answered_by: None,
            attempts_before: actor.attempts.len(),
        });
        let call = actor.history.len() as u64;
        actor.waiting = Some(Waiting {
            command: command.clone(),
            call,
            attempt: 0,
            in_session,
            redirects: 0,
            retries: 0,
        });
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
        actor.attempts.push(Attempt { server, at: self.now });
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
        let after = self.longer(client, call, attempt, after);
        self.agenda.add(self.now + Duration(after.0.max(1)), Due::Client { client, wake });
    }

    /// How long a client waits that backs off: twice as long each time, up to a bound, and of
    /// that at least half: clients that failed together do not ask together again.
    fn longer(&self, client: u32, call: u64, attempt: u32, after: Duration) -> Duration {
        let actor = self.clients.get(client as usize - 1);
        let waiting = actor.and_then(|actor| actor.waiting.as_ref());
        let retries = waiting.map_or(0, |waiting| waiting.retries);
        if !self.settings.backoff || retries == 0 {
            return after;
        }
        let most = after.0 << retries.min(DOUBLINGS_MAX);
        let words = [BACKOFF, u64::from(client), call, u64::from(attempt)];
        Duration(Chance::of(self.seed, &words).between(most / 2, most))
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
        let call = waiting.call;
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
        let client = self.clients[at].id;
        self.finish_call(at, outcome, from.server(), Happening::Returned { client, call, answer });
    }

    fn ask_later(&mut self, at: usize) {
        let Client { id: client, waiting, .. } = &mut self.clients[at];
        let Some(waiting) = waiting else { return };
        waiting.redirects = 0;
        waiting.attempt += 1;
        let (client, call, attempt) = (*client, waiting.call, waiting.attempt);
        self.wake_later(client, call, attempt, Duration(self.settings.retry.0 / 5));
    }

    /// The open call is over for its client, which goes on with the next.
    fn finish_call(
        &mut self,
        at: usize,
        outcome: CallOutcome,
        answered_by: Option<NodeId>,
        what: Happening,
    ) {
        let actor = &mut self.clients[at];
        actor.waiting = None;
        if let Some(last) = actor.history.last_mut() {
            last.returned = Some((self.now, outcome));
            last.answered_by = answered_by;
        }
        let (client, next) = (actor.id, actor.queue.pop_front());
        self.record(what);
        match next {
            Some(command) => self.call(client, command),
            None => self.think(client),
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
                if let Some(waiting) = actor.waiting.as_mut().filter(|waiting| is_open(waiting)) {
                    if self.settings.retries.is_some_and(|most| waiting.retries >= most) {
                        let what = Happening::GaveUp { client, call };
                        return self.finish_call(at, CallOutcome::Unknown, None, what);
                    }
                    waiting.retries += 1;
                    let last = if has_changed { &mut actor.turn } else { &mut actor.asks };
                    *last = NodeId(last.0 % servers + 1);
                    actor.asks = *last;
                    self.ask_again(at);
                }
            }
            Wake::Background { number } => self.on_background(client, number),
        }
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
