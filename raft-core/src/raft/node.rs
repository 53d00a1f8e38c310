//! One server: its state (Figure 2) and the single way in, [`Node::step`].

use super::config::Config;
use super::decision::Decision;
use super::durable::{Durable, Held, Memory, Token};
use super::effect::{Effect, Input};
use super::election::Ballot;
use super::leadership::Leadership;
use super::log::Log;
use super::membership::{Membership, Memberships};
use super::message::{AppendReply, Body, Message, Round};
use super::read::FollowerReads;
use super::rules::Rules;
use super::snapshot::{Incoming, Snapshot};
use super::types::{HardState, Index, NodeId, ProposalId, Term};
use crate::time::{Duration, Instant};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;

/// A server's part in its term.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// Answers, and waits for a leader.
    Follower,
    /// Thesis §9.6: asks whether it would be elected.
    PreCandidate(Ballot),
    /// Asks for votes.
    Candidate(Ballot),
    /// Sends entries.
    Leader(Box<Leadership>),
}

/// When a node next wants to be called, and since when it waits for that.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Timer {
    /// When it was armed.
    pub from: Instant,
    /// When it runs out.
    pub until: Instant,
}

/// One Raft server.
///
/// A plain value: it reads no clock, opens no socket and writes no disk. Cloning it freezes it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Node {
    pub(super) id: NodeId,
    /// What holds before the log or a snapshot says otherwise.
    pub(super) founders: Arc<Membership>,
    pub(super) config: Config,
    pub(super) rules: Rules,
    pub(super) seed: u64,
    pub(super) hard_state: HardState,
    pub(super) log: Log,
    pub(super) memberships: Memberships,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    pub(super) leader: Option<NodeId>,
    pub(super) role: Role,
    pub(super) timer: Timer,
    /// Elections not stood for in this term, since the answers said that they were lost.
    pub(super) attempts: u64,
    /// Drawn for this server, this term and these attempts.
    pub(super) election_timeout: Duration,
    /// Its first tick, where ticks are counted.
    pub(super) first_tick: Instant,
    /// Until then it helps nobody to replace the leader it has heard from (thesis §6.4.1).
    pub(super) promised_until: Instant,
    pub(super) durable: Durable,
    /// Proposals of ours that are in the log and not resolved, by index.
    pub(super) proposals: VecDeque<(Index, ProposalId)>,
    pub(super) incoming: Option<Incoming>,
    pub(super) reads: FollowerReads,
    /// A snapshot up to here was asked for, or is there.
    pub(super) asked_snapshot: Index,
    /// Bytes of commands applied since the last snapshot.
    pub(super) applied_bytes: u64,
    pub(super) stopped: bool,
    /// What the step that is running wants to let happen. Empty between steps: it stays for its
    /// memory alone.
    pub(super) outgoing: Vec<Outgoing>,
}

/// What one step has to do beside changing the node.
pub(super) struct Step<'a> {
    pub(super) now: Instant,
    pub(super) effects: &'a mut Vec<Effect>,
    outgoing: Vec<Outgoing>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Outgoing {
    pub(super) what: Held,
    pub(super) waits: bool,
}

impl Step<'_> {
    /// Lets something happen at the end of the step, or, with `waits`, when the writes are done.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(super) fn queue(&mut self, what: Held, waits: bool) {
        self.outgoing.push(Outgoing { what, waits });
    }

    /// Not inlined in the page, like `queue`: both stand in dozens of places.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(super) fn decide(&mut self, decision: Decision) {
        self.effects.push(Effect::Decide(decision));
    }
}

/// The way in.
impl Node {
    /// Takes one input at a time `now` and adds what follows from it to `effects`.
    ///
    /// `now` never goes back, restarts of this server included: a driver whose clock may go back
    /// counts its starts durably and puts the count into the high bits. The effects are to be
    /// carried out in order; what may not leave before a write is finished is not among them yet.
    pub fn step(&mut self, now: Instant, input: Input, effects: &mut Vec<Effect>) {
        if self.stopped {
            return;
        }
        let mut step = Step { now, effects, outgoing: mem::take(&mut self.outgoing) };
        match input {
            Input::Message { from, message } => self.on_message(&mut step, from, message),
            Input::Deadline => self.on_deadline(&mut step),
            Input::Timeout => self.on_timeout(&mut step),
            Input::Written(token) => self.on_written(&mut step, token),
            Input::WriteFailed => {
                self.stopped = true;
                step.decide(Decision::Stops);
                return;
            }
            Input::Propose { id, command } => self.on_propose(&mut step, id, command),
            Input::Read { id } => self.on_read(&mut step, id),
            Input::Change { id, change } => self.on_change(&mut step, id, change),
            Input::Transfer { to } => self.on_transfer(&mut step, to),
            Input::Snapshot { index, data } => self.on_own_snapshot(&mut step, index, data),
            Input::ForgetLeader => self.on_forget_leader(&mut step),
        }
        self.finish(step);
    }

