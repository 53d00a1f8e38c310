//! Exhaustive exploration: what it leaves out changes nothing, what it counts is exact, and what it
//! finds is what the world does.
#![cfg(feature = "sim")]

use raft_core::check::Property;
use raft_core::check::search::{
    Budgets, Counterexample, Explorer, Ground, Limits, Progress, Reductions, Step, Topic, Trial,
    Unsuited, Verdict,
};
use raft_core::raft::{Rule, Rules};
use raft_core::sim::script::{parse, parse_action};
use raft_core::timeline::Timeline;

const ALL: Reductions =
    Reductions { symmetry: true, dead_messages: true, crashes: true, past_terms: true };
const NONE: Reductions =
    Reductions { symmetry: false, dead_messages: false, crashes: false, past_terms: false };

/// States, steps taken to find them, and how deep the spaces below are.
const PINNED: [(u64, u64, u32); 5] =
    [(52, 57, 8), (2416, 5047, 19), (2638, 7468, 18), (7128, 27095, 22), (18271, 51401, 22)];

struct Space {
    topic: Topic,
    servers: u32,
    left: Budgets,
    depth: u32,
}

fn budgets(elections: u8, heartbeats: u8, writes: u8, crashes: u8, duplicates: u8) -> Budgets {
    Budgets { elections, heartbeats, writes, crashes, duplicates, ..Budgets::default() }
}

fn ground(space: &Space, rules: Rules) -> Ground {
    Ground::new(space.topic, space.servers, rules)
}

fn explore(space: &Space, rules: Rules, reductions: Reductions) -> (Verdict, Progress) {
    let limits = Limits { depth: space.depth, states: 3_000_000 };
    let trial = Trial::new(&ground(space, rules));
    let mut explorer = Explorer::new(trial, space.left, None, limits, reductions).unwrap();
    loop {
        if let Some(verdict) = explorer.advance(1_000).cloned() {
            return (verdict, explorer.progress());
        }
    }
}

/// How short the shortest way to break something is, if there is one.
fn length(verdict: &Verdict) -> Option<usize> {
    match verdict {
        Verdict::Broken { schedule, .. } => Some(schedule.len()),
        Verdict::Nothing { .. } => None,
        Verdict::Stopped { .. } => panic!("the space is too large"),
    }
}

#[test]
fn counts_are_exact_and_pinned() {
    let plain = |servers, left| Space { topic: Topic::Plain, servers, left, depth: 60 };
    let spaces = [
        plain(1, budgets(2, 1, 2, 1, 0)),
        plain(2, budgets(2, 1, 1, 1, 0)),
        plain(2, budgets(2, 1, 1, 0, 1)),
        plain(3, budgets(2, 0, 1, 0, 0)),
        plain(3, budgets(1, 1, 1, 1, 0)),
    ];
    let counts = spaces.map(|space| {
        let (verdict, Progress { states, generated, depth, .. }) =
            explore(&space, Rules::default(), ALL);
        assert_eq!(verdict, Verdict::Nothing { depth, is_complete: true });
        (states, generated, depth)
    });
    assert_eq!(counts, PINNED);
}

