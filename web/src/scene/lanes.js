import { short } from '../geometry.js';
import { LANE, WORDS } from '../lanes.js';
import { timeName } from '../names.js';
import { keyed, shape } from './shape.js';

/** @typedef {import('../lanes.js').Lanes} Lanes */
/** @typedef {import('../lanes.js').Bar} Bar */
/** @typedef {import('./shape.js').Keyed} Keyed */

const TOP = 20;
const THICK = 14;

/**
 * @typedef {object} Looks
 * @property {(call: import('../lanes.js').Call) => string} name  What a screen reader says of it.
 * @property {Set<string>} named  The calls that a finding names, by key.
 * @property {string} illegal  Of these the one whose answer cannot be.
 * @property {boolean} chained  Whether they are connected in their order.
 * @property {string} focused  The call that the keyboard is at.
 */

/** How a call is named here. @param {{client: number, number: number}} call */
export function callKey({ client, number }) {
  return `${client}.${number}`;
}

/**
 * The lanes as shapes: bars with words above them, the playhead, moments below.
 * @param {Lanes} lanes
 * @param {Looks} looks
 * @returns {Keyed[]}
 */
export function laneShapes(lanes, looks) {
  const bottom = lanes.height - 15;
  return [
    ...lanes.ticks.map(({ x, time }) => keyed('links', `tick-${time}`, 'g', { class: 'moment' }, [
      shape('path', { d: `M${short(x)} 0V${short(bottom)}` }),
      shape('text', { x: short(x), y: lanes.height - 3, 'font-size': WORDS }, timeName(time)),
    ])),
    ...(looks.chained ? [chain(lanes.bars)] : []),
    keyed('links', 'now', 'path', {
      class: 'now', d: `M${short(lanes.now)} 0V${short(bottom)}`,
    }),
    ...lanes.bars.map((bar) => barShape(bar, looks)),
  ];
}

/**
 * @param {Bar} bar
 * @param {Looks} looks
 */
function barShape({ call, lane, from, to, words, later }, looks) {
  const key = callKey(call);
  const width = short(to - from);
  const named = looks.named.has(key) ? ' named' : '';
  const illegal = looks.illegal === key;
  const reads = call.command.startsWith('get') || call.outcome === 'kept' ? ' reads' : '';
  return keyed('discs', `call-${key}`, 'g', {
    class: `call ${call.outcome}${reads}${later && !looks.chained ? ' later' : ''}${named}`
      + `${illegal ? ' illegal' : ''}`,
    transform: `translate(${short(from)} ${lane * LANE})`,
    role: 'button', tabindex: looks.focused === key ? 0 : -1, 'data-call': key,
    'aria-label': looks.name(call),
  }, [
    shape('rect', { class: 'hit', x: -2, y: 1, width: width + 4, height: LANE - 4, rx: 5 }),
    shape('path', { class: 'bar', d: outline(width, call.outcome === 'open') }),
    shape('path', {
      class: 'hatch',
      d: call.outcome === 'unknown' ? `M3 ${TOP + THICK / 2}H${short(width - 3)}` : 'M0 0',
    }),
    shape('text', { class: 'words', x: 0, y: TOP - 6, 'font-size': WORDS }, words),
    shape('path', { class: 'wrong', d: illegal ? cross(width / 2) : 'M0 0' }),
  ]);
}

/**
 * A bar; one that is not over has no end.
 * @param {number} width
 * @param {boolean} open
 */
function outline(width, open) {
  const bottom = TOP + THICK;
  const end = open ? `H${width}M4 ${bottom}` : `H${width - 4}q4 0 4 4V${bottom - 4}q0 4 -4 4`;
  return open ? `M${width} ${TOP}H4q-4 0 -4 4V${bottom - 4}q0 4 4 4H${width}`
    : `M4 ${TOP}${end}H4q-4 0 -4 -4V${TOP + 4}q0 -4 4 -4z`;
}

/** @param {number} x */
function cross(x) {
  const middle = TOP + THICK / 2;
  const [left, right] = [short(x - 5), short(x + 5)];
  return `M${left} ${middle - 5}L${right} ${middle + 5}M${left} ${middle + 5}L${right} ${middle - 5}`;
}

/**
 * From each call to the one after it.
 * @param {Bar[]} bars
 */
function chain(bars) {
  const points = bars.map(({ from, to, lane }) => (
    `${short((from + to) / 2)} ${lane * LANE + TOP + THICK / 2}`));
  return keyed('links', 'chain', 'path', { class: 'chain', d: `M${points.join('L')}` });
}
