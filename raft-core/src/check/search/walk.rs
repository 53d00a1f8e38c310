//! Random schedules.

use super::dice::Dice;
use super::ground::{Ground, Weights};
use super::step::{Schedule, Step};
use super::trial::Trial;
use crate::check::Property;
use crate::raft::{Kind, NodeId, Rule};
use crate::sim::kv::Command;
use crate::sim::place::Place;
use crate::sim::script::{Action, MembershipChange, Messages, Target};
use crate::sim::{Fate, Flight, Packet, Server, Status, World};
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Steps of one schedule at most: many bugs need few, and are found sooner in short ones.
const LENGTHS: [usize; 4] = [25, 50, 100, 150];

/// Choices that may come to nothing, one after the other, before a schedule ends.
const ATTEMPTS: usize = 128;

/// One random schedule as it is made.
pub struct Walk<'a> {
    /// Where it takes place.
    pub ground: &'a Ground,
    /// What happened so far.
    pub schedule: Schedule,
    /// The world and its judges.
    pub trial: Trial,
    /// The same with all rules in force, as long as it goes the same way.
    pub(super) lawful: Option<Trial>,
    dice: Dice,
    weights: Weights,
    /// On which side of a partition each server is; messages between sides wait.
    sides: u32,
    /// The servers whose disks are slow; the others are done before anything else happens.
    slow: u32,
    pub(super) length: usize,
    /// How many more messages are delivered before something else happens.
    burst: u32,
    /// What comes next in any case.
    next: Option<Action>,
    /// After about so many steps the partition changes.
    calm: usize,
    /// Whether messages arrive in the order in which they were sent, mostly.
    in_order: bool,
    pauses: u32,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Choice {
    Timeout,
    Deliver,
    Duplicate,
    Crash,
    Restart,
    Write,
    Read,
    Sync,
    Wipe,
    Change,
    Transfer,
    Snapshot,
}

