import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlap, textWidth } from '../../src/geometry.js';
import { layoutStage } from '../../src/layout.js';
import { boxes } from '../../src/layout/boxes.js';
import { movingScene, restingScene } from '../../src/scene.js';
import { DISSOLVES, messageName, placeAt } from '../../src/scene/messages.js';
import { timerPart } from '../../src/scene/timers.js';
import { demandWords } from '../../src/text.js';
import { busyServers, frame, words } from './fabricate.mjs';

/** @typedef {import('../../src/scene/shape.js').Shape} Shape */

demandWords(true);

/**
 * @param {number} servers
 * @param {number} width
 * @param {number} height
 */
function viewOf(servers, width, height) {
  const layout = layoutStage({ width, height, servers, clients: 1 });
  return { layout, words, points: [], accused: [], selected: '', still: false };
}

/**
 * @param {Shape} shape
 * @returns {Shape[]}
 */
const withInner = (shape) => [shape, ...(shape.children ?? []).flatMap(withInner)];

/** The box of a text, by its anchor and the number of its characters. */
function textBox(/** @type {Shape} */ { attrs, text = '' }) {
  const size = Number(attrs['font-size']);
  const width = textWidth(text, size) * 0.97;
  const anchor = attrs['text-anchor'] ?? (attrs.class === 'folded' ? 'start' : 'middle');
  const x = Number(attrs.x);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  const y = Number(attrs.y);
  return { left, top: y - size * 0.75, right: left + width, bottom: y + size * 0.2 };
}

const STAGES = [[1280, 800], [1280, 520], [390, 700], [390, 420], [600, 255]];

test('labels keep to their place: off discs, off each other, off the edge', () => {
  for (const [width, height] of STAGES) {
    for (const count of [1, 2, 3, 4, 5, 7, 9, 25]) {
      const view = viewOf(count, width, height);
      const { layout } = view;
      const busy = frame({
        servers: busyServers(count), clients: [{ operation: 1, waiting: true }],
      });
      const what = `${count} servers on ${width}×${height}`;
      for (const shape of restingScene(busy, view)) {
        const owner = /^label-(\d+)$/.exec(shape.key);
        if (!owner) continue;
        const others = boxes(layout).filter((one) => one.owner !== `S${owner[1]}`);
        for (const inner of withInner(shape).filter(({ tag }) => tag === 'text')) {
          const box = textBox(inner);
          assert.ok(box.left >= 0 && box.right <= layout.width, `${what}: “${inner.text}”`);
          for (const other of others) {
            assert.ok(!overlap(box, other.box), `${what}: “${inner.text}” and ${other.owner}`);
          }
        }
      }
    }
  }
});

test('no text on the stage is smaller than 11 px', () => {
  for (const [width, height] of STAGES) {
    for (const count of [1, 5, 9, 25]) {
      const view = viewOf(count, width, height);
      const busy = frame({
        servers: busyServers(count),
        clients: [{ operation: 0 }],
        messages: count > 1 ? [{ from: 1, to: 2, carries: true, entries: 3, text: 1 }] : [],
      });
      const all = [...restingScene(busy, view), ...movingScene(busy, view, { now: 1, stage: 1 })];
      for (const { tag, attrs, text } of all.flatMap(withInner)) {
        if (tag === 'text') assert.ok(Number(attrs['font-size']) >= 11, `“${text}”`);
      }
    }
  }
});

test('keys are unique, so that every element has one shape', () => {
  const view = { ...viewOf(5, 1280, 520), points: [1, -1], accused: [1, 3], selected: 'server-2' };
  const busy = frame({
    servers: busyServers(5),
    clients: [{}],
    messages: [{ from: 1, to: 2 }, { from: 2, to: 1, kind: 'append-reply', reply: true }],
    cuts: [{ from: 1, to: 2 }, { from: 3, to: 4 }, { from: 4, to: 3 }],
  });
  const all = [...restingScene(busy, view), ...movingScene(busy, view, { now: 1, stage: 1 })];
  assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
});

test('a scene is a function of what it is given', () => {
  const view = viewOf(5, 1280, 520);
  const busy = frame({ servers: busyServers(5), clients: [{}], messages: [{ carries: true }] });
  const moment = { now: 400, stage: 400 };
  assert.deepEqual(restingScene(busy, view), restingScene(busy, view));
  assert.deepEqual(movingScene(busy, view, moment), movingScene(busy, view, moment));
});

test('a message goes from rim to rim, evenly, and not further', () => {
  const view = viewOf(3, 1280, 520);
  const flying = frame({ servers: [{}, {}, {}], messages: [{ from: 2, to: 3, t0: 100, t1: 300 }] });
  const at = (/** @type {number} */ now) => {
    const place = placeAt(flying.messages[0], flying, view.layout, now);
    assert.ok(place);
    return place;
  };
  const [two, three] = [view.layout.servers[1], view.layout.servers[2]];
  assert.ok(at(100).x < two.x - two.rim && at(300).x > three.x + three.rim);
  assert.ok(Math.abs(at(200).x - (at(100).x + at(300).x) / 2) < 1e-6);
  assert.deepEqual(at(50), at(100));
  assert.deepEqual(at(999), at(300));
});

