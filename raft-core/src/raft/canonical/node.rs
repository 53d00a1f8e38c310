//! A node as words.

use super::Encoding;
use crate::raft::config::Config;
use crate::raft::durable::{Durable, SnapshotWrite, Token, Writing};
use crate::raft::election::Ballot;
use crate::raft::leadership::{CatchUp, Leadership, PendingChange, PendingRead, Reader, Transfer};
use crate::raft::membership::{Change, Member};
use crate::raft::node::{Node, Role};
use crate::raft::progress::{Inflight, Mode, Progress, Sending};
use crate::raft::read::FollowerReads;
use crate::raft::snapshot::Incoming;
use crate::raft::types::NodeId;

impl Node {
    /// Whether its words depend on itself and on names alone: what it holds back, and the reads of
    /// others that it confirms, are said by those whom they concern.
    pub fn stands_alone(&self) -> bool {
        let is_own = |read: &PendingRead| matches!(read.reader, Reader::Own(_));
        let reads = self.leadership().is_none_or(|leadership| leadership.reads.iter().all(is_own));
        reads && self.durable.held.is_empty()
    }

    /// Encodes the node, but for its name.
    pub fn canonical(&self, out: &mut Encoding) {
        // Left out: what is the same in all states of a world (`founders`, which a birth tells,
        // `config`, `rules`, `seed`), timers, which fire by hand, the promise to a leader, which
        // only CheckQuorum makes, and what is empty between steps (`outgoing`).
        let Node {
            id,
            founders: _,
            config,
            rules: _,
            seed: _,
            hard_state,
            log,
            memberships,
            snapshot,
            commit_index,
            last_applied,
            leader,
            role,
            timer: _,
            first_tick: _,
            attempts: _,
            election_timeout: _,
            promised_until: _,
            durable,
            proposals,
            incoming,
            reads,
            asked_snapshot,
            applied_bytes,
            stopped,
            outgoing: _,
        } = self;
        hard_state.canonical(out);
        log.canonical(out);
        out.word(memberships.list.len() as u64);
        for (index, membership) in &memberships.list {
            out.word(*index);
            membership.canonical(out);
        }
        out.word(*commit_index);
        out.word(*last_applied);
        out.maybe_server(*leader);
        out.role(role, config);
        out.durable(durable, *id);
        out.word(proposals.len() as u64);
        for (index, proposal) in proposals {
            out.word(*index);
            out.word(proposal.0);
        }
        out.follower_reads(reads);
        out.flags(&[snapshot.is_some(), incoming.is_some(), *stopped]);
        if let Some(snapshot) = snapshot {
            snapshot.canonical(out);
        }
        if let Some(Incoming { from, term, last, bytes }) = incoming {
            out.server(*from);
            out.word(*term);
            out.position(*last);
            out.bytes(bytes);
        }
        // They are counted only where a bound is reached by them.
        if config.snapshot_entries > 0 || config.snapshot_bytes > 0 {
            out.word(*asked_snapshot);
        }
        if config.snapshot_bytes > 0 {
            out.word(*applied_bytes);
        }
    }
}

