//! Storms: random worlds in which everything goes wrong, and then calm.

use super::dice::Dice;
use super::faults::Faults;
use raft_core::raft::Rule;

/// A random script, its lines in groups.
pub struct Storm {
    /// Everything, in the order of the text.
    pub lines: Vec<String>,
    /// When the calm begins, in milliseconds.
    pub calm_at: u64,
    /// When the run ends, in milliseconds.
    pub end: u64,
}

/// What a storm may do beside what Raft promises to survive.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Kind {
    /// Only what Raft survives: messages that are lost, late, old or doubled, disks that are slow
    /// or fail, clocks that are wrong by no more than leases assume.
    Fair,
    /// Rules are waived, disks are lost, lie and rot, clocks are worse than assumed; every second
    /// one with every feature on.
    Unfair,
    /// What Raft survives, with every feature on and the membership changing all the time.
    Full,
}

/// The key that is put when all is calm, with its value.
pub const LAST: (&str, i64) = ("last", 42);

impl Storm {
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

struct Maker {
    dice: Dice,
    servers: u64,
    /// Servers that may vote some time, founders first.
    all: u64,
    clients: u64,
    /// Links with settings of their own, to be reset when the calm comes.
    links: Vec<String>,
}

/// The storm of a number, over so many servers.
pub fn storm(number: u64, servers: u64, kind: Kind) -> Storm {
    let mut dice = Dice::new(number * 100 + servers);
    let clients = 1 + dice.up_to(2);
    let is_fast = dice.up_to(2) == 0;
    let is_complete = kind == Kind::Full || (kind == Kind::Unfair && number % 2 == 1);
    let others = if is_complete { 1 + dice.up_to(2) } else { 0 };
    let all = servers + others;
    let mut maker = Maker { dice, servers, all, clients, links: Vec::new() };
    let mut lines = maker.head(is_fast, number, kind, is_complete);
    let mut faults = Faults::new(number, all, kind, is_fast, &lines);
    // Some storms are only as the paper has them.
    let is_faulty = number % 4 != 3;
    if is_faulty {
        lines.extend(faults.head());
    }
    let (gap, answered, rest) = if is_fast { (30, 800, 1_300) } else { (180, 2_500, 2_000) };
    let mut now = 0;
    for _ in 0..30 + maker.dice.up_to(50) {
        now += maker.dice.up_to(gap * 2);
        let action = match kind {
            _ if is_complete && maker.dice.up_to(2) == 0 => maker.feature(),
            Kind::Fair | Kind::Unfair | Kind::Full => maker.action(kind),
        };
        lines.push(format!("at {now}ms {action}"));
    }
    if is_faulty {
        lines.extend((0..4 + number % 9).map(|_| faults.line(now)));
    }
    for _ in 0..2 + maker.dice.up_to(6) {
        lines.extend(maker.mischance());
    }
    let calm_at = now + gap;
    let calm = [faults.calm(&maker.links), maker.calm()].concat();
    lines.extend(calm.into_iter().map(|action| format!("at {calm_at}ms {action}")));
    // What was changed when all went wrong is brought to an end first.
    let settled = if kind == Kind::Full { calm_at + answered } else { calm_at };
    if kind == Kind::Full {
        lines.push(format!("at {settled}ms change leave"));
    }
    let (key, value) = LAST;
    lines.push(format!("at {}ms put {key} {value} via C1", settled + answered));
    // A server whose disk kept it down may have to crash as planned only in the calm.
    let rest = if faults.has_failing() { rest + 1_500 } else { rest };
    let end = settled + answered + rest;
    lines.extend(faults.returns(gap, calm_at, end));
    lines.push(format!("run {end}ms"));
    Storm { lines, calm_at, end }
}

impl Maker {
    fn head(&mut self, is_fast: bool, number: u64, kind: Kind, is_complete: bool) -> Vec<String> {
        let mut lines = vec!["raft 1".to_string(), self.crew(), format!("seed {number}")];
        let latency = if is_fast {
            lines.push("set election 20..40ms".into());
            lines.push("set heartbeat 6ms".into());
            self.dice.pick(&["0ms", "0.5..3ms", "1ms", "0.1..25ms"])
        } else {
            self.dice.pick(&["0ms", "10..15ms", "1..120ms", "5..400ms"])
        };
        lines.push(format!("set latency {latency}"));
        lines.push(format!("set sync {}", self.dice.pick(&["0ms", "1..2ms", "0..30ms"])));
        lines.push(format!("set loss {}%", self.dice.pick(&[0, 0, 2, 20])));
        lines.push(format!("set duplicate {}%", self.dice.pick(&[0, 3, 30])));
        lines.push(format!("set noop {}", self.dice.pick(&["on", "off"])));
        lines.push(format!("set batch {}", self.dice.pick(&[1, 2, 64])));
        let retry = self.dice.pick(&[20, 100, 500]);
        lines.push(format!("set retry {retry}ms"));
        let paces = ["rate 5/s", "rate 20/s", "rate 60/s", "think 1..200ms"];
        let pace = self.dice.pick(&paces);
        let mix = "mix put 4 get 3 add 1 delete 1 cas 2";
        lines.push(format!("clients {} {pace} keys 2 {mix}", self.clients));
        lines.push(format!("set retries {}", self.dice.pick(&["forever", "forever", "4"])));
        // The calm is too short for a client that waits sixteen times a longer while.
        let backoff = if retry == 20 { self.dice.pick(&["off", "on"]) } else { "off" };
        lines.push(format!("set backoff {backoff}"));
        if is_complete {
            lines.extend(self.features());
        }
        if kind == Kind::Unfair {
            let share = self.dice.up_to(4);
            let waived = Rule::ALL.into_iter().filter(|_| self.dice.up_to(4) < share);
            lines.extend(waived.map(|rule| format!("without {}", rule.name())));
        }
        lines
    }

