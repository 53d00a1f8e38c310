import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as engine from '../../pkg/raft_wasm.js';
import { settings as words } from '../../src/locales/en-settings.js';
import { readChoices, readSettings } from '../../src/settings/read.js';
import { LINKS, sourceOf } from '../../src/settings/sources.js';
import { addWords, demandWords, hasText, text } from '../../src/text.js';
import { Player } from '../engine.mjs';

before(() => {
  addWords(words);
  demandWords(true);
});
after(() => demandWords(false));

/** What a script that has nothing but these is set to. */
function settings(/** @type {string} */ lines) {
  const player = new Player(`raft 1\nservers 3\n${lines}`);
  const found = readSettings(player.settings());
  player.free();
  return found;
}

const { presets, networks } = readChoices(engine.choices());

test('every preset and network has its words', () => {
  assert.ok(presets.length >= 20 && networks.length >= 6);
  for (const name of presets) {
    assert.ok(hasText(`preset.${name}`) && hasText(`about.${name}`), name);
  }
  for (const name of networks) assert.ok(hasText(`network.${name}`), name);
});

test('every setting has its words, and its source has words or a file', () => {
  for (const preset of presets) {
    const found = settings(`preset ${preset}\nnetwork bad-wifi`);
    assert.equal(found.knobs.length, 31);
    for (const knob of found.knobs) {
      assert.ok(hasText(`setting.${knob.name}`), knob.name);
      const { code, file, link } = sourceOf(knob, found);
      assert.ok(file ? link?.endsWith(file.split(': ')[1]) : hasText(`source.${code}`),
        `${preset} ${knob.name}: ${code}`);
      if (link) assert.match(link, /^https:\/\/[^ ]+$/);
    }
  }
});

test('whatever a real system sets has a source that is not ours', () => {
  const paper = new Map(settings('preset paper').knobs.map(
    ({ name, value }) => [name, value]));
  for (const preset of presets) {
    if (['paper', 'production'].includes(preset)) continue;
    const found = settings(`preset ${preset}`);
    for (const knob of found.knobs) {
      if (knob.value === paper.get(knob.name)) continue;
      const { code } = sourceOf(knob, found);
      assert.ok(code !== 'ours' && code !== 'unset', `${preset} ${knob.name} ${knob.value}`);
    }
    for (const name of ['election', 'heartbeat']) {
      const knob = found.knobs.find((one) => one.name === name);
      assert.ok(knob);
      assert.notEqual(sourceOf(knob, found).code, 'ours', `${preset} ${name}`);
    }
  }
});

test('a number says who has set it', () => {
  const found = settings('preset etcd\nnetwork satellite\nset heartbeat 200ms');
  const of = (/** @type {string} */ name) => {
    const knob = found.knobs.find((one) => one.name === name);
    assert.ok(knob);
    return sourceOf(knob, found);
  };
  assert.equal(of('election').file, 'etcd: server/embed/config.go');
  assert.deepEqual(of('heartbeat'), { code: 'script' });
  assert.deepEqual(of('latency'), { code: 'satellite', link: LINKS.satellite });
  assert.deepEqual(of('retry'), { code: 'network-retry' });
});

test('every hint has words, with its times and its source', () => {
  const codes = new Set();
  for (const preset of presets) {
    for (const network of ['', ...networks]) {
      const { hints } = settings(`preset ${preset}${network && `\nnetwork ${network}`}`);
      for (const { code, source, found, bound } of hints) {
        codes.add(code);
        assert.match(text(`hint.${code}`, { found, bound }), /\d/);
        assert.ok(hasText(`source.${source}`) && LINKS[source], source);
      }
    }
  }
  for (const code of ['never-elected', 'slow-heartbeat', 'no-randomness', 'long-lease',
    'tight-election']) {
    assert.ok(codes.has(code), code);
  }
  for (const code of ['late-heartbeat', 'election-below-round-trip', 'early-step-down',
    'one-loss-elects', 'fast-heartbeat', 'long-election', 'idle-lease']) {
    assert.ok(hasText(`hint.${code}`), code);
  }
});

test('another preset keeps the rest of the script', () => {
  const player = new Player('raft 1\n# mine\npreset paper\nset loss 1%\n');
  assert.equal(player.withPreset('consul', 'one-rack'),
    'raft 1\n# mine\npreset consul\nnetwork one-rack\nset loss 1%\n');
  assert.equal(player.withPreset('no such thing', ''), 'raft 1\n# mine\npreset paper\nset loss 1%\n');
  player.free();
});
