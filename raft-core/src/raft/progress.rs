//! What a leader knows of a peer (Figure 2: `nextIndex` and `matchIndex`), and how it serves it.

use super::snapshot::Snapshot;
use super::types::{Index, NodeId};
use crate::time::Instant;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// What a leader knows of a peer.
///
/// **Invariant:** `match_index < next_index`, and `match_index` never moves back within a term.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Progress {
    /// The peer.
    pub id: NodeId,
    /// The next index to send.
    pub next_index: Index,
    /// The peer's log is known to agree up to here.
    pub match_index: Index,
    /// When that was learned.
    pub matched_at: Instant,
    /// How the peer is served.
    pub mode: Mode,
    /// Requests with entries that wait for an answer, oldest first; empty unless replicating.
    pub inflight: Inflight,
    /// When it last answered, or when we became leader.
    pub heard_at: Instant,
    /// When its next heartbeat is due, and how many it has had from us; of use where a leader
    /// beats for each follower by itself.
    pub beat: (Instant, u64),
    /// The latest round of ours it has answered (thesis §6.4).
    pub round: u64,
    /// When the latest request that it has answered was sent: until then, at least, it had not
    /// helped another leader (thesis §6.4.1). Nothing while it has not answered.
    pub answered_of: Option<Instant>,
}

/// How a leader serves a peer.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Mode {
    /// Looks for the place where the logs agree; `waiting` for the answer to one request.
    Probe {
        /// Whether a request is unanswered; a heartbeat is sent all the same.
        waiting: bool,
    },
    /// Sends each entry once, as soon as it is there.
    Replicate,
    /// §7: sends a snapshot, piece by piece; no entries meanwhile.
    Snapshot(Sending),
}

/// How far a snapshot has been sent.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Sending {
    /// Which snapshot: a newer one of ours does not disturb.
    pub snapshot: Arc<Snapshot>,
    /// Where the next piece begins, in bytes.
    pub offset: u64,
    /// When the piece that is unanswered was sent.
    pub asked_at: Option<Instant>,
}

/// Requests with entries that wait for an answer.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Inflight {
    /// The last index of each, and its bytes.
    pub(super) requests: VecDeque<(Index, u64)>,
    pub(super) bytes: u64,
}

impl Inflight {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Bytes of commands in them.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a bound is reached; 0 is no bound.
    pub fn is_full(&self, requests: usize, bytes: u64) -> bool {
        (requests > 0 && self.requests.len() >= requests) || (bytes > 0 && self.bytes >= bytes)
    }

    pub(super) fn add(&mut self, last: Index, bytes: u64) {
        self.requests.push_back((last, bytes));
        self.bytes += bytes;
    }

    /// The peer has everything up to here.
    pub(super) fn free_to(&mut self, index: Index) {
        while let Some(&(last, bytes)) = self.requests.front() {
            if last > index {
                break;
            }
            self.requests.pop_front();
            self.bytes -= bytes;
        }
    }

    /// What was sent is not waited for any longer.
    pub(super) fn clear(&mut self) {
        self.requests.clear();
        self.bytes = 0;
    }
}

impl Progress {
    /// A peer of whom nothing is known yet: §5.3, the search begins at the end of our log.
    pub(super) fn new(id: NodeId, next_index: Index, now: Instant) -> Progress {
        Progress {
            id,
            next_index,
            match_index: 0,
            matched_at: now,
            mode: Mode::Probe { waiting: false },
            inflight: Inflight::default(),
            heard_at: now,
            beat: (now, 0),
            round: 0,
            answered_of: None,
        }
    }

    /// How many bytes of a snapshot have been sent, while one is (§7).
    pub fn snapshot_offset(&self) -> Option<u64> {
        match &self.mode {
            Mode::Snapshot(sending) => Some(sending.offset),
            Mode::Probe { .. } | Mode::Replicate => None,
        }
    }

    /// Looks for the place of agreement again, from `next` on; never before what matches.
    pub(super) fn probe(&mut self, next: Index) {
        self.next_index = next.max(self.match_index + 1);
        self.mode = Mode::Probe { waiting: false };
        self.inflight.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_frees_what_is_acknowledged_and_nothing_else() {
        let mut window = Inflight::default();
        assert!(window.is_empty());
        for index in 1..=3 {
            window.add(index * 10, 5);
        }
        assert!(window.is_full(3, 0) && !window.is_full(4, 0));
        assert!(window.is_full(0, 15) && !window.is_full(0, 16) && !window.is_full(0, 0));
        window.free_to(9);
        assert_eq!((window.len(), window.bytes()), (3, 15));
        window.free_to(20);
        assert_eq!((window.len(), window.bytes(), window.is_empty()), (1, 5, false));
        window.clear();
        assert_eq!((window.is_empty(), window.bytes()), (true, 0));
    }

    #[test]
    fn a_search_never_begins_before_what_matches() {
        let mut progress = Progress::new(NodeId(2), 9, Instant::ZERO);
        progress.match_index = 4;
        for (next, begins) in [(0, 5), (4, 5), (5, 5), (6, 6)] {
            progress.probe(next);
            assert_eq!(progress.next_index, begins, "{next}");
        }
    }
}
