//! Short words for messages, logs and states, so that a table of cases reads as a table.

use super::*;

/// The parts a server may play in a term.
pub const ROLES: [&str; 4] = ["follower", "pre-candidate", "candidate", "leader"];

/// So many milliseconds after the beginning of time.
pub fn moment(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(ms)
}

/// A request with entries of these terms, as a leader sends it at the beginning of time.
pub fn append(prev: Position, terms: &[Term], commit: Index) -> Body {
    append_at(Instant::ZERO, prev, terms, commit)
}

pub fn append_at(sent_at: Instant, prev: Position, terms: &[Term], commit: Index) -> Body {
    let round = Round { number: 0, sent_at, birth: 0 };
    Body::AppendEntries { prev, entries: entries(terms), commit, round }
}

pub fn accepted(match_index: Index) -> Body {
    answer_to(Instant::ZERO, AppendReply::Accepted { match_index })
}

pub fn rejected(prev: Index, hint: Position) -> Body {
    answer_to(Instant::ZERO, AppendReply::Rejected { prev, hint })
}

/// The answer to a request that was sent at this moment.
pub fn answer_to(sent_at: Instant, reply: AppendReply) -> Body {
    Body::AppendEntriesReply { reply, round: Round { number: 0, sent_at, birth: 0 } }
}

pub fn request_vote(last: Position) -> Body {
    Body::RequestVote { last, transfer: false }
}

pub fn vote(granted: bool) -> Body {
    Body::RequestVoteReply { granted }
}

pub fn pre_vote(term: Term, last: Position) -> Body {
    Body::PreVote { term, last }
}

pub fn pre_vote_reply(term: Term, granted: bool) -> Body {
    Body::PreVoteReply { term, granted }
}

pub fn envelope(from: u32, to: u32, term: Term, body: Body) -> Envelope {
    Envelope { from: NodeId(from), to: NodeId(to), message: Message { term, body } }
}

/// The same message to several servers.
pub fn to_each(from: u32, to: &[u32], term: Term, body: Body) -> Vec<Envelope> {
    to.iter().map(|&to| envelope(from, to, term, body.clone())).collect()
}

pub fn message(from: u32, term: Term, body: Body) -> Input {
    Input::Message { from: NodeId(from), message: Message { term, body } }
}

/// What a server does about something, in order.
pub fn effects(node: &mut Node, now: Instant, input: Input) -> Vec<Effect> {
    let mut effects = Vec::new();
    node.step(now, input, &mut effects);
    effects
}

/// A server with this on its disk.
pub fn kept(setup: Setup, term: Term, voted_for: Option<u32>, log: Log) -> Node {
    let voted_for = voted_for.map(NodeId);
    let hard_state = HardState { current_term: term, voted_for, birth: 0 };
    Node::restore(setup, Saved { hard_state, snapshot: None, log }, Instant::ZERO)
}

pub fn membership(membership: Membership, term: Term) -> Entry {
    Entry { term, payload: Payload::Membership(membership.into()) }
}

impl Cluster {
    /// S1 alone, of so many voters, in a term and with a log of these terms: the others are the
    /// test's.
    pub fn lone(voters: u32, config: Config, term: Term, terms: &[Term]) -> Cluster {
        let voters: Vec<u32> = (1..=voters).collect();
        Cluster::of(vec![restored(setup(1, &voters, config), term, terms, Instant::ZERO)])
    }

    /// S1 alone in a part of this term, with the votes it needs.
    pub fn in_role(role: &str, voters: u32, config: Config, term: Term, terms: &[Term]) -> Cluster {
        let config = Config { pre_vote: role == "pre-candidate", ..config };
        let before = term - Term::from(role == "candidate" || role == "leader");
        let mut cluster = Cluster::lone(voters, config, before, terms);
        if role != "follower" {
            cluster.tell(1, Input::Timeout);
        }
        if role == "leader" {
            (2..=voters).for_each(|voter| cluster.hear(1, voter, term, vote(true)));
        }
        assert_eq!(cluster.states(), [(role, term)]);
        cluster.forget();
        cluster
    }

    /// S1 alone, leading this term.
    pub fn leading(voters: u32, config: Config, term: Term, terms: &[Term]) -> Cluster {
        Cluster::in_role("leader", voters, config, term, terms)
    }

    /// What is in the air, which then never arrives.
    pub fn sent(&mut self) -> Vec<Envelope> {
        self.air.drain(..).collect()
    }

    /// What a server has decided since it was last asked.
    pub fn decided(&mut self, id: u32) -> Vec<Decision> {
        std::mem::take(&mut self.out(id).decisions)
    }

    /// What happened so far is of no interest; messages in the air are lost.
    pub fn forget(&mut self) {
        self.sent();
        self.out.iter_mut().for_each(|out| out.decisions.clear());
    }

    /// The running timer of a server.
    pub fn timer(&self, id: u32) -> Timer {
        self.node(id).timer().expect("it waits for something")
    }

    /// What the leader S1 knows of a peer.
    pub fn progress(&self, peer: u32) -> &Progress {
        let leadership = self.node(1).leadership().expect("S1 leads");
        leadership.peer(NodeId(peer)).expect("it is a peer")
    }
}
