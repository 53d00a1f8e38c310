//! Scripts as text and as values: what is written is read back as the same.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::holds_for_text;
use raft_core::raft::{NodeId, Rule};
use raft_core::sim::kv::Command;
use raft_core::sim::place::{Link, Place};
use raft_core::sim::script::*;
use raft_core::sim::settings::{Range, Setting};
use raft_core::time::{Duration, Instant};

#[test]
fn a_version_alone_is_the_default_script() {
    for text in ["raft 1", "\u{feff}raft 1\r\n", "\n# Nothing.\n  raft\t1 # the first version\n"] {
        assert_eq!(parse(text), Ok(Script::default()), "{text:?}");
    }
}

#[test]
fn everything_said_is_read() {
    let script = parse(
        "raft 1
        run 5s
        title \"A \\\"split\\\" vote # 1\"
        clients 2 rate 0.5/s keys 3
        servers 4
        seed 18446744073709551615
        preset paper
        set election 150..300ms
        set loss S1>S2 0.5%
        without commit-own-term
        at 1.5ms put x -5 via C2
        when candidate count 2: say \"Two.\" point S2,C1
        then: heal
        expect no violation",
    );
    let mut expected = Script {
        title: "A \"split\" vote # 1".into(),
        servers: 4,
        seed: u64::MAX,
        clients: Clients { count: 2, rate: 500, keys: 3, ..Clients::default() },
        end: Some(Instant(5_000_000)),
        ..Script::default()
    };
    let link = Link { from: server(1), to: server(2), both: false };
    expected.settings.push(Setting::Election(Range::from_millis(150, 300)));
    expected.settings.push(Setting::Loss(Some(link), 5_000));
    expected.rules = expected.rules.without(Rule::CommitOwnTerm);
    let call = Command::Put { key: "x".into(), value: -5 };
    let caption = Caption { text: "Two.".into(), point: vec![server(2), Place::Client(1)] };
    expected.lines = vec![
        Line {
            when: When::At(Instant(1_500)),
            what: Action::Call { client: 2, to: None, command: call },
        },
        Line {
            when: When::On(Fact::Count { role: RoleName::Candidate, count: 2 }),
            what: Action::Say(caption),
        },
        Line { when: When::After(Duration::ZERO), what: Action::HealAll },
        Line { when: When::AtEnd, what: Action::Expect(Fact::NoViolation(None)) },
    ];
    assert_eq!(script, Ok(expected));
}

/// Every form of every line, as it is written.
const CANONICAL: &str = r#"raft 1
title "Say \"hello\", \\ and 你好 # not a comment"
servers 7 learners 2 spares 1
seed 11
preset production
set election 150..300ms
set election 1ms
set heartbeat 50ms
set noop on
set noop off
set prevote on
set checkquorum off
set handover off
set sessions on
set batch 1000
set batch-bytes 1
set inflight off
set inflight-bytes 1073741824
set uncommitted off
set snapshot 50
set snapshot-bytes off
set keep 0
set chunk 64
set chunk off
set drift 500
set rounds 3
set session-limit 100
set reads log
set reads confirmed
set reads lease
set wiped founder
set wiped new
set latency 10..15ms
set latency 0..0.001ms
set latency S1>S2 100ms
set latency C9-S1 1.25ms
set loss 5%
set loss S1-S3 0.0001%
set duplicate 12.25%
set duplicate S1>C1 100%
set sync 0ms
set retry 500ms
set retries 0
set retries 1000
set retries forever
set backoff on
set network manual
set network auto
set timers manual
set disk manual
without one-vote-per-term
without commit-own-term
clients 9 rate 0.5/s keys 3

