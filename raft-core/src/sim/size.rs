//! How many bytes a packet has on the wire: what bandwidth is counted in.
//!
//! An estimate, and the same on every platform: numbers have 8 bytes, names 4, flags and kinds 1,
//! a list begins with its length in 4, a command is its own text. Each packet has [`HEADER`] bytes
//! more, which stand for its length, its ends and what TCP/IP adds (20 bytes each).

use super::record::{Answer, Packet};
use crate::raft::{AppendReply, Body, Entry, Membership, Payload};

/// Bytes around what a packet says.
const HEADER: u64 = 4 + 2 * 4 + 2 * 20;
const POSITION: u64 = 16;
/// The round of a request: its number, when it was sent, for which life of a name.
const ROUND: u64 = 3 * 8;

/// Bytes of a packet.
pub(super) fn packet_bytes(packet: &Packet) -> u64 {
    HEADER
        + match packet {
            Packet::Raft(message) => 8 + 1 + body(&message.body),
            Packet::Request { command, .. } => 8 + 4 + command.encode().len() as u64,
            Packet::Answer { answer, .. } => 8 + 1 + answer_bytes(answer),
        }
}

fn body(body: &Body) -> u64 {
    match body {
        Body::PreVote { .. } => 8 + POSITION,
        Body::PreVoteReply { .. } => 8 + 1,
        Body::RequestVote { .. } => POSITION + 1,
        Body::RequestVoteReply { .. } => 1,
        Body::AppendEntries { entries, .. } => {
            POSITION + 8 + ROUND + 4 + entries.iter().map(entry).sum::<u64>()
        }
        Body::AppendEntriesReply { reply, .. } => {
            let reply = match reply {
                AppendReply::Accepted { .. } => 8,
                AppendReply::Rejected { .. } => 8 + POSITION,
            };
            1 + reply + ROUND
        }
        Body::InstallSnapshot(chunk) => {
            let data = 4 + chunk.data.len() as u64;
            POSITION + membership(&chunk.membership) + 8 + data + 1 + ROUND
        }
        Body::InstallSnapshotReply { .. } => POSITION + 8 + 1 + ROUND,
        Body::TimeoutNow { .. } => POSITION,
        Body::ReadIndex { .. } => 8,
        Body::ReadIndexReply { index, .. } => 8 + 1 + if index.is_some() { 8 } else { 0 },
    }
}

fn entry(entry: &Entry) -> u64 {
    let payload = match &entry.payload {
        Payload::Noop => 0,
        Payload::Command(bytes) => 4 + bytes.len() as u64,
        Payload::Membership(members) => membership(members),
    };
    8 + 1 + payload
}

fn membership(membership: &Membership) -> u64 {
    let Membership { voters, outgoing, learners, learners_next, births, .. } = membership;
    let names = [voters, outgoing, learners, learners_next].map(|ids| 4 + 4 * ids.len() as u64);
    names.iter().sum::<u64>() + 1 + 4 + 12 * births.len() as u64
}

fn answer_bytes(answer: &Answer) -> u64 {
    match answer {
        Answer::Done(Some(_)) | Answer::Opened(_) => 8,
        Answer::Compared { .. } => 1 + 8,
        Answer::NotLeader(Some(_)) => 4,
        Answer::Done(None)
        | Answer::NotLeader(None)
        | Answer::Lost
        | Answer::Refused(_)
        | Answer::Expired => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Message, Position, Round};
    use crate::sim::kv::Logged;
    use alloc::vec::Vec;

    fn append(texts: &[&str]) -> Packet {
        let entry =
            |text: &&str| Entry { term: 1, payload: Payload::Command(text.as_bytes().into()) };
        let entries: Vec<Entry> = texts.iter().map(entry).collect();
        let (prev, round) = (Position::default(), Round::default());
        let body = Body::AppendEntries { prev, entries, commit: 0, round };
        Packet::Raft(Message { term: 1, body })
    }

    #[test]
    fn a_packet_is_as_long_as_what_it_says() {
        let empty = packet_bytes(&append(&[]));
        assert_eq!(empty, 52 + 9 + 16 + 8 + 24 + 4);
        assert_eq!(packet_bytes(&append(&["put x 5", "put x 55"])), empty + 2 * 13 + 7 + 8);
        let command = Logged::decode(b"put x 5").unwrap();
        assert_eq!(packet_bytes(&Packet::Request { call: 1, command }), 52 + 12 + 7);
    }
}
