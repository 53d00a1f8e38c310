import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { STORIES, fragmentAt } from '../engine.mjs';
import { drawn, painted } from '../seen.mjs';

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const VIEWS = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 600, height: 400, embed: true },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
const CLUSTERS = [1, 3, 5, 9, 25];
const SMALLEST_PX = 11;

/** A cluster with as much written on it as can be: entries, values, what clients were told. */
const busy = (/** @type {number} */ servers) => fragmentAt(`raft 1
title "A busy cluster with ${servers} servers"
servers ${servers}
clients 3
seed 8
preset paper
at 0ms timeout S1
at 90ms put apple 123456 via C1
at 91ms add x -77 via C2
at 92ms get apple via C3
at 150ms put x 9 via C2
at 151ms put pear 42 via C1
at 280ms add x 1 via C1
at 281ms put apple 3 via C3
${servers > 3 ? 'at 282ms crash S2\nat 282ms pause S3\nat 283ms timeout S4' : ''}`, 300);

const fragments = new Map(CLUSTERS.map((count) => [count, busy(count)]));

/** All that logs and memberships show at once: blocks, learners, spares, a transfer. */
const changing = fragmentAt(`raft 1
servers 4 learners 1 spares 2
seed 8
preset production
set snapshot 3
set keep 1
set chunk 4
clients 2
at 0ms timeout S1
at 90ms put apple 123456 via C1
at 91ms add x -77 via C2
at 100ms isolate S3
at 200ms put x 9 via C1
at 250ms put y 9 via C2
at 300ms put z 1 via C1
at 400ms heal
at 400ms change voters S1,S2,S4,S6 explicit
at 560ms transfer S2
at 565ms timeout S4`, 570);

/**
 * What is wrong with how things lie on the page, in words. Runs in the page.
 *
 * @param {number} smallest in px
 * @returns {string[]}
 */
function faults(smallest) {
  /** @type {string[]} */
  const found = [];
  const stage = /** @type {Element} */ (document.querySelector('.stage')).getBoundingClientRect();
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`scrolls sideways: ${scrollWidth} > ${clientWidth}`);
  const inner = /** @type {Element} */ (document.querySelector('.playground'));
  if (inner.scrollWidth > inner.clientWidth) {
    found.push(`the frame scrolls sideways: ${inner.scrollWidth} > ${inner.clientWidth}`);
  }
  const isSeen = (/** @type {Element} */ one) => one.checkVisibility({ visibilityProperty: true })
    && !one.closest('.quiet');

  // Every text, whichever element writes it.
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: one, textContent } = walk.currentNode;
    if (!one || !textContent?.trim() || !isSeen(one)) continue;
    if (one.closest('script, style, noscript, option')) continue;
    const scale = one instanceof SVGGraphicsElement ? one.getScreenCTM()?.a ?? 1 : 1;
    const size = Number.parseFloat(getComputedStyle(one).fontSize) * scale;
    if (size < smallest - 0.01) found.push(`${size.toFixed(1)} px: "${textContent}"`);
  }

  /** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
  const areApart = (/** @type {Box} */ a, /** @type {Box} */ b) => a.right <= b.left + 0.5
    || b.right <= a.left + 0.5 || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5;
  // A line of text is as high as its font; what is drawn of it is less.
  const drawnBox = (/** @type {Element} */ one) => {
    const { left, right, top, bottom, height } = one.getBoundingClientRect();
    return { left, right, top: top + height * 0.2, bottom: bottom - height * 0.2 };
  };
  const owner = (/** @type {Element} */ one) => {
    const label = one.closest('.label');
    if (label) return label.querySelector('.name')?.textContent ?? '';
    const group = one.closest('.server, .client');
    const target = [...document.querySelectorAll('.layer-hits > [transform]')].find((hit) => (
      hit.getAttribute('transform') === group?.getAttribute('transform')));
    return target?.getAttribute('data-key')?.replace('server-', 'S').replace('client-', 'C') ?? '';
  };
  const written = '.layer-discs text, .layer-discs .pill, .cell > rect, .block > .face';
  const labels = [...document.querySelectorAll(written)]
    .map((one) => ({ one, owner: owner(one), box: drawnBox(one), words: one.textContent }));
  for (const [i, a] of labels.entries()) {
    const what = `${a.owner} "${a.words}"`;
    if (a.owner === '') found.push(`${what} belongs to nobody`);
    if (a.box.left < stage.left - 0.5 || a.box.right > stage.right + 0.5
      || a.box.top < stage.top - 0.5 || a.box.bottom > stage.bottom + 0.5) {
      found.push(`${what} leaves the stage`);
    }
    for (const b of labels.slice(i + 1)) {
      const inCell = a.one.parentElement === b.one.parentElement && a.one.tagName === 'rect';
      if (areApart(a.box, b.box) || inCell) continue;
      found.push(`${what} lies over ${b.owner} "${b.words}"`);
    }
    for (const disc of document.querySelectorAll('.layer-discs > .server > .fill')) {
      if (owner(disc) === a.owner && a.one.closest('.server')) continue;
      const { left, right, top, bottom } = disc.getBoundingClientRect();
      const [x, y, r] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2];
      const dx = x - Math.max(a.box.left, Math.min(x, a.box.right));
      const dy = y - Math.max(a.box.top, Math.min(y, a.box.bottom));
      if (Math.hypot(dx, dy) < r - 0.5) found.push(`${what} lies over the disc ${owner(disc)}`);
    }
  }

  const discs = [...document.querySelectorAll('.layer-discs > .server > .fill')]
    .map((one) => one.getBoundingClientRect());
  for (const [i, a] of discs.entries()) {
    for (const b of discs.slice(i + 1)) {
      const gap = Math.hypot(a.x - b.x, a.y - b.y) - a.width;
      if (gap < -0.5) found.push(`two discs overlap by ${(-gap).toFixed(1)} px`);
    }
  }

  // Within a disc nothing lies over its words.
  for (const one of document.querySelectorAll('.layer-discs > .server > text')) {
    for (const sign of one.parentElement?.querySelectorAll('.vote-dot, .bars, .cross') ?? []) {
      if (areApart(drawnBox(one), sign.getBoundingClientRect())) continue;
      found.push(`${owner(one)} "${one.textContent}" lies under its ${sign.classList[0]}`);
    }
  }

  // What belongs to the desk is seen whole.
  for (const one of document.querySelectorAll('.controls button, #position, .timeline > *')) {
    if (!isSeen(one)) continue;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    if (left < 0 || right > innerWidth + 0.5 || top < 0 || bottom > innerHeight + 0.5) {
      found.push(`${one.id || one.className} is partly out of the window`);
    }
    if (one.tagName === 'BUTTON' && one.scrollWidth > one.clientWidth + 1) {
      found.push(`"${one.textContent}" is wider than its button`);
    }
  }
  return found;
}

