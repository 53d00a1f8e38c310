/**
 * Reads the picture that the engine hands over as one array of numbers.
 *
 * Reading happens once per event, drawing many times per second: so everything is named here, and
 * nothing else in the page knows at which place of the array a number stands.
 */

/** @typedef {'follower' | 'candidate' | 'leader' | 'pre-candidate'} Role */
/** @typedef {'up' | 'crashed' | 'paused'} State */
/** @typedef {'none' | 'voter' | 'learner'} Part */
/** @typedef {'probe' | 'replicate' | 'snapshot'} Mode */

/**
 * How safe something is: lost in a crash, lost though its disk says it is durable, on the disk but
 * gone bad, or on the disk.
 * @typedef {'volatile' | 'cached' | 'damaged' | 'durable'} Safety
 */

/**
 * @typedef {object} Cell  One entry of a log.
 * @property {number} index
 * @property {number} term
 * @property {number} text  Which interned text; -1 for an entry without a command.
 * @property {boolean} committed  As far as this server knows.
 * @property {boolean} synced  Whether its disk says that it holds it.
 * @property {Safety} safety  How safe it really is.
 * @property {boolean} empty  A leader's first entry, which carries no command.
 * @property {boolean} membership  It changes who belongs to the cluster.
 */

/**
 * @typedef {object} Peer  What a leader knows of another server.
 * @property {number} id
 * @property {number} next  The next index to send.
 * @property {number} match  Its log is known to agree up to here.
 * @property {Mode} mode
 * @property {boolean} waits  For an answer.
 * @property {number} requests  With entries, that are not answered.
 * @property {number} bytes  Of commands in them.
 * @property {number} snapshot  The last index of the snapshot on its way; 0 for none.
 * @property {number} sent  Bytes of it that are there.
 * @property {number} whole  Bytes of it in all.
 * @property {number} heardAt  Simulated µs.
 */

/**
 * @typedef {object} Server
 * @property {number} id
 * @property {State} state
 * @property {Role} role
 * @property {number} term
 * @property {number} votedFor  0 for nobody.
 * @property {number} leader  0 when it knows none.
 * @property {number} commit
 * @property {number} lastIndex
 * @property {number} applied
 * @property {number} timerFrom  Simulated µs.
 * @property {number} timerUntil  Simulated µs; Infinity without a timer.
 * @property {number} value  Which interned text; -1 for none.
 * @property {number} granted  A bit for each server of the frame.
 * @property {number} refused  A bit for each server of the frame.
 * @property {number} coming  Granted votes that are still in flight, a bit for each server.
 * @property {number} durable
 * @property {boolean} writing
 * @property {Cell[]} cells  The end of its log.
 * @property {number} folded  Entries before them: in the snapshot, or not shown.
 * @property {number} voters
 * @property {{index: number, term: number}} base  What its log begins after; index 0 for all of it.
 * @property {{index: number, term: number}} snapshot  The last entry of its snapshot; index 0
 *   without one.
 * @property {Part} part  Its part in the membership it goes by.
 * @property {boolean} joint  Whether that is a joint one.
 * @property {number} membershipIndex  Where it stands in the log; 0 for the founders'.
 * @property {number} membershipText  Which interned text.
 * @property {number} birth  Which life of its name this is; 0 for a founder.
 * @property {number} leaseUntil  Simulated µs; Infinity without a lease.
 * @property {number} promisedUntil  Simulated µs: until then it protects its leader.
 * @property {number} transferTo  0 unless it hands over leadership.
 * @property {{index: number, bytes: number}} incoming  A snapshot that arrives; index 0 for none.
 * @property {number} reads  That wait.
 * @property {Safety} vote  How safe its term and its vote are.
 * @property {boolean} lies  Whether its disk says that writes are durable before they are.
 * @property {boolean} cached  Whether a crash would lose what its disk says is durable.
 * @property {number} ahead  By how much its clock is ahead, in µs; negative when behind.
 * @property {Peer[]} peers  Empty unless it leads.
 */

/**
 * @typedef {object} Client
 * @property {number} id
 * @property {boolean} waiting
 * @property {number} operation  Which interned text; -1 for none.
 * @property {number} answer  Which interned text; -1 for none.
 * @property {'none' | 'ok' | 'unknown' | 'swapped' | 'kept'} outcome
 * @property {number} asked  The server; 0 for none.
 */

