//! Reading a line from left to right, with errors that say what must stand there.

use super::error::{Expected, Problem, ScriptError};
use super::lexer::{Kind, Span, Token, Word, quote, tokens};
use super::value::is_place;
use crate::sim::place::Place;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A line and how far it has been read.
///
/// What reads one token is called in dozens of places and never inlined, and what makes an error
/// is cold: the page downloads every copy.
pub(super) struct Cursor<'a> {
    /// The line's number, from 1.
    pub line: u32,
    /// The servers and clients it has spoken of so far.
    pub mentions: Vec<Mention<'a>>,
    tokens: Vec<Token<'a>>,
    at: usize,
}

/// A place that a script speaks of. Whether it exists is known only when all lines are read, since
/// `servers` may stand anywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention<'a> {
    /// The place.
    pub place: Place,
    /// The line's number.
    pub line: u32,
    /// The word as it was written.
    pub word: Word<'a>,
}

/// The longest word, in characters, that is compared with what it could have meant.
const GUESS_LENGTH_MAX: usize = 32;

impl<'a> Cursor<'a> {
    /// At the beginning of a line.
    pub fn new(text: &'a str, line: u32) -> Result<Cursor<'a>, Box<ScriptError>> {
        Ok(Cursor { line, mentions: Vec::new(), tokens: tokens(text, line)?, at: 0 })
    }

    /// Whether nothing but spaces or a comment is left.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The token that comes next.
    pub fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    /// The word that comes next, if it is one.
    #[inline(never)]
    pub fn peek_word(&self) -> Option<Word<'a>> {
        match self.peek()? {
            Token { kind: Kind::Word(text), span } => Some(Word { text, span: *span }),
            _ => None,
        }
    }

