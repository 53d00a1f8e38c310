import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizes } from '../../scripts/sizes.mjs';

/**
 * The goal is 100 kB. Until it is reached, this holds what has been since the engine runs a complete
 * Raft in a world with every fault, judges of histories and two runs side by side: it may only
 * fall. What tools show and the search come later and are not in it.
 */
const BUDGET = 260_500;

test('a first visit downloads no more than it did', async () => {
  const parts = await sizes();
  const sum = Object.values(parts).reduce((a, b) => a + b);
  assert.ok(sum <= BUDGET, `${sum} bytes: ${JSON.stringify(parts)}`);
});
