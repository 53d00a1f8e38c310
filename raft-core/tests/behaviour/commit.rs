//! Commitment (§5.3, §5.4.2, §8): what a leader counts, when it commits, and what it takes.

use super::cluster::*;
use raft_core::raft::*;

/// A request with one command.
fn append_command(prev: Position, term: Term, text: &str, commit: Index) -> Body {
    let entries = vec![Entry { term, payload: Payload::Command(command(text)) }];
    Body::AppendEntries { prev, entries, commit, round: Round::default() }
}

fn propose(number: u64, text: &str) -> Input {
    Input::Propose { id: ProposalId(number), command: command(text) }
}

#[test]
fn a_command_is_sent_at_once_and_committed_when_a_majority_holds_it() {
    // §5.3: the entry goes out with the place it follows; the leader answers when it is applied,
    // and the others learn of the commit from whatever is sent to them next.
    let mut cluster = Cluster::leading(3, plain(), 1, &[]);
    for peer in [2, 3] {
        cluster.hear(1, peer, 1, accepted(1));
    }
    cluster.forget();
    cluster.out(1).applied.clear();
    cluster.tell(1, propose(7, "x"));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 1, append_command(at(1, 1), 1, "x", 1)));
    assert_eq!((cluster.node(1).log().last_index(), cluster.node(1).commit_index()), (2, 1));
    let why = cluster.node(1).why_uncommitted(2);
    assert!(matches!(why, Some(Uncommitted::TooFew { holders: 1, voters: 3, .. })), "{why:?}");
    cluster.hear(1, 2, 1, accepted(2));
    assert_eq!(cluster.decided(1), [Decision::Commits { from: 1, to: 2, holders: 2 }]);
    assert_eq!((cluster.node(1).commit_index(), cluster.node(1).why_uncommitted(2)), (2, None));
    assert_eq!(cluster.outcome(1, 7), Some(Outcome::Committed(2)));
    let applied = Entry { term: 1, payload: Payload::Command(command("x")) };
    assert_eq!(cluster.out(1).applied, [(2, Some(applied))]);
    assert_eq!(cluster.sent(), [], "there is no message for the commit alone");
    cluster.tell(1, propose(8, "y"));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 1, append_command(at(2, 1), 1, "y", 2)));
    // The third acknowledgement of what is committed changes nothing.
    cluster.hear(1, 3, 1, accepted(2));
    assert_eq!((cluster.decided(1), cluster.node(1).commit_index()), (vec![], 2));
}

#[test]
fn a_commit_needs_half_of_the_others_and_no_fewer() {
    // §5.3: a majority holds the entry, the leader among them.
    const NEEDED: [(u32, u32); 7] = [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3)];
    for (voters, needed) in NEEDED {
        let mut cluster = Cluster::leading(voters, plain(), 1, &[]);
        for answers in 0..voters {
            let node = cluster.node(1);
            let commit = Index::from(answers >= needed);
            assert_eq!(node.commit_index(), commit, "{answers} of {voters} others");
            assert_eq!(node.holders(1), answers + 1);
            let holders = needed + 1;
            let commits = Decision::Commits { from: 0, to: 1, holders };
            let expected = vec![commits; usize::from(answers == needed && needed > 0)];
            assert_eq!(cluster.decided(1), expected, "{answers} of {voters} others");
            if answers + 1 < voters {
                // Each voter counts once, however often it answers, and strangers never.
                cluster.hear(1, answers + 2, 1, accepted(1));
                cluster.hear(1, 99, 1, accepted(1));
            }
        }
    }
}

/// What the others acknowledge, the leader's log, its term, and its commit index then.
type Commit = (&'static [Index], &'static [Term], Term, Index);

