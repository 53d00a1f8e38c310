//! The three ways a server begins: it founds a cluster, joins one, or restarts.

use super::config::Setup;
use super::durable::{Durable, SnapshotWrite};
use super::log::Log;
use super::membership::{Membership, Memberships};
use super::node::{Node, Role, Timer};
use super::read::FollowerReads;
use super::snapshot::Saved;
use super::timers::first_tick;
use super::types::HardState;
use crate::time::{Duration, Instant};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

impl Node {
    /// A founding member with an empty disk. Only for the servers a cluster begins with, once: a
    /// founder that has lost its disk has to [`Node::join`].
    pub fn found(setup: Setup, now: Instant) -> Node {
        Node::restore(setup, Saved::default(), now)
    }

    /// A server that is not a member yet and has an empty disk: one that is to be added, or one
    /// that has lost its disk.
    ///
    /// `birth` tells this life of the name from all others: any number but 0 that was not used
    /// for this name before, for instance a random one. The server votes only once a membership
    /// lists it with this birth, so one that has forgotten its votes and its entries cannot stand
    /// in for the one that promised them.
    pub fn join(setup: Setup, birth: u64, now: Instant) -> Node {
        let birth = setup.rules.birth_of_empty_disk(birth);
        let hard_state = HardState { birth, ..HardState::default() };
        let mut node = Node::restore(setup, Saved { hard_state, ..Saved::default() }, now);
        node.durable.changes_hard_state(HardState::default());
        node
    }

    /// A server that restarts with what its disk holds. It knows as committed what the snapshot
    /// replaces, and the driver has given that to its state machine; everything after it is
    /// applied anew (Figure 2: the commit index is volatile).
    pub fn restore(setup: Setup, saved: Saved, now: Instant) -> Node {
        let Setup { id, voters, learners, config, rules, seed } = setup;
        let Saved { hard_state, snapshot, mut log } = saved;
        let mut lost = None;
        if let Some(held) = &snapshot {
            if log.term(held.last.index) != Some(held.last.term) {
                // A crash came between the snapshot and the log that it replaces.
                log = Log::after(held.last);
                lost = Some(SnapshotWrite { snapshot: held.clone(), replaces_log: true });
            }
        }
        let mut founders = Membership::default();
        if hard_state.birth == 0 {
            founders = Membership::of(&voters);
            founders.learners = Membership::of(&learners).voters;
        }
        let founders = Arc::new(founders);
        let (begin, membership) = match &snapshot {
            Some(snapshot) => (snapshot.last.index, snapshot.membership.clone()),
            None => (0, founders.clone()),
        };
        let mut memberships = Memberships::new(begin, membership);
        for (index, entry) in (log.base().index + 1..).zip(log.iter()) {
            memberships.read(index, entry);
        }
        let mut node = Node {
            id,
            founders,
            config,
            rules,
            seed,
            hard_state,
            memberships,
            commit_index: begin,
            last_applied: begin,
            leader: None,
            role: Role::Follower,
            timer: Timer::default(),
            attempts: 0,
            election_timeout: Duration::ZERO,
            first_tick: first_tick(&config, seed, id, now),
            promised_until: Instant::ZERO,
            durable: Durable::restored(log.last_index(), begin),
            log,
            snapshot,
            proposals: VecDeque::new(),
            incoming: None,
            reads: FollowerReads::default(),
            asked_snapshot: begin,
            applied_bytes: 0,
            stopped: false,
            outgoing: Vec::new(),
        };
        // Before it stopped it may have answered a leader that relies on it (thesis §6.4.1).
        if config.check_quorum && rules.restart_keeps_promise(hard_state.current_term) {
            node.promised_until = now + config.election_min;
        }
        node.set_attempts(0);
        if let Some(write) = lost {
            node.durable.changed_snapshot(write, begin);
        }
        node.arm_election_timer(now);
        node
    }
}
