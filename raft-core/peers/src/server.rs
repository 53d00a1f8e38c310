//! What a schedule asks of a server, of whichever implementation.

use raft_core::chance::Chance;

/// What a schedule is about. Everything follows from it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// From this every choice is drawn.
    pub seed: u64,
    /// How many servers the cluster is founded with; they are numbered from 1. One more is there
    /// to be added.
    pub servers: u64,
    /// Thesis §9.6.
    pub pre_vote: bool,
    /// Thesis §6.2.
    pub check_quorum: bool,
    /// Whether state machines are saved and logs cut, but for so many entries.
    pub keeps: Option<u64>,
    /// Whether a write takes its time, and is lost if its server crashes meanwhile.
    pub slow_writes: bool,
    /// Whether the membership changes.
    pub changes: bool,
}

impl Options {
    /// Drawn from a seed.
    pub fn of(seed: u64) -> Options {
        let draw = |word| Chance::of(seed, &[u64::MAX, word]).bits();
        Options {
            seed,
            servers: 3 + 2 * (draw(0) % 2),
            pre_vote: draw(1) % 2 == 0,
            check_quorum: draw(2) % 2 == 0,
            keeps: (draw(3) % 2 == 0).then_some(draw(4) % 4),
            slow_writes: draw(5) % 2 == 0,
            changes: draw(6) % 3 == 0,
        }
    }
}

/// A change of the membership.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// A new server gets the log and does not vote.
    AddLearner(u64),
    /// A learner becomes a voter.
    Promote(u64),
    /// A server leaves.
    Remove(u64),
}

/// What an entry carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// Nothing: the first entry of a leader.
    Nothing,
    /// A command.
    Command(u64),
    /// A change of the membership, in the implementation's own words.
    Change(Vec<u64>),
}

/// An entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// The term of the leader that created it.
    pub term: u64,
    /// What it carries.
    pub content: Content,
}

/// One server with its disk and its state machine, which is the list of what was applied.
pub trait Server: Sized {
    /// What it says to others.
    type Message: Clone;

    /// One that starts for the first time; a founder, or the one that is there to be added.
    fn start(options: Options, id: u64) -> Self;
    /// Loses its memory and of the unfinished writes all but the first few, and starts again.
    fn restart(&mut self, saved: usize);
    /// So many of the unfinished writes are done.
    fn finish_writes(&mut self, count: usize);
    /// How many writes are unfinished.
    fn unfinished(&self) -> usize;

    /// A message arrives.
    fn receive(&mut self, from: u64, message: Self::Message);
    /// A message of this server has arrived, or was lost: for those that have to be told.
    fn on_fate(&mut self, to: u64, message: &Self::Message, arrived: bool);
    /// 10 ms pass.
    fn tick(&mut self);
    /// One that does not lead stands for election.
    fn campaign(&mut self);
    /// A leader tells that it lives.
    fn heartbeat(&mut self);
    /// A leader gets a command.
    fn propose(&mut self, command: u64);
    /// A leader is to change the membership.
    fn change(&mut self, change: Change);
    /// Saves its state machine and cuts its log.
    fn save(&mut self);
    /// What it has said since it was last asked.
    fn take_messages(&mut self) -> Vec<(u64, Self::Message)>;

    /// The latest term it knows.
    fn term(&self) -> u64;
    /// Whether it leads.
    fn is_leader(&self) -> bool;
    /// The last index it knows to be committed.
    fn commit_index(&self) -> u64;
    /// The index and term before the first entry of its log.
    fn base(&self) -> (u64, u64);
    /// The entries of its log.
    fn log(&self) -> Vec<Record>;
    /// What it has applied, from index 1.
    fn applied(&self) -> &[Record];
    /// The voters, and the learners, as of what it has applied.
    fn members(&self) -> (Vec<u64>, Vec<u64>);
}

/// Records as bytes, for a snapshot.
pub fn encode(records: &[Record]) -> Vec<u8> {
    let mut words = Vec::new();
    for record in records {
        let (kind, content) = match &record.content {
            Content::Nothing => (0, &[][..]),
            Content::Command(command) => (1, std::slice::from_ref(command)),
            Content::Change(change) => (2, &change[..]),
        };
        words.extend([record.term, kind, content.len() as u64]);
        words.extend(content);
    }
    words.into_iter().flat_map(u64::to_le_bytes).collect()
}

/// What [`encode`] made bytes of.
pub fn decode(bytes: &[u8]) -> Vec<Record> {
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    let mut words = bytes.chunks(8).map(word);
    let mut records = Vec::new();
    while let Some(term) = words.next() {
        let kind = words.next();
        let length = words.next().expect("a length") as usize;
        let content: Vec<u64> = words.by_ref().take(length).collect();
        let content = match kind {
            Some(0) => Content::Nothing,
            Some(1) => Content::Command(content[0]),
            _ => Content::Change(content),
        };
        records.push(Record { term, content });
    }
    records
}
