//! The world: servers, disks, network, clients, and the script that drives them.
//!
//! Discrete events in one total order, never by frame. A [`World`] is a value: the same script
//! gives the same world at every moment, and a clone of it is a keyframe.
//!
//! Where settings start from is a [`settings::Preset`], the numbers of a real system, and a
//! [`settings::NetworkPreset`], where its servers stand; [`stability`] says what of both does not
//! fit together.

mod agenda;
mod by_hand;
mod canonical;
mod client;
mod clock;
mod delay;
mod director;
mod disk;
mod driver;
mod facts;
mod history;
mod knobs;
pub mod kv;
mod network;
mod operator;
mod own_settings;
pub mod place;
mod power;
mod preset;
mod record;
pub mod script;
mod server;
pub mod settings;
mod shared;
mod size;
pub mod stability;
mod store;
mod transmission;
mod workload;
mod world;
mod zones;

pub use client::{Client, Waiting};
pub use clock::Clock;
pub use disk::{Cache, Damage, Disk, Safety};
pub use history::{Attempt, Call, CallOutcome, Operation};
pub use knobs::Origin;
pub use network::{Fate, Flight, Network, Path, Wreck};
pub use record::{Answer, Happening, LossReason, Packet, Record};
pub use server::{Server, Status};
pub use shared::Shared;
pub use world::{Memory, Watch, World};
