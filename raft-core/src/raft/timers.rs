//! When a server's timer runs out: election timeouts (§5.2), heartbeats, and the ticks of the
//! systems that count them.
//!
//! Three families are told apart by [`Config`] alone. Figure 2: any moment of a range, and a
//! heartbeat for all at once. etcd/raft and raft-rs: whole ticks of each server's own clock.
//! hashicorp/raft: a heartbeat for each follower by itself, each after a time of its own.

use super::config::Config;
use super::node::{Node, Role, Step, Timer};
use super::types::NodeId;
use crate::chance::Chance;
use crate::time::{Duration, Instant};

/// The election timer.
impl Node {
    /// Starts the election timer anew with the timeout of this server in this term.
    pub(super) fn arm_election_timer(&mut self, now: Instant) {
        self.timer = Timer { from: now, until: self.after(now, self.election_timeout) };
    }

    /// Draws the election timeout (§5.2: "chosen randomly from a fixed interval").
    ///
    /// One draw per term, and one more for each election not stood for in it: how often the timer
    /// was reset must not shift later draws. Systems with a running generator draw at each reset
    /// (hashicorp/raft) or at each change of role or term (etcd/raft, raft-rs); here a server
    /// keeps its draw as long as the term lasts.
    pub(super) fn set_attempts(&mut self, attempts: u64) {
        self.attempts = attempts;
        let words = [u64::from(self.id.0), self.current_term(), self.attempts];
        let named = if self.attempts == 0 { &words[..2] } else { &words[..] };
        let chance = Chance::of(self.seed, named);
        let Config { election_min, election_max, tick, .. } = self.config;
        self.election_timeout = draw(chance, election_min, election_max, tick);
    }

    /// When a time is over that begins now. Where ticks are counted, that is at the last of its
    /// ticks; the first of them comes right after now or nearly a whole tick later.
    fn after(&self, now: Instant, length: Duration) -> Instant {
        let tick = self.config.tick.0;
        if tick == 0 {
            return now + length;
        }
        let past = now.0.checked_sub(self.first_tick.0).map_or(0, |since| since / tick + 1);
        let last = past + (length.0 / tick).max(1) - 1;
        self.first_tick + Duration(last.saturating_mul(tick))
    }
}

/// The heartbeats of a leader.
impl Node {
    /// §5.2: tells every peer that the leader lives, and sends what a peer may lack.
    pub(super) fn send_heartbeats(&mut self, step: &mut Step) {
        self.give_up_change(step);
        if self.config.heartbeat_max > self.config.heartbeat {
            return self.beat_apart(step);
        }
        let interval = Duration(self.config.heartbeat.0.max(1));
        self.timer = Timer { from: step.now, until: self.after(step.now, interval) };
        self.send_to_all(step, true);
    }

    /// Sends a heartbeat to each follower whose own is due; to all when the timer was made to run
    /// out before any is.
    fn beat_apart(&mut self, step: &mut Step) {
        let due = |leader: &Node, peer: usize| Some(leader.leadership()?.peers.get(peer)?.beat.0);
        let dues = (0..).map_while(|peer| due(self, peer));
        let until = step.now.max(dues.min().unwrap_or(step.now));
        // Without followers a leader still looks up now and then.
        let mut next = self.after(step.now, self.config.heartbeat_max);
        let mut peer = 0;
        while let Some(at) = due(self, peer) {
            next = next.min(if at > until { at } else { self.beat_for(step, peer) });
            peer += 1;
        }
        self.timer = Timer { from: step.now, until: next };
    }

    /// Sends a heartbeat to one follower, and draws when its next one is due: by the leader, the
    /// follower, the term and the number of the beat, so that no other message shifts it.
    fn beat_for(&mut self, step: &mut Step, peer: usize) -> Instant {
        let Config { heartbeat, heartbeat_max, tick, .. } = self.config;
        let (own, term) = (u64::from(self.id.0), self.current_term());
        let Role::Leader(leadership) = &mut self.role else { return step.now };
        let Some(progress) = leadership.peers.get_mut(peer) else { return step.now };
        let (_, number) = progress.beat;
        let words = [own, u64::from(progress.id.0), term, number, HEARTBEAT];
        let length = draw(Chance::of(self.seed, &words), heartbeat, heartbeat_max, tick);
        let next = self.after(step.now, length);
        if let Role::Leader(leadership) = &mut self.role {
            if let Some(progress) = leadership.peers.get_mut(peer) {
                progress.beat = (next, number + 1);
            }
        }
        self.send_append(step, peer, true);
        next
    }
}

/// The first tick of a server that starts now, where ticks are counted: less than a whole tick
/// later. In a simulated world all start at one moment, and would else tick as one for ever.
pub(super) fn first_tick(config: &Config, seed: u64, id: NodeId, now: Instant) -> Instant {
    let Some(longest) = config.tick.0.checked_sub(1) else { return Instant::ZERO };
    let words = [u64::from(id.0), now.0, 0, FIRST_TICK];
    now + Duration(Chance::of(seed, &words).between(0, longest))
}

/// A time from a range; whole ticks if they are counted. Never zero: a timer that runs out at
/// once, for ever, would stop time.
fn draw(chance: Chance, low: Duration, high: Duration, tick: Duration) -> Duration {
    let unit = tick.0.max(1);
    let units = match unit {
        1 => chance.between(low.0, high.0),
        _ => chance.between(low.0 / unit, high.0 / unit),
    };
    Duration(units.max(1).saturating_mul(unit))
}

/// The last of the words by which choices are keyed, where there are more than a server, a term
/// and attempts.
const FIRST_TICK: u64 = 1;
const HEARTBEAT: u64 = 2;
