//! Compaction (§7): a server's own snapshots, what they let go of, and what a disk that lost
//! something shows.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

/// S1 follows S2 in term 2 with six entries, of which five are applied.
fn follower(config: Config) -> Cluster {
    let mut cluster = Cluster::in_role("follower", 3, config, 2, &[1, 1, 1, 2, 2, 2]);
    cluster.hear(1, 2, 2, append(at(6, 2), &[], 5));
    assert_eq!(cluster.node(1).last_applied(), 5);
    cluster.forget();
    cluster
}

#[test]
fn a_snapshot_of_ones_own_is_written_before_the_log_is_cut() {
    // §7: a server compacts on its own, with what it has applied. Until the snapshot is durable
    // the log is all that a restart has.
    let mut cluster = follower(plain());
    cluster.syncs = false;
    cluster.snapshot(1, 4, "four");
    assert_eq!(cluster.decided(1), [Decision::TakesSnapshot { last: at(4, 2) }]);
    let snapshot = cluster.node(1).snapshot().unwrap().clone();
    assert_eq!((snapshot.last, &snapshot.data[..]), (at(4, 2), &b"four"[..]));
    assert_eq!(*snapshot.membership, of(&[1, 2, 3], &[]));
    let kept = SnapshotWrite { snapshot, replaces_log: false };
    let write = cluster.out(1).writes[0].clone();
    let expected = Write { token: write.token, hard_state: None, snapshot: Some(kept), log: None };
    assert_eq!(write, expected);
    assert_eq!((cluster.node(1).log().base(), cluster.node(1).durable_index()), (at(0, 0), 6));
    cluster.sync(1);
    assert_eq!(cluster.decided(1), [Decision::Compacts { through: 4 }]);
    assert_eq!(cluster.out(1).compacted, [4]);
    assert_eq!((cluster.node(1).log().base(), cluster.node(1).log().last()), (at(4, 2), at(6, 2)));
    cluster.hear(1, 2, 2, append(at(6, 2), &[], 6));
    assert_eq!(cluster.out(1).applied.last().unwrap().0, 6);
}

#[test]
fn some_entries_stay_for_peers_that_are_a_little_behind() {
    // §7: as many before the snapshot as the settings say; never the other way round.
    for (keep, base) in [(0, at(4, 2)), (1, at(3, 1)), (3, at(1, 1)), (4, at(0, 0)), (9, at(0, 0))]
    {
        let mut cluster = follower(Config { snapshot_keep: keep, ..plain() });
        cluster.snapshot(1, 4, "four");
        assert_eq!(cluster.node(1).log().base(), base, "{keep}");
        let compacted: &[Index] = if base.index == 0 { &[] } else { &[base.index] };
        assert_eq!(cluster.out(1).compacted, compacted, "{keep}");
    }
}

#[test]
fn a_snapshot_of_nothing_of_the_future_or_of_the_past_is_not_taken() {
    // §7: only what is applied can be in a snapshot, and an older one would bring back what a
    // newer one replaced.
    let mut cluster = follower(plain());
    for index in [0, 6, 7] {
        cluster.snapshot(1, index, "no");
        assert_eq!(cluster.decided(1), [], "{index}");
        assert_eq!(cluster.node(1).snapshot(), None, "{index}");
    }
    cluster.snapshot(1, 5, "yes");
    cluster.forget();
    for index in [3, 5] {
        cluster.snapshot(1, index, "no");
        assert_eq!(cluster.decided(1), [], "{index}");
        assert_eq!(&cluster.node(1).snapshot().unwrap().data[..], b"yes");
    }
}

