//! What goes into a node and what comes out of it.

use super::decision::Decision;
use super::durable::{Token, Write};
use super::membership::{BadChange, Change};
use super::message::Message;
use super::snapshot::Snapshot;
use super::types::{Entry, Index, NodeId, ProposalId};
use alloc::sync::Arc;

/// What a node is told.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Input {
    /// A message arrived.
    Message {
        /// Its sender.
        from: NodeId,
        /// What it says.
        message: Message,
    },
    /// The time is [`super::Node::deadline`] or later. Harmless when it is earlier.
    Deadline,
    /// Act as if the timer had run out: a leader sends heartbeats, others stand for election. For
    /// those who know better; a server that is told so breaks its own promise to a leader, so
    /// never where reads are served under a lease.
    Timeout,
    /// Every write up to and including this one is on stable storage.
    Written(Token),
    /// A write failed: what is on the disk is unknown, so the node stops for good.
    WriteFailed,
    /// A client's command.
    Propose {
        /// Handed back with the outcome.
        id: ProposalId,
        /// The command, opaque to the protocol.
        command: Arc<[u8]>,
    },
    /// §8, thesis §6.4: a read that has to see everything that was answered before it began. Any
    /// server takes it; a follower asks the leader.
    Read {
        /// Handed back with the outcome.
        id: ProposalId,
    },
    /// §6: a change of the membership. Only a leader takes it.
    Change {
        /// Handed back with the outcome.
        id: ProposalId,
        /// The change.
        change: Change,
    },
    /// Thesis §3.10: hand leadership over to this voter. Only a leader takes it.
    Transfer {
        /// The voter.
        to: NodeId,
    },
    /// §7: what the state machine was after it had applied `index` and nothing after it. May come
    /// without [`Effect::TakeSnapshot`], too: then it was triggered by hand. Writes finish in
    /// order, so a large one holds up those after it: a driver may have its bytes on disk before.
    Snapshot {
        /// The last index in it; at most [`super::Node::last_applied`].
        index: Index,
        /// The state machine, opaque to the protocol.
        data: Arc<[u8]>,
    },
    /// Forget the leader: somebody knows that it is gone, and its followers need not protect it
    /// any longer. Refused while reads are served under a lease.
    ForgetLeader,
}

/// What a node wants done, in this order.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Effect {
    /// Make this durable, then report [`Input::Written`].
    Persist(Write),
    /// Send a message.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// Apply a committed entry to the state machine: each index once, in order.
    Apply {
        /// Its index.
        index: Index,
        /// The entry.
        entry: Entry,
    },
    /// §7: a snapshot of the leader takes the place of the whole state machine. It is durable
    /// here already.
    Restore(Arc<Snapshot>),
    /// §7: by its settings the log is long enough: hand in a snapshot of the state machine as it
    /// is now, at any time, with [`Input::Snapshot`].
    TakeSnapshot {
        /// The last index applied.
        index: Index,
    },
    /// §7: the durable log up to and including this index is not needed any longer. To keep it
    /// does no harm.
    Compact {
        /// The last index that may go.
        through: Index,
    },
    /// The fate of a proposal, a read or a change is known.
    Resolve {
        /// Which.
        id: ProposalId,
        /// Its fate.
        outcome: Outcome,
    },
    /// Why something happened.
    Decide(Decision),
}

/// The fate of a proposal, a read or a change.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// Committed at this index and applied just before this effect.
    Committed(Index),
    /// The state machine as it is now may answer the read; it has applied at least this index.
    Readable(Index),
    /// Another leader's entry, or a snapshot, took its place here. Its fate is open: another
    /// server may hold it, lead and commit it (Figure 8), or has done so already.
    Lost,
    /// This server does not lead, or did not until the end; the leader it knows, if any.
    NotLeader(Option<NodeId>),
    /// This leader does not take it now, and nothing of it stays.
    Refused(Refusal),
}

/// Why a leader refuses a proposal, a read or a change.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Refusal {
    /// Too much waits already: [`super::Config::uncommitted_bytes`], or too many reads.
    Busy,
    /// Thesis §3.10: leadership is being handed over.
    Transferring,
    /// Thesis §4.1: an earlier change is not committed, or still on its way.
    ChangePending,
    /// Thesis §4.1: nothing of this term is committed yet.
    NothingCommitted,
    /// Thesis §4.2.1: the new server did not catch up. It stays a learner.
    NotCaughtUp(NodeId),
    /// The membership has no such change.
    Bad(BadChange),
}
