//! All that is known of a server.

use super::Told;
use raft_core::raft::{Entry, Mode, Node, NodeId, Payload, Position, Progress};
use raft_core::sim::script::RoleName;
use raft_core::sim::{Clock, Damage, Safety};
use raft_core::time::Instant;
use raft_core::timeline::Timeline;
use raft_core::timeline::describe::{label, members};
use raft_core::timeline::standing::{tell_uncommitted, tell_waits};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    id: u32,
    role: &'static str,
    term: f64,
    voted_for: u32,
    leader: u32,
    birth: f64,
    commit: f64,
    applied: f64,
    durable: f64,
    last: f64,
    base: Place,
    snapshot: Option<Snapshot>,
    incoming: Option<Incoming>,
    membership: Membership,
    change: Option<Change>,
    transfer: Option<Transfer>,
    reads: f64,
    round: f64,
    lease_until: Option<f64>,
    promised_until: Option<f64>,
    timer_from: Option<f64>,
    deadline: Option<f64>,
    writing: bool,
    stopped: bool,
    disk: Disk,
    clock: Option<ClockFace>,
    log: Vec<LogCell>,
    peers: Vec<Peer>,
    keys: Vec<Key>,
    sessions: f64,
    waits_for: Option<Told>,
    waits: Vec<Told>,
}

#[derive(Serialize)]
struct Place {
    index: f64,
    term: f64,
}

/// What a disk holds of term and vote, and whether it can be believed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Disk {
    vote: &'static str,
    lies: bool,
    /// The first damaged record: an index, 0 for term and vote.
    damaged: Option<f64>,
}

/// A clock that does not show the world's time.
#[derive(Serialize)]
struct ClockFace {
    shows: f64,
    ahead: f64,
    rate: f64,
}

#[derive(Serialize)]
struct Snapshot {
    index: f64,
    term: f64,
    bytes: f64,
}

#[derive(Serialize)]
struct Incoming {
    index: f64,
    bytes: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    index: f64,
    text: String,
    part: &'static str,
    voters: Vec<u32>,
    outgoing: Vec<u32>,
    learners: Vec<u32>,
    learners_next: Vec<u32>,
    leaves_by_itself: bool,
    births: Vec<Birth>,
}

#[derive(Serialize)]
struct Birth {
    id: u32,
    birth: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    catching_up: Vec<CatchUp>,
}

#[derive(Serialize)]
struct CatchUp {
    id: u32,
    round: u32,
    target: f64,
    since: f64,
    done: bool,
}

#[derive(Serialize)]
struct Transfer {
    to: u32,
    until: f64,
    told: bool,
}

