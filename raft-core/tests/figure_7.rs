//! Figure 7: the logs that followers may have when a leader of term 8 comes to power.
//!
//! A script cannot give servers such logs shortly, so they are restored from disk as they are, and
//! every message arrives at once.

use raft_core::raft::*;
use raft_core::time::Instant;
use std::collections::VecDeque;

/// The leader's log by terms, from index 1.
const LEADER: &[Term] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

/// Each follower's log, whether it votes for the leader, and how many requests it refuses before
/// the place is found where the logs part.
const FOLLOWERS: [(&[Term], bool, usize); 6] = [
    (&[1, 1, 1, 4, 4, 5, 5, 6, 6], true, 1),
    (&[1, 1, 1, 4], true, 1),
    (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], false, 0),
    (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], false, 0),
    (&[1, 1, 1, 4, 4, 4, 4], true, 1),
    (&[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], true, 1),
];

#[test]
fn one_leader_makes_all_the_logs_of_figure_7_its_own() {
    let logs = [LEADER].into_iter().chain(FOLLOWERS.map(|(log, ..)| log));
    let mut cluster = Cluster::new(logs);
    cluster.tell(0, Input::Timeout);
    assert!(cluster.nodes[0].is_leader());
    assert_eq!(cluster.nodes[0].current_term(), 8);
    let command: std::sync::Arc<[u8]> = [5].into();
    cluster.tell(0, Input::Propose { id: ProposalId(1), command });
    // The others hear of the commit with the next heartbeat.
    cluster.tell(0, Input::Timeout);

    let expected: Vec<Term> = LEADER.iter().copied().chain([8]).collect();
    for (node, (log, votes, refusals)) in cluster.nodes[1..].iter().zip(FOLLOWERS) {
        let terms: Vec<Term> = node.log().iter().map(|entry| entry.term).collect();
        assert_eq!(terms, expected, "{log:?}");
        assert_eq!(node.log(), cluster.nodes[0].log(), "{log:?}");
        assert_eq!(node.commit_index(), 11, "{log:?}");
        let decided = |test: fn(&Decision) -> bool| {
            let own = cluster.decisions.iter().filter(|(id, _)| *id == node.id());
            own.filter(|(_, decision)| test(decision)).count()
        };
        let voted = decided(|what| matches!(what, Decision::GrantsVote { .. })) > 0;
        assert_eq!(voted, votes, "{log:?}");
        let refused = decided(|what| matches!(what, Decision::RefusesEntries { .. }));
        assert_eq!(refused, refusals, "{log:?}");
    }
}

/// Servers whose messages arrive and whose writes are done at once.
struct Cluster {
    nodes: Vec<Node>,
    decisions: Vec<(NodeId, Decision)>,
}

impl Cluster {
    /// Servers of term 7 with these logs.
    fn new<'a>(logs: impl Iterator<Item = &'a [Term]>) -> Cluster {
        let restore = |(id, terms): (u32, &[Term])| {
            let mut log = Log::default();
            for &term in terms {
                log.append(Entry { term, payload: Payload::Noop });
            }
            let hard_state = HardState { current_term: 7, ..HardState::default() };
            let config = Config::paper();
            let (voters, rules) = ((1..=7).map(NodeId).collect(), Rules::default());
            let learners = [].into();
            let setup = Setup { id: NodeId(id), voters, learners, config, rules, seed: 1 };
            Node::restore(setup, Saved { hard_state, snapshot: None, log }, Instant::ZERO)
        };
        Cluster { nodes: (1..).zip(logs).map(restore).collect(), decisions: Vec::new() }
    }

    /// Tells a server something, and lets all that follows happen.
    fn tell(&mut self, server: usize, input: Input) {
        let mut inputs = VecDeque::from([(server, input)]);
        while let Some((at, input)) = inputs.pop_front() {
            let mut effects = Vec::new();
            self.nodes[at].step(Instant(1), input, &mut effects);
            let from = self.nodes[at].id();
            for effect in effects {
                match effect {
                    Effect::Persist(write) => {
                        inputs.push_front((at, Input::Written(write.token)));
                    }
                    Effect::Send { to, message } => {
                        inputs.push_back((to.0 as usize - 1, Input::Message { from, message }));
                    }
                    Effect::Decide(decision) => self.decisions.push((from, decision)),
                    Effect::Apply { .. }
                    | Effect::Resolve { .. }
                    | Effect::Restore(_)
                    | Effect::TakeSnapshot { .. }
                    | Effect::Compact { .. } => {}
                }
            }
        }
    }
}
