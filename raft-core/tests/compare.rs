//! Two runs beside one another: the first difference is named, and is the effect of the change.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::script;
use common::storm::{Kind, storm};
use raft_core::raft::Rule;
use raft_core::sim::script::{Script, parse, parse_action};
use raft_core::sim::{Happening, LossReason, Record, World};
use raft_core::time::Instant;
use raft_core::timeline::compare::{Comparison, changed, changes};
use raft_core::timeline::english::sentence;
use raft_core::timeline::{Branches, Frame, Reached, Texts, checksum, transcript};
use std::sync::Arc;

const FIGURE_8: &str = include_str!("rules/commit-own-term.raft");
const CUT_OFF: &str = include_str!("golden/thesis-9.6-without-prevote-a-leader-is-deposed.raft");
const FOREVER: Instant = Instant(u64::MAX);

/// A scenario's script, without its transcript.
fn text(scenario: &str) -> &str {
    scenario.split("\n---").next().unwrap()
}

fn compared(a: &str, b: &str) -> Comparison {
    let mut both = Comparison::new(Arc::new(script(a)), Arc::new(script(b)));
    assert_eq!(both.advance(FOREVER, u32::MAX), Reached::End);
    both
}

/// What is said of a script and the same with a line changed.
fn told(a: &str, change: &str) -> String {
    let b = changed(a, change);
    let both = compared(a, &b);
    let [one, other] = both.scripts();
    let mut lines: Vec<String> = changes(one, other).iter().map(sentence).collect();
    match both.difference() {
        None => lines.push(format!("the same up to {}", both.compared_until())),
        Some(difference) => {
            let scripts = [one, other];
            for (at, name) in ["A", "B"].into_iter().enumerate() {
                let line = difference.what[at].as_ref().map_or("nothing".into(), |record| {
                    transcript::line(record, scripts[at]).trim().to_string()
                });
                lines.push(format!("{name} {line}"));
            }
        }
    }
    match both.state_difference() {
        None => lines.push("no other state".into()),
        Some(states) => {
            let mut line = format!("{}:", states.at);
            for apart in &states.servers {
                let aspects: Vec<&str> = apart.aspects.iter().map(|one| one.name()).collect();
                line += &format!(" {} {}", apart.id, aspects.join("+"));
            }
            lines.push(line);
        }
    }
    lines.join("\n")
}

#[test]
fn figure_8_without_its_rule_commits_the_old_entry() {
    assert_eq!(
        told(FIGURE_8, "without commit-own-term"),
        "only in B: without commit-own-term\n\
         A 335.000  S1 does not commit 2@2: it is on a majority, but not of term 4 (§5.4.2)\n\
         B 335.000  S1 commits 1 to 2, held by 3 (§5.3, §5.4.2)\n\
         335ms: S1 commit"
    );
}

#[test]
fn prevote_asks_where_the_other_run_stands() {
    assert_eq!(
        told(text(CUT_OFF), "set prevote on"),
        "only in B: set prevote on\n\
         A 156.941  S2 stands for election in term 1, last entry 0@0 (§5.2)\n\
         B 156.941  S2 asks whether it would win term 1, last entry 0@0 (thesis §9.6)\n\
         156.941ms: S2 role+term+vote"
    );
}

#[test]
fn a_longer_way_makes_the_same_message_arrive_later() {
    assert_eq!(
        told("raft 1\nservers 3\nseed 3\nrun 300ms", "set latency 30..40ms"),
        "only in B: set latency 30..40ms\n\
         A 170.398  S3 ← S2 RequestVote t1 last=0@0\n\
         B 192.502  S3 ← S2 RequestVote t1 last=0@0\n\
         170.398ms: S3 term+vote"
    );
}

#[test]
fn what_was_changed_is_told_line_by_line() {
    let a = script("raft 1\nservers 3\nset prevote on\nat 1s crash S1\nat 1s say \"Look.\"");
    let b = "raft 1\nservers 3\nset prevote off\nwithout up-to-date-log\nat 2s say \"Now.\"\nat 2s heal";
    let lines: Vec<String> = changes(&a, &script(b)).iter().map(sentence).collect();
    assert_eq!(
        lines,
        [
            "set prevote off in B, set prevote on in A",
            "only in B: without up-to-date-log",
            "only in B: at 2000ms heal",
            "only in A: at 1000ms crash S1",
        ]
    );
    assert_eq!(changes(&a, &a), []);
}

