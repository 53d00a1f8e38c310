import { bundle } from './bundle.mjs';
import { engine, search } from './engine.mjs';
import { say } from './say.mjs';
import { setup } from './setup.mjs';
import { sizes } from './sizes.mjs';

/** Makes `web/dist` from the sources and nothing else: tools, engine, page. */
export async function make() {
  await setup();
  await say('Compiles the engine to WebAssembly (wasm-pack)', engine);
  await say('Compiles the search to WebAssembly (wasm-pack)', search);
  await say('Bundles the page (esbuild)', bundle);
  const parts = Object.entries(await sizes());
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const list = parts.map(([name, bytes]) => `${name} ${kilobytes(bytes)}`).join(', ');
  const sum = parts.reduce((bytes, part) => bytes + part[1], 0);
  console.log(`  a first visit downloads ${kilobytes(sum)} (brotli): ${list}`);
}
