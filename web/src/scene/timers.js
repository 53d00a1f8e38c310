import { short } from '../geometry.js';
import { keyed } from './shape.js';

/**
 * The time each follower still waits: an arc from the top that runs out. And within a leader's
 * ring, a thin one: how long its lease still holds.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @param {number} now  Simulated µs.
 * @returns {import('./shape.js').Keyed[]}
 */
export function timers(frame, { layout }, now) {
  const shapes = [];
  for (const [i, server] of frame.servers.entries()) {
    const seat = layout.servers[i];
    if (!seat) continue;
    const part = timerPart(server, now);
    const width = Math.max(2, seat.r / 11);
    if (part > 0) shapes.push(arc('timer', server, seat, seat.r * 1.16, width, part));
    const lease = server.leaseUntil === Infinity ? 0 : leasePart(server, frame, now);
    if (lease > 0) shapes.push(arc('lease', server, seat, seat.r * 1.06, 1.75, lease));
  }
  return shapes;
}

/**
 * @param {string} name
 * @param {import('../frame.js').Server} server
 * @param {import('../layout.js').Seat} seat
 * @param {number} r
 * @param {number} width
 * @param {number} part
 */
function arc(name, { id, role, state }, seat, r, width, part) {
  const round = 2 * Math.PI * r;
  return keyed('timers', `${name}-${id}`, 'circle', {
    class: `${name} ${role} ${state}`,
    transform: `translate(${short(seat.x)} ${short(seat.y)}) rotate(-90)`,
    r: short(r),
    'stroke-width': short(width),
    // By half pixels: finer steps are not seen, and each costs a repaint.
    'stroke-dasharray': `${Math.round(part * round * 2) / 2} ${short(round)}`,
  });
}

/**
 * How much of its lease a leader has left, 1 to 0. A lease is as long as the promises it rests on,
 * and those begin when a follower's timer does.
 * @param {import('../frame.js').Server} server
 * @param {import('../frame.js').Frame} frame
 * @param {number} now
 */
export function leasePart({ leaseUntil, state }, { servers }, now) {
  if (state !== 'up') return 0;
  const span = Math.max(...servers.map((one) => one.promisedUntil - one.timerFrom));
  return span > 0 ? Math.min(1, Math.max(0, (leaseUntil - now) / span)) : 0;
}

/**
 * How much of its timer a server has left, 1 to 0; leaders and crashed servers wait for nothing.
 * @param {import('../frame.js').Server} server
 * @param {number} now
 */
export function timerPart(server, now) {
  const span = server.timerUntil - server.timerFrom;
  if (server.state === 'crashed' || server.role === 'leader') return 0;
  if (!Number.isFinite(span) || span <= 0) return 0;
  return Math.min(1, Math.max(0, (server.timerUntil - now) / span));
}
