//! What happened, as codes with facts: the material for every sentence.
//!
//! Words are for those who show them: [`super::english`] has the table for transcripts and
//! commands, the page has one per language.

use super::describe::{describe, value_text};
use super::reason::{refused, tell_decision};
use crate::raft::{Decision, NodeId, Outcome, Position};
use crate::sim::script::{Place, Script};
use crate::sim::{Answer, Damage, Flight, Happening, LossReason};
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
    /// Adds a fact. Not inlined, and it makes the [`Value`] itself: there are hundreds of calls,
    /// and the page downloads each.
    #[inline(never)]
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<Value>) {
        self.facts.push((name, value.into()));
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

/// Makes a [`Told`] of a code and its facts.
macro_rules! told {
    ($code:literal $(, $name:ident: $value:expr)* $(,)?) => {
        {
            #[allow(unused_mut)]
            let mut told = Told { code: $code, facts: Vec::new() };
            $(told.add(stringify!($name), $value);)*
            told
        }
    };
}
pub(super) use told;

/// Whether a person who watches wants to hear of it: what changes somebody's mind or state, not
/// each message and write.
pub fn is_noteworthy(what: &Happening) -> bool {
    match what {
        Happening::Decided(_, decision) => !matches!(
            decision,
            Decision::EntersTerm { led: false, .. }
                | Decision::CountsVote { .. }
                | Decision::CountsPreVote { .. }
        ),
        Happening::Lost(_, why) => *why == LossReason::Dropped,
        Happening::Expected { held, .. } => *held == Some(false),
        Happening::Sent(_)
        | Happening::Arrived(_)
        | Happening::Writes { .. }
        | Happening::Synced { .. }
        | Happening::Applied { .. }
        | Happening::Served { .. }
        | Happening::Performed { .. }
        | Happening::Said(_) => false,
        Happening::Crashed { .. }
        | Happening::Forgot { .. }
        | Happening::Corrupted { .. }
        | Happening::Unreadable { .. }
        | Happening::CutOff { .. }
        | Happening::Restored { .. }
        | Happening::ChangeDone { .. }
        | Happening::Restarted(_)
        | Happening::Paused(_)
        | Happening::Resumed(_)
        | Happening::Wiped(_)
        | Happening::Cut(..)
        | Happening::Healed(..)
        | Happening::Called { .. }
        | Happening::Retried { .. }
        | Happening::Returned { .. }
        | Happening::GaveUp { .. }
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
        Happening::Writes { server, token, hard_state, log, snapshot } => {
            let what = match (hard_state, log) {
                (true, None) => "term and vote".to_string(),
                (_, Some((from, 0))) => format!("log up to {}", from - 1),
                (false, Some((from, count))) => span(*from, *count),
                (true, Some((from, count))) => format!("term, vote and {}", span(*from, *count)),
                (false, None) => String::new(),
            };
            let what = match snapshot {
                None => what,
                Some(last) if what.is_empty() => format!("the snapshot up to {last}"),
                Some(last) => format!("the snapshot up to {last}, {what}"),
            };
            told!("writes", server: *server, what: what, write: *token)
        }
        Happening::Synced { server, token } => {
            told!("synced", server: *server, write: *token)
        }
        Happening::Applied { server, index, .. } => {
            told!("applied", server: *server, index: *index)
        }
        Happening::Restored { server, index } => {
            told!("restored", server: *server, index: *index)
        }
        Happening::Served { server, client, call, index, read: true } => {
            told!("served-read", server: *server, client: Place::Client(*client), call: *call,
                index: *index)
        }
        Happening::Served { server, client, call, index, read: false } => {
            told!("served", server: *server, client: Place::Client(*client), call: *call,
                index: *index)
        }
        Happening::ChangeDone { server, outcome } => tell_change(*server, *outcome),
        Happening::Crashed { server, lost: 0 } => told!("crashed", server: *server),
        Happening::Crashed { server, lost } => {
            told!("crashed-unsynced", server: *server, lost: *lost)
        }
        Happening::Forgot { server, entries, hard_state } => match (entries, hard_state) {
            (0, _) => told!("forgot-vote", server: *server),
            (entries, false) => told!("forgot-entries", server: *server, lost: *entries),
            (entries, true) => told!("forgot-all", server: *server, lost: *entries),
        },
        Happening::Corrupted { server, record: Damage::Vote } => {
            told!("corrupted-vote", server: *server)
        }
        Happening::Corrupted { server, record: Damage::Entry(index) } => {
            told!("corrupted-entry", server: *server, index: *index)
        }
        Happening::Unreadable { server, record: Damage::Vote } => {
            told!("unreadable-vote", server: *server)
        }
        Happening::Unreadable { server, record: Damage::Entry(index) } => {
            told!("unreadable-entry", server: *server, index: *index)
        }
        Happening::CutOff { server, entries: 0, .. } => told!("cut-off-vote", server: *server),
        Happening::CutOff { server, entries, .. } => {
            told!("cut-off-entries", server: *server, lost: *entries)
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
        Happening::GaveUp { client, .. } => told!("gave-up", client: Place::Client(*client)),
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

fn tell_change(server: NodeId, outcome: Outcome) -> Told {
    match outcome {
        Outcome::Committed(index) => told!("change-done", server: server, index: index),
        Outcome::Refused(why) => refused(told!("change-refused", server: server), why),
        Outcome::Lost | Outcome::Readable(_) => told!("change-lost", server: server),
        Outcome::NotLeader(Some(leader)) => {
            told!("change-redirected", server: server, leader: leader)
        }
        Outcome::NotLeader(None) => told!("change-not-leader", server: server),
    }
}

fn tell_answer(client: u32, answer: Answer) -> Told {
    let client = Place::Client(client);
    match answer {
        Answer::Done(Some(value)) => told!("answered", client: client, value: value.to_string()),
        Answer::Done(None) => told!("answered-empty", client: client),
        Answer::Compared { swapped: true, found } => {
            told!("answered-swapped", client: client, found: value_text(found))
        }
        Answer::Compared { swapped: false, found } => {
            told!("answered-kept", client: client, found: value_text(found))
        }
        Answer::Lost => told!("answered-lost", client: client),
        Answer::NotLeader(_) => told!("answered-not-leader", client: client),
        Answer::Refused(why) => refused(told!("answered-refused", client: client), why),
        Answer::Opened(session) => told!("answered-opened", client: client, session: session),
        Answer::Expired => told!("answered-expired", client: client),
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
