import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import {
  captionShown, choose, chooseItem, drawn, menuItems, middle, painted, seen,
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

/** S2 leads from the first tenth of a second on. */
const RUN = `raft 1
servers 3
clients 1
seed 4
preset paper
at 0ms timeout S2`;
const LED = fragmentAt(RUN, 130);

/** The run above, standing at a moment with a leader. */
async function ledCluster(/** @type {string} */ fragment = LED) {
  const page = await browser.open(`${server.url}#${fragment}`);
  await drawn(page);
  return page;
}

/** Until a server's name, as a screen reader says it, matches. */
function named(/** @type {Page} */ page, /** @type {number} */ id, /** @type {string} */ words) {
  return page.waitFor(([id, words]) => document.querySelector(`[data-key="server-${id}"]`)
    ?.getAttribute('aria-label')?.includes(words), /** @type {const} */ ([String(id), words]));
}

/** Stands still, so that things can be reached at leisure. */
async function pause(/** @type {Page} */ page) {
  const { playing } = await page.evaluate(seen);
  if (playing) await page.click('#play');
  await painted(page);
}

test('a server is crashed and restarted, paused and resumed with the mouse', async () => {
  const page = await ledCluster();
  for (const [item, state] of [
    ['Crash', 'S1, crashed'], ['Restart', 'S1, follower'],
    ['Pause', 'S1, paused'], ['Resume', 'S1, follower'],
  ]) {
    await choose(page, 'server-1', item);
    await named(page, 1, state);
  }
  await choose(page, 'server-2', 'Crash');
  await named(page, 2, 'S2, crashed');
  await page.waitFor(() => document.querySelectorAll('.crown').length === 1);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a server is crashed and restarted with the keyboard alone', async () => {
  const page = await ledCluster();
  const focused = () => page.evaluate(() => (
    document.activeElement?.getAttribute('data-key') ?? document.activeElement?.textContent));
  for (let presses = 0; await focused() !== 'server-1'; presses += 1) {
    assert.ok(presses < 30, 'Tab reaches the servers');
    await page.press('Tab');
  }
  await page.press('Enter');
  assert.equal(await focused(), 'Crash');
  await page.press('ArrowDown');
  assert.equal(await focused(), 'Pause');
  await page.press('ArrowUp');
  await page.press('Enter');
  await named(page, 1, 'S1, crashed');
  assert.equal(await focused(), 'server-1', 'the focus is back');
  await page.press('Enter');
  assert.equal(await focused(), 'Restart');
  await page.press('Escape');
  assert.equal(await focused(), 'server-1');
  await named(page, 1, 'S1, crashed');
  await page.press(' ');
  await page.press('Enter');
  await named(page, 1, 'S1, follower');
  await page.close();
});

test('a timer that is made to run out begins an election', async () => {
  const page = await ledCluster();
  await choose(page, 'server-3', 'Time out now');
  await named(page, 3, 'S3, candidate, term 2');
  await named(page, 3, 'S3, leader, term 2');
  await page.close();
});

test('a link is cut both ways, one way, and healed', async () => {
  const page = await ledCluster();
  const name = async (/** @type {string} */ words) => {
    await page.waitFor((words) => document.querySelector('[data-key="link-1-3"]')
      ?.getAttribute('aria-label') === words, words);
    await pause(page);
  };
  await choose(page, 'link-1-3', 'Cut');
  await name('Link between S1 and S3, cut');
  await choose(page, 'link-1-3', 'Heal');
  await name('Link between S1 and S3');
  await choose(page, 'link-1-3', 'Cut S3 to S1 only');
  await name('Link between S1 and S3, cut from S3 to S1');
  await choose(page, 'server-3', 'Heal its links');
  await name('Link between S1 and S3');
  await page.close();
});

/** Clicks a message that is on its way, while time runs. */
async function catchMessage(/** @type {Page} */ page) {
  await page.waitFor(() => document.querySelector('#play')?.getAttribute('aria-label') === 'Pause');
  // One with some way behind it and some before it, so that it is still flying when clicked.
  const caught = await page.evaluate(() => new Promise((resolve, reject) => {
    /** @type {Map<Element, number>} */
    const since = new Map();
    const until = performance.now() + 10_000;
    const tick = () => {
      if (performance.now() > until) return reject(new Error('no message flies by'));
      for (const one of document.querySelectorAll('.message.append[data-key]:not(.reply)')) {
        since.set(one, (since.get(one) ?? 0) + 1);
        if (since.get(one) !== 12) continue;
        const box = /** @type {Element} */ (one.querySelector('.hit')).getBoundingClientRect();
        return resolve({
          name: one.getAttribute('aria-label'), x: box.x + box.width / 2, y: box.y + box.height / 2,
        });
      }
      return requestAnimationFrame(tick);
    };
    tick();
  }));
  const { name, x, y } = /** @type {{ name: string, x: number, y: number }} */ (caught);
  await page.click({ x, y });
  await page.waitFor(() => document.querySelector('.menu:popover-open'));
  const items = await menuItems(page);
  assert.deepEqual(items.map((item) => item.replace(/ by .*/, '')),
    ['Drop', 'Duplicate', 'Delay', 'Inspect'], name);
  return name;
}

/** How many messages of a name are in the air. */
async function inTheAir(/** @type {Page} */ page, /** @type {string} */ name) {
  const { messages } = await page.evaluate(seen);
  return messages.filter((one) => one === name).length;
}

test('a message is clicked while it moves, and dropped', async () => {
  const page = await ledCluster();
  await page.click('#play');
  const name = await catchMessage(page);
  assert.equal(await inTheAir(page, name), 1);
  await chooseItem(page, 'Drop');
  await page.waitFor(() => document.querySelector('.message.dead'));
  assert.equal(await inTheAir(page, name), 0);
  assert.match(await page.read('.told-line'), /A message from S2 to S\d is dropped\./);
  await page.close();
});

test('a message is clicked while it moves, and duplicated', async () => {
  const page = await ledCluster();
  await page.click('#play');
  const name = await catchMessage(page);
  await chooseItem(page, 'Duplicate');
  await page.waitFor((name) => [...document.querySelectorAll('.message[data-key]')]
    .filter((one) => one.getAttribute('aria-label') === name).length === 2, name);
  await page.close();
});

test('a message is clicked while it moves, and delayed', async () => {
  const page = await ledCluster();
  await page.click('#play');
  await catchMessage(page);
  const delay = (await menuItems(page)).find((item) => item.startsWith('Delay')) ?? '';
  await chooseItem(page, delay);
  await page.waitFor(() => document.querySelector('.told-line')?.textContent);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('leaving a menu lets time go on; while it is open time stands', async () => {
  const page = await ledCluster();
  await page.click('#play');
  await catchMessage(page);
  const before = await page.read('#time');
  await painted(page);
  assert.equal(await page.read('#time'), before);
  await page.press('Escape');
  await page.waitFor((before) => document.querySelector('#time')?.textContent !== before, before);
  await page.close();
});

test('what a client puts ends up on every disc', async () => {
  const page = await ledCluster();
  await page.press('>');
  await page.press('>');
  await page.click(await middle(page, '[data-key="client-1"]'));
  await page.waitFor(() => document.querySelector('.menu:popover-open'));
  const [put] = await menuItems(page);
  const value = /^Put x (\d+)$/.exec(put)?.[1];
  assert.ok(value, put);
  await chooseItem(page, put);
  await page.waitFor((value) => {
    const values = [...document.querySelectorAll('.layer-discs > .server .value')];
    return values.length === 3 && values.every((one) => one.textContent === value);
  }, value);
  const { clients } = await page.evaluate(seen);
  assert.deepEqual(clients, [`Client C1, x=${value}, done`]);
  await page.close();
});

test('acting in a story opens a branch; Return leads back, and the story goes on', async () => {
  const page = await browser.open(`${server.url}#election`);
  await captionShown(page, 1);
  // As fast as it goes: Continue while time runs jumps to the caption it runs to.
  await page.evaluate(() => new Promise((resolve, reject) => {
    const until = performance.now() + 10_000;
    const tick = () => {
      if (document.querySelector('#position')?.textContent?.startsWith('7 ')) return resolve(0);
      if (performance.now() > until) return reject(new Error('caption 7 is never said'));
      /** @type {HTMLElement} */ (document.querySelector('#continue')).click();
      return requestAnimationFrame(() => requestAnimationFrame(tick));
    };
    tick();
  }));
  await painted(page);
  const story = await page.evaluate(seen);
  await choose(page, 'server-3', 'Crash');
  await named(page, 3, 'S3, crashed');
  const branch = await page.evaluate(seen);
  assert.equal(branch.position, 'Your own branch');
  assert.equal(branch.onward, 'Return to story');
  assert.notEqual(branch.caption, story.caption);
  await choose(page, 'server-3', 'Restart');
  await named(page, 3, 'S3, follower');
  await page.click('#continue');
  await captionShown(page, 7);
  await painted(page);
  assert.deepEqual(await page.evaluate(seen), story);
  await page.click('#continue');
  await captionShown(page, 8);
  assert.equal(await page.read('#continue'), 'Continue');
  await page.close();
});

test('where motion is reduced, what one does is seen at once, and time stands', async () => {
  const page = await browser.open(`${server.url}#${LED}`, { reducedMotion: true });
  await drawn(page);
  const { time } = await page.evaluate(seen);
  await choose(page, 'server-3', 'Crash');
  await named(page, 3, 'S3, crashed');
  await choose(page, 'server-3', 'Restart');
  await named(page, 3, 'S3, follower');
  const after = await page.evaluate(seen);
  assert.deepEqual([after.time, after.playing], [time, false]);
  await page.close();
});

test('free play begins by itself, and can be acted in for as long as one likes', async () => {
  const page = await ledCluster();
  await page.click('#stories');
  await page.click('[data-story="free"]');
  await page.waitFor(() => document.querySelector('#position')?.textContent === 'Free play');
  await page.waitFor(() => document.querySelectorAll('[data-key^="server-"]').length === 5);
  for (let round = 0; round < 5; round += 1) {
    for (const id of [1, 2, 3]) {
      await choose(page, `server-${id}`, 'Crash');
      await named(page, id, 'crashed');
    }
    for (const id of [1, 2, 3]) {
      await choose(page, `server-${id}`, 'Restart');
      await named(page, id, `S${id}, follower`);
    }
  }
  assert.deepEqual(page.errors, []);
  await page.close();
});
