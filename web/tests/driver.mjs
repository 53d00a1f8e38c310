import { chromium } from 'playwright-core';
import { browser } from '../scripts/browser.mjs';

/**
 * A page under test.
 *
 * Tests know this and no library, so that another browser's driver can stand behind it.
 *
 * @typedef {Inside & Outside} Page
 *
 * @typedef {object} Outside
 * @property {(key: string) => Promise<void>} press a key as in `KeyboardEvent.key`
 * @property {(words: string) => Promise<void>} type into what has the focus
 * @property {(where: string | Point) => Promise<void>} click
 * @property {(where: string | Point) => Promise<void>} hover
 * @property {(file: string) => Promise<void>} picture writes a PNG of what is seen
 * @property {(url: string) => Promise<void>} go to another address
 * @property {(size: { width: number, height: number }) => Promise<void>} resize
 * @property {(selector: string) => Promise<Inside>} frame the document in an iframe
 * @property {(file: string) => Promise<void>} inject runs a classic script in the page
 * @property {() => Promise<number>} busyMs how long the page's thread has worked so far
 * @property {string[]} errors what went wrong in the page so far: exceptions, failed downloads
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Inside what can be asked of a document, be it the page's own or an iframe's
 * @property {(selector: string) => Promise<string>} read the text of the first element
 * @property {<T, A>(fn: (argument: A) => T, argument?: A) => Promise<Awaited<T>>} evaluate runs a
 *   function in the document
 * @property {<A>(fn: (argument: A) => unknown, argument?: A) => Promise<void>} waitFor until a
 *   function, run in the document, returns something true
 *
 * @typedef {{ x: number, y: number }} Point in CSS pixels
 *
 * @typedef {object} View
 * @property {number} [width] in CSS pixels
 * @property {number} [height]
 * @property {boolean} [dark]
 * @property {boolean} [reducedMotion]
 * @property {() => void} [watch] runs in the page before anything of its own does
 */

const TIMEOUT_MS = 10_000;

/**
 * Starts a browser; each page that it opens has a profile of its own.
 *
 * @returns {Promise<{
 *   open: (url: string, view?: View) => Promise<Page>, close: () => Promise<void>
 * }>}
 */
export async function launch() {
  const program = await chromium.launch({
    executablePath: await browser(),
    args: ['--disable-quic'],
  });
  return { open: (url, view) => open(program, url, view ?? {}), close: () => program.close() };
}

/**
 * @param {import('playwright-core').Browser} program
 * @param {string} url
 * @param {View} view
 * @returns {Promise<Page>}
 */
async function open(program, url, { width = 1280, height = 800, dark, reducedMotion, watch }) {
  const profile = await program.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  profile.setDefaultTimeout(TIMEOUT_MS);
  if (watch) await profile.addInitScript(watch);
  const page = await profile.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
  await page.goto(url);

  const { mouse, keyboard } = page;
  return {
    ...inside(page.mainFrame()),
    errors,
    press: (key) => keyboard.press(key),
    type: (words) => keyboard.insertText(words),
    click: (at) => (typeof at === 'string' ? page.click(at) : mouse.click(at.x, at.y)),
    hover: (at) => (typeof at === 'string' ? page.hover(at) : mouse.move(at.x, at.y)),
    picture: async (file) => {
      await page.screenshot({ path: file });
    },
    go: async (address) => {
      await page.goto(address);
    },
    resize: (size) => page.setViewportSize(size),
    frame: async (selector) => {
      const element = await page.waitForSelector(selector);
      const found = await element.contentFrame();
      if (!found) throw new Error(`${selector} is no iframe`);
      return inside(found);
    },
    inject: async (file) => {
      await page.addScriptTag({ path: file });
    },
    busyMs: () => threadTime(page),
    close: () => profile.close(),
  };
}

/**
 * @param {import('playwright-core').Frame} frame
 * @returns {Inside}
 */
function inside(frame) {
  return {
    read: async (selector) => (await frame.textContent(selector)) ?? '',
    evaluate: (fn, argument) => frame.evaluate(/** @type {any} */ (fn), argument),
    waitFor: async (fn, argument) => {
      await frame.waitForFunction(/** @type {any} */ (fn), argument);
    },
  };
}

/** @type {WeakMap<import('playwright-core').Page, import('playwright-core').CDPSession>} */
const sessions = new WeakMap();

/**
 * The processor time of the page's thread: what other programs take in between does not count.
 *
 * @param {import('playwright-core').Page} page
 */
async function threadTime(page) {
  let session = sessions.get(page);
  if (!session) {
    session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    sessions.set(page, session);
  }
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
}
