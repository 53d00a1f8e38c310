//! Leadership transfer (thesis §3.10): how a leader hands over, and when it does not.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};

const LAST: Position = Position { term: 2, index: 3 };

/// S1 leads term 2 of three servers, with a learner S4. S2 has all three entries, S3 is asked.
fn leader(config: Config) -> Cluster {
    let founders = Setup { learners: ids(&[4]).into(), ..setup(1, &[1, 2, 3], config) };
    let mut cluster = Cluster::of(vec![restored(founders, 1, &[1, 1], Instant::ZERO)]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 2, vote(true));
    cluster.hear(1, 2, 2, accepted(3));
    cluster.forget();
    cluster
}

fn begins(to: u32, ms: u64) -> Decision {
    Decision::BeginsTransfer { to: s(to), until: moment(ms) }
}

fn tells(to: u32) -> Decision {
    Decision::TellsToStand { to: s(to), last: LAST }
}

fn timeout_now(to: u32) -> Envelope {
    envelope(1, to, 2, Body::TimeoutNow { last: LAST })
}

fn transfer_of(cluster: &Cluster) -> Option<Transfer> {
    cluster.node(1).leadership().unwrap().transfer
}

#[test]
fn a_voter_that_is_up_to_date_is_told_to_stand_at_once() {
    // Thesis §3.10, step 3: once, however often it answers.
    let mut cluster = leader(plain());
    cluster.now = moment(20);
    cluster.transfer(1, 2);
    assert_eq!(cluster.decided(1), [begins(2, 320), tells(2)]);
    assert_eq!(cluster.sent(), [timeout_now(2)]);
    let told = Transfer { to: s(2), until: moment(320), told: true };
    assert_eq!(transfer_of(&cluster), Some(told));
    cluster.hear(1, 2, 2, accepted(3));
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]));
}

#[test]
fn a_voter_that_is_behind_gets_the_entries_first() {
    // Thesis §3.10, step 2: else it would lose, or win and stand still. Nobody else's answers
    // count.
    let mut cluster = leader(plain());
    cluster.transfer(1, 3);
    assert_eq!(cluster.decided(1), [begins(3, 300)]);
    assert_eq!(cluster.sent(), [], "a question is on its way");
    cluster.hear(1, 2, 2, accepted(3));
    cluster.hear(1, 3, 2, rejected(2, at(1, 1)));
    assert_eq!(cluster.decided(1), [Decision::BacksUp { peer: s(3), next: 2 }]);
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, append(at(1, 1), &[1, 2], 3))]);
    cluster.hear(1, 3, 2, accepted(2));
    assert_eq!((cluster.decided(1), cluster.kinds()), (vec![], vec![(3, Kind::AppendEntries)]));
    cluster.hear(1, 3, 2, accepted(3));
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![tells(3)], vec![timeout_now(3)]));
}

#[test]
fn a_voter_that_is_probed_no_longer_is_sent_what_it_lacks_at_once() {
    // Thesis §3.10: a request without an answer does not hold the transfer up where none is owed.
    let mut cluster = leader(Config { inflight: 1, batch: 1, ..plain() });
    cluster.hear(1, 3, 2, accepted(3));
    cluster.offer(1, 4);
    cluster.hear(1, 3, 2, rejected(3, at(3, 2)));
    cluster.forget();
    cluster.transfer(1, 2);
    cluster.hear(1, 2, 2, accepted(4));
    let last = at(4, 2);
    let told = Decision::TellsToStand { to: s(2), last };
    assert!(cluster.decided(1).contains(&told));
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, Body::TimeoutNow { last })]);
}

#[test]
fn a_voter_that_needs_a_snapshot_is_told_when_it_has_it() {
    // Thesis §3.10, §7: that a snapshot has arrived is catching up, too.
    let mut cluster = leader(plain());
    cluster.snapshot(1, 3, "three");
    cluster.hear(1, 3, 2, rejected(2, at(1, 1)));
    cluster.forget();
    cluster.transfer(1, 3);
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![begins(3, 300)], vec![]));
    cluster.hear(1, 3, 2, piece_arrived(Instant::ZERO, LAST, 5, true));
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![tells(3)], vec![timeout_now(3)]));
}

