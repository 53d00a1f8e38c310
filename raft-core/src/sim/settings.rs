//! The world's knobs.

pub use super::delay::Delay;
use super::place::{Link, Place};
pub use super::preset::Preset;
pub use super::zones::NetworkPreset;
use crate::chance::MILLION;
use crate::raft::{Config, NodeId, Reads};
use crate::time::Duration;
use alloc::vec::Vec;

/// A length of time that is drawn anew each time, evenly from `low` to `high`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Range {
    /// The shortest.
    pub low: Duration,
    /// The longest.
    pub high: Duration,
}

/// One knob turned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Setting {
    /// `election 150..300ms`: the election timeout (§5.2).
    Election(Range),
    /// `heartbeat 50ms`: the time between a leader's heartbeats; `heartbeat 100..200ms`: it beats
    /// for each follower by itself, and draws the time anew for each beat.
    Heartbeat(Range),
    /// `tick 100ms`: a length that has a meaning of its own when it is zero.
    Length(Length, Duration),
    /// `noop on`: whether something is done at all.
    Switch(Switch, bool),
    /// `batch 64`, `inflight off`: how many at most; 0 stands for `off`.
    Amount(Amount, u64),
    /// `reads confirmed`: how clients read.
    Reads(Reading),
    /// `wiped new`: what a server is that has lost its disk.
    Wiped(Wiped),
    /// `latency 10..15ms`, or of one link, with a long tail: `latency S1>S2 10ms tail 200ms`.
    Latency(Option<Link>, Delay),
    /// `loss 5%`, or of one link: the share of messages that die, in parts per million.
    Loss(Option<Link>, u32),
    /// `duplicate 1%`, or of one link: the share of messages that arrive twice.
    Duplicate(Option<Link>, u32),
    /// `reorder 5% 20..80ms`, or of one link: the share of messages that take so much longer, in
    /// parts per million, so that others overtake them.
    Reorder(Option<Link>, u32, Range),
    /// `order fifo`, or of one link: no message arrives before one that was sent earlier.
    Ordered(Option<Link>, bool),
    /// `bandwidth 1MB/s`, or of one link: bytes per second; 0 stands for `off`.
    Bandwidth(Option<Link>, u64),
    /// `sync 1..2ms`, or of one server, with a long tail: `sync S2 5ms tail 300ms`: how long a
    /// disk takes to make a write durable.
    Sync(Option<NodeId>, Delay),
    /// `disk lies`, or of one server: `disk S2 lies`, `disk S2 honest`: it says that a write is
    /// durable, and holds it in a cache that a crash empties.
    Lies(Option<NodeId>, bool),
    /// `damaged cut`: what a server does that finds a damaged record when it starts.
    Damaged(Damaged),
    /// `clock S2 +40ms`: how far a clock is ahead of the world's time, in microseconds.
    ClockAhead(NodeId, i64),
    /// `clock S2 fast 5%`: how much faster it runs than the world's time, in parts per million.
    ClockRate(NodeId, i32),
    /// `retry 500ms`: how long a client waits for an answer before it asks another server.
    Retry(Duration),
    /// `retries 3`: how often a client asks again before it gives up; `forever` is as often as it
    /// takes.
    Retries(Option<u32>),
    /// `network manual`: nothing arrives until a line says `deliver`.
    Network(Holding),
    /// `timers manual`: nothing times out until a line says `timeout`.
    ManualTimers(bool),
    /// `disk manual`: no write is durable until a line says `sync`.
    ManualDisk(bool),
}

/// What is either on or off.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Switch {
    /// `noop`: a new leader appends an empty entry (§8).
    Noop,
    /// `prevote`: a server asks if it could win before it stands for election (thesis §9.6).
    PreVote,
    /// `checkquorum`: a leader that hears from no quorum steps down, and followers protect a
    /// leader that lives (thesis §6.2, §4.2.3).
    CheckQuorum,
    /// `handover`: a leader that was removed tells another to stand (thesis §4.2.2).
    HandOver,
    /// `sessions`: clients number their commands, so that each is applied once (thesis §6.3).
    Sessions,
    /// `backoff`: a client that asks again waits longer each time, and not as long as others.
    Backoff,
}

