import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import { choose, drawn, middle, painted, tool } from '../seen.mjs';

/** @typedef {import('../driver.mjs').Page} Page */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const RUN = `raft 1
servers 3
seed 5
preset paper
clients 2
at 0ms timeout S1
at 100ms put x 5 via C1
at 300ms cas x 4 6 via C2
at 500ms get x via C1
at 690ms get x via C2`;
/** A leader that does not know that it leads no longer answers a read. */
const STALE = readFileSync(
  join(paths.root, 'raft-core/tests/rules/read-confirms-leadership.raft'), 'utf8',
).replace('servers 3', 'servers 3\nwithout read-confirms-leadership');

/**
 * A page at rest, at a moment of a run.
 * @param {string} script
 * @param {number} at  In ms.
 * @param {import('../driver.mjs').View} [view]
 */
async function openAt(script, at, view) {
  const address = `${server.url}#${fragmentAt(script, at)}`;
  const page = await browser.open(address, { reducedMotion: true, ...view });
  await drawn(page);
  await page.waitFor((wanted) => document.querySelector('#time')?.textContent === wanted,
    `${(at / 1000).toFixed(3)} s`);
  return page;
}

/** What the panel shows. Runs in the page. */
function panel() {
  const text = (/** @type {string} */ selector) => (
    document.querySelector(selector)?.textContent ?? '');
  const all = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)];
  return {
    title: text('.panel-title'),
    verdict: text('#verdict'),
    calls: all('.panel .call').map((one) => ({
      key: one.getAttribute('data-call'),
      words: one.querySelector('.words')?.textContent,
      name: one.getAttribute('aria-label') ?? '',
      look: one.getAttribute('class'),
    })),
    detail: text('.call-detail'),
    time: text('#time'),
    wide: document.documentElement.scrollWidth > window.innerWidth,
  };
}

test('the calls of the clients stand over time, and lead to their moments', async () => {
  const page = await openAt(RUN, 700);
  await tool(page, 'calls');
  await painted(page);
  const before = await page.evaluate(panel);
  assert.equal(before.title, 'What clients called');
  assert.equal(before.verdict, 'No contradiction so far in 4 calls.');
  assert.deepEqual(before.calls.map(({ words }) => words).sort(),
    ['x=5', 'x:4→6 ≠ 5', 'x? → 5', 'x? …'].sort());
  const swap = before.calls.find(({ words }) => words?.startsWith('x:4'));
  assert.match(swap?.name ?? '', /^C2 cas x 4 6, called at 0\.300 s, asked S1: not swapped/);
  // The beginning of a bar is its call, the end its return.
  const bar = `[data-call="${swap?.key}"] .hit`;
  const { x, y } = await middle(page, bar);
  await page.click({ x: x - 8, y });
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.300 s');
  await painted(page);
  const there = await page.evaluate(panel);
  assert.ok(there.detail.startsWith('C2 cas x 4 6'), there.detail);
  assert.equal(there.calls.length, 4, 'what is known stays to be seen');
  assert.equal(there.calls.filter(({ look }) => look?.includes('later')).length, 2);
  const again = await middle(page, bar);
  await page.click({ x: again.x + 8, y: again.y });
  await page.waitFor(() => {
    const time = Number.parseFloat(document.querySelector('#time')?.textContent ?? '');
    return time > 0.3 && time < 0.5;
  });
  await page.click('#close-panel');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tools');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('with the keyboard one goes from call to call, and to their moments', async () => {
  const page = await openAt(RUN, 700);
  await tool(page, 'calls');
  await painted(page);
  const stops = await page.evaluate(() => (
    document.querySelectorAll('.panel .call[tabindex="0"]').length));
  assert.equal(stops, 1, 'all of them are one stop of Tab');
  await page.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector('.panel .call[tabindex="0"]')).focus();
  });
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-call'));
  await page.press('Home');
  assert.equal(await at(), '1.1');
  await page.press('ArrowRight');
  assert.equal(await at(), '2.1');
  await page.press('ArrowUp');
  assert.equal(await at(), '1.1');
  await page.press('End');
  assert.equal(await at(), '2.2');
  await page.press('ArrowLeft');
  await page.press('Enter');
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.500 s');
  await painted(page);
  assert.equal(await at(), '1.2', 'the focus stays');
  await page.press('Enter');
  await page.waitFor(() => document.querySelector('#time')?.textContent !== '0.500 s');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a finding can be opened: its moment, its servers, and what it breaks', async () => {
  const page = await openAt(STALE, 175);
  await page.click('#found');
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.170 s');
  await painted(page);
  const { title } = await page.evaluate(panel);
  assert.match(title, /^Violated: a read sees all/);
  const why = await page.evaluate(() => document.querySelector('#panel .why')?.textContent ?? '');
  assert.match(why, /^S1 answered a read without entry 2/);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.accused').length), 1);
  // The calls tell the same.
  await tool(page, 'calls');
  await painted(page);
  assert.equal((await page.evaluate(panel)).verdict, why);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a finding that names calls opens as these calls', async () => {
  const page = await openAt(STALE, 190);
  await page.click('#found');
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.180 s');
  await painted(page);
  const { title, verdict } = await page.evaluate(panel);
  assert.equal(title, 'What clients called');
  assert.match(verdict, /^No single store/);
  assert.equal(await page.evaluate(() => (
    document.querySelectorAll('.panel section:not([hidden]) .call').length)), 3);
  assert.deepEqual(page.errors, []);
  await page.close();
});

for (const dark of [false, true]) {
  test(`at 320 px nothing is wider than the page ${dark ? 'in the dark' : ''}`, async () => {
    const page = await openAt(RUN, 700, { width: 320, height: 900, dark });
    await choose(page, 'client-1', 'Their calls over time');
    await painted(page);
    const { calls, wide, title } = await page.evaluate(panel);
    assert.deepEqual([calls.length, wide, title], [4, false, 'What clients called']);
    await page.close();
  });
}

test('a newcomer lets clients call by themselves, and stops them', async () => {
  const page = await browser.open(server.url, { reducedMotion: true });
  await drawn(page);
  await page.click('#stories');
  await page.click('[data-story="free"]');
  await page.waitFor(() => document.querySelector('[data-key="client-1"]'));
  await choose(page, 'client-1', 'Let clients call by themselves');
  await page.waitFor(() => document.querySelector('[data-key="client-2"]'));
  await tool(page, 'calls');
  for (let steps = 0; steps < 150; steps += 1) {
    if ((await page.evaluate(panel)).calls.length > 2) break;
    await page.click('#step');
    await painted(page);
  }
  assert.ok((await page.evaluate(panel)).calls.length > 2);
  await choose(page, 'client-1', 'Let clients call no more');
  await painted(page);
  assert.equal((await page.evaluate(panel)).verdict, 'No client has called yet.');
  assert.deepEqual(page.errors, []);
  await page.close();
});
