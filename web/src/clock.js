/**
 * The page's clock: turns the time that passes into the stage's time, and moves the run with it.
 *
 * Between two events the picture is interpolated here; the engine is asked only when time crosses
 * one. It stops exactly where a caption is said. Long ways are gone in slices.
 */
import { simulatedAt } from './frame.js';

/** @typedef {import('./engine.js').Run} Run */

/** @typedef {'caption' | 'end' | 'asked'} Why  Why the clock stopped. */

const SLICE_MS = 7;
/** A longer pause between two pictures was no watching: a hidden page, a sleeping computer. */
const LONGEST_STEP_MS = 100;

/**
 * @param {object} options
 * @param {() => Run | undefined} options.run
 * @param {() => boolean} options.steps  Whether pictures jump from event to event.
 * @param {(moment: {now: number, stage: number}) => void} options.onPicture
 * @param {(playing: boolean, why: Why) => void} options.onChange
 */
export function createClock({ run, steps, onPicture, onChange }) {
  let playing = false;
  let speed = 1;
  let stage = 0;
  let last = 0;
  let request = 0;
  let stale = true;
  /** @type {{go: (budget: number) => boolean, done: () => void} | null} */
  let errand = null;

  function wake() {
    if (request === 0) request = requestAnimationFrame(tick);
  }

  /** @param {number} time */
  function tick(time) {
    request = 0;
    const passed = Math.min(LONGEST_STEP_MS, Math.max(0, time - last));
    last = time;
    const current = run();
    if (!current) return;
    if (errand) goOn(current);
    else if (playing) advance(current, stage + passed * 1000 * speed);
    if (stale) {
      stale = false;
      onPicture(moment(current));
    }
    if (playing || errand) wake();
  }

  /** @param {Run} current */
  function goOn(current) {
    const { go, done } = /** @type {NonNullable<typeof errand>} */ (errand);
    const arrived = go(SLICE_MS);
    stage = current.frame.stage;
    stale = true;
    if (!arrived) return;
    errand = null;
    done();
  }

  /**
   * @param {Run} current
   * @param {number} target
   */
  function advance(current, target) {
    const { frame } = current;
    if (target < frame.nextStage && target < frame.nextCaption && target < frame.endStage) {
      stage = target;
      stale = stale || !steps();
      return;
    }
    const reached = current.play(target, SLICE_MS);
    // Within a stretch the engine rounds to whole microseconds of the run; the page does not.
    stage = reached === 'arrived' ? Math.max(target, current.frame.stage) : current.frame.stage;
    stale = true;
    if (reached === 'caption') stop('caption');
    if (reached === 'end') stop('end');
  }

  /** @param {Run} current */
  function moment(current) {
    const { frame } = current;
    if (steps() || stage === frame.stage) return { now: frame.now, stage: frame.stage };
    return { now: simulatedAt(frame, stage), stage };
  }

  /** @param {Why} why */
  function stop(why) {
    if (!playing) return;
    playing = false;
    onChange(false, why);
  }

  return {
    get playing() {
      return playing;
    },
    get busy() {
      return errand !== null;
    },
    get stage() {
      return stage;
    },
    get speed() {
      return speed;
    },
    /** @param {number} value */
    setSpeed(value) {
      speed = value;
    },
    play() {
      if (playing) return;
      playing = true;
      last = performance.now();
      onChange(true, 'asked');
      wake();
    },
    pause() {
      errand = null;
      stop('asked');
    },
    /**
     * Goes somewhere, in slices where it is far. Another errand or a pause ends this one.
     * @param {(budget: number) => boolean} go  False: call again.
     * @param {() => void} [done]
     */
    go(go, done = () => {}) {
      errand = { go, done };
      const current = run();
      if (current) goOn(current);
      last = performance.now();
      wake();
    },
    /** Draws anew, though no time has passed. */
    redraw() {
      stale = true;
      wake();
    },
    /** The moment that is shown, for drawing outside the clock's own pictures. */
    moment() {
      const current = run();
      return current ? moment(current) : { now: 0, stage: 0 };
    },
    /** The run has been moved by others: show where it is now. */
    follow() {
      errand = null;
      stage = run()?.frame.stage ?? 0;
      stale = true;
      wake();
    },
    destroy() {
      cancelAnimationFrame(request);
      playing = false;
      errand = null;
    },
  };
}
