//! The world as words: the same for worlds that nobody can ever tell apart.
//!
//! See [`Encoding`] for what is left out of a node. Of the world, what only names things is left
//! out (numbers and order of messages, how many alike there were), what was drawn (wrecks), and
//! what is the same in all states of a script. Messages in flight are a bag: any may be next.

#[cfg(test)]
mod tests;

use super::agenda::{Agenda, Due};
use super::client::{Client, Waiting};
use super::disk::{Cache, Damage, Disk};
use super::history::Call;
use super::kv::Command;
use super::network::{Fate, Flight, Network};
use super::place::Place;
use super::record::{Answer, Packet};
use super::server::{Server, Status};
use super::settings::Holding;
use super::store::{Logged, Stamp, Store};
use super::world::World;
use crate::raft::{Encoding, HardState, Log, LogWrite, Snapshot, SnapshotWrite, Write};
use crate::time::Instant;
use alloc::sync::Arc;

impl World {
    /// Whether servers' messages wait for somebody, and so does everything else that has a time of
    /// its own.
    pub fn is_held(&self) -> bool {
        let holds = match self.settings.holding {
            Holding::Nothing => false,
            Holding::Servers => true,
            // A copy of a request without a session may be done once more, from then on: that
            // moment is not encoded.
            Holding::Everything => self.settings.sessions,
        };
        holds && self.script.clients.rate == 0
    }

    /// Whether a client loses patience before a moment.
    pub fn wakes_before(&self, end: Instant) -> bool {
        let is_wake = |due: &Due| matches!(due, Due::Client { .. });
        self.agenda.items.iter().any(|(at, due)| is_wake(due) && *at < end)
    }

    /// Encodes all of it. Times count from `base`. Of the servers it takes what they come to, each
    /// by itself, from `server`.
    pub fn canonical(
        &self,
        out: &mut Encoding,
        base: Instant,
        server: &mut dyn FnMut(&mut Encoding, usize) -> u64,
    ) {
        let World {
            script: _,
            now: _,
            settings: _,
            servers,
            clients,
            network,
            seed: _,
            agenda,
            // A script without lines.
            director: _,
            // Empty between events.
            event: _,
            founders: _,
            changes,
            state: _,
            next: _,
        } = self;
        let sum = (0..servers.len()).fold(0u64, |sum, at| sum.wrapping_add(server(out, at)));
        out.word(sum);
        clients.iter().for_each(|client| client.canonical(out));
        network.canonical(out, base);
        let Agenda { items } = agenda;
        for (at, due) in items {
            match due {
                // The flight says when it lands.
                Due::Flight(_) => {}
                Due::Synced { server, token } => {
                    out.server(*server);
                    out.word(*token);
                    out.since(*at, base);
                }
                // Later than anybody explores.
                Due::Client { client: _, wake: _ } => {}
            }
        }
        out.word(*changes);
    }
}

