/** What stands around the cells of a log strip: snapshots, and what the leader knows of it. */
import { short, textWidth } from '../geometry.js';
import { text } from '../text.js';
import { shape } from './shape.js';

/** @typedef {import('../frame.js').Server} Server */
/** @typedef {import('../frame.js').Peer} Peer */
/** @typedef {import('../layout.js').Sizes} Sizes */
/** @typedef {import('./shape.js').Shape} Shape */

/**
 * A snapshot on its way to a server, and which part of it is there.
 * @param {Server} server
 * @param {Peer | undefined} peer
 * @returns {{last: number, part: number} | null}
 */
export function arriving({ incoming }, peer) {
  const sending = peer?.mode === 'snapshot' && peer.snapshot > 0 ? peer : null;
  const last = incoming.index || sending?.snapshot || 0;
  if (last === 0) return null;
  const known = sending !== null && sending.snapshot === last && sending.whole > 0;
  const here = incoming.index > 0 ? incoming.bytes : sending?.sent ?? 0;
  return { last, part: known ? Math.min(0.999, here / sending.whole) : 0 };
}

/**
 * @param {number} last
 * @param {Sizes} sizes
 */
export function blockWidth(last, sizes) {
  return textWidth(text('server.range', { last }), sizes.cell) + 14;
}

/**
 * A snapshot in the place of the entries it has replaced: the sheets of a pile. While it arrives
 * it is an outline that fills.
 * @param {{x: number, y: number}} at
 * @param {number} last
 * @param {Sizes} sizes
 * @param {number} part  Which part of it is there; 1 for all of it.
 * @returns {Shape}
 */
export function block({ x, y }, last, sizes, part) {
  const width = blockWidth(last, sizes);
  const { cellHeight: height, cell } = sizes;
  const whole = part === 1;
  return shape('g', { class: `block ${whole ? 'whole' : 'coming'}` }, [
    shape('rect', { class: 'face', x: short(x), y, width: short(width), height, rx: 2 }),
    ...(whole ? [] : [shape('rect', {
      class: 'here', x: short(x), y, width: short(width * part), height, rx: 2,
    })]),
    shape('path', {
      class: 'pile', d: `M${short(x + 3)},${y + 0.5}V${y + height - 0.5}`
        + `M${short(x + 6)},${y + 0.5}V${y + height - 0.5}`,
    }),
    shape('text', {
      class: 'command', x: short(x + width / 2 + 3), y: short(y + height / 2 + cell * 0.36),
      'font-size': cell,
    }, text('server.range', { last })),
  ]);
}

/**
 * A line under the entries that a snapshot holds, though they are still in the log.
 * @param {Server} server
 * @param {number} from
 * @param {number} to
 * @param {number} bottom
 * @returns {Shape[]}
 */
export function coveredLine({ snapshot, base }, from, to, bottom) {
  if (snapshot.index <= base.index || to <= from) return [];
  return [shape('path', {
    class: 'covered', d: `M${short(from)},${bottom - 0.5}H${short(to - 1)}`,
  })];
}

/**
 * What the leader knows of this log, below it: a full mark after the last entry that is known to
 * agree, and a hollow one before the next to be sent where that is elsewhere.
 * @param {Peer | undefined} peer
 * @param {(index: number) => number} end  Where an entry ends.
 * @param {number} bottom
 * @returns {Shape[]}
 */
export function marks(peer, end, bottom) {
  if (!peer || peer.mode === 'snapshot') return [];
  const [match, next] = [short(end(peer.match)), short(end(peer.next - 1))];
  const mark = (/** @type {number} */ x, /** @type {string} */ name) => shape('path', {
    class: `mark ${name}`, d: `M${x},${bottom + 1.5}l3,5h-6z`,
  });
  return [mark(match, 'match'), ...(next === match ? [] : [mark(next, 'next')])];
}

/**
 * What a disk does not hold safely: a ring where it is not written yet, a diamond where the disk
 * says that it is and lies, a cross where it has gone bad. Nothing where all is well.
 * @param {import('../frame.js').Safety} safety
 * @param {number} x
 * @param {number} y
 * @returns {Shape[]}
 */
export function safetyMark(safety, x, y) {
  if (safety === 'durable') return [];
  if (safety === 'volatile') {
    return [shape('circle', { class: 'unsynced', cx: short(x), cy: short(y), r: 3 })];
  }
  const d = safety === 'cached' ? `M${short(x)},${short(y - 4.5)}l4.5,4.5l-4.5,4.5l-4.5,-4.5z`
    : `M${short(x - 3)},${short(y - 3)}l6,6m0,-6l-6,6`;
  return [shape('path', { class: `unsafe ${safety}`, d })];
}
