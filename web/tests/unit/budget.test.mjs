import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizes } from '../../scripts/sizes.mjs';

const BUDGET = 100_000;

test('a first visit downloads at most 100 kB', async () => {
  const parts = await sizes();
  const sum = Object.values(parts).reduce((a, b) => a + b);
  assert.ok(sum <= BUDGET, `${sum} bytes: ${JSON.stringify(parts)}`);
});
