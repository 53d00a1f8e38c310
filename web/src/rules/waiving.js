/**
 * Rules in the text of a script: which of them it waives, and the same script with one more waived
 * or in force again. Everything else in the text stays as it was written, comments too.
 */

/** A line of its own: the rule's name, and perhaps a comment. */
const WAIVER = /^[ \t]*without[ \t]+([a-z-]+)[ \t]*(?:#.*)?$/;
/** What stands before anything happens. */
const HEAD = /^[ \t]*(?:raft|title|servers|seed|preset|set|without|clients)\b/;

/**
 * The rules that a script waives, in the order in which it does.
 * @param {string} script
 * @returns {string[]}
 */
export function waivedIn(script) {
  const names = script.split('\n').map((line) => WAIVER.exec(line.trimEnd())?.[1] ?? '');
  return [...new Set(names.filter((name) => name !== ''))];
}

/**
 * A script with a rule waived or in force.
 * @param {string} script
 * @param {string} rule
 * @param {boolean} isWaived
 * @returns {string}
 */
export function withRule(script, rule, isWaived) {
  const lines = script.split('\n');
  const kept = lines.filter((line) => WAIVER.exec(line.trimEnd())?.[1] !== rule);
  if (!isWaived) return kept.join('\n');
  if (kept.length < lines.length) return script;
  const last = kept.findLastIndex((line) => HEAD.test(line));
  kept.splice(last + 1, 0, `without ${rule}`);
  return kept.join('\n');
}
