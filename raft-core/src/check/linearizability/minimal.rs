//! The operations of a history that suffice to see that it cannot be explained.

use super::history::{Action, Operation};
use super::search::Search;
use alloc::vec::Vec;

/// Of the operations of one key, of which `search` has found that no order explains them, those
/// that matter, in the order of their calls.
///
/// What is left out of a history must not make it worse: without a put, the get that read it would
/// be wrong. So an operation that is left out is one of which nothing is known but that it may
/// have taken effect, at any time, even before it was called. That only ever makes more orders
/// possible; hence one pass over single operations, after those over halves, quarters and so on
/// (Zeller 2002), finds a set from which none can be left out. Where the budget is spent the rest
/// stays in.
///
/// No attempt may take more than `attempt` steps, nor all of them more than `budget`.
pub(super) fn minimal(
    operations: &[&Operation],
    last: Option<usize>,
    (attempt, mut budget): (u64, u64),
) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..operations.len()).collect();
    let mut try_without = |kept: &mut Vec<usize>, out: &dyn Fn(usize) -> bool| {
        let rest: Vec<usize> = kept.iter().copied().filter(|&at| !out(at)).collect();
        if rest.len() == kept.len() || budget == 0 {
            return;
        }
        let mut search = Search::new(operations, &|at| rest.binary_search(&at).is_ok());
        let steps = attempt.min(budget);
        let mut left = steps;
        if search.run(&mut left) == Some(false) {
            *kept = rest;
        }
        budget -= (steps - left).max(1 + operations.len() as u64 / 8).min(budget);
    };
    // A sentence about writes is easier to follow than one about reads.
    try_without(&mut kept, &|at| Some(at) != last && operations[at].action == Action::Get);
    let mut size = kept.len() / 2;
    while size > 0 {
        let order = in_order_of_calls(operations, kept.clone());
        // The earliest first: what is near the moment of the violation tells more.
        for part in order.chunks(size) {
            try_without(&mut kept, &|at| part.contains(&at));
        }
        size /= 2;
    }
    in_order_of_calls(operations, kept)
}

fn in_order_of_calls(operations: &[&Operation], mut positions: Vec<usize>) -> Vec<usize> {
    positions.sort_by_key(|&at| (operations[at].called, at));
    positions
}
