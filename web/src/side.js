/** What stands beside the stage: the inspector of one thing, or a page, as the script of the run. */
import { detailsOf } from './details.js';
import { h } from './dom.js';
import { mistakes } from './engine.js';
import { createPanel } from './panel.js';
import { createScriptEditor } from './script-editor.js';
import { text } from './text.js';
import { createToolsSheet } from './tools-sheet.js';

/** @typedef {import('./app.js').State} State */

/**
 * @typedef {object} Page  What the panel shows when it is chosen.
 * @property {string} title
 * @property {HTMLElement[]} content
 * @property {() => void} open  Shows what is so now.
 * @property {() => void} [refresh]  The run has another script; else it is opened anew.
 * @property {() => void} [follow]  The run has moved on, and that is seen here.
 * @property {() => void} [forget]  Another run is shown.
 * @property {() => void} [focus]  Puts the focus where it belongs; else it is on the panel.
 * @property {() => void} [close]  It is seen no longer.
 * @property {boolean} [pauses]  Whether time stands still for it.
 * @property {() => void} [destroy]
 */

const DETAILS_EVERY_MS = 200;

/**
 * @param {object} options
 * @param {State} options.state
 * @param {ReturnType<typeof import('./clock.js').createClock>} options.clock
 * @param {(key: string) => SVGElement | null} options.find  A thing on the stage.
 * @param {(script: string, fromStart: boolean) => void} options.onRun
 * @param {Record<string, Page>} options.pages  Those besides the script, by key.
 */
export function createSide({ state, clock, find, onRun, pages: others }) {
  const panel = createPanel(close);
  const editor = createScriptEditor({ check: mistakes, onRun });
  /** @type {Record<string, Page>} */
  const pages = {
    ...others,
    script: {
      title: text('script.title'),
      content: editor.content,
      open: () => editor.open(state.run?.script() ?? ''),
      focus: editor.focus,
      pauses: true,
      destroy: editor.destroy,
    },
  };
  const tools = createToolsSheet(Object.keys(pages), (key) => (
    state.shown === key ? close() : open(key)));
  let drawnAt = 0;

  /** The page that is open. */
  const page = () => (Object.hasOwn(pages, state.shown) ? pages[state.shown] : undefined);

  /**
   * @param {string} key  What is shown: a key of the stage, a page, or nothing.
   */
  function turnTo(key) {
    if (key !== state.shown) page()?.close?.();
    state.shown = key;
    tools.mark(key);
  }

  function draw() {
    drawnAt = performance.now();
    const details = state.run && detailsOf(state.shown, state.run);
    if (details) panel.show(details.title, details.content);
    else panel.show(text('details.message'), [h('p', {}, text('details.gone'))]);
  }

  /** @param {string} key  Of a page. */
  function open(key) {
    turnTo(key);
    state.selected = '';
    const { title, content, open: show, focus, pauses } = pages[key];
    if (pauses) clock.pause();
    panel.show(title, content);
    show();
    panel.focus();
    focus?.();
    clock.redraw();
  }

  function close() {
    if (state.shown === '') return;
    const back = page() ? tools.button : find(state.shown);
    turnTo('');
    state.selected = '';
    panel.hide();
    back?.focus({ preventScroll: true });
    clock.redraw();
  }

  /** The run has another script now. */
  function reread() {
    const current = page();
    if (current?.refresh) current.refresh();
    else current?.open();
  }

  /** The run has moved on. */
  function follow() {
    if (state.shown === '') return;
    if (clock.playing && performance.now() - drawnAt < DETAILS_EVERY_MS) return;
    const current = page();
    if (!current) draw();
    else if (current.follow) {
      drawnAt = performance.now();
      current.follow();
    }
  }

  return {
    element: panel.element,
    tools,
    open,
    close,
    /** @param {string} key  Of the stage. */
    inspect(key) {
      turnTo(key);
      state.selected = key;
      draw();
      panel.focus();
      clock.redraw();
    },
    follow,
    reread,
    /** Another run is shown: what was inspected is of the old one. */
    begin() {
      for (const one of Object.values(pages)) one.forget?.();
      if (page()) reread();
      else close();
    },
    destroy() {
      for (const one of Object.values(pages)) one.destroy?.();
    },
  };
}
