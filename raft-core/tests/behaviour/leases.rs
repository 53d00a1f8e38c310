//! Leases (thesis §6.4.1): how long a leader may read at once, and the promise of its followers
//! that this rests on.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

fn leases() -> Config {
    Config { check_quorum: true, reads: Reads::Lease, ..plain() }
}

/// S1 leads term 2 since the beginning of time; a quorum has everything up to 2.
fn leader(voters: u32, config: Config) -> Cluster {
    let mut cluster = Cluster::leading(voters, config, 2, &[1]);
    (2..=1 + voters / 2).for_each(|peer| cluster.hear(1, peer, 2, accepted(2)));
    cluster.forget();
    cluster
}

fn micros(micros: u64) -> Instant {
    Instant::ZERO + Duration::from_micros(micros)
}

/// Whether a read at this moment needs no round of messages.
fn reads_at_once(cluster: &mut Cluster, now: Instant) -> bool {
    cluster.now = now;
    cluster.forget();
    cluster.read(1, now.0);
    let is_answered = cluster.outcome(1, now.0) == Some(Outcome::Readable(2));
    let lease_until = cluster.node(1).lease_until();
    let at_once = Decision::ReadsAtOnce { index: 2, lease_until };
    assert_eq!(
        (cluster.decided(1) == [at_once], cluster.sent().is_empty()),
        (is_answered, is_answered)
    );
    is_answered
}

#[test]
fn a_lease_begins_when_the_question_is_sent() {
    // Thesis §6.4.1: the answer comes at 100 ms, and the follower may have made its promise at
    // once, so the lease is over at 150 ms.
    let mut cluster = Cluster::leading(3, leases(), 2, &[1]);
    assert_eq!(cluster.node(1).lease_until(), None, "nobody has answered");
    cluster.now = moment(100);
    cluster.hear(1, 2, 2, accepted(2));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(150)));
    assert_eq!(cluster.node(1).status().lease_until, Some(moment(150)));
    assert!(reads_at_once(&mut cluster, micros(149_999)));
    assert!(!reads_at_once(&mut cluster, micros(150_000)));
    cluster.hear(1, 3, 2, answer_of(0, moment(60), 2));
    assert!(reads_at_once(&mut cluster, micros(209_999)));
    assert!(!reads_at_once(&mut cluster, micros(210_000)));
    cluster.hear(1, 3, 2, answer_of(0, moment(20), 2));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(210)), "an older answer takes nothing");
    cluster.hear(1, 3, 2, answer_of(0, moment(999), 2));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(360)), "nothing is sent in the future");
}

#[test]
fn a_lease_is_as_long_as_the_promise_of_a_quorum() {
    // Thesis §6.4.1: of five, the leader and the two who were asked last; learners promise
    // nothing.
    let mut cluster = leader(5, leases());
    for (peer, asked, lease) in
        [(2, 10, 150), (3, 20, 160), (4, 30, 170), (5, 25, 175), (6, 90, 175)]
    {
        cluster.now = moment(100);
        cluster.hear(1, peer, 2, answer_of(0, moment(asked), 2));
        assert_eq!(cluster.node(1).lease_until(), Some(moment(lease)), "S{peer}");
    }
    let (last, received, installed) = (at(1, 1), 0, false);
    let round = Round { number: 0, sent_at: moment(40), birth: 0 };
    cluster.hear(1, 2, 2, Body::InstallSnapshotReply { last, received, installed, round });
    assert_eq!(cluster.node(1).lease_until(), Some(moment(180)));
}

#[test]
fn a_leader_alone_has_its_lease_for_ever() {
    // Thesis §6.4.1: nobody could replace it.
    let mut cluster = leader(1, leases());
    assert_eq!(cluster.node(1).lease_until(), Some(Instant(u64::MAX)));
    assert!(reads_at_once(&mut cluster, moment(1_000_000)));
}

#[test]
fn clocks_that_drift_shorten_a_lease_twice() {
    // Thesis §6.4.1: the leader's may be slow and a follower's fast.
    let drifts = [
        (0, 150_000),
        (1, 150_000),
        (10, 149_997),
        (100_000, 120_000),
        (500_000, 0),
        (u32::MAX, 0),
    ];
    for (clock_drift, lease) in drifts {
        let cluster = leader(3, Config { clock_drift, ..leases() });
        assert_eq!(cluster.node(1).lease_until(), Some(micros(lease)), "{clock_drift}");
        assert_eq!(cluster.node(1).config().lease(), Duration::from_micros(lease));
    }
}

