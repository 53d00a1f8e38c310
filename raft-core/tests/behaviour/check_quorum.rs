//! CheckQuorum (thesis §4.2.3, §6.2): a leader that hears nobody steps down, and followers protect
//! one that lives.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

const NOBODY: Position = Position { term: 0, index: 0 };

/// Protects leaders and asks nobody ahead.
fn protecting() -> Config {
    Config { check_quorum: true, ..plain() }
}

/// S1 follows S2, whom it has heard at 100 ms, in term 1 with the log [1].
fn following(config: Config) -> Cluster {
    let mut cluster = Cluster::lone(3, config, 1, &[1]);
    cluster.now = moment(100);
    cluster.hear(1, 2, 1, append(at(1, 1), &[], 1));
    cluster.forget();
    cluster
}

#[test]
fn a_follower_helps_nobody_to_replace_a_leader_it_has_just_heard() {
    // Thesis §4.2.3, §6.4.1: within the shortest election timeout a request for votes is dropped,
    // its term included; a question ahead, which the thesis leaves open, is refused in words. The
    // leader's own wish (§3.10), and the leader itself, are not kept waiting.
    let until = moment(250);
    let why = VoteRefusal::LeaderLives { leader: Some(s(2)), until };
    let config = Config { pre_vote: true, ..protecting() };
    for now in [moment(100), until - Duration(1)] {
        let mut cluster = following(config);
        assert_eq!(cluster.node(1).promised_until(), until);
        cluster.now = now;
        let before = cluster.node(1).clone();
        cluster.hear(1, 3, 2, request_vote(at(1, 1)));
        assert_eq!((cluster.sent(), cluster.node(1)), (vec![], &before));
        let refuses = Decision::RefusesVote { to: s(3), term: 1, why };
        assert_eq!(cluster.decided(1), [refuses]);
        cluster.hear(1, 3, 1, pre_vote(2, at(1, 1)));
        assert_eq!(cluster.sent(), [envelope(1, 3, 1, pre_vote_reply(2, false))]);
        let refuses = Decision::RefusesPreVote { to: s(3), term: 2, why };
        assert_eq!((cluster.decided(1), cluster.node(1)), (vec![refuses], &before));

        cluster.hear(1, 2, 1, pre_vote(2, at(1, 1)));
        assert_eq!(cluster.sent(), [envelope(1, 2, 1, pre_vote_reply(2, true))]);
        cluster.hear(1, 2, 2, request_vote(at(1, 1)));
        assert_eq!(cluster.sent(), [envelope(1, 2, 2, vote(true))]);
        let mut cluster = following(config);
        cluster.hear(1, 3, 2, Body::RequestVote { last: at(1, 1), transfer: true });
        assert_eq!(cluster.sent(), [envelope(1, 3, 2, vote(true))]);
    }
    let mut cluster = following(config);
    cluster.now = until;
    cluster.hear(1, 3, 1, pre_vote(2, at(1, 1)));
    cluster.hear(1, 3, 2, request_vote(at(1, 1)));
    let answers = [envelope(1, 3, 1, pre_vote_reply(2, true)), envelope(1, 3, 2, vote(true))];
    assert_eq!(cluster.sent(), answers);
}

#[test]
fn what_was_promised_holds_on_in_a_term_that_another_message_told_of() {
    // Thesis §6.4.1: a lease is counted on for its time, not for its term. Here an answer is due,
    // since the request is not of a larger term; and a vote that was given is repeated.
    let mut cluster = following(protecting());
    cluster.hear(1, 3, 2, Body::RequestVote { last: NOBODY, transfer: true });
    assert_eq!(cluster.states(), [("follower", 2)]);
    cluster.forget();
    let last = at(1, 1);
    cluster.hear(1, 3, 2, request_vote(last));
    let why = VoteRefusal::LeaderLives { leader: None, until: moment(250) };
    assert_eq!(cluster.decided(1), [Decision::RefusesVote { to: s(3), term: 2, why }]);
    cluster.hear(1, 3, 2, Body::RequestVote { last, transfer: true });
    cluster.hear(1, 3, 2, request_vote(last));
    let answers = [false, true, true].map(|granted| envelope(1, 3, 2, vote(granted)));
    assert_eq!(cluster.sent(), answers);
}

#[test]
fn nobody_is_protected_without_check_quorum() {
    // Thesis §4.2.3: it is one setting with the leader's own stepping down; with only one half a
    // leader that is cut off would be protected for ever.
    let mut cluster = following(Config { pre_vote: true, ..plain() });
    assert_eq!(cluster.node(1).promised_until(), Instant::ZERO);
    cluster.hear(1, 3, 1, pre_vote(2, at(1, 1)));
    cluster.hear(1, 3, 2, request_vote(at(1, 1)));
    let answers = [envelope(1, 3, 1, pre_vote_reply(2, true)), envelope(1, 3, 2, vote(true))];
    assert_eq!(cluster.sent(), answers);
}

