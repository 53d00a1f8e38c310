//! What goes wrong in a storm beside crashes and cuts: slow lines, late and old messages, slow and
//! broken disks, wrong clocks. Each has dice of its own, so that the rest of a storm stays as it
//! is.

use super::dice::Dice;
use super::storm::Kind;

/// The faults of one storm.
pub struct Faults {
    dice: Dice,
    kind: Kind,
    /// How many servers there are.
    servers: u64,
    /// Whether all goes ten times as fast.
    is_fast: bool,
    /// By how much clocks may be wrong, in percent, and whether reads rest on it.
    drift: u64,
    has_leases: bool,
    /// By how much each clock is ahead, in milliseconds: it is never set back, but in an unfair
    /// storm.
    ahead: Vec<u64>,
    /// Links and disks with settings of their own, to be reset when the calm comes.
    links: Vec<String>,
    disks: Vec<u64>,
    /// Servers whose disk was to fail: it may do so later than all else.
    failing: Vec<u64>,
}

impl Faults {
    /// Those of the storm with this number; `head` is what its world is like.
    pub fn new(number: u64, servers: u64, kind: Kind, is_fast: bool, head: &[String]) -> Faults {
        let dice = Dice::new(number * 1_000_003 + servers * 17 + 5);
        let has_leases = head.iter().any(|line| line == "set reads lease");
        let (ahead, links, disks, failing) =
            (vec![0; servers as usize + 1], Vec::new(), Vec::new(), Vec::new());
        let drift = 0;
        Faults { dice, kind, servers, is_fast, drift, has_leases, ahead, links, disks, failing }
    }

    fn is_unfair(&self) -> bool {
        self.kind == Kind::Unfair
    }

    /// What the world is like from the beginning.
    pub fn head(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        self.drift = self.dice.pick(&[0, 1, 10, 20]);
        if self.drift > 0 {
            lines.push(format!("set drift {}", self.drift * 10_000));
        }
        for server in 1..=self.servers {
            if self.one_in(2) {
                let ahead = self.dice.up_to(300);
                self.ahead[server as usize] = ahead;
                lines.push(format!("set clock S{server} +{ahead}ms"));
            }
            if self.one_in(2) {
                lines.push(format!("set {}", self.drifting(server)));
            }
        }
        if self.one_in(3) {
            lines.push(format!("set {}", self.latency("")));
        }
        if self.one_in(2) {
            lines.push(format!("set {}", self.reordering("")));
        }
        if self.one_in(3) {
            lines.push(format!("set {}", self.bandwidth("")));
        }
        if self.one_in(6) {
            lines.push("set order fifo".into());
        }
        if self.is_unfair() && self.one_in(2) {
            lines.push("set damaged cut".into());
        }
        lines
    }

    /// Something that happens up to a moment, in milliseconds.
    pub fn line(&mut self, until: u64) -> String {
        let at = self.dice.up_to(until);
        format!("at {at}ms {}", self.action())
    }

    fn action(&mut self) -> String {
        let (server, link) = (self.server(), self.link());
        let kind = ["", " AppendEntries", " AppendEntriesReply", " RequestVote", " Request"];
        let kind = [&kind[..], &[" RequestVoteReply", " ReadIndexReply", " TimeoutNow"]].concat();
        match self.dice.up_to(if self.is_unfair() { 19 } else { 13 }) {
            0..=3 => format!("replay {link}{}", self.dice.pick(&kind)),
            4 | 5 => format!("delay {link}{} {}ms", self.dice.pick(&kind), 1 + self.dice.up_to(90)),
            6 | 7 => {
                if !self.failing.contains(&server) {
                    self.failing.push(server);
                }
                format!("fail S{server}")
            }
            8 => format!("set {}", self.on_link(link, Faults::latency)),
            9 => format!("set {}", self.on_link(link, Faults::reordering)),
            10 => format!("set {}", self.on_link(link, Faults::bandwidth)),
            11 => {
                self.disks.push(server);
                let most = if self.is_fast { 40 } else { 400 };
                format!("set sync S{server} 0..1ms tail {most}ms")
            }
            12 => format!("set {}", self.drifting(server)),
            13 => self.set_clock(server),
            14 | 15 => {
                self.disks.push(server);
                format!("set disk S{server} {}", self.dice.pick(&["lies", "lies", "honest"]))
            }
            16 => format!("corrupt S{server}"),
            17 => format!("corrupt S{server} index {}", 1 + self.dice.up_to(9)),
            18 => format!("corrupt S{server} vote"),
            _ => format!("set clock S{server} -{}ms", self.dice.up_to(200)),
        }
    }

