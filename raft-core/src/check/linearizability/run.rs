//! What the judge of linearizability sees of a world: calls, answers, and copies of commands.
//!
//! Without a session a command that arrives at a leader twice may be applied twice (thesis §6.3):
//! that is a promise which Raft does not make, and Exactly Once judges those it makes. So each
//! arrival of such a command but the first counts as one more effect that it may have, then or
//! later. One at a server that does not lead leaves nothing.

use super::history::{Action, Answer};
use super::live::Live;
use crate::check::{Breach, Property};
use crate::raft::{Encoding, NodeId};
use crate::sim::kv::{Command, Logged};
use crate::sim::place::Place;
use crate::sim::{self, Flight, Happening, Packet, Record, World};
use alloc::vec::Vec;

/// The judge of a run.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Linearizability {
    live: Live,
    /// Of each client its last call that arrived at a leader.
    arrived: Vec<(u32, u64)>,
    /// Of each client the server that answered last.
    served: Vec<(u32, NodeId)>,
}

/// What is found: the property, and the calls that suffice to see it.
pub(in crate::check) type Found = (Breach, Vec<(u32, u64)>);

impl Linearizability {
    /// Items that a clone copies one by one.
    #[cfg(test)]
    pub(in crate::check) fn loose(&self) -> usize {
        self.live.loose()
    }

    /// Encodes it; which server answered last is for people.
    pub(in crate::check) fn canonical(&self, out: &mut Encoding) {
        let Linearizability { live, arrived, served: _ } = self;
        live.canonical(out);
        let (mark, mut sum) = (out.mark(), 0u64);
        for (client, call) in arrived {
            out.word(u64::from(*client));
            out.word(*call);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }

    /// Things happened; all that happened together.
    pub(in crate::check) fn on_records(
        &mut self,
        world: &World,
        records: &[Record],
    ) -> Option<Found> {
        let mut found = None;
        for record in records {
            match &record.what {
                Happening::Called { client, call, command } => {
                    let (key, action) = action_of(command);
                    self.live.on_called(*client, *call, key, action);
                }
                Happening::Arrived(flight) => self.on_arrival(world, flight, records.len() == 1),
                Happening::Served { server, client, .. } => set(&mut self.served, *client, *server),
                Happening::Returned { client, call, answer } => match answer {
                    sim::Answer::Done(value) => {
                        let calls = self.live.on_returned(*client, *call, Answer::Value(*value));
                        found = found.or_else(|| Some(self.breach(*client, calls?)));
                    }
                    sim::Answer::Compared { found: value, .. } => {
                        let answer = Answer::Found(*value);
                        let calls = self.live.on_returned(*client, *call, answer);
                        found = found.or_else(|| Some(self.breach(*client, calls?)));
                    }
                    sim::Answer::Lost
                    | sim::Answer::NotLeader(_)
                    | sim::Answer::Refused(_)
                    | sim::Answer::Opened(_)
                    | sim::Answer::Expired => self.live.on_lost(*client, *call),
                },
                Happening::GaveUp { client, call } => self.live.on_lost(*client, *call),
                _ => {}
            }
        }
        found
    }

    /// A message arrives; what is behind it in the same moment may make its receiver a leader
    /// only if something else arrives too.
    fn on_arrival(&mut self, world: &World, flight: &Flight, is_alone: bool) {
        let Packet::Request { call, command } = &flight.packet else { return };
        let (Place::Client(client), Place::Server(server)) = (flight.from, flight.to) else {
            return;
        };
        let Logged::Command { command, stamp: None } = command else { return };
        let leads = world.server(server).is_none_or(|server| server.node.is_leader());
        if matches!(command, Command::Get { .. }) || is_alone && !leads {
            return;
        }
        let last = self.arrived.iter().find(|(known, _)| *known == client);
        match last.map_or(0, |&(_, last)| last) {
            last if last < *call => set(&mut self.arrived, client, *call),
            _ => self.live.on_copied(client, *call),
        }
    }

    fn breach(&self, client: u32, calls: Vec<(u32, u64)>) -> Found {
        let server = self.served.iter().find(|(served, _)| *served == client);
        let servers = server.map(|&(_, server)| server).into_iter().collect();
        (Breach { property: Property::Linearizability, servers, term: 0, index: 0 }, calls)
    }
}

fn set<T>(list: &mut Vec<(u32, T)>, client: u32, value: T) {
    match list.iter_mut().find(|(known, _)| *known == client) {
        Some((_, held)) => *held = value,
        None => list.push((client, value)),
    }
}

/// What a command does, and to which key.
pub(crate) fn action_of(command: &Command) -> (&str, Action) {
    match command {
        Command::Put { key, value } => (key, Action::Put(*value)),
        Command::Add { key, value } => (key, Action::Add(*value)),
        Command::Delete { key } => (key, Action::Delete),
        Command::Get { key } => (key, Action::Get),
        Command::Cas { key, expected, value } => {
            (key, Action::CompareAndSet { expected: *expected, new: *value })
        }
    }
}
