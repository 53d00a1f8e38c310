//! The English sentence for each hint about timers and network.

use crate::sim::stability::{Hint, HintKind};
use alloc::format;
use alloc::string::String;

/// What does not fit, with its numbers and who says so.
pub fn sentence(hint: &Hint) -> String {
    let Hint { kind, found, bound } = hint;
    match kind {
        HintKind::NeverElected => format!(
            "an election takes at least {bound}, and every timeout is over by {found}: nobody \
             can ever lead (§5.6)"
        ),
        HintKind::SlowHeartbeat => format!(
            "heartbeats come each {found}, and followers may stand for election after {bound}: \
             leaders are deposed while they are well (§5.6)"
        ),
        HintKind::LateHeartbeat => format!(
            "a heartbeat may come {found} after the one before, and followers may stand for \
             election after {bound} (§5.6)"
        ),
        HintKind::ElectionBelowRoundTrip => format!(
            "an election may take {bound}, and the next candidate may stand after {found} (§5.6)"
        ),
        HintKind::NoRandomness => format!(
            "election timeouts differ by {found} at most, and a message takes up to {bound}: \
             votes split (§5.2)"
        ),
        HintKind::EarlyStepDown => format!(
            "a leader gives up after {found} without answers, and they may take {bound} (thesis \
             §6.2)"
        ),
        HintKind::LongLease => format!(
            "a lease lasts {found}, and another leader may be elected after {bound}: reads may \
             be stale (thesis §6.4.1)"
        ),
        HintKind::OneLossElects => format!(
            "followers may stand for election after {found}, and if one heartbeat is lost the \
             next may take {bound}"
        ),
        HintKind::TightElection => {
            format!("an election timeout may be {found}; ten round trips are {bound} (etcd)")
        }
        HintKind::FastHeartbeat => {
            format!("heartbeats come each {found}; half a round trip is {bound} (etcd)")
        }
        HintKind::LongElection => {
            format!("an election timeout may be {found}; etcd takes no more than {bound}")
        }
        HintKind::IdleLease => format!(
            "a lease of {found} without CheckQuorum protects nothing: reads are confirmed \
             (thesis §6.4.1)"
        ),
    }
}