#[test]
fn a_snapshot_has_the_membership_as_of_its_last_entry() {
    // §7: not the latest of the log, which may never be committed, and not the founders', when an
    // earlier snapshot has replaced the entry that changed it.
    let mut cluster = Cluster::new(1, plain());
    cluster.elect(1);
    cluster.change(1, 2, Change::AddLearner(member(2, 7)));
    cluster.offer(1, 3);
    cluster.change(1, 4, Change::AddLearner(member(3, 8)));
    let births = |births: &[(u32, u64)]| births.iter().map(|&(id, birth)| (s(id), birth)).collect();
    let two = Membership { births: births(&[(2, 7)]), ..of(&[1], &[2]) };
    let three = Membership { births: births(&[(2, 7), (3, 8)]), ..of(&[1], &[2, 3]) };
    for (index, membership) in [(1, of(&[1], &[])), (3, two), (4, three.clone())] {
        cluster.snapshot(1, index, "state");
        assert_eq!(*cluster.node(1).snapshot().unwrap().membership, membership, "{index}");
        assert_eq!(cluster.node(1).log().base().index, index);
        assert_eq!(**cluster.node(1).membership(), three, "in force is the latest");
    }
    cluster.offer(1, 5);
    cluster.snapshot(1, 5, "state");
    assert_eq!(*cluster.node(1).snapshot().unwrap().membership, three);
    assert_eq!((cluster.node(1).membership_index(), cluster.node(1).last_applied()), (4, 5));
}

#[test]
fn snapshots_are_asked_for_by_entries_and_by_bytes_once_each() {
    // §7: a simple rule of size; the driver may take its time, and is not asked again for what it
    // was asked for.
    let bounds = [
        (Config { snapshot_entries: 3, ..plain() }, vec![3, 6, 9]),
        (Config { snapshot_bytes: 4, ..plain() }, vec![5, 9]),
        (Config { snapshot_entries: 4, snapshot_bytes: 3, ..plain() }, vec![4, 7, 10]),
        (plain(), vec![]),
    ];
    for (config, asked) in bounds {
        let mut cluster = Cluster::new(1, config);
        cluster.elect(1);
        (2..=9).for_each(|number| cluster.propose(1, number));
        cluster.propose(1, 9);
        assert_eq!(cluster.out(1).asked, asked, "{config:?}");
    }
}

#[test]
fn a_snapshot_restarts_the_count_to_the_next_one() {
    // §7: also one that was triggered by hand, and one that came from the leader.
    let config = Config { snapshot_entries: 3, snapshot_bytes: 3, ..plain() };
    let mut cluster = Cluster::new(1, config);
    cluster.elect(1);
    (2..=3).for_each(|number| cluster.propose(1, number));
    cluster.out(1).asked.clear();
    cluster.snapshot(1, 3, "by hand");
    (4..=5).for_each(|number| cluster.propose(1, number));
    assert_eq!(cluster.out(1).asked, []);
    cluster.propose(1, 6);
    assert_eq!(cluster.out(1).asked, [6]);

    let mut cluster = Cluster::in_role("follower", 3, config, 2, &[]);
    let text = Entry { term: 2, payload: Payload::Command(command("ab")) };
    let round = Round::default();
    let send = |prev, entries, commit| Body::AppendEntries { prev, entries, commit, round };
    cluster.hear(1, 2, 2, send(at(0, 0), vec![text.clone()], 1));
    cluster.hear(1, 2, 2, Body::InstallSnapshot(chunk(at(9, 2), of(&[1, 2, 3], &[]), "nine")));
    cluster.hear(1, 2, 2, send(at(9, 2), vec![text.clone()], 10));
    assert_eq!(cluster.out(1).asked, [], "two bytes since the snapshot");
    cluster.hear(1, 2, 2, send(at(10, 2), vec![text], 11));
    assert_eq!(cluster.out(1).asked, [11]);
}

