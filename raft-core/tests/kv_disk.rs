//! The disk of the example `kv`: what is written is read back, what a crash leaves is cut, and
//! damage is refused, at whatever byte it is.

#[allow(dead_code)]
#[path = "../examples/kv/crash.rs"]
mod crash;
#[allow(dead_code)]
#[path = "../examples/kv/encoding.rs"]
mod encoding;
#[allow(dead_code)]
#[path = "../examples/kv/storage/mod.rs"]
mod storage;

use raft_core::raft::{
    Entry, HardState, LogWrite, NodeId, Payload, Position, Saved, Snapshot, SnapshotWrite, Term,
    Token, Write,
};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use storage::directory::{Directory, Identity};
use storage::scan::{FRAMES, SECTOR, frame, mark, scan};
use storage::{Found, Storage, Task};
use tempfile::TempDir;

const SALT: u64 = 0x5eed;

/// A file of frames, of which all bytes before `synced` are marked as synced, and where each frame
/// begins.
fn file(payloads: &[&[u8]], synced: usize) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = storage::scan::beginning(SALT, 0);
    let mut starts = Vec::new();
    for (sequence, payload) in (1..).zip(payloads) {
        starts.push(bytes.len());
        bytes.extend(frame(SALT, sequence, payload));
    }
    starts.push(bytes.len());
    bytes[SECTOR..FRAMES].copy_from_slice(&mark(SALT, starts[synced] as u64));
    (bytes, starts)
}

fn payloads(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    Some(scan(bytes).ok()?.payloads.into_iter().map(|(_, payload)| payload).collect())
}

const PAYLOADS: [&[u8]; 4] = [b"one", &[7; 1_500], &[0; 40], b"the last one"];

#[test]
fn a_damaged_byte_is_refused_wherever_it_is() {
    for synced in [0, 2, 4] {
        let (whole, _) = file(&PAYLOADS, synced);
        assert_eq!(payloads(&whole).as_deref(), Some(&PAYLOADS[..]));
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            assert_eq!(payloads(&bytes), None, "byte {at} with {synced} frames marked");
        }
    }
}

#[test]
fn an_end_that_is_missing_is_cut_if_it_was_not_synced_and_refused_if_it_was() {
    for synced in 0..=PAYLOADS.len() {
        let (whole, starts) = file(&PAYLOADS, synced);
        for length in 0..whole.len() {
            let found = payloads(&whole[..length]);
            let complete = starts.partition_point(|&start| start <= length).saturating_sub(1);
            let expected = (length >= starts[synced]).then(|| PAYLOADS[..complete].to_vec());
            assert_eq!(found, expected, "{length} bytes with {synced} frames marked");
        }
    }
}

/// After a power cut the file may be as long as it was to be, with blocks that were not written.
#[test]
fn blocks_that_were_not_written_are_an_unfinished_write_only_at_the_end() {
    let (whole, starts) = file(&[b"one", &[7; 1_500], &[9; 1_500]], 1);
    let zeroed = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0);
        bytes
    };
    let last = starts[2];
    let sector = last.next_multiple_of(SECTOR);
    for (from, to) in [(last, whole.len()), (sector, sector + SECTOR), (sector, whole.len())] {
        assert_eq!(payloads(&zeroed(from, to)).map(|found| found.len()), Some(2), "{from} to {to}");
    }
    // A later frame was begun, so this one had been synced.
    let before = starts[1].next_multiple_of(SECTOR);
    assert_eq!(payloads(&zeroed(before, before + SECTOR)), None);
    // The mark says that it was synced.
    let (mut marked, _) = file(&[b"one", &[7; 1_500], &[9; 1_500]], 3);
    marked[sector..sector + SECTOR].fill(0);
    assert_eq!(payloads(&marked), None);
}

#[test]
fn a_damaged_length_is_not_mistaken_for_an_end_that_is_missing() {
    let (mut bytes, starts) = file(&PAYLOADS, 0);
    bytes[starts[1] + 2] = 0xff;
    let damage = scan(&bytes).unwrap_err();
    assert_eq!(damage.offset, starts[1] as u64);
    let later = format!("a later frame begins at offset {}", starts[2]);
    assert!(damage.what.contains(&later), "{}", damage.what);
}

fn entries(terms: &[Term]) -> Vec<Entry> {
    let command = |term: &Term| Payload::Command(format!("of term {term}").into_bytes().into());
    terms.iter().map(|term| Entry { term: *term, payload: command(term) }).collect()
}

fn write(token: u64, term: Option<Term>, log: Option<(u64, &[Term])>) -> Write {
    let voted_for = Some(NodeId(2));
    Write {
        token: Token(token),
        hard_state: term.map(|current_term| HardState { current_term, voted_for, birth: 0 }),
        snapshot: None,
        log: log.map(|(from, terms)| LogWrite { from, entries: entries(terms) }),
    }
}

fn snapshot(token: u64, last: Position, replaces_log: bool) -> Write {
    let data: Arc<[u8]> = b"the state".as_slice().into();
    let snapshot = Arc::new(Snapshot { last, membership: Arc::default(), data });
    let snapshot = Some(SnapshotWrite { snapshot, replaces_log });
    Write { snapshot, ..write(token, None, None) }
}

fn found(path: &Path) -> Found {
    Storage::open(path).unwrap_or_else(|error| panic!("{error:#}")).1
}

