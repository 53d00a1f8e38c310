/**
 * A cluster without a story, to play with.
 * @param {number} seed
 */
export function freeScript(seed) {
  return `raft 1\ntitle "Free play"\npreset paper\nservers 5\nclients 1\nseed ${seed}\n`;
}
