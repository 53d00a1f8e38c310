import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt, playerAt } from '../engine.mjs';
import { drawn, painted, seen } from '../seen.mjs';

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const RUNS = 30;

/** Random numbers that are the same each time: mulberry32. */
function chance(/** @type {number} */ seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (/** @type {number} */ limit) => Math.floor(next() * limit) };
}

/** A run in which much goes wrong, and a moment of it. */
function randomRun(/** @type {number} */ seed) {
  const { below } = chance(seed);
  const servers = [1, 2, 3, 4, 5, 7, 9][below(7)];
  const one = () => `S${1 + below(servers)}`;
  const faults = Array.from({ length: 12 }, () => {
    const actions = [`crash ${one()}`, `restart ${one()}`, `pause ${one()}`, `resume ${one()}`,
      `timeout ${one()}`, `isolate ${one()}`, 'heal', 'crash leader'];
    return `at ${below(4_000)}ms ${actions[below(actions.length)]}`;
  });
  const lines = ['raft 1', `servers ${servers}`, `seed ${seed}`, 'preset paper',
    `clients 2 rate ${1 + below(20)}/s keys ${1 + below(3)}`, `set loss ${below(20)}%`,
    `set noop ${below(2) ? 'on' : 'off'}`, ...faults];
  return { script: lines.join('\n'), servers, atMs: below(5_000) };
}

test('the stage shows what the engine holds, at random moments of random runs', async () => {
  const page = await browser.open(`${server.url}#election`, { width: 1600, height: 1000 });
  await drawn(page);
  let entries = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const { script, servers, atMs } = randomRun(seed);
    const fragment = fragmentAt(script, atMs);
    await page.evaluate((fragment) => {
      location.hash = fragment;
    }, fragment);
    await page.waitFor(([time, servers]) => (
      document.querySelector('#time')?.textContent === time
      && document.querySelectorAll('[data-key^="server-"]').length === servers
      && document.querySelector('#play')?.getAttribute('aria-label') === 'Play'
    ), /** @type {const} */ ([`${(atMs / 1000).toFixed(3)} s`, servers]));
    await painted(page);
    const shown = await page.evaluate(seen);
    const player = playerAt(script, atMs);
    for (const found of shown.servers) {
      const held = player.inspectServer(found.id);
      const where = `S${found.id} at ${atMs} ms of\n${script}\n${server.url}#${fragment}`;
      assert.deepEqual(
        [found.part, found.term, found.entries, found.commit],
        [held.role, held.term, held.last, held.commit], where);
      // A paused leader keeps its crown: it does not know better when it goes on.
      if (held.role !== 'paused') assert.equal(found.crowned, held.role === 'leader', where);
      // The strip shows the end of the log, as much as fits; a long command is cut.
      const end = held.log.slice(held.log.length - found.cells.length);
      assert.ok(found.cells.length > 0 || held.last === 0, where);
      for (const [i, cell] of found.cells.entries()) {
        const { committed, synced, text } = end[i];
        assert.deepEqual([cell.committed, cell.synced], [committed, synced], where);
        const begins = cell.words.replace('…', '');
        assert.ok(begins === '∅' ? !text.includes('=') : text.startsWith(begins),
          `${cell.words} for ${text}: ${where}`);
        entries += 1;
      }
      if (found.value === '' || found.value.endsWith('…')) continue;
      const values = held.keys.map((/** @type {{ key: string, value: number }} */ one) => (
        held.keys.length === 1 ? [`${one.value}`, `${one.key}=${one.value}`]
          : [`${one.key}=${one.value}`]));
      assert.ok(values.flat().includes(found.value), `${found.value} shown: ${where}`);
    }
    assert.equal(shown.servers.length, servers);
    player.free();
  }
  assert.ok(entries > 100, `the runs hold entries: ${entries}`);
  assert.deepEqual(page.errors, []);
  await page.close();
});
