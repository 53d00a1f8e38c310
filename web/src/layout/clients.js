/** The places of clients: in a column beside the servers, in corners, or in rows above. */
import { overlap } from '../geometry.js';
import { boxes, clientBox, discBox } from './boxes.js';

/** @typedef {import('../layout.js').ClientSeat} ClientSeat */
/** @typedef {import('../layout.js').Layout} Layout */
/** @typedef {import('../layout.js').Plan} Plan */

const EDGE = 8;
/** Clients keep so far away from servers and their labels. */
const NEAREST = 24;

/**
 * Where clients stand in a plan.
 * @param {{width: number, height: number, clients: number}} stage
 * @param {Plan} plan
 * @returns {ClientSeat[]}
 */
export function clientSeats(stage, plan) {
  const large = stage.width >= 560;
  const pill = large ? { width: 60, height: 40, rim: 36, room: 124 }
    : { width: 46, height: 30, rim: 30, room: 100 };
  const half = pill.room / 2 + EDGE;
  return Array.from({ length: stage.clients }, (_, i) => {
    if (plan.clients === 'column') {
      const onLeft = stage.clients <= 4 || i < Math.ceil(stage.clients / 2);
      const inColumn = stage.clients <= 4 ? stage.clients
        : onLeft ? Math.ceil(stage.clients / 2) : Math.floor(stage.clients / 2);
      const row = onLeft ? i : i - Math.ceil(stage.clients / 2);
      return {
        ...pill,
        x: onLeft ? half : stage.width - half,
        y: stage.height / 2 - 8 + (row - (inColumn - 1) / 2) * (pill.height + 44),
      };
    }
    if (plan.clients === 'corners') {
      return {
        ...pill,
        x: i % 2 === 0 ? half : stage.width - half,
        y: i < 2 ? EDGE + 4 + pill.height / 2 : stage.height - EDGE - 24 - pill.height / 2,
      };
    }
    const row = Math.floor(i / 4);
    const inRow = Math.min(4, stage.clients - row * 4);
    return {
      ...pill,
      room: Math.min(pill.room, stage.width / inRow - 6),
      x: (stage.width * ((i % 4) + 0.5)) / inRow,
      y: row * 64 + EDGE + 2 + pill.height / 2,
    };
  });
}

/**
 * Brings columns of clients nearer to the servers, and a little up or down where that gives way,
 * as long as nothing comes close.
 * @param {Layout} layout
 */
export function approach(layout) {
  const discs = layout.servers.map(discBox);
  const others = boxes(layout).filter(({ owner }) => owner.startsWith('S'));
  for (const onLeft of [true, false]) {
    const column = layout.clients.filter(({ x }) => (x < layout.width / 2) === onLeft);
    const isFree = (/** @type {number} */ dx, /** @type {number} */ dy) => column.every((one) => {
      const box = clientBox({ ...one, x: one.x + (onLeft ? dx : -dx), y: one.y + dy });
      if (box.top < EDGE || box.bottom > layout.height - EDGE) return false;
      const near = { ...box, left: box.left - NEAREST, right: box.right + NEAREST };
      const outside = discs.every((disc) => (onLeft ? near.right < disc.left
        : near.left > disc.right));
      return outside && others.every((other) => !overlap(near, other.box));
    });
    let best = { dx: 0, dy: 0, gain: 0 };
    for (const dy of column.length > 0 ? [0, 60, 115, -60, -115] : []) {
      let dx = 0;
      while (isFree(dx + 4, dy)) dx += 4;
      if (dx - Math.abs(dy) / 2 > best.gain) best = { dx, dy, gain: dx - Math.abs(dy) / 2 };
    }
    for (const client of column) {
      client.x += onLeft ? best.dx : -best.dx;
      client.y += best.dy;
    }
  }
}

