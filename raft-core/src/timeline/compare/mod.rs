//! Two runs beside one another: the same seed and the same faults, with one thing changed.
//!
//! Both worlds are stepped together, whichever has the earlier event first, and what happens in
//! one is held against what happens in the other. Because every random choice is keyed by what it
//! is for, runs differ only where the change matters; so the first difference is its effect.
//!
//! What is compared has names by content: who, what, term, index and the message itself. Running
//! numbers (of flights, of writes) and what only the text knows (its lines, captions and
//! expectations) are no part of it.

mod alike;
mod apart;
mod beside;
mod changes;

pub use apart::{Apart, Aspect, apart};
pub use beside::Beside;
pub use changes::{changed, changes};

use super::clock::Clock;
use super::tell::{Value, tell};
use super::{Pace, Reached};
use crate::raft::NodeId;
use crate::sim::script::{Place, Script};
use crate::sim::{Record, World};
use crate::time::Instant;
use alike::{becomes, counts, is_same};
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Two runs, A and B, compared from their beginning as far as it was asked for.
#[derive(Clone, Debug)]
pub struct Comparison {
    runs: [Run; 2],
    /// A clock in which both can be watched: each stretch is as long as the slower one needs.
    clock: Clock,
    at: Instant,
    event: Option<Difference>,
    states: Option<StateDifference>,
    touched: Touched,
    /// The records of the last event that was run.
    records: Vec<Record>,
}

/// One of the two.
#[derive(Clone, Debug)]
struct Run {
    world: World,
    /// What happened and has not been seen to happen in the other; never more than one moment's.
    waiting: VecDeque<Record>,
}

/// The first thing that happens in one run and not, or not then, in the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// The moment.
    pub at: Instant,
    /// What happens in A and in B. In one of them it can be later than `at`: then it is the same
    /// thing, or what became of the same message there; nothing when it has not happened as far
    /// as was compared.
    pub what: [Option<Record>; 2],
}

/// The first moment after which servers are in different states.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StateDifference {
    /// The moment.
    pub at: Instant,
    /// The servers, and in what they differ.
    pub servers: Vec<Apart>,
}

/// The servers, as bits by position, that something happened to since they were last compared.
#[derive(Clone, Copy, Debug, Default)]
struct Touched {
    servers: u32,
    logs: u32,
}

impl Comparison {
    /// Two runs at their beginning.
    pub fn new(a: Arc<Script>, b: Arc<Script>) -> Comparison {
        let run = |script| Run { world: World::new(script), waiting: VecDeque::new() };
        let runs = [run(a), run(b)];
        Comparison {
            runs,
            clock: Clock::default(),
            at: Instant::ZERO,
            event: None,
            states: None,
            // Clusters can differ before anything happens.
            touched: Touched { servers: u32::MAX, logs: u32::MAX },
            records: Vec::new(),
        }
    }

    /// The scripts of A and B.
    pub fn scripts(&self) -> [&Arc<Script>; 2] {
        [&self.runs[0].world.script, &self.runs[1].world.script]
    }

    /// How far both have been compared.
    pub fn compared_until(&self) -> Instant {
        self.at
    }

    /// The first thing that happens differently, if it is known.
    pub fn difference(&self) -> Option<&Difference> {
        self.event.as_ref()
    }

    /// The first moment after which servers differ, if it is known.
    pub fn state_difference(&self) -> Option<&StateDifference> {
        self.states.as_ref()
    }

    /// Whether one of the runs is over, or nothing will ever happen in both: then all that can be
    /// compared has been.
    pub fn is_over(&self) -> bool {
        self.next().is_none()
    }

    /// Compares on, up to and with a moment, running at most `budget` events. Asked again after
    /// [`Reached::OutOfBudget`] it goes on where it stopped.
    pub fn advance(&mut self, until: Instant, budget: u32) -> Reached {
        self.advance_while(budget, Some(until), |_, next| next <= until)
    }

    /// Compares on until the next event is beyond a moment of the common clock.
    fn advance_to_stage(&mut self, stage: u64, pace: Pace, budget: u32) -> Reached {
        self.advance_while(budget, None, |clock, next| clock.stage(next, pace) <= stage)
    }

    fn advance_while(
        &mut self,
        budget: u32,
        until: Option<Instant>,
        goes_on: impl Fn(&Clock, Instant) -> bool,
    ) -> Reached {
        for used in 0.. {
            let Some((next, which)) = self.next() else { return Reached::End };
            if !goes_on(&self.clock, next) {
                self.at = self.at.max(until.unwrap_or_default());
                return Reached::Goal;
            }
            if used >= budget {
                break;
            }
            self.step(next, which);
        }
        Reached::OutOfBudget
    }

