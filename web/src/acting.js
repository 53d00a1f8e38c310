/**
 * Acting on the world: a click opens a menu, a choice becomes a line of script, and time goes on
 * from there. While a menu is open time stands still.
 */
import { menuFor } from './actions.js';
import { besideKey, isBeside, keyOf } from './compare/key.js';
import { createMenu } from './menu.js';
import { mistakeText } from './script-editor.js';
import { text } from './text.js';

/** @typedef {import('./app.js').State} State */

/**
 * @param {object} options
 * @param {State} options.state
 * @param {ReturnType<typeof import('./clock.js').createClock>} options.clock
 * @param {() => import('./engine.js').Run} options.run  With its playhead at what is shown.
 * @param {() => boolean} options.steps  Whether time is left standing after an act.
 * @param {(key: string) => void} options.onInspect
 * @param {(key: string) => void} options.onPage
 * @param {(reason: string) => void} options.onRefused
 * @param {(line: string) => void} options.onActed
 * @param {() => void} options.onWorkload  The clients shall call by themselves, or no longer.
 */
export function createActing({
  state, clock, run, steps, onInspect, onPage, onRefused, onActed, onWorkload,
}) {
  const menu = createMenu({ onChoose: choose, onClose: letGo });
  let place = { x: 0, y: 0 };
  let resumes = false;

  /**
   * @param {string} key
   * @param {{x: number, y: number}} at
   * @param {Element | null} target
   */
  function open(key, at, target) {
    const current = run();
    const shown = isBeside(key) ? current.beside : current;
    const found = shown && menuFor(keyOf(key), shown.frame, shown);
    if (!found || found.items.length === 0) return;
    resumes = resumes || clock.playing;
    clock.pause();
    state.selected = key;
    place = at;
    menu.open(found, at, target);
    clock.redraw();
  }

  /** The menu was left without a choice: time goes on if it ran. */
  function letGo() {
    if (state.shown !== state.selected) state.selected = '';
    if (resumes) clock.play();
    resumes = false;
    clock.redraw();
  }

  /** @param {import('./actions.js').Item} item */
  function choose(item) {
    const named = isBeside(state.selected) ? besideKey : String;
    if (item.open) return open(named(item.open), place, null);
    resumes = false;
    if (item.page) return onPage(item.page);
    if (item.inspect) return onInspect(named(item.inspect));
    // What is inspected stays marked; the panel's pages are nothing on the stage.
    state.selected = state.shown.includes('-') ? state.shown : '';
    if (item.turn) return onWorkload();
    return act(item.line ?? '');
  }

  /** @param {string} line */
  function act(line) {
    const acted = run();
    try {
      acted.act(line);
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      onRefused(text('menu.refused', { reason: mistakeText(error[0]) }));
      return;
    }
    // Where time is left standing, what was done is seen at once all the same.
    if (steps()) acted.step();
    clock.follow();
    onActed(line);
    if (!steps()) clock.play();
  }

  return { menu, open };
}
