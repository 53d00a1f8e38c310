//! One server: its state (Figure 2) and the single way in, [`Node::step`].

use super::decision::Decision;
use super::durable::{Durable, Held, Token, Write};
use super::election::Ballot;
use super::log::Log;
use super::message::{AppendReply, Body, Message};
use super::replication::Progress;
use super::rules::Rules;
use super::types::{Entry, HardState, Index, NodeId, ProposalId, Term};
use crate::chance::Chance;
use crate::time::{Duration, Instant};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The settings of the protocol. The same on every server, except while they are rolled out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Config {
    /// The shortest election timeout (§5.2: 150 ms).
    pub election_min: Duration,
    /// The longest election timeout (§5.2: 300 ms).
    pub election_max: Duration,
    /// The time between a leader's heartbeats; well below `election_min`.
    pub heartbeat: Duration,
    /// Whether a new leader appends an empty entry of its term (§8).
    pub noop: bool,
    /// At most so many entries travel in one message; at least 1 is sent.
    pub batch: usize,
}

/// The paper's timings (§9.3), with the no-op on.
impl Default for Config {
    fn default() -> Config {
        Config {
            election_min: Duration::from_millis(150),
            election_max: Duration::from_millis(300),
            heartbeat: Duration::from_millis(50),
            noop: true,
            batch: 64,
        }
    }
}

/// What a node is told.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Input {
    /// A message arrived.
    Message {
        /// Its sender.
        from: NodeId,
        /// What it says.
        message: Message,
    },
    /// The time is [`Node::deadline`] or later. Harmless when it is earlier.
    Deadline,
    /// Act as if the timer had run out: a leader sends heartbeats, others stand for election.
    Timeout,
    /// Every write up to and including this one is on stable storage.
    Written(Token),
    /// A write failed: what is on the disk is unknown, so the node stops for good.
    WriteFailed,
    /// A client's command.
    Propose {
        /// Handed back with the outcome.
        id: ProposalId,
        /// The command, opaque to the protocol.
        command: Arc<[u8]>,
    },
}

/// What a node wants done, in this order.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Effect {
    /// Make this durable, then report [`Input::Written`].
    Persist(Write),
    /// Send a message.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// Apply a committed entry to the state machine: each index once, in order.
    Apply {
        /// Its index.
        index: Index,
        /// The entry.
        entry: Entry,
    },
    /// A proposal's fate is known.
    Resolve {
        /// Which proposal.
        id: ProposalId,
        /// Its fate.
        outcome: Outcome,
    },
    /// Why something happened.
    Decide(Decision),
}

/// The fate of a proposal.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// Committed at this index and applied just before this effect.
    Committed(Index),
    /// Another leader's entry took its place: it will never be committed.
    Lost,
    /// This server does not lead; the leader it knows, if any.
    NotLeader(Option<NodeId>),
}

/// A server's part in its term.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// Answers, and waits for a leader.
    Follower,
    /// Asks for votes.
    Candidate(Ballot),
    /// Sends entries; one [`Progress`] for each other voter.
    Leader(Vec<Progress>),
}

/// When a node next wants to be called, and since when it waits for that.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Timer {
    /// When it was armed.
    pub from: Instant,
    /// When it runs out.
    pub until: Instant,
}

/// One Raft server.
///
/// A plain value: it reads no clock, opens no socket and writes no disk. Cloning it freezes it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Node {
    pub(super) id: NodeId,
    pub(super) voters: Arc<[NodeId]>,
    pub(super) config: Config,
    pub(super) rules: Rules,
    pub(super) seed: u64,
    pub(super) hard_state: HardState,
    pub(super) log: Log,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    pub(super) leader: Option<NodeId>,
    pub(super) role: Role,
    pub(super) timer: Timer,
    pub(super) durable: Durable,
    /// Proposals of ours that are in the log and not resolved, by index.
    pub(super) proposals: Vec<(Index, ProposalId)>,
    pub(super) stopped: bool,
}

/// What a node is made from; the same for a founding member and a restarted one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Setup {
    /// Its name.
    pub id: NodeId,
    /// All voting servers, itself included.
    pub voters: Arc<[NodeId]>,
    /// Its settings.
    pub config: Config,
    /// The rules in force.
    pub rules: Rules,
    /// From this its timeouts are drawn; the same for all servers does no harm.
    pub seed: u64,
}

