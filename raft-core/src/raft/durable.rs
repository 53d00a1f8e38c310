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

use super::effect::Effect;
use super::message::{AppendReply, Body, Message};
use super::rules::Rules;
use super::snapshot::Snapshot;
use super::types::{Entry, HardState, Index, NodeId, Term};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
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
    /// §7: a snapshot to keep instead of the one before.
    pub snapshot: Option<SnapshotWrite>,
    /// The log's new end, if it changed.
    pub log: Option<LogWrite>,
}

/// A snapshot to keep.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SnapshotWrite {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// Whether the log is gone with it, and goes on after the snapshot's last entry. A snapshot
    /// of our own leaves the log as it is.
    pub replaces_log: bool,
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

    /// Up to which index it says that entries are durable, if it does.
    fn acknowledges(&self) -> Option<Index> {
        let Held::Message { message: Message { body, .. }, .. } = self else { return None };
        let Body::AppendEntriesReply { reply, .. } = body else { return None };
        match reply {
            AppendReply::Accepted { match_index } => Some(*match_index),
            AppendReply::Rejected { .. } => None,
        }
    }
}

/// The writes in flight and what waits for them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Durable {
    pub(super) last: Token,
    pub(super) done: Token,
    /// What each write in flight will have made durable.
    pub(super) writing: VecDeque<Writing>,
    pub(super) held: VecDeque<(Token, Held)>,
    /// All entries up to here are durable.
    pub(super) index: Index,
    /// The snapshot that is durable goes up to here.
    pub(super) snapshot: Index,
    /// The hard state as it was before this step, if the step changed it.
    pub(super) hard_state_before: Option<HardState>,
    pub(super) log_changed_from: Option<Index>,
    /// All that stands in the log from there on, if it is at hand.
    pub(super) log_end: Option<Vec<Entry>>,
    pub(super) new_snapshot: Option<SnapshotWrite>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Writing {
    pub(super) token: Token,
    pub(super) last_index: Index,
    pub(super) snapshot: Index,
}

/// The node's durable state as it is in memory, to be written as far as it changed.
pub(super) struct Memory<'a> {
    pub(super) hard_state: HardState,
    pub(super) log: &'a super::log::Log,
}

impl Durable {
    /// What was read back from stable storage.
    pub(super) fn restored(last_index: Index, snapshot: Index) -> Durable {
        Durable { index: last_index, snapshot, ..Durable::default() }
    }

    /// All entries up to here are on stable storage.
    pub(super) fn index(&self) -> Index {
        self.index
    }

    /// The snapshot on stable storage goes up to here; 0 when there is none.
    pub(super) fn snapshot(&self) -> Index {
        self.snapshot
    }

    /// Whether a write is unfinished.
    pub(super) fn is_writing(&self) -> bool {
        self.done < self.last
    }

    /// The term or the vote changes in this step; so it was before.
    pub(super) fn changes_hard_state(&mut self, before: HardState) {
        self.hard_state_before.get_or_insert(before);
    }

    /// The log changed from this index on in this step.
    pub(super) fn changed_log(&mut self, rules: Rules, from: Index) {
        let first = self.log_changed_from.map_or(from, |earlier| earlier.min(from));
        self.log_changed_from = Some(first);
        self.log_end = None;
        let kept = from.saturating_sub(1);
        self.index = self.index.min(kept);
        if rules.overwriting_voids_writes() {
            // No write claims less than those before it.
            for writing in self.writing.iter_mut().rev().take_while(|w| w.last_index > kept) {
                writing.last_index = kept;
            }
        }
    }

    /// From an index on the log holds just these entries, so they need not be copied from it.
    pub(super) fn log_ends_with(&mut self, from: Index, entries: Vec<Entry>) {
        if self.log_changed_from == Some(from) {
            self.log_end = Some(entries);
        }
    }

