//! What each server holds for the clients, and their commands as they stand in the log.

use super::kv::{ABSENT, Command, split};
use super::record::Answer;
use crate::raft::{Admission, Index, Rules, SessionId, Sessions};
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// A command's place among those of a session (thesis §6.3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Stamp {
    /// The session.
    pub session: SessionId,
    /// The command's number in it: the same for each attempt.
    pub number: u64,
}

/// What a client puts into the log. There it is its own text, so that an entry reads the same in
/// a script, on the stage and in a dump of the disk.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Logged {
    /// `session`: opens a session.
    Register,
    /// `put x 5`; with a session `put x 5 #3.7`: the command number 7 of session 3.
    Command {
        /// The command.
        command: Command,
        /// Its place in a session.
        stamp: Option<Stamp>,
    },
}

impl Logged {
    /// The bytes of the entry.
    pub fn encode(&self) -> Arc<[u8]> {
        self.to_string().into_bytes().into()
    }

    /// What an entry carries; nothing for bytes that are no command.
    pub fn decode(bytes: &[u8]) -> Option<Logged> {
        let text = core::str::from_utf8(bytes).ok()?;
        if text == "session" {
            return Some(Logged::Register);
        }
        let (words, stamp) = match split(text, " #") {
            Some((words, stamp)) => (words, Some(Stamp::from_text(stamp)?)),
            None => (text, None),
        };
        let command = Command::from_words(words.split(' '))?;
        Some(Logged::Command { command, stamp })
    }

    /// As short as a cell of the log needs it.
    pub fn label(&self) -> String {
        match self {
            Logged::Register => "session".to_string(),
            Logged::Command { command, .. } => command.label(),
        }
    }
}

impl Stamp {
    fn from_text(text: &str) -> Option<Stamp> {
        let (session, number) = text.split_once('.')?;
        Some(Stamp { session: session.parse().ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Logged::Register => f.write_str("session"),
            Logged::Command { command, stamp: None } => command.fmt(f),
            Logged::Command { command, stamp: Some(Stamp { session, number }) } => {
                write!(f, "{command} #{session}.{number}")
            }
        }
    }
}

/// The store of one server: whole numbers under short keys, and the clients' sessions.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Store {
    /// Keys in order, with their values.
    pub(super) pairs: Vec<(String, i64)>,
    /// The key that was changed last and is still there.
    pub(super) changed: Option<String>,
    pub(super) sessions: Sessions,
}

impl Store {
    /// An empty one that keeps so many sessions open; 0 is no bound.
    pub fn new(session_limit: usize, rules: Rules) -> Store {
        Store { sessions: Sessions::new(session_limit, rules), ..Store::default() }
    }

    /// Applies the entry at an index and returns what its client is told.
    pub fn apply_entry(&mut self, index: Index, entry: &Logged) -> Answer {
        self.apply_once(index, entry).0
    }

    /// The same, and whether the entry took effect: one that repeats a command of its session,
    /// or whose session is gone, does not.
    pub fn apply_once(&mut self, index: Index, entry: &Logged) -> (Answer, bool) {
        let (command, stamp) = match entry {
            Logged::Register => return (Answer::Opened(self.sessions.open(index)), true),
            Logged::Command { command, stamp: None } => {
                return (self.apply(command), true);
            }
            Logged::Command { command, stamp: Some(stamp) } => (command, stamp),
        };
        match self.sessions.admit(index, stamp.session, stamp.number) {
            Admission::Fresh => {
                let answer = self.apply(command);
                let text = text_of(answer).into_bytes().into();
                self.sessions.answered(stamp.session, stamp.number, text);
                (answer, true)
            }
            Admission::Repeated(answer) => (answer_of(&answer), false),
            Admission::Old | Admission::Expired => (Answer::Expired, false),
        }
    }

    /// Applies a command and returns what its client is told.
    pub fn apply(&mut self, command: &Command) -> Answer {
        Answer::Done(match command {
            Command::Put { key, value } => self.set(key, *value),
            Command::Add { key, value } => {
                let sum = self.value(key).unwrap_or(0).saturating_add(*value);
                self.set(key, sum)
            }
            Command::Delete { key } => {
                self.pairs.retain(|(held, _)| held != key);
                if self.changed.as_deref() == Some(key) {
                    self.changed = self.pairs.last().map(|(key, _)| key.clone());
                }
                None
            }
            Command::Get { key } => self.value(key),
            Command::Cas { key, expected, value } => {
                let found = self.value(key);
                let swapped = found == *expected;
                if swapped {
                    self.set(key, *value);
                }
                return Answer::Compared { swapped, found };
            }
        })
    }

