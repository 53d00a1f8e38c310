//! The judge that the real one has to agree with: it tries every order, and knows no better.

use raft_core::check::linearizability::{Action, Answer, History, Operation};

/// Whether some order of the operations explains what clients saw.
pub fn is_linearizable(history: &History) -> bool {
    let keys: Vec<&str> = history.operations.iter().map(|each| each.key.as_str()).collect();
    keys.iter().all(|key| {
        let operations: Vec<&Operation> =
            history.operations.iter().filter(|operation| operation.key == *key).collect();
        let effects = effects(&operations);
        explains(&effects, &mut vec![false; effects.len()], None)
    })
}

/// One effect of an operation: when it may be earliest, until when it has to be, and the answer.
struct Effect {
    action: Action,
    called: u64,
    returned: Option<(u64, Answer)>,
}

fn effects(operations: &[&Operation]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for Operation { action, called, returned, copies, .. } in operations.iter().copied().cloned() {
        effects.push(Effect { action, called, returned });
        effects.extend((1..copies).map(|_| Effect { action, called, returned: None }));
    }
    effects
}

/// Tries every effect as the next one.
fn explains(effects: &[Effect], done: &mut [bool], state: Option<i64>) -> bool {
    let open = |at: usize, done: &[bool]| !done[at] && effects[at].returned.is_some();
    if (0..effects.len()).all(|at| !open(at, done)) {
        return true;
    }
    for next in 0..effects.len() {
        let is_after = (0..effects.len()).any(|at| {
            open(at, done)
                && effects[at].returned.is_some_and(|(end, _)| end < effects[next].called)
        });
        if done[next] || is_after {
            continue;
        }
        let (after, swapped) = perform(effects[next].action, state);
        let is_right = match effects[next].returned {
            None => true,
            Some((_, Answer::Done)) => true,
            Some((_, Answer::Value(value))) => value == after,
            Some((_, Answer::Swapped(told))) => swapped == Some(told),
            Some((_, Answer::Found(told))) => swapped.is_some() && told == state,
        };
        if is_right {
            done[next] = true;
            if explains(effects, done, after) {
                return true;
            }
            done[next] = false;
        }
    }
    false
}

/// What a key holds after an action; of a compare-and-set also whether it held what was expected.
pub fn perform(action: Action, state: Option<i64>) -> (Option<i64>, Option<bool>) {
    match action {
        Action::Put(value) => (Some(value), None),
        Action::Get => (state, None),
        Action::Delete => (None, None),
        Action::Add(value) => {
            let sum = i128::from(state.unwrap_or_default()) + i128::from(value);
            let sum = sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
            (Some(sum as i64), None)
        }
        Action::CompareAndSet { expected, new } => match state == expected {
            true => (Some(new), Some(true)),
            false => (state, Some(false)),
        },
    }
}
