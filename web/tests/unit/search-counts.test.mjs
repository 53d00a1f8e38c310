import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Search, initSync } from '../../pkg-search/raft_wasm_search.js';
import { paths } from '../../scripts/paths.mjs';

initSync({ module: await readFile(join(paths.search, 'raft_wasm_search_bg.wasm')) });

test('a search counts the same in WebAssembly as natively', async () => {
  const file = join(paths.root, 'raft-core/tests/search_counts.txt');
  const lines = (await readFile(file, 'utf8')).trim().split('\n').slice(1);
  assert.ok(lines.length >= 3);
  for (const line of lines) {
    const search = new Search(line.split(' ')[0], 1);
    while (search.advance(100_000));
    const { schedules, steps, shortest, bound, states } = search;
    assert.equal([line.split(' ')[0], schedules, steps, shortest, bound, states].join(' '), line);
    search.free();
  }
});
