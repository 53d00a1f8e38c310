//! What happened, as codes with facts: the material for every sentence.
//!
//! Words are for those who show them: [`super::english`] has the table for transcripts and
//! commands, the page has one per language.

use crate::raft::{
    AppendRefusal, AppendReply, Body, Decision, Entry, Message, NodeId, Payload, Position,
    Uncommitted, VoteRefusal,
};
use crate::sim::kv::Command;
use crate::sim::script::{PacketKind, Place, Script};
use crate::sim::{Answer, Flight, Happening, LossReason, Packet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// Something that happened or is so, ready to be put into words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// What, by a name that never changes.
    pub code: &'static str,
    /// The facts, by name, in the order in which a sentence would use them.
    pub facts: Vec<(&'static str, Value)>,
}

impl Told {
    /// Adds a fact. Not inlined: there are hundreds of calls, and the page downloads each.
    #[inline(never)]
    fn add(&mut self, name: &'static str, value: Value) {
        self.facts.push((name, value));
    }
}

/// A fact's value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// A count, term or index.
    Number(u64),
    /// A server or client.
    Place(Place),
    /// An entry's place.
    Position(Position),
    /// A command, a message, a line.
    Text(String),
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Number(number.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<NodeId> for Value {
    fn from(id: NodeId) -> Value {
        Value::Place(Place::Server(id))
    }
}

impl From<Place> for Value {
    fn from(place: Place) -> Value {
        Value::Place(place)
    }
}

impl From<Position> for Value {
    fn from(position: Position) -> Value {
        Value::Position(position)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_string())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Place(place) => place.fmt(f),
            Value::Position(position) => position.fmt(f),
            Value::Text(text) => text.fmt(f),
        }
    }
}

macro_rules! told {
    ($code:literal $(, $name:ident: $value:expr)* $(,)?) => {
        {
            #[allow(unused_mut)]
            let mut told = Told { code: $code, facts: Vec::new() };
            $(told.add(stringify!($name), Value::from($value));)*
            told
        }
    };
}

/// Whether a person who watches wants to hear of it: what changes somebody's mind or state, not
/// each message and write.
pub fn is_noteworthy(what: &Happening) -> bool {
    match what {
        Happening::Decided(_, decision) => !matches!(
            decision,
            Decision::EntersTerm { led: false, .. } | Decision::CountsVote { .. }
        ),
        Happening::Lost(_, why) => *why == LossReason::Dropped,
        Happening::Expected { held, .. } => *held == Some(false),
        Happening::Sent(_)
        | Happening::Arrived(_)
        | Happening::Writes { .. }
        | Happening::Synced { .. }
        | Happening::Applied { .. }
        | Happening::Performed { .. }
        | Happening::Said(_) => false,
        Happening::Crashed { .. }
        | Happening::Restarted(_)
        | Happening::Paused(_)
        | Happening::Resumed(_)
        | Happening::Wiped(_)
        | Happening::Cut(..)
        | Happening::Healed(..)
        | Happening::Called { .. }
        | Happening::Retried { .. }
        | Happening::Returned { .. }
        | Happening::NothingFits { .. }
        | Happening::Ended => true,
    }
}

