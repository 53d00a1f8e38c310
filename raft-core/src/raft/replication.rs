//! Log replication (§5.3).
//!
//! A leader knows of each peer how far its log matches. While it does not, it *probes*: one
//! request at a time, further back after each rejection. Once one was accepted it *replicates*:
//! each entry is sent once, without waiting, as far as the window allows; a heartbeat carries the
//! place it should follow, so a lost request shows itself as a rejected heartbeat. A peer whose
//! next entry was compacted away gets a snapshot first (`snapshot.rs`).
//!
//! A heartbeat is an `AppendEntries` without entries, and carries the leader's commit index as it
//! is: the receiver takes it only as far as the request showed its log to match.

use super::decision::{AppendRefusal, Decision};
use super::effect::{Effect, Outcome};
use super::leadership::Leadership;
use super::message::{AppendReply, Body, Round};
use super::node::{Node, Role, Step};
use super::progress::{Mode, Progress};
use super::types::{Entry, Index, NodeId, Payload, Position, ProposalId};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A leader sends.
impl Node {
    /// §5.2, §8: takes up the work of a leader.
    pub(super) fn lead(&mut self, step: &mut Step) {
        let tail = self.log.from(self.commit_index + 1);
        let uncommitted_bytes = tail.map(|entry| entry.payload.len()).sum();
        let mut leadership = Leadership { uncommitted_bytes, ..Leadership::default() };
        let next = self.log.last_index() + 1;
        leadership.serve(self.id, self.membership(), next, step.now);
        self.role = Role::Leader(Box::new(leadership));
        self.drop_reads(step);
        self.leader = Some(self.id);
        if self.config.noop {
            self.append(Payload::Noop);
        }
        self.send_heartbeats(step);
        self.advance_commit(step);
    }

    pub(super) fn send_to_all(&mut self, step: &mut Step, heartbeat: bool) {
        let peers = self.leadership().map_or(0, |leadership| leadership.peers.len());
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
    pub(super) fn send_append(&mut self, step: &mut Step, peer: usize, heartbeat: bool) {
        while self.send_request(step, peer, heartbeat) && !heartbeat {}
    }

    /// Sends one request; whether another may follow at once.
    fn send_request(&mut self, step: &mut Step, peer: usize, heartbeat: bool) -> bool {
        let config = self.config;
        let has_window = config.inflight > 0 || config.inflight_bytes > 0;
        let last = self.log.last_index();
        let Role::Leader(leadership) = &mut self.role else { return false };
        let number = leadership.round;
        let Some(progress) = leadership.peers.get_mut(peer) else { return false };
        let round = self.memberships.round(number, step.now, progress.id);
        let has_news = progress.next_index <= last;
        let (waits, sends) = match progress.mode {
            Mode::Probe { waiting } => (waiting, !waiting),
            Mode::Replicate => {
                (false, !progress.inflight.is_full(config.inflight, config.inflight_bytes))
            }
            Mode::Snapshot(_) => (true, false),
        };
        if !heartbeat && (waits || !sends || !has_news) {
            return false;
        }
        let prev = match &progress.mode {
            // Enough to know that it lives, and to see that it has got there.
            Mode::Snapshot(sending) => Some(sending.snapshot.last),
            Mode::Probe { .. } | Mode::Replicate => self.log.position(progress.next_index - 1),
        };
        let base = self.log.base();
        let is_silent = progress.heard_at + config.election_max < step.now;
        let prev = match prev {
            Some(prev) => prev,
            // The entry before was compacted away. Whether a silent peer needs a snapshot it may
            // say when it is back.
            None if is_silent && progress.next_index <= base.index => {
                progress.probe(base.index + 1);
                base
            }
            None => {
                self.begin_snapshot(step, peer);
                return false;
            }
        };
        let batch = if sends { config.batch.max(1) } else { 0 };
        let entries = self.log.slice(progress.next_index, batch, config.batch_bytes);
        match &mut progress.mode {
            Mode::Probe { waiting } => *waiting = true,
            Mode::Replicate if !entries.is_empty() => {
                progress.next_index += entries.len() as Index;
                if has_window {
                    let bytes = entries.iter().map(|entry| entry.payload.len()).sum();
                    progress.inflight.add(progress.next_index - 1, bytes);
                }
            }
            Mode::Replicate | Mode::Snapshot(_) => {}
        }
        let is_replicating = matches!(progress.mode, Mode::Replicate);
        let has_more = progress.next_index <= last;
        let (to, commit) = (progress.id, self.commit_index);
        self.send(step, to, Body::AppendEntries { prev, entries, commit, round }, false);
        // Without a window the rest follows the answer: else a long log would leave at once.
        is_replicating && has_window && has_more
    }
}

/// A follower receives.
impl Node {
    /// §5.3: a follower makes its log agree with the leader's.
    pub(super) fn on_append_entries(
        &mut self,
        step: &mut Step,
        from: NodeId,
        mut prev: Position,
        mut entries: Vec<Entry>,
        commit: Index,
        round: Round,
    ) {
        if !self.follow(step, from) {
            return;
        }
        let base = self.log.base();
        if prev.index < base.index && self.rules.compacted_matches() {
            // What a snapshot replaced is committed, so the leader has the same (§7).
            let known = (base.index - prev.index).min(entries.len() as Index);
            entries.drain(..known as usize);
            prev = base;
        }
        let ours = self.log.term(prev.index);
        if !self.rules.may_append_after(prev.term, ours) {
            let why = match ours {
                None => AppendRefusal::Missing { last: self.log.last_index() },
                Some(ours) => AppendRefusal::Conflict { ours },
            };
            step.decide(Decision::RefusesEntries { leader: from, prev, why });
            let hint = self.log.last_not_after(prev.index, prev.term);
            let reply = AppendReply::Rejected { prev: prev.index, hint };
            return self.send(step, from, Body::AppendEntriesReply { reply, round }, true);
        }
        let checked = prev.index.saturating_add(entries.len() as Index);
        self.accept(step, from, prev.index, entries);
        self.commit_to(step, commit, checked);
        let match_index = self.rules.acknowledged(checked, self.log.last_index());
        let waits = self.rules.ack_waits_for_write();
        let reply = AppendReply::Accepted { match_index };
        self.send(step, from, Body::AppendEntriesReply { reply, round }, waits);
    }

