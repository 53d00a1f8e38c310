import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { before, test } from 'node:test';
import { readFrame } from '../../src/frame.js';
import { text } from '../../src/text.js';
import { Player, freshSeed, initSync, openLink, readLink } from '../../pkg/raft_wasm.js';

// The engine as the page uses it, without the page.

const root = new URL('../../', import.meta.url);
const CAPTION = 16;
const ENOUGH_MS = 10_000;
/** Ten minutes of the stage: no story takes longer from one caption to the next. */
const FAR = 600e6;

before(async () => {
  initSync({ module: await readFile(new URL('pkg/raft_wasm_bg.wasm', root)) });
});

/** A run with five servers, a crash of the leader at 1.2 s and a put at 2 s. */
const RUN = `raft 1
servers 5
seed 3
preset paper
clients 1
at 1200ms crash leader
at 2s put x 5 via C1
at 2500ms restart S1`;

/** @param {string} name */
async function story(name) {
  return readFile(new URL(`stories/${name}`, root), 'utf8');
}

/** The caption shown. @param {Player} player */
const caption = (player) => player.frame()[CAPTION];

test('every story says its captions in order, to the last, and judges find nothing', async () => {
  const names = (await readdir(new URL('stories/', root))).filter((n) => n.endsWith('.raft'));
  assert.ok(names.length >= 3);
  for (const name of names) {
    const player = new Player(await story(name));
    const { captions, title } = player.story();
    assert.ok(title && captions.length >= 10, name);
    const checksums = [];
    for (let n = 1; n <= captions.length; n += 1) {
      let stage = player.frame()[1];
      while (player.playStage(stage += 1e6, ENOUGH_MS) !== 2) {
        assert.ok(stage < FAR * n, `${name}: caption ${n} of ${captions.length} is never said`);
      }
      assert.equal(caption(player), n, `${name}: captions are said in the order of the text`);
      checksums.push(player.checksum());
    }
    for (let n = captions.length; n >= 1; n -= 1) {
      assert.ok(player.seekCaption(n, ENOUGH_MS));
      assert.deepEqual([caption(player), player.checksum()], [n, checksums[n - 1]], name);
    }
    const fast = new Player(await story(name));
    for (let n = 1; n <= captions.length; n += 1) {
      assert.ok(fast.seekCaption(n, ENOUGH_MS));
      assert.deepEqual([caption(fast), fast.checksum()], [n, checksums[n - 1]], name);
    }
    player.seekCaption(captions.length, ENOUGH_MS);
    assert.deepEqual(player.findings(), [], name);
  }
});

test('a link shows the same moment again, after seeking at random too', () => {
  const player = new Player(RUN);
  for (const at of [1_234_567, 2_020_000, 2_600_000]) {
    assert.ok(player.seek(at, ENOUGH_MS));
    const fragment = player.link();
    assert.match(fragment, /^[A-Za-z0-9\-._~]+$/);
    const { codec, body } = openLink(fragment);
    assert.equal(codec, 't');
    const link = readLink(body);
    const opened = new Player(link.script);
    assert.ok(opened.seekMoment(link.events, link.at, link.caption, ENOUGH_MS));
    assert.equal(opened.checksum(), link.checksum);
    for (const there of [300_000, 4_000_000, 0, 2_000_001, at]) player.seek(there, ENOUGH_MS);
    assert.equal(player.checksum(), link.checksum);
    assert.equal(player.link(), fragment);
  }
});

test('published links show here what they show natively', async () => {
  const file = new URL('../raft-core/tests/links.txt', root);
  const links = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('v1'));
  assert.ok(links.length >= 10);
  for (const fragment of links) {
    const link = readLink(openLink(fragment).body);
    const player = new Player(link.script);
    assert.ok(player.seekMoment(link.events, link.at, link.caption, ENOUGH_MS));
    assert.equal(player.checksum(), link.checksum, fragment);
  }
});

test('a gesture opens a branch; its script, run from the start, comes to the same', () => {
  const player = new Player(RUN);
  player.seek(3_000_000, ENOUGH_MS);
  player.seek(700_000, ENOUGH_MS);
  player.act('crash S2');
  assert.ok(player.isBranch());
  player.seek(1_500_000, ENOUGH_MS);
  const again = new Player(player.script());
  again.seek(1_500_000, ENOUGH_MS);
  assert.equal(again.checksum(), player.checksum());
  player.returnToStory();
  assert.ok(!player.isBranch());
  assert.deepEqual([player.frame()[0], player.script()], [700_000, RUN]);
});

test('a message in flight is named, dropped and gone', () => {
  const player = new Player(RUN);
  player.seek(500_000, ENOUGH_MS);
  while (player.frame()[12] === 0) player.stepEvent();
  const frame = player.frame();
  const id = frame[32 + 40 * frame[10] + 8 * frame[11]];
  const name = player.messageRef(id);
  assert.match(name, /^S\d>S\d AppendEntries/);
  assert.equal(player.inspectMessage(id).id, id);
  player.act(`drop ${name}`);
  player.stepEvent();
  assert.equal(player.inspectMessage(id), null);
  assert.equal(player.told(1)[0].code, 'lost-dropped');
});

