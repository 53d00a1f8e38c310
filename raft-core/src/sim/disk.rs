//! A server's disk: what is durable, what it only says is durable, what was only asked for, and
//! what has gone bad.

use crate::raft::{HardState, Index, Log, Rules, Snapshot, Term, Write};
use crate::time::Instant;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One disk. A crash keeps what is durable and loses the rest.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The durable term and vote.
    pub hard_state: HardState,
    /// The durable snapshot.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The durable log.
    pub log: Log,
    /// What the disk says is durable, if that is more than is: the content of the cache of a disk
    /// that lies. A crash empties it.
    pub cache: Option<Box<Cache>>,
    /// Writes that are not durable yet, and not said to be, oldest first.
    pub writing: VecDeque<Write>,
    /// Whether the next write that would be finished fails instead.
    pub fails_next: bool,
    /// Durable records that are not what was written any longer, in order. The server that runs
    /// does not read them; the one that starts does.
    pub damaged: Vec<Damage>,
    /// When the last of the writes will be done.
    pub(super) busy_until: Instant,
}

/// What a disk that lies says it holds.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    /// Term and vote.
    pub hard_state: HardState,
    /// The snapshot.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The log.
    pub log: Log,
}

/// A record that has gone bad.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Damage {
    /// Term and vote.
    Vote,
    /// The entry at this index.
    Entry(Index),
}

/// How safe something is that a server has in memory.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Safety {
    /// In memory alone, or on its way to the disk: a crash loses it.
    Volatile,
    /// The disk says that it is durable, and lies: a crash loses it.
    Cached,
    /// On the disk, where it has gone bad: the next start finds that.
    Damaged,
    /// On the disk.
    Durable,
}

impl Disk {
    /// Makes every write up to and including this one durable, or puts it into the cache if the
    /// disk lies; the last one it finished. An honest disk empties its cache first.
    pub(super) fn sync(&mut self, token: u64, lies: bool) -> Option<u64> {
        let mut finished = None;
        while self.writing.front().is_some_and(|write| write.token.0 <= token) {
            let Some(write) = self.writing.pop_front() else { break };
            finished = Some(write.token.0);
            if lies {
                let held = Cache {
                    hard_state: self.hard_state,
                    snapshot: self.snapshot.clone(),
                    log: self.log.clone(),
                };
                let cache = self.cache.get_or_insert_with(|| Box::new(held));
                put(write, &mut cache.hard_state, &mut cache.snapshot, &mut cache.log);
            } else {
                self.flush();
                self.overwrite(&write);
                put(write, &mut self.hard_state, &mut self.snapshot, &mut self.log);
            }
        }
        finished
    }

    /// Makes durable what the disk says is; whether it was not.
    pub(super) fn flush(&mut self) -> bool {
        let Some(cache) = self.cache.take() else { return false };
        let Cache { hard_state, snapshot, log } = *cache;
        let is_same = |index: Index| log.term(index) == self.log.term(index);
        self.damaged.retain(|damage| match damage {
            Damage::Vote => hard_state == self.hard_state,
            Damage::Entry(index) => *index > log.base().index && is_same(*index),
        });
        (self.hard_state, self.snapshot, self.log) = (hard_state, snapshot, log);
        true
    }

    /// What is written anew is whole again.
    fn overwrite(&mut self, write: &Write) {
        if self.damaged.is_empty() {
            return;
        }
        let replaces = write.snapshot.as_ref().is_some_and(|snapshot| snapshot.replaces_log);
        let log = write.log.as_ref();
        self.damaged.retain(|damage| match damage {
            Damage::Vote => write.hard_state.is_none(),
            Damage::Entry(index) => !replaces && log.is_none_or(|log| *index < log.from),
        });
    }

    /// Drops the beginning of the log, which the snapshot replaces.
    pub(super) fn compact(&mut self, through: Index) {
        compact(&self.snapshot, &mut self.log, through);
        if let Some(cache) = &mut self.cache {
            compact(&cache.snapshot, &mut cache.log, through);
        }
        let base = self.log.base().index;
        self.damaged.retain(|damage| match damage {
            Damage::Vote => true,
            Damage::Entry(index) => *index > base,
        });
    }

