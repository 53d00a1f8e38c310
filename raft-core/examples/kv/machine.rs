//! The state machine: text under text keys, the sessions of its clients, and where servers are.
//!
//! A command in the log is the line that the client wrote, so that a dump of the log can be read.
//! What a line means must be the same on every server and for ever: it depends on nothing but the
//! lines before it.

use super::encoding::{Encode, decode, encode, fields};
use raft_core::raft::{Admission, Index, NodeId, Rules, SessionId, Sessions};
use std::collections::BTreeMap;
use std::sync::Arc;

/// More clients than this at once, and the one that was silent longest loses its session.
const SESSIONS_MAX: usize = 10_000;

/// What all servers agree on.
pub struct Machine {
    values: BTreeMap<String, String>,
    sessions: Sessions,
    addresses: BTreeMap<NodeId, String>,
}

/// A line of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Command {
    /// `open`: opens a session and answers with its name.
    Open,
    /// `do SESSION NUMBER CHANGE`: makes a change, once (thesis §6.3).
    Do {
        /// The client's session.
        session: SessionId,
        /// The number of the command in it.
        number: u64,
        /// The change.
        change: Change,
    },
}

/// What a client may change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// `put KEY VALUE`: answers `done`.
    Put {
        /// A word.
        key: String,
        /// The rest of the line.
        value: String,
    },
    /// `add KEY NUMBER`: adds to a whole number and answers with the sum; a missing one is 0.
    Add {
        /// A word.
        key: String,
        /// What is added.
        value: i64,
    },
    /// `delete KEY`: answers `done`.
    Delete {
        /// A word.
        key: String,
    },
    /// `address ID HOST:PORT`: tells all servers where one is, before it becomes a member.
    Address {
        /// The server.
        id: NodeId,
        /// Where it listens.
        address: String,
    },
}

impl Command {
    /// Reads a line.
    pub fn parse(line: &str) -> Option<Command> {
        if line == "open" {
            return Some(Command::Open);
        }
        let mut words = line.strip_prefix("do ")?.splitn(3, ' ');
        let session = words.next()?.parse().ok()?;
        let number = words.next()?.parse().ok().filter(|&number| number > 0)?;
        Some(Command::Do { session, number, change: Change::parse(words.next()?)? })
    }
}

impl Change {
    fn parse(text: &str) -> Option<Change> {
        let mut words = text.splitn(3, ' ');
        let (verb, key) = (words.next()?, words.next().filter(|key| !key.is_empty())?.to_string());
        let rest = words.next();
        match (verb, rest) {
            ("put", Some(value)) => Some(Change::Put { key, value: value.to_string() }),
            ("add", Some(value)) => Some(Change::Add { key, value: value.parse().ok()? }),
            ("delete", None) => Some(Change::Delete { key }),
            ("address", Some(address)) => {
                let id = NodeId(key.parse().ok()?);
                Some(Change::Address { id, address: address.to_string() })
            }
            _ => None,
        }
    }
}

impl Machine {
    /// Before the first command.
    pub fn new() -> Machine {
        Machine {
            values: BTreeMap::new(),
            sessions: Sessions::new(SESSIONS_MAX, Rules::default()),
            addresses: BTreeMap::new(),
        }
    }

    /// Applies the entry at an index, and answers the client that asked for it.
    pub fn apply(&mut self, index: Index, line: &[u8]) -> String {
        match std::str::from_utf8(line).ok().and_then(Command::parse) {
            Some(Command::Open) => format!("ok {}", self.sessions.open(index)),
            Some(Command::Do { session, number, change }) => {
                match self.sessions.admit(index, session, number) {
                    Admission::Fresh => {
                        let answer = self.change(change);
                        self.sessions.answered(session, number, answer.as_bytes().into());
                        answer
                    }
                    Admission::Repeated(answer) => String::from_utf8_lossy(&answer).into_owned(),
                    Admission::Old => "error a later command of this session was done".into(),
                    Admission::Expired => "expired".into(),
                }
            }
            None => "error the entry is no command".into(),
        }
    }

    fn change(&mut self, change: Change) -> String {
        match change {
            Change::Put { key, value } => {
                self.values.insert(key, value);
            }
            Change::Add { key, value } => {
                let before = self.values.get(&key).map_or("0", String::as_str);
                let Ok(before) = before.parse::<i64>() else {
                    return format!("error {key} is not a whole number");
                };
                let Some(sum) = before.checked_add(value) else {
                    return "error the sum does not fit 64 bits".into();
                };
                self.values.insert(key, sum.to_string());
                return format!("ok {sum}");
            }
            Change::Delete { key } => {
                self.values.remove(&key);
            }
            Change::Address { id, address } => {
                self.addresses.insert(id, address);
            }
        }
        "ok done".into()
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Where a server is, if the log told.
    pub fn address(&self, id: NodeId) -> Option<&str> {
        self.addresses.get(&id).map(String::as_str)
    }

    /// All of it as bytes: what a snapshot holds.
    pub fn snapshot(&self) -> Arc<[u8]> {
        let content = Content {
            values: self.values.clone(),
            sessions: self.sessions.encode(),
            addresses: self.addresses.clone(),
        };
        encode(&content).into()
    }

    /// Becomes what a snapshot holds; nothing when the bytes are none.
    pub fn restored(bytes: &[u8]) -> Option<Machine> {
        let Content { values, sessions: table, addresses } = decode(bytes)?;
        let mut sessions = Sessions::new(SESSIONS_MAX, Rules::default());
        sessions.decode(&table).then_some(Machine { values, sessions, addresses })
    }
}

/// A snapshot taken apart.
struct Content {
    values: BTreeMap<String, String>,
    sessions: Vec<u8>,
    addresses: BTreeMap<NodeId, String>,
}

fields!(Content { values, sessions, addresses });