/// Lengths of time that need not be given.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Length {
    /// `tick`: timers count whole ticks of each server's own clock; `off` for any moment.
    Tick,
    /// `stepdown`: how long a leader goes on without answers of a quorum (thesis §6.2); `auto` for
    /// the longest election timeout.
    StepDown,
    /// `lease`: how long a lease lasts (thesis §6.4.1); `auto` for the shortest election timeout,
    /// less the drift.
    Lease,
}

/// What there can be many or few of.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Amount {
    /// `batch`: entries in one message.
    Batch,
    /// `batch-bytes`: bytes of commands in one message.
    BatchBytes,
    /// `inflight`: requests with entries that wait for one peer's answers (thesis §10.2.2).
    Inflight,
    /// `inflight-bytes`: bytes of commands that wait for one peer's answers.
    InflightBytes,
    /// `uncommitted`: bytes of commands that a leader takes before they are committed.
    Uncommitted,
    /// `snapshot`: entries that are applied before a server takes a snapshot (§7).
    Snapshot,
    /// `snapshot-bytes`: bytes of commands that are applied before it does.
    SnapshotBytes,
    /// `keep`: entries before a snapshot that stay in the log.
    Keep,
    /// `chunk`: bytes of a snapshot in one message.
    Chunk,
    /// `drift`: parts per million by which clocks may be wrong, as leases assume.
    Drift,
    /// `rounds`: after so many a new server has failed to catch up (thesis §4.2.1).
    Rounds,
    /// `session-limit`: sessions that are kept open.
    SessionLimit,
}

/// How clients read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Reading {
    /// `log`: as a command like every other.
    Log,
    /// `confirmed`: the leader makes sure that it leads, with a round of messages (thesis §6.4).
    Confirmed,
    /// `lease`: the leader is sure for a while after a quorum has answered (thesis §6.4.1).
    Lease,
}

/// What a server is that has lost its disk.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Wiped {
    /// `founder`: it begins as all did, and has forgotten its votes and its entries: unsafe.
    Founder,
    /// `new`: it has a birth of its own and counts once it is a member again.
    New,
}

/// What a server does that finds a damaged record on its disk when it starts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Damaged {
    /// `stop`: it does not start, as it cannot know what it has promised. It can be wiped.
    #[default]
    Stop,
    /// `cut`: it drops the record and all that follow, as if they had never been written: unsafe.
    Cut,
}

/// What the disks are like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DiskSettings {
    /// How long one takes to make a write durable.
    pub sync: Delay,
    /// Whether it says that a write is durable before it is.
    pub lies: bool,
}

/// Which messages wait until a line says `deliver`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Holding {
    /// `auto`: none.
    Nothing,
    /// `manual servers`: those between servers; clients are served by themselves.
    Servers,
    /// `manual`: all.
    Everything,
}

/// What the links are like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct LinkSettings {
    /// The time a message takes, when nothing is in its way.
    pub latency: Delay,
    /// The share of messages that die, in parts per million.
    pub loss: u32,
    /// The share of messages that arrive twice, in parts per million.
    pub duplicate: u32,
    /// The share of messages that take longer, in parts per million.
    pub reorder: u32,
    /// How much longer.
    pub reorder_by: Range,
    /// Whether messages arrive in the order in which they were sent, as over one connection.
    pub ordered: bool,
    /// Bytes per second; 0 is no bound.
    pub bandwidth: u64,
}

