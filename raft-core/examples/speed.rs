//! How fast the engine runs natively: simulated milliseconds per millisecond of the wall, events
//! per second, and what the judges cost.
//!
//! ```text
//! cargo run --release --example speed --features sim
//! ```
//!
//! Five servers, two clients with ten calls a second, judges on; the median of nine runs. What the
//! judges cost is the median of the ratios of as many pairs of runs, with them and without.

use raft_core::check::Judges;
use raft_core::sim::World;
use raft_core::sim::script::{Script, parse};
use raft_core::time::Instant;
use raft_core::timeline::{Reached, Timeline};
use std::sync::Arc;

const SECONDS: u64 = 600;

fn main() {
    let text = format!(
        "raft 1\nservers 5\nseed 1\npreset paper\nset noop on\nclients 2 rate 10/s keys 3\n\
         run {SECONDS}s"
    );
    let script = parse(&text).expect("the script above is right");
    let end = Instant(SECONDS * 1_000_000);
    let (mut events, mut runs, mut seeks) = (0, Vec::new(), Vec::new());
    for _ in 0..9 {
        let mut timeline = Timeline::new(script.clone());
        let start = std::time::Instant::now();
        while timeline.seek(end, u32::MAX) == Reached::OutOfBudget {}
        runs.push(start.elapsed().as_secs_f64());
        events = timeline.events();
        assert_eq!(timeline.findings(), []);
        for seek in 1..20 {
            let at = Instant(seek * 7 % 20 * end.0 / 20);
            let start = std::time::Instant::now();
            while timeline.seek(at, u32::MAX) == Reached::OutOfBudget {}
            seeks.push(start.elapsed().as_secs_f64());
        }
    }
    let wall = median(runs);
    println!(
        "{SECONDS} simulated seconds in {:.0} ms: {:.0} simulated ms per ms, {:.2} M events/s",
        wall * 1e3,
        SECONDS as f64 / wall,
        events as f64 / wall / 1e6,
    );
    let longest = seeks.iter().copied().fold(0.0, f64::max);
    println!("seek: median {:.2} ms, longest {:.2} ms", median(seeks) * 1e3, longest * 1e3);
    let ratios = (0..9).map(|_| run(&script, true) / run(&script, false)).collect();
    println!("judges: {:.2} times the time without them", median(ratios));
}

/// The seconds that a world takes from its beginning to its end, with judges or without.
fn run(script: &Script, is_judged: bool) -> f64 {
    let mut world = World::new(Arc::new(script.clone()));
    let (mut judges, mut records) = (Judges::default(), Vec::new());
    let start = std::time::Instant::now();
    let mut goes_on = true;
    while goes_on {
        records.clear();
        goes_on = world.step(&mut records, &mut |world, new| {
            if is_judged {
                judges.observe(world, new);
            }
        });
    }
    assert_eq!(judges.findings, []);
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
