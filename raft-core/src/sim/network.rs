//! What is in the air, as values: how it fares is decided in `transmission` and `by_hand`.

use super::agenda::FlightKey;
use super::place::Place;
use super::record::{LossReason, Packet};
use super::script::{MessageName, PacketKind};
use crate::chance::Chance;
use crate::time::Instant;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A message in the air.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flight {
    /// Unique in a run; its order is the order of sending.
    pub id: u64,
    /// The sender.
    pub from: Place,
    /// The receiver.
    pub to: Place,
    /// What it carries.
    pub packet: Packet,
    /// How many like it were sent right before it.
    pub nth: u32,
    /// When it was sent.
    pub sent_at: Instant,
    /// Where it is when.
    pub path: Path,
    /// How it ends.
    pub fate: Fate,
}

/// A straight piece of a flight: from one part of the way to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Path {
    /// The part of the way at the beginning, in parts per million.
    pub from_part: u32,
    /// When it is there.
    pub from_at: Instant,
    /// The part of the way at the end.
    pub to_part: u32,
    /// When it is there.
    pub to_at: Instant,
}

/// How a flight ends.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Fate {
    /// It arrives.
    Arrives,
    /// It waits half-way for a line that says `deliver`.
    Waits,
    /// It dies where its path ends.
    Dies(LossReason),
}

/// A message that died, kept a while to be drawn.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wreck {
    /// What it was; its path ends where it died.
    pub flight: Arc<Flight>,
    /// When it died.
    pub died_at: Instant,
}

/// How many messages are remembered, to be replayed.
const REMEMBERED: usize = 256;

/// What the `nth` of a replayed message begins with: no other is so large.
const REPLAYS: u32 = 1 << 31;

/// The state of the network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Messages in the air, in the order of sending.
    pub flights: Vec<Arc<Flight>>,
    /// Messages that died lately, oldest first.
    pub wrecks: VecDeque<Wreck>,
    /// Cut directions, sender first, in order.
    pub cuts: Vec<(Place, Place)>,
    /// Messages sent lately, arrived or not, oldest first: what `replay` sends again. Of those
    /// that say the same as the one before them, such as heartbeats, only the first is here.
    pub remembered: VecDeque<Arc<Flight>>,
    pub(super) next_id: u64,
    /// How many messages have been replayed.
    pub(super) replays: u32,
    /// For each sender, receiver and kind what was sent last.
    pub(super) repeats: Vec<((Place, Place, PacketKind), Repeat)>,
    /// For each direction with a bandwidth or an order how far it is taken.
    pub(super) lines: Vec<((Place, Place), Line)>,
}

/// How far one direction of a link is taken by what was sent before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// When the last byte of what waits to be sent will be on its way.
    pub(super) free_at: Instant,
    /// When the last message arrives.
    pub(super) last_at: Instant,
}

/// What was sent last, and how often in a row before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeat {
    term: u64,
    index: u64,
    nth: u32,
}

/// What a choice of the network is for.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    Latency,
    Loss,
    Place,
    Duplicate,
    CopyLatency,
    Tail,
    CopyTail,
    Reorder,
    CopyReorder,
    ReorderBy,
    CopyReorderBy,
}

impl Path {
    /// The part of the way at a moment, in parts per million.
    pub fn part(&self, now: Instant) -> u32 {
        let whole = self.to_at.since(self.from_at).0;
        if now >= self.to_at || whole == 0 {
            return self.to_part;
        }
        let gone = u128::from(now.since(self.from_at).0);
        let way = u128::from(self.to_part.saturating_sub(self.from_part));
        self.from_part + (gone * way / u128::from(whole)) as u32
    }
}

impl Flight {
    pub(super) fn key(&self) -> FlightKey {
        FlightKey {
            to: self.to,
            from: self.from,
            kind: self.packet.kind(),
            term: self.packet.term(),
            index: self.packet.index(),
            nth: self.nth,
            id: self.id,
        }
    }

    /// Whether it was sent again by a line.
    pub fn is_replay(&self) -> bool {
        self.nth >= REPLAYS
    }

    /// Whether a name fits this message.
    pub fn fits(&self, name: &MessageName) -> bool {
        let key = self.key();
        (name.from, name.to) == (self.from, self.to)
            && name.kind.is_none_or(|kind| kind == key.kind)
            && name.term.is_none_or(|term| term == key.term)
            && name.index.is_none_or(|index| index == key.index)
            && name.nth.is_none_or(|nth| nth == key.nth)
    }

    /// The name that finds this message again.
    pub fn name(&self) -> MessageName {
        let FlightKey { to, from, kind, term, index, nth, .. } = self.key();
        let is_raft = matches!(self.packet, Packet::Raft(_));
        MessageName {
            from,
            to,
            kind: Some(kind),
            term: is_raft.then_some(term),
            index: Some(index),
            nth: Some(nth),
        }
    }

    pub(super) fn choice(&self, seed: u64, what: Choice) -> Chance {
        let FlightKey { to, from, kind, term, index, nth, .. } = self.key();
        let (from, to) = (from.number() as u64, to.number() as u64);
        let words = [what as u64, from, to, kind as u64, term, index, u64::from(nth)];
        Chance::of(seed, &words)
    }
}

impl Network {
    /// Whether a direction is cut.
    pub fn is_cut(&self, from: Place, to: Place) -> bool {
        self.cuts.binary_search(&(from, to)).is_ok()
    }

    pub(super) fn name_flight(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// How far a direction is taken.
    pub(super) fn line_mut(&mut self, from: Place, to: Place) -> &mut Line {
        let found = self.lines.binary_search_by(|(held, _)| held.cmp(&(from, to)));
        let at = found.unwrap_or_else(|at| {
            self.lines.insert(at, ((from, to), Line::default()));
            at
        });
        &mut self.lines[at].1
    }

    pub(super) fn remember(&mut self, flight: &Arc<Flight>) {
        if flight.nth > 0 {
            return;
        }
        if self.remembered.len() == REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back(flight.clone());
    }

    /// The `nth` of the next replay, so that its choices are its own.
    pub(super) fn count_replay(&mut self) -> u32 {
        self.replays = self.replays.wrapping_add(1);
        REPLAYS | self.replays
    }

    pub(super) fn count_repeat(&mut self, from: Place, to: Place, packet: &Packet) -> u32 {
        let key = (from, to, packet.kind());
        let (term, index) = (packet.term(), packet.index());
        match self.repeats.binary_search_by(|(held, _)| held.cmp(&key)) {
            Err(at) => {
                self.repeats.insert(at, (key, Repeat { term, index, nth: 0 }));
                0
            }
            Ok(at) => {
                let last = &mut self.repeats[at].1;
                let is_same = (last.term, last.index) == (term, index);
                *last = Repeat { term, index, nth: if is_same { last.nth + 1 } else { 0 } };
                last.nth
            }
        }
    }
}
