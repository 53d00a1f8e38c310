//! What an operator asks of servers: changes of the membership, transfers, snapshots.

use super::client::OPERATOR;
use super::script::{MembershipChange, Target};
use super::world::World;
use crate::raft::{Change, Input, Member, NodeId};
use alloc::vec::Vec;

impl World {
    /// Asks a server for a change of the membership; whether everybody it speaks of is there.
    pub(super) fn change(&mut self, change: &MembershipChange, on: Target) -> bool {
        let (Some(at), Some(change)) = (self.find_running(on), self.resolved(change)) else {
            return false;
        };
        self.changes += 1;
        let id = World::proposal_id(OPERATOR, self.changes);
        self.tell(at, Input::Change { id, change });
        true
    }

    /// The change with the servers that targets mean now, and their births.
    fn resolved(&self, change: &MembershipChange) -> Option<Change> {
        let member = |id: NodeId| {
            let birth = self.server(id)?.node.birth();
            Some(Member { id, birth })
        };
        let name = |target: Target| Some(self.servers[self.find(target)?].node.id());
        let members = |ids: &[NodeId]| ids.iter().map(|&id| member(id)).collect::<Option<Vec<_>>>();
        Some(match change {
            MembershipChange::Add(target) => Change::AddVoter(member(name(*target)?)?),
            MembershipChange::Learn(target) => Change::AddLearner(member(name(*target)?)?),
            MembershipChange::Promote(target) => Change::Promote(name(*target)?),
            MembershipChange::Demote(target) => Change::Demote(name(*target)?),
            MembershipChange::Remove(target) => Change::Remove(name(*target)?),
            MembershipChange::Replace { voters, learners, explicit } => Change::Replace {
                voters: members(voters)?,
                learners: members(learners)?,
                leaves_by_itself: !explicit,
            },
            MembershipChange::Leave => Change::Leave,
        })
    }

    /// Asks a server to hand leadership over (thesis §3.10).
    pub(super) fn transfer(&mut self, to: Target, on: Target) -> bool {
        let (Some(at), Some(to)) = (self.find_running(on), self.find(to)) else { return false };
        let to = self.servers[to].node.id();
        self.tell(at, Input::Transfer { to });
        true
    }

    /// §7: hands a server a snapshot of what it has applied; whether it runs.
    pub(super) fn take_snapshot(&mut self, at: usize) -> bool {
        let server = &self.servers[at];
        let (index, data) = (server.node.last_applied(), server.store.snapshot());
        let is_up = server.is_up();
        if is_up {
            self.tell(at, Input::Snapshot { index, data });
        }
        is_up
    }

    /// Tells a server that its leader is gone; whether it runs.
    pub(super) fn forget_leader(&mut self, at: usize) -> bool {
        let is_up = self.servers[at].is_up();
        if is_up {
            self.tell(at, Input::ForgetLeader);
        }
        is_up
    }

    fn find_running(&self, target: Target) -> Option<usize> {
        self.find(target).filter(|&at| self.servers[at].is_up())
    }
}
