//! Links and disks that have settings of their own, and those that have not.

use super::place::{Link, Place};
use super::settings::{DiskSettings, LinkSettings, Settings};
use super::zones;
use crate::raft::NodeId;

impl Settings {
    /// What one direction of a link is like.
    pub fn link(&self, from: Place, to: Place) -> &LinkSettings {
        match self.special_links.binary_search_by(|(ends, _)| ends.cmp(&(from, to))) {
            Ok(at) => &self.special_links[at].1,
            Err(_) => zones::between(from, to)
                .and_then(|pair| self.between_zones.get(pair))
                .unwrap_or(&self.links),
        }
    }

    /// Changes one link, or all that have no settings of their own.
    #[inline(never)]
    pub(super) fn on_links(&mut self, link: Option<Link>, change: &dyn Fn(&mut LinkSettings)) {
        let Some(link) = link else {
            self.between_zones.iter_mut().for_each(change);
            return change(&mut self.links);
        };
        for ends in link.directions() {
            let found = self.special_links.binary_search_by(|(held, _)| held.cmp(&ends));
            let at = found.unwrap_or_else(|at| {
                self.special_links.insert(at, (ends, *self.link(ends.0, ends.1)));
                at
            });
            change(&mut self.special_links[at].1);
        }
    }

    /// What the disk of a server is like.
    pub fn disk(&self, server: NodeId) -> &DiskSettings {
        match self.special_disks.binary_search_by_key(&server, |(id, _)| *id) {
            Ok(at) => &self.special_disks[at].1,
            Err(_) => &self.disks,
        }
    }

    /// Changes one disk, or all that have no settings of their own.
    #[inline(never)]
    pub(super) fn on_disks(&mut self, server: Option<NodeId>, change: &dyn Fn(&mut DiskSettings)) {
        let Some(server) = server else { return change(&mut self.disks) };
        let found = self.special_disks.binary_search_by_key(&server, |(id, _)| *id);
        let at = found.unwrap_or_else(|at| {
            self.special_disks.insert(at, (server, self.disks));
            at
        });
        change(&mut self.special_disks[at].1);
    }
}
