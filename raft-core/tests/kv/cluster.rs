//! Servers as processes of their own, to be killed and started again.

use super::client::ask_one;
use super::network::Network;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Servers and the directory they live in. They die with it.
pub struct Cluster {
    /// What lies between them.
    pub network: Network,
    directory: TempDir,
    addresses: Vec<String>,
    snapshot_entries: u64,
    processes: Mutex<Vec<Option<Process>>>,
}

struct Process {
    child: Child,
    /// Whether it was told to crash.
    may_end: bool,
}

impl Cluster {
    /// Founds a cluster and starts all of its servers.
    pub fn new(size: usize, snapshot_entries: u64) -> Cluster {
        let addresses = free_addresses(size);
        let cluster = Cluster {
            network: Network::between(&addresses),
            directory: TempDir::new().unwrap(),
            addresses,
            snapshot_entries,
            processes: Mutex::new((0..size).map(|_| None).collect()),
        };
        for server in 0..size {
            let (id, data) = ((server + 1).to_string(), cluster.data(server));
            let peers = cluster.peers(server);
            cluster.run(&[
                "init",
                "--id",
                &id,
                "--peers",
                &peers,
                "--data",
                data.to_str().unwrap(),
            ]);
            cluster.start(server, None);
        }
        cluster
    }

    /// Where the servers listen.
    pub fn servers(&self) -> Vec<String> {
        self.addresses.clone()
    }

    /// A server's directory.
    pub fn data(&self, server: usize) -> PathBuf {
        self.directory.path().join(format!("data{server}"))
    }

    /// Starts a server; with a plan it crashes on purpose.
    pub fn start(&self, server: usize, crash: Option<&str>) {
        let said = File::options().append(true).create(true).open(self.said_path(server)).unwrap();
        let mut command = Command::new(program());
        command
            .args([
                "serve",
                "--peers",
                &self.peers(server),
                "--data",
                self.data(server).to_str().unwrap(),
            ])
            .args(["--snapshot-entries", &self.snapshot_entries.to_string()])
            .env_remove("KV_CRASH")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said);
        if let Some(crash) = crash {
            command.env("KV_CRASH", crash);
        }
        let process = Process { child: command.spawn().unwrap(), may_end: crash.is_some() };
        let before = self.processes.lock().unwrap()[server].replace(process);
        assert!(before.is_none(), "server {server} is killed before it is started again");
    }

    /// Kills a server in the middle of whatever it does.
    ///
    /// A server that has ended by itself and was not told to has refused to run: that is an error.
    pub fn kill(&self, server: usize) {
        let Some(process) = self.processes.lock().unwrap()[server].take() else { return };
        let Process { mut child, may_end } = process;
        let status = child.try_wait().unwrap().filter(|_| !may_end);
        if let Some(status) = status {
            panic!("server {server} ended by itself: {status}\n{}", self.said(server));
        }
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// Sends a signal to a server, where there are signals.
    pub fn signal(&self, server: usize, signal: &str) {
        let processes = self.processes.lock().unwrap();
        let Some(process) = processes[server].as_ref().filter(|_| cfg!(unix)) else { return };
        let id = process.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits until a server ends by itself; false if it does not.
    pub fn wait_until_dead(&self, server: usize, patience: Duration) -> bool {
        wait_until(patience, || {
            let mut processes = self.processes.lock().unwrap();
            let is_dead = match &mut processes[server] {
                Some(process) => process.child.try_wait().unwrap().is_some(),
                None => true,
            };
            if is_dead {
                processes[server] = None;
            }
            is_dead
        })
    }

    /// Waits until a server answers.
    pub fn wait_until_up(&self, server: usize, patience: Duration) {
        let is_up = wait_until(patience, || ask_one(&self.addresses[server], "identity").is_ok());
        assert!(is_up, "server {server} does not answer: {}", self.said(server));
    }

    /// A server that says that it leads. One that is cut off may still believe so.
    pub fn leader(&self) -> Option<usize> {
        self.addresses.iter().zip(1..).position(|(server, id)| {
            let status = ask_one(server, "status").unwrap_or_default();
            status.starts_with(&format!("ok S{id} leads"))
        })
    }

    /// Waits until there is one.
    pub fn wait_for_leader(&self, patience: Duration) -> Option<usize> {
        wait_until(patience, || self.leader().is_some());
        self.leader()
    }

    /// Waits until all servers have applied the same entries, and checks that they have come to
    /// the same by that.
    pub fn wait_until_all_agree(&self, patience: Duration) {
        let mut digests = Vec::new();
        let agree = wait_until(patience, || {
            digests = self.addresses.iter().map(|server| ask_one(server, "digest").ok()).collect();
            let applied = |digest: &Option<String>| {
                digest.as_ref().and_then(|text| text.split(' ').nth(1).map(str::to_string))
            };
            let first = applied(&digests[0]);
            first.is_some() && digests.iter().all(|digest| applied(digest) == first)
        });
        assert!(agree, "not all have applied the same: {digests:?}");
        assert!(digests.iter().all(|digest| *digest == digests[0]), "states differ: {digests:?}");
    }

    /// What a server has printed since it was forgotten, over all of its lives.
    pub fn said(&self, server: usize) -> String {
        fs::read_to_string(self.said_path(server)).unwrap_or_default()
    }

    /// Forgets what a server has printed.
    pub fn forget_said(&self, server: usize) {
        File::options().write(true).open(self.said_path(server)).unwrap().set_len(0).unwrap();
    }

    /// Runs a command of the example to its end.
    pub fn run(&self, arguments: &[&str]) {
        let output = Command::new(program()).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kv {}: {said}", arguments.join(" "));
    }

    fn said_path(&self, server: usize) -> PathBuf {
        self.directory.path().join(format!("said{server}"))
    }

    /// Where the servers are, as one of them is told.
    fn peers(&self, server: usize) -> String {
        let seen = self.addresses.iter().enumerate().map(|(peer, address)| {
            format!("{}={}", peer + 1, self.network.address(server, peer).unwrap_or(address))
        });
        seen.collect::<Vec<_>>().join(",")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let processes = self.processes.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
        for process in processes.iter_mut().flatten() {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
    }
}

fn wait_until(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + patience;
    loop {
        if is_so() {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Free ports, below those that the system gives to connections: else a client's connection could
/// sit on the port of a server that is down.
fn free_addresses(count: usize) -> Vec<String> {
    let mut held = Vec::new();
    while held.len() < count {
        let port = 10_000 + getrandom::u32().unwrap() % 20_000;
        held.extend(TcpListener::bind(("127.0.0.1", port as u16)));
    }
    held.iter().map(|listener| listener.local_addr().unwrap().to_string()).collect()
}

/// Cargo builds the examples beside the tests, unless it was asked for one test alone.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path = path.join("examples").join(format!("kv{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: cargo build --example kv makes it", path.display());
    path
}
