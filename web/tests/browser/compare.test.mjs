import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { ENOUGH_MS, Player, fragmentAt, sealed } from '../engine.mjs';
import { chooseItem, drawn, middle, painted, sharedLink, tool } from '../seen.mjs';

/** @typedef {import('../driver.mjs').Page} Page */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

/** Figure 8, in which one rule makes the difference. */
const FIGURE_8 = readFileSync(
  join(paths.root, 'raft-core/tests/rules/commit-own-term.raft'), 'utf8');
const RULE = 'without commit-own-term';

/** Opens Figure 8 before the moment that matters. */
async function figure8(/** @type {import('../driver.mjs').View} */ view = {}) {
  const fragment = fragmentAt(FIGURE_8, 300);
  const page = await browser.open(`${server.url}#${fragment}`, { reducedMotion: true, ...view });
  await drawn(page);
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.300 s');
  return page;
}

/** Opens the panel and chooses what is different in B. */
async function compareWith(/** @type {Page} */ page, /** @type {string} */ line) {
  await tool(page, 'compare');
  await page.waitFor(() => document.activeElement?.id === 'compare-change');
  await page.evaluate((line) => {
    const select = /** @type {HTMLSelectElement} */ (document.querySelector('#compare-change'));
    select.value = line;
    if (select.value !== line) throw new Error(`${line} cannot be chosen`);
    select.dispatchEvent(new Event('change'));
  }, line);
  await bothShown(page);
}

async function bothShown(/** @type {Page} */ page) {
  await page.waitFor(() => document.querySelector('[data-side="b"] [data-key="server-1"]')
    && !document.querySelector('#go-there')?.hasAttribute('hidden'));
  await painted(page);
}

/** What a person sees of both runs. */
function both(/** @type {Page} */ page) {
  return page.evaluate(() => {
    const all = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)];
    const words = (/** @type {string} */ selector) => document.querySelector(selector)
      ?.textContent ?? '';
    const names = (/** @type {string} */ stage) => all(`${stage} [data-key^="server-"]`)
      .map((target) => target.getAttribute('aria-label') ?? '');
    return {
      a: names('.stage:not([data-side])'),
      b: names('.stage[data-side]'),
      signs: ['.stage:not([data-side])', '.stage[data-side]']
        .map((stage) => all(`${stage} .differs`).length),
      names: all('.run-name').map((one) => one.textContent),
      told: all('.run-told').map((one) => one.textContent),
      first: words('.first'),
      apart: words('.apart'),
      time: words('#time'),
      mark: all('.tick.difference').length,
      scrubber: /** @type {HTMLInputElement | null} */ (document.querySelector('#scrubber'))?.value,
    };
  });
}

/** What the engine says of both at a moment. */
function engineAt(/** @type {string} */ script, /** @type {number} */ micros) {
  const player = new Player(script);
  player.compare(`${script}\n${RULE}`);
  while (!player.seek(micros, ENOUGH_MS));
  const servers = [false, true].map((beside) => [1, 2, 3, 4, 5].map((id) => (
    player.inspectServer(id, beside))));
  const apart = player.apart();
  while (!player.compareOn(ENOUGH_MS));
  const comparison = player.comparison();
  player.free();
  return { servers, apart, comparison };
}

