//! Reads without the log (§8, thesis §6.4): what a leader confirms, and what a follower may answer.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

/// S1 leads term 2 of so many voters; a quorum has everything up to 3.
fn leader(voters: u32) -> Cluster {
    let mut cluster = Cluster::leading(voters, plain(), 2, &[1, 1]);
    (2..=1 + voters / 2).for_each(|peer| cluster.hear(1, peer, 2, accepted(3)));
    assert_eq!(cluster.node(1).last_applied(), 3);
    cluster.forget();
    cluster
}

fn begins(index: Option<Index>, round: u64) -> Decision {
    Decision::BeginsRead { index, round }
}

fn confirms(index: Index, round: u64) -> Decision {
    Decision::ConfirmsRead { index, round }
}

fn read_index(read: u64) -> Body {
    Body::ReadIndex { read }
}

fn read_reply(read: u64, index: Option<Index>) -> Body {
    Body::ReadIndexReply { read, index }
}

#[test]
fn a_leader_reads_when_a_quorum_has_answered_a_later_round() {
    // Thesis §6.4: it notes its commit index, and makes sure that it leads by a round of messages
    // that begins after the read came.
    let mut cluster = leader(3);
    cluster.now = moment(20);
    cluster.read(1, 9);
    assert_eq!(cluster.decided(1), [begins(Some(3), 1)]);
    let beat = |to, prev| envelope(1, to, 2, heartbeat(1, moment(20), prev, 3));
    assert_eq!(cluster.sent(), [beat(2, at(3, 2)), beat(3, at(2, 1))]);
    cluster.hear(1, 2, 2, answer_of(0, moment(0), 3));
    assert_eq!((cluster.outcome(1, 9), cluster.node(1).status().pending_reads), (None, 1));
    cluster.hear(1, 3, 2, answer_of(1, moment(20), 3));
    assert_eq!(cluster.decided(1), [confirms(3, 1)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(3)));
    cluster.hear(1, 2, 2, answer_of(1, moment(20), 3));
    assert_eq!((cluster.decided(1), cluster.out(1).resolved.len()), (vec![], 1));
    assert_eq!(cluster.node(1).status().pending_reads, 0);
}

#[test]
fn any_answer_of_a_voter_confirms_that_we_lead_and_none_of_a_learner() {
    // Thesis §6.4: a rejection, or an answer to a piece of a snapshot, is of our term as well.
    let founders = Setup { learners: ids(&[6]).into(), ..setup(1, &[1, 2, 3, 4, 5], plain()) };
    let mut cluster = Cluster::of(vec![restored(founders, 1, &[1], Instant::ZERO)]);
    cluster.tell(1, Input::Timeout);
    (2..=3).for_each(|voter| cluster.hear(1, voter, 2, vote(true)));
    (2..=3).for_each(|voter| cluster.hear(1, voter, 2, accepted(2)));
    cluster.read(1, 9);
    cluster.hear(1, 6, 2, answer_of(1, Instant::ZERO, 2));
    cluster.hear(1, 7, 2, answer_of(1, Instant::ZERO, 2));
    let round = Round { number: 1, sent_at: Instant::ZERO, birth: 0 };
    let reply = AppendReply::Rejected { prev: 1, hint: at(0, 0) };
    cluster.hear(1, 4, 2, Body::AppendEntriesReply { reply, round });
    assert_eq!(cluster.outcome(1, 9), None, "two of five, and a learner, and nobody");
    let (last, received, installed) = (at(1, 1), 0, false);
    cluster.hear(1, 5, 2, Body::InstallSnapshotReply { last, received, installed, round });
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(2)));
}

#[test]
fn a_leader_alone_is_sure_at_once() {
    // Thesis §6.4: it is a quorum by itself.
    let mut cluster = Cluster::new(1, plain());
    cluster.elect(1);
    cluster.forget();
    cluster.read(1, 9);
    assert_eq!(cluster.decided(1), [begins(Some(1), 1), confirms(1, 1)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(1)));
}

#[test]
fn a_new_leader_reads_only_once_an_entry_of_its_own_is_committed() {
    // Thesis §6.4, first step: until then its commit index may be behind what earlier leaders have
    // committed and answered. The round may be over before: the read waits for the entry alone.
    let mut cluster = Cluster::leading(3, plain(), 2, &[1, 1]);
    cluster.hear(1, 2, 2, accepted(2));
    cluster.forget();
    cluster.read(1, 9);
    assert_eq!(cluster.decided(1), [begins(None, 1)]);
    cluster.hear(1, 2, 2, answer_of(1, Instant::ZERO, 2));
    let holds = Decision::HoldsCommit { entry: at(2, 1), term: 2 };
    assert_eq!((cluster.decided(1), cluster.outcome(1, 9)), (vec![holds], None));
    cluster.hear(1, 3, 2, answer_of(0, Instant::ZERO, 3));
    let commits = Decision::Commits { from: 0, to: 3, holders: 2 };
    assert_eq!(cluster.decided(1), [commits, confirms(3, 1)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(3)));
}

