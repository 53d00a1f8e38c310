//! A leader serves its peers (§5.3, thesis §10.2): when it sends what, and what it makes of the
//! answers.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

fn propose(cluster: &mut Cluster, count: u64) {
    for _ in 0..count {
        let (id, text) = (ProposalId(0), command("four"));
        cluster.tell(1, Input::Propose { id, command: text });
    }
}

/// Where each request to S2 begins that is in the air, and how many entries it has.
fn requests(cluster: &mut Cluster) -> Vec<(Index, usize)> {
    let sent = cluster.sent().into_iter().filter(|sent| sent.to == s(2));
    let request = |sent: Envelope| match sent.message.body {
        Body::AppendEntries { prev, entries, .. } => Some((prev.index, entries.len())),
        _ => None,
    };
    sent.filter_map(request).collect()
}

/// How S2 is served: the next index, what matches, and whether as one who is asked.
fn served(cluster: &Cluster) -> (Index, Index, Mode) {
    let progress = cluster.progress(2);
    (progress.next_index, progress.match_index, progress.mode.clone())
}

const ASKED: Mode = Mode::Probe { waiting: true };

#[test]
fn a_new_leader_appends_an_empty_entry_and_repeats_its_question_with_each_heartbeat() {
    // §5.2, §8: the first requests tell of the leader and carry its entry. Until one is answered a
    // heartbeat repeats only the place. The commit index goes out as it is, even to a peer that
    // may not hold so much: the receiver takes what was checked.
    let mut cluster = Cluster::lone(3, plain(), 2, &[1, 2]);
    cluster.tell(1, Input::Timeout);
    cluster.forget();
    cluster.hear(1, 2, 3, vote(true));
    assert_eq!(cluster.terms(1), [1, 2, 3]);
    assert_eq!(cluster.node(1).leader(), Some(s(1)));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 3, append(at(2, 2), &[3], 0)));
    let counts = Decision::CountsVote { from: s(2), granted: true, votes: 2, voters: 3 };
    let leads = Decision::Leads { term: 3, votes: 2, voters: 3 };
    assert_eq!(cluster.decided(1), [counts, leads]);
    assert_eq!(cluster.timer(1), Timer { from: Instant::ZERO, until: moment(50) });
    assert_eq!(served(&cluster), (3, 0, ASKED));

    cluster.now = moment(50) - Duration(1);
    cluster.tell(1, Input::Deadline);
    assert_eq!(cluster.sent(), []);
    cluster.now = moment(50);
    cluster.tell(1, Input::Deadline);
    let question = append_at(moment(50), at(2, 2), &[], 0);
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 3, question));
    assert_eq!(cluster.timer(1), Timer { from: moment(50), until: moment(100) });

    cluster.hear(1, 2, 3, accepted(3));
    assert_eq!([2, 3].map(|peer| cluster.progress(peer).has_answered()), [true, false]);
    assert_eq!(cluster.node(1).commit_index(), 3);
    assert_eq!(served(&cluster), (4, 3, Mode::Replicate));
    assert_eq!(cluster.sent(), []);
    cluster.now = moment(100);
    cluster.tell(1, Input::Deadline);
    let to_second = envelope(1, 2, 3, append_at(moment(100), at(3, 3), &[], 3));
    let to_third = envelope(1, 3, 3, append_at(moment(100), at(2, 2), &[], 3));
    assert_eq!(cluster.sent(), [to_second, to_third]);
}

#[test]
fn a_leader_without_an_empty_entry_begins_with_a_question() {
    // Figure 2: as the paper has it, an empty AppendEntries upon election; the answer tells all.
    let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2]);
    cluster.tell(1, Input::Timeout);
    cluster.forget();
    cluster.hear(1, 3, 3, vote(true));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 3, append(at(2, 2), &[], 0)));
    cluster.hear(1, 2, 3, accepted(2));
    assert_eq!(served(&cluster), (3, 2, Mode::Replicate));
    assert_eq!(cluster.sent(), [], "nothing is missing");
}

/// The leader's log, the follower's, what that answers, and what the leader tries next.
type Search = (&'static [Term], &'static [Term], Position, Position);

