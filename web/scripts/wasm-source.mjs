import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { addressed } from './addressed.mjs';
import { paths } from './paths.mjs';

/** The modules, by the name under which the sources ask for them, and the files they are in. */
export const WASM = { engine: 'raft_wasm_bg.wasm', search: 'raft_wasm_search_bg.wasm' };

/** @typedef {Record<keyof typeof WASM, Uint8Array>} Modules */

/**
 * Two ways to a module under one name: `import { wasmModule } from 'engine-source'`, and the same
 * of the search.
 *
 * - `fetched`: the module is a file beside the script. Smallest over the wire.
 * - `inlined`: the module is text in the script, deflated first: the script needs nothing else.
 *
 * @param {'fetched' | 'inlined'} form
 * @param {Modules} modules
 * @returns {import('esbuild').Plugin}
 */
export function wasmSource(form, modules) {
  /** @param {keyof typeof WASM} name */
  const address = (name) => addressed(WASM[name], modules[name]);
  /** @param {keyof typeof WASM} name */
  const deflated = (name) => deflateRawSync(modules[name], { level: 9 }).toString('base64');
  return {
    name: 'wasm-source',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(engine|search)-source$/ }, ({ path }) => ({
        path: join(paths.source, 'wasm', `${path.split('-')[0]}-${form}.js`),
      }));
      onResolve({ filter: /^(engine|search)-(address|deflated)$/ }, ({ path }) => {
        return { path, namespace: 'wasm' };
      });
      onLoad({ filter: /.*/, namespace: 'wasm' }, ({ path }) => {
        const [name, kind] = /** @type {[keyof typeof WASM, string]} */ (path.split('-'));
        return { contents: kind === 'address' ? address(name) : deflated(name), loader: 'text' };
      });
    },
  };
}
