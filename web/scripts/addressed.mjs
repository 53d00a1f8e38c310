import { createHash } from 'node:crypto';

/**
 * A file's address with a digest of what is in it, so that no cache mixes the parts of two builds.
 *
 * @param {string} name
 * @param {string | Uint8Array} content
 */
export function addressed(name, content) {
  return `${name}?${createHash('sha256').update(content).digest('hex').slice(0, 8)}`;
}
