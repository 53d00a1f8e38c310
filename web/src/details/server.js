import { h } from '../dom.js';
import { hue, placeName, timeName } from '../names.js';
import { text } from '../text.js';
import { toldText } from '../told.js';
import { everyone, facts, section, someone, table, when, yesOrNo } from './parts.js';

/** @typedef {import('../../pkg/raft_wasm.js').ServerDetails} ServerDetails */

/**
 * All that is known of a server, and what it waits for.
 * @param {number} id
 * @param {import('../engine.js').Beside} run
 */
export function serverDetails(id, run) {
  const server = run.inspectServer(id);
  if (!server) return null;
  const why = server.waits.length === 0 ? [] : [section('details.why',
    ...server.waits.map((told) => h('p', { class: 'why' }, toldText(told))))];
  const keys = server.keys.length === 0 ? [] : [section('details.keys', table(
    ['details.key', 'details.value'], server.keys.map(({ key, value }) => [key, value]),
  ))];
  return {
    title: text('details.server', { server: placeName(id) }),
    content: [
      ...why,
      state(server),
      ...keys,
      section('details.log', logTable(server.log)),
      ...snapshots(server),
      ...peers(server),
      ...membership(server),
    ],
  };
}

/** @param {ServerDetails} server */
function state(server) {
  const { transfer } = server;
  return facts([
    ['details.state', text(`server.${server.role}`)],
    ['details.term', server.term],
    ['details.voted', someone(server.votedFor)],
    ['details.leader', someone(server.leader)],
    ['details.commit', server.commit],
    ['details.applied', server.applied],
    ['details.durable', server.durable],
    ['details.writing', yesOrNo(server.writing)],
    ['details.vote', server.term === 0 ? undefined : text(`safety.${server.disk.vote}`)],
    ['details.disk', server.disk.lies ? text('details.disk.lies') : undefined],
    ['details.damaged', server.disk.damaged === null ? undefined
      : server.disk.damaged === 0 ? text('details.damaged.vote')
        : text('details.since.entry', { index: server.disk.damaged })],
    ['details.clock', server.clock ? clockText(server.clock) : undefined],
    ['details.stopped', server.stopped ? yesOrNo(true) : undefined],
    ['details.deadline', when(server.deadline)],
    ['details.promised', server.promisedUntil === null ? undefined : when(server.promisedUntil)],
    ['details.lease', server.leaseUntil === null ? undefined
      : server.leaseUntil === Infinity ? text('details.always') : when(server.leaseUntil)],
    ['details.transfer', transfer ? text(transfer.told ? 'details.transfer.told'
      : 'details.transfer.begins', { server: placeName(transfer.to), time: when(transfer.until) })
      : undefined],
    ['details.reads', server.reads || undefined],
    ['details.round', server.round || undefined],
    ['details.sessions', server.sessions || undefined],
  ]);
}

/** @param {NonNullable<ServerDetails['clock']>} clock */
function clockText({ shows, ahead, rate }) {
  const clock = text(ahead < 0 ? 'details.clock.behind' : 'details.clock.shows', {
    time: timeName(shows), ahead: timeName(Math.abs(ahead)),
  });
  if (rate === 0) return clock;
  const percent = Math.abs(rate) / 1e4;
  return text(rate > 0 ? 'details.clock.fast' : 'details.clock.slow', { clock, percent });
}

/** @param {ServerDetails} server */
function membership({ membership: members, birth, change }) {
  const joint = members.outgoing.length > 0;
  const births = members.births.map((one) => text('details.life', {
    server: placeName(one.id), birth: one.birth,
  }));
  const newcomers = change?.catchingUp ?? [];
  return [
    section('details.membership', facts([
      ['details.part', text(`part.${members.part}`)],
      ['details.outgoing', joint ? everyone(members.outgoing) : undefined],
      [joint ? 'details.voters.new' : 'details.voters', everyone(members.voters)],
      ['details.learners', members.learners.length > 0 ? everyone(members.learners) : undefined],
      ['details.learners.next', members.learnersNext.length > 0
        ? everyone(members.learnersNext) : undefined],
      ['details.leaves', joint ? yesOrNo(members.leavesByItself) : undefined],
      ['details.since', members.index === 0 ? text('details.founded')
        : text('details.since.entry', { index: members.index })],
      ['details.birth', birth || undefined],
      ['details.births', births.length > 0 ? births.join(', ') : undefined],
    ])),
    ...(newcomers.length === 0 ? [] : [section('details.catch-up', table(
      ['details.peer', 'details.round', 'details.target', 'details.caught-up'],
      newcomers.map((one) => [placeName(one.id), one.round, one.target, yesOrNo(one.done)]),
    ))]),
  ];
}

/** @param {ServerDetails} server */
function snapshots({ base, snapshot, incoming }) {
  if (!snapshot && !incoming) return [];
  return [section('details.snapshot', facts([
    ['details.replaces', snapshot ? text('details.position', { ...snapshot }) : undefined],
    ['details.size', snapshot ? text('details.bytes', { bytes: snapshot.bytes }) : undefined],
    ['details.base', base.index > 0 ? text('details.position', { ...base }) : undefined],
    ['details.incoming', incoming ? text('details.incoming.part', { ...incoming }) : undefined],
  ]))];
}

/** @param {ServerDetails} server */
function peers({ peers: all }) {
  if (all.length === 0) return [];
  return [section('details.peers', table(
    ['details.peer', 'details.next', 'details.match', 'details.progress', 'details.in-flight'],
    all.map((peer) => [
      placeName(peer.id), peer.next, peer.match,
      peer.snapshot ? text('progress.sent', {
        sent: peer.snapshot.sent, bytes: peer.snapshot.bytes, last: peer.snapshot.index,
      }) : text(`progress.${peer.state}`),
      text(peer.requests > 0 ? 'details.in-flight.bytes'
        : peer.waiting ? 'details.in-flight.asks' : 'details.none', {
        requests: peer.requests, bytes: peer.bytes,
      }),
    ]),
  ))];
}

/** @param {import('../../pkg/raft_wasm.js').LogCell[]} log */
function logTable(log) {
  if (log.length === 0) return h('p', {}, text('details.empty'));
  return table(
    ['details.index', 'details.term', 'details.entry', 'details.committed', 'details.synced'],
    log.toReversed().map((cell) => [
      cell.index,
      h('span', { class: `term ${hue(cell.term)}` }, String(cell.term)),
      h('code', {}, cell.text),
      yesOrNo(cell.committed),
      text(`safety.${cell.synced ? cell.safety : 'volatile'}`),
    ]),
  );
}
