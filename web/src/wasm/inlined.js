import deflated from 'wasm-deflated';

/**
 * The engine's module, unpacked from this very script: nothing is fetched, so that it also works
 * from `file://`, in a sandboxed frame and from a foreign host.
 *
 * The single file's and the element's form of `wasm-source`; the served page's is `fetched.js`.
 *
 * @returns {Promise<WebAssembly.Module>}
 */
export async function wasmModule() {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}
