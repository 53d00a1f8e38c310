//! A counterexample as a story: a caption after each step that decided something, and what broke
//! at the end.
//!
//! A caption stands right before the next step, when all that followed from the last one has
//! happened: none runs ahead of its fact. Captions change nothing of a run.

use super::tidy::tidied;
use super::words::{self, Sentence};
use crate::check::{Finding, Judges, Property};
use crate::raft::{NodeId, Rule};
use crate::sim::script::{Action, Caption, Line, Place, Script, When};
use crate::sim::{Happening, Record, World};
use crate::time::Instant;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Sentences of one caption: nobody reads more at once.
const SENTENCES_MAX: usize = 3;

/// A script with captions that tell how it breaks a property. One that does not, or whose lines
/// are not all at a time, stays as it is.
pub fn story(script: &Script, property: Property) -> Script {
    let script = with_the_clients_it_needs(script);
    let Some((told, finding)) = play(&script, property) else { return script };
    let mut lines = Vec::with_capacity(script.lines.len() * 2 + 2);
    lines.push(line(Instant::ZERO, opening(&script, &finding), Vec::new()));
    for (number, step) in script.lines.iter().enumerate() {
        let When::At(at) = step.when else { return script };
        if let Some(caption) = number.checked_sub(1).and_then(|before| told.get(before)) {
            lines.extend(caption_of(at, caption));
        }
        lines.push(step.clone());
    }
    let end = script.end.unwrap_or(finding.at);
    if let Some(last) = script.lines.len().checked_sub(1).and_then(|last| told.get(last)) {
        lines.extend(caption_of(end, last));
    }
    lines.push(line(end, words::breach(&finding), places(&finding.servers)));
    let title = format!("Without {}", rules_of(&script));
    tidied(&Script { title, lines, ..script })
}

/// What followed from each line, in words, and what it led to.
fn play(script: &Script, property: Property) -> Option<(Vec<Vec<Sentence>>, Finding)> {
    let mut world = World::new(Arc::new(script.clone()));
    let (mut judges, mut records) = (Judges::default(), Vec::new());
    let mut told: Vec<Vec<Sentence>> = Vec::new();
    told.resize_with(script.lines.len(), Vec::new);
    let mut current = None;
    loop {
        records.clear();
        let watch = &mut |world: &World, new: &[Record]| judges.observe(world, new);
        if !world.step(&mut records, watch) {
            break;
        }
        for record in &records {
            if let Happening::Performed { line } = record.what {
                current = Some(line);
            }
            let of_line = current.and_then(|line| told.get_mut(line));
            let sentence = words::sentence(&record.what, &world);
            if let (Some(of_line), Some(sentence)) = (of_line, sentence) {
                of_line.push(sentence);
            }
        }
        if judges.has_found(Some(property)) {
            break;
        }
    }
    let finding = judges.findings.into_iter().find(|finding| finding.property == property);
    Some((told, finding?))
}

fn caption_of(at: Instant, sentences: &[Sentence]) -> Option<Line> {
    let (mut text, mut point) = (String::new(), Vec::new());
    // What came last counts most.
    for sentence in &sentences[sentences.len().saturating_sub(SENTENCES_MAX)..] {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&sentence.text);
        if !point.contains(&sentence.place) {
            point.push(sentence.place);
        }
    }
    (!text.is_empty()).then(|| line(at, text, point))
}

fn line(at: Instant, text: String, point: Vec<Place>) -> Line {
    Line { when: When::At(at), what: Action::Say(Caption { text, point }) }
}

/// A server may disagree with itself, and a caption points at each once.
fn places(servers: &[NodeId]) -> Vec<Place> {
    let mut servers = servers.to_vec();
    servers.sort_unstable();
    servers.dedup();
    servers.into_iter().map(Place::Server).collect()
}

fn opening(script: &Script, finding: &Finding) -> String {
    let (steps, property) = (script.lines.len(), words::property(finding.property));
    let plural = if steps == 1 { "step breaks" } else { "steps break" };
    format!("Without {}: {steps} {plural} {property}.", rules_of(script))
}

/// The rules that are waived, in words.
fn rules_of(script: &Script) -> String {
    let mut text = String::new();
    for rule in Rule::ALL.into_iter().filter(|&rule| script.rules.waives(rule)) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&rule.name().replace('-', " "));
    }
    if text.is_empty() { "any rule waived".into() } else { text }
}

/// The same without clients that do nothing.
fn with_the_clients_it_needs(script: &Script) -> Script {
    let clients = script.lines.iter().map(|line| match &line.what {
        Action::Call { client, .. } => *client,
        _ => 0,
    });
    let mut script = Script { clients: script.clients, ..script.clone() };
    script.clients.count = clients.max().unwrap_or(0);
    script
}
