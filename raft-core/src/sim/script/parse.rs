//! Reading a script: what each line begins with, and what only all lines together can show.

use super::cursor::{Cursor, Mention};
use super::error::{Expected, Problem, ScriptError};
use super::lexer::{Span, Word, quote};
use super::parse_action::ACTIONS;
use super::{Action, Line, Script, When, limits};
use crate::raft::Rule;
use crate::sim::place::Place;
use crate::sim::settings::{NetworkPreset, Preset};
use crate::time::Duration;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

/// What a line can begin with.
const BEGINNINGS: [&str; 15] = [
    "title", "servers", "seed", "preset", "network", "set", "without", "clients", "run", "at",
    "when", "then", "every", "expect", "raft",
];

/// The most mistakes that are reported at once.
const ERRORS_MAX: usize = 20;

/// The shortest time between two repetitions of a line.
const PERIOD_MIN: Duration = Duration::from_millis(1);

/// Reads a script. All mistakes are reported, one for each line and at most 20, in the order of
/// the text.
pub fn parse(text: &str) -> Result<Script, Vec<ScriptError>> {
    check_length(text).map_err(|error| vec![*error])?;
    let mut reader = Reader::default();
    for (number, line) in numbered_lines(text) {
        if let Err(error) = reader.line(line, number) {
            let is_last = ends_reading(&error.problem) || reader.errors.len() + 1 >= ERRORS_MAX;
            reader.report(*error);
            if is_last {
                return Err(reader.errors);
            }
        }
    }
    reader.finish()
}

/// Reads one action, as a gesture of the page says it: `crash S2`. It speaks only of places that
/// the script has.
pub fn parse_action(text: &str, script: &Script) -> Result<Action, Vec<ScriptError>> {
    read_action(text, script).map_err(|error| vec![*error])
}

fn read_action(text: &str, script: &Script) -> Result<Action, Box<ScriptError>> {
    check_length(text)?;
    let mut first: Option<Cursor<'_>> = None;
    for (number, line) in numbered_lines(text) {
        let cursor = Cursor::new(line, number)?;
        if first.is_some() {
            cursor.finish()?;
        } else if !cursor.is_at_end() {
            first = Some(cursor);
        }
    }
    let mut cursor = match first {
        Some(cursor) => cursor,
        None => Cursor::new("", 1)?,
    };
    let action = cursor.action()?;
    let (servers, clients) = (script.all_servers(), script.clients.count);
    let missing = |mention| missing_server(mention, servers).or(missing_client(mention, clients));
    match (cursor.mentions.iter().find_map(missing), &action) {
        (Some(error), _) => Err(error),
        // Nobody was named: C1 was meant.
        (None, Action::Call { client, .. }) if *client > clients => {
            let problem =
                Problem::ClientsTooFew { found: Place::Client(*client).to_string(), clients };
            Err(Span { column: 1, length: 0 }.error(1, problem))
        }
        (None, _) => Ok(action),
    }
}

/// A script while it is read.
#[derive(Default)]
struct Reader<'a> {
    script: Script,
    /// Whether a line that is not empty has been read.
    is_open: bool,
    /// Lines that may stand only once and have been read, by first word, with their numbers.
    seen: Vec<(&'static str, u32)>,
    /// How many lines wait for a fact.
    triggers: usize,
    /// Whether the line above happens during the run, so that `then` can follow it.
    has_line_above: bool,
    /// Whether the `servers` or the `clients` line is wrong, so that nothing can be said of the
    /// places that other lines speak of.
    is_count_unknown: bool,
    mentions: Vec<Mention<'a>>,
    errors: Vec<ScriptError>,
}

impl<'a> Reader<'a> {
    /// Reads a line.
    fn line(&mut self, text: &'a str, number: u32) -> Result<(), Box<ScriptError>> {
        let mut cursor = match Cursor::new(text, number) {
            Ok(cursor) => cursor,
            Err(error) => {
                self.is_open = true;
                return Err(error);
            }
        };
        if cursor.is_at_end() {
            return Ok(());
        }
        self.check_version(&cursor)?;
        let word = cursor.word(Expected::Line)?;
        if let Some(known) = BEGINNINGS.into_iter().find(|&known| known == word.text) {
            self.check_once(&cursor, word, known)?;
        }
        let result = self.statement(&mut cursor, word);
        if result.is_err() && matches!(word.text, "servers" | "clients") {
            self.is_count_unknown = true;
        }
        match result {
            Ok(()) => self.mentions.append(&mut cursor.mentions),
            // Whatever it should have been, a `then` below it is not a mistake of its own.
            Err(_) => self.has_line_above = true,
        }
        result
    }

