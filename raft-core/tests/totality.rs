//! A node is total: no message, however strange, in any state, under any rules, panics it.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use common::shrink::{panic_of, shortest};
use raft_core::raft::*;
use raft_core::time::Instant;
use std::cell::RefCell;
use std::sync::Arc;

#[test]
fn strange_inputs_never_panic_a_node() {
    let mut roles = [0; 4];
    for number in 0..6_000 {
        let inputs = RefCell::new(Vec::new());
        let said = panic_of(|| strange_life(number, &inputs, &mut roles));
        let Some(said) = said else { continue };
        let fails = |inputs: &[(Instant, Input)]| panic_of(|| live(number, inputs)).is_some();
        let short = shortest(inputs.into_inner(), fails);
        let told: Vec<String> = short.iter().map(|(at, input)| format!("{at} {input:?}")).collect();
        let node = Strange::new(number).node();
        panic!("{said}\nthe fewest inputs that do this:\n{}\nto {node:?}", told.join("\n"));
    }
    assert!(roles.iter().all(|&count| count > 5_000), "every part is played: {roles:?}");
}

/// A node gets inputs that are made as it goes; `inputs` has them also when it panics.
fn strange_life(number: u64, inputs: &RefCell<Vec<(Instant, Input)>>, roles: &mut [u32; 4]) {
    let mut strange = Strange::new(number);
    let mut node = strange.node();
    let mut now = Instant(strange.number());
    let mut tokens = Vec::new();
    for _ in 0..60 {
        now = Instant(now.0.saturating_add(strange.dice.up_to(400_000)));
        let input = strange.input(&node, &tokens);
        inputs.borrow_mut().push((now, input.clone()));
        take(&mut node, now, input, &mut tokens);
        roles[match node.role() {
            Role::Follower => 0,
            Role::Candidate(_) => 1,
            Role::Leader(_) => 2,
            Role::PreCandidate(_) => 3,
        }] += 1;
        for index in [0, 1, strange.number()] {
            node.why_uncommitted(index);
            node.holders(index);
        }
        assert!(node.last_applied() <= node.commit_index() || strange.may_forget_commits);
    }
}

/// The same node gets these inputs.
fn live(number: u64, inputs: &[(Instant, Input)]) {
    let mut strange = Strange::new(number);
    let mut node = strange.node();
    for (now, input) in inputs {
        take(&mut node, *now, input.clone(), &mut Vec::new());
        for index in [0, 1, u64::MAX] {
            node.why_uncommitted(index);
            node.holders(index);
        }
        assert!(node.last_applied() <= node.commit_index() || strange.may_forget_commits);
    }
}

fn take(node: &mut Node, now: Instant, input: Input, tokens: &mut Vec<Token>) {
    if let Input::Message { message, .. } = &input {
        message.body.index();
    }
    let (before, mut effects) = (node.clone(), Vec::new());
    node.step(now, input, &mut effects);
    check_progress(&before, node);
    for effect in effects {
        match effect {
            Effect::Persist(write) => tokens.push(write.token),
            Effect::Send { .. }
            | Effect::Apply { .. }
            | Effect::Restore(_)
            | Effect::TakeSnapshot { .. }
            | Effect::Compact { .. }
            | Effect::Resolve { .. }
            | Effect::Decide(_) => {}
        }
    }
    node.deadline();
    node.status();
}

/// Whatever peers say, what a leader knows to match never shrinks, and it sends what follows.
fn check_progress(before: &Node, after: &Node) {
    let Role::Leader(now) = after.role() else { return };
    assert!(now.peers.iter().all(|progress| progress.next_index > progress.match_index));
    let Role::Leader(earlier) = before.role() else { return };
    if before.current_term() == after.current_term() {
        for old in &earlier.peers {
            let new = now.peer(old.id).filter(|new| new.heard_at >= old.heard_at);
            assert!(new.is_none_or(|new| old.match_index <= new.match_index));
        }
    }
}

/// The largest term of all leaves no term to stand for election in; waiting goes on all the same.
#[test]
fn in_the_last_term_a_server_waits_and_does_not_spin() {
    let (voters, config, rules) = ([1, 2].map(NodeId).into(), Config::default(), Rules::default());
    let learners = [].into();
    let setup = Setup { id: NodeId(1), voters, learners, config, rules, seed: 1 };
    let hard_state = HardState { current_term: Term::MAX, ..HardState::default() };
    let saved = Saved { hard_state, ..Saved::default() };
    let mut node = Node::restore(setup, saved, Instant::ZERO);
    let now = node.deadline().expect("a voter waits");
    node.step(now, Input::Deadline, &mut Vec::new());
    assert_eq!((node.current_term(), node.role()), (Term::MAX, &Role::Follower));
    assert!(node.deadline().is_some_and(|deadline| deadline > now));
}