at 0ms crash S2
at 1200ms crash leader
at 1200ms restart follower
at 1200.001ms pause candidate
at 1200ms resume S1
at 1200ms wipe S1
at 1200ms timeout S1
at 1200ms sync S1
at 1200ms fail S3
at 1200ms snapshot S2
at 1200ms forget follower
at 1200ms change add S8
at 1200ms change add S8 on S1
at 1200ms change learn S10 on follower
at 1200ms change promote S9
at 1200ms change demote leader
at 1200ms change remove leader
at 1200ms change voters S1,S2,S8
at 1200ms change voters S1 learners S5,S6 explicit on S2
at 1200ms change voters S3,S1 explicit
at 1200ms change leave
at 1200ms transfer follower
at 1200ms transfer S2 on S1
at 1200ms set sessions off
at 1200ms set wiped new
at 1200ms isolate leader
at 1200ms cut S1>S3
at 1200ms cut S1-C1
at 1200ms heal
at 1200ms heal S1-S3
at 1200ms heal S2
at 1200ms heal leader
at 1200ms partition S1,S2 | S3,S4,C1 | S5
at 1200ms put x 5 via C1
at 1200ms add counter_ -9223372036854775808 via C9
at 1200ms delete X1 via C2 to S4
at 1200ms get via via C3
at 1200ms cas x 4 -5 via C1
at 1200ms cas none none 5 via C2 to S4
at 1200ms set loss 20%
at 1200ms deliver all
at 1200ms deliver S1>S2
at 1200ms drop all
at 1200ms drop S1>S2 RequestVote term 2 index 3 nth 0
at 1200ms duplicate C1>S2 Request nth 1
at 1200ms say "" point S2,S3,C1
at 1200ms say "Nothing is pointed at."
at 1200ms expect leader S1 term 2
when leader elected: crash leader
when S2 elected: heal
when candidate appears: heal
when S2 campaigns: heal
when leader steps down: heal
when S2 steps down: heal
when vote granted: heal
when S2 votes: heal
when vote refused: heal
when S2 refuses: heal
when log truncated: heal
when S2 truncates: heal
when snapshot installed: heal
when S2 installs: heal
when pre-candidate appears: heal
when S2 asks ahead: heal
when change done: heal
when change refused: heal
when transfer begins: heal
when transfer ends: heal
when sent S1>S2 AppendEntries: heal
when arrived S1>S2 AppendEntriesReply term 3: heal
when lost S1>S2: heal
when C1 answered: heal
when C1 refused: heal
when C1 gives up: heal
when candidate count 2: heal
when crashed count 1: heal
when S1 is leader: heal
when S1 is paused: heal
when S1 is pre-candidate: heal
when pre-candidate count 2: heal
when S10 is learner: heal
when S10 is voter: heal
when S10 is member: heal
when S10 is outsider: heal
when joint: heal
when voters S1,S2,S3: heal
when S1 lease: heal
when snapshot 10: heal
when S2 snapshot 10: heal
when all snapshot 10: heal
then leader S1 term 2: heal
then leader S1: heal
then leader term 2: heal
then leader: heal
then term 3: heal
then S1 commit 3: heal
then all log 3: heal
then value x -5: heal
then all value x none: heal
then logs agree: heal
then quiet: expect quiet
then 300ms: crash leader
then: crash leader
every 500ms from 1000ms to 3000ms: put x 1 via C1
expect violation
expect violation election-safety
expect no violation
expect no violation log-matching
expect stall
expect no stall
run 5000ms
"#;

#[test]
fn canonical_text_is_written_as_it_was_read() {
    assert_eq!(parse(CANONICAL).unwrap().to_string(), CANONICAL);
}

#[test]
fn other_spellings_are_written_canonically() {
    let cases = [
        ("at 0 crash any follower", "at 0ms crash follower"),
        ("at 5s restart any candidate", "at 5000ms restart candidate"),
        ("at 1.500ms heal", "at 1.5ms heal"),
        ("at 250us heal", "at 0.25ms heal"),
        ("at 5ms put x +05", "at 5ms put x 5 via C1"),
        ("at 5ms cas x +4 5", "at 5ms cas x 4 5 via C1"),
        ("at 5ms set latency 1ms..2s", "at 5ms set latency 1..2000ms"),
        ("at 5ms set latency 15ms..15ms", "at 5ms set latency 15ms"),
        ("at 5ms set loss 5.0%", "at 5ms set loss 5%"),
        ("at 5ms drop S1>S2 nth 1 requestvote", "at 5ms drop S1>S2 RequestVote nth 1"),
        ("when leader:heal", "when leader: heal"),
        ("at 0 heal\nthen 0: heal", "at 0ms heal\nthen: heal"),
        ("at 0 partition S1 , S2|S3", "at 0ms partition S1,S2 | S3"),
        ("at 0 say\"x\"point S1", "at 0ms say \"x\" point S1"),
    ];
    for (text, expected) in cases {
        let written = parse(&format!("raft 1\n{text}")).unwrap().to_string();
        let lines = written.split_once("\n\n").unwrap().1;
        assert_eq!(lines.trim_end(), expected);
    }
}

