//! The schedules.

use crate::cluster::Cluster;
use crate::server::{Change, Content, Options, Record, Server};
use raft_core::chance::Chance;
use std::fmt;

/// How many things happen before the faults end.
const ACTIONS: u64 = 1_000;
/// So many steps of 10 ms at most until all servers agree once the faults have ended.
const PATIENCE: u64 = 3_000;
/// The command that has to be committed at the end.
const LAST: u64 = 1_000_000;

/// What came of a schedule.
pub struct Summary {
    /// All that was committed.
    pub committed: Vec<Record>,
    /// How many leaders there were.
    pub leaders: usize,
    /// How many logs begin after the first entry.
    pub cut: usize,
    /// How many members there are.
    pub members: usize,
}

/// A run with all kinds of faults. At its end they stop, and all servers have to agree on
/// everything that was ever committed, and on one more command.
pub fn storm<S: Server>(options: Options) -> Summary {
    let mut cluster = Cluster::<S>::new(options);
    let mut proposed = 0;
    for action in 0..ACTIONS {
        act(&mut cluster, options, action, &mut proposed);
    }
    cluster.slow_writes = false;
    for at in 0..cluster.servers.len() {
        cluster.sides[at] = false;
        cluster.start(at);
        cluster.act(at, |_| {});
    }
    agree(&mut cluster, "after the faults");
    let leader = cluster.leader().expect("they agree with it");
    cluster.act(leader, |server| server.propose(LAST));
    agree(&mut cluster, "on the last command");
    let committed = cluster.judge.committed();
    let is_last = |record: &Record| record.content == Content::Command(LAST);
    assert!(committed.iter().any(is_last), "the last command is committed");
    let members = members(&cluster, leader);
    let is_cut = |&&at: &&usize| cluster.servers[at].base().0 > 0;
    Summary {
        leaders: cluster.judge.leaders(),
        cut: members.iter().filter(is_cut).count(),
        members: members.len(),
        committed,
    }
}

/// One thing happens.
fn act<S: Server>(cluster: &mut Cluster<S>, options: Options, action: u64, proposed: &mut u64) {
    let draw = |word, high| Chance::of(options.seed, &[action, word]).between(0, high);
    let below = |word, count: usize| draw(word, count.max(1) as u64 - 1) as usize;
    let at = below(0, cluster.servers.len());
    let place = |cluster: &Cluster<S>| below(1, cluster.messages());
    match draw(2, 99) {
        0..=39 => {
            for _ in 0..=draw(3, 9) {
                // Mostly in order, else nobody would get far.
                let is_in_order = draw(4, 3) > 0;
                cluster.deliver(if is_in_order { 0 } else { place(cluster) });
            }
        }
        40..=43 => cluster.lose(place(cluster)),
        44..=46 => cluster.duplicate(place(cluster)),
        47..=59 => {
            for _ in 0..=draw(3, 3) {
                (0..cluster.servers.len()).for_each(|at| cluster.act(at, S::tick));
            }
        }
        60..=63 => (0..=draw(3, 9)).for_each(|_| cluster.act(at, S::tick)),
        64..=74 => {
            // Also one that only thinks that it leads.
            let leads = cluster.is_up[at] && cluster.servers[at].is_leader();
            if let Some(leader) = if leads { Some(at) } else { cluster.leader() } {
                propose(cluster, leader, draw(3, 2) + 1, proposed);
            }
        }
        75..=77 => {
            // Often several at once, so that votes are split.
            for at in at..=at + draw(3, 2) as usize {
                stand(cluster, at % cluster.servers.len());
            }
        }
        78..=82 => {
            cluster.crash(at, draw(3, 3) as usize);
            if draw(4, 2) > 0 {
                cluster.start(at);
            }
        }
        83..=84 => cluster.start(at),
        85 => {
            let sides = draw(3, u64::MAX);
            cluster.sides.iter_mut().enumerate().for_each(|(n, side)| *side = sides >> n & 1 > 0);
        }
        86..=87 => cluster.sides.fill(false),
        88..=93 => cluster.act(at, |server| server.finish_writes(draw(3, 3) as usize + 1)),
        94..=96 => cluster.act(at, S::save),
        _ => {
            if let Some(leader) = cluster.leader().filter(|_| options.changes) {
                change(cluster, options, leader, at);
            }
        }
    }
}

fn propose<S: Server>(cluster: &mut Cluster<S>, leader: usize, count: u64, proposed: &mut u64) {
    for _ in 0..count {
        *proposed += 1;
        cluster.act(leader, |server| server.propose(*proposed));
    }
}

fn stand<S: Server>(cluster: &mut Cluster<S>, at: usize) {
    if !cluster.servers[at].is_leader() {
        cluster.act(at, S::campaign);
    }
}

/// The server that is there to be added is added, then becomes a voter; then another may leave.
fn change<S: Server>(cluster: &mut Cluster<S>, options: Options, leader: usize, other: usize) {
    let (voters, learners) = cluster.servers[leader].members();
    let (new, other_id) = (options.servers + 1, other as u64 + 1);
    let change = if learners.contains(&new) {
        Change::Promote(new)
    } else if !voters.contains(&new) {
        Change::AddLearner(new)
    } else if other != leader && voters.len() > options.servers as usize && other_id != new {
        Change::Remove(other_id)
    } else {
        return;
    };
    cluster.act(leader, |server| server.change(change));
}