#[test]
fn nothing_new_is_taken_while_leadership_is_handed_over() {
    // Thesis §3.10, step 1: else the other might never catch up. Reads change nothing, so they go
    // on.
    let mut cluster = leader(plain());
    cluster.transfer(1, 3);
    cluster.forget();
    let why = Refusal::Transferring;
    cluster.offer(1, 40);
    cluster.change(1, 41, Change::Remove(s(3)));
    let refusals = [Decision::RefusesProposal { why }, Decision::RefusesChange { why }];
    assert_eq!(cluster.decided(1), refusals);
    let refused = [40, 41].map(|id| (ProposalId(id), Outcome::Refused(why)));
    assert_eq!(cluster.out(1).resolved, refused);
    assert_eq!((cluster.node(1).log().last(), cluster.sent()), (LAST, vec![]));
    cluster.read(1, 42);
    cluster.hear(1, 2, 2, answer_of(1, Instant::ZERO, 3));
    assert_eq!(cluster.outcome(1, 42), Some(Outcome::Readable(3)));
}

#[test]
fn nothing_is_handed_over_to_oneself_a_learner_or_a_stranger() {
    // Thesis §3.10: only a voter can lead, and only a leader can hand over.
    let mut cluster = leader(plain());
    let before = cluster.node(1).clone();
    [1, 4, 9].into_iter().for_each(|to| cluster.transfer(1, to));
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]));
    assert!(*cluster.node(1) == before);
    cluster.change(1, 40, Change::Remove(s(2)));
    cluster.forget();
    cluster.transfer(1, 2);
    assert_eq!((cluster.decided(1), transfer_of(&cluster)), (vec![], None), "it is being removed");
    let mut cluster = Cluster::lone(3, plain(), 1, &[1]);
    cluster.transfer(1, 2);
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![], vec![]));
}

#[test]
fn a_transfer_is_given_up_after_an_election_timeout() {
    // Thesis §3.10: the other may have failed, and clients must not wait for ever. Asking for the
    // same one again does not put it off.
    let mut cluster = leader(Config { heartbeat: Duration::from_millis(1000), ..plain() });
    cluster.now = moment(20);
    cluster.transfer(1, 3);
    assert_eq!(cluster.node(1).deadline(), Some(moment(320)));
    cluster.now = moment(200);
    cluster.transfer(1, 3);
    assert_eq!(transfer_of(&cluster).map(|it| it.until), Some(moment(320)));
    cluster.forget();
    cluster.now = Instant(319_999);
    cluster.wake(1);
    assert_eq!((cluster.decided(1), transfer_of(&cluster).is_some()), (vec![], true));
    cluster.now = moment(320);
    cluster.wake(1);
    let ends = Decision::EndsTransfer { to: s(3), why: TransferEnd::TimedOut };
    assert_eq!((cluster.decided(1), transfer_of(&cluster)), (vec![ends], None));
    assert_eq!((cluster.sent(), cluster.node(1).deadline()), (vec![], Some(moment(1000))));
    cluster.offer(1, 40);
    assert_eq!((cluster.node(1).log().last_index(), cluster.outcome(1, 40)), (4, None));
}

#[test]
fn a_transfer_is_called_off_or_replaced_by_another() {
    // Thesis §3.10: to oneself calls it off; to another begins anew, with its own time.
    let mut cluster = leader(plain());
    cluster.transfer(1, 3);
    cluster.now = moment(30);
    cluster.transfer(1, 2);
    assert_eq!(cluster.decided(1), [begins(3, 300), begins(2, 330), tells(2)]);
    assert_eq!(cluster.sent(), [timeout_now(2)]);
    cluster.transfer(1, 1);
    let ends = Decision::EndsTransfer { to: s(2), why: TransferEnd::Cancelled };
    assert_eq!((cluster.decided(1), transfer_of(&cluster)), (vec![ends], None));
    cluster.offer(1, 40);
    assert_eq!(cluster.node(1).log().last_index(), 4);
}

#[test]
fn a_larger_term_ends_a_transfer_without_a_trace() {
    // §5.1, thesis §3.10: S1 steps down as always, and takes commands when it leads again.
    let mut cluster = leader(plain());
    cluster.transfer(1, 3);
    cluster.forget();
    cluster.hear(1, 3, 3, request_vote(at(1, 1)));
    let enters = Decision::EntersTerm { from: 2, to: 3, told_by: s(3), led: true };
    assert_eq!(cluster.decided(1)[0], enters);
    assert_eq!(cluster.states(), [("follower", 3)]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 4, vote(true));
    assert_eq!((cluster.states(), transfer_of(&cluster)), (vec![("leader", 4)], None));
    cluster.offer(1, 40);
    assert_eq!(cluster.node(1).log().last(), at(5, 4));
}

/// S1 follows S2 in term 2, with these entries.
fn follower(config: Config) -> Cluster {
    let mut cluster = Cluster::in_role("follower", 3, config, 2, &[1, 1, 2]);
    cluster.hear(1, 2, 2, append(LAST, &[], 2));
    cluster.forget();
    cluster
}

