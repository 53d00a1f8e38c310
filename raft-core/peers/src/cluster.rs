//! Servers and the network between them.

use crate::judge::Judge;
use crate::server::{Options, Server};
use std::collections::VecDeque;

/// More messages than this are not on their way: the oldest are lost.
const MESSAGES_MAX: usize = 300;

/// Servers of one implementation, and the network between them. Servers are counted from 0.
pub struct Cluster<S: Server> {
    /// The servers.
    pub servers: Vec<S>,
    /// Which of them run.
    pub is_up: Vec<bool>,
    /// Servers on different sides do not hear each other.
    pub sides: Vec<bool>,
    /// Whether writes take their time.
    pub slow_writes: bool,
    /// What was seen of them.
    pub judge: Judge,
    network: VecDeque<Envelope<S::Message>>,
    /// Which of them know that they are members.
    is_member: Vec<bool>,
    has_left: Vec<bool>,
}

#[derive(Clone)]
struct Envelope<M> {
    from: usize,
    to: usize,
    message: M,
}

impl<S: Server> Cluster<S> {
    /// The founders, and one more.
    pub fn new(options: Options) -> Cluster<S> {
        let count = options.servers as usize + 1;
        Cluster {
            servers: (1..=count as u64).map(|id| S::start(options, id)).collect(),
            is_up: vec![true; count],
            sides: vec![false; count],
            slow_writes: options.slow_writes,
            judge: Judge::default(),
            network: VecDeque::new(),
            is_member: (0..count).map(|at| at + 1 < count).collect(),
            has_left: vec![false; count],
        }
    }

    /// Something happens to a running server; all that follows from it at once does, too.
    pub fn act(&mut self, at: usize, what: impl FnOnce(&mut S)) {
        if !self.is_up[at] {
            return;
        }
        let server = &mut self.servers[at];
        what(server);
        while !self.slow_writes && server.unfinished() > 0 {
            server.finish_writes(usize::MAX);
        }
        for (to, message) in server.take_messages() {
            self.network.push_back(Envelope { from: at, to: to as usize - 1, message });
        }
        self.judge.observe(at as u64 + 1, &self.servers[at]);
        self.leave_if_removed(at);
        while self.network.len() > MESSAGES_MAX {
            self.lose(0);
        }
    }

    /// A server that has applied its own removal is shut down, as its operator would.
    fn leave_if_removed(&mut self, at: usize) {
        let (voters, learners) = self.servers[at].members();
        let is_member = voters.iter().chain(&learners).any(|&id| id == at as u64 + 1);
        if self.is_member[at] && !is_member {
            self.has_left[at] = true;
            self.is_up[at] = false;
        }
        self.is_member[at] = is_member;
    }

    /// How many messages are on their way.
    pub fn messages(&self) -> usize {
        self.network.len()
    }

    /// A message arrives, if its receiver runs and hears its sender.
    pub fn deliver(&mut self, place: usize) {
        let Some(envelope) = self.network.get(place) else { return };
        let Envelope { from, to, .. } = *envelope;
        if !self.is_up[to] || self.sides[from] != self.sides[to] {
            return self.lose(place);
        }
        if let Some(Envelope { message, .. }) = self.network.remove(place) {
            self.act(from, |server| server.on_fate(to as u64 + 1, &message, true));
            self.act(to, |server| server.receive(from as u64 + 1, message));
        }
    }

    /// A message is lost.
    pub fn lose(&mut self, place: usize) {
        if let Some(Envelope { from, to, message }) = self.network.remove(place) {
            self.act(from, |server| server.on_fate(to as u64 + 1, &message, false));
        }
    }

    /// A message will arrive twice.
    pub fn duplicate(&mut self, place: usize) {
        self.network.extend(self.network.get(place).cloned());
    }

    /// Everything that was said arrives, in order, and all that follows from it.
    pub fn deliver_all(&mut self) {
        let mut patience = 100_000;
        while !self.network.is_empty() {
            self.deliver(0);
            patience -= 1;
            assert!(patience > 0, "it never gets quiet");
        }
    }

    /// A server loses power. Of its unfinished writes the first few are there later.
    pub fn crash(&mut self, at: usize, saved: usize) {
        if self.is_up[at] {
            self.is_up[at] = false;
            self.servers[at].restart(saved);
            self.judge.forget(at as u64 + 1);
            self.is_member[at] = false;
        }
    }

    /// It is back, unless it has left the cluster.
    pub fn start(&mut self, at: usize) {
        if !self.has_left[at] && !self.is_up[at] {
            self.is_up[at] = true;
            self.act(at, |_| {});
        }
    }

    /// A server is shut down for good.
    pub fn retire(&mut self, at: usize) {
        self.is_up[at] = false;
        self.has_left[at] = true;
    }

    /// The running leader of the latest term.
    pub fn leader(&self) -> Option<usize> {
        let leaders = (0..self.servers.len()).filter(|&at| self.is_up[at]);
        let leaders = leaders.filter(|&at| self.servers[at].is_leader());
        leaders.max_by_key(|&at| self.servers[at].term())
    }
}
