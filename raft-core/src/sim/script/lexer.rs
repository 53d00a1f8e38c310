//! A line of text as words, texts and symbols, each with its place.

use super::error::{Problem, ScriptError};
use crate::sim::kv::split;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::iter::Peekable;
use core::str::CharIndices;

/// The smallest thing that a line is made of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Where it stands.
    pub span: Span,
}

/// A stretch of one line, in characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    /// The first character, from 1.
    pub column: u32,
    /// How many characters.
    pub length: u32,
}

/// What a token is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind<'a> {
    /// Whatever stands between spaces and symbols: names, numbers, links, times.
    Word(&'a str),
    /// What stands between double quotes, escapes resolved.
    Text(String),
    /// One of [`SYMBOLS`].
    Symbol(char),
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// Where it stands.
    pub span: Span,
}

/// What separates words and is a token itself.
const SYMBOLS: [char; 3] = [':', ',', '|'];

/// How much of a script an error quotes, in characters.
const QUOTE_LENGTH_MAX: usize = 40;

impl Span {
    /// The column right behind it.
    pub fn end(self) -> u32 {
        self.column + self.length
    }

    /// From the beginning of this to the end of another.
    pub fn to(self, last: Span) -> Span {
        Span { column: self.column, length: last.end().saturating_sub(self.column) }
    }

    /// An error that stands here.
    #[cold]
    pub fn error(self, line: u32, problem: Problem) -> Box<ScriptError> {
        Box::new(ScriptError { line, column: self.column, length: self.length, problem })
    }
}

impl<'a> Word<'a> {
    /// The word's parts before and behind a separator of ASCII characters, if it has one.
    pub fn split(self, separator: &str) -> Option<(Word<'a>, Word<'a>)> {
        let (before, behind) = split(self.text, separator)?;
        let length = count(before);
        let skipped = length + count(separator);
        let first = Span { column: self.span.column, length };
        let second = Span { column: first.column + skipped, length: count(behind) };
        Some((Word { text: before, span: first }, Word { text: behind, span: second }))
    }
}

impl Token<'_> {
    /// How an error speaks of it.
    pub fn quote(&self) -> String {
        match &self.kind {
            Kind::Word(word) => quote(word),
            Kind::Text(text) => alloc::format!("\"{}\"", quote(text)),
            Kind::Symbol(symbol) => String::from(*symbol),
        }
    }
}

/// The beginning of a word, fit to be shown: an error must not be as long as a hostile script.
pub(super) fn quote(word: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut quote: String = word.chars().map(shown).take(QUOTE_LENGTH_MAX).collect();
    if word.chars().nth(QUOTE_LENGTH_MAX).is_some() {
        quote.push('…');
    }
    quote
}

/// The tokens of one line, without its comment.
pub(super) fn tokens(line: &str, number: u32) -> Result<Vec<Token<'_>>, Box<ScriptError>> {
    let mut tokens = Vec::new();
    let mut chars = line.char_indices().peekable();
    let mut column = 1;
    while let Some(&(from, first)) = chars.peek() {
        if first == '#' {
            break;
        }
        if first.is_whitespace() {
            chars.next();
            column += 1;
            continue;
        }
        let (kind, length) = if first == '"' {
            text(&mut chars, column, number)?
        } else if SYMBOLS.contains(&first) {
            chars.next();
            (Kind::Symbol(first), 1)
        } else {
            word(line, from, &mut chars)
        };
        tokens.push(Token { kind, span: Span { column, length } });
        column += length;
    }
    Ok(tokens)
}

/// Reads up to the next space, symbol, quote or comment.
fn word<'a>(line: &'a str, from: usize, chars: &mut Peekable<CharIndices<'_>>) -> (Kind<'a>, u32) {
    let is_end = |c: char| c.is_whitespace() || SYMBOLS.contains(&c) || c == '"' || c == '#';
    let (mut to, mut length) = (from, 0);
    while let Some((at, c)) = chars.next_if(|&(_, c)| !is_end(c)) {
        to = at + c.len_utf8();
        length += 1;
    }
    (Kind::Word(line.get(from..to).unwrap_or_default()), length)
}

/// Reads a text from its opening to its closing quote.
fn text<'a>(
    chars: &mut Peekable<CharIndices<'_>>,
    column: u32,
    number: u32,
) -> Result<(Kind<'a>, u32), Box<ScriptError>> {
    chars.next();
    let mut text = String::new();
    let mut length = 1;
    while let Some((_, c)) = chars.next() {
        length += 1;
        match c {
            '"' => return Ok((Kind::Text(text), length)),
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => {
                    text.push(escaped);
                    length += 1;
                }
                Some((_, found)) => {
                    let span = Span { column: column + length - 1, length: 2 };
                    return Err(span.error(number, Problem::EscapeUnknown { found }));
                }
                None => break,
            },
            _ if c.is_control() => {
                let span = Span { column: column + length - 1, length: 1 };
                return Err(span.error(number, Problem::ControlCharacter { found: c.into() }));
            }
            _ => text.push(c),
        }
    }
    Err(Span { column, length }.error(number, Problem::TextUnclosed))
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(line: &str) -> Vec<(u32, u32)> {
        let place = |token: Token| (token.span.column, token.span.length);
        tokens(line, 1).unwrap().into_iter().map(place).collect()
    }

    #[test]
    fn columns_count_characters_and_comments_are_no_tokens() {
        assert_eq!(
            places("say  \"ä\\\"ü\" point S2,S3 # ä"),
            [(1, 3), (6, 6), (13, 5), (19, 2), (21, 1), (22, 2)]
        );
        assert_eq!(places("ü:x"), [(1, 1), (2, 1), (3, 1)]);
        assert_eq!(places("\u{a0} # only a comment"), []);
    }

    #[test]
    fn a_sign_of_a_comment_in_a_text_is_text() {
        let tokens = tokens(r#""a # \\ \" b"#, 1).unwrap_err();
        assert_eq!((tokens.column, tokens.length), (1, 12));
        let tokens = super::tokens(r#""a # \\ \" b""#, 1).unwrap();
        assert_eq!(tokens[0].kind, Kind::Text("a # \\ \" b".into()));
    }

    #[test]
    fn a_quote_is_short_and_has_no_control_characters() {
        assert_eq!(quote("a\u{1b}[0m"), "a\u{fffd}[0m");
        assert_eq!(quote(&"é".repeat(41)).chars().count(), 41);
        assert_eq!(quote(&"é".repeat(40)).chars().count(), 40);
    }

    #[test]
    fn a_word_is_split_where_its_parts_stand() {
        let word = Word { text: "S1>S23", span: Span { column: 5, length: 6 } };
        let (from, to) = word.split(">").unwrap();
        assert_eq!((from.text, from.span), ("S1", Span { column: 5, length: 2 }));
        assert_eq!((to.text, to.span), ("S23", Span { column: 8, length: 3 }));
    }
}