impl Encoding<'_> {
    fn since(&mut self, at: Instant, base: Instant) {
        self.word(at.0.wrapping_sub(base.0));
    }

    fn place(&mut self, place: Place) {
        match place {
            Place::Server(id) => self.server(id),
            Place::Client(client) => self.word(u64::from(client) << 32),
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
}

impl Server {
    /// What it comes to by itself, its name included.
    pub fn sum(&self, out: &mut Encoding, base: Instant) -> u64 {
        let mark = out.mark();
        self.canonical(out, base);
        out.cut(mark)
    }

    /// Whether what it comes to depends on itself and on names alone.
    pub fn stands_alone(&self) -> bool {
        self.inbox.is_empty() && self.node.stands_alone()
    }

    /// Encodes a server, its name included.
    pub fn canonical(&self, out: &mut Encoding, base: Instant) {
        let Server {
            status,
            node,
            disk,
            // Where a clock is wrong, time counts, and nothing is encoded.
            clock: _,
            store,
            wipes,
            inbox,
            unheard_sync,
            reads,
            birth,
        } = self;
        out.server(node.id());
        out.word(match status {
            Status::Up => 0,
            Status::Crashed => 1,
            Status::Paused => 2,
        });
        node.canonical(out);
        disk.canonical(out, self);
        store.canonical(out);
        out.word(*wipes);
        out.word(*birth);
        out.word(inbox.len() as u64);
        inbox.iter().for_each(|flight| flight.canonical(out, base));
        out.flags(&[unheard_sync.is_some()]);
        if let Some(token) = unheard_sync {
            out.token(node, crate::raft::Token(*token));
        }
        out.word(reads.len() as u64);
        for (id, key) in reads {
            out.word(id.0);
            out.text(key);
        }
    }
}

impl Disk {
    fn canonical(&self, out: &mut Encoding, server: &Server) {
        let Disk {
            hard_state,
            snapshot,
            log,
            cache,
            writing,
            fails_next,
            damaged,
            // When it will be done is in the agenda.
            busy_until: _,
        } = self;
        out.flags(&[*fails_next, cache.is_some()]);
        held(out, server, (hard_state, snapshot, log));
        if let Some(cache) = cache {
            let Cache { hard_state, snapshot, log } = &**cache;
            held(out, server, (hard_state, snapshot, log));
        }
        out.word(damaged.len() as u64);
        for record in damaged {
            match record {
                Damage::Vote => out.maybe(None),
                Damage::Entry(index) => out.maybe(Some(*index)),
            }
        }
        out.word(writing.len() as u64);
        for Write { token, hard_state, snapshot, log } in writing {
            out.token(&server.node, *token);
            out.flags(&[hard_state.is_some(), snapshot.is_some(), log.is_some()]);
            if let Some(hard_state) = hard_state {
                hard_state.canonical(out);
            }
            if let Some(SnapshotWrite { snapshot, replaces_log }) = snapshot {
                snapshot.canonical(out);
                out.flags(&[*replaces_log]);
            }
            if let Some(LogWrite { from, entries }) = log {
                out.word(*from);
                out.word(entries.len() as u64);
                entries.iter().for_each(|entry| entry.canonical(out));
            }
        }
    }
}

/// Encodes what a disk holds, or says it does.
fn held(
    out: &mut Encoding,
    server: &Server,
    (hard_state, snapshot, log): (&HardState, &Option<Arc<Snapshot>>, &Log),
) {
    hard_state.canonical(out);
    // Mostly the disk holds what memory holds, and is said in one word.
    let is_same = log == server.node.log();
    out.flags(&[snapshot.is_some(), is_same]);
    if !is_same {
        log.canonical(out);
    }
    if let Some(snapshot) = snapshot {
        snapshot.canonical(out);
    }
}

impl Store {
    fn canonical(&self, out: &mut Encoding) {
        let Store { pairs, changed, sessions } = self;
        out.word(pairs.len() as u64);
        for (key, value) in pairs {
            out.text(key);
            out.word(*value as u64);
        }
        out.text(changed.as_deref().unwrap_or_default());
        sessions.canonical(out);
    }
}

impl Network {
    fn canonical(&self, out: &mut Encoding, base: Instant) {
        let Network {
            flights,
            wrecks: _,
            cuts,
            // No step of an exploration sends a message of the past again.
            remembered: _,
            next_id: _,
            replays: _,
            repeats: _,
            // Without bandwidth and order no message waits for another.
            lines: _,
        } = self;
        let (mark, mut sum) = (out.mark(), 0u64);
        for flight in flights {
            flight.canonical(out, base);
            sum = sum.wrapping_add(out.cut(mark));
        }
        for &(from, to) in cuts {
            out.place(from);
            out.place(to);
            sum = sum.wrapping_add(out.cut(mark));
        }
        out.word(sum);
    }
}

impl Flight {
    /// Encodes a message on its way.
    pub fn canonical(&self, out: &mut Encoding, base: Instant) {
        let Flight { id: _, from, to, packet, nth: _, sent_at: _, path, fate } = self;
        out.place(*from);
        out.place(*to);
        match fate {
            Fate::Waits => out.word(0),
            Fate::Arrives => {
                out.word(1);
                out.since(path.to_at, base);
            }
            Fate::Dies(_) => {
                out.word(2);
                out.since(path.to_at, base);
            }
        }
        match packet {
            Packet::Raft(message) => {
                if let (Some(from), Some(to)) = (from.server(), to.server()) {
                    message.canonical(out, from, to);
                }
            }
            Packet::Request { call, command } => {
                out.word(*call);
                command.canonical(out);
            }
            Packet::Answer { call, answer } => {
                out.word(*call);
                answer.canonical(out);
            }
        }
    }
}

impl Client {
    fn canonical(&self, out: &mut Encoding) {
        // Whose turn it is matters when an answer does not come for longer than anybody explores.
        // Its attempts are for people, and it thinks of calls of its own where there is a workload.
        let Client {
            id: _,
            waiting,
            asks,
            history,
            attempts: _,
            session,
            is_thinking: _,
            thoughts: _,
            turn: _,
            queue,
        } = self;
        out.word(history.len() as u64);
        // What a call was told is for people; that it was is for the judges to remember.
        for call in history.iter() {
            let Call { command, called_at: _, returned, answered_by: _, attempts_before: _ } = call;
            command.canonical(out);
            out.flags(&[returned.is_some()]);
        }
        out.maybe(*session);
        out.flags(&[waiting.is_some()]);
        // A call that is still to come says whom it asks.
        if waiting.is_some() || !queue.is_empty() {
            out.server(*asks);
        }
        // How often it asked again after a while matters when an answer does not come for longer.
        if let Some(waiting) = waiting {
            let Waiting { command, call, attempt: _, in_session, redirects, retries: _ } = waiting;
            command.canonical(out);
            out.word(*call);
            out.flags(&[*in_session]);
            out.word(u64::from(*redirects));
        }
        out.word(queue.len() as u64);
        queue.iter().for_each(|command| command.canonical(out));
    }
}

impl Command {
    fn canonical(&self, out: &mut Encoding) {
        match self {
            Command::Put { key, value } | Command::Add { key, value } => {
                out.word(u64::from(matches!(self, Command::Add { .. })));
                out.text(key);
                out.word(*value as u64);
            }
            Command::Delete { key } => {
                out.word(2);
                out.text(key);
            }
            Command::Get { key } => {
                out.word(3);
                out.text(key);
            }
            Command::Cas { key, expected, value } => {
                out.word(4);
                out.text(key);
                out.flags(&[expected.is_some()]);
                out.word(expected.unwrap_or(0) as u64);
                out.word(*value as u64);
            }
        }
    }
}

impl Logged {
    fn canonical(&self, out: &mut Encoding) {
        match self {
            Logged::Register => out.word(0),
            Logged::Command { command, stamp } => {
                out.word(1);
                command.canonical(out);
                out.flags(&[stamp.is_some()]);
                if let Some(Stamp { session, number }) = stamp {
                    out.word(*session);
                    out.word(*number);
                }
            }
        }
    }
}

impl Answer {
    fn canonical(&self, out: &mut Encoding) {
        match self {
            Answer::Done(value) => {
                out.word(0);
                out.flags(&[value.is_some()]);
                out.word(value.unwrap_or(0) as u64);
            }
            Answer::Compared { swapped, found } => {
                out.word(6);
                out.flags(&[*swapped, found.is_some()]);
                out.word(found.unwrap_or(0) as u64);
            }
            Answer::Lost => out.word(1),
            Answer::NotLeader(leader) => {
                out.word(2);
                out.maybe_server(*leader);
            }
            // A client waits whatever the reason is.
            Answer::Refused(_) => out.word(3),
            Answer::Opened(session) => {
                out.word(4);
                out.word(*session);
            }
            Answer::Expired => out.word(5),
        }
    }
}
