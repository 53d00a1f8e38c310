import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedCode } from '../../src/embed-code.js';
import { fit } from '../../src/geometry.js';
import { hue, placeName, scaleName, timeName } from '../../src/names.js';

test('places, times and scales', () => {
  assert.deepEqual([placeName(3), placeName(-1)], ['S3', 'C1']);
  assert.equal(timeName(1_482_000), '1.482 s');
  assert.deepEqual([12_000, 1_500, 500, 2_500_000].map(scaleName),
    ['1 s = 12 ms', '1 s = 1.5 ms', '1 s = 500 µs', '1 s = 2.5 s']);
});

test('seven colours go round, and term 0 has none', () => {
  assert.deepEqual([0, 1, 7, 8].map(hue), ['hue-0', 'hue-1', 'hue-7', 'hue-1']);
});

test('a text that is too long is cut with an ellipsis', () => {
  assert.equal(fit('x=5', 100, 12), 'x=5');
  assert.equal(fit('name=1234567', 60, 12), 'name=12…');
  assert.equal(fit('abc', 1, 12), 'a…');
});

test('the code for another page carries the fragment, and nothing of it runs', () => {
  const code = embedCode('https://example.org/raft/#v1t~x', 'The "split" <vote>');
  assert.match(code, /src="https:\/\/example\.org\/raft\/\?embed#v1t~x"/);
  assert.match(code, /title="The &quot;split&quot; &lt;vote>"/);
  assert.match(embedCode('https://example.org/?a=b#c', ''), /\?a=b&amp;embed#c/);
});
