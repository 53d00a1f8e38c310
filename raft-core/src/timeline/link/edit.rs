//! The second script of a link: only what it has in place of some lines of the first.
//!
//! ```text
//! beside 50 0 24 00abcdef      after 50 bytes, in place of none, the 24 that follow; the checksum
//! ```

use super::{Companion, LinkError};
use alloc::format;
use alloc::string::String;

/// What the line begins with; no script does.
const HEAD: &str = "beside ";

/// What makes the second script of the first: the lines from the first that differs to the last.
#[inline(never)]
pub(super) fn write(first: &str, companion: &Companion) -> String {
    let second = companion.script.trim_end();
    let (one, other) = (first.as_bytes(), second.as_bytes());
    let most = one.len().min(other.len());
    let mut before = 0;
    while before < most && one[before] == other[before] {
        before += 1;
    }
    while before > 0 && one[before - 1] != b'\n' {
        before -= 1;
    }
    let mut after = 0;
    while after < most - before && one[one.len() - 1 - after] == other[other.len() - 1 - after] {
        after += 1;
    }
    // Whole lines, so that no character is cut.
    while after > 0 && one.len() - after > 0 && one[one.len() - after - 1] != b'\n' {
        after -= 1;
    }
    let gone = one.len() - before - after;
    let new = second.get(before..other.len() - after).unwrap_or_default();
    format!("{HEAD}{before} {gone} {} {:08x}\n{new}", new.len(), companion.checksum)
}

/// Reads the first script and, where one is told of, the second.
pub(super) fn read(text: &str) -> Result<(&str, Option<Companion>), LinkError> {
    let Some(text) = text.strip_prefix(HEAD) else { return Ok((text, None)) };
    read_change(text).ok_or(LinkError::BadCompanion)
}

fn read_change(text: &str) -> Option<(&str, Option<Companion>)> {
    let (head, text) = text.split_once('\n')?;
    let mut words = head.split(' ');
    let mut number = || words.next()?.parse::<u64>().ok()?.try_into().ok();
    let (before, gone, new): (usize, usize, usize) = (number()?, number()?, number()?);
    let checksum = u32::from_str_radix(words.next()?, 16).ok()?;
    let (new, first) = (text.get(..new)?, text.get(new..)?);
    let (kept, rest) = (first.get(..before)?, first.get(before.checked_add(gone)?..)?);
    let mut script = String::from(kept);
    script.push_str(new);
    script.push_str(rest);
    words.next().is_none().then_some((first, Some(Companion { script, checksum })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use alloc::vec::Vec;

    fn companion(script: &str) -> Companion {
        Companion { script: script.into(), checksum: 0xab }
    }

    #[test]
    fn only_what_differs_is_written() {
        let text =
            write("raft 1\nseed 2\nrun 1s", &companion("raft 1\nseed 2\nset noop on\nrun 1s"));
        assert_eq!(text, "beside 14 0 12 000000ab\nset noop on\n");
        assert_eq!(write("raft 1", &companion("raft 1")), "beside 0 0 0 000000ab\n");
    }

    #[test]
    fn any_two_texts_come_back() {
        for n in 0..2_000u64 {
            let text = |salt| -> String {
                let lines = Chance::of(n, &[salt]).between(0, 6);
                let line =
                    |at| ["", "a", "b", "é é"][Chance::of(n, &[salt, at]).between(0, 3) as usize];
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
            "1 1 0",
            "1 99 0 ab",
            "99 0 0 ab",
            "0 0 99 ab",
            "x 0 0 ab",
            "0 0 0 zz",
            "-1 0 0 ab",
            "0 0 0 7 ab",
            &format!("{huge} {huge} 0 ab"),
            &format!("0 0 {huge} ab"),
        ] {
            let text = format!("beside {head}\nraft 1\nrun 1s");
            assert_eq!(read(&text), Err(LinkError::BadCompanion), "{head}");
        }
        assert_eq!(read("beside 0 0 0 ab"), Err(LinkError::BadCompanion));
        // Within a character there is no place.
        assert_eq!(read("beside 1 0 0 ab\né"), Err(LinkError::BadCompanion));
    }
}
