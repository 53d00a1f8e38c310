/** How much room things on the stage take at rest: what must not touch. */
import { overlap } from '../geometry.js';

/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {import('../layout.js').ClientSeat} ClientSeat */
/** @typedef {import('../layout.js').Label} Label */
/** @typedef {import('../layout.js').Layout} Layout */
/** @typedef {import('../layout.js').Seat} Seat */

/** @typedef {{owner: string, disc: boolean, box: Box}} Taken */

/**
 * The boxes in which a server or client paints at rest: what must not touch.
 * @param {Layout} layout
 * @returns {Taken[]}
 */
export function boxes(layout) {
  const found = [];
  for (const [i, seat] of layout.servers.entries()) {
    found.push({ owner: `S${i + 1}`, disc: true, box: discBox(seat) });
    if (!seat.label) continue;
    found.push({ owner: `S${i + 1}`, disc: false, box: labelBox(seat.label) });
  }
  for (const [i, seat] of layout.clients.entries()) {
    found.push({ owner: `C${i + 1}`, disc: false, box: clientBox(seat) });
  }
  return found;
}

/**
 * Whether two things touch. Two discs do not where only the corners of their boxes do.
 * @param {Taken} a
 * @param {Taken} b
 */
export function touch(a, b) {
  if (a.owner === b.owner || !overlap(a.box, b.box)) return false;
  if (!a.disc || !b.disc) return true;
  const width = (a.box.right - a.box.left + b.box.right - b.box.left) / 2;
  return Math.hypot(a.box.left - b.box.left, a.box.bottom - b.box.bottom) < width;
}

/**
 * Whether nothing touches anything else or the edge.
 * @param {Layout} layout
 */
export function isClear(layout) {
  const all = boxes(layout);
  for (const [i, one] of all.entries()) {
    if (one.box.left < 0 || one.box.right > layout.width) return false;
    if (one.box.top < 0 || one.box.bottom > layout.height) return false;
    for (let j = i + 1; j < all.length; j += 1) {
      if (touch(one, all[j])) return false;
    }
  }
  return true;
}

/**
 * What a seat at the origin needs around it.
 * @param {Seat} seat
 * @returns {Box}
 */
export function extent(seat) {
  const disc = discBox(seat);
  if (!seat.label) return disc;
  const label = labelBox(seat.label);
  return {
    left: Math.min(disc.left, label.left),
    top: Math.min(disc.top, label.top),
    right: Math.max(disc.right, label.right),
    bottom: Math.max(disc.bottom, label.bottom),
  };
}

/**
 * The disc with its ring, and the crown a leader has.
 * @param {Seat} seat
 * @returns {Box}
 */
export function discBox({ x, y, r, rim }) {
  return { left: x - rim, top: y - r * 1.62, right: x + rim, bottom: y + rim };
}

/**
 * @param {Label} label
 * @returns {Box}
 */
function labelBox({ x, top, width, height, anchor }) {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, top, right: left + width, bottom: top + height };
}

/**
 * The pill and the text below it.
 * @param {ClientSeat} seat
 * @returns {Box}
 */
export function clientBox({ x, y, width, height, room }) {
  const half = Math.max(width, room) / 2;
  return { left: x - half, top: y - height / 2, right: x + half, bottom: y + height / 2 + 22 };
}
