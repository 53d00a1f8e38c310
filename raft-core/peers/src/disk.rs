//! The disk of a server of tikv's raft. The storage that comes with it keeps no state machine and
//! cannot give a snapshot of one.

use raft::eraftpb::{ConfState, Entry, HardState, Snapshot};
use raft::{Error, GetEntriesContext, RaftState, Result, Storage, StorageError, util};

/// What is to be written together.
pub struct Write {
    pub number: u64,
    pub hard_state: Option<HardState>,
    pub snapshot: Snapshot,
    pub entries: Vec<Entry>,
}

/// What a disk holds.
#[derive(Clone, Default)]
pub struct Disk {
    hard_state: HardState,
    founders: ConfState,
    snapshot: Snapshot,
    /// Index and term before the first entry.
    base: (u64, u64),
    entries: Vec<Entry>,
}

impl Disk {
    pub fn new(founders: &[u64]) -> Disk {
        Disk { founders: (founders.to_vec(), Vec::new()).into(), ..Disk::default() }
    }

    pub fn base(&self) -> (u64, u64) {
        self.base
    }

    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub fn write(&mut self, write: &Write) {
        if let Some(hard_state) = &write.hard_state {
            self.hard_state = hard_state.clone();
        }
        if !write.snapshot.is_empty() {
            let metadata = write.snapshot.get_metadata();
            self.base = (metadata.index, metadata.term);
            self.entries.clear();
            self.snapshot = write.snapshot.clone();
        }
        for entry in write.entries.iter().filter(|entry| entry.index > self.base.0) {
            self.entries.truncate((entry.index - self.base.0 - 1) as usize);
            self.entries.push(entry.clone());
        }
        self.commit_snapshot();
    }

    /// Keeps a snapshot of our own, and cuts the log to the last `keeps` entries before it.
    pub fn save(&mut self, mut snapshot: Snapshot, keeps: u64) {
        let index = snapshot.get_metadata().index;
        snapshot.mut_metadata().term = self.term(index).expect("what was applied is in the log");
        self.snapshot = snapshot;
        self.commit_snapshot();
        let cut = index.saturating_sub(keeps);
        if cut > self.base.0 {
            let term = self.term(cut).expect("what is kept follows it");
            self.entries.drain(..(cut - self.base.0) as usize);
            self.base = (cut, term);
        }
    }

    /// What a snapshot holds is committed; it would not start again from a disk that says less.
    fn commit_snapshot(&mut self) {
        let index = self.snapshot.get_metadata().index;
        self.hard_state.commit = self.hard_state.commit.max(index);
    }
}

impl Storage for Disk {
    fn initial_state(&self) -> Result<RaftState> {
        let conf_state = match self.snapshot.is_empty() {
            true => self.founders.clone(),
            false => self.snapshot.get_metadata().get_conf_state().clone(),
        };
        Ok(RaftState::new(self.hard_state.clone(), conf_state))
    }

    fn entries(
        &self,
        low: u64,
        high: u64,
        max_size: impl Into<Option<u64>>,
        _context: GetEntriesContext,
    ) -> Result<Vec<Entry>> {
        if low <= self.base.0 {
            return Err(Error::Store(StorageError::Compacted));
        }
        let place = |index: u64| (index - self.base.0 - 1) as usize;
        let mut entries = self.entries[place(low)..place(high)].to_vec();
        util::limit_size(&mut entries, max_size.into());
        Ok(entries)
    }

    fn term(&self, index: u64) -> Result<u64> {
        if index == self.base.0 {
            return Ok(self.base.1);
        }
        let Some(place) = index.checked_sub(self.base.0 + 1) else {
            return Err(Error::Store(StorageError::Compacted));
        };
        let entry = self.entries.get(place as usize);
        entry.map(|entry| entry.term).ok_or(Error::Store(StorageError::Unavailable))
    }

    fn first_index(&self) -> Result<u64> {
        Ok(self.base.0 + 1)
    }

    fn last_index(&self) -> Result<u64> {
        Ok(self.base.0 + self.entries.len() as u64)
    }

    fn snapshot(&self, request_index: u64, _to: u64) -> Result<Snapshot> {
        if self.snapshot.is_empty() || self.snapshot.get_metadata().index < request_index {
            return Err(Error::Store(StorageError::SnapshotTemporarilyUnavailable));
        }
        Ok(self.snapshot.clone())
    }
}
