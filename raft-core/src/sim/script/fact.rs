//! What a line may wait for or expect.

use super::MessageName;
use crate::raft::{Index, NodeId, Term};
use alloc::string::String;
use alloc::vec::Vec;

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
    /// `snapshot installed`, `S2 installs`: a leader's snapshot takes the place of a log (§7;
    /// *happens*).
    Installs(Option<NodeId>),
    /// `pre-candidate appears`, `S2 asks ahead`: a server asks whether it would win (thesis §9.6;
    /// *happens*).
    AsksAhead(Option<NodeId>),
    /// `change done`: a change of the membership is committed, and over (*happens*).
    ChangeDone,
    /// `change refused`: a change of the membership ends otherwise for the server that was asked
    /// (*happens*).
    ChangeRefused,
    /// `transfer begins`: a leader begins to hand over (thesis §3.10; *happens*).
    TransferBegins,
    /// `transfer ends`: it leads on, since the other did not take over (*happens*).
    TransferEnds,
    /// `sent S1>S2 AppendEntries` (*happens*).
    Sent(MessageName),
    /// `arrived S1>S2 AppendEntries` (*happens*).
    Arrived(MessageName),
    /// `lost S1>S2 AppendEntries` (*happens*).
    Lost(MessageName),
    /// `C1 answered`: a call of this client succeeds (*happens*).
    Answered(u32),
    /// `C1 gives up`: it has asked as often as `set retries` lets it (*happens*).
    GivesUp(u32),
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
    /// `S4 is learner`: its part in the membership in force on the running leader of the highest
    /// term (§6).
    Part {
        /// The server.
        server: NodeId,
        /// Its part.
        part: Part,
    },
    /// `joint`: the membership in force on that leader is a joint one (§6).
    Joint,
    /// `voters S1,S2,S3`: the membership in force on that leader is committed, not joint, and has
    /// exactly these voters.
    Voters(Vec<NodeId>),
    /// `S1 lease`: it runs and may answer reads at once now (thesis §6.4.1).
    Lease(NodeId),
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
    /// `durable 3`, `S1 durable 3`, `all durable 3`: its disk holds its log up to this index,
    /// whatever it says.
    Durable {
        /// Who; `any` when not said.
        who: Who,
        /// The index.
        index: Index,
    },
    /// `snapshot 10`, `S2 snapshot 10`, `all snapshot 10`: its snapshot goes at least to this
    /// index (§7).
    Snapshot {
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
    /// `logs agree`: all running members hold the same entries, all committed. What a snapshot has
    /// replaced is not compared.
    LogsAgree,
    /// `quiet`: no message is in flight and no write unfinished.
    Quiet,
    /// `violation`, `violation election-safety`: a judge has found something.
    Violation(Option<Property>),
    /// `no violation`, `no violation election-safety`.
    NoViolation(Option<Property>),
    /// `stall`: for a while the cluster could work and did not (§5.6).
    Stall,
    /// `no stall`.
    NoStall,
}

/// Which servers a fact speaks of.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Who {
    /// At least one running server.
    Any,
    /// Every running server that is a member (§6), and there is one.
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
    /// Thesis §9.6: asks whether it would be elected.
    PreCandidate,
}