#[test]
fn whoever_is_told_to_stand_does_so_at_once_and_says_why() {
    // Thesis §3.10, §4.2.3, §9.6: no question ahead of it, and voters need not protect a leader
    // that wants to be replaced.
    let mut cluster = follower(Config { pre_vote: true, check_quorum: true, ..plain() });
    cluster.syncs = false;
    cluster.now = moment(5);
    cluster.hear(1, 2, 2, Body::TimeoutNow { last: LAST });
    assert_eq!(cluster.decided(1), [Decision::Campaigns { term: 3, last: LAST }]);
    assert_eq!((cluster.states(), cluster.sent()), (vec![("candidate", 3)], vec![]));
    assert_eq!((cluster.node(1).leader(), cluster.timer(1).from), (None, moment(5)));
    cluster.sync(1);
    let asks = Body::RequestVote { last: LAST, transfer: true };
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 3, asks));
}

#[test]
fn a_late_request_to_stand_is_void() {
    // Thesis §3.10: it is meant for one moment of one term. From somebody else, with another log,
    // or of an older or a larger term it comes to the wrong place or too late.
    let ignores = |from, last| Decision::IgnoresTimeoutNow { from: s(from), last, ours: LAST };
    for (from, last) in [(3, LAST), (2, at(2, 1)), (2, at(4, 2)), (2, at(3, 1))] {
        let mut cluster = follower(plain());
        cluster.hear(1, from, 2, Body::TimeoutNow { last });
        assert_eq!((cluster.decided(1), cluster.sent()), (vec![ignores(from, last)], vec![]));
        assert_eq!(cluster.states(), [("follower", 2)]);
    }
    let mut cluster = follower(plain());
    cluster.hear(1, 2, 1, Body::TimeoutNow { last: LAST });
    let stale = Decision::IgnoresStale { from: s(2), kind: Kind::TimeoutNow, term: 1, current: 2 };
    assert_eq!((cluster.decided(1), cluster.sent()), (vec![stale], vec![]));
    cluster.hear(1, 2, 3, Body::TimeoutNow { last: LAST });
    assert_eq!(cluster.decided(1)[1..], [ignores(2, LAST)], "of a term it did not follow");
    assert_eq!(cluster.states(), [("follower", 3)]);
    for role in ["pre-candidate", "candidate", "leader"] {
        let mut cluster = Cluster::in_role(role, 3, plain(), 2, &[1]);
        let (ours, states) = (cluster.node(1).log().last(), cluster.states());
        cluster.hear(1, 2, 2, Body::TimeoutNow { last: ours });
        assert_eq!(cluster.states(), states, "{role}");
    }
}

#[test]
fn a_server_that_votes_no_longer_does_not_stand_when_told() {
    // Thesis §4.2.2: by a membership that is committed it cannot lead, whoever asks. While its
    // removal is not known to be committed it may be needed, so then it stands.
    for (commit, members) in [(3, of(&[2, 3], &[])), (3, of(&[2, 3], &[1])), (2, of(&[2, 3], &[]))]
    {
        let mut log = log(&[1, 1]);
        log.append(membership(members, 2));
        let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], plain()), 2, None, log)]);
        cluster.hear(1, 2, 2, append(LAST, &[], commit));
        cluster.forget();
        cluster.hear(1, 2, 2, Body::TimeoutNow { last: LAST });
        let is_needed = commit < 3;
        let state = if is_needed { ("candidate", 3) } else { ("follower", 2) };
        assert_eq!(
            (cluster.states(), cluster.sent().len()),
            (vec![state], 2 * usize::from(is_needed))
        );
        assert_eq!(cluster.node(1).timer().is_some(), is_needed);
    }
}

#[test]
fn leadership_passes_to_whom_it_is_given() {
    // Thesis §3.10: with everything on, within one round trip of votes; the old leader follows.
    let mut cluster = Cluster::new(3, Config::default());
    cluster.elect(1);
    cluster.propose(1, 2);
    cluster.isolate(3);
    cluster.propose(1, 3);
    cluster.heal();
    for (from, to, term) in [(1, 3, 2), (3, 2, 3), (2, 1, 4)] {
        cluster.transfer(from, to);
        cluster.wait(50);
        cluster.wake(from);
        cluster.settle();
        let states = [1, 2, 3].map(|id| (if id == to { "leader" } else { "follower" }, term));
        assert_eq!(cluster.states(), states);
        assert!((1..=3).all(|id| cluster.node(id).leader() == Some(s(to))));
    }
    assert_eq!(cluster.terms(3), [1, 1, 1, 2, 3, 4]);
}
