//! Exactly once (§8, thesis §6.3): a command of a session takes effect once at most, however often
//! its client asked and however often it was committed, and on every server at the same entry.
//!
//! A retry may be committed beside the command it repeats, so the state machine has to tell. It
//! has to do so on every server alike, after a snapshot too: one that carried the keys without the
//! sessions would let a server apply a command that all others skip.

use super::{Breach, Property};
use crate::chunks::Chunks;
use crate::raft::{Encoding, Index, NodeId, SessionId};
use crate::sim::kv::Stamp;
use alloc::vec;
use alloc::vec::Vec;

/// What became of each entry where it was applied first, and how far each session is.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactlyOnce {
    /// From index 1: whether the entry took effect, and on which server that was seen.
    first: Chunks<(bool, NodeId)>,
    /// Of each session the largest number that took effect; in the order of the sessions, which is
    /// the order in which they were opened.
    sessions: Chunks<(SessionId, u64)>,
}

impl ExactlyOnce {
    /// A server applied the entry at an index; `stamp` tells which command of a session it
    /// carries, if it does.
    pub(super) fn on_applied(
        &mut self,
        server: NodeId,
        index: Index,
        stamp: impl FnOnce() -> Option<Stamp>,
        took_effect: bool,
        breaches: &mut Vec<Breach>,
    ) {
        let Some(at) = index.checked_sub(1).and_then(|at| usize::try_from(at).ok()) else { return };
        let breach = |servers| Breach { property: Property::ExactlyOnce, servers, term: 0, index };
        if let Some(&(before, other)) = self.first.at(at) {
            if before != took_effect {
                breaches.push(breach(vec![server, other]));
            }
        } else if at == self.first.len() {
            self.first.push((took_effect, server));
            let stamp = if took_effect { stamp() } else { None };
            if stamp.is_some_and(|stamp| !self.advances(stamp)) {
                breaches.push(breach(vec![server]));
            }
        }
    }

    /// Encodes it; on which server an effect was seen first is for people.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let ExactlyOnce { first, sessions } = self;
        out.word(first.len() as u64);
        first.iter().for_each(|(took_effect, _)| out.flags(&[*took_effect]));
        for (session, number) in sessions.iter() {
            out.word(*session);
            out.word(*number);
        }
    }

    /// A command took effect. Whether it is later than every other of its session that did.
    fn advances(&mut self, Stamp { session, number }: Stamp) -> bool {
        let at = self.sessions.partition_point(|&(known, _)| known < session);
        if let Some((known, last)) = self.sessions.at_mut(at) {
            if *known == session {
                let is_later = number > *last;
                *last = number.max(*last);
                return is_later;
            }
        }
        self.sessions.insert(at, (session, number));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_effect_twice_or_not_everywhere_is_found() {
        let (mut judge, mut found) = (ExactlyOnce::default(), Vec::new());
        let (one, other) = (NodeId(1), NodeId(2));
        let stamp = |session, number| Some(Stamp { session, number });
        // Two sessions, a retry that is skipped, and a server that follows later.
        for (index, stamp, took_effect) in [
            (1, None, true),
            (2, stamp(1, 1), true),
            (3, stamp(9, 1), true),
            (4, stamp(1, 1), false),
            (5, stamp(1, 2), true),
        ] {
            judge.on_applied(one, index, || stamp, took_effect, &mut found);
        }
        judge.on_applied(other, 4, || stamp(1, 1), false, &mut found);
        assert_eq!(found, []);
        // A server that has lost the sessions applies the retry.
        judge.on_applied(other, 4, || stamp(1, 1), true, &mut found);
        assert_eq!((found.len(), &found[0].servers), (1, &vec![other, one]));
        // All servers apply a retry.
        judge.on_applied(one, 6, || stamp(1, 2), true, &mut found);
        judge.on_applied(other, 6, || stamp(1, 2), true, &mut found);
        assert_eq!((found.len(), found[1].index, &found[1].servers), (2, 6, &vec![one]));
    }
}
