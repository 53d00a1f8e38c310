/** What panels are made of: facts, tables, sections, and how values are written in them. */
import { h } from '../dom.js';
import { placeName, timeName } from '../names.js';
import { text } from '../text.js';

/** @typedef {string | number | HTMLElement} Value */

/**
 * Names and values; those without a value are left out.
 * @param {[string, Value | undefined][]} pairs
 */
export function facts(pairs) {
  return h('dl', { class: 'facts' }, ...pairs.flatMap(([code, value]) => (
    value === undefined ? [] : [
      h('dt', {}, text(code)),
      h('dd', {}, value instanceof HTMLElement ? value : String(value)),
    ])));
}

/**
 * @param {string} code
 * @param {...HTMLElement} content
 */
export function section(code, ...content) {
  return h('section', {}, h('h3', {}, text(code)), ...content);
}

/**
 * @param {string[]} heads
 * @param {Value[][]} rows
 */
export function table(heads, rows) {
  return h('table', {},
    h('thead', {}, h('tr', {}, ...heads.map((code) => h('th', { scope: 'col' }, text(code))))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {},
      cell instanceof HTMLElement ? cell : String(cell)))))));
}

/** @param {number} id */
export function someone(id) {
  return id === 0 ? text('details.nobody') : placeName(id);
}

/** @param {number[]} ids */
export function everyone(ids) {
  return ids.length === 0 ? text('details.nobody') : ids.map(placeName).join(' ');
}

/** @param {number | null} time */
export function when(time) {
  return time === null || time === Infinity ? text('details.never') : timeName(time);
}

/** @param {boolean} value */
export function yesOrNo(value) {
  return text(value ? 'details.yes' : 'details.no');
}
