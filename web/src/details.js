/** The inspector: all that is known of a server, a message or a finding, and why. */
import { isBeside, keyOf } from './compare/key.js';
import { findingDetails } from './details/finding.js';
import { messageDetails } from './details/message.js';
import { serverDetails } from './details/server.js';

/**
 * What the panel shows for a thing on the stage; nothing when it is gone.
 * @param {string} key
 * @param {import('./engine.js').Run} run
 * @returns {{title: string, content: HTMLElement[]} | null}
 */
export function detailsOf(key, run) {
  const [kind, number] = keyOf(key).split('-');
  const id = Number(number);
  const shown = isBeside(key) ? run.beside : run;
  if (!shown) return null;
  if (kind === 'server') return serverDetails(id, shown);
  if (kind === 'finding') return findingDetails(id, run);
  return kind === 'message' ? messageDetails(id, shown) : null;
}
