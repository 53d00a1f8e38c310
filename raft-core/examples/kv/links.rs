//! Connections to the other servers: one to each, made when there is something to send.
//!
//! A message that cannot be sent now is dropped. The protocol expects that of a network and asks
//! again with what it then wants to say; a queue would deliver what nobody waits for any longer.

use super::encoding::{decode, encode};
use anyhow::{Context, Result, bail};
use raft_core::raft::{Message, NodeId};
use std::collections::BTreeMap;
use std::io::{BufRead, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// At most so many messages wait for a connection.
const QUEUE: usize = 1_000;
/// After so long without an answer a server is not there.
const PATIENCE: Duration = Duration::from_secs(1);
/// After a connection could not be made, nothing is sent for so long.
const PAUSE: Duration = Duration::from_millis(50);
/// A longer message is none of ours: a bound on what a broken one makes us reserve.
const MESSAGE_MAX: u32 = 1 << 28;

/// The connections of a server to its peers.
pub struct Links {
    own: NodeId,
    own_address: String,
    open: BTreeMap<NodeId, Link>,
}

struct Link {
    address: String,
    queue: SyncSender<Vec<u8>>,
}

impl Links {
    /// None yet. Peers are told who we are and where they can reach us.
    pub fn new(own: NodeId, own_address: String) -> Links {
        Links { own, own_address, open: BTreeMap::new() }
    }

    /// Sends a message to the server at this address, or drops it.
    pub fn send(&mut self, to: NodeId, address: &str, message: &Message) {
        if self.open.get(&to).is_none_or(|link| link.address != address) {
            let hello = format!("peer {} {} {}\n", self.own.0, to.0, self.own_address);
            let (queue, frames) = sync_channel(QUEUE);
            let link = Link { address: address.into(), queue };
            let address = link.address.clone();
            // Ends when the link is dropped, and its queue with it.
            thread::spawn(move || run(&address, &hello, &frames));
            self.open.insert(to, link);
        }
        if let Some(link) = self.open.get(&to) {
            // A full queue drops it.
            let _ = link.queue.try_send(frame(message));
        }
    }
}

fn run(address: &str, hello: &str, frames: &Receiver<Vec<u8>>) {
    let mut connection = None;
    while let Ok(mut bytes) = frames.recv() {
        for more in frames.try_iter().take(QUEUE) {
            bytes.extend(more);
        }
        // A peer that has started anew: to write to its last life would seem to work, once.
        if !connection.as_ref().is_some_and(is_open) {
            connection = connect(address, hello).ok();
        }
        match connection.as_mut().map(|stream: &mut TcpStream| stream.write_all(&bytes)) {
            Some(Ok(())) => {}
            Some(Err(_)) => connection = None,
            None => {
                thread::sleep(PAUSE);
                frames.try_iter().for_each(drop);
            }
        }
    }
}

fn connect(address: &str, hello: &str) -> Result<TcpStream> {
    let address = address.to_socket_addrs()?.next().context("the address is one")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(hello.as_bytes())?;
    Ok(stream)
}

/// Peers never write on this connection, so there is nothing to read unless it was closed.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    let seen = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut byte));
    let waits = matches!(&seen, Err(error) if error.kind() == ErrorKind::WouldBlock);
    waits && stream.set_nonblocking(false).is_ok()
}

/// Length and checksum of the message, and the message. TCP's own checksum of 16 bits lets through
/// what a replicated log would keep for ever.
fn frame(message: &Message) -> Vec<u8> {
    let content = encode(message);
    let length = u32::try_from(content.len()).expect("messages are bounded by the settings");
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(&crc32c::crc32c(&content).to_le_bytes());
    bytes.extend(content);
    bytes
}

/// The first line of a peer's connection: who it is, whom it means, and where it listens.
pub fn parse_hello(line: &str) -> Option<(NodeId, NodeId, String)> {
    let mut words = line.strip_prefix("peer ")?.split_whitespace();
    let from = NodeId(words.next()?.parse().ok()?);
    let to = NodeId(words.next()?.parse().ok()?);
    Some((from, to, words.next()?.to_string()))
}

/// Hands on the messages of a connection until it ends.
pub fn receive(
    mut stream: impl BufRead,
    mut each: impl FnMut(Message) -> Result<()>,
) -> Result<()> {
    loop {
        if stream.fill_buf()?.is_empty() {
            return Ok(());
        }
        let mut header = [0; 8];
        stream.read_exact(&mut header)?;
        let [length, checksum] =
            [0, 4].map(|at| u32::from_le_bytes([0, 1, 2, 3].map(|byte| header[at + byte])));
        if length > MESSAGE_MAX {
            bail!("a message of {length} bytes");
        }
        let mut content = Vec::new();
        stream.by_ref().take(length.into()).read_to_end(&mut content)?;
        if crc32c::crc32c(&content) != checksum {
            bail!("a message that does not match its checksum");
        }
        each(decode(&content).context("a message that is none")?)?;
    }
}
