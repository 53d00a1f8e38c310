//! The one English table: for transcripts, commands and error reports.

use super::tell::{Told, Value};
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
            Some(Value::Text(why)) if name == "why" => write!(text, "{}", refusal(why, told)),
            Some(value) => write!(text, "{value}"),
            None => write!(text, "?"),
        };
        written.expect("writing to a string does not fail");
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The words for why a leader does not take something.
fn refusal(why: &str, told: &Told) -> String {
    let is_meant = |code: &str| code.strip_prefix("refusal-") == Some(why);
    let code = TABLE.iter().map(|(code, _)| *code).find(|code| is_meant(code));
    let facts = told.facts.iter().filter(|(name, _)| *name != "why").cloned().collect();
    code.map_or_else(|| why.into(), |code| sentence(&Told { code, facts }))
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
    ("restored", "{server}'s store is that of the snapshot up to {index} (§7)"),
    ("served", "{server} answers call {call} of {client}: it is entry {index}"),
    (
        "served-read",
        "{server} answers call {call} of {client}: it has applied {index} (thesis §6.4)",
    ),
    ("change-done", "{server} has completed the change of the membership with entry {index} (§6)"),
    ("change-refused", "{server} refused the change of the membership: {why}"),
    ("change-lost", "{server} cannot tell what became of the change of the membership"),
    ("change-redirected", "{server} does not change the membership: {leader} leads"),
    ("change-not-leader", "{server} does not change the membership: it does not lead"),
    ("crashed", "{server} crashes"),
    ("crashed-unsynced", "{server} crashes and loses {lost} unsynced entries"),
    ("forgot-vote", "{server} has lost its term and vote: its disk had lied about them"),
    ("forgot-entries", "{server} has lost {lost} entries that its disk had said to be safe"),
    ("forgot-all", "{server} has lost {lost} entries, term and vote: its disk had lied about them"),
    ("corrupted-vote", "term and vote go bad on the disk of {server}"),
    ("corrupted-entry", "entry {index} goes bad on the disk of {server}"),
    ("unreadable-vote", "{server} cannot start: term and vote on its disk are damaged"),
    ("unreadable-entry", "{server} cannot start: entry {index} on its disk is damaged"),
    ("cut-off-vote", "{server} drops its damaged term and vote"),
    ("cut-off-entries", "{server} cuts {lost} entries off its log, from a damaged one on"),
    ("restarted", "{server} restarts"),
    ("paused", "{server} pauses"),
    ("resumed", "{server} resumes"),
    ("wiped", "{server} loses its disk"),
    ("cut", "{from} to {to} is cut"),
    ("healed", "{from} to {to} is healed"),
    ("called", "{client} calls {command}"),
    ("retried", "{client} asks {server}"),
    ("gave-up", "{client} gives up: what became of its call is unknown"),
    ("answered", "{client} has its answer: {value}"),
    ("answered-empty", "{client} has its answer: none"),
    ("answered-swapped", "{client} has its answer: swapped, it was {found}"),
    ("answered-kept", "{client} has its answer: not swapped, it is {found}"),
    ("answered-lost", "{client} is told that its command is lost"),
    ("answered-refused", "{client} is told that its command is refused: {why}"),
    ("answered-opened", "{client} has session {session} (thesis §6.3)"),
    ("answered-expired", "{client} is told that its session is over (thesis §6.3)"),
    ("answered-not-leader", "{client} is told to ask elsewhere"),
    ("nothing-fits", "nothing fits: {line}"),
    ("performed", "» {line}"),
    ("said", "caption {number}"),
    ("expectation-held", "held: {line}"),
    ("expectation-failed", "FAILED: {line}"),
    ("expectation-judged", "judged: {line}"),
    ("ended", "end of the run"),
    ("differs-gone", "only in A: {line}"),
    ("differs-new", "only in B: {line}"),
    ("differs-instead", "{line} in B, {old} in A"),
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
    (
        "asks-ahead",
        "{server} asks whether it would win term {term}, last entry {last} (thesis §9.6)",
    ),
    ("grants-pre-vote", "{server} would vote for {to} in term {term} (thesis §9.6)"),
    (
        "refuses-pre-vote-stale",
        "{server} would refuse {to}: term {term} is no later than its own (thesis §9.6)",
    ),
    (
        "refuses-pre-vote-log-behind",
        "{server} would refuse {to}: its log ends at {theirs}, behind {ours} (§5.4.1)",
    ),
    (
        "refuses-pre-vote-leader-lives",
        "{server} would refuse {to}: it has heard from {leader}, which protects it until {until} (thesis §6.4.1)",
    ),
    (
        "refuses-pre-vote-promised",
        "{server} would refuse {to}: it may have a leader, which it protects until {until} (thesis §6.4.1)",
    ),
    (
        "refuses-pre-vote-not-admitted",
        "{server} would refuse {to}: its disk is new, and no membership lists it (Figure 2)",
    ),
    (
        "refuses-vote-leader-lives",
        "{server} leaves {to} without an answer: it has heard from {leader}, which protects it until {until} (thesis §4.2.3)",
    ),
    (
        "refuses-vote-leads",
        "{server} leaves {to} without an answer: it leads itself (thesis §4.2.3)",
    ),
    ("refuses-pre-vote-leads", "{server} would refuse {to}: it leads itself (thesis §6.4.1)"),
    (
        "refuses-vote-promised",
        "{server} leaves {to} without an answer: it may have a leader, which it protects until {until} (thesis §6.4.1)",
    ),
    (
        "refuses-vote-not-admitted",
        "{server} refuses {to}: its disk is new, and no membership lists it (Figure 2)",
    ),
    (
        "refuses-vote-learner",
        "{server} refuses {to}: it believes that it may not vote (thesis §4.2.1)",
    ),
    ("counts-pre-vote", "{server} would have {votes} of {voters} votes, now {from}'s"),
    ("counts-pre-refusal", "{server} would have {votes} of {voters} votes, {from} would refuse"),
    ("stays-follower", "{server} could not win, so stays in term {term} (thesis §9.6)"),
    (
        "loses-quorum",
        "{server} leads term {term} no longer: it has not heard from a quorum (thesis §6.2)",
    ),
    (
        "leaves-cluster",
        "{server} leads term {term} no longer: its removal is committed (thesis §4.2.2)",
    ),
    (
        "sends-snapshot",
        "{server} sends {peer} its snapshot up to {last}: the entries before are compacted (§7)",
    ),
    ("takes-snapshot", "{server} takes a snapshot up to {last} (§7)"),
    (
        "installs-snapshot",
        "{server} installs the snapshot of {leader} up to {last}; its log ended at {from} (§7)",
    ),
    (
        "ignores-snapshot",
        "{server} needs no snapshot of {leader} up to {last}: its log says the same, committed to {commit} (§7)",
    ),
    ("compacts", "{server} compacts its log up to {through} (§7)"),
    (
        "misses-entries",
        "{server} finds that {peer} lacks entries: it acknowledged {matched}, and has at most {last} (Figure 2)",
    ),
    ("changes-membership", "{server} goes by the membership at {index} (§6)"),
    ("refuses-change", "{server} takes no change of the membership: {why} (thesis §4.1)"),
    ("refuses-proposal", "{server} takes no proposal: {why}"),
    ("refusal-busy", "too much waits already"),
    ("refusal-transferring", "it is handing over leadership"),
    ("refusal-change-pending", "the change before is not committed"),
    ("refusal-nothing-committed", "nothing of its own term is committed"),
    ("refusal-not-caught-up", "{peer} did not catch up, and stays a learner"),
    ("refusal-already-member", "{peer} is a member already"),
    ("refusal-not-member", "{peer} is no such member"),
    ("refusal-no-voter-left", "no voter would be left"),
    ("refusal-joint", "the joint configuration has to be left first"),
    ("refusal-not-joint", "there is no joint configuration to leave"),
    ("refusal-same", "nothing would change"),
    (
        "ends-catch-up-round",
        "{server} has brought {peer} up to date in round {round}, in {took} (thesis §4.2.1)",
    ),
    ("begins-transfer", "{server} hands over to {to}, until {until} (thesis §3.10)"),
    (
        "tells-to-stand",
        "{server} tells {to} to stand for election, both logs end at {last} (thesis §3.10)",
    ),
    ("transfer-timed-out", "{server} leads on: {to} did not take over in time (thesis §3.10)"),
    ("transfer-cancelled", "{server} leads on: handing over to {to} was called off (thesis §3.10)"),
    (
        "ignores-timeout-now",
        "{server} does not stand for {from}: its log ends at {ours}, not at {last} (thesis §3.10)",
    ),
    (
        "begins-read",
        "{server} confirms by round {round} that it leads, to serve a read at {index} (thesis §6.4)",
    ),
    (
        "begins-read-early",
        "{server} lets a read wait for an entry of its own term, and confirms by round {round} that it leads (thesis §6.4)",
    ),
    (
        "confirms-read",
        "{server} was leader in round {round}: a read may be served once {index} is applied (thesis §6.4)",
    ),
    (
        "reads-under-lease",
        "{server} serves a read at {index} under its lease until {until} (thesis §6.4.1)",
    ),
    ("reads-at-once", "{server} serves a read at {index} without asking anybody (thesis §6.4)"),
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
        "uncommitted-too-few-old",
        "entry {index} is known to be durable on {holders} of {voters} old voters, {needed} are needed (§6)",
    ),
    (
        "uncommitted-too-few-new",
        "entry {index} is known to be durable on {holders} of {voters} new voters, {needed} are needed (§6)",
    ),
    (
        "uncommitted-older-term",
        "entry {index} is on a majority, but of term {entry}: it commits with the first entry of term {term} (§5.4.2)",
    ),
    (
        "no-leader-waits",
        "{server} has heard from no leader, and will stand for election at {until} (§5.2)",
    ),
    (
        "no-leader-no-voter",
        "{server} knows no leader and does not stand: it has no vote in its membership (thesis §4.2.2)",
    ),
    (
        "no-leader-not-admitted",
        "{server} knows no leader and does not stand: its disk is new, and no membership lists it (Figure 2)",
    ),
    (
        "no-leader-writes",
        "{server} stands in term {term}: its requests wait for its own vote to be on disk (Figure 2)",
    ),
    (
        "no-leader-asks-ahead",
        "{server} would have {votes} of {voters} votes of term {term}, and {refused} against it (thesis §9.6)",
    ),
    (
        "no-leader-campaigns",
        "{server} has {votes} of {voters} votes of term {term}, and {refused} against it (§5.2)",
    ),
    ("no-leader-stopped", "{server} is out of service: a write failed"),
    (
        "change-waits-catch-up",
        "the change waits for {peer}: it has {matched} of {target} entries in round {round} (thesis §4.2.1)",
    ),
    ("change-waits-transfer", "the change waits: {server} hands over leadership (thesis §3.10)"),
    (
        "change-waits-commit",
        "the change waits until the membership at {index} is committed (thesis §4.1)",
    ),
    (
        "change-waits-own-term",
        "the change waits until {server} has committed an entry of its term (thesis §4.1)",
    ),
    ("change-waits-leave", "the joint configuration stays until it is told to leave (§6)"),
    (
        "read-waits-apply",
        "a read waits on {server} until {index} is applied, now {applied} is (§8)",
    ),
    (
        "read-waits-own-term",
        "a read waits until {server} has committed an entry of its term (thesis §6.4)",
    ),
    (
        "read-waits-round",
        "a read waits for answers to round {round}: {answered} of {voters} are there (thesis §6.4)",
    ),
    ("read-waits-leader", "a read waits on {server} for the answer of {leader} (thesis §6.4)"),
    (
        "stands-no-quorum",
        "since {since} no quorum can talk: {able} of {voters} voters run and hear each other",
    ),
    ("stands-no-leader", "a quorum can talk since {since}, and no leader lasts"),
    (
        "stands-too-slow",
        "a quorum can talk since {since}, and no leader lasts: messages and disks are too slow for the election timeout (§5.6)",
    ),
    (
        "stands-alike",
        "a quorum can talk since {since}, and no leader lasts: election timeouts differ by less than a message takes (§5.2)",
    ),
    (
        "stands-disturbed",
        "a quorum can talk since {since}, and no leader lasts: a server that hears too few stands for election again and again (thesis §9.6)",
    ),
    (
        "stands-no-commit",
        "{leader} leads and a quorum hears it, but nothing is committed since {since}",
    ),
    (
        "stands-too-slow-to-commit",
        "{leader} leads and a quorum hears it, but nothing is committed since {since}: messages and disks are slow",
    ),
    ("read-waits-nobody", "a read waits on {server}: it knows no leader (thesis §6.4)"),
    ("told-never", "{client}'s {command} returned {value}, to which nothing leads (§8)"),
    (
        "told-too-early",
        "{client}'s {command} returned {value} before {other}'s {later} was called (§8)",
    ),
    (
        "told-too-late",
        "{client}'s {command} returned {value} after {other}'s {earlier} had completed (§8)",
    ),
    ("told-no-order", "no order of these {count} operations explains what clients saw (§8)"),
];
