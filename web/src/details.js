/** The inspector: all that is known of a server or a message, and why. */
import { h } from './dom.js';
import { hue, placeName, timeName } from './names.js';
import { kindName } from './scene/messages.js';
import { text } from './text.js';
import { toldText } from './told.js';

/** @typedef {import('./engine.js').Run} Run */

/**
 * What the panel shows for a thing on the stage; nothing when it is gone.
 * @param {string} key
 * @param {Run} run
 * @returns {{title: string, content: HTMLElement[]} | null}
 */
export function detailsOf(key, run) {
  const [kind, number] = key.split('-');
  const id = Number(number);
  if (kind === 'server') return serverDetails(id, run);
  return kind === 'message' ? messageDetails(id, run) : null;
}

/**
 * @param {number} id
 * @param {Run} run
 */
function serverDetails(id, run) {
  const server = run.inspectServer(id);
  if (!server) return null;
  const why = server.waitsFor
    ? [section('details.why', h('p', { class: 'why' }, toldText(server.waitsFor)))] : [];
  const peers = server.peers.length === 0 ? [] : [section('details.peers', table(
    ['details.peer', 'details.next', 'details.match', 'details.progress'],
    server.peers.map((peer) => [placeName(peer.id), peer.next, peer.match,
      text(`progress.${peer.state}`)]),
  ))];
  const keys = server.keys.length === 0 ? [] : [section('details.keys', table(
    ['details.key', 'details.value'], server.keys.map(({ key, value }) => [key, value]),
  ))];
  return {
    title: text('details.server', { server: placeName(id) }),
    content: [
      ...why,
      facts([
        ['details.state', text(`server.${server.role}`)],
        ['details.term', server.term],
        ['details.voted', someone(server.votedFor)],
        ['details.leader', someone(server.leader)],
        ['details.commit', server.commit],
        ['details.applied', server.applied],
        ['details.durable', server.durable],
        ['details.writing', text(server.writing ? 'details.yes' : 'details.no')],
        ['details.deadline', when(server.deadline)],
      ]),
      ...keys,
      section('details.log', logTable(server.log)),
      ...peers,
    ],
  };
}

/**
 * @param {import('../pkg/raft_wasm.js').LogCell[]} log
 */
function logTable(log) {
  if (log.length === 0) return h('p', {}, text('details.empty'));
  return table(
    ['details.index', 'details.term', 'details.entry', 'details.committed', 'details.synced'],
    log.toReversed().map((cell) => [
      cell.index,
      h('span', { class: `term ${hue(cell.term)}` }, String(cell.term)),
      h('code', {}, cell.text),
      text(cell.committed ? 'details.yes' : 'details.no'),
      text(cell.synced ? 'details.yes' : 'details.no'),
    ]),
  );
}

/**
 * @param {number} id
 * @param {Run} run
 */
function messageDetails(id, run) {
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
        ['details.from', placeName(message.from)],
        ['details.to', placeName(message.to)],
        ['details.term', message.term],
        ['details.sent', timeName(message.sentAt)],
        ['details.arrives', when(message.arrivesAt)],
      ]),
      section('details.says', h('p', {}, h('code', {}, message.text))),
      ...entries,
    ],
  };
}

/** @param {number} id */
function someone(id) {
  return id === 0 ? text('details.nobody') : placeName(id);
}

/** @param {number | null} time */
function when(time) {
  return time === null ? text('details.never') : timeName(time);
}

/** @param {[string, string | number][]} pairs */
function facts(pairs) {
  return h('dl', { class: 'facts' }, ...pairs.flatMap(([code, value]) => [
    h('dt', {}, text(code)), h('dd', {}, String(value)),
  ]));
}

/**
 * @param {string} code
 * @param {HTMLElement} content
 */
function section(code, content) {
  return h('section', {}, h('h3', {}, text(code)), content);
}

/**
 * @param {string[]} heads
 * @param {(string | number | HTMLElement)[][]} rows
 */
function table(heads, rows) {
  return h('table', {},
    h('thead', {}, h('tr', {}, ...heads.map((code) => h('th', { scope: 'col' }, text(code))))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {},
      cell instanceof HTMLElement ? cell : String(cell)))))));
}
