//! Histories as text: one operation in a line.
//!
//! ```text
//! # client called returned operation key argument answer
//! 0 1200 3400 put key0 17 done        done, and no more was said
//! 3 1250 2100 get key0 - 17           the value afterwards, or none
//! 1 1300 9000 add total 1 42
//! 1 9100 9900 cas total 42>50 yes     whether it held what was expected; none>50 if nothing was
//! 2 9950 9990 cas total 42>60 was:50  what it held
//! 3 9500 9800 delete key0 - done
//! 2 1400 - put key2 9 ?               never returned: it may have been done, or be done yet
//! 4 1500 1900 add total 1 43 x3       asked for three times, and may be done so often
//! ```
//!
//! Times are whole numbers of one clock, in any unit. What follows a `#` is for people. Lines may
//! be in any order.

use super::history::{Action, Answer, History, Operation, Value};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// The most operations of a history that is read.
pub const OPERATIONS_MAX: usize = 100_000;
/// The longest key, in characters.
pub const KEY_MAX: usize = 64;

/// What is wrong with the text of a history, where, and what to write instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HistoryError {
    /// The line, from 1.
    pub line: u32,
    /// The character in it, from 1.
    pub column: u32,
    /// The beginning of the word that stands there; empty where something is missing.
    pub found: String,
    /// What must stand there.
    pub expected: &'static str,
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HistoryError { line, column, found, expected } = self;
        match found.as_str() {
            "" => write!(f, "line {line}, column {column}: something is missing; write {expected}"),
            _ => write!(
                f,
                "line {line}, column {column}: `{found}` cannot stand here; write {expected}"
            ),
        }
    }
}

/// Reads a history; the first mistake where there is one.
pub fn parse(text: &str) -> Result<History, HistoryError> {
    let mut history = History::default();
    // Of each client how many operations it has so far, by client.
    let mut counts: Vec<(u32, u64)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = Words { line: number, rest: line, column: 1 };
        if words.is_over() {
            continue;
        }
        let mut operation = words.operation()?;
        if history.operations.len() == OPERATIONS_MAX {
            return Err(words.error(line, "no more than 100000 operations"));
        }
        let at = counts.partition_point(|&(client, _)| client < operation.client);
        if counts.get(at).is_none_or(|&(client, _)| client != operation.client) {
            counts.insert(at, (operation.client, 0));
        }
        counts[at].1 += 1;
        operation.number = counts[at].1;
        history.operations.push(operation);
    }
    Ok(history)
}

/// The words of a line that are still to be read.
struct Words<'a> {
    line: u32,
    rest: &'a str,
    column: u32,
}

impl<'a> Words<'a> {
    fn operation(&mut self) -> Result<Operation, HistoryError> {
        let client = self.read("the client's number", |word| word.parse().ok())?;
        let called: u64 = self.read("the time of the call", |word| word.parse().ok())?;
        let expected = "the time of the return, not before the call, or `-` if there was none";
        let returned = self.read(expected, |word| match word {
            "-" => Some(None),
            _ => word.parse().ok().filter(|end| *end >= called).map(Some),
        })?;
        let verb = self.read("put, get, add, delete or cas", |word| {
            ["put", "get", "add", "delete", "cas"].into_iter().find(|verb| *verb == word)
        })?;
        let key = self.read("a key of at most 64 characters", |word| {
            (word.chars().count() <= KEY_MAX).then(|| word.to_string())
        })?;
        let action = match verb {
            "put" => Action::Put(self.read("the value to put", |word| word.parse().ok())?),
            "add" => Action::Add(self.read("the value to add", |word| word.parse().ok())?),
            "cas" => self.read("what is expected and what it becomes, such as 4>5", swap)?,
            _ => {
                let action = if verb == "get" { Action::Get } else { Action::Delete };
                self.read("`-`: it has no argument", |word| (word == "-").then_some(action))?
            }
        };
        let returned = match returned {
            None => {
                self.read("`?`: it never returned", |word| (word == "?").then_some(()))?;
                None
            }
            Some(end) => Some((end, self.answer(action)?)),
        };
        let copies = match self.is_over() {
            true => 1,
            false => self.read("x and how often it was asked for, up to x1000", |word| {
                word.strip_prefix('x')?.parse().ok().filter(|count| (1..=1_000).contains(count))
            })?,
        };
        if !self.is_over() {
            self.read("the next operation in a line of its own", |_| None::<()>)?;
        }
        Ok(Operation { client, number: 0, key, action, called, returned, copies })
    }

