/** A small sheet under a button of the header: stories, sharing, keys. */
import { h } from './dom.js';

const MARGIN = 8;

/**
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label  The button's words.
 * @param {string} options.title
 * @param {(Node | string)[]} options.content
 * @param {() => void} [options.onOpen]
 */
export function createSheet({ id, label, title, content, onOpen = () => {} }) {
  const button = h('button', {
    type: 'button', class: 'nav', id, 'aria-expanded': 'false', onclick: () => toggle(),
  }, label);
  const sheet = h('div', { class: 'sheet', popover: 'auto', role: 'dialog', 'aria-label': title },
    h('h2', { class: 'sheet-title' }, title), ...content);

  sheet.addEventListener('toggle', (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === 'open';
    button.setAttribute('aria-expanded', String(open));
  });

  function toggle() {
    if (sheet.matches(':popover-open')) sheet.hidePopover();
    else open();
  }

  function open() {
    onOpen();
    sheet.showPopover();
    const from = button.getBoundingClientRect();
    const box = sheet.getBoundingClientRect();
    const left = Math.min(from.right - box.width, window.innerWidth - box.width - MARGIN);
    sheet.style.left = `${Math.max(MARGIN, left)}px`;
    sheet.style.top = `${Math.max(MARGIN, from.bottom + 4)}px`;
    const first = sheet.querySelector('button, a, input, textarea');
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  return {
    button,
    sheet,
    toggle,
    close: () => sheet.matches(':popover-open') && sheet.hidePopover(),
  };
}
