//! Each rule ships one scenario: with the rule nothing goes wrong, without it what the file names.
//!
//! The scenarios are the files of `rules/`, named after their rules. The first line says what the
//! rule is for, the second what goes wrong first when it is waived. Of a rule that keeps Raft safe
//! that is the property that breaks: `# breaks: election-safety`. Of one that keeps it going it is
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
        let harm = named_harm(&text, rule);
        let (found, told) = play(&text);
        assert_eq!(found, None, "{name} is in force:\n{told}");
        let (found, told) = play(&format!("{text}\nwithout {name}\n"));
        assert_eq!(found.as_deref(), Some(harm), "{name} is waived:\n{told}");
    }
}

/// What the head of a scenario says that goes wrong.
fn named_harm(text: &str, rule: Rule) -> &str {
    let name = rule.name();
    let mut lines = text.lines();
    let intent = lines.next().unwrap_or_default();
    let is_intent = ["# §", "# Figure", "# Thesis"].iter().any(|begin| intent.starts_with(begin));
    assert!(is_intent, "{name}: the first line says what it is for: {intent:?}");
    let begin = if rule.is_about_safety() { "breaks: " } else { "fails: " };
    let harm = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
    assert!(harm.starts_with(begin), "{name}: the second line begins with `# {begin}`: {harm:?}");
    harm
}

/// What goes wrong first, and the transcript up to there. A broken property counts for more than
/// an expectation: once nothing is sure, what a script expects is not to be had either.
fn play(text: &str) -> (Option<String>, String) {
    let mut timeline = Timeline::new(script(text));
    let script = timeline.script().clone();
    assert!(script.end.is_some(), "a scenario ends with `run …`:\n{text}");
    let mut told = String::new();
    while timeline.findings().is_empty() {
        let Some(records) = timeline.step() else { break };
        for record in records {
            told += &transcript::line(record, &script);
            told.push('\n');
        }
    }
    let broken = timeline.findings().first();
    let broken = broken.map(|finding| format!("breaks: {}", finding.property.name()));
    let failed = timeline.verdicts().iter().find(|verdict| !verdict.held);
    let failed = failed.map(|verdict| format!("fails: {}", script.lines[verdict.line]));
    (broken.or(failed), told)
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
