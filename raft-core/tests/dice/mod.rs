//! Random scripts.

use raft_core::chance::{Chance, MILLION};
use raft_core::raft::{NodeId, Rule};
use raft_core::sim::kv::Command;
use raft_core::sim::place::{Link, Place};
use raft_core::sim::script::*;
use raft_core::sim::settings::{
    Amount, Damaged, Delay, Holding, Length, NetworkPreset, Preset, Range, Reading, Setting,
    Switch, Wiped,
};
use raft_core::time::{Duration, Instant};

/// Makes random scripts, each choice named by its number.
pub struct Dice {
    seed: u64,
    rolled: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { seed, rolled: 0 }
    }

    pub fn up_to(&mut self, high: u64) -> u64 {
        self.rolled += 1;
        Chance::of(self.seed, &[self.rolled]).between(0, high)
    }

    fn small(&mut self, low: u32, high: u32) -> u32 {
        low + self.up_to(u64::from(high - low)) as u32
    }

    fn coin(&mut self) -> bool {
        self.up_to(1) == 0
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.up_to(all.len() as u64 - 1) as usize]
    }

    fn some<T>(&mut self, make: impl Fn(&mut Dice) -> T) -> Option<T> {
        if self.coin() { Some(make(self)) } else { None }
    }

    fn large(&mut self) -> u64 {
        match self.up_to(3) {
            0 => u64::MAX,
            1 => self.up_to(u64::MAX),
            _ => self.up_to(9),
        }
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.small(1, 25))
    }

    fn place(&mut self) -> Place {
        if self.coin() { Place::Server(self.node()) } else { Place::Client(self.small(1, 9)) }
    }

    fn places(&mut self) -> Vec<Place> {
        let mut places: Vec<Place> = (0..=self.up_to(7)).map(|_| self.place()).collect();
        places.sort_by_key(|place| Chance::of(self.seed, &[place.number() as u64]).bits());
        places.dedup();
        places
    }

    /// Some servers, each once, in any order.
    fn nodes(&mut self) -> Vec<NodeId> {
        let mut places = self.places();
        places.push(Place::Server(self.node()));
        let mut nodes: Vec<NodeId> = places.into_iter().filter_map(Place::server).collect();
        let last = nodes.pop();
        nodes.retain(|id| Some(*id) != last);
        nodes.extend(last);
        nodes
    }

    fn link(&mut self) -> Link {
        let ends = (Place::Server(self.node()), self.place());
        let (from, to) = if ends.0 == ends.1 { (ends.0, Place::Client(1)) } else { ends };
        let (from, to) = if self.coin() { (from, to) } else { (to, from) };
        Link { from, to, both: self.coin() }
    }

    fn time(&mut self, low: u64) -> Duration {
        let time = match self.up_to(3) {
            0 => self.up_to(limits::TIME.0),
            1 => self.up_to(5_000) * 1_000,
            2 => self.up_to(9),
            _ => limits::TIME.0,
        };
        Duration(time.max(low))
    }

    fn instant(&mut self) -> Instant {
        Instant(self.time(0).0)
    }

    fn range(&mut self, low: u64) -> Range {
        let (a, b) = (self.time(low), self.time(low));
        Range { low: a.min(b), high: a.max(b) }
    }

    fn delay(&mut self) -> Delay {
        let Range { low, high } = self.range(0);
        let tail = if self.coin() { Duration::ZERO } else { self.time(0) };
        Delay { low, high, tail: if tail > high { tail } else { Duration::ZERO } }
    }

    fn text(&mut self) -> String {
        let letters = ['a', ' ', '"', '\\', '#', ':', '|', 'é', '你', '\u{1f600}', '\u{2028}'];
        (0..self.up_to(12)).map(|_| self.pick(&letters)).collect()
    }

    fn key(&mut self) -> String {
        self.pick(&["x", "none", "via", "A_1", "12345678", "_"]).to_string()
    }

    fn integer(&mut self) -> i64 {
        self.large().wrapping_add(self.up_to(1)) as i64
    }

    fn message_name(&mut self) -> MessageName {
        let link = self.link();
        MessageName {
            from: link.from,
            to: link.to,
            kind: self.some(|dice| dice.pick(&PacketKind::ALL)),
            term: self.some(Dice::large),
            index: self.some(Dice::large),
            nth: self.some(|dice| dice.small(0, u32::MAX)),
        }
    }

    fn messages(&mut self) -> Messages {
        if self.coin() { Messages::All } else { Messages::One(self.message_name()) }
    }

    fn target(&mut self) -> Target {
        let server = Target::Server(self.node());
        self.pick(&[server, Target::Leader, Target::Follower, Target::Candidate])
    }

    fn setting(&mut self) -> Setting {
        match self.up_to(18) {
            10 => match self.small(0, 1_000_000) {
                0..500_000 => Setting::Reorder(self.some(Dice::link), 0, Range::default()),
                share => Setting::Reorder(self.some(Dice::link), share, self.range(0)),
            },
            11 => Setting::Ordered(self.some(Dice::link), self.coin()),
            12 => {
                let bytes = self.up_to(100) * self.pick(&[1, 1_000, 1_500_000, 1_000_000_000]);
                Setting::Bandwidth(self.some(Dice::link), bytes)
            }
            13 => Setting::Lies(self.some(Dice::node), self.coin()),
            14 => Setting::Damaged(self.pick(&Damaged::ALL)),
            15 => {
                let ahead = self.time(0).0 as i64;
                Setting::ClockAhead(self.node(), if self.coin() { ahead } else { -ahead })
            }
            16 => {
                let rate = self.small(0, 500_000) as i32;
                Setting::ClockRate(self.node(), if self.coin() { rate } else { -rate })
            }
            17 => Setting::Retries(self.some(|dice| dice.small(0, 1_000))),
            18 => Setting::Switch(Switch::Backoff, self.coin()),
            8 => Setting::Wiped(self.pick(&Wiped::ALL)),
            9 => Setting::Switch(Switch::Sessions, self.coin()),
            0 => Setting::Latency(self.some(Dice::link), self.delay()),
            1 => Setting::Loss(self.some(Dice::link), self.small(0, MILLION)),
            2 => Setting::Duplicate(self.some(Dice::link), self.small(0, MILLION)),
            3 => Setting::Sync(self.some(Dice::node), self.delay()),
            4 => Setting::Retry(self.time(1_000)),
            5 => Setting::Network(self.pick(&Holding::ALL)),
            6 => Setting::ManualTimers(self.coin()),
            _ => Setting::ManualDisk(self.coin()),
        }
    }

    fn first_setting(&mut self) -> Setting {
        match self.up_to(7) {
            0 => Setting::Election(self.range(1_000)),
            1 => Setting::Heartbeat(self.range(1_000)),
            2 => Setting::Switch(self.pick(&Switch::ALL), self.coin()),
            3 => {
                let amount = self.pick(&Amount::ALL);
                let (low, high) = amount.range();
                let low = if amount.may_be_off() { 0 } else { low };
                Setting::Amount(amount, low + self.up_to(high - low))
            }
            4 => Setting::Reads(self.pick(&Reading::ALL)),
            5 => {
                let length = if self.coin() { Duration::ZERO } else { self.time(1_000) };
                Setting::Length(self.pick(&Length::ALL), length)
            }
            _ => self.setting(),
        }
    }

    fn event(&mut self) -> Fact {
        match self.up_to(15) {
            15 => Fact::GivesUp(self.small(1, 9)),
            9 => Fact::Installs(self.some(Dice::node)),
            10 => Fact::AsksAhead(self.some(Dice::node)),
            11 => Fact::ChangeDone,
            12 => Fact::ChangeRefused,
            13 => Fact::TransferBegins,
            14 => Fact::TransferEnds,
            0 => Fact::Elected(self.some(Dice::node)),
            1 => Fact::Campaigns(self.some(Dice::node)),
            2 => Fact::StepsDown(self.some(Dice::node)),
            3 => Fact::Truncates(self.some(Dice::node)),
            4 => Fact::Sent(self.message_name()),
            5 => Fact::Arrived(self.message_name()),
            6 => Fact::Lost(self.message_name()),
            7 => Fact::Answered(self.small(1, 9)),
            _ => Fact::Refused(self.small(1, 9)),
        }
    }

    fn state(&mut self) -> Fact {
        let server = Who::Server(self.node());
        let who = self.pick(&[Who::Any, Who::All, server]);
        let role = self.pick(&RoleName::ALL);
        match self.up_to(14) {
            14 => Fact::Durable { who, index: self.large().max(1) },
            9 => Fact::Part { server: self.node(), part: self.pick(&Part::ALL) },
            10 => Fact::Joint,
            11 => Fact::Voters(self.nodes()),
            12 => Fact::Snapshot { who, index: self.large() },
            13 => Fact::Lease(self.node()),
            0 => Fact::Count { role, count: self.small(1, 25) },
            1 => Fact::Is { server: self.node(), role },
            2 => Fact::Leader { server: self.some(Dice::node), term: self.some(Dice::large) },
            3 => Fact::Term { who, term: self.large() },
            4 => Fact::Commit { who, index: self.large() },
            5 => Fact::Log { who, index: self.large() },
            6 => Fact::Value { who, key: self.key(), value: self.some(Dice::integer) },
            7 => Fact::LogsAgree,
            _ => Fact::Quiet,
        }
    }

    fn expected(&mut self) -> Fact {
        let property = self.some(|dice| dice.pick(&Property::ALL));
        match self.up_to(3) {
            0 => Fact::Violation(property),
            1 => Fact::NoViolation(property),
            _ => self.state(),
        }
    }

    fn awaited(&mut self) -> Fact {
        if self.coin() { self.event() } else { self.state() }
    }

    fn clients(&mut self) -> Clients {
        let mut clients = Clients { count: 9, keys: self.small(1, 26), ..Clients::default() };
        match self.up_to(1) {
            0 => clients.rate = self.small(0, 1_000_000),
            _ => clients.think = Some(self.range(1_000)),
        }
        if self.coin() {
            clients.mix.weights = [0; 5].map(|_| self.small(0, WEIGHT_MAX));
        }
        clients
    }

    fn command(&mut self) -> Command {
        let key = self.key();
        match self.up_to(4) {
            0 => Command::Put { key, value: self.integer() },
            1 => Command::Add { key, value: self.integer() },
            2 => Command::Delete { key },
            3 => {
                let expected = if self.up_to(1) == 0 { None } else { Some(self.integer()) };
                Command::Cas { key, expected, value: self.integer() }
            }
            _ => Command::Get { key },
        }
    }

    fn partition(&mut self) -> Action {
        let mut places = self.places();
        places.retain(|place| place.number() != 1);
        places.push(Place::Server(NodeId(1)));
        if places.len() == 1 {
            places.push(Place::Server(NodeId(2)));
        }
        let size = 1 + self.up_to(places.len() as u64 - 2) as usize;
        Action::Partition(places.chunks(size).map(<[Place]>::to_vec).collect())
    }

    fn change(&mut self) -> MembershipChange {
        match self.up_to(6) {
            0 => MembershipChange::Add(self.target()),
            1 => MembershipChange::Learn(self.target()),
            2 => MembershipChange::Promote(self.target()),
            3 => MembershipChange::Demote(self.target()),
            4 => MembershipChange::Remove(self.target()),
            5 => {
                let mut voters = self.nodes();
                let learners = voters.split_off(1 + self.up_to(voters.len() as u64 - 1) as usize);
                MembershipChange::Replace { voters, learners, explicit: self.coin() }
            }
            _ => MembershipChange::Leave,
        }
    }

    fn action(&mut self) -> Action {
        match self.up_to(27) {
            25 => Action::Delay { message: self.message_name(), by: self.time(1) },
            26 => Action::Replay(self.message_name()),
            27 => {
                let entry = Record::Entry(self.large().max(1));
                let record = self.pick(&[Record::Last, entry, Record::Vote]);
                Action::Corrupt { target: self.target(), record }
            }
            20 => Action::Fail(self.target()),
            21 => Action::Snapshot(self.target()),
            22 => Action::Forget(self.target()),
            23 => Action::Change { change: self.change(), on: self.target() },
            24 => Action::Transfer { to: self.target(), on: self.target() },
            0 => Action::Crash(self.target()),
            1 => Action::Restart(self.target()),
            2 => Action::Pause(self.target()),
            3 => Action::Resume(self.target()),
            4 => Action::Wipe(self.target()),
            5 => Action::Timeout(self.target()),
            6 if self.coin() => Action::SyncFirst(self.target()),
            6 => Action::Sync(self.target()),
            7 => Action::Isolate(self.target()),
            8 => Action::Cut(self.link()),
            9 => Action::HealAll,
            10 => Action::HealLink(self.link()),
            11 => Action::HealServer(self.target()),
            12 => self.partition(),
            13 => Action::Call {
                client: self.small(1, 9),
                to: (self.up_to(1) == 0).then(|| self.node()),
                command: self.command(),
            },
            14 => Action::Set(self.setting()),
            15 => Action::Deliver(self.messages()),
            16 => Action::Drop(self.messages()),
            17 => Action::Duplicate(Messages::One(self.message_name())),
            18 => {
                let point = self.some(Dice::places).unwrap_or_default();
                Action::Say(Caption { text: self.text(), point })
            }
            _ => Action::Expect(self.expected()),
        }
    }

    fn line(&mut self, may_follow: bool) -> Line {
        let when = match self.up_to(5) {
            0 => When::On(self.awaited()),
            1 if may_follow => When::Then(self.awaited()),
            2 if may_follow => When::After(self.time(0)),
            3 => {
                let (a, b) = (self.instant(), self.instant());
                When::Every { period: self.time(1_000), from: a.min(b), to: a.max(b) }
            }
            4 => {
                let what = Action::Expect(self.expected());
                return Line { when: When::AtEnd, what };
            }
            _ => When::At(self.instant()),
        };
        Line { when, what: self.action() }
    }

    pub fn script(&mut self) -> Script {
        let mut lines: Vec<Line> = Vec::new();
        for _ in 0..self.up_to(12) {
            let may_follow = lines.last().is_some_and(|line| line.when != When::AtEnd);
            lines.push(self.line(may_follow));
        }
        let (learners, spares) = (self.small(0, 3), self.small(0, 3));
        let mut script = Script {
            title: self.text(),
            servers: 25 - learners - spares,
            learners,
            spares,
            seed: self.large(),
            preset: self.pick(&Preset::ALL),
            network: self.some(|dice| dice.pick(&NetworkPreset::ALL)),
            settings: (0..self.up_to(4)).map(|_| self.first_setting()).collect(),
            clients: self.clients(),
            lines,
            end: self.some(Dice::instant),
            ..Script::default()
        };
        for rule in Rule::ALL {
            if self.up_to(5) == 0 {
                script.rules = script.rules.without(rule);
            }
        }
        script
    }
}
