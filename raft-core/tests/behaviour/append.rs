//! A follower takes entries (§5.3, Figure 2): what it checks, keeps, writes, answers and commits.

use super::cluster::*;
use raft_core::raft::*;
use raft_core::time::Instant;

/// What a write says of the log: from where, and which terms stand there.
fn written(writes: &[Write]) -> Vec<(Index, Vec<Term>)> {
    let logs = writes.iter().filter_map(|write| write.log.as_ref());
    logs.map(|log| (log.from, log.entries.iter().map(|entry| entry.term).collect())).collect()
}

#[test]
fn entries_are_accepted_only_after_one_that_matches() {
    // §5.3: the consistency check. What is acknowledged is what the request showed to agree, even
    // where more is known to be committed; what is refused comes with where to try next.
    let missing = AppendRefusal::Missing { last: 2 };
    let cases: [(Position, Body, Option<AppendRefusal>); 7] = [
        (at(0, 0), accepted(0), None),
        (at(1, 1), accepted(1), None),
        (at(2, 2), accepted(2), None),
        (at(2, 1), rejected(2, at(1, 1)), Some(AppendRefusal::Conflict { ours: 2 })),
        (at(2, 3), rejected(2, at(2, 2)), Some(AppendRefusal::Conflict { ours: 2 })),
        (at(3, 3), rejected(3, at(2, 2)), Some(missing)),
        (at(9, 1), rejected(9, at(1, 1)), Some(missing)),
    ];
    for (prev, answer, refusal) in cases {
        let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2]);
        cluster.hear(1, 2, 2, append(at(1, 1), &[], 1));
        cluster.forget();
        cluster.syncs = false;
        cluster.hear(1, 2, 2, append(prev, &[], 2));
        assert_eq!(cluster.sent(), [envelope(1, 2, 2, answer)], "{prev}");
        assert!(cluster.out(1).writes.is_empty(), "{prev}");
        let commits = Decision::Commits { from: 1, to: 2, holders: 0 };
        let commits = (prev == at(2, 2)).then_some(commits);
        let refuses = refusal.map(|why| Decision::RefusesEntries { leader: s(2), prev, why });
        let expected: Vec<Decision> = commits.into_iter().chain(refuses).collect();
        assert_eq!(cluster.decided(1), expected, "{prev}");
        assert_eq!(cluster.timer(1).from, Instant::ZERO);
    }
}