/// What one step has to do beside changing the node.
pub(super) struct Step<'a> {
    pub(super) now: Instant,
    pub(super) effects: &'a mut Vec<Effect>,
    outgoing: Vec<Outgoing>,
}

struct Outgoing {
    what: Held,
    waits: bool,
}

impl Step<'_> {
    /// Lets something happen at the end of the step, or, with `waits`, when the writes are done.
    pub(super) fn queue(&mut self, what: Held, waits: bool) {
        self.outgoing.push(Outgoing { what, waits });
    }

    pub(super) fn decide(&mut self, decision: Decision) {
        self.effects.push(Effect::Decide(decision));
    }
}

impl Node {
    /// A founding member with an empty disk. Only for the servers a cluster begins with.
    pub fn found(setup: Setup, now: Instant) -> Node {
        Node::restore(setup, HardState::default(), Log::default(), now)
    }

    /// A server that restarts with what its disk holds. The commit index begins at 0 again
    /// (Figure 2: volatile), so the driver applies everything anew to an empty state machine.
    pub fn restore(setup: Setup, hard_state: HardState, log: Log, now: Instant) -> Node {
        let mut node = Node {
            id: setup.id,
            voters: setup.voters,
            config: setup.config,
            rules: setup.rules,
            seed: setup.seed,
            hard_state,
            durable: Durable::restored(log.last_index()),
            log,
            commit_index: 0,
            last_applied: 0,
            leader: None,
            role: Role::Follower,
            timer: Timer::default(),
            proposals: Vec::new(),
            stopped: false,
        };
        node.arm_election_timer(now);
        node
    }

    /// Takes one input at a time `now` and adds what follows from it to `effects`.
    ///
    /// `now` never goes back. The effects are to be carried out in order; what may not leave
    /// before a write is finished is not among them yet.
    pub fn step(&mut self, now: Instant, input: Input, effects: &mut Vec<Effect>) {
        if self.stopped {
            return;
        }
        let mut step = Step { now, effects, outgoing: Vec::new() };
        match input {
            Input::Message { from, message } => self.on_message(&mut step, from, message),
            Input::Deadline => self.on_deadline(&mut step),
            Input::Timeout => self.on_timeout(&mut step),
            Input::Written(token) => self.on_written(&mut step, token),
            Input::WriteFailed => {
                self.stopped = true;
                step.decide(Decision::Stops);
            }
            Input::Propose { id, command } => self.on_propose(&mut step, id, command),
        }
        self.finish(step);
    }

    /// When the node next wants [`Input::Deadline`]; nothing when it waits for no time.
    pub fn deadline(&self) -> Option<Instant> {
        self.timer().map(|timer| timer.until)
    }

    /// The running timer: the heartbeat of a leader, the election timer of the others.
    pub fn timer(&self) -> Option<Timer> {
        let waits = !self.stopped && self.voters.contains(&self.id);
        waits.then_some(self.timer)
    }

    fn on_deadline(&mut self, step: &mut Step) {
        if self.deadline().is_some_and(|deadline| step.now >= deadline) {
            self.on_timeout(step);
        }
    }

    fn on_timeout(&mut self, step: &mut Step) {
        match self.role {
            Role::Follower | Role::Candidate(_) => self.campaign(step),
            Role::Leader(_) => self.send_heartbeats(step),
        }
    }

    fn on_message(&mut self, step: &mut Step, from: NodeId, message: Message) {
        if message.term > self.current_term() {
            self.enter_term(step, message.term, from);
        }
        if !self.rules.may_heed(message.term, self.current_term()) {
            return self.answer_stale(step, from, message);
        }
        match message.body {
            Body::RequestVote { last } => self.on_request_vote(step, from, last),
            Body::RequestVoteReply { granted } => self.on_vote(step, from, granted),
            Body::AppendEntries { prev, entries, commit } => {
                self.on_append_entries(step, from, prev, entries, commit)
            }
            Body::AppendEntriesReply(reply) => self.on_append_reply(step, from, reply),
        }
    }

