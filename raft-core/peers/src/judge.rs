//! The properties of Figure 3, held against everything that was ever seen.

use crate::server::{Content, Record, Server};
use std::collections::BTreeMap;

/// What was seen of a cluster so far.
#[derive(Default)]
pub struct Judge {
    leaders: BTreeMap<u64, u64>,
    /// Of each entry, by index and term: the term of the one before it, and what it carries.
    entries: BTreeMap<(u64, u64), (u64, Content)>,
    committed: Vec<Committed>,
    terms: BTreeMap<u64, u64>,
}

struct Committed {
    record: Record,
    /// The term of the leader that committed it.
    by: u64,
}

impl Judge {
    /// Looks at a server after something happened to it.
    pub fn observe<S: Server>(&mut self, id: u64, server: &S) {
        let (term, base, log) = (server.term(), server.base(), server.log());
        let known = self.terms.insert(id, term).unwrap_or(0);
        assert!(term >= known, "terms never go back: S{id} was in {known} and is in {term}");
        self.log_matching(id, base, &log);
        self.state_machine_safety(id, server, base.0, &log);
        if server.is_leader() {
            let leader = *self.leaders.entry(term).or_insert(id);
            assert_eq!(leader, id, "election safety in term {term}");
            self.leader_completeness(id, term, base.0, &log);
        }
    }

    /// A server lost its memory, and with it terms that it had not written yet.
    pub fn forget(&mut self, id: u64) {
        self.terms.remove(&id);
    }

    /// All that is committed, from index 1.
    pub fn committed(&self) -> Vec<Record> {
        self.committed.iter().map(|committed| committed.record.clone()).collect()
    }

    /// How many leaders there were.
    pub fn leaders(&self) -> usize {
        self.leaders.len()
    }

    /// By induction: an entry determines the one before it, and so all before it.
    fn log_matching(&mut self, id: u64, base: (u64, u64), log: &[Record]) {
        let mut before = base.1;
        for (index, record) in (base.0 + 1..).zip(log) {
            let here = (before, record.content.clone());
            let seen = self.entries.entry((index, record.term)).or_insert(here.clone());
            assert_eq!(*seen, here, "log matching of S{id} at {index}");
            assert!(before <= record.term, "the terms in the log of S{id} at {index}");
            before = record.term;
        }
    }

    /// What is committed, and what is applied, is the same on every server for ever.
    fn state_machine_safety<S: Server>(&mut self, id: u64, server: &S, base: u64, log: &[Record]) {
        for index in base.min(self.committed.len() as u64) + 1..=server.commit_index() {
            // What was committed and cut from the log at once was applied between.
            let record = match index.checked_sub(base + 1) {
                Some(place) => &log[place as usize],
                None => &server.applied()[index as usize - 1],
            };
            match self.committed.get(index as usize - 1) {
                Some(seen) => assert_eq!(seen.record, *record, "committed by S{id} at {index}"),
                None => {
                    assert_eq!(self.committed.len() as u64 + 1, index, "S{id} leaves none out");
                    let by = server.term();
                    self.committed.push(Committed { record: record.clone(), by });
                }
            }
        }
        assert!(server.applied().len() <= self.committed.len(), "S{id} applies what is committed");
        for (index, (seen, record)) in (1..).zip(self.committed.iter().zip(server.applied())) {
            assert_eq!(seen.record, *record, "applied by S{id} at {index}");
        }
    }

    /// What a leader committed, every leader of a later term holds.
    fn leader_completeness(&self, id: u64, term: u64, base: u64, log: &[Record]) {
        for (index, committed) in (1..).zip(&self.committed) {
            if index > base && committed.by < term {
                let held = log.get((index - base) as usize - 1);
                assert_eq!(held, Some(&committed.record), "leader S{id} of {term} at {index}");
            }
        }
    }
}
