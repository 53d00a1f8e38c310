//! What the disk says: the sum of all records of the log.
//!
//! The same code adds up the records when they are read back and as they are written. So what a
//! restart will find is known at every moment, and a record that cannot be true is noticed before
//! it is written as well as after.

use super::super::encoding::{Encode, fields};
use raft_core::raft::{HardState, Log, LogWrite, Position};

/// One write of the protocol core, as it stands in the log.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Record {
    /// The new term and vote, if they changed.
    pub hard_state: Option<HardState>,
    /// The snapshot to keep from now on: its file was made durable before.
    pub snapshot: Option<SnapshotFile>,
    /// The log begins anew after this place, without entries.
    pub base: Option<Position>,
    /// The log's new end, if it changed.
    pub log: Option<LogWrite>,
}

/// Names the file of a snapshot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SnapshotFile {
    /// The last entry that it replaces.
    pub last: Position,
    /// The checksum of its content.
    pub checksum: u32,
}

fields!(Record { hard_state, snapshot, base, log });
fields!(SnapshotFile { last, checksum });

/// All records together.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct State {
    /// Term, vote and birth.
    pub hard_state: HardState,
    /// The snapshot, if there is one.
    pub snapshot: Option<SnapshotFile>,
    /// The log.
    pub log: Log,
}

impl State {
    /// Adds a record; says what is impossible about it if it cannot be true.
    pub fn take(&mut self, record: &Record) -> Result<(), String> {
        let Record { hard_state, snapshot, base, log } = record;
        if let Some(next) = hard_state {
            let current = self.hard_state;
            if next.current_term < current.current_term {
                return Err(format!("term {} follows {}", next.current_term, current.current_term));
            }
            if current.birth != 0 && next.birth != current.birth {
                return Err(format!("birth {} follows {}", next.birth, current.birth));
            }
            self.hard_state = *next;
        }
        if let Some(next) = snapshot {
            if self.snapshot.is_some_and(|current| current.last.index > next.last.index) {
                return Err(format!("a snapshot up to {} follows a later one", next.last));
            }
            self.snapshot = Some(*next);
        }
        if let Some(base) = base {
            self.log = Log::after(*base);
        }
        if let Some(write) = log {
            self.take_log(write)?;
        }
        self.check_snapshot()
    }

    fn take_log(&mut self, write: &LogWrite) -> Result<(), String> {
        let (base, last) = (self.log.base().index, self.log.last_index());
        if write.from <= base || write.from > last + 1 {
            return Err(format!("entries from {} on for a log of {base} to {last}", write.from));
        }
        self.log.truncate_from(write.from);
        for entry in &write.entries {
            let before = self.log.last().term;
            if entry.term < before || entry.term > self.hard_state.current_term {
                let current = self.hard_state.current_term;
                let index = self.log.last_index() + 1;
                return Err(format!(
                    "entry {index} is of term {}, after one of term {before}, in term {current}",
                    entry.term
                ));
            }
            self.log.append(entry.clone());
        }
        Ok(())
    }

    /// The log goes on where the snapshot ends, or overlaps with it.
    fn check_snapshot(&self) -> Result<(), String> {
        let (base, last) = (self.log.base(), self.log.last());
        match self.snapshot {
            None if base.index > 0 => Err(format!("the log begins after {base}, no snapshot does")),
            None => Ok(()),
            Some(snapshot) if self.log.term(snapshot.last.index) == Some(snapshot.last.term) => {
                Ok(())
            }
            Some(snapshot) => {
                Err(format!("the log of {base} to {last} does not hold {}", snapshot.last))
            }
        }
    }

    /// One record that says all of it.
    pub fn whole(&self) -> Record {
        let from = self.log.base().index + 1;
        Record {
            hard_state: Some(self.hard_state),
            snapshot: self.snapshot,
            base: Some(self.log.base()),
            log: Some(LogWrite { from, entries: self.log.iter().cloned().collect() }),
        }
    }
}
