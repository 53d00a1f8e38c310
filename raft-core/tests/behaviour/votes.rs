//! Votes (§5.2, §5.4.1): who counts, who gets one, and who may ask for them (§6, thesis §4.2).

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

const NOBODY: Position = Position { term: 0, index: 0 };

/// Voters, who grants and who refuses beside the candidate itself, and what follows.
type Tally = (u32, &'static [u32], &'static [u32], &'static str);

#[test]
fn a_majority_of_votes_makes_a_leader_and_refusals_alone_unmake_no_candidate() {
    // §5.2: a candidate remains one until it wins, another does, or its timer runs out: these are
    // the only three. Others fall back once a majority has refused.
    const TALLIES: [Tally; 10] = [
        (1, &[], &[], "leader"),
        (3, &[2], &[], "leader"),
        (3, &[2, 3], &[], "leader"),
        (3, &[], &[], "candidate"),
        (3, &[], &[2, 3], "candidate"),
        (4, &[2], &[], "candidate"),
        (5, &[2, 3], &[], "leader"),
        (5, &[2], &[3, 4, 5], "candidate"),
        (5, &[], &[2, 3, 4, 5], "candidate"),
        (5, &[4, 5], &[2, 3], "leader"),
    ];
    for (voters, granted, refused, role) in TALLIES {
        let case = format!("{voters} voters, {granted:?} grant, {refused:?} refuse");
        let mut cluster = Cluster::lone(voters, Config::paper(), 0, &[]);
        cluster.tell(1, Input::Timeout);
        let until = cluster.timer(1).until;
        refused.iter().for_each(|&from| cluster.hear(1, from, 1, vote(false)));
        granted.iter().for_each(|&from| cluster.hear(1, from, 1, vote(true)));
        assert_eq!(cluster.states(), [(role, 1)], "{case}");
        let decided = cluster.decided(1);
        let votes = (1 + granted.len() as u32).min(voters / 2 + 1);
        let leads = Decision::Leads { term: 1, votes, voters };
        assert_eq!(decided.contains(&leads), role == "leader", "{case}: {decided:?}");
        if role == "candidate" {
            assert_eq!(cluster.timer(1).until, until, "{case}");
            let granted = ids(&[&[1], granted].concat());
            let ballot = Ballot { granted, refused: ids(refused) };
            assert_eq!(*cluster.node(1).role(), Role::Candidate(ballot), "{case}");
        }
    }
}

#[test]
fn an_answer_counts_once_and_only_from_a_voter_of_this_term() {
    // §5.2: a majority of different servers, in the term of the election.
    let mut cluster = Cluster::in_role("candidate", 5, Config::paper(), 2, &[]);
    for (from, term) in [(2, 2), (2, 2), (9, 2), (3, 1), (4, 0)] {
        cluster.hear(1, from, term, vote(true));
        assert_eq!(cluster.states(), [("candidate", 2)], "S{from} in term {term}");
    }
    cluster.hear(1, 3, 2, vote(false));
    cluster.hear(1, 3, 2, vote(false));
    let ballot = Ballot { granted: ids(&[1, 2]), refused: ids(&[3]) };
    assert_eq!(*cluster.node(1).role(), Role::Candidate(ballot));
    cluster.hear(1, 4, 2, vote(true));
    assert_eq!(cluster.states(), [("leader", 2)]);
}

#[test]
fn who_could_not_win_stands_back_as_soon_as_it_is_sure() {
    // Thesis §9.6: with a majority of promises it stands; without the hope of one it is a follower
    // again, in its own term; else it waits.
    const TALLIES: [Tally; 9] = [
        (1, &[], &[], "leader"),
        (3, &[2], &[], "candidate"),
        (3, &[], &[2], "pre-candidate"),
        (3, &[], &[2, 3], "follower"),
        (4, &[2], &[], "pre-candidate"),
        (4, &[], &[2, 3], "follower"),
        (5, &[2], &[3, 4], "pre-candidate"),
        (5, &[2], &[3, 4, 5], "follower"),
        (5, &[2, 3], &[4, 5], "candidate"),
    ];
    for (voters, granted, refused, role) in TALLIES {
        let case = format!("{voters} voters, {granted:?} grant, {refused:?} refuse");
        let mut cluster = Cluster::lone(voters, Config { pre_vote: true, ..plain() }, 4, &[]);
        cluster.tell(1, Input::Timeout);
        granted.iter().for_each(|&from| cluster.hear(1, from, 4, pre_vote_reply(5, true)));
        refused.iter().for_each(|&from| cluster.hear(1, from, 4, pre_vote_reply(5, false)));
        let stands = role == "candidate" || role == "leader";
        assert_eq!(cluster.states(), [(role, 4 + Term::from(stands))], "{case}");
        let decided = cluster.decided(1);
        let stays = Decision::StaysFollower { term: 4 };
        assert_eq!(decided.contains(&stays), role == "follower", "{case}: {decided:?}");
        let campaigns = Decision::Campaigns { term: 5, last: NOBODY };
        assert_eq!(decided.contains(&campaigns), stands, "{case}: {decided:?}");
    }
}

#[test]
fn a_server_votes_once_in_a_term_and_repeats_that_vote() {
    // §5.2: at most one candidate, first come, first served; the answer may be lost, so the same
    // candidate is granted again, and then nothing is left to write.
    for (voted_for, from) in
        [(None, 2), (None, 3), (Some(2), 2), (Some(3), 3), (Some(2), 3), (Some(3), 2)]
    {
        let mut node = kept(setup(1, &[1, 2, 3], Config::paper()), 1, voted_for, log(&[]));
        let granted = voted_for.is_none_or(|voted| voted == from);
        let done = effects(&mut node, moment(5), message(from, 1, request_vote(NOBODY)));
        let decision = match voted_for.filter(|_| !granted) {
            None => Decision::GrantsVote { to: s(from), term: 1 },
            Some(other) => {
                let why = VoteRefusal::VotedFor(s(other));
                Decision::RefusesVote { to: s(from), term: 1, why }
            }
        };
        let answer = Message { term: 1, body: vote(granted) };
        let answers = Effect::Send { to: s(from), message: answer };
        let hard_state = HardState { current_term: 1, voted_for: Some(s(from)), birth: 0 };
        let (token, hard_state) = (Token(1), Some(hard_state));
        let write = Write { token, hard_state, snapshot: None, log: None };
        if voted_for.is_none() {
            assert_eq!(done, [Effect::Decide(decision), Effect::Persist(write)]);
            assert_eq!(effects(&mut node, moment(5), Input::Written(Token(1))), [answers]);
        } else {
            assert_eq!(done, [Effect::Decide(decision), answers]);
        }
        let armed = if granted { moment(5) } else { Instant::ZERO };
        assert_eq!(node.timer().unwrap().from, armed, "{voted_for:?} asked by S{from}");
        assert_eq!(node.voted_for(), Some(s(if granted { from } else { voted_for.unwrap() })));
    }
}

/// The voter's log, the candidate's last entry, and whether it is up to date.
type Comparison = (&'static [Term], Position, bool);

#[test]
fn a_vote_and_a_promise_go_only_to_logs_at_least_as_up_to_date() {
    // §5.4.1: the later last term is more up to date, and in the same term the longer log.
    // Thesis §9.6: the same holds for what is asked ahead.
    let comparisons: [Comparison; 19] = [
        (&[], at(0, 0), true),
        (&[1], at(1, 1), true),
        (&[1], at(2, 1), true),
        (&[1, 1], at(1, 1), false),
        (&[1], at(1, 2), true),
        (&[1], at(2, 2), true),
        (&[1, 1], at(1, 2), true),
        (&[2], at(1, 1), false),
        (&[2], at(2, 1), false),
        (&[2, 2], at(1, 1), false),
        (&[2, 2], at(2, 0), false),
        (&[2, 2], at(3, 0), false),
        (&[2, 2], at(3, 1), false),
        (&[2, 2], at(0, 2), false),
        (&[2, 2], at(1, 2), false),
        (&[2, 2], at(2, 2), true),
        (&[2, 2], at(3, 2), true),
        (&[2, 2], at(1, 3), true),
        (&[2, 2], at(9, 3), true),
    ];
    for (terms, last, granted) in comparisons {
        let ours = log(terms).last();
        let why = VoteRefusal::LogBehind { theirs: last, ours };

        let mut cluster = Cluster::lone(3, Config::paper(), 3, terms);
        cluster.hear(1, 2, 3, request_vote(last));
        let decision = match granted {
            true => Decision::GrantsVote { to: s(2), term: 3 },
            false => Decision::RefusesVote { to: s(2), term: 3, why },
        };
        assert_eq!(cluster.decided(1), [decision], "{terms:?}");
        assert_eq!(cluster.sent(), [envelope(1, 2, 3, vote(granted))], "{terms:?}, {last}");
        assert_eq!(cluster.node(1).voted_for(), granted.then_some(s(2)));

        let mut cluster = Cluster::lone(3, Config::paper(), 3, terms);
        let before = cluster.node(1).clone();
        cluster.hear(1, 2, 3, pre_vote(4, last));
        let decision = match granted {
            true => Decision::GrantsPreVote { to: s(2), term: 4 },
            false => Decision::RefusesPreVote { to: s(2), term: 4, why },
        };
        assert_eq!(cluster.decided(1), [decision], "{terms:?}");
        assert_eq!(cluster.sent(), [envelope(1, 2, 3, pre_vote_reply(4, granted))]);
        assert_eq!(*cluster.node(1), before, "a promise changes nothing");
    }
}

#[test]
fn who_stands_or_leads_has_no_vote_left_in_its_term() {
    // §5.2: a candidate has voted for itself. Ahead of an election nobody has: such a server may
    // still vote for another in the term that it would leave.
    for role in ROLES {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 3, &[2, 2]);
        let free = role == "follower" || role == "pre-candidate";
        cluster.hear(1, 2, 3, request_vote(at(9, 2)));
        assert_eq!(cluster.sent(), [envelope(1, 2, 3, vote(free))], "{role}");
        assert_eq!(cluster.node(1).voted_for(), Some(s(if free { 2 } else { 1 })));
        let why = VoteRefusal::VotedFor(s(1));
        let decision = match free {
            true => Decision::GrantsVote { to: s(2), term: 3 },
            false => Decision::RefusesVote { to: s(2), term: 3, why },
        };
        assert_eq!(cluster.decided(1), [decision], "{role}");
    }
    // A leader's timer is that of its heartbeats; not even a request in its own name moves it.
    let mut cluster = Cluster::leading(3, Config::paper(), 3, &[2, 2]);
    let timer = cluster.timer(1);
    cluster.now = moment(10);
    cluster.hear(1, 1, 3, request_vote(at(2, 2)));
    assert_eq!((cluster.timer(1), cluster.states()), (timer, vec![("leader", 3)]));
}

#[test]
fn a_promise_speaks_of_a_later_term_only_whatever_the_vote_of_this_one() {
    // Thesis §9.6: the question is about the next term, in which nobody has voted yet. One about
    // our own term or before is out of date, whether we voted or not.
    for (role, asked) in
        ROLES.into_iter().flat_map(|role| [1, 2, 3, 4, 9].map(|asked| (role, asked)))
    {
        let mut cluster = Cluster::in_role(role, 3, Config::paper(), 3, &[]);
        let before = cluster.node(1).clone();
        cluster.hear(1, 2, asked - 1, pre_vote(asked, NOBODY));
        let granted = asked > 3;
        let why = VoteRefusal::StaleTerm { theirs: asked - 1 };
        let decision = match granted {
            true => Decision::GrantsPreVote { to: s(2), term: asked },
            false => Decision::RefusesPreVote { to: s(2), term: asked, why },
        };
        assert_eq!(cluster.decided(1), [decision], "{role}");
        let answer = envelope(1, 2, 3, pre_vote_reply(asked, granted));
        assert_eq!(cluster.sent(), [answer], "{role}, {asked}");
        assert_eq!(*cluster.node(1), before, "{role} is what it was");
    }
}

fn learner(id: u32, voters: &[u32], learners: &[u32]) -> Setup {
    Setup { learners: ids(learners).into(), ..setup(id, voters, plain()) }
}

#[test]
fn a_learner_never_stands_but_votes() {
    // Thesis §4.2.1: it has no timer; but its own membership may be out of date, so who asks for
    // its vote gets it.
    let mut node = kept(learner(3, &[1, 2], &[3]), 1, None, log(&[1]));
    assert_eq!((node.deadline(), node.timer()), (None, None));
    for input in [Input::Timeout, Input::Deadline] {
        assert_eq!(effects(&mut node, moment(900), input), []);
    }
    assert_eq!((node.current_term(), node.role()), (1, &Role::Follower));
    let mut cluster = Cluster::of(vec![node]);
    cluster.hear(1, 2, 1, pre_vote(2, at(1, 1)));
    cluster.hear(1, 2, 1, pre_vote(2, NOBODY));
    cluster.hear(1, 2, 2, request_vote(at(1, 1)));
    cluster.hear(1, 1, 2, request_vote(at(1, 1)));
    let answers: Vec<Body> = cluster.sent().into_iter().map(|sent| sent.message.body).collect();
    let ahead = [pre_vote_reply(2, true), pre_vote_reply(2, false)];
    assert_eq!(answers, [&ahead[..], &[vote(true), vote(false)]].concat());
}

#[test]
fn the_vote_of_a_server_that_does_not_know_of_its_promotion_elects() {
    // §6, thesis §4.2.1: S3 was promoted, which S1 and S2 have committed; S1 is gone. Whether a
    // vote counts is the candidate's question, by the membership in its own log.
    let promoted = membership(Membership::of(&ids(&[1, 2, 3])), 1);
    let mut longer = log(&[1]);
    longer.append(promoted);
    let mut cluster = Cluster::of(vec![
        kept(learner(1, &[1, 2], &[3]), 1, Some(1), longer.clone()),
        kept(learner(2, &[1, 2], &[3]), 1, Some(1), longer),
        kept(learner(3, &[1, 2], &[3]), 1, None, log(&[1])),
    ]);
    assert!(cluster.node(3).membership().is_learner(s(3)));
    cluster.isolate(1);
    cluster.tell(2, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 1), ("leader", 2), ("follower", 2)]);
    let leads = Decision::Leads { term: 2, votes: 2, voters: 3 };
    assert!(cluster.decided(2).contains(&leads));
    assert_eq!(cluster.terms(3), [1, 1, 2]);
    assert!(cluster.node(3).membership().is_voter(s(3)));
}

