//! Writing a script: the one canonical text of each value, which `parse` reads back as the same.

use super::change::{asked, names};
use super::{
    Action, Caption, Fact, Line, MessageName, Messages, Record, Script, Target, When, Who,
};
use crate::raft::Rule;
use crate::sim::place::Place;
use crate::sim::settings::{Delay, Range};
use core::fmt::{self, Display, Formatter, Write};

/// The canonical text: the version, what holds from the beginning, an empty line, what happens,
/// and where the run ends. The preset is always written, so that a later default changes nothing.
impl Display for Script {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("raft 1\n")?;
        if !self.title.is_empty() {
            f.write_str("title ")?;
            text(f, &self.title)?;
            f.write_str("\n")?;
        }
        write!(f, "servers {}", self.servers)?;
        for (name, count) in [("learners", self.learners), ("spares", self.spares)] {
            if count > 0 {
                write!(f, " {name} {count}")?;
            }
        }
        f.write_str("\n")?;
        writeln!(f, "seed {}", self.seed)?;
        writeln!(f, "preset {}", self.preset.name())?;
        if let Some(network) = self.network {
            writeln!(f, "network {}", network.name())?;
        }
        for setting in &self.settings {
            writeln!(f, "set {setting}")?;
        }
        for rule in Rule::ALL.into_iter().filter(|&rule| self.rules.waives(rule)) {
            writeln!(f, "without {}", rule.name())?;
        }
        if self.clients.count > 0 {
            writeln!(f, "clients {}", self.clients)?;
        }
        if !self.lines.is_empty() || self.end.is_some() {
            f.write_str("\n")?;
        }
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        match self.end {
            Some(end) => writeln!(f, "run {end}"),
            None => Ok(()),
        }
    }
}

/// `at 1200ms crash S2`.
impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.when {
            When::At(time) => write!(f, "at {time} ")?,
            When::On(fact) => write!(f, "when {fact}: ")?,
            When::Then(fact) => write!(f, "then {fact}: ")?,
            When::After(length) if length.0 == 0 => f.write_str("then: ")?,
            When::After(length) => write!(f, "then {length}: ")?,
            When::Every { period, from, to } => {
                write!(f, "every {period} from {from} to {to}: ")?;
            }
            When::AtEnd => {}
        }
        self.what.fmt(f)
    }
}

/// `crash S2`.
impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Crash(target) => write!(f, "crash {target}"),
            Action::Restart(target) => write!(f, "restart {target}"),
            Action::Pause(target) => write!(f, "pause {target}"),
            Action::Resume(target) => write!(f, "resume {target}"),
            Action::Wipe(target) => write!(f, "wipe {target}"),
            Action::Timeout(target) => write!(f, "timeout {target}"),
            Action::Sync(target) => write!(f, "sync {target}"),
            Action::SyncFirst(target) => write!(f, "sync {target} first"),
            Action::Fail(target) => write!(f, "fail {target}"),
            Action::Corrupt { target, record: Record::Last } => write!(f, "corrupt {target}"),
            Action::Corrupt { target, record: Record::Entry(index) } => {
                write!(f, "corrupt {target} index {index}")
            }
            Action::Corrupt { target, record: Record::Vote } => {
                write!(f, "corrupt {target} vote")
            }
            Action::Snapshot(target) => write!(f, "snapshot {target}"),
            Action::Forget(target) => write!(f, "forget {target}"),
            Action::Change { change, on } => {
                write!(f, "change {change}")?;
                asked(f, *on)
            }
            Action::Transfer { to, on } => {
                write!(f, "transfer {to}")?;
                asked(f, *on)
            }
            Action::Isolate(target) => write!(f, "isolate {target}"),
            Action::Cut(link) => write!(f, "cut {link}"),
            Action::HealAll => f.write_str("heal"),
            Action::HealLink(link) => write!(f, "heal {link}"),
            Action::HealServer(target) => write!(f, "heal {target}"),
            Action::Partition(groups) => {
                f.write_str("partition ")?;
                separated(f, groups, " | ", |f, group| places(f, group))
            }
            Action::Call { client, to: None, command } => write!(f, "{command} via C{client}"),
            Action::Call { client, to: Some(server), command } => {
                write!(f, "{command} via C{client} to {server}")
            }
            Action::Set(setting) => write!(f, "set {setting}"),
            Action::Deliver(messages) => write!(f, "deliver {messages}"),
            Action::Drop(messages) => write!(f, "drop {messages}"),
            Action::Duplicate(messages) => write!(f, "duplicate {messages}"),
            Action::Delay { message, by } => write!(f, "delay {message} {by}"),
            Action::Replay(message) => write!(f, "replay {message}"),
            Action::Say(caption) => write!(f, "say {caption}"),
            Action::Expect(fact) => write!(f, "expect {fact}"),
        }
    }
}

