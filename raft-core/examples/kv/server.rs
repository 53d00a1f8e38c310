//! The run loop: the one thread that owns the node and the state machine.
//!
//! Whatever happens comes through one queue: messages, requests, finished writes. Each becomes one
//! step of the node, and the effects are carried out in the order in which they come. The disk and
//! the network work on threads of their own, so a step never waits.

use super::links::Links;
use super::machine::Machine;
use super::storage::Task;
use super::view;
use anyhow::{Context, Result, anyhow};
use raft_core::raft::{
    Change, Decision, Effect, Input, Message, Node, NodeId, Outcome, Payload, ProposalId, Refusal,
    Token,
};
use raft_core::time::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::Duration;

/// What happens to a server.
pub enum Event {
    /// A peer has made a connection, and says where it listens.
    Hello {
        /// The peer.
        from: NodeId,
        /// Its address.
        address: String,
    },
    /// A message arrived.
    Message {
        /// The sender.
        from: NodeId,
        /// The message.
        message: Message,
    },
    /// A client asks.
    Request {
        /// For what.
        request: Request,
        /// Where the answer goes, one line.
        reply: SyncSender<String>,
    },
    /// All writes up to this one are durable.
    Written(Token),
    /// The disk failed.
    WriteFailed(anyhow::Error),
}

/// What a client asks for.
pub enum Request {
    /// A command of the state machine, as it will stand in the log.
    Command(Arc<[u8]>),
    /// The value of a key.
    Get(String),
    /// A change of the membership.
    Change(Change),
    /// Another leader.
    Transfer(NodeId),
    /// How this server fares.
    Status,
    /// Name and birth of this server.
    Identity,
    /// What this server has applied: servers that agree in the index agree in the rest.
    Digest,
}

/// A client waits for the outcome.
struct Waiting {
    /// The key, for a read.
    key: Option<String>,
    reply: SyncSender<String>,
}

/// So many events are taken between two looks at the clock.
const EVENTS: usize = 256;

/// A server that runs.
pub struct Server {
    node: Node,
    machine: Machine,
    clock: Clock,
    storage: Sender<Task>,
    links: Links,
    /// Where the others are, by the command line.
    given: BTreeMap<NodeId, String>,
    /// Where others say that they are.
    heard: BTreeMap<NodeId, String>,
    waiting: BTreeMap<ProposalId, Waiting>,
    last_proposal: u64,
    /// What the entry applied last answers.
    answer: String,
    /// Peers of whom the operator has been told that their disk is gone.
    forgetful: BTreeSet<NodeId>,
    is_verbose: bool,
}

/// Time that never goes back, not even when the server starts anew, as [`Node::step`] asks.
///
/// A wall clock may be set back. So each start begins an era of its own, long enough that no run
/// outlasts it: four years.
pub struct Clock {
    era: Instant,
    started: std::time::Instant,
}

impl Clock {
    /// The clock of the start with this number.
    pub fn new(start: u64) -> Clock {
        Clock { era: Instant(start << 47), started: std::time::Instant::now() }
    }

    /// The time now.
    pub fn now(&self) -> Instant {
        let micros = self.started.elapsed().as_micros();
        self.era + raft_core::time::Duration(micros as u64)
    }
}

impl Server {
    /// A server around a node that was just made with this clock, and its state machine.
    pub fn new(
        (node, machine, clock): (Node, Machine, Clock),
        storage: Sender<Task>,
        links: Links,
        given: BTreeMap<NodeId, String>,
        is_verbose: bool,
    ) -> Server {
        Server {
            node,
            machine,
            clock,
            storage,
            links,
            given,
            heard: BTreeMap::new(),
            waiting: BTreeMap::new(),
            last_proposal: 0,
            answer: String::new(),
            forgetful: BTreeSet::new(),
            is_verbose,
        }
    }

