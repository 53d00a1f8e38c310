import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rules as words } from '../../src/locales/en-rules.js';
import { amount, elapsed } from '../../src/rules/numbers.js';
import { figures, verdict } from '../../src/rules/report.js';
import { inSlices } from '../../src/rules/slices.js';
import { addWords, demandWords } from '../../src/text.js';

before(() => {
  addWords(words);
  demandWords(true);
});
after(() => demandWords(false));

/** @type {import('../../src/rules/slices.js').Progress} */
const FOUND = {
  phase: 'done', schedules: 12_345, steps: 1_230_000, states: 812_345, depth: 11, shortest: 21,
  property: 'leader-completeness', bound: 11, seconds: 3.21, slices: 80,
};

/** With plain spaces for those that hold a number and its unit together. */
function spaced(/** @type {(number: number) => string} */ words) {
  return (/** @type {number} */ number) => words(number).replaceAll('\u00a0', ' ');
}

/** The same of a verdict. */
const said = (/** @type {typeof FOUND} */ progress, /** @type {string} */ why) => (
  verdict(progress, why).map((line) => line.replaceAll('\u00a0', ' ')));

test('large numbers are short', () => {
  assert.deepEqual([0, 999, 9_999, 12_345, 999_999, 1_234_567, 123_456_789].map(spaced(amount)),
    ['0', '999', '9,999', '12.3 k', '1,000 k', '1.2 M', '123 M']);
  assert.deepEqual([0.04, 3.21, 59.6].map(spaced(elapsed)), ['0.0 s', '3.2 s', '60 s']);
});

test('a search that is over says from above and from below how short a run can be', () => {
  assert.deepEqual(said(FOUND, 'done'), [
    'Shortest known: 21 steps. With no more elections, writes and crashes, nothing in 11 steps or '
      + 'fewer: all 812 k states were looked at. Breaks Leader Completeness.',
    '12.3 k schedules, 1.2 M steps, 3.2 s.',
  ]);
  assert.match(said({ ...FOUND, bound: 20 }, 'done')[0], /^21 steps, and proven: /);
  assert.match(said({ ...FOUND, bound: 0 }, 'cancelled')[0], /^Shortest known: 21 steps\. Breaks/);
  assert.match(said(FOUND, 'cancelled')[1], /^Stopped\. 12/);
  assert.match(said(FOUND, 'limit')[1], /^Stopped after 3\.2 s\. /);
});

test('a search that found nothing says how much was tried, and claims no more', () => {
  const nothing = { ...FOUND, shortest: 0, property: '', bound: 0 };
  assert.deepEqual(said(nothing, 'limit'), [
    'Stopped after 3.2 s. Nothing found.', '12.3 k schedules, 1.2 M steps, 3.2 s.',
    'That is how much was tried; it is no proof.',
  ]);
});

test('the figures name states only while states are counted', () => {
  const names = (/** @type {typeof FOUND} */ progress) => figures(progress).map(([name]) => name);
  assert.ok(names(FOUND).includes('find.states'));
  assert.ok(!names({ ...FOUND, states: 0 }).includes('find.states'));
  assert.equal(Object.fromEntries(figures({ ...FOUND, shortest: 0 }))['find.shortest'],
    'nothing yet');
});

/** A search that is over after so many calls, run by hand, slice by slice. */
function byHand({ calls = Infinity, limitMs = Infinity, failsAt = Infinity } = {}) {
  const search = {
    ...FOUND, shortest: 0, calls: 0, freed: 0, text: 'raft 1',
    advance() {
      search.calls += 1;
      if (search.calls >= failsAt) throw new WebAssembly.RuntimeError('unreachable');
      return search.calls < calls;
    },
    script: () => search.text,
    free: () => void (search.freed += 1),
  };
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @type {[string, any][]} */
  const heard = [];
  const running = inSlices(search, {
    sliceMs: 2,
    limitMs,
    later: (next) => void waiting.push(next),
    onProgress: (progress) => void heard.push(['progress', progress]),
    onEnd: (progress, why) => void heard.push([why, progress]),
    onBroken: (error) => void heard.push(['broken', error]),
  });
  return { search, heard, running, waiting, slice: () => waiting.shift()?.() };
}

test('a slice is short, and others are heard after each', () => {
  const { heard, slice, waiting } = byHand();
  const began = performance.now();
  for (let n = 1; n <= 5; n += 1) {
    slice();
    assert.equal(heard.length, n);
    assert.equal(heard[n - 1][1].slices, n);
    assert.equal(waiting.length, 1, 'it goes on when it is its turn');
  }
  assert.ok(performance.now() - began < 1_000);
});

test('after a cancel nothing is computed any more', () => {
  const { search, heard, running, slice } = byHand();
  slice();
  slice();
  const { calls } = search;
  running.cancel();
  slice();
  running.cancel();
  assert.equal(search.calls, calls);
  assert.deepEqual(heard.map(([what]) => what), ['progress', 'progress', 'cancelled']);
  assert.equal(heard[2][1].slices, 2);
  assert.equal(search.freed, 1);
});

test('it ends when there is nothing left to do, and when its time is up', () => {
  const done = byHand({ calls: 3 });
  done.slice();
  assert.deepEqual(done.heard.map(([what]) => what), ['done']);
  const late = byHand({ limitMs: 0 });
  late.slice();
  assert.deepEqual(late.heard.map(([what]) => what), ['limit']);
  assert.equal(late.waiting.length, 0);
});

test('an error of the engine is told, and nothing goes on', () => {
  const { heard, slice, waiting } = byHand({ failsAt: 1 });
  slice();
  assert.equal(heard[0][0], 'broken');
  assert.ok(heard[0][1] instanceof WebAssembly.RuntimeError);
  assert.equal(waiting.length, 0);
});

test('the script of the shortest run is told once, and again when it is another', () => {
  const { search, heard, slice } = byHand();
  slice();
  assert.equal(heard[0][1].script, undefined);
  search.shortest = 9;
  slice();
  slice();
  search.shortest = 8;
  search.text = 'raft 1\nservers 3';
  slice();
  assert.deepEqual(heard.map(([, { script }]) => script),
    [undefined, 'raft 1', undefined, 'raft 1\nservers 3']);
});
