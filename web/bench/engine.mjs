/**
 * How fast the engine runs in WebAssembly: simulated milliseconds per millisecond of the wall.
 *
 *     node web/bench/engine.mjs
 *
 * Five servers, two clients with ten calls a second, judges on; the median of nine runs.
 */
import { readFile } from 'node:fs/promises';
import { Player, initSync } from '../pkg/raft_wasm.js';
import { median } from './median.mjs';

const SECONDS = 60;
const SCRIPT = `raft 1
servers 5
seed 1
preset paper
set noop on
clients 2 rate 10/s keys 3
run ${SECONDS}s`;

const module = await readFile(new URL('../pkg/raft_wasm_bg.wasm', import.meta.url));
initSync({ module });

const runs = [];
const seeks = [];
for (let run = 0; run < 9; run += 1) {
  const player = new Player(SCRIPT);
  const start = performance.now();
  while (!player.seek(SECONDS * 1e6, 1_000));
  runs.push(performance.now() - start);
  for (let seek = 1; seek < 20; seek += 1) {
    const from = performance.now();
    while (!player.seek(((seek * 7) % 20) / 20 * SECONDS * 1e6, 1_000));
    seeks.push(performance.now() - from);
  }
  player.free();
}
const wall = median(runs);
console.log(`${SECONDS} simulated seconds in ${wall.toFixed(1)} ms: ` +
  `${(SECONDS * 1000 / wall).toFixed(0)} simulated ms per ms`);
console.log(`seek: median ${median(seeks).toFixed(2)} ms, ` +
  `longest ${Math.max(...seeks).toFixed(2)} ms`);