/// The log, the entries' place and terms, the log then, what is dropped, and what is written.
type Splice = (
    &'static [Term],
    Position,
    &'static [Term],
    &'static [Term],
    Option<(Index, Index)>,
    Option<(Index, &'static [Term])>,
);

#[test]
fn only_entries_that_conflict_are_replaced() {
    // §5.3: what a request does not contradict stays, since it may be delayed and describe a log
    // shorter than ours; then nothing is written either. Figure 2: the answer waits for the disk.
    let splices: [Splice; 8] = [
        (&[1, 2], at(2, 2), &[3], &[1, 2, 3], None, Some((3, &[3]))),
        (&[1, 2], at(1, 1), &[3, 4], &[1, 3, 4], Some((2, 2)), Some((2, &[3, 4]))),
        (&[1, 2], at(0, 0), &[1], &[1, 2], None, None),
        (&[1, 2], at(1, 1), &[2], &[1, 2], None, None),
        (&[1, 2], at(0, 0), &[3], &[3], Some((1, 2)), Some((1, &[3]))),
        (&[1, 2, 2], at(1, 1), &[2, 2, 3], &[1, 2, 2, 3], None, Some((4, &[3]))),
        (&[1, 2, 2], at(1, 1), &[2, 3], &[1, 2, 3], Some((3, 3)), Some((3, &[3]))),
        (&[], at(0, 0), &[1, 1], &[1, 1], None, Some((1, &[1, 1]))),
    ];
    for (before, prev, new, after, truncated, writes) in splices {
        let mut cluster = Cluster::lone(3, Config::paper(), 4, before);
        cluster.syncs = false;
        cluster.hear(1, 2, 4, append(prev, new, 0));
        let case = format!("{before:?} after {prev} with {new:?}");
        assert_eq!(cluster.terms(1), after, "{case}");
        let expected: Vec<(Index, Vec<Term>)> =
            writes.into_iter().map(|(from, terms)| (from, terms.to_vec())).collect();
        assert_eq!(written(cluster.out(1).writes.make_contiguous()), expected, "{case}");
        let match_index = prev.index + new.len() as Index;
        let truncates = truncated.map(|(from, to)| Decision::Truncates { from, to });
        let leader = s(2);
        let accepts =
            writes.map(|(first, _)| Decision::AcceptsEntries { leader, first, match_index });
        let follows = Decision::Follows { leader, term: 4 };
        let expected: Vec<Decision> =
            [follows].into_iter().chain(truncates).chain(accepts).collect();
        assert_eq!(cluster.decided(1), expected, "{case}");

        let durable = writes.map_or(before.len() as Index, |(from, _)| from - 1);
        assert_eq!(cluster.node(1).durable_index(), durable, "{case}");
        assert_eq!(cluster.sent().is_empty(), writes.is_some(), "{case}");
        if writes.is_some() {
            cluster.sync(1);
            assert_eq!(cluster.sent(), [envelope(1, 2, 4, accepted(match_index))], "{case}");
            assert_eq!(cluster.node(1).durable_index(), after.len() as Index, "{case}");
        }
    }
}

/// The entries' place and terms, the leader's commit index, ours then, and our last index.
type Commit = (Position, &'static [Term], Index, Index, Index);

#[test]
fn a_follower_commits_what_the_leader_has_as_far_as_the_request_was_checked() {
    // Figure 2: the smaller of the leader's commit index and the last new entry. Entries beyond
    // may be leftovers of an older term.
    let cases: [Commit; 9] = [
        (at(1, 1), &[], 3, 1, 2),
        (at(1, 1), &[2], 3, 2, 2),
        (at(2, 2), &[], 3, 2, 2),
        (at(2, 2), &[2, 2], 3, 3, 4),
        (at(2, 2), &[2], 4, 3, 3),
        (at(0, 0), &[], 2, 0, 2),
        (at(2, 2), &[2, 2], 0, 0, 4),
        (at(2, 3), &[], 2, 0, 2),
        (at(3, 3), &[3], 3, 0, 2),
    ];
    for (prev, new, leader_commit, commit, last) in cases {
        let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2]);
        cluster.hear(1, 2, 2, append(prev, new, leader_commit));
        let node = cluster.node(1);
        let case = format!("{new:?} after {prev}, commit {leader_commit}");
        assert_eq!((node.commit_index(), node.log().last_index()), (commit, last), "{case}");
        assert_eq!(node.last_applied(), commit, "{case}");
        let commits = Decision::Commits { from: 0, to: commit, holders: 0 };
        assert_eq!(cluster.decided(1).contains(&commits), commit > 0, "{case}");
        let applied: Vec<Index> = cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
        assert_eq!(applied, (1..=commit).collect::<Vec<Index>>(), "{case}");
    }
}

#[test]
fn a_commit_index_never_moves_back() {
    // Figure 2: it increases monotonically, whatever a delayed request says.
    let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2, 2, 2]);
    for (leader_commit, commit) in [(2, 2), (3, 3), (1, 3), (0, 3), (4, 4), (2, 4)] {
        cluster.hear(1, 2, 2, append(at(4, 2), &[], leader_commit));
        assert_eq!(cluster.node(1).commit_index(), commit);
    }
    // Nor does a short request take back what it does not speak of.
    cluster.hear(1, 2, 2, append(at(1, 1), &[2], 2));
    assert_eq!(cluster.node(1).commit_index(), 4);
    assert_eq!(cluster.out(1).applied.len(), 4);
}

