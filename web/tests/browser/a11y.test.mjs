import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import { choose, continueTo, drawn, middle, painted, seen, tool } from '../seen.mjs';

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
clients 2
seed 4
preset paper
at 0ms timeout S2
at 90ms put x 5 via C1`;
const FRAGMENT = fragmentAt(RUN, 110);
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong with what is shown now, in words. */
async function violations(/** @type {Page} */ page) {
  const injected = await page.evaluate(() => 'axe' in window);
  if (!injected) await page.inject(join(paths.packages, 'axe-core', 'axe.min.js'));
  return page.evaluate(async (tags) => {
    const { axe } = /** @type {any} */ (window);
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap((/** @type {any} */ violation) => violation.nodes.map(
      (/** @type {any} */ node) => `${violation.id}: ${node.html.slice(0, 150)} ${
        node.failureSummary.split('\n')[1]}`));
  }, TAGS);
}

for (const dark of [false, true]) {
  test(`axe finds nothing ${dark ? 'in the dark' : 'in the light'}`, async () => {
    const page = await browser.open(`${server.url}#replication`, { dark, reducedMotion: true });
    await drawn(page);
    /** @type {string[]} */
    const found = [];
    const check = async (/** @type {string} */ where) => {
      await painted(page);
      found.push(...(await violations(page)).map((/** @type {string} */ v) => `${where}: ${v}`));
    };
    await continueTo(page, 'It sends the new entry');
    await check('a caption');
    await page.click(await middle(page, '[data-key="server-2"]'));
    await check('a menu');
    await page.press('Escape');
    await choose(page, 'server-2', 'Inspect');
    await check('the inspector');
    await tool(page, 'settings');
    await page.waitFor(() => document.querySelector('#preset'));
    await check('the settings');
    await tool(page, 'script');
    await check('the script');
    await page.evaluate(() => {
      const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('#script-text'));
      area.value = area.value.replace('servers 3', 'servers many');
      area.dispatchEvent(new Event('input'));
    });
    await page.waitFor(() => document.querySelector('.mistake'));
    await check('a mistake');
    await page.press('Escape');
    await tool(page, 'compare');
    await page.waitFor(() => document.querySelector('#compare-change'));
    await page.evaluate(() => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector('#compare-change'));
      select.value = 'set latency 30..40ms';
      select.dispatchEvent(new Event('change'));
    });
    await page.waitFor(() => document.querySelector('[data-side="b"] [data-key="server-1"]'));
    await check('two runs and what is different');
    await page.click('#stop-comparing');
    await tool(page, 'rules');
    await page.waitFor(() => document.querySelector('.rules[open]'));
    await check('the rules');
    await page.click('#rule-one-vote-per-term');
    await page.click('#find');
    await page.waitFor(() => document.querySelector('#open-found:not([hidden])'));
    await check('a search');
    await page.press('Escape');
    for (const sheet of ['stories', 'tools', 'share', 'help']) {
      await page.click(`#${sheet}`);
      await check(`the sheet of ${sheet}`);
      await page.press('Escape');
    }
    await page.evaluate(() => {
      location.hash = 'nonsense~';
    });
    await page.waitFor(() => document.querySelector('#notice:not([hidden])'));
    await check('a notice');
    await page.evaluate((fragment) => {
      location.hash = fragment;
    }, FRAGMENT);
    await page.waitFor(() => document.querySelectorAll('[data-key^="client-"]').length === 2);
    await check('messages and clients');
    await tool(page, 'calls');
    await page.waitFor(() => document.querySelector('#verdict'));
    await check('the calls of clients');
    await choose(page, 'server-1', 'Pause');
    await check('a branch');
    assert.equal(found.join('\n'), '');
    await page.close();
  });
}

test('Tab reaches everything on the stage while time stands, and nothing twice', async () => {
  const page = await browser.open(`${server.url}#${FRAGMENT}`);
  await drawn(page);
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.110 s');
  await painted(page);
  const expected = await page.evaluate(() => [...document.querySelectorAll('[data-key]')]
    .map((one) => one.getAttribute('data-key') ?? '').sort());
  assert.ok(expected.some((key) => key.startsWith('message-')), expected.join(' '));
  /** @type {string[]} */
  const reached = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.press('Tab');
    const where = await page.evaluate(() => {
      const one = document.activeElement;
      const style = one ? getComputedStyle(one) : null;
      return {
        key: one?.getAttribute('data-key') ?? one?.id ?? '',
        named: Boolean(one?.getAttribute('aria-label') || one?.textContent),
        outlined: style !== null && (style.outlineStyle !== 'none'
          || [...one?.children ?? []].some((child) => getComputedStyle(child).stroke !== 'none')),
      };
    });
    if (reached.includes(where.key)) break;
    assert.ok(where.named || where.key === '', `${where.key} has a name`);
    assert.ok(where.outlined || where.key === '', `${where.key} shows that it has the focus`);
    if (where.key) reached.push(where.key);
  }
  const onStage = reached.filter((key) => key.includes('-') && expected.includes(key));
  assert.deepEqual(onStage.toSorted(), expected);
  for (const id of ['stories', 'tools', 'share', 'help', 'play', 'step', 'scrubber', 'speed']) {
    assert.ok(reached.includes(id), `Tab reaches #${id}`);
  }
  await page.close();
});

