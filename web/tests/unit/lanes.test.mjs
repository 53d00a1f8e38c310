import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textWidth } from '../../src/geometry.js';
import { WORDS, lanesOf } from '../../src/lanes.js';
import { laneShapes } from '../../src/scene/lanes.js';
import { demandWords } from '../../src/text.js';
import { callWords } from '../../src/calls-panel.js';
import { hasWorkload, withWorkload } from '../../src/workload.js';

demandWords(true);

/**
 * @param {number} client
 * @param {number} number
 * @param {number} calledAt
 * @param {number | null} returnedAt
 * @param {Partial<import('../../src/lanes.js').Call>} [more]
 * @returns {import('../../src/lanes.js').Call}
 */
const call = (client, number, calledAt, returnedAt, more = {}) => ({
  client, number, calledAt, returnedAt, operation: 'x=5', command: 'put x 5',
  outcome: returnedAt === null ? 'open' : 'done', value: '5', answeredBy: 1, asked: [], askedAt: [], ...more,
});

/** Many calls, from far apart to at once. */
function busy() {
  return [1, 2, 3].map((id) => {
    let now = id * 7;
    const calls = Array.from({ length: 30 }, (_, i) => {
      const calledAt = now;
      now += [40, 0, 900_000, 60_000_000][(i * id) % 4];
      const last = i === 29 && id === 2;
      const returnedAt = last ? null : now;
      now += [1, 13, 500_000][(i + id) % 3];
      return call(id, i + 1, calledAt, returnedAt, { operation: `long${i}=${i * 1000}` });
    });
    return { id, calls };
  });
}

test('the order of all that happens is exact, whatever the distances', () => {
  const now = 70_000_000;
  const { bars, width, now: head } = lanesOf(busy(), now, callWords);
  assert.equal(bars.length, 90);
  const ends = bars.flatMap(({ call: one, from, to }) => [
    { time: one.calledAt, x: from },
    ...(one.returnedAt === null ? [] : [{ time: one.returnedAt, x: to }]),
  ]).concat({ time: now, x: head });
  for (const a of ends) {
    assert.ok(a.x >= 0 && a.x <= width);
    for (const b of ends) {
      if (a.time < b.time) assert.ok(a.x < b.x, `${a.time} at ${a.x}, ${b.time} at ${b.x}`);
    }
  }
});

test('no words run into the next call, and every bar can be pressed', () => {
  const { bars, width } = lanesOf(busy(), 0, callWords);
  for (const bar of bars) {
    assert.ok(bar.to - bar.from >= 24 || bar.call.calledAt === bar.call.returnedAt);
    const next = bars.find((one) => one.lane === bar.lane && one.call.number === bar.call.number + 1);
    const end = bar.from + textWidth(bar.words, WORDS);
    assert.ok(end <= (next ? next.from : width), `${bar.words} ends at ${end}`);
  }
});

test('a long wait is drawn, but not to scale', () => {
  const [client] = [{ id: 1, calls: [call(1, 1, 0, 40_000), call(1, 2, 600e6, 600e6 + 1)] }];
  assert.ok(lanesOf([client], 600e6, callWords).width < 400);
});

test('every outcome looks and reads differently', () => {
  const outcomes = [
    call(1, 1, 0, null), call(1, 2, 1, 2), call(1, 3, 3, 4, { outcome: 'unknown', value: null }),
    call(1, 4, 5, 6, { outcome: 'swapped', command: 'cas x 4 5', value: '4' }),
    call(1, 5, 7, 8, { outcome: 'kept', command: 'cas x 4 5', value: null }),
    call(1, 6, 9, 10, { command: 'get x', operation: 'x?', value: null }),
  ];
  assert.equal(new Set(outcomes.map(callWords)).size, 6);
  const lanes = lanesOf([{ id: 1, calls: outcomes }], 6, callWords);
  const shapes = laneShapes(lanes, {
    name: (one) => one.command, named: new Set(['1.5', '1.6']), illegal: '1.6', chained: true,
    focused: '1.2',
  }).filter(({ key }) => key.startsWith('call-'));
  assert.deepEqual(shapes.map(({ attrs }) => attrs.class), [
    'call open', 'call done', 'call unknown', 'call swapped', 'call kept reads named',
    'call done reads named illegal',
  ]);
  assert.deepEqual(shapes.map(({ attrs }) => attrs.tabindex), [-1, 0, -1, -1, -1, -1]);
});

test('the line for clients that call by themselves comes and goes', () => {
  const plain = 'raft 1\n# clients 3 rate 5/s would be more\nservers 3';
  const busy = withWorkload(plain, 0, true);
  assert.match(busy, /^raft 1\nclients 2 think /);
  assert.deepEqual([plain, busy].map(hasWorkload), [false, true]);
  const more = withWorkload('raft 1\n  clients 3 keys 2\nservers 3', 3, true);
  assert.match(more, /^raft 1\nclients 3 think .*\nservers 3$/);
  assert.equal(withWorkload(more, 3, false), 'raft 1\nclients 3\nservers 3');
});