#[test]
fn what_is_left_out_changes_no_verdict_and_no_length() {
    let small = |servers, left, depth| Space { topic: Topic::Plain, servers, left, depth };
    let disk = |servers, left, depth| Space { topic: Topic::Disk, servers, left, depth };
    let pre_vote = |servers, left, depth| Space { topic: Topic::PreVote, servers, left, depth };
    let spaces: &[(Option<Rule>, Space)] = &[
        (None, small(2, budgets(2, 1, 1, 1, 1), 14)),
        (None, small(3, budgets(2, 0, 1, 0, 0), 10)),
        (None, disk(2, budgets(2, 0, 1, 1, 0), 14)),
        (None, pre_vote(2, budgets(2, 0, 1, 0, 0), 14)),
        (Some(Rule::RejectStaleTerms), small(3, budgets(2, 0, 1, 0, 0), 9)),
        (Some(Rule::OneVotePerTerm), small(3, budgets(2, 0, 0, 0, 0), 12)),
        (Some(Rule::CountEachVoterOnce), small(4, budgets(2, 0, 0, 0, 1), 8)),
        (Some(Rule::MajorityQuorum), small(2, budgets(2, 0, 0, 0, 0), 12)),
        (Some(Rule::UpToDateLog), small(3, budgets(2, 0, 1, 0, 0), 12)),
        (Some(Rule::PreviousEntryMatches), small(3, budgets(2, 0, 1, 0, 0), 12)),
        (Some(Rule::PersistVote), disk(3, budgets(2, 0, 0, 1, 0), 10)),
        (Some(Rule::AnswerStaleTerms), small(3, budgets(2, 0, 1, 0, 0), 9)),
        (Some(Rule::TellVoteKindsApart), pre_vote(3, budgets(2, 0, 0, 0, 0), 10)),
    ];
    for (rule, space) in spaces {
        let rules = rule.map_or(Rules::default(), |rule| Rules::default().without(rule));
        let (verdict, folded) = explore(space, rules, ALL);
        for reductions in [
            Reductions { symmetry: false, ..ALL },
            Reductions { dead_messages: false, ..ALL },
            Reductions { crashes: false, ..ALL },
            Reductions { past_terms: false, ..ALL },
            NONE,
        ] {
            let (other, whole) = explore(space, rules, reductions);
            assert_eq!(length(&verdict), length(&other), "{rule:?} {reductions:?}");
            assert!(whole.states >= folded.states || length(&verdict).is_some());
        }
    }
}

/// The same for every rule, two servers, and no more than twelve steps.
#[test]
fn what_is_left_out_changes_no_verdict_whatever_rule_is_waived() {
    let two = |topic, left| Space { topic, servers: 2, left, depth: 12 };
    let spaces = [
        two(Topic::Plain, budgets(2, 1, 1, 0, 0)),
        two(Topic::Disk, budgets(1, 0, 1, 1, 0)),
        two(Topic::PreVote, budgets(2, 0, 1, 0, 0)),
        two(Topic::Reads, Budgets { reads: 1, ..budgets(2, 0, 1, 0, 0) }),
        two(Topic::Snapshots, Budgets { snapshots: 1, ..budgets(2, 1, 1, 0, 0) }),
    ];
    let mut broken = 0;
    for rule in Rule::ALL {
        let rules = Rules::default().without(rule);
        for space in &spaces {
            let (folded, _) = explore(space, rules, ALL);
            let (whole, _) = explore(space, rules, NONE);
            let (folded, whole) = (length(&folded), length(&whole));
            assert_eq!(folded, whole, "{} {:?}", rule.name(), space.topic);
            broken += usize::from(folded.is_some());
        }
    }
    assert!(broken >= 8, "in {broken} spaces only was there anything to be found");
}

#[test]
fn what_it_finds_is_a_script_that_breaks_the_property() {
    for (rule, left) in [
        (Rule::OneVotePerTerm, budgets(2, 0, 0, 0, 0)),
        (Rule::UpToDateLog, budgets(2, 0, 1, 0, 0)),
        (Rule::KeepMatchingEntries, budgets(2, 1, 1, 0, 0)),
        (Rule::PreviousEntryMatches, budgets(2, 1, 1, 0, 0)),
    ] {
        let rules = Rules::default().without(rule);
        let space = Space { topic: Topic::Plain, servers: 3, left, depth: 40 };
        let (Verdict::Broken { property, schedule }, _) = explore(&space, rules, ALL) else {
            panic!("{rule:?} is not needed")
        };
        let ground = ground(&space, rules);
        let found = Counterexample { ground: ground.clone(), property, schedule };
        let text = found.script().to_string();
        let mut timeline = Timeline::new(parse(&text).unwrap());
        while timeline.step().is_some() {}
        let breaks = timeline.findings().first().map(|finding| finding.property);
        assert_eq!(breaks, Some(property), "{text}");
        // It takes what it was given, and its own budgets are enough to find it.
        let start = Trial::new(&ground);
        let own = Budgets::of(&start, &found.schedule).expect("an exploration took these steps");
        let again = Space { left: own, ..space };
        assert_eq!(length(&explore(&again, rules, ALL).0), Some(found.schedule.len()));
        // From each state on its way the rest is the shortest, too.
        let mut trial = start;
        for (at, step) in found.schedule.iter().enumerate() {
            let rest = &found.schedule[at..];
            let left = Budgets::of(&trial, rest).unwrap();
            let limits = Limits { depth: 40, states: 100_000 };
            let explorer = Explorer::new(trial.clone(), left, Some(property), limits, ALL);
            let verdict = explorer.unwrap().advance(u64::MAX).cloned();
            assert_eq!(verdict.as_ref().and_then(length), Some(rest.len()), "{at} of {text}");
            trial.play(step);
        }
    }
}

