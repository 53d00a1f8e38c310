//! What is known of two runs beside one another.

use super::Told;
use raft_core::raft;
use raft_core::sim::Record;
use raft_core::sim::script::Script;
use raft_core::timeline::Branches;
use raft_core::timeline::compare::{self, changes};
use raft_core::timeline::tell::tell;
use serde::Serialize;

/// Two runs.
#[derive(Serialize)]
pub struct Comparison {
    changes: Vec<Told>,
    until: f64,
    difference: Option<Difference>,
    states: Option<States>,
}

#[derive(Serialize)]
struct Difference {
    at: f64,
    stage: f64,
    servers: Vec<u32>,
    a: Option<Told>,
    b: Option<Told>,
}

#[derive(Serialize)]
struct States {
    at: f64,
    stage: f64,
    servers: Vec<Apart>,
}

/// A server that differs.
#[derive(Serialize)]
pub struct Apart {
    id: u32,
    aspects: Vec<&'static str>,
}

/// A rule that can be waived.
#[derive(Serialize)]
pub struct Rule {
    name: &'static str,
    safety: bool,
    waived: bool,
}

impl Comparison {
    pub fn of(both: &compare::Comparison, runs: &Branches) -> Comparison {
        let [a, b] = both.scripts();
        let told = |record: &Option<Record>, script: &Script| {
            record.as_ref().map(|record| Told {
                at: Some(record.at.0 as f64),
                told: tell(&record.what, script),
            })
        };
        Comparison {
            changes: changes(a, b).into_iter().map(|told| Told { at: None, told }).collect(),
            until: both.compared_until().0 as f64,
            difference: both.difference().map(|found| Difference {
                at: found.at.0 as f64,
                stage: runs.stage(found.at) as f64,
                servers: found.servers([a, b]).iter().map(|server| server.0).collect(),
                a: told(&found.what[0], a),
                b: told(&found.what[1], b),
            }),
            states: both.state_difference().map(|found| States {
                at: found.at.0 as f64,
                stage: runs.stage(found.at) as f64,
                servers: Apart::all(&found.servers),
            }),
        }
    }
}

impl Apart {
    pub fn all(found: &[compare::Apart]) -> Vec<Apart> {
        let one = |apart: &compare::Apart| Apart {
            id: apart.id.0,
            aspects: apart.aspects.iter().map(|aspect| aspect.name()).collect(),
        };
        found.iter().map(one).collect()
    }
}

impl Rule {
    pub fn all(script: Option<&Script>) -> Vec<Rule> {
        let one = |rule: raft::Rule| Rule {
            name: rule.name(),
            safety: rule.is_about_safety(),
            waived: script.is_some_and(|script| script.rules.waives(rule)),
        };
        raft::Rule::ALL.into_iter().map(one).collect()
    }
}
