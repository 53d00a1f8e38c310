//! Reading actions and settings.

use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::{Action, Caption, Messages, limits};
use crate::sim::kv::Command;
use crate::sim::place::Link;
use crate::sim::settings::Setting;
use crate::time::Duration;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The first words of all actions.
pub(super) const ACTIONS: [&str; 21] = [
    "crash",
    "restart",
    "pause",
    "resume",
    "wipe",
    "timeout",
    "sync",
    "isolate",
    "cut",
    "heal",
    "partition",
    "put",
    "add",
    "delete",
    "get",
    "set",
    "deliver",
    "drop",
    "duplicate",
    "say",
    "expect",
];

/// The names of all settings.
const SETTINGS: [&str; 12] = [
    "election",
    "heartbeat",
    "noop",
    "batch",
    "latency",
    "loss",
    "duplicate",
    "sync",
    "retry",
    "network",
    "timers",
    "disk",
];

/// The most entries that one message may be set to carry.
const BATCH_MAX: u32 = 1_000;

/// The shortest patience of a client: with none it would ask for ever at one moment.
const RETRY_MIN: Duration = Duration::from_millis(1);

impl Cursor<'_> {
    /// An action, to the end of the line.
    pub fn action(&mut self) -> Result<Action, Box<ScriptError>> {
        let verb = self.word(Expected::Action)?;
        let action = match verb.text {
            "crash" => Action::Crash(self.target()?),
            "restart" => Action::Restart(self.target()?),
            "pause" => Action::Pause(self.target()?),
            "resume" => Action::Resume(self.target()?),
            "wipe" => Action::Wipe(self.target()?),
            "timeout" => Action::Timeout(self.target()?),
            "sync" => Action::Sync(self.target()?),
            "isolate" => Action::Isolate(self.target()?),
            "cut" => Action::Cut(self.link(true)?),
            "heal" => self.heal()?,
            "partition" => self.partition()?,
            "put" => self
                .call(|cursor| Ok(Command::Put { key: cursor.key()?, value: cursor.integer()? }))?,
            "add" => self
                .call(|cursor| Ok(Command::Add { key: cursor.key()?, value: cursor.integer()? }))?,
            "delete" => self.call(|cursor| Ok(Command::Delete { key: cursor.key()? }))?,
            "get" => self.call(|cursor| Ok(Command::Get { key: cursor.key()? }))?,
            "set" => self.later_setting()?,
            "deliver" => Action::Deliver(self.messages()?),
            "drop" => Action::Drop(self.messages()?),
            "duplicate" => Action::Duplicate(Messages::One(self.message_name()?)),
            "say" => self.caption()?,
            "expect" => Action::Expect(self.expected_fact()?),
            _ => return Err(self.unknown(verb, Expected::Action, ACTIONS.to_vec())),
        };
        self.finish()?;
        Ok(action)
    }

    /// `heal`, `heal S1-S3`, `heal S2`, `heal leader`.
    fn heal(&mut self) -> Result<Action, Box<ScriptError>> {
        match self.peek_word() {
            None => Ok(Action::HealAll),
            Some(word) if word.text.contains(['>', '-']) => Ok(Action::HealLink(self.link(true)?)),
            Some(_) => Ok(Action::HealServer(self.target()?)),
        }
    }

    /// `S1,S2 | S3,S4,C1`.
    fn partition(&mut self) -> Result<Action, Box<ScriptError>> {
        let mut all = Vec::new();
        let mut groups = Vec::new();
        loop {
            let before = all.len();
            self.places(&mut all)?;
            groups.push(all[before..].to_vec());
            if !self.takes_symbol('|') {
                break;
            }
        }
        if groups.len() < 2 {
            return Err(self.unexpected(Expected::Group));
        }
        Ok(Action::Partition(groups))
    }

    /// A command and the client that sends it: the first when none is named.
    fn call(
        &mut self,
        command: impl FnOnce(&mut Self) -> Result<Command, Box<ScriptError>>,
    ) -> Result<Action, Box<ScriptError>> {
        let command = command(self)?;
        let client = if self.takes("via") { self.client()? } else { 1 };
        let to = if self.takes("to") { Some(self.server()?) } else { None };
        Ok(Action::Call { client, to, command })
    }

    /// `"…" point S2,S3`.
    fn caption(&mut self) -> Result<Action, Box<ScriptError>> {
        let text = self.text(limits::CAPTION)?;
        let mut point = Vec::new();
        if self.takes("point") {
            self.places(&mut point)?;
        }
        Ok(Action::Say(Caption { text, point }))
    }

    /// A setting that may be turned while the world runs.
    fn later_setting(&mut self) -> Result<Action, Box<ScriptError>> {
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
        let setting = match name.text {
            "election" => Setting::Election(self.range(limits::TIMER_MIN)?),
            "heartbeat" => Setting::Heartbeat(self.duration(limits::TIMER_MIN)?),
            "noop" => Setting::Noop(self.is_on()?),
            "batch" => Setting::Batch(self.small_number(1, BATCH_MAX)?),
            "latency" => Setting::Latency(self.setting_link()?, self.range(Duration::ZERO)?),
            "loss" => Setting::Loss(self.setting_link()?, self.share()?),
            "duplicate" => Setting::Duplicate(self.setting_link()?, self.share()?),
            "sync" => Setting::Sync(self.range(Duration::ZERO)?),
            "retry" => Setting::Retry(self.duration(RETRY_MIN)?),
            "network" => Setting::ManualNetwork(self.is_manual()?),
            "timers" => Setting::ManualTimers(self.is_manual()?),
            "disk" => Setting::ManualDisk(self.is_manual()?),
            _ => return Err(self.unknown(name, Expected::Setting, SETTINGS.to_vec())),
        };
        Ok(setting)
    }

    /// The link that a setting is for, if one is named.
    fn setting_link(&mut self) -> Result<Option<Link>, Box<ScriptError>> {
        match self.peek_word() {
            Some(word) if word.text.starts_with(['S', 'C', 's', 'c']) => self.link(true).map(Some),
            _ => Ok(None),
        }
    }

    fn is_on(&mut self) -> Result<bool, Box<ScriptError>> {
        self.either(Expected::Switch, "on", "off")
    }

    fn is_manual(&mut self) -> Result<bool, Box<ScriptError>> {
        self.either(Expected::Mode, "manual", "auto")
    }
}
