//! A replicated key-value store: the protocol core on real disks, sockets and clocks.
//!
//! # Run it
//!
//! Three terminals, three servers. `init` makes a founder's directory, once in its life.
//!
//! ```text
//! alias kv='cargo run -q --example kv --'
//! servers=1=127.0.0.1:7001,2=127.0.0.1:7002,3=127.0.0.1:7003
//! kv init --id 1 --peers $servers --data /tmp/kv1; kv serve --peers $servers --data /tmp/kv1
//! kv init --id 2 --peers $servers --data /tmp/kv2; kv serve --peers $servers --data /tmp/kv2
//! kv init --id 3 --peers $servers --data /tmp/kv3; kv serve --peers $servers --data /tmp/kv3
//! ```
//!
//! A fourth terminal. Any of the servers will do: they send a client on to their leader.
//!
//! ```text
//! kv put x 5 --servers 127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003
//! kv get x --servers …            kv add x 1 --servers …            kv delete x --servers …
//! kv status --servers …           kv members --servers …            kv transfer 3 --servers …
//! ```
//!
//! Kill a server in any way, at any moment, and start it again with the same line. A fourth one:
//!
//! ```text
//! kv join --id 4 --data /tmp/kv4; kv serve --peers $servers,4=127.0.0.1:7004 --data /tmp/kv4
//! kv members add 4=127.0.0.1:7004 --servers …                       kv members remove 2 …
//! ```
//!
//! `kv check --data /tmp/kv1` reads a directory as a start would, and says what it finds. There is
//! no encryption and no password: loopback, or a network of friends.
//!
//! # The run loop
//!
//! One thread owns the node and the state machine (`server.rs`), and all that happens comes to it
//! through one queue:
//!
//! ```text
//! listener ── messages, requests ──▶ ┌────────┐ ── Persist, Compact ──▶ storage thread
//! storage ─── Written(token) ──────▶ │ server │ ── Send ─────────────▶ a thread for each peer
//! clock ───── deadline ────────────▶ └────────┘ ── Resolve ──────────▶ the client that waits
//! ```
//!
//! Take an event, or wait for the node's deadline; step the node; carry out the effects in their
//! order. Nothing else is needed for safety: the core holds back what depends on a write until the
//! storage reports it done.
//!
//! | file | what it is |
//! |---|---|
//! | `server.rs` | the run loop |
//! | `machine.rs` | the state machine: values, sessions, addresses |
//! | `storage/` | directory, write-ahead log, snapshots; `scan.rs` tells a crash from damage |
//! | `links.rs`, `listener.rs` | messages out and in; the protocol of the clients |
//! | `encoding.rs` | values as bytes |
//! | `client.rs` | a client that asks again |
//! | `crash.rs` | crashes on purpose, for the tests |

mod client;
mod command_line;
mod crash;
mod encoding;
mod links;
mod listener;
mod machine;
mod server;
mod storage;
mod view;

use anyhow::{Context, Result, bail};
use client::{Client, ask_one};
use command_line::{CommandLine, Serve};
use links::Links;
use machine::Machine;
use raft_core::raft::{Config, Node, NodeId, Rules, Setup};
use raft_core::time::Duration;
use server::{Clock, Event, Server};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;
use storage::directory::{Directory, Identity};
use storage::{Found, Storage};

fn main() -> ExitCode {
    match CommandLine::read().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: CommandLine) -> Result<()> {
    match command {
        CommandLine::Init { id, founders, data } => {
            Directory::make(&data, &Identity { id, birth: 0, founders })
        }
        CommandLine::Join { id, data } => {
            let birth = getrandom::u64()?.max(1);
            Directory::make(&data, &Identity { id, birth, founders: Vec::new() })
        }
        CommandLine::Check { data } => {
            let (_, found) = Storage::open(&data)?;
            println!("{}", describe(&found));
            Ok(())
        }
        CommandLine::Serve(options) => serve(options),
        CommandLine::Ask { line, servers } => {
            let mut client = Client::new(servers, std::time::Duration::from_secs(10));
            println!("{}", client.ask(&line)?.replace('\t', "\n"));
            Ok(())
        }
        CommandLine::Command { command, servers } => {
            let mut client = Client::new(servers, std::time::Duration::from_secs(10));
            println!("{}", client.command(&command)?);
            Ok(())
        }
        CommandLine::Status { servers } => {
            for server in servers {
                let answer = ask_one(&server, "status").unwrap_or_else(|error| error.to_string());
                println!("{server}: {}", answer.trim_start_matches("ok ").replace('\t', "\n  "));
            }
            Ok(())
        }
        CommandLine::AddMember { id, address, servers } => {
            // Its birth tells this life of the name from any other: only the server knows it.
            let identity = ask_one(&address, "identity")
                .with_context(|| format!("asking the new server at {address}"))?;
            let words: Vec<&str> = identity.split(' ').collect();
            let ["ok", name, birth] = words[..] else { bail!("{address} answers {identity}") };
            if name != id.0.to_string() {
                bail!("the server at {address} is {name}, not {}", id.0);
            }
            let mut client = Client::new(servers, std::time::Duration::from_secs(30));
            client.command(&format!("address {name} {address}"))?;
            println!("{}", client.ask(&format!("member add {name} {birth}"))?);
            Ok(())
        }
    }
}

