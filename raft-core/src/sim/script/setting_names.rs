//! The words for switches, lengths, amounts and choices, and what an amount may be.

use crate::sim::settings::{Amount, Damaged, Holding, Length, Reading, Switch, Wiped};

impl Switch {
    /// All of them.
    pub const ALL: [Switch; 6] = [
        Switch::Noop,
        Switch::PreVote,
        Switch::CheckQuorum,
        Switch::HandOver,
        Switch::Sessions,
        Switch::Backoff,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Switch::Noop => "noop",
            Switch::PreVote => "prevote",
            Switch::CheckQuorum => "checkquorum",
            Switch::HandOver => "handover",
            Switch::Sessions => "sessions",
            Switch::Backoff => "backoff",
        }
    }
}

impl Length {
    /// All of them.
    pub const ALL: [Length; 3] = [Length::Tick, Length::StepDown, Length::Lease];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Length::Tick => "tick",
            Length::StepDown => "stepdown",
            Length::Lease => "lease",
        }
    }

    /// What stands in scripts where it is not given.
    pub fn absent(self) -> &'static str {
        match self {
            Length::Tick => "off",
            Length::StepDown | Length::Lease => "auto",
        }
    }
}

impl Amount {
    /// All of them.
    pub const ALL: [Amount; 12] = [
        Amount::Batch,
        Amount::BatchBytes,
        Amount::Inflight,
        Amount::InflightBytes,
        Amount::Uncommitted,
        Amount::Snapshot,
        Amount::SnapshotBytes,
        Amount::Keep,
        Amount::Chunk,
        Amount::Drift,
        Amount::Rounds,
        Amount::SessionLimit,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Amount::Batch => "batch",
            Amount::BatchBytes => "batch-bytes",
            Amount::Inflight => "inflight",
            Amount::InflightBytes => "inflight-bytes",
            Amount::Uncommitted => "uncommitted",
            Amount::Snapshot => "snapshot",
            Amount::SnapshotBytes => "snapshot-bytes",
            Amount::Keep => "keep",
            Amount::Chunk => "chunk",
            Amount::Drift => "drift",
            Amount::Rounds => "rounds",
            Amount::SessionLimit => "session-limit",
        }
    }

    /// Whether it can be `off`: as many as come. Then 0 stands for that.
    pub fn may_be_off(self) -> bool {
        match self {
            Amount::Batch | Amount::Keep | Amount::Drift | Amount::Rounds => false,
            Amount::BatchBytes
            | Amount::Inflight
            | Amount::InflightBytes
            | Amount::Uncommitted
            | Amount::Snapshot
            | Amount::SnapshotBytes
            | Amount::Chunk
            | Amount::SessionLimit => true,
        }
    }

    /// The smallest and the largest number.
    pub fn range(self) -> (u64, u64) {
        match self {
            Amount::Batch => (1, 1_000_000),
            Amount::Inflight | Amount::Snapshot | Amount::SessionLimit => (1, 1_000_000),
            Amount::BatchBytes
            | Amount::InflightBytes
            | Amount::Uncommitted
            | Amount::SnapshotBytes
            | Amount::Chunk => (1, 1 << 30),
            Amount::Keep => (0, 1_000_000),
            Amount::Drift => (0, 500_000),
            Amount::Rounds => (1, 100),
        }
    }
}

impl Reading {
    /// All ways.
    pub const ALL: [Reading; 3] = [Reading::Log, Reading::Confirmed, Reading::Lease];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Reading::Log => "log",
            Reading::Confirmed => "confirmed",
            Reading::Lease => "lease",
        }
    }
}

impl Holding {
    /// All of them.
    pub const ALL: [Holding; 3] = [Holding::Nothing, Holding::Servers, Holding::Everything];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Holding::Nothing => "auto",
            Holding::Servers => "manual servers",
            Holding::Everything => "manual",
        }
    }
}

impl Wiped {
    /// Both.
    pub const ALL: [Wiped; 2] = [Wiped::Founder, Wiped::New];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Wiped::Founder => "founder",
            Wiped::New => "new",
        }
    }
}

impl Damaged {
    /// Both.
    pub const ALL: [Damaged; 2] = [Damaged::Stop, Damaged::Cut];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Damaged::Stop => "stop",
            Damaged::Cut => "cut",
        }
    }
}