#[test]
fn a_restarted_server_applies_only_what_follows_its_snapshot() {
    // §7: the driver has given the snapshot to the state machine. Entries before its end may still
    // be on the disk, and so may memberships: the snapshot's is the one as of its end.
    let learner = of(&[1, 2, 3], &[4]);
    let mut log = log(&[1, 1]);
    log.append(membership(of(&[1, 2, 3], &[5]), 1));
    for entry in entries(&[1, 2]) {
        log.append(entry);
    }
    log.append(membership(of(&[1, 2], &[]), 2));
    log.compact_to(1);
    let hard_state = HardState { current_term: 2, ..HardState::default() };
    let last = at(4, 1);
    let snapshot = Snapshot { last, membership: learner.clone().into(), data: command("four") };
    let saved = Saved { hard_state, snapshot: Some(snapshot.into()), log };
    let node = Node::restore(setup(1, &[1, 2, 3], plain()), saved, Instant::ZERO);
    assert_eq!((node.commit_index(), node.last_applied(), node.durable_index()), (4, 4, 6));
    assert_eq!((node.membership_index(), &**node.membership()), (6, &of(&[1, 2], &[])));
    let mut cluster = Cluster::of(vec![node]);
    cluster.hear(1, 2, 2, append(at(5, 2), &[3], 6));
    assert_eq!(**cluster.node(1).membership(), learner, "6 was truncated");
    assert_eq!(cluster.node(1).membership_index(), 4);
    let indices: Vec<_> = cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, [5, 6]);
}

#[test]
fn a_crash_between_a_snapshot_and_the_cut_of_the_log_is_made_up_for() {
    // §7: the snapshot is durable, so what it replaces goes with the first write after the
    // restart, and as much of it stays as the settings say.
    let membership = of(&[1, 2, 3], &[]).into();
    let snapshot = Snapshot { last: at(3, 1), membership, data: command("three") };
    let hard_state = HardState { current_term: 1, ..HardState::default() };
    let log = log(&[1, 1, 1, 1]);
    let saved = Saved { hard_state, snapshot: Some(snapshot.into()), log };
    let config = Config { snapshot_keep: 1, ..plain() };
    let node = Node::restore(setup(1, &[1, 2, 3], config), saved, Instant::ZERO);
    let mut cluster = Cluster::of(vec![node]);
    assert_eq!(cluster.node(1).log().base(), at(0, 0));
    cluster.hear(1, 2, 1, request_vote(at(4, 1)));
    assert_eq!(cluster.out(1).compacted, [2]);
    let log = cluster.node(1).log();
    assert_eq!((log.base(), log.last()), (at(2, 1), at(4, 1)));
}

#[test]
fn what_is_compacted_counts_as_matching_the_leader() {
    // §5.3, §7: what a snapshot replaced was committed, so the leader has the same. A request that
    // begins before it is taken from where the log begins; a vote is judged by the log's end.
    let mut cluster = follower(plain());
    cluster.snapshot(1, 5, "five");
    cluster.forget();
    cluster.hear(1, 2, 2, append(at(1, 1), &[1, 1], 3));
    cluster.hear(1, 2, 2, append(at(2, 1), &[1, 2, 2, 2, 2], 7));
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 7));
    let answers = [5, 7, 5].map(|index| envelope(1, 2, 2, accepted(index)));
    assert_eq!(cluster.sent(), answers);
    assert_eq!((cluster.terms(1), cluster.node(1).commit_index()), (vec![2, 2], 7));
    cluster.snapshot(1, 7, "seven");
    assert_eq!(cluster.terms(1), []);
    for (last, granted) in [(at(6, 2), false), (at(9, 1), false), (at(7, 2), true)] {
        cluster.forget();
        cluster.hear(1, 3, 3, request_vote(last));
        assert_eq!(cluster.sent(), [envelope(1, 3, 3, vote(granted))], "{last}");
    }
}

/// S1 leads term 2; S2 and S3 have acknowledged all six entries at 10 ms.
fn settled(config: Config) -> Cluster {
    let mut cluster = Cluster::leading(3, config, 2, &[1; 5]);
    cluster.now = moment(10);
    (2..=3).for_each(|peer| cluster.hear(1, peer, 2, accepted(6)));
    assert_eq!(cluster.progress(2).matched_at, moment(10));
    cluster.forget();
    cluster
}

