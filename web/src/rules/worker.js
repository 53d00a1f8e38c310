/**
 * The search in a worker. It is handed the compiled module, since a worker that was started from a
 * Blob has nowhere to fetch it from.
 */
import { Search, initSync } from '../../pkg-search/raft_wasm_search.js';
import { inSlices } from './slices.js';

/** So that what the page says is heard soon enough. */
const SLICE_MS = 40;

/** A message to itself comes after those of the page that wait already, and without a delay. */
const turns = new MessageChannel();
/** @type {() => void} */
let next = () => {};
turns.port1.onmessage = () => next();

/** @type {ReturnType<typeof inSlices> | undefined} */
let running;

/** @param {import('./hunt.js').Told} told */
const tell = (told) => self.postMessage(told);
/** @param {unknown} error */
const onBroken = (error) => tell({ kind: 'broken', reason: String(error) });

/** @param {MessageEvent<import('./hunt.js').Asked>} event */
self.onmessage = ({ data }) => {
  if (data.kind === 'cancel') return running?.cancel();
  try {
    initSync({ module: data.module });
    running = inSlices(new Search(data.rules, data.seed), {
      sliceMs: SLICE_MS,
      limitMs: data.limitMs,
      later: (slice) => {
        next = slice;
        turns.port2.postMessage(null);
      },
      onProgress: (progress) => tell({ kind: 'progress', progress }),
      onEnd: (progress, why) => tell({ kind: 'end', progress, why }),
      onBroken,
    });
    tell({ kind: 'begun' });
  } catch (error) {
    onBroken(error);
  }
  return undefined;
};
self.addEventListener('messageerror', () => onBroken(new Error('the module did not arrive')));
