//! The sentences of a counterexample's captions.

use crate::check::{Finding, Property};
use crate::raft::{Decision, NodeId};
use crate::sim::script::Place;
use crate::sim::{Answer, Happening, World};
use alloc::format;
use alloc::string::String;

/// A sentence, and whom it is about.
pub(super) struct Sentence {
    pub text: String,
    pub place: Place,
}

/// What somebody who watches has to know of; nothing of what only leads there.
pub(super) fn sentence(what: &Happening, world: &World) -> Option<Sentence> {
    let (place, text) = match what {
        Happening::Decided(server, decision) => {
            (Place::Server(*server), decided(*server, decision, world)?)
        }
        Happening::Crashed { server, lost: 0 } => {
            (Place::Server(*server), format!("{server} crashes."))
        }
        Happening::Crashed { server, lost } => {
            let entries = if *lost == 1 { "entry" } else { "entries" };
            let text = format!("{server} crashes, and loses {lost} {entries} not yet on disk.");
            (Place::Server(*server), text)
        }
        Happening::Restarted(server) => (Place::Server(*server), format!("{server} starts again.")),
        Happening::Wiped(server) => (Place::Server(*server), format!("{server} loses its disk.")),
        Happening::Called { client, command, .. } => {
            (Place::Client(*client), format!("C{client} asks: {command}."))
        }
        Happening::Returned { client, answer: Answer::Done(Some(value)), .. } => {
            (Place::Client(*client), format!("C{client} is told: done, {value}."))
        }
        Happening::Returned { client, answer: Answer::Done(None), .. } => {
            (Place::Client(*client), format!("C{client} is told: done, and no value."))
        }
        _ => return None,
    };
    Some(Sentence { text, place })
}

fn decided(server: NodeId, decision: &Decision, world: &World) -> Option<String> {
    let leads = || world.server(server).is_some_and(|server| server.node.is_leader());
    Some(match decision {
        Decision::AsksAhead { term, .. } => {
            format!("{server} asks who would vote for it in term {term}.")
        }
        Decision::Campaigns { term, .. } => format!("{server} stands for election in term {term}."),
        Decision::GrantsVote { to, term } if *to != server => {
            format!("{server} votes for {to} in term {term}.")
        }
        Decision::RefusesVote { to, term, .. } => {
            format!("{server} refuses {to} its vote in term {term}.")
        }
        Decision::Leads { term, votes, voters } => {
            format!("{server} leads term {term}, with {votes} votes of {voters}.")
        }
        Decision::StepsDown { term } => format!("{server} leads no longer, in term {term}."),
        Decision::Truncates { from, to } if from == to => {
            format!("{server} drops its entry {from}.")
        }
        Decision::Truncates { from, to } => format!("{server} drops its entries {from} to {to}."),
        Decision::AcceptsEntries { leader, first, match_index } if *first > 0 => {
            format!("{server} takes {leader}'s entries up to {match_index}.")
        }
        Decision::Commits { to, .. } if leads() => format!("{server} commits entry {to}."),
        Decision::TakesSnapshot { last } => {
            format!("{server} takes a snapshot up to entry {}.", last.index)
        }
        Decision::InstallsSnapshot { leader, last, .. } => {
            format!("{server} takes over {leader}'s snapshot up to entry {}.", last.index)
        }
        Decision::ChangesMembership { index } => {
            format!("{server} goes by the membership of entry {index}.")
        }
        Decision::TellsToStand { to, .. } => format!("{server} tells {to} to take over."),
        Decision::ConfirmsRead { .. } => format!("{server} is sure enough to answer a read."),
        Decision::ReadsAtOnce { lease_until: Some(_), .. } => {
            format!("{server} answers a read from its lease.")
        }
        Decision::ReadsAtOnce { lease_until: None, .. } => {
            format!("{server} answers a read, and asks nobody.")
        }
        _ => return None,
    })
}

