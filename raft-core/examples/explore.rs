//! Explores a small world exhaustively, and says how fast.
//!
//! ```text
//! cargo run --release --example explore --features sim -- commit-own-term 4 0 2 0 0 21
//! ```
//!
//! The arguments: a rule to waive, or `none`; how many elections, heartbeats, writes, crashes and
//! duplicates there may be; at most how many steps, and of how many servers.

use raft_core::check::search::{
    Budgets, Counterexample, Explorer, Ground, Limits, Reductions, Topic, Trial, Verdict,
};
use raft_core::raft::{Rule, Rules};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let text = |at: usize| arguments.get(at).map(String::as_str);
    let number = |at: usize, or: u32| text(at).map_or(or, |n| n.parse().expect("a number"));
    let rules = match text(0).unwrap_or("none") {
        "none" => Rules::default(),
        name => {
            let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name);
            Rules::default().without(rule.expect("the name of a rule"))
        }
    };
    let small = |at: usize, or: u32| number(at, or) as u8;
    let left = Budgets {
        elections: small(1, 2),
        heartbeats: small(2, 0),
        writes: small(3, 1),
        crashes: small(4, 0),
        duplicates: small(5, 0),
        ..Budgets::default()
    };
    let limits = Limits { depth: number(6, 40), states: number(9, 20_000_000) };
    let topic = if text(8) == Some("disk") { Topic::Disk } else { Topic::Plain };
    let ground = Ground::new(topic, number(7, 3), rules);
    for reductions in [
        Reductions::default(),
        Reductions { symmetry: false, ..Reductions::default() },
        Reductions { dead_messages: false, ..Reductions::default() },
        Reductions { crashes: false, ..Reductions::default() },
        Reductions { past_terms: false, ..Reductions::default() },
    ] {
        if reductions != Reductions::default() && std::env::var("ALL").is_err() {
            break;
        }
        let start = Instant::now();
        let explorer = Explorer::new(Trial::new(&ground), left, None, limits, reductions);
        let mut explorer = explorer.expect("a world that can be explored");
        let mut depth = 0;
        let verdict = loop {
            let verdict = explorer.advance(10_000).cloned();
            let progress = explorer.progress();
            if progress.depth > depth {
                depth = progress.depth;
                let (states, generated) = (progress.states, progress.generated);
                eprintln!("{depth:3} steps: {states} states, {generated} generated");
            }
            if let Some(verdict) = verdict {
                break verdict;
            }
        };
        let (seconds, progress) = (start.elapsed().as_secs_f64(), explorer.progress());
        println!("{reductions:?}");
        println!(
            "{} states, {} generated, {} steps, {:.2} s, {:.3} M generated/s, {:.1} bytes a state",
            progress.states,
            progress.generated,
            progress.depth,
            seconds,
            progress.generated as f64 / seconds / 1e6,
            progress.bytes as f64 / progress.states as f64,
        );
        match verdict {
            Verdict::Broken { property, schedule } => {
                println!("{} broken in {} steps", property.name(), schedule.len());
                let ground = ground.clone();
                println!("{}", Counterexample { ground, property, schedule }.script());
            }
            other => println!("{other:?}"),
        }
    }
}