#[test]
fn what_clients_do_by_themselves_is_written_canonically() {
    let cases = [
        ("2 mix get 2 put 1 keys 2 think 1s", "2 think 1000ms keys 2 mix put 1 get 2"),
        ("1 keys 1 rate 0/s", "1"),
        ("9 keys 26 mix cas 100 delete 1 rate 5/s", "9 rate 5/s keys 26 mix delete 1 cas 100"),
        ("3 think 0.05..0.1s", "3 think 50..100ms"),
    ];
    for (text, expected) in cases {
        let clients = parse(&format!("raft 1\nclients {text}")).unwrap().clients;
        assert_eq!(clients.to_string(), expected);
        assert_eq!(parse(&format!("raft 1\nclients {expected}")).unwrap().clients, clients);
    }
}

#[test]
fn clients_are_as_many_as_the_lines_speak_of() {
    let cases = [
        ("", 0),
        ("at 0 put x 1", 1),
        ("at 0 put x 1 via C3", 3),
        ("at 0 cut C2>S1", 2),
        ("at 0 partition S1 | S2,C4", 4),
        ("when C5 answered: heal", 5),
        ("set latency C6-S1 5ms", 6),
        ("at 0 say \"x\" point C7", 7),
        ("clients 9\nat 0 put x 1", 9),
    ];
    for (text, expected) in cases {
        let script = parse(&format!("raft 1\n{text}")).unwrap();
        assert_eq!((script.clients.count, script.clients.keys), (expected, 1), "{text}");
    }
}

#[test]
fn a_gesture_is_an_action() {
    let large = Script { servers: 25, ..Script::default() };
    let crash = Action::Crash(Target::Server(NodeId(25)));
    assert_eq!(parse_action("crash S25", &large), Ok(crash.clone()));
    assert_eq!(parse_action("\n  crash S25  # why not\n\n", &large), Ok(crash));
    let link = parse_action("drop S1>S2 AppendEntries term 2", &large).unwrap();
    assert_eq!(link.to_string(), "drop S1>S2 AppendEntries term 2");
    assert_eq!(parse_action("say \"x\"", &large).unwrap().to_string(), "say \"x\"");
}

#[test]
fn what_no_text_can_hold_becomes_a_space() {
    let script = Script { title: "two\nlines".into(), ..Script::default() };
    assert_eq!(parse(&script.to_string()).unwrap().title, "two lines");
}

#[test]
fn random_scripts_survive_their_text() {
    for seed in 0..3_000 {
        let script = Dice::new(seed).script();
        let text = script.to_string();
        holds_for_text(&text, survives);
        assert_eq!(parse(&text), Ok(script), "seed {seed}\n{text}");
    }
}

/// A script that can be read is the same after it was written.
fn survives(text: &str) {
    if let Ok(script) = parse(text) {
        assert_eq!(parse(&script.to_string()), Ok(script));
    }
}

#[test]
fn whatever_can_be_read_can_be_written() {
    let mut read = 0;
    for seed in 0..6_000 {
        let text = mutated(&mut Dice::new(seed));
        holds_for_text(&text, |text| {
            survives(text);
            errors_are_in_the_text(text);
        });
        read += usize::from(parse(&text).is_ok());
    }
    assert!((500..5_500).contains(&read), "{read} of the texts were scripts");
}

fn errors_are_in_the_text(text: &str) {
    let Err(errors) = parse(text) else { return };
    assert!((1..=20).contains(&errors.len()));
    for error in errors {
        let line = text.lines().nth(error.line as usize - 1).unwrap_or("");
        let behind = (error.column + error.length) as usize;
        assert!((1..=line.chars().count() + 1).contains(&behind), "{error}");
    }
}

/// The canonical text with a few lines or characters changed.
fn mutated(dice: &mut Dice) -> String {
    let mut lines: Vec<String> = CANONICAL.lines().map(String::from).collect();
    for _ in 0..=dice.up_to(2) {
        let at = dice.up_to(lines.len() as u64 - 1) as usize;
        let line = &mut lines[at];
        let character = dice.up_to(line.chars().count() as u64) as usize;
        let byte = line.char_indices().nth(character).map_or(line.len(), |(byte, _)| byte);
        match dice.up_to(5) {
            0 => line.truncate(byte),
            1 => line.insert(byte, dice.pick(&['0', '9', '"', '\\', ':', '#', 'é', '.', ' ', 'S'])),
            2 if byte < line.len() => drop(line.remove(byte)),
            3 => drop(lines.remove(at)),
            _ => {
                let to = dice.up_to(lines.len() as u64 - 1) as usize;
                lines.swap(at, to);
            }
        }
    }
    lines.join("\n")
}

fn server(number: u32) -> Place {
    Place::Server(NodeId(number))
}
