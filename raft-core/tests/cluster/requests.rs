//! What is asked of a server by its driver, and what the test says in the place of peers.

use super::*;

/// A server that is to be a member, in the life that this birth names; 0 for a founder's.
pub fn member(id: u32, birth: u64) -> Member {
    Member { id: NodeId(id), birth }
}

pub fn members(ids: &[u32]) -> Vec<Member> {
    ids.iter().map(|&id| member(id, 0)).collect()
}

/// By way of the joint configuration to these voters, which the leader leaves by itself.
pub fn replace(voters: &[u32]) -> Change {
    Change::Replace { voters: members(voters), learners: Vec::new(), leaves_by_itself: true }
}

/// These voters, and these learners.
pub fn of(voters: &[u32], learners: &[u32]) -> Membership {
    Membership { learners: ids(learners), ..Membership::of(&ids(voters)) }
}

/// A whole snapshot in one piece, as a leader sends it at the beginning of time.
pub fn chunk(last: Position, membership: Membership, data: &str) -> Chunk {
    let (membership, data) = (membership.into(), data.as_bytes().to_vec());
    Chunk { last, membership, offset: 0, data, done: true, round: Round::default() }
}

/// The answer to the piece that was sent at this moment.
pub fn piece_arrived(sent_at: Instant, last: Position, received: u64, installed: bool) -> Body {
    let round = Round { number: 0, sent_at, birth: 0 };
    Body::InstallSnapshotReply { last, received, installed, round }
}

/// The answer to a request of this round.
pub fn answer_of(number: u64, sent_at: Instant, match_index: Index) -> Body {
    let reply = AppendReply::Accepted { match_index };
    Body::AppendEntriesReply { reply, round: Round { number, sent_at, birth: 0 } }
}

/// The answer of a server of this birth.
pub fn accepted_by(birth: u64, match_index: Index) -> Body {
    let reply = AppendReply::Accepted { match_index };
    Body::AppendEntriesReply { reply, round: Round { birth, ..Round::default() } }
}

/// A request without entries, as a leader sends it in this round.
pub fn heartbeat(number: u64, sent_at: Instant, prev: Position, commit: Index) -> Body {
    let round = Round { number, sent_at, birth: 0 };
    Body::AppendEntries { prev, entries: Vec::new(), commit, round }
}

impl Cluster {
    pub fn change(&mut self, id: u32, number: u64, change: Change) {
        self.tell(id, Input::Change { id: ProposalId(number), change });
    }

    pub fn read(&mut self, id: u32, number: u64) {
        self.tell(id, Input::Read { id: ProposalId(number) });
    }

    pub fn transfer(&mut self, id: u32, to: u32) {
        self.tell(id, Input::Transfer { to: NodeId(to) });
    }

    /// A command is proposed; what follows stays in the air.
    pub fn offer(&mut self, id: u32, number: u64) {
        let command = command(&format!("{number}"));
        self.tell(id, Input::Propose { id: ProposalId(number), command });
    }

    /// A server's state machine is handed in as it was after this entry.
    pub fn snapshot(&mut self, id: u32, index: Index, data: &str) {
        self.tell(id, Input::Snapshot { index, data: command(data) });
    }

    /// Time passes and nobody is told.
    pub fn wait(&mut self, ms: u64) {
        self.now = self.now + Duration::from_millis(ms);
    }

    /// The deadline of a server, which has come.
    pub fn wake(&mut self, id: u32) {
        self.tell(id, Input::Deadline);
    }

    /// A server stops and starts with this on its disk, having learned nothing since.
    pub fn restart(&mut self, id: u32, setup: Setup, saved: Saved) {
        self.nodes[id as usize - 1] = Node::restore(setup, saved, self.now);
        *self.out(id) = Outbox::default();
    }

    /// Who of those in the air is sent what kind of message, in order.
    pub fn kinds(&mut self) -> Vec<(u32, Kind)> {
        self.sent().iter().map(|sent| (sent.to.0, sent.message.body.kind())).collect()
    }
}