/// What broke, and who shows it.
pub(super) fn breach(finding: &Finding) -> String {
    let Finding { property, servers, term, index, .. } = finding;
    let first = servers.first().copied().unwrap_or(NodeId(0));
    let other = servers.get(1).filter(|other| **other != first);
    let than = other.map(|other| format!(" than {other}")).unwrap_or_default();
    let fact = match (property, other) {
        (Property::ElectionSafety, Some(other)) => {
            format!("{first} leads term {term}, and so did {other}")
        }
        (Property::ElectionSafety, None) => format!("{first} is the second leader of term {term}"),
        (Property::LeaderAppendOnly, _) => format!("{first} leads, and dropped its entry {index}"),
        (Property::LogMatching, _) => {
            format!("{first} has another entry {index} of term {term}{than}, or another before it")
        }
        (Property::LeaderCompleteness, _) => {
            format!("{first} leads term {term} without entry {index}, which was committed")
        }
        (Property::StateMachineSafety, _) => {
            format!("{first} holds another entry {index} for committed{than}")
        }
        (Property::MonotonicTerm, _) => format!("the term of {first} went back to {term}"),
        (Property::MonotonicCommit, _) => {
            format!("the commit index of {first} went back to {index}")
        }
        (Property::AcknowledgedWrites, _) => {
            format!("{first} tells a client that it is done, and entry {index} is not its command")
        }
        (Property::LinearizableReads, _) => {
            format!("{first} answers a read without entry {index}, of which a client had heard")
        }
        (Property::Linearizability, _) => {
            "what clients were told fits no order of their calls".into()
        }
        (Property::ExactlyOnce, Some(other)) => {
            format!("entry {index} takes effect on one of {first} and {other} only")
        }
        (Property::ExactlyOnce, None) => {
            format!("{first} carries out a command again, at entry {index}")
        }
        (Property::OneChangeAtATime, _) => {
            format!("{first} changes the membership at entry {index} too early")
        }
        (Property::MonotonicMatch, _) => {
            let peer = other.map(|other| format!(" of {other}")).unwrap_or_default();
            format!("what {first} knows{peer} is back at entry {index}, or ahead of its log")
        }
        (Property::VoteOnce, _) => {
            format!("{first} votes a second time in term {term}")
        }
        (Property::DurableWrites, _) => {
            format!("entry {index} of {first} is committed, and on too few disks")
        }
        (Property::LeaseExclusivity, _) => {
            format!("{first} leads term {term} while another has a lease")
        }
    };
    let mut sentence = format!("{fact}: this breaks {}.", self::property(*property));
    // A sentence that begins with a word and not with a name.
    if let Some(letter) = sentence.get_mut(..1) {
        letter.make_ascii_uppercase();
    }
    sentence
}

/// The property's name in a sentence, as in Figure 3.
pub(super) fn property(property: Property) -> &'static str {
    match property {
        Property::ElectionSafety => "Election Safety",
        Property::LeaderAppendOnly => "Leader Append-Only",
        Property::LogMatching => "Log Matching",
        Property::LeaderCompleteness => "Leader Completeness",
        Property::StateMachineSafety => "State Machine Safety",
        Property::MonotonicTerm => "that terms never go back",
        Property::MonotonicCommit => "that commits never go back",
        Property::AcknowledgedWrites => "that a client is told what is true",
        Property::LinearizableReads => "that a read sees all that clients had been told",
        Property::Linearizability => "that clients see one store",
        Property::ExactlyOnce => "that a command takes effect once",
        Property::OneChangeAtATime => "that majorities always meet",
        Property::MonotonicMatch => "that a leader forgets nothing it knows of a peer",
        Property::VoteOnce => "that a server votes once in a term",
        Property::DurableWrites => "that what is committed is on a majority of disks",
        Property::LeaseExclusivity => "that nobody else leads while a lease lasts",
    }
}
