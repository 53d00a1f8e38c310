//! What a search finds is told as a story, and the story breaks what it says.
#![cfg(feature = "sim")]

use raft_core::check::Property;
use raft_core::check::search::{Counterexample, Phase, Search, story};
use raft_core::raft::{Rule, Rules};
use raft_core::sim::Fate;
use raft_core::sim::script::{Action, When, parse};
use raft_core::timeline::{Reached, Timeline};

/// Rules whose counterexamples are found in a moment, and differ in kind.
const QUICK: [Rule; 7] = [
    Rule::OneVotePerTerm,
    Rule::UpToDateLog,
    Rule::KeepMatchingEntries,
    Rule::MajorityQuorum,
    Rule::PersistVote,
    Rule::ReadConfirmsLeadership,
    // Here the leader breaks what it committed itself.
    Rule::LeaderSyncsBeforeCounting,
];

/// Steps within which a search has to find something.
const STEPS_MAX: u64 = 3_000_000;

fn found(rule: Rule) -> Counterexample {
    let mut search = Search::new(Rules::default().without(rule), 7);
    while search.best().is_none() || search.phase() == Phase::Shrinking {
        assert!(search.tried.steps < STEPS_MAX, "nothing without {}", rule.name());
        search.advance(10_000);
    }
    search.best().unwrap().clone()
}

#[test]
fn each_caption_is_said_and_the_same_property_breaks() {
    for rule in QUICK {
        let best = found(rule);
        let (bare, told) = (Timeline::new(best.script()), Timeline::new(best.story()));
        let captions = told.script().captions().count();
        assert!(captions >= 4, "{}", told.script());
        let (bare, told) = (ended(bare), ended(told));
        assert_eq!(bare.findings(), told.findings(), "{}", told.script());
        let breaks = |run: &Timeline| run.findings().iter().any(|f| f.property == best.property);
        assert!(breaks(&told), "{}", told.script());
        assert_eq!(told.caption(), captions, "{}", told.script());
        let last = told.script().captions().last().unwrap();
        assert!(last.text.contains("breaks"), "{}", last.text);
        assert!(!last.point.is_empty(), "{}", last.text);
    }
}

/// A run at its end.
fn ended(mut run: Timeline) -> Timeline {
    let end = run.script().end.unwrap();
    while run.seek(end, 10_000) == Reached::OutOfBudget {}
    run
}

#[test]
fn the_text_of_a_story_is_read_back_as_the_same_script() {
    for rule in QUICK {
        let told = found(rule).story();
        let text = told.to_string();
        assert_eq!(parse(&text).unwrap(), told, "{text}");
        assert!(text.contains(&format!("without {}", rule.name())), "{text}");
        let called = told.lines.iter().filter_map(|line| match line.what {
            Action::Call { client, .. } => Some(client),
            _ => None,
        });
        assert_eq!(told.clients.count, called.max().unwrap_or(0), "idle clients: {text}");
    }
}

#[test]
fn a_script_that_breaks_nothing_gets_no_captions() {
    let calm = "raft 1\nservers 3\nset timers manual\nat 10ms timeout S1\nrun 100ms\n";
    let script = parse(calm).unwrap();
    assert_eq!(story(&script, Property::ElectionSafety), script);
}

#[test]
fn no_caption_stands_before_what_it_tells() {
    let told = found(Rule::OneVotePerTerm).story();
    let text = told.to_string();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    let step = told.lines.iter().find(|line| matches!(line.what, Action::Timeout(_))).unwrap();
    assert!(place(&step.to_string()) < place("stands for election"), "{text}");
    let times: Vec<_> = told
        .lines
        .iter()
        .map(|line| match line.when {
            When::At(at) => at,
            _ => panic!("{line} is not at a time"),
        })
        .collect();
    assert!(times.is_sorted(), "{text}");
}

#[test]
fn what_never_arrives_does_not_hang_in_the_air() {
    let waiting = |run: &Timeline| {
        let flights = run.world().network.flights.iter();
        flights.filter(|flight| flight.fate == Fate::Waits).count()
    };
    let (mut bare, mut told) = (0, 0);
    for rule in QUICK {
        let best = found(rule);
        bare += waiting(&ended(Timeline::new(best.script())));
        told += waiting(&ended(Timeline::new(best.story())));
    }
    assert!(told * 3 < bare, "{told} of {bare} still hang there");
}
