//! Receiving snapshots (§7, Figure 13): what a piece does to the server that gets it.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

/// S1 follows S2 in term 2, with a log of these terms of which two entries are committed.
fn follower(terms: &[Term]) -> Cluster {
    let mut cluster = Cluster::in_role("follower", 3, plain(), 2, terms);
    cluster.hear(1, 2, 2, append(at(2, 1), &[], 2));
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).last_applied()), (2, 2));
    cluster.forget();
    cluster
}

fn install(last: Position, data: &str) -> Body {
    Body::InstallSnapshot(chunk(last, of(&[1, 2, 3], &[]), data))
}

fn reply(last: Position, received: u64, installed: bool) -> Vec<Envelope> {
    vec![envelope(1, 2, 2, piece_arrived(Instant::ZERO, last, received, installed))]
}

#[test]
fn a_snapshot_of_what_is_committed_changes_nothing() {
    // Figure 13: an old snapshot that arrives late would undo what came after it. The answer says
    // that the log agrees, which it does.
    let mut cluster = follower(&[1, 1, 2]);
    cluster.syncs = false;
    for last in [at(1, 1), at(2, 1)] {
        let before = cluster.node(1).log().clone();
        cluster.hear(1, 2, 2, install(last, "old"));
        let ignores = Decision::IgnoresSnapshot { leader: s(2), last, commit: 2 };
        assert_eq!(cluster.decided(1), [ignores]);
        assert_eq!(cluster.sent(), reply(last, 0, true));
        assert_eq!((cluster.node(1).log(), cluster.node(1).snapshot()), (&before, None));
        assert!(cluster.out(1).writes.is_empty());
    }
}

#[test]
fn a_snapshot_of_what_the_log_holds_only_commits_it() {
    // Figure 13, step 6: with the snapshot's last entry in the log, what follows it stays.
    let mut cluster = follower(&[1, 1, 2, 2]);
    cluster.syncs = false;
    cluster.hear(1, 2, 2, install(at(3, 2), "same"));
    let ignores = Decision::IgnoresSnapshot { leader: s(2), last: at(3, 2), commit: 2 };
    let commits = Decision::Commits { from: 2, to: 3, holders: 0 };
    assert_eq!(cluster.decided(1), [ignores, commits]);
    assert_eq!(cluster.sent(), reply(at(3, 2), 4, true));
    assert_eq!(cluster.terms(1), [1, 1, 2, 2]);
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).last_applied()), (3, 3));
    assert_eq!(cluster.node(1).snapshot(), None);
    assert!(cluster.out(1).writes.is_empty());
}

#[test]
fn a_snapshot_of_what_the_log_lacks_takes_its_place_once() {
    // Figure 13, steps 7 and 8: the log is discarded, and the state machine and the membership are
    // the snapshot's. When it arrives again it says nothing new.
    let mut cluster = follower(&[1, 1, 2]);
    cluster.now = moment(5);
    let body = Body::InstallSnapshot(chunk(at(5, 2), of(&[1, 2], &[3]), "new"));
    cluster.hear(1, 2, 2, body.clone());
    let installs = Decision::InstallsSnapshot { leader: s(2), last: at(5, 2), from: 3 };
    assert_eq!(cluster.decided(1), [installs]);
    assert_eq!(cluster.sent(), reply(at(5, 2), 3, true));
    let node = cluster.node(1);
    assert_eq!((node.log(), node.timer().unwrap().from), (&Log::after(at(5, 2)), moment(5)));
    assert_eq!((node.commit_index(), node.last_applied(), node.durable_index()), (5, 5, 5));
    assert_eq!((node.membership_index(), &**node.membership()), (5, &of(&[1, 2], &[3])));
    let held = node.snapshot().unwrap();
    assert_eq!(
        (held.last, &held.data[..], node.incoming_snapshot()),
        (at(5, 2), &b"new"[..], None)
    );
    assert_eq!(cluster.out(1).applied.last(), Some(&(5, None)));

    cluster.hear(1, 2, 2, body);
    let ignores = Decision::IgnoresSnapshot { leader: s(2), last: at(5, 2), commit: 5 };
    assert_eq!(cluster.decided(1), [ignores]);
    assert_eq!(cluster.sent(), reply(at(5, 2), 0, true));
    assert_eq!(cluster.out(1).applied.iter().filter(|(index, _)| *index == 5).count(), 1);
    cluster.hear(1, 2, 2, append(at(5, 2), &[2], 6));
    assert_eq!(cluster.out(1).applied.last().unwrap().0, 6);
}