/// Puts what happened into a code with facts.
pub fn tell(what: &Happening, script: &Script) -> Told {
    match what {
        Happening::Decided(server, decision) => tell_decision(*server, decision),
        Happening::Sent(flight) => told!("sent", from: flight.from,
            to: flight.to, message: describe(&flight.packet)),
        Happening::Arrived(flight) => told!("arrived", to: flight.to,
            from: flight.from, message: describe(&flight.packet)),
        Happening::Lost(flight, why) => tell_lost(flight, *why),
        Happening::Writes { server, token, hard_state, log } => {
            let what = match (hard_state, log) {
                (true, None) => "term and vote".to_string(),
                (_, Some((from, 0))) => format!("log up to {}", from - 1),
                (false, Some((from, count))) => span(*from, *count),
                (true, Some((from, count))) => format!("term, vote and {}", span(*from, *count)),
                (false, None) => "nothing".to_string(),
            };
            told!("writes", server: *server, what: what, write: *token)
        }
        Happening::Synced { server, token } => {
            told!("synced", server: *server, write: *token)
        }
        Happening::Applied { server, index } => {
            told!("applied", server: *server, index: *index)
        }
        Happening::Crashed { server, lost: 0 } => told!("crashed", server: *server),
        Happening::Crashed { server, lost } => {
            told!("crashed-unsynced", server: *server, lost: *lost)
        }
        Happening::Restarted(server) => told!("restarted", server: *server),
        Happening::Paused(server) => told!("paused", server: *server),
        Happening::Resumed(server) => told!("resumed", server: *server),
        Happening::Wiped(server) => told!("wiped", server: *server),
        Happening::Cut(from, to) => told!("cut", from: *from, to: *to),
        Happening::Healed(from, to) => told!("healed", from: *from, to: *to),
        Happening::Called { client, command, .. } => {
            told!("called", client: Place::Client(*client), command: command.to_string())
        }
        Happening::Retried { client, server, .. } => {
            told!("retried", client: Place::Client(*client), server: *server)
        }
        Happening::Returned { client, answer, .. } => tell_answer(*client, *answer),
        Happening::NothingFits { line } => {
            told!("nothing-fits", line: line_text(script, *line))
        }
        Happening::Performed { line } => told!("performed", line: line_text(script, *line)),
        Happening::Said(number) => told!("said", number: *number as u64),
        Happening::Expected { line, held: Some(true) } => {
            told!("expectation-held", line: line_text(script, *line))
        }
        Happening::Expected { line, held: Some(false) } => {
            told!("expectation-failed", line: line_text(script, *line))
        }
        Happening::Expected { line, held: None } => {
            told!("expectation-judged", line: line_text(script, *line))
        }
        Happening::Ended => told!("ended"),
    }
}