test('a dead message dissolves by the stage’s clock, where it died', () => {
  const view = viewOf(2, 1280, 520);
  const dead = frame({
    servers: [{}, {}],
    messages: [{ dead: true, lost: true, p1: 0.5, t1: 300, diedAt: 1000 }],
  });
  const shown = (/** @type {number} */ stage) => movingScene(dead, view, { now: 900, stage })
    .find(({ key }) => key === 'message-1');
  assert.equal(shown(1000)?.attrs.opacity, undefined);
  assert.equal(shown(1000 + DISSOLVES / 2)?.attrs.opacity, 0.5);
  assert.equal(shown(1000 + DISSOLVES), undefined);
});

test('a timer starts full and runs out; who waits for nothing has none', () => {
  const [one] = frame({ servers: [{ timerFrom: 100, timerUntil: 300 }] }).servers;
  assert.deepEqual([100, 200, 300, 400].map((now) => timerPart(one, now)), [1, 0.5, 0, 0]);
  assert.equal(timerPart({ ...one, role: 'leader' }, 200), 0);
  assert.equal(timerPart({ ...one, state: 'crashed' }, 200), 0);
  assert.equal(timerPart({ ...one, timerUntil: Infinity }, 200), 0);
});

test('what can be pressed has a role and a full name', () => {
  const view = viewOf(5, 1280, 520);
  const world = frame({
    servers: [{ role: 'leader', term: 3, lastIndex: 5, commit: 4 }, {}, {}, {}, {}],
    clients: [{}],
    cuts: [{ from: 1, to: 2 }],
  });
  const named = new Map(restingScene(world, view).filter(({ z }) => z === 'hits')
    .map(({ attrs }) => [attrs['data-key'], attrs['aria-label']]));
  assert.equal(named.get('server-1'), 'S1, leader, term 3, log 5 entries, commit 4');
  assert.equal(named.get('link-1-2'), 'Link between S1 and S2, cut from S1 to S2');
  assert.equal(named.get('client-1'), 'Client C1, idle');
  assert.equal(named.size, 5 + 10 + 1);
});

test('what a disk does not hold safely is marked, each kind by a shape of its own', () => {
  const cell = { index: 1, term: 1, text: 0, committed: true, synced: true };
  const marksOf = (/** @type {object} */ server) => (
    restingScene(frame({ servers: [{ term: 1, lastIndex: 1, ...server }] }), viewOf(1, 1000, 700))
      .flatMap(withInner)
      .filter(({ attrs }) => /^unsafe|^unsynced/.test(String(attrs.class)))
      .map(({ attrs }) => attrs.class));
  assert.deepEqual(marksOf({ cells: [{ ...cell, safety: 'durable' }] }), []);
  assert.deepEqual(marksOf({ cells: [{ ...cell, synced: false }] }), ['unsynced']);
  assert.deepEqual(marksOf({ cells: [{ ...cell, safety: 'cached' }] }), ['unsafe cached']);
  assert.deepEqual(marksOf({ cells: [{ ...cell, safety: 'damaged' }] }), ['unsafe damaged']);
  assert.deepEqual(marksOf({ vote: 'volatile' }), ['unsynced']);
  assert.deepEqual(marksOf({ vote: 'cached' }), ['unsafe cached']);
  assert.deepEqual(marksOf({ vote: 'damaged' }), ['unsafe damaged']);
  assert.deepEqual(marksOf({ vote: 'volatile', term: 0 }), [], 'nothing to lose');
});

test('a clock that is wrong and a disk that lies stand beside the name', () => {
  const tagOf = (/** @type {object} */ server) => (
    restingScene(frame({ servers: [server, {}, {}] }), viewOf(3, 1000, 700))
      .flatMap(withInner).find(({ attrs }) => attrs.class === 'tag')?.text);
  assert.equal(tagOf({}), undefined);
  assert.equal(tagOf({ lies: true }), 'disk lies');
  assert.match(tagOf({ ahead: 40_000 }) ?? '', /^clock \+0\.040/);
  assert.match(tagOf({ ahead: -40_000 }) ?? '', /^clock −0\.040/);
  assert.equal(tagOf({ ahead: 400 }), undefined, 'too little to tell');
});

test('messages say what they are', () => {
  const { messages } = frame({ servers: [{}, {}], messages: [
    { kind: 'append', term: 2 },
    { kind: 'append', carries: true, term: 2 },
    { kind: 'vote-reply', reply: true, granted: false, from: 2, to: 1 },
    { kind: 'request', from: -1, to: 1 },
    { kind: 'append', carries: true, term: 2, text: 0, entries: 3 },
  ] });
  const names = messages.map((message) => messageName(message, () => 'x=5'));
  assert.deepEqual(names, [
    'Heartbeat from S1 to S2, term 2',
    'Entries from S1 to S2, term 2',
    'Vote refused from S2 to S1, term 1',
    'Request from C1 to S1',
    'Entries from S1 to S2, term 2: x=5 +2',
  ]);
});
