//! How a message fares: what chance, cuts, bandwidth and order make of it.

use super::agenda::Due;
use super::network::{Choice, Fate, Flight, Path, Wreck};
use super::place::Place;
use super::record::{Happening, LossReason, Packet};
use super::settings::LinkSettings;
use super::size::packet_bytes;
use super::world::World;
use crate::chance::MILLION;
use crate::time::{Duration, Instant};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How many wrecks are kept.
const WRECKS: usize = 32;

/// Messages in the air at most: no sensible run comes near, and a hostile one stays bounded.
const FLIGHTS_MAX: usize = 5_000;

/// Half of the way.
const HALF: u32 = MILLION / 2;

/// The choices of a message: how long it takes, by how much the tail adds to that, whether it
/// takes longer than others, and by how much.
type Choices = [Choice; 4];

const OWN: Choices = [Choice::Latency, Choice::Tail, Choice::Reorder, Choice::ReorderBy];
const OF_COPY: Choices =
    [Choice::CopyLatency, Choice::CopyTail, Choice::CopyReorder, Choice::CopyReorderBy];

impl World {
    /// Sends a packet: from here on chance, cuts and hands decide how it fares.
    pub(super) fn transmit(&mut self, from: Place, to: Place, packet: Packet) {
        let nth = self.network.count_repeat(from, to, &packet);
        self.send(from, to, packet, nth);
    }

    /// Sends a packet that already has its number among those like it.
    pub(super) fn send(&mut self, from: Place, to: Place, packet: Packet, nth: u32) {
        let start = Path { from_part: 0, from_at: self.now, to_part: 0, to_at: self.now };
        let (sent_at, fate) = (self.now, Fate::Arrives);
        let flight = Flight { id: 0, from, to, packet, nth, sent_at, path: start, fate };
        let link = *self.settings.link(from, to);
        let copy = self.happens(&flight, Choice::Duplicate, link.duplicate);
        let second = copy.then(|| flight.clone());
        let flight = self.launch(flight, &link, OWN);
        self.network.remember(&flight);
        if let Some(flight) = second {
            self.launch(flight, &link, OF_COPY);
        }
    }

    fn launch(&mut self, mut flight: Flight, link: &LinkSettings, choices: Choices) -> Arc<Flight> {
        flight.id = self.network.name_flight();
        let whole = self.travel_time(&flight, link, choices);
        let (part, fate) = if self.network.flights.len() >= FLIGHTS_MAX {
            (0, Fate::Dies(LossReason::Crowded))
        } else if self.network.is_cut(flight.from, flight.to) {
            (HALF, Fate::Dies(LossReason::Cut))
        } else if self.happens(&flight, Choice::Loss, link.loss) {
            let part = flight.choice(self.seed, Choice::Place).between(300_000, 700_000);
            (part as u32, Fate::Dies(LossReason::Chance))
        } else if self.settings.holds(flight.from, flight.to) {
            (HALF, Fate::Waits)
        } else {
            (MILLION, Fate::Arrives)
        };
        let (begins, leaves) = self.wire_times(&flight, link.bandwidth);
        flight.path.from_at = begins;
        flight.path.to_part = part;
        flight.path.to_at = leaves + part_of(whole, part);
        flight.fate = fate;
        if link.ordered && fate == Fate::Arrives {
            let line = self.network.line_mut(flight.from, flight.to);
            flight.path.to_at = flight.path.to_at.max(line.last_at + Duration(1));
            line.last_at = flight.path.to_at;
        }
        self.take_off(flight)
    }

    /// How long a message flies once it is on the wire.
    #[inline(never)]
    fn travel_time(&self, flight: &Flight, link: &LinkSettings, choices: Choices) -> Duration {
        let [latency, tail, reorder, by] = choices;
        let chance = |what| flight.choice(self.seed, what);
        let mut whole = match link.latency.fixed() {
            Some(whole) => whole,
            None => link.latency.draw(chance(latency), &|| chance(tail)),
        };
        if self.happens(flight, reorder, link.reorder) {
            let more = chance(by).between(link.reorder_by.low.0, link.reorder_by.high.0);
            whole = Duration(whole.0.saturating_add(more));
        }
        // In no time at all two servers could answer each other for ever, and time would stop.
        whole.max(Duration(1))
    }

