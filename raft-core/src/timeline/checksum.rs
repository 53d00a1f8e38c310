//! A checksum of what can be observed, in an encoding of our own.
//!
//! Derived hashes feed lengths as `usize`, so they differ between 32 and 64 bits and with every
//! refactoring. Here each fact is written out byte by byte, and [`ENCODING`] numbers the form.

use crate::raft::{AppendReply, Body, Entry, Payload};
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

    fn number(&mut self, number: u64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    fn numbers<const N: usize>(&mut self, numbers: [u64; N]) {
        numbers.into_iter().for_each(|number| self.number(number));
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
                bytes.iter().for_each(|&byte| self.byte(byte));
            }
        }
    }

    fn packet(&mut self, packet: &Packet) {
        self.numbers([packet.kind() as u64, packet.term(), packet.index()]);
        match packet {
            Packet::Raft(message) => match &message.body {
                Body::RequestVote { last } => self.number(last.term),
                Body::RequestVoteReply { granted } => self.number(u64::from(*granted)),
                Body::AppendEntries { prev, entries, commit } => {
                    self.numbers([prev.term, prev.index, *commit]);
                    entries.iter().for_each(|entry| self.entry(entry));
                }
                Body::AppendEntriesReply(AppendReply::Accepted { .. }) => self.number(0),
                Body::AppendEntriesReply(AppendReply::Rejected { hint, .. }) => {
                    self.numbers([1, hint.term, hint.index]);
                }
            },
            Packet::Request { command, .. } => {
                command.encode().iter().for_each(|&byte| self.byte(byte));
            }
            Packet::Answer { answer, .. } => match answer {
                Answer::Done(value) => self.optional(*value),
                Answer::Lost => self.number(2),
                Answer::NotLeader(leader) => {
                    self.number(3);
                    self.optional(leader.map(|leader| i64::from(leader.0)));
                }
            },
        }
    }
}

/// The checksum of role, term, vote, log and commit index of every server, and of the messages
/// in flight, in the order of sending.
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
    }
    for flight in &world.network.flights {
        digest.number(flight.from.number() as u64);
        digest.number(flight.to.number() as u64);
        digest.packet(&flight.packet);
    }
    digest.finish() as u32
}
