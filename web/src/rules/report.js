/** What a search has come to, in words. Pure, so that a test can read every end. */
import { text } from '../text.js';
import { amount, elapsed } from './numbers.js';

/** @typedef {import('./slices.js').Progress} Progress */

/**
 * The figures of a search, each with its name.
 * @param {Progress} progress
 * @returns {[name: string, value: string][]}
 */
export function figures(progress) {
  const { schedules, steps, states, depth, shortest, seconds } = progress;
  const rate = amount(steps / Math.max(seconds, 0.05));
  return [
    ['find.schedules', amount(schedules)],
    ['find.steps', text('find.rate', { steps: amount(steps), rate })],
    ...(states > 0 ? /** @type {[string, string][]} */ ([
      ['find.states', amount(states)], ['find.depth', amount(depth)],
    ]) : []),
    ['find.shortest', shortest > 0 ? text('find.shortest.steps', { steps: shortest })
      : text('find.nothing.yet')],
    ['find.elapsed', elapsed(seconds)],
  ];
}

/**
 * What can be said honestly when a search is over: the shortest run that is known, and from below
 * how far there is none; or how much was tried.
 * @param {Progress} progress
 * @param {string} why
 * @returns {string[]}
 */
export function verdict(progress, why) {
  const { shortest, property, schedules, steps, seconds } = progress;
  const time = elapsed(seconds);
  const facts = { schedules: amount(schedules), steps: amount(steps), time };
  const stopped = why === 'done' ? []
    : [why === 'limit' ? text('find.limit', { time }) : text('find.stopped')];
  if (shortest === 0) {
    return [
      [...stopped, text('find.nothing')].join(' '), text('find.tried', facts),
      text('find.nothing.honest'),
    ];
  }
  return [
    [...bracket(progress), text('find.breaks', { property: text(`finding.${property}`) })].join(' '),
    [...stopped, text('find.tried', facts)].join(' '),
  ];
}

/** @param {Progress} progress */
function bracket({ shortest: steps, bound, states }) {
  if (bound > 0 && bound + 1 >= steps) return [text('find.proven', { steps })];
  const known = text('find.known', { steps });
  if (bound === 0) return [known];
  return [known, text('find.bound', { bound, states: amount(states) })];
}