    /// Reads a word.
    #[inline(never)]
    pub fn word(&mut self, expected: Expected) -> Result<Word<'a>, Box<ScriptError>> {
        let word = self.peek_word().ok_or_else(|| self.unexpected(expected))?;
        self.at += 1;
        Ok(word)
    }

    /// Reads a word if it is this one.
    #[inline(never)]
    pub fn takes(&mut self, word: &str) -> bool {
        let is_next = self.peek_word().is_some_and(|next| next.text == word);
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads exactly this word.
    #[inline(never)]
    pub fn literal(&mut self, word: &'static str) -> Result<(), Box<ScriptError>> {
        if self.takes(word) { Ok(()) } else { Err(self.unexpected(Expected::Exactly(word))) }
    }

    /// Reads a symbol if it comes next.
    pub fn takes_symbol(&mut self, symbol: char) -> bool {
        let is_next = self.peek().is_some_and(|next| next.kind == Kind::Symbol(symbol));
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads the colon between a condition and its action.
    pub fn colon(&mut self) -> Result<(), Box<ScriptError>> {
        if self.takes_symbol(':') { Ok(()) } else { Err(self.unexpected(Expected::Exactly(":"))) }
    }

    /// Reads a text of at most `limit` characters.
    pub fn text(&mut self, limit: usize) -> Result<String, Box<ScriptError>> {
        let Some(Token { kind: Kind::Text(text), span }) = self.peek() else {
            return Err(self.unexpected(Expected::Text));
        };
        let characters = text.chars().count();
        if characters > limit {
            return Err(self.error(*span, Problem::TextTooLong { characters, limit }));
        }
        let text = text.clone();
        self.at += 1;
        Ok(text)
    }

    /// Makes sure that the line has been read to its end.
    pub fn finish(&self) -> Result<(), Box<ScriptError>> {
        match self.peek() {
            Some(token) => Err(self.error(token.span, Problem::Surplus { found: token.quote() })),
            None => Ok(()),
        }
    }

    /// How many tokens have been read; a place for [`Cursor::since`].
    pub fn mark(&self) -> usize {
        self.at
    }

    /// Everything read since a mark.
    pub fn since(&self, mark: usize) -> Span {
        match self.tokens.get(mark..self.at) {
            Some([first, .., last]) => first.span.to(last.span),
            Some([only]) => only.span,
            Some([]) | None => self.end(),
        }
    }

    /// An error about the token that comes next, or about the end of the line.
    #[cold]
    pub fn unexpected(&self, expected: Expected) -> Box<ScriptError> {
        match self.peek() {
            Some(token) => {
                self.error(token.span, Problem::Unexpected { found: token.quote(), expected })
            }
            None => self.error(self.end(), Problem::LineEnds { expected }),
        }
    }

    /// An error about a word that has been read.
    #[cold]
    pub fn malformed(&self, word: Word<'a>, expected: Expected) -> Box<ScriptError> {
        self.error(word.span, Problem::Unexpected { found: quote(word.text), expected })
    }

    /// An error about a word that is none of those that can stand there.
    #[cold]
    pub fn unknown(
        &self,
        word: Word<'a>,
        expected: Expected,
        choices: &[&'static str],
    ) -> Box<ScriptError> {
        let name = word.text.to_ascii_uppercase();
        let may_be_place = is_place(&name) && choices.iter().any(|choice| is_place(choice));
        let nearest = || nearest(word.text, choices).map(String::from);
        let suggestion = if may_be_place { Some(quote(&name)) } else { nearest() };
        let (found, choices) = (quote(word.text), choices.to_vec());
        let problem = Problem::WordUnknown { found, expected, choices, suggestion };
        self.error(word.span, problem)
    }

    /// An error on this line.
    pub fn error(&self, span: Span, problem: Problem) -> Box<ScriptError> {
        span.error(self.line, problem)
    }

    /// Remembers that the line speaks of a place.
    pub fn mention(&mut self, place: Place, word: Word<'a>) {
        self.mentions.push(Mention { place, line: self.line, word });
    }

    /// The place right behind the last token.
    fn end(&self) -> Span {
        Span { column: self.tokens.last().map_or(1, |last| last.span.end()), length: 0 }
    }
}

/// The word that was probably meant: at most two letters away, and at most half of what was
/// written, or every short word would be taken for another.
fn nearest(found: &str, choices: &[&'static str]) -> Option<&'static str> {
    let length = found.chars().count();
    if length > GUESS_LENGTH_MAX {
        return None;
    }
    // A place among the choices stands for all places, and is nobody's misspelling.
    let names = choices.iter().filter(|choice| !is_place(choice));
    // Of two that are as near the one with the same first letter: few mistakes are made there.
    let begins = |choice: &str| choice.chars().next() == found.chars().next();
    let distances = names.map(|&choice| (distance(found, choice), !begins(choice), choice));
    let (distance, _, choice) = distances.min_by_key(|&(distance, other, _)| (distance, other))?;
    (distance <= 2 && distance * 2 <= length).then_some(choice)
}

/// How many letters must be inserted, removed or replaced (Levenshtein), whatever their case.
fn distance(found: &str, choice: &str) -> usize {
    let mut row: Vec<usize> = (0..=choice.chars().count()).collect();
    for (n, a) in found.chars().enumerate() {
        let mut diagonal = n;
        let mut left = n + 1;
        row[0] = left;
        for (b, above) in choice.chars().zip(&mut row[1..]) {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = *above;
            left = replaced.min(left + 1).min(diagonal + 1);
            *above = left;
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        let cases = [("", "abc", 3), ("kitten", "sitting", 3), ("Crash", "crash", 0)];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_guess_is_near() {
        let choices = ["at", "set", "crash", "fail", "heal"];
        let cases = [
            ("crsh", Some("crash")),
            ("hael", Some("heal")),
            ("fael", Some("fail")),
            ("ste", None),
            ("st", Some("set")),
            ("x", None),
            ("crashing", None),
        ];
        for (found, expected) in cases {
            assert_eq!(nearest(found, &choices), expected, "{found}");
        }
    }
}