/// All knobs of a world.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Settings {
    /// The protocol's own.
    pub protocol: Config,
    /// Links that have no settings of their own.
    pub links: LinkSettings,
    /// Links that have, by sender and receiver.
    pub special_links: Vec<((Place, Place), LinkSettings)>,
    /// Where places stand in three zones: the links between the first and the second, the first
    /// and the third, the second and the third. Empty where all stand in one.
    pub between_zones: Vec<LinkSettings>,
    /// Disks that have no settings of their own.
    pub disks: DiskSettings,
    /// Disks that have, by server.
    pub special_disks: Vec<(NodeId, DiskSettings)>,
    /// What a server does that finds a damaged record.
    pub damaged: Damaged,
    /// How long a client waits for an answer.
    pub retry: Duration,
    /// How often a client asks again before it gives up; nothing for as often as it takes.
    pub retries: Option<u32>,
    /// Whether clients wait longer each time.
    pub backoff: bool,
    /// How clients read.
    pub reading: Reading,
    /// Whether clients use sessions.
    pub sessions: bool,
    /// Sessions that are kept open; 0 is no bound.
    pub session_limit: usize,
    /// What a server is that has lost its disk.
    pub wiped: Wiped,
    /// Which messages wait for `deliver`.
    pub holding: Holding,
    /// Whether timers wait for `timeout`.
    pub manual_timers: bool,
    /// Whether writes wait for `sync`.
    pub manual_disk: bool,
}

impl Range {
    /// From so many to so many milliseconds.
    pub const fn from_millis(low: u64, high: u64) -> Range {
        Range { low: Duration::from_millis(low), high: Duration::from_millis(high) }
    }
}

impl LinkSettings {
    /// A link that only takes time.
    pub fn of(latency: Range) -> LinkSettings {
        LinkSettings {
            latency: latency.into(),
            loss: 0,
            duplicate: 0,
            reorder: 0,
            reorder_by: Range::default(),
            ordered: false,
            bandwidth: 0,
        }
    }
}

impl LinkSettings {
    /// The longest that a message takes, but for what waits before it: of a narrow line one of
    /// ten thousand bytes.
    pub fn longest(&self) -> Duration {
        let reorder = if self.reorder > 0 { self.reorder_by.high.0 } else { 0 };
        let sending = 10_000_000_000u64.checked_div(self.bandwidth).unwrap_or(0);
        let latency = self.latency.longest().0;
        Duration(latency.saturating_add(reorder).saturating_add(sending))
    }
}

impl DiskSettings {
    /// A disk that only takes time.
    pub fn of(sync: Range) -> DiskSettings {
        DiskSettings { sync: sync.into(), lies: false }
    }
}

impl Setting {
    /// Whether it may be turned while the world runs. The protocol's own, and those of the store,
    /// are read when a server starts.
    pub fn may_change_later(&self) -> bool {
        match self {
            Setting::Switch(switch, _) => matches!(switch, Switch::Sessions | Switch::Backoff),
            Setting::Election(_)
            | Setting::Heartbeat(_)
            | Setting::Length(..)
            | Setting::Amount(..)
            | Setting::Reads(_) => false,
            Setting::Wiped(_)
            | Setting::Latency(..)
            | Setting::Loss(..)
            | Setting::Duplicate(..)
            | Setting::Reorder(..)
            | Setting::Ordered(..)
            | Setting::Bandwidth(..)
            | Setting::Sync(..)
            | Setting::Lies(..)
            | Setting::Damaged(_)
            | Setting::ClockAhead(..)
            | Setting::ClockRate(..)
            | Setting::Retry(_)
            | Setting::Retries(_)
            | Setting::Network(_)
            | Setting::ManualTimers(_)
            | Setting::ManualDisk(_) => true,
        }
    }
}

