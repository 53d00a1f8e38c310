//! What an encoding keeps and what it leaves out: each field in turn is changed.

use super::{Encoding, fold};
use crate::raft::config::{Config, Setup};
use crate::raft::durable::{Held, SnapshotWrite, Token, Writing};
use crate::raft::election::Ballot;
use crate::raft::leadership::{CatchUp, Leadership, PendingChange, PendingRead, Reader, Transfer};
use crate::raft::membership::{Change, Member, Membership};
use crate::raft::message::{AppendReply, Body, Chunk, Message, Round};
use crate::raft::node::{Node, Role};
use crate::raft::progress::{Mode, Sending};
use crate::raft::rules::Rules;
use crate::raft::snapshot::{Incoming, Snapshot};
use crate::raft::types::{Entry, HardState, NodeId, Payload, Position, ProposalId};
use crate::time::{Duration, Instant};
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::vec;

const ONE: NodeId = NodeId(1);
const TWO: NodeId = NodeId(2);
const THREE: NodeId = NodeId(3);

fn setup(id: NodeId) -> Setup {
    let config = Config { snapshot_bytes: 1, uncommitted_bytes: 1, ..Config::paper() };
    let (voters, learners) = ([ONE, TWO, THREE].into(), [].into());
    Setup { id, voters, learners, config, rules: Rules::default(), seed: 1 }
}

fn snapshot(index: u64) -> Arc<Snapshot> {
    let last = Position { term: 1, index };
    Arc::new(Snapshot { last, membership: Arc::default(), data: Arc::from([1, 2]) })
}

/// A leader in the middle of everything.
fn leader() -> Node {
    let mut node = Node::found(setup(ONE), Instant::ZERO);
    let mut leadership = Leadership { round: 9, ..Leadership::default() };
    leadership.serve(ONE, &Membership::of(&[ONE, TWO, THREE]), 1, Instant::ZERO);
    leadership.peers[0].match_index = 1;
    leadership.peers[0].matched_at = Instant(50);
    leadership.peers[0].inflight.add(1, 4);
    let sending = Sending { snapshot: snapshot(1), offset: 1, asked_at: Some(Instant(70)) };
    leadership.peers[1].mode = Mode::Snapshot(sending);
    let reader = Reader::Peer { id: TWO, read: 7 };
    leadership.reads = vec![
        PendingRead { reader: Reader::Own(ProposalId(3)), index: None, round: 4 },
        PendingRead { reader, index: Some(1), round: 8 },
    ];
    leadership.transfer = Some(Transfer { to: TWO, until: Instant(9), told: false });
    let catch_up = CatchUp { id: THREE, round: 1, target: 4, since: Instant(3), done: false };
    let mut change = PendingChange::new(ProposalId(6), Some(Change::Promote(THREE)));
    change.catching_up.push(catch_up);
    leadership.change = Some(change);
    node.role = Role::Leader(alloc::boxed::Box::new(leadership));
    node.log.append(Entry { term: 1, payload: Payload::Command(Arc::from(*b"abc")) });
    node.durable.last = Token(8);
    node.durable.done = Token(5);
    node.durable.writing.push_back(Writing { token: Token(6), last_index: 1, snapshot: 0 });
    node.durable.held.push_back((Token(8), Held::OwnVote(1)));
    node.proposals.push_back((1, ProposalId(2)));
    node.reads.asked.push((21, Instant(4), ProposalId(5)));
    node.reads.confirmed.push((1, ProposalId(4)));
    let last = Position { term: 1, index: 1 };
    node.incoming = Some(Incoming { from: TWO, term: 1, last, bytes: vec![1] });
    node
}

fn led(node: &mut Node) -> &mut Leadership {
    match &mut node.role {
        Role::Leader(leadership) => leadership,
        Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => panic!("it leads"),
    }
}

