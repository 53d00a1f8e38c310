import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandsOf, signsOf, stripLength } from '../../src/bands.js';

/**
 * @param {string} kind
 * @param {number} stage
 * @param {number} [server]
 * @param {number} [term]
 */
const mark = (kind, stage, server = 0, term = 0) => ({ kind, at: stage, stage, server, term,
  number: 0 });

test('a band lasts from the election to the next one, or to the leader’s end', () => {
  const marks = [
    mark('election', 10, 1, 1), mark('leader', 20, 1, 1),
    mark('crash', 50, 2), mark('crash', 60, 1),
    mark('election', 80, 2, 2), mark('leader', 90, 2, 2),
  ];
  assert.deepEqual(bandsOf(marks, 120), [
    { from: 20, to: 60, term: 1 }, { from: 90, to: 120, term: 2 },
  ]);
});

test('a failed election leaves a gap, a stranger’s step-down none', () => {
  const marks = [
    mark('leader', 20, 1, 1), mark('steps-down', 30, 3, 0), mark('election', 40, 2, 2),
    mark('election', 50, 3, 3), mark('leader', 60, 3, 3), mark('steps-down', 70, 3, 3),
  ];
  assert.deepEqual(bandsOf(marks, 100), [
    { from: 20, to: 40, term: 1 }, { from: 60, to: 70, term: 3 },
  ]);
});

test('of several marks of one kind close together the first is drawn', () => {
  const marks = [mark('cut', 500), mark('cut', 501), mark('crash', 502), mark('cut', 900),
    mark('election', 901)];
  assert.deepEqual(signsOf(marks, 1000).map(({ stage }) => stage), [500, 502, 900]);
});

test('the strip is as long as a run that ends, and rests while an open one grows', () => {
  assert.equal(stripLength({ ranStage: 5e6, endStage: 80e6 }, false, 0), 80e6);
  assert.equal(stripLength({ ranStage: 5e6, endStage: Infinity }, false, 0), 5e6);
  assert.equal(stripLength({ ranStage: 5e6, endStage: Infinity }, true, 0), 60e6);
  assert.equal(stripLength({ ranStage: 61e6, endStage: Infinity }, true, 60e6), 120e6);
  assert.equal(stripLength({ ranStage: 5e6, endStage: Infinity }, true, 73e6), 73e6);
});
