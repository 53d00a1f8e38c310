//! PreVote (thesis §9.6): who asks whether it would win, and what is answered.

use super::cluster::*;
use raft_core::chance::Chance;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

const NOBODY: Position = Position { term: 0, index: 0 };

/// Asks ahead and protects nobody.
fn asking() -> Config {
    Config { pre_vote: true, ..plain() }
}

/// Protects leaders and asks nobody.
fn protecting() -> Config {
    Config { check_quorum: true, ..plain() }
}

fn node(id: u32, config: Config, term: Term, voted_for: u32, terms: &[Term]) -> Node {
    kept(setup(id, &[1, 2, 3], config), term, Some(voted_for), log(terms))
}

#[test]
fn a_server_that_could_not_win_raises_no_term_and_one_that_can_wins_the_next() {
    // Thesis §9.6: nothing is written and nothing changes until a majority has promised its votes.
    // Whether a leader lives is asked only with CheckQuorum on; the thesis joins the two.
    let mut cluster = Cluster::of(vec![
        node(1, asking(), 1, 1, &[1, 1]),
        node(2, asking(), 1, 1, &[1, 1]),
        node(3, asking(), 1, 1, &[1]),
    ]);
    let others = [cluster.node(1).clone(), cluster.node(2).clone()];
    cluster.syncs = false;
    cluster.tell(3, Input::Timeout);
    assert_eq!(cluster.states()[2], ("pre-candidate", 1));
    assert!(cluster.out(3).writes.is_empty());
    let sent = cluster.sent();
    assert_eq!(sent, to_each(3, &[1, 2], 1, pre_vote(2, at(1, 1))));
    cluster.air.extend(sent);
    cluster.settle();
    assert_eq!(cluster.nodes[..2], others);
    assert_eq!(cluster.states(), [("follower", 1); 3]);
    let counts =
        |from, granted| Decision::CountsPreVote { from: s(from), granted, votes: 1, voters: 3 };
    let expected = [
        Decision::AsksAhead { term: 2, last: at(1, 1) },
        counts(3, true),
        counts(1, false),
        counts(2, false),
        Decision::StaysFollower { term: 1 },
    ];
    assert_eq!(cluster.decided(3), expected);
    cluster.syncs = true;
    cluster.elect(2);
    assert_eq!(cluster.states(), [("follower", 2), ("leader", 2), ("follower", 2)]);
}

#[test]
fn each_question_ahead_has_a_timeout_of_its_own() {
    // §5.2, thesis §9.6: the term stays, so the draw goes by how often it was asked; else two that
    // ask together would ask together for ever. A leader that is heard begins the count anew.
    let mut node = restored(setup(1, &[1, 2, 3], asking()), 4, &[], Instant::ZERO);
    let drawn = |words: &[u64]| Duration(Chance::of(1, words).between(150_000, 300_000));
    assert_eq!(node.timer().unwrap().until, Instant::ZERO + drawn(&[1, 4]));
    for attempt in 1..=3 {
        let now = node.deadline().unwrap();
        effects(&mut node, now, Input::Deadline);
        let timer = Timer { from: now, until: now + drawn(&[1, 4, attempt]) };
        assert_eq!(node.timer(), Some(timer));
    }
    effects(&mut node, moment(2_000), message(2, 4, append(NOBODY, &[], 0)));
    let timer = Timer { from: moment(2_000), until: moment(2_000) + drawn(&[1, 4]) };
    assert_eq!(node.timer(), Some(timer));
}

/// S3 has slept through two elections; S2 is gone.
fn one_is_two_terms_behind() -> Cluster {
    let mut cluster = Cluster::new(3, asking());
    cluster.elect(1);
    cluster.isolate(3);
    cluster.elect(2);
    cluster.elect(1);
    assert_eq!(cluster.states(), [("leader", 3), ("follower", 3), ("follower", 1)]);
    cluster.heal();
    cluster.isolate(2);
    cluster.forget();
    cluster
}

#[test]
fn a_promise_carries_the_term_that_was_asked_for_and_a_refusal_the_term_of_who_refuses() {
    // Thesis §9.6: else the promise of a server in a smaller term would look out of date, and one
    // that is behind would never learn by how much.
    let mut cluster = one_is_two_terms_behind();
    cluster.tell(3, Input::Timeout);
    cluster.deliver_one();
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, pre_vote_reply(2, false))]);
    cluster.hear(3, 1, 3, pre_vote_reply(2, false));
    assert_eq!(cluster.states()[2], ("follower", 3));
    let enters = Decision::EntersTerm { from: 1, to: 3, told_by: s(1), led: false };
    assert_eq!(cluster.decided(3).last(), Some(&enters));

    let mut cluster = one_is_two_terms_behind();
    let (leader, last) = (cluster.node(1).clone(), at(3, 3));
    cluster.nodes[0] = kept(setup(1, &[1, 2, 3], asking()), 3, Some(1), leader.log().clone());
    cluster.tell(1, Input::Timeout);
    let asks = envelope(1, 3, 3, pre_vote(4, last));
    assert_eq!(cluster.air, [asks]);
    cluster.deliver_one();
    assert_eq!(cluster.air, [envelope(3, 1, 1, pre_vote_reply(4, true))]);
    cluster.settle();
    assert_eq!(cluster.states(), [("leader", 4), ("follower", 3), ("follower", 4)]);
    assert_eq!(cluster.terms(3), [1, 2, 3, 4]);
}

