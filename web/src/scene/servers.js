import { short } from '../geometry.js';
import { hue, placeName } from '../names.js';
import { label } from './label.js';
import { leaderOf, membersOf, partOf } from './membership.js';
import { keyed, shape } from './shape.js';
import { voteDots } from './votes.js';

/** @typedef {import('../frame.js').Server} Server */
/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../layout.js').Seat} Seat */
/** @typedef {import('../scene.js').View} View */
/** @typedef {import('./shape.js').Shape} Shape */

/** The smallest text, in pixels, and how wide a glyph is beside its size. */
const [SMALLEST, GLYPH] = [11, 0.62];
/** How large the disc of one that has no vote is beside the others'. */
const LEARNER = 0.78;

/**
 * The servers: disc, ring, value, and the label beside it. Who does not vote is smaller, who is no
 * member is faded; brackets around the discs are the halves of a joint configuration.
 * @param {Frame} frame
 * @param {View} view
 * @returns {import('./shape.js').Keyed[]}
 */
export function servers(frame, view) {
  const leader = leaderOf(frame);
  const members = membersOf(frame, view.words);
  return frame.servers.flatMap((server, i) => {
    const seat = view.layout.servers[i];
    if (!seat) return [];
    const part = partOf(server, members);
    const learns = part === 'learner';
    // A leader that is being removed leads to the end.
    const outside = part === 'none' && server.role !== 'leader';
    const place = learns ? { ...seat, r: seat.r * LEARNER } : seat;
    const disc = keyed('discs', `disc-${server.id}`, 'g', {
      class: `server ${server.state} ${server.role} ${hue(server.term)}`
        + `${learns ? ' learner' : ''}${outside ? ' outside' : ''}`,
      transform: `translate(${short(seat.x)} ${short(seat.y)})`,
    }, [
      ...brackets(server.id, seat, members),
      ...(server.state === 'crashed' ? crashed(server, place, view)
        : running(server, place, frame, view)),
      ...(leader?.transferTo === server.id ? [crown(seat.r, 'crown heir')] : []),
    ]);
    return seat.label
      ? [disc, keyed('discs', `label-${server.id}`, 'g', { class: `label ${server.state}` },
        label(server, seat.label, frame, view, members))]
      : [disc];
  });
}

/**
 * While two configurations are in force, `(` is a voter of the old one and `)` of the new one.
 * @param {number} id
 * @param {Seat} seat
 * @param {import('./membership.js').Members | null} members
 * @returns {Shape[]}
 */
function brackets(id, { rim }, members) {
  if (!members || members.outgoing.length === 0) return [];
  const r = short(rim + 1.5);
  const [x, y] = [short(r * Math.cos(0.85)), short(r * Math.sin(0.85))];
  return [
    ...(members.outgoing.includes(id) ? [shape('path', {
      class: 'half old', d: `M${-x},${-y}A${r},${r} 0 0 0 ${-x},${y}`,
    })] : []),
    ...(members.voters.includes(id) ? [shape('path', {
      class: 'half new', d: `M${x},${-y}A${r},${r} 0 0 1 ${x},${y}`,
    })] : []),
  ];
}

/**
 * @param {Server} server
 * @param {Seat} seat
 * @param {View} view
 * @returns {Shape[]}
 */
function crashed(server, seat, view) {
  const arm = short(seat.r * 0.32);
  return [
    shape('circle', { class: 'fill', r: short(seat.r) }),
    shape('path', {
      class: 'cross',
      d: `M${-arm},${-arm}L${arm},${arm}M${arm},${-arm}L${-arm},${arm}`,
      'stroke-width': short(Math.max(1.5, seat.r / 15)),
    }),
    ...nameInside(server, view, seat.r * 0.78),
  ];
}

/**
 * @param {Server} server
 * @param {Seat} seat
 * @param {Frame} frame
 * @param {View} view
 * @returns {Shape[]}
 */
function running(server, seat, frame, view) {
  const ring = short(seat.r * 1.16);
  const voting = server.role.endsWith('candidate') && server.state === 'up';
  const inside = seat.label === null;
  return [
    shape('circle', { class: 'fill', r: short(seat.r) }),
    shape('circle', {
      class: 'ring', r: ring, 'stroke-width': short(Math.max(2, seat.r / 11)),
    }),
    ...(server.role === 'leader' ? [crown(seat.r, 'crown')] : []),
    ...(inside ? nameInside(server, view, server.state === 'paused' ? seat.r * 0.78 : 0)
      : value(server, seat, view, voting ? seat.r * 0.56 : seat.r * 0.9)),
    ...(voting ? voteDots(server, seat, frame, view) : []),
    ...(server.state === 'paused' ? [bars(seat.r)] : []),
  ];
}

/**
 * @param {Server} server
 * @param {Seat} seat
 * @param {View} view
 * @param {number} reach  How far from the middle it may go.
 * @returns {Shape[]}
 */
function value(server, seat, view, reach) {
  if (server.value < 0 || server.state === 'paused') return [];
  const whole = view.words(server.value);
  // Where key and value do not fit the value stands alone.
  const fits = [whole, whole.slice(whole.indexOf('=') + 1)]
    .find((words) => words.length * GLYPH * SMALLEST <= 2 * reach);
  if (fits === undefined) return [];
  // Large while it is short, smaller when it is not.
  const size = Math.max(SMALLEST, Math.min(seat.r * 0.6, (reach * 1.7) / (fits.length * GLYPH)));
  return [shape('text', {
    class: 'value', 'font-size': short(size), y: short(size * 0.35),
  }, fits)];
}

/**
 * On a crowded stage the disc holds the name instead.
 * @param {Server} server
 * @param {View} view
 * @param {number} y
 * @returns {Shape[]}
 */
function nameInside(server, view, y) {
  const { detail, r } = view.layout;
  if (detail !== 'inside') return [];
  const size = Math.max(11, Math.min(14, r * 0.6));
  return [shape('text', { class: 'value', 'font-size': size, y: short(y + size * 0.35) },
    placeName(server.id))];
}

/**
 * @param {number} r
 * @param {string} name
 */
function crown(r, name) {
  const k = short(r / 44);
  return shape('path', {
    class: name,
    transform: `translate(0 ${short(-r * 1.16)}) scale(${k})`,
    d: 'M-11,-15l5.5,6 5.5,-8.8 5.5,8.8 5.5,-6 -2.75,12.6h-16.5z',
  });
}

/** @param {number} r */
function bars(r) {
  const [w, h, gap] = [r * 0.16, r * 0.62, r * 0.12];
  const bar = (/** @type {number} */ x) => `M${short(x)},${short(-h / 2)}h${short(w)}v${short(h)}`
    + `h${short(-w)}z`;
  return shape('path', { class: 'bars', d: bar(-gap - w) + bar(gap) });
}
