//! Changing where a script's settings start from, and nothing else of its text.

use crate::sim::settings::{NetworkPreset, Preset};
use alloc::format;
use alloc::string::String;
use core::fmt::Write;

/// A script's text with another preset and network, its comments and everything else kept. For
/// none the `network` line goes.
pub fn with_preset(text: &str, preset: Preset, network: Option<NetworkPreset>) -> String {
    let mut lines = format!("preset {}\n", preset.name());
    if let Some(network) = network {
        lines.push_str(&format!("network {}\n", network.name()));
    }
    let first_word = |line: &str| line.split_ascii_whitespace().next().map(String::from);
    let is_old = |line: &str| matches!(first_word(line).as_deref(), Some("preset" | "network"));
    // Where the first of them stood, or else behind the line with the version.
    let place = text.lines().position(is_old);
    let version = text.lines().position(|line| first_word(line).as_deref() == Some("raft"));
    let place = place.or(version.map(|line| line + 1)).unwrap_or(0);
    let mut rewritten = String::new();
    for (number, line) in text.lines().enumerate() {
        if number == place {
            rewritten.push_str(&lines);
        }
        if !is_old(line) {
            // Writing to a string never fails.
            let _ = writeln!(rewritten, "{line}");
        }
    }
    if text.lines().count() <= place {
        rewritten.push_str(&lines);
    }
    rewritten
}