test('the first difference is named, and leads there', async () => {
  const page = await figure8();
  assert.equal(await page.evaluate(() => document.querySelectorAll('.stage').length), 1);
  await compareWith(page, RULE);
  const before = await both(page);
  assert.deepEqual(before.names, ['A · this run', `B · ${RULE}`]);
  assert.equal(before.first, 'The runs first differ at 0.335 s.');
  assert.deepEqual(before.told, [
    'A: 0.335 s · S1 does not commit 2@2, though a majority holds it: it is not of term 4. (§5.4.2)',
    'B: 0.335 s · S1 commits up to entry 2: 3 servers hold it. (§5.3, §5.4.2)',
  ]);
  assert.equal(before.apart, 'Now no server differs.');
  assert.deepEqual(before.signs, [0, 0]);
  assert.deepEqual(before.a, before.b);
  assert.equal(before.mark, 1);
  await page.press('Escape');
  await page.click('#go-there');
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.335 s');
  await painted(page);
  const there = await both(page);
  const { comparison, apart } = engineAt(FIGURE_8, 335_000);
  assert.equal(comparison.difference.at, 335_000);
  assert.deepEqual(comparison.difference.servers, [1]);
  assert.deepEqual(apart, [{ id: 1, aspects: ['commit'] }]);
  assert.equal(there.apart, 'Now different: S1 (commit).');
  assert.deepEqual(there.signs, [1, 1]);
  assert.match(there.a[0], /S1, leader, term 4, differs in commit, log 2 entries, commit 0$/);
  assert.match(there.b[0], /S1, leader, term 4, differs in commit, log 2 entries, commit 2$/);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('every way through time moves both', async () => {
  const page = await figure8();
  await compareWith(page, RULE);
  await page.press('Escape');
  const facts = (/** @type {any} */ server) => `${server.term} ${server.log.length} ${server.commit}`;
  const told = (/** @type {string} */ name) => {
    const [, term, log, commit] = /term (\d+),.* log (\d+) \w+, commit (\d+)$/.exec(name) ?? [];
    return `${term} ${log} ${commit}`;
  };
  const times = [];
  for (const key of ['End', 'Home', ...'........', ...',,,']) {
    await page.press(key);
    await painted(page);
    const shown = await both(page);
    times.push(shown.time);
    if (key.length === 1) {
      // Amid the events of a moment both have seen as many of them.
      assert.deepEqual(shown.a, shown.b, `${key} to ${shown.time}`);
      continue;
    }
    const micros = Math.round(Number.parseFloat(shown.time) * 1e6);
    const { servers: [a, b] } = engineAt(FIGURE_8, micros);
    assert.deepEqual(shown.a.map(told), a.map(facts), shown.time);
    assert.deepEqual(shown.b.map(told), b.map(facts), shown.time);
  }
  assert.ok(new Set(times).size > 2, times.join());
  await page.close();
});

test('it is opened, used and closed by keyboard alone', async () => {
  const page = await figure8();
  await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#tools')).focus());
  for (const key of ['Enter', 'Tab', 'Enter']) await page.press(key);
  await page.waitFor(() => document.activeElement?.id === 'compare-change');
  for (const letter of 'without commit-o') await page.press(letter === ' ' ? 'Space' : letter);
  await bothShown(page);
  assert.deepEqual((await both(page)).names, ['A · this run', `B · ${RULE}`]);
  // Its script can be written freely.
  await page.press('Tab');
  await page.waitFor(() => document.activeElement?.id === 'compare-text');
  await page.evaluate(() => {
    const area = /** @type {HTMLTextAreaElement} */ (document.activeElement);
    const at = area.value.indexOf('without ');
    area.setSelectionRange(at, area.value.indexOf('\n', at));
  });
  await page.type('at 120ms crash S2');
  await page.press('Control+Enter');
  await page.waitFor(() => document.querySelector('.first')?.textContent?.includes('0.120 s'));
  assert.match((await both(page)).names[1] ?? '', /^B · at 120ms crash S2$/);
  await page.press('Escape');
  await page.waitFor(() => document.activeElement?.id === 'tools');
  assert.equal(await page.evaluate(() => document.querySelectorAll('.stage').length), 2);
  for (const key of ['Enter', 'Tab', 'Enter']) await page.press(key);
  await page.click('#stop-comparing');
  await page.waitFor(() => document.querySelectorAll('.stage').length === 1);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.run-told, .tick.difference')
    .length), 0);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('what is done to one is done to both', async () => {
  const page = await figure8();
  await compareWith(page, RULE);
  await page.press('Escape');
  await page.click(await middle(page, '[data-side="b"] [data-key="server-3"]'));
  await chooseItem(page, 'Crash');
  await page.waitFor(() => document.querySelectorAll('[aria-label^="S3, crashed"]').length === 2);
  await page.waitFor(() => document.querySelector('.first')?.textContent?.includes('No difference'));
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a link carries both runs and the moment', async () => {
  const page = await figure8();
  await compareWith(page, RULE);
  await page.press('Escape');
  await page.click('#go-there');
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.335 s');
  const shared = await sharedLink(page);
  assert.match(shared, /#v2[tz]~/);
  const before = await both(page);
  const other = await browser.open(shared, { reducedMotion: true });
  await drawn(other);
  await bothShown(other);
  await other.waitFor(() => document.querySelector('#time')?.textContent === '0.335 s');
  await painted(other);
  const { scrubber: here, ...then } = before;
  const { scrubber: there, ...now } = await both(other);
  assert.deepEqual(now, then);
  assert.ok(Math.abs(Number(here) - Number(there)) < 20_000, `${here} ${there}`);
  assert.equal(await other.evaluate(() => document.querySelector('#notice')?.hasAttribute('hidden')),
    true);
  assert.deepEqual(other.errors, []);
  await other.close();
  await page.close();
});

test('links whose second run is damaged or hostile are refused with a message', async () => {
  const page = await figure8();
  const notice = async (/** @type {string} */ payload) => {
    await page.evaluate(() => {
      const close = document.querySelector('#notice button');
      /** @type {HTMLElement} */ (close).click();
    });
    await page.go(`${server.url}#${sealed(payload)}`);
    await page.waitFor(() => !document.querySelector('#notice')?.hasAttribute('hidden'));
    return page.read('#notice p');
  };
  const run = 'raft 1\nservers 3\nrun 1s';
  const moment = '0 1 0 1 00000000\n';
  for (const head of ['99 0 0 ab', '0 0 999999999999 ab', '-1 0 0 ab', '0 0 0', '0 0 0 zz ']) {
    assert.match(await notice(`${moment}beside ${head}\n${run}`), /which two runs it compares/, head);
  }
  assert.match(await notice(`${moment}beside 7 0 18 ab\nwithout everything\n${run}`),
    /second script .* mistake in line 2/);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.stage').length), 1);
  const player = new Player(run);
  player.compare(`${run}\nseed 99`);
  while (!player.compareOn(ENOUGH_MS));
  const payload = player.linkPayload();
  const changed = payload.replace(/(\nbeside \d+ \d+ \d+ )[0-9a-f]{8}/, '$100000001');
  assert.notEqual(changed, payload);
  assert.match(await notice(changed), /^Run B comes out differently/);
  player.free();
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('it fits a small phone and a small embed', async () => {
  const size = { width: 320, height: 640 };
  const page = await figure8(size);
  await compareWith(page, RULE);
  for (const step of ['panel', 'closed']) {
    const wide = await page.evaluate(() => ({
      content: document.querySelector('#playground')?.scrollWidth ?? 0,
      stages: [...document.querySelectorAll('.stage')].map((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return [Math.round(top), Math.round(bottom)];
      }),
      told: [...document.querySelectorAll('.run-told')].map((one) => (
        Math.round(one.getBoundingClientRect().top))),
    }));
    assert.ok(wide.content <= 320, `${step}: ${wide.content} px wide`);
    assert.ok(wide.stages[0][1] <= wide.told[0] && wide.told[0] < wide.stages[1][0], step);
    assert.ok(wide.stages[1][1] <= wide.told[1], step);
    await page.press('Escape');
  }
  await page.close();
});