    /// A durable record goes bad; whether there is such a record.
    pub(super) fn corrupt(&mut self, record: Damage) -> bool {
        let is_there = match record {
            Damage::Vote => self.hard_state != HardState::default(),
            Damage::Entry(index) => index > self.log.base().index && index <= self.log.last_index(),
        };
        if let (true, Err(at)) = (is_there, self.damaged.binary_search(&record)) {
            self.damaged.insert(at, record);
        }
        is_there
    }

    /// Drops damaged records and all entries after them, as if they had never been written: a
    /// server that takes damage for the end of its log. How many entries are gone.
    pub(super) fn cut_damaged(&mut self) -> u64 {
        let (last, mut first) = (self.log.last_index(), None);
        for damage in core::mem::take(&mut self.damaged) {
            match damage {
                // The birth of the disk stands elsewhere, and the term of the log is known.
                Damage::Vote => {
                    let current_term = self.log.last().term;
                    self.hard_state =
                        HardState { current_term, voted_for: None, ..self.hard_state };
                }
                Damage::Entry(index) => first = first.or(Some(index)),
            }
        }
        first.map_or(0, |index| {
            self.log.truncate_from(index);
            last - self.log.last_index()
        })
    }

    /// Power is gone: so are the unfinished writes, and what a lying disk held in its cache. How
    /// many entries were in them, and of what the disk had said to be durable.
    pub(super) fn lose_unsynced(&mut self) -> (u64, Option<Loss>) {
        let entries = |write: &Write| write.log.as_ref().map_or(0, |log| log.entries.len() as u64);
        let lost = self.writing.iter().map(entries).sum();
        self.writing.clear();
        self.busy_until = Instant::ZERO;
        let cache = self.cache.take();
        (lost, cache.map(|cache| self.loss(&cache)))
    }

    fn loss(&self, cache: &Cache) -> Loss {
        let snapshot = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        let is_gone = |&index: &Index| self.log.term(index) != cache.log.term(index);
        let first =
            (cache.log.base().index.max(snapshot) + 1..=cache.log.last_index()).find(is_gone);
        let entries = first.map_or(0, |first| cache.log.last_index() - first + 1);
        Loss { entries, hard_state: cache.hard_state != self.hard_state }
    }

    /// How safe the entry of this term at an index is.
    pub fn safety(&self, index: Index, term: Term) -> Safety {
        let snapshot = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        if index > snapshot && self.log.term(index) != Some(term) {
            let cached = self.cache.as_ref().is_some_and(|cache| {
                let snapshot = cache.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
                index <= snapshot || cache.log.term(index) == Some(term)
            });
            return if cached { Safety::Cached } else { Safety::Volatile };
        }
        self.unless_damaged(Damage::Entry(index))
    }

    /// How safe this term and vote are.
    pub fn safety_of_vote(&self, hard_state: &HardState) -> Safety {
        if *hard_state == self.hard_state {
            return self.unless_damaged(Damage::Vote);
        }
        let is_cached = |cache: &Cache| cache.hard_state == *hard_state;
        match self.cache.as_deref().is_some_and(is_cached) {
            true => Safety::Cached,
            false => Safety::Volatile,
        }
    }

    fn unless_damaged(&self, record: Damage) -> Safety {
        match self.damaged.binary_search(&record) {
            Ok(_) => Safety::Damaged,
            Err(_) => Safety::Durable,
        }
    }
}

/// What a disk had said to be durable, and lost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Loss {
    pub(super) entries: u64,
    pub(super) hard_state: bool,
}

fn put(
    write: Write,
    hard_state: &mut HardState,
    snapshot: &mut Option<Arc<Snapshot>>,
    log: &mut Log,
) {
    if let Some(written) = write.hard_state {
        *hard_state = written;
    }
    if let Some(write) = write.snapshot {
        if write.replaces_log {
            *log = Log::after(write.snapshot.last);
        }
        *snapshot = Some(write.snapshot);
    }
    if let Some(write) = write.log {
        log.truncate_from(write.from);
        log.splice(Rules::default(), write.from - 1, &write.entries);
    }
}

fn compact(snapshot: &Option<Arc<Snapshot>>, log: &mut Log, through: Index) {
    let replaced = snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
    log.compact_to(through.min(replaced));
}
