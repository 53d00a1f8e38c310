//! Random worlds with every feature on and the membership changing under faults, until so many
//! events have happened:
//!
//! ```text
//! cargo run --release --example storms --features sim -- 10000000
//! ```
//!
//! A second number says which storm is the first. Whatever breaks is printed as the shortest
//! script that shows it, with its link, and the command fails.

#[path = "../tests/common/mod.rs"]
mod common;

use common::storm::Kind;
use common::{Tally, survive};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let (Ok(wanted), Ok(first)) =
        (numbers.next().unwrap_or(Ok(10_000_000)), numbers.next().unwrap_or(Ok(0)))
    else {
        eprintln!("how many events, and the number of the first storm: whole numbers");
        return ExitCode::from(2);
    };
    let start = std::time::Instant::now();
    let (mut events, mut number, mut tally) = (0, first, Tally::default());
    while events < wanted {
        match survive(number, [1, 2, 3, 3, 4, 5, 5, 7][number as usize % 8], Kind::Full) {
            Ok((more, counts)) => {
                events += more;
                tally.add(counts);
            }
            Err(report) => {
                println!("{report}");
                return ExitCode::FAILURE;
            }
        }
        number += 1;
    }
    let (storms, seconds) = (number - first, start.elapsed().as_secs_f64());
    println!("{storms} storms, {events} events in {seconds:.1} s: nothing broke\n{tally:#?}");
    ExitCode::SUCCESS
}
