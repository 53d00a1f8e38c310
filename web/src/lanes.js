/**
 * Where the calls of clients stand in time: a lane for each client, a bar for each call.
 *
 * The order of all calls and returns is exact; their distances are not. Short ones keep room for
 * their words and for a finger, long ones are drawn shorter. It is the order that says whether a
 * history is possible.
 */
import { textWidth } from './geometry.js';

/** @typedef {import('../pkg/raft_wasm.js').Call} Call */
/** @typedef {{id: number, calls: Call[]}} Client */

/**
 * @typedef {object} Bar
 * @property {Call} call
 * @property {number} lane  From 0.
 * @property {number} from  In px.
 * @property {number} to
 * @property {string} words  Above it.
 * @property {boolean} later  Whether it is called after the playhead.
 */

/**
 * @typedef {object} Lanes
 * @property {number} width
 * @property {number} height
 * @property {number} now  Where the playhead is.
 * @property {Bar[]} bars  In the order of their calls.
 * @property {{x: number, time: number}[]} ticks  Moments that are named below.
 */

export const LANE = 46;
export const AXIS = 20;
export const WORDS = 11.5;
const EDGE = 14;
/** Between two moments, in px. */
const NEAREST = 9;
const FARTHEST = 40;
/** The narrowest bar. */
const BAR = 26;
const GAP = 10;
/** Room for a time. */
const TICK = 64;

/**
 * @param {Client[]} clients
 * @param {number} now  Simulated µs.
 * @param {(call: Call) => string} words
 * @returns {Lanes}
 */
export function lanesOf(clients, now, words) {
  const bars = clients.flatMap(({ calls }, lane) => calls.map((call) => ({
    call, lane, from: 0, to: 0, words: words(call), later: call.calledAt > now,
  }))).sort((a, b) => a.call.calledAt - b.call.calledAt || a.lane - b.lane);
  const moments = momentsOf(bars, now);
  const free = clients.map(() => 0);
  let x = EDGE;
  for (const [i, moment] of moments.entries()) {
    if (i > 0) x += distance(moment.time - moments[i - 1].time);
    for (const bar of moment.returns) x = Math.max(x, bar.from + BAR);
    for (const bar of moment.calls) x = Math.max(x, free[bar.lane]);
    moment.x = x;
    for (const bar of moment.returns) bar.to = x;
    for (const bar of moment.calls) {
      bar.from = x;
      // The words of a call end before the next call of its client begins.
      free[bar.lane] = x + Math.max(BAR, textWidth(bar.words, WORDS)) + GAP;
    }
  }
  const ticks = ticksOf(moments);
  const end = Math.max(x + EDGE, (ticks.at(-1)?.x ?? 0) + TICK, ...free);
  for (const bar of bars) if (bar.call.returnedAt === null) bar.to = end;
  const at = moments.find(({ time }) => time === now)?.x ?? EDGE;
  return {
    width: end, height: clients.length * LANE + AXIS, now: at, bars, ticks,
  };
}

/**
 * @typedef {{time: number, x: number, calls: Bar[], returns: Bar[]}} Moment
 */

/**
 * Every moment at which something begins or ends, and the playhead, in order.
 * @param {Bar[]} bars
 * @param {number} now
 * @returns {Moment[]}
 */
function momentsOf(bars, now) {
  /** @type {Map<number, Moment>} */
  const moments = new Map();
  const at = (/** @type {number} */ time) => {
    const known = moments.get(time) ?? { time, x: 0, calls: [], returns: [] };
    moments.set(time, known);
    return known;
  };
  at(now);
  for (const bar of bars) {
    at(bar.call.calledAt).calls.push(bar);
    if (bar.call.returnedAt !== null) at(bar.call.returnedAt).returns.push(bar);
  }
  return [...moments.values()].sort((a, b) => a.time - b.time);
}

/**
 * Ten times as long is so much further, up to a bound.
 * @param {number} time  In µs.
 */
function distance(time) {
  return Math.min(FARTHEST, NEAREST + 12 * Math.log10(1 + time / 1000));
}

/** @param {Moment[]} moments */
function ticksOf(moments) {
  let last = -TICK;
  return moments.filter(({ x, calls }) => {
    if (calls.length === 0 || x - last < TICK) return false;
    last = x;
    return true;
  }).map(({ x, time }) => ({ x, time }));
}