impl Encoding<'_> {
    /// A write of a node, counted from the last one it knows to be done.
    pub fn token(&mut self, node: &Node, token: Token) {
        self.word(token.0.wrapping_sub(node.durable.done.0));
    }

    fn role(&mut self, role: &Role, config: &Config) {
        match role {
            Role::Follower => self.word(0),
            Role::PreCandidate(Ballot { granted, refused }) => {
                self.word(1);
                self.servers(granted);
                self.servers(refused);
            }
            // Who refused a candidate its vote decides nothing: only grants are counted.
            Role::Candidate(Ballot { granted, refused: _ }) => {
                self.word(2);
                self.servers(granted);
            }
            Role::Leader(leadership) => {
                self.word(3);
                self.leadership(leadership, config);
            }
        }
    }

    fn leadership(&mut self, leadership: &Leadership, config: &Config) {
        // Whether a lease is void matters to leases alone.
        let Leadership {
            peers,
            round: _,
            reads,
            transfer,
            change,
            uncommitted_bytes,
            lease_is_void: _,
        } = leadership;
        let (mark, mut sum) = (self.mark(), 0u64);
        for progress in peers {
            self.progress(progress, leadership);
            sum = sum.wrapping_add(self.cut(mark));
        }
        self.word(peers.len() as u64);
        self.word(sum);
        self.word(reads.len() as u64);
        // Their rounds are told by their order, and those of answers by theirs.
        for PendingRead { reader, index, round: _ } in reads {
            self.reader(reader);
            self.maybe(*index);
        }
        self.flags(&[transfer.is_some(), change.is_some()]);
        if let Some(Transfer { to, until: _, told }) = transfer {
            self.server(*to);
            self.flags(&[*told]);
        }
        if let Some(change) = change {
            self.pending_change(change);
        }
        if config.uncommitted_bytes > 0 {
            self.word(*uncommitted_bytes);
        }
    }

    fn progress(&mut self, progress: &Progress, leadership: &Leadership) {
        // When it was heard and when its answers were asked for matters to CheckQuorum, to leases
        // and to patience; when it matched is told by the messages on their way. Its own beats
        // matter where each follower has its own, and there time counts.
        let Progress {
            id,
            next_index,
            match_index,
            matched_at: _,
            mode,
            inflight: Inflight { requests, bytes: _ },
            heard_at: _,
            beat: _,
            round,
            answered_of: _,
        } = progress;
        self.server(*id);
        self.word(*next_index);
        self.word(*match_index);
        self.rank(*round, leadership);
        match mode {
            Mode::Probe { waiting } => self.flags(&[false, *waiting]),
            Mode::Replicate => self.flags(&[true]),
            Mode::Snapshot(Sending { snapshot, offset, asked_at }) => {
                self.flags(&[true, false, asked_at.is_some()]);
                snapshot.canonical(self);
                self.word(*offset);
            }
        }
        self.word(requests.len() as u64);
        for (last, bytes) in requests {
            self.word(*last);
            self.word(*bytes);
        }
    }

    fn pending_change(&mut self, change: &PendingChange) {
        let PendingChange { id, then, catching_up } = change;
        self.word(id.0);
        match then {
            None => self.word(0),
            Some(change) => self.change(change),
        }
        self.word(catching_up.len() as u64);
        for CatchUp { id, round, target, since: _, done } in catching_up {
            self.server(*id);
            self.word(u64::from(*round));
            self.word(*target);
            self.flags(&[*done]);
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::AddVoter(member) => self.members(1, core::slice::from_ref(member)),
            Change::AddLearner(member) => self.members(2, core::slice::from_ref(member)),
            Change::Promote(id) => self.named(3, *id),
            Change::Demote(id) => self.named(4, *id),
            Change::Remove(id) => self.named(5, *id),
            Change::Replace { voters, learners, leaves_by_itself } => {
                self.members(6, voters);
                self.members(7, learners);
                self.flags(&[*leaves_by_itself]);
            }
            Change::Leave => self.word(8),
        }
    }

    fn named(&mut self, what: u64, id: NodeId) {
        self.word(what);
        self.server(id);
    }

    fn members(&mut self, what: u64, members: &[Member]) {
        let (mark, mut sum) = (self.mark(), 0u64);
        for Member { id, birth } in members {
            self.server(*id);
            self.word(*birth);
            sum = sum.wrapping_add(self.cut(mark));
        }
        self.word(what);
        self.word(sum);
    }

    fn durable(&mut self, durable: &Durable, id: NodeId) {
        // What is at hand of the log's end is in the log as well.
        let Durable {
            last,
            done,
            writing,
            held,
            index,
            snapshot,
            hard_state_before,
            log_changed_from,
            log_end: _,
            new_snapshot,
        } = durable;
        self.word(last.0.wrapping_sub(done.0));
        self.word(writing.len() as u64);
        for Writing { token, last_index, snapshot } in writing {
            self.word(token.0.wrapping_sub(done.0));
            self.word(*last_index);
            self.word(*snapshot);
        }
        self.word(held.len() as u64);
        for (token, held) in held {
            self.word(token.0.wrapping_sub(done.0));
            held.canonical(self, id);
        }
        self.word(*index);
        self.word(*snapshot);
        self.maybe(*log_changed_from);
        self.flags(&[hard_state_before.is_some(), new_snapshot.is_some()]);
        if let Some(before) = hard_state_before {
            before.canonical(self);
        }
        if let Some(SnapshotWrite { snapshot, replaces_log }) = new_snapshot {
            snapshot.canonical(self);
            self.flags(&[*replaces_log]);
        }
    }

    fn follower_reads(&mut self, reads: &FollowerReads) {
        // The next number is one that was never used, whatever the last one was.
        let FollowerReads { asked, confirmed, last: _ } = reads;
        self.word(asked.len() as u64);
        for (_, _, id) in asked {
            self.word(id.0);
        }
        self.word(confirmed.len() as u64);
        for (index, id) in confirmed {
            self.word(*index);
            self.word(id.0);
        }
    }
}
