//! A server of tikv's raft.

use crate::disk::{Disk, Write};
use crate::server::{Change, Content, Options, Record, Server, decode, encode};
use raft::eraftpb::{ConfChange, ConfChangeType, Entry, EntryType, Message, MessageType, Snapshot};
use raft::{Config, GetEntriesContext, RawNode, SnapshotStatus, StateRole};
use raft_core::chance::Chance;
use std::collections::VecDeque;

/// The times of `raft_core::raft::Config::paper`, in steps of 10 ms.
const HEARTBEAT: usize = 5;
const ELECTION_MIN: usize = 15;
const ELECTION_MAX: usize = 30;

/// A server of tikv's raft.
pub struct Tikv {
    options: Options,
    node: RawNode<Disk>,
    /// What is really written; the node reads what is asked to be.
    durable: Disk,
    writing: VecDeque<(Write, Vec<Message>)>,
    outgoing: Vec<Message>,
    applied: Vec<Record>,
    ticks: u64,
}

fn node(options: Options, id: u64, disk: Disk) -> RawNode<Disk> {
    let config = Config {
        id,
        heartbeat_tick: HEARTBEAT,
        election_tick: ELECTION_MIN,
        max_election_tick: ELECTION_MAX + 1,
        pre_vote: options.pre_vote,
        check_quorum: options.check_quorum,
        max_size_per_msg: 1 << 20,
        applied: disk.snapshot().get_metadata().index,
        ..Config::default()
    };
    let logger = slog::Logger::root(slog::Discard, slog::o!());
    RawNode::new(&config, disk, &logger).expect("a valid configuration and a whole disk")
}

impl Server for Tikv {
    type Message = Message;

    fn start(options: Options, id: u64) -> Tikv {
        let founders: Vec<u64> = (1..=options.servers).collect();
        let durable = Disk::new(&founders);
        let mut server = Tikv {
            options,
            node: node(options, id, durable.clone()),
            durable,
            writing: VecDeque::new(),
            outgoing: Vec::new(),
            applied: Vec::new(),
            ticks: 0,
        };
        server.settle();
        server
    }

    fn restart(&mut self, saved: usize) {
        for (write, _) in self.writing.drain(..).take(saved) {
            self.durable.write(&write);
        }
        self.writing.clear();
        self.outgoing.clear();
        self.applied = decode(&self.durable.snapshot().data);
        self.node = node(self.options, self.node.raft.id, self.durable.clone());
        self.settle();
    }

    fn finish_writes(&mut self, count: usize) {
        self.write(count);
        self.settle();
    }

    fn unfinished(&self) -> usize {
        self.writing.len()
    }

    fn receive(&mut self, _from: u64, message: Message) {
        // Refused are answers of servers that it does not know, or no longer.
        let _ = self.node.step(message);
        self.settle();
    }

    fn on_fate(&mut self, to: u64, message: &Message, arrived: bool) {
        if message.get_msg_type() == MessageType::MsgSnapshot {
            let status = if arrived { SnapshotStatus::Finish } else { SnapshotStatus::Failure };
            self.node.report_snapshot(to, status);
            self.settle();
        }
    }

    fn tick(&mut self) {
        self.ticks += 1;
        self.node.tick();
        self.settle();
    }

    fn campaign(&mut self) {
        // Told to, it would stand without being a voter, and fail once it led.
        if self.node.raft.promotable() {
            // Refused while a change of the membership waits to be applied.
            let _ = self.node.campaign();
            self.settle();
        }
    }

    fn heartbeat(&mut self) {
        self.node.ping();
        self.settle();
    }

    fn propose(&mut self, command: u64) {
        // Refused is a command that will never be committed; nobody waits for it.
        let _ = self.node.propose(Vec::new(), command.to_le_bytes().to_vec());
        self.settle();
    }

    fn change(&mut self, change: Change) {
        let (kind, id) = match change {
            Change::AddLearner(id) => (0, id),
            Change::Promote(id) => (1, id),
            Change::Remove(id) => (2, id),
        };
        let _ = self.node.propose_conf_change(vec![kind, id as u8], conf_change(kind, id));
        self.settle();
    }

    fn save(&mut self) {
        let Some(keeps) = self.options.keeps else { return };
        let mut snapshot = Snapshot::default();
        let index = self.applied.len() as u64;
        if index <= self.node.store().snapshot().get_metadata().index {
            return;
        }
        snapshot.mut_metadata().index = index;
        snapshot.mut_metadata().set_conf_state(self.node.raft.prs().conf().to_conf_state());
        snapshot.data = encode(&self.applied).into();
        self.durable.save(snapshot.clone(), keeps);
        self.node.mut_store().save(snapshot, keeps);
    }

