//! Joint consensus (§6): any change of the membership, by way of both memberships at once.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Duration;

/// S1 leads term 2 of voters S1 to S3, with S4 and S5 as learners; all have everything up to 4.
fn leader(config: Config) -> Cluster {
    let mut log = log(&[1]);
    log.append(membership(of(&[1, 2, 3], &[4, 5]), 1));
    let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], config), 1, None, log)]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 2, vote(true));
    (2..=5).for_each(|peer| cluster.hear(1, peer, 2, accepted(3)));
    assert_eq!(cluster.node(1).last_applied(), 3);
    cluster.forget();
    cluster
}

/// The same, and S4 and S5 have caught up to be voters of C_new.
fn joint(voters: &[u32], leaves_by_itself: bool) -> Cluster {
    let mut cluster = leader(plain());
    let voters = members(voters);
    let change = Change::Replace { voters, learners: Vec::new(), leaves_by_itself };
    cluster.change(1, 40, change);
    (4..=5).for_each(|peer| cluster.hear(1, peer, 2, accepted(3)));
    assert!(cluster.node(1).membership().is_joint());
    assert_eq!(cluster.node(1).membership_index(), 4);
    cluster.forget();
    cluster
}

fn both(voters: &[u32], outgoing: &[u32]) -> Membership {
    Membership { outgoing: ids(outgoing), leaves_by_itself: true, ..Membership::of(&ids(voters)) }
}

fn changes(index: Index) -> Decision {
    Decision::ChangesMembership { index }
}

fn pending(cluster: &Cluster) -> Option<&PendingChange> {
    cluster.node(1).leadership().unwrap().change.as_ref()
}

#[test]
fn a_joint_membership_has_each_server_in_its_place() {
    // §6: voters of both halves; who votes in a half is no learner, and a voter that is to be a
    // learner waits for the end of the joint configuration.
    let start = Membership { births: vec![(s(3), 30)], ..of(&[1, 2, 3], &[4, 5]) };
    let (voters, learners) =
        (vec![member(6, 60), member(1, 99), member(4, 0)], members(&[2, 7, 4]));
    let change = Change::Replace { voters, learners, leaves_by_itself: false };
    let joint = start.changed(&change).unwrap();
    let expected = Membership {
        voters: ids(&[1, 4, 6]),
        outgoing: ids(&[1, 2, 3]),
        learners: ids(&[7]),
        learners_next: ids(&[2]),
        leaves_by_itself: false,
        births: vec![(s(3), 30), (s(6), 60)],
    };
    assert_eq!(joint, expected);
    assert!(joint.is_voter(s(3)) && joint.is_voter(s(4)) && !joint.is_voter(s(7)));
    assert!(joint.is_learner(s(7)) && !joint.is_learner(s(2)) && !joint.is_member(s(5)));
    assert_eq!(
        (joint.all_voters(), joint.members()),
        (ids(&[1, 2, 3, 4, 6]), ids(&[1, 2, 3, 4, 6, 7]))
    );
    let left = joint.changed(&Change::Leave).unwrap();
    assert_eq!(left, Membership { births: vec![(s(6), 60)], ..of(&[1, 4, 6], &[2, 7]) });
}

#[test]
fn a_new_server_that_is_named_twice_has_one_birth() {
    // §6: the first one counts.
    let twice = vec![member(2, 20), member(2, 21)];
    let learners = vec![member(2, 22), member(3, 30)];
    let change = Change::Replace { voters: twice, learners, leaves_by_itself: true };
    let joint = of(&[1], &[]).changed(&change).unwrap();
    assert_eq!(joint.births, [(s(2), 20), (s(3), 30)]);
    assert_eq!((joint.voters, joint.learners), (ids(&[2]), ids(&[3])));
}

