/**
 * Reads the picture that the engine hands over as one array of numbers.
 *
 * Reading happens once per event, drawing many times per second: so everything is named here, and
 * nothing else in the page knows at which place of the array a number stands.
 */

/** @typedef {'follower' | 'candidate' | 'leader'} Role */
/** @typedef {'up' | 'crashed' | 'paused'} State */

/**
 * @typedef {object} Cell  One entry of a log.
 * @property {number} index
 * @property {number} term
 * @property {number} text  Which interned text; -1 for an entry without a command.
 * @property {boolean} committed  As far as this server knows.
 * @property {boolean} synced  Whether its disk holds it.
 * @property {boolean} empty  A leader's first entry, which carries no command.
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
 * @property {number} folded  Entries before them.
 * @property {number} voters
 */

/**
 * @typedef {object} Client
 * @property {number} id
 * @property {boolean} waiting
 * @property {number} operation  Which interned text; -1 for none.
 * @property {number} answer  Which interned text; -1 for none.
 * @property {'none' | 'ok' | 'failed' | 'unknown'} outcome
 * @property {number} asked  The server; 0 for none.
 */

/** @typedef {'vote' | 'vote-reply' | 'append' | 'append-reply' | 'request' | 'answer'} Kind */

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
const SERVER = 24;
const CLIENT = 8;
const MESSAGE = 16;
const CUT = 2;
const CELL = 5;
/** The whole way of a message. */
const WHOLE = 1_000_000;

/** @type {State[]} */
const STATES = ['up', 'crashed', 'paused'];
/** @type {Role[]} */
const ROLES = ['follower', 'candidate', 'leader'];
/** @type {Client['outcome'][]} */
const OUTCOMES = ['none', 'ok', 'failed', 'unknown'];
/** @type {Kind[]} */
const KINDS = ['vote', 'vote-reply', 'append', 'append-reply', 'request', 'answer'];

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
    servers: many(n[10], (i) => readServer(n, HEADER + i * SERVER, cellsAt)),
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
 * @returns {Server}
 */
function readServer(n, at, cellsAt) {
  const first = cellsAt + n[at + 17] * CELL;
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
  };
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
    empty: n[at + 4] === 1,
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
  };
}