/// Without faults, all members come to apply the same.
fn agree<S: Server>(cluster: &mut Cluster<S>, when: &str) {
    for _ in 0..PATIENCE {
        cluster.deliver_all();
        if let Some(leader) = cluster.leader() {
            let committed = cluster.judge.committed();
            let (base, log) = (cluster.servers[leader].base(), cluster.servers[leader].log());
            let is_all_committed = base.0 as usize + log.len() == committed.len();
            let is_same = |&at: &usize| cluster.servers[at].applied() == committed;
            if is_all_committed && members(cluster, leader).iter().all(is_same) {
                return;
            }
            retire_removed(cluster, leader);
        }
        (0..cluster.servers.len()).for_each(|at| cluster.act(at, S::tick));
    }
    tell(cluster);
    panic!("{when} they do not come to agree");
}

/// What every server knows.
fn tell<S: Server>(cluster: &Cluster<S>) {
    for (at, server) in cluster.servers.iter().enumerate() {
        let (base, log, applied) = (server.base(), server.log().len(), server.applied().len());
        let (up, leads, commit) = (cluster.is_up[at], server.is_leader(), server.commit_index());
        let (term, members) = (server.term(), server.members());
        eprintln!(
            "S{}: up {up}, leads {leads}, term {term}, log {base:?} + {log}, committed {commit}, \
             applied {applied}, members {members:?}",
            at + 1
        );
    }
}

/// One that was removed may never hear of it: its operator shuts it down.
fn retire_removed<S: Server>(cluster: &mut Cluster<S>, leader: usize) {
    let (voters, learners) = cluster.servers[leader].members();
    for at in 0..cluster.servers.len() {
        let id = at as u64 + 1;
        let is_founder = at + 1 < cluster.servers.len();
        if is_founder && !voters.contains(&id) && !learners.contains(&id) {
            cluster.retire(at);
        }
    }
}

fn members<S: Server>(cluster: &Cluster<S>, leader: usize) -> Vec<usize> {
    let (voters, learners) = cluster.servers[leader].members();
    voters.iter().chain(&learners).map(|&id| id as usize - 1).collect()
}

/// What can be compared of two implementations after each step of a calm run.
#[derive(Debug, Eq, PartialEq)]
pub struct Calm {
    /// What was asked for.
    pub asked: String,
    /// The leader, and its term.
    pub leader: Option<(usize, u64)>,
    /// The last terms of all servers.
    pub terms: Vec<u64>,
    /// What is committed.
    pub committed: Vec<Record>,
}

/// What was asked for and what came of it, without the entries.
impl fmt::Display for Calm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Calm { asked, leader, terms, committed } = self;
        let leader = leader.map(|(at, term)| (at + 1, term));
        write!(f, "{asked}: leads {leader:?}, terms {terms:?}, committed {}", committed.len())
    }
}

/// A run in which everything that was said arrives, in order, before the next thing happens, and
/// in which nobody stands for election by itself: so there is one right outcome.
pub fn calm<S: Server>(options: Options) -> Vec<Calm> {
    let options = Options { check_quorum: false, slow_writes: false, changes: false, ..options };
    let mut cluster = Cluster::<S>::new(options);
    let (founders, mut proposed, mut history) = (options.servers as usize, 0, Vec::new());
    for step in 0..60 {
        let draw = |word, high| Chance::of(options.seed, &[step, word]).between(0, high);
        let at = draw(0, founders as u64 - 1) as usize;
        let leader = cluster.leader();
        let is_leader = cluster.servers[at].is_leader();
        // Whether a candidate of an old term is told of the new one is up to each.
        let latest = cluster.servers.iter().map(S::term).max();
        let is_in_term = Some(cluster.servers[at].term()) == latest;
        let asked = match (draw(1, 9), leader) {
            (0 | 1, _) if !is_leader && cluster.is_up[at] && is_in_term => {
                stand(&mut cluster, at);
                format!("S{} stands for election", at + 1)
            }
            (2, _) if !is_leader && cluster.is_up[at] => {
                cluster.crash(at, 0);
                format!("S{} crashes", at + 1)
            }
            (3, _) => {
                cluster.start(at);
                format!("S{} runs", at + 1)
            }
            (4, Some(leader)) => {
                cluster.act(leader, S::heartbeat);
                format!("S{} tells that it lives", leader + 1)
            }
            (5, _) => {
                cluster.act(at, S::save);
                format!("S{} saves its state machine", at + 1)
            }
            (_, Some(leader)) => {
                let count = 1 + draw(2, 5);
                propose(&mut cluster, leader, count, &mut proposed);
                format!("S{} gets {count} commands", leader + 1)
            }
            _ => continue,
        };
        cluster.deliver_all();
        history.push(Calm {
            asked,
            leader: cluster.leader().map(|at| (at, cluster.servers[at].term())),
            terms: cluster.servers.iter().map(S::term).collect(),
            committed: cluster.judge.committed(),
        });
    }
    history
}