#[test]
fn a_server_that_restarts_protects_the_leader_it_may_have_answered() {
    // Thesis §6.4.1: it does not remember; in term 0 there was none.
    for (term, until) in [(0, 0), (1, 157), (9, 157)] {
        let node = restored(setup(1, &[1, 2, 3], protecting()), term, &[], moment(7));
        assert_eq!(node.promised_until(), moment(until));
        let node = restored(setup(1, &[1, 2, 3], plain()), term, &[], moment(7));
        assert_eq!(node.promised_until(), Instant::ZERO);
    }
}

#[test]
fn a_leader_protects_itself_and_a_quorum_that_has_lost_it_replaces_it() {
    // Thesis §4.2.3: a majority that hears no leader any longer needs no leave of its own.
    let mut cluster = Cluster::new(3, Config { pre_vote: true, ..protecting() });
    cluster.elect(1);
    cluster.now = moment(150);
    cluster.tell(2, Input::Timeout);
    cluster.tell(3, Input::Timeout);
    let mut leader = cluster.node(1).clone();
    let refused = effects(&mut leader, moment(150), message(2, 1, pre_vote(2, at(1, 1))));
    let why = VoteRefusal::Leads;
    let refuses = Decision::RefusesPreVote { to: s(2), term: 2, why };
    assert_eq!(refused[0], Effect::Decide(refuses));
    let refused = effects(&mut leader, moment(150), message(2, 2, request_vote(at(1, 1))));
    assert_eq!(refused, [Effect::Decide(Decision::RefusesVote { to: s(2), term: 1, why })]);
    assert!(leader.is_leader());

    cluster.settle();
    // Each promised the other its vote before either stood; so both stood, and both refused.
    assert_eq!(cluster.states(), [("leader", 1), ("candidate", 2), ("candidate", 2)]);
    cluster.elect(2);
    assert_eq!(cluster.states(), [("follower", 3), ("leader", 3), ("follower", 3)]);
}

/// Voters, learners, who answers at 100 ms, and when the leader steps down, in milliseconds.
type Answers = (u32, &'static [u32], &'static [u32], Option<u64>);

#[test]
fn a_leader_that_hears_no_quorum_for_an_election_timeout_steps_down() {
    // Thesis §6.2: at the first heartbeat after the longest election timeout. Who has answered, be
    // it a refusal, is there; a learner does not count (§4.2.1). Others look once in a window.
    const ANSWERS: [Answers; 9] = [
        (1, &[], &[], None),
        (3, &[], &[], Some(350)),
        (3, &[], &[2], Some(450)),
        (3, &[4], &[4], Some(350)),
        (3, &[4], &[3, 4], Some(450)),
        (4, &[], &[2], Some(350)),
        (4, &[], &[2, 3], Some(450)),
        (5, &[], &[4], Some(350)),
        (5, &[], &[2, 5], Some(450)),
    ];
    for (voters, learners, answering, expected) in ANSWERS {
        let founders: Vec<u32> = (1..=voters).collect();
        let setup = setup(1, &founders, protecting());
        let setup = Setup { learners: ids(learners).into(), ..setup };
        let mut cluster = Cluster::of(vec![kept(setup, 6, None, log(&[6]))]);
        cluster.tell(1, Input::Timeout);
        (2..=voters).for_each(|voter| cluster.hear(1, voter, 7, vote(true)));
        let mut stepped_down = None;
        while cluster.now < moment(1_000) && stepped_down.is_none() {
            cluster.now = cluster.node(1).deadline().unwrap();
            cluster.tell(1, Input::Deadline);
            if cluster.now == moment(100) {
                for &peer in answering {
                    cluster.hear(1, peer, 7, rejected(1, NOBODY));
                }
            }
            if !cluster.node(1).is_leader() {
                stepped_down = Some(cluster.now.0 / 1_000);
            }
        }
        assert_eq!(stepped_down, expected, "{voters} voters, {answering:?} answer");
        if expected.is_some() {
            assert_eq!(cluster.states(), [("follower", 7)]);
            assert_eq!(cluster.node(1).leader(), None);
            assert_eq!(cluster.timer(1).from, cluster.now);
            assert_eq!(cluster.decided(1).last(), Some(&Decision::StepsDown { term: 7 }));
        }
    }
}

#[test]
fn a_leader_without_check_quorum_leads_on_though_nobody_answers() {
    // Figure 2: only a larger term ends a leadership.
    let mut cluster = Cluster::leading(3, plain(), 2, &[1]);
    cluster.run(Duration::from_millis(5_000));
    assert_eq!(cluster.states(), [("leader", 2)]);
}

