//! What happens in the world, as values: the one source of transcripts, verdicts and pictures.

use super::disk::Damage;
use super::kv::{Command, Logged};
use super::network::Flight;
use super::place::Place;
use super::script::PacketKind;
use crate::raft::{Decision, Index, Kind, Message, NodeId, Outcome, Refusal, SessionId, Term};
use crate::time::Instant;
use alloc::sync::Arc;

/// One thing that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Happening,
}

/// The kinds of things that happen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Happening {
    /// A server decided something.
    Decided(NodeId, Decision),
    /// A message left.
    Sent(Arc<Flight>),
    /// A message arrived.
    Arrived(Arc<Flight>),
    /// A message died.
    Lost(Arc<Flight>, LossReason),
    /// A server asked its disk to make something durable.
    Writes {
        /// The server.
        server: NodeId,
        /// The write.
        token: u64,
        /// Whether term and vote are in it.
        hard_state: bool,
        /// The first index in it and how many entries, if the log is in it.
        log: Option<(Index, usize)>,
        /// The last index that the snapshot in it replaces, if there is one.
        snapshot: Option<Index>,
    },
    /// A disk finished every write up to this one.
    Synced {
        /// The server.
        server: NodeId,
        /// The write.
        token: u64,
    },
    /// A server applied an entry to its store.
    Applied {
        /// The server.
        server: NodeId,
        /// The index.
        index: Index,
        /// Whether the entry took effect: false for a command that its session had applied
        /// already, or whose session is gone (thesis §6.3).
        took_effect: bool,
    },
    /// §7: a leader's snapshot took the place of a server's store.
    Restored {
        /// The server.
        server: NodeId,
        /// The last index that it replaces.
        index: Index,
    },
    /// A server is about to answer a call successfully: its answer leaves next. Where the log
    /// carried the command only those who watch the world hear of it
    /// ([`Happening::is_for_watchers`]).
    Served {
        /// The server.
        server: NodeId,
        /// The client.
        client: u32,
        /// The call.
        call: u64,
        /// Where the command stands in the log; for a read, how far the server had applied.
        index: Index,
        /// Whether it is a read that the log does not carry (thesis §6.4).
        read: bool,
    },
    /// The fate of a change of the membership is known to the server that was asked for it.
    ChangeDone {
        /// The server.
        server: NodeId,
        /// The fate.
        outcome: Outcome,
    },
    /// A server crashed.
    Crashed {
        /// The server.
        server: NodeId,
        /// How many entries it had not made durable.
        lost: u64,
    },
    /// What a server's disk had said to be durable was not, and is gone.
    Forgot {
        /// The server.
        server: NodeId,
        /// How many entries.
        entries: u64,
        /// Whether term and vote are among it.
        hard_state: bool,
    },
    /// A record on a server's disk went bad; the server does not notice while it runs.
    Corrupted {
        /// The server.
        server: NodeId,
        /// The record.
        record: Damage,
    },
    /// A server cannot start: a record on its disk is damaged.
    Unreadable {
        /// The server.
        server: NodeId,
        /// The first such record.
        record: Damage,
    },
    /// A server starts without its damaged records, and without the entries after them.
    CutOff {
        /// The server.
        server: NodeId,
        /// The first such record.
        record: Damage,
        /// How many entries are gone.
        entries: u64,
    },
    /// A server began again with what its disk holds.
    Restarted(NodeId),
    /// A server stands still.
    Paused(NodeId),
    /// A server goes on.
    Resumed(NodeId),
    /// A server lost its disk.
    Wiped(NodeId),
    /// One direction of a link was cut.
    Cut(Place, Place),
    /// One direction of a link was healed.
    Healed(Place, Place),
    /// A client began a call.
    Called {
        /// The client.
        client: u32,
        /// Its number among this client's calls, from 1.
        call: u64,
        /// What it asks for.
        command: Command,
    },
    /// A client asked again: another server, or the same one later.
    Retried {
        /// The client.
        client: u32,
        /// The call.
        call: u64,
        /// Whom it asks now.
        server: NodeId,
    },
    /// A client has its answer.
    Returned {
        /// The client.
        client: u32,
        /// The call.
        call: u64,
        /// The answer.
        answer: Answer,
    },
    /// A client has asked often enough: what became of its call it does not know.
    GaveUp {
        /// The client.
        client: u32,
        /// The call.
        call: u64,
    },
    /// A line of the script named a server or message that was not there.
    NothingFits {
        /// The line's position in [`super::script::Script::lines`].
        line: usize,
    },
    /// A line of the script happened.
    Performed {
        /// The line's position in [`super::script::Script::lines`].
        line: usize,
    },
    /// A caption's moment has come; counted from 1 in the order of the text.
    Said(usize),
    /// An expectation was looked at.
    Expected {
        /// The line's position in [`super::script::Script::lines`].
        line: usize,
        /// Whether it held; nothing where only the judges know.
        held: Option<bool>,
    },
    /// The run is over.
    Ended,
}

