/**
 * The one line that tells what has just happened and why, and the quiet region that reads it out:
 * politely, and never more often than a person can listen.
 */
import { h, say } from './dom.js';
import { placeName, timeName } from './names.js';
import { hasText, text } from './text.js';

/** @typedef {import('../pkg/raft_wasm.js').Told} Told */
/** @typedef {import('../pkg/raft_wasm.js').Finding} Finding */

const QUIET_MS = 1500;

/** What is worth hearing while time runs; step by step everything is. */
const SPOKEN = new Set(['leads', 'commits', 'steps-down', 'crashed', 'crashed-unsynced',
  'restarted', 'paused', 'resumed', 'wiped', 'answered', 'answered-lost', 'truncates',
  'changes-membership', 'change-done', 'change-refused', 'leaves-cluster', 'begins-transfer',
  'transfer-timed-out', 'takes-snapshot', 'installs-snapshot', 'stays-follower']);

/** @param {() => void} onFound  Somebody wants to see what a judge has found. */
export function createTold(onFound) {
  const found = h('button', {
    type: 'button', class: 'found', id: 'found', hidden: true, onclick: onFound,
  });
  const line = h('span', { class: 'told-line' });
  const element = h('p', { class: 'told' }, found, line);
  const live = h('p', { class: 'quiet', role: 'status', 'aria-live': 'polite' });
  let spokenAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} words */
  function announce(words) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      spokenAt = performance.now();
      say(live, words);
    }, Math.max(0, spokenAt + QUIET_MS - performance.now()));
  }

  return {
    element,
    live,
    /**
     * @param {Told[]} last  The last things that happened, the newest at the end.
     * @param {Finding[]} findings  What judges have found.
     * @param {boolean} playing  Whether time runs.
     */
    update(last, findings, playing) {
      const told = last.at(-1);
      const words = told ? togetherText(last, told) : '';
      const before = line.textContent;
      say(line, told ? text('told.at', { time: timeName(told.at), what: words }) : '');
      const finding = findings.at(-1);
      found.hidden = !finding;
      say(found, finding ? text('finding.title', { property: findingText(finding) }) : '');
      if (!told || line.textContent === before) return;
      if (!playing || SPOKEN.has(told.code)) announce(words);
    },
    announce,
    destroy: () => clearTimeout(timer),
  };
}

/**
 * Several links that are cut or healed by one line are told as one.
 * @param {Told[]} last
 * @param {Told} told
 */
function togetherText(last, told) {
  const same = last.filter((one) => one.code === told.code && one.at === told.at);
  const code = `told.${told.code}-many`;
  return same.length > 2 && hasText(code) ? text(code) : toldText(told);
}

/**
 * Something that happened, in words.
 * @param {Pick<Told, 'code' | 'facts'>} told
 */
export function toldText({ code, facts }) {
  const why = facts.why === undefined ? undefined : text(`told.refusal-${facts.why}`, facts);
  return text(`told.${code}`, { ...facts, why, entries: entriesText(facts) });
}

/**
 * The entries that something was about: one, or from one to another.
 * @param {Record<string, string | number>} facts
 */
function entriesText({ first, from, last, to }) {
  const [begin, end] = [first ?? from, last ?? to];
  if (typeof begin !== 'number' || typeof end !== 'number') return '';
  return text(begin >= end ? 'told.entry' : 'told.entries', { first: begin, last: end });
}

/**
 * What is wrong: what clients saw where that can be said, else the property that was broken.
 * @param {Finding} finding
 */
function findingText({ property, told }) {
  return told ? toldText(told) : propertyName(property);
}

/**
 * A property's name as the paper has it.
 * @param {string} property
 */
export function propertyName(property) {
  return text(`finding.${property}`);
}

/**
 * What a finding says is broken, in a sentence; for a property without one, its name.
 * @param {Finding} finding
 */
export function brokenText({ property, servers, term, index }) {
  const code = `broken.${property}`;
  if (!hasText(code)) return text('finding.title', { property: propertyName(property) });
  const [one, other] = servers.map(placeName);
  const who = other ? text('broken.both', { one, other }) : one;
  return text(code, { who, term, index });
}
