/** The sheet that lists the stories. */
import { h, put } from './dom.js';
import { createSheet } from './sheet.js';
import { text } from './text.js';

/**
 * @param {{id: string, title: string}[]} stories
 * @param {(index: number) => void} onOpen  -1 for free play.
 */
export function createStoriesSheet(stories, onOpen) {
  /**
   * @param {string} label
   * @param {number} index
   */
  const item = (label, index) => h('button', {
    type: 'button', class: 'story', 'data-story': index < 0 ? 'free' : stories[index].id,
    onclick: () => {
      sheet.close();
      onOpen(index);
    },
  }, label);
  const items = stories.map((story, index) => item(story.title, index));
  const free = item(text('stories.free'), -1);
  free.append(h('span', { class: 'story-hint' }, text('stories.free.hint')));
  const sheet = createSheet({
    id: 'stories',
    label: text('page.stories'),
    title: text('stories.title'),
    content: [h('div', { class: 'stories' }, ...items, free)],
  });
  return {
    ...sheet,
    /** @param {number} index  Which one is open; -1 for free play. */
    mark(index) {
      for (const [i, element] of items.entries()) {
        put(element, 'aria-current', i === index ? 'true' : undefined);
      }
      put(free, 'aria-current', index < 0 ? 'true' : undefined);
    },
  };
}