#[test]
fn whoever_stands_too_early_waits_until_a_quorum_has_lost_its_leader() {
    // Thesis §4.2.3: the others drop its requests, and vote once they have heard nothing either.
    let mut cluster = Cluster::new(3, protecting());
    cluster.elect(1);
    cluster.now = moment(100);
    for term in [2, 3] {
        cluster.tell(3, Input::Timeout);
        cluster.settle();
        assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("candidate", term)]);
    }
    cluster.now = moment(150);
    cluster.elect(3);
    assert_eq!(cluster.states(), [("follower", 4), ("follower", 4), ("leader", 4)]);
}

#[test]
fn a_candidate_stuck_in_a_larger_term_frees_itself_by_answering_the_leader() {
    // §5.1: nobody hears its requests, and it hears no leader; its answer ends that leadership, and
    // the old leader, who protects nobody now, may vote for it.
    let mut cluster = Cluster::new(3, protecting());
    cluster.elect(1);
    cluster.isolate(1);
    cluster.now = moment(100);
    for _ in 0..2 {
        cluster.tell(3, Input::Timeout);
        cluster.settle();
    }
    assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("candidate", 3)]);
    cluster.heal();
    cluster.forget();
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 3), ("follower", 1), ("candidate", 3)]);
    let enters = Decision::EntersTerm { from: 1, to: 3, told_by: s(3), led: true };
    assert_eq!(cluster.decided(1), [enters]);
    cluster.elect(3);
    assert_eq!(cluster.states(), [("follower", 4), ("follower", 4), ("leader", 4)]);
}

#[test]
fn a_follower_whose_heartbeats_come_late_deposes_the_leader_unless_it_asks_ahead() {
    // Thesis §9.6, §4.2.3: protection alone keeps the others from voting, not the leader from
    // hearing of the larger term.
    for pre_vote in [false, true] {
        let mut cluster = Cluster::new(3, Config { pre_vote, ..protecting() });
        cluster.elect(1);
        cluster.now = moment(100);
        cluster.tell(1, Input::Timeout);
        let late: Vec<Envelope> = cluster.sent();
        cluster.tell(3, Input::Timeout);
        cluster.settle();
        let stands = if pre_vote { ("follower", 1) } else { ("candidate", 2) };
        assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), stands]);
        cluster.air.extend(late);
        cluster.settle();
        let expected = match pre_vote {
            false => [("follower", 2), ("follower", 1), ("candidate", 2)],
            true => [("leader", 1), ("follower", 1), ("follower", 1)],
        };
        assert_eq!(cluster.states(), expected);
    }
}

#[test]
fn a_follower_that_is_told_to_forget_its_leader_no_longer_protects_it() {
    // Thesis §4.2.3: somebody knows that the leader is gone. Nothing else changes, and a leader
    // that is heard again is followed again.
    let mut cluster = following(Config { pre_vote: true, ..protecting() });
    let timer = cluster.timer(1);
    cluster.now = moment(110);
    cluster.tell(1, Input::ForgetLeader);
    let node = cluster.node(1);
    assert_eq!((node.leader(), node.promised_until()), (None, Instant::ZERO));
    assert_eq!((cluster.states(), cluster.timer(1)), (vec![("follower", 1)], timer));
    cluster.hear(1, 3, 1, pre_vote(2, at(1, 1)));
    cluster.hear(1, 3, 1, pre_vote(2, NOBODY));
    let answers = [pre_vote_reply(2, true), pre_vote_reply(2, false)];
    assert_eq!(cluster.sent(), answers.map(|answer| envelope(1, 3, 1, answer)));
    cluster.hear(1, 2, 1, append(at(1, 1), &[], 1));
    let node = cluster.node(1);
    assert_eq!((node.leader(), node.promised_until()), (Some(s(2)), moment(260)));

    // Where a read may be answered under a lease, the promise to the leader has to be kept.
    let leases = Config { reads: Reads::Lease, ..protecting() };
    let mut cluster = following(leases);
    let before = cluster.node(1).clone();
    cluster.tell(1, Input::ForgetLeader);
    assert_eq!(*cluster.node(1), before);
    for role in ["pre-candidate", "candidate", "leader"] {
        let mut cluster = Cluster::in_role(role, 3, protecting(), 1, &[]);
        let before = cluster.node(1).clone();
        cluster.tell(1, Input::ForgetLeader);
        assert_eq!(*cluster.node(1), before, "{role}");
    }
}

#[test]
fn a_follower_whom_nobody_hears_does_not_stand_while_it_hears_its_leader() {
    // §5.2: a follower remains one as long as it receives valid requests; it need not be heard.
    for config in [plain(), Config::default()] {
        let mut cluster = Cluster::new(3, config);
        cluster.elect(1);
        cluster.cut = vec![(s(2), s(1)), (s(2), s(3))];
        cluster.run(Duration::from_millis(5_000));
        assert_eq!(cluster.states(), [("leader", 1), ("follower", 1), ("follower", 1)]);
        assert_eq!(cluster.node(2).leader(), Some(s(1)));
    }
}