#[test]
fn the_place_where_logs_part_is_found_a_term_at_a_time() {
    // §5.3: the follower names its last entry whose term is not after the one it was asked about,
    // the leader tries its own last entry whose term is not after that. The paper's hint is the
    // first index of a term; from the end the same is found with fewer entries sent twice.
    let searches: [Search; 9] = [
        (&[1, 2, 2, 4, 4, 4, 4], &[1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3], at(7, 3), at(3, 2)),
        (&[1, 2, 2, 3, 4, 4, 4, 5], &[1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3], at(8, 3), at(4, 3)),
        (&[1, 1, 1, 1], &[1, 2, 2, 4], at(1, 1), at(1, 1)),
        (&[1, 1, 1, 1, 1, 1], &[1, 2, 2, 4], at(1, 1), at(1, 1)),
        (&[1, 1, 1, 1], &[1, 2, 2, 4, 4, 4], at(1, 1), at(1, 1)),
        (&[1, 1, 1, 4, 5], &[1, 1, 1, 4], at(4, 4), at(4, 4)),
        (&[2, 5, 5, 5, 5, 5, 5, 5, 5], &[2, 4, 4, 4, 4, 4], at(6, 4), at(1, 2)),
        (&[2, 2, 2, 2, 2], &[2, 4, 4, 4, 4, 4, 4, 4], at(1, 2), at(1, 2)),
        (&[1, 1, 1], &[], at(0, 0), at(0, 0)),
    ];
    for (ours, theirs, hint, next) in searches {
        let last = log(ours).last();
        let mut cluster = Cluster::leading(3, Config::paper(), 9, ours);
        let mut follower = kept(setup(2, &[1, 2, 3], Config::paper()), 9, Some(1), log(theirs));
        let question = message(1, 9, append(last, &[], 0));
        let answers = effects(&mut follower, Instant::ZERO, question);
        let refusal = rejected(last.index, hint);
        let answer = Message { term: 9, body: refusal.clone() };
        assert_eq!(answers.last(), Some(&Effect::Send { to: s(1), message: answer }));
        cluster.hear(1, 2, 9, refusal);
        let backs_up = Decision::BacksUp { peer: s(2), next: next.index + 1 };
        assert_eq!(cluster.decided(1), [backs_up], "{ours:?}, {theirs:?}");
        let rest = &ours[next.index as usize..];
        let request = append(next, rest, 0);
        assert_eq!(cluster.sent(), [envelope(1, 2, 9, request.clone())], "{ours:?}, {theirs:?}");
        effects(&mut follower, Instant::ZERO, message(1, 9, request));
        assert_eq!(*follower.log(), log(ours), "{theirs:?}");
    }
}

#[test]
fn a_refusal_moves_the_search_back_by_one_at_least() {
    // §5.3: else a wrong hint would repeat the question for ever. To the beginning at most.
    for (hint, next) in
        [(at(3, 1), 4), (at(4, 1), 4), (at(9, 9), 4), (at(2, 1), 3), (at(2, 0), 1), (at(0, 0), 1)]
    {
        let mut cluster = Cluster::leading(3, Config::paper(), 2, &[1, 1, 1, 1]);
        cluster.hear(1, 2, 2, rejected(4, hint));
        assert_eq!(served(&cluster), (next, 0, ASKED), "{hint}");
        assert_eq!(requests(&mut cluster), [(next - 1, 4 - (next as usize - 1))]);
    }
}

#[test]
fn a_refusal_that_was_overtaken_changes_nothing() {
    // §5.3: while asking, only the answer to the question in the air counts; while replicating,
    // only one beyond what is known to match. An older acknowledgement takes nothing back.
    let mut cluster = Cluster::leading(3, Config::paper(), 2, &[2, 2, 2, 2]);
    for prev in [0, 1, 3, 5, 9] {
        cluster.hear(1, 2, 2, rejected(prev, at(0, 0)));
        assert_eq!((served(&cluster), cluster.sent()), ((5, 0, ASKED), vec![]), "{prev}");
    }
    cluster.hear(1, 2, 2, rejected(4, at(2, 2)));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((3, 0, ASKED), vec![(2, 2)]));
    cluster.hear(1, 2, 2, rejected(4, at(2, 2)));
    assert_eq!((served(&cluster), cluster.sent()), ((3, 0, ASKED), vec![]));
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!(served(&cluster), (5, 4, Mode::Replicate));
    propose(&mut cluster, 2);
    assert_eq!(requests(&mut cluster), [(4, 1), (5, 1)]);
    cluster.decided(1);
    for answer in [rejected(4, at(3, 2)), rejected(2, at(2, 2)), accepted(2), accepted(0)] {
        cluster.hear(1, 2, 2, answer);
        assert_eq!(served(&cluster), (7, 4, Mode::Replicate));
        assert_eq!((cluster.sent(), cluster.decided(1)), (vec![], vec![]));
    }
    // Wherever it points, the search never goes below what matches.
    cluster.hear(1, 2, 2, rejected(5, at(2, 2)));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((5, 4, ASKED), vec![(4, 2)]));
    assert_eq!(cluster.decided(1), [Decision::BacksUp { peer: s(2), next: 5 }]);
}

