//! A server's state for the eyes of its operator.

use raft_core::raft::{Mode, Node, NodeId, Role};

/// All that a node tells about itself, as lines with tabs between them.
pub fn status(node: &Node) -> String {
    let status = node.status();
    let part = match status.role {
        Role::Leader(_) => "leads".to_string(),
        Role::Candidate(_) => "stands for election in".to_string(),
        Role::PreCandidate(_) => "asks whether it would be elected after".to_string(),
        Role::Follower => match status.leader {
            Some(leader) => format!("follows {leader} in"),
            None => "knows no leader in".to_string(),
        },
    };
    let (index, membership) = status.membership;
    let mut lines = vec![
        format!("{} {part} term {}", status.id, status.hard_state.current_term),
        format!(
            "voters {}; learners {}; leaving {}; since index {index}",
            names(&membership.voters),
            names(&membership.learners),
            names(&membership.outgoing),
        ),
        format!(
            "committed {}, applied {}, last {}, durable {}, snapshot {}",
            status.commit_index,
            status.last_applied,
            status.last_index,
            status.durable_index,
            status.snapshot_index,
        ),
    ];
    for peer in status.peers {
        let mode = match &peer.mode {
            Mode::Probe { .. } => "is probed".to_string(),
            Mode::Replicate => "replicates".to_string(),
            Mode::Snapshot(sending) => format!("gets the snapshot {}", sending.snapshot.last),
        };
        let (matches, next) = (peer.match_index, peer.next_index);
        lines.push(format!("{} {mode}, matches {matches}, next {next}", peer.id));
    }
    lines.join("\t")
}

fn names(ids: &[NodeId]) -> String {
    let names: Vec<String> = ids.iter().map(NodeId::to_string).collect();
    if names.is_empty() { "none".into() } else { names.join(" ") }
}
