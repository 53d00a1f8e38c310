//! A run is a script: the few lines of text that determine everything.
//!
//! This file holds a script as a value; `parse` reads it, `write` writes it. The same text is a
//! test, a story, a share link, an embed and a bug report: there is one language and one parser.
//!
//! # What can go wrong
//!
//! Nothing of this happens unless a script says so. `set` lines hold from the beginning, or from a
//! moment on behind `at`, `when`, `then` or `every`; where `S1>S2` or `S2` stands, it can be left
//! out, and all are meant that have no setting of their own. `S1-S2` is both directions.
//!
//! | line | what it does |
//! |---|---|
//! | `set latency S1>S2 10..15ms` | evenly from a range |
//! | `set latency S1>S2 10ms tail 200ms` | a long tail: about one in a hundred takes 200 ms or longer, at most about nine times that |
//! | `set loss S1>S2 5%`, `set duplicate S1>S2 5%` | messages die, or arrive twice |
//! | `set reorder S1>S2 5% 20..80ms` | so many take so much longer, and are overtaken |
//! | `set order S1>S2 fifo`, `any` | as over one connection: nothing overtakes, a slow message holds up those behind it |
//! | `set bandwidth S1>S2 1MB/s`, `off` | a message waits for those before it and takes time to be sent; its size is an estimate of a plain encoding, TCP and IP included |
//! | `cut S1>S2`, `isolate S2`, `heal` | one way, both ways, all links of a server |
//! | `partition S1,S2 \| S3,S4,C1` | between groups; a place in two of them is a bridge, one in none keeps all its links |
//! | `drop`, `delay S1>S2 AppendEntries 200ms`, `duplicate`, `deliver` | one message in flight; a hand obeys no order and no bandwidth |
//! | `replay S1>S2 RequestVote term 2` | sends the latest that fits again, of the last 256 that said something new |
//! | `crash S2`, `restart`, `pause`, `resume`, `wipe` | a crash loses what is not durable, a pause nothing, a wipe all |
//! | `set sync S2 50ms tail 1s` | a slow disk |
//! | `fail S2` | a write fails, and the server stops |
//! | `set disk S2 lies`, `honest` | writes are said to be durable, and are in a cache that a crash empties; `sync S2` or an honest write makes them durable |
//! | `corrupt S2 index 3`, `corrupt S2 vote` | a durable record goes bad: the server finds that when it starts |
//! | `set damaged stop`, `cut` | then it does not start, as `examples/kv` does not; or it drops the record and all after it, and may break what it promised |
//! | `set clock S2 +40ms`, `-40ms` | how far a clock is ahead; to set one back breaks what leases and the core assume |
//! | `set clock S2 fast 5%`, `slow 5%` | a clock that drifts; `set drift 50000` is what leases assume, in parts per million |

mod change;
mod clients;
mod cursor;
mod error;
mod fact;
mod lexer;
mod parse;
mod parse_action;
mod parse_fact;
mod rewrite;
mod setting;
mod setting_names;
mod value;
mod wording;
mod write;

pub use super::place::{Link, Place};
pub use change::MembershipChange;
pub use clients::{Clients, Mix, WEIGHT_MAX};
pub use error::{Expected, Problem, ScriptError};
pub use fact::{Fact, Part, Property, RoleName, Who};
pub use parse::{parse, parse_action};
pub use rewrite::with_preset;

use super::kv::Command;
use super::settings::{NetworkPreset, Preset, Setting, Settings};
use crate::raft::{Index, NodeId, Rules, Term};
use crate::time::{Duration, Instant};
use alloc::string::String;
use alloc::vec::Vec;

