//! Linearizable reads that write nothing to the log (§8, thesis §6.4).
//!
//! A leader notes its commit index, makes sure that it still leads, and lets the read see the
//! state machine once that index is applied. It is sure when a quorum has answered a request that
//! was sent after the read came; or, under a lease, one that was sent not long ago.

use super::config::Reads;
use super::decision::Decision;
use super::effect::{Effect, Outcome, Refusal};
use super::leadership::{PendingRead, Reader};
use super::message::{Body, Round};
use super::node::{Node, Role, Step};
use super::progress::Progress;
use super::types::{Index, NodeId, ProposalId};
use crate::time::Instant;
use alloc::vec::Vec;

/// At most so many reads wait on one server; more are refused.
const READS_MAX: usize = 10_000;

/// The reads of a server's own driver that are on their way.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct FollowerReads {
    /// Asked of the leader: our number, when, and whose it is.
    pub(super) asked: Vec<(u64, Instant, ProposalId)>,
    /// Confirmed: to be answered once this index is applied.
    pub(super) confirmed: Vec<(Index, ProposalId)>,
    /// The last number used.
    pub(super) last: u64,
}

impl FollowerReads {
    /// What the first confirmed read has to see applied.
    pub(super) fn next_confirmed(&self) -> Option<Index> {
        self.confirmed.iter().map(|&(index, _)| index).min()
    }

    /// Whether the leader was asked for one, and has not answered.
    pub(super) fn has_asked(&self) -> bool {
        !self.asked.is_empty()
    }
}

/// A read comes.
impl Node {
    pub(super) fn on_read(&mut self, step: &mut Step, id: ProposalId) {
        if self.pending_reads() >= READS_MAX {
            return self.resolve(step, id, Outcome::Refused(Refusal::Busy));
        }
        if self.is_leader() {
            return self.begin_read(step, Reader::Own(id));
        }
        let Some(leader) = self.leader else {
            return self.resolve(step, id, Outcome::NotLeader(None));
        };
        // Never the same number twice, not even after a restart: an answer to a read of an
        // earlier life is no answer to this one.
        let read = self.reads.last.wrapping_add(1).max(step.now.0);
        self.reads.last = read;
        self.reads.asked.push((read, step.now, id));
        self.send(step, leader, Body::ReadIndex { read }, false);
    }

    pub(super) fn on_read_index(&mut self, step: &mut Step, from: NodeId, read: u64) {
        if !self.is_leader() || self.pending_reads() >= READS_MAX {
            return self.send(step, from, Body::ReadIndexReply { read, index: None }, false);
        }
        self.begin_read(step, Reader::Peer { id: from, read });
    }

    fn begin_read(&mut self, step: &mut Step, reader: Reader) {
        let index = self.read_index();
        if let Some(index) = index {
            if !self.rules.read_confirms_leadership() || self.holds_lease(step.now) {
                step.decide(Decision::ReadsAtOnce { index, lease_until: self.lease_until() });
                return self.confirm(step, reader, index);
            }
        }
        if index.is_none() {
            self.ensure_own_entry(step);
        }
        let Role::Leader(leadership) = &mut self.role else { return };
        leadership.round += 1;
        let round = leadership.round;
        leadership.reads.push(PendingRead { reader, index, round });
        step.decide(Decision::BeginsRead { index, round });
        self.send_to_all(step, true);
        self.settle_reads(step);
    }

    /// Thesis §6.4: the commit index, once an entry of our own term is committed: until then it
    /// may be behind what earlier leaders have committed and answered.
    fn read_index(&self) -> Option<Index> {
        let term = self.log.term(self.commit_index).unwrap_or(0);
        let may = self.rules.may_read_at(term, self.current_term());
        may.then_some(self.commit_index)
    }
}

/// Sure to lead.
impl Node {
    /// A peer has answered a request of this term.
    pub(super) fn on_answer(&mut self, step: &mut Step, from: NodeId, round: Round) {
        let (rules, now) = (self.rules, step.now);
        let Role::Leader(leadership) = &mut self.role else { return };
        let latest = leadership.round;
        let Some(at) = leadership.position(from) else { return };
        let progress = &mut leadership.peers[at];
        progress.heard_at = now;
        progress.round = progress.round.max(rules.confirmed_round(round.number, latest));
        let sent_at = rules.lease_begins(round.sent_at, now).min(now);
        progress.answered_of = progress.answered_of.max(Some(sent_at));
        self.settle_reads(step);
    }

    /// Lets go what a quorum has confirmed.
    pub(super) fn settle_reads(&mut self, step: &mut Step) {
        if self.leadership().is_none_or(|leadership| leadership.reads.is_empty()) {
            return;
        }
        let read_index = self.read_index();
        let Role::Leader(leadership) = &mut self.role else { return };
        for read in &mut leadership.reads {
            read.index = read.index.or(read_index);
        }
        let Some(confirmed) = self.confirmed_round() else { return };
        let Role::Leader(leadership) = &mut self.role else { return };
        let is_settled = |read: &PendingRead| read.round <= confirmed && read.index.is_some();
        let settled: Vec<PendingRead> =
            leadership.reads.iter().copied().filter(is_settled).collect();
        leadership.reads.retain(|read| !is_settled(read));
        for read in settled {
            if let Some(index) = read.index {
                step.decide(Decision::ConfirmsRead { index, round: read.round });
                self.confirm(step, read.reader, index);
            }
        }
    }

    /// The latest round that a quorum, ourselves included, has answered.
    fn confirmed_round(&self) -> Option<u64> {
        let leadership = self.leadership()?;
        let answered = |round: u64| self.has_quorum(&|peer| peer.round >= round);
        let rounds = leadership.peers.iter().map(|peer| peer.round);
        rounds.chain([leadership.round]).filter(|&round| answered(round)).max()
    }

