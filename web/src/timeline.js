/** The timeline: play, one event back or forward, a scrubber over a painted strip, speed, live. */
import { bandsOf, signsOf, stripLength } from './bands.js';
import { h, icon, put, say } from './dom.js';
import { hue, placeName, scaleName, timeName } from './names.js';
import { text } from './text.js';

/** @typedef {import('./frame.js').Frame} Frame */

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

const PLAY = 'M6 3.5v13l11-6.5z';
const PAUSE = 'M5 4h3.5v12H5zM11.5 4H15v12h-3.5z';
const FORWARD = 'M4 4.5v11l8.5-5.5zM14 4.5h2.2v11H14z';
const BACKWARD = 'M16 4.5v11L7.5 10zM3.8 4.5H6v11H3.8z';
const SECOND = 1e6;

/**
 * @param {object} options
 * @param {() => void} options.onPlay
 * @param {(direction: 1 | -1) => void} options.onStep
 * @param {(stage: number) => void} options.onSeek
 * @param {(speed: number) => void} options.onSpeed
 * @param {() => void} options.onLive
 * @param {(at: number) => void} options.onFinding  Simulated µs.
 */
export function createTimeline({ onPlay, onStep, onSeek, onSpeed, onLive, onFinding }) {
  const playSign = icon(PLAY);
  const play = button('play', onPlay, playSign);
  const back = button('step-back', () => onStep(-1), icon(BACKWARD));
  const forward = button('step', () => onStep(1), icon(FORWARD));
  name(back, text('timeline.back'));
  name(forward, text('timeline.step'));
  const strip = h('div', { class: 'strip', 'aria-hidden': 'true' });
  const signs = h('div', { class: 'signs', 'aria-hidden': 'true' });
  const range = h('input', {
    type: 'range', class: 'scrubber', id: 'scrubber', min: 0, max: 1, step: 1000, value: 0,
    'aria-label': text('timeline.scrubber'),
    oninput: () => onSeek(Number(range.value)),
    onkeydown: onKey,
  });
  const time = h('output', { class: 'time', id: 'time' });
  const scale = h('span', { class: 'scale', title: text('scale.title') });
  const speed = h('select', {
    class: 'speed', id: 'speed', 'aria-label': text('timeline.speed'),
    onchange: () => onSpeed(Number(speed.value)),
  }, ...SPEEDS.map((value) => h('option', { value }, text('timeline.times', { speed: value }))));
  const live = h('button', {
    type: 'button', class: 'live', id: 'live', title: text('timeline.live.title'), onclick: onLive,
  }, text('timeline.live'));
  const element = h('div', {
    class: 'timeline', role: 'group', 'aria-label': text('timeline.group'),
  }, play, back, forward,
  h('div', { class: 'track' }, strip, range, signs), time, scale, speed, live);
  let painted = '';
  let length = 0;

  /**
   * Puts something at its place on the strip.
   * @param {number} stage
   * @param {HTMLElement} element
   */
  function at(stage, element) {
    element.style.left = percent(stage / length);
    return element;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const by = {
      ArrowRight: SECOND, ArrowUp: SECOND, ArrowLeft: -SECOND, ArrowDown: -SECOND,
      PageUp: 5 * SECOND, PageDown: -5 * SECOND,
    }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSeek(Math.max(0, Number(range.value) + by));
  }

  return {
    element,
    /**
     * The playhead and what is said of it.
     * @param {Frame} frame
     * @param {{now: number, stage: number}} moment
     * @param {{playing: boolean, speed: number, open: boolean, following: boolean}} looks
     */
    update(frame, moment, looks) {
      const wanted = stripLength(frame, looks.open, length);
      if (wanted !== length) {
        length = wanted;
        range.max = String(Math.round(length));
      }
      range.value = String(Math.round(moment.stage));
      say(time, timeName(moment.now));
      if (frame.scale > 0) say(scale, scaleName(frame.scale));
      put(range, 'aria-valuetext', valueText(frame, moment.now));
      const label = text(looks.playing ? 'controls.pause' : 'controls.play');
      name(play, label);
      put(/** @type {Element} */ (playSign.firstElementChild), 'd', looks.playing ? PAUSE : PLAY);
      if (speed.value !== String(looks.speed)) speed.value = String(looks.speed);
      live.hidden = !looks.open;
      put(live, 'aria-pressed', looks.following ? 'true' : 'false');
    },
    /**
     * The bands and marks; costly, so only when the run is known further than before.
     * @param {() => import('../pkg/raft_wasm.js').Mark[]} marks
     * @param {Frame} frame
     */
    paint(marks, frame) {
      const key = `${frame.ranAt} ${frame.branch} ${length}`;
      if (key === painted) return;
      painted = key;
      const all = marks();
      const drawn = signsOf(all, length);
      strip.replaceChildren(
        ...bandsOf(all, frame.ranStage).map(({ from, to, term }) => {
          const band = at(from, h('i', { class: `band ${hue(term)}` }));
          band.style.width = percent((to - from) / length);
          return band;
        }),
        ...drawn.filter(({ kind }) => kind === 'caption').map(({ stage }) => at(stage,
          h('i', { class: 'said' }))),
      );
      signs.replaceChildren(...drawn.filter(({ kind }) => kind !== 'caption').map((mark) => at(
        mark.stage, h('i', {
          class: `tick ${mark.kind}`, title: markName(mark),
          onclick: () => (mark.kind === 'finding' ? onFinding(mark.at) : onSeek(mark.stage)),
        }))));
    },
    /** Paints anew next time, whatever was painted before. */
    repaint() {
      painted = '';
    },
    /** Another run is shown from now on. */
    forget() {
      painted = '';
      length = 0;
    },
  };
}

/**
 * @param {string} id
 * @param {() => void} onclick
 * @param {SVGElement} sign
 */
function button(id, onclick, sign) {
  return h('button', { type: 'button', class: 'icon-button', id, onclick }, sign);
}

/**
 * @param {HTMLElement} element
 * @param {string} label
 */
function name(element, label) {
  put(element, 'aria-label', label);
  put(element, 'title', label);
}

/**
 * @param {Frame} frame
 * @param {number} now
 */
function valueText(frame, now) {
  const leader = frame.servers.filter((one) => one.role === 'leader' && one.state === 'up')
    .reduce((best, one) => (one.term > best.term ? one : best), { id: 0, term: -1 });
  return text('timeline.value', {
    time: timeName(now),
    term: frame.highestTerm,
    leader: leader.id > 0 ? text('timeline.leader', { server: placeName(leader.id) })
      : text('timeline.nobody'),
  });
}

/** @param {import('../pkg/raft_wasm.js').Mark} mark */
function markName({ kind, at, term, server, number }) {
  return text(`mark.${kind}`, { server: placeName(server), time: timeName(at), term, n: number });
}

/** @param {number} part */
function percent(part) {
  return `${Math.round(part * 1e5) / 1e3}%`;
}
