/**
 * What messages look like. What is asked is filled, with a shape for each kind; answers are hollow,
 * with a plus or a minus. What is only tentative is dashed.
 */
import { short } from '../geometry.js';
import { shape } from './shape.js';

/** @typedef {import('../frame.js').Message} Message */
/** @typedef {import('./shape.js').Shape} Shape */

/**
 * @param {Message} message
 * @param {string} words  What stands above it.
 * @param {import('../frame.js').Frame} frame
 * @param {number} k  How large it is; 1 is its full size.
 * @returns {Shape[]}
 */
export function body(message, words, frame, k) {
  if (message.dead) return dying(k);
  return [...shapeOf(message, words, frame, k), ...(message.held ? [held(k)] : [])];
}

/**
 * @param {Message} message
 * @param {string} words
 * @param {import('../frame.js').Frame} frame
 * @param {number} k
 * @returns {Shape[]}
 */
function shapeOf(message, words, frame, k) {
  const { kind } = message;
  if (kind === 'request' || kind === 'answer') return client(message, words, k);
  if (message.reply) return reply(message, k);
  if (kind === 'snapshot') return piece(message, words, frame, k);
  if (kind === 'timeout-now') return [crown(k)];
  if (kind === 'read') return question(k);
  if (kind === 'vote' || kind === 'pre-vote') {
    const s = 11 * k;
    return [shape('path', {
      class: 'body', d: `M0,${short(-s)}L${short(s * 0.95)},${short(s * 0.7)}H${short(-s * 0.95)}z`,
    })];
  }
  if (!message.carries) return [shape('circle', { class: 'body', r: short(6 * k) })];
  const half = short(10 * k);
  return [
    shape('rect', {
      class: 'body', x: -half, y: -half, width: 2 * half, height: 2 * half, rx: short(4 * k),
    }),
    ...caption(words, half),
  ];
}

/**
 * @param {Message} message
 * @param {number} k
 */
function reply({ kind, granted }, k) {
  const [r, arm] = [short(9 * k), short(4.2 * k)];
  const minus = `M${-arm},0H${arm}`;
  // A piece of a snapshot that has arrived is neither a yes nor a no: there is more to come.
  const sign = granted ? `${minus}M0,${-arm}V${arm}`
    : kind === 'snapshot-reply' ? `M${-arm},0h0M0,0h0M${arm},0h0` : minus;
  return [
    shape('circle', { class: 'body', r }),
    shape('path', { class: 'sign', d: sign }),
  ];
}

/**
 * A block that is full as far as the snapshot has been sent with it.
 * @param {Message} message
 * @param {string} words
 * @param {import('../frame.js').Frame} frame
 * @param {number} k
 */
function piece({ from, to, piece: { index, offset, bytes } }, words, frame, k) {
  const peer = frame.servers.find(({ id }) => id === from)?.peers.find(({ id }) => id === to);
  const whole = peer && peer.snapshot === index && peer.whole > 0 ? peer.whole : offset + bytes;
  const part = whole > 0 ? Math.min(1, (offset + bytes) / whole) : 1;
  const [half, high] = [short(14 * k), short(9 * k)];
  const box = { x: -half, y: -high, height: 2 * high, rx: 2 };
  return [
    shape('rect', { class: 'body', ...box, width: 2 * half }),
    shape('rect', { class: 'here', ...box, width: short(2 * half * part) }),
    ...caption(words, high),
  ];
}

/** @param {number} k */
function crown(k) {
  return shape('path', {
    class: 'body', transform: `scale(${short(1.05 * k)})`,
    d: 'M-11,-7l5.5,6 5.5,-8.8 5.5,8.8 5.5,-6 -2.75,14h-16.5z',
  });
}

/** @param {number} k */
function question(k) {
  return [
    shape('circle', { class: 'body', r: short(9.5 * k) }),
    shape('text', { class: 'asks', 'font-size': 13, y: 4.7 }, '?'),
  ];
}

/**
 * @param {Message} message
 * @param {string} words
 * @param {number} k
 */
function client(message, words, k) {
  const s = short(8.5 * k);
  const diamond = shape('rect', {
    class: 'body', x: -s, y: -s, width: 2 * s, height: 2 * s, rx: short(3 * k),
    transform: 'rotate(45)',
  });
  const arm = short(4 * k);
  const sign = message.reply ? [shape('path', {
    class: 'sign', d: `M${-arm},0H${arm}${message.granted ? `M0,${-arm}V${arm}` : ''}`,
  })] : [];
  return [diamond, ...sign, ...caption(words, s + 3)];
}

/**
 * What it carries, above it.
 * @param {string} words
 * @param {number} half
 */
function caption(words, half) {
  if (words === '') return [];
  return [shape('text', { class: 'command', y: short(-half - 6), 'font-size': 12 }, words)];
}

/** @param {number} k */
function dying(k) {
  const arm = short(4 * k);
  return [
    shape('circle', { class: 'body', r: short(9 * k) }),
    shape('path', {
      class: 'sign', d: `M${-arm},${-arm}L${arm},${arm}M${arm},${-arm}L${-arm},${arm}`,
    }),
  ];
}

/** @param {number} k */
function held(k) {
  return shape('path', {
    class: 'held', transform: `translate(${short(13 * k)} ${short(-9 * k)})`,
    d: 'M-3,-4h2v8h-2zM1,-4h2v8h-2z',
  });
}
