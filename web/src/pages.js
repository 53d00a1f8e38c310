/** The pages beside the stage that come when they are wanted, as far as there are parts for them. */
import { createLater } from './later.js';
import { text } from './text.js';

/** @typedef {import('./side.js').Page} Page */
/** @typedef {import('./engine.js').Run} Run */

/**
 * @param {import('./parts.js').Parts} parts
 * @param {object} options
 * @param {() => Run | undefined} options.run
 * @param {() => number} options.anySeed
 * @param {(at: number) => void} options.onSeek  Simulated µs.
 * @param {(finding: import('../pkg/raft_wasm.js').Finding) => void} options.onFinding
 * @param {(script: string, fromStart: boolean) => void} options.onCompare  With B's script.
 * @param {() => void} options.onStop  Nothing is compared any longer.
 * @param {(script: string, fromStart: boolean) => void} options.onRun  The run has another script.
 * @param {(script: string) => void} options.onOpen  Another run, from its beginning.
 * @returns {Record<string, Page>}
 */
export function createPages({ calls, compare, rules, settings }, {
  run, anySeed, onSeek, onFinding, onCompare, onStop, onRun, onOpen,
}) {
  // A page is opened only while there is a run.
  const opened = () => /** @type {Run} */ (run());
  /** @type {Record<string, Page>} */
  const pages = {
    calls: createLater(text('calls.title'), async () => (
      (await calls()).createCallsPanel({ run: opened, onSeek, onFinding }))),
  };
  if (compare) {
    const page = createLater(text('compare.title'), async () => (
      (await compare()).createComparePanel({ run: opened, onCompare, onStop })));
    pages.compare = { ...page, pauses: true };
  }
  if (rules) {
    pages.rules = createLater(text('page.rules'), async () => (
      (await rules()).createRules({
        script: () => opened().script(), anySeed, onChange: (script) => onRun(script, false), onOpen,
      })));
  }
  if (settings) {
    pages.settings = createLater(text('page.settings.title'), async () => (
      (await settings()).createSettings({ run: opened, onRun: (script) => onRun(script, true) })));
  }
  return pages;
}
