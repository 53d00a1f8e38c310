/** The inspector: all that is known of a server, a message or a finding, and why. */
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
  const [kind, number] = key.split('-');
  const id = Number(number);
  if (kind === 'server') return serverDetails(id, run);
  if (kind === 'finding') return findingDetails(id, run);
  return kind === 'message' ? messageDetails(id, run) : null;
}