    fn on_deadline(&mut self, step: &mut Step) {
        self.give_up_transfer(step);
        if self.timer().is_some_and(|timer| step.now >= timer.until) {
            self.on_timeout(step);
        }
    }

    fn on_timeout(&mut self, step: &mut Step) {
        match self.role {
            Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => self.stand(step),
            Role::Leader(_) if self.lost_quorum(step.now) => self.step_down(step),
            Role::Leader(_) => self.send_heartbeats(step),
        }
    }

    fn on_message(&mut self, step: &mut Step, from: NodeId, message: Message) {
        let Message { term, body } = message;
        match body {
            Body::PreVote { term: asked, last } => {
                return self.on_pre_vote(step, from, term, asked, last);
            }
            Body::PreVoteReply { term: asked, granted } => {
                return self.on_pre_vote_reply(step, from, term, asked, granted);
            }
            _ => {}
        }
        // A life of a name that forgot a vote must not answer a leader for the one that gave it.
        let is_meant = |birth: u64| body.round().is_none_or(|round| round.birth == birth);
        if !body.kind().is_reply() && !is_meant(self.birth()) {
            return;
        }
        // A new term forgets who led the one before; that it stands itself is its own wish.
        let is_our_leader = self.leader == Some(from);
        if term > self.current_term() {
            if self.protects_leader(step, from, &body) {
                return;
            }
            if self.rules.larger_term_is_entered(self.is_leader()) {
                self.enter_term(step, term, from);
            }
        }
        if !self.rules.may_heed(term, self.current_term()) {
            return self.answer_stale(step, from, Message { term, body });
        }
        if body.kind().is_reply() && !is_meant(self.membership().birth(from)) {
            return;
        }
        match body {
            Body::PreVote { .. } | Body::PreVoteReply { .. } => {}
            Body::RequestVote { last, transfer } => {
                self.on_request_vote(step, from, last, transfer || is_our_leader);
            }
            Body::RequestVoteReply { granted } => self.on_vote(step, from, granted),
            Body::AppendEntries { prev, entries, commit, round } => {
                self.on_append_entries(step, from, prev, entries, commit, round);
            }
            Body::AppendEntriesReply { reply, round } => {
                self.on_answer(step, from, round);
                self.on_append_reply(step, from, reply, round);
            }
            Body::InstallSnapshot(chunk) => self.on_install_snapshot(step, from, chunk),
            Body::InstallSnapshotReply { last, received, installed, round } => {
                self.on_answer(step, from, round);
                self.on_snapshot_reply(step, from, last, received, installed, round);
            }
            Body::TimeoutNow { last } => self.on_timeout_now(step, from, last),
            Body::ReadIndex { read } => self.on_read_index(step, from, read),
            Body::ReadIndexReply { read, index } => self.on_read_index_reply(step, read, index),
        }
    }

