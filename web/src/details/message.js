import { h } from '../dom.js';
import { placeName, timeName } from '../names.js';
import { kindName } from '../scene/messages.js';
import { text } from '../text.js';
import { facts, section, table, when, yesOrNo } from './parts.js';

/** @typedef {import('../../pkg/raft_wasm.js').MessageDetails} MessageDetails */

/**
 * All that is known of a message; nothing when it has arrived.
 * @param {number} id
 * @param {import('../engine.js').Beside} run
 */
export function messageDetails(id, run) {
  const message = run.inspectMessage(id);
  const drawn = run.frame.messages.find((one) => one.id === id);
  if (!message) return null;
  const entries = message.entries.length === 0 ? [] : [section('details.entries', table(
    ['details.term', 'details.entry'],
    message.entries.map((entry) => [entry.term, h('code', {}, entry.text)]),
  ))];
  return {
    title: drawn ? kindName(drawn) : message.kind,
    content: [
      facts([
        ['details.kind', h('code', {}, message.kind)],
        ['details.from', placeName(message.from)],
        ['details.to', placeName(message.to)],
        ['details.term', message.term],
        ['details.sent', timeName(message.sentAt)],
        ['details.arrives', when(message.arrivesAt)],
      ]),
      ...(message.fields.length === 0 ? [] : [section('details.says', says(message))]),
      ...entries,
    ],
  };
}

/** @param {MessageDetails} message */
function says({ fields }) {
  return h('dl', { class: 'facts' }, ...fields.flatMap(({ name, value }) => [
    h('dt', {}, text(`field.${name}`)),
    h('dd', {}, typeof value === 'boolean' ? yesOrNo(value) : String(value)),
  ]));
}
