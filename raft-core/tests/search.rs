//! The search: each safety rule is found, what is found plays as a script, and the same seed tries
//! the same.
#![cfg(feature = "sim")]

mod common;

use common::{Run, script};
use raft_core::check::search::{Phase, Search};
use raft_core::raft::{Rule, Rules};
use raft_core::sim::script::Property;

/// Steps within which each rule has to be found.
const ENOUGH: u64 = 12_000_000;

fn safety_rules() -> impl Iterator<Item = Rule> {
    Rule::ALL.into_iter().filter(|rule| rule.is_about_safety())
}

/// Searches until something is found, and checks that its script breaks the same property.
fn is_found(rule: Rule) -> u64 {
    let mut search = Search::new(Rules::default().without(rule), 1);
    while search.best().is_none() && search.tried.steps < ENOUGH {
        search.advance(10_000);
    }
    let steps = search.tried.steps;
    let best = search.best().unwrap_or_else(|| panic!("{} is not found", rule.name()));
    let text = best.script().to_string();
    assert!(
        breaks(&text, best.property),
        "{} does not break {:?}:\n{text}",
        rule.name(),
        best.property
    );
    assert!(text.contains(&format!("without {}", rule.name())));
    let lawful = text.replace(&format!("without {}\n", rule.name()), "");
    let mut run = Run::new(script(&lawful));
    assert_eq!(run.first_finding(), None, "{} is not what it takes:\n{text}", rule.name());
    steps
}

/// Whether a script breaks a property before it ends.
fn breaks(text: &str, property: Property) -> bool {
    let mut run = Run::new(script(text));
    while run.step() {}
    run.judges.has_found(Some(property))
}

/// Half of the rules in each of two tests, which run at the same time.
#[test]
fn safety_rules_are_found() {
    let steps: Vec<u64> = safety_rules().step_by(2).map(is_found).collect();
    println!("{steps:?}");
}

#[test]
fn the_other_safety_rules_are_found() {
    let steps: Vec<u64> = safety_rules().skip(1).step_by(2).map(is_found).collect();
    println!("{steps:?}");
}

#[test]
fn with_every_rule_in_force_nothing_is_found() {
    let mut search = Search::new(Rules::default(), 3);
    while search.tried.steps < 1_000_000 {
        search.advance(50_000);
        let found = search.best().map(|best| (best.property, best.script().to_string()));
        assert_eq!(found, None);
    }
    assert_eq!(search.phase(), Phase::Walking);
}

#[test]
fn the_same_seed_finds_the_same_whatever_the_slices() {
    let rules = Rules::default().without(Rule::CommitOwnTerm);
    let run = |slice: u64| {
        let mut search = Search::new(rules, 5);
        while search.tried.steps < 400_000 && search.advance(slice) != Phase::Done {}
        (search.best().map(|best| best.script().to_string()), search.tried)
    };
    let (found, tried) = run(400_000);
    assert!(found.is_some());
    assert_eq!((found, tried), run(1));
}

#[test]
fn a_search_ends_and_what_it_found_gets_no_longer() {
    let mut search = Search::new(Rules::default().without(Rule::OneVotePerTerm), 1);
    let mut lengths = Vec::new();
    while search.advance(2_000) != Phase::Done {
        lengths.extend(search.best().map(|best| best.schedule.len()));
    }
    assert!(lengths.is_sorted_by(|earlier, later| earlier >= later), "{lengths:?}");
    // Two servers stand, two requests and two votes arrive.
    assert_eq!(lengths.last(), Some(&6));
}

/// Counts of whole searches, which the page's tests hold against the same in WebAssembly.
#[test]
fn a_search_counts_the_same_everywhere() {
    for line in include_str!("search_counts.txt").lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(' ').next().unwrap_or_default();
        let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name).unwrap();
        let mut search = Search::new(Rules::default().without(rule), 1);
        while search.advance(100_000) != Phase::Done {}
        let (tried, bound) = (search.tried, search.bound().unwrap_or_default());
        let shortest = search.best().map_or(0, |best| best.schedule.len());
        let counts =
            [tried.schedules, tried.steps, shortest as u64, bound.steps.into(), bound.states];
        let counts = counts.map(|count| count.to_string()).join(" ");
        assert_eq!(format!("{name} {counts}"), line);
    }
}
