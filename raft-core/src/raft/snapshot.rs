//! Snapshots and log compaction (§7, thesis §5).

use super::decision::Decision;
use super::durable::SnapshotWrite;
use super::effect::Effect;
use super::log::Log;
use super::membership::Membership;
use super::message::{Body, Chunk, Round};
use super::node::{Node, Role, Step};
use super::progress::{Mode, Sending};
use super::types::{HardState, Index, NodeId, Position, Term};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What the state machine was after an entry, and all that the log before it said (§7).
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Snapshot {
    /// The last entry that it replaces.
    pub last: Position,
    /// The membership as of that entry.
    pub membership: Arc<Membership>,
    /// The state machine, opaque to the protocol.
    pub data: Arc<[u8]>,
}

/// What the disk of a server holds: what [`Node::restore`] starts from.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Saved {
    /// Term, vote and birth.
    pub hard_state: HardState,
    /// The latest snapshot, if there is one. The driver has given it to the state machine.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The log; its base is at or before the snapshot's last entry.
    pub log: Log,
}

/// A snapshot that is arriving in pieces.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Incoming {
    pub(super) from: NodeId,
    pub(super) term: Term,
    pub(super) last: Position,
    pub(super) bytes: Vec<u8>,
}

impl Incoming {
    /// The last index that it replaces, and the bytes that are here.
    pub(super) fn progress(&self) -> (Index, u64) {
        (self.last.index, self.bytes.len() as u64)
    }
}

/// A leader sends a snapshot.
impl Node {
    /// §7: begins to send our snapshot to a peer whose next entry we no longer have.
    pub(super) fn begin_snapshot(&mut self, step: &mut Step, peer: usize) {
        let Some(snapshot) = self.snapshot.clone() else { return };
        let last = snapshot.last;
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.peers.get_mut(peer) else { return };
        progress.next_index = last.index + 1;
        progress.inflight.clear();
        progress.mode = Mode::Snapshot(Sending { snapshot, offset: 0, asked_at: None });
        step.decide(Decision::SendsSnapshot { peer: progress.id, last });
        self.send_chunk(step, peer);
    }

    /// Sends the next piece, and waits for its answer.
    pub(super) fn send_chunk(&mut self, step: &mut Step, peer: usize) {
        let limit = self.config.snapshot_chunk.max(1);
        let Role::Leader(leadership) = &mut self.role else { return };
        let number = leadership.round;
        let Some(progress) = leadership.peers.get_mut(peer) else { return };
        let to = progress.id;
        let round = self.memberships.round(number, step.now, to);
        let Mode::Snapshot(sending) = &mut progress.mode else { return };
        sending.asked_at = Some(step.now);
        let (snapshot, offset) = (sending.snapshot.clone(), sending.offset);
        let rest = snapshot.data.get(offset as usize..).unwrap_or(&[]);
        let data = rest[..rest.len().min(limit)].to_vec();
        let done = data.len() == rest.len();
        let chunk = Chunk {
            last: snapshot.last,
            membership: snapshot.membership.clone(),
            offset,
            data,
            done,
            round,
        };
        self.send(step, to, Body::InstallSnapshot(chunk), false);
    }

    /// Where the next piece begins, or that entries may follow.
    pub(super) fn on_snapshot_reply(
        &mut self,
        step: &mut Step,
        from: NodeId,
        last: Position,
        received: u64,
        installed: bool,
        round: Round,
    ) {
        let own_last = self.log.last_index();
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(at) = leadership.position(from) else { return };
        let progress = &mut leadership.peers[at];
        let Mode::Snapshot(sending) = &mut progress.mode else { return };
        if sending.snapshot.last != last {
            return;
        }
        if installed {
            return self.on_match(step, at, last.index.min(own_last));
        }
        // One piece is on its way at a time. An answer to an earlier sending of it is late, unless
        // it is the first that tells that the piece has arrived: a slow link must not stand still.
        if sending.asked_at != Some(round.sent_at) && received <= sending.offset {
            return;
        }
        sending.offset = received.min(sending.snapshot.data.len() as u64);
        self.send_chunk(step, at);
    }
}