#[test]
fn what_never_matters_makes_no_difference() {
    // No client, so that nothing is ever committed.
    let quiet = "raft 1\nservers 3\nseed 3\nrun 2s";
    assert_eq!(
        told(quiet, "without commit-own-term"),
        "only in B: without commit-own-term\nthe same up to 2000ms\nno other state"
    );
    assert_eq!(told(quiet, "set prevote off").lines().last(), Some("no other state"));
    assert_eq!(told(quiet, "at 1s say \"Look.\""), "the same up to 2000ms\nno other state");
}

#[test]
fn a_shorter_run_is_compared_up_to_its_end() {
    let both = compared("raft 1\nservers 3\nrun 2s", "raft 1\nservers 3\nrun 1s");
    assert_eq!((both.difference(), both.compared_until()), (None, Instant(1_000_000)));
    assert!(both.is_over());
}

/// All that happens, each with its time, but for what one message does.
fn all_but(text: &str, is_meant: impl Fn(&Happening) -> bool) -> Vec<String> {
    let script = Arc::new(script(text));
    let mut world = World::new(script.clone());
    let mut records: Vec<Record> = Vec::new();
    while world.step(&mut records, &mut |_, _| {}) {}
    let shows = |what: &Happening| !matches!(what, Happening::Performed { .. }) && !is_meant(what);
    let shown = records.iter().filter(|record| shows(&record.what));
    shown.map(|record| transcript::line(record, &script)).collect()
}

/// Choices are keyed by what they are for: a message that does not matter leaves all others, and
/// all timers, as they were.
#[test]
fn one_lost_message_leaves_every_other_choice_as_it_was() {
    let a = "raft 1\nservers 3\nseed 5\nset loss 2%\nat 0ms timeout S1\nrun 3s";
    let b = changed(a, "when sent S2>S1 AppendEntriesReply: drop S2>S1 AppendEntriesReply");
    let gone = |what: &Happening| match what {
        Happening::Lost(flight, LossReason::Dropped) => Some(flight.clone()),
        _ => None,
    };
    let mut world = World::new(Arc::new(script(&b)));
    let mut records = Vec::new();
    while world.step(&mut records, &mut |_, _| {}) {}
    let dropped: Vec<_> = records.iter().filter_map(|record| gone(&record.what)).collect();
    assert!(!dropped.is_empty(), "a message was dropped");
    let is_meant = |what: &Happening| match what {
        Happening::Arrived(flight) | Happening::Lost(flight, _) => dropped.iter().any(|lost| {
            (lost.sent_at, lost.from, lost.to) == (flight.sent_at, flight.from, flight.to)
        }),
        Happening::NothingFits { .. } => true,
        _ => false,
    };
    assert_eq!(all_but(a, is_meant), all_but(&b, is_meant));
    let both = compared(a, &b);
    let difference = both.difference().unwrap();
    assert!(matches!(&difference.what[1], Some(Record { what: Happening::Lost(..), .. })));
    assert!(matches!(&difference.what[0], Some(Record { what: Happening::Arrived(..), .. })));
    assert_eq!(both.state_difference(), None);
}

/// What a person would find who lays both transcripts side by side.
fn by_hand(a: &Arc<Script>, b: &Arc<Script>) -> Option<Instant> {
    let lines = |script: &Arc<Script>| {
        let mut world = World::new(script.clone());
        let mut records: Vec<Record> = Vec::new();
        while world.step(&mut records, &mut |_, _| {}) {}
        let counts = |record: &Record| {
            !matches!(
                record.what,
                Happening::Performed { .. }
                    | Happening::NothingFits { .. }
                    | Happening::Said(_)
                    | Happening::Expected { .. }
                    | Happening::Ended
            )
        };
        records.retain(counts);
        // Writes are numbered; nothing else here is.
        let text = |record: &Record| match &record.what {
            Happening::Writes { server, hard_state, log, snapshot, .. } => {
                format!("{:?} {server} {hard_state} {log:?} {snapshot:?}", record.at)
            }
            Happening::Synced { server, .. } => format!("{:?} {server} synced", record.at),
            _ => transcript::line(record, script),
        };
        records.iter().map(|record| (record.at, text(record))).collect::<Vec<_>>()
    };
    let (a, b) = (lines(a), lines(b));
    let same = a.iter().zip(&b).take_while(|(one, other)| one == other).count();
    let at = |lines: &[(Instant, String)]| lines.get(same).map(|(at, _)| *at);
    at(&a).into_iter().chain(at(&b)).min()
}

