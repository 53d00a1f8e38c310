import { chromium } from 'playwright-core';
import { browser } from '../scripts/browser.mjs';

/**
 * A page under test.
 *
 * Tests know this and no library, so that another browser's driver can stand behind it.
 *
 * @typedef {object} Page
 * @property {(key: string) => Promise<void>} press a key as in `KeyboardEvent.key`
 * @property {(where: string | Point) => Promise<void>} click
 * @property {(where: string | Point) => Promise<void>} hover
 * @property {(selector: string) => Promise<string>} read the text of the first element
 * @property {<T, A>(fn: (argument: A) => T, argument?: A) => Promise<Awaited<T>>} evaluate runs a
 *   function in the page
 * @property {<A>(fn: (argument: A) => unknown, argument?: A) => Promise<void>} waitFor until a
 *   function, run in the page, returns something true
 * @property {(file: string) => Promise<void>} picture writes a PNG of what is seen
 * @property {string[]} errors what went wrong in the page so far: exceptions, failed downloads
 * @property {() => Promise<void>} close
 *
 * @typedef {{ x: number, y: number }} Point in CSS pixels
 *
 * @typedef {object} View
 * @property {number} [width] in CSS pixels
 * @property {number} [height]
 * @property {boolean} [dark]
 * @property {boolean} [reducedMotion]
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
async function open(program, url, { width = 1280, height = 800, dark, reducedMotion }) {
  const profile = await program.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  profile.setDefaultTimeout(TIMEOUT_MS);
  const page = await profile.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
  await page.goto(url);

  const { mouse, keyboard } = page;
  return {
    errors,
    press: (key) => keyboard.press(key),
    click: (at) => (typeof at === 'string' ? page.click(at) : mouse.click(at.x, at.y)),
    hover: (at) => (typeof at === 'string' ? page.hover(at) : mouse.move(at.x, at.y)),
    read: async (selector) => (await page.textContent(selector)) ?? '',
    evaluate: (fn, argument) => page.evaluate(/** @type {any} */ (fn), argument),
    waitFor: async (fn, argument) => {
      await page.waitForFunction(/** @type {any} */ (fn), argument);
    },
    picture: async (file) => {
      await page.screenshot({ path: file });
    },
    close: () => profile.close(),
  };
}
