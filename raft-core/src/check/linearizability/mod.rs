//! Linearizability by value (§8): what clients were told is what a single store could have told
//! them, doing one operation after the other, each at a moment between its call and its return.
//!
//! # Judge a history
//!
//! [`judge`] takes the [`History`] of any key-value store, exactly and within a budget; [`text`] is
//! its form in a file, [`explain`] says in a few words why one is wrong.
//!
//! # Judge a run
//!
//! [`Live`] is told of calls and answers as they happen, and says of each answer at once whether
//! it can be explained. What it does per answer does not grow with the run.
//!
//! # How
//!
//! Both go from return to return, with the configurations in which the key may be: the search in
//! depth, the other in breadth. Operations take effect as late as they can. Those that need not be
//! carried out at all are the heart of it (`configuration.rs`, and the argument in `returning.rs`
//! why none is missed): an operation of which nobody knows the end costs nothing until an answer
//! can be explained by it.
//!
//! # Whose fault
//!
//! A command that is asked for twice outside a session may take effect twice. To clients that is
//! as bad as any other violation, but Raft promises no more (thesis §6.3), so it is part of what
//! an operation may do: [`Operation::copies`].

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
