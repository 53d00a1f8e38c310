/**
 * Links: reading what stands behind the # of an address, and making what goes there.
 *
 * The engine owns the form of a link; deflating a long one is the browser's work.
 */
import { openLink, readLink, sealLink } from './engine.js';

/** @typedef {import('./engine.js').Run} Run */
/** @typedef {import('./engine.js').LinkParts} LinkParts */

/** Longer links are deflated: chats and bookmarks cut them at about this length. */
export const LONG = 2000;
/** No script is longer; what unpacks to more is no link of ours. */
const MOST_UNPACKED = 262_144;

/**
 * What a fragment asks for.
 * @typedef {{kind: 'nothing'} | {kind: 'story', id: string} | {kind: 'link', parts: LinkParts}
 *   | {kind: 'error', code: string, message: string}} Asked
 */

/**
 * Reads a fragment, without its `#`.
 * @param {string} fragment
 * @returns {Promise<Asked>}
 */
export async function readFragment(fragment) {
  if (fragment === '') return { kind: 'nothing' };
  if (/^[a-z][a-z-]*$/.test(fragment)) return { kind: 'story', id: fragment };
  try {
    const { codec, body } = openLink(fragment);
    const payload = codec === 'z' ? await inflate(body) : body;
    return { kind: 'link', parts: readLink(payload) };
  } catch (error) {
    const { code, message } = /** @type {{code?: unknown, message?: unknown}} */ (error ?? {});
    const known = typeof code === 'string' && code.startsWith('link-');
    return { kind: 'error', code: known ? code : 'link-cut-off', message: String(message ?? '') };
  }
}

/**
 * The fragment for the moment a run shows, as short as it can be.
 * @param {Run} run
 * @returns {Promise<string>}
 */
export async function fragmentOf(run) {
  const plain = run.link();
  if (plain.length <= LONG || typeof CompressionStream === 'undefined') return plain;
  const packed = sealLink(await deflate(run.linkPayload()), run.beside !== null);
  return packed.length < plain.length ? packed : plain;
}

/** @param {string} words */
async function deflate(words) {
  const stream = new Blob([words]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * Unpacks, and stops where a hostile link would fill the memory.
 * @param {string} body
 */
async function inflate(body) {
  const binary = atob(body.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder();
  let words = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return words + decoder.decode();
    words += decoder.decode(value, { stream: true });
    if (words.length > MOST_UNPACKED) throw Object.assign(new Error(), { code: 'link-too-long' });
  }
}
