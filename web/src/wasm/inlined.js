/**
 * A module unpacked from text in this very script: nothing is fetched, so that it also works from
 * `file://`, in a sandboxed frame and from a foreign host.
 *
 * @param {string} deflated  In base64.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function inlinedModule(deflated) {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}