/// A server's part in the membership (§6).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// Votes; while the membership is joint, in either half.
    Voter,
    /// Gets entries and does not count (thesis §4.2.1).
    Learner,
    /// One of these.
    Member,
    /// None of these.
    Outsider,
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
    /// §8: what a client was told to be done is what was committed where it was said to be.
    AcknowledgedWrites,
    /// §8, thesis §6.4: a read sees everything that clients had been told before it was asked.
    LinearizableReads,
    /// §8, thesis §6.3: a command of a session takes effect once at most.
    ExactlyOnce,
    /// §8: what clients were told is what one store, doing one thing after the other, could have
    /// told them.
    Linearizability,
    /// §6, thesis §4.1: a membership follows a committed one, and both share a server in every
    /// two majorities.
    OneChangeAtATime,
    /// Figure 2: what a leader knows a peer to hold never shrinks while it leads.
    MonotonicMatch,
    /// §5.2: in a term a server votes for one candidate at most.
    VoteOnce,
    /// Figure 2, §5.3: what a leader commits is on the disks of a majority, and they keep it.
    DurableWrites,
    /// Thesis §6.4.1: as long as a leader's lease lasts, nobody else leads its term or a later one.
    LeaseExclusivity,
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
            | Fact::Refused(_)
            | Fact::GivesUp(_)
            | Fact::Installs(_)
            | Fact::AsksAhead(_)
            | Fact::ChangeDone
            | Fact::ChangeRefused
            | Fact::TransferBegins
            | Fact::TransferEnds => true,
            Fact::Count { .. }
            | Fact::Is { .. }
            | Fact::Part { .. }
            | Fact::Joint
            | Fact::Voters(_)
            | Fact::Lease(_)
            | Fact::Leader { .. }
            | Fact::Term { .. }
            | Fact::Commit { .. }
            | Fact::Log { .. }
            | Fact::Durable { .. }
            | Fact::Snapshot { .. }
            | Fact::Value { .. }
            | Fact::LogsAgree
            | Fact::Quiet
            | Fact::Violation(_)
            | Fact::NoViolation(_)
            | Fact::Stall
            | Fact::NoStall => false,
        }
    }
}

impl Property {
    /// Whether what breaks it is a sign of harm to come rather than harm: neither Figure 3 nor a
    /// client speaks of it.
    pub fn is_sign(self) -> bool {
        match self {
            Property::OneChangeAtATime
            | Property::MonotonicMatch
            | Property::VoteOnce
            | Property::DurableWrites
            | Property::LeaseExclusivity => true,
            Property::ElectionSafety
            | Property::LeaderAppendOnly
            | Property::LogMatching
            | Property::LeaderCompleteness
            | Property::StateMachineSafety
            | Property::MonotonicTerm
            | Property::MonotonicCommit
            | Property::AcknowledgedWrites
            | Property::LinearizableReads
            | Property::Linearizability
            | Property::ExactlyOnce => false,
        }
    }

    /// All properties.
    pub const ALL: [Property; 16] = [
        Property::ElectionSafety,
        Property::LeaderAppendOnly,
        Property::LogMatching,
        Property::LeaderCompleteness,
        Property::StateMachineSafety,
        Property::MonotonicTerm,
        Property::MonotonicCommit,
        Property::AcknowledgedWrites,
        Property::LinearizableReads,
        Property::ExactlyOnce,
        Property::Linearizability,
        Property::OneChangeAtATime,
        Property::MonotonicMatch,
        Property::VoteOnce,
        Property::DurableWrites,
        Property::LeaseExclusivity,
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
            Property::AcknowledgedWrites => "acknowledged-writes",
            Property::LinearizableReads => "linearizable-reads",
            Property::ExactlyOnce => "exactly-once",
            Property::Linearizability => "linearizability",
            Property::OneChangeAtATime => "one-change-at-a-time",
            Property::MonotonicMatch => "monotonic-match",
            Property::VoteOnce => "vote-once",
            Property::DurableWrites => "durable-writes",
            Property::LeaseExclusivity => "lease-exclusivity",
        }
    }
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 4] = [Part::Voter, Part::Learner, Part::Member, Part::Outsider];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Part::Voter => "voter",
            Part::Learner => "learner",
            Part::Member => "member",
            Part::Outsider => "outsider",
        }
    }
}

impl RoleName {
    /// All of them.
    pub const ALL: [RoleName; 6] = [
        RoleName::Follower,
        RoleName::Candidate,
        RoleName::Leader,
        RoleName::Crashed,
        RoleName::Paused,
        RoleName::PreCandidate,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            RoleName::Follower => "follower",
            RoleName::Candidate => "candidate",
            RoleName::Leader => "leader",
            RoleName::Crashed => "crashed",
            RoleName::Paused => "paused",
            RoleName::PreCandidate => "pre-candidate",
        }
    }
}
