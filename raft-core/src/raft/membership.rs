//! Which servers make up the cluster (§6, thesis §4), and what a change makes of it.

use super::message::Round;
use super::rules::Rules;
use super::types::{Entry, Index, NodeId, Payload};
use crate::time::Instant;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;

/// The servers of a cluster. While `outgoing` is not empty it is a joint configuration, C_old,new
/// (§6), in which both halves have to agree to everything.
///
/// All lists are in order. Nobody is in `learners` and in a half at once.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Membership {
    /// The voters; while joint, those of C_new.
    pub voters: Vec<NodeId>,
    /// While joint, the voters of C_old.
    pub outgoing: Vec<NodeId>,
    /// Servers that get entries and do not count (thesis §4.2.1: non-voting members).
    pub learners: Vec<NodeId>,
    /// While joint, those voters of C_old that will be learners once it is left.
    pub learners_next: Vec<NodeId>,
    /// While joint, whether the leader leaves by itself once it is committed.
    pub leaves_by_itself: bool,
    /// The birth of each member that is not a founder ([`super::HardState::birth`]).
    pub births: Vec<(NodeId, u64)>,
}

/// A server that is to be a member.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Member {
    /// Its name.
    pub id: NodeId,
    /// Its birth, as [`super::Node::birth`] of that server tells; for a member already known it
    /// does not matter.
    pub birth: u64,
}

/// A change of the membership.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Change {
    /// Thesis §4.1, §4.2.1: a new server becomes a learner and, once it has caught up, a voter.
    AddVoter(Member),
    /// A new server becomes a learner and stays one.
    AddLearner(Member),
    /// A learner becomes a voter, once it has caught up.
    Promote(NodeId),
    /// A voter becomes a learner.
    Demote(NodeId),
    /// A server leaves.
    Remove(NodeId),
    /// §6: any other membership, by way of the joint configuration of the old and the new one.
    Replace {
        /// The new voters.
        voters: Vec<Member>,
        /// The new learners.
        learners: Vec<Member>,
        /// Whether the leader leaves the joint configuration by itself; else [`Change::Leave`]
        /// has to be asked for.
        leaves_by_itself: bool,
    },
    /// §6: from the joint configuration to C_new.
    Leave,
}

/// Why a membership has no such change.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BadChange {
    /// The server is a member already.
    AlreadyMember(NodeId),
    /// The server is not a member, or not of the kind that can be changed so.
    NotMember(NodeId),
    /// No voter would be left.
    NoVoterLeft,
    /// A joint configuration allows only to leave it.
    Joint,
    /// There is no joint configuration to leave.
    NotJoint,
    /// Nothing would change.
    Same,
}

impl Membership {
    /// These voters and nobody else.
    pub fn of(voters: &[NodeId]) -> Membership {
        Membership { voters: sorted(voters.iter().copied()), ..Membership::default() }
    }

    /// Whether both halves are there.
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Whether a server votes in a half.
    pub fn is_voter(&self, id: NodeId) -> bool {
        self.voters.contains(&id) || self.outgoing.contains(&id)
    }

    /// Whether a server gets entries without counting.
    pub fn is_learner(&self, id: NodeId) -> bool {
        self.learners.contains(&id)
    }

    /// Whether a server belongs to the cluster.
    pub fn is_member(&self, id: NodeId) -> bool {
        self.is_voter(id) || self.is_learner(id)
    }

    /// Voters of both halves, each once, in order.
    pub fn all_voters(&self) -> Vec<NodeId> {
        sorted(self.each_voter())
    }

    /// Voters of both halves, each once.
    pub(super) fn each_voter(&self) -> impl Iterator<Item = NodeId> {
        let only_old = self.outgoing.iter().filter(|id| !self.voters.contains(id));
        self.voters.iter().chain(only_old).copied()
    }

    /// Everybody, each once, in order.
    pub fn members(&self) -> Vec<NodeId> {
        sorted(self.voters.iter().chain(&self.outgoing).chain(&self.learners).copied())
    }

    /// The birth of a member; 0 for founders.
    pub fn birth(&self, id: NodeId) -> u64 {
        self.births.iter().find(|(known, _)| *known == id).map_or(0, |(_, birth)| *birth)
    }

