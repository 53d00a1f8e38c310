//! The one English table: for transcripts, commands and error reports.

use super::tell::Told;
use alloc::string::String;
use core::fmt::Write;

/// The sentence for a code; `{name}` stands for a fact.
pub fn template(code: &str) -> Option<&'static str> {
    TABLE.iter().find(|(known, _)| *known == code).map(|(_, text)| *text)
}

/// Puts something into English.
pub fn sentence(told: &Told) -> String {
    let mut text = String::new();
    let mut rest = template(told.code).unwrap_or(told.code);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(before);
        let fact = told.facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let written = match fact {
            Some(value) => write!(text, "{value}"),
            None => write!(text, "?"),
        };
        written.expect("writing to a string does not fail");
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Every code with its sentence.
pub const TABLE: &[(&str, &str)] = &[
    ("sent", "{from} → {to} {message}"),
    ("arrived", "{to} ← {from} {message}"),
    ("lost-chance", "{from} ⇥ {to} {message}: lost on the way"),
    ("lost-cut", "{from} ⇥ {to} {message}: lost, the link is cut"),
    ("lost-down", "{from} ⇥ {to} {message}: lost, {to} is down"),
    ("lost-crowded", "{from} ⇥ {to} {message}: lost, too many messages are in the air"),
    ("lost-dropped", "{from} ⇥ {to} {message}: dropped"),
    ("writes", "{server} writes {what} ({write})"),
    ("synced", "{server} synced ({write})"),
    ("applied", "{server} applies {index}"),
    ("crashed", "{server} crashes"),
    ("crashed-unsynced", "{server} crashes and loses {lost} unsynced entries"),
    ("restarted", "{server} restarts"),
    ("paused", "{server} pauses"),
    ("resumed", "{server} resumes"),
    ("wiped", "{server} loses its disk"),
    ("cut", "{from} to {to} is cut"),
    ("healed", "{from} to {to} is healed"),
    ("called", "{client} calls {command}"),
    ("retried", "{client} asks {server}"),
    ("answered", "{client} has its answer: {value}"),
    ("answered-empty", "{client} has its answer: none"),
    ("answered-lost", "{client} is told that its command is lost"),
    ("answered-not-leader", "{client} is told to ask elsewhere"),
    ("nothing-fits", "nothing fits: {line}"),
    ("performed", "» {line}"),
    ("said", "caption {number}"),
    ("expectation-held", "held: {line}"),
    ("expectation-failed", "FAILED: {line}"),
    ("expectation-judged", "judged: {line}"),
    ("ended", "end of the run"),
    ("campaigns", "{server} stands for election in term {term}, last entry {last} (§5.2)"),
    ("leads", "{server} leads term {term} with {votes} of {voters} votes (§5.2)"),
    ("follows", "{server} follows {leader} in term {term}"),
    ("steps-down", "{server} steps down: term {from} is over, {by} speaks of term {term} (§5.1)"),
    ("enters-term", "{server} enters term {term} after {from}, told by {by} (§5.1)"),
    ("grants-vote", "{server} votes for {to} in term {term} (§5.2)"),
    (
        "refuses-vote-stale",
        "{server} refuses {to}: the request is of term {theirs}, it is term {term} (§5.1)",
    ),
    ("refuses-vote-given", "{server} refuses {to}: its vote of term {term} is {other}'s (§5.2)"),
    (
        "refuses-vote-log-behind",
        "{server} refuses {to}: its log ends at {theirs}, behind {ours} (§5.4.1)",
    ),
    ("counts-vote", "{server} has {votes} of {voters} votes, now {from}'s"),
    ("counts-refusal", "{server} has {votes} of {voters} votes, {from} refused"),
    ("accepts-entries", "{server} accepts {first} to {last} from {leader} (§5.3)"),
    ("refuses-entries-stale", "{server} refuses entries from {leader}: it is term {ours} (§5.1)"),
    (
        "refuses-entries-missing",
        "{server} refuses entries from {leader}: they follow {prev}, its log ends at {last} (§5.3)",
    ),
    (
        "refuses-entries-conflict",
        "{server} refuses entries from {leader}: they follow {prev}, it has term {ours} there (§5.3)",
    ),
    ("truncates", "{server} drops its entries {from} to {to}: they conflict (§5.3)"),
    ("backs-up", "{server} tries {peer} again from {next} (§5.3)"),
    ("commits", "{server} commits {from} to {to}, held by {holders} (§5.3, §5.4.2)"),
    ("learns-commit", "{server} learns that {from} to {to} are committed (§5.3)"),
    (
        "holds-commit",
        "{server} does not commit {entry}: it is on a majority, but not of term {term} (§5.4.2)",
    ),
    (
        "ignores-stale",
        "{server} ignores {kind} of {from}: it is of term {theirs}, it is term {term} (§5.1)",
    ),
    ("stops", "{server} stops: a write failed"),
    ("uncommitted-not-in-log", "{server} has no entry {index}: its log ends at {last}"),
    (
        "uncommitted-leader-silent",
        "{server} has not heard from {leader} that entry {index} is committed",
    ),
    ("uncommitted-no-leader", "{server} knows no leader that could commit entry {index}"),
    (
        "uncommitted-too-few",
        "entry {index} is known to be durable on {holders} of {voters} servers, {needed} are needed (§5.3)",
    ),
    (
        "uncommitted-older-term",
        "entry {index} is on a majority, but of term {entry}: it commits with the first entry of term {term} (§5.4.2)",
    ),
];