test('what servers and messages are in detail', () => {
  const player = new Player(`raft 1
servers 3 learners 1 spares 1
seed 4
preset production
set snapshot 8
set keep 2
clients 1 rate 20/s
when leader elected: isolate S2
at 2s heal
at 3s change add S5
at 4s transfer S1
run 60s`);
  /** @type {Map<string, string[]>} */
  const kinds = new Map();
  const modes = new Set();
  const waits = new Set();
  for (let at = 0; at < 5_000_000; at += 9_000) {
    player.seek(at, ENOUGH_MS);
    const { messages, servers } = readFrame(player.frame());
    for (const { id } of messages) {
      const message = player.inspectMessage(id);
      if (message) kinds.set(message.kind, message.fields.map((/** @type {any} */ f) => f.name));
    }
    for (const drawn of servers) {
      const server = player.inspectServer(drawn.id);
      assert.equal(server.log.length, server.last - server.base.index);
      assert.deepEqual([server.birth, server.snapshot?.index ?? 0, server.leaseUntil],
        [drawn.birth, drawn.snapshot.index, null]);
      assert.equal(player.text(drawn.membershipText), server.membership.text);
      assert.deepEqual(drawn.peers.map(({ id, match }) => [id, match]),
        server.peers.map((/** @type {any} */ peer) => [peer.id, peer.match]));
      for (const peer of drawn.peers) modes.add(peer.mode);
      for (const { code, facts } of server.waits) {
        waits.add(code);
        assert.ok(text(`told.${code}`, facts).length > 20);
      }
    }
  }
  assert.deepEqual([...modes].sort(), ['probe', 'replicate', 'snapshot']);
  for (const code of ['no-leader-waits', 'uncommitted-too-few']) assert.ok(waits.has(code), code);
  assert.deepEqual(kinds.get('PreVote'), ['asked', 'last']);
  assert.deepEqual(kinds.get('InstallSnapshot')?.slice(0, 5),
    ['replaces', 'membership', 'offset', 'bytes', 'done']);
  for (const kind of ['TimeoutNow', 'AppendEntriesReply', 'Request']) {
    assert.ok(kinds.get(kind)?.length, kind);
  }
});

test('the calls around the playhead are told, also those after it', () => {
  const player = new Player(`raft 1
servers 3
seed 4
set retry 100ms
clients 2 think 20..60ms keys 2 mix put 1 get 1 add 1 delete 1 cas 1
at 0ms timeout S1
at 300ms crash S1
at 700ms cut C1-S2
run 20s`);
  player.seek(20e6, ENOUGH_MS);
  player.seek(10e6, ENOUGH_MS);
  /** @type {(b: number, a: number) => import('../../pkg/raft_wasm.js').ClientCalls[]} */
  const around = (before, after) => player.calls(before, after);
  const clients = around(5, 3);
  assert.deepEqual(clients.map(({ id }) => id), [1, 2]);
  for (const { id, before, after, calls } of clients) {
    assert.equal(calls.length, 8);
    assert.equal(calls.filter(({ calledAt }) => calledAt <= 10e6).length, 5);
    assert.deepEqual(calls.map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7, 8]
      .map((n) => n + before));
    assert.ok(after > 10);
    for (const call of calls) {
      assert.deepEqual(player.call(id, call.number), call);
      assert.ok(call.asked.length > 0 && call.askedAt[0] === call.calledAt);
      assert.ok(call.answeredBy > 0 && (call.returnedAt ?? 0) > call.calledAt);
    }
  }
  const all = around(10_000, 10_000).flatMap(({ calls }) => calls);
  /** @type {Set<string>} */
  const outcomes = new Set(all.map(({ outcome }) => outcome));
  for (const outcome of ['done', 'swapped', 'kept']) assert.ok(outcomes.has(outcome), outcome);
  assert.ok(all.some(({ asked }) => asked.length > 1));
  assert.equal(player.call(1, 0), null);
  assert.equal(player.call(9, 1), null);
  assert.equal(player.call(1, 1e15), null);
  assert.deepEqual(player.knownFindings(), []);
});

test('bad input gets an answer that says what is wrong, at once', () => {
  const hostile = ['', 'hello', '<script>alert(1)</script>', 'raft 1\nservers 1000000000',
    'raft 1\nat 0ms javascript:alert(1)', 'raft 1\n' + 'when leader elected: crash leader\n'.repeat(9_000),
    'x'.repeat(1e6), '\u0000\uffff', 'raft 9'];
  for (const text of hostile) {
    const start = performance.now();
    assert.throws(() => new Player(text), (/** @type {any} */ errors) => {
      assert.ok(errors.length >= 1 && errors.length <= 20);
      assert.ok(errors[0].line >= 1 && errors[0].column >= 1 && errors[0].message.length > 10);
      return true;
    });
    assert.ok(performance.now() - start < 1_000);
  }
  for (const fragment of ['', '#', 'v1t~', 'v1t~raft_1~aaaaaa', 'v9t~x~y', '%3Cscript%3E',
    'javascript:alert(1)', 'v1t~' + 'a'.repeat(1e6), '\u{1f600}~\u{1f600}']) {
    assert.throws(() => openLink(fragment), (/** @type {any} */ error) => Boolean(error.code));
  }
  assert.throws(() => readLink('1 2 3\nraft 1'), (/** @type {any} */ e) => e.code === 'link-bad-moment');
});

test('long work stops when its time is up, and goes on where it was', () => {
  const player = new Player('raft 1\nservers 25\nset heartbeat 1ms\nset election 2..3ms\nset latency 0.1ms');
  let slices = 0;
  while (!player.seek(3_000_000, 8)) slices += 1;
  assert.ok(slices > 1);
  assert.equal(player.frame()[0], 3_000_000);
});

test('fresh seeds differ', () => {
  assert.notEqual(freshSeed(), freshSeed());
});