    /// The founders, and those who wait to be added.
    fn crew(&mut self) -> String {
        let (founders, others) = (self.servers, self.all - self.servers);
        let learners = if others > 0 { self.dice.up_to(1) } else { 0 };
        let mut line = format!("servers {founders}");
        if learners > 0 {
            line.push_str(&format!(" learners {learners}"));
        }
        if others > learners {
            line.push_str(&format!(" spares {}", others - learners));
        }
        line
    }

    /// Every feature on, in most storms, with bounds so small that they are reached.
    fn features(&mut self) -> Vec<String> {
        let mostly = |dice: &mut Dice| if dice.up_to(4) > 0 { "on" } else { "off" };
        let mut lines = vec!["set wiped new".to_string()];
        for switch in ["prevote", "sessions", "handover"] {
            lines.push(format!("set {switch} {}", mostly(&mut self.dice)));
        }
        // With neither, removed servers may disturb for ever (thesis §4.2.3).
        let is_bare = lines.iter().any(|line| line == "set prevote off");
        let check_quorum = if is_bare { "on" } else { mostly(&mut self.dice) };
        lines.push(format!("set checkquorum {check_quorum}"));
        let reads = self.dice.pick(&["log", "confirmed", "confirmed", "lease"]);
        lines.push(format!("set reads {reads}"));
        lines.push(format!("set snapshot {}", self.dice.pick(&[5, 20, 100])));
        lines.push(format!("set keep {}", self.dice.pick(&[0, 3, 50])));
        lines.push(format!("set chunk {}", self.dice.pick(&[7, 64, 1_000])));
        lines.push(format!("set inflight {}", self.dice.pick(&[1, 4, 256])));
        lines.push(format!("set batch-bytes {}", self.dice.pick(&[8, 100, 10_000])));
        lines.push(format!("set uncommitted {}", self.dice.pick(&[100, 10_000])));
        lines.push(format!("set rounds {}", self.dice.pick(&[1, 10])));
        lines
    }

    /// Something that only a complete Raft can be asked for.
    fn feature(&mut self) -> String {
        let (server, other) = (self.anyone(), self.anyone());
        match self.dice.up_to(13) {
            0 | 1 => format!("change add S{server}"),
            2 => format!("change learn S{server}"),
            3 => format!("change promote S{server}"),
            4 => format!("change demote S{server}"),
            5 | 6 => format!("change remove S{server}"),
            7 | 8 => {
                let mut voters: Vec<u64> = (0..1 + self.dice.up_to(3)).map(|_| 0).collect();
                voters.iter_mut().for_each(|voter| *voter = self.anyone());
                voters.sort_unstable();
                voters.dedup();
                let voters: Vec<String> = voters.iter().map(|id| format!("S{id}")).collect();
                let explicit = self.dice.pick(&["", "", " explicit"]);
                format!("change voters {}{explicit}", voters.join(","))
            }
            9 => "change leave".into(),
            10 => format!("transfer S{server}"),
            11 => format!("snapshot S{server}"),
            12 => format!("forget S{server}"),
            _ => format!("get x via C1 to S{other}"),
        }
    }

    fn anyone(&mut self) -> u64 {
        1 + self.dice.up_to(self.all - 1)
    }