    /// Runs until the disk fails.
    pub fn run(mut self, inbox: &Receiver<Event>) -> Result<()> {
        loop {
            let now = self.clock.now();
            let wait = self.node.deadline().map_or(u64::MAX, |until| until.since(now).0);
            match inbox.recv_timeout(Duration::from_micros(wait)) {
                Ok(event) => {
                    // What has arrived comes first: a heartbeat in the queue is no silence.
                    self.take(event)?;
                    for event in inbox.try_iter().take(EVENTS) {
                        self.take(event)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if self.node.deadline().is_some_and(|until| until <= self.clock.now()) {
                self.step(Input::Deadline)?;
            }
        }
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Hello { from, address } => {
                self.heard.insert(from, address);
                Ok(())
            }
            Event::Message { from, message } => self.step(Input::Message { from, message }),
            Event::Request { request, reply } => self.take_request(request, reply),
            Event::Written(token) => self.step(Input::Written(token)),
            Event::WriteFailed(error) => {
                self.step(Input::WriteFailed)?;
                Err(error)
            }
        }
    }

    fn take_request(&mut self, request: Request, reply: SyncSender<String>) -> Result<()> {
        let at_once = match request {
            Request::Command(command) => {
                let id = self.expect(None, reply);
                return self.step(Input::Propose { id, command });
            }
            Request::Get(key) => {
                let id = self.expect(Some(key), reply);
                return self.step(Input::Read { id });
            }
            Request::Change(change) => {
                let id = self.expect(None, reply);
                return self.step(Input::Change { id, change });
            }
            Request::Transfer(to) if self.node.is_leader() => {
                self.step(Input::Transfer { to })?;
                "ok asked for; the status will tell".into()
            }
            Request::Transfer(_) => self.elsewhere(self.node.leader()),
            Request::Status => format!("ok {}", view::status(&self.node)),
            Request::Identity => format!("ok {} {}", self.node.id().0, self.node.birth()),
            Request::Digest => {
                let checksum = crc32c::crc32c(&self.machine.snapshot());
                format!("ok {} {checksum:08x}", self.node.last_applied())
            }
        };
        // Nobody listens when the client is gone.
        let _ = reply.try_send(at_once);
        Ok(())
    }

    fn expect(&mut self, key: Option<String>, reply: SyncSender<String>) -> ProposalId {
        self.last_proposal += 1;
        let id = ProposalId(self.last_proposal);
        self.waiting.insert(id, Waiting { key, reply });
        id
    }

    /// One step of the node, and all that follows from it.
    fn step(&mut self, input: Input) -> Result<()> {
        let mut effects = Vec::new();
        self.node.step(self.clock.now(), input, &mut effects);
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            // A step may ask for another one; what follows from that comes after the rest.
            if let Some(next) = self.carry_out(effect)? {
                let mut effects = Vec::new();
                self.node.step(self.clock.now(), next, &mut effects);
                queue.extend(effects);
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) -> Result<Option<Input>> {
        match effect {
            Effect::Persist(write) => self.tell_storage(Task::Persist(write))?,
            Effect::Compact { through } => self.tell_storage(Task::Compact { through })?,
            Effect::Send { to, message } => {
                if let Some(address) = self.address(to).map(str::to_string) {
                    self.links.send(to, &address, &message);
                }
            }
            Effect::Apply { index, entry } => match entry.payload {
                Payload::Command(line) => self.answer = self.machine.apply(index, &line),
                Payload::Noop | Payload::Membership(_) => self.answer = "ok done".into(),
            },
            Effect::Restore(snapshot) => {
                self.machine = Machine::restored(&snapshot.data)
                    .with_context(|| format!("the leader's snapshot {} is none", snapshot.last))?;
            }
            Effect::TakeSnapshot { index } => {
                return Ok(Some(Input::Snapshot { index, data: self.machine.snapshot() }));
            }
            Effect::Resolve { id, outcome } => self.resolve(id, outcome),
            Effect::Decide(decision) => self.tell(decision),
        }
        Ok(None)
    }

    /// Its operator may want to know why; and has to know of a disk that was put back.
    fn tell(&mut self, decision: Decision) {
        let id = self.node.id();
        if self.is_verbose {
            eprintln!("{id} after {:?}: {decision:?}", self.clock.started.elapsed());
        }
        let Decision::MissesEntries { peer, match_index, .. } = decision else { return };
        if self.forgetful.insert(peer) {
            eprintln!(
                "{id}: {peer} lacks entries up to {match_index} that it had acknowledged: its \
                 disk is gone or was put back. Remove it (kv members remove), let it start anew \
                 (kv join), and add it (kv members add)."
            );
        }
    }

    fn tell_storage(&self, task: Task) -> Result<()> {
        // It ends only with an error, which is in our queue.
        self.storage.send(task).map_err(|_| anyhow!("the disk has failed"))
    }

    fn resolve(&mut self, id: ProposalId, outcome: Outcome) {
        let Some(Waiting { key, reply }) = self.waiting.remove(&id) else { return };
        let answer = match outcome {
            Outcome::Committed(_) => self.answer.clone(),
            Outcome::Readable(_) => match key.and_then(|key| self.machine.value(&key)) {
                Some(value) => format!("ok value {value}"),
                None => "ok none".into(),
            },
            Outcome::Lost => "retry whether it was done is open".into(),
            Outcome::NotLeader(leader) => self.elsewhere(leader),
            Outcome::Refused(refusal) => match refusal {
                Refusal::Busy
                | Refusal::Transferring
                | Refusal::ChangePending
                | Refusal::NothingCommitted => format!("retry {refusal:?}"),
                Refusal::NotCaughtUp(_) | Refusal::Bad(_) => format!("error {refusal:?}"),
            },
        };
        let _ = reply.try_send(answer);
    }

    fn elsewhere(&self, leader: Option<NodeId>) -> String {
        let leader = leader.filter(|&leader| leader != self.node.id());
        match leader.and_then(|leader| self.address(leader)) {
            Some(address) => format!("redirect {address}"),
            None => "retry no leader is known".into(),
        }
    }

    /// What the log says holds; then what the operator says; a server's own word comes last.
    fn address(&self, id: NodeId) -> Option<&str> {
        let told = || self.given.get(&id).or_else(|| self.heard.get(&id)).map(String::as_str);
        self.machine.address(id).or_else(told)
    }
}