#[test]
fn only_an_entry_of_its_own_term_commits_by_being_on_a_majority() {
    // §5.4.2: older ones are committed with it. The leader itself holds its whole log.
    const CASES: [Commit; 14] = [
        (&[], &[1], 1, 1),
        (&[], &[1], 2, 0),
        (&[], &[1, 2], 2, 2),
        (&[], &[2], 2, 1),
        (&[1, 1], &[1, 2], 1, 1),
        (&[1, 1], &[1, 1], 2, 0),
        (&[1, 2], &[1, 2], 2, 2),
        (&[1, 2], &[1, 1], 2, 0),
        (&[1, 1, 1], &[1, 2], 1, 1),
        (&[1, 1, 1], &[1, 1], 2, 0),
        (&[1, 1, 2], &[1, 2], 1, 1),
        (&[1, 1, 2], &[1, 1], 2, 0),
        (&[1, 2, 2], &[1, 2], 2, 2),
        (&[1, 2, 2], &[1, 1], 2, 0),
    ];
    for (matches, terms, current, commit) in CASES {
        let voters = matches.len() as u32 + 1;
        let mut cluster = Cluster::leading(voters, Config::paper(), current, terms);
        for (peer, &match_index) in (2..).zip(matches) {
            cluster.hear(1, peer, current, accepted(match_index));
        }
        let case = format!("{matches:?}, {terms:?} in term {current}");
        assert_eq!(cluster.node(1).commit_index(), commit, "{case}");
    }
}

#[test]
fn old_entries_are_held_back_until_one_of_the_own_term_is_held_by_a_majority() {
    // §5.4.2, Figure 8: counting the older entries alone could commit what is still overwritten.
    let mut cluster = Cluster::leading(2, plain(), 3, &[1, 2]);
    for entry in [at(1, 1), at(2, 2)] {
        cluster.hear(1, 2, 3, accepted(entry.index));
        assert_eq!(cluster.decided(1), [Decision::HoldsCommit { entry, term: 3 }]);
        assert_eq!(cluster.node(1).commit_index(), 0);
        let older = Uncommitted::OlderTerm { entry: entry.term, current: 3 };
        assert_eq!(cluster.node(1).why_uncommitted(entry.index), Some(older));
    }
    cluster.hear(1, 2, 3, accepted(3));
    assert_eq!(cluster.decided(1), [Decision::Commits { from: 0, to: 3, holders: 2 }]);
    let applied: Vec<Index> = cluster.out(1).applied.iter().map(|(index, _)| *index).collect();
    assert_eq!((cluster.node(1).commit_index(), applied), (3, vec![1, 2, 3]));
}

#[test]
fn a_commit_takes_all_entries_before_it_along_in_order() {
    // §5.3: including those of earlier leaders.
    let logs: [&[Term]; 4] = [&[], &[2], &[1], &[1, 2]];
    for terms in logs {
        let mut cluster = Cluster::leading(3, Config::paper(), 3, terms);
        cluster.tell(1, propose(1, "x"));
        assert_eq!(cluster.out(1).applied, []);
        let last = terms.len() as Index + 1;
        cluster.hear(1, 2, 3, accepted(last));
        let before = entries(terms).into_iter();
        let all = before.chain([Entry { term: 3, payload: Payload::Command(command("x")) }]);
        let expected: Vec<(Index, Option<Entry>)> = (1..).zip(all.map(Some)).collect();
        assert_eq!(cluster.out(1).applied, expected, "{terms:?}");
        assert_eq!(cluster.outcome(1, 1), Some(Outcome::Committed(last)));
    }
}

#[test]
fn a_follower_whose_answers_are_lost_learns_of_a_commit_from_the_next_heartbeat() {
    // §5.3: a heartbeat names the place it follows, so it carries the commit there by itself; no
    // answer of the follower is needed for that.
    let mut cluster = Cluster::new(3, plain());
    cluster.elect(1);
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    cluster.cut = vec![(s(3), s(1)), (s(3), s(2))];
    cluster.propose(1, 1);
    let commits = |cluster: &Cluster| [1, 2, 3].map(|id| cluster.node(id).commit_index());
    assert_eq!((commits(&cluster), cluster.terms(3)), ([2, 1, 1], vec![1, 1]));
    cluster.tell(1, Input::Timeout);
    cluster.settle();
    assert_eq!((commits(&cluster), cluster.progress(3).match_index), ([2, 2, 2], 1));
}

