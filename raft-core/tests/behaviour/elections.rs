//! Elections (§5.1, §5.2): how a server starts, waits, stands, wins and gives way.

use super::cluster::*;
use raft_core::chance::Chance;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

const NOBODY: Position = Position { term: 0, index: 0 };

fn hard_state(current_term: Term, voted_for: Option<u32>) -> Option<HardState> {
    Some(HardState { current_term, voted_for: voted_for.map(NodeId), birth: 0 })
}

fn persist(token: u64, hard_state: Option<HardState>, log: Option<(Index, &[Term])>) -> Effect {
    let log = log.map(|(from, terms)| LogWrite { from, entries: entries(terms) });
    Effect::Persist(Write { token: Token(token), hard_state, snapshot: None, log })
}

fn send(to: u32, term: Term, body: Body) -> Effect {
    Effect::Send { to: s(to), message: Message { term, body } }
}

#[test]
fn a_server_starts_as_a_follower_of_nobody_in_the_term_on_its_disk() {
    // §5.2: servers start as followers, whatever they were before they stopped.
    for (term, voted_for) in [(0, None), (1, Some(1)), (7, Some(2))] {
        let node = kept(setup(1, &[1, 2, 3], plain()), term, voted_for, log(&[]));
        assert_eq!(*node.role(), Role::Follower);
        assert_eq!((node.current_term(), node.voted_for()), (term, voted_for.map(NodeId)));
        assert_eq!((node.leader(), node.commit_index(), node.last_applied()), (None, 0, 0));
        let timer = node.timer().unwrap();
        assert_eq!(timer.from, Instant::ZERO);
        assert!(timer.until >= moment(150) && timer.until <= moment(300), "{timer:?}");
        assert_eq!(node.deadline(), Some(timer.until));
    }
}

#[test]
fn whoever_hears_a_leader_of_a_larger_term_follows_it() {
    // §5.1: a server whose term is exceeded updates it and is a follower.
    for role in ROLES {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 1, &[]);
        cluster.now = moment(10);
        cluster.hear(1, 2, 2, append(NOBODY, &[], 0));
        assert_eq!(cluster.states(), [("follower", 2)], "{role}");
        let node = cluster.node(1);
        assert_eq!((node.leader(), node.voted_for()), (Some(s(2)), None), "{role}");
        assert_eq!(cluster.timer(1).from, moment(10), "{role}");
        let led = role == "leader";
        let enters = Decision::EntersTerm { from: 1, to: 2, told_by: s(2), led };
        let follows = Decision::Follows { leader: s(2), term: 2 };
        assert_eq!(cluster.decided(1), [enters, follows], "{role}");
        assert_eq!(cluster.sent(), [envelope(1, 2, 2, accepted(0))], "{role}");
    }
}

#[test]
fn whoever_is_asked_for_a_vote_in_a_larger_term_is_a_follower_of_nobody_in_it() {
    // §5.1, §5.2: granted or not, the term is entered; the timer starts anew only with the vote,
    // or because a leader has none that waits for an election.
    for (role, granted) in ROLES.into_iter().flat_map(|role| [(role, false), (role, true)]) {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 1, &[1]);
        cluster.now = moment(10);
        let last = if granted { at(1, 1) } else { NOBODY };
        cluster.hear(1, 2, 2, request_vote(last));
        assert_eq!(cluster.states(), [("follower", 2)], "{role}");
        let voted_for = granted.then_some(s(2));
        let node = cluster.node(1);
        assert_eq!((node.leader(), node.voted_for()), (None, voted_for), "{role}");
        let led = role == "leader";
        let armed = if granted || led { moment(10) } else { Instant::ZERO };
        assert_eq!(cluster.timer(1).from, armed, "{role}, {granted}");
        let why = VoteRefusal::LogBehind { theirs: NOBODY, ours: at(1, 1) };
        let answers = match granted {
            true => Decision::GrantsVote { to: s(2), term: 2 },
            false => Decision::RefusesVote { to: s(2), term: 2, why },
        };
        let enters = Decision::EntersTerm { from: 1, to: 2, told_by: s(2), led };
        assert_eq!(cluster.decided(1), [enters, answers], "{role}");
        assert_eq!(cluster.sent(), [envelope(1, 2, 2, vote(granted))], "{role}");
    }
}

