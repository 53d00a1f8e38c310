//! Each rule ships one scenario: with the rule it holds, without it the named property fails.
//!
//! The scenarios are the files of `rules/`, named after their rules. The first line says what the
//! rule is for, the second which property breaks first when it is waived. With the rule in force
//! the run finds nothing, and what the script expects holds.
#![cfg(feature = "sim")]

mod common;

use common::{first_broken, script};
use raft_core::raft::Rule;
use raft_core::sim::script::Property;
use raft_core::timeline::{Timeline, transcript};
use std::fs::read_to_string;

#[test]
fn each_rule_holds_its_property() {
    for rule in Rule::ALL {
        let path = format!("{}/tests/rules/{}.raft", env!("CARGO_MANIFEST_DIR"), rule.name());
        let text = read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let breaks = broken(&text, rule);
        let mut timeline = Timeline::new(script(&text));
        let mut lines = Vec::new();
        while let Some(records) = timeline.step() {
            lines.extend(records.to_vec());
        }
        let told: Vec<_> =
            lines.iter().map(|record| transcript::line(record, timeline.script())).collect();
        let told = told.join("\n");
        assert_eq!(timeline.findings(), [], "{} is in force:\n{told}", rule.name());
        let failed = timeline.verdicts().iter().find(|verdict| !verdict.held);
        assert_eq!(failed, None, "{}:\n{told}", rule.name());
        let waived = format!("{text}\nwithout {}\n", rule.name());
        assert_eq!(first_broken(&waived), Some(breaks), "{} is waived:\n{told}", rule.name());
    }
}

/// The property that the head of a scenario names.
fn broken(text: &str, rule: Rule) -> Property {
    let mut lines = text.lines();
    let intent = lines.next().unwrap_or_default();
    let is_intent = ["# §", "# Figure", "# Thesis"].iter().any(|begin| intent.starts_with(begin));
    assert!(is_intent, "{}: the first line says what it is for: {intent:?}", rule.name());
    let name = lines.next().and_then(|line| line.strip_prefix("# breaks: "));
    let property = Property::ALL.into_iter().find(|property| Some(property.name()) == name);
    property.unwrap_or_else(|| panic!("{}: no property is called {name:?}", rule.name()))
}

#[test]
fn a_scenario_that_is_not_a_rule_s_is_none() {
    let files = std::fs::read_dir(format!("{}/tests/rules", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        let is_rule = Rule::ALL.iter().any(|rule| name == format!("{}.raft", rule.name()));
        assert!(is_rule, "{name} is named after no rule");
    }
}
