//! The example `kv` as a cluster of processes that are killed, at any moment and at the worst
//! ones, while clients write and read.

mod kv {
    #[path = "../../examples/kv/client.rs"]
    pub mod client;
    pub mod cluster;
    pub mod history;
    pub mod network;
}

use kv::client::{Client, Failure};
use kv::cluster::Cluster;
use kv::history::{History, Operation};
use raft_core::chance::Chance;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long servers are killed.
const STORM: Duration = Duration::from_secs(8);
/// Far more than anything here takes on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);
const WRITERS: u64 = 3;

/// `crash.rs` of the example says what the disk holds after each.
const PLACES: [&str; 5] =
    ["before-sync", "half-written", "lost-write", "before-rename", "after-sync"];

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice_while_servers_are_killed() {
    let cluster = Cluster::new(3, 100);
    let servers = cluster.servers();
    let (history, stop) = (&History::default(), &AtomicBool::new(false));
    let crashes = thread::scope(|scope| {
        for writer in 0..WRITERS {
            // Two of the servers, so that somebody looks for the new leader while the old one keeps
            // those waiting who know it.
            let two = [writer, writer + 1].map(|at| servers[at as usize % servers.len()].clone());
            let client = Client::new(two.to_vec(), PATIENCE);
            scope.spawn(move || write_and_read(client, writer, history, stop));
        }
        for (name, server) in (WRITERS..).zip(&servers) {
            let client = Client::new(vec![server.clone()], PATIENCE);
            scope.spawn(move || read_only(client, name, history, stop));
        }
        // The clients are stopped whatever happens here: a panic waits for them.
        let storm = catch_unwind(AssertUnwindSafe(|| storm(&cluster)));
        stop.store(true, Ordering::Relaxed);
        storm.unwrap_or_else(|panic| resume_unwind(panic))
    });

    let mut client = Client::new(servers, PATIENCE);
    for key in (0..WRITERS).map(|writer| format!("key{writer}")).chain(["total".into()]) {
        let called = history.now();
        let answer = client.ask(&format!("get {key}")).unwrap();
        history.returned(9, called, Operation::Get { key }, Ok(answer));
    }
    cluster.wait_until_all_agree(PATIENCE);
    let path = format!("{}/kv-history.txt", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, history.text()).unwrap();
    #[cfg(feature = "sim")]
    judge(&history.text());
    let summary = history.check();
    println!("{summary}, {crashes} crashes on purpose; the history is {path}");
    assert!(crashes > 0, "at least one process came to the place where it was to crash");
}

/// The judge of the library knows nothing of who writes what.
#[cfg(feature = "sim")]
fn judge(text: &str) {
    use raft_core::check::linearizability::{Verdict, judge, text::parse};
    let history = parse(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(judge(&history, 5_000_000), Verdict::Linearizable);
}

/// Kills, starts, stops and cuts off servers; returns how many crashed where they were told to.
fn storm(cluster: &Cluster) -> usize {
    let until = Instant::now() + STORM;
    let mut crashes = 0;
    for turn in (0..).take_while(|_| Instant::now() < until) {
        let chance = |word, most| Chance::of(7, &[turn, word]).between(0, most);
        let pause = |word, most| thread::sleep(Duration::from_millis(chance(word, most)));
        let victim = chance(1, 2) as usize;
        match turn % 4 {
            0 | 2 => {
                pause(2, 300);
                cluster.kill(victim);
            }
            1 => {
                cluster.kill(victim);
                let place = PLACES[(turn / 4) as usize % PLACES.len()];
                // A start takes the place of one file; the log is written to after it.
                cluster.start(victim, Some(&format!("{place}:{}", 2 + chance(3, 10))));
                crashes += usize::from(cluster.wait_until_dead(victim, Duration::from_secs(3)));
                cluster.kill(victim);
            }
            // A leader that is cut off from the others, but not from its clients, leads on for a
            // while and must not answer. One that is stopped for longer than the others wait
            // wakes up as a leader of the past.
            _ => {
                let leader = cluster.wait_for_leader(Duration::from_secs(3)).unwrap_or(victim);
                let is_cut = turn % 8 == 3;
                let set = |is_out| match is_cut {
                    true => cluster.network.cut_off(leader, is_out),
                    false => cluster.signal(leader, if is_out { "-STOP" } else { "-CONT" }),
                };
                set(true);
                thread::sleep(Duration::from_millis(600 + chance(4, 600)));
                set(false);
                continue;
            }
        }
        // Now and then two are down: no quorum, so nothing may be answered.
        if turn % 5 == 4 {
            let other = (victim + 1) % 3;
            cluster.kill(other);
            pause(5, 300);
            cluster.start(other, None);
        }
        pause(6, 200);
        cluster.start(victim, None);
    }
    crashes
}

/// Writes 1, 2, 3 … to a key of its own, adds to one that all share, and reads the others'.
fn write_and_read(mut client: Client, writer: u64, history: &History, stop: &AtomicBool) {
    for value in 1_u64.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("key{}", (writer + value) % WRITERS);
        for operation in [
            Operation::Put { key: format!("key{writer}"), value },
            Operation::Add { key: "total".into(), value: 1 },
            Operation::Get { key },
        ] {
            perform(&mut client, writer, history, operation);
        }
    }
}

