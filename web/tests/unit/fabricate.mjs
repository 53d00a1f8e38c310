/**
 * Frames as the engine would write them, from what a test wants to see in them.
 *
 * @typedef {Partial<import('../../src/frame.js').Server>} Server
 * @typedef {Partial<import('../../src/frame.js').Client>} Client
 * @typedef {Partial<import('../../src/frame.js').Message>} Message
 */
import { readFrame } from '../../src/frame.js';

const STATES = ['up', 'crashed', 'paused'];
const ROLES = ['follower', 'candidate', 'leader', 'pre-candidate'];
const PARTS = ['none', 'voter', 'learner'];
const MODES = ['probe', 'replicate', 'snapshot'];
const VOTE = { durable: 0, volatile: 1, cached: 2, damaged: 4 };
const OUTCOMES = ['none', 'ok', 'unknown'];
const KINDS = ['vote', 'vote-reply', 'append', 'append-reply', 'request', 'answer', 'pre-vote',
  'pre-vote-reply', 'snapshot', 'snapshot-reply', 'timeout-now', 'read', 'read-reply'];

/**
 * The numbers of a frame.
 * @param {object} world
 * @param {Server[]} [world.servers]
 * @param {Client[]} [world.clients]
 * @param {Message[]} [world.messages]
 * @param {{from: number, to: number}[]} [world.cuts]
 * @param {Record<number, number>} [world.header]  Numbers of the header by place.
 */
export function numbers({ servers = [], clients = [], messages = [], cuts = [], header = {} }) {
  const cells = servers.flatMap((server) => server.cells ?? []);
  const peers = servers.flatMap((server) => server.peers ?? []);
  const head = new Array(32).fill(0);
  Object.assign(head, { 4: Infinity, 5: Infinity, 8: Infinity, 9: Infinity, 19: Infinity });
  Object.assign(head, {
    10: servers.length, 11: clients.length, 12: messages.length, 14: cuts.length, 15: cells.length,
    24: peers.length,
  }, header);
  let first = 0;
  let firstPeer = 0;
  const serverNumbers = servers.flatMap((s, i) => {
    const row = new Array(40).fill(0);
    const count = s.cells?.length ?? 0;
    const peerCount = s.peers?.length ?? 0;
    Object.assign(row, [
      s.id ?? i + 1, STATES.indexOf(s.state ?? 'up'), ROLES.indexOf(s.role ?? 'follower'),
      s.term ?? 0, s.votedFor ?? 0, s.leader ?? 0, s.commit ?? 0, s.lastIndex ?? 0, s.applied ?? 0,
      s.timerFrom ?? 0, s.timerUntil ?? Infinity, s.value ?? -1, s.granted ?? 0, s.refused ?? 0,
      s.coming ?? 0, s.durable ?? 0, s.writing ? 1 : 0, first, count, s.folded ?? 0,
      s.voters ?? servers.length, s.base?.index ?? 0, s.base?.term ?? 0,
      s.snapshot?.index ?? 0, s.snapshot?.term ?? 0, PARTS.indexOf(s.part ?? 'voter'),
      s.joint ? 1 : 0, s.membershipIndex ?? 0, s.membershipText ?? -1, s.birth ?? 0,
      s.leaseUntil ?? Infinity, s.promisedUntil ?? 0, s.transferTo ?? 0,
      s.incoming?.index ?? 0, s.incoming?.bytes ?? 0, s.reads ?? 0, firstPeer, peerCount,
      VOTE[s.vote ?? 'durable'] + (s.lies ? 8 : 0) + (s.cached ? 16 : 0), s.ahead ?? 0,
    ]);
    first += count;
    firstPeer += peerCount;
    return row;
  });
  const clientNumbers = clients.flatMap((c, i) => [
    c.id ?? i + 1, c.waiting ? 1 : 0, c.operation ?? -1, c.answer ?? -1,
    OUTCOMES.indexOf(c.outcome ?? 'none'), c.asked ?? 0, 0, 0,
  ]);
  const messageNumbers = messages.flatMap((m, i) => [
    m.id ?? i + 1, m.from ?? 1, m.to ?? 2, KINDS.indexOf(m.kind ?? 'append'), m.term ?? 1,
    (m.p0 ?? 0) * 1e6, m.t0 ?? 0, (m.p1 ?? 1) * 1e6, m.t1 ?? 1000,
    (m.reply ? 1 : 0) + (m.granted ? 2 : 0) + (m.lost ? 4 : 0) + (m.held ? 8 : 0)
      + (m.dead ? 16 : 0) + (m.carries ? 32 : 0),
    m.entries ?? 0, m.text ?? -1, m.diedAt ?? 0,
    m.piece?.index ?? 0, m.piece?.offset ?? 0, m.piece?.bytes ?? 0,
  ]);
  return Float64Array.from([
    ...head, ...serverNumbers, ...clientNumbers, ...messageNumbers,
    ...cuts.flatMap(({ from, to }) => [from, to]),
    ...cells.flatMap((cell) => [
      cell.index, cell.term, cell.text, (cell.committed ? 1 : 0) + (cell.synced ? 2 : 0)
        + (cell.safety === 'cached' ? 4 : 0) + (cell.safety === 'damaged' ? 8 : 0),
      cell.empty ? 1 : cell.membership ? 2 : 0,
    ]),
    ...peers.flatMap((peer) => [
      peer.id, peer.next, peer.match, MODES.indexOf(peer.mode), peer.waits ? 1 : 0,
      peer.requests, peer.bytes, peer.snapshot, peer.sent, peer.whole, peer.heardAt, 0,
    ]),
  ]);
}

/**
 * A frame, read.
 * @param {Parameters<typeof numbers>[0]} world
 */
export function frame(world) {
  return readFrame(numbers(world));
}

/**
 * So many servers whose labels are as long as they get.
 * @param {number} count
 * @returns {Server[]}
 */
export function busyServers(count) {
  return Array.from({ length: count }, (_, i) => ({
    term: 12 + (i % 7),
    role: i === 0 ? /** @type {const} */ ('leader') : /** @type {const} */ ('candidate'),
    state: i % 5 === 4 ? /** @type {const} */ ('crashed') : /** @type {const} */ ('up'),
    lastIndex: 112,
    commit: 105,
    value: 0,
    timerFrom: 0,
    timerUntil: 1000,
    folded: 100,
    base: { index: i % 3 === 1 ? 90 : 0, term: 1 },
    incoming: { index: i % 3 === 2 ? 105 : 0, bytes: 5 },
    membershipIndex: 112,
    membershipText: 3,
    cells: Array.from({ length: 12 }, (_, n) => ({
      index: 101 + n, term: 1 + n, text: n === 11 ? 3 : n % 3, committed: n < 5, synced: n < 8,
      empty: n === 3, membership: n === 11,
      safety: /** @type {import('../../src/frame.js').Safety} */ (n < 8 ? 'durable' : 'volatile'),
    })),
  }));
}

/** The texts that fabricated frames name. */
export const words = (/** @type {number} */ id) => (
  ['x=10', 'name=1234567', 'y?', '12345→3456789'][id] ?? '');