#[test]
fn nobody_matches_further_than_the_leaders_own_log() {
    // §5.3: a strange answer claims it; believed, it would commit what is not there yet.
    let mut cluster = Cluster::leading(3, Config::paper(), 2, &[2, 2]);
    cluster.hear(1, 2, 2, accepted(99));
    assert_eq!(served(&cluster), (3, 2, Mode::Replicate));
    propose(&mut cluster, 1);
    assert_eq!((cluster.node(1).commit_index(), requests(&mut cluster)), (2, vec![(2, 1)]));
}

#[test]
fn requests_that_overtake_each_other_are_sorted_out_without_a_false_alarm() {
    // Thesis §10.2.2: pipelined requests may arrive in any order. A refusal of the second, late,
    // neither moves the search below what matches nor says that the peer has lost its disk.
    let mut cluster = Cluster::leading(3, Config::paper(), 2, &[2]);
    cluster.hear(1, 2, 2, accepted(1));
    cluster.now = moment(1);
    propose(&mut cluster, 2);
    let mut pipelined: Vec<Envelope> = cluster.sent();
    pipelined.retain(|sent| sent.to == s(2));
    let mut follower = kept(setup(2, &[1, 2, 3], Config::paper()), 2, Some(1), log(&[2]));
    let mut answers = Vec::new();
    for sent in pipelined.into_iter().rev() {
        let input = Input::Message { from: s(1), message: sent.message };
        for effect in effects(&mut follower, moment(2), input) {
            match effect {
                Effect::Persist(write) => {
                    answers.extend(effects(&mut follower, moment(2), Input::Written(write.token)));
                }
                other => answers.push(other),
            }
        }
    }
    answers.retain(|effect| matches!(effect, Effect::Send { .. }));
    let answer = |reply| Effect::Send {
        to: s(1),
        message: Message { term: 2, body: answer_to(moment(1), reply) },
    };
    let late = AppendReply::Rejected { prev: 2, hint: at(1, 2) };
    let first = AppendReply::Accepted { match_index: 2 };
    assert_eq!(answers, [answer(late), answer(first)]);

    cluster.now = moment(4);
    cluster.hear(1, 2, 2, answer_to(moment(1), first));
    assert_eq!(served(&cluster), (4, 2, Mode::Replicate));
    // A heartbeat shows that the second is missing, and the search begins anew at what matches.
    cluster.now = moment(5);
    cluster.tell(1, Input::Timeout);
    assert_eq!(requests(&mut cluster), [(3, 0)]);
    let missing = AppendReply::Rejected { prev: 3, hint: at(2, 2) };
    cluster.hear(1, 2, 2, answer_to(moment(5), missing));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((3, 2, ASKED), vec![(2, 1)]));
    cluster.decided(1);
    cluster.hear(1, 2, 2, answer_to(moment(1), late));
    assert_eq!((served(&cluster), cluster.sent()), ((3, 2, ASKED), vec![]));
    assert_eq!(cluster.decided(1), []);
    cluster.hear(1, 2, 2, answer_to(moment(5), AppendReply::Accepted { match_index: 3 }));
    assert_eq!(served(&cluster), (4, 3, Mode::Replicate));
}

