//! What a waived rule changes and what it leaves: a run shows the harm of one rule only if the
//! others hold on.

use super::cluster::*;
use raft_core::raft::*;

fn without(rule: Rule) -> Setup {
    Setup { rules: Rules::default().without(rule), ..setup(1, &[1, 2, 3], plain()) }
}

#[test]
fn a_removed_leader_that_counts_itself_is_one_too_many_and_one_that_votes_is_not() {
    // Thesis §4.2.2: nobody is counted twice.
    let waived = without(Rule::RemovedLeaderDoesNotCount);
    let mut cluster = Cluster::of(vec![kept(waived, 1, None, log(&[]))]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 2, vote(true));
    assert_eq!(cluster.node(1).commit_index(), 0, "S1 is a voter, and alone");
    cluster.hear(1, 2, 2, accepted(1));
    assert_eq!(cluster.node(1).commit_index(), 1);
    cluster.change(1, 40, Change::Remove(s(1)));
    assert_eq!(cluster.node(1).commit_index(), 1, "neither S2 nor S3 has the entry");
    cluster.hear(1, 3, 2, accepted(2));
    assert_eq!(cluster.node(1).commit_index(), 2, "S3 alone is no majority of two");
}

#[test]
fn where_learners_do_not_vote_voters_do() {
    // Thesis §4.2.1.
    let learns = Setup {
        voters: ids(&[2, 3]).into(),
        learners: ids(&[1]).into(),
        ..without(Rule::LearnersVote)
    };
    let why = VoteRefusal::Learner;
    for (setup, decision) in [
        (without(Rule::LearnersVote), Decision::GrantsVote { to: s(2), term: 1 }),
        (learns, Decision::RefusesVote { to: s(2), term: 1, why }),
    ] {
        let mut cluster = Cluster::of(vec![kept(setup, 1, None, log(&[]))]);
        cluster.hear(1, 2, 1, request_vote(at(0, 0)));
        assert_eq!(cluster.decided(1), [decision]);
    }
}

#[test]
fn where_older_terms_are_not_answered_questions_about_the_next_one_are() {
    // §5.1, thesis §9.6: be the answer yes or no.
    let waived = without(Rule::AnswerStaleTerms);
    let mut cluster = Cluster::of(vec![kept(waived, 2, None, log(&[2]))]);
    cluster.hear(1, 2, 1, pre_vote(2, at(1, 2)));
    assert_eq!(cluster.sent(), []);
    for (last, granted) in [(at(1, 2), true), (at(1, 1), false)] {
        cluster.hear(1, 2, 2, pre_vote(3, last));
        assert_eq!(cluster.sent(), [envelope(1, 2, 2, pre_vote_reply(3, granted))]);
    }
}

#[test]
fn where_matching_entries_are_dropped_those_up_to_the_place_before_the_new_ones_stay() {
    // §5.3: the request says nothing of what follows it, and what was checked is the leader's.
    let rules = Rules::default().without(Rule::KeepMatchingEntries);
    for (prev, new, after, truncated_from, changed_from) in [
        (1, vec![2], vec![1, 2], Some(2), Some(2)),
        (0, vec![], vec![], Some(1), Some(1)),
        (3, vec![2], vec![1, 2, 2, 2], None, Some(4)),
        (3, vec![], vec![1, 2, 2], None, None),
    ] {
        let mut ours = log(&[1, 2, 2]);
        let spliced = ours.splice(rules, prev, &entries(&new));
        assert_eq!(ours, log(&after), "{new:?} after {prev}");
        assert_eq!(spliced, Spliced { truncated_from, changed_from }, "{new:?} after {prev}");
    }
}

#[test]
fn where_overwriting_voids_no_writes_an_answer_still_waits_for_a_write_of_its_index() {
    // Thesis §10.2.1: any write that has an entry there will do, and no earlier one.
    let waived = without(Rule::OverwritingVoidsWrites);
    let mut cluster = Cluster::of(vec![kept(waived, 1, None, log(&[]))]);
    cluster.syncs = false;
    cluster.hear(1, 2, 1, append(at(0, 0), &[1], 0));
    cluster.hear(1, 2, 1, append(at(1, 1), &[1], 0));
    cluster.hear(1, 2, 1, append(at(0, 0), &[1], 0));
    cluster.sync(1);
    let answer = |index| envelope(1, 2, 1, accepted(index));
    assert_eq!(cluster.sent(), [answer(1)]);
    cluster.sync(1);
    assert_eq!(cluster.sent(), [answer(2), answer(1)]);
}
