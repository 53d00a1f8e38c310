//! What clients may ask of the state machine: whole numbers under short keys.

pub use super::store::{Logged, Stamp, Store};
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

/// What a client may ask for. How it stands in the log is said by [`Logged`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Command {
    /// Sets a key.
    Put {
        /// The key.
        key: String,
        /// Its new value.
        value: i64,
    },
    /// Adds to a key; a missing one counts as 0.
    Add {
        /// The key.
        key: String,
        /// What is added.
        value: i64,
    },
    /// Removes a key.
    Delete {
        /// The key.
        key: String,
    },
    /// Reads a key: through the log like every other command, or without it (thesis §6.4).
    Get {
        /// The key.
        key: String,
    },
    /// Compare-and-set: sets a key if it has the value that its client expects.
    Cas {
        /// The key.
        key: String,
        /// The value it has to have; nothing where it has to be absent.
        expected: Option<i64>,
        /// Its new value.
        value: i64,
    },
}

/// The kinds of commands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Verb {
    /// `put`.
    Put,
    /// `get`.
    Get,
    /// `add`.
    Add,
    /// `delete`.
    Delete,
    /// `cas`.
    Cas,
}

impl Verb {
    /// All kinds.
    pub const ALL: [Verb; 5] = [Verb::Put, Verb::Get, Verb::Add, Verb::Delete, Verb::Cas];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Put => "put",
            Verb::Get => "get",
            Verb::Add => "add",
            Verb::Delete => "delete",
            Verb::Cas => "cas",
        }
    }
}

/// What a script writes for the value of a key that is not there.
pub const ABSENT: &str = "none";

/// The longest key, in characters.
pub const KEY_LENGTH_MAX: usize = 8;

impl Command {
    /// Reads a command from words such as `put x 5`; nothing when they are not a command.
    pub fn from_words<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Command> {
        let (verb, key) = (words.next()?, words.next()?);
        if !is_key(key) {
            return None;
        }
        let key = key.to_string();
        let command = match verb {
            "put" => Command::Put { key, value: words.next()?.parse().ok()? },
            "add" => Command::Add { key, value: words.next()?.parse().ok()? },
            "delete" => Command::Delete { key },
            "get" => Command::Get { key },
            "cas" => {
                let expected = expected_value(words.next()?)?;
                Command::Cas { key, expected, value: words.next()?.parse().ok()? }
            }
            _ => return None,
        };
        words.next().is_none().then_some(command)
    }

    /// The command as it stands in the log, without a session.
    pub fn encode(&self) -> Arc<[u8]> {
        self.to_string().into_bytes().into()
    }

    /// The command that an entry carries, in a session or not; nothing for bytes that are none.
    pub fn decode(bytes: &[u8]) -> Option<Command> {
        match Logged::decode(bytes)? {
            Logged::Register => None,
            Logged::Command { command, .. } => Some(command),
        }
    }

    /// The key it is about.
    pub fn key(&self) -> &str {
        match self {
            Command::Put { key, .. }
            | Command::Add { key, .. }
            | Command::Delete { key }
            | Command::Get { key }
            | Command::Cas { key, .. } => key,
        }
    }

    /// As short as a cell of the log needs it: `x=5`, `x+2`, `x ×`, `x?`, `x:4→5`, `x:∅→5`.
    pub fn label(&self) -> String {
        match self {
            Command::Put { key, value } => alloc::format!("{key}={value}"),
            Command::Add { key, value } if *value < 0 => {
                alloc::format!("{key}−{}", value.unsigned_abs())
            }
            Command::Add { key, value } => alloc::format!("{key}+{value}"),
            Command::Delete { key } => alloc::format!("{key} ×"),
            Command::Get { key } => alloc::format!("{key}?"),
            Command::Cas { key, expected: Some(expected), value } => {
                alloc::format!("{key}:{expected}→{value}")
            }
            Command::Cas { key, expected: None, value } => alloc::format!("{key}:∅→{value}"),
        }
    }
}

/// The value that a word says a key has; nothing inside where it says that the key is absent.
fn expected_value(word: &str) -> Option<Option<i64>> {
    if word == ABSENT { Some(None) } else { word.parse().ok().map(Some) }
}

/// Whether a word may be a key: letters, digits and `_`, not too long.
pub fn is_key(word: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !word.is_empty() && word.len() <= KEY_LENGTH_MAX && word.chars().all(is_allowed)
}

/// What stands before and behind the first `separator`, which is not empty. The standard
/// library's search for a text is made for long ones, and the page would download it for this.
pub(super) fn split<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut windows = text.as_bytes().windows(separator.len());
    let at = windows.position(|window| window == separator.as_bytes())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put { key, value } => write!(f, "put {key} {value}"),
            Command::Add { key, value } => write!(f, "add {key} {value}"),
            Command::Delete { key } => write!(f, "delete {key}"),
            Command::Get { key } => write!(f, "get {key}"),
            Command::Cas { key, expected: Some(expected), value } => {
                write!(f, "cas {key} {expected} {value}")
            }
            Command::Cas { key, expected: None, value } => write!(f, "cas {key} {ABSENT} {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Command {
        Command::from_words(text.split(' ')).unwrap()
    }

    #[test]
    fn commands_survive_the_log() {
        let texts = ["put x 5", "put x -9223372036854775808", "add y 2", "delete x", "get x"];
        for text in texts.into_iter().chain(["cas x 4 5", "cas x none -5", "cas none none 0"]) {
            assert_eq!(command(text).to_string(), text);
            assert_eq!(Command::decode(&command(text).encode()), Some(command(text)));
        }
        let texts = ["put x", "put x five", "put x 5 6", "put x= 5", "get", "", "take x 5"];
        for text in texts.into_iter().chain(["cas x 5", "cas x none none", "cas x 4 5 6"]) {
            assert_eq!(Command::decode(text.as_bytes()), None, "{text}");
        }
        let labels = ["cas x 4 5", "cas x none 5", "add x -2"].map(|text| command(text).label());
        assert_eq!(labels, ["x:4→5", "x:∅→5", "x−2"]);
    }
}
