//! Where a search takes place: how many servers, with which features, and what may happen there.

use crate::raft::Rules;
use crate::sim::script::{Clients, Script};
use crate::sim::settings::{Amount, Holding, Range, Reading, Setting, Switch, Wiped};
use crate::time::Duration;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A kind of world, so that what a rule is about can come up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topic {
    /// Figure 2 and nothing else.
    Plain,
    /// Writes are durable only when the search says so.
    Disk,
    /// The same, and disks finish one write of several; leaders begin with an entry (§8).
    TornWrites,
    /// Disks are lost.
    Wipe,
    /// Thesis §9.6.
    PreVote,
    /// Learners hear everything.
    Learners,
    /// Servers join and leave (§6, thesis §4).
    Membership,
    /// Servers take snapshots (§7).
    Snapshots,
    /// The two together.
    MembershipInSnapshots,
    /// Reads that the log does not carry (thesis §6.4).
    Reads,
    /// Reads, and writes are durable only when the search says so.
    ReadsAndDisk,
    /// Reads under leases: time counts (thesis §6.4.1).
    Leases,
    /// Leases where nobody protects the leader.
    BareLeases,
    /// Leases, and leadership is handed over (thesis §3.10).
    LeasesAndTransfer,
    /// Clients number their commands (thesis §6.3).
    Sessions,
}

/// A world before its first event, and what may happen in it.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The script without its lines.
    pub script: Arc<Script>,
    /// The time between two steps.
    pub pause: Duration,
    /// Whether timers run out only when they are due.
    pub is_timed: bool,
    /// What may happen, and how often for each other.
    pub weights: Weights,
}

/// How often each kind of step is taken, for the others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weights {
    /// A timer runs out.
    pub timeout: u8,
    /// Messages arrive.
    pub deliver: u8,
    /// A message is there twice.
    pub duplicate: u8,
    /// A server crashes.
    pub crash: u8,
    /// One that crashed starts again.
    pub restart: u8,
    /// A client writes.
    pub write: u8,
    /// A client reads.
    pub read: u8,
    /// A disk finishes its oldest write.
    pub sync: u8,
    /// A server loses its disk.
    pub wipe: u8,
    /// The membership is changed.
    pub change: u8,
    /// Leadership is handed over.
    pub transfer: u8,
    /// A server takes a snapshot.
    pub snapshot: u8,
}

impl Ground {
    /// A world of so many servers for a topic.
    pub fn new(topic: Topic, servers: u32, rules: Rules) -> Ground {
        let is_timed =
            matches!(topic, Topic::Leases | Topic::BareLeases | Topic::LeasesAndTransfer);
        let pause = Duration::from_millis(if is_timed { 2 } else { 10 });
        let (learners, spares) = crew(topic, servers);
        let script = Script {
            servers,
            learners,
            spares,
            settings: settings(topic, is_timed, pause),
            rules,
            clients: Clients { count: CLIENTS, ..Clients::default() },
            ..Script::default()
        };
        Ground { script: Arc::new(script), pause, is_timed, weights: weights(topic) }
    }
}

/// Clients that may have a call open.
const CLIENTS: u32 = 4;

/// Learners and spare servers beside the founding voters.
fn crew(topic: Topic, servers: u32) -> (u32, u32) {
    match topic {
        Topic::Learners => (1, 0),
        Topic::Membership if servers <= 3 => (2, 0),
        Topic::MembershipInSnapshots => (0, 2),
        _ => (0, 0),
    }
}

fn settings(topic: Topic, is_timed: bool, pause: Duration) -> Vec<Setting> {
    // A message is where it waits, or where it goes, before the next step.
    let flight = Duration(pause.0 * 4 / 5);
    let mut settings = Vec::from([
        Setting::Network(match topic {
            Topic::Sessions => Holding::Everything,
            _ => Holding::Servers,
        }),
        Setting::ManualTimers(true),
        Setting::Latency(None, Range { low: flight, high: flight }.into()),
        Setting::Sync(None, Range::default().into()),
        Setting::Retry(Duration::from_millis(60_000)),
    ]);
    if !is_timed {
        // No patience ends while a search lasts: timers run out when it says so.
        let (low, high) = (Duration::from_millis(1_000_000), Duration::from_millis(2_000_000));
        settings.push(Setting::Election(Range { low, high }));
        let heartbeat = Duration::from_millis(500_000);
        settings.push(Setting::Heartbeat(Range { low: heartbeat, high: heartbeat }));
    }
    settings.extend_from_slice(match topic {
        Topic::Plain | Topic::Learners | Topic::Membership => &[],
        Topic::Disk => &[Setting::ManualDisk(true)],
        Topic::TornWrites => &[Setting::ManualDisk(true), Setting::Switch(Switch::Noop, true)],
        Topic::Wipe => &[Setting::Wiped(Wiped::New)],
        Topic::PreVote => &[Setting::Switch(Switch::PreVote, true)],
        Topic::Snapshots | Topic::MembershipInSnapshots => &[Setting::Amount(Amount::Chunk, 0)],
        Topic::Reads => &[Setting::Reads(Reading::Confirmed)],
        Topic::ReadsAndDisk => &[Setting::Reads(Reading::Confirmed), Setting::ManualDisk(true)],
        Topic::Leases | Topic::LeasesAndTransfer => {
            &[Setting::Switch(Switch::CheckQuorum, true), Setting::Reads(Reading::Lease)]
        }
        Topic::BareLeases => &[Setting::Reads(Reading::Lease)],
        Topic::Sessions => &[Setting::Switch(Switch::Sessions, true)],
    });
    settings
}

fn weights(topic: Topic) -> Weights {
    let plain = Weights {
        timeout: 4,
        deliver: 16,
        duplicate: 1,
        crash: 1,
        restart: 4,
        write: 3,
        ..Weights::default()
    };
    match topic {
        Topic::Plain | Topic::PreVote | Topic::Learners => plain,
        Topic::Disk => Weights { sync: 3, crash: 2, ..plain },
        Topic::TornWrites => Weights { sync: 3, crash: 3, write: 1, duplicate: 0, ..plain },
        Topic::Wipe => Weights { wipe: 2, ..plain },
        Topic::Membership => Weights { change: 4, ..plain },
        Topic::Snapshots => Weights { snapshot: 3, ..plain },
        Topic::MembershipInSnapshots => Weights { snapshot: 3, change: 4, ..plain },
        Topic::Reads | Topic::BareLeases => Weights { read: 3, ..plain },
        Topic::Leases => Weights { read: 3, crash: 2, ..plain },
        Topic::ReadsAndDisk => Weights { read: 3, sync: 3, ..plain },
        Topic::LeasesAndTransfer => Weights { read: 3, transfer: 3, ..plain },
        Topic::Sessions => Weights { duplicate: 3, ..plain },
    }
}
