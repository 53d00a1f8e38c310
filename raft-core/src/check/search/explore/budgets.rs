//! How often each thing may happen: what makes the states of an exploration finite in number.

use super::super::step::Step;
use super::super::trial::Trial;
use crate::raft::Encoding;
use crate::sim::kv::Command;
use crate::sim::script::{Action, Target};

/// How often each thing may still happen. Messages between servers arrive or do not, in any order;
/// servers that crashed restart, and disks finish their writes, at no cost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Budgets {
    /// A server that does not lead runs out of patience and stands for election.
    pub elections: u8,
    /// A leader repeats itself: its timer runs out.
    pub heartbeats: u8,
    /// A client writes.
    pub writes: u8,
    /// A client reads.
    pub reads: u8,
    /// A server crashes.
    pub crashes: u8,
    /// A message is there once more.
    pub duplicates: u8,
    /// A server takes a snapshot.
    pub snapshots: u8,
}

impl Budgets {
    /// What steps take from where a trial stands; nothing when one of them is none that an
    /// exploration takes.
    pub fn of(from: &Trial, schedule: &[Step]) -> Option<Budgets> {
        let (mut trial, mut used) = (from.clone(), Budgets::default());
        for step in schedule {
            used.count(&trial, &step.action)?;
            trial.play(step);
        }
        Some(used)
    }

    /// Counts one step of a schedule, before it is taken.
    fn count(&mut self, trial: &Trial, action: &Action) -> Option<()> {
        let field = match action {
            Action::Timeout(Target::Server(id)) => {
                let leads = trial.world.server(*id)?.node.is_leader();
                if leads { &mut self.heartbeats } else { &mut self.elections }
            }
            Action::Call { command: Command::Get { .. }, .. } => &mut self.reads,
            Action::Call { .. } => &mut self.writes,
            Action::Crash(_) => &mut self.crashes,
            Action::Duplicate(_) => &mut self.duplicates,
            Action::Snapshot(_) => &mut self.snapshots,
            Action::Deliver(_)
            | Action::Drop(_)
            | Action::Restart(_)
            | Action::Sync(_)
            | Action::SyncFirst(_) => return Some(()),
            _ => return None,
        };
        *field = field.saturating_add(1);
        Some(())
    }

    /// Encodes what is left.
    pub(super) fn canonical(&self, out: &mut Encoding) {
        let Budgets { elections, heartbeats, writes, reads, crashes, duplicates, snapshots } =
            *self;
        let all = [elections, heartbeats, writes, reads, crashes, duplicates, snapshots, 1];
        out.word(u64::from_le_bytes(all));
    }
}
