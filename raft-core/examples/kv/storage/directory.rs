//! The directory of a server: who it is, how often it has started, and that nobody else uses it.
//!
//! | file | what it is |
//! |---|---|
//! | `identity` | written once: without it there is no server here |
//! | `starts` | how often the server has started |
//! | `log` | the write-ahead log |
//! | `snapshot-<index>-<term>` | the latest snapshot |
//! | `lock` | held while the server runs |
//!
//! A server whose directory is gone has lost its votes and its entries. Started again under its
//! old name with nothing, it could vote a second time in a term, or elect a leader that lacks what
//! it had acknowledged. So a directory is made by a command of its own, once, and never by a start;
//! and a server that has lost it comes back as a new member with another birth (`kv join`).

use super::durable_file;
use super::log_file::LogFile;
use anyhow::{Context, Result, bail};
use raft_core::raft::NodeId;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Who a server is; never changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    /// Its name.
    pub id: NodeId,
    /// Which life of the name this is: 0 for a founder, else drawn when it was made.
    pub birth: u64,
    /// The voters the cluster was founded with; none for a server that joins.
    pub founders: Vec<NodeId>,
}

/// A directory that this process alone uses.
pub struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes a server's directory, which must be new or empty.
    pub fn make(path: &Path, identity: &Identity) -> Result<()> {
        fs::create_dir_all(path).with_context(|| format!("making {}", path.display()))?;
        if fs::read_dir(path)?.next().is_some() {
            bail!(
                "{} is not empty. A server is made in an empty directory, once; to start the one \
                 that is there, write kv serve. If there is none, since making it was cut short, \
                 empty the directory first.",
                path.display()
            );
        }
        LogFile::replace(&path.join("log"), &[])?;
        durable_file::replace_text(&path.join("starts"), "0\n")?;
        // Last, since it says that all is there.
        durable_file::replace_text(&path.join("identity"), &identity.text())?;
        let whole = path.canonicalize()?;
        whole.parent().map_or(Ok(()), durable_file::sync_directory)
    }

    /// Takes the directory of a server that is there.
    pub fn open(path: &Path) -> Result<(Directory, Identity)> {
        if !path.join("identity").exists() {
            bail!(
                "There is no server in {0}. A founder is made once, before its first start: \
                 kv init --id N --peers … --data {0}. If this server has run before, its disk is \
                 lost, and to found it again could lose what the cluster has promised: remove it \
                 (kv members remove), write kv join --id N --data {0}, start it, and add it \
                 (kv members add).",
                path.display()
            );
        }
        let lock = File::create(path.join("lock"))?;
        // Two processes on one log would write over each other.
        if fs4::FileExt::try_lock(&lock).is_err() {
            bail!("{}: another process runs this server.", path.display());
        }
        let identity = durable_file::read_text(&path.join("identity"))?;
        let identity = Identity::parse(&identity)
            .with_context(|| format!("{} is none", path.join("identity").display()))?;
        Ok((Directory { path: path.into(), _lock: lock }, identity))
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Counts a start, and returns how many there were with this one.
    pub fn count_start(&self) -> Result<u64> {
        let file = self.file("starts");
        let before: u64 = durable_file::read_text(&file)?.trim().parse()?;
        durable_file::replace_text(&file, &format!("{}\n", before + 1))?;
        Ok(before + 1)
    }

    /// Removes the snapshots that are not this one, and what a crash has left beside the files.
    pub fn tidy(&self, snapshot: Option<&str>) -> Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let is_old = name.starts_with("snapshot-") && snapshot != Some(name);
            if is_old || name.ends_with(".new") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Identity {
    fn text(&self) -> String {
        let founders: Vec<String> = self.founders.iter().map(|id| id.0.to_string()).collect();
        let Identity { id, birth, .. } = self;
        format!("raft-kv server 1\nid {}\nbirth {birth}\nfounders {}\n", id.0, founders.join(" "))
    }

    fn parse(text: &str) -> Option<Identity> {
        let mut lines = text.strip_prefix("raft-kv server 1\n")?.lines();
        let id = lines.next()?.strip_prefix("id ")?.parse().ok()?;
        let birth = lines.next()?.strip_prefix("birth ")?.parse().ok()?;
        let founders = lines.next()?.strip_prefix("founders")?.split_whitespace();
        let founders = founders.map(|id| id.parse().ok().map(NodeId)).collect::<Option<_>>()?;
        Some(Identity { id: NodeId(id), birth, founders })
    }
}
