//! Servers by hand: no world around them, every message, write and moment is the test's.
#![allow(dead_code, unused_imports)]

mod requests;
mod words;

use raft_core::raft::*;
use raft_core::time::{Duration, Instant};
pub use requests::*;
use std::collections::VecDeque;
use std::sync::Arc;
pub use words::*;

/// A message between two servers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope {
    pub from: NodeId,
    pub to: NodeId,
    pub message: Message,
}

/// What has left a server and was not a message.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Writes that are not reported finished.
    pub writes: VecDeque<Write>,
    /// Entries applied, with their indices; a snapshot's index alone.
    pub applied: Vec<(Index, Option<Entry>)>,
    pub resolved: Vec<(ProposalId, Outcome)>,
    pub decisions: Vec<Decision>,
    /// Snapshots that were asked for.
    pub asked: Vec<Index>,
    pub compacted: Vec<Index>,
}

/// Some servers, S1 and so on, and what is between them.
pub struct Cluster {
    pub now: Instant,
    pub nodes: Vec<Node>,
    pub out: Vec<Outbox>,
    /// Messages in the air, oldest first.
    pub air: VecDeque<Envelope>,
    /// Whether writes are reported finished as soon as they are asked for.
    pub syncs: bool,
    /// Directions on which messages die.
    pub cut: Vec<(NodeId, NodeId)>,
}

pub fn s(id: u32) -> NodeId {
    NodeId(id)
}

pub fn ids(ids: &[u32]) -> Vec<NodeId> {
    ids.iter().copied().map(NodeId).collect()
}

pub fn at(index: Index, term: Term) -> Position {
    Position { term, index }
}

pub fn command(text: &str) -> Arc<[u8]> {
    text.as_bytes().into()
}

/// Entries of these terms without commands.
pub fn entries(terms: &[Term]) -> Vec<Entry> {
    terms.iter().map(|&term| Entry { term, payload: Payload::Noop }).collect()
}

pub fn log(terms: &[Term]) -> Log {
    let mut log = Log::default();
    for entry in entries(terms) {
        log.append(entry);
    }
    log
}

/// Figure 2 with the no-op.
pub fn plain() -> Config {
    Config { noop: true, ..Config::paper() }
}

pub fn setup(id: u32, voters: &[u32], config: Config) -> Setup {
    Setup {
        id: NodeId(id),
        voters: ids(voters).into(),
        learners: [].into(),
        config,
        rules: Rules::default(),
        seed: 1,
    }
}

/// A server of a term with a log of these terms.
pub fn restored(setup: Setup, term: Term, terms: &[Term], now: Instant) -> Node {
    let hard_state = HardState { current_term: term, ..HardState::default() };
    Node::restore(setup, Saved { hard_state, snapshot: None, log: log(terms) }, now)
}

impl Cluster {
    /// So many founding voters.
    pub fn new(servers: u32, config: Config) -> Cluster {
        let voters: Vec<u32> = (1..=servers).collect();
        let found = |&id: &u32| Node::found(setup(id, &voters, config), Instant::ZERO);
        Cluster::of(voters.iter().map(found).collect())
    }

    /// These servers: S1 first.
    pub fn of(nodes: Vec<Node>) -> Cluster {
        Cluster {
            now: Instant::ZERO,
            out: nodes.iter().map(|_| Outbox::default()).collect(),
            nodes,
            air: VecDeque::new(),
            syncs: true,
            cut: Vec::new(),
        }
    }

    pub fn node(&self, id: u32) -> &Node {
        &self.nodes[id as usize - 1]
    }

    pub fn out(&mut self, id: u32) -> &mut Outbox {
        &mut self.out[id as usize - 1]
    }

