//! A server of the world: the protocol's node, its disk, its store, and whether it runs.

use super::clock::Clock;
use super::disk::{Disk, Safety};
use super::kv::Store;
use super::network::Flight;
use super::script::RoleName;
use crate::raft::{HardState, Index, Node, ProposalId, Role, Saved, Setup, Timer};
use crate::time::Instant;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Whether a server runs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Status {
    /// It runs.
    Up,
    /// It is down: its memory is gone, its disk is not.
    Crashed,
    /// It stands still: memory is kept, messages wait.
    Paused,
}

/// One server.
#[derive(Clone, Debug)]
pub struct Server {
    /// Whether it runs.
    pub status: Status,
    /// Its protocol state; while it is down, what it will start with.
    pub node: Node,
    /// Its disk.
    pub disk: Disk,
    /// Its clock: the only time that the node knows.
    pub clock: Clock,
    /// The state machine, as volatile as the node.
    pub store: Store,
    /// How often it has lost its disk.
    pub wipes: u64,
    /// Messages that wait until it goes on.
    pub(super) inbox: Vec<Arc<Flight>>,
    /// A finished write it has not heard of, since it stands still.
    pub(super) unheard_sync: Option<u64>,
    /// Reads that the node has not resolved, with their keys (thesis §6.4).
    pub(super) reads: Vec<(ProposalId, String)>,
    /// Which life of its name an empty disk begins: 0 for a founder.
    pub(super) birth: u64,
}

impl Server {
    /// A server with an empty disk; `birth` is 0 for a founding member.
    pub(super) fn new(setup: Setup, birth: u64, session_limit: usize, clock: Clock) -> Server {
        let disk = Disk::default();
        Server {
            status: Status::Up,
            store: Store::new(session_limit, setup.rules),
            node: start(setup, &disk, birth, clock.local(Instant::ZERO)),
            disk,
            clock,
            wipes: 0,
            inbox: Vec::new(),
            unheard_sync: None,
            reads: Vec::new(),
            birth,
        }
    }

    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.status == Status::Up
    }

    /// Its part, or what keeps it from having one.
    pub fn role(&self) -> RoleName {
        match (self.status, self.node.role()) {
            (Status::Crashed, _) => RoleName::Crashed,
            (Status::Paused, _) => RoleName::Paused,
            (Status::Up, Role::Follower) => RoleName::Follower,
            (Status::Up, Role::PreCandidate(_)) => RoleName::PreCandidate,
            (Status::Up, Role::Candidate(_)) => RoleName::Candidate,
            (Status::Up, Role::Leader(_)) => RoleName::Leader,
        }
    }

    /// How safe an entry of its log is, and what its snapshot replaces.
    pub fn safety(&self, index: Index) -> Safety {
        let term = self.node.log().term(index).unwrap_or(0);
        self.disk.safety(index, term)
    }

    /// How safe its term and its vote are.
    pub fn safety_of_vote(&self) -> Safety {
        self.disk.safety_of_vote(&self.node.hard_state())
    }

    /// When its node next wants to be called, in the world's time.
    pub fn deadline(&self) -> Option<Instant> {
        self.node.deadline().map(|at| self.clock.world(at))
    }

    /// The node's timer, in the world's time.
    pub fn timer(&self) -> Option<Timer> {
        let Timer { from, until } = self.node.timer()?;
        Some(Timer { from: self.clock.world(from), until: self.clock.world(until) })
    }

    /// Until when the node may answer reads at once, in the world's time (thesis §6.4.1).
    pub fn lease_until(&self) -> Option<Instant> {
        self.node.lease_until().map(|at| self.clock.world(at))
    }

    /// Until when the node helps nobody to replace its leader, in the world's time; zero when it
    /// is bound to nobody.
    pub fn promised_until(&self) -> Instant {
        let until = self.node.promised_until();
        if until == Instant::ZERO { until } else { self.clock.world(until) }
    }

    /// Loses everything volatile and makes the node that will start from the disk.
    pub(super) fn lose_memory(&mut self, setup: Setup, session_limit: usize, now: Instant) {
        self.store = Store::new(session_limit, setup.rules);
        if let Some(snapshot) = &self.disk.snapshot {
            self.store.restore(&snapshot.data);
        }
        self.node = start(setup, &self.disk, self.birth, now);
        self.inbox.clear();
        self.unheard_sync = None;
        self.reads.clear();
    }

    /// The key of a read, which is now resolved.
    pub(super) fn take_read(&mut self, id: ProposalId) -> Option<String> {
        let at = self.reads.iter().position(|(read, _)| *read == id)?;
        Some(self.reads.remove(at).1)
    }
}

/// The node that starts from a disk. One that is no founder's and holds nothing, not even its
/// birth, is a new disk.
fn start(setup: Setup, disk: &Disk, birth: u64, now: Instant) -> Node {
    let Disk { hard_state, snapshot, log, .. } = disk;
    let is_empty = *hard_state == HardState::default() && log.last_index() == 0;
    if birth > 0 && is_empty && snapshot.is_none() {
        return Node::join(setup, birth, now);
    }
    let saved = Saved { hard_state: *hard_state, snapshot: snapshot.clone(), log: log.clone() };
    Node::restore(setup, saved, now)
}
