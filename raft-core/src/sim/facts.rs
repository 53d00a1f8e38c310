//! Whether a fact holds, now or in what just happened.

use super::disk::Safety;
use super::place::Place;
use super::record::{Answer, Happening, Record};
use super::script::{Fact, Part, RoleName, Who};
use super::server::Server;
use super::world::World;
use crate::raft::{Decision, NodeId, Outcome};

impl World {
    /// Whether a fact holds; `just_now` is what happened since it was first asked for. Nothing
    /// where only the judges know.
    pub fn holds(&self, fact: &Fact, just_now: &[Record]) -> Option<bool> {
        let happened =
            |test: &dyn Fn(&Happening) -> bool| just_now.iter().any(|record| test(&record.what));
        let decided = |who: &Option<NodeId>, test: fn(&Decision) -> bool| {
            happened(&|what| match what {
                Happening::Decided(server, decision) => {
                    who.is_none_or(|who| who == *server) && test(decision)
                }
                _ => false,
            })
        };
        Some(match fact {
            Fact::Elected(who) => decided(who, |what| matches!(what, Decision::Leads { .. })),
            Fact::Campaigns(who) => decided(who, |what| matches!(what, Decision::Campaigns { .. })),
            Fact::StepsDown(who) => decided(who, |what| {
                matches!(
                    what,
                    Decision::EntersTerm { led: true, .. }
                        | Decision::StepsDown { .. }
                        | Decision::LeavesCluster { .. }
                )
            }),
            Fact::Votes(who) => decided(who, |what| matches!(what, Decision::GrantsVote { .. })),
            Fact::RefusesVote(who) => {
                decided(who, |what| matches!(what, Decision::RefusesVote { .. }))
            }
            Fact::Truncates(who) => decided(who, |what| matches!(what, Decision::Truncates { .. })),
            Fact::Installs(who) => {
                decided(who, |what| matches!(what, Decision::InstallsSnapshot { .. }))
            }
            Fact::AsksAhead(who) => decided(who, |what| matches!(what, Decision::AsksAhead { .. })),
            Fact::ChangeDone => happened(&|what| {
                matches!(what, Happening::ChangeDone { outcome: Outcome::Committed(_), .. })
            }),
            Fact::ChangeRefused => happened(&|what| match what {
                Happening::ChangeDone { outcome, .. } => !matches!(outcome, Outcome::Committed(_)),
                _ => false,
            }),
            Fact::TransferBegins => {
                decided(&None, |what| matches!(what, Decision::BeginsTransfer { .. }))
            }
            Fact::TransferEnds => {
                decided(&None, |what| matches!(what, Decision::EndsTransfer { .. }))
            }
            Fact::Sent(name) => {
                happened(&|what| matches!(what, Happening::Sent(flight) if flight.fits(name)))
            }
            Fact::Arrived(name) => {
                happened(&|what| matches!(what, Happening::Arrived(flight) if flight.fits(name)))
            }
            Fact::Lost(name) => {
                happened(&|what| matches!(what, Happening::Lost(flight, _) if flight.fits(name)))
            }
            Fact::Answered(who) => happened(&|what| match what {
                Happening::Returned { client, answer, .. } => client == who && answer.is_done(),
                _ => false,
            }),
            Fact::Refused(who) => happened(&|what| match what {
                Happening::Returned { client, answer: Answer::Lost | Answer::Expired, .. } => {
                    client == who
                }
                _ => false,
            }),
            Fact::GivesUp(who) => {
                happened(&|what| matches!(what, Happening::GaveUp { client, .. } if client == who))
            }
            Fact::Count { role, count } => {
                let having = self.servers.iter().filter(|server| server.role() == *role).count();
                having >= *count as usize
            }
            Fact::Is { server, role } => self.server(*server).is_some_and(|s| s.role() == *role),
            Fact::Part { server, part } => self.leading().is_some_and(|leader| {
                let membership = leader.node.membership();
                match part {
                    Part::Voter => membership.is_voter(*server),
                    Part::Learner => membership.is_learner(*server),
                    Part::Member => membership.is_member(*server),
                    Part::Outsider => !membership.is_member(*server),
                }
            }),
            Fact::Joint => self.leading().is_some_and(|s| s.node.membership().is_joint()),
            Fact::Voters(voters) => self.leading().is_some_and(|leader| {
                let (membership, node) = (leader.node.membership(), &leader.node);
                let is_committed = node.membership_index() <= node.commit_index();
                let same = voters.len() == membership.voters.len();
                let same = same && voters.iter().all(|id| membership.voters.contains(id));
                is_committed && same && !membership.is_joint()
            }),
            Fact::Lease(server) => self.holds_lease(*server),
            Fact::Leader { server, term } => self.servers.iter().any(|s| {
                s.role() == RoleName::Leader
                    && server.is_none_or(|id| id == s.node.id())
                    && term.is_none_or(|term| term == s.node.current_term())
            }),
            Fact::Term { who, term } => self.of(*who, &|s| s.node.current_term() >= *term),
            Fact::Commit { who, index } => self.of(*who, &|s| s.node.commit_index() >= *index),
            Fact::Log { who, index } => self.of(*who, &|s| s.node.log().last_index() >= *index),
            Fact::Durable { who, index } => self.of(*who, &|s| s.safety(*index) == Safety::Durable),
            Fact::Snapshot { who, index } => self.of(*who, &|s| {
                s.node.snapshot().is_some_and(|snapshot| snapshot.last.index >= *index)
            }),
            Fact::Value { who, key, value } => self.of(*who, &|s| s.store.value(key) == *value),
            Fact::LogsAgree => self.logs_agree(),
            Fact::Quiet => {
                let writes = self.servers.iter().any(|s| s.is_up() && s.node.is_writing());
                self.network.flights.is_empty() && !writes
            }
            Fact::Violation(_) | Fact::NoViolation(_) | Fact::Stall | Fact::NoStall => return None,
        })
    }

