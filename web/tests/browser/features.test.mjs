import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt, storyScript } from '../engine.mjs';
import {
  choose, chooseItem, continueTo, drawn, menuItems, middle, painted, seen,
} from '../seen.mjs';

/** @typedef {import('../driver.mjs').Page} Page */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

/**
 * A page that shows a story at the caption that begins so.
 * @param {string} story
 * @param {string} words
 */
async function openAt(story, words) {
  const page = await browser.open(`${server.url}#${story}`, { reducedMotion: true });
  await drawn(page);
  await continueTo(page, words);
  return page;
}

/** The panel's facts by name, and its titles. Runs in the page. */
function panel() {
  const words = (/** @type {Element | null} */ one) => one?.textContent ?? '';
  return {
    facts: Object.fromEntries([...document.querySelectorAll('#panel dt')]
      .map((name) => [words(name), words(name.nextElementSibling)])),
    titles: [...document.querySelectorAll('#panel h3')].map(words),
    why: [...document.querySelectorAll('#panel .why')].map(words),
    cells: [...document.querySelectorAll('#panel td')].map(words),
  };
}

/**
 * @param {Page} page
 * @param {string} key
 */
async function inspect(page, key) {
  await choose(page, key, 'Inspect');
  await painted(page);
  return page.evaluate(panel);
}

test('the inspector tells of a learner, of both halves, and why a change waits', async () => {
  const page = await openAt('membership', 'The newcomers have nothing yet');
  const learner = await inspect(page, 'server-4');
  assert.equal(learner.facts['Its own part'], 'none', 'it has not heard of it');
  const leader = await inspect(page, 'server-1');
  assert.equal(leader.facts.Learners, 'S4 S5');
  assert.equal(leader.facts['In force since'], 'entry 2');
  assert.ok(leader.titles.includes('Who catches up'));
  await continueTo(page, 'Until that is over');
  const { facts, why } = await page.evaluate(panel);
  assert.deepEqual([facts['Old voters'], facts['New voters']], ['S1 S2 S3', 'S1 S2 S3 S4 S5']);
  assert.ok(why.some((words) => words.startsWith('The change waits')), why.join());
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the inspector tells of a snapshot that is sent, and of its piece', async () => {
  const page = await openAt('snapshots', 'So S1 sends its snapshot');
  const { facts, cells } = await inspect(page, 'server-1');
  assert.equal(facts['Holds all up to'], 'entry 5, term 1');
  assert.ok(cells.includes('snapshot 1–5, 0 of 8 bytes'), cells.join());
  const key = await page.evaluate(() => (
    document.querySelector('.message.snapshot')?.getAttribute('data-key') ?? ''));
  const piece = await inspect(page, key);
  assert.deepEqual([piece.facts.Kind, piece.facts.Bytes, piece.facts['The last piece']],
    ['InstallSnapshot', '4', 'no']);
  assert.deepEqual(page.errors, []);
  await page.close();
});

const CALM = `raft 1
servers 3 spares 1
seed 5
preset production
clients 1
at 0ms timeout S1
at 100ms put x 5`;

/** A page with a run of its own, at rest, a while after its beginning. */
async function openCalm() {
  const address = `${server.url}#${fragmentAt(CALM, 400)}`;
  const page = await browser.open(address, { reducedMotion: true });
  await drawn(page);
  await page.waitFor(() => document.querySelector('#time')?.textContent === '0.400 s');
  return page;
}

/**
 * One event after another, until something is seen.
 * @param {Page} page
 * @param {(shown: import('../seen.mjs').Seen) => boolean} isSo
 */
async function stepUntil(page, isSo) {
  for (let step = 0; step < 200; step += 1) {
    if (isSo(await page.evaluate(seen))) return;
    await page.click('#step');
    await painted(page);
  }
  throw new Error('it never came to that');
}

test('leadership is handed over from the menu of who shall lead', async () => {
  const page = await openCalm();
  await choose(page, 'server-2', 'Hand leadership to it');
  await painted(page);
  assert.ok(await page.evaluate(() => Boolean(document.querySelector('.transfer'))));
  await stepUntil(page, ({ servers }) => servers[1].crowned);
  const { servers } = await page.evaluate(seen);
  const parts = servers.map(({ part }) => part).join(', ');
  assert.equal(parts, 'follower, leader, follower, no member');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a server joins, and a snapshot is taken, from the menu', async () => {
  const page = await openCalm();
  await page.click(await middle(page, '[data-key="server-4"]'));
  await chooseItem(page, 'Membership…');
  await page.waitFor(() => document.querySelector('.menu [role=menuitem]')?.textContent
    ?.startsWith('Add'));
  assert.deepEqual(await menuItems(page), ['Add it as a voter', 'Add it as a learner']);
  await chooseItem(page, 'Add it as a learner');
  await stepUntil(page, ({ servers }) => servers[3].part === 'learner');
  await choose(page, 'server-1', 'Take a snapshot');
  await stepUntil(page, ({ servers }) => servers[0].name.includes('snapshot up to'));
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a snapshot’s block is seen where the log begins', async () => {
  const page = await openAt('snapshots', 'With that on its disk');
  const { servers } = await page.evaluate(seen);
  assert.deepEqual(servers.map(({ block }) => block), ['1–5', '', '']);
  await page.close();
});

test('what is new in the stories is told to those who cannot see it', async () => {
  const names = (/** @type {import('../seen.mjs').Seen} */ { servers }) => servers
    .map(({ name }) => name);
  const page = await openAt('membership', 'Both have caught up');
  assert.match(names(await page.evaluate(seen))[0], /^S1, leader, .*membership 123→12345/);
  assert.ok(storyScript('membership').includes('change voters'));
  await page.close();
});