/// Asks one server alone, whether it leads or not, and whoever can reach it.
fn read_only(mut client: Client, name: u64, history: &History, stop: &AtomicBool) {
    for turn in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("key{}", turn % WRITERS);
        perform(&mut client, name, history, Operation::Get { key });
    }
}

fn perform(client: &mut Client, name: u64, history: &History, operation: Operation) {
    let called = history.now();
    let answer = match &operation {
        Operation::Get { .. } => client.ask(&operation.line()),
        Operation::Put { .. } | Operation::Add { .. } => client.command(&operation.line()),
    };
    assert!(!matches!(answer, Err(Failure::Refused(_))), "{operation:?}: {answer:?}");
    history.returned(name, called, operation, answer);
}

#[test]
fn a_write_that_was_cut_short_is_dropped_and_all_others_are_there() {
    let cluster = Cluster::new(1, 10_000);
    let mut client = Client::new(cluster.servers(), PATIENCE);
    assert_eq!(client.command("put before 1").as_deref(), Ok("done"));
    for (place, cuts) in [("half-written", true), ("before-sync", false), ("lost-write", false)] {
        cluster.kill(0);
        cluster.start(0, Some(&format!("{place}:8")));
        thread::scope(|scope| {
            // Asked until it is answered: what was cut was not acknowledged, and is done once.
            let adding = scope.spawn(|| {
                (0..20).map(|_| client.command("add counted 1").unwrap()).collect::<Vec<_>>()
            });
            assert!(cluster.wait_until_dead(0, PATIENCE), "{place}");
            cluster.start(0, None);
            let sums = adding.join().unwrap();
            assert!(sums.is_sorted_by_key(|sum| sum.parse::<u64>().unwrap()));
        });
        let says_so = cluster.said(0).contains("an unfinished write that nobody was told of");
        assert_eq!(says_so, cuts, "{place}: {}", cluster.said(0));
        if cuts {
            cluster.forget_said(0);
        }
    }
    assert_eq!(client.ask("get counted").as_deref(), Ok("value 60"));
    assert_eq!(client.ask("get before").as_deref(), Ok("value 1"));
}

#[test]
fn a_damaged_log_is_refused_with_the_place_and_what_to_do() {
    let cluster = Cluster::new(1, 10_000);
    let mut client = Client::new(cluster.servers(), PATIENCE);
    for value in 0..20 {
        client.command(&format!("put key {value}")).unwrap();
    }
    cluster.kill(0);
    let path = cluster.data(0).join("log");
    let mut log = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let middle = log.metadata().unwrap().len() / 2;
    let mut flip = || {
        let mut byte = [0];
        log.seek(SeekFrom::Start(middle)).unwrap();
        log.read_exact(&mut byte).unwrap();
        log.seek(SeekFrom::Start(middle)).unwrap();
        log.write_all(&[byte[0] ^ 4]).unwrap();
    };
    flip();
    let before = fs::read(&path).unwrap();
    cluster.start(0, None);
    assert!(cluster.wait_until_dead(0, PATIENCE));
    let said = cluster.said(0);
    for part in ["/log, offset ", "does not match its checksum, and was synced", "kv join"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(fs::read(&path).unwrap(), before, "nothing was changed");

    // As the message says: bring the file back as it was.
    flip();
    cluster.start(0, None);
    assert_eq!(client.ask("get key").as_deref(), Ok("value 19"));
}

#[test]
fn a_server_that_lost_its_disk_joins_as_a_new_one() {
    let cluster = Cluster::new(3, 20);
    let mut client = Client::new(cluster.servers(), PATIENCE);
    for value in 0..50 {
        client.command(&format!("put key {value}")).unwrap();
    }
    cluster.kill(2);
    fs::remove_dir_all(cluster.data(2)).unwrap();
    cluster.start(2, None);
    assert!(cluster.wait_until_dead(2, PATIENCE));
    assert!(cluster.said(2).contains("to found it again could lose what the cluster has promised"));

    let servers = cluster.servers();
    let others = servers[..2].join(",");
    cluster.run(&["members", "remove", "3", "--servers", &others]);
    cluster.run(&["join", "--id", "3", "--data", cluster.data(2).to_str().unwrap()]);
    cluster.start(2, None);
    cluster.wait_until_up(2, PATIENCE);
    let member = format!("3={}", servers[2]);
    cluster.run(&["members", "add", &member, "--servers", &others]);
    cluster.wait_until_all_agree(PATIENCE);

    // It counts: without it there is no quorum now. And it leads when it is told to.
    cluster.kill(0);
    assert_eq!(client.command("put key after").as_deref(), Ok("done"));
    let until = Instant::now() + PATIENCE;
    while cluster.leader() != Some(2) {
        assert!(Instant::now() < until, "server 2 does not lead");
        cluster.run(&["transfer", "3", "--servers", &servers[1..].join(",")]);
        thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(client.ask("get key").as_deref(), Ok("value after"));
}
