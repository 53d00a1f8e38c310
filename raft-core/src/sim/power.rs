//! Servers that crash, restart, stand still, and lose their disks.

use super::agenda::Due;
use super::disk::{Damage, Loss};
use super::record::Happening;
use super::script::Record;
use super::server::Status;
use super::settings::{Damaged, Wiped};
use super::world::World;
use crate::raft::{Input, Token};

impl World {
    /// Power off. Whether it was on.
    pub(super) fn crash(&mut self, at: usize) -> bool {
        if self.servers[at].status == Status::Crashed {
            return false;
        }
        let server = self.servers[at].node.id();
        self.agenda.retain(|due| !matches!(due, Due::Synced { server: id, .. } if *id == server));
        self.forget_inputs(at);
        let (lost, broken) = self.servers[at].disk.lose_unsynced();
        self.lose_memory(at);
        self.servers[at].status = Status::Crashed;
        self.record(Happening::Crashed { server, lost });
        if let Some(Loss { entries, hard_state }) = broken {
            self.record(Happening::Forgot { server, entries, hard_state });
        }
        true
    }

    /// Power on. Whether it was off.
    pub(super) fn restart(&mut self, at: usize) -> bool {
        if self.servers[at].status != Status::Crashed {
            return false;
        }
        if !self.is_readable(at) {
            return true;
        }
        self.lose_memory(at);
        self.servers[at].status = Status::Up;
        self.record(Happening::Restarted(self.servers[at].node.id()));
        true
    }

    /// Whether a server can start from its disk: damage either keeps it down or is cut away.
    #[inline(never)]
    fn is_readable(&mut self, at: usize) -> bool {
        let server = self.servers[at].node.id();
        let disk = &mut self.servers[at].disk;
        let Some(&record) = disk.damaged.first() else { return true };
        match self.settings.damaged {
            Damaged::Stop => {
                self.record(Happening::Unreadable { server, record });
                false
            }
            Damaged::Cut => {
                let entries = disk.cut_damaged();
                self.record(Happening::CutOff { server, record, entries });
                true
            }
        }
    }

    /// A record of its disk goes bad; whether there is such a record.
    #[inline(never)]
    pub(super) fn corrupt(&mut self, at: usize, record: Record) -> bool {
        let disk = &mut self.servers[at].disk;
        let record = match record {
            Record::Last => Damage::Entry(disk.log.last_index()),
            Record::Entry(index) => Damage::Entry(index),
            Record::Vote => Damage::Vote,
        };
        let is_there = disk.corrupt(record);
        if is_there {
            let server = self.servers[at].node.id();
            self.record(Happening::Corrupted { server, record });
        }
        is_there
    }

    /// All its writes are durable now, and what a lying disk holds in its cache; whether there was
    /// anything to do.
    #[inline(never)]
    pub(super) fn sync(&mut self, at: usize) -> bool {
        let (server, disk) = (self.servers[at].node.id(), &mut self.servers[at].disk);
        let last = disk.writing.back().map(|write| write.token.0);
        let is_flushed = !disk.fails_next && disk.flush();
        if let Some(token) = last {
            self.finish_writes(server, token, false);
        }
        is_flushed || last.is_some()
    }

    /// Its disk finishes its oldest write; whether there is one.
    pub(super) fn sync_first(&mut self, at: usize) -> bool {
        let (server, disk) = (self.servers[at].node.id(), &self.servers[at].disk);
        let first = disk.writing.front().map(|write| write.token.0);
        first.inspect(|&token| self.finish_writes(server, token, false)).is_some()
    }

    /// Power off and the disk gone.
    pub(super) fn wipe(&mut self, at: usize) -> bool {
        self.crash(at);
        let is_founder = at < (self.script.servers + self.script.learners) as usize;
        let server = &mut self.servers[at];
        server.disk = Default::default();
        server.wipes += 1;
        server.birth = match self.settings.wiped {
            Wiped::Founder if is_founder => 0,
            Wiped::Founder | Wiped::New => server.wipes + 1,
        };
        self.lose_memory(at);
        self.record(Happening::Wiped(self.servers[at].node.id()));
        true
    }

    fn lose_memory(&mut self, at: usize) {
        let setup = self.setup_of(self.servers[at].node.id());
        let now = self.local_now(at);
        self.servers[at].lose_memory(setup, self.settings.session_limit, now);
    }

    pub(super) fn pause(&mut self, at: usize) -> bool {
        if !self.servers[at].is_up() {
            return false;
        }
        self.servers[at].status = Status::Paused;
        self.record(Happening::Paused(self.servers[at].node.id()));
        true
    }

    /// Goes on: first what its disk finished, then what waited at its door, in order.
    pub(super) fn resume(&mut self, at: usize) -> bool {
        if self.servers[at].status != Status::Paused {
            return false;
        }
        self.servers[at].status = Status::Up;
        self.record(Happening::Resumed(self.servers[at].node.id()));
        if let Some(token) = self.servers[at].unheard_sync.take() {
            self.tell(at, Input::Written(Token(token)));
        }
        for flight in core::mem::take(&mut self.servers[at].inbox) {
            self.hand_over(at, flight);
        }
        true
    }

    /// The write that its disk works on fails, or else the next one. Whether the server runs.
    pub(super) fn fail(&mut self, at: usize) -> bool {
        if !self.servers[at].is_up() {
            return false;
        }
        if self.servers[at].disk.writing.is_empty() {
            self.servers[at].disk.fails_next = true;
        } else {
            self.tell(at, Input::WriteFailed);
        }
        true
    }

    /// A write fails. The node stops, and with it the server; one that stands still cannot say
    /// so, and is killed.
    pub(super) fn on_failed_write(&mut self, at: usize) {
        self.servers[at].disk.fails_next = false;
        if self.servers[at].is_up() {
            self.tell(at, Input::WriteFailed);
        } else {
            self.crash(at);
        }
    }
}
