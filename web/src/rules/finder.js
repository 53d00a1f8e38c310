/**
 * Find: searches for a run that breaks something without the waived rules, says how it gets on,
 * and opens what it has found so far at any time.
 */
import { h, put, say } from '../dom.js';
import { text } from '../text.js';
import { isAboutSafety } from './catalog.js';
import { createHunt } from './hunt.js';
import { figures, verdict } from './report.js';

/** @typedef {import('./slices.js').Progress} Progress */

/** A search that finds nothing ends by itself. */
const LIMIT_MS = 60_000;
/** Figures change no oftener than they can be read. */
const DRAW_EVERY_MS = 250;
const DRAW_EVERY_CALMLY_MS = 1_000;

/**
 * @param {object} options
 * @param {() => string[]} options.waived  The rules that the run waives.
 * @param {() => number} options.anySeed
 * @param {(script: string) => void} options.onOpen
 * @param {() => void} options.onRestore  All rules are to be in force again.
 */
export function createFinder({ waived, anySeed, onOpen, onRestore }) {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  const what = h('p');
  const hint = h('p', { class: 'hint' });
  const button = h('button', {
    type: 'button', class: 'pill small primary', id: 'find', onclick: () => press(),
  });
  const restore = h('button', {
    type: 'button', class: 'quietly', id: 'restore-rules', onclick: onRestore,
  }, text('rules.restore'));
  const open = h('button', {
    type: 'button', class: 'pill small', id: 'open-found', onclick: () => onOpen(script),
  });
  const phase = h('h3');
  const facts = h('dl', { class: 'facts' });
  const words = h('div', { class: 'find-verdict' });
  const trouble = h('p', { class: 'warning' });
  const results = h('section', { class: 'find-results', hidden: true, 'aria-label':
    text('find.title') }, phase, facts, words, trouble);
  const live = h('p', { class: 'quiet', role: 'status' });
  const element = h('div', { class: 'find' },
    h('div', { class: 'find-what' }, what, restore), hint,
    h('div', { class: 'buttons' }, button, open), results, live);

  const hunt = createHunt({ onProgress, onEnd, onAgain, onHere });
  /** What plays the shortest run so far. */
  let script = '';
  let shortest = 0;
  /** The rules that are searched without. @type {string[]} */
  let without = [];
  let drawnAt = 0;
  let loading = false;

  function press() {
    if (hunt.isRunning) return hunt.cancel();
    without = waived();
    script = '';
    shortest = 0;
    loading = true;
    say(phase, text('find.loading'));
    facts.replaceChildren();
    words.replaceChildren();
    say(trouble, '');
    results.hidden = false;
    say(live, text('find.live.begins'));
    hunt.begin(without, anySeed(), LIMIT_MS);
    return refresh();
  }

  /** @param {Progress} progress */
  function onProgress(progress) {
    if (progress.script !== undefined) script = progress.script;
    const found = progress.shortest > 0 && shortest === 0;
    const news = progress.shortest !== shortest || loading;
    shortest = progress.shortest;
    loading = false;
    if (found) {
      const property = text(`finding.${progress.property}`);
      say(live, text('find.live.found', { steps: shortest, property }));
    }
    const time = performance.now();
    if (!news && time - drawnAt < (calm.matches ? DRAW_EVERY_CALMLY_MS : DRAW_EVERY_MS)) return;
    drawnAt = time;
    draw(progress);
    if (news) refresh();
  }

  /** @param {Progress} progress */
  function draw(progress) {
    const known = ['random', 'shrinking', 'polishing', 'proving'].includes(progress.phase);
    say(phase, text(`find.phase.${known ? progress.phase : 'other'}`));
    const rows = figures(progress);
    if (facts.childElementCount !== rows.length * 2) {
      facts.replaceChildren(...rows.flatMap(([name]) => [h('dt', {}, text(name)), h('dd')]));
    }
    rows.forEach(([, value], row) => say(facts.children[row * 2 + 1], value));
    put(results, 'data-slices', progress.slices);
    put(results, 'data-phase', progress.phase);
  }

  /**
   * @param {Progress | undefined} progress
   * @param {string} why
   * @param {string} reason
   */
  function onEnd(progress, why, reason) {
    if (progress?.script !== undefined) script = progress.script;
    shortest = progress?.shortest ?? 0;
    if (why === 'failed') say(trouble, text('find.failed', { reason }));
    if (why === 'gave-up') say(trouble, text('find.gave-up', { reason }));
    if (progress) draw(progress);
    facts.replaceChildren();
    const lines = progress ? verdict(progress, why) : why === 'cancelled' ? [text('find.stopped')]
      : [];
    words.replaceChildren(...lines.map((line) => h('p', {}, line)));
    put(results, 'data-phase', why);
    say(live, shortest > 0 ? text('find.live.shortest', { steps: shortest })
      : text('find.live.nothing', { seconds: Math.round(progress?.seconds ?? 0) }));
    refresh();
  }

  function onAgain() {
    say(trouble, text('find.broken'));
  }

  function onHere() {
    say(trouble, text('find.here'));
  }

  /** Says which rules are waived now, and what can be done. */
  function refresh() {
    const rules = waived();
    const idle = rules.length > 0 && !rules.some(isAboutSafety);
    say(what, rules.length === 0 ? text('rules.none') : text('rules.waived', {
      rules: listed(rules) }));
    say(hint, rules.length === 0 ? text('rules.none.hint')
      : idle ? text('rules.progress.hint') : '');
    if (!hunt.isRunning) {
      // Only where that is not what is said above.
      const isOther = without.join() !== rules.join();
      say(phase, !isOther ? '' : without.length === 0 ? text('find.for.none')
        : text('find.for', { rules: listed(without) }));
    }
    hint.hidden = rules.length > 0 && !idle;
    restore.hidden = rules.length === 0;
    say(button, hunt.isRunning ? text('find.cancel')
      : results.hidden ? text('find.find') : text('find.again'));
    open.hidden = script === '';
    say(open, text(hunt.isRunning ? 'find.open.now' : 'find.open'));
  }

  return {
    element,
    refresh,
    /** What nobody sees does not go on. */
    stop: hunt.cancel,
    destroy: hunt.destroy,
  };
}

/** @param {string[]} rules */
function listed(rules) {
  return rules.map((rule) => text(`rule.${rule}`)).join(', ');
}
