//! How the families of systems count time: any moment, whole ticks, a heartbeat for each follower.

use crate::cluster::*;
use raft_core::chance::Chance;
use raft_core::raft::*;
use raft_core::time::{Duration, Instant};
use std::collections::BTreeSet;

const TICK: u64 = 100;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// etcd/raft: ticks of 100 ms, a heartbeat each 2, an election after 10 to 19.
fn ticking() -> Config {
    Config {
        tick: millis(TICK),
        heartbeat: millis(2 * TICK),
        election_min: millis(10 * TICK),
        election_max: millis(19 * TICK),
        ..plain()
    }
}

/// hashicorp/raft: a heartbeat for each follower after 100 to 200 ms.
fn beating() -> Config {
    Config {
        heartbeat: millis(100),
        heartbeat_max: millis(200),
        election_min: millis(1_000),
        election_max: millis(2_000),
        ..plain()
    }
}

/// Where the ticks of a server fall, in microseconds after a whole tick.
fn phase(node: &Node) -> u64 {
    node.timer().unwrap().until.0 % millis(TICK).0
}

#[test]
fn timeouts_are_whole_ticks_of_each_servers_own_clock() {
    // etcd/raft: a timeout is one of the integers from E to 2E - 1, and all of them are drawn. The
    // first tick comes less than a tick after the start, and whoever hears a leader between two
    // ticks waits for as many from the next on.
    let voters: Vec<u32> = (1..=20).collect();
    let node = |id, term| restored(setup(id, &voters, ticking()), term, &[], Instant(7));
    let ticks = |term| (node(1, term).timer().unwrap().until.0 - 7) / millis(TICK).0 + 1;
    let drawn: BTreeSet<u64> = (0..500).map(ticks).collect();
    assert_eq!(drawn, (10..=19).collect());
    assert_eq!(ticks(3), Chance::of(1, &[1, 3]).between(10, 19));
    let phases: BTreeSet<u64> = (1..=20).map(|id| phase(&node(id, 1))).collect();
    assert!(phases.len() > 15, "servers do not tick together: {phases:?}");
    assert!((1..100).all(|term| phase(&node(1, term)) == phase(&node(1, 0))));

    let mut cluster = Cluster::of(vec![node(1, 5)]);
    let ticks = Chance::of(1, &[1, 5]).between(10, 19);
    let first = phase(cluster.node(1));
    for now in [first + 1, millis(TICK).0 + first - 1] {
        cluster.now = Instant(now);
        cluster.hear(1, 2, 5, append(at(0, 0), &[], 0));
        assert_eq!(cluster.timer(1).until, Instant(first) + millis(ticks * TICK));
    }
    // What comes at the moment of a tick is there before it has been counted.
    cluster.now = Instant(first) + millis(TICK);
    cluster.hear(1, 2, 5, append(at(0, 0), &[], 0));
    assert_eq!(cluster.timer(1).until, cluster.now + millis(ticks * TICK));
}

#[test]
fn a_ticking_leader_beats_for_all_each_so_many_ticks() {
    let mut cluster = Cluster::lone(3, ticking(), 2, &[1, 2]);
    let first = phase(cluster.node(1));
    cluster.now = Instant(first + 5);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 3, vote(true));
    assert!(cluster.node(1).is_leader());
    for beat in 1..5 {
        cluster.forget();
        let due = Instant(first) + millis(2 * beat * TICK);
        assert_eq!(cluster.timer(1).until, due);
        cluster.now = due;
        cluster.tell(1, Input::Deadline);
        assert_eq!(cluster.sent().iter().map(|sent| sent.to).collect::<Vec<_>>(), ids(&[2, 3]));
    }
}

#[test]
fn a_timeout_below_a_tick_is_one() {
    let config = Config { tick: millis(500), ..Config::paper() };
    assert_eq!(config.check(), Err(Misfit::UnevenTicks));
    let node = Node::found(setup(1, &[1, 2, 3], config), Instant::ZERO);
    assert!(node.timer().unwrap().until <= Instant::ZERO + millis(500));
    let longest = Config { tick: Duration(u64::MAX), ..Config::paper() };
    let mut node = Node::found(setup(1, &[1], longest), Instant(u64::MAX - 1));
    node.step(Instant(u64::MAX), Input::Deadline, &mut Vec::new());
}

