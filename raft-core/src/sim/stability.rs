//! Whether timers fit the network: what a person should be told before the run shows it.
//!
//! A pure question about settings; nothing is simulated. Each rule names its source.

use super::delay::Delay;
use super::place::Place;
use super::settings::{LinkSettings, Reading, Settings};
use crate::raft::NodeId;
use crate::time::Duration;
use alloc::vec::Vec;

/// Timers and network, side by side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stability {
    /// A message and its answer, between the two servers that are farthest apart, in the middle
    /// of what is possible.
    pub round_trip: Duration,
    /// How long votes of a quorum take, and how long at most, for the candidate that has the
    /// shortest way to them: there and back, and a write on each end.
    pub votes: (Duration, Duration),
    /// What does not fit, the worst first.
    pub hints: Vec<Hint>,
}

/// Something that does not fit.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Hint {
    /// What.
    pub kind: HintKind,
    /// The time as it is.
    pub found: Duration,
    /// What it should be longer than; for [`HintKind::LongLease`], [`HintKind::LongElection`] and
    /// the two about heartbeats that are too slow, shorter than.
    pub bound: Duration,
}

/// What may not fit, the worst first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum HintKind {
    /// Even the longest election timeout is over before votes can come: nobody ever leads.
    NeverElected,
    /// A heartbeat comes after the shortest election timeout: leaders are deposed in health.
    SlowHeartbeat,
    /// So do heartbeats that are held up by as much as latencies differ.
    LateHeartbeat,
    /// The shortest election timeout may be over before votes come, or the winner's heartbeat.
    ElectionBelowRoundTrip,
    /// Election timeouts differ by less than a message takes: votes split.
    NoRandomness,
    /// A leader steps down before the answers to its heartbeats can have come.
    EarlyStepDown,
    /// A lease lasts longer than the shortest election timeout: reads may be stale.
    LongLease,
    /// Messages are lost, and one lost heartbeat is enough for an election.
    OneLossElects,
    /// The shortest election timeout is less than ten round trips.
    TightElection,
    /// Heartbeats come faster than half a round trip: more of them help nobody.
    FastHeartbeat,
    /// An election timeout of more than 50 s.
    LongElection,
    /// A lease that nothing protects: reads are confirmed instead.
    IdleLease,
}

/// How much a hint says.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Weight {
    /// It will not work.
    Broken,
    /// It will be unsteady.
    Unsteady,
    /// Others advise against it.
    Advice,
}

impl HintKind {
    /// Its name for pages in any language.
    pub fn code(self) -> &'static str {
        match self {
            HintKind::NeverElected => "never-elected",
            HintKind::SlowHeartbeat => "slow-heartbeat",
            HintKind::LateHeartbeat => "late-heartbeat",
            HintKind::ElectionBelowRoundTrip => "election-below-round-trip",
            HintKind::NoRandomness => "no-randomness",
            HintKind::EarlyStepDown => "early-step-down",
            HintKind::LongLease => "long-lease",
            HintKind::OneLossElects => "one-loss-elects",
            HintKind::TightElection => "tight-election",
            HintKind::FastHeartbeat => "fast-heartbeat",
            HintKind::LongElection => "long-election",
            HintKind::IdleLease => "idle-lease",
        }
    }

    /// Who says so: the paper's §5.2 and §5.6 and the thesis's §6.2 and §6.4.1, or a system's own
    /// guide.
    pub fn source(self) -> &'static str {
        match self {
            HintKind::NeverElected
            | HintKind::SlowHeartbeat
            | HintKind::LateHeartbeat
            | HintKind::ElectionBelowRoundTrip => "paper-5.6",
            HintKind::NoRandomness => "paper-5.2",
            HintKind::EarlyStepDown => "thesis-6.2",
            HintKind::LongLease | HintKind::IdleLease => "thesis-6.4.1",
            HintKind::OneLossElects => "openraft",
            HintKind::TightElection | HintKind::FastHeartbeat | HintKind::LongElection => {
                "etcd-tuning"
            }
        }
    }

    /// How much it says.
    pub fn weight(self) -> Weight {
        match self {
            HintKind::NeverElected | HintKind::SlowHeartbeat | HintKind::LongLease => {
                Weight::Broken
            }
            HintKind::LateHeartbeat
            | HintKind::ElectionBelowRoundTrip
            | HintKind::NoRandomness
            | HintKind::EarlyStepDown
            | HintKind::OneLossElects => Weight::Unsteady,
            HintKind::TightElection
            | HintKind::FastHeartbeat
            | HintKind::LongElection
            | HintKind::IdleLease => Weight::Advice,
        }
    }
}

/// The times of all links between voters, in microseconds.
struct Ways {
    /// The longest that a message takes.
    one_way: u64,
    /// The most that one and the same link varies by.
    spread: u64,
    /// In the middle, there and back, between the farthest two.
    farthest: u64,
    /// There and back to a quorum, at best and at worst, for the best placed.
    quorum: (u64, u64),
    /// Whether messages are lost.
    loses: bool,
}

impl Stability {
    /// Of a cluster of so many voters with these settings.
    pub fn of(settings: &Settings, voters: u32) -> Stability {
        let ways = Ways::of(settings, voters);
        let sync = settings.disks.sync;
        let votes = match voters {
            0 | 1 => (0, 0),
            _ => (ways.quorum.0 + 2 * sync.low.0, ways.quorum.1 + 2 * usual(&sync)),
        };
        let mut hints = Vec::new();
        if voters > 1 {
            timers(settings, &ways, votes, &mut hints);
        }
        lease(settings, &mut hints);
        Stability {
            round_trip: Duration(ways.farthest),
            votes: (Duration(votes.0), Duration(votes.1)),
            hints,
        }
    }
}

