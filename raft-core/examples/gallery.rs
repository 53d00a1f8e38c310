//! Waives one rule after the other and searches for the shortest run that shows what it is for:
//!
//! ```text
//! cargo run --release --example gallery --features sim -- --seconds 20 --seed 1 [rule …]
//! ```
//!
//! Prints a table in Markdown: the rule, the real bugs that it stands for, the property that
//! breaks; what was tried and how long it took until something was found, and until the search had
//! enough; the steps of the shortest run, within how many there is none, and the link that plays
//! it; and what it cost others to find the same in a model. `--json` prints one object for each
//! rule instead, with the script that tells it. The command fails if a rule was not found.
//!
//! `--in-force 10000000` waives nothing: so many random steps, with every feature on in turn. It
//! fails if anything is found.

use raft_core::check::search::{Phase, Search};
use raft_core::raft::{Rule, Rules};
use raft_core::timeline::link::{ENGINE, Link};
use raft_core::timeline::{Timeline, checksum};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Steps between two looks at the clock.
const SLICE: u64 = 5_000;

struct Wish {
    rules: Vec<Rule>,
    limit: Duration,
    seed: u64,
    json: bool,
    /// Steps with all rules in force, instead.
    in_force: Option<u64>,
    catalog: Catalog,
}

/// When something was found first, and what had been tried by then.
struct First {
    seconds: f64,
    schedules: u64,
    steps: u64,
}

