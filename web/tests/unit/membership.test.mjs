import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { layoutStage } from '../../src/layout.js';
import { movingScene, restingScene } from '../../src/scene.js';
import { readMembers } from '../../src/scene/membership.js';
import { leasePart } from '../../src/scene/timers.js';
import { demandWords, hasText } from '../../src/text.js';
import { frame } from './fabricate.mjs';

/** @typedef {import('../../src/scene/shape.js').Shape} Shape */

demandWords(true);

const TEXTS = ['123', '123+4', '123→234', 'x=5'];
const words = (/** @type {number} */ id) => TEXTS[id] ?? '';

/** @param {Parameters<typeof frame>[0]} world */
function drawn(world) {
  const servers = world.servers?.length ?? 0;
  const layout = layoutStage({ width: 1280, height: 520, servers, clients: 0 });
  const view = { layout, words, points: [], accused: [], selected: '', still: false };
  const made = frame(world);
  const shapes = [
    ...restingScene(made, view), ...movingScene(made, view, { now: 500, stage: 500 })];
  return new Map(shapes.map((shape) => [shape.key, shape]));
}

/**
 * Everything within a shape whose class has a word.
 * @param {Shape | undefined} shape
 * @param {string} name
 * @returns {Shape[]}
 */
function within(shape, name) {
  if (!shape) return [];
  const own = String(shape.attrs.class ?? '').split(' ').includes(name) ? [shape] : [];
  return [...own, ...(shape.children ?? []).flatMap((child) => within(child, name))];
}

/** @type {import('./fabricate.mjs').Server} */
const LEADER = { role: 'leader', term: 2, membershipText: 0 };

test('memberships are read as the engine writes them', () => {
  const lists = (/** @type {string} */ text) => Object.values(readMembers(text))
    .map((ids) => ids.join(' '));
  assert.deepEqual(lists('123'), ['1 2 3', '', '']);
  assert.deepEqual(lists('123→345'), ['3 4 5', '1 2 3', '']);
  assert.deepEqual(lists('123+45'), ['1 2 3', '', '4 5']);
  assert.deepEqual(lists('8,9,10→9,10,11+12'), ['9 10 11', '8 9 10', '12']);
  assert.deepEqual(lists(''), ['', '', '']);
});

test('a learner is smaller, and who is no member is faded; both in words too', () => {
  const shapes = drawn({
    servers: [{ ...LEADER, membershipText: 1 }, {}, {}, { part: 'learner' }, { part: 'none' }],
  });
  const radius = (/** @type {number} */ id) => (
    Number(within(shapes.get(`disc-${id}`), 'fill')[0].attrs.r));
  assert.ok(radius(4) < radius(2));
  assert.equal(radius(5), radius(2));
  assert.equal(within(shapes.get('disc-4'), 'learner').length, 1);
  assert.equal(within(shapes.get('disc-5'), 'outside').length, 1);
  assert.equal(within(shapes.get('label-4'), 'part')[0].text, 'learner · term 0');
  assert.equal(within(shapes.get('label-5'), 'part')[0].text, 'no member');
  assert.match(String(shapes.get('hit-server-4')?.attrs['aria-label']), /^S4, learner, term 0,/);
  assert.equal(within(shapes.get('label-1'), 'tag')[0].text, '123+4');
  assert.equal(within(shapes.get('label-5'), 'tag').length, 0);
});

test('a cluster whose members never changed says nothing of them', () => {
  const shapes = drawn({ servers: [LEADER, { membershipText: 0 }, { membershipText: 0 }] });
  for (const key of ['label-1', 'label-2']) assert.equal(within(shapes.get(key), 'tag').length, 0);
  assert.equal(shapes.get('hit-server-1')?.attrs['aria-label'],
    'S1, leader, term 2, log 0 entries, commit 0');
});

test('brackets are the halves of a joint configuration', () => {
  const shapes = drawn({
    servers: [{ ...LEADER, membershipText: 2, joint: true, membershipIndex: 3 }, {}, {}, {}],
  });
  const halves = [1, 2, 3, 4].map((id) => ['old', 'new'].filter((half) => (
    within(shapes.get(`disc-${id}`), half).length > 0)).join(' '));
  assert.deepEqual(halves, ['old', 'old new', 'old new', 'new']);
  assert.match(String(shapes.get('hit-server-1')?.attrs['aria-label']), /membership 123→234/);
});

test('a lost disk is told, though its name is still listed', () => {
  const shapes = drawn({ servers: [LEADER, { birth: 1, part: 'none' }, {}] });
  assert.equal(within(shapes.get('label-2'), 'tag')[0].text, 'new disk');
  assert.equal(within(shapes.get('disc-2'), 'outside').length, 1);
});

test('leadership on its way is an arrow and a crown to be', () => {
  const shapes = drawn({ servers: [{ ...LEADER, transferTo: 3 }, {}, {}] });
  assert.ok(shapes.has('transfer'));
  assert.equal(within(shapes.get('disc-3'), 'heir').length, 1);
  assert.equal(within(shapes.get('disc-2'), 'heir').length, 0);
  assert.match(String(shapes.get('hit-server-1')?.attrs['aria-label']), /hands leadership to S3/);
  assert.ok(!drawn({ servers: [LEADER, {}] }).has('transfer'));
});