/// What holds between timers and the network.
fn timers(settings: &Settings, ways: &Ways, votes: (u64, u64), hints: &mut Vec<Hint>) {
    let protocol = &settings.protocol;
    let (shortest, longest) = (protocol.election_min.0, protocol.election_max.0);
    let heartbeat = protocol.heartbeat.max(protocol.heartbeat_max).0;
    // A timer that is armed between two ticks ends up to a tick earlier.
    let shortest = shortest.saturating_sub(protocol.tick.0).max(1);
    let mut hint = |kind, found: u64, bound: u64| {
        add(hints, kind, Duration(found), Duration(bound));
    };
    if longest <= votes.0 {
        hint(HintKind::NeverElected, longest, votes.0);
    } else if shortest <= votes.1 {
        hint(HintKind::ElectionBelowRoundTrip, shortest, votes.1);
    } else if shortest < ways.farthest.saturating_mul(10) {
        hint(HintKind::TightElection, shortest, ways.farthest * 10);
    }
    if heartbeat >= shortest {
        hint(HintKind::SlowHeartbeat, heartbeat, shortest);
    } else if heartbeat + ways.spread >= shortest {
        hint(HintKind::LateHeartbeat, heartbeat + ways.spread, shortest);
    } else if ways.loses && 2 * heartbeat + ways.spread >= shortest {
        hint(HintKind::OneLossElects, shortest, 2 * heartbeat + ways.spread);
    }
    let differ = longest.saturating_sub(protocol.election_min.0);
    if differ < ways.one_way.max(1) {
        hint(HintKind::NoRandomness, differ, ways.one_way);
    }
    let patience = protocol.patience().0;
    let answered = heartbeat + ways.quorum.1 + usual(&settings.disks.sync);
    if protocol.check_quorum && patience <= answered {
        hint(HintKind::EarlyStepDown, patience, answered);
    }
    if 2 * protocol.heartbeat.0 < ways.farthest {
        hint(HintKind::FastHeartbeat, protocol.heartbeat.0, ways.farthest / 2);
    }
    if longest > ELECTION_LONGEST {
        hint(HintKind::LongElection, longest, ELECTION_LONGEST);
    }
}

/// etcd: "an upper limit of 50s".
const ELECTION_LONGEST: u64 = 50_000_000;

fn lease(settings: &Settings, hints: &mut Vec<Hint>) {
    let protocol = &settings.protocol;
    if settings.reading != Reading::Lease {
        return;
    }
    let (found, bound) = (protocol.lease(), protocol.election_min);
    if !protocol.check_quorum {
        add(hints, HintKind::IdleLease, found, bound);
    } else if found > bound {
        add(hints, HintKind::LongLease, found, bound);
    }
}

/// Keeps hints in their order. A general sort would weigh more than all of this file.
#[inline(never)]
fn add(hints: &mut Vec<Hint>, kind: HintKind, found: Duration, bound: Duration) {
    let at = hints.iter().take_while(|hint| hint.kind <= kind).count();
    hints.insert(at, Hint { kind, found, bound });
}

/// Keeps times in their order.
#[inline(never)]
fn insert(times: &mut Vec<u64>, time: u64) {
    let at = times.iter().take_while(|&&other| other <= time).count();
    times.insert(at, time);
}

impl Ways {
    fn of(settings: &Settings, voters: u32) -> Ways {
        let link = |from: u32, to: u32| -> &LinkSettings {
            settings.link(Place::Server(NodeId(from)), Place::Server(NodeId(to)))
        };
        let mut ways = Ways { one_way: 0, spread: 0, farthest: 0, quorum: (0, 0), loses: false };
        for one in 1..=voters {
            let (mut low, mut high) = (Vec::new(), Vec::new());
            for other in (1..=voters).filter(|&other| other != one) {
                let (there, back) = (link(one, other), link(other, one));
                let (least, most) = (there.latency.low.0, usual(&there.latency));
                insert(&mut low, least + back.latency.low.0);
                insert(&mut high, most + usual(&back.latency));
                ways.note(there, least + most + back.latency.low.0 + usual(&back.latency));
            }
            // With itself these are a majority.
            let last = (voters as usize / 2).saturating_sub(1);
            let of_quorum = |times: &[u64]| times.get(last).copied().unwrap_or(0);
            let (low, high) = (of_quorum(&low), of_quorum(&high));
            if one == 1 || low < ways.quorum.0 {
                ways.quorum = (low, high);
            }
        }
        ways
    }

    /// One direction, and the sum of the shortest and longest ways there and back.
    fn note(&mut self, there: &LinkSettings, sum: u64) {
        let (least, most) = (there.latency.low.0, usual(&there.latency));
        self.one_way = self.one_way.max(most);
        self.spread = self.spread.max(most - least.min(most));
        self.farthest = self.farthest.max(sum / 2);
        self.loses |= there.loss > 0;
    }
}

/// The longest but for one in a hundred: a hint is no promise about the tail.
fn usual(delay: &Delay) -> u64 {
    delay.high.max(delay.tail).0
}
