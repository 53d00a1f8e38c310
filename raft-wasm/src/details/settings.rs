//! What a run is set to, and what can be chosen.
//!
//! Lines of words with tabs between them: a page asks for it once in a while, and a type of its
//! own for each kind of line would weigh thousands of bytes for everybody.

use raft_core::sim::settings::{NetworkPreset, Preset};
use raft_core::sim::stability::{Stability, Weight};
use raft_core::timeline::Timeline;

/// The names of all presets, and in a second line those of all networks.
pub fn choices() -> String {
    let presets = Preset::ALL.map(Preset::name).join("\t");
    presets + "\n" + &NetworkPreset::ALL.map(NetworkPreset::name).join("\t")
}

/// What a run is set to at its beginning, and what does not fit:
///
/// ```text
/// run       preset, network or nothing, farthest round trip in µs, votes of a quorum in µs
/// between   latency between two zones
/// knob      name, value, who has set it
/// hint      code, source, `grave` or nothing, found in µs, bound in µs
/// ```
pub fn settings(run: &Timeline) -> String {
    let script = run.script();
    let settings = script.first_settings();
    let Stability { round_trip, votes, hints } = Stability::of(&settings, script.servers);
    let mut text = String::new();
    let mut line = |words: [&str; 6]| {
        for word in words {
            text.push_str(word);
            text.push('\t');
        }
        text.push('\n');
    };
    let network = script.network.map(NetworkPreset::name).unwrap_or_default();
    let (round_trip, votes) = (round_trip.0.to_string(), votes.1.0.to_string());
    line(["run", script.preset.name(), network, &round_trip, &votes, ""]);
    for link in &settings.between_zones {
        line(["between", &link.latency.to_string(), "", "", "", ""]);
    }
    for knob in settings.knobs() {
        let (name, whole) = (knob.name(), knob.to_string());
        let value = whole.get(name.len() + 1..).unwrap_or_default();
        line(["knob", name, value, script.origin(&knob).code(), "", ""]);
    }
    for hint in hints {
        let grave = if hint.kind.weight() < Weight::Advice { "grave" } else { "" };
        let (found, bound) = (hint.found.0.to_string(), hint.bound.0.to_string());
        line(["hint", hint.kind.code(), hint.kind.source(), grave, &found, &bound]);
    }
    text
}
