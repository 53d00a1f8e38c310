/**
 * The search in a worker in the browser: how soon each safety rule is found, and at what rates.
 *
 *     node web/bench/search.mjs        after a build
 *
 * For each rule the time to the first run that breaks something, the time until the search has
 * enough, and the steps of the shortest run; then random steps per second with every rule in
 * force, and states per second while everything shorter is tried. Wall time of one worker.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { paths } from '../scripts/paths.mjs';
import { serve } from '../scripts/serve.mjs';
import { SAFETY } from '../src/rules/catalog.js';
import { launch } from '../tests/driver.mjs';
import { median } from './median.mjs';

/** A rule that is not found by then is not found. */
const LIMIT_MS = 60_000;
/** How long nothing is searched for. */
const IDLE_MS = 5_000;

/**
 * @typedef {object} Found
 * @property {string} rule
 * @property {number} [foundMs]
 * @property {number} doneMs
 * @property {number} schedules
 * @property {number} shortest
 * @property {string} property
 * @property {number} bound
 * @property {number} states
 * @property {number} provingMs
 */

const worker = `
import { Search, initSync } from ${JSON.stringify(join(paths.search, 'raft_wasm_search.js'))};
const now = () => performance.now();
function find(rule, limitMs) {
  const search = new Search(rule, 1);
  const began = now();
  let foundMs, provingFrom, goesOn = true;
  while (goesOn && now() - began < limitMs) {
    goesOn = search.advance(500);
    if (foundMs === undefined && search.shortest > 0) foundMs = now() - began;
    if (provingFrom === undefined && search.phase === 'proving') provingFrom = now();
  }
  const { schedules, steps, shortest, property, bound, states } = search;
  search.free();
  const doneMs = now() - began;
  const provingMs = provingFrom === undefined ? 0 : now() - provingFrom;
  return { rule, foundMs, doneMs, schedules, steps, shortest, property, bound, states, provingMs };
}
self.onmessage = ({ data: { module, rule, limitMs } }) => {
  initSync({ module });
  self.postMessage(find(rule, limitMs));
};`;

const { outputFiles: [{ text: code }] } = await build({
  stdin: { contents: worker, resolveDir: paths.web }, bundle: true, write: false, format: 'iife',
});
const bytes = [...await readFile(join(paths.dist, 'raft_wasm_search_bg.wasm'))];
const [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
const page = await browser.open(server.url);

/**
 * @param {string} rule
 * @param {number} limitMs
 * @returns {Promise<Found & {steps: number}>}
 */
const searched = (rule, limitMs) => page.evaluate(async (asked) => {
  const address = URL.createObjectURL(new Blob([asked.code], { type: 'text/javascript' }));
  const running = new Worker(address);
  const module = await WebAssembly.compile(new Uint8Array(asked.bytes));
  const told = await new Promise((resolve, reject) => {
    running.onmessage = ({ data }) => resolve(data);
    running.onerror = ({ message }) => reject(new Error(message));
    running.postMessage({ module, rule: asked.rule, limitMs: asked.limitMs });
  });
  running.terminate();
  return told;
}, { code, bytes, rule, limitMs });

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(2)} s`;
/** @type {number[]} */
const times = [];
const rates = [];
console.log('rule, breaks, found in, schedules, done in, steps, nothing within');
for (const rule of SAFETY.flatMap(({ rules }) => Object.keys(rules))) {
  const one = await searched(rule, LIMIT_MS);
  const { foundMs, doneMs, schedules, shortest, property, bound, states, provingMs } = one;
  if (foundMs === undefined) {
    console.log(`${rule}: not found in ${seconds(doneMs)}`);
    process.exitCode = 1;
    continue;
  }
  times.push(foundMs);
  if (provingMs > 500) rates.push(states / provingMs * 1000);
  console.log([rule, property, seconds(foundMs), schedules, seconds(doneMs), shortest, bound].join(', '));
}
const idle = await searched('', IDLE_MS);
await Promise.all([browser.close(), server.close()]);

console.log(`${times.length} rules found: median ${seconds(median(times))} (goal 1 s), `
  + `longest ${seconds(Math.max(...times))} (goal 60 s)`);
console.log(`random steps with every rule in force: ${(idle.steps / idle.doneMs / 1000).toFixed(2)} `
  + 'million a second (goal 1)');
console.log(`states, everything shorter: ${(median(rates) / 1e6).toFixed(3)} million a second`);
