import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { addressed } from './addressed.mjs';
import { paths } from './paths.mjs';

/** The engine's file, as wasm-pack names it and as it is published. */
const ENGINE = 'raft_wasm_bg.wasm';

/**
 * Two ways to the engine under one name: `import { wasmModule } from 'wasm-source'`.
 *
 * - `fetched`: the module is a file beside the script. Smallest over the wire.
 * - `inlined`: the module is text in the script, deflated first: the script needs nothing else.
 *
 * @param {'fetched' | 'inlined'} form
 * @param {Uint8Array} wasm
 * @returns {import('esbuild').Plugin}
 */
export function wasmSource(form, wasm) {
  const contents = {
    'wasm-address': () => addressed(ENGINE, wasm),
    'wasm-deflated': () => deflateRawSync(wasm, { level: 9 }).toString('base64'),
  };
  return {
    name: 'wasm-source',
    setup({ onResolve, onLoad }) {
      const file = join(paths.source, 'wasm', `${form}.js`);
      onResolve({ filter: /^wasm-source$/ }, () => ({ path: file }));
      onResolve({ filter: /^wasm-(address|deflated)$/ }, ({ path }) => {
        return { path, namespace: 'wasm' };
      });
      onLoad({ filter: /.*/, namespace: 'wasm' }, ({ path }) => {
        const name = /** @type {keyof typeof contents} */ (path);
        return { contents: contents[name](), loader: 'text' };
      });
    },
  };
}
