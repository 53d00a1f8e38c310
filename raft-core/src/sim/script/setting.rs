//! How each setting is read and written.

use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::lexer::Word;
use super::value::find_named;
use super::write::{bandwidth, share};
use super::{Action, limits};
use crate::raft::NodeId;
use crate::sim::place::Link;
use crate::sim::settings::{
    Amount, Damaged, Holding, Length, Range, Reading, Setting, Switch, Wiped,
};
use crate::time::Duration;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

/// The names of those settings that are neither a switch nor an amount.
const OTHERS: [&str; 18] = [
    "election",
    "heartbeat",
    "reads",
    "wiped",
    "latency",
    "loss",
    "duplicate",
    "reorder",
    "order",
    "bandwidth",
    "sync",
    "retry",
    "retries",
    "network",
    "timers",
    "disk",
    "damaged",
    "clock",
];

/// A clock that ran slower still would hardly run at all, in parts per million.
const CLOCK_RATE_MAX: u32 = 500_000;

/// The shortest patience of a client: with none it would ask for ever at one moment.
const RETRY_MIN: Duration = Duration::from_millis(1);

/// What stands for as many retries as it takes.
const FOREVER: &str = "forever";

/// The most retries that can be asked for.
const RETRIES_MAX: u32 = 1_000;

