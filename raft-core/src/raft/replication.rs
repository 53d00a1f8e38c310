//! Log replication (§5.3).
//!
//! A leader knows of each peer how far its log matches. While it does not, it *probes*: one
//! request at a time, further back after each rejection. Once one was accepted it *replicates*:
//! each entry is sent once, without waiting; a heartbeat carries the place it should follow, so a
//! lost request shows itself as a rejected heartbeat.

use super::decision::{AppendRefusal, Decision};
use super::message::{AppendReply, Body};
use super::node::{Effect, Node, Outcome, Role, Step, Timer};
use super::types::{Entry, Index, NodeId, Payload, Position, ProposalId};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a leader knows of a peer (Figure 2: `nextIndex` and `matchIndex`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Progress {
    /// The peer.
    pub id: NodeId,
    /// The next index to send; always after `match_index`.
    pub next_index: Index,
    /// The peer's log is known to agree up to here; never moves back within a term.
    pub match_index: Index,
    /// How the peer is served.
    pub mode: Mode,
}

/// How a leader serves a peer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Mode {
    /// Looks for the place where the logs agree; `waiting` for the answer to one request.
    Probe {
        /// Whether a request is unanswered; a heartbeat is sent all the same.
        waiting: bool,
    },
    /// Sends each entry once, as soon as it is there.
    Replicate,
}

impl Node {
    /// §5.2, §8: takes up the work of a leader.
    pub(super) fn lead(&mut self, step: &mut Step) {
        let next_index = self.log.last_index() + 1;
        let peers = self.voters.iter().filter(|&&peer| peer != self.id).map(|&id| Progress {
            id,
            next_index,
            match_index: 0,
            mode: Mode::Probe { waiting: false },
        });
        self.role = Role::Leader(peers.collect());
        self.leader = Some(self.id);
        if self.config.noop {
            self.append(Payload::Noop);
        }
        self.send_heartbeats(step);
        self.advance_commit(step);
    }

    /// §5.2: tells every peer that the leader lives, and sends what a peer may lack.
    pub(super) fn send_heartbeats(&mut self, step: &mut Step) {
        let interval = crate::time::Duration(self.config.heartbeat.0.max(1));
        self.timer = Timer { from: step.now, until: step.now + interval };
        self.send_to_all(step, true);
    }

    fn send_to_all(&mut self, step: &mut Step, heartbeat: bool) {
        let peers = match &self.role {
            Role::Leader(peers) => peers.len(),
            Role::Follower | Role::Candidate(_) => 0,
        };
        for peer in 0..peers {
            self.send_append(step, peer, heartbeat);
        }
    }

    /// §5.3: sends the next entries to one peer; nothing when there are none, unless it is a
    /// heartbeat. While a probe is unanswered a heartbeat only repeats its question: whether it
    /// was lost or the peer is down, the entries follow the answer.
    ///
    /// Entries may leave while our own write of them is in flight: the leader does not count
    /// itself until that is done (thesis §10.2.1).
    fn send_append(&mut self, step: &mut Step, peer: usize, heartbeat: bool) {
        let (batch, last) = (self.config.batch.max(1), self.log.last_index());
        let Role::Leader(peers) = &mut self.role else { return };
        let Some(progress) = peers.get_mut(peer) else { return };
        let has_news = progress.next_index <= last;
        let repeats = progress.mode == Mode::Probe { waiting: true };
        if !heartbeat && (repeats || !has_news) {
            return;
        }
        // A log cut short under our feet (only with rules waived) leaves no previous entry.
        let Some(prev) = self.log.position(progress.next_index - 1) else { return };
        let entries = self.log.slice(progress.next_index, if repeats { 0 } else { batch });
        match &mut progress.mode {
            Mode::Probe { waiting } => *waiting = true,
            Mode::Replicate => progress.next_index += entries.len() as Index,
        }
        let to = progress.id;
        let commit = self.commit_index;
        self.send(step, to, Body::AppendEntries { prev, entries, commit }, false);
    }

