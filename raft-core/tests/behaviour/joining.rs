//! New servers (thesis §4.2.1): how they catch up before they count, and that one with an empty
//! disk is nobody until it is a member.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

/// S1 leads term 2 of three voters; all of them have everything up to 3.
fn leader(config: Config) -> Cluster {
    let mut cluster = Cluster::leading(3, config, 2, &[1, 1]);
    (2..=3).for_each(|peer| cluster.hear(1, peer, 2, accepted(3)));
    cluster.forget();
    cluster
}

/// The same, and S4, of birth 44, has begun to learn at 10 ms; that it learns is committed.
fn learning(config: Config) -> Cluster {
    let mut cluster = leader(config);
    cluster.now = moment(10);
    cluster.change(1, 40, Change::AddVoter(member(4, 44)));
    cluster.hear(1, 2, 2, accepted(4));
    cluster.forget();
    cluster
}

fn with_fourth(voters: &[u32], learners: &[u32]) -> Membership {
    Membership { births: vec![(s(4), 44)], ..of(voters, learners) }
}

fn round(number: u32, ms: u64) -> Decision {
    Decision::EndsCatchUpRound { peer: s(4), round: number, took: Duration::from_millis(ms) }
}

fn changes(index: Index) -> Decision {
    Decision::ChangesMembership { index }
}

fn catching_up(cluster: &Cluster) -> &[CatchUp] {
    &cluster.node(1).leadership().unwrap().change.as_ref().expect("a change is open").catching_up
}

#[test]
fn a_new_voter_learns_before_it_counts() {
    // Thesis §4.2.1: with an empty log it would make every commit wait for it. A round that takes
    // no longer than an election timeout tells that it has caught up.
    let mut cluster = leader(plain());
    cluster.now = moment(10);
    cluster.change(1, 40, Change::AddVoter(member(4, 44)));
    assert_eq!(cluster.decided(1), [changes(4)]);
    assert_eq!(**cluster.node(1).membership(), with_fourth(&[1, 2, 3], &[4]));
    let begun = CatchUp { id: s(4), round: 1, target: 4, since: moment(10), done: false };
    assert_eq!(catching_up(&cluster), [begun]);
    let kinds: Vec<_> = [2, 3, 4].map(|to| (to, Kind::AppendEntries)).into();
    assert_eq!(cluster.kinds(), kinds);
    cluster.now = moment(160);
    cluster.hear(1, 4, 2, accepted_by(44, 3));
    assert_eq!(cluster.decided(1), []);
    cluster.hear(1, 4, 2, accepted_by(44, 4));
    assert_eq!(cluster.decided(1), [round(1, 150)]);
    assert_eq!(catching_up(&cluster), [CatchUp { done: true, ..begun }]);
    cluster.hear(1, 4, 2, accepted_by(44, 4));
    assert_eq!(cluster.decided(1), [], "that it learns is not committed");
    cluster.hear(1, 2, 2, accepted(4));
    let commits = Decision::Commits { from: 3, to: 4, holders: 2 };
    assert_eq!(cluster.decided(1), [commits, changes(5)]);
    assert_eq!(**cluster.node(1).membership(), with_fourth(&[1, 2, 3, 4], &[]));
    assert_eq!(cluster.node(1).leadership().unwrap().change, None);
    cluster.hear(1, 4, 2, accepted_by(44, 5));
    assert_eq!(cluster.outcome(1, 40), None, "two of four");
    cluster.hear(1, 3, 2, accepted(5));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(5)));
}

#[test]
fn a_slow_newcomer_gets_another_round_and_not_for_ever() {
    // Thesis §4.2.1: each round is as long as what was appended during the one before. After so
    // many the leader gives up; the server stays a learner, which harms nobody.
    let mut cluster = learning(Config { catch_up_rounds: 2, ..plain() });
    (5..=6).for_each(|number| cluster.offer(1, number));
    cluster.forget();
    cluster.now = moment(161);
    cluster.hear(1, 4, 2, accepted_by(44, 5));
    assert_eq!(cluster.decided(1), [round(1, 151)]);
    let second = CatchUp { id: s(4), round: 2, target: 6, since: moment(161), done: false };
    assert_eq!(catching_up(&cluster), [second]);
    cluster.hear(1, 4, 2, accepted_by(44, 5));
    assert_eq!(cluster.decided(1), []);
    let mut quick = cluster.node(1).clone();
    let answer = message(4, 2, accepted_by(44, 6));
    let decided = effects(&mut quick, moment(311), answer.clone());
    assert_eq!(decided[..2], [round(2, 150), changes(7)].map(Effect::Decide));
    cluster.now = moment(312);
    cluster.tell(1, answer);
    let why = Refusal::NotCaughtUp(s(4));
    assert_eq!(cluster.decided(1), [round(2, 151), Decision::RefusesChange { why }]);
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Refused(why)));
    assert_eq!(**cluster.node(1).membership(), with_fourth(&[1, 2, 3], &[4]));
    assert_eq!(cluster.node(1).leadership().unwrap().change, None);
}

