/**
 * A small menu at a place of the page: opened on what was clicked, left with Escape, a choice or a
 * click elsewhere. The focus goes back to where it was.
 */
import { h } from './dom.js';

/** @typedef {import('./actions.js').Menu} Menu */
/** @typedef {import('./actions.js').Item} Item */

const MARGIN = 8;

/**
 * @param {object} options
 * @param {(item: Item) => void} options.onChoose
 * @param {() => void} options.onClose
 */
export function createMenu({ onChoose, onClose }) {
  const heading = h('p', { class: 'menu-title' });
  const list = h('div', { class: 'menu-items', role: 'menu' });
  const element = h('div', { class: 'menu', popover: 'manual', onkeydown: onKey }, heading, list);
  /** @type {HTMLElement | SVGElement | null} */
  let from = null;
  let chosen = false;

  // Not the browser's own light dismissal: it takes the release of the opening press for another.
  /** @param {Event} event */
  function onPress(event) {
    if (!event.composedPath().includes(element)) close();
  }

  function close() {
    if (!element.matches(':popover-open')) return;
    document.removeEventListener('pointerdown', onPress, true);
    element.hidePopover();
    from?.focus({ preventScroll: true });
    from = null;
    if (!chosen) onClose();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const items = /** @type {HTMLElement[]} */ ([...list.children]);
    const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
    const at = items.indexOf(/** @type {HTMLElement} */ (root.activeElement));
    const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    event.stopPropagation();
    if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      close();
    }
    if (goal === undefined) return;
    event.preventDefault();
    items.at(goal % items.length)?.focus();
  }

  /** @param {Item} item */
  function choose(item) {
    chosen = true;
    if (!item.open) close();
    onChoose(item);
  }

  return {
    element,
    get isOpen() {
      return element.matches(':popover-open');
    },
    /**
     * @param {Menu} menu
     * @param {{x: number, y: number}} at  Of the window, in px.
     * @param {Element | null} opener  What gets the focus back.
     */
    open(menu, at, opener) {
      const label = menu.title;
      heading.textContent = label;
      list.setAttribute('aria-label', label);
      list.replaceChildren(...menu.items.map((item) => h('button', {
        type: 'button', role: 'menuitem', tabindex: -1, class: 'menu-item',
        onclick: () => choose(item),
      }, item.label)));
      chosen = false;
      from = /** @type {HTMLElement | null} */ (opener) ?? from;
      if (!element.matches(':popover-open')) element.showPopover();
      document.addEventListener('pointerdown', onPress, true);
      const box = element.getBoundingClientRect();
      const left = Math.min(at.x + MARGIN, window.innerWidth - box.width - MARGIN);
      const top = Math.min(at.y + MARGIN, window.innerHeight - box.height - MARGIN);
      element.style.left = `${Math.max(MARGIN, left)}px`;
      element.style.top = `${Math.max(MARGIN, top)}px`;
      /** @type {HTMLElement | null} */ (list.firstElementChild)?.focus({ preventScroll: true });
    },
    close,
  };
}
