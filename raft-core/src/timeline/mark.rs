//! What a timeline is painted with: the moments that one looks for.

use crate::raft::{Decision, Term};
use crate::sim::{Happening, Record};
use crate::time::Instant;

/// A moment worth a mark.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// The event after which it is so, counted from 1.
    pub event: u64,
    /// What.
    pub kind: MarkKind,
    /// The term it concerns; 0 where none does.
    pub term: Term,
    /// The server, or 0.
    pub server: u32,
    /// An index or a caption's number, or 0.
    pub number: u64,
}

/// Kinds of marks.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MarkKind {
    /// A server stands for election.
    Election,
    /// A server is elected.
    Leader,
    /// A leader gives up its role.
    StepsDown,
    /// A server crashes.
    Crash,
    /// A server restarts.
    Restart,
    /// A server pauses.
    Pause,
    /// A server resumes.
    Resume,
    /// A link is cut.
    Cut,
    /// A link is healed.
    Heal,
    /// A leader commits.
    Commit,
    /// A caption is said.
    Caption,
    /// A judge finds something.
    Finding,
    /// For a while the cluster could work and did not.
    Stall,
}

impl MarkKind {
    /// Its name at the boundary.
    pub fn name(self) -> &'static str {
        match self {
            MarkKind::Election => "election",
            MarkKind::Leader => "leader",
            MarkKind::StepsDown => "steps-down",
            MarkKind::Crash => "crash",
            MarkKind::Restart => "restart",
            MarkKind::Pause => "pause",
            MarkKind::Resume => "resume",
            MarkKind::Cut => "cut",
            MarkKind::Heal => "heal",
            MarkKind::Commit => "commit",
            MarkKind::Caption => "caption",
            MarkKind::Finding => "finding",
            MarkKind::Stall => "stall",
        }
    }
}

/// The mark that something leaves, if it leaves one.
pub(super) fn mark(record: &Record, event: u64) -> Option<Mark> {
    let at = record.at;
    let mark = |kind, term, server, number| Mark { at, event, kind, term, server, number };
    Some(match &record.what {
        Happening::Decided(server, decision) => match *decision {
            Decision::Campaigns { term, .. } => mark(MarkKind::Election, term, server.0, 0),
            Decision::Leads { term, .. } => mark(MarkKind::Leader, term, server.0, 0),
            Decision::EntersTerm { from, led: true, .. } => {
                mark(MarkKind::StepsDown, from, server.0, 0)
            }
            Decision::StepsDown { term } | Decision::LeavesCluster { term } => {
                mark(MarkKind::StepsDown, term, server.0, 0)
            }
            Decision::Commits { to, holders: 1.., .. } => mark(MarkKind::Commit, 0, server.0, to),
            _ => return None,
        },
        Happening::Crashed { server, .. } => mark(MarkKind::Crash, 0, server.0, 0),
        Happening::Restarted(server) => mark(MarkKind::Restart, 0, server.0, 0),
        Happening::Paused(server) => mark(MarkKind::Pause, 0, server.0, 0),
        Happening::Resumed(server) => mark(MarkKind::Resume, 0, server.0, 0),
        Happening::Cut(..) => mark(MarkKind::Cut, 0, 0, 0),
        Happening::Healed(..) => mark(MarkKind::Heal, 0, 0, 0),
        Happening::Said(number) => mark(MarkKind::Caption, 0, 0, *number as u64),
        _ => return None,
    })
}
