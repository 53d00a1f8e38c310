/** What stands beside the stage: the inspector of one thing, or the script of the run. */
import { detailsOf } from './details.js';
import { h, put } from './dom.js';
import { mistakes } from './engine.js';
import { createPanel } from './panel.js';
import { createScriptEditor } from './script-editor.js';
import { text } from './text.js';

/** @typedef {import('./app.js').State} State */

const SCRIPT = 'script';
const DETAILS_EVERY_MS = 200;

/**
 * @param {object} options
 * @param {State} options.state
 * @param {ReturnType<typeof import('./clock.js').createClock>} options.clock
 * @param {(key: string) => SVGElement | null} options.find  A thing on the stage.
 * @param {(script: string, fromStart: boolean) => void} options.onRun
 */
export function createSide({ state, clock, find, onRun }) {
  const panel = createPanel(close);
  const editor = createScriptEditor({ check: mistakes, onRun });
  const button = h('button', {
    type: 'button', class: 'nav', id: 'script', 'aria-expanded': 'false', 'aria-controls': 'panel',
    onclick: toggleScript,
  }, text('page.script'));
  let drawnAt = 0;

  /**
   * @param {string} key  What is shown: a key of the stage, `script`, or nothing.
   */
  function turnTo(key) {
    state.shown = key;
    put(button, 'aria-expanded', key === SCRIPT ? 'true' : 'false');
  }

  function draw() {
    drawnAt = performance.now();
    const details = state.run && detailsOf(state.shown, state.run);
    if (details) panel.show(details.title, details.content);
    else panel.show(text('details.message'), [h('p', {}, text('details.gone'))]);
  }

  function toggleScript() {
    if (state.shown === SCRIPT) return close();
    turnTo(SCRIPT);
    state.selected = '';
    clock.pause();
    panel.show(text('script.title'), editor.content);
    editor.open(state.run?.script() ?? '');
    return editor.focus();
  }

  function close() {
    if (state.shown === '') return;
    const back = state.shown === SCRIPT ? button : find(state.shown);
    turnTo('');
    state.selected = '';
    panel.hide();
    back?.focus({ preventScroll: true });
    clock.redraw();
  }

  return {
    element: panel.element,
    button,
    close,
    /** @param {string} key */
    inspect(key) {
      turnTo(key);
      state.selected = key;
      draw();
      panel.focus();
      clock.redraw();
    },
    /** The run has moved on. */
    follow() {
      if (state.shown === '' || state.shown === SCRIPT) return;
      if (!clock.playing || performance.now() - drawnAt >= DETAILS_EVERY_MS) draw();
    },
    /** The run has another script now. */
    reread() {
      if (state.shown === SCRIPT) editor.open(state.run?.script() ?? '');
    },
    /** Another run is shown: what was inspected is of the old one. */
    begin() {
      if (state.shown === SCRIPT) editor.open(state.run?.script() ?? '');
      else close();
    },
    destroy: editor.destroy,
  };
}