/// `"Two servers ask for votes." point S2,S3`.
impl Display for Caption {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        text(f, &self.text)?;
        if self.point.is_empty() {
            return Ok(());
        }
        f.write_str(" point ")?;
        places(f, &self.point)
    }
}

/// `S2`, `leader`, `follower`, `candidate`.
impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Target::Server(id) => id.fmt(f),
            Target::Leader => f.write_str("leader"),
            Target::Follower => f.write_str("follower"),
            Target::Candidate => f.write_str("candidate"),
        }
    }
}

/// `all`, or a message's name.
impl Display for Messages {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Messages::All => f.write_str("all"),
            Messages::One(name) => name.fmt(f),
        }
    }
}

/// `S1>S2 AppendEntries term 2 index 5 nth 1`.
impl Display for MessageName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}>{}", self.from, self.to)?;
        if let Some(kind) = self.kind {
            write!(f, " {}", kind.name())?;
        }
        if let Some(term) = self.term {
            write!(f, " term {term}")?;
        }
        if let Some(index) = self.index {
            write!(f, " index {index}")?;
        }
        match self.nth {
            Some(nth) => write!(f, " nth {nth}"),
            None => Ok(()),
        }
    }
}

/// `leader elected`.
impl Display for Fact {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Elected(None) => f.write_str("leader elected"),
            Fact::Elected(Some(server)) => write!(f, "{server} elected"),
            Fact::Campaigns(None) => f.write_str("candidate appears"),
            Fact::Campaigns(Some(server)) => write!(f, "{server} campaigns"),
            Fact::StepsDown(None) => f.write_str("leader steps down"),
            Fact::StepsDown(Some(server)) => write!(f, "{server} steps down"),
            Fact::Votes(None) => f.write_str("vote granted"),
            Fact::Votes(Some(server)) => write!(f, "{server} votes"),
            Fact::RefusesVote(None) => f.write_str("vote refused"),
            Fact::RefusesVote(Some(server)) => write!(f, "{server} refuses"),
            Fact::Truncates(None) => f.write_str("log truncated"),
            Fact::Truncates(Some(server)) => write!(f, "{server} truncates"),
            Fact::Installs(None) => f.write_str("snapshot installed"),
            Fact::Installs(Some(server)) => write!(f, "{server} installs"),
            Fact::AsksAhead(None) => f.write_str("pre-candidate appears"),
            Fact::AsksAhead(Some(server)) => write!(f, "{server} asks ahead"),
            Fact::ChangeDone => f.write_str("change done"),
            Fact::ChangeRefused => f.write_str("change refused"),
            Fact::TransferBegins => f.write_str("transfer begins"),
            Fact::TransferEnds => f.write_str("transfer ends"),
            Fact::Sent(name) => write!(f, "sent {name}"),
            Fact::Arrived(name) => write!(f, "arrived {name}"),
            Fact::Lost(name) => write!(f, "lost {name}"),
            Fact::Answered(client) => write!(f, "C{client} answered"),
            Fact::Refused(client) => write!(f, "C{client} refused"),
            Fact::GivesUp(client) => write!(f, "C{client} gives up"),
            Fact::Count { role, count } => write!(f, "{} count {count}", role.name()),
            Fact::Is { server, role } => write!(f, "{server} is {}", role.name()),
            Fact::Part { server, part } => write!(f, "{server} is {}", part.name()),
            Fact::Joint => f.write_str("joint"),
            Fact::Voters(voters) => {
                f.write_str("voters ")?;
                names(f, voters)
            }
            Fact::Lease(server) => write!(f, "{server} lease"),
            Fact::Leader { server, term } => {
                f.write_str("leader")?;
                if let Some(server) = server {
                    write!(f, " {server}")?;
                }
                match term {
                    Some(term) => write!(f, " term {term}"),
                    None => Ok(()),
                }
            }
            Fact::Term { who, term } => write!(f, "{who}term {term}"),
            Fact::Commit { who, index } => write!(f, "{who}commit {index}"),
            Fact::Log { who, index } => write!(f, "{who}log {index}"),
            Fact::Durable { who, index } => write!(f, "{who}durable {index}"),
            Fact::Snapshot { who, index } => write!(f, "{who}snapshot {index}"),
            Fact::Value { who, key, value: Some(value) } => write!(f, "{who}value {key} {value}"),
            Fact::Value { who, key, value: None } => write!(f, "{who}value {key} none"),
            Fact::LogsAgree => f.write_str("logs agree"),
            Fact::Quiet => f.write_str("quiet"),
            Fact::Violation(None) => f.write_str("violation"),
            Fact::Violation(Some(property)) => write!(f, "violation {}", property.name()),
            Fact::Stall => f.write_str("stall"),
            Fact::NoStall => f.write_str("no stall"),
            Fact::NoViolation(None) => f.write_str("no violation"),
            Fact::NoViolation(Some(property)) => write!(f, "no violation {}", property.name()),
        }
    }
}

