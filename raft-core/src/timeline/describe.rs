//! Messages, entries and memberships in one line.

use super::reason::refusal_code;
use crate::raft::{AppendReply, Body, Entry, Membership, Message, NodeId, Payload};
use crate::sim::kv::{ABSENT, Logged};
use crate::sim::{Answer, Packet};
use alloc::format;
use alloc::string::{String, ToString};

/// A message in one line, with all that it says.
pub fn describe(packet: &Packet) -> String {
    match packet {
        Packet::Raft(message) => describe_raft(message),
        Packet::Request { command, .. } => format!("Request {command}"),
        Packet::Answer { answer: Answer::Done(Some(value)), .. } => format!("Answer {value}"),
        Packet::Answer { answer: Answer::Done(None), .. } => "Answer none".to_string(),
        Packet::Answer { answer: Answer::Compared { swapped, found }, .. } => {
            let verb = if *swapped { "swapped" } else { "kept" };
            format!("Answer {verb} {}", value_text(*found))
        }
        Packet::Answer { answer: Answer::Lost, .. } => "Answer lost".to_string(),
        Packet::Answer { answer: Answer::NotLeader(Some(leader)), .. } => {
            format!("Answer ask {leader}")
        }
        Packet::Answer { answer: Answer::NotLeader(None), .. } => {
            "Answer not the leader".to_string()
        }
        Packet::Answer { answer: Answer::Refused(why), .. } => {
            format!("Answer refused: {}", refusal_code(*why))
        }
        Packet::Answer { answer: Answer::Opened(session), .. } => {
            format!("Answer session {session}")
        }
        Packet::Answer { answer: Answer::Expired, .. } => "Answer session expired".to_string(),
    }
}

/// A key's value, or the word for none.
pub(super) fn value_text(value: Option<i64>) -> String {
    value.map_or_else(|| ABSENT.to_string(), |value| value.to_string())
}

fn describe_raft(message: &Message) -> String {
    let term = message.term;
    match &message.body {
        Body::PreVote { term: asked, last } => format!("PreVote t{term} for t{asked} last={last}"),
        Body::PreVoteReply { term: asked, granted: true } => {
            format!("PreVoteReply t{term} for t{asked} granted")
        }
        Body::PreVoteReply { term: asked, granted: false } => {
            format!("PreVoteReply t{term} for t{asked} refused")
        }
        Body::RequestVote { last, transfer: false } => format!("RequestVote t{term} last={last}"),
        Body::RequestVote { last, transfer: true } => {
            format!("RequestVote t{term} last={last} transfer")
        }
        Body::RequestVoteReply { granted: true } => format!("RequestVoteReply t{term} granted"),
        Body::RequestVoteReply { granted: false } => format!("RequestVoteReply t{term} refused"),
        Body::AppendEntries { prev, entries, commit, .. } => {
            let mut text = format!("AppendEntries t{term} prev={prev}");
            for entry in entries {
                text.push_str(&format!(" [{}@{}]", label(entry), entry.term));
            }
            text + &format!(" commit={commit}")
        }
        Body::AppendEntriesReply { reply: AppendReply::Accepted { match_index }, .. } => {
            format!("AppendEntriesReply t{term} match={match_index}")
        }
        Body::AppendEntriesReply { reply: AppendReply::Rejected { prev, hint }, .. } => {
            format!("AppendEntriesReply t{term} rejected prev={prev} hint={hint}")
        }
        Body::InstallSnapshot(chunk) => {
            let (last, offset, bytes) = (chunk.last, chunk.offset, chunk.data.len());
            let end = if chunk.done { " done" } else { "" };
            format!("InstallSnapshot t{term} last={last} offset={offset} bytes={bytes}{end}")
        }
        Body::InstallSnapshotReply { last, installed: true, .. } => {
            format!("InstallSnapshotReply t{term} last={last} installed")
        }
        Body::InstallSnapshotReply { last, received, .. } => {
            format!("InstallSnapshotReply t{term} last={last} received={received}")
        }
        Body::TimeoutNow { last } => format!("TimeoutNow t{term} last={last}"),
        Body::ReadIndex { .. } => format!("ReadIndex t{term}"),
        Body::ReadIndexReply { index: Some(index), .. } => {
            format!("ReadIndexReply t{term} index={index}")
        }
        Body::ReadIndexReply { index: None, .. } => format!("ReadIndexReply t{term} refused"),
    }
}

/// An entry as short as a cell of the log needs it.
pub fn label(entry: &Entry) -> String {
    match &entry.payload {
        Payload::Noop => "no-op".to_string(),
        Payload::Membership(membership) => members(membership),
        Payload::Command(bytes) => match Logged::decode(bytes) {
            Some(command) => command.label(),
            None => format!("{} bytes", bytes.len()),
        },
    }
}

/// A membership: `123`, `123→345` while joint, learners after a `+`; with commas when a name has
/// two digits.
pub fn members(membership: &Membership) -> String {
    let is_wide = membership.members().iter().any(|id| id.0 > 9);
    let list = |ids: &[NodeId]| {
        let mut text = String::new();
        for (n, id) in ids.iter().enumerate() {
            let comma = if is_wide && n > 0 { "," } else { "" };
            text.push_str(&format!("{comma}{}", id.0));
        }
        // One name of two digits alone is not two names.
        text + if is_wide && ids.len() == 1 { "," } else { "" }
    };
    let mut text = list(&membership.voters);
    if membership.is_joint() {
        text = format!("{}→{text}", list(&membership.outgoing));
    }
    if !membership.learners.is_empty() {
        text = format!("{text}+{}", list(&membership.learners));
    }
    text
}
