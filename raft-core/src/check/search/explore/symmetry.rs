//! Fingerprints: one for a state and all its mirror images under other names of the servers.
//!
//! Servers are sorted by a key that does not depend on names, as Murφ's scalarsets are (Ip and
//! Dill, 1996), and get new names in that order. Where keys are equal every order is tried, and
//! the smallest fingerprint taken. So mirror images always meet, and nothing else does.

use super::Reductions;
use super::moves::Place;
use crate::raft::{Encoding, Node, fold};
use alloc::vec::Vec;

/// Servers at most: more are not explored.
pub(super) const SERVERS_MAX: usize = 7;

/// Works out fingerprints, and keeps the memory for it.
#[derive(Default)]
pub(super) struct Fingerprints {
    words: Vec<u64>,
    /// The keys of the servers of the state that others follow from.
    keys: [u64; SERVERS_MAX],
    /// What those servers come to: the names that all have, which of them it is, and that.
    sums: Vec<(u64, usize, u64)>,
}

impl Fingerprints {
    /// From here on states follow from this one.
    pub(super) fn follow(&mut self, place: &Place) {
        for at in 0..place.trial.world.servers.len().min(SERVERS_MAX) {
            self.keys[at] = self.key(place, at);
        }
        self.sums.clear();
    }

    /// The fingerprint of a state; `before` is the one that it follows from.
    pub(super) fn of(
        &mut self,
        place: &Place,
        before: Option<&Place>,
        reductions: Reductions,
    ) -> u64 {
        let servers = &place.trial.world.servers;
        let count = servers.len().min(SERVERS_MAX);
        let Some(first) = servers.get(0) else { return 0 };
        let mut nodes = [&first.node; SERVERS_MAX];
        nodes.iter_mut().zip(servers).for_each(|(node, server)| *node = &server.node);
        let nodes = &nodes[..count];
        let mut order = [0; SERVERS_MAX];
        (0..count).for_each(|at| order[at] = at);
        let order = &mut order[..count];
        let is_same = |at: usize| {
            before.is_some_and(|before| servers.is_shared(&before.trial.world.servers, at))
        };
        let forgets = reductions.past_terms;
        let mut state =
            State { place, nodes, keys: [0; SERVERS_MAX], same: [false; SERVERS_MAX], forgets };
        (0..count).for_each(|at| state.same[at] = is_same(at));
        if !reductions.symmetry {
            return self.with_order(&state, order);
        }
        for at in 0..count {
            state.keys[at] = if state.same[at] { self.keys[at] } else { self.key(place, at) };
        }
        order.sort_unstable_by_key(|&at| (state.keys[at], at));
        let mut least = u64::MAX;
        self.try_orders(&state, order, 0, &mut least);
        least
    }

    /// What a server is, with itself named 1 and all others 2, whatever the others are like.
    fn key(&mut self, place: &Place, at: usize) -> u64 {
        let mut names = [2; SERVERS_MAX];
        names[at] = 1;
        let words = core::mem::take(&mut self.words);
        let mut out = Encoding::new(&names, &[], words);
        place.trial.world.servers[at].canonical(&mut out, place.trial.at());
        self.words = out.into_words();
        fold(&self.words)
    }

    /// Tries each order of those with equal keys, from the place `from` on.
    fn try_orders(&mut self, state: &State<'_>, order: &mut [usize], from: usize, least: &mut u64) {
        if from >= order.len() {
            *least = (*least).min(self.with_order(state, order));
            return;
        }
        for other in from..order.len() {
            if state.keys[order[other]] == state.keys[order[from]] {
                order.swap(from, other);
                self.try_orders(state, order, from + 1, least);
                order.swap(from, other);
            }
        }
    }

    /// The whole state, with the servers named in this order.
    fn with_order(&mut self, state: &State<'_>, order: &[usize]) -> u64 {
        let mut names = [0; SERVERS_MAX];
        (1..).zip(order).for_each(|(name, &at)| names[at] = name);
        let all_names = names.iter().fold(0, |all, &name| all << 8 | u64::from(name));
        let Place { trial, left } = state.place;
        let (world, base) = (&trial.world, trial.at());
        let words = core::mem::take(&mut self.words);
        let mut out = Encoding::new(&names[..state.nodes.len()], state.nodes, words);
        left.canonical(&mut out);
        let sums = &mut self.sums;
        world.canonical(&mut out, base, &mut |out, at| {
            let server = &world.servers[at];
            if !state.same[at] || !server.stands_alone() {
                return server.sum(out, base);
            }
            let known = sums.iter().find(|sum| (sum.0, sum.1) == (all_names, at));
            known.map(|sum| sum.2).unwrap_or_else(|| {
                let sum = server.sum(out, base);
                sums.push((all_names, at, sum));
                sum
            })
        });
        trial.judges.canonical(world, state.forgets, &mut out);
        self.words = out.into_words();
        fold(&self.words)
    }
}

/// A state whose fingerprint is worked out.
struct State<'a> {
    place: &'a Place,
    nodes: &'a [&'a Node],
    keys: [u64; SERVERS_MAX],
    /// Whether the judges forget what was done in terms that are over.
    forgets: bool,
    /// Which servers are those of the state that it follows from.
    same: [bool; SERVERS_MAX],
}
