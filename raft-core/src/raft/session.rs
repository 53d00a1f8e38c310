//! Client sessions: each command is applied once, however often a client asks (§8, thesis §6.3).
//!
//! A retry may be committed beside the command it repeats, so it is the state machine that has to
//! tell. It keeps this table, as part of itself: every server changes it in the same order, with
//! the same commands, so all hold the same sessions, and a snapshot of the state machine has to
//! include it.

use super::rules::Rules;
use super::types::Index;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A session's name: the index of the entry that opened it (thesis §6.3).
pub type SessionId = Index;

/// The sessions of all clients, with the answer to the last command of each.
///
/// A client has one command open at a time and numbers them; so one answer per session is enough.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Sessions {
    pub(super) rules: Rules,
    /// At most so many; 0 is no bound.
    pub(super) limit: usize,
    /// In the order of their names.
    pub(super) open: Vec<Session>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Session {
    pub(super) id: SessionId,
    /// The index of the last entry that used it.
    pub(super) used_at: Index,
    /// The number of its last command; 0 before the first.
    pub(super) number: u64,
    pub(super) answer: Arc<[u8]>,
}

/// What is to be done with a command.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Admission {
    /// Apply it, and give its answer to [`Sessions::answered`].
    Fresh,
    /// It was applied before: this was the answer.
    Repeated(Arc<[u8]>),
    /// A later command of the session was applied: the client has its answer, or gave up.
    Old,
    /// There is no such session, or no longer: whether the command was applied is unknown.
    Expired,
}

impl Sessions {
    /// No session yet. When there are more than `limit` the one used least recently expires:
    /// that depends on the log alone, so it is the same one on every server.
    pub fn new(limit: usize, rules: Rules) -> Sessions {
        Sessions { rules, limit, open: Vec::new() }
    }

    /// How many sessions are open.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Opens a session named after the entry at `index`, which asks for it. Entries come in
    /// order, so it is the last name.
    pub fn open(&mut self, index: Index) -> SessionId {
        if self.limit > 0 && self.open.len() >= self.limit {
            let oldest = (0..self.open.len()).min_by_key(|&at| self.open[at].used_at);
            oldest.map(|at| self.open.remove(at));
        }
        self.open.push(Session { id: index, used_at: index, number: 0, answer: Arc::from([]) });
        index
    }

    /// What is to be done with the command that the entry at `index` carries.
    pub fn admit(&mut self, index: Index, id: SessionId, number: u64) -> Admission {
        let rules = self.rules;
        let Some(session) = self.find(id) else { return Admission::Expired };
        session.used_at = index;
        if rules.may_apply(number <= session.number) {
            Admission::Fresh
        } else if number == session.number {
            Admission::Repeated(session.answer.clone())
        } else {
            Admission::Old
        }
    }

    /// Keeps the answer to a command that was fresh.
    pub fn answered(&mut self, id: SessionId, number: u64, answer: Arc<[u8]>) {
        if let Some(session) = self.find(id) {
            session.number = session.number.max(number);
            session.answer = answer;
        }
    }

    fn find(&mut self, id: SessionId) -> Option<&mut Session> {
        let at = self.open.binary_search_by_key(&id, |session| session.id).ok()?;
        self.open.get_mut(at)
    }

    /// All sessions as bytes, for a snapshot: four numbers each (name, last use, command, length
    /// of the answer), little-endian, and the answer.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for Session { id, used_at, number, answer } in &self.open {
            for value in [*id, *used_at, *number, answer.len() as u64] {
                bytes.extend_from_slice(&value.to_le_bytes());
            }
            bytes.extend_from_slice(answer);
        }
        bytes
    }

    /// Takes over the sessions of a snapshot; false when the bytes are not such.
    pub fn decode(&mut self, mut bytes: &[u8]) -> bool {
        let mut open = Vec::new();
        while !bytes.is_empty() {
            let mut values = [0; 4];
            for value in &mut values {
                let Some((number, rest)) = bytes.split_first_chunk() else { return false };
                *value = u64::from_le_bytes(*number);
                bytes = rest;
            }
            let [id, used_at, number, length] = values;
            let Some((answer, rest)) =
                usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length))
            else {
                return false;
            };
            open.push(Session { id, used_at, number, answer: answer.into() });
            bytes = rest;
        }
        let is_sorted = open.is_sorted_by(|a: &Session, b: &Session| a.id < b.id);
        if is_sorted {
            self.open = open;
        }
        is_sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn without_a_limit_every_session_stays_open() {
        let mut sessions = Sessions::new(0, Rules::default());
        assert_eq!((sessions.len(), sessions.is_empty()), (0, true));
        for index in 1..=3 {
            sessions.open(index);
            assert_eq!((sessions.len(), sessions.is_empty()), (index as usize, false));
        }
    }

    #[test]
    fn a_repeated_command_gets_its_first_answer() {
        let mut sessions = Sessions::new(0, Rules::default());
        let id = sessions.open(4);
        assert_eq!(sessions.admit(5, id, 1), Admission::Fresh);
        sessions.answered(id, 1, answer("one"));
        assert_eq!(sessions.admit(6, id, 1), Admission::Repeated(answer("one")));
        assert_eq!(sessions.admit(7, id, 2), Admission::Fresh);
        sessions.answered(id, 2, answer("two"));
        assert_eq!(sessions.admit(8, id, 1), Admission::Old);
        assert_eq!(sessions.admit(9, 99, 1), Admission::Expired);
    }

    #[test]
    fn the_session_used_least_recently_expires_also_after_a_snapshot() {
        let mut sessions = Sessions::new(2, Rules::default());
        let (first, second) = (sessions.open(1), sessions.open(2));
        sessions.admit(3, first, 1);
        sessions.answered(first, 1, answer("kept"));
        let mut copy = Sessions::new(2, Rules::default());
        assert!(copy.decode(&sessions.encode()));
        assert_eq!(copy, sessions);
        for table in [&mut sessions, &mut copy] {
            table.open(4);
            assert_eq!(table.admit(5, second, 1), Admission::Expired);
            assert_eq!(table.admit(6, first, 1), Admission::Repeated(answer("kept")));
        }
    }

    #[test]
    fn bytes_that_are_no_sessions_change_nothing() {
        let mut sessions = Sessions::new(0, Rules::default());
        sessions.open(1);
        let good = sessions.encode();
        for cut in 1..good.len() {
            assert!(!sessions.clone().decode(&good[cut..]), "{cut}");
        }
        let twice = [good.clone(), good].concat();
        assert!(!sessions.decode(&twice));
        assert_eq!(sessions.len(), 1);
    }
}
