/** The ring on which servers stand: directions on it, and how large it can be. */

/** @typedef {{x: number, y: number}} Point */

/**
 * The first at the top, then clockwise; two stand side by side, one in the middle.
 *
 * Many servers stand at equal distances along the ellipse, for at equal angles they would crowd
 * where it is narrow.
 *
 * @param {number} count
 * @param {number} stretch
 */
export function directions(count, stretch) {
  const key = `${count} ${stretch}`;
  const known = made.get(key) ?? make(count, stretch);
  made.set(key, known);
  return known;
}

/** @type {Map<string, Point[]>} */
const made = new Map();

/**
 * @param {number} count
 * @param {number} stretch
 * @returns {Point[]}
 */
function make(count, stretch) {
  if (count === 1) return [{ x: 0, y: 0 }];
  const start = count === 2 ? -Math.PI / 2 : 0;
  const turn = count > 9 ? alongEllipse(stretch) : (/** @type {number} */ part) => part;
  return Array.from({ length: count }, (_, i) => {
    const angle = start + turn(i / count) * 2 * Math.PI;
    return { x: Math.sin(angle), y: -Math.cos(angle) };
  });
}

/**
 * Turns a part of an ellipse's circumference into a part of a full turn.
 * @param {number} stretch  Its width over its height.
 * @returns {(part: number) => number}
 */
function alongEllipse(stretch) {
  const steps = 360;
  const lengths = [0];
  for (let i = 0; i < steps; i += 1) {
    const angle = ((i + 0.5) / steps) * 2 * Math.PI;
    lengths.push(lengths[i] + Math.hypot(stretch * Math.cos(angle), Math.sin(angle)));
  }
  return (part) => lengths.findIndex((length) => length >= part * lengths[steps] - 1e-9) / steps;
}

/**
 * The largest radius, and the centre for it, at which all things on a ring keep to a space.
 * @param {object} space
 * @param {number[]} space.units  Each thing's direction along this axis, -1 to 1.
 * @param {number[]} space.before  How far each reaches towards 0.
 * @param {number[]} space.after  How far each reaches away from 0.
 * @param {number} space.from
 * @param {number} space.to
 * @param {number} space.middle  Around which the ring should stand where it can.
 * @param {number} space.most  The largest radius wanted.
 * @returns {{radius: number, centre: number} | null}
 */
export function fill({ units, before, after, from, to, middle, most }) {
  let first = 0;
  let last = 0;
  /** @param {number} radius */
  const fits = (radius) => {
    first = -Infinity;
    last = Infinity;
    for (let i = 0; i < units.length; i += 1) {
      first = Math.max(first, from + before[i] - radius * units[i]);
      last = Math.min(last, to - after[i] - radius * units[i]);
    }
    return first <= last;
  };
  if (!fits(0)) return null;
  let [low, high] = [0, most];
  for (let i = 0; i < 16; i += 1) {
    const half = (low + high) / 2;
    if (fits(half)) low = half;
    else high = half;
  }
  fits(low);
  const wanted = middle - (low * (Math.max(...units) + Math.min(...units))) / 2;
  return { radius: low, centre: Math.min(last, Math.max(first, wanted)) };
}

/**
 * Whether all neighbours on a ring keep a distance.
 * @param {Point[]} units
 * @param {number} rx
 * @param {number} ry
 * @param {number} distance
 */
export function areApart(units, rx, ry, distance) {
  return units.every((a, i) => {
    const b = units[(i + 1) % units.length];
    return a === b || Math.hypot((a.x - b.x) * rx, (a.y - b.y) * ry) >= distance;
  });
}
