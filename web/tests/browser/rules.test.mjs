import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import { drawn, painted, seen, tool } from '../seen.mjs';

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
seed 4
preset paper
clients 1

at 0ms timeout S2   # first
at 900ms crash S1
`;
const FRAGMENT = fragmentAt(RUN, 400);

/** A run at 0.4 s with its rules beside it. */
async function withRules(/** @type {import('../driver.mjs').View} */ view = {}) {
  const page = await browser.open(`${server.url}#${FRAGMENT}`, view);
  await drawn(page);
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.400 s');
  await tool(page, 'rules');
  await page.waitFor(() => document.querySelector('.rules[open]'));
  return page;
}

/** The names of the files that the page has asked for. */
function asked(/** @type {Page} */ page) {
  return page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => (
    new URL(name).pathname.slice(1))));
}

/** The script of the run, as its panel shows it. */
async function script(/** @type {Page} */ page) {
  await tool(page, 'script');
  await page.waitFor(() => document.querySelector('#script-text'));
  return page.evaluate(() => /** @type {HTMLTextAreaElement} */ (
    document.querySelector('#script-text')).value);
}

test('the rules come when they are wanted: a first visit does without', async () => {
  const page = await browser.open(server.url);
  await drawn(page);
  const first = await asked(page);
  assert.ok(first.includes('main.js'));
  assert.ok(!first.some((name) => name === 'rules.js' || name.includes('search')), first.join(' '));
  await tool(page, 'rules');
  await page.waitFor(() => document.querySelector('.rules[open]'));
  const then = await asked(page);
  assert.ok(then.includes('rules.js'));
  assert.ok(!then.some((name) => name.includes('search')), 'the search comes with Find');
  assert.equal(await page.evaluate(() => document.querySelectorAll('.rule').length), 53);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('where the rules cannot be fetched that is said, and they can be asked for again', async () => {
  const page = await browser.open(`${server.url}#${FRAGMENT}`, {
    watch: () => {
      const append = Element.prototype.append;
      Element.prototype.append = function refusing(...nodes) {
        const [one] = nodes;
        if (one instanceof HTMLScriptElement && !('isOnline' in window)) one.src = '/missing.js';
        return append.apply(this, nodes);
      };
    },
  });
  await drawn(page);
  await tool(page, 'rules');
  await page.waitFor(() => document.querySelector('.panel .warning'));
  assert.match(await page.read('.panel .warning'), /could not be fetched/);
  await page.click('#close-panel');
  await page.evaluate(() => Object.assign(window, { isOnline: true }));
  await tool(page, 'rules');
  await page.waitFor(() => document.querySelector('.rules[open]'));
  await page.close();
});

test('a switch waives a rule in the script of the run, and puts it back', async () => {
  const page = await withRules();
  assert.match(await page.read('.find-what'), /^All rules are in force\./);
  await page.click('#rule-one-vote-per-term');
  await page.waitFor(() => document.querySelector('.rule[data-waived]'));
  assert.match(await page.read('.find-what'), /^Waived: One vote per term\./);
  assert.match(await page.read('.rules summary'), /1 of 8 waived/);
  await painted(page);
  const { time, servers } = await page.evaluate(seen);
  assert.equal(time, '0.400 s', 'the moment stays');
  assert.equal(servers.length, 3);
  const waived = await script(page);
  assert.match(waived, /^without one-vote-per-term$/m);
  assert.match(waived, /# first$/m, 'comments stay');
  await tool(page, 'rules');
  await page.click('#restore-rules');
  await page.waitFor(() => !document.querySelector('.rule[data-waived]'));
  assert.equal(await page.evaluate(() => (/** @type {HTMLInputElement} */ (
    document.querySelector('#rule-one-vote-per-term'))).checked), true);
  assert.equal(await script(page), RUN.trim());
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('Show me plays the scenario of a rule as a story', async () => {
  const page = await withRules({ reducedMotion: true });
  await page.click('[data-show="up-to-date-log"]');
  await page.waitFor(() => document.title.startsWith('Without: '));
  await page.waitFor(() => document.querySelector('#position')?.textContent?.startsWith('1 of '));
  const { caption } = await page.evaluate(seen);
  assert.equal(caption, await page.evaluate(() => document.querySelector(
    '#rule-up-to-date-log')?.closest('.rule')?.querySelector('p')?.textContent ?? ''));
  assert.match(await page.read('.find-what'), /Waived: Only an up-to-date log gets a vote/);
  for (;;) {
    const { position } = await page.evaluate(seen);
    const [number, , count] = position.split(' ').map(Number);
    if (number === count) break;
    await page.click('#continue');
    await page.waitFor((next) => document.querySelector('#position')?.textContent?.startsWith(
      `${next} of `), number + 1);
  }
  assert.match((await page.evaluate(seen)).caption, /^Without it: /);
  await page.waitFor(() => document.querySelector('.found:not([hidden])'));
  assert.match(await page.read('.found'), /Leader Completeness/);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the shortest run that is known for a rule is at hand, without a search', async () => {
  const page = await withRules({ reducedMotion: true });
  assert.match(await page.read('[data-play="up-to-date-log"]'), /^Shortest known: \d+ steps$/);
  await page.click('[data-play="up-to-date-log"]');
  await page.waitFor(() => document.title.startsWith('Without up to date log'));
  await page.waitFor(() => document.querySelector('.tick.finding'));
  assert.ok(!(await asked(page)).some((name) => name.includes('search')));
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the panel of rules is for the keyboard too, and gives the focus back', async () => {
  const page = await withRules();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'close-panel');
  /** @type {string[]} */
  const reached = [];
  for (let presses = 0; presses < 12; presses += 1) {
    await page.press('Tab');
    reached.push(await page.evaluate(() => {
      const one = document.activeElement;
      return one?.id || one?.getAttribute('data-show') || one?.localName || '';
    }));
  }
  for (const one of ['find', 'summary', 'rule-one-vote-per-term', 'one-vote-per-term', 'a']) {
    assert.ok(reached.includes(one), `${one} in ${reached.join(' ')}`);
  }
  await page.evaluate(() => document.getElementById('rule-one-vote-per-term')?.focus());
  await page.press(' ');
  await page.waitFor(() => document.querySelector('.rule[data-waived]'));
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'rule-one-vote-per-term');
  assert.equal((await page.evaluate(seen)).playing, false, 'Space is the switch’s own');
  await page.press('Escape');
  await page.waitFor(() => document.querySelector('#panel')?.hasAttribute('hidden'));
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tools');
  await page.close();
});

test('in an embed there is no header, and nothing of the rules is asked for', async () => {
  const page = await browser.open(`${server.url}?embed#election`);
  await drawn(page);
  assert.equal(await page.evaluate(() => document.querySelector('#rules')), null);
  await page.close();
});
