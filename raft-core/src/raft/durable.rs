//! Durability by construction (Figure 2: "updated on stable storage before responding to RPCs").
//!
//! A step that changes the term, the vote or the log ends with one `Persist` effect that carries a
//! token. Whatever depends on it waits here until the driver reports that write finished, so a
//! driver cannot send too early.
//!
//! **Invariant:** tokens strictly increase, are never reused within a life and finish in order:
//! n done means that all writes up to n are done.
//!
//! **Invariant:** an overwritten index is never called durable by the older write: truncating the
//! log lowers what every write in flight may claim.

use super::message::Message;
use super::types::{Entry, HardState, Index, NodeId, Term};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Names one write; the driver hands it back when the write is finished.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Token(pub u64);

/// What the driver has to make durable, all of it together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Write {
    /// Identifies this write.
    pub token: Token,
    /// The new term and vote, if they changed.
    pub hard_state: Option<HardState>,
    /// The log's new end, if it changed.
    pub log: Option<LogWrite>,
}

/// The log's end: `entries` stand from index `from` on, and nothing after them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct LogWrite {
    /// Where the first entry goes; what stood there and after it is gone.
    pub from: Index,
    /// The entries; none when the log was only shortened.
    pub entries: Vec<Entry>,
}

/// What waits for a write.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Held {
    /// A message to a peer.
    Message { to: NodeId, message: Message },
    /// A candidate's own vote in this term.
    OwnVote(Term),
}

impl Held {
    /// The term it belongs to; once that has passed it is worth nothing.
    pub(super) fn term(&self) -> Term {
        match self {
            Held::Message { message, .. } => message.term,
            Held::OwnVote(term) => *term,
        }
    }
}

/// The writes in flight and what waits for them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Durable {
    last: Token,
    done: Token,
    /// The last index each write in flight will have made durable.
    writing: VecDeque<(Token, Index)>,
    held: VecDeque<(Token, Held)>,
    /// All entries up to here are durable.
    index: Index,
    hard_state_changed: bool,
    log_changed_from: Option<Index>,
}

impl Durable {
    /// A log that was read back from stable storage.
    pub(super) fn restored(last_index: Index) -> Durable {
        Durable { index: last_index, ..Durable::default() }
    }

    /// All entries up to here are on stable storage.
    pub(super) fn index(&self) -> Index {
        self.index
    }

    /// Whether a write is unfinished.
    pub(super) fn is_writing(&self) -> bool {
        self.done < self.last
    }

    /// The term or the vote changed in this step.
    pub(super) fn changed_hard_state(&mut self) {
        self.hard_state_changed = true;
    }

    /// The log changed from this index on in this step.
    pub(super) fn changed_log(&mut self, from: Index) {
        let first = self.log_changed_from.map_or(from, |earlier| earlier.min(from));
        self.log_changed_from = Some(first);
        self.index = self.index.min(from - 1);
        for (_, last_index) in &mut self.writing {
            *last_index = (*last_index).min(from - 1);
        }
    }

    /// The write that this step owes, if it changed anything durable. `entries` is asked for the
    /// log from an index on.
    pub(super) fn take_write(
        &mut self,
        hard_state: HardState,
        last_index: Index,
        entries: impl FnOnce(Index) -> Vec<Entry>,
    ) -> Option<Write> {
        let from = self.log_changed_from.take();
        let hard_state_changed = core::mem::take(&mut self.hard_state_changed);
        if from.is_none() && !hard_state_changed {
            return None;
        }
        self.last = Token(self.last.0 + 1);
        self.writing.push_back((self.last, last_index));
        Some(Write {
            token: self.last,
            hard_state: hard_state_changed.then_some(hard_state),
            log: from.map(|from| LogWrite { from, entries: entries(from) }),
        })
    }

    /// Keeps something until every write asked for so far is done.
    pub(super) fn hold(&mut self, what: Held) {
        self.held.push_back((self.last, what));
    }

    /// The writes up to `token` are done: returns what waited for them and is still of `term`.
    pub(super) fn finish(&mut self, token: Token, term: Term) -> Vec<Held> {
        self.done = self.done.max(token.min(self.last));
        while let Some(&(writing, last_index)) = self.writing.front() {
            if writing > self.done {
                break;
            }
            self.index = self.index.max(last_index);
            self.writing.pop_front();
        }
        let mut released = Vec::new();
        while self.held.front().is_some_and(|(token, _)| *token <= self.done) {
            released.extend(self.held.pop_front().map(|(_, held)| held));
        }
        released.retain(|held| held.term() == term);
        released
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(durable: &mut Durable, from: Index, last: Index) -> Token {
        durable.changed_log(from);
        durable.take_write(HardState::default(), last, |_| Vec::new()).unwrap().token
    }

    #[test]
    fn an_older_write_never_makes_an_overwritten_index_durable() {
        let mut durable = Durable::default();
        let first = write(&mut durable, 12, 12);
        let second = write(&mut durable, 12, 12);
        durable.finish(first, 1);
        assert_eq!(durable.index(), 11);
        durable.finish(second, 1);
        assert_eq!(durable.index(), 12);
        write(&mut durable, 11, 14);
        assert_eq!(durable.index(), 10);
    }

    #[test]
    fn what_waits_is_released_in_order_and_dropped_with_its_term() {
        let mut durable = Durable::default();
        let first = write(&mut durable, 1, 1);
        durable.hold(Held::OwnVote(1));
        let second = write(&mut durable, 2, 2);
        durable.hold(Held::OwnVote(2));
        assert_eq!(durable.finish(first, 2), []);
        assert!(durable.is_writing());
        assert_eq!(durable.finish(second, 2), [Held::OwnVote(2)]);
        assert!(!durable.is_writing());
    }

    #[test]
    fn a_token_from_the_future_finishes_only_what_was_asked_for() {
        let mut durable = Durable::default();
        durable.finish(Token(99), 0);
        write(&mut durable, 1, 1);
        assert!(durable.is_writing());
    }
}