    /// Whether those who agree decide: more than half of the voters and, while joint, more than
    /// half of each half (§6).
    pub fn decides(&self, rules: Rules, agrees: &dyn Fn(NodeId) -> bool) -> bool {
        self.decides_with(rules, agrees, 0)
    }

    /// The same when `more` others agree, who should not count.
    pub(super) fn decides_with(
        &self,
        rules: Rules,
        agrees: &dyn Fn(NodeId) -> bool,
        more: usize,
    ) -> bool {
        let learners = if rules.counts_learners() { &self.learners[..] } else { &[] };
        let half = |ids: &[NodeId]| {
            let agree = ids.iter().chain(learners).filter(|&&id| agrees(id));
            rules.is_quorum(agree.count() + more, ids.len())
        };
        if self.voters.is_empty() {
            return false;
        }
        if self.is_joint() && !rules.needs_both_halves() {
            return half(&self.all_voters());
        }
        half(&self.voters) && (!self.is_joint() || half(&self.outgoing))
    }

    /// What a change makes of this membership. New voters are taken at once: that they catch up
    /// first is the leader's care.
    pub fn changed(&self, change: &Change) -> Result<Membership, BadChange> {
        if self.is_joint() && *change != Change::Leave {
            return Err(BadChange::Joint);
        }
        let mut next = self.clone();
        match change {
            Change::AddVoter(member) => {
                next.admit(*member)?;
                insert(&mut next.voters, member.id);
            }
            Change::AddLearner(member) => {
                next.admit(*member)?;
                insert(&mut next.learners, member.id);
            }
            Change::Promote(id) => {
                take(&mut next.learners, *id)?;
                insert(&mut next.voters, *id);
            }
            Change::Demote(id) => {
                take(&mut next.voters, *id)?;
                insert(&mut next.learners, *id);
            }
            Change::Remove(id) => {
                if take(&mut next.learners, *id).is_err() {
                    take(&mut next.voters, *id)?;
                }
            }
            Change::Replace { voters, learners, leaves_by_itself } => {
                next = self.joint(voters, learners, *leaves_by_itself)?;
            }
            Change::Leave => next = self.left()?,
        }
        if next.voters.is_empty() {
            return Err(BadChange::NoVoterLeft);
        }
        let births = mem::take(&mut next.births).into_iter();
        next.births = births.filter(|&(id, _)| next.is_member(id)).collect();
        Ok(next)
    }

    /// This membership with those of `members` as learners who are not in it yet.
    pub fn with_learners(&self, members: &[Member]) -> Membership {
        let mut next = self.clone();
        for &member in members {
            if next.admit(member).is_ok() {
                insert(&mut next.learners, member.id);
            }
        }
        next
    }

    fn joint(
        &self,
        voters: &[Member],
        learners: &[Member],
        leaves_by_itself: bool,
    ) -> Result<Membership, BadChange> {
        let ids = |members: &[Member]| sorted(members.iter().map(|member| member.id));
        let (voters_new, learners_new) = (ids(voters), ids(learners));
        let is_old = |id: &NodeId| self.voters.contains(id);
        let is_new = |id: &NodeId| voters_new.contains(id);
        if voters_new == self.voters && learners_new == self.learners {
            return Err(BadChange::Same);
        }
        let mut next = Membership {
            outgoing: self.voters.clone(),
            learners: learners_new
                .iter()
                .copied()
                .filter(|id| !is_old(id) && !is_new(id))
                .collect(),
            learners_next: learners_new
                .iter()
                .copied()
                .filter(|id| is_old(id) && !is_new(id))
                .collect(),
            voters: voters_new,
            leaves_by_itself,
            births: self.births.clone(),
        };
        for member in voters.iter().chain(learners) {
            let is_known = self.is_member(member.id) || next.birth(member.id) != 0;
            if !is_known {
                next.remember_birth(*member);
            }
        }
        Ok(next)
    }

    fn left(&self) -> Result<Membership, BadChange> {
        if !self.is_joint() {
            return Err(BadChange::NotJoint);
        }
        let learners = self.learners.iter().chain(&self.learners_next).copied();
        Ok(Membership {
            voters: self.voters.clone(),
            learners: sorted(learners),
            births: self.births.clone(),
            ..Membership::default()
        })
    }

