/**
 * Every word the page says, by code: templates live in `locales/`, facts are put in here.
 *
 * `{name}` is a fact; `{count|entry|entries}` chooses the word by number. A code without words says
 * something general in production, so that a newer engine never shows an empty page, and throws in
 * tests, so that none goes missing.
 */
import { english } from './locales/en.js';

/** @typedef {Record<string, string | number | boolean | undefined>} Facts */

/** @type {Record<string, string>} */
const words = english;
let strict = false;

/**
 * Adds words that came later than the page: of a part that is loaded when it is wanted.
 * @param {Record<string, string>} more
 */
export function addWords(more) {
  Object.assign(words, more);
}

/**
 * Makes missing words an error: for tests.
 * @param {boolean} value
 */
export function demandWords(value) {
  strict = value;
}

/**
 * Whether there are words for a code.
 * @param {string} code
 */
export function hasText(code) {
  return Object.hasOwn(words, code);
}

/**
 * The words for a code, with its facts put in.
 * @param {string} code
 * @param {Facts} [facts]
 * @returns {string}
 */
export function text(code, facts = {}) {
  const template = hasText(code) ? words[code] : fallback(code);
  return template.replace(/\{([a-zA-Z_]+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    const value = facts[name];
    if (one !== undefined) return value === 1 ? one : many;
    if (value === undefined && strict) throw new Error(`${code} needs the fact ${name}`);
    return value === undefined ? '…' : String(value);
  });
}

/** @param {string} code */
function fallback(code) {
  if (strict) throw new Error(`no words for ${code}`);
  const general = `${code.split('.')[0]}.other`;
  return hasText(general) ? words[general] : words.other;
}