/// A run, as text says it. Without a line for something it is as in [`Script::default`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Script {
    /// `title "The split vote"`; empty when there is none.
    pub title: String,
    /// `servers 5`: S1 … S5, the voters that the cluster is founded with; all servers together
    /// are at most [`limits::SERVERS`].
    pub servers: u32,
    /// `servers 3 learners 1`: the founding members that do not vote (thesis §4.2.1); S4 here.
    pub learners: u32,
    /// `servers 3 spares 2`: servers that run and are no members until a change adds them; S4 and
    /// S5 here.
    pub spares: u32,
    /// `seed 11`: every random choice follows from it.
    pub seed: u64,
    /// `preset paper`.
    pub preset: Preset,
    /// `network three-zones`: where the servers stand; as the preset has it when absent.
    pub network: Option<NetworkPreset>,
    /// `set …` lines without a time, in order: they hold from the beginning.
    pub settings: Vec<Setting>,
    /// `without commit-own-term`: all rules but those.
    pub rules: Rules,
    /// `clients 2 rate 5/s keys 3`.
    pub clients: Clients,
    /// Everything that happens at a time or on a fact, in the order of the text.
    pub lines: Vec<Line>,
    /// `run 5s`: where the run ends; without it, it goes on while watched.
    pub end: Option<Instant>,
}

/// One timed or triggered line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// When it happens.
    pub when: When,
    /// What happens.
    pub what: Action,
}

/// When a line happens. Each happens once, except `every`, which is bounded: a script cannot loop.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum When {
    /// `at 1200ms crash S2`.
    At(Instant),
    /// `when leader elected: crash leader`: at the first moment the fact holds.
    On(Fact),
    /// `then leader elected: crash leader`: at the first moment, after the line above has
    /// happened, that the fact holds.
    Then(Fact),
    /// `then 300ms: crash leader`: so long after the line above has happened.
    After(Duration),
    /// `every 500ms from 1s to 3s: put x 1`.
    Every {
        /// The time between two of them; at least 1 ms.
        period: Duration,
        /// The first.
        from: Instant,
        /// None after this.
        to: Instant,
    },
    /// `expect …` without a time: at the end of the run.
    AtEnd,
}

/// What a line does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// `crash S2`: volatile state and unsynced writes are lost.
    Crash(Target),
    /// `restart S2`: begins again with what its disk holds.
    Restart(Target),
    /// `pause S2`: memory is kept, messages wait.
    Pause(Target),
    /// `resume S2`.
    Resume(Target),
    /// `wipe S2`: a crash that loses the disk too.
    Wipe(Target),
    /// `timeout S2`: its timer runs out now.
    Timeout(Target),
    /// `sync S2`: its writes are durable now; for `set disk manual`.
    Sync(Target),
    /// `sync S2 first`: the oldest of its writes is.
    SyncFirst(Target),
    /// `fail S2`: the write that its disk works on fails, or else the next one; the server stops
    /// and is down until `restart`.
    Fail(Target),
    /// `corrupt S2`, `corrupt S2 index 3`, `corrupt S2 vote`: a durable record goes bad. The
    /// server finds out when it starts again.
    Corrupt {
        /// Whose.
        target: Target,
        /// Which.
        record: Record,
    },
    /// `snapshot S2`: takes a snapshot of what it has applied (§7).
    Snapshot(Target),
    /// `forget S2`: forgets its leader, and protects it no longer (thesis §4.2.3).
    Forget(Target),
    /// `change add S4`, `change remove S1 on S2`: a change of the membership (§6, thesis §4).
    Change {
        /// The change.
        change: MembershipChange,
        /// The server that is asked.
        on: Target,
    },
    /// `transfer S2`, `transfer S2 on S1`: leadership is handed over (thesis §3.10).
    Transfer {
        /// To whom.
        to: Target,
        /// The server that is asked.
        on: Target,
    },
    /// `isolate S2`: cuts all its links.
    Isolate(Target),
    /// `cut S1>S3`, `cut S1-S3`.
    Cut(Link),
    /// `heal` everything.
    HealAll,
    /// `heal S1-S3`.
    HealLink(Link),
    /// `heal S2`: all its links.
    HealServer(Target),
    /// `partition S1,S2 | S3,S4,C1`: cuts every link between two groups. A place in several
    /// groups sees them all, as a bridge; one that is in none keeps all its links.
    Partition(Vec<Vec<Place>>),
    /// `put x 5 via C1`, `cas x none 5 via C1`, `get x via C1 to S2`.
    Call {
        /// Which client.
        client: u32,
        /// Which server it asks first; the one it last found to lead when absent.
        to: Option<NodeId>,
        /// What it asks for.
        command: Command,
    },
    /// `set loss 20%`: a knob turned while the world runs.
    Set(Setting),
    /// `deliver S1>S2 AppendEntries`: lets a held message arrive.
    Deliver(Messages),
    /// `drop S1>S2 RequestVote term 2`: a message dies where it is.
    Drop(Messages),
    /// `duplicate S1>S2`: a message arrives twice.
    Duplicate(Messages),
    /// `delay S1>S2 AppendEntries by 200ms`: a message in flight takes so much longer.
    Delay {
        /// The message.
        message: MessageName,
        /// How much longer.
        by: Duration,
    },
    /// `replay S1>S2 RequestVote term 2`: the latest that fits of the messages sent before,
    /// arrived or lost, is sent again. Of the last 256 that said something new one is found.
    Replay(MessageName),
    /// `say "…" point S2,S3`: a caption; never changes the run.
    Say(Caption),
    /// `expect leader S1 term 2`.
    Expect(Fact),
}

