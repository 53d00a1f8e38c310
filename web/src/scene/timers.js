import { short } from '../geometry.js';
import { keyed } from './shape.js';

/**
 * The time each follower still waits: an arc from the top that runs out.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @param {number} now  Simulated µs.
 * @returns {import('./shape.js').Keyed[]}
 */
export function timers(frame, { layout }, now) {
  const shapes = [];
  for (const [i, server] of frame.servers.entries()) {
    const seat = layout.servers[i];
    const part = timerPart(server, now);
    if (!seat || part <= 0) continue;
    const r = seat.r * 1.16;
    const round = 2 * Math.PI * r;
    shapes.push(keyed('timers', `timer-${server.id}`, 'circle', {
      class: `timer ${server.role} ${server.state}`,
      transform: `translate(${short(seat.x)} ${short(seat.y)}) rotate(-90)`,
      r: short(r),
      'stroke-width': short(Math.max(2, seat.r / 11)),
      // By half pixels: finer steps are not seen, and each costs a repaint.
      'stroke-dasharray': `${Math.round(part * round * 2) / 2} ${short(round)}`,
    }));
  }
  return shapes;
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
