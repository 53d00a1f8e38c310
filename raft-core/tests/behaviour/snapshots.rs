//! Sending snapshots (§7): who gets one, piece by piece, and how entries follow again.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

const LAST: Position = Position { term: 2, index: 6 };

/// S1 leads term 2 of three servers. S2 has all six entries, which a snapshot has replaced; S3 has
/// said nothing yet.
fn leader(config: Config) -> Cluster {
    let mut cluster = Cluster::leading(3, config, 2, &[1; 5]);
    cluster.hear(1, 2, 2, accepted(6));
    cluster.snapshot(1, 6, "abcdef");
    cluster.forget();
    cluster
}

/// S3 has two entries, so at this moment it is sent the first piece.
fn sending(config: Config, ms: u64) -> Cluster {
    let mut cluster = leader(config);
    cluster.now = moment(ms);
    cluster.hear(1, 3, 2, rejected(5, at(2, 1)));
    assert!(matches!(cluster.progress(3).mode, Mode::Snapshot(_)));
    cluster.forget();
    cluster
}

fn pieces_of(bytes: usize) -> Config {
    Config { snapshot_chunk: bytes, ..plain() }
}

/// The piece of the snapshot that is sent to S3 at this moment.
fn piece(ms: u64, offset: u64, data: &str, done: bool) -> Envelope {
    let round = Round { number: 0, sent_at: moment(ms), birth: 0 };
    let whole = chunk(LAST, of(&[1, 2, 3], &[]), data);
    envelope(1, 3, 2, Body::InstallSnapshot(Chunk { offset, done, round, ..whole }))
}

fn entry(prev: Position, number: u64, commit: Index, sent_at: Instant) -> Body {
    let entries = vec![Entry { term: 2, payload: Payload::Command(command(&number.to_string())) }];
    Body::AppendEntries { prev, entries, commit, round: Round { number: 0, sent_at, birth: 0 } }
}

#[test]
fn a_peer_whose_entries_are_compacted_gets_the_snapshot_in_pieces() {
    // §7: the leader sends a snapshot when it has discarded the next entry that a peer needs. One
    // piece waits for its answer at a time; no entries meanwhile, but the heartbeats go on.
    let mut cluster = leader(pieces_of(4));
    cluster.now = moment(10);
    cluster.hear(1, 3, 2, rejected(5, at(2, 1)));
    let backs_up = Decision::BacksUp { peer: s(3), next: 5 };
    assert_eq!(cluster.decided(1), [backs_up, Decision::SendsSnapshot { peer: s(3), last: LAST }]);
    assert_eq!(cluster.sent(), [piece(10, 0, "abcd", false)]);
    cluster.now = moment(20);
    cluster.hear(1, 3, 2, piece_arrived(moment(10), LAST, 4, false));
    assert_eq!(cluster.sent(), [piece(20, 4, "ef", true)]);
    let snapshot = cluster.node(1).snapshot().unwrap().clone();
    let mode = Mode::Snapshot(Sending { snapshot, offset: 4, asked_at: Some(moment(20)) });
    let progress = cluster.progress(3);
    assert_eq!((&progress.mode, progress.match_index, progress.next_index), (&mode, 0, 7));

    cluster.offer(1, 7);
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, entry(LAST, 7, 6, moment(20)))]);
    cluster.now = moment(50);
    cluster.wake(1);
    let beat = |to, prev| envelope(1, to, 2, heartbeat(0, moment(50), prev, 6));
    assert_eq!(cluster.sent(), [beat(2, at(7, 2)), beat(3, LAST)]);

    cluster.now = moment(60);
    cluster.hear(1, 3, 2, piece_arrived(moment(20), LAST, 6, true));
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, entry(LAST, 7, 6, moment(60)))]);
    let progress = cluster.progress(3);
    assert_eq!((progress.match_index, progress.next_index), (6, 8));
    assert_eq!((&progress.mode, progress.matched_at), (&Mode::Replicate, moment(60)));
    assert_eq!(cluster.decided(1), []);
}