#[test]
fn the_index_is_the_commit_index_of_when_the_read_came() {
    // Thesis §6.4: what is committed later need not be seen; a read asks for no more than that.
    let mut cluster = leader(3);
    cluster.read(1, 9);
    cluster.offer(1, 40);
    cluster.hear(1, 2, 2, answer_of(0, Instant::ZERO, 4));
    assert_eq!(cluster.node(1).commit_index(), 4);
    cluster.forget();
    cluster.hear(1, 3, 2, answer_of(1, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [confirms(3, 1)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(4)), "the state machine as it is");
}

#[test]
fn an_old_answer_confirms_no_later_read() {
    // Thesis §6.4: rounds have numbers of their own. A question that comes twice is a later read,
    // and what answered the first one says nothing of it: S1 may be deposed since.
    let mut cluster = leader(3);
    cluster.hear(1, 2, 2, read_index(70));
    cluster.hear(1, 3, 2, answer_of(1, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [begins(Some(3), 1), confirms(3, 1)]);
    let reply = envelope(1, 2, 2, read_reply(70, Some(3)));
    assert_eq!(cluster.sent().iter().filter(|sent| **sent == reply).count(), 1);
    cluster.read(1, 9);
    cluster.hear(1, 2, 2, read_index(70));
    cluster.hear(1, 3, 2, answer_of(1, Instant::ZERO, 3));
    cluster.hear(1, 2, 2, answer_of(1, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [begins(Some(3), 2), begins(Some(3), 3)]);
    cluster.hear(1, 2, 2, answer_of(2, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [confirms(3, 2)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(3)));
    cluster.forget();
    cluster.hear(1, 3, 2, answer_of(9, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [confirms(3, 3)], "a round of the future is the latest");
    assert_eq!(cluster.sent(), [reply]);
    cluster.read(1, 10);
    assert_eq!((cluster.decided(1), cluster.outcome(1, 10)), (vec![begins(Some(3), 4)], None));
}

#[test]
fn a_later_round_confirms_every_read_before_it() {
    // Thesis §6.4: one round serves all reads that came before it, in their order.
    let mut cluster = leader(3);
    (7..=9).for_each(|read| cluster.read(1, read));
    cluster.forget();
    cluster.hear(1, 2, 2, answer_of(2, Instant::ZERO, 3));
    assert_eq!(cluster.decided(1), [confirms(3, 1), confirms(3, 2)]);
    let readable = Outcome::Readable(3);
    assert_eq!(cluster.out(1).resolved, [7, 8].map(|read| (ProposalId(read), readable)));
    cluster.hear(1, 3, 2, answer_of(3, Instant::ZERO, 3));
    assert_eq!(cluster.outcome(1, 9), Some(readable));
}

#[test]
fn a_read_that_waits_is_confirmed_by_a_smaller_quorum() {
    // §6, thesis §6.4: S2 is removed while a read waits for it. Nobody is left to wait for.
    let mut cluster = leader(2);
    cluster.read(1, 9);
    cluster.forget();
    cluster.change(1, 10, Change::Remove(s(2)));
    let changes = Decision::ChangesMembership { index: 4 };
    let commits = Decision::Commits { from: 3, to: 4, holders: 1 };
    assert_eq!(cluster.decided(1), [changes, commits, confirms(3, 1)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(4)));
    assert_eq!(cluster.outcome(1, 10), Some(Outcome::Committed(4)));
}

#[test]
fn what_is_read_is_applied_first() {
    // §8: a confirmed index says what has to be seen. Here others made the entry durable, and the
    // leader itself has not.
    let mut cluster = Cluster::in_role("candidate", 3, plain(), 1, &[]);
    cluster.syncs = false;
    cluster.hear(1, 2, 1, vote(true));
    (2..=3).for_each(|peer| cluster.hear(1, peer, 1, accepted(1)));
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).last_applied()), (1, 0));
    cluster.read(1, 9);
    cluster.hear(1, 2, 1, answer_of(1, Instant::ZERO, 1));
    assert!(cluster.decided(1).contains(&confirms(1, 1)));
    assert_eq!((cluster.outcome(1, 9), cluster.node(1).status().pending_reads), (None, 1));
    cluster.sync(1);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(1)));
}

