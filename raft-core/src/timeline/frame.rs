//! The picture's numbers: everything the stage shows at the playhead, in one flat list.
//!
//! The list crosses the boundary at every event, so it holds numbers only; texts are interned
//! once and named by number. Its layout, in the order of writing:
//!
//! | part | numbers | what, in order |
//! |---|---|---|
//! | header | 32 | 0 moment: simulated, stage; 2 last event: simulated, stage; 4 next event: simulated, stage; 6 known until: simulated, stage; 8 end: simulated, stage; 10 counts: servers, clients, messages drawn, messages not drawn, cut directions, cells; 16 caption shown, captions, findings; 19 stage time of the next caption if it is known; 20 simulated µs per stage second; 21 events so far; 22 (0, for the boundary); 23 largest term; 24 count of peers |
//! | servers | 40 each | 0 name, status (0 up, 1 crashed, 2 paused), role (0 follower, 1 candidate, 2 leader, 3 pre-candidate), term, vote, leader, commit, last index, applied; 9 timer: from, until; 11 value; 12 votes as bits by server: given, refused, given but in the air; 15 durable index, writing; 17 first cell, cells, entries before them; 20 voters; 21 log base: index, term; 23 snapshot: last index, last term; 25 part in its own membership (0 none, 1 voter, 2 learner), joint, index, text; 29 birth; 30 lease until, promised until; 32 leadership goes to; 33 snapshot that arrives: last index, bytes here; 35 reads that wait; 36 first peer, peers; 38 disk as bits (1 term and vote are not on it yet, 2 they are in the cache of a disk that lies, 4 they are damaged, 8 it lies, 16 its cache holds something), how far the clock is ahead |
//! | clients | 8 each | name, waiting, operation, answer, outcome (0 none, 1 done, 2 unknown, 3 swapped, 4 not swapped), server asked |
//! | messages | 16 each | 0 id, from, to, kind, term; 5 part, at, part, at; 9 flags, entries, text, stage time of death; 13 piece of a snapshot: last index, begins at, bytes |
//! | cut directions | 2 each | sender, receiver |
//! | log cells | 5 each | index, term, text, flags (1 committed, 2 durable as the server believes, 4 but only in the cache of a disk that lies, 8 damaged), kind (1 no-op, 2 membership) |
//! | peers | 12 each | what a leader knows of one: 0 name, next, match, mode (0 probe, 1 replicate, 2 snapshot), waits for an answer; 5 in flight: requests, bytes; 7 snapshot on its way: last index, bytes there, bytes in all; 10 heard from at |
//!
//! A message moves evenly from one part of the way (in parts per million) at one time to another
//! part at another time. Its flags: 1 reply, 2 granted or done, 4 will die, 8 waits to be
//! delivered, 16 is dead, 32 carries entries. Places are numbers: servers positive, clients
//! negative. A time that never comes is [`NEVER`], a text that is not there −1, a server that is
//! not there 0, a flag 0 or 1.
//!
//! The entries before a server's cells are those up to its log base, which its snapshot stands
//! for, and those between that are not shown. A lease is `NEVER` where there is none, and where a
//! leader needs nobody else to be sure; a promise of 0 binds nobody.

mod message;
mod server;

use super::{Pace, Timeline};
use crate::time::Instant;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A time that never comes.
pub const NEVER: i64 = i64::MAX;
/// Messages drawn at most; the rest is counted.
const MESSAGES_MAX: usize = 300;
/// Numbers of the header.
const HEADER: usize = 32;

/// Texts that frames name by number, each once.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    list: Vec<String>,
    /// Positions in `list`, in the order of the texts.
    sorted: Vec<u32>,
}

impl Texts {
    /// The text with this number.
    pub fn text(&self, number: usize) -> Option<&str> {
        self.list.get(number).map(String::as_str)
    }

