import { between, direction, rimToRim, short } from '../geometry.js';
import { leaderOf } from './membership.js';
import { seatOf } from './seats.js';
import { keyed, shape } from './shape.js';

/** @typedef {import('./shape.js').Keyed} Keyed */

/**
 * Hairlines between all servers. A cut one is broken: a gap with a cross, and for a cut in one
 * direction an arrow that runs against a bar. Clients have no lines: what they send is seen.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @returns {Keyed[]}
 */
export function links(frame, { layout, selected }) {
  /** @type {Keyed[]} */
  const shapes = [];
  // A large cluster's links are a net: it stays in the background.
  const crowd = frame.servers.length > 9 ? ' faint' : '';
  for (const { a, b, key, cut } of pairs(frame)) {
    const from = layout.servers[a];
    const to = layout.servers[b];
    const [start, end] = rimToRim(from, to);
    const chosen = selected === key ? ' selected' : '';
    if (cut === 'none') {
      shapes.push(keyed('links', key, 'path', {
        class: `link${crowd}${chosen}`, d: line(start, end),
      }));
      continue;
    }
    const [left, right] = [between(start, end, 0.44), between(start, end, 0.56)];
    shapes.push(keyed('links', key, 'g', { class: `link cut ${cut}${chosen}` }, [
      shape('path', { d: `${line(start, left)} ${line(right, end)}` }),
      sign(between(start, end, 0.5), direction(start, end), cut),
    ]));
  }
  return [...shapes, ...transfer(frame, layout)];
}

/**
 * An arrow from a leader to whom it hands over leadership.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../layout.js').Layout} layout
 */
function transfer(frame, layout) {
  const leader = leaderOf(frame);
  const from = leader && seatOf(layout, frame, leader.id);
  const to = leader && seatOf(layout, frame, leader.transferTo);
  if (!from || !to) return [];
  const [start, end] = rimToRim(from, { x: to.x, y: to.y, rim: to.rim + 3 });
  const u = direction(start, end);
  const head = (/** @type {number} */ side) => `L${short(end.x - 11 * u.x - side * 6 * u.y)},`
    + `${short(end.y - 11 * u.y + side * 6 * u.x)}`;
  return [keyed('links', 'transfer', 'g', { class: 'transfer' }, [
    shape('path', { class: 'way', d: line(start, between(end, start, 0.04)) }),
    shape('path', { class: 'head', d: `M${short(end.x)},${short(end.y)}${head(1)}${head(-1)}z` }),
  ])];
}

/**
 * All links between servers, with how each is cut.
 * @param {import('../frame.js').Frame} frame
 * @returns {{a: number, b: number, key: string, from: number, to: number,
 *   cut: 'none' | 'both' | 'forth' | 'back'}[]}
 */
export function pairs(frame) {
  const cuts = new Set(frame.cuts.map(({ from, to }) => `${from}>${to}`));
  const found = [];
  for (const [a, { id: from }] of frame.servers.entries()) {
    for (let b = a + 1; b < frame.servers.length; b += 1) {
      const to = frame.servers[b].id;
      const forth = cuts.has(`${from}>${to}`);
      const back = cuts.has(`${to}>${from}`);
      const cut = forth && back ? /** @type {const} */ ('both')
        : forth ? /** @type {const} */ ('forth')
        : back ? /** @type {const} */ ('back') : /** @type {const} */ ('none');
      found.push({ a, b, key: `link-${from}-${to}`, from, to, cut });
    }
  }
  return found;
}

/**
 * The sign on a cut link.
 * @param {{x: number, y: number}} at
 * @param {{x: number, y: number}} along
 * @param {'both' | 'forth' | 'back'} cut
 */
function sign(at, along, cut) {
  if (cut === 'both') {
    return shape('path', {
      class: 'sign',
      transform: `translate(${short(at.x)} ${short(at.y)})`,
      d: 'M-5,-5L5,5M5,-5L-5,5',
    });
  }
  const turn = (Math.atan2(along.y, along.x) * 180) / Math.PI + (cut === 'back' ? 180 : 0);
  return shape('path', {
    class: 'sign',
    transform: `translate(${short(at.x)} ${short(at.y)}) rotate(${short(turn)})`,
    d: 'M-12,0L2,0M-4,-5L2,0L-4,5M7,-7L7,7',
  });
}

/**
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 */
function line(a, b) {
  return `M${short(a.x)},${short(a.y)}L${short(b.x)},${short(b.y)}`;
}