test('the menus of a message and of a client open with the keyboard', async () => {
  const page = await browser.open(`${server.url}#${FRAGMENT}`);
  await drawn(page);
  await page.waitFor(() => document.querySelector('.message[data-key][tabindex="0"]'));
  for (const [selector, key, first] of [
    ['.message[data-key]', 'Enter', 'Drop'], ['[data-key="client-1"]', ' ', 'Put'],
  ]) {
    await page.evaluate((selector) => {
      /** @type {HTMLElement} */ (document.querySelector(selector)).focus();
    }, selector);
    await page.press(key);
    await page.waitFor(() => document.activeElement?.getAttribute('role') === 'menuitem');
    assert.ok((await page.evaluate(() => document.activeElement?.textContent))?.startsWith(first));
    await page.press('Escape');
    assert.ok(await page.evaluate((selector) => (
      document.activeElement === document.querySelector(selector)), selector), 'the focus is back');
  }
  await page.close();
});

test('where motion is reduced nothing plays by itself', async () => {
  const page = await browser.open(`${server.url}#partition`, { reducedMotion: true });
  await drawn(page);
  const before = await page.evaluate(seen);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 700)));
  assert.deepEqual(await page.evaluate(seen), before);
  assert.equal(before.playing, false);
  await page.click('#stories');
  await page.click('[data-story="free"]');
  await page.waitFor(() => document.querySelector('#position')?.textContent === 'Free play');
  assert.equal((await page.evaluate(seen)).playing, false);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.close();
});

test('what is said aloud is what happens, and not too much of it', async () => {
  const page = await browser.open(`${server.url}#${fragmentAt(RUN, 5)}`);
  await drawn(page);
  const spoken = page.evaluate(() => new Promise((resolve) => {
    /** @type {{ at: number, words: string }[]} */
    const heard = [];
    new MutationObserver(() => heard.push({
      at: performance.now(), words: document.querySelector('.quiet')?.textContent ?? '',
    })).observe(/** @type {Node} */ (document.querySelector('.quiet')),
      { childList: true, characterData: true, subtree: true });
    setTimeout(() => resolve(heard), 6_000);
  }));
  await page.click('#play');
  const heard = /** @type {{ at: number, words: string }[]} */ (await spoken);
  assert.ok(heard.some(({ words }) => words.includes('S2')), JSON.stringify(heard));
  for (const [i, { at, words }] of heard.entries()) {
    assert.ok(words.length < 200, words);
    if (i > 0) assert.ok(at - heard[i - 1].at > 1_000, `${words} after ${at - heard[i - 1].at} ms`);
  }
  await page.close();
});

for (const width of [320, 1280]) {
  test(`all that can be pressed is at least 24 px large: ${width} px`, async () => {
    const page = await browser.open(`${server.url}#${FRAGMENT}`, { width, height: 800 });
    await drawn(page);
    await tool(page, 'rules');
    await page.waitFor(() => document.querySelector('.rules[open]'));
    await painted(page);
    const small = await page.evaluate(() => {
      const pressable = document.querySelectorAll('button, select, input, a, [role=button]');
      return [...pressable].flatMap((one) => {
        if (!one.checkVisibility({ visibilityProperty: true })) return [];
        const name = one.getAttribute('aria-label') ?? one.textContent ?? one.id;
        const line = one.querySelector('path.line');
        // A line is as wide as it is thick; its box is not.
        if (line) {
          const thick = Number.parseFloat(getComputedStyle(line).strokeWidth);
          return thick < 24 ? [`${name}: ${thick} px thick`] : [];
        }
        const { width, height } = (one.querySelector('.hit') ?? one).getBoundingClientRect();
        return Math.min(width, height) < 23.9 ? [`${name}: ${width} x ${height}`] : [];
      });
    });
    assert.equal(small.join('\n'), '');
    await page.close();
  });
}
