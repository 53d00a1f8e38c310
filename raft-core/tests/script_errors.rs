//! A mistake in a script gets its line, its column, what is wrong and what to write instead.
#![cfg(feature = "sim")]

use raft_core::sim::script::{Script, limits, parse, parse_action};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// See the first lines of the file.
const MISTAKES: &str = include_str!("script_mistakes.txt");

#[test]
fn each_mistake_gets_its_place_and_a_sentence() {
    for block in MISTAKES.trim_end().split("\n\n").skip(1) {
        let mut lines = block.lines();
        let (line, mark) = (lines.next().unwrap(), lines.next().unwrap());
        let expected = lines.collect::<Vec<_>>().join(" ");
        let column = mark.find(['^', '|']).unwrap() as u32 + 1;
        let length = mark.matches('^').count() as u32;
        // A line that happens stands above, so that `then` has something to follow.
        let errors = parse(&format!("raft 1\nat 0 heal\n{line}\n")).expect_err(line);
        assert_eq!(errors.len(), 1, "{line}");
        let error = &errors[0];
        assert_eq!((error.line, error.column, error.length), (3, column, length), "{error}");
        assert_eq!(format!("{}: {}", error.problem.code(), error.problem), expected, "{line}");
        assert_eq!(error.to_string(), format!("line 3, column {column}: {}", error.problem));
    }
}

#[test]
fn a_text_holds_no_control_characters() {
    let sentence = "a text cannot hold the control character U+0009; write a space instead";
    check("raft 1\ntitle \"é\t\"", &[(2, 9, sentence)]);
}

#[test]
fn a_script_begins_with_its_version() {
    let missing = "a script begins with its version; write `raft 1` as the first line";
    let newer = "this script is written in version 2 of the language, which is newer than this \
                 one; open it with a newer playground, or write `raft 1`";
    check("", &[(1, 1, missing)]);
    check("\n# Nothing.\n", &[(1, 1, missing)]);
    check("\n seed 1", &[(2, 2, missing)]);
    check("at 5ms heal", &[(1, 1, missing)]);
    check("raft 2\nnew syntax {", &[(1, 6, newer)]);
    check("raft one", &[(1, 6, "found `one`; write `1` here")]);
    check("raft", &[(1, 5, "the line ends too early; write `1` here")]);
}

#[test]
fn all_mistakes_are_reported_in_the_order_of_the_text() {
    check(
        "raft 1\nat 5ms crash S4\nservers 3\nat 5 heal\nat 5ms cut S9>S1",
        &[
            (2, 14, "there is no S4: there are only S1 to S3"),
            (4, 4, "`5` has no unit; write `5ms`, `5s` or `5us`"),
            (5, 12, "there is no S9: there are only S1 to S3"),
        ],
    );
    check("raft 1\nservers 1\nat 5ms crash S2", &[(3, 14, "there is no S2: there is only S1")]);
    check(
        "raft 1\nservers x\nat 5ms crash S9",
        &[(2, 9, "found `x`; write a whole number such as `3` here")],
    );
    let many = format!("raft 1\n{}", "what\n".repeat(30));
    assert_eq!(parse(&many).unwrap_err().len(), 20);
    let many = format!("raft 1\n{}", "at 0 crash S9\n".repeat(30));
    assert_eq!(parse(&many).unwrap_err().len(), 20);
}

#[test]
fn lines_must_agree_with_each_other() {
    check(
        "raft 1\nclients 2\nat 5ms put x 1 via C3",
        &[(3, 20, "the script speaks of C3 but has only 2 clients; write `clients 3`")],
    );
    check(
        "raft 1\nwhen C2 refused: heal\nclients 1",
        &[(2, 6, "the script speaks of C2 but has only 1 client; write `clients 2`")],
    );
    let nothing = "`then` follows the line above, and there is none that happens during the run; \
                   write `at` or `when`";
    check("raft 1\nthen 5ms: heal", &[(2, 1, nothing)]);
    check("raft 1\nat 0 heal\nexpect quiet\nthen: heal", &[(4, 1, nothing)]);
    // The line above is wrong, but it is there.
    check(
        "raft 1\nat 0 hael\nthen: heal",
        &[(2, 6, "`hael` is not an action; did you mean `heal`?")],
    );
    check(
        "raft 1\nrun 5s\nseed 1\nrun 6s",
        &[(4, 1, "a script has one `run` line, and line 2 is one already; keep one of them")],
    );
}