#[test]
fn what_is_committed_is_applied_only_once_it_is_durable_here() {
    // Figure 2: the state machine is volatile, the log is not: it must not know more.
    let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1]);
    cluster.syncs = false;
    cluster.hear(1, 2, 2, append(at(1, 1), &[2, 2], 3));
    cluster.hear(1, 2, 2, append(at(3, 2), &[2], 4));
    let node = cluster.node(1);
    assert_eq!((node.commit_index(), node.durable_index(), node.last_applied()), (4, 1, 1));
    cluster.sync(1);
    assert_eq!((cluster.node(1).durable_index(), cluster.node(1).last_applied()), (3, 3));
    cluster.sync(1);
    assert_eq!(cluster.node(1).last_applied(), 4);
    let applied: Vec<Index> = cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!(applied, [1, 2, 3, 4]);
}

#[test]
fn a_deposed_leaders_entries_are_refused_by_its_successor() {
    // §5.1: a stale request changes nothing; its sender learns the term.
    let mut cluster = Cluster::new(3, plain());
    for id in [1, 2, 1] {
        cluster.elect(id);
    }
    assert_eq!(cluster.node(1).current_term(), 3);
    let before = cluster.node(1).clone();
    cluster.hear(1, 2, 2, append(at(2, 2), &[2], 3));
    assert_eq!(*cluster.node(1), before);
    assert_eq!(cluster.sent(), [envelope(1, 2, 3, rejected(2, at(3, 3)))]);
    cluster.propose(1, 1);
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    for id in 1..=3 {
        assert_eq!(cluster.node(id).log(), cluster.node(1).log());
        assert_eq!((cluster.terms(id), cluster.node(id).commit_index()), (vec![1, 2, 3, 3], 4));
    }
}

#[test]
fn what_was_compacted_away_counts_as_matching() {
    // §7: what a snapshot replaced is committed, so the leader has the same. Others refuse such a
    // request and are sent the place again.
    let snapshot = Snapshot { last: at(3, 2), ..Snapshot::default() };
    let mut log = log(&[1, 2, 2, 3]);
    log.compact_to(3);
    let cases: [(Position, &[Term], Index, &[Term]); 6] = [
        (at(0, 0), &[], 3, &[3]),
        (at(1, 1), &[2], 3, &[3]),
        (at(1, 1), &[2, 2], 3, &[3]),
        (at(1, 1), &[2, 2, 3], 4, &[3]),
        (at(1, 1), &[2, 2, 4, 4], 5, &[4, 4]),
        (at(3, 2), &[4], 4, &[4]),
    ];
    for (prev, new, match_index, after) in cases {
        let hard_state = HardState { current_term: 4, ..HardState::default() };
        let saved = Saved { hard_state, snapshot: Some(snapshot.clone().into()), log: log.clone() };
        let node = Node::restore(setup(1, &[1, 2, 3], Config::paper()), saved, Instant::ZERO);
        let mut cluster = Cluster::of(vec![node]);
        cluster.hear(1, 2, 4, append(prev, new, 0));
        let answer = envelope(1, 2, 4, accepted(match_index));
        assert_eq!(cluster.sent(), [answer], "{new:?} after {prev}");
        assert_eq!(cluster.terms(1), after, "{new:?} after {prev}");
        assert_eq!(cluster.node(1).commit_index(), 3);
    }
}

