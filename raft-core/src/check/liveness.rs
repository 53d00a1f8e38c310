//! Liveness: whether a cluster that could work does (§5.6).
//!
//! Raft promises no progress while no quorum can talk, so nothing is *broken* when nothing happens:
//! this is no property and no finding, but how the cluster stands. What the watch tells apart is
//! a cluster that cannot elect a leader from one that could and does not, and from one that has a
//! leader and commits nothing.
//!
//! A quorum *can talk* when so many voters of the membership in force are up, not paused, and
//! count in it by their birth; every two of them hear each other on links that are cut in neither
//! direction and lose no more than [`LOSS_MAX`] of the messages. In force is the membership of the
//! running server with the most up-to-date log (§5.4.1); where those who can talk do not know of
//! it yet, and while the script holds timers, messages or disks by hand, the watch says nothing.
//!
//! It *stalls* when a quorum could talk all the time, for [`PATIENCE`] longest election timeouts,
//! and no server that a quorum hears led for one election timeout or committed anything; or when
//! such a leader led all the time, with an entry of its own term, and neither commits nor learns
//! that anybody has more of its log. Links that are slow do not excuse it: the timings are what has
//! to change, and [`Timing`] says so.
//!
//! Who can talk is looked at only when something of that changed. Which voters are taken where not
//! all can talk to all is found by leaving out the worst connected, one by one: where that misses a
//! quorum the watch is silent.

use crate::chance::MILLION;
use crate::raft::{Decision, Index, Membership, NodeId, Rules, Term};
use crate::sim::script::Place;
use crate::sim::settings::Holding;
use crate::sim::{Happening, Server, World};
use crate::time::{Duration, Instant};
use alloc::vec::Vec;

/// How many of the longest election timeouts a cluster has to get on.
pub const PATIENCE: u64 = 10;
/// The share of messages that a link may lose, in parts per million, to count as one.
pub const LOSS_MAX: u32 = MILLION / 10;
/// Stalls kept: the first ones tell the story.
const STALLS_MAX: usize = 32;

/// A cluster that could work and did not, for long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stall {
    /// When it had lasted too long.
    pub at: Instant,
    /// When it began.
    pub since: Instant,
    /// The leader that does not commit; nothing where no leader lasts.
    pub leader: Option<NodeId>,
    /// Its term; without a leader the largest.
    pub term: Term,
    /// What is wrong with the timings, if that is what is wrong.
    pub timing: Timing,
}

/// How a cluster stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// As far as can be said, it works, or has not had the time to.
    Works,
    /// No quorum can talk, since then: nothing can be elected or committed.
    NoQuorum {
        /// Since then.
        since: Instant,
        /// Voters that run, at most, and can all talk to each other.
        able: u32,
        /// Voters in all.
        voters: u32,
    },
    /// It could work, and does not.
    Stalls(Stall),
}

/// Whether the timings let a quorum that can talk elect a leader and keep it (§5.6, §9.3).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Timing {
    /// They do.
    Sound,
    /// A candidate may stand again before the answers to its requests can be there, or a follower
    /// before the next heartbeat: round trip, writes and heartbeat are too long for the shortest
    /// election timeout.
    Slow,
    /// §5.2: the longest and the shortest election timeout differ by less than a message takes,
    /// so that servers stand for election together again and again.
    Alike,
    /// Thesis §9.6: a server that is not among those who can talk reaches some of them, stands
    /// for election again and again, and nothing protects the leader from it.
    Disturbed,
}

/// Watches whether the cluster gets on.
#[derive(Clone, Debug, Default)]
pub(super) struct Liveness {
    /// The first stalls.
    pub(super) stalls: Vec<Stall>,
    /// The stall that goes on.
    stall: Option<Stall>,
    /// Whether nothing has changed that tells who can talk and who leads.
    is_known: bool,
    talk: Talk,
    /// Who leads and is heard by a quorum, in which term, since when.
    leader: Option<(NodeId, Term, Instant)>,
    /// Since when no leader lasts.
    leaderless_since: Option<Instant>,
    /// Since when an entry waits, and how much of the leader's log the others had then.
    waits_since: Option<(Instant, Index)>,
}

/// Who can talk.
#[derive(Clone, Debug, Default)]
enum Talk {
    /// Nobody has looked.
    #[default]
    Unseen,
    /// The script holds things by hand, or there are several memberships.
    Unknown,
    /// No quorum.
    Few { since: Instant, able: u32, voters: u32 },
    /// A quorum; `heard` are all that a quorum hears, among them whoever may lead.
    Quorum { heard: Vec<NodeId>, timing: Timing },
}

impl Liveness {
    /// How many items it keeps by itself.
    #[cfg(test)]
    pub(super) fn loose(&self) -> usize {
        self.stalls.len()
    }

    /// Something happened; what follows from it is looked at once the event is over.
    pub(super) fn on_record(&mut self, what: &Happening) {
        match what {
            Happening::Decided(_, decision) => self.on_decision(decision),
            Happening::Crashed { .. }
            | Happening::Restarted(_)
            | Happening::Paused(_)
            | Happening::Resumed(_)
            | Happening::Wiped(_)
            | Happening::Cut(..)
            | Happening::Healed(..)
            | Happening::Performed { .. } => self.is_known = false,
            _ => {}
        }
    }

