import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf } from '../../src/keys.js';

const none = { ctrlKey: false, metaKey: false, altKey: false };
const body = { tag: 'body', role: null, editable: false };
const button = { tag: 'button', role: null, editable: false };
const server = { tag: 'g', role: 'button', editable: false };
const field = { tag: 'textarea', role: null, editable: true };

/**
 * @param {string} key
 * @param {typeof body | typeof server} focus
 */
const of = (key, focus = body) => commandOf({ key, ...none }, focus);

test('single keys are commands', () => {
  assert.deepEqual([' ', 'Enter', 'ArrowRight', 'ArrowLeft', ',', '.', '<', '>', '?'].map((key) =>
    of(key)), ['play', 'continue', 'continue', 'back', 'step-back', 'step', 'slower', 'faster',
    'help']);
  assert.equal(of('a'), undefined);
  assert.equal(of('toString'), undefined);
});

test('never with Ctrl, Meta or Alt: those are the browser’s', () => {
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
    assert.equal(commandOf({ key: 'ArrowLeft', ...none, [modifier]: true }, body), undefined);
  }
});

test('a focused button keeps Space and Enter, and leaves the arrows', () => {
  for (const focus of [button, server]) {
    assert.equal(of(' ', focus), undefined);
    assert.equal(of('Enter', focus), undefined);
    assert.equal(of('ArrowRight', focus), 'continue');
  }
});

test('a field keeps everything but Escape', () => {
  assert.equal(of('ArrowRight', field), undefined);
  assert.equal(of('?', field), undefined);
  assert.equal(of('Escape', field), 'close');
});
