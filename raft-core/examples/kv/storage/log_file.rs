//! The write-ahead log: one file of frames, each written and synced before the next is begun.
//!
//! One file, not a row of segments: to compact, the log that is kept is written to a new file that
//! takes the place of the old one. No gap between segments can go unnoticed, and none is left
//! over. The cost is to write the kept entries once more, a tenth of all by the default settings.

use super::durable_file;
use super::scan::{self, Contents, SECTOR};
use crate::crash::{self, Place};
use anyhow::{Context, Result, anyhow};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A log that can be written on.
pub struct LogFile {
    file: File,
    path: PathBuf,
    salt: u64,
    /// The number of the next frame.
    sequence: u64,
    /// Where it goes.
    end: u64,
}

/// What a log file held when it was opened.
pub struct Opened {
    /// The file.
    pub log: LogFile,
    /// The payload of each frame, with its offset.
    pub payloads: Vec<(u64, Vec<u8>)>,
    /// So many bytes of an unfinished write were cut off its end.
    pub cut: u64,
}

impl LogFile {
    /// Puts a log in the place of the one at `path`, if there is one, and opens it.
    pub fn replace(path: &Path, payloads: &[Vec<u8>]) -> Result<LogFile> {
        let salt = getrandom::u64()?;
        let mut frames = Vec::new();
        for (sequence, payload) in (1..).zip(payloads) {
            frames.extend(scan::frame(salt, sequence, payload));
        }
        let end = (scan::FRAMES + frames.len()) as u64;
        let mut bytes = scan::beginning(salt, end);
        bytes.extend(frames);
        durable_file::replace(path, &bytes)?;
        let file = OpenOptions::new().write(true).open(path)?;
        let sequence = payloads.len() as u64 + 1;
        Ok(LogFile { file, path: path.into(), salt, sequence, end })
    }

    /// Opens a log, cuts an unfinished write off its end, and refuses one that is damaged.
    pub fn open(path: &Path) -> Result<Opened> {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let Contents { salt, payloads, end } =
            scan::scan(&bytes).map_err(|damage| damaged(path, damage.offset, &damage.what))?;
        let sequence = payloads.len() as u64 + 1;
        let file = OpenOptions::new().write(true).open(path)?;
        let mut log = LogFile { file, path: path.into(), salt, sequence, end };
        let cut = bytes.len() as u64 - end;
        if cut > 0 {
            log.file.set_len(end)?;
        }
        // A frame may be here that was never synced: what is read is relied on from now on.
        log.file.sync_all()?;
        log.mark_synced()?;
        let payloads = payloads.into_iter().map(|(at, payload)| (at, payload.to_vec())).collect();
        Ok(Opened { log, payloads, cut })
    }

    /// Adds a frame. When this returns it is durable, and marked as such.
    pub fn append(&mut self, payload: &[u8]) -> Result<()> {
        let frame = scan::frame(self.salt, self.sequence, payload);
        self.file.seek(SeekFrom::Start(self.end))?;
        if crash::is_due(Place::HalfWritten) {
            self.file.write_all(&frame[..frame.len() / 2])?;
            crash::now();
        }
        self.file.write_all(&frame)?;
        if crash::is_due(Place::BeforeSync) {
            crash::now();
        }
        if crash::is_due(Place::LostWrite) {
            self.file.set_len(self.end)?;
            crash::now();
        }
        self.file.sync_data().with_context(|| format!("syncing {}", self.path.display()))?;
        if crash::is_due(Place::AfterSync) {
            crash::now();
        }
        self.end += frame.len() as u64;
        self.sequence += 1;
        self.mark_synced()
    }

    /// Not synced itself: the next frame's sync takes it along. A mark that is lost with the
    /// power only makes the judgement of the last frame milder.
    fn mark_synced(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::Start(SECTOR as u64))?;
        Ok(self.file.write_all(&scan::mark(self.salt, self.end))?)
    }
}

/// The refusal to work with a damaged log.
pub fn damaged(path: &Path, offset: u64, what: &str) -> anyhow::Error {
    anyhow!(
        "{}, offset {offset}: {what}.\n\
         This is damage, not the trace of a crash: entries or a vote that others rely on may be \
         lost. Nothing was changed.\n\
         Bring the file back as it was. If that is impossible, this server has lost its disk: \
         move its directory away, remove the server from the cluster (kv members remove), start \
         it again with an empty directory (kv join), and add it (kv members add).",
        path.display()
    )
}