    fn on_decision(&mut self, decision: &Decision) {
        match decision {
            Decision::Leads { .. }
            | Decision::EntersTerm { .. }
            | Decision::StepsDown { .. }
            | Decision::LeavesCluster { .. }
            | Decision::Stops
            | Decision::ChangesMembership { .. }
            | Decision::Truncates { .. }
            | Decision::InstallsSnapshot { .. } => self.is_known = false,
            Decision::Commits { holders: 1.., .. } => {
                (self.leaderless_since, self.waits_since) = (None, None);
            }
            _ => {}
        }
    }

    /// An event is over.
    pub(super) fn on_event(&mut self, world: &World) {
        if !self.is_known {
            self.is_known = true;
            self.look(world);
        }
        let Talk::Quorum { timing, .. } = self.talk else { return };
        let timeout = world.settings.protocol.election_max;
        let patience = Duration(timeout.0.saturating_mul(PATIENCE));
        if let Some((leader, term, since)) = self.leader {
            if since + timeout <= world.now {
                self.leaderless_since = None;
            }
            self.note_waiting(world, leader, term, patience);
        }
        let leaderless = self.leaderless_since.map(|since| (since, None));
        let waits = self.waits_since.zip(self.leader);
        let waits = waits.map(|((since, _), (leader, ..))| (since, Some(leader)));
        let Some((since, leader)) = leaderless.or(waits) else { return self.stall = None };
        if since + patience > world.now {
            return self.stall = None;
        }
        if self.stall.is_none_or(|stall| (stall.since, stall.leader) != (since, leader)) {
            let terms = world.servers.iter().map(|server| server.node.current_term());
            let term = terms.max().unwrap_or(0);
            let stall = Stall { at: world.now, since, leader, term, timing };
            self.stall = Some(stall);
            if self.stalls.len() < STALLS_MAX {
                self.stalls.push(stall);
            }
        }
    }

    /// How the cluster stands now.
    pub(super) fn standing(&self) -> Standing {
        match self.talk {
            Talk::Few { since, able, voters } => Standing::NoQuorum { since, able, voters },
            Talk::Unseen | Talk::Unknown | Talk::Quorum { .. } => {
                self.stall.map_or(Standing::Works, Standing::Stalls)
            }
        }
    }

    /// Who can talk, and who leads.
    fn look(&mut self, world: &World) {
        // Nobody sees a world in which nothing has happened.
        let is_first = matches!(self.talk, Talk::Unseen);
        let now = if is_first { Instant::ZERO } else { world.now };
        self.talk = match (Talk::of(world, now), &self.talk) {
            // It is still the same time without a quorum.
            (Talk::Few { able, voters, .. }, &Talk::Few { since, .. }) => {
                Talk::Few { since, able, voters }
            }
            (talk, before) => {
                // What slow links kept from happening is not held against fast ones.
                if talk.timing() != before.timing() {
                    self.leaderless_since = self.leaderless_since.map(|_| now);
                    self.waits_since = None;
                }
                talk
            }
        };
        let Talk::Quorum { heard, .. } = &self.talk else {
            self.stall = None;
            (self.leader, self.leaderless_since, self.waits_since) = (None, None, None);
            return;
        };
        let nodes = world.servers.iter().filter(|server| server.is_up()).map(|s| &s.node);
        let leaders = nodes.filter(|node| node.is_leader() && heard.contains(&node.id()));
        let leader = leaders.max_by_key(|node| node.current_term());
        let leader = leader.map(|node| (node.id(), node.current_term()));
        if leader == self.leader.map(|(id, term, _)| (id, term)) {
            if leader.is_none() {
                self.leaderless_since = self.leaderless_since.or(Some(now));
            }
            return;
        }
        // One who led for less than a timeout was none that lasted.
        self.leaderless_since = self.leaderless_since.or(Some(now));
        self.leader = leader.map(|(id, term)| (id, term, now));
        self.waits_since = None;
    }

    /// Whether an entry of the leader's own term waits, and nobody comes nearer to having it.
    fn note_waiting(&mut self, world: &World, leader: NodeId, term: Term, patience: Duration) {
        let Some(node) = world.server(leader).map(|server| &server.node) else { return };
        let last = node.log().last();
        if last.index <= node.commit_index() || last.term != term {
            self.waits_since = None;
            return;
        }
        let held = || {
            let peers = node.leadership().map_or(&[][..], |leadership| &leadership.peers);
            let bytes = peers.iter().filter_map(|peer| peer.snapshot_offset());
            peers.iter().map(|peer| peer.match_index).chain(bytes).fold(0, Index::wrapping_add)
        };
        match self.waits_since {
            None => self.waits_since = Some((world.now, held())),
            // Somebody has got more of it meanwhile, so it goes on.
            Some((since, before)) if since + patience <= world.now && before != held() => {
                self.waits_since = Some((world.now, held()));
            }
            Some(_) => {}
        }
    }
}