    /// The value under a key.
    pub fn value(&self, key: &str) -> Option<i64> {
        let at = self.pairs.binary_search_by(|(held, _)| held.as_str().cmp(key)).ok()?;
        Some(self.pairs[at].1)
    }

    /// All keys in order, with their values.
    pub fn pairs(&self) -> &[(String, i64)] {
        &self.pairs
    }

    /// The key changed last, with its value.
    pub fn changed(&self) -> Option<(&str, i64)> {
        let key = self.changed.as_deref()?;
        Some((key, self.value(key)?))
    }

    /// The sessions that are open.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    fn set(&mut self, key: &str, value: i64) -> Option<i64> {
        match self.pairs.binary_search_by(|(held, _)| held.as_str().cmp(key)) {
            Ok(at) => self.pairs[at].1 = value,
            Err(at) => self.pairs.insert(at, (key.to_string(), value)),
        }
        if self.changed.as_deref() != Some(key) {
            self.changed = Some(key.to_string());
        }
        Some(value)
    }
}

/// Snapshots (§7).
impl Store {
    /// All of it as text, for a snapshot: one line for each key, `x 5`, the one changed last
    /// first; then one for each session, `#3.7 used 9 answer 5`: the last command of session 3
    /// was number 7, entry 9 used it last, and the answer was 5. To a compare-and-set it was
    /// `swapped 4` or `kept 3`, with the value that was found.
    pub fn snapshot(&self) -> Arc<[u8]> {
        let mut text = String::new();
        let is_last = |key: &str| self.changed.as_deref() == Some(key);
        let (last, rest): (Vec<_>, Vec<_>) = self.pairs.iter().partition(|(key, _)| is_last(key));
        for (key, value) in last.into_iter().chain(rest) {
            text.push_str(&alloc::format!("{key} {value}\n"));
        }
        let sessions = self.sessions.encode();
        let mut bytes = &sessions[..];
        while let Some(([id, used_at, number, length], rest)) = numbers(bytes) {
            let (answer, rest) = rest.split_at(rest.len().min(length as usize));
            let answer = core::str::from_utf8(answer).unwrap_or_default();
            writeln!(text, "#{id}.{number} used {used_at} answer {answer}")
                .expect("writing to a string does not fail");
            bytes = rest;
        }
        text.into_bytes().into()
    }

    /// Becomes what a snapshot says.
    pub fn restore(&mut self, data: &[u8]) {
        self.pairs.clear();
        self.changed = None;
        let text = core::str::from_utf8(data).unwrap_or_default();
        let (sessions, pairs): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with('#'));
        for line in pairs.into_iter().rev() {
            if let Some((key, value)) = line.split_once(' ') {
                if let Ok(value) = value.parse() {
                    self.set(key, value);
                }
            }
        }
        let bytes: Vec<u8> = sessions.into_iter().filter_map(session_bytes).flatten().collect();
        self.sessions.decode(&bytes);
    }
}

/// The four numbers that [`Sessions::encode`] begins a session with, and what follows them.
fn numbers(mut bytes: &[u8]) -> Option<([u64; 4], &[u8])> {
    let mut numbers = [0; 4];
    for number in &mut numbers {
        let (first, rest) = bytes.split_first_chunk()?;
        *number = u64::from_le_bytes(*first);
        bytes = rest;
    }
    Some((numbers, bytes))
}

/// A line of a snapshot as [`Sessions::decode`] wants it.
fn session_bytes(line: &str) -> Option<Vec<u8>> {
    let (stamp, rest) = split(line.strip_prefix('#')?, " used ")?;
    let (used_at, answer) = split(rest, " answer ")?;
    let Stamp { session, number } = Stamp::from_text(stamp)?;
    let numbers = [session, used_at.parse().ok()?, number, answer.len() as u64];
    let numbers = numbers.into_iter().flat_map(u64::to_le_bytes);
    Some(numbers.chain(answer.bytes()).collect())
}

/// A session's last answer, as its snapshot says it.
fn text_of(answer: Answer) -> String {
    let (before, value) = match answer {
        Answer::Compared { swapped: true, found } => (SWAPPED, found),
        Answer::Compared { swapped: false, found } => (KEPT, found),
        Answer::Done(value) => ("", value),
        // A command of a session gets no other answer.
        Answer::Lost
        | Answer::NotLeader(_)
        | Answer::Refused(_)
        | Answer::Opened(_)
        | Answer::Expired => ("", None),
    };
    match value {
        Some(value) => alloc::format!("{before}{value}"),
        None => alloc::format!("{before}{ABSENT}"),
    }
}

