/**
 * A module that is a file beside this script, fetched and compiled while it arrives. A server that
 * does not know WebAssembly's media type costs the streaming, nothing else.
 *
 * @param {string} address
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchedModule(address) {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  if (streams) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
