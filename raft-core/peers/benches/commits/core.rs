//! A cluster of `raft-core`.

use crate::{COMMAND, Cluster};
use raft_core::raft::{
    Config, Effect, Input, Message, Node, NodeId, Payload, ProposalId, Rules, Setup, Token,
};
use raft_core::time::Instant;
use std::mem;
use std::sync::Arc;

pub struct Servers {
    servers: Vec<Server>,
    /// What was taken from an inbox or handed out by a step; kept for its memory.
    taken: Vec<(NodeId, Message)>,
    effects: Vec<Effect>,
    proposed: u64,
    messages: u64,
}

struct Server {
    node: Node,
    inbox: Vec<(NodeId, Message)>,
    /// The last write that is not reported yet.
    write: Option<Token>,
    applied: u64,
}

impl Cluster for Servers {
    fn elect(servers: usize) -> Servers {
        let voters: Arc<[NodeId]> = (0..servers as u32).map(NodeId).collect();
        let found = |&id: &NodeId| {
            let (voters, learners) = (voters.clone(), [].into());
            let (config, rules) = (Config::default(), Rules::default());
            let setup = Setup { id, voters, learners, config, rules, seed: 1 };
            let node = Node::found(setup, Instant::ZERO);
            Server { node, inbox: Vec::new(), write: None, applied: 0 }
        };
        let mut all = Servers {
            servers: voters.iter().map(found).collect(),
            taken: Vec::new(),
            effects: Vec::new(),
            proposed: 0,
            messages: 0,
        };
        all.step(0, Input::Timeout);
        all.carry_out(0);
        all.settle();
        assert!(all.servers[0].node.is_leader());
        all
    }

    fn pump(&mut self, proposals: u64) {
        for _ in 0..proposals {
            self.proposed += 1;
            let command = Arc::new([self.proposed as u8; COMMAND]);
            self.step(0, Input::Propose { id: ProposalId(self.proposed), command });
        }
        self.carry_out(0);
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
                while !self.servers[at].inbox.is_empty() || self.servers[at].write.is_some() {
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
        for (from, message) in taken.drain(..) {
            self.step(at, Input::Message { from, message });
        }
        self.taken = taken;
        self.carry_out(at);
        if let Some(token) = self.servers[at].write.take() {
            self.step(at, Input::Written(token));
            self.carry_out(at);
        }
    }

    fn step(&mut self, at: usize, input: Input) {
        self.servers[at].node.step(Instant::ZERO, input, &mut self.effects);
    }

    /// What the steps of one server want done.
    fn carry_out(&mut self, at: usize) {
        let mut effects = mem::take(&mut self.effects);
        let from = self.servers[at].node.id();
        for effect in effects.drain(..) {
            let server = &mut self.servers[at];
            match effect {
                Effect::Persist(write) => server.write = Some(write.token),
                Effect::Send { to, message } => {
                    self.messages += 1;
                    self.servers[to.0 as usize].inbox.push((from, message));
                }
                Effect::Apply { entry, .. } => {
                    server.applied += u64::from(matches!(entry.payload, Payload::Command(_)));
                }
                Effect::TakeSnapshot { index } => {
                    let input = Input::Snapshot { index, data: [].into() };
                    server.node.step(Instant::ZERO, input, &mut self.effects);
                }
                Effect::Restore(_)
                | Effect::Compact { .. }
                | Effect::Resolve { .. }
                | Effect::Decide(_) => {}
            }
        }
        if !self.effects.is_empty() {
            self.carry_out(at);
        }
        self.effects = effects;
    }
}
