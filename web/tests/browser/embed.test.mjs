import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt } from '../engine.mjs';
import { captionShown, drawn, painted, seen } from '../seen.mjs';

/** @typedef {import('node:test').TestContext} TestContext */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const SCRIPT = `raft 1
servers 3
seed 4
preset paper
at 0ms timeout S2`;

/**
 * Another site with one page.
 *
 * @param {TestContext} test
 * @param {string} body
 */
async function foreignPage(test, body) {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  test.after(() => rm(folder, { recursive: true }));
  const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';
  await writeFile(join(folder, 'index.html'), head + body);
  const host = await serve(folder);
  test.after(() => host.close());
  return host.url;
}

/** A page with an iframe that may run scripts and nothing else. */
const framed = (/** @type {string} */ attributes) => (
  `<iframe width="600" height="400" sandbox="allow-scripts" ${attributes}></iframe>`);

test('in a sandboxed iframe the page shows stage and story, and works', async (test) => {
  const address = `${server.url}raft-playground.html?embed#election`;
  const page = await browser.open(await foreignPage(test, framed(`src="${address}"`)));
  const inside = await page.frame('iframe');
  await drawn(inside);
  await captionShown(inside, 1);
  const boxes = await inside.evaluate(() => Object.fromEntries(
    ['.stage', '#caption', '#continue', '.header'].map((selector) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      return [selector, box ? [box.top, box.bottom, box.height] : null];
    })));
  assert.equal(boxes['.header'], null, 'embedded, it has no header');
  assert.ok(boxes['.stage'] && boxes['.stage'][2] >= 150, `the stage: ${boxes['.stage']}`);
  for (const [selector, box] of Object.entries(boxes)) {
    if (box) assert.ok(box[0] >= 0 && box[1] <= 400, `${selector} is within the frame: ${box}`);
  }
  await inside.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector('#continue')).click();
  });
  await captionShown(inside, 2);
  const { servers } = await inside.evaluate(seen);
  assert.equal(servers.length, 3);
  // By mouse, through the frame: servers answer there too.
  const offset = await page.evaluate(() => {
    const { x, y } = /** @type {Element} */ (document.querySelector('iframe'))
      .getBoundingClientRect();
    return { x, y };
  });
  const disc = await inside.evaluate(() => {
    const box = /** @type {Element} */ (document.querySelector('[data-key="server-3"]'))
      .getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
  await page.click({ x: offset.x + disc.x, y: offset.y + disc.y });
  await inside.waitFor(() => document.querySelector('.menu:popover-open'));
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the single file works as the text of a sandboxed iframe', async (test) => {
  const url = await foreignPage(test, framed(''));
  const page = await browser.open(url);
  const file = await readFile(join(paths.dist, 'raft-playground.html'), 'utf8');
  await page.evaluate((file) => {
    /** @type {HTMLIFrameElement} */ (document.querySelector('iframe')).srcdoc = file;
  }, file);
  await page.waitFor(() => document.querySelector('iframe'));
  const inside = await page.frame('iframe');
  await drawn(inside);
  await captionShown(inside, 1);
  // Sharing has no clipboard and no history here, and still gives a link.
  await inside.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector('#share')).click();
  });
  await inside.waitFor(() => /v1[tz]~/.test(/** @type {HTMLInputElement} */ (
    document.querySelector('#share-link')).value));
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the code that is offered for embedding is an iframe that shows the moment', async (test) => {
  const page = await browser.open(`${server.url}#${fragmentAt(SCRIPT, 200)}`);
  await drawn(page);
  await page.click('#share');
  await page.waitFor(() => /** @type {HTMLInputElement} */ (
    document.querySelector('#share-embed')).value);
  const code = await page.evaluate(() => /** @type {HTMLInputElement} */ (
    document.querySelector('#share-embed')).value);
  await page.close();
  assert.match(code, /^<iframe[^>]+><\/iframe>$/);
  const host = await browser.open(await foreignPage(test, code));
  const inside = await host.frame('iframe');
  await drawn(inside);
  await inside.waitFor(() => document.querySelector('#time')?.textContent === '0.200 s');
  assert.deepEqual(host.errors, []);
  await host.close();
});

