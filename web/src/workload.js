/**
 * Clients that call by themselves: the one line of a script that says so, put in or taken out.
 */

const LINE = /^[ \t]*clients\b.*$/m;
const PACED = /^[ \t]*clients\b.*\b(rate|think)\b/m;

/** Whether the clients of a script call by themselves. @param {string} script */
export function hasWorkload(script) {
  return PACED.test(script);
}

/**
 * The script with clients that call by themselves, or without.
 * @param {string} script
 * @param {number} count  How many clients it has.
 * @param {boolean} on
 */
export function withWorkload(script, count, on) {
  const line = on ? `clients ${Math.max(2, count)} think 100..300ms keys 2 `
    + 'mix put 40 get 40 add 10 delete 5 cas 5' : `clients ${Math.max(1, count)}`;
  if (LINE.test(script)) return script.replace(LINE, line);
  const [first, ...rest] = script.split('\n');
  return [first, line, ...rest].join('\n');
}
