//! What meets and what does not.

use super::super::ground::{Ground, Topic};
use super::super::step::Step;
use super::super::trial::Trial;
use super::moves::{Move, Place};
use super::symmetry::Fingerprints;
use super::{Budgets, Reductions};
use crate::raft::{NodeId, Rule, Rules};
use crate::sim::script::parse_action;
use crate::sim::{Memory, Record};
use alloc::vec::Vec;

const BARE: Reductions =
    Reductions { symmetry: false, dead_messages: false, crashes: false, past_terms: false };

fn place(topic: Topic, steps: &[&str]) -> Place {
    place_without(topic, Rules::default(), steps)
}

fn place_without(topic: Topic, rules: Rules, steps: &[&str]) -> Place {
    let ground = Ground::new(topic, 3, rules);
    let mut trial = Trial::new(&ground);
    for text in steps {
        let action = parse_action(text, &ground.script).expect("an action");
        assert!(trial.play(&Step { pauses: 1, action }), "{text}");
    }
    Place { trial, left: Budgets { elections: 2, crashes: 1, ..Budgets::default() } }
}

fn fingerprint(place: &Place, reductions: Reductions) -> u64 {
    Fingerprints::default().of(place, None, reductions)
}

/// With and without names: whether two ways lead to the same state.
fn meet(one: &[&str], other: &[&str]) -> (bool, bool) {
    let (one, other) = (place(Topic::Plain, one), place(Topic::Plain, other));
    let same = |reductions| fingerprint(&one, reductions) == fingerprint(&other, reductions);
    (same(Reductions::default()), same(BARE))
}

#[test]
fn independent_steps_in_any_order_lead_to_one_state() {
    let to_2 = "deliver S1>S2 RequestVote";
    let to_3 = "deliver S1>S3 RequestVote";
    assert_eq!(meet(&["timeout S1", to_2, to_3], &["timeout S1", to_3, to_2]), (true, true));
    assert_eq!(meet(&["timeout S1", to_2], &["timeout S1", to_3]), (true, false));
    assert_eq!(meet(&["timeout S1"], &["timeout S3"]), (true, false));
    assert_eq!(meet(&["timeout S1", "timeout S2"], &["timeout S2", "timeout S1"]), (true, true));
    assert_eq!(meet(&["timeout S1", to_2], &["timeout S1"]), (false, false));
    assert_eq!(meet(&["timeout S1", "timeout S1"], &["timeout S1", "timeout S2"]), (false, false));
}

#[test]
fn a_run_and_its_mirror_image_meet_at_each_step() {
    let run = [
        "timeout S1",
        "deliver S1>S2 RequestVote",
        "deliver S2>S1 RequestVoteReply",
        "put x 1 via C1 to S1",
        "deliver S1>S3 AppendEntries",
        "deliver S3>S1 AppendEntriesReply",
        "deliver S1>S3 AppendEntries",
        "deliver S3>S1 AppendEntriesReply",
        "crash S2",
        "restart S2",
        "timeout S2",
        "deliver S2>S3 RequestVote",
        "deliver S3>S2 RequestVoteReply",
    ];
    // S1 is S2, S2 is S3, S3 is S1.
    let turn = |text: &str| {
        let other = text.replace("S1", "A").replace("S2", "B").replace("S3", "C");
        other.replace('A', "S2").replace('B', "S3").replace('C', "S1")
    };
    for steps in 1..=run.len() {
        // The letters of a message's kind are not servers.
        let mirror: Vec<_> = run[..steps].iter().map(|text| turned(text, &turn)).collect();
        let mirror: Vec<&str> = mirror.iter().map(|text| &text[..]).collect();
        assert_eq!(meet(&run[..steps], &mirror), (true, false), "{}", run[steps - 1]);
    }
}

