//! A server of raft-core.

use crate::server::{Change, Content, Options, Record, Server, decode, encode};
use raft_core::raft::{
    self, Config, Effect, Entry, Input, Log, Member, Message, Node, NodeId, Outcome, Payload,
    ProposalId, Rules, Saved, Setup, Write,
};
use raft_core::time::{Duration, Instant};
use std::collections::VecDeque;
use std::mem;

const TICK: Duration = Duration::from_millis(10);
/// Changes of the membership are told apart from commands.
const CHANGE: u64 = u64::MAX;

/// A server of raft-core.
pub struct Ours {
    options: Options,
    id: u64,
    now: Instant,
    node: Node,
    durable: Saved,
    writing: VecDeque<Write>,
    effects: Vec<Effect>,
    outgoing: Vec<(u64, Message)>,
    applied: Vec<Record>,
}

fn node(options: Options, id: u64, saved: Saved, now: Instant) -> Node {
    let config = Config {
        noop: true,
        pre_vote: options.pre_vote,
        check_quorum: options.check_quorum,
        inflight: 256,
        snapshot_keep: options.keeps.unwrap_or(0),
        // Small, so that a snapshot travels in pieces.
        snapshot_chunk: 200,
        ..Config::paper()
    };
    let setup = Setup {
        id: NodeId(id as u32),
        voters: (1..=options.servers as u32).map(NodeId).collect(),
        learners: [].into(),
        config,
        rules: Rules::default(),
        seed: options.seed,
    };
    // One that has written nothing yet has not joined yet.
    if id > options.servers && saved == Saved::default() {
        return Node::join(setup, birth(id), now);
    }
    Node::restore(setup, saved, now)
}

/// Of the server that is there to be added.
fn birth(id: u64) -> u64 {
    id + 1_000
}

impl Server for Ours {
    type Message = Message;

    fn start(options: Options, id: u64) -> Ours {
        let now = Instant::ZERO;
        Ours {
            options,
            id,
            now,
            node: node(options, id, Saved::default(), now),
            durable: Saved::default(),
            writing: VecDeque::new(),
            effects: Vec::new(),
            outgoing: Vec::new(),
            applied: Vec::new(),
        }
    }

    fn restart(&mut self, saved: usize) {
        for write in mem::take(&mut self.writing).into_iter().take(saved) {
            self.write(write);
        }
        self.outgoing.clear();
        let snapshot = self.durable.snapshot.as_ref();
        self.applied = snapshot.map_or(Vec::new(), |snapshot| decode(&snapshot.data));
        self.node = node(self.options, self.id, self.durable.clone(), self.now);
    }

    fn finish_writes(&mut self, count: usize) {
        let mut last = None;
        for _ in 0..count {
            let Some(write) = self.writing.pop_front() else { break };
            last = Some(write.token);
            self.write(write);
        }
        if let Some(token) = last {
            self.step(Input::Written(token));
        }
    }

    fn unfinished(&self) -> usize {
        self.writing.len()
    }

    fn receive(&mut self, from: u64, message: Message) {
        self.step(Input::Message { from: NodeId(from as u32), message });
    }

    fn on_fate(&mut self, _to: u64, _message: &Message, _arrived: bool) {}

    fn tick(&mut self) {
        self.now = self.now + TICK;
        self.step(Input::Deadline);
    }

    fn campaign(&mut self) {
        self.step(Input::Timeout);
    }

    fn heartbeat(&mut self) {
        // It is time for one: by the time it tells whether an answer is lost or only late.
        self.now = self.now + self.node.config().heartbeat;
        self.step(Input::Timeout);
    }

    fn propose(&mut self, command: u64) {
        let bytes = command.to_le_bytes();
        self.step(Input::Propose { id: ProposalId(command), command: bytes.into() });
    }