    /// The next event and whose it is. Of two at one moment it is his who has less to show, so
    /// that little waits.
    fn next(&self) -> Option<(Instant, usize)> {
        let [a, b] = &self.runs;
        if a.is_over() || b.is_over() {
            return None;
        }
        match (a.world.next_at(), b.world.next_at()) {
            (Some(at), Some(other)) if at == other => {
                Some((at, usize::from(b.waiting.len() < a.waiting.len())))
            }
            (Some(at), other) if other.is_none_or(|other| at < other) => Some((at, 0)),
            (_, other) => other.map(|at| (at, 1)),
        }
    }

    fn step(&mut self, next: Instant, which: usize) {
        let Comparison { runs, records, clock, at, event, states, touched } = self;
        runs[which].world.step(records, &mut |_, _| {});
        *at = next;
        clock.on_events(&[&runs[0].world, &runs[1].world]);
        let Run { world, waiting } = &mut runs[which];
        for record in records.drain(..).filter(|record| counts(&record.what)) {
            if states.is_none() {
                touched.by(&record.what);
            }
            match event {
                None => waiting.push_back(record),
                Some(difference) => difference.follow(which, record, &world.script),
            }
        }
        self.compare_events();
        self.compare_states();
    }

    /// Takes away what happened in both at the same moment; what then is left is the difference.
    fn compare_events(&mut self) {
        while self.event.is_none() {
            let [a, b] = &mut self.runs;
            let (one, other) = (a.waiting.front(), b.waiting.front());
            let at = one.into_iter().chain(other).map(|record| record.at).min();
            let Some(at) = at else { return };
            let is_due = |record: Option<&Record>| record.is_some_and(|record| record.at == at);
            let due = [is_due(one), is_due(other)];
            match (one, other) {
                (Some(one), Some(other))
                    if due == [true; 2] && is_same(&one.what, &other.what, &a.world.script) =>
                {
                    a.waiting.pop_front();
                    b.waiting.pop_front();
                    continue;
                }
                // What is missing may still come.
                _ if !(due[0] || a.is_past(at)) || !(due[1] || b.is_past(at)) => return,
                _ => {}
            }
            let mut difference = Difference { at, what: [None, None] };
            for (which, run) in self.runs.iter_mut().enumerate() {
                if due[which] {
                    difference.what[which] = run.waiting.pop_front();
                }
            }
            for (which, run) in self.runs.iter_mut().enumerate() {
                while let Some(record) = run.waiting.pop_front() {
                    difference.follow(which, record, &run.world.script);
                }
            }
            self.event = Some(difference);
        }
    }

    /// Compares the servers once everything of a moment has happened in both.
    fn compare_states(&mut self) {
        let [a, b] = &self.runs;
        if self.states.is_some() || !a.is_past(self.at) || !b.is_past(self.at) {
            return;
        }
        let touched = core::mem::take(&mut self.touched);
        if touched.servers == 0 {
            return;
        }
        let has = |bits: u32, server: usize| bits >> server.min(31) & 1 == 1;
        let servers = apart::compare(&a.world, &b.world, |server| {
            has(touched.servers, server).then(|| has(touched.logs, server))
        });
        if !servers.is_empty() {
            self.states = Some(StateDifference { at: self.at, servers });
        }
    }
}

impl Run {
    /// Whether the script says that the run ends, and it has.
    fn is_over(&self) -> bool {
        self.world.next_at().is_none() && self.world.script.end.is_some()
    }

    /// Whether nothing more can happen at a moment.
    fn is_past(&self, at: Instant) -> bool {
        self.world.next_at().is_none_or(|next| next > at)
    }
}

impl Difference {
    /// The servers that it is about, each once.
    pub fn servers(&self, scripts: [&Script; 2]) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (record, script) in self.what.iter().zip(scripts) {
            let Some(record) = record else { continue };
            for (_, value) in tell(&record.what, script).facts {
                match value {
                    Value::Place(Place::Server(id)) if !found.contains(&id) => found.push(id),
                    _ => {}
                }
            }
        }
        found
    }

    /// Something happened after the difference: it can be what is missing in one of the runs.
    fn follow(&mut self, which: usize, record: Record, script: &Script) {
        if let ([Some(known), missing @ None], 1) | ([missing @ None, Some(known)], 0) =
            (&mut self.what, which)
        {
            if becomes(&known.what, &record.what, script) {
                *missing = Some(record);
            }
        }
    }
}
