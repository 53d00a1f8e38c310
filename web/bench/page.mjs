/**
 * What the page costs in a browser: main-thread time per picture, time to the first picture and
 * the first that moves, and bytes over the wire; each beside its budget.
 *
 *     node web/bench/page.mjs        after a build
 *
 * Times per picture are processor time of the page's thread, all of it: engine, scripts, style,
 * layout, paint. Medians of several runs.
 */
import { pathToFileURL } from 'node:url';
import { paths } from '../scripts/paths.mjs';
import { serve } from '../scripts/serve.mjs';
import { sizes } from '../scripts/sizes.mjs';
import { launch } from '../tests/driver.mjs';
import { fragmentAt, playerAt } from '../tests/engine.mjs';
import { drawn } from '../tests/seen.mjs';
import { median } from './median.mjs';

const RUNS = 5;
const WATCHED_MS = 2_000;
const START_MS = 400;

/**
 * Clusters whose heartbeats overtake each other: so many that a number of messages is always in
 * the air.
 */
const FEW = `raft 1
servers 5
clients 1
seed 1
preset paper
set heartbeat 5ms
set latency 10..15ms
at 0ms timeout S1
every 20ms from 150ms to 10s: put x 1 via C1`;
const MANY = `raft 1
servers 25
clients 3
seed 1
preset paper
set heartbeat 1ms
set latency 9..11ms
at 0ms timeout S1
every 20ms from 150ms to 10s: put x 1 via C1`;

/**
 * Notes when the stage is first seen, presses Continue at once, and notes when the stage first
 * moves. Runs in the page.
 */
function watch() {
  const noted = /** @type {any} */ (window).noted = { drawn: 0, moved: 0 };
  let before = '';
  const tick = () => {
    const now = performance.now();
    if (document.querySelector('[data-key="server-1"]')) {
      if (!noted.drawn) /** @type {HTMLElement} */ (document.querySelector('#continue')).click();
      noted.drawn ||= now;
      const picture = document.querySelector('.moving')?.innerHTML ?? '';
      if (before !== '' && picture !== before) noted.moved ||= now;
      before = picture;
    }
    if (!noted.moved) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/** Counts the pictures of a while. Runs in the page. */
function pictures(/** @type {number} */ ms) {
  return new Promise((resolve) => {
    let count = 0;
    const until = performance.now() + ms;
    const tick = (/** @type {number} */ time) => {
      count += 1;
      if (time < until) requestAnimationFrame(tick);
      else resolve(count);
    };
    requestAnimationFrame(tick);
  });
}

/** @typedef {Awaited<ReturnType<typeof launch>>} Browser */

/**
 * Main-thread ms per picture while a script's run is played.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {string} script
 */
async function pictureMs(browser, url, script) {
  const costs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.open(`${url}#${fragmentAt(script, START_MS)}`);
    await drawn(page);
    await page.waitFor((time) => document.querySelector('#time')?.textContent === time,
      `${(START_MS / 1000).toFixed(3)} s`);
    await page.click('#play');
    await page.evaluate(pictures, 300);
    const before = await page.busyMs();
    const count = /** @type {number} */ (await page.evaluate(pictures, WATCHED_MS));
    costs.push((await page.busyMs() - before) / count);
    if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
    await page.close();
  }
  return median(costs);
}

/**
 * Ms from navigation to the first picture of the stage, and to the first that differs from it.
 *
 * @param {Browser} browser
 * @param {string} url
 */
async function firstMs(browser, url) {
  const all = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.open(url, { watch });
    await page.waitFor(() => /** @type {any} */ (window).noted.moved);
    all.push(await page.evaluate(() => /** @type {any} */ (window).noted));
    await page.close();
  }
  return {
    drawn: median(all.map((noted) => noted.drawn)),
    moved: median(all.map((noted) => noted.moved)),
  };
}

/** How many messages are in the air around the watched time, drawn and in all. */
function inTheAir(/** @type {string} */ script) {
  const player = playerAt(script, START_MS);
  const counts = [];
  for (let step = 0; step < 40; step += 1) {
    const frame = player.frame();
    counts.push({ drawn: frame[12], all: frame[12] + frame[13] });
    player.seekStage(frame[1] + 50_000, 1_000);
  }
  player.free();
  return `${median(counts.map(({ all }) => all))} messages, `
    + `${median(counts.map(({ drawn }) => drawn))} drawn`;
}

/** Measures everything and prints a table. */
export async function benchPage() {
  const [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
  try {
    /** @type {[string, string, string][]} */
    const rows = [['what', 'measured', 'budget']];
    const ms = (/** @type {number} */ value) => `${value.toFixed(value < 100 ? 2 : 0)} ms`;
    rows.push([`a picture: 5 servers, ${inTheAir(FEW)}`,
      ms(await pictureMs(browser, server.url, FEW)), '2 ms']);
    rows.push([`a picture: 25 servers, ${inTheAir(MANY)}`,
      ms(await pictureMs(browser, server.url, MANY)), '8 ms']);
    const first = await firstMs(browser, `${server.url}#partition`);
    rows.push(['navigation to first picture', ms(first.drawn), '']);
    rows.push(['navigation to first that moves, Continue pressed', ms(first.moved), '']);
    const parts = Object.entries(await sizes());
    const sum = parts.reduce((bytes, part) => bytes + part[1], 0);
    rows.push(['first visit, brotli', `${(sum / 1000).toFixed(1)} kB`, '100 kB']);
    for (const [name, bytes] of parts) {
      rows.push([`  ${name}`, `${(bytes / 1000).toFixed(1)} kB`, '']);
    }
    const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i].length)));
    for (const [what, measured, budget] of rows) {
      console.log(`${what.padEnd(widths[0])}  ${measured.padStart(widths[1])}  `
        + budget.padStart(widths[2]));
    }
  } finally {
    await Promise.all([browser.close(), server.close()]);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await benchPage();
