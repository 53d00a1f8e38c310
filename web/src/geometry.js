/** The arithmetic of places on the stage: points, boxes, and how wide a text will be. */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * A point on the straight way from one to the other.
 * @param {Point} a
 * @param {Point} b
 * @param {number} part  0 to 1.
 * @returns {Point}
 */
export function between(a, b, part) {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/**
 * The direction from one point to another, as a vector of length 1.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export function direction(a, b) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  return { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
}

/**
 * The way between two discs: from the rim of one to the rim of the other.
 * @param {Point & {rim: number}} a
 * @param {Point & {rim: number}} b
 * @returns {[Point, Point]}
 */
export function rimToRim(a, b) {
  const u = direction(a, b);
  return [
    { x: a.x + u.x * a.rim, y: a.y + u.y * a.rim },
    { x: b.x - u.x * b.rim, y: b.y - u.y * b.rim },
  ];
}

/**
 * Whether two boxes have a common area.
 * @param {Box} a
 * @param {Box} b
 */
export function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * How wide a text will be at most, by its number of characters: good enough to keep room for it.
 * @param {string} text
 * @param {number} size  Of the font, in px.
 */
export function textWidth(text, size) {
  return text.length * size * 0.62;
}

/**
 * A text cut to a width, with an ellipsis where something is missing.
 * @param {string} text
 * @param {number} width
 * @param {number} size  Of the font, in px.
 */
export function fit(text, width, size) {
  const room = Math.max(1, Math.floor(width / (size * 0.62)));
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`;
}

/**
 * Short numbers for attributes: a hundredth of a pixel is never seen.
 * @param {number} value
 */
export function short(value) {
  return Math.round(value * 100) / 100;
}
