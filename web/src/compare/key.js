/** How things of the run beside are named, so that they are told from those of the run shown. */

const BESIDE = 'beside:';

/**
 * Whether a key is of the run beside.
 * @param {string} key
 */
export function isBeside(key) {
  return key.startsWith(BESIDE);
}

/**
 * The name of a thing as its stage knows it.
 * @param {string} key
 */
export function keyOf(key) {
  return isBeside(key) ? key.slice(BESIDE.length) : key;
}

/**
 * The key of a thing on the stage of the run beside.
 * @param {string} key
 */
export function besideKey(key) {
  return BESIDE + key;
}
