//! The judges: they observe the world and say when something happened that never may.
//!
//! Each property has a file and the name that the paper gives it. Properties are stated by
//! history (who led each term, what was first committed at each index and in which term):
//! state-based forms miss what has passed, and several published ones are wrong.
//!
//! **Invariant:** judges never change the world, and what they do per event does not grow with
//! the length of the run.

mod committed;
mod election_safety;
mod leader_append_only;
mod leader_completeness;
mod log_matching;
mod monotonic;
mod state_machine_safety;

pub use crate::sim::script::Property;

use crate::raft::{Decision, Index, NodeId, Term};
use crate::sim::{Happening, Record, World};
use crate::time::Instant;
use alloc::vec::Vec;
use committed::Committed;
use election_safety::ElectionSafety;
use leader_append_only::LeaderAppendOnly;
use log_matching::LogMatching;
use monotonic::Monotonic;

/// A property that was broken, where and when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// When.
    pub at: Instant,
    /// What.
    pub property: Property,
    /// Who: first the server that did it, then the one it disagrees with, if there is one.
    pub servers: Vec<NodeId>,
    /// The term it concerns.
    pub term: Term,
    /// The index it concerns; 0 where none does.
    pub index: Index,
}

/// A finding without its moment, as a single judge makes it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Breach {
    property: Property,
    servers: Vec<NodeId>,
    term: Term,
    index: Index,
}

/// All judges of a run.
#[derive(Clone, Debug, Default)]
pub struct Judges {
    /// What they found, in the order of time; of each property the first few.
    pub findings: Vec<Finding>,
    election_safety: ElectionSafety,
    leader_append_only: LeaderAppendOnly,
    log_matching: LogMatching,
    committed: Committed,
    monotonic: Monotonic,
}

/// Findings kept of each property: the first ones tell the story.
const FINDINGS_MAX: usize = 8;

impl Judges {
    /// Looks at what just happened; `world` is as it is afterwards.
    pub fn observe(&mut self, world: &World, records: &[Record]) {
        let mut breaches = Vec::new();
        for record in records {
            match &record.what {
                Happening::Decided(server, decision) => {
                    self.on_decision(world, *server, decision, &mut breaches);
                }
                Happening::Writes { server, log: Some((from, count)), .. } => {
                    let Some(node) = world.server(*server).map(|server| &server.node) else {
                        continue;
                    };
                    self.leader_append_only.on_log_change(node, *from, *count, &mut breaches);
                    self.log_matching.on_log_change(node, *from, &mut breaches);
                }
                Happening::Crashed { server, .. } => {
                    self.leader_append_only.forget(*server);
                    self.monotonic.forget(*server);
                }
                _ => {}
            }
        }
        for breach in breaches {
            self.report(world.now, breach);
        }
    }

    fn on_decision(
        &mut self,
        world: &World,
        server: NodeId,
        decision: &Decision,
        breaches: &mut Vec<Breach>,
    ) {
        let Some(node) = world.server(server).map(|server| &server.node) else { return };
        match decision {
            Decision::Leads { term, .. } => {
                self.election_safety.on_leader(server, *term, breaches);
                leader_completeness::on_leader(&self.committed, node, *term, breaches);
                self.leader_append_only.on_leader(node, *term);
            }
            Decision::Commits { from, to, .. } => {
                let known = self.committed.len();
                state_machine_safety::on_commit(&mut self.committed, node, *from, *to, breaches);
                leader_completeness::on_commit(&self.committed, known, world, breaches);
            }
            _ => {}
        }
        self.monotonic.on_step(node, breaches);
    }

    fn report(&mut self, at: Instant, breach: Breach) {
        let Breach { property, servers, term, index } = breach;
        let same = self.findings.iter().filter(|finding| finding.property == property);
        if same.count() < FINDINGS_MAX {
            self.findings.push(Finding { at, property, servers, term, index });
        }
    }

    /// Whether a property, or any, was broken so far.
    pub fn has_found(&self, property: Option<Property>) -> bool {
        self.findings.iter().any(|finding| property.is_none_or(|p| p == finding.property))
    }
}
