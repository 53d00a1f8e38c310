import { between, direction, rimToRim, short } from '../geometry.js';
import { hue, placeName } from '../names.js';
import { text } from '../text.js';
import { body } from './bodies.js';
import { seatOf } from './seats.js';
import { keyed, shape } from './shape.js';

/** @typedef {import('../frame.js').Message} Message */
/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../scene.js').View} View */

/** How long a lost message takes to dissolve, in µs of the stage's clock. */
export const DISSOLVES = 900_000;
/** The two directions of a link are lanes, so that those who meet pass each other. */
const LANE = 4;
const TAIL = 30;

/**
 * The messages in flight, each where it is at this moment, and those that have just died.
 * @param {Frame} frame
 * @param {View} view
 * @param {{now: number, stage: number}} moment
 * @returns {import('./shape.js').Keyed[]}
 */
export function messages(frame, view, { now, stage }) {
  const shapes = [];
  for (const message of frame.messages) {
    const place = placeAt(message, frame, view.layout, now);
    const left = message.dead ? 1 - (stage - message.diedAt) / DISSOLVES : 1;
    if (!place || left <= 0) continue;
    const { x, y, angle, travelled } = place;
    const key = `message-${message.id}`;
    const chosen = view.selected === key ? ' selected' : '';
    const k = size(view.layout);
    const tail = message.held ? 0 : Math.min(TAIL * k, travelled);
    shapes.push(keyed('messages', key, 'g', {
      class: `message ${message.kind} ${hue(message.term)}${flags(message)}${chosen}`,
      transform: `translate(${short(x)} ${short(y)})`,
      opacity: left < 1 ? short(left) : undefined,
      'data-key': message.dead ? undefined : key,
      role: message.dead ? undefined : 'button',
      tabindex: message.dead ? undefined : view.still ? 0 : -1,
      'aria-label': messageName(message, view.words),
    }, [
      shape('path', {
        class: 'tail', d: `M${short(-tail)},0H0`, transform: `rotate(${short(angle)})`,
      }),
      ...body(message, carried(message, view.words), frame, k),
      shape('circle', { class: 'hit', r: 14 }),
    ]));
  }
  return shapes;
}

/**
 * What a message is, in words, what it shows that it carries among them.
 * @param {Message} message
 * @param {(id: number) => string} words
 */
export function messageName(message, words) {
  const facts = { from: placeName(message.from), to: placeName(message.to), term: message.term };
  const client = message.kind === 'request' || message.kind === 'answer';
  const name = text(client ? 'message.name.client' : 'message.name',
    { ...facts, kind: kindName(message) });
  const load = carried(message, words);
  return load === '' ? name : text('message.name.load', { name, load });
}

/**
 * @param {Message} message
 * @param {(id: number) => string} words
 */
function carried(message, words) {
  if (message.piece.index > 0) return text('server.range', { last: message.piece.index });
  if (message.text < 0) return '';
  const first = words(message.text);
  return message.entries > 1
    ? text('message.carries', { text: first, more: message.entries - 1 }) : first;
}

/**
 * The kind of a message, in words.
 * @param {Message} message
 */
export function kindName({ kind, reply, granted, carries }) {
  if (kind === 'append' && !carries) return text('message.heartbeat');
  return text(reply ? `message.${kind}.${granted ? 'yes' : 'no'}` : `message.${kind}`);
}

/**
 * Where a message is at a moment, how far it has come and which way it looks.
 * @param {Message} message
 * @param {Frame} frame
 * @param {import('../layout.js').Layout} layout
 * @param {number} now
 */
export function placeAt(message, frame, layout, now) {
  const from = seatOf(layout, frame, message.from);
  const to = seatOf(layout, frame, message.to);
  if (!from || !to) return null;
  const clear = 9 * size(layout);
  const [start, end] = rimToRim(
    { x: from.x, y: from.y, rim: from.rim + clear }, { x: to.x, y: to.y, rim: to.rim + clear });
  const part = progressAt(message, now);
  const at = between(start, end, part);
  const u = direction(from, to);
  return {
    x: at.x - u.y * LANE,
    y: at.y + u.x * LANE,
    angle: (Math.atan2(u.y, u.x) * 180) / Math.PI,
    travelled: part * Math.hypot(end.x - start.x, end.y - start.y),
  };
}

/**
 * @param {Message} message
 * @param {number} now
 */
function progressAt({ p0, t0, p1, t1 }, now) {
  if (now >= t1 || t1 <= t0) return p1;
  return now <= t0 ? p0 : p0 + ((now - t0) / (t1 - t0)) * (p1 - p0);
}

/** @param {Message} message */
function flags({ reply, granted, dead, held, carries }) {
  return `${reply ? (granted ? ' reply yes' : ' reply no') : ''}${dead ? ' dead' : ''}`
    + `${held ? ' waits' : ''}${carries ? ' carries' : ''}`;
}

/** @param {import('../layout.js').Layout} layout */
function size(layout) {
  return layout.r >= 33 ? 1 : layout.r >= 20 ? 0.85 : 0.72;
}