#[test]
fn a_piece_is_repeated_when_a_later_heartbeat_shows_that_it_was_lost() {
    // §7, Figure 13: a rejected heartbeat of the same time may have overtaken the piece; one that
    // was sent a heartbeat later tells that the piece or its answer is gone.
    let mut cluster = sending(pieces_of(4), 10);
    cluster.now = moment(70);
    let refused = AppendReply::Rejected { prev: 6, hint: at(2, 1) };
    cluster.hear(1, 3, 2, answer_to(moment(59), refused));
    assert_eq!(cluster.sent(), []);
    cluster.hear(1, 3, 2, answer_to(moment(60), refused));
    assert_eq!(cluster.sent(), [piece(70, 0, "abcd", false)]);
    cluster.now = moment(119);
    cluster.hear(1, 3, 2, answer_to(moment(119), refused));
    assert_eq!(cluster.sent(), [], "asked again at 70");
    assert_eq!(cluster.decided(1), []);
}

#[test]
fn answers_to_pieces_that_come_late_or_twice_neither_stop_nor_multiply_a_transfer() {
    // §7: after a repetition the first answer that tells of progress is taken, whichever sending
    // it belongs to: on a link slower than the patience no other would ever come. The second one
    // is late, and would double what is on its way.
    let mut cluster = sending(pieces_of(2), 10);
    cluster.now = moment(70);
    let refused = AppendReply::Rejected { prev: 6, hint: at(2, 1) };
    cluster.hear(1, 3, 2, answer_to(moment(60), refused));
    assert_eq!(cluster.sent(), [piece(70, 0, "ab", false)]);
    cluster.now = moment(80);
    cluster.hear(1, 3, 2, piece_arrived(moment(10), LAST, 2, false));
    assert_eq!(cluster.sent(), [piece(80, 2, "cd", false)]);
    cluster.now = moment(90);
    cluster.hear(1, 3, 2, piece_arrived(moment(70), LAST, 2, false));
    assert_eq!(cluster.sent(), [], "late");
    cluster.hear(1, 3, 2, piece_arrived(moment(80), at(5, 1), 4, false));
    assert_eq!(cluster.sent(), [], "of another snapshot");
    cluster.hear(1, 3, 2, piece_arrived(moment(80), LAST, 4, false));
    assert_eq!(cluster.sent(), [piece(90, 4, "ef", true)]);
}

#[test]
fn a_receiver_that_forgot_its_pieces_is_sent_them_from_where_it_is() {
    // §7: pieces are kept in memory until all are there; a restart loses them, and the answer to
    // the latest piece says so. An answer that claims more than there is asks for an empty piece.
    let mut cluster = sending(pieces_of(4), 10);
    cluster.now = moment(20);
    cluster.hear(1, 3, 2, piece_arrived(moment(10), LAST, 4, false));
    cluster.forget();
    cluster.now = moment(30);
    cluster.hear(1, 3, 2, piece_arrived(moment(20), LAST, 0, false));
    assert_eq!(cluster.sent(), [piece(30, 0, "abcd", false)]);
    cluster.now = moment(40);
    cluster.hear(1, 3, 2, piece_arrived(moment(30), LAST, 99, false));
    assert_eq!(cluster.sent(), [piece(40, 6, "", true)]);
}

#[test]
fn a_peer_is_silent_for_an_election_timeout_before_a_snapshot_is_spared() {
    // §7: whether a server that is down needs a snapshot it may say when it is back. Until then
    // its heartbeats ask whether it has what the snapshot replaces.
    for (ms, is_silent) in [(300, false), (301, true)] {
        let mut cluster = leader(plain());
        cluster.now = moment(ms);
        cluster.wake(1);
        let sends = Decision::SendsSnapshot { peer: s(3), last: LAST };
        let beat = |to| envelope(1, to, 2, heartbeat(0, moment(ms), LAST, 6));
        if !is_silent {
            assert_eq!(cluster.decided(1), [sends]);
            assert_eq!(cluster.sent(), [beat(2), piece(ms, 0, "abcdef", true)]);
            continue;
        }
        assert_eq!(cluster.decided(1), []);
        assert_eq!(cluster.sent(), [beat(2), beat(3)]);
        let progress = cluster.progress(3);
        assert_eq!((&progress.mode, progress.next_index), (&Mode::Probe { waiting: true }, 7));
        cluster.hear(1, 3, 2, rejected(6, at(2, 1)));
        let backs_up = Decision::BacksUp { peer: s(3), next: 6 };
        assert_eq!(cluster.decided(1), [backs_up, sends]);
        assert_eq!(cluster.sent(), [piece(ms, 0, "abcdef", true)]);
    }
}

