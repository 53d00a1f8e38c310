//! Links: a script and a moment of its run, in characters that survive chat, mail and Markdown.
//!
//! ```text
//! v1t~ payload ~ check          the payload, written with the letters of `encode`
//! v1z~ payload ~ check          the payload, deflated and base64url: the page's or tool's work
//! v2…                           the same, of two runs beside one another
//! ```
//!
//! The payload is a line about the moment and then the script as it is. Of two runs a line that
//! begins with `beside` stands between them, and what the second script has in place of some lines
//! of the first; pages of before say that such a link is newer than they are. The check at the
//! end, in letters and digits, tells a link that was cut off from a whole one, and keeps the end
//! of the link from looking like punctuation.

mod edit;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::checksum::Digest;
use crate::time::Instant;

/// The version of the engine: a number that changes whenever a published script would run
/// differently.
pub const ENGINE: u32 = 1;
/// The newest version of links that is read.
const NEWEST: u32 = 2;
/// The longest fragment that is read, in bytes.
pub const LENGTH_MAX: usize = 262_144;

/// A script and a moment of its run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// The script.
    pub script: String,
    /// The moment.
    pub at: Instant,
    /// How many events come before it.
    pub events: u64,
    /// The caption shown, from 1; 0 for none.
    pub caption: u64,
    /// The engine that made the link.
    pub engine: u32,
    /// The checksum of what could be observed then.
    pub checksum: u32,
    /// What is shown beside it.
    pub beside: Option<Companion>,
}

/// A second run, shown at the same moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Companion {
    /// Its script.
    pub script: String,
    /// The checksum of what could be observed in it then.
    pub checksum: u32,
}

/// How a fragment carries its payload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Codec {
    /// As text, written with [`encode`].
    Text,
    /// Deflated (RFC 1951) and base64url (RFC 4648) without padding.
    Deflated,
}

/// Why a fragment is not a link.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LinkError {
    /// It does not begin like one.
    NotALink,
    /// It is of a newer version.
    Newer {
        /// What it says.
        version: u64,
    },
    /// Its end is missing or was changed.
    CutOff,
    /// It is longer than any link of ours.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// It holds a character that no link has.
    BadCharacter {
        /// The character.
        character: char,
    },
    /// The line about the moment is damaged.
    BadMoment,
    /// What it says of a second run does not fit the first.
    BadCompanion,
}

impl LinkError {
    /// What went wrong, by a name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            LinkError::NotALink => "link-none",
            LinkError::Newer { .. } => "link-newer",
            LinkError::CutOff => "link-cut-off",
            LinkError::TooLong { .. } => "link-too-long",
            LinkError::BadCharacter { .. } => "link-bad-character",
            LinkError::BadMoment => "link-bad-moment",
            LinkError::BadCompanion => "link-bad-companion",
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NotALink => write!(f, "this is not a link of the playground"),
            LinkError::Newer { version } => {
                write!(f, "this link is of version {version}; this playground reads up to {NEWEST}")
            }
            LinkError::CutOff => {
                write!(f, "this link was cut off or changed on its way; copy it again, whole")
            }
            LinkError::TooLong { length } => {
                write!(f, "this link has {length} bytes; no link has more than {LENGTH_MAX}")
            }
            LinkError::BadCharacter { character } => {
                write!(f, "this link holds `{character}`, which no link does; copy it again")
            }
            LinkError::BadMoment => write!(f, "this link does not say which moment it shows"),
            LinkError::BadCompanion => {
                write!(f, "this link does not say which two runs it compares")
            }
        }
    }
}

impl Link {
    /// The link's content as text.
    pub fn payload(&self) -> String {
        let Link { script, at, events, caption, engine, checksum, beside } = self;
        let moment = format!("{} {events} {caption} {engine} {checksum:08x}\n", at.0);
        let script = script.trim_end();
        let change = beside.as_ref().map(|companion| edit::write(script, companion));
        moment + &change.unwrap_or_default() + script
    }

