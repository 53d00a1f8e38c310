//! Numbers, times, places and links: what stands in a single word.

use super::Target;
use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::lexer::{Word, quote};
use super::limits;
use crate::chance::MILLION;
use crate::raft::NodeId;
use crate::sim::kv::is_key;
use crate::sim::place::{Link, Place};
use crate::sim::settings::{Delay, Range};
use crate::time::{Duration, Instant};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;

/// Why a word is no decimal number.
enum NoDecimal {
    Malformed,
    TooFine,
}

impl<'a> Cursor<'a> {
    /// A whole number between two bounds.
    #[inline(never)]
    pub fn number(&mut self, low: u64, high: u64) -> Result<u64, Box<ScriptError>> {
        let word = self.word(Expected::Number)?;
        if !is_digits(word.text) {
            return Err(self.malformed(word, Expected::Number));
        }
        let number = word.text.parse().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| self.out_of_range(word, &low, &high))
    }

    /// A whole number between two bounds where `off`, which the caller reads, can stand too.
    pub fn bound(&mut self, low: u64, high: u64) -> Result<u64, Box<ScriptError>> {
        let word = self.word(Expected::Bound)?;
        if !is_digits(word.text) {
            return Err(self.malformed(word, Expected::Bound));
        }
        let number = word.text.parse().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| {
            let low = alloc::format!("`off`, or {low}");
            self.out_of_range(word, &low, &high)
        })
    }

    /// A whole number between two bounds that fit into 32 bits.
    pub fn small_number(&mut self, low: u32, high: u32) -> Result<u32, Box<ScriptError>> {
        let number = self.number(low.into(), high.into())?;
        Ok(u32::try_from(number).unwrap_or(high))
    }

    /// A whole number that may be negative.
    pub fn integer(&mut self) -> Result<i64, Box<ScriptError>> {
        self.integer_of(Expected::Integer)
    }

    /// The same where `none`, which the caller reads, can stand too.
    pub fn value(&mut self) -> Result<i64, Box<ScriptError>> {
        self.integer_of(Expected::Value)
    }

    fn integer_of(&mut self, expected: Expected) -> Result<i64, Box<ScriptError>> {
        let word = self.word(expected)?;
        let digits = word.text.strip_prefix(['-', '+']).unwrap_or(word.text);
        if !is_digits(digits) {
            return Err(self.malformed(word, expected));
        }
        word.text.parse().map_err(|_| self.out_of_range(word, &i64::MIN, &i64::MAX))
    }

    /// `1200ms`, `5s`, `1.5ms`, `250us`, `0`; at least `low`.
    pub fn duration(&mut self, low: Duration) -> Result<Duration, Box<ScriptError>> {
        let word = self.word(Expected::Time)?;
        self.duration_in(word, "", low, Expected::Time)
    }

    /// A time since the beginning.
    pub fn instant(&mut self) -> Result<Instant, Box<ScriptError>> {
        self.duration(Duration::ZERO).map(|since_zero| Instant::ZERO + since_zero)
    }

    /// `150..300ms`, `1ms..2s`, `50ms`; at least `low`.
    pub fn range(&mut self, low: Duration) -> Result<Range, Box<ScriptError>> {
        let word = self.word(Expected::Range)?;
        let Some((from, to)) = word.split("..") else {
            let only = self.duration_in(word, "", low, Expected::Range)?;
            return Ok(Range { low: only, high: only });
        };
        if from.text.is_empty() || to.text.is_empty() {
            return Err(self.malformed(word, Expected::Range));
        }
        let unit = to.text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let high = self.duration_in(to, "", low, Expected::Range)?;
        let range = Range { low: self.duration_in(from, unit, low, Expected::Range)?, high };
        if range.low > range.high {
            let instead = Range { low: range.high, high: range.low }.to_string();
            return Err(
                self.error(word.span, Problem::Backwards { found: quote(word.text), instead })
            );
        }
        Ok(range)
    }

    /// `150..300ms tail 2s`, `50ms`: a range, and what one in a hundred passes.
    pub fn delay(&mut self) -> Result<Delay, Box<ScriptError>> {
        let Range { low, high } = self.range(Duration::ZERO)?;
        if !self.takes("tail") {
            return Ok(Delay { low, high, tail: Duration::ZERO });
        }
        let tail = self.duration(Duration(high.0 + 1))?;
        Ok(Delay { low, high, tail })
    }

    /// `+40ms`, `-1.5s` in microseconds.
    pub fn signed_duration(&mut self) -> Result<i64, Box<ScriptError>> {
        let word = self.word(Expected::Clock)?;
        let sign = if word.text.starts_with('-') { "-" } else { "+" };
        let number = word.split(sign).filter(|(before, _)| before.text.is_empty());
        let (_, number) = number.ok_or_else(|| self.malformed(word, Expected::Clock))?;
        let length = self.duration_in(number, "", Duration::ZERO, Expected::Clock)?;
        let length = i64::try_from(length.0).unwrap_or(i64::MAX);
        Ok(if sign == "-" { -length } else { length })
    }

    /// `1MB/s`, `1.5kB/s` in bytes per second; 0 for `off`.
    pub fn bandwidth(&mut self) -> Result<u64, Box<ScriptError>> {
        let word = self.word(Expected::Bandwidth)?;
        if word.text == "off" {
            return Ok(0);
        }
        let units = [("GB/s", 9), ("MB/s", 6), ("kB/s", 3), ("B/s", 0)];
        let of_unit = |&(unit, digits): &(&str, u32)| Some((word.text.strip_suffix(unit)?, digits));
        let (number, digits) = (units.iter().find_map(of_unit))
            .ok_or_else(|| self.malformed(word, Expected::Bandwidth))?;
        let bytes = self.decimal(word, number, digits, "1B/s", Expected::Bandwidth)?;
        if !(1..=limits::BANDWIDTH).contains(&bytes) {
            return Err(self.out_of_range(word, &"`off`, or 1B/s", &"100GB/s"));
        }
        Ok(bytes)
    }

    /// `5%` as parts per million.
    pub fn share(&mut self) -> Result<u32, Box<ScriptError>> {
        self.share_up_to(MILLION, "100%")
    }

    /// The same, with a bound of its own.
    pub fn share_up_to(&mut self, most: u32, name: &str) -> Result<u32, Box<ScriptError>> {
        let word = self.word(Expected::Share)?;
        let number = word.text.strip_suffix('%');
        let number = number.ok_or_else(|| self.malformed(word, Expected::Share))?;
        let parts = self.decimal(word, number, 4, "0.0001%", Expected::Share)?;
        let parts = u32::try_from(parts).ok().filter(|&parts| parts <= most);
        parts.ok_or_else(|| self.out_of_range(word, &"0%", &name))
    }

    /// `5/s` as so many in 1,000 seconds.
    pub fn rate(&mut self) -> Result<u32, Box<ScriptError>> {
        let word = self.word(Expected::Rate)?;
        let number = word.text.strip_suffix("/s");
        let number = number.ok_or_else(|| self.malformed(word, Expected::Rate))?;
        let rate = self.decimal(word, number, 3, "0.001/s", Expected::Rate)?;
        let rate = u32::try_from(rate).ok().filter(|&rate| rate <= limits::RATE * 1_000);
        let high = alloc::format!("{}/s", limits::RATE);
        rate.ok_or_else(|| self.out_of_range(word, &"0/s", &high))
    }

    /// One of two words.
    pub fn either(
        &mut self,
        expected: Expected,
        yes: &'static str,
        no: &'static str,
    ) -> Result<bool, Box<ScriptError>> {
        let word = self.word(expected)?;
        match word.text {
            text if text == yes => Ok(true),
            text if text == no => Ok(false),
            _ => Err(self.unknown(word, expected, &[yes, no])),
        }
    }

    /// One of several named things.
    pub fn named<T: Copy>(
        &mut self,
        expected: Expected,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Result<T, Box<ScriptError>> {
        let word = self.word(expected)?;
        let found = find_named(all, name, word.text);
        found.ok_or_else(|| {
            let choices: Vec<_> = all.iter().copied().map(name).collect();
            self.unknown(word, expected, &choices)
        })
    }

    /// A key of the store.
    pub fn key(&mut self) -> Result<String, Box<ScriptError>> {
        let word = self.word(Expected::Key)?;
        if !is_key(word.text) {
            let problem = Problem::KeyMalformed { found: quote(word.text) };
            return Err(self.error(word.span, problem));
        }
        Ok(word.text.to_string())
    }

    /// `S2`.
    pub fn server(&mut self) -> Result<NodeId, Box<ScriptError>> {
        let word = self.word(Expected::Server)?;
        match self.place_in(word)? {
            Some(Place::Server(id)) => Ok(id),
            Some(Place::Client(_)) | None => Err(self.malformed(word, Expected::Server)),
        }
    }

    /// `C1`.
    pub fn client(&mut self) -> Result<u32, Box<ScriptError>> {
        let word = self.word(Expected::Client)?;
        match self.place_in(word)? {
            Some(Place::Client(id)) => Ok(id),
            Some(Place::Server(_)) | None => Err(self.malformed(word, Expected::Client)),
        }
    }

    /// `S1,S2,C1`: each that is not in `places` already is added to it.
    pub fn places(&mut self, places: &mut Vec<Place>) -> Result<(), Box<ScriptError>> {
        loop {
            let word = self.word(Expected::Place)?;
            let place = self.place_in(word)?;
            let place = place.ok_or_else(|| self.malformed(word, Expected::Place))?;
            if places.contains(&place) {
                let problem = Problem::PlaceRepeated { found: place.to_string() };
                return Err(self.error(word.span, problem));
            }
            places.push(place);
            if !self.takes_symbol(',') {
                return Ok(());
            }
        }
    }

    /// `S1>S3` or, where `both` may be meant, `S1-S3`.
    pub fn link(&mut self, may_be_both: bool) -> Result<Link, Box<ScriptError>> {
        let expected = if may_be_both { Expected::Link } else { Expected::Messages };
        let word = self.word(expected)?;
        let one_way = word.split(">").map(|ends| (ends, false));
        let ends = one_way.or_else(|| word.split("-").map(|ends| (ends, true)));
        let ends = ends.filter(|&((from, to), both)| {
            is_place(from.text) && is_place(to.text) && (may_be_both || !both)
        });
        let Some(((first, second), both)) = ends else {
            return Err(self.malformed(word, expected));
        };
        let (Some(from), Some(to)) = (self.place_in(first)?, self.place_in(second)?) else {
            return Err(self.malformed(word, expected));
        };
        let is_between_clients = from.server().is_none() && to.server().is_none();
        if from == to || is_between_clients {
            let problem = Problem::LinkPointless { found: quote(word.text) };
            return Err(self.error(word.span, problem));
        }
        Ok(Link { from, to, both })
    }

    /// `S2`, `leader`, `follower`, `any follower`, `candidate`, `any candidate`.
    pub fn target(&mut self) -> Result<Target, Box<ScriptError>> {
        if self.peek_word().is_some_and(|word| is_place(word.text)) {
            return self.server().map(Target::Server);
        }
        let is_any = self.takes("any");
        let word = self.word(Expected::Target)?;
        match word.text {
            "leader" if !is_any => Ok(Target::Leader),
            "follower" => Ok(Target::Follower),
            "candidate" => Ok(Target::Candidate),
            _ if is_any => Err(self.unknown(word, Expected::Target, &["follower", "candidate"])),
            _ => {
                let choices = ["leader", "follower", "candidate", "S1"];
                Err(self.unknown(word, Expected::Target, &choices))
            }
        }
    }

    /// The place that a word names, if it has the form of one.
    fn place_in(&mut self, word: Word<'a>) -> Result<Option<Place>, Box<ScriptError>> {
        if !is_place(word.text) {
            return Ok(None);
        }
        let number = word.text.trim_start_matches(['S', 'C']).parse().unwrap_or(u32::MAX);
        let place = match word.text.as_bytes()[0] {
            b'S' => Place::Server(NodeId(number)),
            _ if (1..=limits::CLIENTS).contains(&number) => Place::Client(number),
            _ => {
                let problem =
                    Problem::ClientUnknown { found: quote(word.text), limit: limits::CLIENTS };
                return Err(self.error(word.span, problem));
            }
        };
        self.mention(place, word);
        Ok(Some(place))
    }

    /// A time; `unit` is that of a number without one.
    fn duration_in(
        &self,
        word: Word<'a>,
        unit: &str,
        low: Duration,
        expected: Expected,
    ) -> Result<Duration, Box<ScriptError>> {
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let number = word.text.trim_end_matches(|c| !is_number(c));
        let own_unit = word.text.strip_prefix(number).unwrap_or_default();
        let digits = match if own_unit.is_empty() { unit } else { own_unit } {
            "us" => 0,
            "ms" => 3,
            "s" => 6,
            "" if number == "0" => 0,
            "" if number.starts_with(|c: char| c.is_ascii_digit())
                && number.chars().all(is_number) =>
            {
                let problem = Problem::UnitMissing { found: quote(number) };
                return Err(self.error(word.span, problem));
            }
            _ => return Err(self.malformed(word, expected)),
        };
        let micros = self.decimal(word, number, digits, "1us", expected)?;
        if !(low.0..=limits::TIME.0).contains(&micros) {
            return Err(self.out_of_range(word, &short(low), &short(limits::TIME)));
        }
        Ok(Duration::from_micros(micros))
    }

    /// A number in units of its last possible digit; the largest there is for larger ones.
    fn decimal(
        &self,
        word: Word<'a>,
        number: &str,
        digits: u32,
        step: &'static str,
        expected: Expected,
    ) -> Result<u64, Box<ScriptError>> {
        decimal(number, digits).map_err(|problem| match problem {
            NoDecimal::Malformed => self.malformed(word, expected),
            NoDecimal::TooFine => {
                self.error(word.span, Problem::TooFine { found: quote(word.text), step })
            }
        })
    }

    #[cold]
    fn out_of_range(
        &self,
        word: Word<'a>,
        low: &dyn Display,
        high: &dyn Display,
    ) -> Box<ScriptError> {
        let (low, high) = (low.to_string(), high.to_string());
        self.error(word.span, Problem::OutOfRange { found: quote(word.text), low, high })
    }
}

