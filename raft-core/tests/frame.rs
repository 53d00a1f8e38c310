//! The picture's numbers stand where the table at the top of `timeline/frame.rs` says.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::raft::{Mode, NodeId};
use raft_core::time::Instant;
use raft_core::timeline::frame::NEVER;
use raft_core::timeline::{Frame, Texts, Timeline};

const HEADER: usize = 32;
const WIDTHS: [(usize, usize); 6] = [(10, 40), (11, 8), (12, 16), (14, 2), (15, 5), (24, 12)];
const SERVER: usize = 40;
const CELL: usize = 5;
const PEER: usize = 12;

/// A picture, with the beginnings of its parts.
struct Picture {
    numbers: Vec<i64>,
    texts: Texts,
    parts: Vec<usize>,
}

impl Picture {
    fn of(run: &Timeline) -> Picture {
        let (mut frame, mut texts) = (Frame::default(), Texts::default());
        run.picture(&mut frame, &mut texts);
        let numbers = frame.numbers;
        let mut parts = vec![HEADER];
        for (count, width) in WIDTHS {
            parts.push(parts[parts.len() - 1] + numbers[count] as usize * width);
        }
        assert_eq!(parts.pop(), Some(numbers.len()), "the counts add up");
        Picture { numbers, texts, parts }
    }

    fn server(&self, id: u32) -> &[i64] {
        &self.numbers[HEADER + (id as usize - 1) * SERVER..][..SERVER]
    }

    /// The rows of a part that belong to a server, which says where they begin and how many.
    fn rows(&self, part: usize, width: usize, first: i64, count: i64) -> Vec<&[i64]> {
        let rows = self.numbers[self.parts[part]..].chunks(width);
        rows.skip(first as usize).take(count as usize).collect()
    }

    fn cells(&self, id: u32) -> Vec<&[i64]> {
        let server = self.server(id);
        self.rows(4, CELL, server[17], server[18])
    }

    fn peers(&self, id: u32) -> Vec<&[i64]> {
        let server = self.server(id);
        self.rows(5, PEER, server[36], server[37])
    }
}

const RUN: &str = "raft 1
servers 3 learners 1 spares 1
seed 4
preset production
set reads lease
set snapshot 8
set keep 2
clients 2 rate 20/s keys 2
when leader elected: isolate S2
at 2s change add S5
run 60s";

#[test]
fn what_the_extensions_add_stands_where_the_table_says() {
    let mut run = Timeline::new(script(RUN));
    let mut seen = [0; 6];
    for at in (200..5_000).step_by(40) {
        run.seek(Instant(at * 1_000), u32::MAX);
        let picture = Picture::of(&run);
        for server in &run.world().servers {
            let (node, id) = (&server.node, server.node.id().0);
            let row = picture.server(id);
            let base = node.log().base();
            assert_eq!(
                [row[0], row[21], row[22]],
                [id.into(), base.index as i64, base.term as i64]
            );
            let snapshot = node.snapshot().map_or(0, |snapshot| snapshot.last.index as i64);
            assert_eq!([row[23], row[29]], [snapshot, node.birth() as i64]);
            let part = match node.membership() {
                members if members.is_voter(NodeId(id)) => 1,
                members if members.is_learner(NodeId(id)) => 2,
                _ => 0,
            };
            assert_eq!((row[25], row[26]), (part, 0), "S{id} at {at} ms");
            let text = picture.texts.text(row[28] as usize).unwrap();
            assert!(node.membership().voters.is_empty() || text.starts_with("123"), "{text}");
            let lease = node.lease_until().map_or(NEVER, |until| until.0 as i64);
            assert_eq!((row[30], row[31]), (lease, node.promised_until().0 as i64));
            // The cells are the end of the log, up to what a snapshot stands for.
            let (last, cells) = (node.log().last_index() as i64, picture.cells(id));
            let shown = (last - base.index as i64).min(12);
            assert_eq!((cells.len() as i64, row[19]), (shown, last - shown), "S{id} at {at} ms");
            assert!(cells.iter().zip(row[19] + 1..).all(|(cell, index)| cell[0] == index));
            let kinds = |kind| cells.iter().filter(|cell| cell[4] == kind).count();
            let peers = picture.peers(id);
            let known = node.leadership().map_or(&[][..], |leadership| &leadership.peers);
            assert_eq!(peers.len(), known.len());
            for (row, peer) in peers.iter().zip(known) {
                let (next, matched) = (peer.next_index as i64, peer.match_index as i64);
                assert_eq!(row[..3], [peer.id.0.into(), next, matched]);
                let mode = match peer.mode {
                    Mode::Probe { .. } => 0,
                    Mode::Replicate => 1,
                    Mode::Snapshot(_) => 2,
                };
                assert_eq!((row[3], row[5]), (mode, peer.inflight.len() as i64));
            }
            seen[0] += base.index;
            seen[1] += u64::from(lease != NEVER);
            seen[2] += kinds(1) as u64;
            seen[3] += kinds(2) as u64;
            seen[4] += u64::from(part == 2);
            seen[5] += peers.len() as u64;
        }
    }
    assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
}
