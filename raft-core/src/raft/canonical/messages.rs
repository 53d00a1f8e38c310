//! Messages as words: what they carry of rounds and reads is said by whom it concerns.

use super::Encoding;
use crate::raft::durable::Held;
use crate::raft::leadership::{Leadership, Reader};
use crate::raft::message::{AppendReply, Body, Chunk, Message, Round};
use crate::raft::progress::{Mode, Progress};
use crate::raft::types::NodeId;

impl Message {
    /// Encodes a message on its way, or waiting for a write before it sets out.
    pub fn canonical(&self, out: &mut Encoding, from: NodeId, to: NodeId) {
        let Message { term, body } = self;
        out.word(*term);
        // A request names a round of its sender, an answer one of its receiver.
        match body {
            Body::PreVote { term, last } => {
                out.word(0);
                out.word(*term);
                out.position(*last);
            }
            Body::PreVoteReply { term, granted } => {
                out.word(1);
                out.word(*term);
                out.flags(&[*granted]);
            }
            Body::RequestVote { last, transfer } => {
                out.word(2);
                out.position(*last);
                out.flags(&[*transfer]);
            }
            Body::RequestVoteReply { granted } => {
                out.word(3);
                out.flags(&[*granted]);
            }
            Body::AppendEntries { prev, entries, commit, round } => {
                out.word(4);
                out.position(*prev);
                out.word(entries.len() as u64);
                entries.iter().for_each(|entry| entry.canonical(out));
                out.word(*commit);
                out.round(round, from, to);
            }
            Body::AppendEntriesReply { reply, round } => {
                out.word(5);
                match reply {
                    AppendReply::Accepted { match_index } => {
                        out.word(0);
                        out.word(*match_index);
                    }
                    AppendReply::Rejected { prev, hint } => {
                        out.word(1);
                        out.word(*prev);
                        out.position(*hint);
                    }
                }
                out.round(round, to, from);
            }
            Body::InstallSnapshot(chunk) => {
                let Chunk { last, membership, offset, data, done, round } = chunk;
                out.word(6);
                out.position(*last);
                membership.canonical(out);
                out.word(*offset);
                out.bytes(data);
                out.flags(&[*done]);
                out.round(round, from, to);
            }
            Body::InstallSnapshotReply { last, received, installed, round } => {
                out.word(7);
                out.position(*last);
                out.word(*received);
                out.flags(&[*installed]);
                out.round(round, to, from);
            }
            Body::TimeoutNow { last } => {
                out.word(8);
                out.position(*last);
            }
            Body::ReadIndex { read } => {
                out.word(9);
                out.read(from, *read);
            }
            Body::ReadIndexReply { read, index } => {
                out.word(10);
                out.read(to, *read);
                out.maybe(*index);
            }
        }
    }
}

impl Held {
    /// Encodes what a server holds back.
    pub(super) fn canonical(&self, out: &mut Encoding, from: NodeId) {
        match self {
            Held::Message { to, message } => {
                out.word(0);
                out.server(*to);
                message.canonical(out, from, *to);
            }
            Held::OwnVote(term) => {
                out.word(1);
                out.word(*term);
            }
        }
    }
}

impl Encoding<'_> {
    /// What a message says of the `leader`'s request to a `peer`: which of the reads that wait
    /// its answer would confirm, and whether it set out before what is known of the peer. To a
    /// later leadership of that server all of it is old, but its count of rounds begins anew.
    fn round(&mut self, round: &Round, leader: NodeId, peer: NodeId) {
        let Round { number, sent_at, birth } = *round;
        if self.nodes.is_empty() {
            return;
        }
        self.word(birth);
        match self.node(leader).and_then(|node| node.leadership()) {
            Some(leadership) => {
                let progress = leadership.peer(peer);
                let is_later =
                    |progress: &Progress| progress.match_index > 0 && sent_at > progress.matched_at;
                let is_asked = |progress: &Progress| match &progress.mode {
                    Mode::Snapshot(sending) => sending.asked_at == Some(sent_at),
                    Mode::Probe { .. } | Mode::Replicate => false,
                };
                self.flags(&[true, progress.is_some_and(is_later), progress.is_some_and(is_asked)]);
                self.rank(number, leadership);
            }
            None => {
                self.flags(&[false]);
                self.word(number);
            }
        }
    }

    /// A count of rounds: how many of the reads that wait it confirms, and, past the leader's own
    /// count, how many of those to come.
    pub(super) fn rank(&mut self, round: u64, leadership: &Leadership) {
        let confirms = leadership.reads.iter().filter(|read| read.round <= round).count();
        self.word(confirms as u64);
        self.word(round.saturating_sub(leadership.round));
    }

    /// A read that a follower asks its leader for: its place among those unanswered. An answer to
    /// any other is one to nobody, since numbers never repeat.
    fn read(&mut self, follower: NodeId, read: u64) {
        if self.nodes.is_empty() {
            return;
        }
        let node = self.node(follower);
        let place = node.and_then(|node| node.reads.asked.iter().position(|ask| ask.0 == read));
        self.maybe(place.map(|place| place as u64));
    }

    pub(super) fn reader(&mut self, reader: &Reader) {
        match reader {
            Reader::Own(id) => {
                self.word(0);
                self.word(id.0);
            }
            Reader::Peer { id, read } => {
                self.word(1);
                self.server(*id);
                self.read(*id, *read);
            }
        }
    }
}
