//! A server of the world: the protocol's node, its disk, its store, and whether it runs.

use super::disk::Disk;
use super::kv::Store;
use super::network::Flight;
use super::script::RoleName;
use crate::raft::{Node, Role, Setup};
use crate::time::Instant;
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
    /// The state machine, as volatile as the node.
    pub store: Store,
    /// Messages that wait until it goes on.
    pub(super) inbox: Vec<Arc<Flight>>,
    /// A finished write it has not heard of, since it stands still.
    pub(super) unheard_sync: Option<u64>,
}

impl Server {
    pub(super) fn new(setup: Setup) -> Server {
        Server {
            status: Status::Up,
            node: Node::found(setup, Instant::ZERO),
            disk: Disk::default(),
            store: Store::default(),
            inbox: Vec::new(),
            unheard_sync: None,
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
            (Status::Up, Role::Candidate(_)) => RoleName::Candidate,
            (Status::Up, Role::Leader(_)) => RoleName::Leader,
        }
    }

    /// Loses everything volatile and makes the node that will start from the disk.
    pub(super) fn lose_memory(&mut self, setup: Setup, now: Instant) {
        self.node = Node::restore(setup, self.disk.hard_state, self.disk.log.clone(), now);
        self.store = Store::default();
        self.inbox.clear();
        self.unheard_sync = None;
    }
}