#[test]
fn a_peer_that_lacks_what_it_has_acknowledged_is_reported_and_not_served() {
    // Figure 2: its disk is gone or was put back. Only a question that was asked after the
    // acknowledgement tells.
    for proposals in [0, 1] {
        let mut cluster = Cluster::leading(3, Config::paper(), 2, &[2, 2, 2]);
        cluster.now = moment(10);
        cluster.hear(1, 2, 2, accepted(3));
        propose(&mut cluster, proposals);
        cluster.forget();
        let before = served(&cluster);
        let lost = AppendReply::Rejected { prev: 3, hint: at(1, 2) };
        for sent_at in [moment(9), moment(10)] {
            cluster.hear(1, 2, 2, answer_to(sent_at, lost));
            assert_eq!((served(&cluster), cluster.decided(1)), (before.clone(), vec![]));
        }
        // An acknowledgement that says no more is not one of something new; and who holds all that
        // it has acknowledged lacks nothing.
        cluster.now = moment(60);
        cluster.hear(1, 2, 2, accepted(3));
        assert_eq!(cluster.progress(2).matched_at, moment(10));
        let whole = AppendReply::Rejected { prev: 3, hint: at(3, 1) };
        cluster.hear(1, 2, 2, answer_to(moment(11), whole));
        assert_eq!((served(&cluster), cluster.decided(1)), (before, vec![]));
        cluster.hear(1, 2, 2, answer_to(moment(11), lost));
        let misses = Decision::MissesEntries { peer: s(2), match_index: 3, last: 1 };
        assert_eq!((cluster.decided(1), cluster.sent()), (vec![misses], vec![]));
        assert_eq!(served(&cluster), (4, 3, ASKED));
    }
}

#[test]
fn whoever_is_asked_gets_one_request_and_whoever_matches_gets_all_at_once() {
    // §5.3, thesis §10.2.2: until the place is known entries would be sent in vain; then each is
    // sent once, without waiting for the answer to the one before.
    let mut cluster = Cluster::leading(3, Config { batch: 3, ..Config::paper() }, 2, &[1]);
    propose(&mut cluster, 5);
    assert_eq!(cluster.sent(), []);
    cluster.tell(1, Input::Timeout);
    assert_eq!(requests(&mut cluster), [(1, 0)], "a heartbeat repeats the question");
    cluster.hear(1, 2, 2, accepted(1));
    assert_eq!(requests(&mut cluster), [(1, 3)], "at most three entries in one message");
    assert_eq!(served(&cluster), (5, 1, Mode::Replicate));
    propose(&mut cluster, 1);
    assert_eq!(requests(&mut cluster), [(4, 3)]);
    propose(&mut cluster, 1);
    assert_eq!(requests(&mut cluster), [(7, 1)]);
    assert_eq!(served(&cluster), (9, 1, Mode::Replicate));
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!((served(&cluster), cluster.sent()), ((9, 4, Mode::Replicate), vec![]));
}

#[test]
fn a_message_carries_no_more_bytes_than_it_may_but_one_entry_always() {
    // Thesis §10.2.2: the bound counts commands; one that is too large alone still has to pass.
    for (batch_bytes, entries) in [(0, 4), (1, 1), (4, 1), (7, 1), (8, 2), (12, 3), (99, 4)] {
        let config = Config { batch_bytes, ..Config::paper() };
        let mut cluster = Cluster::leading(3, config, 2, &[]);
        propose(&mut cluster, 4);
        cluster.hear(1, 2, 2, accepted(0));
        assert_eq!(requests(&mut cluster), [(0, entries)], "{batch_bytes} bytes");
    }
}

