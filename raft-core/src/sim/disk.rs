//! A server's disk: what is durable, and what was only asked for.

use crate::raft::{HardState, Index, Log, Rules, Snapshot, Write};
use crate::time::Instant;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// One disk. A crash keeps what is durable and loses the rest.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The durable term and vote.
    pub hard_state: HardState,
    /// The durable snapshot.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The durable log.
    pub log: Log,
    /// Writes that are not durable yet, oldest first.
    pub writing: VecDeque<Write>,
    /// Whether the next write that would be finished fails instead.
    pub fails_next: bool,
    /// When the last of them will be done.
    pub(super) busy_until: Instant,
}

impl Disk {
    /// Makes every write up to and including this one durable; the last one it finished.
    pub(super) fn sync(&mut self, token: u64) -> Option<u64> {
        let mut finished = None;
        while self.writing.front().is_some_and(|write| write.token.0 <= token) {
            let Some(write) = self.writing.pop_front() else { break };
            finished = Some(write.token.0);
            self.apply(write);
        }
        finished
    }

    fn apply(&mut self, write: Write) {
        if let Some(hard_state) = write.hard_state {
            self.hard_state = hard_state;
        }
        if let Some(write) = write.snapshot {
            if write.replaces_log {
                self.log = Log::after(write.snapshot.last);
            }
            self.snapshot = Some(write.snapshot);
        }
        if let Some(log) = write.log {
            self.log.truncate_from(log.from);
            self.log.splice(Rules::default(), log.from - 1, &log.entries);
        }
    }

    /// Drops the beginning of the log, which the snapshot replaces.
    pub(super) fn compact(&mut self, through: Index) {
        let replaced = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        self.log.compact_to(through.min(replaced));
    }

    /// Power is gone: so are the unfinished writes. How many entries were in them.
    pub(super) fn lose_unsynced(&mut self) -> u64 {
        let entries = |write: &Write| write.log.as_ref().map_or(0, |log| log.entries.len() as u64);
        let lost = self.writing.iter().map(entries).sum();
        self.writing.clear();
        self.busy_until = Instant::ZERO;
        lost
    }
}