/// One message of each kind, as a server of term 1 may have sent it.
fn stale_messages() -> Vec<Body> {
    let (last, round) = (at(9, 1), Round { number: 4, sent_at: moment(3), birth: 0 });
    let data = b"state".to_vec();
    let membership = Membership::of(&ids(&[1, 2, 3])).into();
    vec![
        pre_vote(2, last),
        pre_vote_reply(2, true),
        request_vote(last),
        Body::RequestVote { last, transfer: true },
        vote(true),
        Body::AppendEntries { prev: at(1, 1), entries: entries(&[1]), commit: 1, round },
        Body::AppendEntriesReply { reply: AppendReply::Accepted { match_index: 1 }, round },
        Body::InstallSnapshot(Chunk { last, membership, offset: 0, data, done: true, round }),
        Body::InstallSnapshotReply { last, received: 5, installed: true, round },
        Body::TimeoutNow { last: at(1, 1) },
        Body::ReadIndex { read: 8 },
        Body::ReadIndexReply { read: 8, index: Some(1) },
    ]
}

#[test]
fn a_message_of_a_smaller_term_changes_nothing_and_whoever_asked_learns_the_larger() {
    // §5.1: requests of a stale term are rejected. Others do this only for some settings; here a
    // request is always answered, so that nobody stays behind for ever, and an answer never is.
    // The answer is of another term than the request, so it names none of its rounds.
    let round = Round::default();
    for (role, body) in
        ROLES.into_iter().flat_map(|r| stale_messages().into_iter().map(move |b| (r, b)))
    {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 2, &[1]);
        let before = cluster.node(1).clone();
        let kind = body.kind();
        cluster.hear(1, 2, 1, body);
        assert_eq!(*cluster.node(1), before, "{role} hears {kind:?}");
        let ignores = Decision::IgnoresStale { from: s(2), kind, term: 1, current: 2 };
        let why = VoteRefusal::StaleTerm { theirs: 1 };
        let (decision, answer) = match kind {
            Kind::PreVote => {
                let refuses = Decision::RefusesPreVote { to: s(2), term: 2, why };
                (Some(refuses), Some(pre_vote_reply(2, false)))
            }
            // A promise for another term is out of date whatever it says: nothing to tell.
            Kind::PreVoteReply => (None, None),
            Kind::RequestVote => (Some(ignores), Some(vote(false))),
            Kind::AppendEntries => {
                let reply = AppendReply::Rejected { prev: 1, hint: at(1, 1) };
                (Some(ignores), Some(Body::AppendEntriesReply { reply, round }))
            }
            Kind::InstallSnapshot => {
                let (last, received, installed) = (at(9, 1), 0, false);
                (
                    Some(ignores),
                    Some(Body::InstallSnapshotReply { last, received, installed, round }),
                )
            }
            Kind::RequestVoteReply
            | Kind::AppendEntriesReply
            | Kind::InstallSnapshotReply
            | Kind::TimeoutNow
            | Kind::ReadIndex
            | Kind::ReadIndexReply => (Some(ignores), None),
        };
        assert_eq!(cluster.decided(1), Vec::from_iter(decision), "{role} hears {kind:?}");
        let expected: Vec<Envelope> =
            answer.into_iter().map(|answer| envelope(1, 2, 2, answer)).collect();
        assert_eq!(cluster.sent(), expected, "{role} hears {kind:?}");
    }
}

#[test]
fn a_server_that_hears_of_no_leader_stands_in_the_next_term_with_its_vote_on_disk_first() {
    // §5.2: increments its term, votes for itself and asks all others; Figure 2: what it says
    // depends on a vote that is durable, so nothing leaves before.
    let mut node = restored(setup(1, &[1, 2, 3], Config::paper()), 2, &[1, 2], Instant::ZERO);
    for term in [3, 4] {
        let until = node.timer().unwrap().until;
        let early = until - Duration(1);
        assert_eq!(effects(&mut node, early, Input::Deadline), []);
        let stands = effects(&mut node, until, Input::Deadline);
        let campaigns = Decision::Campaigns { term, last: at(2, 2) };
        let token = term - 2;
        let writes = persist(token, hard_state(term, Some(1)), None);
        assert_eq!(stands, [Effect::Decide(campaigns), writes]);
        assert_eq!(*node.role(), Role::Candidate(Ballot::default()));
        assert_eq!(node.leader(), None);
        let timer = node.timer().unwrap();
        assert_eq!(timer.from, until);
        let length = timer.until.since(until);
        assert!(length >= Duration::from_millis(150) && length <= Duration::from_millis(300));
        let counts = Decision::CountsVote { from: s(1), granted: true, votes: 1, voters: 3 };
        let asks = effects(&mut node, until, Input::Written(Token(token)));
        let request = request_vote(at(2, 2));
        let expected = [send(2, term, request.clone()), send(3, term, request)];
        assert_eq!(asks[..2], expected);
        assert_eq!(asks[2..], [Effect::Decide(counts)]);
    }
}