    fn accept(&mut self, step: &mut Step, leader: NodeId, prev: Index, entries: Vec<Entry>) {
        let last = self.log.last_index();
        let match_index = prev.saturating_add(entries.len() as Index);
        let prev = prev.clamp(self.log.base().index, last);
        let spliced = self.log.splice(self.rules, prev, &entries);
        if let Some(from) = spliced.truncated_from {
            step.decide(Decision::Truncates { from, to: last });
            self.lose_proposals(step, from);
            if self.rules.membership_rolls_back() {
                self.memberships.truncate_from(from);
            }
        }
        if let Some(first) = spliced.changed_from {
            self.durable.changed_log(self.rules, first);
            if first == prev + 1 {
                self.durable.log_ends_with(first, entries);
            }
            if first <= self.log.last_index() {
                step.decide(Decision::AcceptsEntries { leader, first, match_index });
                self.read_memberships(step, first);
            }
        }
    }
}

/// A leader hears.
impl Node {
    /// §5.3: a leader learns how far a peer's log agrees.
    pub(super) fn on_append_reply(
        &mut self,
        step: &mut Step,
        from: NodeId,
        reply: AppendReply,
        round: Round,
    ) {
        let (rules, own_last) = (self.rules, self.log.last_index());
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(at) = leadership.position(from) else { return };
        match reply {
            // Nobody matches further than our own log goes: a strange message claims it.
            AppendReply::Accepted { match_index } => {
                self.on_match(step, at, match_index.min(own_last));
            }
            AppendReply::Rejected { hint, .. } if !rules.rejection_is_no_match() => {
                self.on_match(step, at, hint.index.min(own_last));
            }
            AppendReply::Rejected { prev, hint } => {
                self.on_rejection(step, at, prev, hint, round);
            }
        }
    }

    /// A peer's log agrees with ours up to an index.
    pub(super) fn on_match(&mut self, step: &mut Step, peer: usize, match_index: Index) {
        let (rules, base) = (self.rules, self.log.base().index);
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.peers.get_mut(peer) else { return };
        if match_index > progress.match_index {
            progress.match_index = match_index;
            progress.matched_at = step.now;
        }
        let asked = progress.next_index;
        progress.next_index = asked.max(progress.match_index + 1);
        progress.inflight.free_to(progress.match_index);
        let reconnects = match &progress.mode {
            // An answer to an earlier request says nothing of the place that is asked about. Were
            // it enough, messages that overtake each other would have all sent again and again.
            Mode::Probe { .. } => match_index + 1 >= asked,
            Mode::Replicate => true,
            // An older snapshot, or entries, may have got there first.
            Mode::Snapshot(sending) => {
                rules.reconnects(progress.match_index, sending.snapshot.last.index, base)
            }
        };
        if reconnects {
            if !matches!(progress.mode, Mode::Replicate) {
                progress.next_index = progress.match_index + 1;
            }
            progress.mode = Mode::Replicate;
        }
        let (id, match_index) = (progress.id, progress.match_index);
        self.note_catch_up(step, id, match_index);
        self.advance_commit(step);
        self.go_on_with_change(step);
        self.go_on_with_transfer(step);
        // It may lead no longer: its own removal may have been committed.
        let at = self.leadership().and_then(|leadership| leadership.position(id));
        if let Some(at) = at {
            self.send_append(step, at, false);
        }
    }

