//! A world in which somebody else decides what happens next, and its judges.

use super::ground::Ground;
use super::step::Step;
use crate::check::{Finding, Judges, Property};
use crate::sim::script::{Action, Messages, Target};
use crate::sim::{Happening, Record, Server, World};
use crate::time::{Duration, Instant};
use alloc::vec::Vec;

/// A world and its judges, between two steps of a schedule.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The world.
    pub world: World,
    /// Its judges.
    pub judges: Judges,
    pub(super) pause: Duration,
    pub(super) is_timed: bool,
    /// When the last step was.
    at: Instant,
    /// What happened in the last step.
    records: Vec<Record>,
}

/// Events that happen by themselves between two steps; with a rule waived servers may talk for
/// ever, and nobody wants to read that.
const EVENTS_MAX: usize = 100;
/// Messages that wait.
const FLIGHTS_MAX: usize = 200;

impl Trial {
    /// The beginning.
    pub fn new(ground: &Ground) -> Trial {
        let mut trial = Trial {
            world: World::new(ground.script.clone()),
            judges: Judges::default(),
            pause: ground.pause,
            is_timed: ground.is_timed,
            at: Instant::ZERO,
            records: Vec::new(),
        };
        trial.run_until(Instant(1));
        trial
    }

    /// Takes a step; false when there was nothing to do, and then only time has passed.
    pub fn play(&mut self, step: &Step) -> bool {
        self.records.clear();
        self.at = self.at + Duration(self.pause.0 * u64::from(step.pauses));
        self.run_until(self.at);
        if !self.is_possible(&step.action) {
            return false;
        }
        let judges = &mut self.judges;
        let watch = &mut |world: &World, new: &[Record]| judges.observe(world, new);
        let fits = self.world.play(self.at, &step.action, &mut self.records, watch);
        self.run_until(self.at + self.pause);
        fits
    }

    /// Does something one pause after the last step, and forgets what happened.
    pub(super) fn act(&mut self, action: &Action) {
        self.play(&Step { pauses: 1, action: action.clone() });
        self.records = Vec::new();
    }

    /// Lets one message that waits fly on or, with `twice`, adds one like it.
    pub(super) fn play_message(&mut self, id: u64, twice: bool) {
        self.at = self.at + self.pause;
        self.run_until(self.at);
        let judges = &mut self.judges;
        let watch = &mut |world: &World, new: &[Record]| judges.observe(world, new);
        self.world.play_message(self.at, (id, twice), &mut self.records, watch);
        self.run_until(self.at + self.pause);
        self.records = Vec::new();
    }

    /// The first thing that was found, or the first of a property.
    pub fn finding(&self, property: Option<Property>) -> Option<&Finding> {
        let is_meant = |finding: &&Finding| property.is_none_or(|p| p == finding.property);
        self.judges.findings.iter().find(is_meant)
    }

    /// The first harm that was found, or else the first sign of one.
    pub fn worst(&self) -> Option<&Finding> {
        let is_harm = |finding: &&Finding| !finding.property.is_sign();
        self.judges.findings.iter().find(is_harm).or(self.judges.findings.first())
    }

    /// Whether the same happened in the last step, apart from what disks were told: how many
    /// writes that takes is nothing that others see.
    pub(super) fn did_the_same(&self, other: &Trial) -> bool {
        let is_seen = |record: &&Record| {
            !matches!(record.what, Happening::Writes { .. } | Happening::Synced { .. })
        };
        self.records.iter().filter(is_seen).eq(other.records.iter().filter(is_seen))
    }

    /// Where leases are what it is about: whether there is one.
    pub(super) fn is_promising(&self) -> bool {
        let holds = |server: &Server| {
            server.is_up() && server.node.lease_until().is_some_and(|until| until > self.at)
        };
        !self.is_timed || self.world.servers.iter().any(holds)
    }

    /// Whether a server's timer may run out now. Where time counts, a leader's may at any time and
    /// another's when it is due, or as long as there was no election and so nobody to protect.
    pub fn may_time_out(&self, server: &Server) -> bool {
        let node = &server.node;
        let is_due = || node.deadline().is_some_and(|deadline| deadline <= self.at);
        let is_free = !self.is_timed || node.is_leader() || node.current_term() == 0;
        server.is_up() && (is_free || is_due())
    }

    /// When the last step was taken.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Whether there is more going on than anybody wants to read.
    pub fn is_crowded(&self) -> bool {
        self.world.network.flights.len() > FLIGHTS_MAX
    }

    /// Lets happen what happens by itself before a moment.
    fn run_until(&mut self, end: Instant) {
        let judges = &mut self.judges;
        let mut events = 0;
        while events < EVENTS_MAX && self.world.next_at().is_some_and(|at| at < end) {
            events += 1;
            let watch = &mut |world: &World, new: &[Record]| judges.observe(world, new);
            self.world.step(&mut self.records, watch);
        }
    }

    /// Whether a step may be taken now.
    fn is_possible(&self, action: &Action) -> bool {
        match action {
            Action::Timeout(target) => {
                self.server(*target).is_some_and(|server| self.may_time_out(server))
            }
            Action::Deliver(Messages::One(name)) => {
                let to = name.to.server().and_then(|id| self.world.server(id));
                to.is_none_or(Server::is_up)
            }
            _ => true,
        }
    }

    fn server(&self, target: Target) -> Option<&Server> {
        let Target::Server(id) = target else { return None };
        self.world.server(id)
    }
}