/**
 * @typedef {'vote' | 'vote-reply' | 'append' | 'append-reply' | 'request' | 'answer' | 'pre-vote'
 *   | 'pre-vote-reply' | 'snapshot' | 'snapshot-reply' | 'timeout-now' | 'read' | 'read-reply'} Kind
 */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {number} from  A server, or below zero a client.
 * @property {number} to
 * @property {Kind} kind
 * @property {number} term
 * @property {number} p0  How far it was at `t0`, 0 to 1.
 * @property {number} t0  Simulated µs.
 * @property {number} p1
 * @property {number} t1
 * @property {boolean} reply
 * @property {boolean} granted
 * @property {boolean} lost
 * @property {boolean} held
 * @property {boolean} dead
 * @property {boolean} carries
 * @property {number} entries
 * @property {number} text  Which interned text; -1 for none.
 * @property {number} diedAt  Stage µs.
 * @property {{index: number, offset: number, bytes: number}} piece  Of a snapshot; index 0 for none.
 */

/**
 * @typedef {object} Frame
 * @property {number} now  Simulated µs.
 * @property {number} stage  µs of the stage's clock.
 * @property {number} prevAt
 * @property {number} prevStage
 * @property {number} nextAt  Infinity when nothing will happen by itself.
 * @property {number} nextStage
 * @property {number} ranAt
 * @property {number} ranStage
 * @property {number} endAt
 * @property {number} endStage
 * @property {number} omitted  Messages in flight that are not in the frame.
 * @property {number} caption  From 1; 0 before the first.
 * @property {number} captions
 * @property {number} findings
 * @property {number} nextCaption  Its stage time where that is known, else Infinity.
 * @property {number} scale  Simulated µs per second of the stage.
 * @property {number} revision  Changes when anything but the time has changed.
 * @property {boolean} branch
 * @property {number} highestTerm
 * @property {Server[]} servers
 * @property {Client[]} clients
 * @property {Message[]} messages
 * @property {{from: number, to: number}[]} cuts
 */

const HEADER = 32;
const SERVER = 40;
const CLIENT = 8;
const MESSAGE = 16;
const CUT = 2;
const CELL = 5;
const PEER = 12;
/** The whole way of a message. */
const WHOLE = 1_000_000;

/** @type {State[]} */
const STATES = ['up', 'crashed', 'paused'];
/** @type {Role[]} */
const ROLES = ['follower', 'candidate', 'leader', 'pre-candidate'];
/** @type {Part[]} */
const PARTS = ['none', 'voter', 'learner'];
/** @type {Mode[]} */
const MODES = ['probe', 'replicate', 'snapshot'];
/** @type {Client['outcome'][]} */
const OUTCOMES = ['none', 'ok', 'unknown', 'swapped', 'kept'];
/** @type {Kind[]} */
const KINDS = ['vote', 'vote-reply', 'append', 'append-reply', 'request', 'answer', 'pre-vote',
  'pre-vote-reply', 'snapshot', 'snapshot-reply', 'timeout-now', 'read', 'read-reply'];

/**
 * Reads a whole frame.
 * @param {ArrayLike<number>} n
 * @returns {Frame}
 */
export function readFrame(n) {
  const clientsAt = HEADER + n[10] * SERVER;
  const messagesAt = clientsAt + n[11] * CLIENT;
  const cutsAt = messagesAt + n[12] * MESSAGE;
  const cellsAt = cutsAt + n[14] * CUT;
  const peersAt = cellsAt + n[15] * CELL;
  return {
    now: n[0],
    stage: n[1],
    prevAt: n[2],
    prevStage: n[3],
    nextAt: n[4],
    nextStage: n[5],
    ranAt: n[6],
    ranStage: n[7],
    endAt: n[8],
    endStage: n[9],
    omitted: n[13],
    caption: n[16],
    captions: n[17],
    findings: n[18],
    nextCaption: n[19],
    scale: n[20],
    revision: n[21],
    branch: n[22] === 1,
    highestTerm: n[23],
    servers: many(n[10], (i) => readServer(n, HEADER + i * SERVER, cellsAt, peersAt)),
    clients: many(n[11], (i) => readClient(n, clientsAt + i * CLIENT)),
    messages: many(n[12], (i) => readMessage(n, messagesAt + i * MESSAGE)),
    cuts: many(n[14], (i) => ({ from: n[cutsAt + i * CUT], to: n[cutsAt + i * CUT + 1] })),
  };
}

/**
 * The simulated moment that belongs to a moment of the stage's clock between two events.
 * @param {Frame} frame
 * @param {number} stage
 * @returns {number}
 */
export function simulatedAt(frame, stage) {
  const span = frame.nextStage - frame.prevStage;
  if (Number.isFinite(span) && span > 0) {
    const part = Math.min(1, Math.max(0, (stage - frame.prevStage) / span));
    return frame.prevAt + part * (frame.nextAt - frame.prevAt);
  }
  // After the last event time goes on at the scale that is shown.
  return frame.now + ((stage - frame.stage) / 1e6) * frame.scale;
}

/**
 * @template T
 * @param {number} count
 * @param {(i: number) => T} read
 * @returns {T[]}
 */
