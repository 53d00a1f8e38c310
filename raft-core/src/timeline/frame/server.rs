//! The picture's numbers of servers: the discs, the log strips, and what a leader knows of others.

use super::super::Timeline;
use super::super::describe::{label, members};
use super::{Frame, NEVER, Texts};
use crate::raft::{Body, Entry, Index, Mode, Node, NodeId, Payload, Progress, Role};
use crate::sim::{Clock, Packet, Safety, Server, Status};
use crate::time::Instant;

/// Log cells shown of each server at most.
const CELLS_MAX: u64 = 12;

impl Frame {
    pub(super) fn server(&mut self, timeline: &Timeline, server: &Server, texts: &mut Texts) {
        let node = &server.node;
        let (first_cell, shown, folded) = self.log_cells(server, texts);
        let (first_peer, peers) = self.peers(server);
        let status = match server.status {
            Status::Up => 0,
            Status::Crashed => 1,
            Status::Paused => 2,
        };
        let role = match node.role() {
            Role::Follower => 0,
            Role::Candidate(_) => 1,
            Role::Leader(_) => 2,
            Role::PreCandidate(_) => 3,
        };
        let manual = timeline.world().settings.manual_timers;
        let timer = server.timer().filter(|_| status != 1 && !manual);
        let value = server.store.changed().map(|(key, value)| match server.store.pairs().len() {
            1 => alloc::format!("{value}"),
            _ => alloc::format!("{key}={value}"),
        });
        let (granted, refused, in_flight) = votes(timeline, server);
        let membership = node.membership();
        let base = node.log().base();
        let snapshot = node.snapshot().map(|snapshot| snapshot.last).unwrap_or_default();
        let transfer = node.leadership().and_then(|leadership| leadership.transfer);
        let (incoming_last, incoming_bytes) = node.incoming_snapshot().unwrap_or_default();
        self.numbers.extend_from_slice(&[
            i64::from(node.id().0),
            status,
            role,
            node.current_term() as i64,
            name(node.voted_for()),
            name(node.leader()),
            node.commit_index() as i64,
            node.log().last_index() as i64,
            node.last_applied() as i64,
            timer.map_or(0, |timer| time(timer.from)),
            timer.map_or(NEVER, |timer| time(timer.until)),
            value.map_or(-1, |text| texts.number(&text)),
            granted,
            refused,
            in_flight,
            node.durable_index() as i64,
            i64::from(node.is_writing()),
            first_cell as i64,
            shown as i64,
            folded as i64,
            membership.all_voters().len() as i64,
            base.index as i64,
            base.term as i64,
            snapshot.index as i64,
            snapshot.term as i64,
            part(node),
            i64::from(membership.is_joint()),
            node.membership_index() as i64,
            texts.number(&members(membership)),
            node.birth() as i64,
            server.lease_until().map_or(NEVER, time),
            time(server.promised_until()),
            name(transfer.map(|transfer| transfer.to)),
            incoming_last as i64,
            incoming_bytes as i64,
            node.status().pending_reads as i64,
            first_peer as i64,
            peers as i64,
            disk(timeline, server),
            server.clock.ahead(timeline.now()),
        ]);
    }

    /// The end of a server's log: the first cell's number, how many there are, and how many
    /// entries come before them.
    fn log_cells(&mut self, server: &Server, texts: &mut Texts) -> (usize, u64, u64) {
        let (log, first_cell) = (server.node.log(), self.cell_count);
        let folded = log.last_index().saturating_sub(CELLS_MAX).max(log.base().index);
        for (index, entry) in (folded + 1..).zip(log.from(folded + 1)) {
            self.cell(server, index, entry, texts);
        }
        (first_cell, (self.cell_count - first_cell) as u64, folded)
    }

    fn cell(&mut self, server: &Server, index: Index, entry: &Entry, texts: &mut Texts) {
        let kind = match entry.payload {
            Payload::Command(_) => 0,
            Payload::Noop => 1,
            Payload::Membership(_) => 2,
        };
        let text = if kind == 1 { -1 } else { texts.number(&label(entry)) };
        let committed = index <= server.node.commit_index();
        let durable = index <= server.node.durable_index();
        // Of what the node believes to be durable: what its disk really holds.
        let (cached, damaged) = match server.safety(index) {
            Safety::Volatile | Safety::Durable => (false, false),
            Safety::Cached => (durable, false),
            Safety::Damaged => (false, true),
        };
        let flags = [committed, durable, cached, damaged];
        let flags = flags.iter().rev().fold(0, |bits, &flag| bits << 1 | i64::from(flag));
        self.cells.extend_from_slice(&[index as i64, entry.term as i64, text, flags, kind]);
        self.cell_count += 1;
    }