    /// The number of a text.
    #[inline(never)]
    pub fn number(&mut self, text: &str) -> i64 {
        let list = &self.list;
        match self.sorted.binary_search_by(|&at| list[at as usize].as_str().cmp(text)) {
            Ok(at) => i64::from(self.sorted[at]),
            Err(at) => {
                let number = self.list.len() as u32;
                self.list.push(text.to_string());
                self.sorted.insert(at, number);
                i64::from(number)
            }
        }
    }
}

/// One frame, reused from event to event.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The numbers.
    pub numbers: Vec<i64>,
    cells: Vec<i64>,
    cell_count: usize,
    peers: Vec<i64>,
    peer_count: usize,
}

impl Timeline {
    /// Writes the picture at the playhead.
    pub fn picture(&self, frame: &mut Frame, texts: &mut Texts) {
        frame.numbers.clear();
        frame.cells.clear();
        frame.cell_count = 0;
        frame.peers.clear();
        frame.peer_count = 0;
        frame.numbers.resize(HEADER, 0);
        let world = self.world();
        for server in &world.servers {
            frame.server(self, server, texts);
        }
        for client in &world.clients {
            frame.client(client, texts);
        }
        let wrecks = world.network.wrecks.iter();
        let wrecks = wrecks.filter(|wreck| self.is_fresh(wreck.died_at));
        let flights = world.network.flights.iter();
        let all = wrecks.map(|wreck| (&*wreck.flight, Some(wreck.died_at)));
        let all = all.chain(flights.map(|flight| (&**flight, None)));
        let mut messages = 0;
        for (flight, died_at) in all {
            if messages < MESSAGES_MAX {
                frame.message(self, flight, died_at, texts);
            }
            messages += 1;
        }
        for (from, to) in &world.network.cuts {
            frame.numbers.extend([from.number(), to.number()]);
        }
        frame.numbers.extend_from_slice(&frame.cells);
        frame.numbers.extend_from_slice(&frame.peers);
        let header = self.header(messages, frame.cell_count, frame.peer_count);
        frame.numbers[..header.len()].copy_from_slice(&header);
    }

    /// Whether something that died is still seen to.
    fn is_fresh(&self, died_at: Instant) -> bool {
        const SEEN: u64 = 1_500_000;
        self.stage(self.now()) < self.stage(died_at).saturating_add(SEEN)
    }

    fn header(&self, messages: usize, cells: usize, peers: usize) -> [i64; 25] {
        let world = self.world();
        let (before, next) = self.explored.clock.around(self.now(), self.pace);
        let next_sim = world.next_at().map_or(NEVER, |at| at.0 as i64);
        let next_stage = match world.next_at() {
            Some(at) => self.stage(at) as i64,
            None => NEVER,
        };
        let scale = match (self.pace, next) {
            (Pace::Constant(scale), _) => scale,
            (Pace::Story, Some(next)) if next.stage > before.stage => {
                (next.sim - before.sim).saturating_mul(1_000_000) / (next.stage - before.stage)
            }
            (Pace::Story, _) => 0,
        };
        let end = self.script().end;
        let end_stage = match end {
            Some(end) if self.explored.ended => self.stage(end) as i64,
            _ => NEVER,
        };
        let next_said = self.explored.said.get(self.shown);
        [
            self.now().0 as i64,
            self.stage(self.now()) as i64,
            world.now.0 as i64,
            self.stage(world.now) as i64,
            next_sim,
            next_stage,
            self.explored_until().0 as i64,
            self.stage(self.explored_until()) as i64,
            end.map_or(NEVER, |end| end.0 as i64),
            end_stage,
            world.servers.len() as i64,
            world.clients.len() as i64,
            messages.min(MESSAGES_MAX) as i64,
            messages.saturating_sub(MESSAGES_MAX) as i64,
            world.network.cuts.len() as i64,
            cells as i64,
            self.caption() as i64,
            self.script().captions().count() as i64,
            self.findings().len() as i64,
            next_said.map_or(NEVER, |said| self.stage(said.at) as i64),
            scale as i64,
            self.events() as i64,
            0,
            world.servers.iter().map(|s| s.node.current_term()).max().unwrap_or(0) as i64,
            peers as i64,
        ]
    }
}
