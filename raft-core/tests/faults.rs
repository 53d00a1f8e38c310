//! Each fault that Raft does not promise to survive has a scenario: without it nothing goes
//! wrong, with it what the file names.
//!
//! The scenarios are the files of `faults/`. The first line says what the promise that is broken
//! is for, the second which property breaks: `# breaks: election-safety`. A line that ends with
//! `# the fault` is what breaks it.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::timeline::{Timeline, transcript};
use std::fs::{read_dir, read_to_string};

const FAULT: &str = "# the fault";

#[test]
fn with_a_fault_goes_wrong_what_its_scenario_names() {
    let files = read_dir(format!("{}/tests/faults", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut played = 0;
    for file in files {
        let path = file.unwrap().path();
        let (name, text) = (path.display(), read_to_string(&path).unwrap());
        let mut lines = text.lines();
        let intent = lines.next().unwrap_or_default();
        let is_intent =
            ["# §", "# Figure", "# Thesis"].iter().any(|begin| intent.starts_with(begin));
        assert!(is_intent, "{name}: the first line names a section");
        let harm = lines.next().and_then(|line| line.strip_prefix("# breaks: "));
        let harm = harm.unwrap_or_else(|| panic!("{name}: the second line says what breaks"));
        let whole: Vec<&str> = text.lines().filter(|line| !line.ends_with(FAULT)).collect();
        assert!(whole.len() < text.lines().count(), "{name}: no line ends with `{FAULT}`");
        let (wrong, told) = play(&whole.join("\n"));
        assert_eq!(wrong, [""; 0], "{name} without the fault:\n{told}");
        let (wrong, told) = play(&text);
        assert!(wrong.contains(&harm), "{name}: {wrong:?}, not {harm}:\n{told}");
        played += 1;
    }
    assert!(played >= 6, "only {played} scenarios");
}

/// All that goes wrong, and the transcript: the properties that break, and `an expectation`.
fn play(text: &str) -> (Vec<&'static str>, String) {
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
    let broken = timeline.findings().iter().map(|finding| finding.property.name());
    let failed = timeline.verdicts().iter().filter(|verdict| !verdict.held);
    (broken.chain(failed.map(|_| "an expectation")).collect(), told)
}
