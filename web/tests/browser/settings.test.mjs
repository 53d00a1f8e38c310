import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
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

const FRAGMENT = fragmentAt('raft 1\nservers 3\nseed 4\npreset paper # to begin with\n', 100);

/** A run with its settings open. */
async function withSettings(
  /** @type {import('../driver.mjs').View} */ view = {}, fragment = FRAGMENT,
) {
  const page = await browser.open(`${server.url}#${fragment}`, { reducedMotion: true, ...view });
  await drawn(page);
  await tool(page, 'settings');
  await page.waitFor(() => document.activeElement?.id === 'preset');
  return page;
}

/** Chooses as a person does who has the list in focus. */
async function choose(
  /** @type {Page} */ page, /** @type {'preset' | 'network'} */ list, /** @type {string} */ name,
) {
  await page.evaluate(([list, name]) => {
    const select = /** @type {HTMLSelectElement} */ (document.querySelector(`#${list}`));
    select.value = name;
    select.dispatchEvent(new Event('change'));
  }, [list, name]);
  await page.waitFor(([list, name]) => /** @type {HTMLSelectElement} */ (
    document.querySelector(`#${list}`)).value === name, [list, name]);
}

/** A row of the table. */
function number(/** @type {Page} */ page, /** @type {string} */ name) {
  return page.evaluate((name) => {
    const row = document.querySelector(`[data-setting="${name}"]`);
    const source = row?.querySelector('.source');
    return {
      label: row?.querySelector('.number-name')?.textContent,
      value: row?.querySelector('code')?.textContent,
      source: source?.textContent,
      link: source?.getAttribute('href'),
    };
  }, name);
}

function hints(/** @type {Page} */ page) {
  return page.evaluate(() => [...document.querySelectorAll('[data-hint]')].map(
    (hint) => hint.getAttribute('data-hint')));
}

test('a system and a network are chosen, and the script says so', async () => {
  const page = await withSettings();
  assert.deepEqual(await number(page, 'election'), {
    label: 'Election timeout',
    value: '150..300ms',
    source: 'Raft paper, §9.3',
    link: 'https://raft.github.io/raft.pdf',
  });
  await choose(page, 'preset', 'etcd');
  assert.deepEqual(await number(page, 'election'), {
    label: 'Election timeout',
    value: '1000..1900ms',
    source: 'etcd: server/embed/config.go',
    link: 'https://github.com/etcd-io/etcd/blob/release-3.6/server/embed/config.go',
  });
  await choose(page, 'network', 'three-zones');
  assert.equal((await number(page, 'between-2')).value, '0.25..1ms');
  assert.deepEqual(await hints(page), []);
  assert.match(await page.read('.fit'), /Nothing warns/);
  assert.equal(await page.read('#time'), '0.000 s');
  await tool(page, 'script');
  const script = await page.evaluate(() => /** @type {HTMLTextAreaElement} */ (
    document.querySelector('#script-text')).value);
  assert.equal(script.trim(), 'raft 1\nservers 3\nseed 4\npreset etcd\nnetwork three-zones');
  await tool(page, 'settings');
  await choose(page, 'network', '');
  assert.equal((await number(page, 'between-2')).value, undefined);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a mistake is warned of beside its numbers, and the run shows it', async () => {
  const page = await withSettings();
  await choose(page, 'preset', 'mistake-equal-timeouts');
  assert.deepEqual((await hints(page))[0], 'no-randomness');
  assert.match(await page.read('.hints li'), /^Warning .+differ by 0 ms.+Raft paper, §5.2$/);
  await page.evaluate(() => document.querySelector('#close-panel')?.dispatchEvent(
    new MouseEvent('click', { bubbles: true })));
  // 150 ms: everybody stands; the answers are on their way.
  while ((await page.evaluate(seen)).servers.some(({ part }) => part !== 'candidate')) {
    await page.press('.');
    await painted(page);
  }
  assert.equal((await page.evaluate(seen)).servers.length, 3);
  await page.close();
});

test('the settings are there in the single file too, where nothing can be fetched', async () => {
  const page = await browser.open(pathToFileURL(join(paths.dist, 'raft-playground.html')).href);
  await drawn(page);
  await tool(page, 'settings');
  await page.waitFor(() => document.querySelector('[data-setting="election"]'));
  assert.equal((await number(page, 'heartbeat')).source, 'Raft paper, §9.3');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the keyboard opens, chooses and closes', async () => {
  const page = await withSettings();
  // A list takes its own keys: the run does not go on by them.
  await page.press('End');
  await page.waitFor(() => /** @type {HTMLSelectElement} */ (
    document.querySelector('#preset')).value === 'mistake-long-lease');
  await page.waitFor(() => document.querySelector('[data-hint="long-lease"]'));
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'preset');
  await page.press('Escape');
  await page.waitFor(() => document.querySelector('#panel')?.hasAttribute('hidden'));
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tools');
  await page.close();
});

test('on a phone the settings come into sight and nothing is cut off', async () => {
  const page = await withSettings({ width: 320, height: 640 });
  await choose(page, 'network', 'three-continents');
  const { top, wide, over } = await page.evaluate(() => ({
    top: /** @type {Element} */ (document.querySelector('#preset')).getBoundingClientRect().top,
    wide: document.documentElement.scrollWidth,
    over: [...document.querySelectorAll('.number, .hints li, .choice, .nav')].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > innerWidth || left < 0 || element.scrollWidth > element.clientWidth + 1;
    }).map((element) => element.textContent),
  }));
  assert.ok(top > 0 && top < 640, `the list stands at ${top}`);
  assert.equal(wide, 320);
  assert.deepEqual(over, []);
  await page.close();
});

for (const [preset, network] of [['consul', 'one-rack'], ['etcd', 'satellite']]) {
  test(`an election of ${preset} on ${network} is seen within seconds`, async () => {
    const script = `raft 1\nservers 3\nseed 4\npreset ${preset}\nnetwork ${network}\n`;
    const page = await browser.open(`${server.url}#${fragmentAt(script, 0)}`);
    await drawn(page);
    const began = Date.now();
    await page.click('#play');
    await page.waitFor(() => document.querySelector('.moving .message'));
    assert.ok(Date.now() - began < 6_000, `${Date.now() - began} ms until something moves`);
    await page.waitFor(() => document.querySelector('.crown'));
    await page.close();
  });
}
