//! The judge of histories: it says what one who tries every order says, of every kind of history,
//! and says it of long ones in time.
#![cfg(feature = "sim")]

mod linearizability {
    pub mod brute;
    pub mod random;
}

use linearizability::brute::is_linearizable;
use linearizability::random::{Dice, Shape, legal, mutate};
use raft_core::check::Property;
use raft_core::check::linearizability::text::parse as parse_history;
use raft_core::check::linearizability::{History, Live, Operation, Verdict, judge};
use raft_core::raft::NodeId;
use raft_core::sim::script::parse;
use raft_core::timeline::{Timeline, english, tell_violation};

/// Far more than any of these needs.
const BUDGET: u64 = 1_000_000;

/// A small history of a shape that is as random as the rest.
fn small(seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let actions: [&[u8]; 5] = [&[0, 1, 2, 3, 4], &[0, 1], &[0, 0, 1, 3, 4], &[1, 2], &[0, 1, 1, 4]];
    let shape = Shape {
        operations: 2 + dice.below(7) as usize,
        clients: 1 + dice.below(4) as u32,
        keys: 1 + dice.below(2),
        values: [2, 3, 4, 1_000_000][dice.below(4) as usize],
        unknown: [0, 20, 50][dice.below(3) as usize],
        twice: [0, 0, 30][dice.below(3) as usize],
        actions: actions[dice.below(5) as usize],
    };
    let mut history = legal(&mut dice, shape);
    // There are too many orders of more.
    let mut effects = 0;
    history.operations.retain(|operation| {
        effects += operation.copies;
        effects <= 7
    });
    for _ in 0..dice.below(6) {
        mutate(&mut dice, &mut history);
    }
    history
}

/// A history below what is said of it.
fn shown(history: &History) -> String {
    format!("\n{history}")
}

#[test]
fn agrees_with_one_who_tries_every_order() {
    let mut counts = [0; 2];
    let seeds = std::env::var("HISTORIES").map_or(12_000, |count| count.parse().unwrap());
    for seed in 0..seeds {
        let history = small(seed);
        let expected = is_linearizable(&history);
        let verdict = judge(&history, BUDGET);
        assert_ne!(verdict, Verdict::Unknown, "{}", shown(&history));
        assert_eq!(verdict == Verdict::Linearizable, expected, "seed {seed}: {}", shown(&history));
        counts[usize::from(expected)] += 1;
    }
    assert!(counts.iter().all(|&count| count > seeds / 8), "both kinds are there: {counts:?}");
}

/// Operations that are left out may have taken effect at any time or never.
fn only(history: &History, kept: &[usize]) -> History {
    let mut history = history.clone();
    for (at, operation) in history.operations.iter_mut().enumerate() {
        if !kept.contains(&at) {
            (operation.called, operation.returned) = (0, None);
        }
    }
    history
}

#[test]
fn a_violation_names_what_suffices_to_see_it_and_nothing_else() {
    let mut lengths = [0; 9];
    for history in (0..3_000).map(small) {
        let Verdict::Violation(found) = judge(&history, BUDGET) else { continue };
        assert!(!is_linearizable(&only(&history, &found)), "{found:?} {}", shown(&history));
        for out in &found {
            let rest: Vec<usize> = found.iter().copied().filter(|at| at != out).collect();
            assert!(is_linearizable(&only(&history, &rest)), "{found:?} {}", shown(&history));
        }
        let key = |at: &usize| &history.operations[*at].key;
        assert!(found.iter().all(|at| key(at) == key(&found[0])));
        assert!(found.is_sorted_by_key(|&at| history.operations[at].called));
        lengths[found.len()] += 1;
    }
    assert!(lengths[1..4].iter().all(|&count| count > 10), "{lengths:?}");
}

/// Long histories of ten clients.
fn long(seed: u64) -> History {
    let actions: [&[u8]; 5] = [&[0, 1], &[0, 0, 1, 2, 3, 4], &[0, 1, 1, 4], &[2, 2, 1], &[4, 4, 1]];
    let shape = Shape {
        operations: [100, 400, 1_000][seed as usize % 3],
        clients: 10,
        keys: [1, 3][seed as usize / 3 % 2],
        values: [5, 1_000_000][seed as usize / 6 % 2],
        unknown: [0, 3][seed as usize / 12 % 2],
        twice: [0, 3][seed as usize / 24 % 2],
        actions: actions[seed as usize / 48 % 5],
    };
    legal(&mut Dice::new(seed), shape)
}

#[test]
fn long_histories_take_few_steps() {
    let (mut wrong, mut unknown) = (0, 0);
    for seed in (0..240).step_by(4) {
        let mut history = long(seed);
        assert_eq!(judge(&history, BUDGET), Verdict::Linearizable, "seed {seed}");
        let mut dice = Dice::new(seed);
        (0..3).for_each(|_| mutate(&mut dice, &mut history));
        match judge(&history, 100_000) {
            Verdict::Linearizable => {}
            Verdict::Violation(_) => wrong += 1,
            // All ten at once at one key, and nothing they write is told apart.
            Verdict::Unknown => unknown += 1,
        }
    }
    assert!(wrong >= 36 && unknown <= 7, "{wrong} are wrong, {unknown} unknown");
}

