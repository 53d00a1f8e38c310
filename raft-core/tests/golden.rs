//! Golden scripts: one behaviour each, with the transcript that it leaves.
//!
//! A file of `golden/` is a line of intent that names the section of the paper, a script, a line
//! `---` and the transcript. The transcript is never edited by hand:
//!
//! ```text
//! UPDATE_GOLDEN=1 cargo test --test golden --all-features
//! ```
//!
//! rewrites all of them, and the difference is reviewed as code is. Beside the transcript, every
//! expectation of a script has to hold, and no judge may find anything that it does not expect.
//!
//! The transcript of a longer run tells only what a viewer would want to hear of, when a second
//! line `# messages are left out` says so.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::check::Finding;
use raft_core::sim::Happening;
use raft_core::sim::script::{Action, Fact};
use raft_core::timeline::tell::is_noteworthy;
use raft_core::timeline::{Timeline, transcript};
use std::fs;
use std::path::{Path, PathBuf};

const MARK: &str = "---\n";
const SHORT: &str = "# messages are left out";
const UPDATE: &str = "UPDATE_GOLDEN=1 cargo test --test golden --all-features";

#[test]
fn every_golden_script_leaves_its_transcript() {
    let is_update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let files = golden_files();
    assert!(files.len() > 30, "only {} files", files.len());
    let problems: Vec<String> = files
        .iter()
        .filter_map(|path| check(path, is_update).err())
        .map(|problem| problem.trim_end().to_string())
        .collect();
    assert!(
        problems.is_empty(),
        "\n\n{}\n\nWhere the new transcript is right:\n\n    {UPDATE}\n",
        problems.join("\n\n"),
    );
}

fn golden_files() -> Vec<PathBuf> {
    let folder = format!("{}/tests/golden", env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

/// Compares a file's transcript with what the script does now, or writes it.
fn check(path: &Path, is_update: bool) -> Result<(), String> {
    let name = path.file_name().expect("a file").to_string_lossy();
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let (head, expected) = text.split_once(&format!("\n{MARK}")).unwrap_or((text.trim_end(), ""));
    let intent = head.lines().next().unwrap_or_default();
    if !["# §", "# Figure", "# Thesis"].iter().any(|begin| intent.starts_with(begin)) {
        return Err(format!("{name}: the first line names a section: `# §5.2: …`"));
    }
    let found = play(head).map_err(|problem| format!("{name}: {problem}"))?;
    if is_update {
        let text = format!("{head}\n{MARK}{found}");
        return fs::write(path, text).map_err(|error| format!("{name}: {error}"));
    }
    match first_difference(expected, &found) {
        Some(difference) => Err(format!("{name}\n{intent}\n{difference}")),
        None => Ok(()),
    }
}

/// The transcript of a script in which nothing goes wrong.
fn play(text: &str) -> Result<String, String> {
    let mut timeline = Timeline::new(script(text));
    let script = timeline.script().clone();
    if script.end.is_none() {
        return Err("a golden script ends with `run …`".into());
    }
    let is_short = text.lines().nth(1) == Some(SHORT);
    let mut lines = String::new();
    while let Some(records) = timeline.step() {
        for record in records.iter().filter(|record| !is_short || is_told(&record.what)) {
            lines.push_str(&transcript::line(record, &script));
            lines.push('\n');
        }
    }
    let is_expected = |finding: &Finding| {
        let violation = Fact::Violation(Some(finding.property));
        script.lines.iter().any(|line| line.what == Action::Expect(violation.clone()))
    };
    match timeline.verdicts().iter().find(|verdict| !verdict.held) {
        Some(verdict) => Err(format!("FAILED: {}\n{lines}", script.lines[verdict.line])),
        None if timeline.findings().iter().all(is_expected) => Ok(lines),
        None => Err(format!("{:?}\n{lines}", timeline.findings())),
    }
}

/// Whether a short transcript tells of it: what is noteworthy, and the lines of the script instead
/// of each direction of each link that they cut.
fn is_told(what: &Happening) -> bool {
    match what {
        Happening::Cut(..) | Happening::Healed(..) => false,
        Happening::Performed { .. } | Happening::Expected { .. } => true,
        _ => is_noteworthy(what),
    }
}

/// The first line in which two transcripts differ, with what stands around it.
fn first_difference(expected: &str, found: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    if old == new {
        return None;
    }
    let at = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let show = |sign: char, lines: &[&str]| {
        let shown: Vec<String> = lines.iter().map(|line| format!("  {sign} {line}\n")).collect();
        if shown.is_empty() { format!("  {sign} (the transcript ends)\n") } else { shown.concat() }
    };
    let before = if at == 0 { String::new() } else { show(' ', &old[at.saturating_sub(3)..at]) };
    let old = show('-', &old[at..old.len().min(at + 3)]);
    let new = show('+', &new[at..new.len().min(at + 3)]);
    Some(format!("line {} of the transcript:\n{before}{old}{new}", at + 1))
}