    /// Thesis §6.4.1: until when a quorum will help nobody to replace us; nothing without a
    /// lease.
    pub fn lease_until(&self) -> Option<Instant> {
        let leadership = self.leadership().filter(|_| self.may_use_leases())?;
        if leadership.lease_is_void && self.rules.transfer_voids_lease() {
            return None;
        }
        let answered = |since: Instant| self.has_quorum(&|peer| peer.answered_of >= Some(since));
        let all = leadership.peers.iter().filter_map(|peer| peer.answered_of);
        let alone = answered(Instant(u64::MAX)).then_some(Instant(u64::MAX));
        let since = alone.or_else(|| all.filter(|&since| answered(since)).max())?;
        Some(since + self.config.lease())
    }

    fn holds_lease(&self, now: Instant) -> bool {
        self.lease_until().is_some_and(|until| now < until)
    }

    pub(super) fn may_use_leases(&self) -> bool {
        let wanted = self.config.reads == Reads::Lease;
        wanted && self.rules.may_lease(self.config.check_quorum)
    }

    /// Thesis §6.2: whether a leader has not heard from a quorum for so long that another may
    /// have been elected.
    pub(super) fn lost_quorum(&self, now: Instant) -> bool {
        let since = now - self.config.patience();
        let is_watched = self.is_leader() && self.config.check_quorum;
        is_watched && !self.has_quorum(&|peer| peer.heard_at >= since)
    }

    /// Whether something holds for a quorum, ourselves included.
    fn has_quorum(&self, holds: &dyn Fn(&Progress) -> bool) -> bool {
        let peer = |id: NodeId| self.leadership().and_then(|leadership| leadership.peer(id));
        let agrees = |id: NodeId| id == self.id || peer(id).is_some_and(holds);
        self.membership().decides(self.rules, &agrees)
    }

    /// Thesis §6.2: leads no longer, in the same term.
    pub(super) fn step_down(&mut self, step: &mut Step) {
        step.decide(Decision::StepsDown { term: self.current_term() });
        self.become_follower(step);
    }

    /// A leader becomes a follower in its own term, and knows no leader.
    pub(super) fn become_follower(&mut self, step: &mut Step) {
        self.retire(step);
        self.role = Role::Follower;
        self.lose_leader(step);
        self.arm_election_timer(step.now);
    }
}

/// The answer.
impl Node {
    fn confirm(&mut self, step: &mut Step, reader: Reader, index: Index) {
        match reader {
            Reader::Own(id) => self.reads.confirmed.push((index, id)),
            Reader::Peer { id, read } => {
                self.send(step, id, Body::ReadIndexReply { read, index: Some(index) }, false);
            }
        }
    }

    pub(super) fn on_read_index_reply(&mut self, step: &mut Step, read: u64, index: Option<Index>) {
        let Some(at) = self.reads.asked.iter().position(|asked| asked.0 == read) else { return };
        let (_, _, id) = self.reads.asked.remove(at);
        match index {
            Some(index) => self.reads.confirmed.push((index, id)),
            None => self.resolve(step, id, Outcome::NotLeader(None)),
        }
    }

    /// §8: a read sees what was committed when it came, so that has to be applied first.
    pub(super) fn answer_reads(&mut self, effects: &mut Vec<Effect>) {
        if self.reads.confirmed.is_empty() {
            return;
        }
        let (applied, rules) = (self.last_applied, self.rules);
        let is_ready = |&(index, _): &(Index, ProposalId)| rules.may_answer_read(index, applied);
        for &(_, id) in self.reads.confirmed.iter().filter(|read| is_ready(read)) {
            effects.push(Effect::Resolve { id, outcome: Outcome::Readable(applied) });
        }
        self.reads.confirmed.retain(|read| !is_ready(read));
    }

    /// Reads that nobody will answer now: the driver asks again.
    pub(super) fn drop_reads(&mut self, step: &mut Step) {
        for (_, _, id) in core::mem::take(&mut self.reads.asked) {
            self.resolve(step, id, Outcome::NotLeader(self.leader));
        }
    }

    /// Reads whose question or answer was lost.
    pub(super) fn expire_reads(&mut self, step: &mut Step) {
        let (now, patience) = (step.now, self.config.election_max);
        while self.reads.asked.first().is_some_and(|asked| asked.1 + patience < now) {
            let (_, _, id) = self.reads.asked.remove(0);
            self.resolve(step, id, Outcome::NotLeader(self.leader));
        }
    }

    /// Leadership ends: what waits for it is answered by nobody here.
    pub(super) fn retire(&mut self, step: &mut Step) {
        let Role::Leader(leadership) = &mut self.role else { return };
        let change = leadership.change.take();
        for read in core::mem::take(&mut leadership.reads) {
            match read.reader {
                Reader::Own(id) => self.resolve(step, id, Outcome::NotLeader(None)),
                Reader::Peer { id, read } => {
                    self.send(step, id, Body::ReadIndexReply { read, index: None }, false);
                }
            }
        }
        if let Some(change) = change {
            self.resolve(step, change.id, Outcome::NotLeader(None));
        }
    }

    pub(super) fn pending_reads(&self) -> usize {
        let waiting = self.leadership().map_or(0, |leadership| leadership.reads.len());
        waiting + self.reads.asked.len() + self.reads.confirmed.len()
    }

    pub(super) fn resolve(&self, step: &mut Step, id: ProposalId, outcome: Outcome) {
        step.effects.push(Effect::Resolve { id, outcome });
    }
}