    /// Whether a server runs and may answer reads at once now (thesis §6.4.1).
    pub fn holds_lease(&self, server: NodeId) -> bool {
        self.server(server).is_some_and(|server| {
            server.is_up() && server.lease_until().is_some_and(|until| self.now < until)
        })
    }

    fn of(&self, who: Who, test: &dyn Fn(&Server) -> bool) -> bool {
        let mut running = self.servers.iter().filter(|server| server.is_up());
        match who {
            Who::Any => running.any(test),
            Who::All => {
                let mut members = running.filter(|server| self.is_member(server)).peekable();
                members.peek().is_some() && members.all(test)
            }
            Who::Server(id) => running.any(|server| server.node.id() == id && test(server)),
        }
    }

    fn logs_agree(&self) -> bool {
        let running = self.servers.iter().filter(|server| server.is_up());
        let mut members = running.filter(|server| self.is_member(server));
        let Some(first) = members.next() else { return false };
        let log = first.node.log();
        let is_committed = |server: &Server| server.node.commit_index() == log.last_index();
        let agrees = |server: &Server| {
            let other = server.node.log();
            let from = log.base().index.max(other.base().index) + 1;
            let same = log.from(from).eq(other.from(from));
            is_committed(server) && other.last() == log.last() && same
        };
        is_committed(first) && members.all(agrees)
    }

    /// The running leader of the highest term.
    fn leading(&self) -> Option<&Server> {
        self.find_role(RoleName::Leader).map(|at| &self.servers[at])
    }

    /// Whether a server is a member: as that leader sees it, or, without one, the server itself.
    fn is_member(&self, server: &Server) -> bool {
        self.leading().unwrap_or(server).node.membership().is_member(server.node.id())
    }

    /// The running server that a symbolic target means: of leaders the one of the highest term,
    /// of others the one with the smallest name.
    pub(super) fn find_role(&self, role: RoleName) -> Option<usize> {
        let fitting = self.servers.iter().enumerate().filter(|(_, s)| s.role() == role);
        let chosen = match role {
            RoleName::Leader => fitting.max_by_key(|(_, s)| s.node.current_term()),
            _ => fitting.into_iter().next(),
        };
        chosen.map(|(at, _)| at)
    }

    /// Every direction between a place and all others.
    pub(super) fn directions_of(&self, place: Place) -> alloc::vec::Vec<(Place, Place)> {
        let others = self.places().filter(|&other| other != place);
        others.flat_map(|other| [(place, other), (other, place)]).collect()
    }
}
