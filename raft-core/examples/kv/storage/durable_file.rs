//! Files that are replaced as a whole and are, whatever happens, the old one or the new one.

use crate::crash::{self, Place};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Puts a file with these bytes in the place of the one of that name, durably.
///
/// Written beside it, synced, renamed, and the directory synced: without the last step a power
/// cut may undo the rename after it was relied on.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("new");
    let written = || -> Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if crash::is_due(Place::BeforeRename) {
            crash::now();
        }
        fs::rename(&beside, path)?;
        sync_directory(path.parent().context("a file is in a directory")?)
    };
    written().with_context(|| format!("writing {}", path.display()))
}

/// Makes the names in a directory durable. Only where directories can be opened.
pub fn sync_directory(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

/// A short text and its checksum, for facts that are written rarely and that a person may want
/// to look at.
pub fn replace_text(path: &Path, text: &str) -> Result<()> {
    replace(path, format!("{text}checksum {:08x}\n", crc32c::crc32c(text.as_bytes())).as_bytes())
}

/// Reads such a text back.
pub fn read_text(path: &Path) -> Result<String> {
    let whole = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let Some((text, checksum)) = whole.trim_end().rsplit_once("checksum ") else {
        bail!("{}: the last line has to be its checksum", path.display());
    };
    let expected = format!("{:08x}", crc32c::crc32c(text.as_bytes()));
    if checksum != expected {
        bail!("{}: its checksum is {expected}, and it says {checksum}", path.display());
    }
    Ok(text.to_string())
}
