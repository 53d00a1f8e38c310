/** The places themselves: a server's disc with its label. */

/** @typedef {import('../layout.js').Label} Label */
/** @typedef {import('../layout.js').Plan} Plan */
/** @typedef {import('../layout.js').Seat} Seat */
/** @typedef {import('../layout.js').Sizes} Sizes */

/**
 * A server's place.
 * @param {number} x
 * @param {number} y
 * @param {{x: number, y: number}} unit  The direction from the middle.
 * @param {Plan} plan
 * @param {Sizes} sizes
 * @returns {Seat}
 */
export function seatAt(x, y, unit, plan, sizes) {
  const { r } = plan;
  const rim = rimOf(r);
  if (plan.detail === 'inside') return { x, y, r, rim, unit, label: null };
  return { x, y, r, rim, unit, label: labelOf(x, y, rim, unit, plan, sizes) };
}

/**
 * Beside the disc on the outer side; or above it in the upper half and below it in the lower,
 * where no link passes.
 * @param {number} x
 * @param {number} y
 * @param {number} rim
 * @param {{x: number, y: number}} unit
 * @param {Plan} plan
 * @param {Sizes} sizes
 * @returns {Label}
 */
function labelOf(x, y, rim, unit, plan, sizes) {
  const width = plan.room;
  const height = sizes.nameRow
    + (plan.detail === 'name' ? 0 : sizes.detailRow)
    + (plan.detail === 'full' ? sizes.cellHeight + 11 : plan.detail === 'brief' ? 15 : 0);
  if (plan.side) {
    const away = rim + 6 + plan.r / 4;
    const top = y - height / 2;
    return unit.x > -1e-9 ? { x: x + away, top, width, height, anchor: 'start' }
      : { x: x - away, top, width, height, anchor: 'end' };
  }
  const top = unit.y < -1e-9 ? y - plan.r * 1.62 - 3 - height : y + rim + 5;
  return { x, top, width, height, anchor: 'middle' };
}

/**
 * Where the ring of a disc ends.
 * @param {number} r
 */
export function rimOf(r) {
  return r * 1.16 + 3;
}