fn main() -> ExitCode {
    let wish = match wish() {
        Ok(wish) => wish,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    if let Some(steps) = wish.in_force {
        return search_in_vain(steps, wish.seed);
    }
    if !wish.json {
        println!(
            "| rule | real bugs | breaks | found in | schedules | steps tried | done in | length | \
             none within | link | elsewhere |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|");
    }
    let found: Vec<Option<f64>> = wish.rules.iter().map(|&rule| show(rule, &wish)).collect();
    let mut seconds: Vec<f64> = found.iter().flatten().copied().collect();
    seconds.sort_by(f64::total_cmp);
    if let (Some(median), Some(last), false) =
        (seconds.get(seconds.len() / 2), seconds.last(), wish.json)
    {
        println!(
            "\n{} of {} found; median {median:.2} s, longest {last:.2} s",
            seconds.len(),
            found.len()
        );
    }
    if found.contains(&None) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Searches without a rule and prints what was found; how many seconds it took.
fn show(rule: Rule, wish: &Wish) -> Option<f64> {
    let mut search = Search::new(Rules::default().without(rule), wish.seed);
    let (start, mut first) = (Instant::now(), None);
    while search.advance(SLICE) != Phase::Done && start.elapsed() < wish.limit {
        if first.is_none() && search.best().is_some() {
            let seconds = start.elapsed().as_secs_f64();
            first = Some(First {
                seconds,
                schedules: search.tried.schedules,
                steps: search.tried.steps,
            });
        }
    }
    let (name, total) = (rule.name(), start.elapsed().as_secs_f64());
    let (Some(best), Some(first)) = (search.best(), first) else {
        let tried = search.tried;
        eprintln!(
            "{name}: not found in {} schedules, {} steps, {total:.1} s",
            tried.schedules, tried.steps
        );
        return None;
    };
    let (property, length) = (best.property.name(), best.schedule.len());
    let text = best.story().to_string();
    let First { seconds, schedules, steps } = first;
    if wish.json {
        let script = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        println!(
            "{{\"rule\": \"{name}\", \"property\": \"{property}\", \"length\": {length}, \
             \"seconds\": {seconds:.3}, \"schedules\": {schedules}, \"steps\": {steps}, \
             \"script\": \"{script}\"}}"
        );
    } else {
        let (link, bugs) = (link_to(&text), wish.catalog.bugs(name));
        let bound = search.bound().map_or(0, |bound| bound.steps);
        println!(
            "| {name} | {bugs} | {property} | {seconds:.2} s | {schedules} | {steps} | {total:.1} s \
             | {length} | {bound} | [play](#{link}) | {} |",
            elsewhere(rule),
        );
    }
    Some(seconds)
}

/// What it cost to find the same by exploring a model. SandTable (EuroSys 2024, table 2) with 20
/// threads: time, depth, states. CCF: what its issues say.
fn elsewhere(rule: Rule) -> &'static str {
    match rule {
        Rule::RejectStaleTerms => "Xraft #33: 3 s, 8, 3,534",
        Rule::KeepMatchingEntries => "RaftOS #26: 4 s, 9, 19,455",
        Rule::CommitOwnTerm => {
            "PySyncObj #169: 2 min, 14, 2,364,779; CCF #3828: 1.36·10⁹ generated on 120 cores"
        }
        Rule::CommitNeverMovesBack => "PySyncObj #166: 6 s, 13, 93,713",
        Rule::CommitBounded => "WRaft #118: 22 min, 20, 20,955,790",
        Rule::JointNeedsBothMajorities => "CCF #3837: 2 days, 37·10⁹ generated",
        Rule::ReadConfirmsLeadership => "Xraft-KV #1: 15 s, 10, 124,409",
        _ => "",
    }
}

/// The page's list of the bugs that each rule stands for.
struct Catalog(String);

impl Catalog {
    fn read() -> Catalog {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src/rules/catalog.js");
        Catalog(std::fs::read_to_string(path).unwrap_or_default())
    }

    /// Those of one rule that have a number in a tracker or a commit.
    fn bugs(&self, rule: &str) -> String {
        let list = self.0.split_once(&format!("'{rule}': [")).map_or("", |(_, rest)| rest);
        let list = list.split(']').next().unwrap_or("");
        let quoted = list.split('\'').skip(1).step_by(2);
        quoted.collect::<Vec<_>>().join(", ")
    }
}

/// Searches with all rules in force, where there is nothing to be found.
fn search_in_vain(steps: u64, seed: u64) -> ExitCode {
    let (mut search, start) = (Search::new(Rules::default(), seed), Instant::now());
    while search.tried.steps < steps && search.best().is_none() {
        search.advance(SLICE);
    }
    let (tried, seconds) = (search.tried, start.elapsed().as_secs_f64());
    let rate = tried.steps as f64 / seconds / 1e6;
    println!(
        "{} steps in {} schedules, {seconds:.1} s: {rate:.2} million a second",
        tried.steps, tried.schedules
    );
    match search.best() {
        Some(best) => {
            println!("{} is broken:\n{}", best.property.name(), best.script());
            ExitCode::FAILURE
        }
        None => {
            println!("nothing was found");
            ExitCode::SUCCESS
        }
    }
}

/// The link that plays a script from its beginning.
fn link_to(text: &str) -> String {
    let script = raft_core::sim::script::parse(text).expect("what was written can be read");
    let timeline = Timeline::new(script);
    let (at, events) = (timeline.now(), timeline.events());
    let checksum = checksum(timeline.world());
    let link = Link {
        script: text.into(),
        at,
        events,
        caption: 0,
        engine: ENGINE,
        checksum,
        beside: None,
    };
    link.fragment()
}

/// What the command line asks for.
fn wish() -> Result<Wish, String> {
    let safety = Rule::ALL.into_iter().filter(|rule| rule.is_about_safety()).collect();
    let mut wish = Wish {
        rules: Vec::new(),
        limit: Duration::from_secs(60),
        seed: 1,
        json: false,
        in_force: None,
        catalog: Catalog::read(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|word| word.parse::<u64>().ok());
            number.ok_or_else(|| format!("a whole number has to follow {word}"))
        };
        match word.as_str() {
            "--seconds" => wish.limit = Duration::from_secs(number()?),
            "--in-force" => wish.in_force = Some(number()?),
            "--seed" => wish.seed = number()?,
            "--json" => wish.json = true,
            name => {
                let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name);
                wish.rules.push(rule.ok_or_else(|| format!("there is no rule {name}"))?);
            }
        }
    }
    if wish.rules.is_empty() {
        wish.rules = safety;
    }
    Ok(wish)
}