/// Makes inputs that no server ever sends, among some that one might.
struct Strange {
    dice: Dice,
    /// Whether a rule that keeps the commit index from moving back is waived.
    may_forget_commits: bool,
}

impl Strange {
    fn new(number: u64) -> Strange {
        Strange { dice: Dice::new(number), may_forget_commits: false }
    }

    fn number(&mut self) -> u64 {
        match self.dice.up_to(7) {
            0 => u64::MAX,
            1 => u64::MAX - 1,
            2 => self.dice.up_to(u64::MAX),
            _ => self.dice.up_to(9),
        }
    }

    /// A term near the node's own, so that it is heeded, or any other.
    fn term(&mut self, node: &Node) -> Term {
        match self.dice.up_to(5) {
            0 => self.number(),
            1 => node.current_term().saturating_add(1),
            _ => node.current_term(),
        }
    }

    fn index(&mut self, node: &Node) -> Index {
        match self.dice.up_to(2) {
            0 => self.number(),
            _ => self.dice.up_to(node.log().last_index().saturating_add(1)),
        }
    }

    fn position(&mut self, node: &Node) -> Position {
        let index = self.index(node);
        let term = match self.dice.up_to(1) {
            0 => node.log().term(index).unwrap_or(0),
            _ => self.term(node),
        };
        Position { term, index }
    }

    fn id(&mut self) -> NodeId {
        NodeId(self.dice.pick(&[0, 1, 1, 2, 2, 2, 3, 3, 4, 9, u32::MAX]))
    }

    fn entry(&mut self, term: Term) -> Entry {
        let payload = match self.dice.up_to(5) {
            0 => Payload::Noop,
            1 => Payload::Membership(self.membership().into()),
            _ => Payload::Command([self.dice.up_to(255) as u8].into()),
        };
        Entry { term, payload }
    }

