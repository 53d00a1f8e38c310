//! What a server keeps on its disk: carries out `Effect::Persist` and `Effect::Compact`.
//!
//! Writes come in a queue. All that wait are put into one frame and synced together, which the
//! tokens allow: n done means that all up to n are done. A frame counts as a whole or not at all,
//! so a write is never half there.
//!
//! A snapshot goes to a file of its own, made durable before the frame that names it; until that
//! is durable the older snapshot and the log that goes with it are still there.

pub mod directory;
mod durable_file;
pub mod log_file;
pub mod scan;
mod state;

use super::encoding::{decode, encode};
use anyhow::{Context, Result, bail};
use directory::{Directory, Identity};
use log_file::LogFile;
use raft_core::raft::{Index, Saved, Snapshot, Token, Write};
use state::{Record, SnapshotFile, State};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What the disk has to do.
pub enum Task {
    /// Make a write durable.
    Persist(Write),
    /// The log up to here is not needed any longer.
    Compact {
        /// The last index that may go.
        through: Index,
    },
}

/// At most so many writes share a frame.
const GROUP_MAX: usize = 1_000;

/// The disk of a server that runs.
pub struct Storage {
    directory: Directory,
    log: LogFile,
    state: State,
}

/// What was found at the start.
pub struct Found {
    /// Who the server is.
    pub identity: Identity,
    /// What it had made durable.
    pub saved: Saved,
    /// Whether it has never written anything.
    pub is_new: bool,
    /// So many bytes of an unfinished write were cut off the log.
    pub cut: u64,
    /// How many frames the log has.
    pub frames: usize,
}

impl Storage {
    /// Reads all that is there, or refuses.
    pub fn open(path: &Path) -> Result<(Storage, Found)> {
        let (directory, identity) = Directory::open(path)?;
        let log_path = directory.file("log");
        let opened = LogFile::open(&log_path)?;
        let mut state = State::default();
        for (offset, payload) in &opened.payloads {
            let records: Vec<Record> = decode(payload).ok_or_else(|| {
                log_file::damaged(&log_path, *offset, "the frame holds no list of records")
            })?;
            for record in &records {
                state.take(record).map_err(|what| {
                    log_file::damaged(&log_path, *offset, &format!("impossible: {what}"))
                })?;
            }
        }
        let snapshot = match &state.snapshot {
            Some(file) => Some(Arc::new(read_snapshot(&directory, file)?)),
            None => None,
        };
        directory.tidy(state.snapshot.as_ref().map(name).as_deref())?;
        let saved = Saved { hard_state: state.hard_state, snapshot, log: state.log.clone() };
        let found = Found {
            identity,
            saved,
            is_new: opened.payloads.is_empty(),
            cut: opened.cut,
            frames: opened.payloads.len(),
        };
        Ok((Storage { directory, log: opened.log, state }, found))
    }

    /// Counts a start of this server, and returns how many there were with this one.
    pub fn count_start(&self) -> Result<u64> {
        self.directory.count_start()
    }

    /// Works until nobody is left to give it tasks; says of each write that it is done. An error
    /// is final: after a sync that failed nobody knows what the disk holds.
    pub fn run(mut self, tasks: &Receiver<Task>, mut written: impl FnMut(Token)) -> Result<()> {
        while let Ok(first) = tasks.recv() {
            let mut group = Vec::new();
            for task in std::iter::once(first).chain(tasks.try_iter().take(GROUP_MAX)) {
                match task {
                    Task::Persist(write) => group.push(write),
                    Task::Compact { through } => {
                        self.persist(std::mem::take(&mut group), &mut written)?;
                        self.state.log.compact_to(through);
                        self.rewrite()?;
                    }
                }
            }
            self.persist(group, &mut written)?;
        }
        Ok(())
    }

    fn persist(&mut self, group: Vec<Write>, written: &mut impl FnMut(Token)) -> Result<()> {
        let Some(last) = group.last().map(|write| write.token) else { return Ok(()) };
        let before = self.state.snapshot;
        let mut replaces_log = false;
        let mut records = Vec::new();
        for write in group {
            replaces_log |= write.snapshot.as_ref().is_some_and(|write| write.replaces_log);
            let record = self.record(write)?;
            if let Err(what) = self.state.take(&record) {
                bail!("the protocol wants to write what is impossible: {what}");
            }
            records.push(record);
        }
        self.log.append(&encode(&records))?;
        written(last);
        if replaces_log {
            self.rewrite()?;
        }
        if self.state.snapshot != before {
            self.directory.tidy(self.state.snapshot.as_ref().map(name).as_deref())?;
        }
        Ok(())
    }

    /// The record of a write; a snapshot in it is made durable.
    fn record(&self, write: Write) -> Result<Record> {
        let Write { token: _, hard_state, snapshot, log } = write;
        let mut record = Record { hard_state, log, ..Record::default() };
        if let Some(write) = snapshot {
            let content = encode(&*write.snapshot);
            let last = write.snapshot.last;
            let file = SnapshotFile { last, checksum: crc32c::crc32c(&content) };
            durable_file::replace(&self.directory.file(&name(&file)), &content)?;
            record.snapshot = Some(file);
            record.base = write.replaces_log.then_some(last);
        }
        Ok(record)
    }

    /// Writes the log that is kept to a new file, in the place of the old one.
    fn rewrite(&mut self) -> Result<()> {
        let whole = encode(&vec![self.state.whole()]);
        self.log = LogFile::replace(&self.directory.file("log"), &[whole])?;
        Ok(())
    }
}

fn name(file: &SnapshotFile) -> String {
    format!("snapshot-{}-{}", file.last.index, file.last.term)
}

fn read_snapshot(directory: &Directory, file: &SnapshotFile) -> Result<Snapshot> {
    let path = directory.file(&name(file));
    let content = fs::read(&path)
        .with_context(|| format!("The log names a snapshot that is missing: {}", path.display()))?;
    if crc32c::crc32c(&content) != file.checksum {
        return Err(log_file::damaged(&path, 0, "the snapshot does not match its checksum"));
    }
    let snapshot: Option<Snapshot> = decode(&content);
    snapshot
        .filter(|snapshot| snapshot.last == file.last)
        .ok_or_else(|| log_file::damaged(&path, 0, "this is not the snapshot that the log names"))
}