#[derive(Serialize)]
struct LogCell {
    index: f64,
    term: f64,
    text: String,
    kind: &'static str,
    committed: bool,
    synced: bool,
    safety: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Peer {
    id: u32,
    next: f64,
    r#match: f64,
    state: &'static str,
    waiting: bool,
    requests: f64,
    bytes: f64,
    snapshot: Option<Sending>,
    heard_at: f64,
    round: f64,
    answered_of: Option<f64>,
}

#[derive(Serialize)]
struct Sending {
    index: f64,
    term: f64,
    sent: f64,
    bytes: f64,
}

#[derive(Serialize)]
struct Key {
    key: String,
    value: f64,
}

/// Log entries that cross at most: the last ones.
const LOG_MAX: u64 = 200;

pub fn server(run: &Timeline, id: NodeId) -> Option<Server> {
    let server = run.world().server(id)?;
    let node = &server.node;
    let is_running = server.role() != RoleName::Crashed;
    let clock = server.clock;
    let at = |local: Instant| time(clock.world(local));
    let timer = server.timer().filter(|_| is_running);
    let (next, last) = (node.commit_index() + 1, node.log().last_index());
    let why = node.why_uncommitted(next).filter(|_| next <= last);
    let number = |id: Option<NodeId>| id.map_or(0, |id| id.0);
    let untold = |told| Told { at: None, told };
    let leadership = node.leadership();
    let change = leadership.and_then(|leadership| leadership.change.as_ref());
    let transfer = leadership.and_then(|leadership| leadership.transfer);
    Some(Server {
        id: id.0,
        role: server.role().name(),
        term: node.current_term() as f64,
        voted_for: number(node.voted_for()),
        leader: number(node.leader()),
        birth: node.birth() as f64,
        commit: node.commit_index() as f64,
        applied: node.last_applied() as f64,
        durable: node.durable_index() as f64,
        last: last as f64,
        base: place(node.log().base()),
        snapshot: node.snapshot().map(|snapshot| Snapshot {
            index: snapshot.last.index as f64,
            term: snapshot.last.term as f64,
            bytes: snapshot.data.len() as f64,
        }),
        incoming: (node.incoming_snapshot())
            .map(|(index, bytes)| Incoming { index: index as f64, bytes: bytes as f64 }),
        membership: membership(node),
        change: change.map(|change| Change {
            catching_up: change.catching_up.iter().map(|one| catch_up(one, clock)).collect(),
        }),
        transfer: transfer.map(|transfer| Transfer {
            to: transfer.to.0,
            until: at(transfer.until),
            told: transfer.told,
        }),
        reads: node.status().pending_reads as f64,
        round: leadership.map_or(0.0, |leadership| leadership.round as f64),
        lease_until: server.lease_until().map(time),
        promised_until: Some(server.promised_until()).filter(|&at| at > Instant::ZERO).map(time),
        timer_from: timer.map(|timer| time(timer.from)),
        deadline: timer.map(|timer| time(timer.until)),
        writing: node.is_writing(),
        stopped: node.is_stopped(),
        disk: Disk {
            vote: safety_name(server.safety_of_vote()),
            lies: run.world().settings.disk(id).lies,
            damaged: server.disk.damaged.first().map(|record| match record {
                Damage::Vote => 0.0,
                Damage::Entry(index) => *index as f64,
            }),
        },
        clock: (!clock.is_exact()).then(|| ClockFace {
            shows: time(clock.local(run.now())),
            ahead: clock.ahead(run.now()) as f64,
            rate: f64::from(clock.rate()),
        }),
        log: cells(server),
        peers: leadership
            .map_or(&[][..], |leadership| &leadership.peers)
            .iter()
            .map(|progress| peer(progress, clock))
            .collect(),
        keys: (server.store.pairs().iter())
            .map(|(key, value)| Key { key: key.clone(), value: *value as f64 })
            .collect(),
        sessions: server.store.sessions().len() as f64,
        waits_for: why.map(|why| untold(tell_uncommitted(id, next, why))),
        waits: match is_running {
            true => tell_waits(server, run.standing()).into_iter().map(untold).collect(),
            false => vec![],
        },
    })
}

fn cells(server: &raft_core::sim::Server) -> Vec<LogCell> {
    let node = &server.node;
    let log = node.log();
    let first = log.last_index().saturating_sub(LOG_MAX).max(log.base().index) + 1;
    let cell = |(index, entry): (u64, &Entry)| LogCell {
        index: index as f64,
        term: entry.term as f64,
        text: label(entry),
        kind: match entry.payload {
            Payload::Noop => "noop",
            Payload::Command(_) => "command",
            Payload::Membership(_) => "membership",
        },
        committed: index <= node.commit_index(),
        synced: index <= node.durable_index(),
        safety: safety_name(server.safety(index)),
    };
    (first..).zip(log.from(first)).map(cell).collect()
}

fn safety_name(safety: Safety) -> &'static str {
    match safety {
        Safety::Volatile => "volatile",
        Safety::Cached => "cached",
        Safety::Damaged => "damaged",
        Safety::Durable => "durable",
    }
}

fn membership(node: &Node) -> Membership {
    let membership = node.membership();
    let names = |ids: &[NodeId]| ids.iter().map(|id| id.0).collect();
    let births = membership.births.iter();
    Membership {
        index: node.membership_index() as f64,
        text: members(membership),
        part: match (membership.is_voter(node.id()), membership.is_learner(node.id())) {
            (true, _) => "voter",
            (false, true) => "learner",
            (false, false) => "none",
        },
        voters: names(&membership.voters),
        outgoing: names(&membership.outgoing),
        learners: names(&membership.learners),
        learners_next: names(&membership.learners_next),
        leaves_by_itself: membership.leaves_by_itself,
        births: births.map(|&(id, birth)| Birth { id: id.0, birth: birth as f64 }).collect(),
    }
}

fn catch_up(newcomer: &raft_core::raft::CatchUp, clock: Clock) -> CatchUp {
    CatchUp {
        id: newcomer.id.0,
        round: newcomer.round,
        target: newcomer.target as f64,
        since: time(clock.world(newcomer.since)),
        done: newcomer.done,
    }
}

fn peer(progress: &Progress, clock: Clock) -> Peer {
    let (state, waiting, snapshot) = match &progress.mode {
        Mode::Probe { waiting } => ("probe", *waiting, None),
        Mode::Replicate => ("replicate", !progress.inflight.is_empty(), None),
        Mode::Snapshot(sending) => {
            let whole = &sending.snapshot;
            let snapshot = Sending {
                index: whole.last.index as f64,
                term: whole.last.term as f64,
                sent: sending.offset as f64,
                bytes: whole.data.len() as f64,
            };
            ("snapshot", sending.asked_at.is_some(), Some(snapshot))
        }
    };
    Peer {
        id: progress.id.0,
        next: progress.next_index as f64,
        r#match: progress.match_index as f64,
        state,
        waiting,
        requests: progress.inflight.len() as f64,
        bytes: progress.inflight.bytes() as f64,
        snapshot,
        heard_at: time(clock.world(progress.heard_at)),
        round: progress.round as f64,
        answered_of: progress.answered_of.map(|at| time(clock.world(at))),
    }
}

fn place(position: Position) -> Place {
    Place { index: position.index as f64, term: position.term as f64 }
}

/// A moment that never comes is no number of microseconds.
fn time(at: Instant) -> f64 {
    if at.0 == u64::MAX { f64::INFINITY } else { at.0 as f64 }
}