for (const dark of [false, true]) {
  for (const { width, height, embed } of VIEWS) {
    const name = `${width} x ${height}${embed ? ' embedded' : ''}, ${dark ? 'dark' : 'light'}`;
    test(`all is legible and nothing lies over anything: ${name}`, async () => {
      const address = `${server.url}${embed ? '?embed' : ''}#`;
      const page = await browser.open(`${address}${fragments.get(1)}`, { width, height, dark });
      /** @type {string[]} */
      const found = [];
      for (const count of CLUSTERS) {
        await page.evaluate((fragment) => {
          location.hash = fragment ?? '';
        }, fragments.get(count));
        await page.waitFor((count) => (
          document.querySelectorAll('[data-key^="server-"]').length === count
          && document.querySelector('#time')?.textContent === '0.300 s'), count);
        await painted(page);
        const wrong = await page.evaluate(faults, SMALLEST_PX);
        found.push(...wrong.map((fault) => `${count} servers: ${fault}`));
      }
      await page.evaluate((fragment) => {
        location.hash = fragment ?? '';
      }, changing);
      await page.waitFor(() => document.querySelector('#time')?.textContent === '0.570 s');
      await painted(page);
      const wrong = await page.evaluate(faults, SMALLEST_PX);
      found.push(...wrong.map((fault) => `members that change: ${fault}`));
      assert.equal(found.join('\n'), '');
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }
}

/**
 * Goes through a story to its end, and notes where Back and Continue are, and whether a caption
 * has room enough. Runs in the page.
 */
async function places() {
  const picture = () => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
  const box = (/** @type {string} */ selector) => {
    const { x, y, width, height } = /** @type {Element} */ (
      document.querySelector(selector)).getBoundingClientRect();
    return [x, y, width, height].map((n) => Math.round(n * 10) / 10).join(' ');
  };
  /** @type {Record<string, string>} */
  const seen = {};
  const until = performance.now() + 10_000;
  for (;;) {
    await picture();
    const position = document.querySelector('#position')?.textContent ?? '';
    const [number, , count] = position.split(' ');
    const words = /** @type {Element} */ (document.querySelector('#caption'));
    const cut = words.scrollHeight > words.clientHeight + 1 ? ', the caption is cut' : '';
    seen[position] = `Back ${box('#back')}, Continue ${box('#continue')}${cut}`;
    // The button for the next story may have other words, but not another place.
    if (number === count) return seen;
    if (performance.now() > until) throw new Error(`stuck at ${position}`);
    /** @type {HTMLElement} */ (document.querySelector('#continue')).click();
  }
}

for (const { width, height, embed } of VIEWS) {
  test(`Back and Continue never move: ${width} x ${height}`, async () => {
    const address = `${server.url}${embed ? '?embed' : ''}`;
    const page = await browser.open(address, { width, height, reducedMotion: true });
    for (const story of STORIES) {
      await page.evaluate((story) => {
        location.hash = story;
      }, story);
      await drawn(page);
      await painted(page);
      const seen = await page.evaluate(places);
      const [first] = Object.values(seen);
      assert.ok(Object.keys(seen).length > 10, story);
      for (const [caption, place] of Object.entries(seen)) {
        assert.equal(place, first, `${story}, ${caption}`);
      }
      assert.ok(!first.includes('cut'), `${story}: ${first}`);
    }
    await page.close();
  });
}