#[test]
fn proposals_are_refused_while_too_many_bytes_are_not_committed() {
    // Thesis §10: else a leader that is cut off would fill its memory. The bound is looked at
    // before, so that one large command passes; an empty one is free.
    let mut cluster = Cluster::leading(3, Config { uncommitted_bytes: 10, ..plain() }, 1, &[]);
    let uncommitted =
        |cluster: &Cluster| cluster.node(1).leadership().map(|led| led.uncommitted_bytes);
    let busy = Some(Outcome::Refused(Refusal::Busy));
    let proposals = [("1234", 4), ("56789", 9), ("x", 10), ("y", 10), ("", 10)];
    for (number, (text, bytes)) in (1..).zip(proposals) {
        cluster.tell(1, propose(number, text));
        assert_eq!(uncommitted(&cluster), Some(bytes), "{text}");
        assert_eq!(cluster.outcome(1, number), busy.filter(|_| text == "y"), "{text}");
    }
    let refuses = Decision::RefusesProposal { why: Refusal::Busy };
    assert_eq!(cluster.decided(1), [refuses]);
    assert_eq!(cluster.node(1).log().last_index(), 5, "what is refused leaves nothing");
    cluster.hear(1, 2, 1, accepted(3));
    assert_eq!((uncommitted(&cluster), cluster.node(1).commit_index()), (Some(1), 3));
    cluster.hear(1, 2, 1, accepted(5));
    assert_eq!(uncommitted(&cluster), Some(0));
    cluster.tell(1, propose(6, "a command that is larger than the bound"));
    assert_eq!((uncommitted(&cluster), cluster.outcome(1, 6)), (Some(39), None));
    cluster.tell(1, propose(7, "z"));
    assert_eq!(cluster.outcome(1, 7), busy);

    // A new leader counts what it finds uncommitted in its log.
    let mut log = log(&[1]);
    for text in ["12345", "678"] {
        log.append(Entry { term: 1, payload: Payload::Command(command(text)) });
    }
    let mut cluster = Cluster::of(vec![kept(setup(1, &[1, 2, 3], plain()), 1, None, log)]);
    cluster.hear(1, 2, 1, append(at(3, 1), &[], 2));
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 2, vote(true));
    assert_eq!(uncommitted(&cluster), Some(3));
    cluster.hear(1, 2, 2, accepted(4));
    assert_eq!((uncommitted(&cluster), cluster.node(1).commit_index()), (Some(0), 4));
}

#[test]
fn a_commit_frees_the_bytes_of_what_it_commits_and_of_nothing_else() {
    // Thesis §10: neither of what was committed before it nor of what follows.
    let mut cluster = Cluster::leading(3, plain(), 1, &[]);
    for (number, text) in (1..).zip(["1234", "56", "7"]) {
        cluster.tell(1, propose(number, text));
    }
    for (match_index, bytes) in [(1, 7), (2, 3), (3, 1), (4, 0)] {
        cluster.hear(1, 2, 1, accepted(match_index));
        let leadership = cluster.node(1).leadership().unwrap();
        assert_eq!(leadership.uncommitted_bytes, bytes, "up to {match_index}");
    }
}

#[test]
fn who_does_not_lead_takes_no_proposal_and_names_the_leader() {
    // §8: the client tries the leader it is told of, or any other server. Others may forward; then
    // nobody knows whether a proposal was lost on the way.
    for role in ["follower", "pre-candidate", "candidate"] {
        let mut cluster = Cluster::in_role(role, 3, plain(), 2, &[1]);
        let before = cluster.node(1).clone();
        cluster.tell(1, propose(1, "x"));
        assert_eq!(cluster.outcome(1, 1), Some(Outcome::NotLeader(None)), "{role}");
        assert_eq!((cluster.sent(), cluster.node(1)), (vec![], &before));
        cluster.hear(1, 3, 2, append(at(1, 1), &[], 0));
        cluster.tell(1, propose(2, "x"));
        assert_eq!(cluster.outcome(1, 2), Some(Outcome::NotLeader(Some(s(3)))), "{role}");
        assert_eq!(cluster.terms(1), [1]);
    }
}

