//! The state of a node as words: the same for states that can never be told apart.
//!
//! Exhaustive exploration has to know that it has been somewhere before. Two states are the same
//! when no rule and no judge can ever tell them apart, so this encoding leaves out what none of
//! them reads, and gives new names to what only has to differ:
//!
//! - *Servers* go by the names the caller gives them, so that a state and its mirror image meet.
//! - *Tokens* count from the last write that is done; *rounds* and the *numbers of reads* are
//!   named by the reads that wait for them.
//! - *Times* are left out. It is for worlds without CheckQuorum and without leases, in which
//!   timers fire by hand and no patience ends while they are explored; what is left of time is
//!   the order of a request and of what its sender has learned since.
//! - What is the same in all states of a world is left out: settings, rules, seed, founders.
//!
//! Every struct is taken apart by name, so that a new field has to be thought of here. Words are
//! words on every platform: nothing depends on the width of a `usize` or on an address.

mod messages;
mod node;
#[cfg(test)]
mod tests;

use super::log::Log;
use super::membership::Membership;
use super::node::Node;
use super::session::{Session, Sessions};
use super::snapshot::Snapshot;
use super::types::{Entry, HardState, NodeId, Payload, Position};
use alloc::vec::Vec;

/// Takes a state, word by word.
pub struct Encoding<'a> {
    words: Vec<u64>,
    names: &'a [u32],
    nodes: &'a [&'a Node],
}

impl<'a> Encoding<'a> {
    /// An empty one. `names` are the new names of S1, S2 and so on, from 1; several servers may
    /// share one, which makes a key that does not depend on names. `nodes` are the nodes of S1,
    /// S2 and so on: what a message says of a round or a read is told by the node it belongs to,
    /// and without any it is left out.
    pub fn new(names: &'a [u32], nodes: &'a [&'a Node], mut words: Vec<u64>) -> Encoding<'a> {
        words.clear();
        Encoding { words, names, nodes }
    }

    /// The words so far, and their memory for the next encoding.
    pub fn into_words(self) -> Vec<u64> {
        self.words
    }

    /// One word.
    pub fn word(&mut self, word: u64) {
        self.words.push(word);
    }

    /// Several small facts in one word.
    pub fn flags(&mut self, flags: &[bool]) {
        self.word(flags.iter().fold(1, |word, &flag| word << 1 | u64::from(flag)));
    }

    /// A number that may be absent.
    pub fn maybe(&mut self, number: Option<u64>) {
        self.word(number.map_or(0, |number| number.wrapping_add(1)));
    }

    /// Bytes, eight in a word, after how many they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            self.word(chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
    }

    /// A server, by its new name.
    pub fn server(&mut self, id: NodeId) {
        self.word(self.name(id));
    }

    /// A server that may be absent.
    pub fn maybe_server(&mut self, id: Option<NodeId>) {
        self.maybe(id.map(|id| self.name(id)));
    }

    /// A place in a log.
    pub fn position(&mut self, position: Position) {
        let Position { term, index } = position;
        self.word(term);
        self.word(index);
    }

    /// Servers in no order: how many of each new name, a byte each.
    pub fn servers(&mut self, ids: &[NodeId]) {
        let one = |id: &NodeId| 1u64.rotate_left(8 * (self.name(*id).wrapping_sub(1) as u32 % 8));
        let sum = ids.iter().fold(0u64, |sum, id| sum.wrapping_add(one(id)));
        self.word(sum);
    }

    /// Where something begins that [`Encoding::cut`] will end.
    pub fn mark(&self) -> usize {
        self.words.len()
    }

    /// Takes away the words since a mark and returns what they come to. Things without an order
    /// are encoded one by one so, and what they come to is added up.
    pub fn cut(&mut self, mark: usize) -> u64 {
        let sum = fold(&self.words[mark..]);
        self.words.truncate(mark);
        sum
    }

    fn name(&self, id: NodeId) -> u64 {
        let at = (id.0 as usize).wrapping_sub(1);
        u64::from(self.names.get(at).copied().unwrap_or(id.0))
    }

    fn node(&self, id: NodeId) -> Option<&'a Node> {
        self.nodes.get((id.0 as usize).wrapping_sub(1)).copied()
    }
}

/// What words come to: 64 bits, each of which depends on each word and its place.
///
/// Each round is a bijection of the state for a given word and of the word for a given state, so
/// nothing is lost on the way; it ends as SplitMix64 does (Steele, Lea and Flood, 2014).
pub fn fold(words: &[u64]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ words.len() as u64;
    for &word in words {
        state = (state ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
        state ^= state >> 32;
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

impl Entry {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        let Entry { term, payload } = self;
        out.word(*term);
        payload.canonical(out);
    }
}

impl Payload {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        match self {
            Payload::Noop => out.word(0),
            Payload::Command(bytes) => {
                out.word(1);
                out.bytes(bytes);
            }
            Payload::Membership(membership) => {
                out.word(2);
                membership.canonical(out);
            }
        }
    }
}

impl HardState {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        let HardState { current_term, voted_for, birth } = *self;
        out.word(current_term);
        out.maybe_server(voted_for);
        out.word(birth);
    }
}

impl Log {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        out.position(self.base());
        out.word(self.last_index());
        self.iter().for_each(|entry| entry.canonical(out));
    }
}

impl Membership {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        let Membership { voters, outgoing, learners, learners_next, leaves_by_itself, births } =
            self;
        for servers in [voters, outgoing, learners, learners_next] {
            out.servers(servers);
        }
        out.flags(&[*leaves_by_itself]);
        let (mark, mut sum) = (out.mark(), 0u64);
        for (id, birth) in births {
            out.server(*id);
            out.word(*birth);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }
}

impl Snapshot {
    /// Encodes it.
    pub fn canonical(&self, out: &mut Encoding) {
        let Snapshot { last, membership, data } = self;
        out.position(*last);
        membership.canonical(out);
        out.bytes(data);
    }
}

impl Sessions {
    /// Encodes them; the bound and the rules are the same in all states of a world.
    pub fn canonical(&self, out: &mut Encoding) {
        let Sessions { rules: _, limit: _, open } = self;
        out.word(open.len() as u64);
        for Session { id, used_at, number, answer } in open {
            out.word(*id);
            out.word(*used_at);
            out.word(*number);
            out.bytes(answer);
        }
    }
}
