//! Each rule ships one scenario: with the rule nothing goes wrong, without it what the file names.
//!
//! The scenarios are the files of `rules/`, named after their rules. The first line says what the
//! rule is for, the second what goes wrong when it is waived. Of a rule that keeps Raft safe that
//! is the property that breaks: `# breaks: election-safety`; and where another judge sees it coming
//! before, the third line names that: `# first: vote-once`. Of a rule that keeps Raft going it is
//! the expectation that fails, and no property breaks: `# fails: at 100ms expect leader S1`.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::raft::Rule;
use raft_core::timeline::{Timeline, transcript};
use std::fs::{read_dir, read_to_string};

#[test]
fn without_a_rule_goes_wrong_what_its_scenario_names() {
    for rule in Rule::ALL {
        let name = rule.name();
        let path = format!("{}/tests/rules/{name}.raft", env!("CARGO_MANIFEST_DIR"));
        let text = read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let (first, harm) = named_harm(&text, rule);
        let (wrong, told) = play(&text);
        assert_eq!(wrong, [""; 0], "{name} is in force:\n{told}");
        let (wrong, told) = play(&format!("{text}\nwithout {name}\n"));
        let begins = wrong.first().is_some_and(|wrong| wrong == first);
        let is_there = wrong.iter().any(|wrong| wrong == harm);
        assert!(begins && is_there, "{name} is waived: {wrong:?}, not {first}, {harm}:\n{told}");
    }
}

/// What the head of a scenario says that goes wrong: first, and most of all.
fn named_harm(text: &str, rule: Rule) -> (&str, &str) {
    let name = rule.name();
    let mut lines = text.lines();
    let intent = lines.next().unwrap_or_default();
    let is_intent = ["# §", "# Figure", "# Thesis"].iter().any(|begin| intent.starts_with(begin));
    assert!(is_intent, "{name}: the first line says what it is for: {intent:?}");
    let begin = if rule.is_about_safety() { "breaks: " } else { "fails: " };
    let harm = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
    let harm = harm.strip_prefix(begin);
    let harm = harm.unwrap_or_else(|| panic!("{name}: the second line begins with `# {begin}`"));
    let first = lines.next().and_then(|line| line.strip_prefix("# first: "));
    (first.unwrap_or(harm), harm)
}

/// All that goes wrong, in the order in which it is seen, and the transcript. A broken property
/// counts for more than an expectation: once nothing is sure, what a script expects is not to be
/// had either.
fn play(text: &str) -> (Vec<String>, String) {
    let mut timeline = Timeline::new(script(text));
    let script = timeline.script().clone();
    assert!(script.end.is_some(), "a scenario ends with `run …`:\n{text}");
    let mut told = String::new();
    while let Some(records) = timeline.step() {
        for record in records {
            told += &transcript::line(record, &script);
            told.push('\n');
        }
    }
    let mut wrong = Vec::new();
    let broken = timeline.findings().iter().map(|finding| finding.property.name().to_string());
    let failed = timeline.verdicts().iter().filter(|verdict| !verdict.held);
    let failed = failed.map(|verdict| script.lines[verdict.line].to_string());
    for what in broken.chain(failed) {
        if !wrong.contains(&what) {
            wrong.push(what);
        }
    }
    (wrong, told)
}

#[test]
fn a_scenario_that_is_not_a_rule_s_is_none() {
    let files = read_dir(format!("{}/tests/rules", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        let is_rule = Rule::ALL.iter().any(|rule| name == format!("{}.raft", rule.name()));
        assert!(is_rule, "{name} is named after no rule");
    }
}