    /// §5.1: a message of an older term changes nothing, but whoever asked learns our term.
    /// Without that, a server stuck in a larger term would hear nothing but a leader it ignores,
    /// and nobody would hear of its term.
    fn answer_stale(&mut self, step: &mut Step, from: NodeId, message: Message) {
        let (kind, term, current) = (message.body.kind(), message.term, self.current_term());
        step.decide(Decision::IgnoresStale { from, kind, term, current });
        if !self.rules.answers_stale() {
            return;
        }
        // A leader that does not enter larger terms still leads the one that it asked in.
        let leads_anew = self.rules.larger_term_is_entered(true);
        let answered = |round: Round| if leads_anew { round.gone_by() } else { round };
        let reply = match message.body {
            Body::RequestVote { .. } => Body::RequestVoteReply { granted: false },
            Body::AppendEntries { prev, round, .. } => {
                let hint = self.log.last();
                let reply = AppendReply::Rejected { prev: prev.index, hint };
                Body::AppendEntriesReply { reply, round: answered(round) }
            }
            Body::InstallSnapshot(chunk) => Body::InstallSnapshotReply {
                last: chunk.last,
                received: 0,
                installed: false,
                round: answered(chunk.round),
            },
            Body::PreVote { .. }
            | Body::PreVoteReply { .. }
            | Body::RequestVoteReply { .. }
            | Body::AppendEntriesReply { .. }
            | Body::InstallSnapshotReply { .. }
            | Body::TimeoutNow { .. }
            | Body::ReadIndex { .. }
            | Body::ReadIndexReply { .. } => return,
        };
        self.send(step, from, reply, true);
    }

    /// §5.1: whoever sees a larger term is a follower in it.
    pub(super) fn enter_term(&mut self, step: &mut Step, term: Term, told_by: NodeId) {
        let from = self.current_term();
        let led = self.is_leader();
        self.retire(step);
        self.set_term(term, None);
        self.role = Role::Follower;
        if led {
            self.arm_election_timer(step.now);
        }
        step.decide(Decision::EntersTerm { from, to: term, told_by, led });
        self.lose_leader(step);
    }

    pub(super) fn set_term(&mut self, term: Term, voted_for: Option<NodeId>) {
        self.durable.changes_hard_state(self.hard_state);
        self.hard_state.current_term = term;
        self.hard_state.voted_for = voted_for;
        self.set_attempts(0);
    }

    /// §5.2: recognises the leader of our term. False when we lead it ourselves: two leaders of
    /// one term, which happens only with rules waived. The judges report it.
    pub(super) fn follow(&mut self, step: &mut Step, leader: NodeId) -> bool {
        if self.is_leader() {
            return false;
        }
        if self.leader != Some(leader) {
            step.decide(Decision::Follows { leader, term: self.current_term() });
            self.lose_leader(step);
            if !self.rules.keeps_vote() {
                self.set_term(self.current_term(), None);
            }
        }
        self.role = Role::Follower;
        self.leader = Some(leader);
        if self.attempts > 0 {
            self.set_attempts(0);
        }
        self.arm_election_timer(step.now);
        if self.config.check_quorum {
            self.promised_until = step.now + self.config.election_min;
        }
        self.expire_reads(step);
        true
    }

    /// Knows no leader: what was asked of it is answered by nobody.
    pub(super) fn lose_leader(&mut self, step: &mut Step) {
        self.leader = None;
        self.drop_reads(step);
    }

    fn on_forget_leader(&mut self, step: &mut Step) {
        if matches!(self.role, Role::Follower) && !self.may_use_leases() {
            self.lose_leader(step);
            self.promised_until = Instant::ZERO;
        }
    }

    fn on_written(&mut self, step: &mut Step, token: Token) {
        self.durable.finish(token);
        while let Some(held) = self.durable.release(self.current_term()) {
            match held {
                Held::Message { to, message } => step.effects.push(Effect::Send { to, message }),
                Held::OwnVote(_) => self.on_vote(step, self.id, true),
            }
        }
        self.compact(step);
        self.advance_commit(step);
    }

    /// Queues a message; with `waits` it leaves only when all writes asked for are done.
    pub(super) fn send(&self, step: &mut Step, to: NodeId, body: Body, waits: bool) {
        let message = Message { term: self.current_term(), body };
        step.queue(Held::Message { to, message }, waits);
    }

    /// Ends a step: the write it owes comes first, then what may leave, then what may be applied.
    fn finish(&mut self, step: Step) {
        let Step { effects, mut outgoing, .. } = step;
        let memory = Memory { hard_state: self.hard_state, log: &self.log };
        self.durable.take_writes(self.rules, memory, effects);
        for Outgoing { what, waits } in outgoing.drain(..) {
            match what {
                what if waits && self.durable.is_writing() => {
                    self.durable.hold(self.rules, what);
                }
                Held::Message { to, message } => effects.push(Effect::Send { to, message }),
                // A campaign writes its vote in the same step, so this always waits.
                Held::OwnVote(_) => {}
            }
        }
        self.outgoing = outgoing;
        self.apply(effects);
    }
}
