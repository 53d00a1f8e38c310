//! What was first committed at each index: the memory that several judges share.

use crate::chunks::Chunks;
use crate::raft::{Entry, Index, NodeId, Term};

/// An entry as it was first committed.
#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) entry: Entry,
    /// The term of the server that committed it: not the entry's own term.
    pub(super) in_term: Term,
    /// That server.
    pub(super) by: NodeId,
}

/// All first commits, from index 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Committed {
    firsts: Chunks<First>,
}

impl Committed {
    /// The largest index committed so far.
    pub(super) fn len(&self) -> Index {
        self.firsts.len() as Index
    }

    pub(super) fn at(&self, index: Index) -> Option<&First> {
        self.firsts.at(index.checked_sub(1)? as usize)
    }

    pub(super) fn push(&mut self, first: First) {
        self.firsts.push(first);
    }

    /// The last index that was committed in a term before this one.
    pub(super) fn last_before(&self, term: Term) -> Option<(Index, &First)> {
        // Nearly always the last one at once: a new leader's term is the largest so far.
        (1..=self.len())
            .rev()
            .filter_map(|index| self.at(index).map(|first| (index, first)))
            .find(|(_, first)| first.in_term < term)
    }
}