#[test]
fn an_acknowledgement_that_meets_the_log_ends_a_snapshot() {
    // §7: entries, or an older snapshot, may get there first. What counts is that the leader still
    // has the entry that follows, not that the snapshot has arrived.
    let mut cluster = leader(Config { snapshot_keep: 2, ..plain() });
    assert_eq!(cluster.node(1).log().base(), at(4, 1));
    cluster.hear(1, 3, 2, rejected(5, at(2, 1)));
    assert_eq!(cluster.decided(1), [Decision::BacksUp { peer: s(3), next: 5 }]);
    assert_eq!(cluster.kinds(), [(3, Kind::AppendEntries)], "after its base the log is whole");
    cluster.hear(1, 3, 2, rejected(4, at(2, 1)));
    let sends = Decision::SendsSnapshot { peer: s(3), last: LAST };
    assert_eq!(cluster.decided(1), [Decision::BacksUp { peer: s(3), next: 4 }, sends]);
    assert_eq!(cluster.sent(), [piece(0, 0, "abcdef", true)]);
    cluster.hear(1, 3, 2, accepted(3));
    let progress = cluster.progress(3);
    assert!(matches!(progress.mode, Mode::Snapshot(_)) && progress.match_index == 3);
    assert_eq!(cluster.sent(), []);
    cluster.hear(1, 3, 2, accepted(4));
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, append(at(4, 1), &[1, 2], 6))]);
    assert_eq!(cluster.progress(3).mode, Mode::Replicate);
    assert_eq!((cluster.progress(3).match_index, cluster.progress(3).next_index), (4, 7));
}

#[test]
fn a_snapshot_up_to_the_last_entry_ends_without_a_new_command() {
    // §7: where there is nothing to follow the snapshot, its answer alone, or an accepted
    // heartbeat when the answer was lost, lets the peer replicate again.
    for answer in [piece_arrived(moment(10), LAST, 6, true), answer_of(0, moment(50), 6)] {
        let mut cluster = sending(plain(), 10);
        cluster.hear(1, 3, 2, answer);
        assert_eq!(cluster.sent(), []);
        let progress = cluster.progress(3);
        assert_eq!(progress.mode, Mode::Replicate);
        assert_eq!((progress.match_index, progress.next_index), (6, 7));
        cluster.offer(1, 7);
        let now = cluster.now;
        assert_eq!(cluster.sent(), to_each(1, &[2, 3], 2, entry(LAST, 7, 6, now)));
    }
}

#[test]
fn a_snapshot_that_is_overtaken_by_compaction_is_followed_by_the_newer_one() {
    // §7: a newer snapshot of the leader does not disturb the one on its way. When that is there,
    // its successor's entries are compacted too, so the newer one follows.
    let mut cluster = sending(pieces_of(4), 10);
    cluster.offer(1, 7);
    cluster.hear(1, 2, 2, accepted(7));
    cluster.snapshot(1, 7, "new");
    let compacts = Decision::Compacts { through: 7 };
    assert!(cluster.decided(1).contains(&compacts));
    cluster.forget();
    cluster.hear(1, 3, 2, piece_arrived(moment(10), LAST, 4, false));
    assert_eq!(cluster.sent(), [piece(10, 4, "ef", true)]);
    cluster.hear(1, 3, 2, piece_arrived(moment(10), LAST, 6, true));
    let sends = Decision::SendsSnapshot { peer: s(3), last: at(7, 2) };
    assert_eq!(cluster.decided(1), [sends]);
    let newer = chunk(at(7, 2), of(&[1, 2, 3], &[]), "new");
    let round = Round { number: 0, sent_at: moment(10), birth: 0 };
    let newer = Body::InstallSnapshot(Chunk { round, ..newer });
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, newer)]);
    assert_eq!((cluster.progress(3).match_index, cluster.progress(3).next_index), (6, 8));
}

