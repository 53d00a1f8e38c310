//! The places between which messages fly.

use crate::raft::NodeId;
use core::fmt;

/// A server or a client.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// `S1` and so on.
    Server(NodeId),
    /// `C1` and so on.
    Client(u32),
}

/// A link between two places: one direction (`S1>S3`) or both (`S1-S3`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Link {
    /// One end; the sender's, if it is one direction.
    pub from: Place,
    /// The other end.
    pub to: Place,
    /// Whether both directions are meant.
    pub both: bool,
}

impl Place {
    /// A number that names this place among all: for keyed choices and the boundary.
    /// Servers are positive, clients negative.
    pub fn number(self) -> i64 {
        match self {
            Place::Server(id) => i64::from(id.0),
            Place::Client(id) => -i64::from(id),
        }
    }

    /// The server, if it is one.
    pub fn server(self) -> Option<NodeId> {
        match self {
            Place::Server(id) => Some(id),
            Place::Client(_) => None,
        }
    }
}

impl Link {
    /// The one or two directions that are meant, sender first.
    pub fn directions(self) -> impl Iterator<Item = (Place, Place)> {
        let back = self.both.then_some((self.to, self.from));
        core::iter::once((self.from, self.to)).chain(back)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Server(id) => id.fmt(f),
            Place::Client(id) => write!(f, "C{id}"),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.from, if self.both { "-" } else { ">" }, self.to)
    }
}
