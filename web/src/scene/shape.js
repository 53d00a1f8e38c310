/**
 * What a scene is made of: shapes with keys, as plain data. `paint.js` turns them into elements.
 */

/** @typedef {string | number | undefined} Value */

/**
 * @typedef {object} Shape
 * @property {string} tag
 * @property {Record<string, Value>} attrs
 * @property {string} [text]
 * @property {Shape[]} [children]
 */

/**
 * @typedef {Shape & {key: string, z: Layer}} Keyed
 */

/** @typedef {'halos' | 'links' | 'discs' | 'hits' | 'timers' | 'messages'} Layer */

/** From the back to the front: what rests. @type {Layer[]} */
export const RESTING = ['halos', 'links', 'discs', 'hits'];
/** And before it what moves. @type {Layer[]} */
export const MOVING = ['timers', 'messages'];

/**
 * A shape.
 * @param {string} tag
 * @param {Record<string, Value>} attrs
 * @param {Shape[] | string} [content]
 * @returns {Shape}
 */
export function shape(tag, attrs, content) {
  if (typeof content === 'string') return { tag, attrs, text: content };
  return content ? { tag, attrs, children: content } : { tag, attrs };
}

/**
 * A shape that keeps its element for as long as its key lives.
 * @param {Layer} z
 * @param {string} key
 * @param {string} tag
 * @param {Record<string, Value>} attrs
 * @param {Shape[] | string} [content]
 * @returns {Keyed}
 */
export function keyed(z, key, tag, attrs, content) {
  return { key, z, ...shape(tag, attrs, content) };
}