#[test]
fn a_newcomer_that_says_nothing_is_given_up_too() {
    // Thesis §4.2.1: its address may be wrong. At a heartbeat, after as long as all rounds may
    // take; until then no other change is taken.
    let mut cluster = learning(Config { catch_up_rounds: 2, ..plain() });
    cluster.now = moment(610);
    cluster.wake(1);
    cluster.forget();
    cluster.change(1, 41, Change::Remove(s(4)));
    assert_eq!(cluster.outcome(1, 41), Some(Outcome::Refused(Refusal::ChangePending)));
    cluster.forget();
    cluster.now = moment(661);
    cluster.wake(1);
    let why = Refusal::NotCaughtUp(s(4));
    assert_eq!(cluster.decided(1), [Decision::RefusesChange { why }]);
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Refused(why)));
    cluster.change(1, 42, Change::Remove(s(4)));
    assert_eq!(**cluster.node(1).membership(), of(&[1, 2, 3], &[]));
}

#[test]
fn another_leader_does_not_know_who_was_to_be_promoted() {
    // Thesis §4.2.1: what is committed is that S4 learns. Whoever asked is told, and asks the next
    // leader, which measures anew.
    let mut cluster = learning(plain());
    cluster.hear(1, 2, 3, append(at(4, 2), &[3], 5));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::NotLeader(None)));
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 4, vote(true));
    (2..=3).for_each(|peer| cluster.hear(1, peer, 4, accepted(6)));
    cluster.hear(1, 4, 4, accepted_by(44, 6));
    assert_eq!(**cluster.node(1).membership(), with_fourth(&[1, 2, 3], &[4]));
    cluster.forget();
    cluster.change(1, 41, Change::Promote(s(4)));
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]), "it has all, says who?");
    cluster.hear(1, 4, 4, accepted_by(44, 6));
    assert_eq!(cluster.decided(1), [round(1, 0), changes(7)]);
    assert_eq!(**cluster.node(1).membership(), with_fourth(&[1, 2, 3, 4], &[]));
}

#[test]
fn a_learner_is_not_promoted_while_leadership_is_handed_over() {
    // Thesis §3.10, §4.2.1: the log stands still for the other. When the transfer is given up the
    // next answer goes on with it.
    let mut cluster = learning(plain());
    cluster.transfer(1, 3);
    cluster.hear(1, 4, 2, accepted_by(44, 4));
    assert!(cluster.decided(1).contains(&round(1, 0)));
    assert_eq!(cluster.node(1).log().last_index(), 4);
    cluster.now = moment(310);
    cluster.wake(1);
    cluster.forget();
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!((cluster.decided(1), cluster.node(1).membership_index()), (vec![changes(5)], 5));
}

#[test]
fn a_voter_that_is_demoted_counts_no_longer() {
    // Thesis §4.2.1: it goes on getting entries; the leader that demotes itself steps down when
    // that is committed.
    let mut cluster = leader(plain());
    cluster.change(1, 40, Change::Demote(s(3)));
    assert_eq!(**cluster.node(1).membership(), of(&[1, 2], &[3]));
    assert_eq!(cluster.kinds(), [(2, Kind::AppendEntries), (3, Kind::AppendEntries)]);
    cluster.hear(1, 3, 2, accepted(4));
    assert_eq!(cluster.node(1).commit_index(), 3);
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(4)));
    cluster.change(1, 41, Change::Demote(s(1)));
    cluster.forget();
    cluster.hear(1, 2, 2, accepted(5));
    assert!(cluster.decided(1).contains(&Decision::LeavesCluster { term: 2 }));
    assert_eq!((cluster.states(), cluster.node(1).timer()), (vec![("follower", 2)], None));
    assert_eq!(**cluster.node(1).membership(), of(&[2], &[1, 3]));
}

fn joined(id: u32, birth: u64) -> Node {
    Node::join(setup(id, &[1, 2, 3], Config::default()), birth, Instant::ZERO)
}

