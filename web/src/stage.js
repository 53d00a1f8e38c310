/**
 * The stage: drawn by the scene and the painter, and all pointing at it.
 *
 * It is two SVGs, one before the other: what moves is painted anew for every picture, and what
 * rests behind it is not.
 *
 * What is pressed counts from the moment it is pressed: a message flies on between press and
 * release, and is meant all the same.
 */
import { h } from './dom.js';
import { layoutStage } from './layout.js';
import { painter } from './paint.js';
import { movingScene, restingScene } from './scene.js';
import { MOVING, RESTING } from './scene/shape.js';
import { text } from './text.js';

/** @typedef {import('./frame.js').Frame} Frame */

/** A press that moves further than this was a drag or a scroll. */
const SLACK = 10;

/**
 * @param {object} options
 * @param {(key: string, at: {x: number, y: number}, target: Element) => void} options.onActivate
 *   Something on the stage was clicked or chosen with the keyboard; the last is what gets the
 *   focus back.
 * @param {() => void} options.onResize
 */
export function createStage({ onActivate, onResize }) {
  const back = drawing('resting');
  const front = drawing('moving');
  const omitted = h('p', { class: 'omitted', hidden: true });
  const element = h('div', {
    class: 'stage', tabindex: -1, role: 'group', 'aria-label': text('page.stage'),
  }, back, front, omitted);
  const paintResting = painter(back, RESTING);
  const paintMoving = painter(front, MOVING);
  let size = { width: 0, height: 0 };
  let layout = layoutStage({ width: 1100, height: 500, servers: 1, clients: 0 });
  let placed = '';
  let resting = '';
  /** @type {Frame | undefined} */
  let drawn;

  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    size = { width, height };
    onResize();
  });
  observer.observe(element);

  /** @param {Frame} frame */
  function place(frame) {
    const wanted = {
      ...size, servers: frame.servers.length, clients: frame.clients.length,
    };
    const key = Object.values(wanted).join(' ');
    if (key === placed || size.width === 0 || size.height === 0) return;
    placed = key;
    resting = '';
    layout = layoutStage(wanted);
    for (const svg of [back, front]) {
      svg.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`);
    }
  }

  listen(element, onActivate);

  return {
    element,
    /**
     * Draws a moment.
     * @param {Frame} frame
     * @param {{now: number, stage: number}} moment
     * @param {Omit<import('./scene.js').View, 'layout'>}
     *   looks
     */
    draw(frame, moment, looks) {
      place(frame);
      if (placed === '') return;
      const view = { layout, ...looks };
      const key = `${looks.selected} ${looks.points} ${looks.accused}`
        + `${looks.apart ? [...looks.apart] : ''}`;
      if (frame !== drawn || key !== resting) {
        resting = key;
        drawn = frame;
        paintResting(restingScene(frame, view));
        omitted.hidden = frame.omitted === 0;
        omitted.textContent = text('message.omitted', { count: frame.omitted });
      }
      paintMoving(movingScene(frame, view, moment));
    },
    /**
     * The element that is pressed for a key, if it is on the stage.
     * @param {string} key
     * @returns {SVGElement | null}
     */
    find: (key) => element.querySelector(`[data-key="${key}"]`),
    destroy: () => observer.disconnect(),
  };
}

/** @param {string} name */
function drawing(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `drawing ${name}`);
  return svg;
}

/**
 * @param {HTMLElement} element
 * @param {(key: string, at: {x: number, y: number}, target: Element) => void} onActivate
 */
function listen(element, onActivate) {
  /** @type {{key: string, x: number, y: number, id: number} | null} */
  let pressed = null;

  /**
   * @param {Event} event
   * @returns {Element | null}
   */
  const targetOf = (event) => (event.target instanceof Element
    ? event.target.closest('[data-key]') : null);

  element.addEventListener('pointerdown', (event) => {
    const target = targetOf(event);
    pressed = target && event.button === 0 ? {
      key: target.getAttribute('data-key') ?? '',
      x: event.clientX,
      y: event.clientY,
      id: event.pointerId,
    } : null;
  });
  element.addEventListener('pointerup', (event) => {
    if (!pressed || pressed.id !== event.pointerId) return;
    const { key, x, y } = pressed;
    pressed = null;
    if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK) return;
    onActivate(key, { x: event.clientX, y: event.clientY }, element);
  });
  element.addEventListener('pointercancel', () => {
    pressed = null;
  });
  // A press takes the focus to the stage, not to the thing: Space would open its menu again.
  element.addEventListener('mousedown', (event) => {
    event.preventDefault();
    element.focus({ preventScroll: true });
  });
  // A click without a pointer: from a screen reader.
  element.addEventListener('click', (event) => {
    const target = targetOf(event);
    if (target && event.detail === 0) activate(target);
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = targetOf(event);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    activate(target);
  });

  /** @param {Element} target */
  function activate(target) {
    const box = target.getBoundingClientRect();
    const at = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    onActivate(target.getAttribute('data-key') ?? '', at, target);
  }
}