    /// A snapshot is to be kept. One that replaces the log leaves of it only what is committed,
    /// up to `kept`, durable until it is written.
    pub(super) fn changed_snapshot(&mut self, write: SnapshotWrite, kept: Index) {
        if write.replaces_log {
            self.index = self.index.min(kept);
            for writing in &mut self.writing {
                writing.last_index = writing.last_index.min(kept);
            }
            self.log_changed_from = None;
        }
        let replaces_log = self.new_snapshot.as_ref().is_some_and(|earlier| earlier.replaces_log);
        let replaces_log = replaces_log || write.replaces_log;
        self.new_snapshot = Some(SnapshotWrite { replaces_log, ..write });
    }

    /// The writes that this step owes: one if it changed anything durable.
    pub(super) fn take_writes(
        &mut self,
        rules: Rules,
        memory: Memory<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let (from, end) = (self.log_changed_from.take(), self.log_end.take());
        let snapshot = self.new_snapshot.take();
        let before = self.hard_state_before.take();
        if from.is_none() && before.is_none() && snapshot.is_none() {
            return;
        }
        let now = memory.hard_state;
        let split = before.filter(|before| {
            !rules.term_and_vote_together() && before.current_term != now.current_term
        });
        if let Some(before) = split {
            let hard_state = Some(HardState { current_term: before.current_term, ..now });
            let claimed = self.writing.back().map_or(0, |writing| writing.last_index);
            let token = self.next_token(claimed, 0);
            effects.push(Effect::Persist(Write { token, hard_state, snapshot: None, log: None }));
        }
        let snapshot_index = snapshot.as_ref().map_or(0, |write| write.snapshot.last.index);
        effects.push(Effect::Persist(Write {
            token: self.next_token(memory.log.last_index(), snapshot_index),
            hard_state: before.map(|_| now),
            snapshot,
            log: from.map(|from| {
                let from = from.max(memory.log.base().index + 1);
                let entries = end.unwrap_or_else(|| memory.log.slice(from, usize::MAX, 0));
                LogWrite { from, entries }
            }),
        }));
    }

    fn next_token(&mut self, last_index: Index, snapshot: Index) -> Token {
        self.last = Token(self.last.0 + 1);
        self.writing.push_back(Writing { token: self.last, last_index, snapshot });
        self.last
    }

    /// Keeps something until every write asked for so far is done.
    pub(super) fn hold(&mut self, rules: Rules, what: Held) {
        let mut token = self.last;
        if let Some(index) = what.acknowledges().filter(|_| !rules.overwriting_voids_writes()) {
            // By its index alone any write that has an entry there will do.
            let first = self.writing.iter().find(|writing| writing.last_index >= index);
            token = first.map_or(token, |writing| writing.token);
        }
        self.held.push_back((token, what));
    }

    /// The writes up to `token` are done.
    pub(super) fn finish(&mut self, token: Token) {
        self.done = self.done.max(token.min(self.last));
        while let Some(&Writing { token, last_index, snapshot }) = self.writing.front() {
            if token > self.done {
                break;
            }
            self.index = self.index.max(last_index);
            self.snapshot = self.snapshot.max(snapshot);
            self.writing.pop_front();
        }
    }

