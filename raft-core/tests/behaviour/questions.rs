//! The safety argument as a table: each question of the rules, its answer while its rule is in
//! force and, where rules can be waived, its answer without that rule.

use crate::cluster::*;
use raft_core::raft::*;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

#[cfg(feature = "sim")]
fn waived(rule: Rule) -> Option<Rules> {
    Some(Rules::default().without(rule))
}

#[cfg(not(feature = "sim"))]
fn waived(_: Rule) -> Option<Rules> {
    None
}

/// The two answers to a question: as Raft has it, and without this rule.
fn ask<T: Debug + PartialEq>(rule: Rule, question: impl Fn(Rules) -> T, raft: T, without: T) {
    assert_eq!(question(Rules::default()), raft, "{} is in force", rule.name());
    if let Some(rules) = waived(rule) {
        assert_eq!(question(rules), without, "{} is waived", rule.name());
    }
}

/// A question that nothing but its rule decides.
fn is_up_to(rule: Rule, question: fn(Rules) -> bool, raft: bool) {
    ask(rule, question, raft, !raft);
}

/// Cases that the rule allows, that it forbids, and that are wrong even without it.
fn cases<T: Copy + Debug + PartialEq>(
    rule: Rule,
    question: fn(Rules, T) -> bool,
    [allowed, forbidden, wrong]: [&[T]; 3],
) {
    for (cases, raft, without) in
        [(allowed, true, true), (forbidden, false, true), (wrong, false, false)]
    {
        for &case in cases {
            ask(rule, |rules| (case, question(rules, case)), (case, raft), (case, without));
        }
    }
}

#[test]
fn what_a_rule_alone_decides() {
    let yes = |rule, question| is_up_to(rule, question, true);
    yes(Rule::KeepVoteWithinTerm, Rules::keeps_vote);
    yes(Rule::TellVoteKindsApart, Rules::tells_vote_kinds);
    is_up_to(Rule::LearnersDoNotCount, Rules::counts_learners, false);
    yes(Rule::PersistVote, Rules::vote_waits_for_write);
    yes(Rule::TermAndVoteTogether, Rules::term_and_vote_together);
    yes(Rule::KeepMatchingEntries, Rules::keeps_matching_entries);
    yes(Rule::RejectionIsNoMatch, Rules::rejection_is_no_match);
    yes(Rule::SyncBeforeAck, Rules::ack_waits_for_write);
    yes(Rule::OverwritingVoidsWrites, Rules::overwriting_voids_writes);
    yes(Rule::OutcomeFollowsTheEntry, Rules::outcome_follows_the_entry);
    yes(Rule::JointNeedsBothMajorities, Rules::needs_both_halves);
    yes(Rule::MembershipRollsBack, Rules::membership_rolls_back);
    yes(Rule::RemovedLeaderDoesNotCount, Rules::removed_leader_does_not_count);
    yes(Rule::ReadConfirmsLeadership, Rules::read_confirms_leadership);
    yes(Rule::TransferVoidsLease, Rules::transfer_voids_lease);
    yes(Rule::AnswerStaleTerms, Rules::answers_stale);
    yes(Rule::LearnersVote, Rules::learners_vote);
    yes(Rule::NewVotersCatchUp, Rules::new_voters_catch_up);
    yes(Rule::TransferTimesOut, Rules::transfer_times_out);
    yes(Rule::FreezeDuringTransfer, Rules::freezes_during_transfer);
    yes(Rule::SkipTerms, Rules::skips_terms);
    yes(Rule::CompactedEntriesMatch, Rules::compacted_matches);
    yes(Rule::IgnoreLateRejections, Rules::ignores_late_rejections);
}

#[test]
fn what_a_term_or_a_vote_allows() {
    let heed = |rules: Rules, (message, current)| rules.may_heed(message, current);
    cases(Rule::RejectStaleTerms, heed, [&[(3, 2), (2, 2)], &[(1, 2)], &[]]);
    ask(Rule::EnterLargerTerms, |rules| rules.larger_term_is_entered(false), true, true);
    ask(Rule::EnterLargerTerms, |rules| rules.larger_term_is_entered(true), true, false);
    let vote = |rules: Rules, voted: Option<u32>| rules.may_vote(voted.map(NodeId), s(1));
    cases(Rule::OneVotePerTerm, vote, [&[None, Some(1)], &[Some(2)], &[]]);
    cases(Rule::CountEachVoterOnce, Rules::may_count_vote, [&[false], &[true], &[]]);
    let quorum = |rules: Rules, (count, voters)| rules.is_quorum(count, voters);
    let half = [(0, 0), (1, 2), (2, 4)];
    let fewer = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5)];
    cases(Rule::MajorityQuorum, quorum, [&[(1, 1), (2, 2), (2, 3), (3, 4)], &half, &fewer]);
    let ahead = [at(5, 3), at(9, 2), at(5, 2)];
    let behind = [at(4, 2), at(9, 1)];
    let candidate = |rules: Rules, last| rules.is_up_to_date(last, at(5, 2));
    cases(Rule::UpToDateLog, candidate, [&ahead, &behind, &[]]);
    let candidate = |rules: Rules, last| rules.is_ahead(last, at(5, 2));
    cases(Rule::PreVoteChecksLog, candidate, [&ahead, &behind, &[]]);
    ask(Rule::LeaderMayBeVotedFor, |rules| rules.may_help_leader(true), true, false);
    ask(Rule::LeaderMayBeVotedFor, |rules| rules.may_help_leader(false), false, false);
    cases(Rule::RemovedServersDoNotStand, Rules::may_stand, [&[true], &[false], &[]]);
    cases(Rule::LateTimeoutNowIsVoid, Rules::may_heed_timeout_now, [&[true], &[false], &[]]);
}