#[test]
fn an_overwritten_entry_is_not_called_durable_by_the_write_that_it_was_in() {
    // Thesis §10.2.1: three leaders put three entries at one index while all writes are in flight.
    // Each finished write speaks only of what still stands, and only the last answer is due.
    let mut cluster = Cluster::lone(3, Config::paper(), 1, &[1; 11]);
    cluster.syncs = false;
    let prev = at(11, 1);
    for (leader, term) in [(2, 1), (3, 2), (2, 3)] {
        cluster.hear(1, leader, term, append(prev, &[term], 12));
    }
    let writes = cluster.out(1).writes.make_contiguous();
    let tokens: Vec<u64> = writes.iter().map(|write| write.token.0).collect();
    assert_eq!(tokens, [1, 2, 3]);
    assert_eq!(written(writes), [(12, vec![1]), (12, vec![2]), (12, vec![3])]);
    let terms: Vec<Option<Term>> =
        writes.iter().map(|w| Some(w.hard_state?.current_term)).collect();
    assert_eq!(terms, [None, Some(2), Some(3)]);
    for _ in 0..2 {
        cluster.sync(1);
        let node = cluster.node(1);
        assert_eq!((node.durable_index(), node.last_applied()), (11, 11));
        assert!(node.is_writing());
        assert_eq!(cluster.sent(), []);
    }
    cluster.sync(1);
    let node = cluster.node(1);
    assert_eq!((node.durable_index(), node.last_applied(), node.is_writing()), (12, 12, false));
    assert_eq!(cluster.sent(), [envelope(1, 2, 3, accepted(12))]);
    assert_eq!(cluster.terms(1)[11], 3);
}

#[test]
fn a_restarted_server_applies_anew_what_it_is_told_is_committed() {
    // Figure 2: the commit index is volatile, so what follows the snapshot is applied again, each
    // entry once and in order. A step hands out all of it; others do so page by page.
    for compacted in [0, 2] {
        let mut log = log(&[1, 1, 2, 2, 2]);
        log.compact_to(compacted);
        let last = log.base();
        let snapshot = (compacted > 0).then(|| Snapshot { last, ..Snapshot::default() }.into());
        let hard_state = HardState { current_term: 2, voted_for: Some(s(1)), birth: 0 };
        let saved = Saved { hard_state, snapshot, log };
        let node = Node::restore(setup(1, &[1, 2, 3], plain()), saved, Instant::ZERO);
        assert_eq!((node.commit_index(), node.last_applied()), (compacted, compacted));
        assert_eq!((node.durable_index(), node.is_writing()), (5, false));
        let mut cluster = Cluster::of(vec![node]);
        for (leader_commit, commit) in [(1, compacted.max(1)), (4, 4), (3, 4), (5, 5)] {
            cluster.hear(1, 2, 2, append(at(5, 2), &[], leader_commit));
            let node = cluster.node(1);
            assert_eq!((node.commit_index(), node.last_applied()), (commit, commit));
            let applied: Vec<Index> =
                cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
            assert_eq!(applied, (compacted + 1..=commit).collect::<Vec<Index>>());
        }
    }
}

#[test]
fn entries_that_are_all_new_are_written_as_they_came() {
    // A follower that keeps up copies nothing: what the message brought is what is written.
    let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2]);
    cluster.syncs = false;
    let (mut entries, round) = (Vec::with_capacity(64), Round::default());
    entries.extend(log(&[2, 2]).iter().cloned());
    let room = entries.capacity();
    cluster.hear(1, 2, 2, Body::AppendEntries { prev: at(2, 2), entries, commit: 0, round });
    let write = cluster.out(1).writes.pop_back().and_then(|write| write.log);
    let written = write.map(|log| (log.from, log.entries.len(), log.entries.capacity()));
    assert_eq!(written, Some((3, 2, room)), "a copy would have room for just these");
}

#[test]
fn a_server_whose_write_failed_says_and_does_nothing_any_more() {
    // Figure 2: what is on its disk nobody knows, so it must not answer for it, nor stand.
    let mut cluster = Cluster::lone(3, Config::paper(), 2, &[1, 2]);
    assert!(!cluster.node(1).is_stopped());
    cluster.tell(1, Input::WriteFailed);
    assert_eq!(cluster.decided(1), [Decision::Stops]);
    assert!(cluster.node(1).is_stopped());
    assert_eq!((cluster.node(1).deadline(), cluster.node(1).timer()), (None, None));
    cluster.hear(1, 2, 3, append(at(2, 2), &[3], 3));
    cluster.tell(1, Input::Timeout);
    assert_eq!((cluster.sent(), cluster.terms(1)), (vec![], vec![1, 2]));
    assert_eq!(cluster.node(1).current_term(), 2);
}