/// Why a message died.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LossReason {
    /// The link lost it.
    Chance,
    /// The link was cut.
    Cut,
    /// The receiver was down.
    Down,
    /// A line dropped it.
    Dropped,
    /// There were too many in the air.
    Crowded,
}

/// What flies between places.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Packet {
    /// Between servers.
    Raft(Message),
    /// From a client to a server.
    Request {
        /// The call's number.
        call: u64,
        /// What it asks for. Call 0 opens the client's session (thesis §6.3).
        command: Logged,
    },
    /// From a server to a client.
    Answer {
        /// The call's number.
        call: u64,
        /// The answer.
        answer: Answer,
    },
}

/// What a client is told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Answer {
    /// Done; the key's value afterwards.
    Done(Option<i64>),
    /// The answer to a compare-and-set, which is done either way.
    Compared {
        /// Whether the key had the value that was expected, and has the new one now.
        swapped: bool,
        /// The key's value before.
        found: Option<i64>,
    },
    /// Another entry, or a snapshot, took its place there: it may be committed all the same.
    Lost,
    /// The server does not lead; the leader it knows.
    NotLeader(Option<NodeId>),
    /// The leader does not take it now, and nothing of it stays.
    Refused(Refusal),
    /// Thesis §6.3: the session is open.
    Opened(SessionId),
    /// Thesis §6.3: there is no such session any longer: the command may have been applied.
    Expired,
}

impl Answer {
    /// Whether the call is done.
    pub fn is_done(&self) -> bool {
        match self {
            Answer::Done(_) | Answer::Compared { .. } => true,
            Answer::Lost
            | Answer::NotLeader(_)
            | Answer::Refused(_)
            | Answer::Opened(_)
            | Answer::Expired => false,
        }
    }
}

impl Happening {
    /// Whether it is a fact for those who watch each step of the world, the judges among them,
    /// and no news to anybody else: then it is not among the records of a run.
    pub fn is_for_watchers(&self) -> bool {
        matches!(self, Happening::Served { read: false, .. })
    }
}

impl From<Kind> for PacketKind {
    fn from(kind: Kind) -> PacketKind {
        match kind {
            Kind::RequestVote => PacketKind::RequestVote,
            Kind::RequestVoteReply => PacketKind::RequestVoteReply,
            Kind::AppendEntries => PacketKind::AppendEntries,
            Kind::AppendEntriesReply => PacketKind::AppendEntriesReply,
            Kind::PreVote => PacketKind::PreVote,
            Kind::PreVoteReply => PacketKind::PreVoteReply,
            Kind::InstallSnapshot => PacketKind::InstallSnapshot,
            Kind::InstallSnapshotReply => PacketKind::InstallSnapshotReply,
            Kind::TimeoutNow => PacketKind::TimeoutNow,
            Kind::ReadIndex => PacketKind::ReadIndex,
            Kind::ReadIndexReply => PacketKind::ReadIndexReply,
        }
    }
}

impl Packet {
    /// Its kind.
    pub fn kind(&self) -> PacketKind {
        match self {
            Packet::Raft(message) => message.body.kind().into(),
            Packet::Request { .. } => PacketKind::Request,
            Packet::Answer { .. } => PacketKind::Answer,
        }
    }

    /// Its term; 0 for a client's.
    pub fn term(&self) -> Term {
        match self {
            Packet::Raft(message) => message.term,
            Packet::Request { .. } | Packet::Answer { .. } => 0,
        }
    }

    /// The log index, or the call, that tells it from others of its kind and term.
    pub fn index(&self) -> u64 {
        match self {
            Packet::Raft(message) => message.body.index(),
            Packet::Request { call, .. } | Packet::Answer { call, .. } => *call,
        }
    }
}
