/**
 * A search in slices: each is short, and between two of them whoever runs it may be heard. The
 * same code goes on in a worker and, where there is none, beside the picture.
 */

/**
 * What the search has come to.
 * @typedef {object} Progress
 * @property {string} phase  `random`, `shrinking`, `polishing`, `proving` or `done`.
 * @property {number} schedules  Random schedules tried.
 * @property {number} steps  Steps taken, in all phases.
 * @property {number} states  Different states, while everything shorter is tried.
 * @property {number} depth  Steps up to which everything is being tried.
 * @property {number} shortest  Steps of the shortest run that was found; 0: none.
 * @property {string} property  What it breaks.
 * @property {number} bound  There is no run of so many steps or fewer; 0: not known.
 * @property {number} seconds  Since it began.
 * @property {number} slices  How many slices it took.
 * @property {string} [script]  What plays the shortest run, where that is new.
 */

/**
 * The engine's search, as slices use it.
 * @typedef {Omit<Progress, 'seconds' | 'slices' | 'script'> & {
 *   advance: (steps: number) => boolean, script: () => string, free: () => void
 * }} Search
 */

/** @typedef {'done' | 'limit' | 'cancelled'} Why  Why it ended. */

/** Steps between two looks at the clock: a millisecond or so. */
const STEPS = 500;

/**
 * Begins a search.
 * @param {Search} search
 * @param {object} options
 * @param {number} options.sliceMs  How long one slice lasts.
 * @param {number} options.limitMs  How long the search lasts at most.
 * @param {(next: () => void) => void} options.later  Lets others be heard, then goes on.
 * @param {(progress: Progress) => void} options.onProgress  After each slice.
 * @param {(progress: Progress, why: Why) => void} options.onEnd
 * @param {(error: unknown) => void} options.onBroken  The engine failed; the search is over.
 * @returns {{cancel: () => void}}
 */
export function inSlices(search, { sliceMs, limitMs, later, onProgress, onEnd, onBroken }) {
  const began = performance.now();
  let slices = 0;
  let told = 0;
  let over = false;

  /** @returns {Progress} */
  function progress() {
    const { phase, schedules, steps, states, depth, shortest, property, bound } = search;
    const seconds = (performance.now() - began) / 1000;
    const isNew = shortest !== told;
    told = shortest;
    return {
      phase, schedules, steps, states, depth, shortest, property, bound, seconds, slices,
      // Telling it plays it, so it is asked for once.
      ...(isNew ? { script: search.script() } : {}),
    };
  }

  /** @param {Why} why */
  function end(why) {
    over = true;
    onEnd(progress(), why);
    search.free();
  }

  function slice() {
    if (over) return;
    const from = performance.now();
    try {
      let more = true;
      while (more && performance.now() - from < sliceMs) more = search.advance(STEPS);
      slices += 1;
      if (!more) return end('done');
      if (performance.now() - began >= limitMs) return end('limit');
      onProgress(progress());
    } catch (error) {
      over = true;
      return onBroken(error);
    }
    return later(slice);
  }

  later(slice);
  return {
    cancel: () => {
      if (!over) end('cancelled');
    },
  };
}