    /// §5.3: a follower makes its log agree with the leader's.
    pub(super) fn on_append_entries(
        &mut self,
        step: &mut Step,
        from: NodeId,
        prev: Position,
        entries: Vec<Entry>,
        commit: Index,
    ) {
        // Two leaders of one term: only with rules waived. The judges report it.
        if self.is_leader() {
            return;
        }
        if self.leader != Some(from) {
            step.decide(Decision::Follows { leader: from, term: self.current_term() });
        }
        self.role = Role::Follower;
        self.leader = Some(from);
        self.arm_election_timer(step.now);

        let ours = self.log.term(prev.index);
        if !self.rules.may_append_after(prev.term, ours) {
            let why = match ours {
                None => AppendRefusal::Missing { last: self.log.last_index() },
                Some(ours) => AppendRefusal::Conflict { ours },
            };
            step.decide(Decision::RefusesEntries { leader: from, prev, why });
            let hint = self.log.last_not_after(prev.index, prev.term);
            let reply = AppendReply::Rejected { prev: prev.index, hint };
            return self.send(step, from, Body::AppendEntriesReply(reply), true);
        }
        let checked = prev.index.saturating_add(entries.len() as Index);
        self.accept(step, from, prev.index, entries);
        self.commit_to(step, commit, checked);
        let match_index = self.rules.acknowledged(checked, self.log.last_index());
        let waits = self.rules.ack_waits_for_write();
        let reply = AppendReply::Accepted { match_index };
        self.send(step, from, Body::AppendEntriesReply(reply), waits);
    }

    fn accept(&mut self, step: &mut Step, leader: NodeId, prev: Index, entries: Vec<Entry>) {
        let last = self.log.last_index();
        let match_index = prev.saturating_add(entries.len() as Index);
        let spliced = self.log.splice(self.rules, prev.min(last), entries);
        if let Some(from) = spliced.truncated_from {
            step.decide(Decision::Truncates { from, to: last });
            self.lose_proposals(step, from);
        }
        if let Some(first) = spliced.changed_from {
            self.durable.changed_log(first);
            if first <= self.log.last_index() {
                step.decide(Decision::AcceptsEntries { leader, first, match_index });
            }
        }
    }

    /// §5.3: a leader learns how far a peer's log agrees.
    pub(super) fn on_append_reply(&mut self, step: &mut Step, from: NodeId, reply: AppendReply) {
        let own_last = self.log.last_index();
        let Role::Leader(peers) = &mut self.role else { return };
        let Some(at) = peers.iter().position(|progress| progress.id == from) else { return };
        let progress = &mut peers[at];
        match reply {
            AppendReply::Accepted { match_index } => {
                // Nobody matches further than our own log goes: a strange message claims it.
                progress.match_index = progress.match_index.max(match_index.min(own_last));
                progress.next_index = progress.next_index.max(progress.match_index + 1);
                progress.mode = Mode::Replicate;
                self.advance_commit(step);
            }
            AppendReply::Rejected { prev, hint } => {
                let is_late = match progress.mode {
                    Mode::Probe { .. } => prev != progress.next_index - 1,
                    Mode::Replicate => prev <= progress.match_index,
                };
                if is_late {
                    return;
                }
                let agreed = self.log.last_not_after(hint.index, hint.term).index;
                let next = (agreed + 1).min(prev).max(progress.match_index + 1);
                progress.next_index = next;
                progress.mode = Mode::Probe { waiting: false };
                step.decide(Decision::BacksUp { peer: from, next });
            }
        }
        self.send_append(step, at, false);
    }

    /// A client's command: only a leader takes it.
    pub(super) fn on_propose(&mut self, step: &mut Step, id: ProposalId, command: Arc<[u8]>) {
        if !self.is_leader() {
            let outcome = Outcome::NotLeader(self.leader);
            return step.effects.push(Effect::Resolve { id, outcome });
        }
        let index = self.append(Payload::Command(command));
        self.proposals.push((index, id));
        self.send_to_all(step, false);
    }

    /// Adds an entry of our own term to our own log.
    fn append(&mut self, payload: Payload) -> Index {
        let index = self.log.append(Entry { term: self.current_term(), payload });
        self.durable.changed_log(index);
        index
    }

    /// Other entries take the place of proposals from an index on.
    fn lose_proposals(&mut self, step: &mut Step, from: Index) {
        let lost = self.proposals.partition_point(|&(index, _)| index < from);
        for (_, id) in self.proposals.drain(lost..) {
            step.effects.push(Effect::Resolve { id, outcome: Outcome::Lost });
        }
    }
}
