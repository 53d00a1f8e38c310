import address from 'wasm-address';

/**
 * The engine's module, fetched from beside this script and compiled while it arrives.
 *
 * The served page's form of `wasm-source`; the single file's is `inlined.js`. A server that does
 * not know WebAssembly's media type costs the streaming, nothing else.
 *
 * @returns {Promise<WebAssembly.Module>}
 */
export async function wasmModule() {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  if (streams) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
