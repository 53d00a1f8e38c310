//! What is wrong with a script, as codes with facts, and the English sentence for each.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// One mistake in a script, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScriptError {
    /// The line, from 1.
    pub line: u32,
    /// The first character, from 1.
    pub column: u32,
    /// How many characters are meant; 0 where something is missing.
    pub length: u32,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong. A page words these by [`Problem::code`] and [`Problem::facts`]; the English
/// sentence, which also says what to write instead, is the `Display` form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Problem {
    /// The script has too many bytes.
    ScriptTooLong {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The script does not begin with `raft 1`.
    VersionMissing,
    /// The script begins with a version of the language that is not known yet.
    VersionNewer {
        /// The version.
        found: String,
    },
    /// A text has no closing quote.
    TextUnclosed,
    /// A backslash stands before something other than a quote or a backslash.
    EscapeUnknown {
        /// What it stands before.
        found: char,
    },
    /// A text holds a character that has no shape.
    ControlCharacter {
        /// Its number in Unicode.
        found: u32,
    },
    /// A caption or title has too many characters.
    TextTooLong {
        /// How many it has.
        characters: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The line ends where something must follow.
    LineEnds {
        /// What must follow.
        expected: Expected,
    },
    /// Something else must stand here.
    Unexpected {
        /// What stands here.
        found: String,
        /// What must.
        expected: Expected,
    },
    /// None of the words that can stand here.
    WordUnknown {
        /// What stands here.
        found: String,
        /// What must.
        expected: Expected,
        /// All words that can stand here.
        choices: Vec<&'static str>,
        /// The one that was probably meant.
        suggestion: Option<String>,
    },
    /// The line could end before this.
    Surplus {
        /// What stands here.
        found: String,
    },
    /// A line that may stand only once stands again.
    Repeated {
        /// Its first word.
        word: &'static str,
        /// Where it stands first.
        line: u32,
    },
    /// A time without its unit.
    UnitMissing {
        /// The number.
        found: String,
    },
    /// A number with more digits after the point than the simulation tells apart.
    TooFine {
        /// The number.
        found: String,
        /// The finest step.
        step: &'static str,
    },
    /// Clients are to call at a rate and after a time to think.
    RateOrThink,
    /// A number that is too small or too large.
    OutOfRange {
        /// The number.
        found: String,
        /// The smallest that is possible.
        low: String,
        /// The largest that is possible.
        high: String,
    },
    /// A range from the larger to the smaller.
    Backwards {
        /// The range.
        found: String,
        /// The same with its ends exchanged.
        instead: String,
    },
    /// A key that the store cannot hold.
    KeyMalformed {
        /// The word.
        found: String,
    },
    /// A server that the script does not have.
    ServerUnknown {
        /// Its name.
        found: String,
        /// How many servers there are.
        servers: u32,
    },
    /// A client that no script can have.
    ClientUnknown {
        /// Its name.
        found: String,
        /// How many clients there may be.
        limit: u32,
    },
    /// A client beyond those of the `clients` line.
    ClientsTooFew {
        /// Its name.
        found: String,
        /// How many clients there are.
        clients: u32,
    },
    /// A link on which nothing ever flies.
    LinkPointless {
        /// The link.
        found: String,
    },
    /// A place stands twice where once is all it can.
    PlaceRepeated {
        /// Its name.
        found: String,
    },
    /// A setting that cannot change while the world runs.
    SettingFixed {
        /// Its name.
        setting: &'static str,
    },
    /// An action stands where it has no time.
    TimeNeeded {
        /// Its first word.
        action: &'static str,
    },
    /// `then` has no line above whose moment it could follow.
    NothingBefore,
    /// An expectation of something that only happens.
    NotLasting,
    /// A finding of the judges stands where a line would wait for it.
    OnlyExpected,
    /// More timed and triggered lines than a script may have.
    TooManyLines {
        /// How many it may have.
        limit: usize,
    },
    /// More lines that wait for a fact than a script may have.
    TooManyTriggers {
        /// How many it may have.
        limit: usize,
    },
}

/// What must stand at a place in a script.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Expected {
    /// The beginning of a line.
    Line,
    /// An action.
    Action,
    /// A fact.
    Fact,
    /// A time or a fact.
    Condition,
    /// The name of a setting.
    Setting,
    /// The name of a rule.
    Rule,
    /// The name of a preset.
    Preset,
    /// The name of a network.
    Network,
    /// The name of a property.
    Property,
    /// A server's part or state.
    Role,
    /// A message's kind, or a word that narrows it down.
    MessagePart,
    /// What the clients are like.
    ClientsPart,
    /// The name of a command.
    Verb,
    /// Which other servers there are.
    ServersPart,
    /// A server.
    Server,
    /// A client.
    Client,
    /// A server or a client.
    Place,
    /// Another group of a partition.
    Group,
    /// A server or a role.
    Target,
    /// A link.
    Link,
    /// A message, or all.
    Messages,
    /// A time.
    Time,
    /// A time, or two with `..` between them.
    Range,
    /// A share in percent.
    Share,
    /// A rate.
    Rate,
    /// A whole number that is not negative.
    Number,
    /// A whole number.
    Integer,
    /// A whole number, or `none`.
    Value,
    /// `on` or `off`.
    Switch,
    /// A whole number, or `off`.
    Bound,
    /// A whole number, or `forever`.
    Retries,
    /// A change of the membership.
    Change,
    /// A way to read.
    Reads,
    /// What a server is that has lost its disk.
    Wiped,
    /// What a disk does, or who lets messages and timers go on.
    Mode,
    /// Whether messages keep their order.
    Order,
    /// Bytes per second.
    Bandwidth,
    /// What a server does that finds a damaged record.
    Damaged,
    /// How far a clock is ahead, or how fast it runs.
    Clock,
    /// A record on a disk.
    Record,
    /// Text in quotes.
    Text,
    /// A key of the store.
    Key,
    /// Exactly this.
    Exactly(&'static str),
}

impl Expected {
    /// Its name for pages in other languages; of [`Expected::Exactly`], what must stand there.
    pub fn code(self) -> &'static str {
        self.wording().0
    }

    /// What it is, in English.
    pub(super) fn noun(self) -> &'static str {
        self.wording().1
    }

    /// The code, the English noun, and a sample.
    fn wording(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Expected::Line => ("line", "a line", "at 1200ms crash S2"),
            Expected::Action => ("action", "an action", "crash S2"),
            Expected::Fact => ("fact", "a fact", "leader elected"),
            Expected::Condition => ("condition", "a time or a fact", "300ms"),
            Expected::Setting => ("setting", "a setting", "election"),
            Expected::Rule => ("rule", "a rule", "commit-own-term"),
            Expected::Preset => ("preset", "a preset", "paper"),
            Expected::Network => ("network", "a network", "three-zones"),
            Expected::Property => ("property", "a property", "election-safety"),
            Expected::Role => ("role", "a role", "leader"),
            Expected::MessagePart => ("message-part", "a part of a message", "AppendEntries"),
            Expected::ClientsPart => ("clients-part", "a word about the clients", "rate 5/s"),
            Expected::Verb => ("verb", "a kind of command", "put 40"),
            Expected::ServersPart => ("servers-part", "a word about the servers", "spares 1"),
            Expected::Server => ("server", "a server", "S2"),
            Expected::Client => ("client", "a client", "C1"),
            Expected::Place => ("place", "a server or a client", "S2"),
            Expected::Group => ("group", "another group", "| S3"),
            Expected::Target => ("target", "a server or a role", "S2"),
            Expected::Link => ("link", "a link", "S1>S3"),
            Expected::Messages => ("messages", "a message", "S1>S2 AppendEntries"),
            Expected::Time => ("time", "a time", "150ms"),
            Expected::Range => ("range", "a range of times", "150..300ms"),
            Expected::Share => ("share", "a share", "5%"),
            Expected::Rate => ("rate", "a rate", "5/s"),
            Expected::Number => ("number", "a whole number", "3"),
            Expected::Integer => ("integer", "a whole number", "-5"),
            Expected::Value => ("value", "a value or `none`", "4"),
            Expected::Switch => ("switch", "a switch", "on"),
            Expected::Bound => ("bound", "a whole number or `off`", "64"),
            Expected::Retries => ("retries", "a whole number or `forever`", "3"),
            Expected::Change => ("change", "a change of the membership", "add S4"),
            Expected::Reads => ("reads", "a way to read", "confirmed"),
            Expected::Wiped => ("wiped", "what a server without its disk is", "new"),
            Expected::Mode => ("mode", "a mode", "manual"),
            Expected::Order => ("order", "an order", "fifo"),
            Expected::Bandwidth => ("bandwidth", "a bandwidth or `off`", "1MB/s"),
            Expected::Damaged => ("damaged", "what to do with a damaged record", "stop"),
            Expected::Clock => ("clock", "what a clock does", "+40ms"),
            Expected::Record => ("record", "a record of a disk", "index 3"),
            Expected::Text => ("text", "a text in double quotes", "\"Hello.\""),
            Expected::Key => ("key", "a key", "x"),
            Expected::Exactly(what) => (what, "", what),
        }
    }
}

