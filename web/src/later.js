/** A page beside the stage that comes when it is first opened: a first visit does without it. */
import { h } from './dom.js';
import { text } from './text.js';

/** @typedef {import('./side.js').Page} Page */

/**
 * @param {string} title
 * @param {() => Promise<Page>} load
 * @returns {Page}
 */
export function createLater(title, load) {
  const element = h('div', { class: 'panel-part' });
  /** @type {Page | undefined} */
  let page;
  /** @type {Promise<Page> | undefined} */
  let loading;
  let isSeen = false;

  async function fetched() {
    element.replaceChildren(h('p', { class: 'hint' }, text('page.part')));
    page = await load();
    element.replaceChildren(...page.content);
    return page;
  }

  /**
   * Does something with the page once it is there; where it cannot be had, says so.
   * @param {(page: Page) => void} work
   */
  async function withPage(work) {
    isSeen = true;
    element.setAttribute('aria-busy', 'true');
    try {
      loading ??= fetched();
      const there = await loading;
      if (isSeen) work(there);
    } catch (error) {
      // So that another attempt asks anew.
      if (!page) loading = undefined;
      const reason = text('page.part.failed', { reason: String(error) });
      element.replaceChildren(h('p', { class: 'warning' }, reason));
    }
    element.setAttribute('aria-busy', 'false');
  }

  return {
    title,
    content: [element],
    open: () => void withPage((there) => {
      there.open();
      // On a phone it is below the stage, and out of sight.
      element.closest('.panel')?.scrollIntoView({ block: 'nearest' });
    }),
    focus: () => void withPage((there) => there.focus?.()),
    refresh() {
      if (page?.refresh) page.refresh();
      else page?.open();
    },
    follow: () => page?.follow?.(),
    forget: () => page?.forget?.(),
    close() {
      isSeen = false;
      page?.close?.();
    },
    destroy: () => page?.destroy?.(),
  };
}