impl<'a> Walk<'a> {
    /// A schedule that is still empty.
    pub(super) fn new(ground: &'a Ground, mut dice: Dice) -> Walk<'a> {
        let mut weights = ground.weights;
        if dice.once_in(2) {
            for weight in weights.all_mut() {
                *weight = weight.saturating_mul(dice.pick(&[0, 1, 4, 16]));
            }
        }
        let lengths = if ground.is_timed { &LENGTHS[2..] } else { &LENGTHS[..] };
        Walk {
            ground,
            schedule: Schedule::new(),
            trial: Trial::new(ground),
            lawful: None,
            weights,
            sides: sides(ground, &mut dice),
            slow: sides(ground, &mut dice),
            length: dice.pick(lengths),
            burst: 0,
            next: None,
            calm: dice.pick(&[8, 16, 32, 64]),
            in_order: dice.below(4) > 0,
            dice,
            pauses: 1,
        }
    }

    /// Takes a step; false when the schedule is over.
    fn goes_on(&mut self) -> bool {
        self.schedule.len() < self.length && !self.trial.is_crowded() && self.step()
    }

    /// Begins with these steps.
    pub(super) fn play(&mut self, steps: &[Step]) {
        for step in steps {
            self.trial.play(step);
        }
        self.schedule.extend_from_slice(steps);
    }

    /// Walks until a judge has found something, or harm if a sign is not enough; what it was.
    pub(super) fn finds(&mut self, sign_is_enough: bool) -> Option<Property> {
        loop {
            let found = self.trial.worst().map(|finding| finding.property);
            if let Some(property) = found.filter(|found| sign_is_enough || !found.is_sign()) {
                return Some(property);
            }
            if !self.goes_on() {
                return None;
            }
        }
    }

    /// Walks until something happens that would not with all rules in force; false when it ends
    /// before that.
    pub(super) fn departs(&mut self) -> bool {
        while self.trial.finding(None).is_none() && self.goes_on() {
            let (Some(lawful), Some(step)) = (&mut self.lawful, self.schedule.last()) else {
                return false;
            };
            lawful.play(step);
            if !lawful.did_the_same(&self.trial) {
                self.lawful = None;
                return self.trial.is_promising();
            }
        }
        false
    }

    /// One step; false when nothing can happen any more.
    fn step(&mut self) -> bool {
        let mut passed = 0;
        for _ in 0..ATTEMPTS {
            let Some(action) = self.choose() else { continue };
            let pauses = core::mem::replace(&mut self.pauses, 1);
            let step = Step { pauses, action };
            if self.trial.play(&step) {
                self.schedule.push(Step { pauses: passed + pauses, ..step });
                return true;
            }
            passed += pauses;
        }
        false
    }

    fn choose(&mut self) -> Option<Action> {
        if let Some(action) = self.next.take() {
            if let Action::Crash(target) = action {
                return Some(self.power_failure(target));
            }
            return Some(action);
        }
        if self.weights.sync > 0 {
            let slow = self.slow;
            let is_quick =
                |server: &&Server| side(slow, Place::Server(server.node.id())) == Some(false);
            let mut quick = self.trial.world.servers.iter().filter(is_quick);
            if let Some(server) = quick.find(|server| !server.disk.writing.is_empty()) {
                return Some(Action::Sync(Target::Server(server.node.id())));
            }
        }
        if self.burst > 0 {
            self.burst -= 1;
            if let Some(action) = self.deliver() {
                return Some(action);
            }
            self.burst = 0;
        }
        if self.dice.once_in(self.calm) {
            self.sides = sides(self.ground, &mut self.dice);
            self.slow = sides(self.ground, &mut self.dice);
        }
        if self.ground.is_timed && self.pauses == 1 && self.is_quiet() && !self.dice.once_in(4) {
            return self.wait();
        }
        match self.weights.choose(&mut self.dice)? {
            Choice::Deliver => {
                self.burst = self.dice.pick(&[0, 0, 1, 3, 7]);
                self.deliver()
            }
            Choice::Timeout => self.timeout(),
            Choice::Duplicate => {
                let flight = message(&self.trial.world, &mut self.dice, |_| true)?;
                Some(Action::Duplicate(Messages::One(flight.name())))
            }
            Choice::Crash => self.crash(),
            Choice::Restart => {
                Some(Action::Restart(self.server(|server| server.status == Status::Crashed)?))
            }
            Choice::Write => {
                let clients = &self.trial.world.clients;
                let value = clients.iter().map(|client| client.history.len() as i64).sum::<i64>();
                self.call(Command::Put { key: "x".to_string(), value: value + 1 })
            }
            Choice::Read => self.call(Command::Get { key: "x".to_string() }),
            Choice::Sync => {
                let target = self.server(|server| !server.disk.writing.is_empty())?;
                if self.dice.once_in(2) {
                    return Some(Action::Sync(target));
                }
                // Half of the time power fails in the middle of a row of writes.
                self.next = self.dice.once_in(2).then_some(Action::Crash(target));
                Some(Action::SyncFirst(target))
            }
            Choice::Wipe => Some(Action::Wipe(self.server(|server| server.is_up())?)),
            Choice::Change => self.change(),
            Choice::Transfer => {
                let on = self.server(|server| server.is_up() && server.node.is_leader())?;
                let to = self.server(|server| server.is_up())?;
                Some(Action::Transfer { to, on })
            }
            Choice::Snapshot => Some(Action::Snapshot(self.server(|server| {
                let base = server.node.log().base().index;
                server.is_up() && server.node.last_applied() > base
            })?)),
        }
    }

    /// One of the servers of which something is true.
    fn server(&mut self, is_meant: fn(&Server) -> bool) -> Option<Target> {
        one_of(&self.trial, &mut self.dice, &is_meant)
    }

    /// Whether no message can arrive that may do something. Then time passes; else it would take
    /// longer than a lease to be elected.
    fn is_quiet(&self) -> bool {
        let (world, sides) = (&self.trial.world, self.sides);
        let waits = |flight: &&Arc<Flight>| flight.fate == Fate::Waits;
        let mut flights = world.network.flights.iter().filter(waits);
        !flights.any(|flight| is_reached(sides, flight) && is_live(world, flight))
    }

    /// Time passes until the next timer is due, and it runs out.
    fn wait(&mut self) -> Option<Action> {
        let servers = self.trial.world.servers.iter().filter(|server| server.is_up());
        let timers = servers.filter_map(|server| Some((server.node.deadline()?, server.node.id())));
        let (due, next) = timers.min()?;
        let left = due.since(self.trial.at()).0.div_ceil(self.ground.pause.0);
        self.pauses = (left as u32).max(1);
        Some(Action::Timeout(Target::Server(next)))
    }

    /// A timer runs out that may.
    fn timeout(&mut self) -> Option<Action> {
        let (trial, dice) = (&self.trial, &mut self.dice);
        Some(Action::Timeout(one_of(trial, dice, &|server| trial.may_time_out(server))?))
    }

    /// A server crashes, and half of the time is back at once.
    fn power_failure(&mut self, target: Target) -> Action {
        self.next = self.dice.once_in(2).then_some(Action::Restart(target));
        Action::Crash(target)
    }

    /// A server crashes; half of the time, if there is one, one with something to lose.
    fn crash(&mut self) -> Option<Action> {
        let loses = |server: &Server| server.is_up() && !server.disk.writing.is_empty();
        let target = if self.dice.once_in(2) { self.server(loses) } else { None };
        let target = target.or_else(|| self.server(Server::is_up))?;
        Some(self.power_failure(target))
    }

    fn call(&mut self, command: Command) -> Option<Action> {
        let idle = self.trial.world.clients.iter().find(|client| client.waiting.is_none());
        let client = idle?.id;
        let leader = self.server(|server| server.is_up() && server.node.is_leader());
        let to = match leader {
            Some(leader) if self.dice.below(8) > 0 => leader,
            _ => self.server(Server::is_up)?,
        };
        let Target::Server(to) = to else { return None };
        Some(Action::Call { client, to: Some(to), command })
    }

    fn change(&mut self) -> Option<Action> {
        let on = self.server(|server| server.is_up() && server.node.is_leader())?;
        let target = self.server(|_| true)?;
        let change = match self.dice.below(8) {
            0 | 1 => MembershipChange::Add(target),
            2..=4 => MembershipChange::Remove(target),
            5 => MembershipChange::Demote(target),
            6 => MembershipChange::Promote(target),
            _ => {
                let count = self.trial.world.servers.len() as u32;
                let mut voters: Vec<NodeId> = (1..=count).map(NodeId).collect();
                voters.retain(|_| self.dice.below(3) > 0);
                if voters.is_empty() {
                    return None;
                }
                MembershipChange::Replace { voters, learners: Vec::new(), explicit: false }
            }
        };
        Some(Action::Change { change, on })
    }

    fn deliver(&mut self) -> Option<Action> {
        let is_in_order = self.in_order && self.dice.below(8) > 0;
        let heeds_all =
            self.dice.once_in(8) || self.ground.script.rules.waives(Rule::RejectStaleTerms);
        let (world, sides) = (&self.trial.world, self.sides);
        let is_meant =
            |flight: &Flight| is_reached(sides, flight) && (heeds_all || is_live(world, flight));
        let flight = if is_in_order {
            let mut flights = world.network.flights.iter();
            flights.find(|flight| flight.fate == Fate::Waits && is_meant(flight))?.clone()
        } else {
            message(world, &mut self.dice, is_meant)?
        };
        Some(Action::Deliver(Messages::One(flight.name())))
    }
}

/// Which servers are on the other side, or slow: half of the time none.
fn sides(ground: &Ground, dice: &mut Dice) -> u32 {
    let all = 1 << ground.script.all_servers();
    if dice.once_in(2) { 0 } else { dice.below(all) as u32 }
}

/// One of the servers of which something is true.
fn one_of(trial: &Trial, dice: &mut Dice, is_meant: &dyn Fn(&Server) -> bool) -> Option<Target> {
    let meant = || trial.world.servers.iter().filter(|server| is_meant(server));
    let count = meant().count();
    if count == 0 {
        return None;
    }
    Some(Target::Server(meant().nth(dice.below(count))?.node.id()))
}

/// One of the messages that wait.
fn message(
    world: &World,
    dice: &mut Dice,
    is_meant: impl Fn(&Flight) -> bool,
) -> Option<Arc<Flight>> {
    let waits = |flight: &&Arc<Flight>| flight.fate == Fate::Waits && is_meant(flight);
    let flights = &world.network.flights;
    let count = flights.iter().filter(waits).count();
    if count == 0 {
        return None;
    }
    let nth = dice.below(count);
    flights.iter().filter(waits).nth(nth).cloned()
}

/// The side on which a server is; clients are on both.
fn side(sides: u32, place: Place) -> Option<bool> {
    place.server().map(|id| sides & 1 << id.0.saturating_sub(1) != 0)
}

/// Whether the ends of a message are on the same side.
fn is_reached(sides: u32, flight: &Flight) -> bool {
    let (from, to) = (side(sides, flight.from), side(sides, flight.to));
    from.is_none() || to.is_none() || from == to
}

/// Whether a message may still do something: one of an older term does nothing, nor does one to
/// a server that is down.
fn is_live(world: &World, flight: &Flight) -> bool {
    let Some(to) = flight.to.server().and_then(|id| world.server(id)) else { return true };
    let Packet::Raft(message) = &flight.packet else { return to.is_up() };
    let is_vague = matches!(message.body.kind(), Kind::PreVote | Kind::PreVoteReply);
    to.is_up() && (is_vague || message.term >= to.node.current_term())
}

impl Weights {
    fn all_mut(&mut self) -> [&mut u8; 12] {
        [
            &mut self.timeout,
            &mut self.deliver,
            &mut self.duplicate,
            &mut self.crash,
            &mut self.restart,
            &mut self.write,
            &mut self.read,
            &mut self.sync,
            &mut self.wipe,
            &mut self.change,
            &mut self.transfer,
            &mut self.snapshot,
        ]
    }

    fn choose(&self, dice: &mut Dice) -> Option<Choice> {
        let all = [
            (self.timeout, Choice::Timeout),
            (self.deliver, Choice::Deliver),
            (self.duplicate, Choice::Duplicate),
            (self.crash, Choice::Crash),
            (self.restart, Choice::Restart),
            (self.write, Choice::Write),
            (self.read, Choice::Read),
            (self.sync, Choice::Sync),
            (self.wipe, Choice::Wipe),
            (self.change, Choice::Change),
            (self.transfer, Choice::Transfer),
            (self.snapshot, Choice::Snapshot),
        ];
        let total: usize = all.iter().map(|(weight, _)| usize::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let mut left = dice.below(total);
        for (weight, choice) in all {
            match left.checked_sub(usize::from(weight)) {
                Some(rest) => left = rest,
                None => return Some(choice),
            }
        }
        None
    }
}
