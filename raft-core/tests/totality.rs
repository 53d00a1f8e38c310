//! A node is total: no message, however strange, in any state, under any rules, panics it.
#![cfg(feature = "sim")]

mod common;

use common::dice::Dice;
use raft_core::raft::*;
use raft_core::time::Instant;

#[test]
fn strange_inputs_never_panic_a_node() {
    let mut roles = [0; 3];
    for number in 0..4_000 {
        let mut strange = Strange { dice: Dice::new(number) };
        let mut node = strange.node();
        let mut now = Instant(strange.number());
        let mut effects = Vec::new();
        let mut tokens = Vec::new();
        for _ in 0..60 {
            now = Instant(now.0.saturating_add(strange.dice.up_to(400_000)));
            let input = strange.input(&node, &tokens);
            if let Input::Message { message, .. } = &input {
                message.body.index();
            }
            let before = node.clone();
            node.step(now, input, &mut effects);
            check_progress(&before, &node);
            for effect in effects.drain(..) {
                match effect {
                    Effect::Persist(write) => tokens.push(write.token),
                    Effect::Send { .. }
                    | Effect::Apply { .. }
                    | Effect::Resolve { .. }
                    | Effect::Decide(_) => {}
                }
            }
            roles[match node.role() {
                Role::Follower => 0,
                Role::Candidate(_) => 1,
                Role::Leader(_) => 2,
            }] += 1;
            node.deadline();
            for index in [0, 1, strange.number()] {
                node.why_uncommitted(index);
                node.holders(index);
            }
            assert!(node.last_applied() <= node.commit_index());
        }
    }
    assert!(roles.iter().all(|&count| count > 10_000), "every part is played: {roles:?}");
}

/// Whatever peers say, what a leader knows to match never shrinks, and it sends what follows.
fn check_progress(before: &Node, after: &Node) {
    let Role::Leader(now) = after.role() else { return };
    assert!(now.iter().all(|progress| progress.next_index > progress.match_index));
    let Role::Leader(earlier) = before.role() else { return };
    if before.current_term() == after.current_term() {
        let kept = |(old, new): (&Progress, &Progress)| old.match_index <= new.match_index;
        assert!(earlier.iter().zip(now).all(kept));
    }
}

/// The largest term of all leaves no term to stand for election in; waiting goes on all the same.
#[test]
fn in_the_last_term_a_server_waits_and_does_not_spin() {
    let (voters, config, rules) = ([1, 2].map(NodeId).into(), Config::default(), Rules::default());
    let setup = Setup { id: NodeId(1), voters, config, rules, seed: 1 };
    let hard_state = HardState { current_term: Term::MAX, voted_for: None };
    let mut node = Node::restore(setup, hard_state, Log::default(), Instant::ZERO);
    let now = node.deadline().expect("a voter waits");
    node.step(now, Input::Deadline, &mut Vec::new());
    assert_eq!((node.current_term(), node.role()), (Term::MAX, &Role::Follower));
    assert!(node.deadline().is_some_and(|deadline| deadline > now));
}

/// Makes inputs that no server ever sends, among some that one might.
struct Strange {
    dice: Dice,
}

impl Strange {
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
        let payload = match self.dice.up_to(2) {
            0 => Payload::Noop,
            _ => Payload::Command([self.dice.up_to(255) as u8].into()),
        };
        Entry { term, payload }
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
        let config = Config {
            noop: self.dice.up_to(1) == 0,
            batch: self.dice.pick(&[0, 1, 64, usize::MAX]),
            ..Config::default()
        };
        let seed = self.number();
        let setup = Setup { id: NodeId(1), voters: voters.into(), config, rules, seed };
        let mut log = Log::default();
        for _ in 0..self.dice.up_to(5) {
            let term = self.number();
            let entry = self.entry(term);
            log.append(entry);
        }
        let voted_for = match self.dice.up_to(1) {
            0 => None,
            _ => Some(self.id()),
        };
        let hard_state = HardState { current_term: self.number(), voted_for };
        let now = Instant(self.number());
        Node::restore(setup, hard_state, log, now)
    }

    fn input(&mut self, node: &Node, tokens: &[Token]) -> Input {
        match self.dice.up_to(15) {
            0 => Input::Deadline,
            1 | 2 => Input::Timeout,
            3 => Input::Written(Token(self.number())),
            4 | 5 => Input::Written(tokens.last().copied().unwrap_or_default()),
            6 if self.dice.up_to(20) == 0 => Input::WriteFailed,
            6 | 7 => {
                let id = ProposalId(self.number());
                Input::Propose { id, command: vec![0; self.dice.up_to(3) as usize].into() }
            }
            _ => Input::Message { from: self.id(), message: self.message(node) },
        }
    }

    fn message(&mut self, node: &Node) -> Message {
        let body = match self.dice.up_to(4) {
            0 => Body::RequestVote { last: self.position(node) },
            1 => Body::RequestVoteReply { granted: self.dice.up_to(3) > 0 },
            2 => {
                let prev = self.position(node);
                let entries = (0..self.dice.up_to(4)).map(|_| {
                    let term = self.term(node);
                    self.entry(term)
                });
                let entries = entries.collect();
                Body::AppendEntries { prev, entries, commit: self.index(node) }
            }
            3 => Body::AppendEntriesReply(AppendReply::Accepted { match_index: self.index(node) }),
            _ => {
                let (prev, hint) = (self.index(node), self.position(node));
                Body::AppendEntriesReply(AppendReply::Rejected { prev, hint })
            }
        };
        Message { term: self.term(node), body }
    }
}