impl Talk {
    fn timing(&self) -> Option<Timing> {
        match self {
            Talk::Unseen | Talk::Unknown | Talk::Few { .. } => None,
            Talk::Quorum { timing, .. } => Some(*timing),
        }
    }

    fn of(world: &World, now: Instant) -> Talk {
        let settings = &world.settings;
        if settings.manual_timers || settings.manual_disk || settings.holding != Holding::Nothing {
            return Talk::Unknown;
        }
        let running = || world.servers.iter().filter(|server| server.is_up());
        let latest = running().max_by_key(|server| server.node.log().last());
        let Some(membership) = latest.map(|server| server.node.membership()) else {
            return Talk::Few { since: now, able: 0, voters: 0 };
        };
        let counts = |server: &&Server| {
            let id = server.node.id();
            membership.is_voter(id) && membership.birth(id) == server.node.birth()
        };
        let mut able: Vec<NodeId> = running().filter(counts).map(|s| s.node.id()).collect();
        let all = able.clone();
        while let Some(worst) = worst_connected(world, &able) {
            able.remove(worst);
        }
        let decides = |ids: &[NodeId]| decide(membership, ids);
        if !decides(&able) {
            let voters = membership.all_voters().len() as u32;
            return Talk::Few { since: now, able: able.len() as u32, voters };
        }
        let among = running().filter(|server| able.contains(&server.node.id()));
        let best = among.max_by_key(|server| server.node.log().last());
        if best.is_some_and(|server| server.node.membership() != membership) {
            return Talk::Unknown;
        }
        let hears = |id: NodeId| {
            let others = all.iter().copied();
            let heard: Vec<NodeId> =
                others.filter(|&other| other == id || can_talk(world, id, other)).collect();
            decides(&heard)
        };
        let timing = timing(world, &able);
        Talk::Quorum { heard: all.iter().copied().filter(|&id| hears(id)).collect(), timing }
    }
}

fn decide(membership: &Membership, ids: &[NodeId]) -> bool {
    membership.decides(Rules::default(), &|id| ids.contains(&id))
}

/// Of servers that cannot all talk to each other the one that can to the fewest.
fn worst_connected(world: &World, ids: &[NodeId]) -> Option<usize> {
    let missing = |id: NodeId| ids.iter().filter(|&&other| !can_talk(world, id, other)).count();
    let all = ids.iter().enumerate().map(|(at, &id)| (missing(id), at));
    // Every one of them is missing itself.
    all.filter(|&(missing, _)| missing > 1).max().map(|(_, at)| at)
}

/// Whether two servers hear each other; of itself nobody hears.
fn can_talk(world: &World, one: NodeId, other: NodeId) -> bool {
    let goes = |from: NodeId, to: NodeId| {
        let (from, to) = (Place::Server(from), Place::Server(to));
        !world.network.is_cut(from, to) && world.settings.link(from, to).loss <= LOSS_MAX
    };
    one != other && goes(one, other) && goes(other, one)
}

/// Whether the timings of those who can talk are sound.
fn timing(world: &World, able: &[NodeId]) -> Timing {
    let protocol = &world.settings.protocol;
    let pairs = able.iter().flat_map(|&one| able.iter().map(move |&other| (one, other)));
    let latency = |(from, to): (NodeId, NodeId)| {
        world.settings.link(Place::Server(from), Place::Server(to)).longest()
    };
    let others = pairs.filter(|(one, other)| one != other);
    let way = others.map(latency).max().unwrap_or_default();
    let sync = able.iter().map(|&id| world.settings.disk(id).sync.longest()).max();
    let step = way.0.saturating_add(sync.unwrap_or_default().0);
    // The fastest clock waits least, and the slowest sends its heartbeats least often.
    let rates = able.iter().filter_map(|&id| Some(world.server(id)?.clock.rate()));
    let wrong = u64::from(rates.map(i32::unsigned_abs).max().unwrap_or(0));
    let shortest = protocol.election_min.0.saturating_mul(1_000_000) / (1_000_000 + wrong);
    let heartbeat = protocol.heartbeat.max(protocol.heartbeat_max).0;
    let heartbeat = heartbeat.saturating_mul(1_000_000 + 2 * wrong) / 1_000_000;
    let spread = protocol.election_max.0.saturating_sub(protocol.election_min.0);
    let is_slow = step.saturating_mul(2) >= shortest || step.saturating_add(heartbeat) >= shortest;
    let is_outside = |server: &&Server| {
        let id = server.node.id();
        let reaches = |&to: &NodeId| !world.network.is_cut(Place::Server(id), Place::Server(to));
        server.is_up() && !able.contains(&id) && able.iter().any(reaches)
    };
    let mut outside = world.servers.iter().filter(is_outside);
    let stands = |server: &Server| server.node.timer().is_some();
    if is_slow {
        Timing::Slow
    } else if spread < step && able.len() > 1 {
        Timing::Alike
    } else if !(protocol.pre_vote && protocol.check_quorum) && outside.any(stands) {
        Timing::Disturbed
    } else {
        Timing::Sound
    }
}
