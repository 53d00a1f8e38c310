//! Messages that can never act again: an exploration need not keep them.

use super::message::{Body, Message};
use super::node::{Node, Role};
use super::types::{NodeId, Term};

impl Node {
    /// Whether a message on its way here will never change anything, whatever happens before it
    /// arrives; `durable_term` is the term on this server's disk: a crash takes it back no further.
    ///
    /// Each clause rests on terms that never go back and on rules that may be waived; without the
    /// rule the message stays.
    ///
    /// - §5.1: an older term is not heeded, and of its kinds only requests are answered. So
    ///   everything else of an older term is dead, and where older terms are not answered the
    ///   requests are, too. Needs `reject-stale-terms`.
    /// - §5.2: a vote counts for a candidate of its own term. Nobody stands in a term twice, so a
    ///   vote of the current term is dead once its receiver is no candidate, or has counted it;
    ///   a refusal at once, since only grants are counted.
    /// - §5.3, §7: what a follower answers matters to the leader of that term alone. A receiver
    ///   that neither leads it nor may still win it never will.
    /// - Thesis §9.6: a promise is for the one term after the receiver's own.
    /// - Thesis §6.4: an answer to a read that nobody waits for is no answer, since numbers of
    ///   reads never repeat.
    pub fn never_heeds(&self, durable_term: Term, from: NodeId, message: &Message) -> bool {
        let Message { term, body } = message;
        let current = self.current_term();
        let floor = current.min(durable_term);
        if let Body::PreVoteReply { term: asked, granted } = body {
            let tells_nothing = *granted || *term <= floor;
            return tells_nothing && *asked <= floor && self.rules.tells_vote_kinds();
        }
        if self.rules.may_heed(0, 1) || *term > floor {
            return false;
        }
        let is_past = *term < floor;
        let counts_again = self.rules.may_count_vote(true);
        match body {
            Body::PreVote { term: asked, .. } => *asked <= floor && !self.rules.answers_stale(),
            Body::RequestVote { .. } | Body::AppendEntries { .. } | Body::InstallSnapshot(_) => {
                is_past && !self.rules.answers_stale()
            }
            Body::TimeoutNow { .. } | Body::ReadIndex { .. } => is_past,
            Body::RequestVoteReply { granted } => match &self.role {
                Role::Candidate(ballot) if *term == current => {
                    !granted || (ballot.granted.contains(&from) && !counts_again)
                }
                Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) | Role::Leader(_) => {
                    true
                }
            },
            Body::AppendEntriesReply { .. } | Body::InstallSnapshotReply { .. } => {
                match &self.role {
                    Role::Follower | Role::PreCandidate(_) => true,
                    Role::Candidate(_) | Role::Leader(_) => is_past,
                }
            }
            Body::ReadIndexReply { read, .. } => {
                is_past || self.reads.asked.iter().all(|asked| asked.0 != *read)
            }
            Body::PreVoteReply { .. } => false,
        }
    }
}