/// `S1 ` or `all `, or nothing: what stands before the rest of a fact.
impl Display for Who {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Who::Any => Ok(()),
            Who::All => f.write_str("all "),
            Who::Server(server) => write!(f, "{server} "),
        }
    }
}

/// `150..300ms`; `50ms` when nothing is left to chance.
impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.low == self.high {
            return self.low.fmt(f);
        }
        // Both ends are in milliseconds, and the first may leave out the unit of the second.
        let low = alloc::format!("{}", self.low);
        write!(f, "{}..{}", low.strip_suffix("ms").unwrap_or(&low), self.high)
    }
}

/// `10..15ms tail 200ms`; without a tail its range.
impl Display for Delay {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Range { low: self.low, high: self.high }.fmt(f)?;
        if self.tail > self.high { write!(f, " tail {}", self.tail) } else { Ok(()) }
    }
}

/// `1MB/s`, in the largest unit of which it is a whole number.
pub(super) fn bandwidth(f: &mut Formatter<'_>, bytes: u64) -> fmt::Result {
    let units = [("GB/s", 1_000_000_000), ("MB/s", 1_000_000), ("kB/s", 1_000), ("B/s", 1)];
    match units.into_iter().find(|(_, size)| bytes > 0 && bytes % size == 0) {
        Some((unit, size)) => write!(f, "{}{unit}", bytes / size),
        None => f.write_str("off"),
    }
}

/// A text in quotes. Control characters, which no script can hold, become spaces.
fn text(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            _ if c.is_control() => f.write_char(' ')?,
            _ => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

fn places(f: &mut Formatter<'_>, places: &[Place]) -> fmt::Result {
    separated(f, places, ",", |f, place| place.fmt(f))
}

fn separated<T>(
    f: &mut Formatter<'_>,
    things: &[T],
    separator: &str,
    write: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (n, thing) in things.iter().enumerate() {
        if n > 0 {
            f.write_str(separator)?;
        }
        write(f, thing)?;
    }
    Ok(())
}

/// A share in parts per million, in percent.
pub(super) fn share(f: &mut Formatter<'_>, parts: u32) -> fmt::Result {
    decimal(f, parts, 4)?;
    f.write_str("%")
}

/// A number whose last `digits` digits stand behind the point; zeros at the end are left out.
pub(super) fn decimal(f: &mut Formatter<'_>, number: u32, digits: u32) -> fmt::Result {
    let one = 10u32.pow(digits);
    write!(f, "{}", number / one)?;
    let fraction = alloc::format!("{:0width$}", number % one, width = digits as usize);
    match fraction.trim_end_matches('0') {
        "" => Ok(()),
        fraction => write!(f, ".{fraction}"),
    }
}