#[test]
fn the_first_difference_is_what_transcripts_side_by_side_show() {
    let mut found = [0, 0];
    for number in 0..24 {
        let a = storm(7_000 + number, 3 + number % 3, Kind::Fair).text();
        let mut dice = Dice::new(number);
        let rule = Rule::ALL[dice.up_to(Rule::ALL.len() as u64 - 1) as usize];
        let changes = [format!("without {}", rule.name()), "set latency 9ms".into()];
        for change in changes {
            let b = changed(&a, &change);
            let both = compared(&a, &b);
            let [one, other] = both.scripts();
            let at = both.difference().map(|difference| difference.at);
            assert_eq!(at, by_hand(one, other), "{change}\n{a}");
            let states = both.state_difference().map(|states| states.at);
            assert!(states.is_none_or(|states| at.is_some_and(|at| states >= at)), "{change}\n{a}");
            found[usize::from(at.is_some())] += 1;
        }
    }
    assert!(found[0] > 3 && found[1] > 24, "some differ and some do not: {found:?}");
}

/// The servers differ from the named moment on, and not a moment before.
#[test]
fn states_are_the_same_until_the_first_other_state() {
    for (a, change) in [(FIGURE_8, "without commit-own-term"), (text(CUT_OFF), "set prevote on")] {
        let both = compared(a, &changed(a, change));
        let states = both.state_difference().unwrap();
        let mut runs = Branches::new(script(a));
        runs.put_beside(script(&changed(a, change)));
        let mut apart_at = |at: u64| {
            runs.go(u32::MAX, |run| run.seek(Instant(at), u32::MAX));
            runs.beside().unwrap().apart(runs.shown())
        };
        assert_eq!(apart_at(states.at.0 - 1), []);
        assert_eq!(apart_at(states.at.0), states.servers);
    }
}

#[test]
fn slices_find_the_same_as_one_go() {
    let (a, b) = (FIGURE_8.to_string(), changed(FIGURE_8, "without commit-own-term"));
    let whole = compared(&a, &b);
    let mut slices = Comparison::new(Arc::new(script(&a)), Arc::new(script(&b)));
    let mut count = 0;
    while slices.advance(FOREVER, 1) == Reached::OutOfBudget {
        count += 1;
    }
    assert!(count > 100);
    assert_eq!(slices.difference(), whole.difference());
    assert_eq!(slices.state_difference(), whole.state_difference());
    assert_eq!(slices.compared_until(), whole.compared_until());
}

const STORY: &str = "raft 1
servers 3
seed 4
clients 1
at 0ms say \"Three servers.\"
at 0ms timeout S1
at 0ms say \"One stands.\"
when leader elected: say \"It leads.\"
then 40ms: put x 1 via C1
then C1 answered: say \"Done.\"
at 700ms crash leader
when S2 elected: say \"Another.\"
run 1500ms
";

/// Two runs that are the same stand at the same event wherever the first is moved to.
#[test]
fn run_b_stands_where_run_a_stands() {
    let mut runs = Branches::new(script(STORY));
    runs.put_beside(script(STORY));
    let mut dice = Dice::new(1);
    let level = |runs: &Branches, what: &str| {
        let (a, b) = (runs.shown(), runs.beside().unwrap().timeline());
        assert_eq!((a.events(), a.now()), (b.events(), b.now()), "{what}");
        assert_eq!(checksum(a.world()), checksum(b.world()), "{what}");
    };
    for _ in 0..400 {
        let (number, at) = (1 + dice.up_to(4) as usize, Instant(dice.up_to(1_600_000)));
        let budget = 1 + dice.up_to(200) as u32;
        let stage = dice.up_to(60_000_000);
        let until_done = |runs: &mut Branches, go: &dyn Fn(&mut Branches) -> Reached| {
            while go(runs) == Reached::OutOfBudget {}
        };
        match dice.up_to(6) {
            0 => until_done(&mut runs, &|runs| runs.go(budget, |run| run.seek(at, budget))),
            1 => until_done(&mut runs, &|runs| {
                runs.go(budget, |run| run.seek_caption(number, budget))
            }),
            2 => until_done(&mut runs, &|runs| runs.seek_stage(stage, budget)),
            3 => until_done(&mut runs, &|runs| runs.play(stage, budget)),
            4 => _ = runs.step(),
            5 => _ = runs.step_back(),
            _ => _ = runs.compare_on(budget),
        }
        while runs.go(budget, |_| Reached::Goal) == Reached::OutOfBudget {}
        level(&runs, "moved");
    }
}

