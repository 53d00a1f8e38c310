/** What stands beside the stage: the inspector of one thing, the clients’ calls, or the script. */
import { createCallsPanel } from './calls-panel.js';
import { detailsOf } from './details.js';
import { h, put } from './dom.js';
import { mistakes } from './engine.js';
import { createPanel } from './panel.js';
import { createScriptEditor } from './script-editor.js';
import { text } from './text.js';

/** @typedef {import('./app.js').State} State */

const SCRIPT = 'script';
const CALLS = 'calls';
const DETAILS_EVERY_MS = 200;

/**
 * @param {object} options
 * @param {State} options.state
 * @param {ReturnType<typeof import('./clock.js').createClock>} options.clock
 * @param {(key: string) => SVGElement | null} options.find  A thing on the stage.
 * @param {(script: string, fromStart: boolean) => void} options.onRun
 * @param {(at: number) => void} options.onSeek  Simulated µs.
 * @param {(finding: import('../pkg/raft_wasm.js').Finding) => void} options.onFinding
 */
export function createSide({ state, clock, find, onRun, onSeek, onFinding }) {
  const panel = createPanel(close);
  const editor = createScriptEditor({ check: mistakes, onRun });
  const calls = createCallsPanel({ onSeek, onFinding });
  const button = opener(SCRIPT, toggleScript);
  const callsButton = opener(CALLS, () => (state.shown === CALLS ? close() : inspect(CALLS)));
  let drawnAt = 0;

  /**
   * @param {string} key  What is shown: a key of the stage, `script`, or nothing.
   */
  function turnTo(key) {
    state.shown = key;
    put(button, 'aria-expanded', key === SCRIPT ? 'true' : 'false');
    put(callsButton, 'aria-expanded', key === CALLS ? 'true' : 'false');
  }

  function draw() {
    drawnAt = performance.now();
    if (state.shown === CALLS) {
      if (state.run) calls.draw(state.run);
      return;
    }
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
    const back = state.shown === SCRIPT ? button
      : state.shown === CALLS ? callsButton : find(state.shown);
    turnTo('');
    state.selected = '';
    panel.hide();
    back?.focus({ preventScroll: true });
    clock.redraw();
  }

  /** @param {string} key */
  function inspect(key) {
    turnTo(key);
    state.selected = key === CALLS ? '' : key;
    if (key === CALLS) panel.show(text('calls.title'), calls.content);
    draw();
    panel.focus();
    clock.redraw();
  }

  return {
    element: panel.element,
    buttons: [callsButton, button],
    close,
    inspect,
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
      calls.forget();
      if (state.shown === SCRIPT) editor.open(state.run?.script() ?? '');
      else if (state.shown === CALLS) draw();
      else close();
    },
    destroy: editor.destroy,
  };
}

/**
 * A button of the header that opens a panel.
 * @param {string} id
 * @param {() => void} onclick
 */
function opener(id, onclick) {
  return h('button', {
    type: 'button', class: 'nav', id, 'aria-expanded': 'false', 'aria-controls': 'panel', onclick,
  }, text(`page.${id}`));
}