    /// The next of what waited for writes that are done and is still of `term`.
    pub(super) fn release(&mut self, term: Term) -> Option<Held> {
        while self.held.front().is_some_and(|(token, _)| *token <= self.done) {
            let (_, held) = self.held.pop_front()?;
            if held.term() == term {
                return Some(held);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Payload;
    use crate::raft::{Log, Membership, Position, Round};

    fn log(last: Index) -> Log {
        let mut log = Log::after(Position { term: 0, index: last - 1 });
        log.append(Entry { term: 1, payload: Payload::Noop });
        log
    }

    fn take(durable: &mut Durable, log: &Log) -> Write {
        let memory = Memory { hard_state: HardState::default(), log };
        let mut effects = Vec::new();
        durable.take_writes(Rules::default(), memory, &mut effects);
        let Some(Effect::Persist(write)) = effects.pop() else { panic!("a write is owed") };
        assert_eq!(effects, [], "one is enough");
        write
    }

    fn write(durable: &mut Durable, from: Index, last: Index) -> Token {
        durable.changed_log(Rules::default(), from);
        take(durable, &log(last)).token
    }

    #[test]
    fn an_older_write_never_makes_an_overwritten_index_durable() {
        let mut durable = Durable::default();
        let first = write(&mut durable, 12, 12);
        let second = write(&mut durable, 12, 12);
        durable.finish(first);
        assert_eq!(durable.index(), 11);
        durable.finish(second);
        assert_eq!(durable.index(), 12);
        write(&mut durable, 11, 14);
        assert_eq!(durable.index(), 10);
    }

    #[test]
    fn what_waits_is_released_in_order_and_dropped_with_its_term() {
        let mut durable = Durable::default();
        let first = write(&mut durable, 1, 1);
        durable.hold(Rules::default(), Held::OwnVote(1));
        let second = write(&mut durable, 2, 2);
        durable.hold(Rules::default(), Held::OwnVote(2));
        durable.finish(first);
        assert_eq!(durable.release(2), None);
        assert!(durable.is_writing());
        durable.finish(second);
        assert_eq!(durable.release(2), Some(Held::OwnVote(2)));
        assert_eq!(durable.release(2), None);
        assert!(!durable.is_writing());
    }

    #[test]
    fn an_acknowledgement_waits_for_every_write_whichever_has_its_index() {
        let mut durable = Durable::default();
        let first = write(&mut durable, 1, 1);
        let second = write(&mut durable, 2, 2);
        let reply = AppendReply::Accepted { match_index: 1 };
        let body = Body::AppendEntriesReply { reply, round: Round::default() };
        let held = Held::Message { to: NodeId(2), message: Message { term: 1, body } };
        durable.hold(Rules::default(), held.clone());
        durable.finish(first);
        assert_eq!(durable.release(1), None);
        durable.finish(second);
        assert_eq!(durable.release(1), Some(held));
    }

    #[test]
    fn what_is_at_hand_is_written_uncopied_if_it_is_all_that_changed() {
        let (mut durable, mut log) = (Durable::default(), Log::default());
        for term in 1..=4 {
            log.append(Entry { term, payload: Payload::Noop });
        }
        let all_from = |from| log.slice(from, usize::MAX, 0);
        durable.changed_log(Rules::default(), 3);
        let mut at_hand = all_from(3);
        // Room that a copy would not have.
        at_hand.reserve(64);
        let (address, room) = (at_hand.as_ptr(), at_hand.capacity());
        durable.log_ends_with(3, at_hand);
        let LogWrite { from, entries } = take(&mut durable, &log).log.unwrap();
        assert_eq!((from, entries.as_ptr(), entries.capacity()), (3, address, room));
        durable.changed_log(Rules::default(), 2);
        durable.changed_log(Rules::default(), 4);
        durable.log_ends_with(4, all_from(4));
        let expected = LogWrite { from: 2, entries: all_from(2) };
        assert_eq!(take(&mut durable, &log).log, Some(expected));
    }

    #[test]
    fn what_was_compacted_away_is_not_written() {
        let (mut durable, log) = (Durable::default(), log(14));
        durable.changed_log(Rules::default(), 11);
        let expected = LogWrite { from: 14, entries: log.slice(14, 1, 0) };
        assert_eq!(take(&mut durable, &log).log, Some(expected));
    }

    #[test]
    fn a_snapshot_of_our_own_does_not_bring_back_the_log_that_the_one_before_replaced() {
        let mut durable = Durable::default();
        let membership = Arc::new(Membership::default());
        for (index, replaces_log) in [(3, true), (4, false)] {
            let last = Position { term: 1, index };
            let snapshot = Snapshot { last, membership: membership.clone(), data: [].into() };
            let write = SnapshotWrite { snapshot: snapshot.into(), replaces_log };
            durable.changed_snapshot(write, 0);
        }
        let written = take(&mut durable, &log(5)).snapshot.unwrap();
        assert_eq!((written.snapshot.last.index, written.replaces_log), (4, true));
    }

    #[test]
    fn a_token_from_the_future_finishes_only_what_was_asked_for() {
        let mut durable = Durable::default();
        durable.finish(Token(99));
        write(&mut durable, 1, 1);
        assert!(durable.is_writing());
    }
}
