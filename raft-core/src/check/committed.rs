//! What was first committed at each index: the memory that several judges share.

use crate::chunks::Chunks;
use crate::raft::{Encoding, Entry, Index, Membership, Node, NodeId, Payload, Term};
use alloc::sync::Arc;

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
    /// The memberships among them.
    memberships: Chunks<(Index, Arc<Membership>)>,
}

impl Committed {
    /// Encodes them; which server was the first is for people. The memberships are among them.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let Committed { firsts, memberships: _ } = self;
        out.word(self.len());
        for First { entry, in_term, by: _ } in firsts.iter() {
            entry.canonical(out);
            out.word(*in_term);
        }
    }

    /// The largest index committed so far.
    pub(super) fn len(&self) -> Index {
        self.firsts.len() as Index
    }

    pub(super) fn at(&self, index: Index) -> Option<&First> {
        self.firsts.at(usize::try_from(index.checked_sub(1)?).ok()?)
    }

    pub(super) fn push(&mut self, first: First) {
        if let Payload::Membership(membership) = &first.entry.payload {
            self.memberships.push((self.len() + 1, membership.clone()));
        }
        self.firsts.push(first);
    }

    /// The last index that was committed in a term before this one. Under real Raft the terms of
    /// commits never decrease from one index to the next; where a waived rule made them, this is
    /// an index that was committed before, if not the last.
    pub(super) fn last_before(&self, term: Term) -> Option<(Index, &First)> {
        let index = self.firsts.partition_point(|first| first.in_term < term) as Index;
        self.at(index).map(|first| (index, first))
    }

    /// The last membership committed before an index; nothing while only the founders' was.
    pub(super) fn membership_before(&self, index: Index) -> Option<&Arc<Membership>> {
        let before = self.memberships.partition_point(|&(committed, _)| committed < index);
        self.memberships.at(before.checked_sub(1)?).map(|(_, membership)| membership)
    }

    /// Whether a server has what was committed at an index: in its log or, where that begins
    /// later, as a part of what it begins after.
    pub(super) fn is_held_by(&self, node: &Node, index: Index) -> bool {
        let base = node.log().base();
        if index > base.index {
            let entry = node.log().entry(index);
            return self.at(index).is_some_and(|first| Some(&first.entry) == entry);
        }
        self.at(base.index).is_some_and(|first| first.entry.term == base.term)
    }
}
