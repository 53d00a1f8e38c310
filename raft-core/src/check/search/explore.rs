//! Bounded exhaustive exploration: every order of what may happen, up to a number of steps.
//!
//! It goes by depth: all states that one step more leads to, then those of the next, so what it
//! finds first is as short as can be. A state is kept as a fingerprint, its parent and the number
//! of the move that led to it, some twenty bytes; the worlds are made again by taking the moves
//! once more, along a path that neighbours mostly share. So memory holds one world for each step
//! of depth, however many states there are.
//!
//! A message that never arrives is lost, so losses need no step of their own. Fingerprints have 64
//! bits: of n states two share one with odds of n²/2⁶⁵, and then a state may be missed.

mod budgets;
mod moves;
mod symmetry;
mod table;
#[cfg(test)]
mod tests;

pub use budgets::Budgets;

use super::step::Schedule;
use super::trial::Trial;
use crate::check::Property;
use crate::raft::Reads;
use crate::sim::Memory;
use crate::sim::settings::{LinkSettings, Reading, Settings};
use crate::time::{Duration, Instant};
use alloc::vec::Vec;
use moves::{Move, Place};
use symmetry::{Fingerprints, SERVERS_MAX};
use table::{Table, Tree};

/// What an exploration leaves out because it changes nothing; each can be put in again, to see
/// that it does not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reductions {
    /// Mirror images under other names of the servers count as one.
    pub symmetry: bool,
    /// Messages that can never act again are dropped.
    pub dead_messages: bool,
    /// A server that crashes restarts at once.
    pub crashes: bool,
    /// The judges forget what was done in terms that are over.
    pub past_terms: bool,
}

impl Default for Reductions {
    fn default() -> Reductions {
        Reductions { symmetry: true, dead_messages: true, crashes: true, past_terms: true }
    }
}

/// Where an exploration ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// After so many steps.
    pub depth: u32,
    /// When so many states have been found.
    pub states: u32,
}

/// What came of an exploration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// A shortest way to break a property, from where the exploration began.
    Broken {
        /// What it breaks.
        property: Property,
        /// How.
        schedule: Schedule,
    },
    /// Nothing, in any order of at most so many steps.
    Nothing {
        /// The steps.
        depth: u32,
        /// Whether no more steps are possible at all: the budgets are spent.
        is_complete: bool,
    },
    /// Nothing in at most so many steps; then there were too many states to go on.
    Stopped {
        /// The steps.
        depth: u32,
    },
}

/// How far an exploration is. Exact, and the same on every platform.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    /// States found, mirror images counted once.
    pub states: u64,
    /// Steps taken to find them: how often a state was made and looked up.
    pub generated: u64,
    /// All orders of so many steps have been looked at.
    pub depth: u32,
    /// Bytes that the states take.
    pub bytes: u64,
}

/// Why a world is not explored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unsuited {
    /// Servers protect a leader for a while, serve reads under a lease, beat for each follower at
    /// a time of its own, or have clocks that are wrong: what happens depends on when.
    Timed,
    /// More servers than names can be folded.
    TooLarge,
    /// Messages, timers or disks do not wait for the search, or a script's lines do not.
    NotHeld,
    /// Links or disks are not all alike, or messages are lost, doubled, delayed or put in order by
    /// themselves: what becomes of one depends on more than what it is.
    Uneven,
    /// A record on a disk has gone bad: its server would start with less than the disk holds, or
    /// not at all.
    Damaged,
    /// Within so many steps somebody's patience may end.
    TooLong,
}

/// An exploration under way.
pub struct Explorer {
    property: Option<Property>,
    reductions: Reductions,
    limits: Limits,
    progress: Progress,
    verdict: Option<Verdict>,
    table: Table,
    tree: Tree,
    /// The next state to go on from.
    next: u32,
    /// Where the states of the next depth begin.
    level_end: u32,
    /// The way to the state that was gone on from last, the root first.
    way: Vec<Stop>,
    fingerprints: Fingerprints,
    memory: Memory,
}

/// A state on the way, its world, and what may happen next in it.
struct Stop {
    state: u32,
    place: Place,
    moves: Vec<Move>,
}

impl Stop {
    fn new(state: u32, place: Place, reductions: Reductions) -> Stop {
        let moves = place.moves(reductions);
        Stop { state, place, moves }
    }
}

impl Explorer {
    /// Explores from where a trial stands, for one property or for any. For one, it goes on where
    /// another was broken.
    pub fn new(
        trial: Trial,
        left: Budgets,
        property: Option<Property>,
        limits: Limits,
        reductions: Reductions,
    ) -> Result<Explorer, Unsuited> {
        check(&trial, left, limits)?;
        let root = Place::new(trial, left, reductions);
        let (mut fingerprints, mut table) = (Fingerprints::default(), Table::new());
        table.insert(fingerprints.of(&root, None, reductions));
        Ok(Explorer {
            property,
            reductions,
            limits,
            progress: Progress { states: 1, generated: 1, depth: 0, bytes: 0 },
            verdict: None,
            table,
            tree: Tree::new(),
            next: 0,
            level_end: 1,
            way: Vec::from([Stop::new(0, root, reductions)]),
            fingerprints,
            memory: Memory::default(),
        })
    }

