//! The `clients` line: how many there are, and what they do by themselves.

use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::limits;
use super::write::decimal;
use crate::sim::kv::Verb;
use crate::sim::settings::Range;
use crate::time::Duration;
use alloc::boxed::Box;
use alloc::vec;
use core::fmt::{self, Display, Formatter};

/// The clients of a run.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Clients {
    /// C1 … ; never fewer than the lines speak of.
    pub count: u32,
    /// `rate 5/s`: calls per 1,000 seconds of all clients together, answered or not; 0 when they
    /// are driven by hand or think.
    pub rate: u32,
    /// `think 50..100ms`: each client calls again so long after its last call ended. It stands in
    /// the place of a rate: a slow cluster is asked less.
    pub think: Option<Range>,
    /// `keys 3`: how many keys the background calls touch, at least 1.
    pub keys: u32,
    /// `mix put 40 get 40 add 10 delete 5 cas 5`: what the background calls are.
    pub mix: Mix,
}

/// How often each kind of command is called, as weights in the order of [`Verb::ALL`]. All are 0
/// without a `mix`: then there are two puts for each get.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Mix {
    /// The weights, at most [`WEIGHT_MAX`] each.
    pub weights: [u32; 5],
}

/// The names of [`Verb::ALL`].
const VERBS: [&str; 5] = ["put", "get", "add", "delete", "cas"];

/// The largest weight.
pub const WEIGHT_MAX: u32 = 100;

/// The shortest time to think: with none a client would call without end at one moment.
const THINK_MIN: Duration = Duration::from_millis(1);

/// No client; those that come touch one key, and call only when a line says so.
impl Default for Clients {
    fn default() -> Clients {
        Clients { count: 0, rate: 0, think: None, keys: 1, mix: Mix::default() }
    }
}

impl Mix {
    /// All weights together; 0 without a `mix`.
    pub fn total(&self) -> u32 {
        self.weights.iter().sum()
    }

    /// The kind of command at a place from 0 on in the list of all, each as often in it as its
    /// weight says.
    pub fn verb(&self, place: u32) -> Verb {
        let mut left = place;
        for (verb, &weight) in Verb::ALL.into_iter().zip(&self.weights) {
            if left < weight {
                return verb;
            }
            left -= weight;
        }
        Verb::Get
    }
}

impl Cursor<'_> {
    /// What follows `clients`: `2 rate 5/s keys 3 mix put 1 get 2`.
    pub fn clients(&mut self) -> Result<Clients, Box<ScriptError>> {
        let count = self.small_number(1, limits::CLIENTS)?;
        let mut clients = Clients { count, ..Clients::default() };
        let mut choices = vec!["rate", "think", "keys", "mix"];
        while let Some(word) = self.peek_word() {
            let (rate, think) = (clients.rate > 0, clients.think.is_some());
            if let ("rate", true) | ("think", true) = (word.text, rate || think) {
                let problem = Problem::RateOrThink;
                return Err(self.error(word.span, problem));
            }
            if !choices.contains(&word.text) {
                return Err(self.unknown(word, Expected::ClientsPart, &choices));
            }
            choices.retain(|&choice| choice != word.text);
            if self.takes("rate") {
                clients.rate = self.rate()?;
            } else if self.takes("think") {
                clients.think = Some(self.range(THINK_MIN)?);
            } else if self.takes("keys") {
                clients.keys = self.small_number(1, limits::KEYS)?;
            } else if self.takes("mix") {
                clients.mix = self.mix()?;
            }
            if choices.is_empty() {
                break;
            }
        }
        Ok(clients)
    }

    /// What follows `mix`: kinds of commands with their weights, at least one.
    fn mix(&mut self) -> Result<Mix, Box<ScriptError>> {
        let mut mix = Mix::default();
        while let Some(word) = self.peek_word() {
            let Some(at) = VERBS.iter().position(|&verb| verb == word.text) else { break };
            if mix.weights[at] > 0 {
                break;
            }
            self.word(Expected::Verb)?;
            mix.weights[at] = self.small_number(1, WEIGHT_MAX)?;
        }
        if mix.total() > 0 {
            return Ok(mix);
        }
        match self.peek_word() {
            Some(word) => Err(self.unknown(word, Expected::Verb, &VERBS)),
            None => Err(self.unexpected(Expected::Verb)),
        }
    }
}

/// `2 rate 5/s keys 3`; a rate of nothing, a single key and no mix are left out.
impl Display for Clients {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)?;
        if self.rate > 0 {
            f.write_str(" rate ")?;
            decimal(f, self.rate, 3)?;
            f.write_str("/s")?;
        }
        if let Some(think) = self.think {
            write!(f, " think {think}")?;
        }
        if self.keys != Clients::default().keys {
            write!(f, " keys {}", self.keys)?;
        }
        if self.mix.total() > 0 {
            f.write_str(" mix")?;
        }
        for (verb, weight) in VERBS.iter().zip(self.mix.weights) {
            if weight > 0 {
                write!(f, " {verb} {weight}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn verbs_are_named_alike_everywhere() {
        assert_eq!(Verb::ALL.map(Verb::name), VERBS);
    }

    #[test]
    fn a_mix_gives_each_kind_its_share() {
        let mix = Mix { weights: [2, 0, 1, 0, 3] };
        let verbs: Vec<Verb> = (0..mix.total()).map(|place| mix.verb(place)).collect();
        let (put, add, cas) = (Verb::Put, Verb::Add, Verb::Cas);
        assert_eq!(verbs, [put, put, add, cas, cas, cas]);
    }
}
