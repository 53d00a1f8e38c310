//! Changes of the membership, as lines say them: how they are read and written.

use super::cursor::Cursor;
use super::error::{Expected, Problem, ScriptError};
use super::{Action, Target};
use crate::raft::NodeId;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

/// A change of the membership (§6, thesis §4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MembershipChange {
    /// `add S4`: becomes a voter, once it has caught up (thesis §4.2.1).
    Add(Target),
    /// `learn S4`: becomes a learner.
    Learn(Target),
    /// `promote S4`: a learner becomes a voter, once it has caught up.
    Promote(Target),
    /// `demote S3`: a voter becomes a learner.
    Demote(Target),
    /// `remove S1`: leaves.
    Remove(Target),
    /// `voters S1,S2,S4 learners S5 explicit`: these and nobody else, by way of the joint
    /// configuration (§6).
    Replace {
        /// The voters.
        voters: Vec<NodeId>,
        /// The learners.
        learners: Vec<NodeId>,
        /// `explicit`: the leader leaves the joint configuration only when a line says so.
        explicit: bool,
    },
    /// `leave`: the joint configuration ends.
    Leave,
}

/// What can follow `change`.
const CHANGES: [&str; 7] = ["add", "learn", "promote", "demote", "remove", "voters", "leave"];

impl Cursor<'_> {
    /// What follows `change`: `add S4 on S1`.
    pub fn change(&mut self) -> Result<Action, Box<ScriptError>> {
        let verb = self.word(Expected::Change)?;
        let change = match verb.text {
            "add" => MembershipChange::Add(self.target()?),
            "learn" => MembershipChange::Learn(self.target()?),
            "promote" => MembershipChange::Promote(self.target()?),
            "demote" => MembershipChange::Demote(self.target()?),
            "remove" => MembershipChange::Remove(self.target()?),
            "voters" => self.replacement()?,
            "leave" => MembershipChange::Leave,
            _ => return Err(self.unknown(verb, Expected::Change, &CHANGES)),
        };
        Ok(Action::Change { change, on: self.asked()? })
    }

    /// What follows `transfer`: `S2 on S1`.
    pub fn transfer(&mut self) -> Result<Action, Box<ScriptError>> {
        Ok(Action::Transfer { to: self.target()?, on: self.asked()? })
    }

    /// `on S1`: the server that is asked; the leader when none is named.
    fn asked(&mut self) -> Result<Target, Box<ScriptError>> {
        if self.takes("on") { self.target() } else { Ok(Target::Leader) }
    }

    fn replacement(&mut self) -> Result<MembershipChange, Box<ScriptError>> {
        let mut all = Vec::new();
        self.servers(&mut all)?;
        let voters = all.clone();
        if self.takes("learners") {
            self.servers(&mut all)?;
        }
        let learners = all[voters.len()..].to_vec();
        Ok(MembershipChange::Replace { voters, learners, explicit: self.takes("explicit") })
    }

    /// `S1,S2,S4`: each that is not in `all` already is added to it.
    pub fn servers(&mut self, all: &mut Vec<NodeId>) -> Result<(), Box<ScriptError>> {
        loop {
            let mark = self.mark();
            let server = self.server()?;
            if all.contains(&server) {
                let problem = Problem::PlaceRepeated { found: server.to_string() };
                return Err(self.error(self.since(mark), problem));
            }
            all.push(server);
            if !self.takes_symbol(',') {
                return Ok(());
            }
        }
    }
}

/// `add S4`.
impl Display for MembershipChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            MembershipChange::Add(target) => write!(f, "add {target}"),
            MembershipChange::Learn(target) => write!(f, "learn {target}"),
            MembershipChange::Promote(target) => write!(f, "promote {target}"),
            MembershipChange::Demote(target) => write!(f, "demote {target}"),
            MembershipChange::Remove(target) => write!(f, "remove {target}"),
            MembershipChange::Replace { voters, learners, explicit } => {
                f.write_str("voters ")?;
                names(f, voters)?;
                if !learners.is_empty() {
                    f.write_str(" learners ")?;
                    names(f, learners)?;
                }
                f.write_str(if *explicit { " explicit" } else { "" })
            }
            MembershipChange::Leave => f.write_str("leave"),
        }
    }
}

/// `S1,S2`.
pub(super) fn names(f: &mut Formatter<'_>, ids: &[NodeId]) -> fmt::Result {
    for (n, id) in ids.iter().enumerate() {
        write!(f, "{}{id}", if n > 0 { "," } else { "" })?;
    }
    Ok(())
}

/// ` on S1`; nothing for the leader, who is asked when nobody is named.
pub(super) fn asked(f: &mut Formatter<'_>, on: Target) -> fmt::Result {
    if on == Target::Leader { Ok(()) } else { write!(f, " on {on}") }
}
