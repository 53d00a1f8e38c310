#![no_std]
#![forbid(unsafe_code, unused_must_use)]
#![warn(missing_docs)]
//! Raft as a value, and a world to watch it in.
//!
//! The protocol in [`raft`] reads no clock, opens no socket, writes no disk and draws no global
//! random number. Inputs go in with the time; effects come out. That is what makes a run
//! repeatable, a moment of it reachable at once, and a bug a few lines of text.
//!
//! # Run a server
//!
//! ```
//! use raft_core::raft::{Config, Effect, Input, Node, NodeId, Rules, Setup};
//! use raft_core::time::Instant;
//!
//! let (voters, learners) = ([NodeId(1)].into(), [].into());
//! let (config, rules) = (Config::default(), Rules::default());
//! let setup = Setup { id: NodeId(1), voters, learners, config, rules, seed: 7 };
//! let mut node = Node::found(setup, Instant::ZERO);
//! let mut effects = Vec::new();
//! while !node.is_leader() {
//!     // Wait until the deadline, a message, a finished write or a command, whichever is first.
//!     let now = node.deadline().expect("a voter always waits for something");
//!     node.step(now, Input::Deadline, &mut effects);
//!     while let Some(effect) = effects.pop() {
//!         match effect {
//!             // Save it; when it is durable, say so. What depends on it is held back until then.
//!             Effect::Persist(write) => node.step(now, Input::Written(write.token), &mut effects),
//!             Effect::Decide(decision) => println!("{decision:?}"),
//!             // Send, apply, restore, answer: as each says.
//!             _ => {}
//!         }
//!     }
//! }
//! ```
//!
//! [`raft::Node::found`], [`raft::Node::join`] and [`raft::Node::restore`] are the three ways to
//! begin, [`raft::Input`] and [`raft::Effect`] all that goes in and comes out,
//! [`raft::Node::status`] what an operator asks, and [`raft::Config::check`] says what does not
//! fit. `examples/kv` is a whole server: TCP, a write-ahead log, snapshots, changes of membership.
//!
//! # Bird's-eye view
//!
//! A run is a script. A `World` follows it, event by event, in one total order; judges observe
//! each event; a `Timeline` keeps keyframes and reaches any moment by running on from the nearest.
//!
//! ```text
//! gesture → script line → Timeline → World → Node::step → effects → disks and messages
//!                             ↓          ↓
//!                           frame      judges
//! ```
//!
//! # Code map
//!
//! Each row knows only those above it; a test holds them to it.
//!
//! | module | what it is |
//! |---|---|
//! | [`time`], [`chance`], [`chunks`] | microseconds, keyed randomness, lists with cheap clones |
//! | [`raft`] | the protocol, one file per section of the paper |
//! | `sim` (feature `sim`) | servers, disks, network, clients, and the script language |
//! | `check` (feature `sim`) | the judges, one file per property, and the search |
//! | `timeline` (feature `sim`) | seek, branches, two runs compared, the stage's clock, frames, links, transcripts |
//!
//! `check::linearizability` is of use alone: it judges what clients of any key-value store saw.
//! `check::search` waives rules and finds the shortest runs that show what they are for. It drives
//! the same world: there is no second model of Raft here.
//!
//! # Invariants
//!
//! **Invariant:** the same script gives the same run, bit for bit, on every platform, at any
//! playback speed and in any order of seeking. No floating point, no hashing of addresses, no
//! ordering by insertion.
//!
//! **Invariant:** a random choice depends on what it is for, never on how many were made before.
//!
//! **Invariant:** nothing that depends on a write leaves a node before the write is reported
//! durable.
//!
//! **Invariant:** no message, however strange, and no waived rule panics a node. A node asserts no
//! promise *between* servers: those belong to the judges.
//!
//! **Invariant:** without the feature `sim` no rule can be waived.
//!
//! **Invariant:** what one life of a server's name promised, voted or acknowledged never counts for
//! another: a disk has a birth, memberships list it, and a leader's requests name it.
//!
//! # Why not
//!
//! *No moves of time in exhaustive exploration.* Where time counts, under leases and CheckQuorum,
//! every moment would be another state: there the search is random, and proves nothing.
//!
//! *No joining and leaving in it either, yet.* The bound from below is silent for such runs.
//!
//! *No ticks.* A deadline is exact and a driver sleeps until it; a tick would round every timing.
//! Systems that count them are matched all the same: [`raft::Config::tick`] puts the deadlines
//! where their ticks would be.
//!
//! *No storage trait.* The core would call out in the middle of a step, and the driver would have
//! to know what to make durable before what. A write is an effect with a token instead.
//!
//! *No `Ready` and `advance`.* Effects are carried out in order, one step at a time; there is no
//! second call whose omission loses data.
//!
//! *No running random generator.* One lost message would change every later choice, and two runs
//! could not be compared.
//!
//! *No hash maps.* Their order differs from run to run.
//!
//! *No membership at apply time.* It is in force when appended, as the paper has it. Systems that
//! wait until it is applied need guards for the time between, and each has had bugs in them.
//!
//! *No forwarded proposals.* A follower names the leader, and the client asks there: one who
//! forwards would have to answer for what it cannot know.
//!
//! *No priorities.* Who should lead is said by a transfer, which waits for the log.
//!
//! *No snapshot on a follower's request.* A leader knows what a peer lacks.
//!
//! *No pages of committed entries.* Effects are carried out in order, as fast as the driver can;
//! a second index for what was handed out would be one more thing to lose.
//!
//! *No separate heartbeat.* An `AppendEntries` without entries also shows where logs part, and its
//! commit index is taken only as far as it showed them to agree.

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod chance;
#[cfg(feature = "sim")]
pub mod check;
pub mod chunks;
pub mod raft;
#[cfg(feature = "sim")]
pub mod sim;
pub mod time;
#[cfg(feature = "sim")]
pub mod timeline;
