import { short } from '../geometry.js';
import { keyed, shape } from './shape.js';
import { seatOf } from './seats.js';

/** How large the sign is, and where on the rim: below, towards the left, where no label stands. */
const [RADIUS, PART] = [8.5, Math.SQRT1_2];

/**
 * A sign on each server that is not the same in the run beside.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @param {Map<number, string>} apart
 * @returns {import('./shape.js').Keyed[]}
 */
export function differing(frame, { layout }, apart) {
  return [...apart.keys()].flatMap((id) => {
    const seat = seatOf(layout, frame, id);
    if (!seat) return [];
    return [keyed('discs', `differs-${id}`, 'g', {
      class: 'differs',
      transform: `translate(${short(seat.x - seat.rim * PART)} ${short(seat.y + seat.rim * PART)})`,
    }, [
      shape('circle', { r: RADIUS }),
      shape('path', { d: 'M-4,-1.8h8M-4,1.8h8M2.4,-4.4L-2.4,4.4' }),
    ])];
  });
}