    /// What a leader knows of the others: the first one's number, and how many there are.
    fn peers(&mut self, server: &Server) -> (usize, usize) {
        let first = self.peer_count;
        let peers = server.node.leadership().map_or(&[][..], |leadership| &leadership.peers);
        peers.iter().for_each(|progress| self.peer(progress, server.clock));
        (first, peers.len())
    }

    fn peer(&mut self, progress: &Progress, clock: Clock) {
        let (mode, waits, [last, sent, whole]) = match &progress.mode {
            Mode::Probe { waiting } => (0, *waiting, [0; 3]),
            Mode::Replicate => (1, !progress.inflight.is_empty(), [0; 3]),
            Mode::Snapshot(sending) => {
                let whole = sending.snapshot.data.len() as u64;
                let parts = [sending.snapshot.last.index, sending.offset, whole];
                (2, sending.asked_at.is_some(), parts)
            }
        };
        self.peers.extend_from_slice(&[
            i64::from(progress.id.0),
            progress.next_index as i64,
            progress.match_index as i64,
            mode,
            i64::from(waits),
            progress.inflight.len() as i64,
            progress.inflight.bytes() as i64,
            last as i64,
            sent as i64,
            whole as i64,
            time(clock.world(progress.heard_at)),
            0,
        ]);
        self.peer_count += 1;
    }
}

fn name(id: Option<NodeId>) -> i64 {
    id.map_or(0, |id| i64::from(id.0))
}

fn time(at: Instant) -> i64 {
    i64::try_from(at.0).unwrap_or(NEVER)
}

/// What can be said of a disk, as bits: 1 term and vote are not on it yet, 2 they are in the cache
/// of a disk that lies, 4 they are damaged, 8 it lies, 16 its cache holds something.
fn disk(timeline: &Timeline, server: &Server) -> i64 {
    let safety = server.safety_of_vote();
    let lies = timeline.world().settings.disk(server.node.id()).lies;
    let bits = [
        safety == Safety::Volatile,
        safety == Safety::Cached,
        safety == Safety::Damaged,
        lies,
        server.disk.cache.is_some(),
    ];
    bits.iter().rev().fold(0, |bits, &bit| bits << 1 | i64::from(bit))
}

/// A server's part in its own membership. One that the membership lists with another birth is
/// not the server that is meant.
fn part(node: &Node) -> i64 {
    let (membership, id) = (node.membership(), node.id());
    let is_meant = node.birth() == 0 || membership.birth(id) == node.birth();
    match (is_meant, membership.is_voter(id), membership.is_learner(id)) {
        (true, true, _) => 1,
        (true, false, true) => 2,
        (false, ..) | (true, false, false) => 0,
    }
}

/// A candidate's votes as bits by server: given, refused, and given but still in the air.
fn votes(timeline: &Timeline, server: &Server) -> (i64, i64, i64) {
    let (Role::Candidate(ballot) | Role::PreCandidate(ballot)) = server.node.role() else {
        return (0, 0, 0);
    };
    let bit = |id: NodeId| 1i64 << (id.0 - 1).min(62);
    let bits = |ids: &[NodeId]| ids.iter().fold(0, |bits, &id| bits | bit(id));
    let (own, term) = (server.node.id(), server.node.current_term());
    let is_ahead = matches!(server.node.role(), Role::PreCandidate(_));
    let in_flight = timeline.world().network.flights.iter().filter_map(|flight| {
        let Packet::Raft(message) = &flight.packet else { return None };
        let is_grant = match message.body {
            Body::RequestVoteReply { granted } => granted && !is_ahead && message.term == term,
            Body::PreVoteReply { term: asked, granted } => {
                granted && is_ahead && term.checked_add(1) == Some(asked)
            }
            _ => false,
        };
        let is_ours = flight.to.server() == Some(own);
        flight.from.server().filter(|_| is_grant && is_ours)
    });
    let in_flight = in_flight.fold(0, |bits, id| bits | bit(id));
    (bits(&ballot.granted), bits(&ballot.refused), in_flight)
}
