//! Reading actions and settings.

use super::cursor::Cursor;
use super::error::{Expected, ScriptError};
use super::{Action, Caption, Messages, Record, limits};
use crate::sim::kv::{ABSENT, Command};
use crate::time::Duration;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The first words of all actions.
pub(super) const ACTIONS: [&str; 30] = [
    "crash",
    "restart",
    "pause",
    "resume",
    "wipe",
    "timeout",
    "sync",
    "fail",
    "corrupt",
    "snapshot",
    "forget",
    "change",
    "transfer",
    "isolate",
    "cut",
    "heal",
    "partition",
    "put",
    "add",
    "delete",
    "get",
    "cas",
    "set",
    "deliver",
    "drop",
    "duplicate",
    "delay",
    "replay",
    "say",
    "expect",
];

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
            "sync" => self.sync()?,
            "fail" => Action::Fail(self.target()?),
            "corrupt" => self.corrupt()?,
            "snapshot" => Action::Snapshot(self.target()?),
            "forget" => Action::Forget(self.target()?),
            "change" => self.change()?,
            "transfer" => self.transfer()?,
            "isolate" => Action::Isolate(self.target()?),
            "cut" => Action::Cut(self.link(true)?),
            "heal" => self.heal()?,
            "partition" => self.partition()?,
            "put" | "add" | "delete" | "get" | "cas" => self.call(verb.text)?,
            "set" => self.later_setting()?,
            "deliver" => Action::Deliver(self.messages()?),
            "drop" => Action::Drop(self.messages()?),
            "duplicate" => Action::Duplicate(Messages::One(self.message_name()?)),
            "delay" => {
                let message = self.message_name_before(|word| word.starts_with(is_digit))?;
                Action::Delay { message, by: self.duration(Duration(1))? }
            }
            "replay" => Action::Replay(self.message_name()?),
            "say" => self.caption()?,
            "expect" => Action::Expect(self.expected_fact()?),
            _ => return Err(self.unknown(verb, Expected::Action, &ACTIONS)),
        };
        self.finish()?;
        Ok(action)
    }

    /// `sync S2`, `sync S2 first`.
    fn sync(&mut self) -> Result<Action, Box<ScriptError>> {
        let target = self.target()?;
        Ok(if self.takes("first") { Action::SyncFirst(target) } else { Action::Sync(target) })
    }

    /// `heal`, `heal S1-S3`, `heal S2`, `heal leader`.
    fn heal(&mut self) -> Result<Action, Box<ScriptError>> {
        match self.peek_word() {
            None => Ok(Action::HealAll),
            Some(word) if word.text.contains(['>', '-']) => Ok(Action::HealLink(self.link(true)?)),
            Some(_) => Ok(Action::HealServer(self.target()?)),
        }
    }

    /// `S2`, `S2 index 3`, `S2 vote`.
    fn corrupt(&mut self) -> Result<Action, Box<ScriptError>> {
        let target = self.target()?;
        let record = match self.peek_word() {
            None => Record::Last,
            Some(word) if word.text == "index" => {
                self.literal("index")?;
                Record::Entry(self.number(1, u64::MAX)?)
            }
            Some(_) if self.takes("vote") => Record::Vote,
            Some(word) => return Err(self.unknown(word, Expected::Record, &["index", "vote"])),
        };
        Ok(Action::Corrupt { target, record })
    }

    /// `S1,S2 | S3,S4,C1`.
    fn partition(&mut self) -> Result<Action, Box<ScriptError>> {
        let mut groups = Vec::new();
        loop {
            let mut group = Vec::new();
            self.places(&mut group)?;
            groups.push(group);
            if groups.len() == limits::GROUPS || !self.takes_symbol('|') {
                break;
            }
        }
        if groups.len() < 2 {
            return Err(self.unexpected(Expected::Group));
        }
        Ok(Action::Partition(groups))
    }

    /// A command and the client that sends it: the first when none is named.
    fn call(&mut self, verb: &str) -> Result<Action, Box<ScriptError>> {
        let key = self.key()?;
        let command = match verb {
            "put" => Command::Put { key, value: self.integer()? },
            "add" => Command::Add { key, value: self.integer()? },
            "delete" => Command::Delete { key },
            "cas" => {
                let expected = if self.takes(ABSENT) { None } else { Some(self.value()?) };
                Command::Cas { key, expected, value: self.integer()? }
            }
            _ => Command::Get { key },
        };
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
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}
