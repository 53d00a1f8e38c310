/**
 * A rule's scenario as a story. The file is a test of the core: what its comments say of the lines
 * below them becomes a caption, said where those lines are over, so that none runs ahead.
 */

/** @typedef {{section: string, harm: string, isProperty: boolean}} Head */

const AT = /^at (\d+m?s) /;
const THEN = /^then( [^:]+)?: (.+)$/;
const END = /^run (\d+m?s)$/;

/**
 * What the head of a scenario says: the section, and what goes wrong without the rule: a property
 * that breaks, or an expectation that fails.
 * @param {string} file
 * @returns {Head}
 */
export function headOf(file) {
  const [intent, harm] = file.split('\n');
  const section = /^# ([^:]+):/.exec(intent)?.[1] ?? '';
  const [, kind, what] = /^# (breaks|fails): (.+)$/.exec(harm) ?? [];
  return { section, harm: what ?? '', isProperty: kind === 'breaks' };
}

/**
 * The script of the story, with the rule waived.
 * @param {string} file
 * @param {{rule: string, title: string, first: string, last: string}} words  The rule, what the
 *   story is called, and what it says at its beginning and at its end.
 * @returns {string}
 */
export function storyOf(file, { rule, title, first, last }) {
  const all = file.trimEnd().split('\n');
  // What stands above the script is about it, and no part of it.
  const lines = all.slice(all.findIndex((line) => !line.startsWith('#')));
  /** @type {string[]} */
  const told = [];
  /** What has been said of the lines since. */
  let pending = first;
  /** What is being said of the lines to come. @type {string[]} */
  let comment = [];
  for (const line of lines) {
    if (line.startsWith('#')) {
      comment.push(line.replace(/^#\s*/, ''));
      continue;
    }
    const at = AT.exec(line)?.[1];
    if (at && comment.length > 0) {
      if (pending !== '') told.push(say(at, pending));
      pending = comment.splice(0).join(' ');
    }
    const [, fact = '', what = ''] = THEN.exec(line) ?? [];
    if (what !== '' && comment.length > 0) {
      // What the line waits for the caption waits for, and the line for the caption.
      if (pending !== '') told.push(`then${fact}: say ${quoted(pending)}`, `then: ${what}`);
      else told.push(line);
      pending = comment.splice(0).join(' ');
      continue;
    }
    if (at && pending === first && first !== '') {
      told.push(say(at, first));
      pending = '';
    }
    const end = END.exec(line)?.[1];
    if (end) {
      const rest = [pending, comment.splice(0).join(' '), last];
      told.push(...rest.filter((words) => words !== '').map((words) => say(end, words)));
    }
    told.push(line);
    if (line === 'raft 1') told.push(`title ${quoted(title)}`, `without ${rule}`);
  }
  return `${told.join('\n')}\n`;
}

/**
 * @param {string} at
 * @param {string} words
 */
function say(at, words) {
  return `at ${at} say ${quoted(words)}`;
}

/** @param {string} words */
function quoted(words) {
  return `"${words.replace(/["\\]/g, '\\$&')}"`;
}
