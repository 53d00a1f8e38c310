//! Changing the membership by one server at a time (§6, thesis §4.1, §4.2.2).
//!
//! A membership is in force on each server as soon as it stands in its log. In implementations
//! where it counts only once it is applied, a server may not stand for election before that, and
//! entries behind a change wait for it; here neither question arises.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Duration;

/// S1 leads term 2 of so many voters; all of them have everything up to 3.
fn leader(voters: u32, config: Config) -> Cluster {
    let mut cluster = Cluster::leading(voters, config, 2, &[1, 1]);
    (2..=voters).for_each(|peer| cluster.hear(1, peer, 2, accepted(3)));
    assert_eq!(cluster.node(1).last_applied(), 3);
    cluster.forget();
    cluster
}

fn changes(index: Index) -> Decision {
    Decision::ChangesMembership { index }
}

fn commits(from: Index, to: Index, holders: u32) -> Decision {
    Decision::Commits { from, to, holders }
}

fn entry_of(members: Membership, prev: Position, commit: Index) -> Body {
    let entries = vec![membership(members, 2)];
    Body::AppendEntries { prev, entries, commit, round: Round::default() }
}

#[test]
fn a_membership_is_in_force_as_soon_as_it_is_appended() {
    // §6: "a server always uses the latest configuration in its log, regardless of whether the
    // entry is committed". What is known of the other peers stays.
    let mut cluster = leader(3, plain());
    let known = cluster.progress(2).clone();
    cluster.change(1, 40, Change::AddLearner(member(4, 0)));
    let after = of(&[1, 2, 3], &[4]);
    assert_eq!(cluster.decided(1), [changes(4)]);
    assert_eq!((&**cluster.node(1).membership(), cluster.node(1).membership_index()), (&after, 4));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3, 4], 2, entry_of(after, at(3, 2), 3)));
    assert_eq!(*cluster.progress(2), Progress { next_index: 5, ..known });
    let newcomer = cluster.progress(4);
    assert_eq!((&newcomer.mode, newcomer.next_index), (&Mode::Probe { waiting: true }, 4));
    cluster.hear(1, 4, 2, accepted(4));
    assert_eq!(cluster.node(1).commit_index(), 3, "learners do not count");
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!(cluster.decided(1), [commits(3, 4, 2)]);
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(4)));
}

#[test]
fn a_change_is_one_server_and_leaves_a_voter() {
    // Thesis §4.1: what each change makes of a membership, and which there are not.
    let start = of(&[1, 2, 3], &[4]);
    let new = |id| member(id, 0);
    let good = [
        (Change::AddVoter(new(5)), of(&[1, 2, 3, 5], &[4])),
        (Change::AddLearner(new(5)), of(&[1, 2, 3], &[4, 5])),
        (Change::AddLearner(new(0)), of(&[1, 2, 3], &[0, 4])),
        (Change::Promote(s(4)), of(&[1, 2, 3, 4], &[])),
        (Change::Demote(s(2)), of(&[1, 3], &[2, 4])),
        (Change::Remove(s(2)), of(&[1, 3], &[4])),
        (Change::Remove(s(4)), of(&[1, 2, 3], &[])),
    ];
    for (change, after) in good {
        assert_eq!(start.changed(&change), Ok(after), "{change:?}");
    }
    let bad = [
        (Change::AddVoter(new(2)), BadChange::AlreadyMember(s(2))),
        (Change::AddVoter(new(4)), BadChange::AlreadyMember(s(4))),
        (Change::AddLearner(new(4)), BadChange::AlreadyMember(s(4))),
        (Change::AddLearner(new(1)), BadChange::AlreadyMember(s(1))),
        (Change::Promote(s(1)), BadChange::NotMember(s(1))),
        (Change::Promote(s(9)), BadChange::NotMember(s(9))),
        (Change::Demote(s(4)), BadChange::NotMember(s(4))),
        (Change::Remove(s(9)), BadChange::NotMember(s(9))),
        (Change::Leave, BadChange::NotJoint),
    ];
    for (change, why) in bad {
        let mut cluster = leader(3, plain());
        cluster.change(1, 40, Change::AddLearner(new(4)));
        cluster.hear(1, 2, 2, accepted(4));
        cluster.forget();
        cluster.change(1, 41, change.clone());
        assert_eq!(cluster.decided(1), [Decision::RefusesChange { why: Refusal::Bad(why) }]);
        assert_eq!(cluster.outcome(1, 41), Some(Outcome::Refused(Refusal::Bad(why))), "{change:?}");
        assert_eq!((cluster.node(1).log().last_index(), cluster.sent()), (4, vec![]));
    }
    for change in [Change::Remove(s(1)), Change::Demote(s(1))] {
        assert_eq!(of(&[1], &[2]).changed(&change), Err(BadChange::NoVoterLeft));
    }
}