#[test]
fn each_follower_gets_its_heartbeats_at_times_of_its_own() {
    // hashicorp/raft, `replication.go`: a timer for each follower, drawn anew for each beat. What
    // else is sent meanwhile, and to whom, shifts none of them.
    let beats = |commands: bool| {
        let mut cluster = Cluster::lone(3, beating(), 2, &[1, 2]);
        cluster.tell(1, Input::Timeout);
        cluster.hear(1, 2, 3, vote(true));
        assert_eq!(cluster.sent().len(), 4, "two questions, then a heartbeat for each at once");
        let mut beats: [Vec<u64>; 2] = [vec![0], vec![0]];
        while cluster.now < moment(10_000) {
            if commands && cluster.now.0 % 3 == 0 {
                cluster.propose(1, 7);
                cluster.hear(1, 2, 3, accepted(cluster.node(1).log().last_index()));
                cluster.forget();
            }
            cluster.now = cluster.node(1).deadline().unwrap();
            cluster.tell(1, Input::Deadline);
            let sent = cluster.sent();
            assert!(!sent.is_empty(), "it looks up only when something is due");
            for envelope in sent {
                beats[envelope.to.0 as usize - 2].push(cluster.now.0);
            }
        }
        beats
    };
    let [second, third] = beats(false);
    assert_eq!([second.clone(), third.clone()], beats(true));
    for times in [&second, &third] {
        let lengths: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(lengths.iter().all(|length| (100_000..=200_000).contains(length)));
        let average = lengths.iter().sum::<u64>() / lengths.len() as u64;
        assert!((140_000..160_000).contains(&average), "{average}");
    }
    let together = second[1..].iter().filter(|at| third.contains(at)).count();
    assert!(together <= 1, "{together} beats went to both at one moment");
}

#[test]
fn a_leader_whose_timer_is_made_to_run_out_beats_for_all() {
    // Where timers are moved by hand, nobody's heartbeat may ever be due.
    let mut cluster = Cluster::lone(3, beating(), 2, &[1, 2]);
    cluster.tell(1, Input::Timeout);
    cluster.hear(1, 2, 3, vote(true));
    let earliest = cluster.timer(1).until;
    cluster.forget();
    cluster.tell(1, Input::Timeout);
    let sent = cluster.sent();
    assert!(!sent.is_empty() && earliest > cluster.now);
}

#[test]
fn a_leader_that_beats_apart_hears_of_new_followers_and_needs_none() {
    let mut cluster = Cluster::leading(1, beating(), 3, &[1]);
    assert_eq!(cluster.timer(1).until, cluster.now + millis(200));
    let change = Change::AddLearner(Member { id: s(2), birth: 1 });
    cluster.tell(1, Input::Change { id: ProposalId(1), change });
    cluster.forget();
    cluster.now = cluster.timer(1).until;
    cluster.tell(1, Input::Deadline);
    assert_eq!(cluster.sent().iter().map(|sent| sent.to).collect::<Vec<_>>(), ids(&[2]));
}

#[test]
fn a_leader_goes_on_without_a_quorum_for_as_long_as_it_is_told() {
    // hashicorp/raft: `LeaderLeaseTimeout`, shorter than an election; thesis §6.2 says only "an
    // election timeout".
    for (quorum_timeout, expected) in [(0, 350), (120, 150), (1_000, 1_050)] {
        let config =
            Config { check_quorum: true, quorum_timeout: millis(quorum_timeout), ..plain() };
        let mut cluster = Cluster::leading(3, config, 3, &[1]);
        let began = cluster.now;
        while cluster.node(1).is_leader() {
            cluster.now = cluster.node(1).deadline().unwrap();
            cluster.tell(1, Input::Deadline);
        }
        assert_eq!(cluster.now, began + millis(expected), "{quorum_timeout}");
    }
}

#[test]
fn a_lease_lasts_as_long_as_it_is_told() {
    // Thesis §6.4.1: safe up to the shortest election timeout; longer is possible, and wrong.
    for (lease_length, expected) in [(0, 150), (60, 60), (400, 400)] {
        let config = Config {
            check_quorum: true,
            reads: Reads::Lease,
            lease_length: millis(lease_length),
            ..plain()
        };
        let mut cluster = Cluster::leading(3, config, 3, &[1]);
        let sent_at = cluster.now;
        cluster.now = cluster.timer(1).until;
        cluster.hear(1, 2, 3, accepted(2));
        assert_eq!(cluster.node(1).lease_until(), Some(sent_at + millis(expected)));
        let fits = if lease_length > 150 { Err(Misfit::LongLease) } else { Ok(()) };
        assert_eq!(config.check(), fits);
    }
}
