//! The command `play`, as a shell sees it: what it prints, and with what it exits.
#![cfg(feature = "sim")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Plays a script from standard input.
fn play(script: &str, options: &[&str]) -> Output {
    let mut child = Command::new(program())
        .args(options)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Cargo builds the examples beside the tests.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples").join(format!("play{}", std::env::consts::EXE_SUFFIX))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const ELECTION: &str = "raft 1\nservers 3\nat 0ms timeout S2\nrun 200ms\n";

#[test]
fn exits_with_0_when_all_expectations_hold() {
    let output = play(&format!("{ELECTION}expect leader S2 term 1\nexpect no violation"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("S2 leads term 1 with 2 of 3 votes (§5.2)"));
    assert!(text(&output).contains("held: expect leader S2 term 1"));
}

#[test]
fn says_what_does_not_fit_before_the_run_begins() {
    let script = "raft 1\npreset mistake-slow-heartbeat\nrun 100ms";
    let output = text(&play(script, &[]));
    assert!(output.starts_with("hint: heartbeats come each 400ms"), "{output}");
    assert!(!text(&play(script, &["--quiet"])).contains("hint"));
    assert!(!text(&play(ELECTION, &[])).contains("hint"));
}

#[test]
fn exits_with_1_when_an_expectation_fails_or_a_property_breaks() {
    let failed = play(&format!("{ELECTION}expect leader S1"), &["--quiet"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed).starts_with("FAILED: expect leader S1\n"), "{}", text(&failed));
    let broken = "raft 1\nservers 2\nwithout majority-quorum\nat 0ms cut S1-S2\n\
                  at 0ms timeout S1\nat 0ms timeout S2\nrun 100ms\n";
    let output = play(broken, &["--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("violated: election-safety"), "{}", text(&output));
    let expected = play(&format!("{broken}expect violation election-safety"), &["--quiet"]);
    assert_eq!(expected.status.code(), Some(0), "{}", text(&expected));
}

#[test]
fn exits_with_2_when_the_script_or_the_link_is_wrong() {
    let mistake = play("raft 1\ncrush S1", &[]);
    assert_eq!(mistake.status.code(), Some(2));
    assert!(text(&mistake).starts_with("line 2, column 1: "), "{}", text(&mistake));
    for source in ["no-such-file", "v1t~raft_1~aaaaaa", "v9t~x~aaaaaa"] {
        let output = Command::new(program()).arg(source).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{source}");
        assert!(text(&output).len() > 20, "{source}: {}", text(&output));
    }
}

#[test]
fn compares_two_runs_and_exits_with_1_when_they_differ() {
    let lost = format!("{ELECTION}at 180ms put x 1 via C1");
    let output = play(&lost, &["--change", "set prevote on"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let printed = text(&output);
    assert!(printed.starts_with("changed: only in B: set prevote on\n"), "{printed}");
    assert!(printed.contains("first difference at 0ms\nA:      0.000  S2 stands for election"));
    assert!(printed.contains("around it, B:\n     0.000  »"), "{printed}");
    let same = play(ELECTION, &["--without", "commit-own-term"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    assert!(text(&same).ends_with("no difference up to 200ms\n"), "{}", text(&same));
    let wrong = play(ELECTION, &["--without", "gravity"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong));
}
