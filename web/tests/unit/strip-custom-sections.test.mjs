import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripCustomSections } from '../../scripts/strip-custom-sections.mjs';

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const TYPES = [1, 4, 1, 96, 0, 0];
const NAMED = [0, 5, 4, 110, 97, 109, 101];
/** A custom section of 200 bytes, whose length takes two bytes. */
const LONG = [0, 200, 1, 1, 120, ...Array(198).fill(7)];

function module(/** @type {number[][]} */ ...sections) {
  return Uint8Array.from([HEADER, sections].flat(2));
}

test('custom sections go, wherever they stand; the others stay as they are', () => {
  const stripped = stripCustomSections(module(NAMED, TYPES, LONG, NAMED));
  assert.deepEqual(stripped, module(TYPES));
  assert.ok(WebAssembly.validate(stripped));
});

test('a module that is cut off is refused, not shortened', () => {
  const whole = module(TYPES, LONG);
  assert.throws(() => stripCustomSections(whole.subarray(0, -1)), /cut off/);
  assert.throws(() => stripCustomSections(module(TYPES, [0, 200])), /middle of a number/);
});