impl Cursor<'_> {
    /// A setting that may be turned while the world runs.
    pub fn later_setting(&mut self) -> Result<Action, Box<ScriptError>> {
        let mark = self.mark();
        let setting = self.setting()?;
        if !setting.may_change_later() {
            let problem = Problem::SettingFixed { setting: setting.name() };
            return Err(self.error(self.since(mark), problem));
        }
        Ok(Action::Set(setting))
    }

    /// `election 150..300ms` and so on.
    pub fn setting(&mut self) -> Result<Setting, Box<ScriptError>> {
        let name = self.word(Expected::Setting)?;
        if let Some(switch) = find_named(&Switch::ALL, Switch::name, name.text) {
            return Ok(Setting::Switch(switch, self.is_on()?));
        }
        if let Some(amount) = find_named(&Amount::ALL, Amount::name, name.text) {
            return Ok(Setting::Amount(amount, self.amount(amount)?));
        }
        if let Some(length) = find_named(&Length::ALL, Length::name, name.text) {
            return Ok(Setting::Length(length, self.length(length)?));
        }
        let setting = match name.text {
            "election" => Setting::Election(self.range(limits::TIMER_MIN)?),
            "heartbeat" => Setting::Heartbeat(self.range(limits::TIMER_MIN)?),
            "reads" => Setting::Reads(self.named(Expected::Reads, &Reading::ALL, Reading::name)?),
            "wiped" => Setting::Wiped(self.named(Expected::Wiped, &Wiped::ALL, Wiped::name)?),
            "latency" => Setting::Latency(self.setting_link()?, self.delay()?),
            "loss" => Setting::Loss(self.setting_link()?, self.share()?),
            "duplicate" => Setting::Duplicate(self.setting_link()?, self.share()?),
            "reorder" => self.reorder()?,
            "order" => {
                Setting::Ordered(self.setting_link()?, self.either(Expected::Order, "fifo", "any")?)
            }
            "bandwidth" => Setting::Bandwidth(self.setting_link()?, self.bandwidth()?),
            "sync" => Setting::Sync(self.setting_server()?, self.delay()?),
            "retry" => Setting::Retry(self.duration(RETRY_MIN)?),
            "retries" => Setting::Retries(self.retries()?),
            "network" => Setting::Network(self.holding()?),
            "timers" => Setting::ManualTimers(self.is_manual()?),
            "disk" => self.disk()?,
            "damaged" => {
                Setting::Damaged(self.named(Expected::Damaged, &Damaged::ALL, Damaged::name)?)
            }
            "clock" => self.clock()?,
            _ => return Err(self.unknown(name, Expected::Setting, &names())),
        };
        Ok(setting)
    }

    /// A whole number, or `off` where there may be as many as come.
    fn amount(&mut self, amount: Amount) -> Result<u64, Box<ScriptError>> {
        let (low, high) = amount.range();
        if !amount.may_be_off() {
            return self.number(low, high);
        }
        if self.takes("off") { Ok(0) } else { self.bound(low, high) }
    }

    /// A whole number, or `forever`.
    fn retries(&mut self) -> Result<Option<u32>, Box<ScriptError>> {
        if self.takes(FOREVER) {
            return Ok(None);
        }
        let is_number = |word: Word<'_>| word.text.starts_with(|c: char| c.is_ascii_digit());
        if self.peek_word().is_some_and(is_number) {
            return self.small_number(0, RETRIES_MAX).map(Some);
        }
        Err(self.unexpected(Expected::Retries))
    }

    /// A time, or the word that leaves it out.
    fn length(&mut self, length: Length) -> Result<Duration, Box<ScriptError>> {
        if self.takes(length.absent()) {
            return Ok(Duration::ZERO);
        }
        self.duration(limits::TIMER_MIN)
    }

    /// The link that a setting is for, if one is named.
    fn setting_link(&mut self) -> Result<Option<Link>, Box<ScriptError>> {
        match self.peek_word() {
            Some(word) if word.text.starts_with(['S', 'C', 's', 'c']) => self.link(true).map(Some),
            _ => Ok(None),
        }
    }

    /// The server that a setting is for, if one is named.
    fn setting_server(&mut self) -> Result<Option<NodeId>, Box<ScriptError>> {
        match self.peek_word() {
            Some(word) if word.text.starts_with(['S', 's']) => self.server().map(Some),
            _ => Ok(None),
        }
    }

    /// What follows `reorder`: `S1>S2 5% 20..80ms`, `0%`.
    fn reorder(&mut self) -> Result<Setting, Box<ScriptError>> {
        let link = self.setting_link()?;
        let share = self.share()?;
        let by = if share > 0 { self.range(Duration::ZERO)? } else { Range::default() };
        Ok(Setting::Reorder(link, share, by))
    }

    /// What follows `disk`: `manual`, `auto`, `lies`, `S2 honest`.
    fn disk(&mut self) -> Result<Setting, Box<ScriptError>> {
        if let Some(server) = self.setting_server()? {
            let lies = self.either(Expected::Mode, "lies", "honest")?;
            return Ok(Setting::Lies(Some(server), lies));
        }
        let word = self.word(Expected::Mode)?;
        Ok(match word.text {
            "manual" => Setting::ManualDisk(true),
            "auto" => Setting::ManualDisk(false),
            "lies" => Setting::Lies(None, true),
            "honest" => Setting::Lies(None, false),
            _ => {
                let choices = ["manual", "auto", "lies", "honest"];
                return Err(self.unknown(word, Expected::Mode, &choices));
            }
        })
    }

    /// What follows `clock`: `S2 +40ms`, `S2 fast 5%`.
    fn clock(&mut self) -> Result<Setting, Box<ScriptError>> {
        let server = self.server()?;
        if self.peek_word().is_some_and(|word| word.text.starts_with(['+', '-'])) {
            return Ok(Setting::ClockAhead(server, self.signed_duration()?));
        }
        let word = self.word(Expected::Clock)?;
        let sign = match word.text {
            "fast" => 1,
            "slow" => -1,
            _ => return Err(self.unknown(word, Expected::Clock, &["fast", "slow", "+40ms"])),
        };
        Ok(Setting::ClockRate(server, sign * self.share_up_to(CLOCK_RATE_MAX, "50%")? as i32))
    }

    fn is_on(&mut self) -> Result<bool, Box<ScriptError>> {
        self.either(Expected::Switch, "on", "off")
    }

    /// `manual`, `manual servers` or `auto`.
    fn holding(&mut self) -> Result<Holding, Box<ScriptError>> {
        if !self.is_manual()? {
            return Ok(Holding::Nothing);
        }
        Ok(if self.takes("servers") { Holding::Servers } else { Holding::Everything })
    }

    fn is_manual(&mut self) -> Result<bool, Box<ScriptError>> {
        self.either(Expected::Mode, "manual", "auto")
    }
}