#[test]
fn who_stands_gives_way_to_a_leader_of_its_term_and_keeps_its_vote() {
    // §5.2: a candidate that hears from a leader whose term is at least as large recognises it.
    // Its vote of that term is given and stays so, or it could vote twice.
    for (role, term) in [("candidate", 1), ("candidate", 2), ("pre-candidate", 1)] {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 1, &[]);
        cluster.now = moment(20);
        cluster.hear(1, 2, term, append(NOBODY, &[], 0));
        assert_eq!(cluster.states(), [("follower", term)]);
        let voted_for = (role == "candidate" && term == 1).then_some(s(1));
        let node = cluster.node(1);
        assert_eq!((node.leader(), node.voted_for()), (Some(s(2)), voted_for));
        assert_eq!(cluster.timer(1).from, moment(20));
        // Votes that were on their way find no candidate.
        cluster.forget();
        cluster.hear(1, 3, term, vote(true));
        cluster.hear(1, 3, term, pre_vote_reply(term + 1, true));
        assert_eq!(cluster.states(), [("follower", term)]);
        assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]));
    }
}

#[test]
fn election_timeouts_fill_their_range_and_seldom_agree() {
    // §5.2: timeouts are chosen randomly from a fixed interval, so that few elections split. Both
    // ends of the interval are possible.
    let config =
        Config { election_min: Duration(10), election_max: Duration(19), ..Config::paper() };
    let timeout = |id: u32, term: Term| {
        let node = restored(setup(id, &[1, 2, 3, 4, 5], config), term, &[], Instant::ZERO);
        node.timer().unwrap().until.0
    };
    let mut seen: Vec<u64> = (0..500).map(|term| timeout(1, term)).collect();
    assert_eq!(seen[7], Chance::of(1, &[1, 7]).between(10, 19));
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, (10..=19).collect::<Vec<u64>>());
    let shared = (0..1_000).filter(|&term| {
        let timeouts: Vec<u64> = (1..=5).map(|id| timeout(id, term)).collect();
        let earliest = *timeouts.iter().min().unwrap();
        timeouts.iter().filter(|&&at| at == earliest).count() > 1
    });
    assert!(shared.count() <= 300);
}

#[test]
fn each_server_in_turn_can_be_elected() {
    // §5.2, thesis §9.6: whoever stands while the others can hear it leads the next term, with
    // the question ahead and without. Others count a term alike in both.
    for pre_vote in [false, true] {
        let mut cluster = Cluster::new(3, Config { pre_vote, ..plain() });
        for (id, term) in [(1, 1), (2, 2), (3, 3), (1, 4)] {
            cluster.elect(id);
            let mut expected = [("follower", term); 3];
            expected[id as usize - 1].0 = "leader";
            assert_eq!(cluster.states(), expected);
            assert!(cluster.nodes.iter().all(|node| node.leader() == Some(s(id))));
        }
    }
}

#[test]
fn an_elected_leader_overwrites_a_newer_log_that_no_majority_holds() {
    // §5.4.1: votes of a lost term do not bind the next; §5.3: what only a minority held goes.
    let node = |id, term, voted_for, terms: &[Term]| {
        kept(setup(id, &[1, 2, 3, 4, 5], plain()), term, voted_for, log(terms))
    };
    let mut cluster = Cluster::of(vec![
        node(1, 1, None, &[1]),
        node(2, 1, None, &[1]),
        node(3, 2, Some(3), &[2]),
        node(4, 2, Some(3), &[]),
        node(5, 2, Some(3), &[]),
    ]);
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    // Three of five have refused. Figure 2 knows of three ends of a candidacy, and this is none of
    // them: it waits for its timer, where others fall back at once.
    assert_eq!(cluster.states()[0], ("candidate", 2));
    let ballot = Ballot { granted: ids(&[1, 2]), refused: ids(&[3, 4, 5]) };
    assert_eq!(*cluster.node(1).role(), Role::Candidate(ballot));
    cluster.elect(1);
    let follower = ("follower", 3);
    assert_eq!(cluster.states(), [("leader", 3), follower, follower, follower, follower]);
    for id in 1..=5 {
        assert_eq!(cluster.terms(id), [1, 3], "S{id}");
    }
    assert_eq!(cluster.node(1).commit_index(), 2);
}

#[test]
fn a_candidate_that_was_cut_off_deposes_the_leader_unless_it_asks_ahead() {
    // §5.1, thesis §9.6: its term is larger, though its log cannot win; asking first spares the
    // leader, and tells the other the term it has missed.
    let mut cluster = Cluster::new(3, plain());
    cluster.cut = vec![(s(1), s(3)), (s(3), s(1))];
    cluster.elect(1);
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("candidate", 1)]);
    cluster.heal();
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 2), ("follower", 2), ("candidate", 2)]);

    let mut cluster = Cluster::new(3, Config { pre_vote: true, ..plain() });
    cluster.cut = vec![(s(1), s(3)), (s(3), s(1))];
    cluster.elect(1);
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    // It asked for term 1; the refusal told it that this term is taken already.
    assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("follower", 1)]);
    cluster.heal();
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("follower", 1)]);
    let stays = Decision::StaysFollower { term: 1 };
    assert_eq!(cluster.decided(3).last(), Some(&stays));
}