/// A new directory in which these tasks are done, all at once; the tokens reported.
fn server(tasks: Vec<Task>) -> (TempDir, Vec<Token>) {
    let directory = TempDir::new().unwrap();
    let founders = vec![NodeId(1), NodeId(2), NodeId(3)];
    Directory::make(directory.path(), &Identity { id: NodeId(1), birth: 0, founders }).unwrap();
    let reported = work(directory.path(), tasks);
    (directory, reported)
}

fn work(path: &Path, tasks: Vec<Task>) -> Vec<Token> {
    let (storage, _) = Storage::open(path).unwrap();
    let (sender, queue) = channel();
    tasks.into_iter().for_each(|task| sender.send(task).unwrap());
    drop(sender);
    let mut reported = Vec::new();
    storage.run(&queue, |token| reported.push(token)).unwrap();
    reported
}

fn terms(saved: &Saved) -> Vec<Term> {
    saved.log.iter().map(|entry| entry.term).collect()
}

#[test]
fn what_was_written_is_what_a_restart_finds() {
    let (directory, reported) = server(vec![
        Task::Persist(write(1, Some(1), Some((1, &[1, 1, 1])))),
        Task::Persist(write(2, Some(2), Some((3, &[2])))),
    ]);
    assert_eq!(reported, [Token(2)], "one sync for both");
    let Found { saved, identity, is_new, cut, frames } = found(directory.path());
    assert_eq!((identity.id, is_new, cut, frames), (NodeId(1), false, 0, 1));
    assert_eq!((saved.hard_state.current_term, terms(&saved)), (2, vec![1, 1, 2]));

    // A snapshot of our own, and the log before it goes, but for one entry.
    let at = |index, term| Position { index, term };
    work(
        directory.path(),
        vec![
            Task::Persist(snapshot(3, at(2, 1), false)),
            Task::Compact { through: 1 },
            Task::Persist(write(4, None, Some((4, &[2])))),
        ],
    );
    let saved = found(directory.path()).saved;
    assert_eq!((saved.log.base(), terms(&saved)), (at(1, 1), vec![1, 2, 2]));
    assert_eq!(saved.snapshot.as_ref().map(|snapshot| snapshot.last), Some(at(2, 1)));

    // The leader's takes the place of the whole log, and of the older file.
    work(directory.path(), vec![Task::Persist(snapshot(5, at(9, 2), true))]);
    let saved = found(directory.path()).saved;
    assert_eq!((saved.log.base(), terms(&saved)), (at(9, 2), vec![]));
    assert_eq!(saved.snapshot.map(|snapshot| snapshot.data.to_vec()), Some(b"the state".to_vec()));
    assert!(!directory.path().join("snapshot-2-1").exists());
}

#[test]
fn a_write_that_cannot_be_is_refused_before_it_is_written() {
    let (directory, _) = server(vec![Task::Persist(write(1, Some(2), Some((1, &[2]))))]);
    let before = fs::read(directory.path().join("log")).unwrap();
    for impossible in [
        write(2, Some(1), None),
        write(2, None, Some((3, &[2]))),
        write(2, None, Some((2, &[1]))),
        write(2, None, Some((2, &[3]))),
        snapshot(2, Position { index: 4, term: 2 }, false),
    ] {
        let (storage, _) = Storage::open(directory.path()).unwrap();
        let (sender, queue) = channel();
        sender.send(Task::Persist(impossible)).unwrap();
        drop(sender);
        assert!(storage.run(&queue, |_| panic!("nothing is written")).is_err());
        assert_eq!(fs::read(directory.path().join("log")).unwrap(), before);
    }
}

#[test]
fn a_snapshot_that_is_damaged_or_missing_is_refused() {
    let (directory, _) = server(vec![
        Task::Persist(write(1, Some(1), Some((1, &[1, 1])))),
        Task::Persist(snapshot(2, Position { index: 2, term: 1 }, false)),
    ]);
    let path = directory.path().join("snapshot-2-1");
    let mut bytes = fs::read(&path).unwrap();
    bytes[3] ^= 1;
    fs::write(&path, bytes).unwrap();
    let refusal = |path| Storage::open(path).map(|_| ()).unwrap_err().to_string();
    assert!(refusal(directory.path()).contains("does not match its checksum"));
    fs::remove_file(&path).unwrap();
    assert!(refusal(directory.path()).contains("names a snapshot that is missing"));
}

#[test]
fn a_directory_is_made_once_and_used_by_one_process() {
    let nothing = TempDir::new().unwrap();
    let refusal = |path| Storage::open(path).map(|_| ()).unwrap_err().to_string();
    assert!(refusal(nothing.path()).contains("There is no server in"));
    let (directory, _) = server(vec![]);
    assert!(found(directory.path()).is_new);
    let identity = Identity { id: NodeId(1), birth: 0, founders: vec![NodeId(1)] };
    let refused = Directory::make(directory.path(), &identity).unwrap_err().to_string();
    assert!(refused.contains("is not empty"), "{refused}");
    let held = Storage::open(directory.path()).unwrap();
    assert!(refusal(directory.path()).contains("another process"));
    drop(held);
    fs::remove_file(directory.path().join("log")).unwrap();
    assert!(refusal(directory.path()).contains("reading"));
}