    fn admit(&mut self, member: Member) -> Result<(), BadChange> {
        if self.is_member(member.id) {
            return Err(BadChange::AlreadyMember(member.id));
        }
        self.births.retain(|&(id, _)| id != member.id);
        self.remember_birth(member);
        Ok(())
    }

    fn remember_birth(&mut self, member: Member) {
        if member.birth != 0 {
            let at = self.births.partition_point(|&(id, _)| id < member.id);
            self.births.insert(at, (member.id, member.birth));
        }
    }
}

/// Each once, in order. They are few, and a general sort is more code than it is worth.
fn sorted(ids: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut sorted = Vec::new();
    ids.for_each(|id| insert(&mut sorted, id));
    sorted
}

fn insert(ids: &mut Vec<NodeId>, id: NodeId) {
    if let Err(at) = ids.binary_search(&id) {
        ids.insert(at, id);
    }
}

fn take(ids: &mut Vec<NodeId>, id: NodeId) -> Result<(), BadChange> {
    let at = ids.binary_search(&id).map_err(|_| BadChange::NotMember(id))?;
    ids.remove(at);
    Ok(())
}

/// The memberships that a log speaks of: what was in force at its base, then those in it.
///
/// **Invariant:** never empty, and in the order of their indices.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Memberships {
    pub(super) list: Vec<(Index, Arc<Membership>)>,
}

impl Memberships {
    /// One that is in force from `index` on.
    pub(super) fn new(index: Index, membership: Arc<Membership>) -> Memberships {
        Memberships { list: alloc::vec![(index, membership)] }
    }

    /// The one in force: the latest in the log, committed or not (§6), and where it stands.
    pub(super) fn latest(&self) -> &(Index, Arc<Membership>) {
        self.list.last().expect("there is always one")
    }

    /// What a leader's request to a server is named by: it is for the life that is a member.
    pub(super) fn round(&self, number: u64, sent_at: Instant, to: NodeId) -> Round {
        Round { number, sent_at, birth: self.latest().1.birth(to) }
    }

    /// The one that was in force when the log ended at `index`.
    pub(super) fn at(&self, index: Index) -> Arc<Membership> {
        let after = self.list.partition_point(|&(first, _)| first <= index);
        self.list[after.saturating_sub(1)].1.clone()
    }

    /// A new one was appended.
    pub(super) fn append(&mut self, index: Index, membership: Arc<Membership>) {
        self.list.push((index, membership));
    }

    /// An entry of the log, which may carry one.
    pub(super) fn read(&mut self, index: Index, entry: &Entry) {
        if let Payload::Membership(membership) = &entry.payload {
            if index > self.latest().0 {
                self.append(index, membership.clone());
            }
        }
    }

    /// The log was truncated: what it no longer holds is no longer in force (§6).
    pub(super) fn truncate_from(&mut self, index: Index) {
        let kept = self.list.partition_point(|&(first, _)| first < index).max(1);
        self.list.truncate(kept);
    }

    /// The log was compacted.
    pub(super) fn compact_to(&mut self, index: Index) {
        let after = self.list.partition_point(|&(first, _)| first <= index);
        self.list.drain(..after.saturating_sub(1));
    }

    /// A snapshot took the place of the log.
    pub(super) fn restart(&mut self, index: Index, membership: Arc<Membership>) {
        *self = Memberships::new(index, membership);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(voter: u32) -> Arc<Membership> {
        Arc::new(Membership::of(&[NodeId(voter)]))
    }

    #[test]
    fn what_a_log_says_up_to_its_base_is_not_read_again() {
        // A restarted server reads its log after its snapshot, which may begin before that.
        let mut memberships = Memberships::new(4, of(1));
        for index in [3, 4, 6] {
            let payload = Payload::Membership(of(index as u32));
            memberships.read(index, &Entry { term: 1, payload });
        }
        assert_eq!(memberships.list, [(4, of(1)), (6, of(6))]);
    }

    #[test]
    fn compaction_leaves_the_membership_in_force_at_the_base_and_those_after_it() {
        for (base, left) in [(2, 0), (3, 1), (4, 1), (5, 2), (9, 2)] {
            let mut memberships = Memberships::new(0, of(1));
            memberships.append(3, of(2));
            memberships.append(5, of(3));
            let all = memberships.list.clone();
            memberships.compact_to(base);
            assert_eq!(memberships.list, all[left..], "{base}");
        }
    }
}
