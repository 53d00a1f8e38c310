/** How places, times and scales are written on the page. */
import { text } from './text.js';

/**
 * The name of a server, or of a client below zero.
 * @param {number} id
 */
export function placeName(id) {
  return id < 0 ? `C${-id}` : `S${id}`;
}

/**
 * A simulated time, to the millisecond.
 * @param {number} micros
 */
export function timeName(micros) {
  const seconds = micros / 1e6;
  return text('time', { seconds: seconds.toFixed(seconds < 100 ? 3 : 1) });
}

/**
 * A length of time, in the unit that suits it.
 * @param {number} micros
 */
export function lengthName(micros) {
  const unit = micros >= 1e6 ? 's' : 'ms';
  const amount = Number((micros / (unit === 's' ? 1e6 : 1e3)).toFixed(3));
  return text(`length.${unit}`, { amount });
}

/**
 * How much simulated time one second of watching is.
 * @param {number} micros  Simulated µs per second.
 */
export function scaleName(micros) {
  const [value, unit] = micros >= 1e6 ? [micros / 1e6, 's']
    : micros >= 1e3 ? [micros / 1e3, 'ms'] : [micros, 'us'];
  const digits = value >= 10 ? 0 : 1;
  const amount = Number(value.toFixed(digits));
  return text(`scale.${unit}`, { amount });
}

/**
 * Which of the colours a term has; term 0 has none.
 * @param {number} term
 */
export function hue(term) {
  return term === 0 ? 'hue-0' : `hue-${((term - 1) % 7) + 1}`;
}
