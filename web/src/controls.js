/** Back, where in the story we are, and Continue: in places that never change. */
import { h, put, say } from './dom.js';
import { text } from './text.js';

/**
 * @typedef {object} Looks
 * @property {'story' | 'free'} mode
 * @property {boolean} playing
 * @property {boolean} branch
 * @property {number} caption
 * @property {number} captions
 * @property {boolean} last  Whether no story follows.
 * @property {boolean} atEnd  Whether the story is told.
 */

/**
 * @param {{onBack: () => void, onContinue: () => void}} options
 */
export function createControls({ onBack, onContinue }) {
  const back = h('button', { type: 'button', class: 'pill', id: 'back', onclick: onBack });
  const position = h('p', { class: 'position', id: 'position' });
  const onward = h('button', {
    type: 'button', class: 'pill primary', id: 'continue', onclick: onContinue,
  });
  const element = h('div', {
    class: 'controls', role: 'group', 'aria-label': text('controls.group'),
  }, back, position, onward);
  say(back, text('controls.back'));
  return {
    element,
    /** @param {Looks} looks */
    update(looks) {
      say(onward, text(onwardCode(looks)));
      put(onward, 'data-sign', looks.mode === 'free' ? (looks.playing ? 'pause' : 'play') : 'on');
      put(back, 'data-away', looks.mode === 'free');
      put(back, 'disabled', looks.mode === 'free' || (looks.caption <= 1 && !looks.branch));
      say(position, positionText(looks));
      put(position, 'data-branch', looks.branch);
    },
  };
}

/** @param {Looks} looks */
function positionText(looks) {
  if (looks.branch) return text('controls.branch');
  if (looks.mode === 'free') return text('controls.free.position');
  return text('controls.position', { caption: looks.caption, captions: looks.captions });
}

/** @param {Looks} looks */
function onwardCode({ mode, playing, branch, last, atEnd }) {
  if (mode === 'free') return playing ? 'controls.pause' : 'controls.play';
  if (branch) return 'controls.return';
  if (!atEnd) return 'controls.continue';
  return last ? 'controls.free' : 'controls.next';
}
