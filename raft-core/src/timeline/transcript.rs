//! A run as text: what the golden tests compare and the `play` command prints.

use super::english::sentence;
use super::tell::tell;
use crate::sim::Record;
use crate::sim::script::Script;
use alloc::format;
use alloc::string::String;

/// One line: the time in milliseconds and what happened.
pub fn line(record: &Record, script: &Script) -> String {
    let (millis, micros) = (record.at.0 / 1_000, record.at.0 % 1_000);
    let text = sentence(&tell(&record.what, script));
    format!("{millis:>6}.{micros:03}  {text}")
}
