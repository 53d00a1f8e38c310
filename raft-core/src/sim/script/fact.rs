//! What a line may wait for or expect.

use super::MessageName;
use crate::raft::{Index, NodeId, Term};
use alloc::string::String;

/// Something that can be seen in the world. Those marked *happens* hold only at the moment they
/// happen, the others for as long as they are so.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Fact {
    /// `leader elected`, `S2 elected`: a server becomes leader (*happens*).
    Elected(Option<NodeId>),
    /// `candidate appears`, `S2 campaigns`: a server stands for election (*happens*).
    Campaigns(Option<NodeId>),
    /// `leader steps down`, `S2 steps down`: a leader gives up its role (*happens*).
    StepsDown(Option<NodeId>),
    /// `vote granted`, `S2 votes`: a server gives its vote to another (*happens*).
    Votes(Option<NodeId>),
    /// `vote refused`, `S2 refuses`: a server refuses its vote to another (*happens*).
    RefusesVote(Option<NodeId>),
    /// `log truncated`, `S2 truncates`: a server drops entries that conflict (*happens*).
    Truncates(Option<NodeId>),
    /// `sent S1>S2 AppendEntries` (*happens*).
    Sent(MessageName),
    /// `arrived S1>S2 AppendEntries` (*happens*).
    Arrived(MessageName),
    /// `lost S1>S2 AppendEntries` (*happens*).
    Lost(MessageName),
    /// `C1 answered`: a call of this client succeeds (*happens*).
    Answered(u32),
    /// `C1 refused`: a call of this client fails for good (*happens*).
    Refused(u32),
    /// `candidate count 2`: at least so many running servers have this part.
    Count {
        /// The part.
        role: RoleName,
        /// How many at least.
        count: u32,
    },
    /// `S1 is leader`, `S1 is crashed`.
    Is {
        /// The server.
        server: NodeId,
        /// Its part or state.
        role: RoleName,
    },
    /// `leader S1 term 2`, `leader S1`, `leader term 2`, `leader`: a running leader that fits.
    Leader {
        /// Its name.
        server: Option<NodeId>,
        /// Its term.
        term: Option<Term>,
    },
    /// `term 3`, `S1 term 3`, `all term 3`: is in this term or a later one.
    Term {
        /// Who; `any` when not said.
        who: Who,
        /// The term.
        term: Term,
    },
    /// `commit 3`, `S1 commit 3`, `all commit 3`: knows this index to be committed.
    Commit {
        /// Who; `any` when not said.
        who: Who,
        /// The index.
        index: Index,
    },
    /// `log 3`, `S1 log 3`, `all log 3`: its log reaches this index.
    Log {
        /// Who; `any` when not said.
        who: Who,
        /// The index.
        index: Index,
    },
    /// `value x 5`, `S1 value x 5`, `all value x none`: its store holds this under the key.
    Value {
        /// Who; `any` when not said.
        who: Who,
        /// The key.
        key: String,
        /// The value; nothing for `none`.
        value: Option<i64>,
    },
    /// `logs agree`: all running servers hold the same entries, all committed.
    LogsAgree,
    /// `quiet`: no message is in flight and no write unfinished.
    Quiet,
    /// `violation`, `violation election-safety`: a judge has found something.
    Violation(Option<Property>),
    /// `no violation`, `no violation election-safety`.
    NoViolation(Option<Property>),
}

/// Which servers a fact speaks of.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Who {
    /// At least one running server.
    Any,
    /// Every running server, and there is one.
    All,
    /// This one, running.
    Server(NodeId),
}

/// A server's part in its term, or what keeps it from having one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RoleName {
    /// Follows.
    Follower,
    /// Asks for votes.
    Candidate,
    /// Leads.
    Leader,
    /// Is down.
    Crashed,
    /// Stands still.
    Paused,
}

/// What must never happen; each is judged by a file of its own.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Property {
    /// Figure 3: at most one leader can be elected in a given term.
    ElectionSafety,
    /// Figure 3: a leader never overwrites or deletes entries in its log.
    LeaderAppendOnly,
    /// Figure 3: two logs with the same index and term at one place are the same up to there.
    LogMatching,
    /// Figure 3: a committed entry is in the logs of the leaders of all later terms.
    LeaderCompleteness,
    /// Figure 3: no two servers apply different entries at the same index.
    StateMachineSafety,
    /// §5.1: a server's term never decreases while it runs.
    MonotonicTerm,
    /// §5.3: a server's commit index never decreases while it runs.
    MonotonicCommit,
}

impl Fact {
    /// Whether it holds only at the moment it happens, so that nothing can be seen of it later.
    pub fn happens(&self) -> bool {
        match self {
            Fact::Elected(_)
            | Fact::Campaigns(_)
            | Fact::StepsDown(_)
            | Fact::Votes(_)
            | Fact::RefusesVote(_)
            | Fact::Truncates(_)
            | Fact::Sent(_)
            | Fact::Arrived(_)
            | Fact::Lost(_)
            | Fact::Answered(_)
            | Fact::Refused(_) => true,
            Fact::Count { .. }
            | Fact::Is { .. }
            | Fact::Leader { .. }
            | Fact::Term { .. }
            | Fact::Commit { .. }
            | Fact::Log { .. }
            | Fact::Value { .. }
            | Fact::LogsAgree
            | Fact::Quiet
            | Fact::Violation(_)
            | Fact::NoViolation(_) => false,
        }
    }
}

impl Property {
    /// All properties.
    pub const ALL: [Property; 7] = [
        Property::ElectionSafety,
        Property::LeaderAppendOnly,
        Property::LogMatching,
        Property::LeaderCompleteness,
        Property::StateMachineSafety,
        Property::MonotonicTerm,
        Property::MonotonicCommit,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Property::ElectionSafety => "election-safety",
            Property::LeaderAppendOnly => "leader-append-only",
            Property::LogMatching => "log-matching",
            Property::LeaderCompleteness => "leader-completeness",
            Property::StateMachineSafety => "state-machine-safety",
            Property::MonotonicTerm => "monotonic-term",
            Property::MonotonicCommit => "monotonic-commit",
        }
    }
}

impl RoleName {
    /// All of them.
    pub const ALL: [RoleName; 5] = [
        RoleName::Follower,
        RoleName::Candidate,
        RoleName::Leader,
        RoleName::Crashed,
        RoleName::Paused,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            RoleName::Follower => "follower",
            RoleName::Candidate => "candidate",
            RoleName::Leader => "leader",
            RoleName::Crashed => "crashed",
            RoleName::Paused => "paused",
        }
    }
}