#[test]
fn a_peer_with_a_full_window_gets_the_snapshot_when_the_log_leaves_it_behind() {
    // §7, thesis §10.2.2: requests that wait for an answer do not stall a peer for ever. At the
    // next heartbeat its entries are gone, so it gets the snapshot, and the window is empty.
    let config = Config { inflight: 1, batch: 1, ..plain() };
    let mut cluster = Cluster::leading(3, config, 2, &[1; 5]);
    (2..=3).for_each(|peer| cluster.hear(1, peer, 2, accepted(6)));
    cluster.offer(1, 7);
    cluster.offer(1, 8);
    (7..=8).for_each(|index| cluster.hear(1, 2, 2, accepted(index)));
    assert_eq!((cluster.progress(3).next_index, cluster.progress(3).inflight.len()), (8, 1));
    cluster.snapshot(1, 8, "x");
    assert_eq!(cluster.node(1).log().base(), at(8, 2));
    cluster.forget();
    cluster.now = moment(50);
    cluster.wake(1);
    assert_eq!(cluster.decided(1), [Decision::SendsSnapshot { peer: s(3), last: at(8, 2) }]);
    assert_eq!(cluster.kinds(), [(2, Kind::AppendEntries), (3, Kind::InstallSnapshot)]);
    assert!(cluster.progress(3).inflight.is_empty());
    cluster.hear(1, 3, 2, accepted(7));
    assert!(matches!(cluster.progress(3).mode, Mode::Snapshot(_)), "8 is compacted, not sent");
    cluster.hear(1, 3, 2, piece_arrived(moment(50), at(8, 2), 1, true));
    assert_eq!((&cluster.progress(3).mode, cluster.progress(3).match_index), (&Mode::Replicate, 8));
}

#[test]
fn an_unreachable_receiver_holds_up_neither_the_others_nor_compaction() {
    // §7: a snapshot on its way is shared, not locked: commands are committed, and the leader's
    // log is compacted, as if nobody waited for it.
    let mut cluster = sending(pieces_of(1), 10);
    for index in 7..=20 {
        cluster.offer(1, index);
        cluster.hear(1, 2, 2, accepted(index));
        assert_eq!(cluster.node(1).commit_index(), index);
        cluster.snapshot(1, index, "later");
        assert_eq!(cluster.node(1).log().base(), at(index, 2));
        let sent = cluster.sent();
        assert!(sent.iter().all(|sent| sent.to == s(2)), "{sent:?}");
    }
    assert!(matches!(&cluster.progress(3).mode, Mode::Snapshot(it) if it.snapshot.last == LAST));
    cluster.now = moment(1000);
    cluster.wake(1);
    let beat = |to, prev| envelope(1, to, 2, heartbeat(0, moment(1000), prev, 20));
    assert_eq!(cluster.sent(), [beat(2, at(20, 2)), beat(3, LAST)]);
}

#[test]
fn a_server_that_was_away_comes_back_by_snapshot_and_entries() {
    // §7: the whole way, with pieces of one byte: the state machine is replaced once, and then
    // applies what follows.
    let mut cluster = Cluster::new(3, pieces_of(1));
    cluster.elect(1);
    cluster.isolate(3);
    (2..=5).for_each(|number| cluster.propose(1, number));
    cluster.snapshot(1, 4, "state");
    cluster.heal();
    cluster.wait(50);
    cluster.wake(1);
    cluster.settle();
    let node = cluster.node(3);
    assert_eq!((node.commit_index(), node.last_applied(), node.log().base()), (5, 5, at(4, 1)));
    let indices: Vec<_> = cluster.out(3).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, [4, 5]);
    assert_eq!(cluster.out(3).applied[0], (4, None));
    assert_eq!(cluster.node(3).snapshot(), cluster.node(1).snapshot());
}