#[test]
fn what_replication_and_commitment_allow() {
    let append = |rules: Rules, ours| rules.may_append_after(2, ours);
    cases(Rule::PreviousEntryMatches, append, [&[Some(2)], &[Some(1), None], &[]]);
    ask(Rule::AckOnlyChecked, |rules| rules.acknowledged(3, 5), 3, 5);
    ask(Rule::LeaderSyncsBeforeCounting, |rules| rules.leader_counts(3, 5), 3, 5);
    ask(Rule::CommitBounded, |rules| rules.commit_bound(3, 5), 3, 5);
    let commit = |rules: Rules, (entry, current)| rules.may_commit(entry, current);
    cases(Rule::CommitOwnTerm, commit, [&[(2, 2)], &[(1, 2)], &[]]);
    let moves = |rules: Rules, (from, to)| rules.may_move_commit(from, to);
    cases(Rule::CommitNeverMovesBack, moves, [&[(3, 4)], &[(4, 3)], &[(3, 3)]]);
    ask(Rule::EmptyDiskIsNewServer, |rules| rules.birth_of_empty_disk(7), 7, 0);
    cases(Rule::OneChangeAtATime, Rules::may_change_after, [&[false], &[true], &[]]);
    let change = |rules: Rules, (committed, current)| rules.may_change_in_term(committed, current);
    cases(Rule::OwnTermCommitBeforeChange, change, [&[(2, 2)], &[(1, 2)], &[]]);
    cases(Rule::ApplyOncePerSession, Rules::may_apply, [&[false], &[true], &[]]);
}

#[test]
fn what_a_snapshot_allows() {
    let (current, founders) = (Arc::new(of(&[1], &[])), Arc::new(of(&[1, 2, 3], &[])));
    let carried = |rules: Rules| rules.snapshot_membership(current.clone(), &founders);
    ask(Rule::SnapshotCarriesMembership, carried, current.clone(), founders.clone());
    for (last, raft) in [(4, true), (5, true), (6, false)] {
        ask(Rule::IgnoreOldSnapshots, |rules| rules.may_ignore_snapshot(last, 5), raft, false);
    }
    let keep = |rules: Rules, ours| rules.may_keep_log(ours, 2);
    cases(Rule::SnapshotReplacesConflicts, keep, [&[Some(2)], &[Some(1)], &[None]]);
    // What matches, how far the snapshot goes, and where the leader's log begins.
    for (matched, pending, base, raft, without) in [
        (4, 9, 5, false, false),
        (5, 9, 5, true, false),
        (9, 9, 5, true, true),
        (5, 5, 9, true, true),
    ] {
        let reconnects = |rules: Rules| rules.reconnects(matched, pending, base);
        ask(Rule::EntriesEndASnapshot, reconnects, raft, without);
    }
}

#[test]
fn what_a_read_allows() {
    let read = |rules: Rules, (committed, current)| rules.may_read_at(committed, current);
    cases(Rule::ReadWaitsForOwnTerm, read, [&[(2, 2)], &[(1, 2)], &[]]);
    ask(Rule::ReadRoundsAreToldApart, |rules| rules.confirmed_round(3, 5), 3, 5);
    ask(Rule::ReadRoundsAreToldApart, |rules| rules.confirmed_round(9, 5), 5, 5);
    let answer = |rules: Rules, (index, applied)| rules.may_answer_read(index, applied);
    cases(Rule::ReadWaitsForApply, answer, [&[(3, 4), (3, 3)], &[(3, 2)], &[]]);
    let begins = |rules: Rules| rules.lease_begins(moment(1), moment(2));
    ask(Rule::LeaseBeginsAtSending, begins, moment(1), moment(2));
    ask(Rule::RestartKeepsPromise, |rules| rules.restart_keeps_promise(0), false, false);
    ask(Rule::RestartKeepsPromise, |rules| rules.restart_keeps_promise(1), true, false);
    cases(Rule::LeaseNeedsCheckQuorum, Rules::may_lease, [&[true], &[false], &[]]);
}

#[test]
fn a_rule_is_named_in_scripts_as_in_the_code() {
    for rule in Rule::ALL {
        let mut name = String::new();
        for letter in format!("{rule:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        assert_eq!(rule.name(), name);
    }
    assert_eq!(BTreeSet::from(Rule::ALL).len(), Rule::ALL.len(), "each is listed once");
}

#[test]
fn safety_ends_with_the_last_of_its_rules() {
    let safe: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| rule.is_about_safety()).collect();
    assert_eq!((safe.len(), safe.last()), (40, Some(&Rule::ApplyOncePerSession)));
}

#[cfg(feature = "sim")]
#[test]
fn a_rule_is_waived_alone_and_stays_waived() {
    let mut rules = Rules::default();
    for (at, rule) in Rule::ALL.into_iter().enumerate() {
        rules = rules.without(rule).without(rule);
        for (other, asked) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rules.waives(asked), other <= at, "{asked:?}, waived up to {rule:?}");
        }
    }
}
