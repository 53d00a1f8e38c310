//! Why no order explains some operations, where that can be said in a sentence.

use super::history::{Answer, Operation, Value};

/// Why. Numbers are positions among the operations.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Nothing that was asked for leads to what this one was told.
    Never(usize),
    /// The first returned before the second, which alone leads to what it was told, was called.
    Before(usize, usize),
    /// The first was told what was so before the second; and that had completed before the first
    /// was called (Gibbons and Korach 1997: the zones of two values conflict).
    After(usize, usize),
    /// They have to be looked at together.
    Together,
}

/// Says why the operations of a minimal violation cannot be explained.
pub fn explain(operations: &[&Operation]) -> Reason {
    let is_before = |one: usize, other: usize| {
        operations[one].returned.is_some_and(|(end, _)| end < operations[other].called)
    };
    let writes = |at: usize, value: Value| {
        let action = operations[at].action;
        action.apply(action.expected()) == value && action != super::Action::Get
    };
    match operations.len() {
        1 => Reason::Never(0),
        2 if is_before(0, 1) => match operations[0].seen() {
            Some(value) if !writes(0, value) && writes(1, value) => Reason::Before(0, 1),
            _ => Reason::After(1, 0),
        },
        3 => match operations[2].seen() {
            Some(seen) if writes(0, seen) && is_before(1, 2) => Reason::After(2, 1),
            Some(seen) if writes(1, seen) && is_before(0, 2) => Reason::After(2, 0),
            _ => Reason::Together,
        },
        _ => Reason::Together,
    }
}

impl Operation {
    /// The value that its client saw.
    fn seen(&self) -> Option<Value> {
        match self.returned?.1 {
            Answer::Value(value) => Some(value),
            Answer::Done | Answer::Swapped(_) | Answer::Found(_) => None,
        }
    }
}
