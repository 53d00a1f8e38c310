//! Search: waive a rule, and find a run that shows why it is there.
//!
//! It drives the real world, never a second model of it. A schedule is a list of steps that a
//! script can say (`timeout S1`, `deliver S1>S2 RequestVote …`), each named by what it is about,
//! so that dropping one never changes what another means. Servers' messages and timers are held,
//! and whoever searches decides what happens next.
//!
//! 1. [`Walk`]: random schedules, with weights that are drawn anew for each (Groce et al., *Swarm
//!    Testing*, ISSTA 2012), until a judge finds harm. Each is played a second time with every
//!    rule in force: where the two part, the waived rule has decided something, and new schedules
//!    begin there. So they do at signs of harm ([`Property::is_sign`](super::Property::is_sign)).
//! 2. [`Shrinker`]: delta debugging over the steps (Zeller and Hildebrandt, 2002).
//! 3. Polishing: random schedules that begin as the shortest one does.
//! 4. The bound from below: an [`Explorer`] tries everything that is shorter, with as many
//!    elections, writes, crashes and so on as the counterexample has, until there are too many
//!    states. Where time counts, or servers join and leave, it says nothing.
//!
//! [`Search`] does all that in slices, and is at every moment the best it has found.
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
mod tidy;
mod trial;
mod walk;
mod words;

pub use explore::{Budgets, Explorer, Limits, Progress, Reductions, Unsuited, Verdict};
pub use focus::Focus;
pub use ground::{Ground, Topic};
pub use hunt::{Bound, Counterexample, Phase, Search, Tried};
pub use shrink::Shrinker;
pub use step::{Schedule, Step};
pub use story::story;
pub use trial::Trial;
pub use walk::Walk;
