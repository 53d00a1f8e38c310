//! The same schedules through both implementations.

use raft_peers::schedule::{Summary, calm, storm};
use raft_peers::{Options, Ours, Tikv};
use std::thread::panicking;

/// Tells what a failure belongs to.
struct Told(&'static str, Options);

impl Drop for Told {
    fn drop(&mut self) {
        if panicking() {
            eprintln!("{} with {:?}", self.0, self.1);
        }
    }
}

#[test]
fn storms_leave_both_safe_and_both_recover() {
    let mut totals = [[0; 4]; 2];
    let mut count = |which: usize, summary: Summary| {
        let Summary { committed, leaders, cut, members } = summary;
        for (total, value) in totals[which].iter_mut().zip([committed.len(), leaders, cut, members])
        {
            *total += value;
        }
    };
    for seed in 0..400 {
        let options = Options::of(seed);
        let _told = Told("raft-core", options);
        count(0, storm::<Ours>(options));
        let _told = Told("tikv's raft", options);
        count(1, storm::<Tikv>(options));
    }
    println!("committed, leaders, logs cut, members: {totals:?}");
    // Storms in which little happens prove little.
    assert!(totals.iter().all(|[committed, leaders, cut, _]| {
        *committed > 400 * 20 && *leaders > 400 * 2 && *cut > 200
    }));
}

#[test]
fn without_faults_both_commit_the_same_in_the_same_terms() {
    for seed in 0..400 {
        let options = Options::of(seed);
        let _told = Told("a calm run", options);
        let (ours, theirs) = (calm::<Ours>(options), calm::<Tikv>(options));
        let is_other = |step: &usize| ours.get(*step) != theirs.get(*step);
        if let Some(step) = (0..ours.len().max(theirs.len())).find(is_other) {
            ours[..step].iter().for_each(|done| eprintln!("{done}"));
            panic!("{}, but with tikv's raft {}", ours[step], theirs[step]);
        }
    }
}