#[test]
fn slices_change_nothing_and_a_bound_is_told() {
    let space = Space { topic: Topic::Plain, servers: 3, left: budgets(2, 0, 1, 0, 0), depth: 60 };
    let whole = explore(&space, Rules::default(), ALL);
    let trial = Trial::new(&ground(&space, Rules::default()));
    let limits = Limits { depth: 60, states: 3_000_000 };
    let new = |limits| Explorer::new(trial.clone(), space.left, None, limits, ALL).unwrap();
    let mut at_once = new(limits);
    assert_eq!(at_once.advance(u64::MAX), Some(&whole.0));
    assert_eq!(at_once.progress(), whole.1);
    let mut stopped = new(Limits { states: 1_000, ..limits });
    let verdict = stopped.advance(u64::MAX).cloned();
    assert!(matches!(verdict, Some(Verdict::Stopped { depth }) if depth < whole.1.depth));
    let mut short = new(Limits { depth: 5, ..limits });
    let nothing = Verdict::Nothing { depth: 5, is_complete: false };
    assert_eq!(short.advance(u64::MAX), Some(&nothing));
}

#[test]
fn a_property_may_be_asked_for() {
    let rules = Rules::default().without(Rule::UpToDateLog);
    let space = Space { topic: Topic::Plain, servers: 3, left: budgets(2, 0, 1, 0, 0), depth: 14 };
    let limits = Limits { depth: space.depth, states: 3_000_000 };
    let find = |property| {
        let trial = Trial::new(&ground(&space, rules));
        let mut explorer = Explorer::new(trial, space.left, property, limits, ALL).unwrap();
        length(explorer.advance(u64::MAX).unwrap())
    };
    assert_eq!(find(Some(Property::LeaderCompleteness)), find(None));
    assert_eq!(find(Some(Property::ElectionSafety)), None);
}

#[test]
fn worlds_in_which_time_counts_are_refused() {
    let limits = Limits { depth: 10, states: 100 };
    let refusal = |topic, limits| {
        let trial = Trial::new(&Ground::new(topic, 3, Rules::default()));
        Explorer::new(trial, Budgets::default(), None, limits, ALL).err()
    };
    assert_eq!(refusal(Topic::Leases, limits), Some(Unsuited::Timed));
    assert_eq!(refusal(Topic::BareLeases, limits), Some(Unsuited::Timed));
    assert_eq!(refusal(Topic::Plain, limits), None);
    let long = Limits { depth: 1_000_000, ..limits };
    assert_eq!(refusal(Topic::Plain, long), Some(Unsuited::TooLong));
}

#[test]
fn worlds_in_which_more_counts_than_their_state_are_refused() {
    let limits = Limits { depth: 10, states: 100 };
    let refusal = |lines: &[&str]| {
        let mut trial = Trial::new(&Ground::new(Topic::Disk, 3, Rules::default()));
        for line in lines {
            let action = parse_action(line, &trial.world.script.clone()).expect("an action");
            assert!(trial.play(&Step { pauses: 1, action }), "{line}");
        }
        Explorer::new(trial, Budgets::default(), None, limits, ALL).err()
    };
    assert_eq!(refusal(&["set clock S1 fast 5%"]), Some(Unsuited::Timed));
    for line in [
        "set bandwidth 1MB/s",
        "set order fifo",
        "set loss 1%",
        "set duplicate 1%",
        "set latency 1..2ms",
        "set latency 1ms tail 2ms",
        "set latency S1-S2 1ms",
        "set disk S2 lies",
    ] {
        assert_eq!(refusal(&[line]), Some(Unsuited::Uneven), "{line}");
    }
    assert_eq!(refusal(&["timeout S1", "sync S1", "corrupt S1 vote"]), Some(Unsuited::Damaged));
    assert_eq!(refusal(&["timeout S1", "set disk lies"]), None);
}
