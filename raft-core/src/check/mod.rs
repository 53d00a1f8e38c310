//! The judges: they observe the world and say when something happened that never may.
//!
//! Each property has a file and the name that the paper gives it. Properties are stated by
//! history (who led each term, what was first committed at each index and in which term):
//! state-based forms miss what has passed, and several published ones are wrong.
//!
//! All but one look at what servers did. [`linearizability`] looks at what clients saw, which is
//! all that a store promises them. It stands beside the judge of linearizable reads, which knows
//! the index that a read missed, and so also finds those that missed a value equal to theirs.
//!
//! **Invariant:** judges never change the world, and what they do per event does not grow with
//! the length of the run.

mod acknowledged_writes;
mod by_term;
mod committed;
#[cfg(test)]
mod cost;
mod durable_writes;
mod election_safety;
mod exactly_once;
mod leader_append_only;
mod leader_completeness;
mod lease_exclusivity;
pub mod linearizability;
mod linearizable_reads;
mod liveness;
mod log_matching;
#[cfg(test)]
mod memory;
mod monotonic;
mod monotonic_match;
mod one_change_at_a_time;
pub mod search;
mod state_machine_safety;
#[cfg(test)]
mod testing;
mod vote_once;

pub use crate::sim::script::Property;
pub use liveness::{LOSS_MAX, PATIENCE, Stall, Standing, Timing};

use crate::raft::{Body, Decision, Encoding, Index, Message, NodeId, Payload, Term};
use crate::sim::kv::{Command, Logged, Stamp};
use crate::sim::script::Place;
use crate::sim::settings::Reading;
use crate::sim::{Flight, Happening, Packet, Record, Server, World};
use crate::time::Instant;
use alloc::vec::Vec;
use committed::{Committed, First};
use election_safety::ElectionSafety;
use exactly_once::ExactlyOnce;
use leader_append_only::LeaderAppendOnly;
use lease_exclusivity::LeaseExclusivity;
use linearizability::Linearizability;
use linearizable_reads::LinearizableReads;
use liveness::Liveness;
use log_matching::LogMatching;
use monotonic::Monotonic;
use monotonic_match::MonotonicMatch;
use one_change_at_a_time::OneChangeAtATime;
use vote_once::VoteOnce;

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
    /// Of a history that no store could have: the calls that suffice to see it, by client and
    /// number, in the order in which they were called. Empty for every other property.
    pub calls: Vec<(u32, u64)>,
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
    monotonic_match: MonotonicMatch,
    vote_once: VoteOnce,
    linearizability: Linearizability,
    linearizable_reads: LinearizableReads,
    lease_exclusivity: LeaseExclusivity,
    exactly_once: ExactlyOnce,
    one_change_at_a_time: OneChangeAtATime,
    liveness: Liveness,
}

/// Findings kept of each property: the first ones tell the story.
const FINDINGS_MAX: usize = 8;

impl Judges {
    /// Looks at what just happened; `world` is as it is afterwards.
    pub fn observe(&mut self, world: &World, records: &[Record]) {
        let mut breaches = Vec::new();
        self.one_change_at_a_time.on_event(world);
        for (at, record) in records.iter().enumerate() {
            self.on_record(world, &record.what, &records[at + 1..], &mut breaches);
            self.liveness.on_record(&record.what);
        }
        self.liveness.on_event(world);
        self.lease_exclusivity.on_event(world, &mut breaches);
        for breach in breaches {
            self.report(world.now, breach, Vec::new());
        }
        if let Some((breach, calls)) = self.linearizability.on_records(world, records) {
            self.report(world.now, breach, calls);
        }
    }

    /// `later` is what else happened in the same step.
    fn on_record(
        &mut self,
        world: &World,
        what: &Happening,
        later: &[Record],
        breaches: &mut Vec<Breach>,
    ) {
        match what {
            Happening::Decided(server, decision) => {
                self.on_decision(world, *server, decision, later, breaches);
            }
            Happening::Sent(flight) => {
                if let Some((voter, term, candidate)) = vote_in(world, flight) {
                    let Some(server) = world.server(voter) else { return };
                    self.vote_once.on_vote(&server.node, term, candidate, breaches);
                }
            }
            Happening::Writes { server, log: Some((from, count)), .. } => {
                let Some(node) = world.server(*server).map(|server| &server.node) else { return };
                self.leader_append_only.on_log_change(node, *from, *count, breaches);
                self.log_matching.on_log_change(node, *from, breaches);
                self.one_change_at_a_time.on_log_change(&self.committed, node, *from, breaches);
            }
            Happening::Crashed { server, .. } | Happening::Wiped(server) => {
                self.leader_append_only.forget(*server);
                self.monotonic.forget(*server);
            }
            Happening::Restarted(server) => {
                let node = world.server(*server).map(|server| &server.node);
                node.into_iter().for_each(|node| self.monotonic.on_step(node, breaches));
            }
            Happening::Applied { server, index, took_effect } => {
                let stamp = || stamp_of(self.committed.at(*index));
                self.exactly_once.on_applied(*server, *index, stamp, *took_effect, breaches);
            }
            Happening::Called { client, call, .. } => {
                self.linearizable_reads.on_called(*client, *call);
            }
            Happening::Served { server, client, call, index, read } => {
                let asked = (*client, *call);
                self.linearizable_reads.on_served(*server, asked, *index, *read, breaches);
                let first = self.committed.at(*index);
                if let Some(command) = asked_for(world, asked).filter(|_| !read) {
                    let told = (*server, *call, *index);
                    acknowledged_writes::on_served(first, told, command, breaches);
                }
            }
            Happening::Returned { client, call, answer } if answer.is_done() => {
                self.linearizable_reads.on_done(*client, *call);
            }
            _ => {}
        }
    }

