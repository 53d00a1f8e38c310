//! Judges a history of operations on a key-value store, from any system.
//!
//! ```text
//! cargo run --release --example linearizable --features sim -- history.txt     or - for standard input
//!     --budget 5000000     steps of work after which it is left open (1000000)
//! ```
//!
//! The form of a history is documented at `raft_core::check::linearizability::text`. Exits with 0
//! when the history is linearizable, with 1 when it is not, with 2 when it cannot be read, with 3
//! when the budget was spent before it was known.

use raft_core::check::linearizability::text::parse;
use raft_core::check::linearizability::{History, Operation, Reason, Verdict, explain, judge};
use std::io::Read;
use std::process::ExitCode;
use std::time::Instant;

/// Characters from the first call to the last return of a drawing.
const WIDTH: usize = 60;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let (mut source, mut budget) = (None, 1_000_000);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--budget" => {
                let number = words.next().and_then(|word| word.parse().ok());
                budget = number.ok_or("--budget: write a number of steps such as 1000000")?;
            }
            _ => source = Some(word),
        }
    }
    let source = source.ok_or("name the file of a history, or - for standard input")?;
    let history = parse(&load(&source)?).map_err(|error| format!("{source}: {error}"))?;
    let start = Instant::now();
    let verdict = judge(&history, budget);
    let time = start.elapsed().as_secs_f64() * 1e3;
    let count = history.operations.len();
    Ok(match verdict {
        Verdict::Linearizable => {
            println!("linearizable: {count} operations, {time:.1} ms");
            ExitCode::SUCCESS
        }
        Verdict::Violation(found) => {
            println!("not linearizable: {} of {count} operations tell, {time:.1} ms", found.len());
            show(&history, &found);
            ExitCode::from(1)
        }
        Verdict::Unknown => {
            println!(
                "unknown: {count} operations, {budget} steps, {time:.1} ms; try a larger --budget"
            );
            ExitCode::from(3)
        }
    })
}

fn load(source: &str) -> Result<String, String> {
    let mut text = String::new();
    match source {
        "-" => std::io::stdin().read_to_string(&mut text).map(|_| text),
        _ => std::fs::read_to_string(source),
    }
    .map_err(|error| format!("{source}: {error}"))
}

/// Draws operations as bars above one axis of time, and says why they cannot be.
fn show(history: &History, found: &[usize]) {
    let operations: Vec<&Operation> = found.iter().map(|&at| &history.operations[at]).collect();
    let begin = operations.iter().map(|operation| operation.called).min().unwrap_or(0);
    let ends = operations.iter().map(|operation| {
        operation.returned.map_or(operation.called, |(end, _)| end.max(operation.called))
    });
    let length = (ends.max().unwrap_or(begin) - begin).max(1);
    let column =
        |time: u64| ((time - begin) as u128 * (WIDTH as u128 - 1) / u128::from(length)) as usize;
    println!("\nkey {}, from {begin} to {}", operations[0].key, begin + length);
    for operation in &operations {
        let from = column(operation.called);
        let bar = match operation.returned {
            Some((end, _)) => match column(end) - from {
                0 => "|".to_string(),
                width => format!("[{}]", "=".repeat(width - 1)),
            },
            None => format!("[{}>", "=".repeat(WIDTH.saturating_sub(from + 2))),
        };
        println!(
            "C{:<4}{:>from$}{bar:<rest$}  {}",
            operation.client,
            "",
            words(operation),
            rest = WIDTH - from
        );
    }
    println!("\n{}", reason(&operations));
}

/// What was asked for, and the answer.
fn words(operation: &Operation) -> String {
    let line = operation.to_string();
    let words: Vec<&str> = line.split(' ').skip(3).filter(|word| *word != "-").collect();
    match words.as_slice() {
        [asked @ .., answer] => format!("{} → {answer}", asked.join(" ")),
        [] => line,
    }
}

fn reason(operations: &[&Operation]) -> String {
    let named = |at: usize| format!("C{}'s {}", operations[at].client, words(operations[at]));
    match explain(operations) {
        Reason::Never(at) => format!("Nothing leads to {}.", named(at)),
        Reason::Before(at, other) => {
            format!("{} returned before {} was called.", named(at), named(other))
        }
        Reason::After(at, other) => {
            format!("{} was called after {} had completed.", named(at), named(other))
        }
        Reason::Together => {
            format!("No order of these {} operations explains what clients saw.", operations.len())
        }
    }
}