/// The names of all settings.
fn names() -> Vec<&'static str> {
    let switches = Switch::ALL.into_iter().map(Switch::name);
    let lengths = Length::ALL.into_iter().map(Length::name);
    let amounts = Amount::ALL.into_iter().map(Amount::name);
    OTHERS.into_iter().chain(switches).chain(lengths).chain(amounts).collect()
}

/// `election 150..300ms`.
impl Display for Setting {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.name())?;
        if let Setting::Latency(Some(link), _)
        | Setting::Loss(Some(link), _)
        | Setting::Duplicate(Some(link), _)
        | Setting::Reorder(Some(link), ..)
        | Setting::Ordered(Some(link), _)
        | Setting::Bandwidth(Some(link), _) = self
        {
            write!(f, "{link} ")?;
        }
        if let Setting::Sync(Some(server), _)
        | Setting::Lies(Some(server), _)
        | Setting::ClockAhead(server, _)
        | Setting::ClockRate(server, _) = self
        {
            write!(f, "{server} ")?;
        }
        match self {
            Setting::Election(range) | Setting::Heartbeat(range) => range.fmt(f),
            Setting::Latency(_, delay) | Setting::Sync(_, delay) => delay.fmt(f),
            Setting::Length(length, Duration::ZERO) => f.write_str(length.absent()),
            Setting::Length(_, length) | Setting::Retry(length) => length.fmt(f),
            Setting::Retries(Some(retries)) => retries.fmt(f),
            Setting::Retries(None) => f.write_str(FOREVER),
            Setting::Amount(amount, 0) if amount.may_be_off() => f.write_str("off"),
            Setting::Amount(_, number) => number.fmt(f),
            Setting::Switch(_, on) => f.write_str(if *on { "on" } else { "off" }),
            Setting::Reads(reading) => f.write_str(reading.name()),
            Setting::Wiped(wiped) => f.write_str(wiped.name()),
            Setting::Loss(_, parts) | Setting::Duplicate(_, parts) => share(f, *parts),
            Setting::Reorder(_, 0, _) => share(f, 0),
            Setting::Reorder(_, parts, by) => {
                share(f, *parts)?;
                write!(f, " {by}")
            }
            Setting::Ordered(_, on) => f.write_str(if *on { "fifo" } else { "any" }),
            Setting::Bandwidth(_, bytes) => bandwidth(f, *bytes),
            Setting::Lies(_, lies) => f.write_str(if *lies { "lies" } else { "honest" }),
            Setting::Damaged(damaged) => f.write_str(damaged.name()),
            Setting::ClockAhead(_, ahead) => {
                let sign = if *ahead < 0 { '-' } else { '+' };
                write!(f, "{sign}{}", Duration(ahead.unsigned_abs()))
            }
            Setting::ClockRate(_, rate) => {
                f.write_str(if *rate < 0 { "slow " } else { "fast " })?;
                share(f, rate.unsigned_abs())
            }
            Setting::Network(holding) => f.write_str(holding.name()),
            Setting::ManualTimers(manual) | Setting::ManualDisk(manual) => {
                f.write_str(if *manual { "manual" } else { "auto" })
            }
        }
    }
}

impl Setting {
    /// Its name in scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Setting::Election(_) => "election",
            Setting::Heartbeat(_) => "heartbeat",
            Setting::Switch(switch, _) => switch.name(),
            Setting::Length(length, _) => length.name(),
            Setting::Amount(amount, _) => amount.name(),
            Setting::Reads(_) => "reads",
            Setting::Wiped(_) => "wiped",
            Setting::Latency(..) => "latency",
            Setting::Loss(..) => "loss",
            Setting::Duplicate(..) => "duplicate",
            Setting::Reorder(..) => "reorder",
            Setting::Ordered(..) => "order",
            Setting::Bandwidth(..) => "bandwidth",
            Setting::Sync(..) => "sync",
            Setting::Damaged(_) => "damaged",
            Setting::ClockAhead(..) | Setting::ClockRate(..) => "clock",
            Setting::Retry(_) => "retry",
            Setting::Retries(_) => "retries",
            Setting::Network(_) => "network",
            Setting::ManualTimers(_) => "timers",
            Setting::ManualDisk(_) | Setting::Lies(..) => "disk",
        }
    }
}
