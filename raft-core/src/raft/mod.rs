//! The protocol: Raft as a value that inputs change and effects leave.
//!
//! | section | where |
//! |---|---|
//! | §5.1 terms | [`Node::step`], `Node::enter_term` |
//! | §5.2 election | `election.rs` |
//! | §5.3 replication | `replication.rs`, [`Log::splice`] |
//! | §5.4.1 who may be elected | [`Rules::is_up_to_date`], [`Position`]'s order |
//! | §5.4.2 what may be committed | `commit.rs`, [`Rules::may_commit`] |
//! | Figure 2 durable before it is answered | `durable.rs` |
//! | §8 the no-op | `Node::lead` |

mod commit;
mod decision;
mod durable;
mod election;
mod explain;
mod log;
mod message;
mod node;
mod replication;
mod rules;
mod types;

pub use decision::{AppendRefusal, Decision, VoteRefusal};
pub use durable::{LogWrite, Token, Write};
pub use election::Ballot;
pub use explain::Uncommitted;
pub use log::{Log, Spliced};
pub use message::{AppendReply, Body, Kind, Message};
pub use node::{Config, Effect, Input, Node, Outcome, Role, Setup, Timer};
pub use replication::{Mode, Progress};
pub use rules::{Rule, Rules};
pub use types::{Entry, HardState, Index, NodeId, Payload, Position, ProposalId, Term};
