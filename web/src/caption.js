/** The caption: one thought in large type, always in the same place. */
import { h, put, say } from './dom.js';

/** Beyond so many characters the type is a little smaller, so that the place suffices. */
const LONG = 150;

export function createCaption() {
  const words = h('p', { class: 'caption-text' });
  const element = h('div', { class: 'caption', id: 'caption', 'aria-live': 'polite' }, words);
  return {
    element,
    /** @param {string} caption */
    update(caption) {
      say(words, caption);
      put(element, 'data-long', caption.length > LONG);
    },
  };
}