impl Settings {
    /// Turns a knob. A clock is no setting: it is the server's ([`super::Server::clock`]).
    pub fn apply(&mut self, setting: Setting) {
        match setting {
            Setting::Election(range) => {
                self.protocol.election_min = range.low;
                self.protocol.election_max = range.high;
            }
            Setting::Heartbeat(range) => {
                self.protocol.heartbeat = range.low;
                self.protocol.heartbeat_max = Duration::ZERO;
                if range.high > range.low {
                    self.protocol.heartbeat_max = range.high;
                }
            }
            Setting::Length(length, time) => match length {
                Length::Tick => self.protocol.tick = time,
                Length::StepDown => self.protocol.quorum_timeout = time,
                Length::Lease => self.protocol.lease_length = time,
            },
            Setting::Switch(switch, on) => self.switch(switch, on),
            Setting::Amount(amount, number) => self.bound(amount, number),
            Setting::Reads(reading) => {
                self.reading = reading;
                self.protocol.reads = match reading {
                    Reading::Log | Reading::Confirmed => Reads::Confirmed,
                    Reading::Lease => Reads::Lease,
                };
            }
            Setting::Wiped(wiped) => self.wiped = wiped,
            Setting::Latency(link, delay) => self.on_links(link, &|links| links.latency = delay),
            Setting::Loss(link, share) => {
                self.on_links(link, &|links| links.loss = share.min(MILLION))
            }
            Setting::Duplicate(link, share) => {
                self.on_links(link, &|links| links.duplicate = share.min(MILLION))
            }
            Setting::Reorder(link, share, by) => self.on_links(link, &|links| {
                (links.reorder, links.reorder_by) = (share.min(MILLION), by);
            }),
            Setting::Ordered(link, on) => self.on_links(link, &|links| links.ordered = on),
            Setting::Bandwidth(link, bytes) => {
                self.on_links(link, &|links| links.bandwidth = bytes)
            }
            Setting::Sync(server, delay) => self.on_disks(server, &|disks| disks.sync = delay),
            Setting::Lies(server, on) => self.on_disks(server, &|disks| disks.lies = on),
            Setting::Damaged(damaged) => self.damaged = damaged,
            Setting::ClockAhead(..) | Setting::ClockRate(..) => {}
            Setting::Retry(length) => self.retry = length,
            Setting::Retries(retries) => self.retries = retries,
            Setting::Network(holding) => self.holding = holding,
            Setting::ManualTimers(on) => self.manual_timers = on,
            Setting::ManualDisk(on) => self.manual_disk = on,
        }
    }

    fn switch(&mut self, switch: Switch, on: bool) {
        match switch {
            Switch::Noop => self.protocol.noop = on,
            Switch::PreVote => self.protocol.pre_vote = on,
            Switch::CheckQuorum => self.protocol.check_quorum = on,
            Switch::HandOver => self.protocol.hand_over = on,
            Switch::Sessions => self.sessions = on,
            Switch::Backoff => self.backoff = on,
        }
    }

    fn bound(&mut self, amount: Amount, number: u64) {
        let protocol = &mut self.protocol;
        let count = usize::try_from(number).unwrap_or(usize::MAX);
        match amount {
            Amount::Batch => protocol.batch = count,
            Amount::BatchBytes => protocol.batch_bytes = number,
            Amount::Inflight => protocol.inflight = count,
            Amount::InflightBytes => protocol.inflight_bytes = number,
            Amount::Uncommitted => protocol.uncommitted_bytes = number,
            Amount::Snapshot => protocol.snapshot_entries = number,
            Amount::SnapshotBytes => protocol.snapshot_bytes = number,
            Amount::Keep => protocol.snapshot_keep = number,
            // The protocol has no word for it, and no snapshot is larger.
            Amount::Chunk => protocol.snapshot_chunk = if count == 0 { usize::MAX } else { count },
            Amount::Drift => protocol.clock_drift = u32::try_from(number).unwrap_or(u32::MAX),
            Amount::Rounds => protocol.catch_up_rounds = u32::try_from(number).unwrap_or(u32::MAX),
            Amount::SessionLimit => self.session_limit = count,
        }
    }

    /// Whether what is sent from here to there waits for `deliver`.
    pub fn holds(&self, from: Place, to: Place) -> bool {
        match self.holding {
            Holding::Nothing => false,
            Holding::Servers => from.server().is_some() && to.server().is_some(),
            Holding::Everything => true,
        }
    }
}