/// Where both are the same, two are watched as one is.
#[test]
fn the_common_clock_of_a_run_and_itself_is_its_own() {
    let mut alone = Branches::new(script(STORY));
    let mut both = Branches::new(script(STORY));
    both.put_beside(script(STORY));
    let (mut frame, mut other, mut texts) = (Frame::default(), Frame::default(), Texts::default());
    let mut others = Texts::default();
    for tenth in 0..200 {
        let stage = tenth * 100_000;
        while alone.play(stage, 50) == Reached::OutOfBudget {}
        while both.play(stage, 50) == Reached::OutOfBudget {}
        alone.picture(&mut frame, &mut texts);
        both.picture(&mut other, &mut others);
        // The pace of the next stretch is told as soon as it is known.
        (frame.numbers[20], other.numbers[20]) = (0, 0);
        assert_eq!(frame.numbers, other.numbers, "at {stage}");
        assert!(both.picture_beside(&mut other, &mut others));
        assert_eq!(frame.numbers[32..], other.numbers[32..], "beside, at {stage}");
    }
}

/// No message of either run flies too fast to be watched.
#[test]
fn the_common_clock_is_slow_enough_for_both() {
    let b = changed(STORY, "set latency 2..3ms");
    let mut both = Branches::new(script(STORY));
    both.put_beside(script(&b));
    both.go(u32::MAX, |run| run.seek(Instant(1_500_000), u32::MAX));
    for text in [STORY, &b] {
        let mut world = World::new(Arc::new(script(text)));
        let mut records = Vec::new();
        while world.step(&mut records, &mut |_, _| {}) {}
        let mut count = 0;
        for Record { at, what } in records {
            let Happening::Arrived(flight) = what else { continue };
            let watched = both.stage(at) - both.stage(flight.sent_at);
            assert!(watched >= 600_000, "{watched} from {} to {at}", flight.sent_at);
            count += 1;
        }
        assert!(count > 50);
    }
}

#[test]
fn what_is_done_to_one_is_done_to_the_other() {
    let b = changed(STORY, "set noop on");
    let mut runs = Branches::new(script(STORY));
    runs.put_beside(script(&b));
    runs.go(u32::MAX, |run| run.seek(Instant(400_000), u32::MAX));
    let action = parse_action("pause S3", runs.shown().script()).unwrap();
    runs.act(action);
    assert!(runs.is_branch());
    let texts = |runs: &Branches| {
        [runs.shown(), runs.beside().unwrap().timeline()].map(|run| run.script().to_string())
    };
    let [one, other] = texts(&runs);
    assert!(one.contains("at 400.001ms pause S3") || one.contains("pause S3"), "{one}");
    assert!(other.contains("pause S3") && other.contains("set noop on"), "{other}");
    assert!(!other.contains("crash leader"), "the later lines are dropped in both");
    runs.return_to_first();
    let whole = [STORY, &b].map(|text| parse(text).unwrap().to_string());
    assert_eq!(texts(&runs), whole);
}

#[test]
fn a_change_is_written_where_such_lines_stand() {
    let text = "raft 1\nservers 3\npreset paper\nset loss 1%\nwithout up-to-date-log\n\nat 1s heal\nrun 2s";
    let with = |line: &str| changed(text, line);
    assert_eq!(with("preset production"), text.replace("paper", "production") + "\n");
    assert_eq!(with("set loss 5%"), text.replace("1%", "5%") + "\n");
    assert_eq!(with("run 9s"), text.replace("2s", "9s") + "\n");
    assert_eq!(with("with up-to-date-log"), text.replace("without up-to-date-log\n", "") + "\n");
    assert_eq!(with("seed 7"), text.replace("-log\n", "-log\nseed 7\n") + "\n");
    let link = with("set loss S1>S2 9%");
    assert!(link.contains("set loss 1%\n") && link.contains("set loss S1>S2 9%\n"), "{link}");
    assert_eq!(with("at 500ms crash S1"), text.replace("run", "at 500ms crash S1\nrun") + "\n");
    for line in ["without commit-own-term", "set prevote on", "clients 2", "at 3ms heal", ""] {
        assert!(line.is_empty() || parse(&with(line)).is_ok(), "{}", with(line));
    }
}