    /// Reads the content of a link.
    pub fn read(payload: &str) -> Result<Link, LinkError> {
        let (moment, script) = payload.split_once('\n').ok_or(LinkError::BadMoment)?;
        let words: Vec<&str> = moment.split(' ').collect();
        let [at, events, caption, engine, checksum] = words[..] else {
            return Err(LinkError::BadMoment);
        };
        let number = |word: &str| word.parse::<u64>().map_err(|_| LinkError::BadMoment);
        let engine = u32::try_from(number(engine)?).map_err(|_| LinkError::BadMoment)?;
        let (script, beside) = edit::read(script)?;
        Ok(Link {
            script: script.to_string(),
            at: Instant(number(at)?),
            events: number(events)?,
            caption: number(caption)?,
            engine,
            checksum: u32::from_str_radix(checksum, 16).map_err(|_| LinkError::BadMoment)?,
            beside,
        })
    }

    /// The fragment that carries this link as text, without `#`.
    pub fn fragment(&self) -> String {
        seal(Codec::Text, self.version(), &encode(&self.payload()))
    }

    /// The version of links that can carry it.
    pub fn version(&self) -> u32 {
        if self.beside.is_some() { NEWEST } else { 1 }
    }
}

/// Makes a fragment of a body that is encoded already, for a [`Link::version`].
pub fn seal(codec: Codec, version: u32, body: &str) -> String {
    let letter = match codec {
        Codec::Text => 't',
        Codec::Deflated => 'z',
    };
    let head = format!("v{version}{letter}~{body}~");
    let check = check(&head);
    head + &check
}

/// Takes a fragment apart: the codec and, for [`Codec::Text`], the payload itself, else the body
/// that has to be inflated first. A `#` before it does no harm.
pub fn open(fragment: &str) -> Result<(Codec, String), LinkError> {
    let fragment = fragment.trim().trim_start_matches('#');
    if fragment.len() > LENGTH_MAX {
        return Err(LinkError::TooLong { length: fragment.len() });
    }
    let (head, rest) = fragment.split_once('~').ok_or(LinkError::NotALink)?;
    let codec = match head.strip_prefix('v').ok_or(LinkError::NotALink)? {
        "1t" | "2t" => Codec::Text,
        "1z" | "2z" => Codec::Deflated,
        other => {
            let digits = other.trim_end_matches(|c: char| c.is_ascii_lowercase());
            let version = digits.parse().map_err(|_| LinkError::NotALink)?;
            return Err(if version > u64::from(NEWEST) {
                LinkError::Newer { version }
            } else {
                LinkError::NotALink
            });
        }
    };
    let (body, found) = rest.rsplit_once('~').ok_or(LinkError::CutOff)?;
    if fragment.strip_suffix(found).map(check).as_deref() != Some(found) {
        return Err(LinkError::CutOff);
    }
    match codec {
        Codec::Text => Ok((codec, decode(body)?)),
        Codec::Deflated => Ok((codec, body.to_string())),
    }
}

/// Six letters and digits that follow from a text.
fn check(text: &str) -> String {
    let mut digest = Digest::new();
    text.bytes().for_each(|byte| digest.byte(byte));
    let hash = digest.finish();
    let digits = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let digit = |n: u32| char::from(digits[(hash / 36u64.pow(n) % 36) as usize]);
    (0..6).map(digit).collect()
}

/// Characters that a link writes as two; the first of the two is a dot.
const PAIRS: [(char, char); 16] = [
    ('.', 'd'),
    (':', 'c'),
    (',', 'k'),
    ('>', 'g'),
    ('%', 'p'),
    ('|', 'b'),
    ('"', 'q'),
    ('/', 's'),
    ('#', 'h'),
    ('\'', 'a'),
    ('?', 'w'),
    ('!', 'e'),
    ('_', 'u'),
    ('~', 't'),
    ('(', 'l'),
    (')', 'r'),
];

