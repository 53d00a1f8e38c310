//! Settings as the lines that make them.

use super::script::Script;
use super::settings::{Amount, Length, Range, Setting, Settings, Switch};
use crate::time::Duration;
use alloc::vec::Vec;

/// Who has turned a knob as it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Origin {
    /// The preset.
    Preset,
    /// The network.
    Network,
    /// A `set` line.
    Script,
}

impl Origin {
    /// Its name for pages in any language.
    pub fn code(self) -> &'static str {
        match self {
            Origin::Preset => "preset",
            Origin::Network => "network",
            Origin::Script => "script",
        }
    }
}

impl Script {
    /// Who has turned this knob of [`Settings::knobs`], at the beginning.
    pub fn origin(&self, knob: &Setting) -> Origin {
        let of_network = matches!(
            knob,
            Setting::Latency(..) | Setting::Loss(..) | Setting::Duplicate(..) | Setting::Retry(_)
        );
        if self.settings.contains(knob) {
            Origin::Script
        } else if of_network && self.network.is_some() {
            Origin::Network
        } else {
            Origin::Preset
        }
    }
}

impl Settings {
    /// All knobs as they are turned, in the order in which a person asks for them: timers, what
    /// keeps a leader in office, reads, bounds, the world. What holds for one link or disk
    /// alone, what is done by hand, and faults that no preset has, are not among them.
    pub fn knobs(&self) -> Vec<Setting> {
        let protocol = &self.protocol;
        let heartbeat_max = protocol.heartbeat.max(protocol.heartbeat_max);
        let range = |low: Duration, high: Duration| Range { low, high };
        let mut knobs = alloc::vec![
            Setting::Election(range(protocol.election_min, protocol.election_max)),
            Setting::Heartbeat(range(protocol.heartbeat, heartbeat_max)),
            Setting::Length(Length::Tick, protocol.tick),
            Setting::Switch(Switch::PreVote, protocol.pre_vote),
            Setting::Switch(Switch::CheckQuorum, protocol.check_quorum),
            Setting::Length(Length::StepDown, protocol.quorum_timeout),
            Setting::Reads(self.reading),
            Setting::Length(Length::Lease, protocol.lease_length),
        ];
        let amount = |amount| Setting::Amount(amount, self.amount(amount));
        knobs.extend(Amount::ALL.map(amount));
        let rest = [(Switch::Noop, protocol.noop), (Switch::HandOver, protocol.hand_over)];
        knobs.extend(rest.map(|(switch, on)| Setting::Switch(switch, on)));
        knobs.extend([
            Setting::Switch(Switch::Sessions, self.sessions),
            Setting::Wiped(self.wiped),
            Setting::Latency(None, self.links.latency),
            Setting::Loss(None, self.links.loss),
            Setting::Duplicate(None, self.links.duplicate),
            Setting::Sync(None, self.disks.sync),
            Setting::Retry(self.retry),
            Setting::Retries(self.retries),
            Setting::Switch(Switch::Backoff, self.backoff),
        ]);
        knobs
    }

    fn amount(&self, amount: Amount) -> u64 {
        let protocol = &self.protocol;
        match amount {
            Amount::Batch => protocol.batch as u64,
            Amount::BatchBytes => protocol.batch_bytes,
            Amount::Inflight => protocol.inflight as u64,
            Amount::InflightBytes => protocol.inflight_bytes,
            Amount::Uncommitted => protocol.uncommitted_bytes,
            Amount::Snapshot => protocol.snapshot_entries,
            Amount::SnapshotBytes => protocol.snapshot_bytes,
            Amount::Keep => protocol.snapshot_keep,
            // The script says `off` where the protocol has its largest number.
            Amount::Chunk if protocol.snapshot_chunk == usize::MAX => 0,
            Amount::Chunk => protocol.snapshot_chunk as u64,
            Amount::Drift => protocol.clock_drift.into(),
            Amount::Rounds => protocol.catch_up_rounds.into(),
            Amount::SessionLimit => self.session_limit as u64,
        }
    }
}