    /// A clock that is fast or slow: where leases rest on it by no more than they assume.
    fn drifting(&mut self, server: u64) -> String {
        let most = if self.has_leases && !self.is_unfair() { self.drift } else { 30 };
        let way = self.dice.pick(&["fast", "slow"]);
        // A clock that was set is not to be overtaken by itself, and then set back.
        let most = if self.ahead[server as usize] > 0 && !self.has_leases { 0 } else { most };
        format!("clock S{server} {way} {}%", self.dice.up_to(most))
    }

    /// A clock that is put forward, where no lease rests on it.
    fn set_clock(&mut self, server: u64) -> String {
        let ahead = self.ahead[server as usize];
        if ahead == 0 || (self.has_leases && !self.is_unfair()) {
            return format!("replay {}", self.link());
        }
        let ahead = ahead + self.dice.up_to(100);
        self.ahead[server as usize] = ahead;
        format!("set clock S{server} +{ahead}ms")
    }

    fn latency(&mut self, link: &str) -> String {
        let fast = ["0.5..2ms tail 40ms", "0.1ms tail 200ms"];
        let slow = ["5..15ms tail 300ms", "1ms tail 1s"];
        format!("latency {link}{}", self.dice.pick(if self.is_fast { &fast } else { &slow }))
    }

    fn reordering(&mut self, link: &str) -> String {
        let by = self.dice.pick(if self.is_fast { &["1..20ms", "5ms"] } else { &["0..300ms"] });
        format!("reorder {link}{}% {by}", self.dice.pick(&[5, 30, 90]))
    }

    fn bandwidth(&mut self, link: &str) -> String {
        let fast = ["1MB/s", "200kB/s"];
        let slow = ["1MB/s", "20kB/s"];
        format!("bandwidth {link}{}", self.dice.pick(if self.is_fast { &fast } else { &slow }))
    }

    fn on_link(&mut self, link: String, setting: fn(&mut Faults, &str) -> String) -> String {
        let text = setting(self, &format!("{link} "));
        self.links.push(link);
        text
    }

    /// Everything whole; `links` are others with settings of their own.
    pub fn calm(&self, links: &[String]) -> Vec<String> {
        let mut lines = vec!["set disk honest".to_string()];
        let all = links.iter().chain(&self.links).map(|link| format!("{link} "));
        for link in [String::new()].into_iter().chain(all) {
            let settings = ["reorder {}0%", "order {}any", "bandwidth {}off", "duplicate {}0%"];
            let settings = settings.map(|setting| setting.replace("{}", &link));
            lines.extend(settings.map(|setting| format!("set {setting}")));
        }
        for link in &self.links {
            lines.push(format!("set latency {link} 1..2ms"));
            lines.push(format!("set loss {link} 0%"));
        }
        for server in &self.disks {
            lines.push(format!("set disk S{server} honest"));
            lines.push(format!("set sync S{server} 0..1ms"));
        }
        lines
    }

    /// What brings back the servers whose disks may still fail, in the calm.
    pub fn returns(&self, gap: u64, from: u64, to: u64) -> Vec<String> {
        let again =
            |server: &u64| format!("every {gap}ms from {from}ms to {to}ms: restart S{server}");
        self.failing.iter().map(again).collect()
    }

    /// Whether a disk was to fail.
    pub fn has_failing(&self) -> bool {
        !self.failing.is_empty()
    }

    fn server(&mut self) -> u64 {
        1 + self.dice.up_to(self.servers - 1)
    }

    /// One direction of a link between two servers, or of a client's.
    fn link(&mut self) -> String {
        let (from, to) = (self.server(), self.server());
        match (from == to, self.dice.up_to(1)) {
            (false, _) => format!("S{from}>S{to}"),
            (true, 0) => format!("C1>S{to}"),
            (true, _) => format!("S{from}>C1"),
        }
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.dice.up_to(count - 1) == 0
    }
}
