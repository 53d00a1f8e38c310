//! What may be read of a node.

use super::config::Config;
use super::leadership::Leadership;
use super::log::Log;
use super::membership::Membership;
use super::node::{Node, Role, Timer};
use super::progress::Progress;
use super::snapshot::Snapshot;
use super::types::{HardState, Index, NodeId, Term};
use crate::time::Instant;
use alloc::sync::Arc;

/// All that an operator asks of a server, at one moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status<'a> {
    /// The server.
    pub id: NodeId,
    /// Its term, vote and birth.
    pub hard_state: HardState,
    /// Its part in the term.
    pub role: &'a Role,
    /// The leader it knows.
    pub leader: Option<NodeId>,
    /// The membership in force here, and where it stands in the log.
    pub membership: (Index, &'a Membership),
    /// Known to be committed.
    pub commit_index: Index,
    /// Handed to the state machine.
    pub last_applied: Index,
    /// The last entry.
    pub last_index: Index,
    /// On stable storage.
    pub durable_index: Index,
    /// The snapshot goes up to here; 0 without one.
    pub snapshot_index: Index,
    /// For a leader: how each peer fares.
    pub peers: &'a [Progress],
    /// Reads that are not answered.
    pub pending_reads: usize,
    /// The heartbeat of a leader, the election timer of the others.
    pub timer: Option<Timer>,
    /// Until then this leader may answer reads at once.
    pub lease_until: Option<Instant>,
    /// Until then it helps nobody to replace its leader.
    pub promised_until: Instant,
}

impl Node {
    /// All of it at once.
    pub fn status(&self) -> Status<'_> {
        let (index, membership) = self.memberships.latest();
        Status {
            id: self.id,
            hard_state: self.hard_state,
            role: &self.role,
            leader: self.leader,
            membership: (*index, membership),
            commit_index: self.commit_index,
            last_applied: self.last_applied,
            last_index: self.log.last_index(),
            durable_index: self.durable.index(),
            snapshot_index: self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index),
            peers: self.leadership().map_or(&[], |leadership| &leadership.peers),
            pending_reads: self.pending_reads(),
            timer: self.timer(),
            lease_until: self.lease_until(),
            promised_until: self.promised_until,
        }
    }

    /// When the node next wants [`super::Input::Deadline`]; nothing when it waits for no time.
    pub fn deadline(&self) -> Option<Instant> {
        let transfer = self.leadership().and_then(|leadership| leadership.transfer);
        let given_up = transfer.filter(|_| self.rules.transfer_times_out());
        let timers = [self.timer().map(|timer| timer.until), given_up.map(|t| t.until)];
        timers.into_iter().flatten().min().filter(|_| !self.stopped)
    }

    /// The running timer: the heartbeat of a leader, the election timer of the others.
    pub fn timer(&self) -> Option<Timer> {
        let waits = !self.stopped && (self.is_leader() || self.may_stand());
        waits.then_some(self.timer)
    }

    /// The server's name.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Its term and vote, and the birth of its disk, as far as they are written or on their way.
    pub fn hard_state(&self) -> HardState {
        self.hard_state
    }

    /// Which life of the name this is ([`HardState::birth`]).
    pub fn birth(&self) -> u64 {
        self.hard_state.birth
    }

    /// The membership in force here: the latest in the log, committed or not (§6).
    pub fn membership(&self) -> &Arc<Membership> {
        &self.memberships.latest().1
    }

    /// Where that membership stands in the log; 0 for the founders'.
    pub fn membership_index(&self) -> Index {
        self.memberships.latest().0
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

    /// What it has as a leader.
    pub fn leadership(&self) -> Option<&Leadership> {
        match &self.role {
            Role::Leader(leadership) => Some(leadership),
            Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => None,
        }
    }

    /// The leader of this term, as far as it knows.
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Its log, since the last compaction.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Its latest snapshot.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// Of a snapshot that is arriving: its last index, and the bytes that are here.
    pub fn incoming_snapshot(&self) -> Option<(Index, u64)> {
        self.incoming.as_ref().map(|incoming| incoming.progress())
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

    /// Until then it helps nobody to replace the leader it has heard from.
    pub fn promised_until(&self) -> Instant {
        self.promised_until
    }
}