test('who asks first has promises, not votes', () => {
  const shapes = drawn({ servers: [
    { role: 'pre-candidate', granted: 1, coming: 2, membershipText: 0, term: 1 }, {}, {},
    { part: 'none' },
  ] });
  const disc = shapes.get('disc-1');
  assert.equal(within(disc, 'pre-candidate').length, 1);
  assert.equal(within(disc, 'vote-dot').length, 3, 'a dot for each voter');
  assert.equal(within(shapes.get('label-1'), 'part')[0].text, 'asks first · term 1');
  assert.match(String(shapes.get('hit-server-1')?.attrs['aria-label']), /^S1, pre-candidate,/);
});

test('a lease runs out within as long as followers promise', () => {
  const made = frame({ servers: [
    { ...LEADER, leaseUntil: 400 }, { timerFrom: 200, promisedUntil: 400 }, { promisedUntil: 0 },
  ] });
  const part = (/** @type {number} */ now) => leasePart(made.servers[0], made, now);
  assert.deepEqual([200, 300, 400, 500].map(part), [1, 0.5, 0, 0]);
  const none = frame({ servers: [{ ...LEADER, leaseUntil: 400 }, {}] });
  assert.equal(leasePart(none.servers[0], none, 300), 0);
});

/** @param {number} index */
const cell = (index, membership = false) => ({
  index, term: 2, text: membership ? 1 : 3, committed: true, synced: true, empty: false, membership,
  safety: /** @type {const} */ ('durable'),
});

/** @type {import('../../src/frame.js').Peer} */
const PEER = {
  id: 2, next: 8, match: 7, mode: 'replicate', waits: false, requests: 0, bytes: 0, snapshot: 0,
  sent: 0, whole: 0, heardAt: 0,
};

/** @param {import('../../src/frame.js').Peer} peer @param {import('./fabricate.mjs').Server} log */
const strip = (peer, log) => drawn({
  servers: [{ ...LEADER, peers: [peer] }, log],
}).get('label-2');

test('a block stands for what a snapshot has replaced, and a cell of its own for members', () => {
  const log = {
    lastIndex: 7, folded: 5, base: { index: 5, term: 1 }, snapshot: { index: 6, term: 2 },
    cells: [cell(6), cell(7, true)],
  };
  const label = strip(PEER, log);
  const [block] = within(label, 'block');
  assert.equal(within(block, 'command')[0].text, '1–5');
  assert.equal(within(label, 'folded').length, 0, 'the block counts what it stands for');
  assert.equal(within(label, 'membership').length, 1);
  assert.equal(within(label, 'covered').length, 1, 'the snapshot goes further than the block');
  assert.equal(within(label, 'mark').length, 1, 'one mark where the next follows the last match');
  assert.equal(within(strip({ ...PEER, next: 7, match: 5 }, log), 'mark').length, 2);
});

test('a snapshot on its way fills the block of who gets it', () => {
  const label = strip(
    { ...PEER, mode: 'snapshot', snapshot: 9, sent: 40, whole: 100 },
    { incoming: { index: 9, bytes: 50 } },
  );
  const [block] = within(label, 'coming');
  const [face, here] = [within(block, 'face')[0], within(block, 'here')[0]];
  assert.equal(Number(here.attrs.width) * 2, Number(face.attrs.width));
  assert.equal(within(block, 'command')[0].text, '1–9');
});

test('each kind of message has a shape and a name of its own', () => {
  const kinds = /** @type {const} */ ([
    ['vote', {}], ['pre-vote', {}], ['append', {}], ['append', { carries: true }],
    ['snapshot', { piece: { index: 4, offset: 10, bytes: 10 } }], ['timeout-now', {}], ['read', {}],
    ['pre-vote-reply', { reply: true }], ['snapshot-reply', { reply: true }],
    ['read-reply', { reply: true, granted: true }],
  ]);
  const looks = new Set();
  const names = new Set();
  for (const [kind, more] of kinds) {
    const shape = drawn({
      servers: [{ ...LEADER, peers: [{ ...PEER, snapshot: 4, whole: 40 }] }, {}],
      messages: [{ kind, ...more }],
    }).get('message-1');
    looks.add(JSON.stringify([shape?.attrs.class, shape?.children?.slice(1)]));
    names.add(shape?.attrs['aria-label']);
    const [here] = within(shape, 'here');
    if (kind === 'snapshot') assert.equal(Number(here.attrs.width), 14, 'half of it is sent');
  }
  assert.deepEqual([looks.size, names.size], [kinds.length, kinds.length]);
});

test('every field of a message has words', async () => {
  const file = join(paths.root, 'raft-wasm/src/details/message.rs');
  const names = [...(await readFile(file, 'utf8')).matchAll(/(?:field|push\(field)\("([a-z-]+)"/g)];
  assert.ok(names.length > 15);
  for (const [, name] of names) assert.ok(hasText(`field.${name}`), name);
});
