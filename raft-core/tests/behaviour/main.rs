//! What the protocol does, behaviour by behaviour, on nodes driven by hand: no world, no feature.

#[path = "../cluster/mod.rs"]
mod cluster;

mod append;
mod check_quorum;
mod commit;
mod compaction;
mod elections;
mod installing;
mod joining;
mod joint;
mod leases;
mod membership;
mod prevote;
mod questions;
mod reads;
mod replication;
mod snapshots;
mod timers;
mod transfer;
mod votes;
#[cfg(feature = "sim")]
mod waiving;