#[test]
fn a_server_that_leaves_takes_its_birth_along() {
    // Thesis §4.1: when its name comes back it is another life.
    let add = |id, birth| Change::AddVoter(member(id, birth));
    let grown = of(&[2], &[]).changed(&add(5, 50)).and_then(|it| it.changed(&add(1, 10))).unwrap();
    assert_eq!(grown.births, [(s(1), 10), (s(5), 50)]);
    assert_eq!((grown.birth(s(5)), grown.birth(s(2)), grown.birth(s(9))), (50, 0, 0));
    let smaller = grown.changed(&Change::Remove(s(5))).unwrap();
    assert_eq!((&smaller.births, smaller.birth(s(5))), (&vec![(s(1), 10)], 0));
    assert_eq!(smaller.changed(&add(5, 51)).unwrap().births, [(s(1), 10), (s(5), 51)]);
    let learner = grown.changed(&Change::Demote(s(5))).unwrap();
    assert_eq!((learner.birth(s(5)), learner.learners), (50, ids(&[5])));
}

#[test]
fn a_change_waits_for_the_one_before() {
    // Thesis §4.1: majorities of memberships that differ by two servers need not share one. In
    // other implementations a second change becomes an empty entry; here it is refused.
    let mut cluster = leader(3, plain());
    cluster.change(1, 40, Change::AddLearner(member(4, 0)));
    cluster.forget();
    cluster.change(1, 41, Change::AddLearner(member(5, 0)));
    let why = Refusal::ChangePending;
    assert_eq!(cluster.decided(1), [Decision::RefusesChange { why }]);
    assert_eq!(cluster.outcome(1, 41), Some(Outcome::Refused(why)));
    assert_eq!((cluster.sent(), cluster.node(1).log().last_index()), (vec![], 4));
    cluster.hear(1, 2, 2, accepted(4));
    cluster.change(1, 42, Change::AddLearner(member(5, 0)));
    assert_eq!(cluster.node(1).membership_index(), 5);
    let mut follower = Cluster::lone(3, plain(), 1, &[1]);
    follower.hear(1, 2, 1, append(at(1, 1), &[], 0));
    follower.change(1, 43, Change::Remove(s(3)));
    assert_eq!(follower.outcome(1, 43), Some(Outcome::NotLeader(Some(s(2)))));
}

#[test]
fn a_new_leader_takes_no_change_before_it_has_committed_its_own_entry() {
    // Thesis §4.1, corrected on raft-dev in 2015. Of four servers S1 led term 1 and appended a
    // change that nobody else has. Were S2 to append another, a majority of that one and a
    // majority of S1's might share no server: with a server added by S1 and one removed by S2, with
    // two added, and with two removed.
    let others = [Change::Remove(s(1)), Change::AddLearner(member(6, 0)), Change::Remove(s(4))];
    for change in others {
        let mut cluster = Cluster::leading(4, plain(), 2, &[1]);
        cluster.change(1, 40, change.clone());
        let why = Refusal::NothingCommitted;
        assert_eq!(cluster.decided(1), [Decision::RefusesChange { why }], "{change:?}");
        assert_eq!(cluster.outcome(1, 40), Some(Outcome::Refused(why)));
        (3..=4).for_each(|peer| cluster.hear(1, peer, 2, accepted(1)));
        cluster.change(1, 41, change.clone());
        assert_eq!(cluster.outcome(1, 41), Some(Outcome::Refused(why)), "of the term before");
        (3..=4).for_each(|peer| cluster.hear(1, peer, 2, accepted(2)));
        cluster.change(1, 42, change);
        assert_eq!(cluster.node(1).membership_index(), 3);
    }
}

#[test]
fn a_change_of_an_earlier_leader_is_pending_until_it_is_committed() {
    // Thesis §4.1: it stands in the new leader's log, so it is in force, and known to be open.
    let mut log = log(&[1]);
    log.append(membership(of(&[1, 2], &[]), 1));
    let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], plain()), 1, None, log)]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 3, 2, vote(true));
    assert_eq!(cluster.states(), [("candidate", 2)], "S3 does not vote any longer");
    cluster.hear(1, 2, 2, vote(true));
    cluster.change(1, 40, Change::AddLearner(member(3, 0)));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Refused(Refusal::ChangePending)));
    cluster.hear(1, 2, 2, accepted(3));
    cluster.change(1, 41, Change::AddLearner(member(3, 0)));
    assert_eq!((cluster.node(1).membership_index(), cluster.outcome(1, 41)), (4, None));
}

