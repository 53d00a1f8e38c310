//! Commits per second of processor time, beside tikv's raft.
//!
//! ```text
//! cargo bench --manifest-path raft-core/peers/Cargo.toml
//! ```
//!
//! Both replicate the same commands in memory: a message is handed over at once, a write is
//! reported finished at once, and each server takes all messages that wait for it before it
//! writes. The implementations take turns, so that whatever else the machine does meets both;
//! printed are the medians.
//!
//! tikv's raft is configured as it comes, but for a full window and with what raft-core does by
//! itself; and, in the last columns, with its two settings that save messages.

mod core;
mod tikv;

use cpu_time::ProcessTime;

/// Commands of one measurement.
const COMMANDS: u64 = 64 * 1_500;
/// Measurements of each implementation in each case.
const ROUNDS: usize = 11;
/// Every command is so long, in bytes.
const COMMAND: usize = 16;

/// A cluster with a leader.
trait Cluster {
    /// Elects one of so many servers.
    fn elect(servers: usize) -> Self;
    /// Proposes so many commands at once and delivers all that follows from it.
    fn pump(&mut self, proposals: u64);
    /// How many commands the leader has applied.
    fn applied(&self) -> u64;
    /// How many messages all servers have sent.
    fn messages(&self) -> u64;
}

/// Commits per second, and messages per commit.
fn measure<C: Cluster>(servers: usize, proposals: u64) -> (f64, f64) {
    let mut cluster = C::elect(servers);
    cluster.pump(1);
    let (applied, messages) = (cluster.applied(), cluster.messages());
    let start = ProcessTime::now();
    for _ in 0..COMMANDS / proposals {
        cluster.pump(proposals);
    }
    let seconds = start.elapsed().as_secs_f64();
    let commits = (cluster.applied() - applied) as f64;
    assert_eq!(commits, COMMANDS as f64, "everything that was proposed is committed");
    (commits / seconds, (cluster.messages() - messages) as f64 / commits)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The medians of one case: of raft-core, of tikv's raft, and of tikv's with all that saves it
/// messages; and how many times as fast raft-core is as either.
fn compare(servers: usize, proposals: u64) {
    let (mut rates, mut ratios) = ([const { Vec::new() }; 3], [const { Vec::new() }; 2]);
    let mut messages = [0.0; 3];
    for _ in 0..ROUNDS {
        let round = [
            measure::<core::Servers>(servers, proposals),
            measure::<tikv::Servers>(servers, proposals),
            measure::<tikv::Frugal>(servers, proposals),
        ];
        for (which, (rate, count)) in round.into_iter().enumerate() {
            rates[which].push(rate);
            messages[which] = count;
        }
        ratios[0].push(round[0].0 / round[1].0);
        ratios[1].push(round[0].0 / round[2].0);
    }
    let [ours, theirs, frugal] = rates.map(median);
    let [ratio, frugal_ratio] = ratios.map(median);
    println!(
        "{servers:>7} {proposals:>8}  {ours:>10.0} {:>9.2}  {theirs:>10.0} {:>9.2} {ratio:>6.2}  \
         {frugal:>10.0} {:>9.2} {frugal_ratio:>6.2}",
        messages[0], messages[1], messages[2],
    );
}

fn main() {
    println!("commits per second of processor time, and messages per commit; {ROUNDS} rounds");
    println!(
        "servers  at once   raft-core  messages        tikv  messages  ratio      frugal  \
         messages  ratio"
    );
    for servers in [3, 5] {
        for proposals in [1, 64] {
            compare(servers, proposals);
        }
    }
}
