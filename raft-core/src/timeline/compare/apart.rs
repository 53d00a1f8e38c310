//! In what the servers of two worlds differ: by what can be observed, as in the checksum.

use crate::raft::NodeId;
use crate::sim::{Server, World};
use alloc::vec::Vec;

/// A server that is not the same in both worlds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Apart {
    /// Its name.
    pub id: NodeId,
    /// In what it differs, in the order of [`Aspect`].
    pub aspects: Vec<Aspect>,
}

/// What can be observed of a server.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Aspect {
    /// There is no such server in one of them.
    Presence,
    /// Up, crashed or paused.
    Status,
    /// Follower, candidate, leader.
    Role,
    /// The term it is in.
    Term,
    /// Whom it voted for in its term.
    Vote,
    /// Its entries, or where its log begins.
    Log,
    /// How far its log is committed.
    Commit,
}

impl Aspect {
    /// Its name at the boundary.
    pub fn name(self) -> &'static str {
        match self {
            Aspect::Presence => "presence",
            Aspect::Status => "status",
            Aspect::Role => "role",
            Aspect::Term => "term",
            Aspect::Vote => "vote",
            Aspect::Log => "log",
            Aspect::Commit => "commit",
        }
    }
}

/// The servers that differ between two worlds; none when nothing that can be observed does.
pub fn apart(a: &World, b: &World) -> Vec<Apart> {
    compare(a, b, |_| Some(true))
}

/// The same of those servers, by position, that are to be looked at; and of their logs where the
/// answer says so.
pub(super) fn compare(a: &World, b: &World, looks: impl Fn(usize) -> Option<bool>) -> Vec<Apart> {
    let mut found = Vec::new();
    for at in 0..a.servers.len().max(b.servers.len()) {
        let Some(at_logs) = looks(at) else { continue };
        let aspects = match (a.servers.get(at), b.servers.get(at)) {
            (Some(one), Some(other)) => aspects(one, other, at_logs),
            (None, _) | (_, None) => alloc::vec![Aspect::Presence],
        };
        if !aspects.is_empty() {
            found.push(Apart { id: NodeId(at as u32 + 1), aspects });
        }
    }
    found
}

fn aspects(one: &Server, other: &Server, at_logs: bool) -> Vec<Aspect> {
    let (a, b) = (&one.node, &other.node);
    let differs = |aspect| match aspect {
        Aspect::Presence => false,
        Aspect::Status => one.status != other.status,
        // Who is down has no part to play.
        Aspect::Role => one.is_up() && other.is_up() && one.role() != other.role(),
        Aspect::Term => a.current_term() != b.current_term(),
        Aspect::Vote => a.voted_for() != b.voted_for(),
        Aspect::Log => at_logs && !is_same_log(one, other),
        Aspect::Commit => a.commit_index() != b.commit_index(),
    };
    Aspect::ALL.into_iter().filter(|&aspect| differs(aspect)).collect()
}

fn is_same_log(one: &Server, other: &Server) -> bool {
    let (a, b) = (one.node.log(), other.node.log());
    a.base() == b.base() && a.last() == b.last() && a.iter().eq(b.iter())
}

impl Aspect {
    /// All of them.
    pub const ALL: [Aspect; 7] = [
        Aspect::Presence,
        Aspect::Status,
        Aspect::Role,
        Aspect::Term,
        Aspect::Vote,
        Aspect::Log,
        Aspect::Commit,
    ];
}