#[test]
fn what_passes_a_limit_is_one_mistake() {
    let lines = |line: &str, count| format!("raft 1\n{}", format!("{line}\n").repeat(count));
    assert!(parse(&lines("at 0 heal", limits::LINES)).is_ok());
    check(
        &lines("at 0 heal", limits::LINES + 9),
        &[(1002, 1, "a script may have 1000 lines that happen; remove this and the rest")],
    );
    assert!(parse(&lines("when quiet: heal", limits::TRIGGERS)).is_ok());
    check(
        &lines("when quiet: heal", limits::TRIGGERS + 9),
        &[(202, 1, "a script may have 200 lines that wait for a fact; write `at` and a time")],
    );
    let title = |length| format!("raft 1\ntitle \"{}\"", "é".repeat(length));
    assert!(parse(&title(limits::CAPTION)).is_ok());
    check(
        &title(limits::CAPTION + 1),
        &[(2, 7, "this text has 601 characters; it may have 600: write less, or two captions")],
    );
    let fill = |bytes| format!("raft 1\n#{}", "x".repeat(bytes - 8));
    assert!(parse(&fill(limits::TEXT)).is_ok());
    check(&fill(limits::TEXT + 1), &[(1, 1, "the script has 65537 bytes; it may have 65536")]);
}

fn large() -> Script {
    Script { servers: limits::SERVERS, ..Script::default() }
}

#[test]
fn a_gesture_has_the_same_mistakes() {
    let mistake = |text| parse_action(text, &large()).unwrap_err()[0].to_string();
    assert_eq!(
        mistake(""),
        "line 1, column 1: the line ends too early; write an action such as `crash S2` here"
    );
    assert_eq!(mistake("crash S26"), "line 1, column 7: there is no S26: there are only S1 to S25");
    assert_eq!(
        mistake("heal\nheal"),
        "line 2, column 1: the line is complete before `heal`; end it there, or write `#` before \
         a comment"
    );
    assert!(mistake("at 5ms crash S2").contains("`at` is not an action"));
    assert_eq!(
        parse_action(&"x".repeat(70_000), &large()).unwrap_err()[0].problem.code(),
        "script-too-long"
    );
}

#[test]
fn a_page_can_word_a_mistake_from_its_facts() {
    let facts = |text| parse_action(text, &large()).unwrap_err()[0].problem.facts();
    let told = |facts: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        facts.iter().map(|&(name, fact)| (name, fact.to_string())).collect()
    };
    assert_eq!(facts("crash S26"), told(&[("found", "S26"), ("servers", "25")]));
    assert_eq!(facts("crash"), told(&[("expected", "target")]));
    assert_eq!(
        facts("set disk x"),
        told(&[("found", "x"), ("expected", "mode"), ("choices", "manual auto lies honest"),])
    );
    assert_eq!(facts("set disk Manual").last(), told(&[("suggestion", "manual")]).last());
}

#[test]
fn hostile_texts_end_soon() {
    let mut texts = vec![
        "raft 1\nservers 1000000000".to_string(),
        format!("raft 1\nseed {}", "9".repeat(60_000)),
        format!("raft 1\nrun {}.{}s", "9".repeat(30_000), "9".repeat(30_000)),
        format!("raft 1\nat 0 {}", "x".repeat(60_000)),
        format!("raft 1\nat 0 partition {}", "S1,".repeat(20_000)),
        format!("raft 1\nat 0 partition {}", "|".repeat(60_000)),
        format!("raft 1\nwhen {}", "(".repeat(60_000)),
        format!("raft 1\n{}", "when ".repeat(12_000)),
        format!("raft 1\n{}", "then ".repeat(12_000)),
        format!("raft 1\n{}", "\"".repeat(60_000)),
        format!("raft 1\n{}", "\\".repeat(60_000)),
        format!("raft 1\nset latency {}", "..".repeat(30_000)),
        format!("raft 1\nset latency S1{}", ">S1".repeat(20_000)),
        "\n".repeat(65_000),
        "\u{0}\u{1}\u{7f}\u{202e}\u{fffd}".repeat(6_000),
        "🦀".repeat(16_000),
        "x\n".repeat(500_000),
    ];
    let mut settings = String::from("raft 1\n");
    for n in 0..4_000 {
        writeln!(settings, "set sync {n}us").unwrap();
    }
    assert!(parse(&settings).is_ok());
    texts.push(settings + "x");
    let began = Instant::now();
    for text in texts {
        let errors = parse(&text).unwrap_err();
        assert!((1..=20).contains(&errors.len()));
        assert!(errors.iter().all(|error| error.to_string().len() < 600), "{errors:?}");
        assert!(parse_action(&text, &large()).is_err());
    }
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[track_caller]
fn check(text: &str, expected: &[(u32, u32, &str)]) {
    let errors = parse(text).unwrap_err();
    let sentences: Vec<String> = errors.iter().map(|error| error.problem.to_string()).collect();
    let found: Vec<(u32, u32, &str)> = errors
        .iter()
        .zip(&sentences)
        .map(|(error, sentence)| (error.line, error.column, sentence.as_str()))
        .collect();
    assert_eq!(found, expected, "{text:.200}");
}
