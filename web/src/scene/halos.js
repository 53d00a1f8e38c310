import { short } from '../geometry.js';
import { keyed } from './shape.js';
import { seatOf } from './seats.js';

/** @typedef {import('./shape.js').Keyed} Keyed */

/**
 * A soft light behind what the caption speaks of, a ring around whom a finding names, and a thin
 * one around what is selected.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @returns {Keyed[]}
 */
export function halos(frame, { layout, points, accused, selected }) {
  const lit = [
    ...points.flatMap((id) => around(id, 8, `halo-${id}`, 'halo', layout, frame)),
    ...accused.flatMap((id) => around(id, 6, `accused-${id}`, 'accused', layout, frame)),
  ];
  const [kind, number] = selected.split('-');
  const id = kind === 'server' ? Number(number) : kind === 'client' ? -Number(number) : 0;
  return id === 0 ? lit : [...lit, ...around(id, 4, 'selection', 'selection', layout, frame)];
}

/**
 * The outline of a server or client, so much larger.
 * @param {number} id
 * @param {number} by
 * @param {string} key
 * @param {string} name
 * @param {import('../layout.js').Layout} layout
 * @param {import('../frame.js').Frame} frame
 * @returns {Keyed[]}
 */
function around(id, by, key, name, layout, frame) {
  const seat = seatOf(layout, frame, id);
  if (!seat) return [];
  const { x, y, rim } = seat;
  const [width, height] = 'width' in seat ? [seat.width, seat.height] : [2 * rim, 2 * rim];
  return [keyed('halos', key, 'rect', {
    class: name,
    x: short(x - width / 2 - by),
    y: short(y - height / 2 - by),
    width: short(width + 2 * by),
    height: short(height + 2 * by),
    rx: short(height / 2 + by),
  })];
}
