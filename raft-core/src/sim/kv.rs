//! The state machine that the servers replicate: whole numbers under short keys.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// What a client may ask for. In the log a command is its own text, so that an entry reads the
/// same in a script, on the stage and in a dump of the disk.
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
    /// Reads a key, through the log like every other command.
    Get {
        /// The key.
        key: String,
    },
}

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
            _ => return None,
        };
        words.next().is_none().then_some(command)
    }

    /// The command as it stands in the log.
    pub fn encode(&self) -> Arc<[u8]> {
        self.to_string().into_bytes().into()
    }

    /// The command that an entry carries; nothing for bytes that are none.
    pub fn decode(bytes: &[u8]) -> Option<Command> {
        Command::from_words(core::str::from_utf8(bytes).ok()?.split(' '))
    }

    /// As short as a cell of the log needs it: `x=5`, `x+2`, `x−`, `x?`.
    pub fn label(&self) -> String {
        match self {
            Command::Put { key, value } => alloc::format!("{key}={value}"),
            Command::Add { key, value } if *value < 0 => {
                alloc::format!("{key}−{}", value.unsigned_abs())
            }
            Command::Add { key, value } => alloc::format!("{key}+{value}"),
            Command::Delete { key } => alloc::format!("{key} ×"),
            Command::Get { key } => alloc::format!("{key}?"),
        }
    }
}

/// Whether a word may be a key: letters, digits and `_`, not too long.
pub fn is_key(word: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !word.is_empty() && word.len() <= KEY_LENGTH_MAX && word.chars().all(is_allowed)
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put { key, value } => write!(f, "put {key} {value}"),
            Command::Add { key, value } => write!(f, "add {key} {value}"),
            Command::Delete { key } => write!(f, "delete {key}"),
            Command::Get { key } => write!(f, "get {key}"),
        }
    }
}

/// The store of one server.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Store {
    /// Keys in order, with their values.
    pairs: Vec<(String, i64)>,
    /// The key that was changed last and is still there.
    changed: Option<String>,
}

impl Store {
    /// Applies a command and returns the key's value afterwards.
    pub fn apply(&mut self, command: &Command) -> Option<i64> {
        match command {
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
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Command {
        Command::from_words(text.split(' ')).unwrap()
    }

    #[test]
    fn commands_survive_the_log() {
        for text in ["put x 5", "put x -9223372036854775808", "add y 2", "delete x", "get x"] {
            assert_eq!(command(text).to_string(), text);
            assert_eq!(Command::decode(&command(text).encode()), Some(command(text)));
        }
        for text in ["put x", "put x five", "put x 5 6", "put x= 5", "get", "", "take x 5"] {
            assert_eq!(Command::decode(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_store_remembers_the_key_changed_last() {
        let mut store = Store::default();
        assert_eq!(store.apply(&command("add x 2")), Some(2));
        assert_eq!(store.apply(&command("put a 7")), Some(7));
        assert_eq!(store.changed(), Some(("a", 7)));
        store.apply(&command("delete a"));
        assert_eq!((store.changed(), store.value("a")), (Some(("x", 2)), None));
        assert_eq!(store.apply(&command("add x 9223372036854775807")), Some(i64::MAX));
    }
}