#[test]
fn a_stranger_to_its_own_membership_stands_for_nobody() {
    // Thesis §3.10, §4.2.2: neither its timer nor the leader's request makes it stand, and votes
    // for it find no candidate.
    let mut node = kept(setup(4, &[1, 2, 3], plain()), 1, None, log(&[1]));
    assert_eq!(node.deadline(), None);
    effects(&mut node, moment(1), message(1, 1, append(at(1, 1), &[], 1)));
    assert_eq!(node.leader(), Some(s(1)));
    let before = node.clone();
    let told = message(1, 1, Body::TimeoutNow { last: at(1, 1) });
    for input in [told, Input::Timeout, message(2, 1, vote(true)), message(3, 1, vote(true))] {
        assert_eq!(effects(&mut node, moment(2), input), []);
    }
    assert_eq!(node, before);
}

/// Who stands, the membership of an uncommitted entry in its log, whom it asks, and who of them has
/// to agree.
type Standing = (u32, &'static [u32], &'static [u32], &'static [u32]);

#[test]
fn a_membership_that_only_stands_in_the_log_decides_who_is_asked_and_counted() {
    // §6: it is in force from the moment it is appended. Others put it in force when applied, and
    // must then keep a server with an unapplied one from standing. Thesis §4.2.2: one that is to
    // be removed may still be needed, so it stands, and does not count itself.
    const STANDINGS: [Standing; 4] = [
        (1, &[1, 2, 3, 4], &[2, 3, 4], &[2, 3]),
        (1, &[1, 3], &[3], &[3]),
        (4, &[1, 2, 3, 4], &[1, 2, 3], &[1, 2]),
        (3, &[1, 2], &[1, 2], &[1, 2]),
    ];
    for (id, voters, asked, needed) in STANDINGS {
        let mut log = log(&[1]);
        log.append(membership(Membership::of(&ids(voters)), 1));
        let mut node = kept(setup(id, &[1, 2, 3], plain()), 1, None, log);
        assert_eq!((node.commit_index(), node.membership_index()), (0, 2));
        assert_eq!(node.deadline(), node.timer().map(|timer| timer.until));
        effects(&mut node, moment(1), Input::Timeout);
        let sent = effects(&mut node, moment(1), Input::Written(Token(1)));
        let message = Message { term: 2, body: request_vote(at(2, 1)) };
        let ask = |&to: &u32| Effect::Send { to: s(to), message: message.clone() };
        let expected: Vec<Effect> = asked.iter().map(ask).collect();
        assert_eq!(sent[..expected.len()], expected);
        let granted = if voters.contains(&id) { ids(&[id]) } else { vec![] };
        assert_eq!(*node.role(), Role::Candidate(Ballot { granted, refused: vec![] }));
        for &from in needed {
            assert!(!node.is_leader(), "S{id} before the vote of S{from}");
            effects(&mut node, moment(1), self::message(from, 2, vote(true)));
        }
        assert!(node.is_leader(), "S{id}");
    }
}

#[test]
fn who_knows_that_its_removal_is_committed_stands_no_longer() {
    // Thesis §4.2.2: then the others can elect a leader without it.
    let mut log = log(&[1]);
    log.append(membership(Membership::of(&ids(&[1, 2])), 1));
    let mut node = kept(setup(3, &[1, 2, 3], plain()), 1, None, log);
    for (commit, stands) in [(0, true), (1, true), (2, false)] {
        effects(&mut node, moment(1), message(1, 1, append(at(2, 1), &[], commit)));
        assert_eq!(node.deadline().is_some(), stands, "commit {commit}");
    }
    assert_eq!(effects(&mut node, moment(900), Input::Timeout), []);
    assert_eq!((node.role(), node.current_term()), (&Role::Follower, 1));
}

#[test]
fn a_joint_membership_elects_with_a_majority_of_each_half() {
    // §6: C_old = S1 S2 S3 and C_new = S1 S4 S5; a majority of all five is not enough.
    const GRANTS: [(&[u32], bool); 8] = [
        (&[], false),
        (&[2], false),
        (&[2, 3], false),
        (&[4, 5], false),
        (&[2, 4], true),
        (&[3, 5], true),
        (&[2, 3, 4], true),
        (&[4, 5, 3], true),
    ];
    let joint = Membership { outgoing: ids(&[1, 2, 3]), ..Membership::of(&ids(&[1, 4, 5])) };
    for (pre_vote, (granted, wins)) in GRANTS.into_iter().flat_map(|g| [(false, g), (true, g)]) {
        let mut log = log(&[]);
        log.append(membership(joint.clone(), 1));
        let config = Config { pre_vote, ..plain() };
        let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], config), 1, None, log)]);
        cluster.tell(1, Input::Timeout);
        let asks = if pre_vote { self::pre_vote(2, at(1, 1)) } else { request_vote(at(1, 1)) };
        let term = if pre_vote { 1 } else { 2 };
        assert_eq!(cluster.sent(), to_each(1, &[2, 3, 4, 5], term, asks));
        let grants = if pre_vote { pre_vote_reply(2, true) } else { vote(true) };
        granted.iter().for_each(|&from| cluster.hear(1, from, term, grants.clone()));
        let role = match (pre_vote, wins) {
            (false, false) | (true, true) => "candidate",
            (true, false) => "pre-candidate",
            (false, true) => "leader",
        };
        let term = if wins { 2 } else { term };
        assert_eq!(cluster.states(), [(role, term)], "{granted:?}, ahead: {pre_vote}");
    }
}

#[test]
fn a_joint_membership_gives_up_when_either_half_refuses() {
    // §6, thesis §9.6: two refusals in one half are enough to make a majority of it impossible.
    const REFUSALS: [(&[u32], &str); 4] = [
        (&[2], "pre-candidate"),
        (&[2, 4], "pre-candidate"),
        (&[2, 3], "follower"),
        (&[4, 5], "follower"),
    ];
    let joint = Membership { outgoing: ids(&[1, 2, 3]), ..Membership::of(&ids(&[1, 4, 5])) };
    for (refused, role) in REFUSALS {
        let mut log = log(&[]);
        log.append(membership(joint.clone(), 1));
        let config = Config { pre_vote: true, ..plain() };
        let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], config), 1, None, log)]);
        cluster.tell(1, Input::Timeout);
        refused.iter().for_each(|&from| cluster.hear(1, from, 1, pre_vote_reply(2, false)));
        assert_eq!(cluster.states(), [(role, 1)], "{refused:?}");
    }
}