function many(count, read) {
  return Array.from({ length: count }, (_, i) => read(i));
}

/**
 * @param {ArrayLike<number>} n
 * @param {number} at
 * @param {number} cellsAt
 * @param {number} peersAt
 * @returns {Server}
 */
function readServer(n, at, cellsAt, peersAt) {
  const first = cellsAt + n[at + 17] * CELL;
  const firstPeer = peersAt + n[at + 36] * PEER;
  return {
    id: n[at],
    state: STATES[n[at + 1]],
    role: ROLES[n[at + 2]],
    term: n[at + 3],
    votedFor: n[at + 4],
    leader: n[at + 5],
    commit: n[at + 6],
    lastIndex: n[at + 7],
    applied: n[at + 8],
    timerFrom: n[at + 9],
    timerUntil: n[at + 10],
    value: n[at + 11],
    granted: n[at + 12],
    refused: n[at + 13],
    coming: n[at + 14],
    durable: n[at + 15],
    writing: n[at + 16] === 1,
    cells: many(n[at + 18], (i) => readCell(n, first + i * CELL)),
    folded: n[at + 19],
    voters: n[at + 20],
    base: { index: n[at + 21], term: n[at + 22] },
    snapshot: { index: n[at + 23], term: n[at + 24] },
    part: PARTS[n[at + 25]],
    joint: n[at + 26] === 1,
    membershipIndex: n[at + 27],
    membershipText: n[at + 28],
    birth: n[at + 29],
    leaseUntil: n[at + 30],
    promisedUntil: n[at + 31],
    transferTo: n[at + 32],
    incoming: { index: n[at + 33], bytes: n[at + 34] },
    reads: n[at + 35],
    vote: safetyOf((n[at + 38] & 1) !== 0, (n[at + 38] & 2) !== 0, (n[at + 38] & 4) !== 0),
    lies: (n[at + 38] & 8) !== 0,
    cached: (n[at + 38] & 16) !== 0,
    ahead: n[at + 39],
    peers: many(n[at + 37], (i) => readPeer(n, firstPeer + i * PEER)),
  };
}

/**
 * @param {boolean} volatile
 * @param {boolean} cached
 * @param {boolean} damaged
 * @returns {Safety}
 */
function safetyOf(volatile, cached, damaged) {
  return volatile ? 'volatile' : cached ? 'cached' : damaged ? 'damaged' : 'durable';
}

/**
 * @param {ArrayLike<number>} n
 * @param {number} at
 * @returns {Cell}
 */
function readCell(n, at) {
  return {
    index: n[at],
    term: n[at + 1],
    text: n[at + 2],
    committed: (n[at + 3] & 1) !== 0,
    synced: (n[at + 3] & 2) !== 0,
    safety: safetyOf((n[at + 3] & 2) === 0, (n[at + 3] & 4) !== 0, (n[at + 3] & 8) !== 0),
    empty: n[at + 4] === 1,
    membership: n[at + 4] === 2,
  };
}

/**
 * @param {ArrayLike<number>} n
 * @param {number} at
 * @returns {Peer}
 */
function readPeer(n, at) {
  return {
    id: n[at],
    next: n[at + 1],
    match: n[at + 2],
    mode: MODES[n[at + 3]],
    waits: n[at + 4] === 1,
    requests: n[at + 5],
    bytes: n[at + 6],
    snapshot: n[at + 7],
    sent: n[at + 8],
    whole: n[at + 9],
    heardAt: n[at + 10],
  };
}

/**
 * @param {ArrayLike<number>} n
 * @param {number} at
 * @returns {Client}
 */
function readClient(n, at) {
  return {
    id: n[at],
    waiting: n[at + 1] === 1,
    operation: n[at + 2],
    answer: n[at + 3],
    outcome: OUTCOMES[n[at + 4]],
    asked: n[at + 5],
  };
}

/**
 * @param {ArrayLike<number>} n
 * @param {number} at
 * @returns {Message}
 */
function readMessage(n, at) {
  const flags = n[at + 9];
  return {
    id: n[at],
    from: n[at + 1],
    to: n[at + 2],
    kind: KINDS[n[at + 3]],
    term: n[at + 4],
    p0: n[at + 5] / WHOLE,
    t0: n[at + 6],
    p1: n[at + 7] / WHOLE,
    t1: n[at + 8],
    reply: (flags & 1) !== 0,
    granted: (flags & 2) !== 0,
    lost: (flags & 4) !== 0,
    held: (flags & 8) !== 0,
    dead: (flags & 16) !== 0,
    carries: (flags & 32) !== 0,
    entries: n[at + 10],
    text: n[at + 11],
    diedAt: n[at + 12],
    piece: { index: n[at + 13], offset: n[at + 14], bytes: n[at + 15] },
  };
}
