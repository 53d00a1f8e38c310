//! Configurations of which none can do all that another can.

use super::configuration::{Configuration, Tick};
use super::history::Value;
use alloc::vec::Vec;

/// Where a configuration is on its way through a return; each may do less than the one before.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Stage {
    /// It has just come to it.
    Arrived,
    /// Operations take effect because of it.
    Growing,
    /// The same, and the last one overwrote: what it would hide need not be carried out, so
    /// another that overwrites does not follow.
    Hiding,
}

/// What two configurations have to share for one to dominate the other.
type Place = (Value, Vec<(Tick, Value)>);

/// A set of configurations, found by what they have to share.
#[derive(Debug, Default)]
pub(super) struct Antichain {
    groups: Vec<(Place, Vec<(Stage, Configuration)>)>,
}

impl Antichain {
    /// Adds a configuration unless one is there that can do as much. The work is counted.
    pub(super) fn add(
        &mut self,
        stage: Stage,
        configuration: &Configuration,
        work: &mut u64,
    ) -> bool {
        let place = (configuration.state, &configuration.done);
        let order = |(held, _): &(Place, _)| (held.0, &held.1).cmp(&place);
        let group = match self.groups.binary_search_by(order) {
            Ok(at) => &mut self.groups[at].1,
            Err(at) => {
                let place = (configuration.state, configuration.done.clone());
                self.groups.insert(at, (place, Vec::new()));
                &mut self.groups[at].1
            }
        };
        *work += 1 + group.len() as u64 / 4;
        let can_more = |(known, other): &(Stage, Configuration)| {
            *known <= stage && other.dominates(configuration)
        };
        if group.iter().any(can_more) {
            return false;
        }
        group.retain(|(known, other)| !(stage <= *known && configuration.dominates(other)));
        group.push((stage, configuration.clone()));
        true
    }

    /// All of them.
    pub(super) fn into_all(self) -> impl Iterator<Item = Configuration> {
        self.groups.into_iter().flat_map(|(_, group)| group).map(|(_, configuration)| configuration)
    }
}
