//! Linearizable reads (§8, thesis §6.4): a read sees at least everything that clients had been
//! told before it was asked for.
//!
//! Told means answered: of a write that is done but whose answer is still under way nobody knows,
//! and a read may miss it. What a read was answered counts as well: a later one may not see less.
//! A read that was asked again is the read that was asked for first.

use super::{Breach, Property};
use crate::raft::{Encoding, Index, NodeId};
use alloc::vec;
use alloc::vec::Vec;

/// What clients had been told, and what each open call has to see.
#[derive(Clone, Debug, Default)]
pub(super) struct LinearizableReads {
    /// Some client was told the result of the entry here, or what a read saw here.
    told: Index,
    /// For each client its open call.
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    client: u32,
    call: u64,
    /// What clients had been told when it was asked for.
    floor: Index,
    /// The largest index that a server answered it from.
    served: Index,
}

impl LinearizableReads {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.open.len()
    }

    /// A client asks for something.
    pub(super) fn on_called(&mut self, client: u32, call: u64) {
        let open = Open { client, call, floor: self.told, served: 0 };
        match self.open.iter_mut().find(|open| open.client == client) {
            Some(earlier) => *earlier = open,
            None => self.open.push(open),
        }
    }

    /// A server answers a call from its state at an index.
    pub(super) fn on_served(
        &mut self,
        server: NodeId,
        (client, call): (u32, u64),
        index: Index,
        is_read: bool,
        breaches: &mut Vec<Breach>,
    ) {
        let is_meant = |open: &&mut Open| (open.client, open.call) == (client, call);
        let Some(open) = self.open.iter_mut().find(is_meant) else { return };
        open.served = open.served.max(index);
        if is_read && index < open.floor {
            let (property, servers) = (Property::LinearizableReads, vec![server]);
            breaches.push(Breach { property, servers, term: 0, index: open.floor });
        }
    }

    /// A client has the answer to its call.
    pub(super) fn on_done(&mut self, client: u32, call: u64) {
        let is_meant = |open: &&Open| (open.client, open.call) == (client, call);
        if let Some(open) = self.open.iter().find(is_meant) {
            self.told = self.told.max(open.served);
        }
    }

    /// Encodes it, in no order.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let LinearizableReads { told, open } = self;
        out.word(*told);
        let (mark, mut sum) = (out.mark(), 0u64);
        for Open { client, call, floor, served } in open {
            out.word(u64::from(*client));
            out.word(*call);
            out.word(*floor);
            out.word(*served);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_misses_what_was_answered_before_it_was_asked_is_found() {
        let (mut judge, mut breaches) = (LinearizableReads::default(), Vec::new());
        let (one, other) = (NodeId(1), NodeId(2));
        // Asked before the write is answered: it may miss it.
        judge.on_called(1, 1);
        judge.on_called(2, 1);
        judge.on_served(one, (1, 1), 5, false, &mut breaches);
        judge.on_called(3, 1);
        judge.on_done(1, 1);
        judge.on_served(other, (2, 1), 4, true, &mut breaches);
        judge.on_served(other, (3, 1), 4, true, &mut breaches);
        assert_eq!(breaches, []);
        // Asked after it: it may not, also when it is asked again.
        judge.on_called(1, 2);
        judge.on_served(one, (1, 2), 5, true, &mut breaches);
        judge.on_served(one, (2, 1), 3, true, &mut breaches);
        assert_eq!(breaches, []);
        judge.on_served(other, (1, 2), 4, true, &mut breaches);
        assert_eq!((breaches.len(), breaches[0].index), (1, 5));
        // What a read saw may not be missed by the next.
        judge.on_served(one, (1, 2), 9, true, &mut breaches);
        judge.on_done(1, 2);
        judge.on_called(3, 2);
        judge.on_served(one, (3, 2), 8, true, &mut breaches);
        assert_eq!((breaches.len(), breaches[1].index), (2, 9));
    }
}
