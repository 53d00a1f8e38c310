/**
 * Where everything stands on the stage: a pure function of its size and of who is on it.
 *
 * Several arrangements are tried, from much detail to little, and of those in which nothing
 * touches anything else the best is taken. So no label ever lies on a disc, a neighbour or the
 * edge, and 25 servers on a phone lose detail instead of order.
 */
import { extent, isClear } from './layout/boxes.js';
import { approach, clientSeats } from './layout/clients.js';
import { areApart, directions, fill } from './layout/ring.js';
import { rimOf, seatAt } from './layout/seats.js';

/** @typedef {'full' | 'brief' | 'name' | 'inside'} Detail */

/**
 * @typedef {object} Label  The block of text beside a disc.
 * @property {number} x  Where its lines are anchored.
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {'start' | 'middle' | 'end'} anchor
 */

/**
 * @typedef {object} Seat  A server's place.
 * @property {number} x
 * @property {number} y
 * @property {number} r  The disc's radius.
 * @property {number} rim  Where the ring ends and links begin.
 * @property {{x: number, y: number}} unit  The direction from the middle of the stage.
 * @property {Label | null} label  None when the name stands in the disc.
 */

/**
 * @typedef {object} ClientSeat
 * @property {number} x
 * @property {number} y
 * @property {number} width  Of the pill.
 * @property {number} height
 * @property {number} rim  Where messages begin.
 * @property {number} room  The width kept for the text below.
 */

/**
 * @typedef {object} Sizes
 * @property {number} name
 * @property {number} detail
 * @property {number} cell  The font of a log cell.
 * @property {number} cellHeight
 * @property {number} nameRow
 * @property {number} detailRow
 */

/**
 * @typedef {object} Layout
 * @property {number} width  In the stage's own units: px, or more than one px on a large screen.
 * @property {number} height
 * @property {number} scale  px of the screen for one unit.
 * @property {number} r
 * @property {Detail} detail
 * @property {Sizes} sizes
 * @property {Seat[]} servers
 * @property {ClientSeat[]} clients
 */

/**
 * @typedef {object} Plan  One arrangement to try.
 * @property {boolean} side  Labels beside the discs; else above and below them.
 * @property {Detail} detail
 * @property {number} room  The width kept for a label.
 * @property {number} r
 * @property {number} smallest  The smallest `r` worth trying.
 * @property {number} stretch  How much wider than high the ring of servers may be.
 * @property {'column' | 'corners' | 'rows'} clients
 */

const EDGE = 8;
const RADII = [44, 38, 33, 28, 24, 20, 17, 14, 12, 11];

/** @type {{detail: Detail, points: number, smallest: number, side: number[], above: number[]}[]} */
const DETAILS = [
  { detail: 'full', points: 100, smallest: 20, side: [236, 190, 150], above: [150, 130] },
  { detail: 'brief', points: 62, smallest: 16, side: [64], above: [58] },
  { detail: 'name', points: 40, smallest: 14, side: [34], above: [34] },
  { detail: 'inside', points: 34, smallest: 11, side: [0], above: [0] },
];

/** What an arrangement can be worth at most for the size of its ring. */
const MOST_FOR_SIZE = 50;

/** @type {Sizes} */
const LARGE = { name: 16, detail: 12.5, cell: 12, cellHeight: 24, nameRow: 20, detailRow: 18 };
/** @type {Sizes} */
const SMALL = { name: 13.5, detail: 11, cell: 11, cellHeight: 19, nameRow: 17, detailRow: 15 };

/**
 * The places of so many servers and clients on a stage of this size in px.
 * @param {{width: number, height: number, servers: number, clients: number}} stage
 * @returns {Layout}
 */
export function layoutStage({ width, height, servers, clients }) {
  const scale = Math.min(3, Math.max(1, Math.min(width / 1100, height / 500)));
  const size = { width: width / scale, height: height / scale, servers, clients };
  /** @type {{layout: Layout, points: number} | null} */
  let best = null;
  for (const family of plans(size)) {
    for (const r of RADII) {
      const plan = { ...family, r };
      if (best && worth(plan) + MOST_FOR_SIZE <= best.points) break;
      const found = arrange(size, plan, scale);
      if (found && (!best || found.points > best.points)) best = found;
      // A smaller disc would only lose.
      if (found) break;
    }
  }
  return best ? best.layout : crowded(size, scale);
}

/**
 * Every arrangement worth trying.
 * @param {{width: number, height: number, servers: number, clients: number}} stage
 * @returns {Plan[]}
 */
function plans({ width, servers, clients }) {
  /** @type {Plan['clients'][]} */
  const clientPlaces = clients === 0 ? ['column']
    : clients <= 2 ? ['column', 'corners', 'rows']
    : clients <= 4 ? ['column', 'rows', 'corners'] : ['column', 'rows'];
  const stretches = servers <= 5 ? [1.2] : [0.8, 1.2, 1.5, 1.9, 2.4];
  /** @type {Plan[]} */
  const all = [];
  for (const side of width >= 480 ? [true, false] : [false]) {
    for (const { detail, smallest, ...rooms } of DETAILS) {
      for (const room of side ? rooms.side : rooms.above) {
        for (const stretch of stretches) {
          for (const places of clientPlaces) {
            all.push({ side, detail, room, r: smallest, smallest, stretch, clients: places });
          }
        }
      }
    }
  }
  return all;
}

