//! What lines of the script do to single messages: deliver, drop, duplicate, delay, replay.
//!
//! A hand obeys no order and no bandwidth: what it touches flies on as the hand wants.

use super::agenda::Due;
use super::network::{Fate, Flight, Path};
use super::record::LossReason;
use super::script::{MessageName, Messages};
use super::world::World;
use crate::time::Duration;
use alloc::sync::Arc;
use alloc::vec::Vec;

impl World {
    /// Changes the flights that a line means; whether there is one. One copy for all changes: the
    /// page downloads each.
    #[inline(never)]
    pub(super) fn on_messages(
        &mut self,
        which: Messages,
        change: &dyn Fn(&mut World, Arc<Flight>),
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

    pub(super) fn kill(&mut self, flight: Arc<Flight>, why: LossReason) {
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
        self.put_back(freed);
    }

    /// The same message once more, from where it is now.
    pub(super) fn copy_flight(&mut self, flight: Arc<Flight>) {
        let at = self.network.flights.partition_point(|other| other.id < flight.id);
        self.network.flights.insert(at, flight.clone());
        let mut copy = (*flight).clone();
        copy.id = self.network.name_flight();
        if copy.fate != Fate::Waits {
            copy.path = self.rest_of_way(&copy);
            copy.fate = Fate::Arrives;
        }
        self.take_off(copy);
    }

    /// A message takes so much longer for the rest of its way. One that is held waits anyway, and
    /// arrives when a line says so.
    pub(super) fn delay_flight(&mut self, flight: Arc<Flight>, by: Duration) {
        let mut late = (*flight).clone();
        if late.fate != Fate::Waits {
            self.agenda.remove_flight(late.id);
            let from_part = late.path.part(self.now);
            let to_at = late.path.to_at + by;
            late.path = Path { from_part, from_at: self.now, to_at, ..late.path };
            self.agenda.add(to_at, Due::Flight(late.key()));
        }
        self.put_back(late);
    }

    fn put_back(&mut self, flight: Flight) {
        let at = self.network.flights.partition_point(|other| other.id < flight.id);
        self.network.flights.insert(at, Arc::new(flight));
    }

    /// Sends the latest remembered message that fits once more, whatever became of it; whether
    /// there is one. Which of like ones is not told apart: they say the same.
    #[inline(never)]
    pub(super) fn replay(&mut self, name: MessageName) -> bool {
        let name = MessageName { nth: None, ..name };
        let mut remembered = self.network.remembered.iter().rev();
        let Some(old) = remembered.find(|flight| flight.fits(&name)).cloned() else { return false };
        let nth = self.network.count_replay();
        self.send(old.from, old.to, old.packet.clone(), nth);
        true
    }
}