fn words(node: &Node, encode: impl FnOnce(&mut Encoding)) -> Vec<u64> {
    let mut follower = Node::found(setup(TWO), Instant::ZERO);
    follower.reads.asked = vec![(5, Instant(1), ProposalId(1)), (7, Instant(2), ProposalId(2))];
    let third = Node::found(setup(THREE), Instant::ZERO);
    let nodes = [node, &follower, &third];
    let mut out = Encoding::new(&[1, 2, 3], &nodes, Vec::new());
    encode(&mut out);
    out.into_words()
}

fn encoded(node: &Node) -> Vec<u64> {
    words(node, |out| node.canonical(out))
}

/// The place before the entries of a request, the entries, and the commit index.
type Request = (Position, Vec<Entry>, u64);

/// Something that is changed.
type Changes<'a, T> = &'a [(&'a str, fn(&mut T))];

fn each<T: Clone>(from: &T, changes: Changes<T>, encode: impl Fn(&T) -> Vec<u64>, is_kept: bool) {
    let before = encode(from);
    for (name, change) in changes {
        let mut after = from.clone();
        change(&mut after);
        let (what, differs) = (encode(&after), encode(&after) != before);
        assert_eq!(differs, is_kept, "{name}: {what:?}");
        assert_eq!(fold(&what) != fold(&before), is_kept, "{name}");
    }
}

#[test]
fn every_field_of_a_node_that_a_rule_reads_is_kept() {
    let changes: Changes<Node> = &[
        ("term", |n| n.hard_state.current_term = 2),
        ("vote", |n| n.hard_state.voted_for = Some(TWO)),
        ("birth", |n| n.hard_state.birth = 3),
        ("log", |n| {
            n.log.append(Entry { term: 1, payload: Payload::Noop });
        }),
        ("memberships", |n| n.memberships.append(1, Arc::default())),
        ("snapshot", |n| n.snapshot = Some(snapshot(1))),
        ("commit", |n| n.commit_index = 1),
        ("applied", |n| n.last_applied = 1),
        ("leader", |n| n.leader = Some(THREE)),
        ("role", |n| n.role = Role::Follower),
        ("proposals", |n| n.proposals.clear()),
        ("a proposal", |n| n.proposals[0] = (1, ProposalId(9))),
        ("incoming", |n| n.incoming = None),
        ("asked", |n| n.reads.asked.clear()),
        ("confirmed", |n| n.reads.confirmed[0].0 = 2),
        ("asked_snapshot", |n| n.asked_snapshot = 1),
        ("applied_bytes", |n| n.applied_bytes = 1),
        ("stopped", |n| n.stopped = true),
        ("last token", |n| n.durable.last = Token(9)),
        ("writing", |n| n.durable.writing[0].last_index = 2),
        ("writing a snapshot", |n| n.durable.writing[0].snapshot = 2),
        ("a write's token", |n| n.durable.writing[0].token = Token(7)),
        ("held", |n| n.durable.held[0].1 = Held::OwnVote(2)),
        ("held for", |n| n.durable.held[0].0 = Token(7)),
        ("durable", |n| n.durable.index = 1),
        ("durable snapshot", |n| n.durable.snapshot = 1),
        ("owed", |n| n.durable.hard_state_before = Some(HardState::default())),
        ("owed log", |n| n.durable.log_changed_from = Some(1)),
        ("owed snapshot", |n| {
            let write = SnapshotWrite { snapshot: snapshot(1), replaces_log: true };
            n.durable.new_snapshot = Some(write);
        }),
        ("next", |n| led(n).peers[0].next_index = 2),
        ("match", |n| led(n).peers[0].match_index = 2),
        ("mode", |n| led(n).peers[0].mode = Mode::Replicate),
        ("waiting", |n| led(n).peers[0].mode = Mode::Probe { waiting: true }),
        ("window", |n| led(n).peers[0].inflight.clear()),
        ("confirms the first read", |n| led(n).peers[0].round = 4),
        ("whose progress", |n| led(n).peers.swap_remove(0).id = TWO),
        ("reads", |n| {
            led(n).reads.pop();
        }),
        ("read index", |n| led(n).reads[0].index = Some(0)),
        ("reader", |n| led(n).reads[0].reader = Reader::Own(ProposalId(4))),
        ("peer's read", |n| led(n).reads[1].reader = Reader::Peer { id: TWO, read: 5 }),
        ("transfer", |n| led(n).transfer = None),
        ("told", |n| led(n).transfer = Some(Transfer { to: TWO, until: Instant(9), told: true })),
        ("change", |n| led(n).change = None),
        ("caught up", |n| led(n).change.as_mut().unwrap().catching_up[0].done = true),
        ("target", |n| led(n).change.as_mut().unwrap().catching_up[0].target = 5),
        ("uncommitted", |n| led(n).uncommitted_bytes = 1),
    ];
    each(&leader(), changes, encoded, true);
    let then: [fn() -> Change; 8] = [
        || Change::AddVoter(Member { id: TWO, birth: 0 }),
        || Change::AddLearner(Member { id: TWO, birth: 0 }),
        || Change::AddVoter(Member { id: TWO, birth: 1 }),
        || Change::Promote(TWO),
        || Change::Demote(TWO),
        || Change::Remove(TWO),
        || Change::Leave,
        || Change::Replace { voters: vec![], learners: vec![], leaves_by_itself: true },
    ];
    let mut all: Vec<Vec<u64>> = then
        .map(|then| {
            let mut node = leader();
            led(&mut node).change.as_mut().unwrap().then = Some(then());
            encoded(&node)
        })
        .into();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), then.len());
}

