//! The second script of a link: only what it has in place of some lines of the first.
//!
//! ```text
//! beside 5 1 2 99 00abcdef      after 5 lines, in place of 1, come 2; so many events; the checksum
//! ```

use super::{Companion, LinkError};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What the line begins with; no script does.
const HEAD: &str = "beside ";

/// The lines that make the second script of the first.
pub(super) fn write(first: &str, companion: &Companion) -> String {
    let one: Vec<&str> = first.split('\n').collect();
    let other: Vec<&str> = companion.script.trim_end().split('\n').collect();
    let most = one.len().min(other.len());
    let mut before = 0;
    while before < most && one[before] == other[before] {
        before += 1;
    }
    let mut after = 0;
    while after < most - before && one[one.len() - 1 - after] == other[other.len() - 1 - after] {
        after += 1;
    }
    let (gone, new) = (one.len() - before - after, &other[before..other.len() - after]);
    let Companion { events, checksum, .. } = companion;
    let mut text = format!("{HEAD}{before} {gone} {} {events} {checksum:08x}\n", new.len());
    push(&mut text, new);
    text
}

/// Reads the first script and, where one is told of, the second.
pub(super) fn read(text: &str) -> Result<(&str, Option<Companion>), LinkError> {
    let Some(text) = text.strip_prefix(HEAD) else { return Ok((text, None)) };
    read_lines(text).ok_or(LinkError::BadCompanion)
}

fn read_lines(text: &str) -> Option<(&str, Option<Companion>)> {
    let (head, mut first) = text.split_once('\n')?;
    let words: Vec<&str> = head.split(' ').collect();
    let [before, gone, new, events, checksum] = words[..] else { return None };
    let number = |word: &str| word.parse::<u64>().ok();
    let (before, gone, new) = (number(before)?, number(gone)?, number(new)?);
    let mut lines = Vec::new();
    for _ in 0..new {
        let (line, rest) = first.split_once('\n')?;
        lines.push(line);
        first = rest;
    }
    let end = before.checked_add(gone)?;
    let mut script = String::new();
    let mut count = 0;
    for line in first.split('\n') {
        if count == before {
            push(&mut script, &lines);
        }
        if count < before || count >= end {
            push(&mut script, &[line]);
        }
        count += 1;
    }
    if count == before {
        push(&mut script, &lines);
    }
    // The last line of a script needs no end.
    script.pop();
    let checksum = u32::from_str_radix(checksum, 16).ok()?;
    let companion = Companion { script, events: number(events)?, checksum };
    (end <= count).then_some((first, Some(companion)))
}

fn push(text: &mut String, lines: &[&str]) {
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    fn companion(script: &str) -> Companion {
        Companion { script: script.into(), events: 7, checksum: 0xab }
    }

    #[test]
    fn only_what_differs_is_written() {
        let text =
            write("raft 1\nseed 2\nrun 1s", &companion("raft 1\nseed 2\nset noop on\nrun 1s"));
        assert_eq!(text, "beside 2 0 1 7 000000ab\nset noop on\n");
        assert_eq!(write("raft 1", &companion("raft 1")), "beside 1 0 0 7 000000ab\n");
    }

    #[test]
    fn any_two_texts_come_back() {
        for n in 0..2_000u64 {
            let text = |salt| -> String {
                let lines = Chance::of(n, &[salt]).between(0, 6);
                let line =
                    |at| ["", "a", "b", "c c"][Chance::of(n, &[salt, at]).between(0, 3) as usize];
                let lines: Vec<&str> = (0..=lines).map(line).chain(["end"]).collect();
                lines.join("\n")
            };
            let (one, other) = (text(1), text(2));
            let written = write(&one, &companion(&other)) + &one;
            assert_eq!(read(&written), Ok((one.as_str(), Some(companion(&other)))));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let huge = u64::MAX;
        for head in [
            "1 1 0 7",
            "1 9 0 7 ab",
            "9 0 0 7 ab",
            "0 0 9 7 ab",
            "x 0 0 7 ab",
            "0 0 0 7 zz",
            "-1 0 0 7 ab",
            "0 0 0 -7 ab",
            &format!("{huge} {huge} 0 7 ab"),
            &format!("0 0 {huge} 7 ab"),
        ] {
            let text = format!("beside {head}\nraft 1\nrun 1s");
            assert_eq!(read(&text), Err(LinkError::BadCompanion), "{head}");
        }
        assert_eq!(read("beside 0 0 0 7 ab"), Err(LinkError::BadCompanion));
    }
}
