//! What only a leader has: it is gone with the leadership.

use super::effect::Refusal;
use super::membership::{Change, Member, Membership};
use super::progress::Progress;
use super::types::{Index, NodeId, ProposalId};
use crate::time::Instant;
use alloc::vec::Vec;

/// A leader's volatile state (Figure 2: "reinitialized after election").
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Leadership {
    /// Every other member, in the order of their names.
    pub peers: Vec<Progress>,
    /// Rounds of messages begun, each with a number of its own (thesis §6.4).
    pub round: u64,
    /// Reads that are not confirmed, oldest first.
    pub reads: Vec<PendingRead>,
    /// Leadership is being handed over.
    pub transfer: Option<Transfer>,
    /// A change of the membership is on its way.
    pub change: Option<PendingChange>,
    /// Bytes of commands in the log that are not committed.
    pub uncommitted_bytes: u64,
    /// Whether a TimeoutNow has left in this term: its receiver may win an election at any time,
    /// so no lease holds any longer.
    pub lease_is_void: bool,
}

/// A read that waits until it is confirmed that we still lead (thesis §6.4).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PendingRead {
    /// Who asked.
    pub reader: Reader,
    /// The commit index when it came; nothing while none of our own term is committed.
    pub index: Option<Index>,
    /// The round whose answers confirm it.
    pub round: u64,
}

/// Who asked for a read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Reader {
    /// Our own driver.
    Own(ProposalId),
    /// A follower.
    Peer {
        /// Which.
        id: NodeId,
        /// Its number for the read.
        read: u64,
    },
}

/// Leadership is being handed over (thesis §3.10).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Transfer {
    /// To whom.
    pub to: NodeId,
    /// When it is given up.
    pub until: Instant,
    /// Whether the TimeoutNow has left.
    pub told: bool,
}

/// A change of the membership that takes more than one entry.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PendingChange {
    /// Whose.
    pub id: ProposalId,
    /// What is to be done once the new servers have caught up; nothing when only the joint
    /// configuration is still to be left.
    pub then: Option<Change>,
    /// The new servers.
    pub catching_up: Vec<CatchUp>,
}

/// How far a new server has caught up (thesis §4.2.1).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CatchUp {
    /// The server.
    pub id: NodeId,
    /// The number of the round, from 1.
    pub round: u32,
    /// The round ends when it has everything up to here.
    pub target: Index,
    /// When the round began.
    pub since: Instant,
    /// Whether its last round was short enough.
    pub done: bool,
}

impl Leadership {
    /// Where a peer stands among `peers`.
    pub(super) fn position(&self, id: NodeId) -> Option<usize> {
        self.peers.iter().position(|progress| progress.id == id)
    }

    /// What is known of a peer.
    pub fn peer(&self, id: NodeId) -> Option<&Progress> {
        self.peers.iter().find(|progress| progress.id == id)
    }

    /// The membership changed: new peers come, others go.
    pub(super) fn serve(&mut self, own: NodeId, members: &Membership, next: Index, now: Instant) {
        if self.transfer.is_some_and(|transfer| !members.voters.contains(&transfer.to)) {
            self.transfer = None;
        }
        let members = members.members();
        self.peers.retain(|progress| members.contains(&progress.id));
        for &id in members.iter().filter(|&&id| id != own) {
            if let Err(at) = self.peers.binary_search_by_key(&id, |progress| progress.id) {
                self.peers.insert(at, Progress::new(id, next, now));
            }
        }
    }

    /// Why nothing new is taken now, if so.
    pub(super) fn refusal(&self, rules: super::rules::Rules, bound: u64) -> Option<Refusal> {
        if self.transfer.is_some() && rules.freezes_during_transfer() {
            Some(Refusal::Transferring)
        } else if bound > 0 && self.uncommitted_bytes >= bound {
            Some(Refusal::Busy)
        } else {
            None
        }
    }
}

impl PendingChange {
    /// Waits for new servers, or for the joint configuration to be left.
    pub(super) fn new(id: ProposalId, then: Option<Change>) -> PendingChange {
        PendingChange { id, then, catching_up: Vec::new() }
    }
}

/// The servers that a change makes voters and that were none before.
pub(super) fn new_voters(before: &Membership, change: &Change) -> Vec<Member> {
    let all = match change {
        Change::AddVoter(member) => alloc::vec![*member],
        Change::Promote(id) => alloc::vec![Member { id: *id, birth: 0 }],
        Change::Replace { voters, .. } => voters.clone(),
        Change::AddLearner(_) | Change::Demote(_) | Change::Remove(_) | Change::Leave => Vec::new(),
    };
    all.into_iter().filter(|member| !before.is_voter(member.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ends_a_transfer_to_who_votes_no_longer_and_no_other() {
        // Thesis §3.10: only a voter can lead. Without it the transfer would run until it is given
        // up; a change that leaves that voter be is no reason to.
        let ids = |ids: &[u32]| ids.iter().copied().map(NodeId).collect::<Vec<NodeId>>();
        let transfer = Transfer { to: NodeId(3), until: Instant(9), told: false };
        for (voters, learners, expected) in [
            (ids(&[1, 3, 4]), ids(&[2]), Some(transfer)),
            (ids(&[1, 2]), ids(&[3]), None),
            (ids(&[1, 2]), ids(&[]), None),
        ] {
            let mut leadership = Leadership { transfer: Some(transfer), ..Leadership::default() };
            let members = Membership { learners, ..Membership::of(&voters) };
            leadership.serve(NodeId(1), &members, 1, Instant::ZERO);
            assert_eq!(leadership.transfer, expected, "{members:?}");
        }
    }
}
