//! What an encoding of the world keeps and what it leaves out: each field in turn is changed.

use crate::raft::{AppendReply, Body};
use crate::raft::{
    Encoding, Entry, HardState, LogWrite, Message, Node, NodeId, Payload, Position, ProposalId,
    Round, Snapshot, SnapshotWrite, Token, Write,
};
use crate::sim::client::Waiting;
use crate::sim::disk::{Cache, Damage, Disk};
use crate::sim::history::{Call, CallOutcome};
use crate::sim::kv::{Command, Logged};
use crate::sim::network::{Fate, Flight, Path, Wreck};
use crate::sim::place::Place;
use crate::sim::record::{Answer, LossReason, Packet};
use crate::sim::script::parse;
use crate::sim::server::Status;
use crate::sim::store::Stamp;
use crate::sim::world::World;
use crate::time::Instant;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::vec;

const S1: Place = Place::Server(NodeId(1));
const S2: Place = Place::Server(NodeId(2));

fn put(value: i64) -> Command {
    Command::Put { key: "x".to_string(), value }
}

fn entry(term: u64) -> Entry {
    Entry { term, payload: Payload::Command(put(1).encode()) }
}

fn snapshot(index: u64) -> Arc<Snapshot> {
    let last = Position { term: 1, index };
    Arc::new(Snapshot { last, membership: Arc::default(), data: Arc::from([1]) })
}

fn flight(packet: Packet) -> Flight {
    let path = Path { from_part: 0, from_at: Instant(5), to_part: 9, to_at: Instant(8) };
    let (sent_at, fate) = (Instant(5), Fate::Waits);
    Flight { id: 1, from: S1, to: S2, packet, nth: 0, sent_at, path, fate }
}

fn reply(granted: bool) -> Packet {
    Packet::Raft(Message { term: 1, body: Body::RequestVoteReply { granted } })
}

/// What a disk that lies says it holds, when that is what it holds.
fn cache(disk: &Disk) -> Box<Cache> {
    let Disk { hard_state, snapshot, log, .. } = disk.clone();
    Box::new(Cache { hard_state, snapshot, log })
}

/// A world in which everything is there once.
fn world() -> World {
    let script = parse("raft 1\nservers 3\nclients 2").unwrap();
    let mut world = World::new(Arc::new(script));
    let server = &mut world.servers[0];
    server.disk.log.append(entry(1));
    server.disk.writing.push_back(Write {
        token: Token(1),
        hard_state: Some(HardState::default()),
        snapshot: Some(SnapshotWrite { snapshot: snapshot(1), replaces_log: false }),
        log: Some(LogWrite { from: 1, entries: vec![entry(1)] }),
    });
    server.store.apply(&put(1));
    server.reads.push((ProposalId(1), "x".to_string()));
    let client = &mut world.clients[0];
    let (command, called_at) = (put(1), Instant(3));
    let (answered_by, attempts_before, returned) = (None, 0, None);
    let asked = command.clone();
    let new = Call { command: asked, called_at, returned, answered_by, attempts_before };
    client.history.push(new);
    let (call, attempt, in_session, redirects, retries) = (1, 1, false, 0, 0);
    client.waiting = Some(Waiting { command, call, attempt, in_session, redirects, retries });
    client.queue.push_back(put(2));
    world.network.flights.push(Arc::new(flight(reply(true))));
    world.network.cuts.push((S1, S2));
    world
}

fn encoded(world: &World) -> Vec<u64> {
    let nodes: Vec<&Node> = world.servers.iter().map(|server| &server.node).collect();
    let mut out = Encoding::new(&[1, 2, 3], &nodes, Vec::new());
    let base = Instant(6);
    world.canonical(&mut out, base, &mut |out, at| world.servers[at].sum(out, base));
    out.into_words()
}