/// Lets the judge of a run see a history, and compares it after each return with the other, which
/// gets all that has happened so far.
fn compare_at_each_return(history: &History) -> bool {
    let mut events = Vec::new();
    for (at, operation) in history.operations.iter().enumerate() {
        events.push((operation.called, false, at));
        events.extend((1..operation.copies).map(|_| (operation.called, false, at)));
        events.extend(operation.returned.map(|(end, _)| (end, true, at)));
    }
    events.sort();
    let (mut live, mut so_far) = (Live::default(), History::default());
    let (mut places, mut broken) = (vec![None; history.operations.len()], Vec::new());
    for (_, is_return, at) in events {
        let operation = &history.operations[at];
        let Operation { client, number, key, action, .. } = operation;
        match (is_return, places[at]) {
            (false, None) => {
                live.on_called(*client, *number, key, *action);
                places[at] = Some(so_far.operations.len());
                so_far.operations.push(Operation {
                    returned: None,
                    copies: 1,
                    ..operation.clone()
                });
            }
            (false, Some(place)) => {
                live.on_copied(*client, *number);
                so_far.operations[place].copies += 1;
            }
            (true, place) => {
                let (end, answer) = operation.returned.unwrap();
                let found = live.on_returned(*client, *number, answer);
                so_far.operations[place.unwrap()].returned = Some((end, answer));
                let mut alone = so_far.clone();
                alone.operations.retain(|other| other.key == *key && !broken.contains(&other.key));
                let is_wrong = matches!(judge(&alone, BUDGET), Verdict::Violation(_));
                assert_eq!(found.is_some(), is_wrong, "{}", shown(&so_far));
                broken.extend(is_wrong.then(|| key.clone()));
            }
        }
    }
    assert!(live.is_complete() || !broken.is_empty());
    broken.is_empty()
}

#[test]
fn the_judge_of_a_run_says_the_same_at_every_moment() {
    let right = (20_000..24_000).filter(|&seed| compare_at_each_return(&small(seed))).count();
    assert!((1_000..3_900).contains(&right), "{right}");
    // Longer ones, some of them with an answer changed.
    for seed in 0..60 {
        let actions: [&[u8]; 3] = [&[0, 1], &[0, 1, 1, 2, 3, 4], &[2, 1]];
        let shape = Shape {
            operations: 60,
            clients: 4,
            keys: 2,
            values: [4, 1_000_000][seed as usize % 2],
            unknown: [0, 5][seed as usize / 2 % 2],
            twice: [0, 5][seed as usize / 4 % 2],
            actions: actions[seed as usize % 3],
        };
        let mut dice = Dice::new(seed);
        let mut history = legal(&mut dice, shape);
        (0..seed % 2).for_each(|_| mutate(&mut dice, &mut history));
        compare_at_each_return(&history);
    }
}

#[test]
fn a_waived_rule_of_reads_is_told_by_what_clients_saw() {
    let path = format!("{}/tests/rules/read-confirms-leadership.raft", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let found = |text: &str| {
        let mut timeline = Timeline::new(parse(text).unwrap());
        while timeline.step().is_some() {}
        let finding =
            timeline.findings().iter().find(|f| f.property == Property::Linearizability)?;
        let told = tell_violation(finding, timeline.world()).unwrap();
        Some((finding.servers.clone(), finding.calls.clone(), english::sentence(&told)))
    };
    assert_eq!(found(&text), None);
    let sentence = "C1's get x returned 1 after C2's put x 2 had completed (§8)".to_string();
    let calls = vec![(1, 1), (2, 1), (1, 2)];
    let expected = Some((vec![NodeId(1)], calls, sentence));
    assert_eq!(found(&format!("{text}\nwithout read-confirms-leadership\n")), expected);
}

#[test]
fn a_history_survives_its_text_and_a_mistake_has_its_place() {
    for history in (0..500).map(small) {
        assert_eq!(parse_history(&history.to_string()), Ok(history));
    }
    let said = |text: &str| parse_history(text).unwrap_err().to_string();
    for (text, expected) in [
        ("0 1 2 put x", "line 1, column 12: something is missing; write the value to put"),
        (
            "# a comment\n\n  0 1 2 take x 5 done",
            "line 3, column 9: `take` cannot stand here; write put, get, add, delete or cas",
        ),
        (
            "0 5 2 put x 5 done",
            "line 1, column 5: `2` cannot stand here; write the time of the return, not before \
             the call, or `-` if there was none",
        ),
        (
            "0 1 - get x - 5",
            "line 1, column 15: `5` cannot stand here; write `?`: it never returned",
        ),
        (
            "0 1 2 cas x 4-5 yes",
            "line 1, column 13: `4-5` cannot stand here; write what is expected and what it \
             becomes, such as 4>5",
        ),
        (
            "0 1 2 get x - done",
            "line 1, column 15: `done` cannot stand here; write the value that it returned, or none",
        ),
        (
            "0 1 2 put x 5 done x0",
            "line 1, column 20: `x0` cannot stand here; write x and how often it was asked for, \
             up to x1000",
        ),
        (
            "0 1 2 put x 5 done x2 more",
            "line 1, column 23: `more` cannot stand here; write the next operation in a line of \
             its own",
        ),
    ] {
        assert_eq!(said(text), expected);
    }
}