    fn on_decision(
        &mut self,
        world: &World,
        server: NodeId,
        decision: &Decision,
        later: &[Record],
        breaches: &mut Vec<Breach>,
    ) {
        let Some(node) = world.server(server).map(|server| &server.node) else { return };
        match decision {
            Decision::Leads { term, .. } => {
                self.election_safety.on_leader(server, *term, breaches);
                leader_completeness::on_leader(&self.committed, node, *term, breaches);
                self.leader_append_only.on_leader(node, *term);
                self.lease_exclusivity.on_leader(world);
            }
            Decision::CountsVote { from, granted: true, .. } if *from == server => {
                self.vote_once.on_vote(node, node.current_term(), server, breaches);
            }
            Decision::Commits { from, to, holders } => {
                let known = self.committed.len();
                state_machine_safety::on_commit(&mut self.committed, node, *from, *to, breaches);
                leader_completeness::on_commit(&self.committed, known, world, breaches);
                if *holders > 0 {
                    let history = (&self.committed, self.one_change_at_a_time.founders());
                    durable_writes::on_commit(history, world, node, *to, later, breaches);
                    self.monotonic_match.on_commit(node, breaches);
                }
            }
            Decision::Truncates { from, to } => {
                durable_writes::on_drop(&self.committed, world, node, (*from, *to), breaches);
            }
            Decision::InstallsSnapshot { last, from, .. } => {
                state_machine_safety::on_snapshot(&self.committed, node, *last, breaches);
                let dropped = (last.index.saturating_add(1), *from);
                durable_writes::on_drop(&self.committed, world, node, dropped, breaches);
            }
            _ => {}
        }
        self.monotonic.on_step(node, breaches);
    }

    fn report(&mut self, at: Instant, breach: Breach, calls: Vec<(u32, u64)>) {
        let Breach { property, servers, term, index } = breach;
        let same = self.findings.iter().filter(|finding| finding.property == property);
        if same.count() < FINDINGS_MAX {
            self.findings.push(Finding { at, property, servers, term, index, calls });
        }
    }

    /// Times at which the cluster could have worked and did not, in order; the first few.
    pub fn stalls(&self) -> &[Stall] {
        &self.liveness.stalls
    }

    /// How the cluster stands now.
    pub fn standing(&self) -> Standing {
        self.liveness.standing()
    }

    /// Encodes all that a later verdict may depend on. What was found already decides none; what
    /// was done in terms that are over is left out where it `forgets`.
    pub fn canonical(&self, world: &World, forgets: bool, out: &mut Encoding) {
        let floor: Floor<'_> = if forgets { &term_floor } else { &|_| 0 };
        let Judges {
            findings: _,
            election_safety,
            leader_append_only,
            log_matching,
            committed,
            monotonic,
            monotonic_match,
            vote_once,
            linearizable_reads,
            // It judges where leases are; where time counts nothing is encoded.
            lease_exclusivity: _,
            exactly_once,
            one_change_at_a_time,
            linearizability,
            // It watches the time, and breaks nothing.
            liveness: _,
        } = self;
        election_safety.canonical(world, floor, out);
        monotonic_match.canonical(world, floor, out);
        vote_once.canonical(world, floor, out);
        leader_append_only.canonical(world, out);
        log_matching.canonical(out);
        committed.canonical(out);
        monotonic.canonical(out);
        // Without reads or sessions nothing that these two know will ever be asked for.
        if world.settings.reading != Reading::Log {
            linearizable_reads.canonical(out);
        }
        if world.settings.sessions {
            exactly_once.canonical(out);
        }
        one_change_at_a_time.canonical(out);
        linearizability.canonical(out);
    }

    /// Whether a property, or any, was broken so far.
    pub fn has_found(&self, property: Option<Property>) -> bool {
        self.findings.iter().any(|finding| property.is_none_or(|p| p == finding.property))
    }
}

/// The vote that a message tells when it leaves: who gives it, of which term, to whom.
fn vote_in(world: &World, flight: &Flight) -> Option<(NodeId, Term, NodeId)> {
    let Packet::Raft(Message { term, body: Body::RequestVoteReply { granted: true } }) =
        &flight.packet
    else {
        return None;
    };
    let (Place::Server(voter), Place::Server(candidate)) = (flight.from, flight.to) else {
        return None;
    };
    // One that was copied on its way says nothing new.
    (flight.sent_at == world.now).then_some((voter, *term, candidate))
}

/// The earliest term of a server that matters.
type Floor<'a> = &'a dyn Fn(&Server) -> Term;

/// The earliest term in which a server may still do anything: a crash takes it back no further
/// than its disk.
fn term_floor(server: &Server) -> Term {
    server.node.current_term().min(server.disk.hard_state.current_term)
}

/// What a client asked for with a call.
fn asked_for(world: &World, (client, call): (u32, u64)) -> Option<&Command> {
    let client = world.clients.get(client.checked_sub(1)? as usize)?;
    Some(&client.call(call)?.command)
}

/// The place in a session of the command that was committed.
fn stamp_of(first: Option<&First>) -> Option<Stamp> {
    let Payload::Command(bytes) = &first?.entry.payload else { return None };
    match Logged::decode(bytes)? {
        Logged::Command { stamp, .. } => stamp,
        Logged::Register => None,
    }
}
