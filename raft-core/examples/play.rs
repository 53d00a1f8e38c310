//! Plays a script natively: prints the transcript and the verdicts.
//!
//! ```text
//! cargo run --example play --features sim -- story.raft      a file, or - for standard input
//! cargo run --example play --features sim -- 'v1t~…'         a link, or its fragment
//!     --for 10s      how long a run without an end is played (10s)
//!     --quiet        verdicts only, and no hints about timers that do not fit the network
//!     --beside b.raft                 compares with another script or link: the first difference
//!     --change 'set prevote off'      compares with the same script with one line changed
//!     --without commit-own-term       compares with the same script without a rule
//! ```
//!
//! Exits with 0 when every expectation held and no property broke, with 1 when one did, with 2
//! when the script or the link is wrong. Of two runs that are compared: with 0 when there is no
//! difference, with 1 when there is one. A property that the script expects to break may break.

#[path = "play/beside.rs"]
mod beside;

use raft_core::check::Standing;
use raft_core::sim::script::{Action, Fact, Property, Script, limits, parse};
use raft_core::sim::stability::{Stability, Weight};
use raft_core::time::{Duration, Instant};
use raft_core::timeline::compare::changed;
use raft_core::timeline::link::{self, Codec, ENGINE, Link};
use raft_core::timeline::standing::tell_standing;
use raft_core::timeline::{
    Reached, Timeline, checksum, english, hints, tell_violation, transcript,
};
use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match Options::read().and_then(|options| play(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
struct Options {
    source: String,
    length: Duration,
    quiet: bool,
    other: Option<Other>,
}

/// What is played beside the source.
enum Other {
    /// Another script or link.
    Source(String),
    /// The same script with a line changed.
    Change(String),
}

impl Options {
    fn read() -> Result<Options, String> {
        let mut options = Options {
            source: String::new(),
            length: Duration::from_millis(10_000),
            quiet: false,
            other: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quiet" => options.quiet = true,
                "--beside" => options.other = words.next().map(Other::Source),
                "--change" => options.other = words.next().map(Other::Change),
                "--without" => {
                    let rule = words.next().unwrap_or_default();
                    options.other = Some(Other::Change(format!("without {rule}")));
                }
                "--for" => {
                    let length = words.next().unwrap_or_default();
                    // The script language knows how to read a time.
                    let script = parse(&format!("raft 1\nrun {length}"))
                        .map_err(|_| format!("--for {length:?}: write a time such as 10s"))?;
                    options.length = script.end.unwrap_or(Instant::ZERO).since(Instant::ZERO);
                }
                _ => options.source = word,
            }
        }
        match options.source.is_empty() {
            true => Err("name a script, a link, or - for standard input".into()),
            false => Ok(options),
        }
    }
}

/// What is played: a script's text and, from a link, its moment.
fn load(source: &str) -> Result<(String, Option<Link>), String> {
    if source != "-" && std::path::Path::new(source).exists() {
        let bytes = std::fs::read(source).map_err(|error| format!("{source}: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{source}: not UTF-8 text"))?;
        return Ok((text, None));
    }
    if source == "-" {
        let mut text = String::new();
        let limit = limits::TEXT as u64 + 1;
        let read = std::io::stdin().take(limit).read_to_string(&mut text);
        read.map_err(|error| format!("standard input: {error}"))?;
        return Ok((text, None));
    }
    let fragment = source.rsplit('#').next().unwrap_or(source);
    let (codec, body) =
        link::open(fragment).map_err(|error| format!("{source:.60}: no such file, and {error}"))?;
    let payload = match codec {
        Codec::Text => body,
        Codec::Deflated => inflate(&body)?,
    };
    let link = Link::read(&payload).map_err(|error| error.to_string())?;
    Ok((link.script.clone(), Some(link)))
}

/// Undoes base64url and deflate, within the bounds of a script.
fn inflate(body: &str) -> Result<String, String> {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let wrong = |_| "this link's content is damaged; copy it again, whole".to_string();
    let bytes = engine.decode(body).map_err(|error| wrong(error.to_string()))?;
    let text = miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes, limits::TEXT + 256)
        .map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(text).map_err(|error| wrong(error.to_string()))
}