test('two elements on one page go each their own way, and answer to their host', async (test) => {
  const page = await browser.open(await foreignPage(test, `
<raft-playground id="a" script="${SCRIPT}"></raft-playground>
<raft-playground id="b" fragment="replication" theme="dark"></raft-playground>
<script src="${server.url}raft-playground.js"></script>`), { height: 1100 });
  await page.waitFor(() => ['a', 'b'].every((id) => (
    document.getElementById(id)?.shadowRoot?.querySelector('[data-key="server-1"]'))));
  await page.evaluate(() => {
    const { a, b } = /** @type {any} */ (window);
    const heard = /** @type {any} */ (window).heard = /** @type {string[]} */ ([]);
    for (const one of [a, b]) {
      for (const type of ['play', 'pause', 'seek', 'act', 'statechange']) {
        one.addEventListener(type, (/** @type {CustomEvent} */ event) => {
          heard.push(`${one.id} ${type} ${typeof event.detail.at}`);
        });
      }
    }
  });
  const time = (/** @type {string} */ id) => page.evaluate((id) => Number.parseFloat(
    document.getElementById(id)?.shadowRoot?.querySelector('#time')?.textContent ?? ''), id);
  const b = await page.evaluate(seen, '#b');
  assert.match(b.position, /^[01] of \d+$/);

  await page.evaluate(() => /** @type {any} */ (window).a.seek(0.4));
  await page.waitFor(() => document.getElementById('a')?.shadowRoot?.querySelector('#time')
    ?.textContent === '0.400 s');
  assert.deepEqual((await page.evaluate(seen, '#a')).servers.map(({ part }) => part),
    ['follower', 'leader', 'follower']);
  assert.deepEqual(await page.evaluate(seen, '#b'), b, 'the other one has not moved');

  await page.evaluate(() => /** @type {any} */ (window).a.play());
  await page.waitFor(() => Number.parseFloat(document.getElementById('a')?.shadowRoot
    ?.querySelector('#time')?.textContent ?? '') > 0.41);
  await page.evaluate(() => /** @type {any} */ (window).a.pause());
  await painted(page);
  const paused = await time('a');
  await painted(page);
  assert.equal(await time('a'), paused);
  assert.equal(await time('b'), Number.parseFloat(b.time));

  const heard = await page.evaluate(() => /** @type {string[]} */ (
    /** @type {any} */ (window).heard));
  for (const wanted of ['a seek number', 'a play number', 'a pause number',
    'a statechange number']) {
    assert.ok(heard.includes(wanted), `${wanted} in: ${[...new Set(heard)].join(', ')}`);
  }
  assert.ok(!heard.some((one) => one.startsWith('b ')), heard.join(', '));

  // Another script, and one with a mistake: the first is shown, the second is spoken of.
  const show = (/** @type {string} */ script) => page.evaluate((script) => (
    document.getElementById('a')?.setAttribute('script', script)), script);
  await show('raft 1\nservers 7');
  await page.waitFor(() => document.getElementById('a')?.shadowRoot
    ?.querySelectorAll('[data-key^="server-"]').length === 7);
  await show('raft 1\nservers x');
  await page.waitFor(() => document.getElementById('a')?.shadowRoot
    ?.querySelector('#notice:not([hidden])'));
  assert.equal((await page.evaluate(seen, '#a')).servers.length, 7);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('an element starts when it comes into view, and can be moved and removed', async (test) => {
  const page = await browser.open(await foreignPage(test, `
<p>Above.</p><div style="height: 3000px"></div>
<raft-playground id="a">A cluster of three servers, if scripts run.</raft-playground>
<p id="end">Below.</p><script src="${server.url}raft-playground.js"></script>`));
  await painted(page);
  assert.equal(await page.evaluate(() => document.getElementById('a')?.shadowRoot), null);
  await page.evaluate(() => document.getElementById('a')?.scrollIntoView());
  await page.waitFor(() => document.getElementById('a')?.shadowRoot
    ?.querySelector('[data-key="server-1"]'));
  await page.evaluate(() => {
    document.body.prepend(/** @type {Node} */ (document.getElementById('a')));
    scrollTo(0, 0);
  });
  await painted(page);
  assert.equal((await page.evaluate(seen, '#a')).servers.length, 3);
  await page.evaluate(() => document.getElementById('a')?.remove());
  await painted(page);
  assert.deepEqual(page.errors, []);
  await page.close();
});