/// S1 follows S2 in term 2 at 5 ms, with four entries of which two are committed.
fn follower() -> Cluster {
    let mut cluster = Cluster::in_role("follower", 3, plain(), 2, &[1, 1, 2, 2]);
    cluster.now = moment(5);
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 2));
    cluster.forget();
    cluster
}

#[test]
fn a_follower_asks_the_leader_and_applies_that_far() {
    // Thesis §6.4: any server can serve reads, if the leader says how far it has to have applied.
    let mut cluster = follower();
    (8..=9).for_each(|read| cluster.read(1, read));
    let asked = [5_000, 5_001].map(|read| envelope(1, 2, 2, read_index(read)));
    assert_eq!(cluster.sent(), asked);
    cluster.hear(1, 2, 2, read_reply(5_001, Some(4)));
    cluster.hear(1, 2, 2, read_reply(5_000, Some(2)));
    cluster.hear(1, 2, 2, read_reply(5_000, Some(2)));
    assert_eq!(cluster.out(1).resolved, [(ProposalId(8), Outcome::Readable(2))]);
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 3));
    assert_eq!(cluster.outcome(1, 9), None);
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 4));
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(4)));
    assert_eq!((cluster.out(1).resolved.len(), cluster.node(1).status().pending_reads), (2, 0));
}

#[test]
fn a_read_without_a_leader_is_told_so() {
    // Thesis §6.4: nobody could confirm it. So is one whose leader does not lead any longer.
    let mut cluster = Cluster::lone(3, plain(), 2, &[1]);
    cluster.read(1, 7);
    assert_eq!((cluster.outcome(1, 7), cluster.sent()), (Some(Outcome::NotLeader(None)), vec![]));
    let mut cluster = follower();
    cluster.read(1, 8);
    cluster.hear(1, 2, 2, read_reply(5_000, None));
    assert_eq!(cluster.outcome(1, 8), Some(Outcome::NotLeader(None)));
    cluster.forget();
    cluster.hear(1, 3, 2, read_index(70));
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, read_reply(70, None))], "S1 never led");
}

#[test]
fn a_follower_gives_up_what_it_asked_of_a_leader_that_is_gone() {
    // Thesis §6.4: a question may be lost, or its leader may be. What is confirmed stays good.
    let term = |body: Body| message(3, 3, body);
    let appended = term(append(at(4, 2), &[], 2));
    for end in [appended, term(vote(false)), Input::Timeout, Input::ForgetLeader] {
        let mut cluster = follower();
        (8..=9).for_each(|read| cluster.read(1, read));
        cluster.hear(1, 2, 2, read_reply(5_001, Some(4)));
        cluster.tell(1, end.clone());
        let lost = [(ProposalId(8), Outcome::NotLeader(None))];
        assert_eq!(cluster.out(1).resolved, lost, "{end:?}");
        cluster.hear(1, 3, 4, append(at(4, 2), &[], 4));
        assert_eq!(cluster.outcome(1, 9), Some(Outcome::Readable(4)), "{end:?}");
    }
}

#[test]
fn a_question_that_stays_without_an_answer_is_given_up_after_an_election_timeout() {
    // Thesis §6.4: the leader lives, as its heartbeats show; so the question or its answer is
    // lost, and the driver may ask again.
    let mut cluster = follower();
    cluster.read(1, 8);
    for (ms, outcome) in [(305, None), (306, Some(Outcome::NotLeader(Some(s(2)))))] {
        cluster.now = moment(ms);
        cluster.hear(1, 2, 2, append(at(4, 2), &[], 2));
        assert_eq!(cluster.outcome(1, 8), outcome, "{ms}");
    }
    cluster.hear(1, 2, 2, read_reply(5_000, Some(2)));
    assert_eq!(cluster.out(1).resolved.len(), 1, "too late");
}

#[test]
fn an_answer_to_a_read_of_an_earlier_life_is_none() {
    // Thesis §6.4: the answer may be as old as the question. A restarted server asks with numbers
    // it has not used, though it has forgotten which.
    let mut cluster = follower();
    (8..=9).for_each(|read| cluster.read(1, read));
    cluster.now = moment(6);
    let hard_state = HardState { current_term: 2, ..HardState::default() };
    let saved = Saved { hard_state, snapshot: None, log: log(&[1, 1, 2, 2]) };
    cluster.restart(1, setup(1, &[1, 2, 3], plain()), saved);
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 4));
    cluster.forget();
    cluster.read(1, 10);
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, read_index(6_000))]);
    cluster.hear(1, 2, 2, read_reply(5_000, Some(2)));
    cluster.hear(1, 2, 2, read_reply(5_001, Some(2)));
    assert_eq!(cluster.out(1).resolved, []);
    cluster.hear(1, 2, 2, read_reply(6_000, Some(4)));
    assert_eq!(cluster.outcome(1, 10), Some(Outcome::Readable(4)));
}

