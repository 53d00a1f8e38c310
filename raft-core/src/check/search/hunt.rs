//! A search from beginning to end, in slices.

use super::dice::Dice;
use super::explore::{Budgets, Explorer, Limits, Reductions, Verdict};
use super::focus::Focus;
use super::ground::Ground;
use super::shrink::Shrinker;
use super::step::{self, Schedule};
use super::story::story;
use super::trial::Trial;
use super::walk::Walk;
use crate::check::Property;
use crate::raft::Rules;
use crate::sim::script::Script;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A run that breaks a property.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// Where it takes place.
    pub ground: Ground,
    /// What it breaks.
    pub property: Property,
    /// How.
    pub schedule: Schedule,
}

/// What a search is at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// Random schedules.
    Walking,
    /// What was found is made shorter.
    Shrinking,
    /// Random schedules that begin as the shortest counterexample does.
    Polishing,
    /// Everything that is shorter is tried.
    Proving,
    /// It has tried enough.
    Done,
}

/// What is known of anything shorter than the shortest counterexample, from complete exploration
/// with the same number of elections, writes, crashes and so on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Bound {
    /// Nothing is broken in so many steps or fewer, in any order.
    pub steps: u32,
    /// States that were looked at, mirror images counted once.
    pub states: u64,
    /// The step that was being looked at last.
    pub depth: u32,
}

/// How much was tried.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tried {
    /// Random schedules.
    pub schedules: u64,
    /// Steps of schedules, those of shrinking included.
    pub steps: u64,
    /// Schedules that broke something.
    pub found: u64,
}

/// A search for a run that breaks something while some rules are waived.
pub struct Search {
    /// How much was tried so far.
    pub tried: Tried,
    focus: Focus,
    seed: u64,
    shrinker: Option<Box<Shrinker>>,
    best: Option<Counterexample>,
    seeds: Vec<Seed>,
    /// When the first sign was found, in steps.
    sign_at: Option<u64>,
    /// What tries everything that is shorter.
    explorer: Option<Box<Explorer>>,
    /// What came of that; nothing as long as it was not tried for this counterexample.
    bound: Option<Bound>,
    /// Polishing ends here, in steps; each improvement moves it on.
    enough: u64,
}

/// A beginning after which something happened that the rules would not have let happen, or that is
/// a sign of harm: half-way to a finding.
#[derive(Clone, Debug)]
struct Seed {
    /// Which of the grounds.
    place: usize,
    schedule: Schedule,
    trial: Trial,
    /// The property that it breaks.
    sign: Option<Property>,
}

/// Steps for which a sign is not enough.
const PATIENCE: u64 = 1_000_000;
/// Steps that follow a seed at most.
const TAILS: [usize; 4] = [10, 20, 40, 80];
/// Steps of polishing without an improvement, at least; and so many more for each step of the
/// shortest counterexample.
const POLISH_MIN: u64 = 200_000;
const POLISH_EACH: u64 = 10_000;
/// Beginnings that are kept.
const SEEDS_MAX: usize = 64;
/// States that are looked at to prove that nothing is shorter.
const STATES_MAX: u32 = 400_000;
/// States that are generated at a time.
const GENERATED: u64 = 200;
/// Schedules that shrinking tries at a time.
const TRIES: u64 = 20;

impl Search {
    /// A search with these rules, as far as nothing was tried yet. The same rules and seed try the
    /// same in the same order.
    pub fn new(rules: Rules, seed: u64) -> Search {
        Search {
            tried: Tried::default(),
            focus: Focus::new(rules),
            seed,
            shrinker: None,
            best: None,
            seeds: Vec::new(),
            sign_at: None,
            explorer: None,
            bound: None,
            enough: 0,
        }
    }

    /// The shortest counterexample so far.
    pub fn best(&self) -> Option<&Counterexample> {
        self.best.as_ref()
    }

    /// What it is at.
    pub fn phase(&self) -> Phase {
        match (&self.shrinker, &self.best) {
            (Some(_), _) => Phase::Shrinking,
            (None, None) => Phase::Walking,
            (None, Some(_)) if self.tried.steps < self.enough => Phase::Polishing,
            (None, Some(_)) if self.explorer.is_some() || self.bound.is_none() => Phase::Proving,
            (None, Some(_)) => Phase::Done,
        }
    }

    /// What is known of anything shorter.
    pub fn bound(&self) -> Option<Bound> {
        self.bound
    }

    /// Goes on for about so many steps.
    pub fn advance(&mut self, steps: u64) -> Phase {
        let end = self.tried.steps + steps;
        loop {
            match self.phase() {
                phase if self.tried.steps >= end => return phase,
                Phase::Walking | Phase::Polishing => self.walk(),
                Phase::Shrinking => self.shrink(),
                Phase::Proving => self.prove(),
                Phase::Done => return Phase::Done,
            }
        }
    }

    fn shrink(&mut self) {
        let Some(shrinker) = &mut self.shrinker else { return };
        let before = shrinker.tried;
        let goes_on = shrinker.advance(TRIES);
        self.tried.steps += (shrinker.tried - before) * shrinker.schedule.len() as u64;
        let Shrinker { ground, property, schedule, .. } = &**shrinker;
        let rank = |property: Property, schedule: &Schedule| (property.is_sign(), schedule.len());
        let is_better =
            |best: &Counterexample| rank(*property, schedule) < rank(best.property, &best.schedule);
        if self.best.as_ref().is_none_or(is_better) {
            let more = POLISH_MIN + POLISH_EACH * schedule.len() as u64;
            let (ground, property, schedule) = (ground.clone(), *property, schedule.clone());
            self.best = Some(Counterexample { ground, property, schedule });
            self.enough = self.tried.steps + more.max(self.tried.steps / 2);
        }
        if !goes_on {
            self.shrinker = None;
        }
    }