/// A follower receives one.
impl Node {
    /// §7, Figure 13: takes a piece of the leader's snapshot.
    pub(super) fn on_install_snapshot(&mut self, step: &mut Step, from: NodeId, chunk: Chunk) {
        if !self.follow(step, from) {
            return;
        }
        let (last, round) = (chunk.last, chunk.round);
        if self.rules.may_ignore_snapshot(last.index, self.commit_index) {
            // What it replaces is committed here: the log agrees up to there.
            step.decide(Decision::IgnoresSnapshot {
                leader: from,
                last,
                commit: self.commit_index,
            });
            return self.reply_to_chunk(step, from, last, 0, true, round);
        }
        let mut incoming = match self.incoming.take() {
            Some(same)
                if (same.from, same.term, same.last) == (from, self.current_term(), last) =>
            {
                same
            }
            _ => Incoming { from, term: self.current_term(), last, bytes: Vec::new() },
        };
        let received = incoming.bytes.len() as u64;
        if chunk.offset == received {
            incoming.bytes.extend_from_slice(&chunk.data);
        }
        let is_whole = chunk.done && chunk.offset == received;
        let received = incoming.bytes.len() as u64;
        if !is_whole {
            self.incoming = Some(incoming);
            return self.reply_to_chunk(step, from, last, received, false, round);
        }
        let membership = self.rules.snapshot_membership(chunk.membership, &self.founders);
        let data = incoming.bytes.into();
        self.install(step, from, Arc::new(Snapshot { last, membership, data }));
        self.reply_to_chunk(step, from, last, received, true, round);
    }

    fn reply_to_chunk(
        &self,
        step: &mut Step,
        to: NodeId,
        last: Position,
        received: u64,
        installed: bool,
        round: Round,
    ) {
        let reply = Body::InstallSnapshotReply { last, received, installed, round };
        self.send(step, to, reply, true);
    }

    /// Figure 13, steps 5 to 8.
    fn install(&mut self, step: &mut Step, leader: NodeId, snapshot: Arc<Snapshot>) {
        let last = snapshot.last;
        let ours = self.log.term(last.index);
        if self.rules.may_keep_log(ours, last.term) {
            // Step 6: the log holds all that the snapshot replaces, and what follows it stays.
            step.decide(Decision::IgnoresSnapshot { leader, last, commit: self.commit_index });
            return self.commit_to(step, last.index, last.index);
        }
        step.decide(Decision::InstallsSnapshot { leader, last, from: self.log.last_index() });
        self.lose_proposals(step, 0);
        self.log = Log::after(last);
        self.memberships.restart(last.index, snapshot.membership.clone());
        let write = SnapshotWrite { snapshot: snapshot.clone(), replaces_log: true };
        self.durable.changed_snapshot(write, self.commit_index.min(last.index));
        self.snapshot = Some(snapshot);
        self.commit_index = last.index;
        self.last_applied = self.last_applied.min(last.index);
        self.asked_snapshot = last.index;
        self.applied_bytes = 0;
    }
}

/// Compaction.
impl Node {
    /// §7: the driver hands in a snapshot of its state machine.
    pub(super) fn on_own_snapshot(&mut self, step: &mut Step, index: Index, data: Arc<[u8]>) {
        let is_new = self.snapshot.as_ref().is_none_or(|held| held.last.index < index);
        let Some(last) = self.log.position(index).filter(|_| is_new) else { return };
        if index == 0 || index > self.last_applied {
            return;
        }
        let membership = self.memberships.at(index);
        let membership = self.rules.snapshot_membership(membership, &self.founders);
        let snapshot = Arc::new(Snapshot { last, membership, data });
        step.decide(Decision::TakesSnapshot { last });
        let write = SnapshotWrite { snapshot: snapshot.clone(), replaces_log: false };
        self.durable.changed_snapshot(write, 0);
        self.snapshot = Some(snapshot);
        self.asked_snapshot = self.asked_snapshot.max(index);
        self.applied_bytes = 0;
    }

    /// §7: drops what a durable snapshot replaces, but for what peers a little behind may need.
    pub(super) fn compact(&mut self, step: &mut Step) {
        let through = self.durable.snapshot().saturating_sub(self.config.snapshot_keep);
        if through > self.log.base().index && through <= self.last_applied {
            self.log.compact_to(through);
            self.memberships.compact_to(through);
            step.decide(Decision::Compacts { through });
            step.effects.push(Effect::Compact { through });
        }
    }

    /// §7: asks for a snapshot when enough was applied since the last one; once.
    pub(super) fn ask_for_snapshot(&mut self, effects: &mut Vec<Effect>) {
        let last = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        let reaches = |bound: u64, value: u64| bound > 0 && value >= bound;
        let entries = self.last_applied.saturating_sub(last.max(self.asked_snapshot));
        let is_long = reaches(self.config.snapshot_entries, entries);
        let is_large = reaches(self.config.snapshot_bytes, self.applied_bytes);
        if is_long || is_large {
            self.asked_snapshot = self.last_applied;
            self.applied_bytes = 0;
            effects.push(Effect::TakeSnapshot { index: self.last_applied });
        }
    }
}
