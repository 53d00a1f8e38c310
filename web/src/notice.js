/** A message that stays until it is dismissed: what went wrong, and what happened instead. */
import { h, icon, say } from './dom.js';
import { text } from './text.js';

export function createNotice() {
  const words = h('p', {});
  const element = h('div', { class: 'notice', id: 'notice', role: 'alert', hidden: true }, words,
    h('button', {
      type: 'button', class: 'icon-button outline', 'aria-label': text('page.dismiss'),
      onclick: () => {
        element.hidden = true;
      },
    }, icon('M5 5l10 10M15 5L5 15')));
  return {
    element,
    /** @param {string} message */
    show(message) {
      element.hidden = false;
      say(words, message);
    },
    hide() {
      element.hidden = true;
    },
  };
}