/// Writes a text with the letters that every address takes: `A–Z a–z 0–9 - . _ ~`.
///
/// A space is `_`, a line's end `~`, other frequent characters a dot and a letter, two dots in a
/// row `.v`, and anything else `.x` with its number in hexadecimal and another dot.
pub fn encode(text: &str) -> String {
    let mut encoded = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => encoded.push(c),
            ' ' => encoded.push('_'),
            '\n' => encoded.push('~'),
            '.' if rest.peek() == Some(&'.') => {
                rest.next();
                encoded.push_str(".v");
            }
            _ => match PAIRS.iter().find(|(plain, _)| *plain == c) {
                Some((_, letter)) => encoded.extend(['.', *letter]),
                None => encoded.push_str(&format!(".x{:x}.", u32::from(c))),
            },
        }
    }
    encoded
}

/// Reads what [`encode`] wrote.
pub fn decode(encoded: &str) -> Result<String, LinkError> {
    let mut text = String::new();
    let mut rest = encoded.chars();
    while let Some(c) = rest.next() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => text.push(c),
            '_' => text.push(' '),
            '~' => text.push('\n'),
            '.' => match rest.next().ok_or(LinkError::CutOff)? {
                'v' => text.push_str(".."),
                'x' => {
                    let digits: String = rest.by_ref().take_while(|&c| c != '.').take(8).collect();
                    let number = u32::from_str_radix(&digits, 16).ok();
                    text.push(number.and_then(char::from_u32).ok_or(LinkError::CutOff)?);
                }
                letter => match PAIRS.iter().find(|(_, known)| *known == letter) {
                    Some((plain, _)) => text.push(*plain),
                    None => return Err(LinkError::BadCharacter { character: letter }),
                },
            },
            character => return Err(LinkError::BadCharacter { character }),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    fn link() -> Link {
        Link {
            script: "raft 1\nset election 150..300ms\nat 1s say \"Why? (80%) — it's_ok ~\"".into(),
            at: Instant(1_234_567),
            events: 99,
            caption: 2,
            engine: ENGINE,
            checksum: 0x00ab_cdef,
            beside: None,
        }
    }

    #[test]
    fn a_link_comes_back_whole_and_is_readable() {
        let fragment = link().fragment();
        assert!(
            fragment.starts_with("v1t~1234567_99_2_1_00abcdef~raft_1~set_election_150.v300ms~")
        );
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        assert!(fragment.chars().all(allowed), "{fragment}");
        assert!(fragment.ends_with(|c: char| c.is_ascii_alphanumeric()));
        let (codec, payload) = open(&fragment).unwrap();
        assert_eq!((codec, Link::read(&payload)), (Codec::Text, Ok(link())));
    }

    #[test]
    fn every_text_survives_the_map_of_characters() {
        for n in 0..2_000u64 {
            let length = Chance::of(n, &[]).between(0, 12);
            let text: String = (0..length)
                .filter_map(|at| char::from_u32(Chance::of(n, &[at]).between(0, 0x2fff) as u32))
                .chain(" ..~_.x..".chars().skip((n % 9) as usize))
                .collect();
            assert_eq!(decode(&encode(&text)), Ok(text));
        }
    }

    #[test]
    fn every_cut_and_every_change_is_noticed() {
        let fragment = link().fragment();
        for end in 0..fragment.len() {
            assert!(open(&fragment[..end]).is_err(), "cut at {end}");
            let mut changed = fragment.clone().into_bytes();
            changed[end] = if changed[end] == b'5' { b'6' } else { b'5' };
            assert!(open(core::str::from_utf8(&changed).unwrap()).is_err(), "changed at {end}");
        }
    }

    #[test]
    fn what_is_not_a_link_is_told_apart() {
        let error = |fragment: &str| open(fragment).map(|_| ()).unwrap_err();
        assert_eq!(error(""), LinkError::NotALink);
        assert_eq!(error("election"), LinkError::NotALink);
        assert_eq!(error("<script>alert(1)</script>~"), LinkError::NotALink);
        assert_eq!(error("v7t~raft_1~000000"), LinkError::Newer { version: 7 });
        assert_eq!(error("v1t~raft_1"), LinkError::CutOff);
        let long = "v1t~".to_string() + &"a".repeat(1_000_000);
        assert_eq!(error(&long), LinkError::TooLong { length: 1_000_004 });
        assert!(error(&seal(Codec::Text, 1, "<b>")).code() == "link-bad-character");
    }
}