/// What [`text_of`] was given.
fn answer_of(text: &[u8]) -> Answer {
    let text = core::str::from_utf8(text).unwrap_or_default();
    let compared =
        |swapped| move |text: &str| Answer::Compared { swapped, found: text.parse().ok() };
    let swapped = text.strip_prefix(SWAPPED).map(compared(true));
    let kept = || text.strip_prefix(KEPT).map(compared(false));
    swapped.or_else(kept).unwrap_or_else(|| Answer::Done(text.parse().ok()))
}

/// What stands before the value that a compare-and-set found.
const SWAPPED: &str = "swapped ";
const KEPT: &str = "kept ";

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(text: &str) -> Logged {
        Logged::decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn commands_survive_the_log() {
        for text in ["session", "put x 5", "put x 5 #3.7", "get x #18446744073709551615.1"] {
            assert_eq!(logged(text).to_string(), text);
            assert_eq!(Logged::decode(&logged(text).encode()), Some(logged(text)));
        }
        for text in ["session #3.7", "put x 5 #3", "put x 5 #3.x", "put x 5#3.7", "", "#3.7"] {
            assert_eq!(Logged::decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(logged("add x -2 #3.7").label(), "x−2");
    }

    #[test]
    fn the_store_remembers_the_key_changed_last() {
        let mut store = Store::default();
        let mut apply = |text: &str| store.apply_entry(1, &logged(text));
        assert_eq!(apply("add x 2"), Answer::Done(Some(2)));
        assert_eq!(apply("put a 7"), Answer::Done(Some(7)));
        assert_eq!(store.changed(), Some(("a", 7)));
        store.apply_entry(3, &logged("delete a"));
        assert_eq!((store.changed(), store.value("a")), (Some(("x", 2)), None));
        let max = store.apply_entry(4, &logged("add x 9223372036854775807"));
        assert_eq!(max, Answer::Done(Some(i64::MAX)));
    }

    #[test]
    fn a_compare_and_set_tells_whether_it_swapped_and_what_it_found() {
        let mut store = Store::default();
        let cases = [
            ("cas x 4 5", false, None, None),
            ("cas x none 4", true, None, Some(4)),
            ("cas x none 9", false, Some(4), Some(4)),
            ("cas x 4 5", true, Some(4), Some(5)),
            ("cas x 4 6", false, Some(5), Some(5)),
        ];
        for (text, swapped, found, after) in cases {
            let answer = store.apply_entry(1, &logged(text));
            assert_eq!(answer, Answer::Compared { swapped, found }, "{text}");
            assert_eq!(store.value("x"), after, "{text}");
        }
        // One that keeps the value does not change which key was changed last.
        store.apply_entry(1, &logged("put a 1"));
        store.apply_entry(1, &logged("cas x 9 1"));
        assert_eq!(store.changed(), Some(("a", 1)));
    }

    #[test]
    fn a_session_repeats_the_answer_to_a_compare_and_set() {
        let mut store = Store::default();
        store.apply_entry(1, &logged("session"));
        for (number, text, swapped, found) in [
            (1, "cas x none 4", true, None),
            (2, "cas x 9 5", false, Some(4)),
            (3, "cas x 4 -5", true, Some(4)),
            (4, "cas y 1 2", false, None),
        ] {
            let entry = logged(&alloc::format!("{text} #1.{number}"));
            let expected = Answer::Compared { swapped, found };
            assert_eq!(store.apply_once(2, &entry), (expected, true), "{text}");
            // Also on a server that has it from a snapshot.
            let mut copy = Store::default();
            copy.restore(&store.snapshot());
            assert_eq!(copy, store);
            assert_eq!(copy.apply_once(3, &entry), (expected, false), "{text}");
        }
    }

    #[test]
    fn a_snapshot_holds_everything() {
        let mut store = Store::new(2, Rules::default());
        let entries = ["session", "session", "put x 5 #1.1", "add x 1 #2.4", "delete q #1.2"];
        for (index, entry) in (1..).zip(entries) {
            store.apply_entry(index, &logged(entry));
        }
        store.apply_entry(6, &logged("put a 7"));
        let text = "a 7\nx 6\n#1.2 used 5 answer none\n#2.4 used 4 answer 6\n";
        assert_eq!(core::str::from_utf8(&store.snapshot()), Ok(text));
        let mut copy = Store::new(2, Rules::default());
        copy.apply_entry(1, &logged("put other 5"));
        copy.restore(&store.snapshot());
        assert_eq!(copy, store);
        for store in [&mut store, &mut copy] {
            assert_eq!(store.apply_entry(7, &logged("add x 1 #2.4")), Answer::Done(Some(6)));
            assert_eq!(store.apply_entry(8, &logged("session")), Answer::Opened(8));
            assert_eq!(store.apply_entry(9, &logged("add x 1 #1.3")), Answer::Expired);
        }
    }
}