/// Turns the words of a step that name servers.
fn turned(text: &str, turn: &dyn Fn(&str) -> alloc::string::String) -> alloc::string::String {
    let is_name = |word: &str| word.starts_with('S') && word.len() <= 5;
    let words = text.split(' ').map(|word| if is_name(word) { turn(word) } else { word.into() });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn how_often_something_was_written_or_sent_before_is_forgotten() {
    // A leader's second heartbeat is another message; once both are answered, nothing is left.
    let lead = ["timeout S1", "deliver S1>S2 RequestVote", "deliver S2>S1 RequestVoteReply"];
    let hear = ["deliver S1>S2 AppendEntries", "deliver S2>S1 AppendEntriesReply"];
    let drop = ["drop S1>S3 RequestVote", "drop S1>S3 AppendEntries"];
    let once = [&lead[..], &hear, &drop].concat();
    let again = ["timeout S1", "deliver S1>S2 AppendEntries", "drop S2>S1 AppendEntriesReply"];
    let twice = [&once[..], &again, &["drop S1>S3 AppendEntries"]].concat();
    assert_eq!(meet(&once, &twice), (true, true));
    // A write that was lost has used up a token.
    let disk = |steps: &[&str]| fingerprint(&place(Topic::Disk, steps), BARE);
    let synced = ["timeout S1", "sync S1", "crash S1", "restart S1"];
    let more = ["timeout S1", "sync S1", "crash S1", "restart S1", "crash S1", "restart S1"];
    let drops = ["drop S1>S2 RequestVote", "drop S1>S3 RequestVote"];
    let (synced, more) = ([&synced[..], &drops].concat(), [&more[..], &drops].concat());
    assert_eq!(disk(&synced), disk(&more));
}

#[test]
fn what_is_left_is_a_part_of_the_state() {
    let before = place(Topic::Plain, &["timeout S1"]);
    let budgets: [fn(&mut Budgets); 7] = [
        |left| left.elections += 1,
        |left| left.heartbeats += 1,
        |left| left.writes += 1,
        |left| left.reads += 1,
        |left| left.crashes += 1,
        |left| left.duplicates += 1,
        |left| left.snapshots += 1,
    ];
    let mut all: Vec<u64> = Vec::from([fingerprint(&before, BARE)]);
    for change in budgets {
        let mut after = before.clone();
        change(&mut after.left);
        all.push(fingerprint(&after, BARE));
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 8);
}

#[test]
fn a_message_of_a_term_gone_by_is_forgotten() {
    let ask = ["timeout S1", "deliver S1>S2 RequestVote"];
    let left = Budgets { elections: 3, ..Budgets::default() };
    let votes = |reductions| {
        let trial = place(Topic::Plain, &ask).trial;
        let mut place = Place { trial, left };
        place.take(Move::Timeout(NodeId(1)), reductions, &mut Memory::default());
        place.trial.world.network.flights.len()
    };
    // The vote of the first term; the request to S3 may still tell S1 of a larger one.
    assert_eq!((votes(BARE), votes(Reductions::default())), (4, 3));
}

#[test]
fn a_dead_message_changes_nothing_when_it_arrives_all_the_same() {
    // Along many random ways, with each rule waived in turn, each message that is called dead is
    // delivered all the same.
    let whole = Reductions { dead_messages: false, ..Reductions::default() };
    let mut tried = 0;
    for number in 0..540u64 {
        let waived = Rule::ALL.get(number as usize % (Rule::ALL.len() + 1));
        let rules = waived.map_or(Rules::default(), |&rule| Rules::default().without(rule));
        let topics = [Topic::Plain, Topic::PreVote, Topic::Reads, Topic::Disk, Topic::Snapshots];
        let mut place = place_without(topics[number as usize / 54 % 5], rules, &[]);
        let left = Budgets { elections: 5, heartbeats: 3, writes: 3, crashes: 2, ..place.left };
        place.left = Budgets { duplicates: 1, reads: 2, snapshots: 2, ..left };
        let mut watched: Vec<u64> = Vec::new();
        for step in 0..60u64 {
            let moves = place.moves(whole);
            let Some(last) = (moves.len() as u64).checked_sub(1) else { break };
            let chance = crate::chance::Chance::of(number, &[step]);
            let what = moves[chance.between(0, last) as usize];
            place.take(what, whole, &mut Memory::default());
            let flights = &place.trial.world.network.flights;
            watched.retain(|id| flights.iter().any(|flight| flight.id == *id));
            let mut alive = place.clone();
            alive.trial.world.forget_messages(&super::moves::is_dead);
            let stays =
                |id: u64| alive.trial.world.network.flights.iter().any(|flight| flight.id == id);
            assert!(watched.iter().all(|&id| !stays(id)), "what is dead stays dead");
            watched = flights.iter().map(|flight| flight.id).filter(|&id| !stays(id)).collect();
            for &id in &watched {
                tried += 1;
                let (mut gone, mut arrived) = (place.clone(), place.clone());
                let mut records: Vec<Record> = Vec::new();
                let at = arrived.trial.at();
                let (world, judges) = (&mut arrived.trial.world, &mut arrived.trial.judges);
                let mut watch =
                    |world: &crate::sim::World, new: &[Record]| judges.observe(world, new);
                world.play_message(at, (id, false), &mut records, &mut watch);
                while world.next_at().is_some_and(|next| next < at + gone.trial.pause) {
                    world.step(&mut records, &mut watch);
                }
                gone.trial.world.forget_messages(&|_, flight| flight.id == id);
                let down = |place: &Place| {
                    let mut servers = place.trial.world.servers.iter();
                    servers.any(|server| !server.is_up())
                };
                if !down(&gone) {
                    assert_eq!(fingerprint(&gone, BARE), fingerprint(&arrived, BARE), "{number}");
                }
            }
        }
    }
    assert!(tried > 5_000, "only {tried}");
}