#[test]
fn entries_that_conflict_with_a_snapshot_go_with_all_that_follow_them() {
    // Figure 13, step 7: an entry of another term at the snapshot's end was never committed, and
    // nothing after it may be.
    let mut cluster = follower(&[1, 1, 1, 1, 1]);
    cluster.syncs = false;
    cluster.hear(1, 2, 2, install(at(4, 2), "four"));
    let installs = Decision::InstallsSnapshot { leader: s(2), last: at(4, 2), from: 5 };
    assert_eq!(cluster.decided(1), [installs]);
    let node = cluster.node(1);
    assert_eq!((node.log().last(), node.log().base()), (at(4, 2), at(4, 2)));
    let write = cluster.out(1).writes.pop_front().unwrap();
    let snapshot = cluster.node(1).snapshot().unwrap().clone();
    let kept = SnapshotWrite { snapshot, replaces_log: true };
    let expected = Write { token: write.token, hard_state: None, snapshot: Some(kept), log: None };
    assert_eq!(write, expected);
}

#[test]
fn nothing_is_said_or_restored_before_a_snapshot_is_on_disk() {
    // Figure 2, §7: the answer counts for commitment, and a crash before the write leaves the old
    // log. Entries that follow at once wait in their turn.
    let mut cluster = follower(&[1, 1, 2]);
    cluster.syncs = false;
    cluster.hear(1, 2, 2, install(at(5, 2), "new"));
    cluster.hear(1, 2, 2, append(at(5, 2), &[2], 6));
    assert_eq!(cluster.sent(), []);
    let node = cluster.node(1);
    assert_eq!((node.commit_index(), node.last_applied(), node.durable_index()), (6, 2, 2));
    assert_eq!(cluster.out(1).writes[1].log, Some(LogWrite { from: 6, entries: entries(&[2]) }));
    cluster.sync(1);
    assert_eq!(cluster.sent(), reply(at(5, 2), 3, true));
    assert_eq!((cluster.node(1).last_applied(), cluster.node(1).durable_index()), (5, 5));
    cluster.sync(1);
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, accepted(6))]);
    let indices: Vec<_> = cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, [1, 2, 5, 6]);
}

#[test]
fn a_write_of_the_log_that_a_snapshot_replaced_makes_nothing_durable() {
    // Figure 2, thesis §10.2.1: entries 4 to 6 are being written when a snapshot takes their
    // place. The end of that write tells nothing about the log that is there now.
    let mut cluster = follower(&[1, 1, 2]);
    cluster.syncs = false;
    cluster.hear(1, 2, 2, append(at(3, 2), &[1, 1, 1], 2));
    cluster.hear(1, 2, 2, install(at(5, 2), "new"));
    assert_eq!(cluster.node(1).durable_index(), 2);
    cluster.sync(1);
    assert_eq!((cluster.node(1).durable_index(), cluster.node(1).last_applied()), (2, 2));
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, accepted(6))], "which was true when it was held");
    cluster.sync(1);
    assert_eq!((cluster.node(1).durable_index(), cluster.node(1).last_applied()), (5, 5));
}

#[test]
fn a_server_that_stops_before_or_after_the_write_restarts_with_one_whole_log() {
    // §7, Figure 2: the snapshot and the end of the log that it replaced are one write. Before it
    // the server is what it was; after it, it knows as committed what the snapshot replaces.
    let hard_state = HardState { current_term: 2, ..HardState::default() };
    let mut cluster = follower(&[1, 1, 2]);
    let before = Saved { hard_state, snapshot: None, log: log(&[1, 1, 2]) };
    cluster.restart(1, setup(1, &[1, 2, 3], plain()), before);
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).log().last()), (0, at(3, 2)));
    cluster.hear(1, 2, 2, Body::InstallSnapshot(chunk(at(5, 2), of(&[1, 2], &[3]), "new")));
    let snapshot = cluster.node(1).snapshot().cloned();
    let after = Saved { hard_state, snapshot, log: Log::after(at(5, 2)) };
    cluster.restart(1, setup(1, &[1, 2, 3], plain()), after);
    let node = cluster.node(1);
    assert_eq!((node.commit_index(), node.last_applied(), node.durable_index()), (5, 5, 5));
    assert_eq!((node.membership_index(), &**node.membership()), (5, &of(&[1, 2], &[3])));
    assert_eq!(node.log().last(), at(5, 2));
    cluster.forget();
    cluster.hear(1, 2, 2, append(at(5, 2), &[2], 6));
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, accepted(6))]);
}

/// A piece of a snapshot up to 5 that holds `abcdef`.
fn piece(last: Position, offset: u64, data: &str, done: bool) -> Body {
    let whole = chunk(last, of(&[1, 2, 3], &[]), data);
    Body::InstallSnapshot(Chunk { offset, done, ..whole })
}

