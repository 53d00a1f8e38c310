//! A checksum of what can be observed, in an encoding of our own.
//!
//! Derived hashes feed lengths as `usize`, so they differ between 32 and 64 bits and with every
//! refactoring. Here each fact is written out byte by byte, and [`ENCODING`] numbers the form.

use crate::raft::{AppendReply, Body, Entry, Membership, Node, Payload};
use crate::sim::{Answer, Packet, World};

/// The form of the encoding; a new form is a new number.
pub const ENCODING: u64 = 1;

/// FNV-1a with 64 bits (Fowler, Noll and Vo): short, portable and good enough to tell runs apart.
pub(super) struct Digest(u64);

impl Digest {
    pub(super) fn new() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    /// What all bytes so far come to, its high half folded into the low one.
    pub(super) fn finish(self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    #[inline(never)]
    fn number(&mut self, number: u64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    fn numbers(&mut self, numbers: &[u64]) {
        numbers.iter().for_each(|&number| self.number(number));
    }

    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.byte(byte));
    }

    fn optional(&mut self, number: Option<i64>) {
        self.number(u64::from(number.is_some()));
        self.number(number.unwrap_or(0) as u64);
    }

    fn entry(&mut self, entry: &Entry) {
        self.number(entry.term);
        match &entry.payload {
            Payload::Noop => self.number(0),
            Payload::Command(bytes) => {
                self.number(1 + bytes.len() as u64);
                self.bytes(bytes);
            }
            // No command is so long.
            Payload::Membership(membership) => {
                self.number(u64::MAX);
                self.membership(membership);
            }
        }
    }

    fn membership(&mut self, membership: &Membership) {
        let Membership { voters, outgoing, learners, learners_next, births, .. } = membership;
        for ids in [voters, outgoing, learners, learners_next] {
            self.number(ids.len() as u64);
            ids.iter().for_each(|id| self.number(u64::from(id.0)));
        }
        self.number(u64::from(membership.leaves_by_itself));
        births.iter().for_each(|&(id, birth)| self.numbers(&[u64::from(id.0), birth]));
    }

    /// What runs of Figure 2 alone do not have. Each part begins with a number that nothing of
    /// those runs has in its place, so that their checksums stay as they were.
    fn extensions(&mut self, node: &Node) {
        let base = node.log().base();
        if base.index > 0 {
            self.numbers(&[BASE, base.term, base.index]);
        }
        if let Some(snapshot) = node.snapshot() {
            self.numbers(&[SNAPSHOT, snapshot.last.term, snapshot.last.index]);
            self.membership(&snapshot.membership);
            self.number(snapshot.data.len() as u64);
            self.bytes(&snapshot.data);
        }
        if node.membership_index() > 0 {
            self.numbers(&[MEMBERSHIP, node.membership_index()]);
            self.membership(node.membership());
        }
        if node.birth() > 0 {
            self.numbers(&[BIRTH, node.birth()]);
        }
    }

    pub(super) fn packet(&mut self, packet: &Packet) {
        self.numbers(&[packet.kind() as u64, packet.term(), packet.index()]);
        match packet {
            Packet::Raft(message) => match &message.body {
                Body::PreVote { term, last } => self.numbers(&[*term, last.term]),
                Body::PreVoteReply { granted, .. } => self.number(u64::from(*granted)),
                Body::RequestVote { last, transfer: false } => self.number(last.term),
                Body::RequestVote { last, transfer: true } => self.numbers(&[last.term, 1]),
                Body::RequestVoteReply { granted } => self.number(u64::from(*granted)),
                Body::AppendEntries { prev, entries, commit, .. } => {
                    self.numbers(&[prev.term, prev.index, *commit]);
                    entries.iter().for_each(|entry| self.entry(entry));
                }
                Body::AppendEntriesReply { reply: AppendReply::Accepted { .. }, .. } => {
                    self.number(0);
                }
                Body::AppendEntriesReply { reply: AppendReply::Rejected { hint, .. }, .. } => {
                    self.numbers(&[1, hint.term, hint.index]);
                }
                Body::InstallSnapshot(chunk) => {
                    self.numbers(&[chunk.last.term, chunk.offset, u64::from(chunk.done)]);
                    self.membership(&chunk.membership);
                    self.bytes(&chunk.data);
                }
                Body::InstallSnapshotReply { last, received, installed, .. } => {
                    self.numbers(&[last.term, *received, u64::from(*installed)]);
                }
                Body::TimeoutNow { last } => self.number(last.term),
                Body::ReadIndex { .. } => {}
                Body::ReadIndexReply { index, .. } => self.optional(index.map(|i| i as i64)),
            },
            Packet::Request { command, .. } => {
                self.bytes(&command.encode());
            }
            Packet::Answer { answer, .. } => match answer {
                Answer::Done(value) => self.optional(*value),
                Answer::Lost => self.number(2),
                Answer::NotLeader(leader) => {
                    self.number(3);
                    self.optional(leader.map(|leader| i64::from(leader.0)));
                }
                // Why is told by the run that led here.
                Answer::Refused(_) => self.number(4),
                Answer::Opened(session) => self.numbers(&[5, *session]),
                Answer::Expired => self.number(6),
                Answer::Compared { swapped, found } => {
                    self.numbers(&[7, u64::from(*swapped)]);
                    self.optional(*found);
                }
            },
        }
    }
}

/// What the parts of [`Digest::extensions`] begin with: no role, count or place of a real run.
const BASE: u64 = u64::MAX - 1;
const SNAPSHOT: u64 = u64::MAX - 2;
const MEMBERSHIP: u64 = u64::MAX - 3;
const BIRTH: u64 = u64::MAX - 4;

/// The checksum of role, term, vote, log, snapshot, membership and commit index of every server,
/// and of the messages in flight, in the order of sending.
pub fn checksum(world: &World) -> u32 {
    let mut digest = Digest::new();
    digest.number(ENCODING);
    for server in &world.servers {
        let node = &server.node;
        digest.number(server.role() as u64);
        digest.number(node.current_term());
        digest.optional(node.voted_for().map(|id| i64::from(id.0)));
        digest.number(node.commit_index());
        digest.number(node.log().last_index());
        node.log().iter().for_each(|entry| digest.entry(entry));
        digest.extensions(node);
    }
    for flight in &world.network.flights {
        digest.number(flight.from.number() as u64);
        digest.number(flight.to.number() as u64);
        digest.packet(&flight.packet);
    }
    digest.finish() as u32
}