    fn change(&mut self, change: Change) {
        let name = |id: u64| NodeId(id as u32);
        let change = match change {
            Change::AddLearner(id) => {
                raft::Change::AddLearner(Member { id: name(id), birth: birth(id) })
            }
            Change::Promote(id) => raft::Change::Promote(name(id)),
            Change::Remove(id) => raft::Change::Remove(name(id)),
        };
        self.step(Input::Change { id: ProposalId(CHANGE), change });
    }

    fn save(&mut self) {
        if self.options.keeps.is_some() {
            let index = self.applied.len() as u64;
            self.step(Input::Snapshot { index, data: encode(&self.applied).into() });
        }
    }

    fn take_messages(&mut self) -> Vec<(u64, Message)> {
        mem::take(&mut self.outgoing)
    }

    fn term(&self) -> u64 {
        self.node.current_term()
    }

    fn is_leader(&self) -> bool {
        self.node.is_leader()
    }

    fn commit_index(&self) -> u64 {
        self.node.commit_index()
    }

    fn base(&self) -> (u64, u64) {
        let base = self.node.log().base();
        (base.index, base.term)
    }

    fn log(&self) -> Vec<Record> {
        self.node.log().iter().map(record).collect()
    }

    fn applied(&self) -> &[Record] {
        &self.applied
    }

    fn members(&self) -> (Vec<u64>, Vec<u64>) {
        let change = self.applied.iter().rev().find_map(|record| match &record.content {
            Content::Change(words) => Some(words.clone()),
            Content::Nothing | Content::Command(_) => None,
        });
        let words = change.unwrap_or_else(|| (1..=self.options.servers).chain([0]).collect());
        let mut lists = words.split(|&id| id == 0).map(<[u64]>::to_vec);
        (lists.next().unwrap_or_default(), lists.next().unwrap_or_default())
    }
}

impl Ours {
    /// One input, and all that the node wants done.
    fn step(&mut self, input: Input) {
        self.node.step(self.now, input, &mut self.effects);
        for effect in mem::take(&mut self.effects) {
            match effect {
                Effect::Persist(write) => self.writing.push_back(write),
                Effect::Send { to, message } => self.outgoing.push((u64::from(to.0), message)),
                Effect::Apply { index, entry } => {
                    self.applied.push(record(&entry));
                    assert_eq!(index, self.applied.len() as u64, "applied in order");
                }
                Effect::Restore(snapshot) => self.applied = decode(&snapshot.data),
                Effect::Compact { through } => self.durable.log.compact_to(through),
                Effect::Resolve { id, outcome: Outcome::Committed(index) } if id.0 != CHANGE => {
                    let content = &self.applied[index as usize - 1].content;
                    assert_eq!(*content, Content::Command(id.0), "the outcome is the entry's");
                }
                Effect::Resolve { .. } | Effect::TakeSnapshot { .. } | Effect::Decide(_) => {}
            }
        }
    }

    fn write(&mut self, write: Write) {
        let Saved { hard_state, snapshot, log } = &mut self.durable;
        *hard_state = write.hard_state.unwrap_or(*hard_state);
        if let Some(write) = write.snapshot {
            if write.replaces_log {
                *log = Log::after(write.snapshot.last);
            }
            *snapshot = Some(write.snapshot);
        }
        if let Some(write) = write.log {
            log.truncate_from(write.from);
            for entry in write.entries {
                log.append(entry);
            }
        }
    }
}

fn record(entry: &Entry) -> Record {
    let content = match &entry.payload {
        Payload::Noop => Content::Nothing,
        Payload::Command(bytes) => {
            Content::Command(u64::from_le_bytes(bytes[..].try_into().expect("eight bytes")))
        }
        Payload::Membership(membership) => {
            let words = |ids: &[NodeId]| ids.iter().map(|id| u64::from(id.0)).collect::<Vec<_>>();
            let voters = words(&membership.voters);
            Content::Change([&voters[..], &[0], &words(&membership.learners)].concat())
        }
    };
    Record { term: entry.term, content }
}