    fn ids(&mut self, most: u64) -> Vec<NodeId> {
        let mut ids: Vec<NodeId> = (0..self.dice.up_to(most)).map(|_| self.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn membership(&mut self) -> Membership {
        let [voters, outgoing, learners, learners_next] = [4, 2, 2, 1].map(|most| self.ids(most));
        let births = (0..self.dice.up_to(2)).map(|_| (self.id(), self.number())).collect();
        let leaves_by_itself = self.dice.up_to(1) == 0;
        Membership { voters, outgoing, learners, learners_next, leaves_by_itself, births }
    }

    fn member(&mut self) -> Member {
        Member { id: self.id(), birth: self.number() }
    }

    fn members(&mut self) -> Vec<Member> {
        (0..self.dice.up_to(3)).map(|_| self.member()).collect()
    }

    fn change(&mut self) -> Change {
        match self.dice.up_to(6) {
            0 => Change::AddVoter(self.member()),
            1 => Change::AddLearner(self.member()),
            2 => Change::Promote(self.id()),
            3 => Change::Demote(self.id()),
            4 => Change::Remove(self.id()),
            5 => Change::Leave,
            _ => Change::Replace {
                voters: self.members(),
                learners: self.members(),
                leaves_by_itself: self.dice.up_to(1) == 0,
            },
        }
    }

    fn config(&mut self) -> Config {
        let coin = |dice: &mut Dice| dice.up_to(1) == 0;
        Config {
            noop: coin(&mut self.dice),
            pre_vote: coin(&mut self.dice),
            check_quorum: coin(&mut self.dice),
            hand_over: coin(&mut self.dice),
            batch: self.dice.pick(&[0, 1, 64, usize::MAX]),
            batch_bytes: self.dice.pick(&[0, 1, u64::MAX]),
            inflight: self.dice.pick(&[0, 1, 256]),
            inflight_bytes: self.dice.pick(&[0, 1, u64::MAX]),
            uncommitted_bytes: self.dice.pick(&[0, 1, 100]),
            snapshot_entries: self.dice.pick(&[0, 1, 3]),
            snapshot_bytes: self.dice.pick(&[0, 1]),
            snapshot_keep: self.dice.pick(&[0, 1, u64::MAX]),
            snapshot_chunk: self.dice.pick(&[0, 1, 100]),
            reads: self.dice.pick(&[Reads::Confirmed, Reads::Lease]),
            clock_drift: self.dice.pick(&[0, 1_000, u32::MAX]),
            catch_up_rounds: self.dice.pick(&[0, 1, 10]),
            ..Config::default()
        }
    }

    fn snapshot(&mut self) -> Snapshot {
        let last = Position { term: self.number(), index: self.dice.up_to(9) };
        let membership = self.membership().into();
        Snapshot { last, membership, data: vec![7; self.dice.up_to(9) as usize].into() }
    }

    fn node(&mut self) -> Node {
        let voters: Vec<NodeId> = match self.dice.up_to(5) {
            0 => vec![NodeId(1)],
            1 => vec![NodeId(2), NodeId(3)],
            2 => vec![NodeId(1), NodeId(2)],
            3 => Vec::new(),
            _ => vec![NodeId(1), NodeId(2), NodeId(3)],
        };
        let mut rules = Rules::default();
        for rule in Rule::ALL {
            if self.dice.up_to(3) == 0 {
                rules = rules.without(rule);
            }
        }
        self.may_forget_commits = rules.waives(Rule::CommitNeverMovesBack);
        let (config, seed) = (self.config(), self.number());
        let learners = self.ids(2).into();
        let voters = voters.into();
        let setup = Setup { id: NodeId(1), voters, learners, config, rules, seed };
        let now = Instant(self.number());
        if self.dice.up_to(5) == 0 {
            return Node::join(setup, self.number(), now);
        }
        let snapshot = (self.dice.up_to(3) == 0).then(|| Arc::new(self.snapshot()));
        let base = snapshot.as_ref().map(|snapshot| snapshot.last);
        let mut log = Log::after(base.unwrap_or_default());
        for _ in 0..self.dice.up_to(5) {
            let term = self.number();
            let entry = self.entry(term);
            log.append(entry);
        }
        let voted_for = match self.dice.up_to(1) {
            0 => None,
            _ => Some(self.id()),
        };
        let birth = self.dice.pick(&[0, 0, 1]);
        let hard_state = HardState { current_term: self.number(), voted_for, birth };
        Node::restore(setup, Saved { hard_state, snapshot, log }, now)
    }

    fn input(&mut self, node: &Node, tokens: &[Token]) -> Input {
        let id = ProposalId(self.number());
        match self.dice.up_to(20) {
            20 => Input::Read { id },
            19 => Input::Change { id, change: self.change() },
            18 => Input::Transfer { to: self.id() },
            17 => {
                let index = self.index(node);
                Input::Snapshot { index, data: vec![1; self.dice.up_to(5) as usize].into() }
            }
            16 => Input::ForgetLeader,
            0 => Input::Deadline,
            1 | 2 => Input::Timeout,
            3 => Input::Written(Token(self.number())),
            4 | 5 => Input::Written(tokens.last().copied().unwrap_or_default()),
            6 if self.dice.up_to(20) == 0 => Input::WriteFailed,
            6 | 7 => Input::Propose { id, command: vec![0; self.dice.up_to(3) as usize].into() },
            _ => Input::Message { from: self.id(), message: self.message(node) },
        }
    }

    fn message(&mut self, node: &Node) -> Message {
        let round = Round {
            number: self.number(),
            sent_at: Instant(self.number()),
            birth: self.dice.pick(&[0, 0, 0, 1, node.birth()]),
        };
        let granted = self.dice.up_to(3) > 0;
        let body = match self.dice.up_to(15) {
            0 => Body::RequestVote { last: self.position(node), transfer: granted },
            1 | 2 => Body::RequestVoteReply { granted },
            3..=5 => {
                let prev = self.position(node);
                let entries = (0..self.dice.up_to(4)).map(|_| {
                    let term = self.term(node);
                    self.entry(term)
                });
                let entries = entries.collect();
                Body::AppendEntries { prev, entries, commit: self.index(node), round }
            }
            6 | 7 => {
                let reply = AppendReply::Accepted { match_index: self.index(node) };
                Body::AppendEntriesReply { reply, round }
            }
            8 | 9 => {
                let (prev, hint) = (self.index(node), self.position(node));
                Body::AppendEntriesReply { reply: AppendReply::Rejected { prev, hint }, round }
            }
            10 => Body::PreVote { term: self.term(node), last: self.position(node) },
            11 => Body::PreVoteReply { term: self.term(node), granted },
            12 => {
                let Snapshot { last, membership, data } = self.snapshot();
                let offset = self.dice.pick(&[0, 0, data.len() as u64, u64::MAX]);
                let data = data.to_vec();
                Body::InstallSnapshot(Chunk {
                    last,
                    membership,
                    offset,
                    data,
                    done: granted,
                    round,
                })
            }
            13 => {
                let (last, received) = (self.position(node), self.number());
                Body::InstallSnapshotReply { last, received, installed: granted, round }
            }
            14 => Body::TimeoutNow { last: node.log().last() },
            _ if granted => Body::ReadIndex { read: self.number() },
            _ => Body::ReadIndexReply { read: self.number(), index: Some(self.index(node)) },
        };
        Message { term: self.term(node), body }
    }
}
