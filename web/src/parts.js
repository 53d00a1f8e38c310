/** The parts of the page that come when they are wanted. */
import calls from 'part:calls';
import compare from 'part:compare';
import rules from 'part:rules';
import settings from 'part:settings';

/**
 * @typedef {object} Parts  How each is had; all but the calls are for a page with a header.
 * @property {() => Promise<typeof import('./calls-panel.js')>} calls
 * @property {() => Promise<typeof import('./compare/panel.js')>} [compare]
 * @property {() => Promise<typeof import('./rules/part.js')>} [rules]
 * @property {() => Promise<typeof import('./settings/part.js')>} [settings]
 */

/** @type {Parts} */
export const parts = { calls, compare, rules, settings };
