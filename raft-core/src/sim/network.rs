//! What is in the air, and how it fares.

use super::agenda::{Due, FlightKey};
use super::place::Place;
use super::record::{Happening, LossReason, Packet};
use super::script::{MessageName, Messages, PacketKind};
use super::settings::LinkSettings;
use super::world::World;
use crate::chance::{Chance, MILLION};
use crate::time::{Duration, Instant};
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

/// How many wrecks are kept.
const WRECKS: usize = 32;

/// Messages in the air at most: no sensible run comes near, and a hostile one stays bounded.
const FLIGHTS_MAX: usize = 5_000;

/// Half of the way.
const HALF: u32 = MILLION / 2;

/// The state of the network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Messages in the air, in the order of sending.
    pub flights: Vec<Arc<Flight>>,
    /// Messages that died lately, oldest first.
    pub wrecks: VecDeque<Wreck>,
    /// Cut directions, sender first, in order.
    pub cuts: Vec<(Place, Place)>,
    next_id: u64,
    /// For each sender, receiver and kind what was sent last.
    repeats: Vec<((Place, Place, PacketKind), Repeat)>,
}

/// What was sent last, and how often in a row before.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    term: u64,
    index: u64,
    nth: u32,
}

/// What a choice of the network is for.
#[derive(Clone, Copy)]
enum Choice {
    Latency,
    Loss,
    Place,
    Duplicate,
    CopyLatency,
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