#[test]
fn a_server_with_an_empty_disk_promises_nothing_until_it_is_a_member() {
    // Figure 2: its name may have voted, and acknowledged entries, in an earlier life. It stands
    // and votes only once a membership lists it with this birth; its disk says which life it is.
    let why = VoteRefusal::NotAdmitted;
    let memberships = [
        (None, false),
        (Some(of(&[1, 2, 3], &[])), false),
        (Some(Membership { births: vec![(s(2), 8)], ..of(&[1, 2, 3], &[]) }), false),
        (Some(Membership { births: vec![(s(1), 9)], ..of(&[1, 2, 3], &[]) }), false),
        (Some(Membership { births: vec![(s(2), 9)], ..of(&[1, 2, 3], &[]) }), true),
    ];
    for (members, is_admitted) in memberships {
        let mut cluster = Cluster::of(vec![found_first(), joined(2, 9)]);
        assert_eq!((cluster.node(2).birth(), cluster.node(2).timer()), (9, None));
        assert_eq!(**cluster.node(2).membership(), Membership::default());
        let entries: Vec<Entry> = members.into_iter().map(|it| membership(it, 1)).collect();
        let (prev, round) = (at(0, 0), Round { birth: 9, ..Round::default() });
        cluster.syncs = false;
        cluster.hear(2, 1, 1, Body::AppendEntries { prev, entries, commit: 0, round });
        let hard_state = HardState { current_term: 1, voted_for: None, birth: 9 };
        assert_eq!(cluster.out(2).writes[0].hard_state, Some(hard_state));
        cluster.syncs = true;
        cluster.sync(2);
        cluster.now = moment(1000);
        cluster.forget();
        cluster.hear(2, 3, 1, pre_vote(2, at(9, 1)));
        cluster.hear(2, 3, 2, request_vote(at(9, 1)));
        let decided = cluster.decided(2);
        let refuses = [
            Decision::RefusesPreVote { to: s(3), term: 2, why },
            Decision::RefusesVote { to: s(3), term: 2, why },
        ];
        assert_eq!(refuses.iter().all(|refusal| decided.contains(refusal)), !is_admitted);
        let answers = [(1, pre_vote_reply(2, is_admitted)), (2, vote(is_admitted))];
        let answers = answers.map(|(term, body)| envelope(2, 3, term, body));
        assert_eq!(cluster.sent(), answers);
        assert_eq!(cluster.node(2).voted_for(), is_admitted.then_some(s(3)));
        cluster.tell(2, Input::Timeout);
        let state = if is_admitted { "pre-candidate" } else { "follower" };
        assert_eq!(cluster.states()[1], (state, 2));
        assert_eq!(cluster.node(2).timer().is_some(), is_admitted);
    }
}

fn found_first() -> Node {
    Node::found(setup(1, &[1, 2, 3], Config::default()), Instant::ZERO)
}

#[test]
fn another_life_does_not_keep_the_promises_of_the_one_before() {
    // Figure 2: S2 votes for S3, and then loses its disk. S1, which leads the term before and knows
    // of nothing, must not count what S2 says now: S3 has committed another entry with its help.
    let mut cluster = Cluster::new(3, plain());
    cluster.tell(1, Input::Timeout);
    while !cluster.node(1).is_leader() {
        cluster.deliver_one();
    }
    cluster.forget();
    cluster.isolate(1);
    cluster.elect(3);
    assert_eq!((cluster.node(3).commit_index(), cluster.terms(3)), (1, vec![2]));
    cluster.nodes[1] = joined(2, 22);
    cluster.heal();
    cluster.isolate(3);
    cluster.read(1, 40);
    cluster.propose(1, 41);
    cluster.run(Duration::from_millis(100));
    assert_eq!((cluster.states()[0], cluster.node(1).commit_index()), (("leader", 1), 0));
    assert_eq!((cluster.outcome(1, 40), cluster.outcome(1, 41)), (None, None));
    assert_eq!((cluster.node(2).log(), cluster.node(2).current_term()), (&Log::default(), 0));
}

#[test]
fn a_late_answer_of_an_earlier_life_is_not_the_new_ones() {
    // Figure 2: S4 left with all entries, came back with none, and an answer of before arrives
    // now. Only that its term is larger is of interest in any answer.
    let mut cluster = learning(plain());
    let known = cluster.progress(4).clone();
    cluster.now = moment(20);
    let round = Round { birth: 43, ..Round::default() };
    let (reply, last) = (AppendReply::Accepted { match_index: 4 }, at(4, 2));
    let (received, installed) = (0, true);
    cluster.hear(1, 4, 2, Body::AppendEntriesReply { reply, round });
    cluster.hear(1, 4, 2, Body::InstallSnapshotReply { last, received, installed, round });
    assert_eq!(*cluster.progress(4), known);
    assert_eq!(cluster.decided(1), []);
    cluster.hear(1, 4, 3, Body::AppendEntriesReply { reply, round });
    assert_eq!(cluster.states(), [("follower", 3)]);
}

