//! Whether a fact holds, now or in what just happened.

use super::place::Place;
use super::record::{Answer, Happening, Record};
use super::script::{Fact, RoleName, Who};
use super::server::Server;
use super::world::World;
use crate::raft::{Decision, NodeId};

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
            Fact::StepsDown(who) => {
                decided(who, |what| matches!(what, Decision::EntersTerm { led: true, .. }))
            }
            Fact::Votes(who) => decided(who, |what| matches!(what, Decision::GrantsVote { .. })),
            Fact::RefusesVote(who) => {
                decided(who, |what| matches!(what, Decision::RefusesVote { .. }))
            }
            Fact::Truncates(who) => decided(who, |what| matches!(what, Decision::Truncates { .. })),
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
                Happening::Returned { client, answer: Answer::Done(_), .. } => client == who,
                _ => false,
            }),
            Fact::Refused(who) => happened(&|what| match what {
                Happening::Returned { client, answer: Answer::Lost, .. } => client == who,
                _ => false,
            }),
            Fact::Count { role, count } => {
                let having = self.servers.iter().filter(|server| server.role() == *role).count();
                having >= *count as usize
            }
            Fact::Is { server, role } => self.server(*server).is_some_and(|s| s.role() == *role),
            Fact::Leader { server, term } => self.servers.iter().any(|s| {
                s.role() == RoleName::Leader
                    && server.is_none_or(|id| id == s.node.id())
                    && term.is_none_or(|term| term == s.node.current_term())
            }),
            Fact::Term { who, term } => self.of(*who, &|s| s.node.current_term() >= *term),
            Fact::Commit { who, index } => self.of(*who, &|s| s.node.commit_index() >= *index),
            Fact::Log { who, index } => self.of(*who, &|s| s.node.log().last_index() >= *index),
            Fact::Value { who, key, value } => self.of(*who, &|s| s.store.value(key) == *value),
            Fact::LogsAgree => self.logs_agree(),
            Fact::Quiet => {
                let writes = self.servers.iter().any(|s| s.is_up() && s.node.is_writing());
                self.network.flights.is_empty() && !writes
            }
            Fact::Violation(_) | Fact::NoViolation(_) => return None,
        })
    }

    fn of(&self, who: Who, test: &dyn Fn(&Server) -> bool) -> bool {
        let mut running = self.servers.iter().filter(|server| server.is_up());
        match who {
            Who::Any => running.any(test),
            Who::All => self.servers.iter().any(Server::is_up) && running.all(test),
            Who::Server(id) => running.any(|server| server.node.id() == id && test(server)),
        }
    }

    fn logs_agree(&self) -> bool {
        let mut running = self.servers.iter().filter(|server| server.is_up());
        let Some(first) = running.next() else { return false };
        let last = first.node.log().last_index();
        let is_committed = |server: &Server| server.node.commit_index() == last;
        is_committed(first)
            && running.all(|server| is_committed(server) && server.node.log() == first.node.log())
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
