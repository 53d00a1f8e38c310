//! The protocol: Raft as a value that inputs change and effects leave.
//!
//! | section | where |
//! |---|---|
//! | §5.1 terms | [`Node::step`], `Node::enter_term` |
//! | §5.2 election | `election.rs`, `timers.rs` |
//! | §5.3 replication | `replication.rs`, [`Progress`], [`Log::splice`] |
//! | §5.4.1 who may be elected | [`Rules::is_up_to_date`], [`Position`]'s order |
//! | §5.4.2 what may be committed | `commit.rs`, [`Rules::may_commit`] |
//! | Figure 2 durable before it is answered | `durable.rs` |
//! | §6, thesis §4 membership | [`Membership`], `reconfigure.rs` |
//! | §7, Figure 13 snapshots | `snapshot.rs`, [`Log::compact_to`] |
//! | §8 the no-op | [`Config::noop`], `Node::lead` |
//! | §8, thesis §6.4 reads | `read.rs` |
//! | §8, thesis §6.3 sessions | [`Sessions`] |
//! | thesis §3.10 leadership transfer | `transfer.rs` |
//! | thesis §4.2.3, §6.2 CheckQuorum | [`Config::check_quorum`], `Node::lost_quorum`, `Node::protects_leader` |
//! | thesis §4.2.1 catching up | `Node::note_catch_up` |
//! | thesis §9.6 PreVote | [`Config::pre_vote`], `Node::on_pre_vote` |
//! | thesis §10.2.1 writing in parallel | `durable.rs`, [`Rules::leader_counts`] |
//! | thesis §10.2.2 pipelining | [`Inflight`], `Node::send_append` |

mod begin;
#[cfg(feature = "sim")]
mod canonical;
mod commit;
mod config;
#[cfg(feature = "sim")]
mod dead;
mod decision;
mod durable;
mod effect;
mod election;
mod explain;
mod leadership;
mod log;
mod membership;
mod message;
mod node;
mod progress;
mod read;
mod reconfigure;
mod replication;
mod rule;
mod rules;
mod session;
mod snapshot;
mod status;
mod timers;
mod transfer;
mod types;

#[cfg(feature = "sim")]
pub use canonical::{Encoding, fold};
pub use config::{Config, Misfit, Reads, Setup};
pub use decision::{AppendRefusal, Decision, TransferEnd, VoteRefusal};
pub use durable::{LogWrite, SnapshotWrite, Token, Write};
pub use effect::{Effect, Input, Outcome, Refusal};
pub use election::Ballot;
pub use explain::{ChangeWaits, Half, NoLeader, ReadWaits, Uncommitted, Votes};
pub use leadership::{CatchUp, Leadership, PendingChange, PendingRead, Reader, Transfer};
pub use log::{Log, Spliced};
pub use membership::{BadChange, Change, Member, Membership};
pub use message::{AppendReply, Body, Chunk, Kind, Message, Round};
pub use node::{Node, Role, Timer};
pub use progress::{Inflight, Mode, Progress, Sending};
pub use rules::{Rule, Rules};
pub use session::{Admission, SessionId, Sessions};
pub use snapshot::{Saved, Snapshot};
pub use status::Status;
pub use types::{Entry, HardState, Index, NodeId, Payload, Position, ProposalId, Term};
