//! The picture's numbers of clients and of messages on their way.

use super::super::Timeline;
use super::super::describe::label;
use super::{Frame, Texts};
use crate::raft::{AppendReply, Body, Message};
use crate::sim::{Answer, CallOutcome, Client, Fate, Flight, Packet};
use crate::time::Instant;
use alloc::string::ToString;

impl Frame {
    pub(super) fn client(&mut self, client: &Client, texts: &mut Texts) {
        let last = client.history.last();
        let operation = last.map(|call| call.command.label());
        let outcome = last.and_then(|call| call.returned).map(|(_, outcome)| outcome);
        let (code, answer) = match outcome {
            None => (0, None),
            Some(CallOutcome::Done(value)) => (1, value),
            Some(CallOutcome::Compared { swapped: true, found }) => (3, found),
            Some(CallOutcome::Compared { swapped: false, found }) => (4, found),
            Some(CallOutcome::Unknown) => (2, None),
        };
        self.numbers.extend_from_slice(&[
            i64::from(client.id),
            i64::from(client.waiting.is_some()),
            operation.map_or(-1, |text| texts.number(&text)),
            answer.map_or(-1, |value| texts.number(&value.to_string())),
            code,
            i64::from(client.asks.0),
            0,
            0,
        ]);
    }

    pub(super) fn message(
        &mut self,
        timeline: &Timeline,
        flight: &Flight,
        died_at: Option<Instant>,
        texts: &mut Texts,
    ) {
        let kind = flight.packet.kind();
        let (positive, entries, text) = match &flight.packet {
            Packet::Raft(message) => match &message.body {
                Body::RequestVote { .. } => (false, 0, None),
                Body::RequestVoteReply { granted } => (*granted, 0, None),
                Body::AppendEntries { entries, .. } => {
                    (false, entries.len(), entries.first().map(label))
                }
                Body::AppendEntriesReply { reply, .. } => {
                    (matches!(reply, AppendReply::Accepted { .. }), 0, None)
                }
                Body::PreVoteReply { granted, .. } => (*granted, 0, None),
                Body::InstallSnapshotReply { installed, .. } => (*installed, 0, None),
                Body::ReadIndexReply { index, .. } => (index.is_some(), 0, None),
                Body::PreVote { .. }
                | Body::InstallSnapshot(_)
                | Body::TimeoutNow { .. }
                | Body::ReadIndex { .. } => (false, 0, None),
            },
            Packet::Request { command, .. } => (false, 0, Some(command.label())),
            Packet::Answer { answer, .. } => match answer {
                Answer::Done(value) => (true, 0, value.map(|value| value.to_string())),
                Answer::Compared { swapped, found } => {
                    (*swapped, 0, found.map(|value| value.to_string()))
                }
                Answer::Opened(_) => (true, 0, None),
                Answer::Lost | Answer::NotLeader(_) | Answer::Refused(_) | Answer::Expired => {
                    (false, 0, None)
                }
            },
        };
        let piece = match &flight.packet {
            Packet::Raft(Message { body: Body::InstallSnapshot(chunk), .. }) => {
                [chunk.last.index, chunk.offset, chunk.data.len() as u64].map(|n| n as i64)
            }
            Packet::Raft(_) | Packet::Request { .. } | Packet::Answer { .. } => [0; 3],
        };
        let is_reply = kind.is_reply();
        let flags = [
            is_reply,
            positive,
            matches!(flight.fate, Fate::Dies(_)),
            flight.fate == Fate::Waits,
            died_at.is_some(),
            entries > 0,
        ];
        let flags = flags.iter().rev().fold(0, |bits, &flag| bits << 1 | i64::from(flag));
        let path = flight.path;
        self.numbers.extend_from_slice(&[
            flight.id as i64,
            flight.from.number(),
            flight.to.number(),
            kind as i64,
            flight.packet.term() as i64,
            i64::from(path.from_part),
            path.from_at.0 as i64,
            i64::from(path.to_part),
            path.to_at.0 as i64,
            flags,
            entries as i64,
            text.map_or(-1, |text| texts.number(&text)),
            died_at.map_or(0, |at| timeline.stage(at) as i64),
            piece[0],
            piece[1],
            piece[2],
        ]);
    }
}