/// What a directory holds, in a line.
fn describe(found: &Found) -> String {
    let Found { identity, saved, cut, frames, .. } = found;
    let snapshot = saved.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
    let mut text = format!(
        "{} in term {}: log of {} to {}, snapshot up to {snapshot}, {frames} frames",
        identity.id,
        saved.hard_state.current_term,
        saved.log.base().index,
        saved.log.last_index(),
    );
    if *cut > 0 {
        text +=
            &format!("; cut {cut} bytes off its end, an unfinished write that nobody was told of");
    }
    text
}

/// Runs a server until its disk fails.
fn serve(options: Serve) -> Result<()> {
    let Serve { data, peers, listen, snapshot_entries, is_verbose } = options;
    let (storage, found) = Storage::open(&data)?;
    eprintln!("{}", describe(&found));
    let id = found.identity.id;
    let own_address = listen
        .or_else(|| peers.get(&id).cloned())
        .with_context(|| format!("--peers has to say where {id} listens, or --listen"))?;
    let listener = bind(&own_address)?;
    let clock = Clock::new(storage.count_start()?);
    let machine = match &found.saved.snapshot {
        Some(snapshot) => Machine::restored(&snapshot.data)
            .with_context(|| format!("the snapshot {} is none of ours", snapshot.last))?,
        None => Machine::new(),
    };
    let node = start(found, snapshot_entries, &clock)?;

    let (inbox, events) = sync_channel(4_096);
    let (tasks, queue) = channel();
    let (written, connected): (SyncSender<Event>, _) = (inbox.clone(), inbox);
    thread::spawn(move || {
        let report = |token| written.send(Event::Written(token)).unwrap_or_default();
        if let Err(error) = storage.run(&queue, report) {
            eprintln!("{id}: the disk has failed: {error:#}");
            let _ = written.send(Event::WriteFailed(error));
        }
    });
    thread::spawn(move || listener::run(id, &listener, &connected));
    let links = Links::new(id, own_address);
    Server::new((node, machine, clock), tasks, links, peers, is_verbose).run(&events)
}

/// The three ways to begin.
fn start(found: Found, snapshot_entries: u64, clock: &Clock) -> Result<Node> {
    let Found { identity, saved, is_new, .. } = found;
    // Twice the paper's: its times are for machines that do nothing else.
    let config = Config {
        election_min: Duration::from_millis(300),
        election_max: Duration::from_millis(600),
        heartbeat: Duration::from_millis(60),
        snapshot_entries,
        snapshot_keep: snapshot_entries / 10,
        ..Config::default()
    };
    let setup = Setup {
        id: identity.id,
        voters: identity.founders.into(),
        learners: [].into(),
        config,
        rules: Rules::default(),
        seed: getrandom::u64()?,
    };
    let now = clock.now();
    Ok(match (is_new, identity.birth) {
        (true, 0) => Node::found(setup, now),
        (true, birth) => Node::join(setup, birth, now),
        (false, birth) if birth == saved.hard_state.birth => Node::restore(setup, saved, now),
        (false, birth) => {
            bail!("the log is of birth {}, the server of {birth}", saved.hard_state.birth)
        }
    })
}

/// A process that was killed may hold its port for a moment longer.
fn bind(address: &str) -> Result<TcpListener> {
    let mut attempts = 50;
    loop {
        match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && attempts > 0 => {
                attempts -= 1;
                thread::sleep(std::time::Duration::from_millis(100));
            }
            result => return result.with_context(|| format!("listening on {address}")),
        }
    }
}

/// `1=host:port`.
fn parse_peer(text: &str) -> Result<(NodeId, String)> {
    let (id, address) =
        text.split_once('=').with_context(|| format!("{text}: write 1=host:port"))?;
    Ok((NodeId(id.parse().with_context(|| format!("{text}: {id} is no number"))?), address.into()))
}