#[test]
fn a_follower_that_lost_what_it_acknowledged_is_found_out_by_a_heartbeat() {
    // Figure 2: an acknowledgement is a promise. A request that was sent after it and is rejected
    // for want of those entries shows that the disk was lost or put back; even with nothing to
    // send. It is not filled up again as if it had never promised anything.
    let mut cluster = settled(plain());
    let refused = AppendReply::Rejected { prev: 6, hint: at(3, 1) };
    cluster.now = moment(60);
    cluster.hear(1, 2, 2, answer_to(moment(11), refused));
    let misses = Decision::MissesEntries { peer: s(2), match_index: 6, last: 3 };
    assert_eq!(cluster.decided(1), [misses]);
    let progress = cluster.progress(2);
    assert_eq!((&progress.mode, progress.match_index), (&Mode::Probe { waiting: true }, 6));
    assert_eq!((progress.next_index, cluster.sent()), (7, vec![]));
    cluster.offer(1, 7);
    assert_eq!(cluster.kinds(), [(3, Kind::AppendEntries)]);
    cluster.wake(1);
    let beat = |to, prev| envelope(1, to, 2, heartbeat(0, moment(60), prev, 6));
    assert_eq!(cluster.sent(), [beat(2, at(6, 2)), beat(3, at(7, 2))]);
    cluster.hear(1, 2, 2, answer_to(moment(60), refused));
    assert_eq!(cluster.decided(1), [misses], "as often as it is asked");
    assert_eq!(cluster.sent(), []);
}

#[test]
fn a_late_rejection_is_no_loss_of_the_log() {
    // §5.3: requests may overtake each other. One that was sent before the acknowledgement came
    // tells nothing, whether the peer is replicated to or asked where it is.
    let refused = AppendReply::Rejected { prev: 6, hint: at(5, 1) };
    for is_probed in [false, true] {
        let mut cluster = settled(plain());
        cluster.offer(1, 7);
        cluster.forget();
        if is_probed {
            cluster.hear(1, 2, 2, rejected(7, at(6, 2)));
            assert_eq!(cluster.decided(1), [Decision::BacksUp { peer: s(2), next: 7 }]);
        }
        let before = cluster.node(1).clone();
        cluster.forget();
        for ms in [0, 9, 10] {
            cluster.hear(1, 2, 2, answer_to(moment(ms), refused));
            assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]), "{ms} {is_probed}");
        }
        let (now, then) = (cluster.progress(2), before.leadership().unwrap().peer(s(2)).unwrap());
        assert_eq!((&now.mode, now.next_index), (&then.mode, then.next_index));
    }
}

#[test]
fn a_follower_that_restarts_with_its_disk_is_no_loss_either() {
    // Figure 2: what is volatile may go. The commit index is learned anew, and applied anew.
    let mut cluster = Cluster::new(3, plain());
    cluster.elect(1);
    (2..=4).for_each(|number| cluster.propose(1, number));
    let node = cluster.node(3);
    let hard_state = HardState { current_term: 1, voted_for: node.voted_for(), birth: 0 };
    let saved = Saved { hard_state, snapshot: None, log: node.log().clone() };
    cluster.restart(3, setup(3, &[1, 2, 3], plain()), saved);
    assert_eq!((cluster.node(3).commit_index(), cluster.node(3).last_applied()), (0, 0));
    cluster.forget();
    cluster.wait(50);
    cluster.wake(1);
    cluster.settle();
    assert_eq!((cluster.node(3).commit_index(), cluster.node(3).last_applied()), (4, 4));
    let indices: Vec<_> = cluster.out(3).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!((indices, cluster.decided(1)), (vec![1, 2, 3, 4], vec![]));
}

#[test]
fn the_last_entry_that_was_compacted_is_still_compared() {
    // §7: a snapshot's last entry keeps its term, for the check of the entries that follow it.
    let mut cluster = follower(plain());
    cluster.snapshot(1, 4, "four");
    assert_eq!(cluster.node(1).log().base(), at(4, 2));
    cluster.forget();
    cluster.hear(1, 2, 2, append(at(4, 1), &[2], 5));
    let (why, prev) = (AppendRefusal::Conflict { ours: 2 }, at(4, 1));
    assert_eq!(cluster.decided(1), [Decision::RefusesEntries { leader: s(2), prev, why }]);
    cluster.hear(1, 2, 2, append(at(3, 2), &[2, 2], 5));
    assert_eq!(cluster.decided(1), []);
}
