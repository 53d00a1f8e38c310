//! What was changed between two scripts, and how a change is written into one.

use crate::sim::script::{Action, Script};
use crate::timeline::tell::{Told, told};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What the script of B has changed in that of A, as the lines that only one of them has and that
/// can matter to a run: titles, captions and expectations only look on. Nothing when both run
/// alike.
pub fn changes(a: &Script, b: &Script) -> Vec<Told> {
    let (one, other) = (acts(a), acts(b));
    let mut gone = only_in(&one, &other);
    let mut found = Vec::new();
    for line in only_in(&other, &one) {
        match gone.iter().position(|old| is_about(old, line)) {
            Some(at) => {
                let old = gone.remove(at).as_str();
                found.push(told!("differs-instead", line: line.as_str(), old: old));
            }
            None => found.push(told!("differs-new", line: line.as_str())),
        }
    }
    for line in gone {
        found.push(told!("differs-gone", line: line.as_str()));
    }
    found
}

/// The lines that the others have not, or less often.
#[inline(never)]
fn only_in<'a>(these: &'a [String], those: &[String]) -> Vec<&'a String> {
    let mut rest: Vec<&String> = those.iter().collect();
    let mut found = Vec::new();
    for line in these {
        match rest.iter().position(|other| *other == line) {
            Some(at) => _ = rest.swap_remove(at),
            None => found.push(line),
        }
    }
    found
}

/// A script's lines, as they are written canonically, but for those that only look on.
fn acts(script: &Script) -> Vec<String> {
    let (title, lines) = (String::new(), Vec::new());
    let head = Script { title, lines, ..script.clone() }.to_string();
    let mut acts: Vec<String> = head.lines().map(ToString::to_string).collect();
    for line in &script.lines {
        if !matches!(line.what, Action::Say(_) | Action::Expect(_)) {
            acts.push(line.to_string());
        }
    }
    acts
}

/// A script's text with one line changed.
///
/// A line that says once what the whole run is like (`preset production`, `seed 3`) takes the
/// place of the one that said it, `set loss 5%` that of the same setting. `with commit-own-term`,
/// which no script has, takes `without commit-own-term` away. Any other line is added where such
/// lines stand: before what happens, or before the end of the run.
///
/// Nothing is checked: whether the text is a script, `parse` will say.
pub fn changed(text: &str, change: &str) -> String {
    let change = change.trim();
    let first = words(change)[0];
    let takes_away = first == "with";
    let (mut count, mut after_header) = (0, 0);
    let (mut end, mut old) = (None, None);
    for line in text.lines() {
        let word = words(line)[0];
        if is_header(word) {
            after_header = count + 1;
        }
        if word == "run" {
            end = Some(count);
        }
        if old.is_none() && is_about(line, change) {
            old = Some(count);
        }
        count += 1;
    }
    let place = if is_header(first) { after_header } else { end.unwrap_or(count) };
    let new = if old.is_none() && !takes_away { Some(place) } else { None };
    let mut changed = String::new();
    for (at, line) in text.lines().chain([""]).enumerate() {
        if new == Some(at) {
            push_line(&mut changed, change);
        }
        if old == Some(at) && !takes_away {
            push_line(&mut changed, change);
        } else if at < count && !(takes_away && is_about(line, change)) && old != Some(at) {
            push_line(&mut changed, line);
        }
    }
    changed
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Whether a line begins with a word that says what holds from the beginning.
fn is_header(word: &str) -> bool {
    let headers = ["raft", "title", "servers", "seed", "preset", "set", "without", "clients"];
    headers.contains(&word)
}

/// The first words of a line.
#[inline(never)]
fn words(line: &str) -> [&str; 3] {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    [(); 3].map(|()| words.next().unwrap_or(""))
}

/// Whether a line says what a change says anew, or takes away.
#[inline(never)]
fn is_about(line: &str, change: &str) -> bool {
    let (old, new) = (words(line), words(change));
    match (old[0], new[0]) {
        ("without", "with") => old[1] == new[1],
        // `set loss S1>S2 5%` is about a link.
        ("set", "set") => {
            let names_link = |word: &str| word.starts_with('S') || word.starts_with('C');
            old[1] == new[1] && (old[2] == new[2] || !names_link(old[2]) && !names_link(new[2]))
        }
        ("without", "without") => old[1] == new[1],
        (one, other) => {
            let once = ["raft", "title", "servers", "seed", "preset", "clients", "run"];
            one == other && once.contains(&one)
        }
    }
}