#[test]
fn a_candidate_concedes_to_the_winner_of_its_term() {
    // §5.2: the first request of the other candidate, now leader, ends its own candidacy.
    let mut cluster = Cluster::new(3, plain());
    cluster.isolate(1);
    cluster.tell(1, Input::Timeout);
    cluster.elect(3);
    assert_eq!(cluster.states(), [("candidate", 1), ("follower", 1), ("leader", 1)]);
    cluster.heal();
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    cluster.propose(3, 1);
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 1), ("follower", 1), ("leader", 1)]);
    for id in 1..=3 {
        assert_eq!(cluster.node(id).log(), cluster.node(3).log());
        assert_eq!((cluster.terms(id), cluster.node(id).commit_index()), (vec![1, 1], 2));
    }
}

#[test]
fn a_vote_for_itself_that_is_durable_too_late_counts_for_nothing() {
    // Figure 2, §5.2: by then another leads the term, and the candidate follows it.
    let mut cluster = Cluster::lone(3, Config::paper(), 0, &[]);
    cluster.syncs = false;
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 1, append(NOBODY, &[], 0));
    assert_eq!(cluster.states(), [("follower", 1)]);
    cluster.decided(1);
    assert_eq!(cluster.sent(), [], "even the answer waits: the term is not on disk");
    cluster.sync(1);
    assert_eq!(cluster.states(), [("follower", 1)]);
    assert_eq!((cluster.decided(1), cluster.node(1).leader()), (vec![], Some(s(2))));
    assert_eq!(cluster.sent().last(), Some(&envelope(1, 2, 1, accepted(0))));
}

#[test]
fn a_vote_of_an_earlier_candidacy_elects_nobody() {
    // §5.2: votes belong to one term. What was asked ahead of an election needs no write and is
    // no vote at all, so it cannot come too late, as it can where it is written.
    let mut cluster = Cluster::lone(3, Config { pre_vote: true, ..plain() }, 0, &[]);
    cluster.syncs = false;
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 0, pre_vote_reply(1, true));
    assert_eq!(cluster.states(), [("candidate", 1)]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 0, pre_vote_reply(2, true));
    assert_eq!(cluster.states(), [("candidate", 2)]);
    cluster.forget();
    cluster.sync(1);
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]), "term 1 is over");
    cluster.hear(1, 2, 2, vote(true));
    assert_eq!(cluster.states(), [("candidate", 2)], "one vote of three");
    cluster.sync(1);
    assert_eq!(cluster.states(), [("leader", 2)]);
    let leads = Decision::Leads { term: 2, votes: 2, voters: 3 };
    assert!(cluster.decided(1).contains(&leads));
}

#[test]
fn a_single_server_leads_and_commits_as_soon_as_its_disk_has_answered() {
    // §5.2: it is a majority by itself; Figure 2: and counts itself only for what is durable.
    let mut node = Node::found(setup(1, &[1], plain()), Instant::ZERO);
    let mut step = |input| effects(&mut node, moment(1), input);
    let campaigns = Decision::Campaigns { term: 1, last: NOBODY };
    let expected = [Effect::Decide(campaigns), persist(1, hard_state(1, Some(1)), None)];
    assert_eq!(step(Input::Timeout), expected);
    let counts = Decision::CountsVote { from: s(1), granted: true, votes: 1, voters: 1 };
    let leads = Decision::Leads { term: 1, votes: 1, voters: 1 };
    let written = persist(2, None, Some((1, &[1])));
    let expected = [Effect::Decide(counts), Effect::Decide(leads), written];
    assert_eq!(step(Input::Written(Token(1))), expected);
    let commits = |index| Decision::Commits { from: index - 1, to: index, holders: 1 };
    let applies = |index, entry| Effect::Apply { index, entry };
    let noop = Entry { term: 1, payload: Payload::Noop };
    let expected = [Effect::Decide(commits(1)), applies(1, noop)];
    assert_eq!(step(Input::Written(Token(2))), expected);

    let proposed = Entry { term: 1, payload: Payload::Command(command("x")) };
    let log = Some(LogWrite { from: 2, entries: vec![proposed.clone()] });
    let write = Write { token: Token(3), hard_state: None, snapshot: None, log };
    let id = ProposalId(7);
    let proposal = Input::Propose { id, command: command("x") };
    assert_eq!(step(proposal), [Effect::Persist(write)]);
    let resolves = Effect::Resolve { id, outcome: Outcome::Committed(2) };
    let expected = [Effect::Decide(commits(2)), applies(2, proposed), resolves];
    assert_eq!(step(Input::Written(Token(3))), expected);
}
