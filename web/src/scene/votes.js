import { short } from '../geometry.js';
import { text } from '../text.js';
import { isVoter, readMembers } from './membership.js';
import { shape } from './shape.js';

const ROUND = 2 * Math.PI;

/**
 * A candidate's votes: a dot for each voter, arranged like the cluster. Full is a vote it has,
 * half one that is on its way, a ring with a dash one it was refused, empty no answer yet. What a
 * pre-candidate has are promises: they stay hollow.
 * @param {import('../frame.js').Server} server
 * @param {import('../layout.js').Seat} seat
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @returns {import('./shape.js').Shape[]}
 */
export function voteDots(server, seat, frame, { words }) {
  const count = frame.servers.length;
  if (count > 9 || seat.r < 17) {
    return seat.label ? [shape('text', {
      class: 'tally', 'font-size': 11, y: short(seat.r * 0.62 + 3),
    }, text('server.votes', { votes: countBits(server.granted), voters: server.voters }))] : [];
  }
  const orbit = seat.r * 0.7;
  const r = short(Math.max(2.5, seat.r * 0.115));
  const members = readMembers(words(server.membershipText));
  return frame.servers.flatMap(({ id }, i) => {
    if (server.membershipText >= 0 && !isVoter(id, members)) return [];
    const turn = count === 2 ? i / 2 - 0.25 : i / count;
    const x = short(orbit * Math.sin(turn * ROUND));
    const y = short(-orbit * Math.cos(turn * ROUND));
    return [dot(voteOf(server, i), x, y, r)];
  });
}

/**
 * @param {import('../frame.js').Server} server
 * @param {number} i
 * @returns {'have' | 'coming' | 'refused' | 'open'}
 */
function voteOf(server, i) {
  const bit = 2 ** i;
  const has = (/** @type {number} */ set) => Math.floor(set / bit) % 2 === 1;
  if (has(server.granted)) return 'have';
  if (has(server.coming)) return 'coming';
  return has(server.refused) ? 'refused' : 'open';
}

/**
 * @param {'have' | 'coming' | 'refused' | 'open'} vote
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function dot(vote, x, y, r) {
  const half = `M0,${-r}A${r},${r} 0 0 0 0,${r}z`;
  const inner = vote === 'coming' ? [shape('path', { class: 'mark', d: half })]
    : vote === 'refused' ? [shape('path', { class: 'dash', d: `M${-r},0H${r}` })] : [];
  return shape('g', { class: `vote-dot ${vote}`, transform: `translate(${x} ${y})` }, [
    shape('circle', { r }), ...inner,
  ]);
}

/** @param {number} set */
function countBits(set) {
  let count = 0;
  for (let rest = set; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
