//! The English sentence for each problem: what is wrong, and what to write instead.

use super::error::{Expected, Problem, ScriptError};
use core::fmt;

/// One sentence, or two when the second says what to write instead.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::ScriptTooLong { bytes, limit } => {
                write!(f, "the script has {bytes} bytes; it may have {limit}")
            }
            Problem::VersionMissing => {
                f.write_str("a script begins with its version; write `raft 1` as the first line")
            }
            Problem::VersionNewer { found } => write!(
                f,
                "this script is written in version {found} of the language, which is newer than \
                 this one; open it with a newer playground, or write `raft 1`"
            ),
            Problem::TextUnclosed => {
                f.write_str("this text has no end; write `\"` behind its last word")
            }
            Problem::EscapeUnknown { found } => write!(
                f,
                "`\\{found}` means nothing in a text; write `\\\\` for a backslash and `\\\"` for \
                 a quote"
            ),
            Problem::ControlCharacter { found } => write!(
                f,
                "a text cannot hold the control character U+{found:04X}; write a space instead"
            ),
            Problem::TextTooLong { characters, limit } => write!(
                f,
                "this text has {characters} characters; it may have {limit}: write less, or two \
                 captions"
            ),
            Problem::LineEnds { expected } => {
                write!(f, "the line ends too early; write {expected} here")
            }
            Problem::Unexpected { found, expected } => {
                write!(f, "found `{found}`; write {expected} here")
            }
            Problem::WordUnknown { found, expected, choices, suggestion } => {
                unknown(f, found, *expected, choices, suggestion.as_deref())
            }
            Problem::Surplus { found } => write!(
                f,
                "the line is complete before `{found}`; end it there, or write `#` before a \
                 comment"
            ),
            Problem::Repeated { word, line } => write!(
                f,
                "a script has one `{word}` line, and line {line} is one already; keep one of them"
            ),
            Problem::UnitMissing { found } => {
                write!(f, "`{found}` has no unit; write `{found}ms`, `{found}s` or `{found}us`")
            }
            Problem::TooFine { found, step } => {
                write!(f, "`{found}` is too fine; the smallest step is {step}")
            }
            Problem::OutOfRange { found, low, high } if low == high => {
                write!(f, "`{found}` is not possible here; write {low}")
            }
            Problem::OutOfRange { found, low, high } => {
                write!(f, "`{found}` is not possible here; write {low} to {high}")
            }
            Problem::Backwards { found, instead } => {
                write!(f, "`{found}` runs backwards; write `{instead}`")
            }
            Problem::RateOrThink => {
                f.write_str("clients call at a `rate` or after a time to `think`; keep one of them")
            }
            Problem::KeyMalformed { found } => write!(
                f,
                "`{found}` cannot be a key; write 1 to 8 letters, digits or `_`, such as `x`"
            ),
            Problem::ServerUnknown { found, servers } => unknown_server(f, found, *servers),
            Problem::ClientUnknown { found, limit } => {
                write!(f, "there can be no {found}; clients are C1 to C{limit}")
            }
            Problem::ClientsTooFew { found, clients } => write!(
                f,
                "the script speaks of {found} but has only {clients} client{}; write `clients {}`",
                if *clients == 1 { "" } else { "s" },
                found.trim_start_matches('C'),
            ),
            Problem::LinkPointless { found } => write!(
                f,
                "nothing flies along {found}; write a link between two servers, or between a \
                 server and a client"
            ),
            Problem::PlaceRepeated { found } => {
                write!(f, "{found} stands here twice; write it once")
            }
            Problem::SettingFixed { setting } => write!(
                f,
                "`{setting}` holds from the beginning and cannot change later; write \
                 `set {setting} …` as a line of its own"
            ),
            Problem::TimeNeeded { action } => {
                write!(f, "`{action}` needs a time; write `at 0ms {action} …`")
            }
            Problem::NothingBefore => f.write_str(
                "`then` follows the line above, and there is none that happens during the run; \
                 write `at` or `when`",
            ),
            Problem::NotLasting => f.write_str(
                "an expectation must be something that can be seen at one moment, and this only \
                 happens; write it after `when`, or expect what it leads to, such as \
                 `leader S1 term 2`",
            ),
            Problem::OnlyExpected => f.write_str(
                "the run cannot wait for what a judge finds; write `expect` before it, on a line \
                 of its own",
            ),
            Problem::TooManyLines { limit } => {
                write!(f, "a script may have {limit} lines that happen; remove this and the rest")
            }
            Problem::TooManyTriggers { limit } => write!(
                f,
                "a script may have {limit} lines that wait for a fact; write `at` and a time"
            ),
        }
    }
}

fn unknown(
    f: &mut fmt::Formatter<'_>,
    found: &str,
    expected: Expected,
    choices: &[&str],
    suggestion: Option<&str>,
) -> fmt::Result {
    write!(f, "`{found}` is not {}; ", expected.noun())?;
    match (suggestion, choices) {
        (Some(word), _) => write!(f, "did you mean `{word}`?"),
        (None, [only]) => write!(f, "write `{only}`"),
        (None, _) => write!(f, "write one of: {}", choices.join(", ")),
    }
}

fn unknown_server(f: &mut fmt::Formatter<'_>, found: &str, servers: u32) -> fmt::Result {
    match servers {
        1 => write!(f, "there is no {found}: there is only S1"),
        _ => write!(f, "there is no {found}: there are only S1 to S{servers}"),
    }
}

/// `line 3, column 8: …`.
impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl core::error::Error for ScriptError {}