#[test]
fn without_check_quorum_or_the_setting_there_is_no_lease() {
    // Thesis §6.4.1: followers that vote for anybody make no promise. Where others refuse such
    // settings, reads are confirmed here as if leases had not been asked for.
    let settings = [
        Config { check_quorum: false, ..leases() },
        Config { reads: Reads::Confirmed, ..leases() },
    ];
    for config in settings {
        let mut cluster = leader(3, config);
        assert_eq!(cluster.node(1).lease_until(), None);
        cluster.read(1, 9);
        assert_eq!(cluster.decided(1), [Decision::BeginsRead { index: Some(2), round: 1 }]);
        cluster.hear(1, 3, 2, answer_of(1, Instant::ZERO, 2));
        assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(2)));
    }
}

#[test]
fn a_lease_serves_no_read_before_an_entry_of_the_own_term_is_committed() {
    // Thesis §6.4: leading is not enough, what was committed before has to be known.
    let mut cluster = Cluster::leading(3, leases(), 2, &[1]);
    cluster.hear(1, 2, 2, accepted(1));
    cluster.forget();
    assert_eq!(cluster.node(1).lease_until(), Some(moment(150)));
    cluster.read(1, 9);
    assert_eq!(cluster.decided(1), [Decision::BeginsRead { index: None, round: 1 }]);
    cluster.hear(1, 2, 2, answer_of(1, Instant::ZERO, 2));
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(2)));
    assert!(reads_at_once(&mut cluster, micros(1)));
}

#[test]
fn whoever_is_told_to_stand_ends_the_lease_for_the_term() {
    // Thesis §3.10, §6.4.1: voters do not protect the leader against it, and it may win long after
    // the transfer was given up.
    let mut cluster = leader(3, leases());
    cluster.hear(1, 2, 2, answer_of(0, Instant::ZERO, 2));
    cluster.transfer(1, 3);
    assert_eq!(cluster.node(1).lease_until(), Some(moment(150)), "S3 is behind: not told yet");
    cluster.hear(1, 3, 2, accepted(2));
    assert_eq!(cluster.node(1).lease_until(), None);
    assert!(!reads_at_once(&mut cluster, moment(10)));
    cluster.transfer(1, 1);
    assert_eq!(cluster.node(1).leadership().unwrap().transfer, None);
    assert!(!reads_at_once(&mut cluster, moment(20)), "called off, and on its way all the same");
    cluster.hear(1, 3, 2, answer_of(2, moment(20), 2));
    assert_eq!(cluster.outcome(1, 20_000), Some(Outcome::Readable(2)), "by a round of messages");
}

/// S1 follows S2 in term 2, and heard from it at 100 ms.
fn follower(config: Config) -> Cluster {
    let mut cluster = Cluster::in_role("follower", 3, config, 2, &[1]);
    cluster.now = moment(100);
    cluster.hear(1, 2, 2, append(at(1, 1), &[], 0));
    cluster.forget();
    cluster
}

fn lives(leader: Option<u32>, until: u64) -> VoteRefusal {
    VoteRefusal::LeaderLives { leader: leader.map(NodeId), until: moment(until) }
}

#[test]
fn a_follower_helps_nobody_to_replace_a_leader_it_has_heard_from() {
    // Thesis §4.2.3, §6.4.1: it neither answers nor enters the term; only whoever the leader
    // itself told to stand gets the vote.
    let mut cluster = follower(leases());
    assert_eq!(cluster.node(1).promised_until(), moment(250));
    cluster.now = micros(249_999);
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    let refuses = Decision::RefusesVote { to: s(3), term: 2, why: lives(Some(2), 250) };
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![refuses], vec![]));
    assert_eq!(cluster.states(), [("follower", 2)]);
    let mut told = follower(leases());
    told.hear(1, 3, 3, Body::RequestVote { last: at(1, 1), transfer: true });
    assert_eq!(told.sent(), [envelope(1, 3, 3, vote(true))]);
    cluster.now = moment(250);
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, vote(true))]);
}

