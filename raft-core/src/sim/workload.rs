//! What clients call by themselves, when the script has a background workload.
//!
//! With a rate they call whether they were answered or not, as users who do not know of each
//! other do; a client whose call is still open leaves one out. With a time to think each calls
//! again after its last call has ended, as a program does.

use super::agenda::{Due, Wake};
use super::kv::{Command, Verb};
use super::world::World;
use crate::chance::Chance;
use crate::time::Duration;
use alloc::string::{String, ToString};

/// Words of keyed choices that no packet kind has.
const BACKGROUND: u64 = 100;
const COMMAND: u64 = 101;
const KIND: u64 = 102;
const AMOUNT: u64 = 103;

impl World {
    /// Plans each client's first background call.
    pub(super) fn begin_workload(&mut self) {
        for client in 1..=self.clients.len() as u32 {
            self.plan_at_rate(client, 0);
            self.think(client);
        }
    }

    /// The time for a background call has come.
    pub(super) fn on_background(&mut self, client: u32, number: u64) {
        let Some(actor) = self.client_mut(client) else { return };
        actor.is_thinking = false;
        if actor.waiting.is_none() {
            let command = self.background_command(client, number);
            self.call(client, command);
        }
        self.plan_at_rate(client, number + 1);
    }

    /// Plans a client's next background call: intervals vary by half of their mean.
    fn plan_at_rate(&mut self, client: u32, number: u64) {
        let (rate, count) = (u64::from(self.script.clients.rate), self.clients.len() as u64);
        if rate == 0 {
            return;
        }
        let mean = 1_000_000_000 * count / rate;
        let chance = Chance::of(self.seed, &[BACKGROUND, u64::from(client), number]);
        self.plan_background(client, number, chance.between(mean / 2, mean * 3 / 2));
    }

    /// A client that has no open call thinks of its next one, unless it does already.
    pub(super) fn think(&mut self, client: u32) {
        let (seed, think) = (self.seed, self.script.clients.think);
        let (Some(think), Some(actor)) = (think, self.client_mut(client)) else { return };
        if core::mem::replace(&mut actor.is_thinking, true) {
            return;
        }
        let number = actor.thoughts;
        actor.thoughts += 1;
        let chance = Chance::of(seed, &[BACKGROUND, u64::from(client), number]);
        self.plan_background(client, number, chance.between(think.low.0, think.high.0));
    }

    fn plan_background(&mut self, client: u32, number: u64, interval: u64) {
        let wake = Wake::Background { number };
        self.agenda.add(self.now + Duration(interval.max(1)), Due::Client { client, wake });
    }

    /// What a client calls. What it puts or swaps in is a value that nobody else does, so that a
    /// read tells its write; only adding may lead to the same once more.
    fn background_command(&self, client: u32, number: u64) -> Command {
        let choice = |word| Chance::of(self.seed, &[word, u64::from(client), number]);
        let (clients, chance) = (self.script.clients, choice(COMMAND));
        let key = key_name(chance.between(0, u64::from(clients.keys.max(1)) - 1));
        let value = (number * self.clients.len() as u64 + u64::from(client)) as i64;
        let verb = match clients.mix.total() {
            // Two puts for each get.
            0 if chance.bits() % 3 == 0 => Verb::Get,
            0 => Verb::Put,
            total => clients.mix.verb(choice(KIND).between(0, u64::from(total) - 1) as u32),
        };
        match verb {
            Verb::Put => Command::Put { key, value },
            Verb::Get => Command::Get { key },
            Verb::Add => Command::Add { key, value: choice(AMOUNT).between(1, 9) as i64 },
            Verb::Delete => Command::Delete { key },
            Verb::Cas => {
                let known = self.clients.get(client as usize - 1);
                let expected = known.and_then(|client| client.known_value(&key));
                Command::Cas { key, expected, value }
            }
        }
    }
}

/// x, y, z, then a, b, c and so on.
fn key_name(number: u64) -> String {
    let letter = b'a' + ((number + 23) % 26) as u8;
    char::from(letter).to_string()
}