#[test]
fn a_joint_membership_allows_nothing_but_to_leave_it() {
    // §6: and there is none with an empty half, or of the same servers.
    let start = of(&[1, 2], &[3]);
    let to = |voters: &[u32], learners: &[u32]| Change::Replace {
        voters: members(voters),
        learners: members(learners),
        leaves_by_itself: true,
    };
    assert_eq!(start.changed(&to(&[], &[1])), Err(BadChange::NoVoterLeft));
    assert_eq!(start.changed(&to(&[2, 1], &[3])), Err(BadChange::Same));
    assert!(start.changed(&to(&[2, 1], &[])).is_ok(), "a learner goes");
    assert!(start.changed(&to(&[1], &[3])).is_ok());
    assert_eq!(start.changed(&Change::Leave), Err(BadChange::NotJoint));
    let joint = start.changed(&replace(&[1, 4])).unwrap();
    let new = member(9, 0);
    let others = [
        Change::AddVoter(new),
        Change::AddLearner(new),
        Change::Promote(s(3)),
        Change::Demote(s(1)),
        Change::Remove(s(2)),
        replace(&[1]),
    ];
    for change in others {
        assert_eq!(joint.changed(&change), Err(BadChange::Joint), "{change:?}");
    }
}

#[test]
fn both_halves_have_to_agree() {
    // §6: separate majorities. A majority of the union, or of one half, decides nothing.
    let joint = both(&[3, 4, 5], &[1, 2, 3]);
    let cases: [(&[u32], bool); 9] = [
        (&[], false),
        (&[1, 2], false),
        (&[4, 5], false),
        (&[3, 4, 5], false),
        (&[1, 2, 4], false),
        (&[1, 2, 3], false),
        (&[3, 1, 4], true),
        (&[1, 2, 4, 5], true),
        (&[3, 2, 5, 9], true),
    ];
    for (who, decides) in cases {
        let agrees = |id: NodeId| who.contains(&id.0);
        assert_eq!(joint.decides(Rules::default(), &agrees), decides, "{who:?}");
    }
    assert!(!Membership::default().decides(Rules::default(), &|_| true), "nobody decides nothing");
}

#[test]
fn entries_are_committed_by_both_halves() {
    // §6: "log entries are replicated to all servers in both configurations", and agreement takes
    // a majority of each. Holders are counted once.
    let mut cluster = joint(&[3, 4, 5], false);
    for (peer, commit) in [(4, 3), (5, 3), (2, 4)] {
        cluster.hear(1, peer, 2, accepted(4));
        assert_eq!(cluster.node(1).commit_index(), commit, "S{peer}");
    }
    let commits = Decision::Commits { from: 3, to: 4, holders: 4 };
    assert!(cluster.decided(1).contains(&commits));
    cluster.offer(1, 41);
    for (peer, commit) in [(2, 4), (4, 4), (3, 5)] {
        cluster.hear(1, peer, 2, accepted(5));
        assert_eq!(cluster.node(1).commit_index(), commit, "S{peer}");
    }
}

#[test]
fn new_servers_learn_first_and_then_the_cluster_is_joint_once() {
    // §6, thesis §4.2.1: S6 gets the log before anybody waits for it; then C_old,new, and, when
    // that is committed, C_new: each is one entry, whatever is proposed meanwhile.
    let mut cluster = leader(plain());
    let (voters, learners) = (vec![member(1, 0), member(2, 0), member(6, 60)], vec![]);
    cluster.change(1, 40, Change::Replace { voters, learners, leaves_by_itself: true });
    let births = vec![(s(6), 60)];
    let learning = Membership { births: births.clone(), ..of(&[1, 2, 3], &[4, 5, 6]) };
    assert_eq!(
        (cluster.decided(1), &**cluster.node(1).membership()),
        (vec![changes(4)], &learning)
    );
    let catching_up =
        vec![CatchUp { id: s(6), round: 1, target: 4, since: cluster.now, done: false }];
    assert_eq!(pending(&cluster).unwrap().catching_up, catching_up);
    cluster.hear(1, 6, 2, accepted_by(60, 4));
    let took = Duration::ZERO;
    assert_eq!(cluster.decided(1), [Decision::EndsCatchUpRound { peer: s(6), round: 1, took }]);
    cluster.hear(1, 2, 2, accepted(4));
    let commits = |from, to, holders| Decision::Commits { from, to, holders };
    assert_eq!(cluster.decided(1), [commits(3, 4, 2), changes(5)]);
    let joint = Membership { births: births.clone(), ..both(&[1, 2, 6], &[1, 2, 3]) };
    assert_eq!(**cluster.node(1).membership(), joint);
    assert_eq!(pending(&cluster).map(|it| (it.id, it.then.clone())), Some((ProposalId(40), None)));
    cluster.offer(1, 41);
    cluster.change(1, 42, Change::Leave);
    let busy = Outcome::Refused(Refusal::ChangePending);
    assert_eq!(cluster.outcome(1, 42), Some(busy), "the leader leaves by itself");
    cluster.forget();
    cluster.hear(1, 2, 2, accepted(5));
    assert_eq!(cluster.decided(1), [commits(4, 5, 2), changes(7)], "1 and 2 are in both halves");
    cluster.offer(1, 43);
    cluster.hear(1, 6, 2, accepted_by(60, 6));
    cluster.hear(1, 2, 2, accepted(6));
    assert_eq!(cluster.node(1).log().last_index(), 8, "one entry to leave by");
    assert_eq!(**cluster.node(1).membership(), Membership { births, ..of(&[1, 2, 6], &[]) });
    assert_eq!((cluster.outcome(1, 40), pending(&cluster)), (None, None));
    cluster.hear(1, 6, 2, accepted_by(60, 7));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(7)));
    assert!(cluster.node(1).leadership().unwrap().peer(s(3)).is_none());
}

