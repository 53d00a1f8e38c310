import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signsOf } from '../../src/bands.js';
import { besideKey, isBeside, keyOf } from '../../src/compare/key.js';
import { layoutStage } from '../../src/layout.js';
import { restingScene } from '../../src/scene.js';
import { ENOUGH_MS, Player, readLink } from '../engine.mjs';
import { changeScript, openLink, rules } from '../../pkg/raft_wasm.js';
import { readFrame } from '../../src/frame.js';

const RUN = 'raft 1\nservers 3\nseed 3\nclients 1\nat 0ms timeout S1\nat 100ms put x 1 via C1\nrun 1s\n';
const SLOW = 'set latency 30..40ms';

/** A player with a changed run beside, at a moment. */
function comparing(/** @type {number} */ micros, /** @type {string} */ line) {
  const player = new Player(RUN);
  player.seek(micros, ENOUGH_MS);
  player.compare(changeScript(RUN, line));
  while (!player.compareOn(ENOUGH_MS));
  return player;
}

test('things of the run beside have names of their own', () => {
  assert.equal(isBeside('server-1'), false);
  assert.equal(isBeside(besideKey('server-1')), true);
  assert.equal(keyOf(besideKey('server-1')), 'server-1');
  assert.equal(keyOf('server-1'), 'server-1');
});

test('the timeline shows where runs part', () => {
  const mark = { kind: 'difference', at: 5, stage: 5, term: 0, server: 0, number: 0 };
  assert.deepEqual(signsOf([mark], 100), [mark]);
});

test('both pictures are of one moment, and stay what they are', () => {
  const player = comparing(40_000, SLOW);
  const [one, other] = [readFrame(player.frame()), readFrame(player.frameBeside())];
  assert.deepEqual([one.now, one.stage, one.nextAt, one.nextStage],
    [other.now, other.stage, other.nextAt, other.nextStage]);
  // Messages that take longer have not made the same of the servers yet.
  assert.ok(player.apart().length > 0);
  const again = readFrame(player.frame());
  assert.deepEqual(again, one);
  player.stopComparing();
  assert.equal(player.frameBeside().length, 0);
  assert.equal(player.comparison(), null);
  player.free();
});

test('servers that differ bear a sign, and say in what', () => {
  const player = comparing(40_000, SLOW);
  const frame = readFrame(player.frame());
  const layout = layoutStage({ width: 600, height: 400, servers: 3, clients: 1 });
  const view = {
    layout, words: (/** @type {number} */ id) => player.text(id), points: [], accused: [],
    selected: '', still: true,
  };
  const plain = restingScene(frame, view);
  assert.equal(plain.filter(({ key }) => key.startsWith('differs')).length, 0);
  const marked = restingScene(frame, { ...view, apart: new Map([[2, 'term, vote']]) });
  assert.deepEqual(marked.filter(({ key }) => key.startsWith('differs')).map(({ key }) => key),
    ['differs-2']);
  const named = marked.find(({ key }) => key === 'hit-server-2');
  assert.match(String(named?.attrs['aria-label']), /differs in term, vote/);
  assert.equal(marked.length, plain.length + 1);
  player.free();
});

test('the difference in time is told of the same message', () => {
  const { difference, changes } = (() => {
    const player = comparing(0, SLOW);
    const known = player.comparison();
    player.free();
    return known;
  })();
  assert.deepEqual(changes, [{ at: null, code: 'differs-new', facts: { line: SLOW } }]);
  assert.equal(difference.a.code, 'arrived');
  assert.equal(difference.b.code, 'arrived');
  assert.deepEqual(difference.a.facts, difference.b.facts);
  assert.ok(difference.a.at === difference.at && difference.b.at > difference.at);
});

test('a rule that is waived can be kept', () => {
  const without = changeScript(RUN, 'without up-to-date-log');
  const waived = (/** @type {string} */ script) => rules(script)
    .filter((/** @type {{waived: boolean}} */ rule) => rule.waived)
    .map((/** @type {{name: string}} */ rule) => rule.name);
  assert.deepEqual(waived(without), ['up-to-date-log']);
  assert.deepEqual(waived(changeScript(without, 'with up-to-date-log')), []);
});

test('a link holds the second run as a change of the first', () => {
  const player = comparing(40_000, SLOW);
  const link = player.link();
  assert.ok(link.startsWith('v2t~'), link);
  const parts = readLink(openLink(link).body);
  assert.equal(parts.script.trim(), RUN.trim());
  assert.equal(parts.beside.script.trim(), player.scriptBeside().trim());
  assert.equal(parts.beside.checksum, player.checksum(true));
  assert.ok(link.length < player.scriptBeside().length * 2, 'not twice the script');
  player.stopComparing();
  assert.ok(player.link().startsWith('v1t~'));
  player.free();
});
