//! Search: waive a rule, and find a run that shows why it is there.
//!
//! It drives the real world, never a second model of it. A schedule is a list of steps that a
//! script can say (`timeout S1`, `deliver S1>S2 RequestVote …`), each named by what it is about,
//! so that dropping one never changes what another means. Servers' messages and timers are held,
//! and whoever searches decides what happens next.
//!
//! 1. [`Walk`]: random schedules, with weights that are drawn anew for each (Groce et al., *Swarm
//!    Testing*, ISSTA 2012), until a judge finds something.
//! 2. [`Shrinker`]: delta debugging over the steps (Zeller and Hildebrandt, 2002).
//!
//! [`story`] tells what was found: a caption after each step that decided something.
//! [`Explorer`] tries every order of what may happen instead, up to a number of steps: alone, for a
//! bound from below, or from a step of a counterexample, for a shorter way to its end.
//!
//! What a rule needs in order to matter at all, such as leases for the rules about them, is its
//! [`Focus`]; apart from that nothing leads the search.

mod dice;
mod explore;
mod focus;
mod ground;
mod hunt;
mod shrink;
mod step;
mod story;
mod trial;
mod walk;
mod words;

pub use explore::{Budgets, Explorer, Limits, Progress, Reductions, Unsuited, Verdict};
pub use focus::Focus;
pub use ground::{Ground, Topic};
pub use hunt::{Counterexample, Phase, Search, Tried};
pub use shrink::Shrinker;
pub use step::{Schedule, Step};
pub use story::story;
pub use trial::Trial;
pub use walk::Walk;