    fn choice(&self, seed: u64, what: Choice) -> Chance {
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

    fn count_repeat(&mut self, from: Place, to: Place, packet: &Packet) -> u32 {
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

impl World {
    /// Sends a packet: from here on chance, cuts and hands decide how it fares.
    pub(super) fn transmit(&mut self, from: Place, to: Place, packet: Packet) {
        let nth = self.network.count_repeat(from, to, &packet);
        let start = Path { from_part: 0, from_at: self.now, to_part: 0, to_at: self.now };
        let (sent_at, fate) = (self.now, Fate::Arrives);
        let flight = Flight { id: 0, from, to, packet, nth, sent_at, path: start, fate };
        let link = *self.settings.link(from, to);
        let copy = self.happens(&flight, Choice::Duplicate, link.duplicate);
        let second = copy.then(|| flight.clone());
        self.launch(flight, link, Choice::Latency);
        if let Some(flight) = second {
            self.launch(flight, link, Choice::CopyLatency);
        }
    }

    fn launch(&mut self, mut flight: Flight, link: LinkSettings, latency: Choice) {
        self.network.next_id += 1;
        flight.id = self.network.next_id;
        let (low, high) = (link.latency.low.0, link.latency.high.0);
        // In no time at all two servers could answer each other for ever, and time would stop.
        let whole = flight.choice(self.seed, latency).between(low, high).max(1);
        let (part, fate) = if self.network.flights.len() >= FLIGHTS_MAX {
            (0, Fate::Dies(LossReason::Crowded))
        } else if self.network.is_cut(flight.from, flight.to) {
            (HALF, Fate::Dies(LossReason::Cut))
        } else if self.happens(&flight, Choice::Loss, link.loss) {
            let part = flight.choice(self.seed, Choice::Place).between(300_000, 700_000);
            (part as u32, Fate::Dies(LossReason::Chance))
        } else if self.settings.manual_network {
            (HALF, Fate::Waits)
        } else {
            (MILLION, Fate::Arrives)
        };
        flight.path.to_part = part;
        flight.path.to_at = self.now + part_of(Duration(whole), part);
        flight.fate = fate;
        self.take_off(flight);
    }

    fn happens(&self, flight: &Flight, what: Choice, parts_per_million: u32) -> bool {
        parts_per_million > 0 && flight.choice(self.seed, what).happens(parts_per_million)
    }

    fn take_off(&mut self, flight: Flight) {
        let flight = Arc::new(flight);
        if flight.fate != Fate::Waits {
            self.agenda.add(flight.path.to_at, Due::Flight(flight.key()));
        }
        self.record(Happening::Sent(flight.clone()));
        self.network.flights.push(flight);
    }

    /// A flight's path ends.
    pub(super) fn land(&mut self, id: u64) {
        let Some(flight) = self.take_flight(id) else { return };
        match flight.fate {
            Fate::Dies(why) => self.wreck(flight, why),
            Fate::Arrives | Fate::Waits => self.deliver(flight),
        }
    }

    fn take_flight(&mut self, id: u64) -> Option<Arc<Flight>> {
        let at = self.network.flights.binary_search_by_key(&id, |flight| flight.id).ok()?;
        Some(self.network.flights.remove(at))
    }

    /// A message is gone, at the end of its path.
    pub(super) fn wreck(&mut self, flight: Arc<Flight>, why: LossReason) {
        let wreck = Wreck { flight: flight.clone(), died_at: self.now };
        self.network.wrecks.push_back(wreck);
        if self.network.wrecks.len() > WRECKS {
            self.network.wrecks.pop_front();
        }
        self.record(Happening::Lost(flight, why));
    }

    /// Changes the flights that a line means; whether there is one.
    pub(super) fn on_messages(
        &mut self,
        which: Messages,
        change: fn(&mut World, Arc<Flight>),
    ) -> bool {
        let flights = self.network.flights.iter();
        let meant: Vec<u64> = match which {
            Messages::All => flights.map(|flight| flight.id).collect(),
            Messages::One(name) => flights
                .filter(|flight| flight.fits(&name))
                .map(|flight| flight.id)
                .take(1)
                .collect(),
        };
        for &id in &meant {
            if let Some(flight) = self.take_flight(id) {
                change(self, flight);
            }
        }
        !meant.is_empty()
    }

    /// A message dies where it is.
    pub(super) fn drop_flight(&mut self, flight: Arc<Flight>) {
        self.kill(flight, LossReason::Dropped);
    }

    fn kill(&mut self, flight: Arc<Flight>, why: LossReason) {
        self.agenda.remove_flight(flight.id);
        let mut dead = (*flight).clone();
        dead.path.to_part = dead.path.part(self.now);
        dead.path.to_at = self.now;
        dead.fate = Fate::Dies(why);
        self.wreck(Arc::new(dead), why);
    }

    /// A held message flies on; one that flies already is not hurried.
    pub(super) fn release_flight(&mut self, flight: Arc<Flight>) {
        let mut freed = (*flight).clone();
        if freed.fate == Fate::Waits {
            freed.path = self.rest_of_way(&freed);
            freed.fate = Fate::Arrives;
            self.agenda.add(freed.path.to_at, Due::Flight(freed.key()));
        }
        let at = self.network.flights.partition_point(|other| other.id < freed.id);
        self.network.flights.insert(at, Arc::new(freed));
    }

    /// The same message once more, from where it is now.
    pub(super) fn copy_flight(&mut self, flight: Arc<Flight>) {
        let at = self.network.flights.partition_point(|other| other.id < flight.id);
        self.network.flights.insert(at, flight.clone());
        let mut copy = (*flight).clone();
        self.network.next_id += 1;
        copy.id = self.network.next_id;
        if copy.fate != Fate::Waits {
            copy.path = self.rest_of_way(&copy);
            copy.fate = Fate::Arrives;
        }
        self.take_off(copy);
    }

    /// From where a flight is to its goal, as fast as the link is now.
    fn rest_of_way(&self, flight: &Flight) -> Path {
        let link = self.settings.link(flight.from, flight.to);
        let (low, high) = (link.latency.low.0, link.latency.high.0);
        let whole = flight.choice(self.seed, Choice::CopyLatency).between(low, high).max(1);
        let from_part = flight.path.part(self.now);
        let rest = part_of(Duration(whole), MILLION - from_part);
        Path { from_part, from_at: self.now, to_part: MILLION, to_at: self.now + rest }
    }

    /// Cuts a direction: what is on it dies where it is.
    pub(super) fn cut(&mut self, from: Place, to: Place) {
        let Err(at) = self.network.cuts.binary_search(&(from, to)) else { return };
        self.network.cuts.insert(at, (from, to));
        self.record(Happening::Cut(from, to));
        let on_it = |flight: &&Arc<Flight>| (flight.from, flight.to) == (from, to);
        let ids: Vec<u64> =
            self.network.flights.iter().filter(on_it).map(|flight| flight.id).collect();
        for id in ids {
            if let Some(flight) = self.take_flight(id) {
                self.kill(flight, LossReason::Cut);
            }
        }
    }

    /// Heals a direction.
    pub(super) fn heal(&mut self, from: Place, to: Place) {
        if let Ok(at) = self.network.cuts.binary_search(&(from, to)) {
            self.network.cuts.remove(at);
            self.record(Happening::Healed(from, to));
        }
    }
}

fn part_of(whole: Duration, part: u32) -> Duration {
    Duration((u128::from(whole.0) * u128::from(part) / u128::from(MILLION)) as u64)
}
