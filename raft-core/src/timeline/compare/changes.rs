//! What was changed between two scripts, and how a change is written into one.

use crate::raft::Rule;
use crate::sim::script::{Action, Script};
use crate::sim::settings::Setting;
use crate::timeline::tell::{Told, Value, told};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What the script of B has changed in that of A, as far as it can matter to a run: captions and
/// expectations only look on. Nothing when both run alike.
pub fn changes(a: &Script, b: &Script) -> Vec<Told> {
    let mut found = Vec::new();
    for rule in Rule::ALL {
        match (a.rules.waives(rule), b.rules.waives(rule)) {
            (false, true) => found.push(told!("differs-waived", rule: rule.name())),
            (true, false) => found.push(told!("differs-kept", rule: rule.name())),
            (true, true) | (false, false) => {}
        }
    }
    let values = |script: &Script| -> [Value; 7] {
        [
            script.preset.name().into(),
            script.servers.into(),
            script.learners.into(),
            script.spares.into(),
            script.seed.into(),
            script.clients.to_string().into(),
            script.end.map_or(String::new(), |end| end.to_string()).into(),
        ]
    };
    let names = ["preset", "servers", "learners", "spares", "seed", "clients", "run"];
    for ((one, other), name) in values(a).into_iter().zip(values(b)).zip(names) {
        compare_values(&mut found, name, one, other);
    }
    let mut names: Vec<String> = Vec::new();
    for setting in a.settings.iter().chain(&b.settings) {
        let name = subject(setting);
        if !names.contains(&name) {
            let (one, other) = (value_of(a, &name), value_of(b, &name));
            compare_values(&mut found, &name, one.into(), other.into());
            names.push(name);
        }
    }
    let (one, other) = (acts(a), acts(b));
    for line in only_in(&one, &other) {
        found.push(told!("differs-gone", line: line));
    }
    for line in only_in(&other, &one) {
        found.push(told!("differs-new", line: line));
    }
    found
}

#[inline(never)]
fn compare_values(found: &mut Vec<Told>, name: &str, one: Value, other: Value) {
    if one != other {
        found.push(told!("differs-value", name: name, one: one, other: other));
    }
}

/// What a setting is about: its name, and its link if it is for one.
#[inline(never)]
fn subject(setting: &Setting) -> String {
    let name = setting.name().to_string();
    match setting {
        Setting::Latency(Some(link), _)
        | Setting::Loss(Some(link), _)
        | Setting::Duplicate(Some(link), _) => name + " " + &link.to_string(),
        _ => name,
    }
}

/// The value that a script's last line about a setting gives it; nothing where its preset does.
#[inline(never)]
fn value_of(script: &Script, name: &str) -> String {
    let mut value = String::new();
    for setting in &script.settings {
        if subject(setting) == name {
            let text = setting.to_string();
            value = text.get(name.len()..).unwrap_or(&text).trim().to_string();
        }
    }
    value
}

/// What happens by the script's lines.
#[inline(never)]
fn acts(script: &Script) -> Vec<String> {
    let mut acts = Vec::new();
    for line in &script.lines {
        if !matches!(line.what, Action::Say(_) | Action::Expect(_)) {
            acts.push(line.to_string());
        }
    }
    acts
}

/// The lines of one list that the other has not, or has less often.
#[inline(never)]
fn only_in(these: &[String], those: &[String]) -> Vec<String> {
    let mut rest: Vec<&String> = those.iter().collect();
    let mut found = Vec::new();
    for line in these {
        match rest.iter().position(|other| *other == line) {
            Some(at) => _ = rest.swap_remove(at),
            None => found.push(line.clone()),
        }
    }
    found
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
