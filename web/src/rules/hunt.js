/**
 * The page's side of a search: starts it in a worker, hears of it, cancels it. Where no worker can
 * be started it runs in the page's own thread, in slices that leave room for the picture.
 *
 * An error inside the engine ends the worker that it happened in; the search is begun again in
 * another, and given up when that goes on.
 */
import { Search, initSync } from '../../pkg-search/raft_wasm_search.js';
import { wasmModule } from 'search-source';
import { inSlices } from './slices.js';
import code from './worker.js?text';

/** @typedef {import('./slices.js').Progress} Progress */
/** @typedef {import('./slices.js').Why} Why */

/** What the worker is asked.
 * @typedef {{kind: 'begin', module: WebAssembly.Module, rules: string, seed: number,
 *   limitMs: number} | {kind: 'cancel'}} Asked */
/** What it tells.
 * @typedef {{kind: 'begun'} | {kind: 'progress', progress: Progress}
 *   | {kind: 'end', progress: Progress, why: Why} | {kind: 'broken', reason: string}} Told */

/** A slice in the page's own thread: the rest of a picture's 16 ms is the picture's. */
const SLICE_MS = 8;
/** What is not heard by then is ended by force. */
const PATIENCE_MS = 80;
/** Errors after which a search is given up. */
const ERRORS_MAX = 3;

/** @type {Promise<WebAssembly.Module> | undefined} */
let loaded;

/** The search's module: fetched and compiled once, when it is first wanted. */
function searchModule() {
  loaded ??= wasmModule().catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/**
 * @param {object} options
 * @param {(progress: Progress) => void} options.onProgress
 * @param {(progress: Progress | undefined, why: Why | 'gave-up' | 'failed', reason: string) => void
 *   } options.onEnd  Once for each search that was begun.
 * @param {() => void} options.onAgain  The engine failed, and the search was begun again.
 * @param {() => void} options.onHere  It runs in the page's own thread.
 */
export function createHunt({ onProgress, onEnd, onAgain, onHere }) {
  /** What is under way; another one's late words are not heard. @type {symbol | undefined} */
  let current;
  /** Ends what runs, without a word. @type {() => void} */
  let drop = () => {};
  /** Asks it to end. @type {() => void} */
  let ask = () => {};
  let errors = 0;
  /** @type {Progress | undefined} */
  let latest;

  /**
   * @param {Progress | undefined} progress
   * @param {Why | 'gave-up' | 'failed'} why
   * @param {string} [reason]
   */
  function end(progress, why, reason = '') {
    current = undefined;
    drop();
    drop = () => {};
    onEnd(progress ?? latest, why, reason);
  }

  /**
   * @param {string} rules  Names, with spaces between.
   * @param {number} seed
   * @param {number} limitMs
   */
  async function begin(rules, seed, limitMs) {
    const search = current = Symbol('search');
    const isCurrent = () => current === search;
    drop = () => {};
    ask = () => end(latest, 'cancelled');
    try {
      const module = await searchModule();
      if (isCurrent()) start({ kind: 'begin', module, rules, seed, limitMs }, isCurrent);
    } catch (error) {
      if (isCurrent()) end(undefined, 'failed', String(error));
    }
  }

  /**
   * @param {Asked & {kind: 'begin'}} asked
   * @param {() => boolean} isCurrent
   */
  function start(asked, isCurrent) {
    let begun = false;
    const here = () => {
      if (!isCurrent() || begun) return;
      begun = true;
      drop();
      onHere();
      runHere(asked, hear);
    };
    /** @param {Told} told */
    const hear = (told) => {
      if (!isCurrent()) return;
      if (told.kind === 'broken' && !begun) return here();
      begun = true;
      if (told.kind === 'progress') onProgress(latest = told.progress);
      else if (told.kind === 'end') end(told.progress, told.why);
      else if (told.kind === 'broken') again(asked, told.reason);
    };
    try {
      inWorker(asked, hear, here);
    } catch {
      here();
    }
  }

  /**
   * @param {Asked & {kind: 'begin'}} asked
   * @param {(told: Told) => void} hear
   * @param {() => void} onRefused
   */
  function inWorker(asked, hear, onRefused) {
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const forget = () => URL.revokeObjectURL(address);
    let worker;
    try {
      worker = new Worker(address);
    } catch (error) {
      forget();
      throw error;
    }
    const running = worker;
    drop = () => {
      running.terminate();
      forget();
    };
    ask = () => {
      running.postMessage({ kind: 'cancel' });
      setTimeout(() => {
        if (drop === mine) end(latest, 'cancelled');
      }, PATIENCE_MS);
    };
    const mine = drop;
    running.onmessage = ({ data }) => hear(data);
    running.onmessageerror = onRefused;
    // A policy against workers is told here; an error later is the engine's, and told as such.
    running.onerror = (event) => {
      event.preventDefault();
      onRefused();
    };
    running.postMessage(asked);
  }

  /**
   * @param {Asked & {kind: 'begin'}} asked
   * @param {(told: Told) => void} hear
   */
  function runHere({ module, rules, seed, limitMs }, hear) {
    try {
      initSync({ module });
      const running = inSlices(new Search(rules, seed), {
        sliceMs: SLICE_MS,
        limitMs,
        later: (slice) => void setTimeout(slice, 0),
        onProgress: (progress) => hear({ kind: 'progress', progress }),
        onEnd: (progress, why) => hear({ kind: 'end', progress, why }),
        onBroken: (error) => hear({ kind: 'broken', reason: String(error) }),
      });
      ask = running.cancel;
      drop = running.cancel;
    } catch (error) {
      hear({ kind: 'broken', reason: String(error) });
    }
  }

  /**
   * @param {Asked & {kind: 'begin'}} asked
   * @param {string} reason
   */
  function again(asked, reason) {
    errors += 1;
    if (errors >= ERRORS_MAX) return end(latest, 'gave-up', reason);
    drop();
    onAgain();
    // Another seed, since the same one leads to the same error.
    return begin(asked.rules, asked.seed + 1, asked.limitMs);
  }

  return {
    get isRunning() {
      return current !== undefined;
    },
    /**
     * Begins a search in the place of what runs.
     * @param {string[]} rules
     * @param {number} seed
     * @param {number} limitMs
     */
    begin(rules, seed, limitMs) {
      current = undefined;
      drop();
      errors = 0;
      latest = undefined;
      void begin(rules.join(' '), seed, limitMs);
    },
    /** Ends it within a tenth of a second; what was found stays. */
    cancel: () => {
      if (current) ask();
    },
    destroy() {
      current = undefined;
      drop();
    },
  };
}
