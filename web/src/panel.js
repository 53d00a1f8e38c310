/** The panel beside the stage, closed until wanted: the inspector or the script. */
import { h, icon, say } from './dom.js';
import { text } from './text.js';

const CROSS = 'M5 5l10 10M15 5L5 15';

/** @param {() => void} onClose */
export function createPanel(onClose) {
  const title = h('h2', { class: 'panel-title' });
  const close = h('button', {
    type: 'button', class: 'icon-button outline', id: 'close-panel', onclick: onClose,
    'aria-label': text('details.close'), title: text('details.close'),
  }, icon(CROSS));
  const body = h('div', { class: 'panel-body' });
  const element = h('aside', { class: 'panel', id: 'panel', hidden: true },
    h('header', {}, title, close), body);
  return {
    element,
    body,
    /**
     * @param {string} heading
     * @param {HTMLElement[]} content
     */
    show(heading, content) {
      element.hidden = false;
      element.setAttribute('aria-label', heading);
      say(title, heading);
      const { scrollTop } = body;
      body.replaceChildren(...content);
      body.scrollTop = scrollTop;
    },
    hide() {
      element.hidden = true;
      body.replaceChildren();
    },
    focus: () => close.focus({ preventScroll: true }),
  };
}