fn play(options: &Options) -> Result<bool, String> {
    let (text, link) = load(&options.source)?;
    let script = read(&text)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut say = |line: &str| writeln!(out, "{line}").map_err(|error| error.to_string());
    if let Some(other) = &options.other {
        let other = match other {
            Other::Source(source) => load(source)?.0,
            Other::Change(line) => changed(&text, line),
        };
        let end = Instant::ZERO + options.length;
        return beside::compare(script, read(&other)?, end, &mut say);
    }
    let mut timeline = Timeline::new(script.clone());
    let end = Instant::ZERO + options.length;
    if !options.quiet {
        let stability = Stability::of(&script.first_settings(), script.servers);
        for hint in stability.hints.iter().filter(|hint| hint.kind.weight() < Weight::Advice) {
            say(&format!("hint: {}", hints::sentence(hint)))?;
        }
    }
    while timeline.world().next_at().is_some_and(|at| script.end.is_some() || at <= end) {
        let Some(records) = timeline.step() else { break };
        if !options.quiet {
            for record in records {
                say(&transcript::line(record, &script))?;
            }
        }
    }
    let mut good = true;
    for verdict in timeline.verdicts() {
        let word = if verdict.held { "held" } else { "FAILED" };
        say(&format!("{word}: {}", script.lines[verdict.line]))?;
        good &= verdict.held;
    }
    let expected = expected_violations(&script);
    for finding in timeline.findings() {
        let servers: Vec<String> = finding.servers.iter().map(ToString::to_string).collect();
        let is_expected = expected.iter().any(|p| p.is_none_or(|p| p == finding.property));
        say(&format!(
            "violated: {} at {}, {}, term {}, index {}{}",
            finding.property.name(),
            finding.at,
            servers.join(" and "),
            finding.term,
            finding.index,
            if is_expected { " (expected)" } else { "" },
        ))?;
        if let Some(told) = tell_violation(finding, timeline.world()) {
            say(&format!("  {}", english::sentence(&told)))?;
        }
        good &= is_expected;
    }
    for stall in timeline.stalls() {
        let why = tell_standing(Standing::Stalls(*stall)).map(|told| english::sentence(&told));
        say(&format!("stalled at {}: {}", stall.at, why.unwrap_or_default()))?;
    }
    if let Some(link) = link {
        good &= compare(&mut timeline, &link, &mut say)?;
    }
    say(&format!("{} events, checksum {:08x}", timeline.events(), checksum(timeline.world())))?;
    Ok(good)
}

/// A script's mistakes, each in a line.
fn read(text: &str) -> Result<Script, String> {
    parse(text).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

/// Which properties the script expects to break.
fn expected_violations(script: &Script) -> Vec<Option<Property>> {
    let violation = |action: &Action| match action {
        Action::Expect(Fact::Violation(property)) => Some(*property),
        _ => None,
    };
    script.lines.iter().filter_map(|line| violation(&line.what)).collect()
}

/// Whether the moment that a link names looks as it did when the link was made.
fn compare(
    timeline: &mut Timeline,
    link: &Link,
    say: &mut impl FnMut(&str) -> Result<(), String>,
) -> Result<bool, String> {
    let caption = link.caption as usize;
    while timeline.seek_moment(link.events, link.at, caption, u32::MAX) == Reached::OutOfBudget {}
    let found = checksum(timeline.world());
    say(&format!("the link's moment, {}: checksum {found:08x}", link.at))?;
    if found == link.checksum {
        return Ok(true);
    }
    let (wanted, engine) = (link.checksum, link.engine);
    say(&format!("the link says {wanted:08x}, of engine {engine}; this is engine {ENGINE}"))?;
    Ok(false)
}