/// A server, by name or by its part at the moment the line happens.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Target {
    /// `S2`.
    Server(NodeId),
    /// `leader`: the running leader of the highest term.
    Leader,
    /// `follower`, `any follower`: the running follower with the smallest name.
    Follower,
    /// `candidate`: the running candidate with the smallest name.
    Candidate,
}

/// A record on a disk.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Record {
    /// The last entry of the durable log.
    Last,
    /// `index 3`: that entry.
    Entry(Index),
    /// `vote`: term and vote.
    Vote,
}

/// Messages in flight.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Messages {
    /// `all`.
    All,
    /// The earliest sent that fits.
    One(MessageName),
}

/// Names a message by what it is, so that it is found again in a changed run.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MessageName {
    /// The sender.
    pub from: Place,
    /// The receiver.
    pub to: Place,
    /// `AppendEntries` and so on; any kind when absent.
    pub kind: Option<PacketKind>,
    /// `term 2`: the message's term.
    pub term: Option<Term>,
    /// `index 5`: the last index it speaks of.
    pub index: Option<Index>,
    /// `nth 2`: how many like it were sent right before it, from 0.
    pub nth: Option<u32>,
}

/// The kinds of what flies between places.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PacketKind {
    /// §5.2.
    RequestVote,
    /// §5.2.
    RequestVoteReply,
    /// §5.3, heartbeats included.
    AppendEntries,
    /// §5.3.
    AppendEntriesReply,
    /// A client's request.
    Request,
    /// The answer to a client.
    Answer,
    /// Thesis §9.6.
    PreVote,
    /// Thesis §9.6.
    PreVoteReply,
    /// §7.
    InstallSnapshot,
    /// §7.
    InstallSnapshotReply,
    /// Thesis §3.10.
    TimeoutNow,
    /// Thesis §6.4.
    ReadIndex,
    /// Thesis §6.4.
    ReadIndexReply,
}

/// A thought for the reader, at a moment of the run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Caption {
    /// The text, plain.
    pub text: String,
    /// What it points at.
    pub point: Vec<Place>,
}

/// What a script may ask for; enough for every story, too little to hang a page.
pub mod limits {
    use crate::time::Duration;

