//! When two things that happened in two runs are the same.

use super::Touched;
use crate::raft::NodeId;
use crate::sim::script::Script;
use crate::sim::{Flight, Happening};
use crate::timeline::checksum::Digest;
use crate::timeline::tell::tell;
use core::mem;

/// Whether something belongs to the run itself, and not to the text that drives it: a line added
/// to one of the scripts is known already, what it does is what one wants to see.
pub(super) fn counts(what: &Happening) -> bool {
    match what {
        Happening::NothingFits { .. }
        | Happening::Performed { .. }
        | Happening::Said(_)
        | Happening::Expected { .. }
        | Happening::Ended => false,
        Happening::Decided(..)
        | Happening::Sent(_)
        | Happening::Arrived(_)
        | Happening::Lost(..)
        | Happening::Writes { .. }
        | Happening::Synced { .. }
        | Happening::Applied { .. }
        | Happening::Restored { .. }
        | Happening::Served { .. }
        | Happening::ChangeDone { .. }
        | Happening::Crashed { .. }
        | Happening::Forgot { .. }
        | Happening::Corrupted { .. }
        | Happening::Unreadable { .. }
        | Happening::CutOff { .. }
        | Happening::Restarted(_)
        | Happening::Paused(_)
        | Happening::Resumed(_)
        | Happening::Wiped(_)
        | Happening::Cut(..)
        | Happening::Healed(..)
        | Happening::Called { .. }
        | Happening::Retried { .. }
        | Happening::Returned { .. }
        | Happening::GaveUp { .. } => true,
    }
}

/// Whether two things are the same but for running numbers and for when a message will arrive: as
/// far as it can be told.
pub(super) fn is_same(one: &Happening, other: &Happening, script: &Script) -> bool {
    use Happening::{Arrived, Lost, Sent, Synced, Writes};
    match (one, other) {
        (Sent(one), Sent(other)) | (Arrived(one), Arrived(other)) => is_same_flight(one, other),
        (Lost(one, why), Lost(other, reason)) => why == reason && is_same_flight(one, other),
        (
            Writes { server, hard_state, log, snapshot, token: _ },
            Writes { server: whose, hard_state: state, log: part, snapshot: of, token: _ },
        ) => (server, hard_state, log, snapshot) == (whose, state, part, of),
        (Synced { server, .. }, Synced { server: whose, .. }) => server == whose,
        (one, other) => {
            mem::discriminant(one) == mem::discriminant(other)
                && tell(one, script) == tell(other, script)
        }
    }
}

/// Whether something is what became in the other run of what is known from the first: the same,
/// or another end of the same message.
pub(super) fn becomes(known: &Happening, found: &Happening, script: &Script) -> bool {
    use Happening::{Arrived, Lost};
    match (known, found) {
        (Arrived(one) | Lost(one, _), Arrived(other) | Lost(other, _)) => {
            is_same_flight(one, other)
        }
        (known, found) => is_same(known, found, script),
    }
}

#[inline(never)]
fn is_same_flight(one: &Flight, other: &Flight) -> bool {
    let content = |flight: &Flight| {
        let mut digest = Digest::new();
        digest.packet(&flight.packet);
        digest.finish()
    };
    (one.from, one.to, one.nth) == (other.from, other.to, other.nth)
        && content(one) == content(other)
}

impl Touched {
    /// Something happened that can have changed a server's state, or even its log.
    pub(super) fn by(&mut self, what: &Happening) {
        let (server, log) = match what {
            Happening::Decided(server, _)
            | Happening::Corrupted { server, .. }
            | Happening::Unreadable { server, .. }
            | Happening::Paused(server)
            | Happening::Resumed(server) => (*server, false),
            Happening::Writes { server, log, snapshot, .. } => {
                (*server, log.is_some() || snapshot.is_some())
            }
            Happening::Restored { server, .. }
            | Happening::Crashed { server, .. }
            | Happening::Forgot { server, .. }
            | Happening::CutOff { server, .. } => (*server, true),
            Happening::Restarted(server) | Happening::Wiped(server) => (*server, true),
            Happening::Sent(_)
            | Happening::Arrived(_)
            | Happening::Lost(..)
            | Happening::Synced { .. }
            | Happening::Applied { .. }
            | Happening::Served { .. }
            | Happening::ChangeDone { .. }
            | Happening::Cut(..)
            | Happening::Healed(..)
            | Happening::Called { .. }
            | Happening::Retried { .. }
            | Happening::Returned { .. }
            | Happening::GaveUp { .. }
            | Happening::NothingFits { .. }
            | Happening::Performed { .. }
            | Happening::Said(_)
            | Happening::Expected { .. }
            | Happening::Ended => return,
        };
        let bit = bit(server);
        self.servers |= bit;
        self.logs |= if log { bit } else { 0 };
    }
}

fn bit(server: NodeId) -> u32 {
    1 << server.0.saturating_sub(1).min(31)
}
