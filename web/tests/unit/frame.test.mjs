import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedAt } from '../../src/frame.js';
import { frame } from './fabricate.mjs';

test('reads servers with their own cells', () => {
  const cell = {
    term: 1, text: 0, committed: true, synced: false, empty: false, membership: false,
    safety: /** @type {const} */ ('volatile'),
  };
  const { servers } = frame({
    servers: [
      { cells: [{ ...cell, index: 1 }] },
      { id: 7, role: 'leader', state: 'paused', term: 3, folded: 4, cells: [
        { ...cell, index: 5 }, { ...cell, index: 6, synced: true, empty: true },
      ] },
    ],
    messages: [{}],
    clients: [{}],
    cuts: [{ from: 1, to: -1 }],
  });
  assert.deepEqual(servers[0].cells, [{ ...cell, index: 1 }]);
  assert.deepEqual(servers[1].cells.map(({ index }) => index), [5, 6]);
  assert.deepEqual(servers[1].cells[1].synced, true);
  const { id, role, state, term, folded } = servers[1];
  assert.deepEqual({ id, role, state, term, folded },
    { id: 7, role: 'leader', state: 'paused', term: 3, folded: 4 });
});

test('reads snapshots, memberships, and what leaders know of their peers', () => {
  const peer = {
    id: 2, next: 9, match: 8, mode: /** @type {const} */ ('replicate'), waits: true,
    requests: 1, bytes: 7, snapshot: 0, sent: 0, whole: 0, heardAt: 5000,
  };
  const behind = { ...peer, id: 3, mode: /** @type {const} */ ('snapshot'), snapshot: 4 };
  const cell = {
    index: 5, term: 2, text: 1, committed: true, synced: true, empty: false,
    safety: /** @type {const} */ ('cached'),
  };
  const world = {
    servers: [
      { peers: [peer] },
      {
        role: /** @type {const} */ ('pre-candidate'), part: /** @type {const} */ ('learner'),
        joint: true, base: { index: 3, term: 1 }, snapshot: { index: 4, term: 2 }, birth: 6,
        leaseUntil: 8000, promisedUntil: 9000, transferTo: 1, incoming: { index: 9, bytes: 64 },
        cells: [{ ...cell, membership: true }], reads: 2, membershipIndex: 5, membershipText: 1,
        peers: [peer, behind], vote: /** @type {const} */ ('damaged'), lies: true, cached: true,
        ahead: -1500,
      },
    ],
    messages: [{ kind: /** @type {const} */ ('snapshot'), piece: { index: 4, offset: 0, bytes: 9 } }],
  };
  const { servers, messages } = frame(world);
  assert.deepEqual(servers[0].peers, [peer]);
  for (const [name, value] of Object.entries(world.servers[1])) {
    assert.deepEqual(Reflect.get(servers[1], name), value, name);
  }
  assert.deepEqual([messages[0].kind, messages[0].piece], ['snapshot', world.messages[0].piece]);
});

test('reads clients, cuts and every flag of a message', () => {
  const { clients, messages, cuts } = frame({
    servers: [{}, {}],
    clients: [{ waiting: true, operation: 2, outcome: 'unknown' }],
    messages: [
      { id: 9, from: -1, to: 2, kind: 'answer', p0: 0.25, p1: 0.75, t0: 10, t1: 20 },
      { reply: true, granted: true, lost: true, held: true, dead: true, carries: true },
    ],
    cuts: [{ from: 2, to: 1 }],
  });
  assert.deepEqual(clients[0],
    { id: 1, waiting: true, operation: 2, answer: -1, outcome: 'unknown', asked: 0 });
  const { id, from, to, kind, p0, p1, t0, t1 } = messages[0];
  assert.deepEqual([id, from, to, kind, p0, p1, t0, t1], [9, -1, 2, 'answer', 0.25, 0.75, 10, 20]);
  const flags = ['reply', 'granted', 'lost', 'held', 'dead', 'carries'];
  for (const flag of flags) {
    assert.equal(Reflect.get(messages[0], flag), false, flag);
    assert.equal(Reflect.get(messages[1], flag), true, flag);
  }
  assert.deepEqual(cuts, [{ from: 2, to: 1 }]);
});

test('between two events both times move evenly', () => {
  const between = frame({ header: { 2: 1000, 3: 5000, 4: 2000, 5: 9000 } });
  assert.equal(simulatedAt(between, 5000), 1000);
  assert.equal(simulatedAt(between, 7000), 1500);
  assert.equal(simulatedAt(between, 99_000), 2000);
});

test('after the last event time goes on at the scale that is shown', () => {
  const last = frame({ header: { 0: 1000, 1: 5000, 2: 1000, 3: 5000, 20: 10_000 } });
  assert.equal(simulatedAt(last, 1_005_000), 11_000);
});
