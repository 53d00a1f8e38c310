import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { playerAt } from '../engine.mjs';
import { drawn, seen, sharedLink, tool } from '../seen.mjs';

/** @typedef {import('../driver.mjs').Page} Page */
/** @typedef {import('../driver.mjs').Inside} Inside */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const SINGLE = join(paths.dist, 'raft-playground.html');

/** Counts the workers that the page starts. */
function counting() {
  const Plain = Worker;
  const workers = { started: 0, ended: 0 };
  Object.assign(window, { workers });
  window.Worker = class extends Plain {
    constructor(/** @type {string | URL} */ address) {
      super(address);
      workers.started += 1;
    }

    terminate() {
      workers.ended += 1;
      super.terminate();
    }
  };
}

/** How many workers were started, and how many were ended. */
function workers(/** @type {Inside} */ page) {
  return page.evaluate(() => ({ .../** @type {any} */ (window).workers }));
}

/** Opens the rules, waives one, and presses Find. */
async function find(/** @type {Inside} */ page, rule = 'one-vote-per-term') {
  await drawn(page);
  await press(page, '#rules');
  await page.waitFor(() => document.querySelector('.rules[open]'));
  if (rule !== '') await press(page, `#rule-${rule}`);
  await press(page, '#find');
}

function press(/** @type {Inside} */ page, /** @type {string} */ selector) {
  return page.evaluate((selector) => {
    /** @type {HTMLElement} */ (document.querySelector(selector)).click();
  }, selector);
}

/** Until something was found. */
function found(/** @type {Inside} */ page) {
  return page.waitFor(() => document.querySelector('#open-found:not([hidden])'));
}

/** Until the search is over, whatever it came to. */
function over(/** @type {Inside} */ page) {
  return page.waitFor(() => /^(done|limit|cancelled|failed|gave-up)$/.test(
    document.querySelector('.find-results')?.getAttribute('data-phase') ?? ''));
}

/** What is found opens in the player. */
async function opens(/** @type {Inside} */ page) {
  await press(page, '#open-found');
  assert.match(await page.read('.find-what'), /One vote per term/);
  // It is told as a story, at its beginning now.
  await page.waitFor(() => /^1 of \d/.test(document.querySelector('#position')?.textContent ?? ''));
  assert.match(await page.read('#caption'), /^Without one vote per term: \d+ steps break Election/);
  await page.waitFor(() => document.querySelector('.tick.finding'));
  await press(page, '#continue');
  await page.waitFor(() => /^2 of \d/.test(document.querySelector('#position')?.textContent ?? ''));
  assert.match(await page.read('#caption'), /^[SC]\d .{5,}\.$/);
  await press(page, '#back');
  await page.waitFor(() => /^1 of \d/.test(document.querySelector('#position')?.textContent ?? ''));
}

/** Played by another engine, what is open breaks what the rule is for. */
async function breaks(/** @type {Inside} */ page) {
  await press(page, '#script');
  await page.waitFor(() => document.querySelector('#script-text'));
  const script = await page.evaluate(() => /** @type {HTMLTextAreaElement} */ (
    document.querySelector('#script-text')).value);
  assert.match(script, /^without one-vote-per-term$/m);
  const player = playerAt(script, 60_000);
  const found = player.findings().map(
    (/** @type {{ property: string }} */ { property }) => property);
  assert.ok(found.includes('election-safety'), script);
  player.free();
  await press(page, '#rules');
}

