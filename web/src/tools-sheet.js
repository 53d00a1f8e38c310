/** The sheet that lists what can stand beside the stage, so that the header has one door for all. */
import { h, put } from './dom.js';
import { createSheet } from './sheet.js';
import { text } from './text.js';

/**
 * @param {string[]} keys  Of the pages, in the order in which they are listed.
 * @param {(key: string) => void} onChoose
 */
export function createToolsSheet(keys, onChoose) {
  const items = keys.map((key) => h('button', {
    type: 'button', class: 'story', id: key, 'aria-expanded': 'false', 'aria-controls': 'panel',
    onclick: () => {
      sheet.close();
      onChoose(key);
    },
  }, text(`page.${key}`), h('span', { class: 'story-hint' }, text(`tools.${key}`))));
  const sheet = createSheet({
    id: 'tools',
    label: text('page.tools'),
    title: text('tools.title'),
    content: [h('div', { class: 'stories' }, ...items)],
  });
  return {
    ...sheet,
    /** @param {string} shown  Which one is open, if any. */
    mark(shown) {
      for (const item of items) put(item, 'aria-expanded', item.id === shown ? 'true' : 'false');
    },
  };
}
