/**
 * What the timeline is painted with, as pure data: a band for each term with a leader, gaps where
 * there is none, and marks above.
 */

/** @typedef {import('../pkg/raft_wasm.js').Mark} Mark */
/** @typedef {{from: number, to: number, term: number}} Band */

/** The marks that are drawn, and the sign each has. */
const SIGNS = new Set([
  'crash', 'restart', 'pause', 'cut', 'heal', 'commit', 'caption', 'finding', 'stall',
  'difference',
]);

/** Marks of one kind nearer than this part of the strip are drawn once. */
const NEAR = 0.008;

/**
 * The terms as bands, in µs of the stage's clock: each from its leader's election until the next
 * election begins or the leader is gone.
 * @param {Mark[]} marks  In the order of time.
 * @param {number} end  How far the run is known.
 * @returns {Band[]}
 */
export function bandsOf(marks, end) {
  /** @type {Band[]} */
  const bands = [];
  let leader = 0;
  const close = (/** @type {number} */ at) => {
    const open = bands.at(-1);
    if (open && leader !== 0) open.to = at;
    leader = 0;
  };
  for (const { kind, stage, term, server } of marks) {
    if (kind === 'leader') {
      close(stage);
      bands.push({ from: stage, to: end, term });
      leader = server;
    } else if (kind === 'election') {
      close(stage);
    } else if ((kind === 'crash' || kind === 'steps-down') && server === leader) {
      close(stage);
    }
  }
  return bands.filter((band) => band.to > band.from);
}

/**
 * The marks worth drawing: of several of one kind close together only the first.
 * @param {Mark[]} marks
 * @param {number} span  The length of the strip, in µs of the stage's clock.
 * @returns {Mark[]}
 */
export function signsOf(marks, span) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return marks.filter(({ kind, stage }) => {
    if (!SIGNS.has(kind)) return false;
    const before = last.get(kind);
    if (before !== undefined && stage - before < span * NEAR) return false;
    last.set(kind, stage);
    return true;
  });
}

/**
 * How long the strip is: a run with an end has its own length, one without grows in great steps,
 * so that the strip rests while it is watched.
 * @param {{ranStage: number, endStage: number}} frame
 * @param {boolean} open  Whether the run goes on while it is watched.
 * @param {number} before  How long it was; 0 when it shows another run.
 */
export function stripLength({ ranStage, endStage }, open, before) {
  if (Number.isFinite(endStage)) return Math.max(endStage, ranStage, 1);
  if (!open) return Math.max(ranStage, 1);
  let length = before > 1 ? before : 60e6;
  while (length < ranStage) length *= 2;
  return length;
}