    /// When the first byte goes on the wire, and when the last one has: after all that was sent in
    /// this direction before, and as fast as the bandwidth lets it. The sender does not know what
    /// becomes of a message, so one that dies takes its place as well.
    fn wire_times(&mut self, flight: &Flight, bandwidth: u64) -> (Instant, Instant) {
        if bandwidth == 0 {
            return (self.now, self.now);
        }
        let bytes = packet_bytes(&flight.packet);
        let takes = Duration(bytes.saturating_mul(1_000_000).div_ceil(bandwidth));
        let line = self.network.line_mut(flight.from, flight.to);
        let begins = self.now.max(line.free_at);
        line.free_at = begins + takes;
        (begins, line.free_at)
    }

    fn happens(&self, flight: &Flight, what: Choice, parts_per_million: u32) -> bool {
        parts_per_million > 0 && flight.choice(self.seed, what).happens(parts_per_million)
    }

    pub(super) fn take_off(&mut self, flight: Flight) -> Arc<Flight> {
        let flight = Arc::new(flight);
        if flight.fate != Fate::Waits {
            self.agenda.add(flight.path.to_at, Due::Flight(flight.key()));
        }
        self.record(Happening::Sent(flight.clone()));
        self.network.flights.push(flight.clone());
        flight
    }

    /// A flight's path ends.
    pub(super) fn land(&mut self, id: u64) {
        let Some(flight) = self.take_flight(id) else { return };
        match flight.fate {
            Fate::Dies(why) => self.wreck(flight, why),
            Fate::Arrives | Fate::Waits => self.deliver(flight),
        }
    }

    #[inline(never)]
    pub(super) fn take_flight(&mut self, id: u64) -> Option<Arc<Flight>> {
        let at = self.network.flights.binary_search_by_key(&id, |flight| flight.id).ok()?;
        Some(self.network.flights.remove(at))
    }

    /// Takes messages that wait out of the air, as if they had never been sent.
    pub fn forget_messages(&mut self, is_meant: &dyn Fn(&World, &Flight) -> bool) {
        let mut flights = core::mem::take(&mut self.network.flights);
        flights.retain(|flight| flight.fate != Fate::Waits || !is_meant(self, flight));
        self.network.flights = flights;
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

    /// From where a flight is to its goal, as fast as the link is now.
    #[inline(never)]
    pub(super) fn rest_of_way(&self, flight: &Flight) -> Path {
        let link = self.settings.link(flight.from, flight.to);
        let calm = LinkSettings { reorder: 0, ..*link };
        let whole = self.travel_time(flight, &calm, OF_COPY);
        let from_part = flight.path.part(self.now);
        let rest = part_of(whole, MILLION - from_part);
        Path { from_part, from_at: self.now, to_part: MILLION, to_at: self.now + rest }
    }

    /// Cuts a direction: what is on it dies where it is.
    #[inline(never)]
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
    #[inline(never)]
    pub(super) fn heal(&mut self, from: Place, to: Place) {
        if let Ok(at) = self.network.cuts.binary_search(&(from, to)) {
            self.network.cuts.remove(at);
            self.record(Happening::Healed(from, to));
        }
    }

    /// Cuts, both ways, every link between two places that are in groups and in none together. A
    /// place in several groups sees them all; one that is in none keeps all its links.
    #[inline(never)]
    pub(super) fn partition(&mut self, groups: &[Vec<Place>]) {
        // Each place with its groups as bits; no line has more of them.
        let mut places: Vec<(Place, u64)> = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            for &place in group {
                let bit = 1 << number.min(63);
                match places.iter_mut().find(|(known, _)| *known == place) {
                    Some((_, bits)) => *bits |= bit,
                    None => places.push((place, bit)),
                }
            }
        }
        for (at, &(here, bits)) in places.iter().enumerate() {
            for &(there, others) in &places[at + 1..] {
                if bits & others == 0 {
                    self.cut(here, there);
                    self.cut(there, here);
                }
            }
        }
    }
}

fn part_of(whole: Duration, part: u32) -> Duration {
    Duration((u128::from(whole.0) * u128::from(part) / u128::from(MILLION)) as u64)
}
