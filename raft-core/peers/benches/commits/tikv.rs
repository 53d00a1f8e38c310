//! A cluster of tikv's `raft`, with the storage that comes with it.

use crate::{COMMAND, Cluster};
use raft::storage::MemStorage;
use raft::{Config, RawNode, StateRole, eraftpb};
use std::mem;

/// The log is cut this often, and to this length, as raft-core does by itself.
const SNAPSHOT_EVERY: u64 = 10_000;
const KEPT: u64 = 1_000;

pub struct Servers {
    servers: Vec<Server>,
    /// What was taken from an inbox; kept for its memory.
    taken: Vec<eraftpb::Message>,
    proposed: u64,
    messages: u64,
}

struct Server {
    node: RawNode<MemStorage>,
    inbox: Vec<eraftpb::Message>,
    applied: u64,
    cut_at: u64,
}

/// The same with its two settings that save messages: no message of its own says that something
/// is committed, and entries that are proposed together travel together.
pub struct Frugal(Servers);

impl Cluster for Frugal {
    fn elect(servers: usize) -> Frugal {
        let mut all = Servers::elect(servers);
        for server in &mut all.servers {
            server.node.skip_bcast_commit(true);
            server.node.set_batch_append(true);
        }
        Frugal(all)
    }

    fn pump(&mut self, proposals: u64) {
        self.0.pump(proposals);
    }

    fn applied(&self) -> u64 {
        self.0.applied()
    }

    fn messages(&self) -> u64 {
        self.0.messages()
    }
}

impl Cluster for Servers {
    fn elect(servers: usize) -> Servers {
        let voters: Vec<u64> = (1..=servers as u64).collect();
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let found = |&id: &u64| {
            let config = Config {
                id,
                pre_vote: true,
                check_quorum: true,
                max_inflight_msgs: 256,
                max_size_per_msg: 1 << 20,
                ..Config::default()
            };
            let storage = MemStorage::new_with_conf_state((voters.clone(), Vec::new()));
            let node = RawNode::new(&config, storage, &logger).expect("a valid configuration");
            Server { node, inbox: Vec::new(), applied: 0, cut_at: 0 }
        };
        let mut all = Servers {
            servers: voters.iter().map(found).collect(),
            taken: Vec::new(),
            proposed: 0,
            messages: 0,
        };
        all.servers[0].node.campaign().expect("a voter may stand for election");
        all.settle();
        assert_eq!(all.servers[0].node.raft.state, StateRole::Leader);
        all
    }

    fn pump(&mut self, proposals: u64) {
        for _ in 0..proposals {
            self.proposed += 1;
            let command = vec![self.proposed as u8; COMMAND];
            self.servers[0].node.propose(Vec::new(), command).expect("the leader takes it");
        }
        self.settle();
    }

    fn applied(&self) -> u64 {
        self.servers[0].applied
    }

    fn messages(&self) -> u64 {
        self.messages
    }
}

impl Servers {
    /// Until nobody has anything to do.
    fn settle(&mut self) {
        let mut is_quiet = false;
        while !is_quiet {
            is_quiet = true;
            for at in 0..self.servers.len() {
                while !self.servers[at].inbox.is_empty() || self.servers[at].node.has_ready() {
                    is_quiet = false;
                    self.serve(at);
                }
            }
        }
    }

    /// One server takes what waits for it, and then its writes are done.
    fn serve(&mut self, at: usize) {
        let mut taken = mem::take(&mut self.taken);
        mem::swap(&mut taken, &mut self.servers[at].inbox);
        for message in taken.drain(..) {
            self.servers[at].node.step(message).expect("a message of this cluster");
        }
        self.taken = taken;
        if !self.servers[at].node.has_ready() {
            return;
        }
        let mut ready = self.servers[at].node.ready();
        self.send(ready.take_messages());
        let server = &mut self.servers[at];
        server.apply(ready.take_committed_entries());
        {
            let mut storage = server.node.raft.raft_log.store.wl();
            storage.append(ready.entries()).expect("entries that follow the log");
            if let Some(hard_state) = ready.hs() {
                storage.set_hardstate(hard_state.clone());
            }
        }
        let persisted = ready.take_persisted_messages();
        let mut light = server.node.advance(ready);
        if let Some(commit) = light.commit_index() {
            server.node.raft.raft_log.store.wl().mut_hard_state().set_commit(commit);
        }
        server.apply(light.take_committed_entries());
        server.node.advance_apply();
        self.send(persisted);
        self.send(light.take_messages());
    }

    fn send(&mut self, messages: Vec<eraftpb::Message>) {
        self.messages += messages.len() as u64;
        for message in messages {
            self.servers[message.to as usize - 1].inbox.push(message);
        }
    }
}

impl Server {
    fn apply(&mut self, entries: Vec<eraftpb::Entry>) {
        let Some(last) = entries.last() else { return };
        let last = last.index;
        self.applied += entries.iter().filter(|entry| !entry.data.is_empty()).count() as u64;
        if last >= self.cut_at + SNAPSHOT_EVERY {
            self.cut_at = last;
            let mut storage = self.node.raft.raft_log.store.wl();
            storage.compact(last - KEPT).expect("a prefix of the log");
        }
    }
}