/// The thing with this name. Not inlined: the lists are long and would be unrolled.
#[inline(never)]
pub(super) fn find_named<T: Copy>(all: &[T], name: fn(T) -> &'static str, word: &str) -> Option<T> {
    all.iter().copied().find(|&thing| name(thing) == word)
}

/// Whether a word has the form of a place.
#[inline(never)]
pub(super) fn is_place(word: &str) -> bool {
    word.strip_prefix(['S', 'C']).is_some_and(is_digits)
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A time as a person writes it.
fn short(time: Duration) -> String {
    match time.0 {
        0 => "0".into(),
        micros if micros % 1_000_000 == 0 => alloc::format!("{}s", micros / 1_000_000),
        _ => time.to_string(),
    }
}

fn decimal(number: &str, digits: u32) -> Result<u64, NoDecimal> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(NoDecimal::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > digits as usize {
        return Err(NoDecimal::TooFine);
    }
    let padding = core::iter::repeat_n('0', digits as usize - fraction.len());
    let all = whole.chars().chain(fraction.chars()).chain(padding);
    let value = all.fold(0u64, |value, digit| {
        let digit = digit.to_digit(10).unwrap_or(0);
        value.saturating_mul(10).saturating_add(u64::from(digit))
    });
    Ok(value)
}