#[test]
fn an_explicit_joint_configuration_stays_until_it_is_left() {
    // §6: the change is over when C_old,new is committed. Everything but leaving is refused, that
    // as well until then, and leaving a second time.
    let mut cluster = joint(&[3, 4, 5], false);
    assert_eq!(pending(&cluster), None);
    cluster.change(1, 41, Change::Leave);
    assert_eq!(cluster.outcome(1, 41), Some(Outcome::Refused(Refusal::ChangePending)));
    (2..=5).for_each(|peer| cluster.hear(1, peer, 2, accepted(4)));
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(4)));
    cluster.forget();
    cluster.change(1, 42, Change::Remove(s(2)));
    let why = Refusal::Bad(BadChange::Joint);
    assert_eq!(cluster.decided(1), [Decision::RefusesChange { why }]);
    assert_eq!(cluster.outcome(1, 42), Some(Outcome::Refused(why)));
    cluster.now = moment(50);
    cluster.wake(1);
    assert_eq!(cluster.node(1).log().last_index(), 4, "time alone does not end it");
    cluster.change(1, 43, Change::Leave);
    assert_eq!(
        (&**cluster.node(1).membership(), cluster.node(1).membership_index()),
        (&of(&[3, 4, 5], &[]), 5)
    );
    cluster.change(1, 44, Change::Leave);
    assert_eq!(cluster.outcome(1, 44), Some(Outcome::Refused(Refusal::ChangePending)));
    assert_eq!(cluster.node(1).log().last_index(), 5);
}

#[test]
fn a_leader_outside_of_the_new_half_leads_until_that_is_committed() {
    // §6, thesis §4.2.2: it counts in C_old as long as that has to agree, and not in C_new. When
    // C_new is committed it hands over and steps down.
    let mut cluster = joint(&[3, 4, 5], true);
    (3..=5).for_each(|peer| cluster.hear(1, peer, 2, accepted(4)));
    assert_eq!(cluster.node(1).membership_index(), 5, "S1 and S3 of C_old, and C_new");
    assert_eq!(**cluster.node(1).membership(), of(&[3, 4, 5], &[]));
    cluster.offer(1, 41);
    cluster.hear(1, 5, 2, accepted(6));
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).is_leader()), (4, true));
    cluster.forget();
    cluster.hear(1, 3, 2, accepted(5));
    let commits = Decision::Commits { from: 4, to: 5, holders: 2 };
    let tells = Decision::TellsToStand { to: s(5), last: at(6, 2) };
    assert_eq!(cluster.decided(1), [commits, tells, Decision::LeavesCluster { term: 2 }]);
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(5)));
    assert_eq!((cluster.states(), cluster.node(1).timer()), (vec![("follower", 2)], None));
}

