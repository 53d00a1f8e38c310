//! Linearizability by value (§8): what clients were told is what a single store could have told
//! them, doing one operation after the other, each at a moment between its call and its return.
//!
//! # Judge a history
//!
//! [`judge`] takes the [`History`] of any key-value store, exactly and within a budget.

mod antichain;
mod configuration;
mod explain;
mod history;
mod judge;
mod key;
mod live;
mod minimal;
mod returning;
mod run;
mod search;
pub mod text;

pub use explain::{Reason, explain};
pub use history::{Action, Answer, History, Operation, Value};
pub use judge::{Verdict, judge};
pub use key::{PATIENCE, WEIGHT_MAX, WORK_MAX};
pub use live::Live;
pub(super) use run::Linearizability;
pub(crate) use run::action_of;