#[test]
fn a_promise_for_another_term_counts_for_nothing() {
    // Thesis §9.6: it answers an earlier question.
    for (asked, granted) in [(3, true), (4, true), (6, true), (4, false), (6, false)] {
        let mut cluster = Cluster::in_role("pre-candidate", 3, asking(), 4, &[]);
        let before = cluster.node(1).clone();
        cluster.hear(1, 2, 4, pre_vote_reply(asked, granted));
        assert_eq!(*cluster.node(1), before, "for term {asked}");
        assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]));
    }
}

#[test]
fn a_promise_never_raises_a_term_and_a_refusal_does_only_from_a_larger_one() {
    // Thesis §9.6: a promise is about the term that was asked for, whoever gives it.
    for (theirs, granted, expected) in [
        (9, true, ("candidate", 5)),
        (3, true, ("candidate", 5)),
        (9, false, ("follower", 9)),
        (4, false, ("pre-candidate", 4)),
        (3, false, ("pre-candidate", 4)),
    ] {
        let mut cluster = Cluster::in_role("pre-candidate", 3, asking(), 4, &[]);
        cluster.hear(1, 2, theirs, pre_vote_reply(5, granted));
        assert_eq!(cluster.states(), [expected], "{granted} in term {theirs}");
    }
}

#[test]
fn two_that_ask_together_may_both_stand_and_split_the_vote() {
    // Thesis §9.6, §5.2: a promise binds nobody, so both get one; the votes split, and whoever
    // asks again first leads the term after.
    let mut cluster = Cluster::new(3, asking());
    cluster.elect(1);
    cluster.isolate(1);
    cluster.tell(2, Input::Timeout);
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("leader", 1), ("candidate", 2), ("candidate", 2)]);
    let ballot = |own, other| Ballot { granted: ids(&[own]), refused: ids(&[other]) };
    assert_eq!(*cluster.node(2).role(), Role::Candidate(ballot(2, 3)));
    assert_eq!(*cluster.node(3).role(), Role::Candidate(ballot(3, 2)));
    cluster.elect(2);
    assert_eq!(cluster.states(), [("leader", 1), ("leader", 3), ("follower", 3)]);
}

/// S3, whose term is larger and whose log is shorter, has just begun to ask ahead.
fn rolled_out(config: Config) -> Cluster {
    let (first, second) = (node(1, config, 2, 1, &[1, 2]), node(2, config, 2, 1, &[1, 2]));
    Cluster::of(vec![first, second, node(3, config, 4, 3, &[1])])
}

#[test]
fn a_cluster_in_which_one_server_is_terms_ahead_can_still_elect() {
    // Thesis §9.6: PreVote may be turned on server by server. The one ahead cannot win, and its
    // refusal lifts the other to its term.
    let mut cluster = rolled_out(asking());
    cluster.isolate(1);
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states()[1..], [("follower", 2), ("pre-candidate", 4)]);
    cluster.tell(2, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states()[1..], [("follower", 4), ("pre-candidate", 4)]);
    cluster.elect(2);
    assert_eq!(cluster.states()[1..], [("leader", 5), ("follower", 5)]);
    assert_eq!(cluster.terms(3), [1, 2, 5]);
}

#[test]
fn a_server_that_is_terms_ahead_and_asks_ahead_frees_itself_by_answering_the_leader() {
    // §5.1: it protects nobody and is refused by all; the leader hears of its term from the answer
    // to a heartbeat.
    let mut cluster = rolled_out(Config { pre_vote: true, ..protecting() });
    cluster.now = moment(200);
    cluster.cut = vec![(s(1), s(3)), (s(2), s(3)), (s(3), s(1)), (s(3), s(2))];
    cluster.elect(1);
    cluster.heal();
    cluster.tell(3, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("leader", 3), ("follower", 3), ("follower", 4)]);
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 4), ("follower", 3), ("follower", 4)]);
    // Whoever asks next hears of that term, and asks again.
    cluster.now = moment(400);
    cluster.tell(2, Input::Timeout);
    cluster.settle();
    assert_eq!(cluster.states(), [("follower", 4); 3]);
    cluster.elect(2);
    assert_eq!(cluster.states(), [("follower", 5), ("leader", 5), ("follower", 5)]);
}