#[test]
fn a_promise_outlives_the_term_in_which_it_was_given() {
    // Thesis §6.4.1: a late answer to S1, from a time when it led, tells it of term 3. The leader
    // of term 2 does not know of it and reads under its lease, so there is still no vote.
    let mut cluster = follower(leases());
    cluster.hear(1, 3, 3, rejected(0, at(1, 1)));
    assert_eq!((cluster.states(), cluster.node(1).leader()), (vec![("follower", 3)], None));
    cluster.forget();
    cluster.now = micros(249_999);
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    let refuses = Decision::RefusesVote { to: s(3), term: 3, why: lives(None, 250) };
    assert_eq!((cluster.decided(1), cluster.node(1).voted_for()), (vec![refuses], None));
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, vote(false))]);
    let mut told = cluster.node(1).clone();
    let transfer = Body::RequestVote { last: at(1, 1), transfer: true };
    effects(&mut told, cluster.now, message(3, 3, transfer));
    assert_eq!(told.voted_for(), Some(s(3)));
    cluster.now = moment(250);
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, vote(true))]);
    cluster.hear(1, 2, 3, append(at(1, 1), &[], 0));
    cluster.forget();
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, vote(true))], "what was given is repeated");
}

#[test]
fn a_restarted_voter_keeps_the_promise_it_has_forgotten() {
    // Thesis §6.4.1: it may have answered a leader right before it stopped.
    let cases =
        [(leases(), 2, moment(1150)), (leases(), 0, Instant::ZERO), (plain(), 2, Instant::ZERO)];
    for (config, term, until) in cases {
        let mut cluster = follower(config);
        cluster.now = moment(1000);
        let hard_state = HardState { current_term: term, ..HardState::default() };
        let saved = Saved { hard_state, snapshot: None, log: log(&[1]) };
        cluster.restart(1, setup(1, &[1, 2, 3], config), saved);
        assert_eq!(cluster.node(1).promised_until(), until);
        for (now, is_kept) in [(micros(1_149_999), until > Instant::ZERO), (moment(1150), false)] {
            let mut copy = cluster.node(1).clone();
            let effects = effects(&mut copy, now, message(3, 3, request_vote(at(1, 1))));
            let why = lives(None, 1150);
            let refuses = Effect::Decide(Decision::RefusesVote { to: s(3), term, why });
            assert_eq!(effects == [refuses], is_kept, "{now} {effects:?}");
            assert_eq!(copy.voted_for(), (!is_kept).then_some(s(3)));
        }
    }
}

#[test]
fn a_leader_is_forgotten_only_where_no_lease_rests_on_it() {
    // Thesis §6.4.1: somebody may know that the leader is gone; but its lease may not be over.
    let confirmed = Config { reads: Reads::Confirmed, ..leases() };
    for (config, leader, until) in
        [(leases(), Some(s(2)), moment(250)), (confirmed, None, Instant::ZERO)]
    {
        let mut cluster = follower(config);
        let timer = cluster.timer(1);
        cluster.tell(1, Input::ForgetLeader);
        assert_eq!((cluster.node(1).leader(), cluster.node(1).promised_until()), (leader, until));
        assert_eq!((cluster.timer(1), cluster.states()), (timer, vec![("follower", 2)]));
    }
}

#[test]
fn a_lease_in_a_joint_configuration_needs_a_quorum_of_each_half() {
    // §6, thesis §6.4.1: those of one half alone could elect another leader with the rest.
    let mut cluster = leader(3, leases());
    for newcomer in 4..=5 {
        cluster.change(1, u64::from(newcomer), Change::AddLearner(member(newcomer, 0)));
        let last = cluster.node(1).log().last_index();
        (2..=3).for_each(|peer| cluster.hear(1, peer, 2, accepted(last)));
    }
    cluster.now = moment(30);
    cluster.change(1, 9, replace(&[3, 4, 5]));
    (4..=5).for_each(|peer| cluster.hear(1, peer, 2, answer_of(0, moment(10), 4)));
    assert!(cluster.node(1).membership().is_joint());
    assert_eq!(cluster.node(1).lease_until(), Some(moment(150)), "S2 or S3 was asked at 0");
    cluster.hear(1, 2, 2, answer_of(0, moment(20), 4));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(160)), "4 and 5 at 10");
    cluster.hear(1, 3, 2, answer_of(0, moment(30), 4));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(160)));
    cluster.hear(1, 4, 2, answer_of(0, moment(20), 4));
    assert_eq!(cluster.node(1).lease_until(), Some(moment(170)), "3 at 30 and 4 at 20");
}
