//! The judge of whole histories.

use super::history::{History, Operation};
use super::minimal::minimal;
use super::search::Search;
use alloc::vec::Vec;

/// What a judge says of a history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// There is an order of all operations in which a single store, that does one after the other,
    /// would have answered the same, and in which whatever returned before another was called
    /// comes before it (Herlihy and Wing 1990).
    Linearizable,
    /// There is none. The operations that suffice to see it, by their positions in the history,
    /// in the order in which they were called: if any one of them is taken for something that may
    /// have happened at any time or never, the rest can be explained, as far as the budget tells.
    Violation(Vec<usize>),
    /// The budget was spent before it was known.
    Unknown,
}

/// The steps that each key gets in the first round.
const FIRST_ROUND: u64 = 1_000;

/// Judges a history exactly, with so many steps of work; a step takes less than a microsecond, and
/// may keep a hundred bytes. What makes a violation small may cost half as much again.
///
/// Keys are judged each for itself: a history is linearizable exactly if that of each key is
/// (Herlihy and Wing 1990; Horn and Kroening 2015). They take turns with budgets that double, so
/// that a key that is easily seen to be wrong does not wait for one that is hard.
pub fn judge(history: &History, budget: u64) -> Verdict {
    let mut left = budget;
    let mut round = FIRST_ROUND;
    let mut waiting: Vec<(Vec<usize>, Search)> = (keys(history).into_iter())
        .map(|positions| {
            let search = Search::new(&those(history, &positions), &|_| true);
            (positions, search)
        })
        .collect();
    while !waiting.is_empty() {
        for (positions, mut search) in core::mem::take(&mut waiting) {
            let mut steps = round.min(left);
            left -= steps;
            let known = search.run(&mut steps);
            left += steps;
            match known {
                Some(true) => {}
                Some(false) => {
                    let operations = those(history, &positions);
                    let attempt = 10_000 + 4 * (budget - left);
                    let found = minimal(&operations, search.last(), (attempt, budget / 2));
                    return Verdict::Violation(found.into_iter().map(|at| positions[at]).collect());
                }
                None if left == 0 => return Verdict::Unknown,
                None => waiting.push((positions, search)),
            }
        }
        round = round.saturating_mul(2);
    }
    Verdict::Linearizable
}

/// The positions of the operations of each key.
fn keys(history: &History) -> Vec<Vec<usize>> {
    let key = |at: usize| history.operations[at].key.as_str();
    let mut order: Vec<usize> = (0..history.operations.len()).collect();
    order.sort_by(|&one, &other| key(one).cmp(key(other)));
    order.chunk_by(|&one, &other| key(one) == key(other)).map(<[usize]>::to_vec).collect()
}

fn those<'a>(history: &'a History, positions: &[usize]) -> Vec<&'a Operation> {
    positions.iter().map(|&at| &history.operations[at]).collect()
}
