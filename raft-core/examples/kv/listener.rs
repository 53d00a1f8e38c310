//! Connections from outside, of peers and of clients, on one port: the first line tells.
//!
//! A client writes a line and reads a line, and so on. The first word of an answer:
//!
//! | word | meaning |
//! |---|---|
//! | `ok` | done; the answer follows, with tabs between its lines |
//! | `redirect` | ask the leader, whose address follows |
//! | `retry` | ask again: nothing was done, or, for a command with its number, nothing twice |
//! | `expired` | the session is gone; whether the command was done before is unknown |
//! | `error` | never; the reason follows |

use super::links;
use super::machine::Command;
use super::server::{Event, Request};
use anyhow::{Result, bail};
use raft_core::raft::{Change, Member, NodeId};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// The longest line of a client, in bytes.
const LINE_MAX: u64 = 1 << 20;
/// A client hears of its command after so long at the latest.
const PATIENCE: Duration = Duration::from_secs(2);

/// Takes connections for ever, each on a thread of its own.
pub fn run(own: NodeId, listener: &TcpListener, inbox: &SyncSender<Event>) {
    for stream in listener.incoming().flatten() {
        let inbox = inbox.clone();
        thread::spawn(move || {
            if let Err(error) = serve(own, stream, &inbox) {
                eprintln!("S{}: a connection ends: {error:#}", own.0);
            }
        });
    }
}

fn serve(own: NodeId, stream: TcpStream, inbox: &SyncSender<Event>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut answers = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    while let Some(line) = read_line(&mut lines)? {
        if let Some((from, to, address)) = links::parse_hello(&line) {
            if to != own {
                bail!("S{} takes us for S{}: check the addresses", from.0, to.0);
            }
            inbox.send(Event::Hello { from, address })?;
            return links::receive(lines, |message| {
                Ok(inbox.send(Event::Message { from, message })?)
            });
        }
        let answer = match parse(&line) {
            Some(request) => ask(inbox, request)?,
            None => "error this is no request".into(),
        };
        answers.write_all(format!("{answer}\n").as_bytes())?;
    }
    Ok(())
}

/// Hands a request to the server, and waits.
fn ask(inbox: &SyncSender<Event>, request: Request) -> Result<String> {
    let (reply, answer) = sync_channel(1);
    inbox.send(Event::Request { request, reply })?;
    let late = "retry it takes long, and may be done yet";
    Ok(answer.recv_timeout(PATIENCE).unwrap_or_else(|_| late.into()))
}

/// A connection that breaks is one that ends.
fn read_line(lines: &mut impl BufRead) -> Result<Option<String>> {
    let mut line = String::new();
    match lines.take(LINE_MAX).read_line(&mut line) {
        Ok(_) if line.ends_with('\n') => Ok(Some(line.trim_end_matches(['\r', '\n']).into())),
        Ok(length) if length as u64 == LINE_MAX => bail!("a line of more than {LINE_MAX} bytes"),
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Reads a client's line.
fn parse(line: &str) -> Option<Request> {
    if Command::parse(line).is_some() {
        return Some(Request::Command(line.as_bytes().into()));
    }
    let words: Vec<&str> = line.split(' ').collect();
    let id = |word: &str| word.parse().ok().map(NodeId);
    match words[..] {
        ["get", key] => Some(Request::Get(key.into())),
        ["member", "add", name, birth] => {
            let member = Member { id: id(name)?, birth: birth.parse().ok()? };
            Some(Request::Change(Change::AddVoter(member)))
        }
        ["member", "remove", name] => Some(Request::Change(Change::Remove(id(name)?))),
        ["transfer", name] => Some(Request::Transfer(id(name)?)),
        ["status"] => Some(Request::Status),
        ["identity"] => Some(Request::Identity),
        ["digest"] => Some(Request::Digest),
        _ => None,
    }
}