/**
 * What an arrangement is worth, its size apart: detail first, then large discs.
 * @param {Plan} plan
 */
function worth(plan) {
  const detail = DETAILS.find((entry) => entry.detail === plan.detail)?.points ?? 0;
  const places = plan.clients === 'column' ? 0 : plan.side ? -5 : plan.clients === 'rows' ? -2 : 0;
  return detail + plan.room / 30 + plan.r + (plan.side ? 6 : 0) + places;
}

/**
 * Tries one arrangement; nothing when something would touch something else.
 * @param {{width: number, height: number, servers: number, clients: number}} stage
 * @param {Plan} plan
 * @param {number} scale
 * @returns {{layout: Layout, points: number} | null}
 */
function arrange(stage, plan, scale) {
  if (plan.r < plan.smallest) return null;
  const sizes = plan.side && stage.width >= 560 ? LARGE : SMALL;
  const units = directions(stage.servers, plan.stretch);
  const distance = 2 * rimOf(plan.r) + (plan.detail === 'inside' ? 5 : 18);
  // Too many for a ring of any size on this stage: most plans of a large cluster end here.
  if (!areApart(units, stage.width / 2, stage.height / 2, distance)) return null;
  const reach = units.map((unit) => extent(seatAt(0, 0, unit, plan, sizes)));
  // Half of the labels stand above one another: without room for that there is no need to try.
  const stacked = (reach[0].bottom - reach[0].top) * (stage.servers / 2 - 1);
  if (plan.side && plan.detail !== 'inside' && stacked > stage.height * 1.2) return null;
  const column = plan.clients === 'column' && stage.clients > 0;
  if (column && !plan.side) return null;
  // One column stands left of the ring; from the fifth client on there is one on each side.
  const left = column ? 132 : 0;
  const right = column && stage.clients > 4 ? 132 : 0;
  const rows = plan.clients === 'rows' ? Math.ceil(stage.clients / 4) : 0;
  const tall = fill({
    units: units.map((u) => u.y),
    before: reach.map((box) => -box.top),
    after: reach.map((box) => box.bottom),
    from: rows * 64 + EDGE,
    to: stage.height - EDGE,
    middle: (rows * 64 + stage.height) / 2,
    most: 400,
  });
  if (!tall) return null;
  const widest = stage.servers <= 5 ? 260 : 470;
  const wide = fill({
    units: units.map((u) => u.x),
    before: reach.map((box) => -box.left),
    after: reach.map((box) => box.right),
    from: left + EDGE,
    to: stage.width - right - EDGE,
    middle: stage.width / 2,
    most: Math.min(tall.radius * plan.stretch, widest),
  });
  if (!wide) return null;
  const ry = Math.min(tall.radius, wide.radius * 1.25);
  if (!areApart(units, wide.radius, ry, distance)) return null;
  const seats = units.map((unit) => seatAt(
    wide.centre + wide.radius * unit.x, tall.centre + ry * unit.y, unit, plan, sizes));
  const layout = {
    width: stage.width,
    height: stage.height,
    scale,
    r: plan.r,
    detail: plan.detail,
    sizes,
    servers: seats,
    clients: clientSeats(stage, plan),
  };
  if (!isClear(layout)) return null;
  if (column) approach(layout);
  const aside = Math.abs(wide.centre - stage.width / 2) / 20;
  const size = Math.min(MOST_FOR_SIZE, Math.min(wide.radius, ry) / 8);
  return { layout, points: worth(plan) + size - aside };
}

/**
 * When nothing fits (a stage the size of a stamp), everything is there all the same.
 * @param {{width: number, height: number, servers: number, clients: number}} stage
 * @param {number} scale
 * @returns {Layout}
 */
function crowded(stage, scale) {
  /** @type {Plan} */
  const plan = {
    side: false, detail: 'inside', room: 0, r: 12, smallest: 12, stretch: 2, clients: 'rows',
  };
  const above = Math.min(stage.height / 2, 64 * Math.ceil(stage.clients / 4));
  const middle = { x: stage.width / 2, y: (above + stage.height) / 2 };
  const rx = Math.max(0, middle.x - 24);
  const ry = Math.max(0, middle.y - above - 24);
  return {
    width: stage.width,
    height: stage.height,
    scale,
    r: plan.r,
    detail: plan.detail,
    sizes: SMALL,
    servers: directions(stage.servers, 1).map((unit) => seatAt(
      middle.x + rx * unit.x, middle.y + ry * unit.y, unit, plan, SMALL)),
    clients: clientSeats(stage, plan),
  };
}