    /// Goes on until at least so many more states have been generated; the verdict, if that is
    /// the end.
    pub fn advance(&mut self, generated: u64) -> Option<&Verdict> {
        let enough = self.progress.generated.saturating_add(generated);
        while self.verdict.is_none() && self.progress.generated < enough {
            self.go_on();
        }
        self.progress.bytes = self.table.bytes() + self.tree.bytes();
        self.verdict.as_ref()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Looks at all that may follow the next state.
    fn go_on(&mut self) {
        if self.next == self.level_end && !self.begin_level() {
            return;
        }
        let state = self.next;
        self.next += 1;
        self.walk_to(state);
        let Some(Stop { place, moves, .. }) = self.way.last() else { return };
        self.fingerprints.follow(place);
        let mut broken = None;
        for (number, &what) in (0u16..).zip(moves) {
            let mut after = place.clone();
            after.take(what, self.reductions, &mut self.memory);
            self.progress.generated += 1;
            if let Some(finding) = after.trial.finding(self.property) {
                broken = Some((number, finding.property));
                break;
            }
            let fingerprint = self.fingerprints.of(&after, Some(place), self.reductions);
            if self.table.insert(fingerprint) {
                self.tree.add(state, number);
                self.progress.states += 1;
            }
        }
        if let Some((number, property)) = broken {
            let schedule = self.schedule(number);
            self.verdict = Some(Verdict::Broken { property, schedule });
        } else if self.tree.len() >= self.limits.states {
            self.verdict = Some(Verdict::Stopped { depth: self.progress.depth });
        }
    }

    /// All states of a depth have been gone on from; whether there is more to do.
    fn begin_level(&mut self) -> bool {
        self.progress.depth += 1;
        let is_complete = self.level_end == self.tree.len();
        let depth = self.progress.depth;
        if is_complete || depth >= self.limits.depth {
            self.verdict = Some(Verdict::Nothing { depth, is_complete });
            return false;
        }
        self.level_end = self.tree.len();
        true
    }

    /// Makes the world of a state, from the last one that both ways have in common.
    fn walk_to(&mut self, state: u32) {
        let path = self.tree.path(state);
        let mut common = 1;
        while self.way.get(common).is_some_and(|stop| path.get(common - 1) == Some(&stop.state)) {
            common += 1;
        }
        self.way.truncate(common);
        for &next in &path[common - 1..] {
            let Some(before) = self.way.last() else { return };
            let mut place = before.place.clone();
            if let Some(&what) = before.moves.get(usize::from(self.tree.number(next))) {
                place.take(what, self.reductions, &mut self.memory);
            }
            self.way.push(Stop::new(next, place, self.reductions));
        }
    }

    /// The steps to the state we stand at, and one more.
    fn schedule(&self, last: u16) -> Schedule {
        let numbers = self.way.iter().skip(1).map(|stop| self.tree.number(stop.state));
        let moves = self.way.iter().zip(numbers.chain([last]));
        let moves = moves.filter_map(|(stop, number)| stop.moves.get(usize::from(number)).copied());
        match self.way.first() {
            Some(root) => moves::schedule(&root.place, &moves.collect::<Vec<_>>()),
            None => Schedule::new(),
        }
    }
}

/// Whether a world can be explored: nothing in it may depend on how much time passes.
fn check(trial: &Trial, left: Budgets, limits: Limits) -> Result<(), Unsuited> {
    let (world, settings) = (&trial.world, &trial.world.settings);
    let config = &settings.protocol;
    let beats_apart = config.heartbeat_max > config.heartbeat;
    let is_wrong = world.servers.iter().any(|server| !server.clock.is_exact());
    let is_bound = config.check_quorum || config.reads == Reads::Lease || trial.is_timed;
    if is_bound || beats_apart || is_wrong {
        return Err(Unsuited::Timed);
    }
    if world.servers.len() > SERVERS_MAX {
        return Err(Unsuited::TooLarge);
    }
    let is_held = world.is_held() && settings.manual_timers && world.script.lines.is_empty();
    let takes_time = settings.disks.sync.longest() > Duration::ZERO;
    if !is_held || (takes_time && !settings.manual_disk) {
        return Err(Unsuited::NotHeld);
    }
    if !is_even(settings) {
        return Err(Unsuited::Uneven);
    }
    if world.servers.iter().any(|server| !server.disk.damaged.is_empty()) {
        return Err(Unsuited::Damaged);
    }
    let end = trial.at() + Duration(trial.pause.0.saturating_mul(u64::from(limits.depth) + 2));
    // A client waits for an answer, at the least, from now on.
    let mut patience = trial.at() + Duration(settings.retry.0 / 5);
    if settings.reading != Reading::Log {
        patience = patience.min(Instant::ZERO + config.election_max);
    }
    let compacts = config.snapshot_entries > 0 || config.snapshot_bytes > 0 || left.snapshots > 0;
    if compacts || world.servers.iter().any(|server| server.disk.snapshot.is_some()) {
        patience = patience.min(Instant::ZERO + config.heartbeat);
    }
    if end >= patience || world.wakes_before(end) { Err(Unsuited::TooLong) } else { Ok(()) }
}

/// Whether all links are alike and so are all disks, and each message takes the same time.
fn is_even(settings: &Settings) -> bool {
    let LinkSettings { latency, loss, duplicate, reorder, reorder_by: _, ordered, bandwidth } =
        settings.links;
    let is_plain = loss == 0 && duplicate == 0 && reorder == 0 && !ordered && bandwidth == 0;
    let are_alike = settings.special_links.is_empty() && settings.special_disks.is_empty();
    is_plain && are_alike && latency.low == latency.longest()
}
