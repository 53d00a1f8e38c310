/** Large numbers, as short as they can be read: three digits or so, and what they count. */
import { text } from '../text.js';

/** @param {number} number */
export function amount(number) {
  if (number < 10_000) return Math.round(number).toLocaleString('en');
  if (number < 1e6) return text('find.number.thousand', { number: short(number / 1e3) });
  return text('find.number.million', { number: short(number / 1e6) });
}

/** @param {number} seconds */
export function elapsed(seconds) {
  return text('find.seconds', { seconds: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
}

/** @param {number} number */
function short(number) {
  return number < 100 ? number.toFixed(1) : Math.round(number).toLocaleString('en');
}