    fn on_rejection(
        &mut self,
        step: &mut Step,
        peer: usize,
        prev: Index,
        hint: Position,
        round: Round,
    ) {
        let rules = self.rules;
        let agreed = if rules.skips_terms() {
            self.log.last_not_after(hint.index, hint.term).index
        } else {
            prev.saturating_sub(1)
        };
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.peers.get_mut(peer) else { return };
        let id = progress.id;
        let match_index = progress.match_index;
        let is_late = match &progress.mode {
            Mode::Probe { .. } => prev != progress.next_index - 1 || prev <= match_index,
            Mode::Replicate => prev <= match_index,
            Mode::Snapshot(sending) => {
                // It is alive, and was asked well after our last piece: that, or its answer, is
                // lost.
                let patience = self.config.heartbeat;
                if sending.asked_at.is_some_and(|asked| round.sent_at >= asked + patience) {
                    self.send_chunk(step, peer);
                }
                return;
            }
        };
        if hint.index < match_index && prev <= match_index && round.sent_at > progress.matched_at {
            // Asked after it had acknowledged them, it lacks them. Its disk is gone or was put
            // back: it must not count as the server that it was, and has to be removed and added
            // anew.
            progress.probe(match_index);
            progress.mode = Mode::Probe { waiting: true };
            return step.decide(Decision::MissesEntries {
                peer: id,
                match_index,
                last: hint.index,
            });
        }
        if is_late && rules.ignores_late_rejections() {
            return;
        }
        progress.probe((agreed + 1).min(prev));
        let next = progress.next_index;
        step.decide(Decision::BacksUp { peer: id, next });
        self.send_append(step, peer, false);
    }
}

/// A leader's own log.
impl Node {
    /// A client's command: only a leader takes it.
    pub(super) fn on_propose(&mut self, step: &mut Step, id: ProposalId, command: Arc<[u8]>) {
        let Role::Leader(leadership) = &self.role else {
            return self.resolve(step, id, Outcome::NotLeader(self.leader));
        };
        let bound = if command.is_empty() { 0 } else { self.config.uncommitted_bytes };
        if let Some(why) = leadership.refusal(self.rules, bound) {
            step.decide(Decision::RefusesProposal { why });
            self.resolve(step, id, Outcome::Refused(why));
            return self.ensure_own_entry(step);
        }
        let index = self.append(Payload::Command(command));
        self.proposals.push_back((index, id));
        self.send_to_all(step, false);
    }

    /// Appends an empty entry unless one of our term is there: without it nothing can be committed
    /// (§5.4.2), and what waits for a commit would wait for a command that nobody may send (§8).
    pub(super) fn ensure_own_entry(&mut self, step: &mut Step) {
        if self.is_leader() && self.log.last().term != self.current_term() {
            self.append(Payload::Noop);
            self.send_to_all(step, false);
        }
    }

    /// Adds an entry of our own term to our own log.
    pub(super) fn append(&mut self, payload: Payload) -> Index {
        let bytes = payload.len();
        let entry = Entry { term: self.current_term(), payload };
        let index = self.log.last_index() + 1;
        self.memberships.read(index, &entry);
        self.log.append(entry);
        self.durable.changed_log(self.rules, index);
        if let Role::Leader(leadership) = &mut self.role {
            leadership.uncommitted_bytes += bytes;
        }
        index
    }

    /// Other entries take the place of proposals from an index on.
    pub(super) fn lose_proposals(&mut self, step: &mut Step, from: Index) {
        if !self.rules.outcome_follows_the_entry() {
            return;
        }
        let lost = self.proposals.partition_point(|&(index, _)| index < from);
        for (_, id) in self.proposals.drain(lost..) {
            step.effects.push(Effect::Resolve { id, outcome: Outcome::Lost });
        }
    }
}

impl Progress {
    /// Whether it is known to have answered since we lead.
    pub fn has_answered(&self) -> bool {
        self.answered_of.is_some()
    }
}
