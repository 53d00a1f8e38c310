//! What a run is set to, and what can be chosen.

use raft_core::sim::Origin;
use raft_core::sim::script::Script;
use raft_core::sim::settings::{NetworkPreset, Preset, Setting};
use raft_core::sim::stability::{Hint as CoreHint, Stability, Weight};
use raft_core::timeline::Timeline;
use serde::Serialize;
use std::string::ToString;

#[derive(Serialize)]
pub struct Choices {
    presets: Vec<&'static str>,
    networks: Vec<&'static str>,
}

/// The names of all presets and networks.
pub fn choices() -> Choices {
    Choices {
        presets: Preset::ALL.map(Preset::name).to_vec(),
        networks: NetworkPreset::ALL.map(NetworkPreset::name).to_vec(),
    }
}

#[derive(Serialize)]
pub struct Settings {
    preset: &'static str,
    network: &'static str,
    knobs: Vec<Knob>,
    #[serde(rename = "betweenZones")]
    between_zones: Vec<String>,
    #[serde(rename = "roundTrip")]
    round_trip: f64,
    votes: f64,
    hints: Vec<Hint>,
}

#[derive(Serialize)]
struct Knob {
    name: &'static str,
    value: String,
    from: &'static str,
}

#[derive(Serialize)]
struct Hint {
    code: &'static str,
    source: &'static str,
    grave: bool,
    found: f64,
    bound: f64,
}

/// What a run is set to at its beginning, and what does not fit.
pub fn settings(run: &Timeline) -> Settings {
    let script = run.script();
    let settings = script.first_settings();
    let Stability { round_trip, votes, hints } = Stability::of(&settings, script.servers);
    Settings {
        preset: script.preset.name(),
        network: script.network.map(NetworkPreset::name).unwrap_or_default(),
        knobs: settings.knobs().iter().map(|setting| knob(script, setting)).collect(),
        between_zones: settings.between_zones.iter().map(|l| l.latency.to_string()).collect(),
        round_trip: round_trip.0 as f64,
        votes: votes.1.0 as f64,
        hints: hints.iter().map(hint).collect(),
    }
}

fn knob(script: &Script, setting: &Setting) -> Knob {
    let (name, line) = (setting.name(), setting.to_string());
    let value = line.strip_prefix(name).unwrap_or(&line).trim_start().to_string();
    Knob { name, value, from: Origin::code(script.origin(setting)) }
}

fn hint(hint: &CoreHint) -> Hint {
    Hint {
        code: hint.kind.code(),
        source: hint.kind.source(),
        grave: hint.kind.weight() < Weight::Advice,
        found: hint.found.0 as f64,
        bound: hint.bound.0 as f64,
    }
}