    /// Makes sure that the first line that is not empty is `raft 1`.
    fn check_version(&mut self, cursor: &Cursor<'a>) -> Result<(), Box<ScriptError>> {
        if core::mem::replace(&mut self.is_open, true) {
            return Ok(());
        }
        let is_version = cursor.peek_word().is_some_and(|word| word.text == "raft");
        match cursor.peek() {
            Some(token) if !is_version => {
                // The line is read all the same, so that its own mistakes show too.
                self.report(*cursor.error(token.span, Problem::VersionMissing));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes sure that a line stands once, if it is of a kind that may only stand once.
    fn check_once(
        &mut self,
        cursor: &Cursor<'a>,
        word: Word<'a>,
        known: &'static str,
    ) -> Result<(), Box<ScriptError>> {
        if matches!(known, "set" | "without" | "at" | "when" | "then" | "every" | "expect") {
            return Ok(());
        }
        if let Some(&(_, line)) = self.seen.iter().find(|&&(seen, _)| seen == known) {
            return Err(cursor.error(word.span, Problem::Repeated { word: known, line }));
        }
        self.seen.push((known, cursor.line));
        Ok(())
    }

    /// Reads what follows a line's first word, and that the line then ends.
    fn statement(
        &mut self,
        cursor: &mut Cursor<'a>,
        word: Word<'a>,
    ) -> Result<(), Box<ScriptError>> {
        match word.text {
            "raft" => version(cursor)?,
            "title" => self.script.title = cursor.text(limits::CAPTION)?,
            "servers" => servers(cursor, &mut self.script)?,
            "seed" => self.script.seed = cursor.number(0, u64::MAX)?,
            "preset" => {
                self.script.preset = cursor.named(Expected::Preset, &Preset::ALL, Preset::name)?;
            }
            "network" => {
                let all = &NetworkPreset::ALL;
                self.script.network =
                    Some(cursor.named(Expected::Network, all, NetworkPreset::name)?);
            }
            "set" => self.script.settings.push(cursor.setting()?),
            "without" => {
                let rule = cursor.named(Expected::Rule, &Rule::ALL, Rule::name)?;
                self.script.rules = self.script.rules.without(rule);
            }
            "clients" => self.script.clients = cursor.clients()?,
            "run" => self.script.end = Some(cursor.instant()?),
            "at" | "when" | "then" | "every" | "expect" => return self.timed(cursor, word),
            verb => {
                return Err(match ACTIONS.into_iter().find(|&action| action == verb) {
                    Some(action) => cursor.error(word.span, Problem::TimeNeeded { action }),
                    None => cursor.unknown(word, Expected::Line, &BEGINNINGS),
                });
            }
        }
        cursor.finish()
    }

    /// Reads a timed or triggered line.
    fn timed(&mut self, cursor: &mut Cursor<'a>, word: Word<'a>) -> Result<(), Box<ScriptError>> {
        if self.script.lines.len() == limits::LINES {
            let problem = Problem::TooManyLines { limit: limits::LINES };
            return Err(cursor.error(word.span, problem));
        }
        if word.text == "then" && !self.has_line_above {
            return Err(cursor.error(word.span, Problem::NothingBefore));
        }
        self.has_line_above = word.text != "expect";
        let when = when(cursor, word)?;
        if matches!(when, When::On(_) | When::Then(_)) {
            if self.triggers == limits::TRIGGERS {
                let problem = Problem::TooManyTriggers { limit: limits::TRIGGERS };
                return Err(cursor.error(word.span, problem));
            }
            self.triggers += 1;
        }
        let what = match when {
            When::AtEnd => {
                let fact = cursor.expected_fact()?;
                cursor.finish()?;
                Action::Expect(fact)
            }
            _ => cursor.action()?,
        };
        self.script.lines.push(Line { when, what });
        Ok(())
    }

    /// Keeps a mistake in its place among the others, and of too many the first.
    fn report(&mut self, error: ScriptError) {
        let place = |error: &ScriptError| (error.line, error.column);
        let at = self.errors.partition_point(|other| place(other) <= place(&error));
        self.errors.insert(at, error);
        self.errors.truncate(ERRORS_MAX);
    }

    /// What only all lines together can show.
    fn finish(mut self) -> Result<Script, Vec<ScriptError>> {
        if !self.is_open {
            let nowhere = Span { column: 1, length: 0 };
            self.report(*nowhere.error(1, Problem::VersionMissing));
        }
        self.count_clients();
        if !self.is_count_unknown {
            let (servers, clients) = (self.script.all_servers(), self.script.clients.count);
            for mention in core::mem::take(&mut self.mentions) {
                let missing = missing_server(&mention, servers);
                if let Some(error) = missing.or_else(|| missing_client(&mention, clients)) {
                    self.report(*error);
                }
            }
        }
        if self.errors.is_empty() { Ok(self.script) } else { Err(self.errors) }
    }

    /// Without a `clients` line there are as many as the lines speak of.
    fn count_clients(&mut self) {
        if self.seen.iter().any(|&(word, _)| word == "clients") {
            return;
        }
        let named = self.mentions.iter().filter_map(|mention| match mention.place {
            Place::Client(id) => Some(id),
            Place::Server(_) => None,
        });
        let callers = self.script.lines.iter().filter_map(|line| match line.what {
            Action::Call { client, .. } => Some(client),
            _ => None,
        });
        self.script.clients.count = named.chain(callers).max().unwrap_or(0);
    }
}

/// What follows `raft`.
fn version(cursor: &mut Cursor<'_>) -> Result<(), Box<ScriptError>> {
    let expected = Expected::Exactly("1");
    let word = cursor.word(expected)?;
    if word.text == "1" {
        return Ok(());
    }
    let is_number = word.text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && word.text.bytes().any(|byte| byte != b'0') {
        let problem = Problem::VersionNewer { found: quote(word.text) };
        return Err(cursor.error(word.span, problem));
    }
    Err(cursor.malformed(word, expected))
}

/// What follows `servers`: `3 learners 1 spares 2`.
fn servers(cursor: &mut Cursor<'_>, script: &mut Script) -> Result<(), Box<ScriptError>> {
    script.servers = cursor.small_number(1, limits::SERVERS)?;
    let mut choices = vec!["learners", "spares"];
    while let Some(word) = cursor.peek_word() {
        if !choices.contains(&word.text) {
            return Err(cursor.unknown(word, Expected::ServersPart, &choices));
        }
        choices.retain(|&choice| choice != word.text);
        let left = limits::SERVERS - script.all_servers();
        if cursor.takes("learners") {
            script.learners = cursor.small_number(0, left)?;
        } else if cursor.takes("spares") {
            script.spares = cursor.small_number(0, left)?;
        }
        if choices.is_empty() {
            break;
        }
    }
    Ok(())
}

/// When a timed line happens.
fn when(cursor: &mut Cursor<'_>, word: Word<'_>) -> Result<When, Box<ScriptError>> {
    let when = match word.text {
        "at" => return cursor.instant().map(When::At),
        "when" => When::On(cursor.awaited_fact()?),
        "then" => then(cursor)?,
        "every" => every(cursor)?,
        _ => return Ok(When::AtEnd),
    };
    cursor.colon()?;
    Ok(when)
}

/// What follows `then`: nothing, a time or a fact.
fn then(cursor: &mut Cursor<'_>) -> Result<When, Box<ScriptError>> {
    match cursor.peek_word() {
        Some(word) if word.text.starts_with(|c: char| c.is_ascii_digit()) => {
            cursor.duration(Duration::ZERO).map(When::After)
        }
        Some(_) => cursor.awaited_fact().map(When::Then),
        None if cursor.is_at_end() => Err(cursor.unexpected(Expected::Condition)),
        None => Ok(When::After(Duration::ZERO)),
    }
}

/// What follows `every`: `500ms from 1s to 3s`.
fn every(cursor: &mut Cursor<'_>) -> Result<When, Box<ScriptError>> {
    let period = cursor.duration(PERIOD_MIN)?;
    let mark = cursor.mark();
    cursor.literal("from")?;
    let from = cursor.instant()?;
    cursor.literal("to")?;
    let to = cursor.instant()?;
    if from > to {
        let found = alloc::format!("from {from} to {to}");
        let instead = alloc::format!("from {to} to {from}");
        return Err(cursor.error(cursor.since(mark), Problem::Backwards { found, instead }));
    }
    Ok(When::Every { period, from, to })
}

/// The lines of a text, from 1. A byte order mark is an editor's, not the script's.
fn numbered_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines())
}

fn check_length(text: &str) -> Result<(), Box<ScriptError>> {
    if text.len() <= limits::TEXT {
        return Ok(());
    }
    let problem = Problem::ScriptTooLong { bytes: text.len(), limit: limits::TEXT };
    Err(Span { column: 1, length: 0 }.error(1, problem))
}

/// Whether nothing after this can be read with sense.
fn ends_reading(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::VersionNewer { .. }
            | Problem::TooManyLines { .. }
            | Problem::TooManyTriggers { .. }
    )
}

fn missing_server(mention: &Mention<'_>, servers: u32) -> Option<Box<ScriptError>> {
    let id = mention.place.server()?;
    let found = quote(mention.word.text);
    let is_there = (1..=servers).contains(&id.0);
    let problem = Problem::ServerUnknown { found, servers };
    (!is_there).then(|| mention.word.span.error(mention.line, problem))
}

fn missing_client(mention: &Mention<'_>, clients: u32) -> Option<Box<ScriptError>> {
    let Place::Client(id) = mention.place else { return None };
    let problem = Problem::ClientsTooFew { found: mention.place.to_string(), clients };
    (id > clients).then(|| mention.word.span.error(mention.line, problem))
}