    /// §5.1: a message of an older term changes nothing, but whoever asked learns our term.
    fn answer_stale(&mut self, step: &mut Step, from: NodeId, message: Message) {
        let (kind, term, current) = (message.body.kind(), message.term, self.current_term());
        step.decide(Decision::IgnoresStale { from, kind, term, current });
        let reply = match message.body {
            Body::RequestVote { .. } => Body::RequestVoteReply { granted: false },
            Body::AppendEntries { prev, .. } => {
                let hint = self.log.last();
                Body::AppendEntriesReply(AppendReply::Rejected { prev: prev.index, hint })
            }
            Body::RequestVoteReply { .. } | Body::AppendEntriesReply(_) => return,
        };
        self.send(step, from, reply, true);
    }

    /// §5.1: whoever sees a larger term is a follower in it.
    pub(super) fn enter_term(&mut self, step: &mut Step, term: Term, told_by: NodeId) {
        let from = self.current_term();
        let led = matches!(self.role, Role::Leader(_));
        self.hard_state = HardState { current_term: term, voted_for: None };
        self.durable.changed_hard_state();
        self.role = Role::Follower;
        self.leader = None;
        if led {
            self.arm_election_timer(step.now);
        }
        step.decide(Decision::EntersTerm { from, to: term, told_by, led });
    }

    fn on_written(&mut self, step: &mut Step, token: Token) {
        for held in self.durable.finish(token, self.current_term()) {
            match held {
                Held::Message { to, message } => step.effects.push(Effect::Send { to, message }),
                Held::OwnVote(_) => self.on_vote(step, self.id, true),
            }
        }
        self.advance_commit(step);
    }

    /// Queues a message; with `waits` it leaves only when all writes asked for are done.
    pub(super) fn send(&self, step: &mut Step, to: NodeId, body: Body, waits: bool) {
        let message = Message { term: self.current_term(), body };
        step.queue(Held::Message { to, message }, waits);
    }

    /// Ends a step: the write it owes comes first, then what may leave, then what may be applied.
    fn finish(&mut self, step: Step) {
        let Step { effects, outgoing, .. } = step;
        let (hard_state, last_index) = (self.hard_state, self.log.last_index());
        let log = &self.log;
        let write =
            self.durable.take_write(hard_state, last_index, |from| log.slice(from, usize::MAX));
        effects.extend(write.map(Effect::Persist));
        for Outgoing { what, waits } in outgoing {
            match what {
                what if waits && self.durable.is_writing() => self.durable.hold(what),
                Held::Message { to, message } => effects.push(Effect::Send { to, message }),
                // A campaign writes its vote in the same step, so this always waits.
                Held::OwnVote(_) => {}
            }
        }
        self.apply(effects);
    }

    /// Starts the election timer anew with the timeout of this server in this term (§5.2:
    /// "chosen randomly from a fixed interval").
    ///
    /// One draw per term: how often the timer was reset must not shift later draws.
    pub(super) fn arm_election_timer(&mut self, now: Instant) {
        let chance = Chance::of(self.seed, &[u64::from(self.id.0), self.current_term()]);
        let timeout = chance.between(self.config.election_min.0, self.config.election_max.0);
        // A timer that runs out at once, for ever, would stop time.
        self.timer = Timer { from: now, until: now + Duration(timeout.max(1)) };
    }
}

/// What may be read.
impl Node {
    /// The server's name.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// All voting servers, in the order they were given.
    pub fn voters(&self) -> &[NodeId] {
        &self.voters
    }

    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The latest term it has seen.
    pub fn current_term(&self) -> Term {
        self.hard_state.current_term
    }

    /// The candidate it voted for in this term.
    pub fn voted_for(&self) -> Option<NodeId> {
        self.hard_state.voted_for
    }

    /// Its part in this term.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Whether it leads its term.
    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    /// The leader of this term, as far as it knows.
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Its log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The last index it knows to be committed.
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// The last index handed to the state machine.
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// All entries up to here are on its stable storage.
    pub fn durable_index(&self) -> Index {
        self.durable.index()
    }

    /// Whether a write is unfinished.
    pub fn is_writing(&self) -> bool {
        self.durable.is_writing()
    }

    /// Whether a failed write stopped it.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }
}