    /// Bytes of text.
    pub const TEXT: usize = 65_536;
    /// Servers.
    pub const SERVERS: u32 = 25;
    /// Clients.
    pub const CLIENTS: u32 = 9;
    /// Timed and triggered lines.
    pub const LINES: usize = 1_000;
    /// Lines that wait for a fact.
    pub const TRIGGERS: usize = 200;
    /// Characters of a caption or title.
    pub const CAPTION: usize = 600;
    /// The latest moment that can be named, and the longest run.
    pub const TIME: Duration = Duration(24 * 3_600 * 1_000_000);
    /// The shortest election timeout and heartbeat.
    pub const TIMER_MIN: Duration = Duration(1_000);
    /// Background calls per second.
    pub const RATE: u32 = 1_000;
    /// Bytes per second of a link.
    pub const BANDWIDTH: u64 = 100_000_000_000;
    /// Groups of a partition.
    pub const GROUPS: usize = 34;
    /// Keys that the background calls touch: one for each letter.
    pub const KEYS: u32 = 26;
}

impl Default for Script {
    fn default() -> Script {
        Script {
            title: String::new(),
            servers: 5,
            learners: 0,
            spares: 0,
            seed: 1,
            preset: Preset::Paper,
            network: None,
            settings: Vec::new(),
            rules: Rules::default(),
            clients: Clients::default(),
            lines: Vec::new(),
            end: None,
        }
    }
}

impl Script {
    /// How many servers there are, members or not.
    pub fn all_servers(&self) -> u32 {
        self.servers + self.learners + self.spares
    }

    /// What holds at the beginning: the preset, the network, and each `set` line in turn.
    pub fn first_settings(&self) -> Settings {
        let mut settings = self.preset.settings();
        if let Some(network) = self.network {
            network.apply(&mut settings);
        }
        self.settings.iter().for_each(|&setting| settings.apply(setting));
        settings
    }

    /// The captions in the order of the text.
    pub fn captions(&self) -> impl Iterator<Item = &Caption> {
        self.lines.iter().filter_map(|line| match &line.what {
            Action::Say(caption) => Some(caption),
            _ => None,
        })
    }
}

impl PacketKind {
    /// All kinds.
    pub const ALL: [PacketKind; 13] = [
        PacketKind::RequestVote,
        PacketKind::RequestVoteReply,
        PacketKind::AppendEntries,
        PacketKind::AppendEntriesReply,
        PacketKind::Request,
        PacketKind::Answer,
        PacketKind::PreVote,
        PacketKind::PreVoteReply,
        PacketKind::InstallSnapshot,
        PacketKind::InstallSnapshotReply,
        PacketKind::TimeoutNow,
        PacketKind::ReadIndex,
        PacketKind::ReadIndexReply,
    ];

    /// Whether this kind answers another.
    pub fn is_reply(self) -> bool {
        match self {
            PacketKind::RequestVoteReply
            | PacketKind::AppendEntriesReply
            | PacketKind::Answer
            | PacketKind::PreVoteReply
            | PacketKind::InstallSnapshotReply
            | PacketKind::ReadIndexReply => true,
            PacketKind::RequestVote
            | PacketKind::AppendEntries
            | PacketKind::Request
            | PacketKind::PreVote
            | PacketKind::InstallSnapshot
            | PacketKind::TimeoutNow
            | PacketKind::ReadIndex => false,
        }
    }

    /// Its name in scripts and transcripts.
    pub fn name(self) -> &'static str {
        match self {
            PacketKind::RequestVote => "RequestVote",
            PacketKind::RequestVoteReply => "RequestVoteReply",
            PacketKind::AppendEntries => "AppendEntries",
            PacketKind::AppendEntriesReply => "AppendEntriesReply",
            PacketKind::Request => "Request",
            PacketKind::Answer => "Answer",
            PacketKind::PreVote => "PreVote",
            PacketKind::PreVoteReply => "PreVoteReply",
            PacketKind::InstallSnapshot => "InstallSnapshot",
            PacketKind::InstallSnapshotReply => "InstallSnapshotReply",
            PacketKind::TimeoutNow => "TimeoutNow",
            PacketKind::ReadIndex => "ReadIndex",
            PacketKind::ReadIndexReply => "ReadIndexReply",
        }
    }
}