test('Find searches in a worker, and what it finds opens while it goes on', async () => {
  const page = await browser.open(`${server.url}#replication`, { watch: counting });
  await find(page);
  await found(page);
  assert.deepEqual(await workers(page), { started: 1, ended: 0 });
  assert.equal(await page.read('#open-found'), 'Open the shortest so far');
  await opens(page);
  await over(page);
  const end = await page.evaluate(() => document.querySelector('.find-results')
    ?.getAttribute('data-phase'));
  assert.equal(end, 'done', 'it went on to its end');
  assert.equal(await page.read('.find-results h3'), '');
  assert.match(await page.read('.find-verdict'), /Breaks Election Safety/);
  assert.match(await page.read('.find-verdict'), /\d schedules, .+ steps, /);
  assert.equal(await page.read('.find-results .warning'), '');
  assert.equal(await page.read('#find'), 'Search again');
  assert.deepEqual(await workers(page), { started: 1, ended: 1 });
  // Of other rules than those that are waived now it says which.
  await press(page, '#rule-one-vote-per-term');
  await page.waitFor(() => document.querySelector('.find-results h3')?.textContent
    === 'Without: One vote per term');
  await press(page, '#open-found');
  await breaks(page);
  // It is a run like any other: its link shows it to somebody else.
  const link = await sharedLink(page);
  const { servers, caption } = await page.evaluate(seen);
  const other = await browser.open(link);
  await drawn(other);
  const there = await other.evaluate(seen);
  assert.equal(there.servers.length, servers.length);
  assert.equal(there.caption, caption);
  assert.equal(there.notice, '');
  await other.close();
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('Cancel is heard after the slice that runs: nothing is computed after it', async () => {
  const page = await browser.open(`${server.url}#replication`, { watch: counting });
  await find(page, '');
  const slices = () => page.evaluate(() => Number(
    document.querySelector('.find-results')?.getAttribute('data-slices')));
  await page.waitFor(() => Number(document.querySelector('.find-results')
    ?.getAttribute('data-slices')) > 5);
  // What is drawn lags behind what was heard, so both are noted at the moment of the press.
  const heard = await page.evaluate(() => new Promise((resolve) => {
    const results = /** @type {Element} */ (document.querySelector('.find-results'));
    const began = performance.now();
    new MutationObserver(() => {
      if (results.getAttribute('data-phase') !== 'cancelled') return;
      resolve({ after: performance.now() - began });
    }).observe(results, { attributes: true });
    /** @type {HTMLElement} */ (document.querySelector('#find')).click();
  }));
  const { after } = /** @type {{ after: number }} */ (heard);
  assert.ok(after < 400, `heard after ${after} ms, on a busy machine`);
  const ended = await slices();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  assert.equal(await slices(), ended);
  assert.deepEqual(await workers(page), { started: 1, ended: 1 });
  assert.match(await page.read('.find-verdict'), /^Stopped\. Nothing found\..+no proof\.$/);
  assert.equal(await page.read('#find'), 'Search again');
  await page.close();
});

test('what nobody sees does not go on', async () => {
  const page = await browser.open(`${server.url}#replication`, { watch: counting });
  await find(page, '');
  await page.waitFor(() => document.querySelector('.find-results dd'));
  await page.press('Escape');
  await page.waitFor(() => /** @type {any} */ (window).workers.ended === 1);
  await tool(page, 'rules');
  assert.match(await page.read('.find-verdict'), /^Stopped\./);
  await page.close();
});

test('the single file searches in a worker, from file://', async () => {
  const page = await browser.open(`${pathToFileURL(SINGLE).href}#replication`, {
    watch: counting,
  });
  await find(page);
  await found(page);
  assert.deepEqual(await workers(page), { started: 1, ended: 0 });
  assert.equal(await page.read('.find-results .warning'), '');
  await opens(page);
  await breaks(page);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('in a sandboxed iframe too', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  test.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8">'
    + '<link rel="icon" href="data:,"><iframe width="900" height="700" sandbox="allow-scripts">'
    + '</iframe>');
  const host = await serve(folder);
  test.after(() => host.close());
  const page = await browser.open(host.url, { watch: counting });
  await page.evaluate((file) => {
    /** @type {HTMLIFrameElement} */ (document.querySelector('iframe')).srcdoc = file;
  }, await readFile(SINGLE, 'utf8'));
  const inside = await page.frame('iframe');
  await find(inside);
  await found(inside);
  assert.equal((await workers(inside)).started, 1);
  assert.equal(await inside.read('.find-results .warning'), '');
  await opens(inside);
  await breaks(inside);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('where no worker may be started it searches beside the picture', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'policy-'));
  test.after(() => rm(folder, { recursive: true }));
  const policy = "default-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data:; worker-src 'none'";
  const file = (await readFile(SINGLE, 'utf8')).replace('<head>', () => (
    `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`));
  await writeFile(join(folder, 'index.html'), file);
  const host = await serve(folder);
  test.after(() => host.close());
  const page = await browser.open(`${host.url}#replication`);
  await find(page);
  await page.waitFor(() => document.querySelector('.find-results .warning:not(:empty)'));
  assert.match(await page.read('.find-results .warning'), /may not start a worker/);
  await found(page);
  // The picture goes on meanwhile, and Cancel is heard.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await opens(page);
  if ((await page.read('#find')) === 'Cancel') await press(page, '#find');
  await over(page);
  assert.ok(page.errors.every((error) => error.includes('Content Security Policy')),
    page.errors.join('\n'));
  await page.close();
});

/** Makes the engine stop at an error in the first `times` workers. */
async function failing(/** @type {number} */ times) {
  const page = await browser.open(`${server.url}#replication`);
  await drawn(page);
  await page.evaluate((times) => {
    // As if the module had reached what must not be reached, in its second slice.
    const patch = `{
      const Plain = WebAssembly.Instance;
      WebAssembly.Instance = function (...given) {
        const instance = new Plain(...given);
        let calls = 0;
        const failing = {};
        for (const [name, value] of Object.entries(instance.exports)) {
          failing[name] = !name.endsWith('_advance') ? value : (...facts) => {
            if ((calls += 1) > 3) throw new WebAssembly.RuntimeError('unreachable');
            return value(...facts);
          };
        }
        return { exports: failing };
      };
      WebAssembly.Instance.prototype = Plain.prototype;
    }`;
    const Plain = Blob;
    let left = times;
    window.Blob = class extends Plain {
      constructor(/** @type {any} */ parts, /** @type {any} */ options) {
        const isWorker = options?.type === 'text/javascript' && (left -= 1) >= 0;
        super(isWorker ? [patch, ...parts] : parts, options);
      }
    };
  }, times);
  return page;
}

test('an error inside the engine is said, and the search begun again in another worker', async () => {
  const page = await failing(1);
  await find(page);
  await page.waitFor(() => document.querySelector('.find-results .warning:not(:empty)'));
  assert.match(await page.read('.find-results .warning'), /error in itself, and was begun again/);
  await found(page);
  await opens(page);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a search that goes on failing is given up, and the page goes on', async () => {
  const page = await failing(9);
  await find(page, '');
  await over(page);
  assert.match(await page.read('.find-results .warning'), /stopped at errors in itself: .+unreach/);
  assert.equal(await page.read('#find'), 'Search again');
  await page.click('#continue');
  await page.waitFor(() => /^[2-9] of/.test(document.querySelector('#position')?.textContent ?? ''));
  await page.close();
});

test('what is said aloud is the beginning, the find and the end, not each figure', async () => {
  const page = await browser.open(`${server.url}#replication`, { reducedMotion: true });
  await drawn(page);
  await tool(page, 'rules');
  await page.waitFor(() => document.querySelector('.find .quiet'));
  await page.evaluate(() => {
    const heard = /** @type {any} */ (window).heard = /** @type {string[]} */ ([]);
    const live = /** @type {Element} */ (document.querySelector('.find .quiet'));
    new MutationObserver(() => heard.push(live.textContent ?? '')).observe(live, {
      childList: true, characterData: true, subtree: true,
    });
  });
  await press(page, '#rule-one-vote-per-term');
  await press(page, '#find');
  await over(page);
  const heard = await page.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (window).heard));
  assert.equal(heard[0], 'Searching.');
  assert.match(heard.at(-1) ?? '', /^The search is over\. The shortest run has \d+ steps\.$/);
  assert.ok(heard.length <= 3, heard.join('\n'));
  assert.equal(await page.evaluate(() => document.querySelector('.find .quiet')
    ?.getAttribute('role')), 'status');
  await page.close();
});