#[test]
fn what_no_rule_can_feel_is_left_out() {
    let changes: Changes<Node> = &[
        ("seed", |n| n.seed = 2),
        ("timer", |n| n.timer.until = Instant(77)),
        ("attempts", |n| n.attempts = 3),
        ("timeout", |n| n.election_timeout = Duration(5)),
        ("promise", |n| n.promised_until = Instant(5)),
        ("heard", |n| led(n).peers[0].heard_at = Instant(5)),
        ("answered", |n| led(n).peers[0].answered_of = Some(Instant(5))),
        ("lease", |n| led(n).lease_is_void = true),
        ("catch-up since", |n| led(n).change.as_mut().unwrap().catching_up[0].since = Instant(8)),
        ("other rounds", |n| {
            led(n).round = 20;
            led(n).reads[0].round = 14;
            led(n).reads[1].round = 19;
        }),
        ("other tokens", |n| {
            n.durable.last = Token(108);
            n.durable.done = Token(105);
            n.durable.writing[0].token = Token(106);
            n.durable.held[0].0 = Token(108);
        }),
        ("other numbers of reads", |n| {
            n.reads.asked[0].0 = 99;
            n.reads.last = 99;
        }),
    ];
    each(&leader(), changes, encoded, false);
    // Who refused decides nothing for a candidate, and everything for one that asks ahead.
    let with = |role: fn(Ballot) -> Role, refused| {
        let ballot = Ballot { granted: vec![ONE], refused };
        encoded(&Node { role: role(ballot), ..leader() })
    };
    assert_eq!(with(Role::Candidate, vec![TWO]), with(Role::Candidate, vec![]));
    assert_ne!(with(Role::PreCandidate, vec![TWO]), with(Role::PreCandidate, vec![]));
    assert_ne!(with(Role::PreCandidate, vec![]), with(Role::Candidate, vec![]));
}

