/** What a person sees of a playground and does with it, for any test of the page. */

/** @typedef {import('./driver.mjs').Page} Page */
/** @typedef {import('./driver.mjs').Inside} Inside */

/**
 * @typedef {object} SeenServer
 * @property {number} id
 * @property {string} name what a screen reader says
 * @property {string} part `leader`, `crashed` and so on
 * @property {number} term
 * @property {number} entries
 * @property {number} commit
 * @property {boolean} crowned
 * @property {string} value what the disc shows
 * @property {string} halves `(`, `)` or both while two configurations are in force
 * @property {string} tag what stands beside the name
 * @property {string} block what a snapshot stands for
 * @property {{ words: string, committed: boolean, synced: boolean }[]} cells
 */

/**
 * Reads what is shown. It runs in the page, so it may not call anything outside of itself.
 *
 * @param {string} [host] a selector of the element to read; else the page, or its only element
 */
export function seen(host = 'raft-playground') {
  const root = document.querySelector(host)?.shadowRoot ?? document;
  /** @type {(selector: string, within?: ParentNode) => string} */
  const words = (selector, within = root) => within.querySelector(selector)?.textContent ?? '';
  /** @type {(selector: string, within?: ParentNode) => Element[]} */
  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const label = (/** @type {Element} */ element) => element.getAttribute('aria-label') ?? '';
  const NAME = /^S(\d+), ([\w -]+), term (\d+),.* log (\d+) \w+, commit (\d+)$/;

  // A disc and what is pressed for it stand at the same place; a label bears the server's name.
  const discs = new Map(all('.layer-discs > .server').map((disc) => [
    disc.getAttribute('transform'), disc]));
  const labels = new Map(all('.layer-discs > .label').map((one) => [words('.name', one), one]));
  const servers = all('[data-key^="server-"]').map((target) => {
    const disc = discs.get(target.getAttribute('transform'));
    const [, id, part, term, entries, commit] = NAME.exec(label(target)) ?? [];
    const beside = labels.get(`S${id}`);
    return {
      id: Number(id),
      name: label(target),
      part,
      term: Number(term),
      entries: Number(entries),
      commit: Number(commit),
      crowned: disc?.querySelector('.crown:not(.heir)') !== null,
      value: disc ? words('.value', disc) : '',
      halves: `${disc?.querySelector('.half.old') ? '(' : ''}`
        + `${disc?.querySelector('.half.new') ? ')' : ''}`,
      tag: beside ? words('.tag', beside) : '',
      block: beside ? words('.block .command', beside) : '',
      cells: (beside ? all('.cell', beside) : []).map((cell) => ({
        words: words('.command', cell),
        committed: cell.classList.contains('committed'),
        synced: cell.querySelector('.unsynced') === null,
      })),
    };
  });
  const notice = root.querySelector('#notice');
  return {
    caption: words('#caption'),
    position: words('#position'),
    onward: words('#continue'),
    time: words('#time'),
    playing: root.querySelector('#play')?.getAttribute('aria-label') === 'Pause',
    notice: notice && !notice.hasAttribute('hidden') ? words('p', notice) : '',
    servers: servers.sort((a, b) => a.id - b.id),
    clients: all('[data-key^="client-"]').map(label),
    links: all('[data-key^="link-"]').map(label),
    messages: all('.message[data-key]').map(label).sort(),
  };
}

/** @typedef {ReturnType<typeof seen>} Seen */

/** Until a playground is drawn. */
export async function drawn(/** @type {Inside} */ page) {
  await page.waitFor(() => {
    const root = document.querySelector('raft-playground')?.shadowRoot ?? document;
    return root.querySelector('[data-key="server-1"]');
  });
}

/** Until the counter says that a caption is shown. */
export async function captionShown(/** @type {Inside} */ page, /** @type {number} */ number) {
  await page.waitFor(
    (wanted) => document.querySelector('#position')?.textContent?.startsWith(`${wanted} of `),
    number,
  );
}

/**
 * Goes on in a story to the caption that begins so; where motion is reduced, for there each press
 * of Continue leads to the next caption.
 *
 * @param {Page} page
 * @param {string} words
 */
export async function continueTo(page, words) {
  for (;;) {
    const { caption, position } = await page.evaluate(seen);
    if (caption.startsWith(words)) return;
    const [number, , count] = position.split(' ').map(Number);
    if (number === count) throw new Error(`no caption begins with "${words}"`);
    await page.click('#continue');
    await captionShown(page, number + 1);
    await painted(page);
  }
}

/** Until what is fetched when it is first opened is there. */
async function arrived(/** @type {Inside} */ page) {
  await page.waitFor(() => !document.querySelector('.panel-part[aria-busy="true"]'));
}

/** Until what was done is painted: what had to come has come, and two pictures later. */
export async function painted(/** @type {Inside} */ page) {
  await arrived(page);
  await page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)));
  }));
}

/**
 * The middle of the first element, in CSS pixels; of a line the point halfway.
 *
 * @param {Inside} page
 * @param {string} selector
 * @returns {Promise<{ x: number, y: number }>}
 */
export function middle(page, selector) {
  return page.evaluate((selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error(`there is no ${selector}`);
    const box = found.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }, selector);
}

/**
 * Opens the menu of a thing on the stage with a click and chooses an item, also with a click.
 *
 * @param {Page} page
 * @param {string} key as the stage names things
 * @param {string | RegExp} item
 */
export async function choose(page, key, item) {
  await page.click(await middle(page, `[data-key="${key}"]`));
  await chooseItem(page, item);
}

/**
 * @param {Page} page
 * @param {string | RegExp} item
 */
export async function chooseItem(page, item) {
  await page.waitFor(() => document.querySelector('.menu:popover-open [role=menuitem]'));
  const labels = await menuItems(page);
  const at = labels.findIndex((label) => (
    typeof item === 'string' ? label === item : item.test(label)));
  if (at < 0) throw new Error(`no item ${item} among: ${labels.join(', ')}`);
  await page.click(await middle(page, `.menu [role=menuitem]:nth-child(${at + 1})`));
}

/**
 * @param {Inside} page
 * @returns {Promise<string[]>}
 */
export function menuItems(page) {
  return page.evaluate(() => [...document.querySelectorAll('.menu [role=menuitem]')]
    .map((item) => item.textContent ?? ''));
}

/**
 * Opens one of the tools beside the stage, or closes it when it is open. What comes when it is
 * first opened has come then.
 * @param {Page} page
 * @param {string} id
 */
export async function tool(page, id) {
  await page.click('#tools');
  await page.click(`#${id}`);
  await arrived(page);
}

/** The address that the sheet for sharing offers for what is shown now. */
export async function sharedLink(/** @type {Page} */ page) {
  const field = (/** @type {string | undefined} */ words) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#share-link'));
    if (words !== undefined) input.value = words;
    return input.value;
  };
  // Emptied first, for it keeps its last link until the new one is made.
  await page.evaluate(field, '');
  await page.click('#share');
  await page.waitFor(field);
  const link = await page.evaluate(field);
  await page.press('Escape');
  return link;
}