#[test]
fn removing_a_server_lowers_what_has_to_agree_at_once() {
    // §6: S2 does not answer. Its removal is in force when it is appended, so it takes S1 alone to
    // commit it, and whatever stands before and behind it, as soon as that is on its disk.
    let mut cluster = leader(2, plain());
    cluster.syncs = false;
    cluster.offer(1, 40);
    cluster.sync(1);
    assert_eq!(cluster.node(1).commit_index(), 3, "two are needed");
    cluster.forget();
    cluster.change(1, 41, Change::Remove(s(2)));
    assert_eq!(cluster.decided(1), [changes(5), commits(3, 4, 1)]);
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(4)));
    cluster.offer(1, 42);
    assert_eq!(cluster.sent(), []);
    cluster.sync(1);
    assert_eq!(cluster.decided(1), [commits(4, 5, 1)]);
    assert_eq!(cluster.outcome(1, 41), Some(Outcome::Committed(5)));
    cluster.sync(1);
    assert_eq!(cluster.outcome(1, 42), Some(Outcome::Committed(6)));
}

#[test]
fn a_leader_that_removes_itself_counts_only_the_others() {
    // Thesis §4.2.2: it manages a cluster that it is no part of, until that is committed; then it
    // tells the one with the longest log to stand, of several the first, and steps down.
    for (hand_over, ahead, heir) in [(true, None, 2), (true, Some(3), 3), (false, None, 0)] {
        let mut cluster = leader(4, Config { hand_over, ..plain() });
        cluster.change(1, 40, Change::Remove(s(1)));
        assert_eq!(**cluster.node(1).membership(), of(&[2, 3, 4], &[]));
        cluster.offer(1, 41);
        cluster.hear(1, 3, 2, accepted(ahead.map_or(4, |_| 5)));
        assert_eq!(cluster.node(1).commit_index(), 3, "one of three, with itself two of four");
        cluster.forget();
        cluster.hear(1, 2, 2, accepted(4));
        let last = at(5, 2);
        let tells = Decision::TellsToStand { to: s(heir), last };
        let leaves = Decision::LeavesCluster { term: 2 };
        let decided = cluster.decided(1);
        assert_eq!(decided[0], commits(3, 4, 2));
        assert_eq!(decided[1..], if hand_over { vec![tells, leaves] } else { vec![leaves] });
        let told = hand_over.then(|| envelope(1, heir, 2, Body::TimeoutNow { last }));
        let sent = cluster.sent();
        assert_eq!(sent.iter().map(|sent| sent.to.0).collect::<Vec<_>>()[..3], [2, 3, 4]);
        assert_eq!(sent[3..], told.into_iter().collect::<Vec<_>>());
        let learns =
            |sent: &Envelope| matches!(sent.message.body, Body::AppendEntries { commit: 4, .. });
        assert!(sent[..3].iter().all(learns), "that it is committed: {sent:?}");
        assert_eq!((cluster.states(), cluster.node(1).leader()), (vec![("follower", 2)], None));
        assert_eq!((cluster.node(1).timer(), cluster.node(1).deadline()), (None, None));
        assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(4)));
        cluster.tell(1, Input::Timeout);
        cluster.offer(1, 42);
        assert_eq!((cluster.states(), cluster.sent()), (vec![("follower", 2)], vec![]));
        assert_eq!(cluster.outcome(1, 42), Some(Outcome::NotLeader(None)));
    }
}

#[test]
fn a_leader_that_leaves_takes_nothing_that_waits_along() {
    // Thesis §4.2.2, §6.4: reads and a transfer that wait for it end with its leadership.
    let mut cluster = leader(3, plain());
    cluster.change(1, 40, Change::Remove(s(1)));
    cluster.read(1, 41);
    cluster.hear(1, 3, 2, Body::ReadIndex { read: 70 });
    cluster.transfer(1, 3);
    cluster.forget();
    cluster.hear(1, 2, 2, accepted(4));
    cluster.hear(1, 3, 2, accepted(4));
    let kinds = [(2, Kind::AppendEntries), (3, Kind::AppendEntries), (2, Kind::TimeoutNow)];
    assert_eq!(cluster.kinds(), [&kinds[..], &[(3, Kind::ReadIndexReply)]].concat());
    let resolved = [(41, Outcome::NotLeader(None)), (40, Outcome::Committed(4))];
    assert_eq!(cluster.out(1).resolved, resolved.map(|(id, outcome)| (ProposalId(id), outcome)));
    assert_eq!(cluster.node(1).leadership(), None);
}