#[test]
fn requests_name_the_life_that_they_are_for() {
    // Figure 2: as the membership lists it; a founder's is 0. Any other life leaves them alone.
    let mut cluster = learning(Config { snapshot_chunk: 1, ..plain() });
    cluster.wake(1);
    cluster.now = moment(60);
    cluster.wake(1);
    cluster.snapshot(1, 4, "four");
    let mut births: Vec<_> = Vec::new();
    cluster.hear(
        1,
        4,
        2,
        Body::AppendEntriesReply {
            reply: AppendReply::Rejected { prev: 3, hint: at(0, 0) },
            round: Round { birth: 44, ..Round::default() },
        },
    );
    for sent in cluster.sent() {
        births.push((
            sent.to.0,
            sent.message.body.kind(),
            sent.message.body.round().unwrap().birth,
        ));
    }
    let (append, install) = (Kind::AppendEntries, Kind::InstallSnapshot);
    assert_eq!(births, [(2, append, 0), (3, append, 0), (4, append, 44), (4, install, 44)]);
    let bodies = [
        Body::InstallSnapshot(chunk(at(4, 2), of(&[1, 2], &[]), "four")),
        append_at(Instant::ZERO, at(0, 0), &[2], 1),
    ];
    for body in bodies {
        let mut node = joined(2, 9);
        effects(&mut node, moment(1), Input::Deadline);
        let before = node.clone();
        assert_eq!(effects(&mut node, moment(1), message(1, 2, body))[..], []);
        assert!(node == before);
    }
}

#[test]
fn the_birth_of_a_server_outlives_its_restarts() {
    // Figure 2: it stands on the disk beside term and vote, and says that the founders' membership
    // is not this server's.
    let hard_state = HardState { current_term: 3, voted_for: Some(s(1)), birth: 9 };
    let node = |hard_state| {
        let saved = Saved { hard_state, ..Saved::default() };
        Node::restore(setup(2, &[1, 2, 3], plain()), saved, Instant::ZERO)
    };
    let joined = node(hard_state);
    assert_eq!((joined.birth(), &**joined.membership()), (9, &Membership::default()));
    assert_eq!((joined.timer(), joined.current_term(), joined.voted_for()), (None, 3, Some(s(1))));
    let founder = node(HardState { birth: 0, ..hard_state });
    assert_eq!(**founder.membership(), of(&[1, 2, 3], &[]));
    assert!(founder.timer().is_some());
}

#[test]
fn three_servers_become_five() {
    // Thesis §4.1: one after the other, with everything on; then two may be away.
    let nodes =
        (1..=3).map(|id| Node::found(setup(id, &[1, 2, 3], Config::default()), Instant::ZERO));
    let mut cluster = Cluster::of(nodes.chain([joined(4, 44), joined(5, 55)]).collect());
    cluster.elect(1);
    (2..=9).for_each(|number| cluster.propose(1, number));
    for (number, id, birth) in [(40, 4, 44), (50, 5, 55)] {
        cluster.change(1, number, Change::AddVoter(member(id, birth)));
        cluster.run(Duration::from_millis(200));
        assert!(matches!(cluster.outcome(1, number), Some(Outcome::Committed(_))));
    }
    let members = Membership { births: vec![(s(4), 44), (s(5), 55)], ..of(&[1, 2, 3, 4, 5], &[]) };
    assert!((1..=5).all(|id| **cluster.node(id).membership() == members));
    cluster.isolate(1);
    cluster.isolate(2);
    cluster.run(Duration::from_millis(2000));
    let leader = (3..=5).find(|&id| cluster.node(id).is_leader()).expect("three of five suffice");
    cluster.propose(leader, 60);
    assert!(matches!(cluster.outcome(leader, 60), Some(Outcome::Committed(_))));
    let applied = |cluster: &Cluster, id: usize| cluster.out[id - 1].applied.clone();
    cluster.run(Duration::from_millis(100));
    assert_eq!(applied(&cluster, 4), applied(&cluster, 5), "from the first entry on");
}

#[test]
fn a_server_that_lost_its_disk_is_replaced_by_itself_in_another_life() {
    // Thesis §4.1: removed under its name, and added anew under the same with another birth.
    let mut cluster = Cluster::new(3, Config::default());
    cluster.elect(1);
    (2..=5).for_each(|number| cluster.propose(1, number));
    cluster.nodes[1] = Node::join(setup(2, &[1, 2, 3], Config::default()), 22, cluster.now);
    *cluster.out(2) = Outbox::default();
    for (number, change) in [(40, Change::Remove(s(2))), (41, Change::AddVoter(member(2, 22)))] {
        cluster.change(1, number, change);
        cluster.run(Duration::from_millis(200));
        assert!(matches!(cluster.outcome(1, number), Some(Outcome::Committed(_))), "{number}");
    }
    let members = Membership { births: vec![(s(2), 22)], ..of(&[1, 2, 3], &[]) };
    assert!((1..=3).all(|id| **cluster.node(id).membership() == members));
    cluster.isolate(1);
    cluster.run(Duration::from_millis(2000));
    assert!((2..=3).any(|id| cluster.node(id).is_leader()), "the vote of the new one counts");
    assert_eq!(cluster.node(2).log().last(), cluster.node(3).log().last());
}