#[test]
fn a_new_leader_finishes_what_another_began() {
    // §6: the joint configuration is in its log. Once that and an entry of its own are committed
    // it leaves it, if that is to happen by itself; else somebody has to ask for it.
    for by_itself in [true, false] {
        let mut log = log(&[1]);
        let members = Membership { leaves_by_itself: by_itself, ..both(&[1, 2], &[1, 2, 3]) };
        log.append(membership(members, 1));
        let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], plain()), 1, None, log)]);
        cluster.tell(1, Input::Timeout);
        cluster.hear(1, 3, 2, vote(true));
        assert_eq!(cluster.states(), [("candidate", 2)], "two of C_old, one of C_new");
        cluster.hear(1, 2, 2, vote(true));
        cluster.hear(1, 2, 2, accepted(2));
        assert_eq!(cluster.node(1).log().last_index(), 3);
        cluster.hear(1, 2, 2, accepted(3));
        assert_eq!(cluster.node(1).membership().is_joint(), !by_itself);
        if !by_itself {
            cluster.change(1, 40, Change::Leave);
        }
        assert_eq!(
            (&**cluster.node(1).membership(), cluster.node(1).membership_index()),
            (&of(&[1, 2], &[]), 4)
        );
        cluster.offer(1, 41);
        cluster.hear(1, 2, 2, accepted(5));
        assert_eq!((cluster.node(1).log().last_index(), cluster.node(1).commit_index()), (5, 5));
        assert_eq!(cluster.outcome(1, 40), (!by_itself).then_some(Outcome::Committed(4)));
    }
}

#[test]
fn a_joint_configuration_is_not_left_while_leadership_is_handed_over() {
    // §6, thesis §3.10: the log stands still for the other. The new leader leaves it, or this one
    // does when the transfer is given up.
    let mut cluster = joint(&[3, 4, 5], true);
    cluster.transfer(1, 2);
    cluster.transfer(1, 4);
    assert_eq!(cluster.node(1).leadership().unwrap().transfer.unwrap().to, s(4), "one of C_new");
    (2..=4).for_each(|peer| cluster.hear(1, peer, 2, accepted(4)));
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).log().last_index()), (4, 4));
    let tells = Decision::TellsToStand { to: s(4), last: at(4, 2) };
    assert!(cluster.decided(1).contains(&tells));
    cluster.transfer(1, 1);
    assert_eq!(cluster.node(1).log().last_index(), 4, "with the next answer");
    cluster.hear(1, 5, 2, accepted(4));
    assert_eq!((cluster.node(1).log().last_index(), cluster.node(1).membership_index()), (5, 5));
}

#[test]
fn a_leader_is_replaced_by_a_new_server_within_one_change() {
    // §6, thesis §3.10: S4 takes the place of S1, also as leader, while the cluster is joint. The
    // new leader leaves the joint configuration, and S1 never stands again.
    let mut nodes: Vec<Node> = (1..=3).map(|id| found(id, &[1, 2, 3])).collect();
    let joins = setup(4, &[], Config::default());
    nodes.push(Node::join(joins, 44, raft_core::time::Instant::ZERO));
    let mut cluster = Cluster::of(nodes);
    cluster.elect(1);
    let voters = vec![member(2, 0), member(3, 0), member(4, 44)];
    cluster.change(1, 40, Change::Replace { voters, learners: vec![], leaves_by_itself: false });
    cluster.settle();
    assert_eq!(cluster.outcome(1, 40), Some(Outcome::Committed(3)));
    cluster.transfer(1, 4);
    cluster.settle();
    assert_eq!(cluster.states()[3], ("leader", 2));
    cluster.change(4, 41, Change::Leave);
    cluster.settle();
    assert_eq!(cluster.outcome(4, 41), Some(Outcome::Committed(5)));
    let members = Membership { births: vec![(s(4), 44)], ..of(&[2, 3, 4], &[]) };
    assert!((2..=4).all(|id| **cluster.node(id).membership() == members));
    cluster.run(Duration::from_millis(1000));
    assert_eq!(cluster.states().iter().filter(|state| state.0 == "leader").count(), 1);
    assert_eq!(cluster.node(4).current_term(), 2);
}

fn found(id: u32, voters: &[u32]) -> Node {
    Node::found(setup(id, voters, Config::default()), raft_core::time::Instant::ZERO)
}
