//! Random histories: of a store that does one thing after the other, and of one that lies a little.

use super::brute::perform;
use raft_core::chance::Chance;
use raft_core::check::linearizability::{Action, Answer, History, Operation};

/// A source of choices that are the same each time.
pub struct Dice {
    seed: u64,
    thrown: u64,
}

/// What a history is to be like.
#[derive(Clone, Copy)]
pub struct Shape {
    pub operations: usize,
    pub clients: u32,
    pub keys: u64,
    /// Values are below; where it is large each is written once.
    pub values: u64,
    /// Of a hundred operations so many never return.
    pub unknown: u64,
    /// Of a hundred so many may take effect twice.
    pub twice: u64,
    /// The actions: 0 put, 1 get, 2 add, 3 delete, 4 compare-and-set; each as often as it is here.
    pub actions: &'static [u8],
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { seed, thrown: 0 }
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.thrown += 1;
        Chance::of(self.seed, &[self.thrown]).between(0, bound - 1)
    }

    fn one_in_hundred(&mut self, times: u64) -> bool {
        self.below(100) < times
    }
}

/// A history that has an order: each client does one thing after the other, each thing takes
/// effect at a moment between its call and its return.
pub fn legal(dice: &mut Dice, shape: Shape) -> History {
    let mut free = vec![0; shape.clients as usize];
    let mut effects = Vec::new();
    let mut history = History::default();
    for at in 0..shape.operations {
        // Whoever is free first, or a moment later: then operations overlap.
        let client = (0..free.len()).min_by_key(|&client| free[client]).unwrap();
        let called = free[client] + dice.below(8);
        let effect = called + dice.below(8);
        let returned = effect + dice.below(8);
        free[client] = returned + dice.below(4);
        let key = ["x", "y", "z"][dice.below(shape.keys) as usize].to_string();
        let action = action(dice, shape, at);
        let copies = 1 + u32::from(dice.one_in_hundred(shape.twice));
        let is_known = !dice.one_in_hundred(shape.unknown);
        // What never returns may take effect late, or never.
        let late = if is_known { 0 } else { dice.below(60) };
        if is_known || dice.below(3) > 0 {
            effects.push((effect + late, at, true));
        }
        if copies > 1 && dice.below(2) > 0 {
            effects.push((called + dice.below(60), at, false));
        }
        let client = client as u32 + 1;
        let number = history.operations.iter().filter(|other| other.client == client).count();
        let (number, returned) = (number as u64 + 1, is_known.then_some((returned, Answer::Done)));
        history.operations.push(Operation {
            client,
            number,
            key,
            action,
            called,
            returned,
            copies,
        });
    }
    effects.sort();
    let mut states = [None; 3];
    for (_, at, is_first) in effects {
        let operation = &mut history.operations[at];
        let state = &mut states[(operation.key.as_bytes()[0] - b'x') as usize];
        let before = *state;
        let (after, swapped) = perform(operation.action, before);
        *state = after;
        if let Some((_, answer)) = operation.returned.as_mut().filter(|_| is_first) {
            *answer = match (operation.action, swapped) {
                (Action::Put(_) | Action::Delete, _) if dice.below(2) > 0 => Answer::Done,
                (_, Some(_)) if dice.below(3) == 0 => Answer::Found(before),
                (_, Some(swapped)) if dice.below(2) > 0 => Answer::Swapped(swapped),
                _ => Answer::Value(after),
            };
        }
    }
    history
}

fn action(dice: &mut Dice, shape: Shape, at: usize) -> Action {
    let unique = shape.values > 1_000;
    let value = |dice: &mut Dice| dice.below(shape.values) as i64;
    let written = if unique { at as i64 } else { value(dice) };
    match shape.actions[dice.below(shape.actions.len() as u64) as usize] {
        0 => Action::Put(written),
        1 => Action::Get,
        2 => Action::Add(if unique { 1 } else { value(dice) - 1 }),
        3 => Action::Delete,
        _ => {
            let expected = Some(value(dice)).filter(|&value| value > 0);
            Action::CompareAndSet { expected, new: written }
        }
    }
}

/// Changes an answer, or the time of a call or a return: most often nothing explains it then.
pub fn mutate(dice: &mut Dice, history: &mut History) {
    let returned: Vec<usize> = (0..history.operations.len())
        .filter(|&at| history.operations[at].returned.is_some())
        .collect();
    if returned.is_empty() {
        return;
    }
    let at = returned[dice.below(returned.len() as u64) as usize];
    let other = returned[dice.below(returned.len() as u64) as usize];
    let told = history.operations[other].returned.unwrap().1;
    let operation = &mut history.operations[at];
    let (end, answer) = operation.returned.as_mut().unwrap();
    match (dice.below(4), &mut *answer) {
        (0, _) => *end = operation.called + dice.below(4),
        (1, _) => operation.called += dice.below(*end - operation.called + 1),
        (_, Answer::Swapped(swapped)) => *swapped = !*swapped,
        (_, Answer::Value(value) | Answer::Found(value)) => {
            *value = match told {
                Answer::Value(told) | Answer::Found(told) => told,
                Answer::Done | Answer::Swapped(_) => value.map(|value| value + 1),
            };
        }
        (_, Answer::Done) => {}
    }
}