#[test]
fn every_field_of_a_message_is_kept_and_rounds_by_what_they_confirm() {
    let last = Position { term: 1, index: 1 };
    let round = Round { number: 5, sent_at: Instant(60), birth: 0 };
    let reply = AppendReply::Accepted { match_index: 1 };
    let rejected = AppendReply::Rejected { prev: 1, hint: last };
    let data = vec![1];
    let chunk = Chunk { last, membership: Arc::default(), offset: 0, data, done: true, round };
    let bodies = [
        Body::PreVote { term: 1, last },
        Body::PreVoteReply { term: 1, granted: true },
        Body::PreVoteReply { term: 1, granted: false },
        Body::RequestVote { last, transfer: false },
        Body::RequestVote { last, transfer: true },
        Body::RequestVoteReply { granted: true },
        Body::RequestVoteReply { granted: false },
        Body::AppendEntriesReply { reply, round },
        Body::AppendEntriesReply { reply: rejected, round },
        Body::InstallSnapshot(chunk.clone()),
        Body::InstallSnapshot(Chunk { offset: 1, ..chunk.clone() }),
        Body::InstallSnapshot(Chunk { done: false, ..chunk.clone() }),
        Body::InstallSnapshot(Chunk { data: vec![2], ..chunk }),
        Body::InstallSnapshotReply { last, received: 1, installed: false, round },
        Body::InstallSnapshotReply { last, received: 2, installed: false, round },
        Body::InstallSnapshotReply { last, received: 1, installed: true, round },
        Body::TimeoutNow { last },
        Body::ReadIndexReply { read: 21, index: None },
        Body::ReadIndexReply { read: 21, index: Some(1) },
        Body::ReadIndexReply { read: 22, index: None },
    ];
    let node = leader();
    let encode = |body: &Body| {
        let message = Message { term: 1, body: body.clone() };
        words(&node, |out| message.canonical(out, TWO, ONE))
    };
    let mut all: Vec<Vec<u64>> = bodies.iter().map(encode).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), bodies.len());
    // An answer of S2 to S1, which leads: five confirms the first of its reads, as four does; it
    // was asked after what is known of S2. An answer to nobody's read is one as any other.
    let answer = |number, sent_at, birth| {
        let round = Round { number, sent_at: Instant(sent_at), birth };
        encode(&Body::AppendEntriesReply { reply, round })
    };
    let as_it_is = answer(5, 60, 0);
    assert_eq!([answer(4, 60, 0), answer(7, 99, 0)], [as_it_is.clone(), as_it_is.clone()]);
    for other in [answer(3, 60, 0), answer(8, 60, 0), answer(5, 50, 0), answer(5, 60, 1)] {
        assert_ne!(other, as_it_is);
    }
    assert_ne!(answer(10, 60, 0), answer(9, 60, 0), "past its own count it confirms those to come");
    let (one, other) = (Body::ReadIndexReply { read: 22, index: None }, 23);
    assert_eq!(encode(&one), encode(&Body::ReadIndexReply { read: other, index: None }));
    // An append of S1 to S2.
    let append = |change: fn(&mut Request)| {
        let entries = vec![Entry { term: 1, payload: Payload::Noop }];
        let mut facts = (last, entries, 1);
        change(&mut facts);
        let (prev, entries, commit) = facts;
        let body = Body::AppendEntries { prev, entries, commit, round };
        words(&node, |out| Message { term: 1, body }.canonical(out, ONE, TWO))
    };
    let changes: [fn(&mut Request); 4] = [
        |facts| facts.0.term = 2,
        |facts| facts.1.clear(),
        |facts| facts.1[0].payload = Payload::Command(Arc::from([])),
        |facts| facts.2 = 0,
    ];
    for change in changes {
        assert_ne!(append(change), append(|_| {}));
    }
}

#[test]
fn names_are_folded_and_kept_apart() {
    let node = Node { leader: Some(TWO), ..Node::found(setup(ONE), Instant::ZERO) };
    let mirror = Node { leader: Some(THREE), ..node.clone() };
    let encode = |node: &Node, names: &[u32]| {
        let mut out = Encoding::new(names, &[], Vec::new());
        node.canonical(&mut out);
        out.into_words()
    };
    assert_ne!(encode(&node, &[1, 2, 3]), encode(&mirror, &[1, 2, 3]));
    assert_eq!(encode(&node, &[1, 2, 3]), encode(&mirror, &[1, 3, 2]));
    assert_eq!(encode(&node, &[1, 2, 2]), encode(&mirror, &[1, 2, 2]));
}
