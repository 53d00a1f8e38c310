import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import { choose, drawn, middle, painted, seen, tool } from '../seen.mjs';

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

at 0ms timeout S2
at 900ms crash S1
`;
const FRAGMENT = fragmentAt(RUN, 400);

/** A run at 0.4 s with its script open. */
async function withScript() {
  const page = await browser.open(`${server.url}#${FRAGMENT}`);
  await drawn(page);
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.400 s');
  await tool(page, 'script');
  await page.waitFor(() => document.activeElement?.id === 'script-text');
  return page;
}

/** What stands in the editor. */
function written(/** @type {Page} */ page) {
  return page.evaluate(() => /** @type {HTMLTextAreaElement} */ (
    document.querySelector('#script-text')).value);
}

/** Selects a part of what is written, and types over it. */
async function replace(
  /** @type {Page} */ page, /** @type {string} */ words, /** @type {string} */ by,
) {
  await page.evaluate((words) => {
    const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('#script-text'));
    const at = area.value.indexOf(words);
    if (at < 0) throw new Error(`${words} does not stand in the script`);
    area.focus();
    area.setSelectionRange(at, at + words.length);
  }, words);
  await page.type(by);
}

test('the script of the run is shown as it was written', async () => {
  const page = await withScript();
  assert.equal((await written(page)).trim(), RUN.trim());
  await page.waitFor(() => document.querySelector('.verdict')?.textContent === 'No mistakes.');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a mistake is shown where it is, while one writes, and nothing runs', async () => {
  const page = await withScript();
  const { time } = await page.evaluate(seen);
  await replace(page, 'crash S1', 'crush S1');
  await page.waitFor(() => document.querySelector('.mistake'));
  assert.match(await page.read('.mistake'), /^Line 8, column 10: .+/);
  assert.match(await page.read('.verdict'), /^1 mistake$/);
  assert.equal(await page.read('.line-numbers .wrong'), '8\n');
  const disabled = () => page.evaluate(() => /** @type {HTMLButtonElement} */ (
    document.querySelector('#run-script')).disabled);
  assert.equal(await disabled(), true);
  await page.press('Control+Enter');
  assert.equal((await page.evaluate(seen)).time, time);
  // A click on the mistake leads to it.
  await page.click('.mistake');
  const selected = await page.evaluate(() => {
    const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('#script-text'));
    return area.value.slice(area.selectionStart, area.selectionEnd);
  });
  assert.equal(selected, 'crush');
  await page.type('crash');
  await page.waitFor(() => !document.querySelector('.mistake'));
  assert.equal(await disabled(), false);
  await page.close();
});

test('a changed script runs, and keeps the moment', async () => {
  const page = await withScript();
  await replace(page, 'servers 3', 'servers 5');
  await replace(page, 'at 900ms crash S1', 'at 300ms crash S1\nat 350ms pause S4');
  await page.click('#run-script');
  await page.waitFor(() => document.querySelectorAll('[data-key^="server-"]').length === 5);
  await painted(page);
  const shown = await page.evaluate(seen);
  assert.equal(shown.time, '0.400 s');
  assert.deepEqual(shown.servers.map(({ part }) => part),
    ['crashed', 'leader', 'follower', 'paused', 'follower']);
  assert.equal(shown.playing, false);
  await page.click('#restart-script');
  await page.waitFor(() => Number.parseFloat(
    document.querySelector('#time')?.textContent ?? '') < 0.2);
  assert.equal((await page.evaluate(seen)).servers.length, 5);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('what is done on the stage is written into the script that is open', async () => {
  const page = await withScript();
  await choose(page, 'server-3', 'Crash');
  await page.waitFor(() => /** @type {HTMLTextAreaElement} */ (
    document.querySelector('#script-text')).value.includes('at 400ms crash S3'));
  await page.press('Escape');
  await page.close();
});

test('the keys of the page are letters in the editor', async () => {
  const page = await withScript();
  const { time } = await page.evaluate(seen);
  await replace(page, 'seed 4', '# ');
  for (const key of ['?', ',', '.', '>', ' ', 'ArrowLeft', 'ArrowRight']) await page.press(key);
  assert.match(await written(page), /# \?,\.> \n/);
  assert.equal((await page.evaluate(seen)).time, time);
  // Escape leaves the panel, and the focus goes back to its button.
  await page.press('Escape');
  await page.waitFor(() => document.querySelector('#panel')?.hasAttribute('hidden'));
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tools');
  await page.close();
});

test('a very long and a hostile script are answered, not run', async () => {
  const page = await withScript();
  for (const [text, words] of /** @type {[string, RegExp][]} */ ([
    ['raft 1\n' + 'at 1ms crash S1\n'.repeat(5_000), /mistake/],
    ['x'.repeat(200_000), /mistake/],
    ['<img src=x onerror=alert(1)>', /mistake/],
    ['raft 9', /mistake/],
    ['', /mistake/],
  ])) {
    await page.evaluate((text) => {
      const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('#script-text'));
      area.value = text;
      area.dispatchEvent(new Event('input'));
      /** @type {Element} */ (document.querySelector('.verdict')).textContent = '';
    }, text);
    await page.waitFor(() => document.querySelector('.verdict')?.textContent);
    assert.match(await page.read('.verdict'), words);
    assert.match(await page.read('.mistake'), /^Line \d+, column \d+: .{10}/);
    assert.equal(await page.evaluate(() => document.querySelectorAll('img').length), 0);
  }
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a server and a message are inspected, and the panel tells what the stage shows', async () => {
  const page = await browser.open(`${server.url}#${FRAGMENT}`);
  await drawn(page);
  await choose(page, 'server-2', 'Inspect');
  await page.waitFor(() => document.querySelector('.panel-title')?.textContent === 'S2');
  const facts = await page.evaluate(() => Object.fromEntries(
    [...document.querySelectorAll('.facts dt')].map((name) => [
      name.textContent, name.nextElementSibling?.textContent])));
  assert.equal(facts.State, 'leader');
  assert.equal(facts.Term, '1');
  assert.equal(facts['Voted for'], 'S2');
  await page.press('Escape');
  const key = await page.evaluate(() => document.querySelector('.message[data-key]')
    ?.getAttribute('data-key'));
  assert.ok(key, 'a message is in the air at this moment');
  await page.hover(await middle(page, `[data-key="${key}"] .hit`));
  await choose(page, key, 'Inspect');
  await page.waitFor(() => document.querySelector('.panel-body .facts'));
  assert.match(await page.read('.panel-title'), /Heartbeat|Entries/);
  assert.deepEqual(page.errors, []);
  await page.close();
});