    /// Tells a server something; its messages stay in the air.
    pub fn tell(&mut self, id: u32, input: Input) {
        let at = id as usize - 1;
        let mut effects = Vec::new();
        self.nodes[at].step(self.now, input, &mut effects);
        let mut finished = None;
        for effect in effects {
            let out = &mut self.out[at];
            match effect {
                Effect::Persist(write) if self.syncs => finished = Some(write.token),
                Effect::Persist(write) => out.writes.push_back(write),
                Effect::Send { to, message } => {
                    let from = NodeId(id);
                    if !self.cut.contains(&(from, to)) {
                        self.air.push_back(Envelope { from, to, message });
                    }
                }
                Effect::Apply { index, entry } => out.applied.push((index, Some(entry))),
                Effect::Restore(snapshot) => out.applied.push((snapshot.last.index, None)),
                Effect::TakeSnapshot { index } => out.asked.push(index),
                Effect::Compact { through } => out.compacted.push(through),
                Effect::Resolve { id, outcome } => out.resolved.push((id, outcome)),
                Effect::Decide(decision) => out.decisions.push(decision),
            }
        }
        if let Some(token) = finished {
            self.tell(id, Input::Written(token));
        }
    }

    /// The next write of a server is finished.
    pub fn sync(&mut self, id: u32) {
        if let Some(write) = self.out(id).writes.pop_front() {
            self.tell(id, Input::Written(write.token));
        }
    }

    /// A message arrives that may never have been sent.
    pub fn hear(&mut self, id: u32, from: u32, term: Term, body: Body) {
        self.tell(id, Input::Message { from: NodeId(from), message: Message { term, body } });
    }

    /// The oldest message arrives; false when there is none. One to nobody is lost.
    pub fn deliver_one(&mut self) -> bool {
        let Some(Envelope { from, to, message }) = self.air.pop_front() else { return false };
        if (1..=self.nodes.len() as u32).contains(&to.0) && !self.cut.contains(&(from, to)) {
            self.tell(to.0, Input::Message { from, message });
        }
        true
    }

    /// Messages arrive until there are none.
    pub fn settle(&mut self) {
        for _ in 0..100_000 {
            if !self.deliver_one() {
                return;
            }
        }
        panic!("there is no end of messages");
    }

    /// Time passes; timers that run out are heard of in the order of time, and messages arrive at
    /// once.
    pub fn run(&mut self, length: Duration) {
        let end = self.now + length;
        self.settle();
        while let Some((at, id)) = self.next_deadline().filter(|&(at, _)| at <= end) {
            self.now = self.now.max(at);
            self.tell(id, Input::Deadline);
            self.settle();
        }
        self.now = end;
    }

    fn next_deadline(&self) -> Option<(Instant, u32)> {
        let deadlines = self.nodes.iter().filter_map(|n| Some((n.deadline()?, n.id().0)));
        deadlines.min()
    }

    /// A server stands for election, and all that follows happens.
    pub fn elect(&mut self, id: u32) {
        self.tell(id, Input::Timeout);
        self.settle();
        assert!(self.node(id).is_leader(), "S{id} should lead: {:?}", self.node(id).role());
    }

    /// A command is proposed, and all that follows happens.
    pub fn propose(&mut self, id: u32, number: u64) {
        let (id_, text) = (ProposalId(number), format!("{number}"));
        self.tell(id, Input::Propose { id: id_, command: command(&text) });
        self.settle();
    }

    /// Cuts all links of a server, or heals everything.
    pub fn isolate(&mut self, id: u32) {
        for other in 1..=self.nodes.len() as u32 {
            self.cut.extend([(NodeId(id), NodeId(other)), (NodeId(other), NodeId(id))]);
        }
    }

    pub fn heal(&mut self) {
        self.cut.clear();
    }

    /// What happened to a proposal, a read or a change at a server.
    pub fn outcome(&self, id: u32, number: u64) -> Option<Outcome> {
        let resolved = &self.out[id as usize - 1].resolved;
        resolved.iter().find(|(of, _)| of.0 == number).map(|(_, outcome)| *outcome)
    }

    /// The terms of a server's log, from the entry after its base.
    pub fn terms(&self, id: u32) -> Vec<Term> {
        self.node(id).log().iter().map(|entry| entry.term).collect()
    }

    pub fn states(&self) -> Vec<(&'static str, Term)> {
        let name = |node: &Node| match node.role() {
            Role::Follower => "follower",
            Role::PreCandidate(_) => "pre-candidate",
            Role::Candidate(_) => "candidate",
            Role::Leader(_) => "leader",
        };
        self.nodes.iter().map(|node| (name(node), node.current_term())).collect()
    }
}
