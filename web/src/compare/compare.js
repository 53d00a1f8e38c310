/**
 * Two runs side by side: the same seed and faults with one thing changed.
 *
 * The run beside moves with the run that is shown; the engine holds both. While nothing is compared
 * nothing of this exists but the place of the stage.
 */
import { h, put, say } from '../dom.js';
import { placeName, timeName } from '../names.js';
import { createStage } from '../stage.js';
import { text } from '../text.js';
import { toldText } from '../told.js';
import { besideKey, isBeside, keyOf } from './key.js';

/** @typedef {import('../engine.js').Run} Run */
/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../../pkg/raft_wasm.js').Comparison} Comparison */

const SLICE_MS = 6;
const ASKED_EVERY_MS = 500;
/** @type {number[]} */
const NOBODY = [];

/**
 * @param {object} options
 * @param {ReturnType<typeof createStage>} options.stage  The stage of run A.
 * @param {() => Run | undefined} options.run
 * @param {ReturnType<typeof import('../clock.js').createClock>} options.clock
 * @param {(key: string, at: {x: number, y: number}, target: Element) => void} options.onActivate
 * @param {(at: number) => void} options.onGo  Go to a moment of the run.
 * @param {() => void} options.onKnown  More is known of the two runs.
 */
export function createComparing({ stage, run, clock, onActivate, onGo, onKnown }) {
  const go = h('button', {
    type: 'button', class: 'pill small', id: 'go-there',
    onclick: () => comparison?.difference && onGo(comparison.difference.at),
  }, text('compare.go'));
  const first = h('p', { class: 'first', role: 'status' });
  const now = h('p', { class: 'apart' });
  const bar = h('div', { class: 'difference', id: 'difference', hidden: true }, first, go, now);
  const stages = h('div', { class: 'stages' }, stage.element);
  /** @type {{stage: ReturnType<typeof createStage>, parts: HTMLElement[],
   *   names: HTMLElement[], told: HTMLElement[]} | null} */
  let shown = null;
  /** @type {Comparison | null} */
  let comparison = null;
  /** @type {Map<number, string> | undefined} */
  let apart;
  /** The picture that is described. @type {Frame | undefined} */
  let described;
  let askedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** What stands on the page for run B, and the words of both. */
  function build() {
    const other = createStage({
      onActivate: (key, at, target) => onActivate(besideKey(key), at, target),
      onResize: clock.redraw,
    });
    put(other.element, 'aria-label', text('compare.stage'));
    const names = ['a', 'b'].map((side) => h('p', { class: `run-name ${side}` }));
    const told = ['a', 'b'].map((side) => h('p', { class: `run-told ${side}` }));
    put(other.element, 'data-side', 'b');
    stages.prepend(names[0], names[1]);
    stages.append(other.element, ...told);
    return { stage: other, names, told, parts: [...names, other.element, ...told] };
  }

  /** Compares on in slices, as far as it is worth. */
  function goOn() {
    clearTimeout(timer);
    const current = run();
    if (!current?.beside) return;
    const done = current.compareOn(SLICE_MS);
    learn(current);
    // The common clock shows the same moment at another time of its own.
    if (clock.playing || clock.busy) clock.redraw();
    else clock.follow();
    if (!done) timer = setTimeout(goOn, 0);
  }

  /** @param {Run} current */
  function learn(current) {
    askedAt = performance.now();
    comparison = current.comparison();
    described = undefined;
    onKnown();
    if (!comparison || !shown) return;
    const { changes, difference, states, until } = comparison;
    const changed = changes.map((one) => text(`told.${one.code}`, one.facts));
    say(shown.names[0], text('compare.a'));
    say(shown.names[1], changed.length === 0 ? text('compare.b.same')
      : text('compare.b', { changes: changed.join('; ') }));
    go.hidden = !difference;
    say(first, !difference ? text('compare.none', { time: timeName(until) })
      : states && states.at > difference.at
        ? text('compare.first.later', { time: timeName(difference.at), later: timeName(states.at) })
        : text('compare.first', { time: timeName(difference.at) }));
    for (const [i, told] of [difference?.a, difference?.b].entries()) {
      say(shown.told[i], !difference ? ''
        : text('compare.told', { run: 'AB'[i], what: told
          ? text('told.at', { time: timeName(told.at), what: toldText(told) })
          : text('compare.nothing', { time: timeName(until) }) }));
    }
  }

  /** @param {Run} current */
  function describe(current) {
    if (described === current.frame) return;
    described = current.frame;
    const found = current.apart();
    apart = new Map(found.map(({ id, aspects }) => [
      id, aspects.map((aspect) => text(`aspect.${aspect}`)).join(', ')]));
    const list = [...apart].map(([id, aspects]) => text('compare.server', {
      server: placeName(id), aspects,
    }));
    say(now, list.length === 0 ? text('compare.alike')
      : text('compare.apart', { list: list.join('; ') }));
    const more = performance.now() - askedAt > ASKED_EVERY_MS;
    if (more && comparison && !comparison.states) learn(current);
  }

  function close() {
    clearTimeout(timer);
    if (!shown) return;
    shown.stage.destroy();
    for (const part of shown.parts) part.remove();
    shown = null;
    comparison = null;
    apart = undefined;
    put(stages, 'data-beside', undefined);
    put(stage.element, 'aria-label', text('page.stage'));
    bar.hidden = true;
    run()?.stopComparing();
    onKnown();
  }

  /**
   * Puts the run of a script beside the one that is shown. Throws the script's mistakes, and then
   * nothing has changed.
   * @param {string} script
   */
  function open(script) {
    const current = /** @type {Run} */ (run());
    current.compare(script);
    shown ??= build();
    put(stages, 'data-beside', true);
    put(stage.element, 'aria-label', text('compare.stage.a'));
    bar.hidden = false;
    apart = undefined;
    goOn();
  }

  return {
    stages,
    bar,
    open,
    close,
    /**
     * Puts beside what a link says.
     * @param {string} script
     * @returns {string} What is wrong with it, in words; empty when nothing is.
     */
    openLinked(script) {
      try {
        open(script);
        return '';
      } catch (error) {
        if (!Array.isArray(error)) throw error;
        return text('compare.mistake', { line: error[0].line, reason: error[0].message });
      }
    },
    get isOpen() {
      return shown !== null;
    },
    /** The servers that differ, and in what; nothing while nothing is compared. */
    get apart() {
      return shown ? apart : undefined;
    },
    /** The runs have other scripts now. */
    again: goOn,
    /**
     * Draws run B.
     * @param {{now: number, stage: number}} moment
     * @param {Omit<import('../scene.js').View, 'layout'>} looks  Those of run A.
     */
    draw(moment, looks) {
      const current = run();
      if (!shown || !current?.beside) return;
      describe(current);
      const { beside } = current;
      const { frame } = beside;
      const { selected } = looks;
      shown.stage.draw(frame, moment, {
        ...looks,
        accused: frame.findings > 0 ? beside.findings().at(-1)?.servers ?? NOBODY : NOBODY,
        selected: isBeside(selected) ? keyOf(selected) : '',
        apart,
      });
    },
    /**
     * What the timeline is painted with, with the first difference among it.
     * @param {import('../../pkg/raft_wasm.js').Mark[]} marks
     */
    marks(marks) {
      const found = comparison?.difference;
      return found ? [...marks, {
        kind: 'difference', at: found.at, stage: found.stage, term: 0, server: 0, number: 0,
      }] : marks;
    },
    /**
     * A thing on the stage of run B.
     * @param {string} key
     */
    find: (key) => shown?.stage.find(keyOf(key)) ?? null,
    destroy() {
      clearTimeout(timer);
      shown?.stage.destroy();
    },
  };
}