#[test]
fn the_others_go_on_when_a_leader_leaves() {
    // Thesis §4.2.2: with handing over at once, without it after an election timeout; the server
    // that left never stands again.
    for hand_over in [true, false] {
        let mut cluster = Cluster::new(3, Config { hand_over, ..Config::default() });
        cluster.elect(1);
        cluster.change(1, 40, Change::Remove(s(1)));
        cluster.settle();
        assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(2)));
        let leads = |cluster: &Cluster| (2..=3).find(|&id| cluster.node(id).is_leader());
        assert_eq!(leads(&cluster), hand_over.then_some(2));
        cluster.run(Duration::from_millis(1000));
        let now = leads(&cluster).expect("one of the two leads");
        assert_eq!(cluster.states()[0], ("follower", 1));
        cluster.propose(now, 41);
        assert!(matches!(cluster.outcome(now, 41), Some(Outcome::Committed(_))));
    }
}

#[test]
fn a_membership_goes_out_of_force_with_its_entry() {
    // §6: S1 has two changes that nobody committed, and a leader that knows of neither. It falls
    // back to what was in force before, and to what takes their place.
    let mut log = log(&[1]);
    log.append(membership(of(&[1, 2], &[]), 1));
    log.append(membership(of(&[1], &[]), 1));
    let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], plain()), 1, None, log)]);
    assert_eq!(
        (&**cluster.node(1).membership(), cluster.node(1).membership_index()),
        (&of(&[1], &[]), 3)
    );
    cluster.hear(1, 3, 2, append(at(2, 1), &[2], 0));
    assert_eq!(
        (&**cluster.node(1).membership(), cluster.node(1).membership_index()),
        (&of(&[1, 2], &[]), 2)
    );
    cluster.forget();
    cluster.hear(1, 3, 2, append(at(1, 1), &[2], 0));
    assert_eq!(cluster.decided(1)[..1], [Decision::Truncates { from: 2, to: 3 }]);
    assert_eq!(
        (&**cluster.node(1).membership(), cluster.node(1).membership_index()),
        (&of(&[1, 2, 3], &[]), 0)
    );
    let entries = vec![membership(of(&[1, 2, 3], &[4]), 2), membership(of(&[2, 3], &[4]), 2)];
    let (prev, round) = (at(2, 2), Round::default());
    cluster.hear(1, 3, 2, Body::AppendEntries { prev, entries, commit: 3, round });
    let accepts = Decision::AcceptsEntries { leader: s(3), first: 3, match_index: 4 };
    assert_eq!(cluster.decided(1), [accepts, changes(3), changes(4), commits(0, 3, 0)]);
    assert_eq!(**cluster.node(1).membership(), of(&[2, 3], &[4]));
    assert!(cluster.node(1).timer().is_some(), "its removal is not committed: it may be needed");
    cluster.hear(1, 3, 2, append(at(4, 2), &[], 4));
    assert_eq!(cluster.node(1).timer(), None);
}

#[test]
fn whoever_has_the_change_stands_by_it_though_it_is_not_applied() {
    // §6: S4 was promoted by an entry that it has and does not know to be committed; S1, which
    // promoted it, is gone. In force when appended, the promotion lets it stand, and win.
    let promoted = membership(of(&[1, 2, 3, 4], &[]), 1);
    let node = |id: u32, knows: bool| {
        let mut log = log(&[1]);
        log.append(membership(of(&[1, 2, 3], &[4]), 1));
        if knows {
            log.append(promoted.clone());
        }
        kept(setup(id, &[1, 2, 3], plain()), 1, None, log)
    };
    let mut cluster =
        Cluster::of(vec![node(1, true), node(2, true), node(3, false), node(4, true)]);
    cluster.isolate(1);
    cluster.elect(4);
    assert_eq!(cluster.states()[1..], [("follower", 2), ("follower", 2), ("leader", 2)]);
    assert_eq!(**cluster.node(3).membership(), of(&[1, 2, 3, 4], &[]));
    assert_eq!(cluster.node(4).commit_index(), 4);
}

#[test]
fn a_server_that_never_heard_of_its_removal_disturbs_nobody() {
    // Thesis §4.2.3, §9.6: the others hear from a leader, so they do not even enter its term.
    let mut cluster = Cluster::new(4, Config::default());
    cluster.elect(1);
    cluster.isolate(4);
    cluster.change(1, 40, Change::Remove(s(4)));
    cluster.settle();
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(2)));
    cluster.heal();
    cluster.run(Duration::from_millis(2000));
    assert_eq!(cluster.states()[..3], [("leader", 1), ("follower", 1), ("follower", 1)]);
    assert_eq!(cluster.node(4).current_term(), 1, "it only asks");
    assert!(
        cluster.decided(4).iter().filter(|it| matches!(it, Decision::AsksAhead { .. })).count() > 3
    );
}