/// Something that is changed.
type Changes<'a> = &'a [(&'a str, fn(&mut World))];

fn each(changes: Changes, is_kept: bool) {
    for (name, change) in changes {
        let mut after = world();
        change(&mut after);
        assert_eq!(encoded(&after) != encoded(&world()), is_kept, "{name}");
    }
}

fn in_air(world: &mut World, change: impl FnOnce(&mut Flight)) {
    change(Arc::make_mut(&mut world.network.flights[0]));
}

fn open(world: &mut World) -> &mut Waiting {
    world.clients[0].waiting.as_mut().unwrap()
}

#[test]
fn everything_that_may_matter_is_kept() {
    let changes: Changes = &[
        ("status", |w| w.servers[0].status = Status::Crashed),
        ("pause", |w| w.servers[0].status = Status::Paused),
        ("node", |w| w.servers[0].node = w.servers[1].node.clone()),
        ("disk term", |w| w.servers[0].disk.hard_state.current_term = 2),
        ("disk vote", |w| w.servers[0].disk.hard_state.voted_for = Some(NodeId(1))),
        ("disk log", |w| {
            w.servers[0].disk.log.append(entry(1));
        }),
        ("disk entry", |w| w.servers[0].disk.log.truncate_from(1)),
        ("disk snapshot", |w| w.servers[0].disk.snapshot = Some(snapshot(1))),
        ("cache", |w| w.servers[0].disk.cache = Some(cache(&w.servers[0].disk))),
        ("cached vote", |w| {
            let mut cache = cache(&w.servers[0].disk);
            cache.hard_state.voted_for = Some(NodeId(1));
            w.servers[0].disk.cache = Some(cache);
        }),
        ("damaged vote", |w| w.servers[0].disk.damaged.push(Damage::Vote)),
        ("damaged entry", |w| w.servers[0].disk.damaged.push(Damage::Entry(1))),
        ("fails", |w| w.servers[0].disk.fails_next = true),
        ("writing", |w| w.servers[0].disk.writing.clear()),
        ("token", |w| w.servers[0].disk.writing[0].token = Token(2)),
        ("written state", |w| w.servers[0].disk.writing[0].hard_state = None),
        ("written log", |w| w.servers[0].disk.writing[0].log = None),
        ("written snapshot", |w| w.servers[0].disk.writing[0].snapshot = None),
        ("replaces", |w| {
            let snapshot = w.servers[0].disk.writing[0].snapshot.as_mut();
            snapshot.unwrap().replaces_log = true;
        }),
        ("written from", |w| w.servers[0].disk.writing[0].log.as_mut().unwrap().from = 2),
        ("written entry", |w| {
            w.servers[0].disk.writing[0].log.as_mut().unwrap().entries[0].term = 2;
        }),
        ("value", |w| {
            w.servers[0].store.apply(&put(2));
        }),
        ("changed", |w| w.servers[0].store.changed = None),
        ("session", |w| {
            w.servers[0].store.sessions.open(1);
        }),
        ("wipes", |w| w.servers[0].wipes = 1),
        ("birth", |w| w.servers[0].birth = 1),
        ("inbox", |w| w.servers[0].inbox.push(Arc::new(flight(reply(true))))),
        ("unheard", |w| w.servers[0].unheard_sync = Some(1)),
        ("read", |w| w.servers[0].reads[0].0 = ProposalId(2)),
        ("read key", |w| w.servers[0].reads[0].1 = String::from("y")),
        ("call", |w| open(w).call = 2),
        ("asked", |w| open(w).command = put(3)),
        ("in session", |w| open(w).in_session = true),
        ("redirects", |w| open(w).redirects = 1),
        ("closed", |w| w.clients[0].waiting = None),
        ("asks", |w| w.clients[0].asks = NodeId(2)),
        ("history", |w| w.clients[0].history.last_mut().unwrap().command = put(9)),
        ("returned", |w| {
            let returned = Some((Instant(4), CallOutcome::Unknown));
            w.clients[0].history.last_mut().unwrap().returned = returned;
        }),
        ("client's session", |w| w.clients[0].session = Some(0)),
        ("queue", |w| w.clients[0].queue.clear()),
        ("lost", |w| w.network.flights.clear()),
        ("twice", |w| w.network.flights.push(w.network.flights[0].clone())),
        ("from", |w| in_air(w, |flight| flight.from = S2)),
        ("to", |w| in_air(w, |flight| flight.to = Place::Client(1))),
        ("fate", |w| in_air(w, |flight| flight.fate = Fate::Arrives)),
        ("packet", |w| in_air(w, |flight| flight.packet = reply(false))),
        ("healed", |w| w.network.cuts.clear()),
        ("the other way", |w| w.network.cuts[0] = (S2, S1)),
        ("changes", |w| w.changes = 1),
    ];
    each(changes, true);
}

#[test]
fn what_nobody_can_tell_apart_is_left_out() {
    let changes: Changes = &[
        ("now", |w| w.now = Instant(9)),
        ("id", |w| in_air(w, |flight| flight.id = 9)),
        ("nth", |w| in_air(w, |flight| flight.nth = 9)),
        ("sent", |w| in_air(w, |flight| flight.sent_at = Instant(1))),
        ("path", |w| in_air(w, |flight| flight.path.to_at = Instant(9))),
        ("next id", |w| w.network.next_id = 9),
        ("wreck", |w| {
            let flight = w.network.flights[0].clone();
            w.network.wrecks.push_back(Wreck { flight, died_at: Instant(5) });
        }),
        ("remembered", |w| {
            let flight = w.network.flights[0].clone();
            w.network.remembered.push_back(flight);
        }),
        ("replays", |w| w.network.replays = 9),
        ("line", |w| w.network.line_mut(S1, S2).last_at = Instant(9)),
        ("busy", |w| w.servers[0].disk.busy_until = Instant(9)),
        ("turn", |w| w.clients[0].turn = NodeId(2)),
        ("attempt", |w| open(w).attempt = 9),
        ("called", |w| w.clients[0].history.last_mut().unwrap().called_at = Instant(1)),
        ("an idle client's server", |w| w.clients[1].asks = NodeId(2)),
        ("later", |w| {
            w.servers[0].store.apply(&put(2));
            w.servers[0].store.apply(&put(1));
        }),
    ];
    each(changes, false);
}

#[test]
fn packets_are_told_apart() {
    let key = || "x".to_string();
    let stamp = |session, number| Some(Stamp { session, number });
    let commands = [put(1), put(2), Command::Add { key: key(), value: 1 }]
        .into_iter()
        .chain([Command::Delete { key: key() }, Command::Get { key: key() }])
        .chain([None, Some(1)].map(|expected| Command::Cas { key: key(), expected, value: 1 }));
    let stamped = [stamp(1, 1), stamp(1, 2), stamp(2, 1)];
    let logged = commands.map(|command| Logged::Command { command, stamp: None });
    let logged = logged
        .chain(stamped.map(|stamp| Logged::Command { command: put(1), stamp }))
        .chain([Logged::Register]);
    let requests = logged.map(|command| Packet::Request { call: 1, command });
    let answers = [
        Answer::Done(None),
        Answer::Done(Some(0)),
        Answer::Done(Some(-1)),
        Answer::Compared { swapped: true, found: None },
        Answer::Compared { swapped: false, found: None },
        Answer::Compared { swapped: false, found: Some(0) },
        Answer::Lost,
        Answer::NotLeader(None),
        Answer::NotLeader(Some(NodeId(1))),
        Answer::Opened(1),
        Answer::Expired,
    ];
    let answers = answers.map(|answer| Packet::Answer { call: 1, answer });
    let others = [
        Packet::Answer { call: 2, answer: Answer::Lost },
        Packet::Request { call: 2, command: Logged::Register },
    ];
    let reply = AppendReply::Accepted { match_index: 1 };
    let body = Body::AppendEntriesReply { reply, round: Round::default() };
    let raft = [Packet::Raft(Message { term: 1, body })];
    let all = requests.chain(answers).chain(others).chain(raft);
    let mut all: Vec<Vec<u64>> = all
        .map(|packet| {
            let mut world = world();
            in_air(&mut world, |flight| flight.packet = packet);
            encoded(&world)
        })
        .collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
    // When something arrives is told where it flies, and then only from now on.
    let arrives = |at: u64| {
        let mut world = world();
        in_air(&mut world, |flight| {
            flight.fate = Fate::Arrives;
            flight.path.to_at = Instant(at);
        });
        encoded(&world)
    };
    assert_ne!(arrives(8), arrives(9));
    let dies = |why| {
        let mut world = world();
        in_air(&mut world, |flight| flight.fate = Fate::Dies(why));
        encoded(&world)
    };
    assert_eq!(dies(LossReason::Cut), dies(LossReason::Chance));
    assert_ne!(dies(LossReason::Cut), arrives(8));
}
