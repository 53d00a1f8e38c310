//! Reading facts and the names of messages.

use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::value::{find_named, is_place};
use super::{Fact, MessageName, Messages, PacketKind, Part, Property, RoleName, Who, limits};
use crate::raft::NodeId;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What a fact can begin with, beside a server or a client.
const BEGINNINGS: [&str; 28] = [
    "leader",
    "candidate",
    "pre-candidate",
    "follower",
    "crashed",
    "paused",
    "all",
    "term",
    "commit",
    "log",
    "durable",
    "value",
    "vote",
    "logs",
    "snapshot",
    "voters",
    "joint",
    "change",
    "transfer",
    "quiet",
    "sent",
    "arrived",
    "lost",
    "no",
    "violation",
    "stall",
    "S1",
    "C1",
];

/// What can follow a server's name alone.
const OF_SERVER: [&str; 10] = [
    "elected",
    "campaigns",
    "votes",
    "refuses",
    "truncates",
    "steps",
    "installs",
    "asks",
    "lease",
    "is",
];

/// What can follow a server's name, or `all`, or nobody's.
const MEASURES: [&str; 6] = ["term", "commit", "log", "durable", "snapshot", "value"];

impl Cursor<'_> {
    /// A fact that a line may wait for.
    pub fn awaited_fact(&mut self) -> Result<Fact, Box<ScriptError>> {
        let mark = self.mark();
        let fact = self.fact()?;
        if matches!(fact, Fact::Violation(_) | Fact::NoViolation(_) | Fact::Stall | Fact::NoStall) {
            return Err(self.error(self.since(mark), Problem::OnlyExpected));
        }
        Ok(fact)
    }

    /// A fact that can be seen at one moment.
    pub fn expected_fact(&mut self) -> Result<Fact, Box<ScriptError>> {
        let mark = self.mark();
        let fact = self.fact()?;
        if fact.happens() {
            return Err(self.error(self.since(mark), Problem::NotLasting));
        }
        Ok(fact)
    }

    /// Any fact.
    fn fact(&mut self) -> Result<Fact, Box<ScriptError>> {
        if let Some(word) = self.peek_word().filter(|word| is_place(word.text)) {
            return if word.text.starts_with('S') { self.of_server() } else { self.of_client() };
        }
        let word = self.word(Expected::Fact)?;
        let fact = match word.text {
            "leader" => self.of_leaders()?,
            "candidate" if self.takes("appears") => Fact::Campaigns(None),
            "log" if self.takes("truncated") => Fact::Truncates(None),
            "vote" if self.takes("granted") => Fact::Votes(None),
            "vote" => {
                self.literal("refused")?;
                Fact::RefusesVote(None)
            }
            "pre-candidate" if self.takes("appears") => Fact::AsksAhead(None),
            "snapshot" if self.takes("installed") => Fact::Installs(None),
            "joint" => Fact::Joint,
            "voters" => {
                let mut voters = Vec::new();
                self.servers(&mut voters)?;
                Fact::Voters(voters)
            }
            "change" if self.either(Expected::Fact, "done", "refused")? => Fact::ChangeDone,
            "change" => Fact::ChangeRefused,
            "transfer" if self.either(Expected::Fact, "begins", "ends")? => Fact::TransferBegins,
            "transfer" => Fact::TransferEnds,
            "logs" => {
                self.literal("agree")?;
                Fact::LogsAgree
            }
            "quiet" => Fact::Quiet,
            "sent" => Fact::Sent(self.message_name()?),
            "arrived" => Fact::Arrived(self.message_name()?),
            "lost" => Fact::Lost(self.message_name()?),
            "violation" => Fact::Violation(self.property()?),
            "stall" => Fact::Stall,
            "no" if self.either(Expected::Fact, "stall", "violation")? => Fact::NoStall,
            "no" => Fact::NoViolation(self.property()?),
            "all" => {
                let verb = self.word(Expected::Fact)?;
                let measure = self.measure(Who::All, verb.text)?;
                measure.ok_or_else(|| self.unknown(verb, Expected::Fact, &MEASURES))?
            }
            name => {
                if let Some(role) = find_named(&RoleName::ALL, RoleName::name, name) {
                    return self.count_of(role);
                }
                let measure = self.measure(Who::Any, name)?;
                measure.ok_or_else(|| self.unknown(word, Expected::Fact, &BEGINNINGS))?
            }
        };
        Ok(fact)
    }

    /// What follows `leader`.
    fn of_leaders(&mut self) -> Result<Fact, Box<ScriptError>> {
        if self.takes("elected") {
            return Ok(Fact::Elected(None));
        }
        if self.takes("steps") {
            self.literal("down")?;
            return Ok(Fact::StepsDown(None));
        }
        if self.peek_word().is_some_and(|word| word.text == "count") {
            return self.count_of(RoleName::Leader);
        }
        let is_named = self.peek_word().is_some_and(|word| is_place(word.text));
        let server = if is_named { Some(self.server()?) } else { None };
        let term = if self.takes("term") { Some(self.number(0, u64::MAX)?) } else { None };
        match self.peek_word() {
            Some(word) if server.is_none() && term.is_none() => {
                let choices = ["elected", "steps", "count", "term", "S1"];
                Err(self.unknown(word, Expected::Fact, &choices))
            }
            _ => Ok(Fact::Leader { server, term }),
        }
    }

    /// `count 2` behind a role.
    fn count_of(&mut self, role: RoleName) -> Result<Fact, Box<ScriptError>> {
        if let Some(word) = self.peek_word().filter(|word| word.text != "count") {
            let appears = matches!(role, RoleName::Candidate | RoleName::PreCandidate);
            let choices = &["count", "appears"][..1 + usize::from(appears)];
            return Err(self.unknown(word, Expected::Fact, choices));
        }
        self.literal("count")?;
        Ok(Fact::Count { role, count: self.small_number(1, limits::SERVERS)? })
    }

    /// `S2 elected`, `S2 is leader`, `S2 term 3` and so on.
    fn of_server(&mut self) -> Result<Fact, Box<ScriptError>> {
        let server = self.server()?;
        let word = self.word(Expected::Fact)?;
        match word.text {
            "elected" => Ok(Fact::Elected(Some(server))),
            "campaigns" => Ok(Fact::Campaigns(Some(server))),
            "truncates" => Ok(Fact::Truncates(Some(server))),
            "votes" => Ok(Fact::Votes(Some(server))),
            "refuses" => Ok(Fact::RefusesVote(Some(server))),
            "steps" => {
                self.literal("down")?;
                Ok(Fact::StepsDown(Some(server)))
            }
            "installs" => Ok(Fact::Installs(Some(server))),
            "asks" => {
                self.literal("ahead")?;
                Ok(Fact::AsksAhead(Some(server)))
            }
            "lease" => Ok(Fact::Lease(server)),
            "is" => self.part_or_role(server),
            verb => {
                let measure = self.measure(Who::Server(server), verb)?;
                measure.ok_or_else(|| {
                    self.unknown(word, Expected::Fact, &[&OF_SERVER[..], &MEASURES].concat())
                })
            }
        }
    }

    /// `learner`, `leader` and so on, behind `S2 is`.
    fn part_or_role(&mut self, server: NodeId) -> Result<Fact, Box<ScriptError>> {
        let word = self.word(Expected::Role)?;
        if let Some(role) = find_named(&RoleName::ALL, RoleName::name, word.text) {
            return Ok(Fact::Is { server, role });
        }
        if let Some(part) = find_named(&Part::ALL, Part::name, word.text) {
            return Ok(Fact::Part { server, part });
        }
        let roles = RoleName::ALL.into_iter().map(RoleName::name);
        let choices: Vec<_> = roles.chain(Part::ALL.into_iter().map(Part::name)).collect();
        Err(self.unknown(word, Expected::Role, &choices))
    }

    /// `C1 answered`, `C1 refused`, `C1 gives up`.
    fn of_client(&mut self) -> Result<Fact, Box<ScriptError>> {
        let client = self.client()?;
        let word = self.word(Expected::Fact)?;
        match word.text {
            "answered" => Ok(Fact::Answered(client)),
            "refused" => Ok(Fact::Refused(client)),
            "gives" => self.literal("up").map(|()| Fact::GivesUp(client)),
            _ => Err(self.unknown(word, Expected::Fact, &["answered", "refused", "gives up"])),
        }
    }

    /// What a server has reached; nothing when `verb` is none of [`MEASURES`].
    fn measure(&mut self, who: Who, verb: &str) -> Result<Option<Fact>, Box<ScriptError>> {
        let fact = match verb {
            "term" => Fact::Term { who, term: self.number(0, u64::MAX)? },
            "commit" => Fact::Commit { who, index: self.number(0, u64::MAX)? },
            "log" => Fact::Log { who, index: self.number(0, u64::MAX)? },
            "durable" => Fact::Durable { who, index: self.number(1, u64::MAX)? },
            "snapshot" => Fact::Snapshot { who, index: self.number(0, u64::MAX)? },
            "value" => {
                let key = self.key()?;
                let value = if self.takes("none") { None } else { Some(self.integer()?) };
                Fact::Value { who, key, value }
            }
            _ => return Ok(None),
        };
        Ok(Some(fact))
    }

    fn property(&mut self) -> Result<Option<Property>, Box<ScriptError>> {
        if self.peek_word().is_none() {
            return Ok(None);
        }
        self.named(Expected::Property, &Property::ALL, Property::name).map(Some)
    }

    /// `S1>S2 AppendEntries term 2 index 5 nth 1`, or `all` where that is possible.
    pub fn messages(&mut self) -> Result<Messages, Box<ScriptError>> {
        if self.takes("all") { Ok(Messages::All) } else { self.message_name().map(Messages::One) }
    }

    /// `S1>S2 AppendEntries term 2 index 5 nth 1`: what follows the link stands in any order.
    pub fn message_name(&mut self) -> Result<MessageName, Box<ScriptError>> {
        self.message_name_before(|_| false)
    }

    /// The same, up to a word that is not part of it.
    pub fn message_name_before(
        &mut self,
        is_after: fn(&str) -> bool,
    ) -> Result<MessageName, Box<ScriptError>> {
        let link = self.link(false)?;
        let (from, to) = (link.from, link.to);
        let mut name = MessageName { from, to, kind: None, term: None, index: None, nth: None };
        while let Some(word) = self.peek_word().filter(|word| !is_after(word.text)) {
            let kind = kind_named(word.text).filter(|_| name.kind.is_none());
            let is_part = match word.text {
                "term" => name.term.is_none(),
                "index" => name.index.is_none(),
                "nth" => name.nth.is_none(),
                _ => kind.is_some(),
            };
            if !is_part {
                return Err(self.unknown(word, Expected::MessagePart, &parts_left(&name)));
            }
            self.word(Expected::MessagePart)?;
            match word.text {
                "term" => name.term = Some(self.number(0, u64::MAX)?),
                "index" => name.index = Some(self.number(0, u64::MAX)?),
                "nth" => name.nth = Some(self.small_number(0, u32::MAX)?),
                _ => name.kind = kind,
            }
        }
        Ok(name)
    }
}

/// Kinds are found whatever their case: they are long, and the paper's own spelling varies.
fn kind_named(word: &str) -> Option<PacketKind> {
    PacketKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(word))
}

/// What can still narrow a message down.
fn parts_left(name: &MessageName) -> Vec<&'static str> {
    let mut parts = Vec::new();
    if name.kind.is_none() {
        parts.extend(PacketKind::ALL.map(PacketKind::name));
    }
    let counts = [
        ("term", name.term.is_none()),
        ("index", name.index.is_none()),
        ("nth", name.nth.is_none()),
    ];
    parts.extend(counts.into_iter().filter(|&(_, is_left)| is_left).map(|(part, _)| part));
    parts
}