    fn answer(&mut self, action: Action) -> Result<Answer, HistoryError> {
        let known = |word: &str| value(word).map(Answer::Value);
        match action {
            Action::Get => self.read("the value that it returned, or none", known),
            Action::CompareAndSet { .. } => {
                self.read("yes, no, was:4 or the value afterwards", |word| match word {
                    "yes" => Some(Answer::Swapped(true)),
                    "no" => Some(Answer::Swapped(false)),
                    _ => match word.strip_prefix("was:") {
                        Some(found) => value(found).map(Answer::Found),
                        None => known(word),
                    },
                })
            }
            Action::Put(_) | Action::Delete | Action::Add(_) => {
                self.read("done, or the value afterwards", |word| match word {
                    "done" => Some(Answer::Done),
                    _ => known(word),
                })
            }
        }
    }

    /// The next word, if it is what must stand here.
    fn read<T>(
        &mut self,
        expected: &'static str,
        meaning: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, HistoryError> {
        let _ = self.is_over();
        let length = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        let meant = if word.is_empty() { None } else { meaning(word) };
        let Some(meant) = meant else { return Err(self.error(word, expected)) };
        self.rest = rest;
        self.column += word.chars().count() as u32;
        Ok(meant)
    }

    /// Skips what separates words; whether there is no other.
    fn is_over(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let skipped = self.rest.len() - rest.len();
        self.column += self.rest[..skipped].chars().count() as u32;
        self.rest = rest;
        rest.is_empty()
    }

    fn error(&self, found: &str, expected: &'static str) -> HistoryError {
        let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        let found = found.chars().take(40).map(shown).collect();
        HistoryError { line: self.line, column: self.column, found, expected }
    }
}

fn value(word: &str) -> Option<Value> {
    if word == "none" { Some(None) } else { word.parse().ok().map(Some) }
}

fn swap(word: &str) -> Option<Action> {
    let (expected, new) = word.split_once('>')?;
    Some(Action::CompareAndSet { expected: value(expected)?, new: new.parse().ok()? })
}

/// The text that [`parse`] reads.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operations.iter().try_for_each(|operation| writeln!(f, "{operation}"))
    }
}

/// A line of a history.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operation { client, called, key, action, returned, copies, .. } = self;
        write!(f, "{client} {called} ")?;
        match returned {
            Some((end, _)) => write!(f, "{end} ")?,
            None => write!(f, "- ")?,
        }
        let shown = |value: Value| value.map_or("none".into(), |value: i64| value.to_string());
        match action {
            Action::Put(value) => write!(f, "put {key} {value} ")?,
            Action::Delete => write!(f, "delete {key} - ")?,
            Action::Get => write!(f, "get {key} - ")?,
            Action::Add(value) => write!(f, "add {key} {value} ")?,
            Action::CompareAndSet { expected, new } => {
                write!(f, "cas {key} {}>{new} ", shown(*expected))?;
            }
        }
        match returned {
            None => write!(f, "?")?,
            Some((_, Answer::Done)) => write!(f, "done")?,
            Some((_, Answer::Value(value))) => write!(f, "{}", shown(*value))?,
            Some((_, Answer::Found(value))) => write!(f, "was:{}", shown(*value))?,
            Some((_, Answer::Swapped(true))) => write!(f, "yes")?,
            Some((_, Answer::Swapped(false))) => write!(f, "no")?,
        }
        if *copies > 1 { write!(f, " x{copies}") } else { Ok(()) }
    }
}