#[test]
fn a_full_window_holds_entries_back_until_their_requests_are_answered() {
    // Thesis §10.2.2: so many requests are on their way at most. An answer frees those it speaks
    // of and no others; a heartbeat, which carries nothing then, takes no place.
    for config in [
        Config { inflight: 2, batch: 1, ..Config::paper() },
        Config { inflight_bytes: 8, batch: 1, ..Config::paper() },
        Config { inflight: 9, inflight_bytes: 5, batch: 1, ..Config::paper() },
    ] {
        let mut cluster = Cluster::leading(3, config, 2, &[1]);
        propose(&mut cluster, 5);
        cluster.hear(1, 2, 2, accepted(1));
        assert_eq!(requests(&mut cluster), [(1, 1), (2, 1)]);
        let window = |cluster: &Cluster| {
            let window = &cluster.progress(2).inflight;
            (window.len(), window.bytes())
        };
        assert_eq!(window(&cluster), (2, 8));
        propose(&mut cluster, 1);
        cluster.hear(1, 2, 2, accepted(1));
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![], (2, 8)));
        cluster.tell(1, Input::Timeout);
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![(3, 0)], (2, 8)));
        cluster.hear(1, 2, 2, accepted(2));
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![(3, 1)], (2, 8)));
        cluster.hear(1, 2, 2, accepted(4));
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![(4, 1), (5, 1)], (2, 8)));
        // What was lost shows itself as a refused heartbeat, and is not waited for any longer.
        cluster.hear(1, 2, 2, rejected(6, at(4, 2)));
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![(4, 1)], (0, 0)));
        assert_eq!(served(&cluster), (5, 4, ASKED));
        cluster.hear(1, 2, 2, accepted(7));
        assert_eq!((requests(&mut cluster), window(&cluster)), (vec![], (0, 0)));
        assert_eq!(served(&cluster), (8, 7, Mode::Replicate));
    }
}

#[test]
fn what_a_peer_has_got_otherwise_is_not_sent_again() {
    // Thesis §10.2.2: it may have more than was sent to it since it was asked, by an answer that
    // was overtaken. A full window goes on from there.
    let config = Config { inflight: 1, batch: 1, ..Config::paper() };
    let mut cluster = Cluster::leading(3, config, 2, &[1]);
    propose(&mut cluster, 5);
    cluster.hear(1, 2, 2, accepted(1));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((3, 1, Mode::Replicate), vec![(1, 1)]));
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((6, 4, Mode::Replicate), vec![(4, 1)]));
}

#[test]
fn a_caught_up_peer_is_no_longer_asked_after_one_answered_heartbeat() {
    // §5.3: nobody reports that a peer is unreachable; a lost request shows itself as a refused
    // heartbeat, and an accepted one ends the search though there is nothing to send.
    let mut cluster = Cluster::leading(3, Config::paper(), 2, &[1]);
    cluster.hear(1, 2, 2, accepted(1));
    propose(&mut cluster, 1);
    cluster.forget();
    cluster.tell(1, Input::Timeout);
    assert_eq!(requests(&mut cluster), [(2, 0)]);
    cluster.hear(1, 2, 2, rejected(2, at(1, 1)));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((2, 1, ASKED), vec![(1, 1)]));
    // The entries arrived, their answer did not.
    cluster.tell(1, Input::Timeout);
    assert_eq!(requests(&mut cluster), [(1, 0)]);
    cluster.hear(1, 2, 2, accepted(1));
    assert_eq!((served(&cluster), requests(&mut cluster)), ((3, 1, Mode::Replicate), vec![(1, 1)]));
    cluster.tell(1, Input::Timeout);
    assert_eq!(requests(&mut cluster), [(2, 0)]);
    cluster.hear(1, 2, 2, accepted(2));
    assert_eq!((served(&cluster), cluster.sent()), ((3, 2, Mode::Replicate), vec![]));
}

#[test]
fn each_answer_of_a_lagging_follower_brings_it_entries_until_one_request_arrives() {
    // §5.3: retries indefinitely. Every request with entries is lost here, and every heartbeat
    // leads to one more.
    let mut cluster = Cluster::leading(3, Config::paper(), 2, &[1, 1]);
    let mut follower = kept(setup(2, &[1, 2, 3], Config::paper()), 2, Some(1), log(&[1]));
    let mut rounds = Vec::new();
    for round in 1..=6 {
        cluster.now = moment(round * 50);
        cluster.tell(1, Input::Deadline);
        let heartbeat = cluster.sent().swap_remove(0);
        let input = Input::Message { from: s(1), message: heartbeat.message };
        for effect in effects(&mut follower, cluster.now, input) {
            if let Effect::Send { message, .. } = effect {
                cluster.tell(1, Input::Message { from: s(2), message });
            }
        }
        rounds.extend(requests(&mut cluster));
    }
    assert_eq!(rounds, [(1, 1); 6]);
    let request = message(1, 2, append(at(1, 1), &[1], 0));
    effects(&mut follower, cluster.now, request);
    assert_eq!(*follower.log(), *cluster.node(1).log());
}