    fn take_messages(&mut self) -> Vec<(u64, Message)> {
        self.outgoing.drain(..).map(|message| (message.to, message)).collect()
    }

    fn term(&self) -> u64 {
        self.node.raft.term
    }

    fn is_leader(&self) -> bool {
        self.node.raft.state == StateRole::Leader
    }

    fn commit_index(&self) -> u64 {
        self.node.raft.raft_log.committed
    }

    fn base(&self) -> (u64, u64) {
        match self.node.snap() {
            // Not even asked to be written: the log on the disk is gone already.
            Some(snapshot) => (snapshot.get_metadata().index, snapshot.get_metadata().term),
            None => self.node.store().base(),
        }
    }

    fn log(&self) -> Vec<Record> {
        let log = &self.node.raft.raft_log;
        let context = GetEntriesContext::empty(false);
        let entries = log.slice(self.base().0 + 1, log.last_index() + 1, None, context);
        entries.expect("entries after the base").iter().map(record).collect()
    }

    fn applied(&self) -> &[Record] {
        &self.applied
    }

    fn members(&self) -> (Vec<u64>, Vec<u64>) {
        let conf_state = self.node.raft.prs().conf().to_conf_state();
        (conf_state.voters, conf_state.learners)
    }
}

impl Tikv {
    /// Does what the node wants done.
    fn settle(&mut self) {
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            self.outgoing.extend(ready.take_messages());
            let is_changed = self.apply(ready.take_committed_entries());
            let write = Write {
                number: ready.number(),
                hard_state: ready.hs().cloned(),
                snapshot: ready.snapshot().clone(),
                entries: ready.take_entries(),
            };
            self.node.mut_store().write(&write);
            let is_installed = !write.snapshot.is_empty();
            self.writing.push_back((write, ready.take_persisted_messages()));
            self.node.advance_append_async(ready);
            if is_installed {
                // It looks for entries between what it has applied and a snapshot it was given.
                self.write(usize::MAX);
            }
            if self.node.raft.raft_log.applied < self.applied.len() as u64 {
                self.node.advance_apply_to(self.applied.len() as u64);
            }
            if is_changed {
                // A new server refuses a snapshot that does not list it.
                self.save();
            }
        }
        // It draws its timeouts from a generator of its thread, so that no two runs are alike.
        // This one changes now and then, so that two servers do not stand in each other's way.
        let words = [self.node.raft.id, self.term(), self.ticks / 64];
        let chance = Chance::of(self.options.seed, &words);
        let timeout = chance.between(ELECTION_MIN as u64, ELECTION_MAX as u64) as usize;
        self.node.raft.set_randomized_election_timeout(timeout);
    }

    /// So many of the unfinished writes are done.
    fn write(&mut self, count: usize) {
        for _ in 0..count {
            let Some((write, messages)) = self.writing.pop_front() else { break };
            self.durable.write(&write);
            self.outgoing.extend(messages);
            self.node.on_persist_ready(write.number);
            if !write.snapshot.is_empty() {
                self.applied = decode(&write.snapshot.data);
                self.node.advance_apply_to(write.snapshot.get_metadata().index);
            }
        }
    }

    /// Whether the membership is another now.
    fn apply(&mut self, entries: Vec<Entry>) -> bool {
        let mut is_changed = false;
        for entry in entries {
            self.applied.push(record(&entry));
            assert_eq!(entry.index, self.applied.len() as u64, "applied in order");
            if entry.get_entry_type() == EntryType::EntryConfChange {
                let change = conf_change(entry.context[0], u64::from(entry.context[1]));
                self.node.apply_conf_change(&change).expect("a change that can be made");
                is_changed = true;
            }
        }
        is_changed
    }
}

fn conf_change(kind: u8, id: u64) -> ConfChange {
    let kinds =
        [ConfChangeType::AddLearnerNode, ConfChangeType::AddNode, ConfChangeType::RemoveNode];
    let mut change = ConfChange::default();
    change.set_change_type(kinds[usize::from(kind)]);
    change.node_id = id;
    change
}

fn record(entry: &Entry) -> Record {
    let content = match entry.get_entry_type() {
        EntryType::EntryConfChange | EntryType::EntryConfChangeV2 => {
            Content::Change(entry.context.iter().map(|&byte| u64::from(byte)).collect())
        }
        EntryType::EntryNormal => match (&entry.data[..]).try_into() {
            Ok(bytes) => Content::Command(u64::from_le_bytes(bytes)),
            Err(_) => Content::Nothing,
        },
    };
    Record { term: entry.term, content }
}
