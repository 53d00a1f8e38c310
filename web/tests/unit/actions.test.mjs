import assert from 'node:assert/strict';
import { test } from 'node:test';
import { menuFor } from '../../src/actions.js';
import { demandWords } from '../../src/text.js';
import { frame } from './fabricate.mjs';

demandWords(true);

const world = frame({
  servers: [
    { role: 'leader', term: 2, lastIndex: 1 }, { state: 'crashed' }, { state: 'paused' }, {}, {},
  ],
  clients: [{}],
  messages: [{ id: 7, from: 1, to: 4, term: 2 }, { id: 8, dead: true }, { id: 9, held: true }],
  cuts: [{ from: 1, to: 4 }, { from: 2, to: 3 }, { from: 3, to: 2 }],
});
const run = {
  script: () => 'raft 1\nservers 5\nclients 1\n',
  messageRef: (/** @type {number} */ id) => `S1>S4 nth ${id}`,
  sent: (/** @type {number} */ a, /** @type {number} */ b) => (
    a === 4 && b === 5 ? ['S4>S5 RequestVote term 1 index 0', 'S5>S4 RequestVoteReply term 1'] : []),
  words: (/** @type {number} */ id) => ['123→124', '123+4'][id] ?? '',
};

/** @param {string} key */
function linesOf(key) {
  const menu = menuFor(key, world, run);
  assert.ok(menu, key);
  for (const item of menu.items) {
    const does = [item.line, item.inspect, item.open, item.page, item.turn].filter(Boolean);
    assert.equal(does.length, 1, item.label);
  }
  return menu.items.map((item) => item.line ?? item.inspect ?? item.open ?? item.page ?? item.turn);
}

test('a server’s menu fits its state', () => {
  assert.deepEqual(linesOf('server-5'),
    ['crash S5', 'pause S5', 'timeout S5', 'transfer S5', 'isolate S5', 'fail S5', 'wipe S5',
      'faults-5', 'members-5', 'server-5']);
  assert.deepEqual(linesOf('server-1').slice(0, 3), ['put x 8 via C1', 'crash S1', 'pause S1']);
  assert.deepEqual(linesOf('server-2').slice(0, 3), ['restart S2', 'isolate S2', 'heal S2']);
  assert.deepEqual(linesOf('server-3').slice(0, 2), ['resume S3', 'crash S3']);
});

test('a link’s menu offers what would change it', () => {
  assert.deepEqual(linesOf('link-4-5'), ['cut S4-S5', 'cut S4>S5', 'cut S5>S4', 'heal', 'sent-4-5']);
  assert.deepEqual(linesOf('link-1-4'), ['heal S1-S4', 'cut S1-S4', 'cut S4>S1', 'heal']);
  assert.deepEqual(linesOf('link-2-3'), ['heal S2-S3', 'heal']);
});

test('a message can be dropped, doubled, looked at, and delivered where it is held', () => {
  assert.deepEqual(linesOf('message-7'),
    ['drop S1>S4 nth 7', 'duplicate S1>S4 nth 7', 'delay S1>S4 nth 7 3ms', 'message-7']);
  assert.deepEqual(linesOf('message-9'),
    ['deliver S1>S4 nth 9', 'drop S1>S4 nth 9', 'duplicate S1>S4 nth 9', 'message-9']);
});

test('a message that was sent can be sent again', () => {
  assert.deepEqual(linesOf('sent-4-5'), [
    'replay S4>S5 RequestVote term 1 index 0', 'replay S5>S4 RequestVoteReply term 1',
  ]);
});

test('a disk can be made to lie and to rot, and a clock to run fast or slow', () => {
  assert.deepEqual(linesOf('faults-1'), [
    'set disk S1 lies', 'corrupt S1', 'corrupt S1 vote',
    'set clock S1 slow 20%', 'set clock S1 fast 20%', 'set clock S1 fast 0%',
  ]);
  const liar = frame({ servers: [{ lies: true, cached: true }] });
  const items = menuFor('faults-1', liar, run)?.items ?? [];
  assert.deepEqual(items.slice(0, 2).map(({ line }) => line), ['set disk S1 honest', 'sync S1']);
});

test('a client can be asked to call', () => {
  assert.deepEqual(linesOf('client-1'), [
    'put x 8 via C1', 'add x 2 via C1', 'put y 8 via C1', 'get x via C1', 'reads-1',
    'cas x none 8 via C1', 'delete x via C1', 'workload', 'calls',
  ]);
  assert.deepEqual(linesOf('reads-1'),
    ['get x via C1 to S1', 'get x via C1 to S4', 'get x via C1 to S5']);
});

test('what is gone has no menu', () => {
  for (const key of ['message-8', 'message-99', 'server-9', 'client-2', 'nothing']) {
    assert.equal(menuFor(key, world, run), null, key);
  }
  assert.equal(menuFor('message-7', world, { ...run, messageRef: () => '' }), null);
});

test('with many servers links are reached through their ends', () => {
  const many = frame({ servers: Array.from({ length: 9 }, () => ({})) });
  const items = menuFor('server-2', many, run)?.items ?? [];
  assert.ok(items.some((item) => item.open === 'links-2'));
  const links = menuFor('links-2', many, run)?.items ?? [];
  assert.deepEqual(links.map((item) => item.open).slice(0, 2), ['link-1-2', 'link-2-3']);
});

test('the leader is asked for what would change a server’s part', () => {
  const members = frame({
    servers: [
      { role: 'leader', term: 2, membershipText: 1 },
      { leader: 1, promisedUntil: 500, applied: 4, snapshot: { index: 2, term: 1 } },
      { birth: 2, part: 'none' },
      { part: 'learner' },
      { part: 'none' },
    ],
  });
  const lines = (/** @type {string} */ key, world = members) => (
    menuFor(key, world, run)?.items.map(({ line, open }) => line ?? open));
  assert.deepEqual(lines('members-2'), ['change demote S2', 'change remove S2']);
  assert.deepEqual(lines('members-3'), ['change remove S3'], 'its disk is new');
  assert.deepEqual(lines('members-4'), ['change promote S4', 'change remove S4']);
  assert.deepEqual(lines('members-5'), ['change add S5', 'change learn S5']);
  assert.deepEqual(lines('server-2')?.slice(2, 6),
    ['timeout S2', 'transfer S2', 'forget S2', 'snapshot S2']);
  assert.ok(!lines('server-4')?.includes('transfer S4'), 'a learner cannot lead');
  assert.ok(!lines('server-1')?.includes('snapshot S1'), 'there is nothing to take');
  const joint = frame({ servers: [{ role: 'leader', term: 2, membershipText: 0 }, {}] });
  assert.equal(lines('members-2', joint)?.[0], 'change leave');
  assert.equal(menuFor('members-2', frame({ servers: [{}, {}] }), run), null, 'nobody to ask');
});