    fn action(&mut self, kind: Kind) -> String {
        let target = self.target();
        match self.dice.up_to(if kind == Kind::Unfair { 25 } else { 23 }) {
            0 | 1 => format!("crash {target}"),
            2..=4 => format!("restart S{}", self.server()),
            5 => format!("pause {target}"),
            6 | 7 => format!("resume S{}", self.server()),
            8 | 9 => format!("timeout S{}", self.server()),
            10 => format!("isolate {target}"),
            11 => self.partition(),
            12 => format!("cut {}", self.link()),
            13 | 14 => "heal".into(),
            15 => format!("heal S{}", self.server()),
            16 => {
                let what = self.dice.pick(&["drop", "duplicate"]);
                format!("{what} {} {}", self.link(), self.dice.pick(&["AppendEntries", ""]))
            }
            17 => format!("set loss {}%", self.dice.pick(&[0, 5, 40])),
            18 => format!("set latency {}", self.dice.pick(&["0ms", "1..15ms", "1..900ms"])),
            19 => self.link_setting(),
            20 => format!("set sync {}", self.dice.pick(&["0ms", "1..90ms", "300ms"])),
            21 => format!("set network {}", self.dice.pick(&["manual", "auto", "auto"])),
            22 => "deliver all".into(),
            23 => {
                format!(
                    "add x {} via C{}",
                    1 + self.dice.up_to(8),
                    1 + self.dice.up_to(self.clients - 1)
                )
            }
            24 => format!("wipe {target}"),
            _ => format!("set disk {}", self.dice.pick(&["manual", "auto"])),
        }
    }

    /// A server that fails, for a moment, exactly when it does something.
    fn mischance(&mut self) -> [String; 2] {
        let (server, other) = (self.server(), self.server());
        let fact = match self.dice.up_to(6) {
            0 => format!("S{server} votes"),
            1 => format!("S{server} campaigns"),
            2 => format!("S{server} elected"),
            3 => format!("S{server} truncates"),
            4 => format!("S{server} log {}", 1 + self.dice.up_to(9)),
            5 => format!("S{server} commit {}", 1 + self.dice.up_to(9)),
            _ => format!("S{other} elected"),
        };
        let (fails, returns) = self.dice.pick(&[("crash", "restart"), ("pause", "resume")]);
        let delay = self.dice.pick(&[0, 1, 25]);
        [format!("when {fact}: {fails} S{server}"), format!("then {delay}ms: {returns} S{server}")]
    }

    /// Everything whole, and the network quick and sure.
    fn calm(&mut self) -> Vec<String> {
        let mut lines: Vec<String> = ["network auto", "disk auto", "loss 0%", "duplicate 0%"]
            .iter()
            .chain(&["latency 1..2ms", "sync 0..1ms", "retries forever", "backoff off"])
            .map(|setting| format!("set {setting}"))
            .collect();
        for link in &self.links {
            lines.push(format!("set latency {link} 1..2ms"));
            lines.push(format!("set loss {link} 0%"));
        }
        lines.push("heal".into());
        lines.push("deliver all".into());
        for server in 1..=self.all {
            lines.push(format!("restart S{server}"));
            lines.push(format!("resume S{server}"));
            lines.push(format!("sync S{server}"));
        }
        lines
    }

    fn server(&mut self) -> u64 {
        self.anyone()
    }

    fn target(&mut self) -> String {
        match self.dice.up_to(2) {
            0 => "leader".into(),
            _ => format!("S{}", self.server()),
        }
    }

    /// One direction of a link between two servers, or of a client's where there is one server.
    fn link(&mut self) -> String {
        let (from, to) = (self.server(), self.server());
        if from == to { format!("C1>S{to}") } else { format!("S{from}>S{to}") }
    }

    fn link_setting(&mut self) -> String {
        let link = self.link();
        self.links.push(link.clone());
        match self.dice.up_to(1) {
            0 => format!("set latency {link} {}", self.dice.pick(&["1ms", "1..700ms"])),
            _ => format!("set loss {link} {}%", self.dice.pick(&[0, 50, 100])),
        }
    }

    fn partition(&mut self) -> String {
        let mut groups = [Vec::new(), Vec::new()];
        for server in 1..=self.all {
            groups[self.dice.up_to(1) as usize].push(format!("S{server}"));
        }
        for client in 1..=self.clients {
            groups[self.dice.up_to(1) as usize].push(format!("C{client}"));
        }
        if groups.iter().any(Vec::is_empty) {
            return "heal".into();
        }
        format!("partition {}", groups.map(|group| group.join(",")).join(" | "))
    }
}
