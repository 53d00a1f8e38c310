//! What is going to happen, in one total order.
//!
//! Ties in time are broken by class and content, never by the order of insertion: an extra
//! message must not change which of two others comes first.

use super::place::Place;
use super::script::PacketKind;
use crate::raft::NodeId;
use crate::time::Instant;
use alloc::vec::Vec;

/// Something due. The derived order is the order in which things of one moment happen; lines of
/// the script come before all of them and timers of servers after.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Due {
    /// A flight ends, in one way or the other.
    Flight(FlightKey),
    /// A disk finishes a write.
    Synced { server: NodeId, token: u64 },
    /// A client looks up.
    Client { client: u32, wake: Wake },
}

/// What a flight is, and last which of equal ones.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct FlightKey {
    pub(super) to: Place,
    pub(super) from: Place,
    pub(super) kind: PacketKind,
    pub(super) term: u64,
    pub(super) index: u64,
    pub(super) nth: u32,
    pub(super) id: u64,
}

/// Why a client looks up.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Wake {
    /// No answer to this attempt of this call.
    Retry { call: u64, attempt: u32 },
    /// The background workload's next call.
    Background { number: u64 },
}

/// Due things, the next one last.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    pub(super) items: Vec<(Instant, Due)>,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Instant, due: Due) {
        let place = self.items.partition_point(|item| *item > (at, due));
        self.items.insert(place, (at, due));
    }

    pub(super) fn next_at(&self) -> Option<Instant> {
        self.items.last().map(|(at, _)| *at)
    }

    pub(super) fn take_next(&mut self) -> Option<Due> {
        self.items.pop().map(|(_, due)| due)
    }

    pub(super) fn remove_flight(&mut self, id: u64) {
        self.retain(|due| !matches!(due, Due::Flight(key) if key.id == id));
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Due) -> bool) {
        self.items.retain(|(_, due)| keep(due));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_one_moment_does_not_depend_on_insertion() {
        let dues: Vec<Due> = (0..3)
            .flat_map(|n| {
                let wake = Wake::Background { number: n };
                let synced = Due::Synced { server: NodeId(n as u32), token: 1 };
                [synced, Due::Client { client: 1, wake }]
            })
            .collect();
        let drain = |order: &mut dyn Iterator<Item = &Due>| {
            let mut agenda = Agenda::default();
            order.for_each(|&due| agenda.add(Instant(5), due));
            core::iter::from_fn(|| agenda.take_next()).collect::<Vec<_>>()
        };
        let sorted = drain(&mut dues.iter());
        assert_eq!(sorted, drain(&mut dues.iter().rev()));
        assert!(sorted.is_sorted());
    }
}