/// `a time such as 150ms`.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wording() {
            (_, "", sample) => write!(f, "`{sample}`"),
            (_, noun, sample) => write!(f, "{noun} such as `{sample}`"),
        }
    }
}

impl Problem {
    /// The problem's name, for ever the same.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::ScriptTooLong { .. } => "script-too-long",
            Problem::VersionMissing => "version-missing",
            Problem::VersionNewer { .. } => "version-newer",
            Problem::TextUnclosed => "text-unclosed",
            Problem::EscapeUnknown { .. } => "escape-unknown",
            Problem::ControlCharacter { .. } => "control-character",
            Problem::TextTooLong { .. } => "text-too-long",
            Problem::LineEnds { .. } => "line-ends",
            Problem::Unexpected { .. } => "unexpected",
            Problem::WordUnknown { .. } => "word-unknown",
            Problem::Surplus { .. } => "surplus",
            Problem::Repeated { .. } => "repeated",
            Problem::UnitMissing { .. } => "unit-missing",
            Problem::TooFine { .. } => "too-fine",
            Problem::RateOrThink => "rate-or-think",
            Problem::OutOfRange { .. } => "out-of-range",
            Problem::Backwards { .. } => "backwards",
            Problem::KeyMalformed { .. } => "key-malformed",
            Problem::ServerUnknown { .. } => "server-unknown",
            Problem::ClientUnknown { .. } => "client-unknown",
            Problem::ClientsTooFew { .. } => "clients-too-few",
            Problem::LinkPointless { .. } => "link-pointless",
            Problem::PlaceRepeated { .. } => "place-repeated",
            Problem::SettingFixed { .. } => "setting-fixed",
            Problem::TimeNeeded { .. } => "time-needed",
            Problem::NothingBefore => "nothing-before",
            Problem::NotLasting => "not-lasting",
            Problem::OnlyExpected => "only-expected",
            Problem::TooManyLines { .. } => "too-many-lines",
            Problem::TooManyTriggers { .. } => "too-many-triggers",
        }
    }

    /// What a sentence about it needs to know, by name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Problem::VersionMissing
            | Problem::TextUnclosed
            | Problem::RateOrThink
            | Problem::NothingBefore
            | Problem::NotLasting
            | Problem::OnlyExpected => Vec::new(),
            Problem::ScriptTooLong { bytes, limit } => told(&[("bytes", bytes), ("limit", limit)]),
            Problem::TextTooLong { characters, limit } => {
                told(&[("characters", characters), ("limit", limit)])
            }
            Problem::EscapeUnknown { found } => told(&[("found", found)]),
            Problem::ControlCharacter { found } => {
                told(&[("found", &format_args!("U+{found:04X}"))])
            }
            Problem::VersionNewer { found }
            | Problem::Surplus { found }
            | Problem::UnitMissing { found }
            | Problem::KeyMalformed { found }
            | Problem::LinkPointless { found }
            | Problem::PlaceRepeated { found } => told(&[("found", found)]),
            Problem::LineEnds { expected } => told(&[("expected", &expected.code())]),
            Problem::Unexpected { found, expected } => {
                told(&[("found", found), ("expected", &expected.code())])
            }
            Problem::WordUnknown { found, expected, choices, suggestion } => {
                let (expected, choices) = (expected.code(), choices.join(" "));
                let facts: [Fact<'_>; 3] =
                    [("found", found), ("expected", &expected), ("choices", &choices)];
                let mut facts = told(&facts);
                facts.extend(suggestion.iter().map(|word| ("suggestion", word.clone())));
                facts
            }
            Problem::Repeated { word, line } => told(&[("word", word), ("line", line)]),
            Problem::TooFine { found, step } => told(&[("found", found), ("step", step)]),
            Problem::OutOfRange { found, low, high } => {
                told(&[("found", found), ("low", low), ("high", high)])
            }
            Problem::Backwards { found, instead } => {
                told(&[("found", found), ("instead", instead)])
            }
            Problem::ServerUnknown { found, servers } => {
                told(&[("found", found), ("servers", servers)])
            }
            Problem::ClientUnknown { found, limit } => told(&[("found", found), ("limit", limit)]),
            Problem::ClientsTooFew { found, clients } => {
                told(&[("found", found), ("clients", clients)])
            }
            Problem::SettingFixed { setting } => told(&[("setting", setting)]),
            Problem::TimeNeeded { action } => told(&[("action", action)]),
            Problem::TooManyLines { limit } | Problem::TooManyTriggers { limit } => {
                told(&[("limit", limit)])
            }
        }
    }
}

/// A name, and what it stands for.
type Fact<'a> = (&'static str, &'a dyn fmt::Display);

#[inline(never)]
fn told(facts: &[Fact<'_>]) -> Vec<(&'static str, String)> {
    facts.iter().map(|(name, fact)| (*name, fact.to_string())).collect()
}