#[test]
fn a_leader_that_was_deposed_before_its_own_write_was_done_does_not_count_it() {
    // Thesis §10.2.1, §5.1: what a leader holds counts only while it leads that term.
    let mut cluster = Cluster::leading(3, plain(), 1, &[]);
    cluster.hear(1, 2, 1, accepted(1));
    cluster.syncs = false;
    cluster.tell(1, propose(1, "x"));
    cluster.hear(1, 2, 1, accepted(2));
    let node = cluster.node(1);
    assert_eq!((node.commit_index(), node.durable_index(), node.holders(2)), (1, 1, 1));
    cluster.hear(1, 3, 2, request_vote(at(9, 1)));
    cluster.forget();
    cluster.sync(1);
    let node = cluster.node(1);
    assert_eq!((node.commit_index(), node.durable_index(), node.last_applied()), (1, 2, 1));
    assert_eq!((cluster.decided(1), cluster.outcome(1, 1)), (vec![], None));
    // Its fate is open until its place is committed, by whomever.
    cluster.syncs = true;
    cluster.hear(1, 3, 2, append(at(2, 1), &[2], 3));
    cluster.sync(1);
    assert_eq!(cluster.node(1).commit_index(), 3);
    assert_eq!(cluster.outcome(1, 1), Some(Outcome::Committed(2)));
}

#[test]
fn a_leader_counts_its_own_entry_only_when_its_write_is_done() {
    // Thesis §10.2.1: the entry leaves at once, and others may hold it before the leader does; a
    // majority of those is enough.
    let mut cluster = Cluster::leading(5, plain(), 1, &[]);
    cluster.hear(1, 2, 1, accepted(1));
    cluster.hear(1, 3, 1, accepted(1));
    cluster.syncs = false;
    cluster.forget();
    cluster.tell(1, propose(1, "x"));
    assert_eq!(cluster.sent(), to_each(1, &[2, 3], 1, append_command(at(1, 1), 1, "x", 1)));
    for (peer, commit) in [(2, 1), (3, 1), (4, 2)] {
        cluster.hear(1, peer, 1, accepted(2));
        assert_eq!(cluster.node(1).commit_index(), commit, "S{peer}");
    }
    assert_eq!((cluster.node(1).last_applied(), cluster.outcome(1, 1)), (1, None));
    cluster.sync(1);
    assert_eq!(cluster.outcome(1, 1), Some(Outcome::Committed(2)));
}

#[test]
fn the_largest_index_that_a_majority_holds_is_committed_though_the_leaders_disk_is_behind() {
    // §5.4.2, thesis §10.2.1: what the leader itself holds, older entries only, does not hide that
    // the others hold more.
    let mut cluster = Cluster::lone(5, plain(), 2, &[1, 1]);
    cluster.tell(1, Input::Timeout);
    cluster.syncs = false;
    cluster.hear(1, 2, 3, vote(true));
    cluster.hear(1, 3, 3, vote(true));
    assert_eq!(cluster.node(1).durable_index(), 2);
    for (peer, commit) in [(2, 0), (3, 0), (4, 3)] {
        cluster.hear(1, peer, 3, accepted(3));
        assert_eq!(cluster.node(1).commit_index(), commit, "S{peer}");
    }
    let commits = Decision::Commits { from: 0, to: 3, holders: 3 };
    assert_eq!(cluster.decided(1).last(), Some(&commits));
    assert_eq!(cluster.node(1).last_applied(), 2);
}

#[test]
fn a_proposal_whose_place_is_taken_is_lost_at_this_server() {
    // §8, Figure 8: its client must not be answered for another's entry.
    let mut cluster = Cluster::leading(3, plain(), 1, &[]);
    cluster.tell(1, propose(1, "x"));
    cluster.tell(1, propose(2, "y"));
    cluster.hear(1, 2, 2, append(at(2, 1), &[2], 0));
    assert_eq!((cluster.outcome(1, 1), cluster.outcome(1, 2)), (None, Some(Outcome::Lost)));
    cluster.hear(1, 2, 2, append(at(3, 2), &[], 3));
    assert_eq!(cluster.outcome(1, 1), Some(Outcome::Committed(2)));
}
