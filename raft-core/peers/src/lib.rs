//! raft-core and tikv's raft, driven alike.
//!
//! The test `differential` runs the same random schedules through both and holds both to the same
//! properties; the benchmark `commits` measures both.
//!
//! Nothing here is shared by the two implementations but the network between their servers, the
//! schedule and the judge. Each has its own disk and says in its own words what it knows.

mod cluster;
mod disk;
mod judge;
mod ours;
pub mod schedule;
mod server;
mod tikv;

pub use cluster::Cluster;
pub use ours::Ours;
pub use server::{Change, Content, Options, Record, Server};
pub use tikv::Tikv;
