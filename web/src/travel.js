/**
 * Going through a story: Continue plays to the next caption, Back seeks the one before, and both
 * ask the engine for every step, so that no caption is ever shown before its fact.
 */

/** @typedef {import('./engine.js').Run} Run */
/** @typedef {ReturnType<typeof import('./clock.js').createClock>} Clock */

/** So much after a caption, Back leads to that caption and not to the one before. */
const SETTLED = 300_000;
const PREPARE_SLICE_MS = 6;
const PREPARE_MOST_MS = 300;

/**
 * @param {object} options
 * @param {Clock} options.clock
 * @param {() => Run} options.run
 * @param {() => boolean} options.steps  Whether to jump from caption to caption.
 */
export function createTravel({ clock, run, steps }) {
  let goal = 0;
  let over = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let preparing;

  /**
   * Goes to a caption, wherever it is.
   * @param {number} caption
   */
  function toCaption(caption) {
    goal = caption;
    clearTimeout(preparing);
    clock.pause();
    clock.go((budget) => run().seekCaption(caption, budget), () => {
      goal = 0;
      over = run().frame.caption < caption;
    });
  }

  /** Where on the stage's clock a caption is said; nothing while that is not known. */
  function stageOf(/** @type {number} */ caption) {
    return run().marks().find((mark) => mark.kind === 'caption' && mark.number === caption)?.stage;
  }

  return {
    /** Whether the story is told: all captions are shown, or no other will come. */
    get isOver() {
      const { caption, captions } = run().frame;
      return captions > 0 && (over || caption >= captions);
    },
    toCaption,
    onward() {
      const { caption, captions } = run().frame;
      clearTimeout(preparing);
      if (clock.playing || clock.busy || steps()) {
        toCaption(Math.min(captions, Math.max(goal, caption) + 1));
      } else {
        clock.play();
      }
    },
    back() {
      const { caption } = run().frame;
      if (goal > 0) return toCaption(Math.max(1, goal - 1));
      over = false;
      const said = stageOf(caption);
      const settled = said !== undefined && clock.stage - said < SETTLED;
      return toCaption(Math.max(1, settled ? caption - 1 : caption));
    },
    /** The run ended on its own: no more captions will come. */
    end() {
      over = true;
    },
    /** Somebody went elsewhere. */
    forget() {
      goal = 0;
      over = false;
      clearTimeout(preparing);
    },
    /**
     * Runs the story to its end and back before it begins, so that the timeline shows all of it
     * and every moment is at hand.
     * @param {() => void} onDone
     */
    prepare(onDone) {
      const began = performance.now();
      const slice = () => {
        const current = run();
        const { captions, revision: events, now: at, caption } = current.frame;
        const there = captions === 0 || current.seekCaption(captions, PREPARE_SLICE_MS);
        current.seekMoment({ events, at, caption }, 50);
        clock.follow();
        if (there || performance.now() - began > PREPARE_MOST_MS) onDone();
        else preparing = setTimeout(slice, 0);
      };
      preparing = setTimeout(slice, 0);
    },
    destroy: () => clearTimeout(preparing),
  };
}
