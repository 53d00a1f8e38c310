//! Places at which the process ends itself when it is told to: crashes that a kill from outside
//! would hit once in a thousand times.
//!
//! `KV_CRASH=before-sync:5` in the environment ends the process at the fifth time it is at that
//! place. Without the variable nothing here does anything.
//!
//! | place | what the disk holds then |
//! |---|---|
//! | `half-written` | the first half of a frame of the log |
//! | `before-sync` | a whole frame that was never synced |
//! | `lost-write` | nothing of the frame: what a power cut may make of an unsynced write |
//! | `after-sync` | a synced frame that nobody was told of, and that is not marked as synced |
//! | `before-rename` | a new snapshot, or log, that has not taken the place of the old one |

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place to crash at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// Half a frame is written.
    HalfWritten,
    /// A frame is written and not synced.
    BeforeSync,
    /// A frame is written, and the operating system loses it.
    LostWrite,
    /// A frame is synced and not reported.
    AfterSync,
    /// A file is written and synced beside the one that it is to replace.
    BeforeRename,
}

const NAMES: [(&str, Place); 5] = [
    ("half-written", Place::HalfWritten),
    ("before-sync", Place::BeforeSync),
    ("lost-write", Place::LostWrite),
    ("after-sync", Place::AfterSync),
    ("before-rename", Place::BeforeRename),
];

/// Where to crash, and at which visit.
static PLAN: OnceLock<Option<(Place, u64)>> = OnceLock::new();
static VISITS: AtomicU64 = AtomicU64::new(0);

/// Whether this visit is the one to crash at: the caller leaves the disk as the place says, and
/// calls [`now`].
pub fn is_due(place: Place) -> bool {
    let plan = PLAN.get_or_init(|| {
        std::env::var("KV_CRASH").ok().map(|text| {
            read(&text).unwrap_or_else(|| panic!("KV_CRASH={text}: write before-sync:5 or such"))
        })
    });
    match plan {
        Some((planned, visit)) if *planned == place => {
            VISITS.fetch_add(1, Ordering::Relaxed) + 1 == *visit
        }
        Some(_) | None => false,
    }
}

/// Ends the process as a kill would: nothing is flushed, closed or dropped.
pub fn now() -> ! {
    eprintln!("crashes as KV_CRASH says");
    std::process::abort()
}

fn read(text: &str) -> Option<(Place, u64)> {
    let (name, visit) = text.split_once(':')?;
    let (_, place) = NAMES.iter().find(|(known, _)| *known == name)?;
    Some((*place, visit.parse().ok()?))
}