fn tell_decision(server: NodeId, decision: &Decision) -> Told {
    match *decision {
        Decision::Campaigns { term, last } => {
            told!("campaigns", server: server, term: term, last: last)
        }
        Decision::Leads { term, votes, voters } => {
            told!("leads", server: server, term: term, votes: votes, voters: voters)
        }
        Decision::Follows { leader, term } => {
            told!("follows", server: server, leader: leader, term: term)
        }
        Decision::EntersTerm { from, to, told_by, led: true } => {
            told!("steps-down", server: server, from: from, term: to, by: told_by)
        }
        Decision::EntersTerm { from, to, told_by, led: false } => {
            told!("enters-term", server: server, from: from, term: to, by: told_by)
        }
        Decision::GrantsVote { to, term } => {
            told!("grants-vote", server: server, to: to, term: term)
        }
        Decision::RefusesVote { to, term, why: VoteRefusal::StaleTerm { theirs } } => {
            told!("refuses-vote-stale", server: server, to: to, theirs: theirs, term: term)
        }
        Decision::RefusesVote { to, term, why: VoteRefusal::VotedFor(other) } => {
            told!("refuses-vote-given", server: server, to: to, other: other, term: term)
        }
        Decision::RefusesVote { to, term, why: VoteRefusal::LogBehind { theirs, ours } } => {
            told!("refuses-vote-log-behind", server: server, to: to,
                theirs: theirs, ours: ours, term: term)
        }
        Decision::CountsVote { from, granted: true, votes, voters } => {
            told!("counts-vote", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::CountsVote { from, granted: false, votes, voters } => {
            told!("counts-refusal", server: server, from: from, votes: votes, voters: voters)
        }
        Decision::AcceptsEntries { leader, first, match_index } => {
            told!("accepts-entries", server: server, first: first, last: match_index,
                leader: leader)
        }
        Decision::RefusesEntries { leader, prev, why } => match why {
            AppendRefusal::StaleTerm { ours } => {
                told!("refuses-entries-stale", server: server, leader: leader, ours: ours)
            }
            AppendRefusal::Missing { last } => told!("refuses-entries-missing", server: server,
                leader: leader, prev: prev, last: last),
            AppendRefusal::Conflict { ours } => told!("refuses-entries-conflict", server: server,
                leader: leader, prev: prev, ours: ours),
        },
        Decision::Truncates { from, to } => {
            told!("truncates", server: server, from: from, to: to)
        }
        Decision::BacksUp { peer, next } => {
            told!("backs-up", server: server, peer: peer, next: next)
        }
        Decision::Commits { from, to, holders: 0 } => {
            told!("learns-commit", server: server, from: from + 1, to: to)
        }
        Decision::Commits { from, to, holders } => {
            told!("commits", server: server, from: from + 1, to: to, holders: holders)
        }
        Decision::HoldsCommit { entry, term } => {
            told!("holds-commit", server: server, entry: entry, term: term)
        }
        Decision::IgnoresStale { from, kind, term, current } => {
            told!("ignores-stale", server: server, from: from, kind: PacketKind::from(kind).name(),
                theirs: term, term: current)
        }
        Decision::Stops => told!("stops", server: server),
    }
}

fn tell_lost(flight: &Flight, why: LossReason) -> Told {
    let (from, to) = (flight.from, flight.to);
    let message = describe(&flight.packet);
    match why {
        LossReason::Chance => told!("lost-chance", from: from, to: to, message: message),
        LossReason::Cut => told!("lost-cut", from: from, to: to, message: message),
        LossReason::Down => told!("lost-down", from: from, to: to, message: message),
        LossReason::Crowded => {
            told!("lost-crowded", from: from, to: to, message: message)
        }
        LossReason::Dropped => told!("lost-dropped", from: from, to: to, message: message),
    }
}

fn tell_answer(client: u32, answer: Answer) -> Told {
    let client = Place::Client(client);
    match answer {
        Answer::Done(Some(value)) => told!("answered", client: client, value: value.to_string()),
        Answer::Done(None) => told!("answered-empty", client: client),
        Answer::Lost => told!("answered-lost", client: client),
        Answer::NotLeader(_) => told!("answered-not-leader", client: client),
    }
}

/// Why an entry is not committed, as a code with facts.
pub fn tell_uncommitted(server: NodeId, index: u64, why: Uncommitted) -> Told {
    match why {
        Uncommitted::NotInLog { last } => {
            told!("uncommitted-not-in-log", server: server, index: index, last: last)
        }
        Uncommitted::LeaderHasNotSaid { leader: Some(leader) } => {
            told!("uncommitted-leader-silent", server: server, index: index, leader: leader)
        }
        Uncommitted::LeaderHasNotSaid { leader: None } => {
            told!("uncommitted-no-leader", server: server, index: index)
        }
        Uncommitted::TooFew { holders, voters } => told!("uncommitted-too-few", server: server,
            index: index, holders: holders, voters: voters, needed: voters / 2 + 1),
        Uncommitted::OlderTerm { entry, current } => told!("uncommitted-older-term",
            server: server, index: index, entry: entry, term: current),
    }
}

/// A message in one line, with all that it says.
pub fn describe(packet: &Packet) -> String {
    match packet {
        Packet::Raft(message) => describe_raft(message),
        Packet::Request { command, .. } => format!("Request {command}"),
        Packet::Answer { answer: Answer::Done(Some(value)), .. } => format!("Answer {value}"),
        Packet::Answer { answer: Answer::Done(None), .. } => "Answer none".to_string(),
        Packet::Answer { answer: Answer::Lost, .. } => "Answer lost".to_string(),
        Packet::Answer { answer: Answer::NotLeader(Some(leader)), .. } => {
            format!("Answer ask {leader}")
        }
        Packet::Answer { answer: Answer::NotLeader(None), .. } => {
            "Answer not the leader".to_string()
        }
    }
}

fn describe_raft(message: &Message) -> String {
    let term = message.term;
    match &message.body {
        Body::RequestVote { last } => format!("RequestVote t{term} last={last}"),
        Body::RequestVoteReply { granted: true } => format!("RequestVoteReply t{term} granted"),
        Body::RequestVoteReply { granted: false } => format!("RequestVoteReply t{term} refused"),
        Body::AppendEntries { prev, entries, commit } => {
            let mut text = format!("AppendEntries t{term} prev={prev}");
            for entry in entries {
                text.push_str(&format!(" [{}@{}]", label(entry), entry.term));
            }
            text + &format!(" commit={commit}")
        }
        Body::AppendEntriesReply(AppendReply::Accepted { match_index }) => {
            format!("AppendEntriesReply t{term} match={match_index}")
        }
        Body::AppendEntriesReply(AppendReply::Rejected { prev, hint }) => {
            format!("AppendEntriesReply t{term} rejected prev={prev} hint={hint}")
        }
    }
}

/// An entry as short as a cell of the log needs it.
pub fn label(entry: &Entry) -> String {
    match &entry.payload {
        Payload::Noop => "no-op".to_string(),
        Payload::Command(bytes) => match Command::decode(bytes) {
            Some(command) => command.label(),
            None => format!("{} bytes", bytes.len()),
        },
    }
}

fn span(from: u64, count: usize) -> String {
    match count {
        1 => format!("entry {from}"),
        _ => format!("entries {from} to {}", from + count as u64 - 1),
    }
}

fn line_text(script: &Script, line: usize) -> String {
    script.lines.get(line).map(|line| line.to_string()).unwrap_or_default()
}