#[test]
fn a_leader_that_is_deposed_confirms_nothing_any_more() {
    // Thesis §6.4: the other leader may have answered writes. Those who asked are told, in the
    // term in which they asked; what was confirmed before stays good.
    let mut cluster = leader(3);
    cluster.hear(1, 2, 2, read_index(70));
    cluster.read(1, 9);
    cluster.forget();
    cluster.hear(1, 3, 3, rejected(3, at(2, 1)));
    let told = Decision::EntersTerm { from: 2, to: 3, told_by: s(3), led: true };
    assert_eq!(cluster.decided(1), [told]);
    assert_eq!(cluster.sent(), [envelope(1, 2, 2, read_reply(70, None))]);
    assert_eq!(cluster.out(1).resolved, [(ProposalId(9), Outcome::NotLeader(None))]);
    cluster.hear(1, 2, 2, answer_of(2, Instant::ZERO, 3));
    assert_eq!((cluster.out(1).resolved.len(), cluster.node(1).status().pending_reads), (1, 0));
}

#[test]
fn a_leader_that_loses_its_quorum_lets_its_reads_go() {
    // Thesis §6.2, §6.4: after an election timeout without a quorum nobody will confirm them.
    let config = Config { check_quorum: true, ..plain() };
    let mut cluster = Cluster::leading(3, config, 2, &[1, 1]);
    cluster.hear(1, 2, 2, accepted(3));
    cluster.read(1, 9);
    cluster.now = moment(301);
    cluster.forget();
    cluster.wake(1);
    assert_eq!(cluster.decided(1), [Decision::StepsDown { term: 2 }]);
    assert_eq!(cluster.states(), [("follower", 2)]);
    assert_eq!(cluster.outcome(1, 9), Some(Outcome::NotLeader(None)));
}

#[test]
fn too_many_reads_are_refused_instead_of_kept() {
    // Thesis §6.4: a leader that is cut off would keep them until it steps down.
    let mut cluster = leader(3);
    cluster.cut = vec![(s(1), s(2)), (s(1), s(3))];
    (0..10_000).for_each(|read| cluster.read(1, read));
    assert_eq!(cluster.node(1).status().pending_reads, 10_000);
    cluster.read(1, 10_000);
    let busy = (ProposalId(10_000), Outcome::Refused(Refusal::Busy));
    assert_eq!(cluster.out(1).resolved, [busy]);
    cluster.heal();
    cluster.hear(1, 3, 2, read_index(70));
    assert_eq!(cluster.sent(), [envelope(1, 3, 2, read_reply(70, None))]);
    cluster.hear(1, 2, 2, answer_of(10_000, Instant::ZERO, 3));
    assert_eq!(
        (cluster.node(1).status().pending_reads, cluster.out(1).resolved.len()),
        (0, 10_001)
    );
}

#[test]
fn who_waits_for_a_commit_gets_an_entry_that_can_be_committed() {
    // §8, Figure 2: as the paper's summary has it a new leader appends nothing; what waits for its
    // first commit would wait for a command that nobody may send.
    let leader = || Cluster::leading(3, Config::paper(), 2, &[1, 1]);
    let mut reading = leader();
    reading.read(1, 9);
    let mut changing = leader();
    changing.change(1, 9, Change::Remove(s(3)));
    for mut cluster in [reading, changing] {
        assert_eq!(cluster.terms(1), [1, 1, 2]);
        cluster.forget();
        cluster.read(1, 10);
        assert_eq!(cluster.terms(1), [1, 1, 2], "once");
        cluster.hear(1, 2, 2, answer_of(2, Instant::ZERO, 3));
        assert_eq!(cluster.outcome(1, 10), Some(Outcome::Readable(3)));
    }
}

#[test]
fn a_follower_says_what_its_read_waits_for() {
    // Thesis §6.4: first for the leader's answer, then for what that named to be applied.
    let mut cluster = follower();
    assert_eq!(cluster.node(1).why_read_waits(), None);
    cluster.read(1, 8);
    let asked = ReadWaits::LeaderAsked { leader: Some(s(2)) };
    assert_eq!(cluster.node(1).why_read_waits(), Some(asked));
    cluster.hear(1, 2, 2, read_reply(5_000, Some(4)));
    let waits = ReadWaits::NotApplied { index: 4, applied: 2 };
    assert_eq!(cluster.node(1).why_read_waits(), Some(waits));
    cluster.hear(1, 2, 2, append(at(4, 2), &[], 4));
    assert_eq!(cluster.node(1).why_read_waits(), None);
}