#[test]
fn pieces_that_are_lost_repeated_or_reordered_make_the_same_snapshot() {
    // Figure 13, step 3: a piece counts where it fits. Every answer says where the next one has to
    // begin, so the sender need not know what was lost.
    let mut cluster = follower(&[1, 1, 2]);
    let last = at(5, 2);
    let steps = [
        (piece(last, 4, "ef", true), 0, false),
        (piece(last, 0, "ab", false), 2, false),
        (piece(last, 0, "ab", false), 2, false),
        (piece(last, 4, "ef", true), 2, false),
        (piece(last, 2, "cd", false), 4, false),
        (piece(last, 0, "ab", false), 4, false),
        (piece(last, 4, "ef", true), 6, true),
        (piece(last, 4, "ef", true), 0, true),
    ];
    for (number, (body, received, installed)) in steps.into_iter().enumerate() {
        cluster.hear(1, 2, 2, body);
        assert_eq!(cluster.sent(), reply(last, received, installed), "step {number}");
        let incoming = (!installed).then_some((5, received));
        assert_eq!(cluster.node(1).incoming_snapshot(), incoming, "step {number}");
    }
    assert_eq!(&cluster.node(1).snapshot().unwrap().data[..], b"abcdef");
}

#[test]
fn pieces_of_another_snapshot_or_leader_are_not_put_together() {
    // Figure 13: two leaders' snapshots of the same entries may be different bytes, and so may
    // two snapshots of one leader. Each begins anew.
    let mut cluster = follower(&[1, 1, 2]);
    cluster.hear(1, 2, 2, piece(at(5, 2), 0, "ab", false));
    cluster.hear(1, 2, 2, piece(at(6, 2), 2, "cd", true));
    assert_eq!(cluster.node(1).incoming_snapshot(), Some((6, 0)));
    cluster.hear(1, 2, 2, piece(at(6, 2), 0, "ab", false));
    assert_eq!(cluster.node(1).incoming_snapshot(), Some((6, 2)));
    cluster.forget();
    cluster.hear(1, 3, 3, piece(at(6, 2), 2, "cd", true));
    assert_eq!(cluster.node(1).incoming_snapshot(), Some((6, 0)));
    let answer = piece_arrived(Instant::ZERO, at(6, 2), 0, false);
    assert_eq!(cluster.sent(), [envelope(1, 3, 3, answer)]);
    cluster.hear(1, 3, 3, piece(at(6, 2), 0, "xy", true));
    assert_eq!(&cluster.node(1).snapshot().unwrap().data[..], b"xy");
    cluster.forget();
    cluster.hear(1, 2, 2, piece(at(7, 2), 0, "z", true));
    let answer = piece_arrived(Instant::ZERO, at(7, 2), 0, false);
    assert_eq!(cluster.sent(), [envelope(1, 2, 3, answer)], "an old leader learns the term");
}

#[test]
fn the_membership_of_a_snapshot_is_taken_as_it_is() {
    // §7: a snapshot includes the membership as of its last entry. Unlike implementations that
    // refuse one which omits the receiver or makes it a learner: the entry that adds it may come
    // after the snapshot, and what it may do follows from the membership alone.
    let joint = Membership {
        voters: ids(&[1, 4]),
        outgoing: ids(&[1, 2, 3]),
        learners: ids(&[5]),
        learners_next: ids(&[3]),
        leaves_by_itself: true,
        births: vec![(s(4), 9)],
    };
    let cases = [(of(&[2, 3], &[]), false), (of(&[2, 3], &[1]), false), (joint, true)];
    for (membership, is_voter) in cases {
        let mut cluster = follower(&[1, 1, 2]);
        cluster.hear(1, 2, 2, Body::InstallSnapshot(chunk(at(5, 2), membership.clone(), "")));
        let node = cluster.node(1);
        assert_eq!((&**node.membership(), node.timer().is_some()), (&membership, is_voter));
        let hard_state = HardState { current_term: 2, ..HardState::default() };
        let saved =
            Saved { hard_state, snapshot: node.snapshot().cloned(), log: node.log().clone() };
        cluster.restart(1, setup(1, &[1, 2, 3], plain()), saved);
        assert_eq!(&**cluster.node(1).membership(), &membership);
        cluster.tell(1, Input::Timeout);
        let state = if is_voter { ("candidate", 3) } else { ("follower", 2) };
        assert_eq!(cluster.states(), [state]);
    }
}

#[test]
fn commands_whose_entries_a_snapshot_replaces_have_an_open_fate() {
    // §8: S1 led, and its command was never answered. The snapshot does not tell whether it is in
    // there, so its client is told neither. One that ends with its entry tells that it is.
    let open = Outcome::Lost;
    for (last, outcome) in [(at(5, 3), open), (at(4, 3), open), (at(4, 2), Outcome::Committed(4))] {
        let mut cluster = Cluster::leading(3, plain(), 2, &[1, 1]);
        cluster.offer(1, 40);
        cluster.hear(1, 3, 3, Body::InstallSnapshot(chunk(last, of(&[1, 2, 3], &[]), "four")));
        assert_eq!(cluster.states(), [("follower", 3)]);
        assert_eq!(cluster.outcome(1, 40), Some(outcome), "{last}");
    }
}