    /// Tries everything that is shorter, a little further.
    fn prove(&mut self) {
        let Some(best) = &self.best else { return };
        if self.explorer.is_none() {
            self.bound = Some(Bound::default());
            self.explorer = explorer(best).map(Box::new);
        }
        let Some(explorer) = &mut self.explorer else { return };
        let before = explorer.progress().generated;
        let verdict = explorer.advance(GENERATED).cloned();
        let (progress, is_over) = (explorer.progress(), verdict.is_some());
        self.tried.steps += progress.generated - before;
        let steps = match verdict {
            None => progress.depth.saturating_sub(1),
            Some(Verdict::Nothing { depth, .. } | Verdict::Stopped { depth }) => depth,
            Some(Verdict::Broken { property, schedule }) => {
                let ground = best.ground.clone();
                self.best = Some(Counterexample { ground, property, schedule });
                progress.depth
            }
        };
        let (states, depth) = (progress.states, progress.depth);
        self.bound = Some(Bound { steps, states, depth });
        if is_over {
            self.explorer = None;
        }
    }

    fn walk(&mut self) {
        let mut dice = Dice::new(self.seed, self.tried.schedules);
        self.tried.schedules += 1;
        let (is_first, mut seed) = (self.best.is_none(), None);
        let sign_is_enough = self.best.as_ref().is_some_and(|best| best.property.is_sign());
        let mut walk = match &self.best {
            Some(best) if !dice.once_in(4) => {
                let mut walk = Walk::new(&best.ground, dice);
                walk.play(&best.schedule[..dice.below(best.schedule.len())]);
                walk.length = best.schedule.len() - 1;
                walk
            }
            _ if !self.seeds.is_empty() && !dice.once_in(4) => {
                self.seeds[dice.below(self.seeds.len())].walk(&self.focus, dice)
            }
            _ => {
                let place = dice.below(self.focus.grounds.len());
                let mut walk = Walk::new(&self.focus.grounds[place], dice);
                walk.lawful = self.focus.lawful.get(place).map(Trial::new);
                if walk.departs() {
                    seed = Some(Seed::new(place, &walk, None));
                }
                if is_first && walk.finds(true).is_some() {
                    let finding = walk.trial.finding(None).map(|finding| finding.property);
                    seed = Some(Seed::new(place, &walk, finding));
                }
                walk
            }
        };
        let found = walk.finds(sign_is_enough);
        self.tried.steps += walk.schedule.len() as u64;
        let (ground, schedule) = (walk.ground, walk.schedule);
        if let Some(property) = found {
            self.tried.found += 1;
            self.shrinker = Some(Box::new(Shrinker::new(ground.clone(), property, schedule)));
        } else if is_first {
            self.keep(seed, dice);
            self.settle_for_sign();
        }
    }

    /// Keeps a seed. A sign of harm is a better one than anything before.
    fn keep(&mut self, seed: Option<Seed>, mut dice: Dice) {
        let Some(seed) = seed else { return };
        if seed.sign.is_some() && self.sign_at.is_none() {
            self.seeds.clear();
            self.sign_at = Some(self.tried.steps);
        }
        if seed.sign.is_none() && self.sign_at.is_some() {
            return;
        }
        match self.seeds.len() {
            SEEDS_MAX => self.seeds[dice.below(SEEDS_MAX)] = seed,
            _ => self.seeds.push(seed),
        }
    }

    /// When a sign has led to no harm for long, it is what was found.
    fn settle_for_sign(&mut self) {
        if self.sign_at.is_none_or(|at| self.tried.steps < at + PATIENCE) {
            return;
        }
        let Some(Seed { place, schedule, sign: Some(property), .. }) = self.seeds.first() else {
            return;
        };
        let ground = self.focus.grounds[*place].clone();
        self.shrinker = Some(Box::new(Shrinker::new(ground, *property, schedule.clone())));
    }
}

impl Seed {
    fn new(place: usize, walk: &Walk, sign: Option<Property>) -> Seed {
        Seed { place, schedule: walk.schedule.clone(), trial: walk.trial.clone(), sign }
    }

    /// A random schedule that begins so.
    fn walk<'a>(&self, focus: &'a Focus, mut dice: Dice) -> Walk<'a> {
        let mut walk = Walk::new(&focus.grounds[self.place], dice);
        (walk.schedule, walk.trial) = (self.schedule.clone(), self.trial.clone());
        walk.length = self.schedule.len() + dice.pick(&TAILS);
        walk
    }
}

/// What tries everything that is shorter; nothing where that would take time into account, or a
/// step that it does not take.
fn explorer(best: &Counterexample) -> Option<Explorer> {
    let trial = Trial::new(&best.ground);
    let budgets = Budgets::of(&trial, &best.schedule)?;
    let depth = best.schedule.len().saturating_sub(1) as u32;
    let limits = Limits { depth, states: STATES_MAX };
    Explorer::new(trial, budgets, Some(best.property), limits, Reductions::default()).ok()
}

impl Counterexample {
    /// The script that plays it.
    pub fn script(&self) -> Script {
        step::script(&self.ground.script, self.ground.pause, &self.schedule)
    }

    /// The same with captions that tell what happens.
    pub fn story(&self) -> Script {
        story(&self.script(), self.property)
    }
}
