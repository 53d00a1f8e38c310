/**
 * What a person can do with what they point at: each an item of a menu that stands for one line of
 * the script language. Pure, so that a test can read every menu.
 */
import { placeName, timeName } from './names.js';
import { kindName } from './scene/messages.js';
import { MOST_LINKED } from './scene/hits.js';
import { leaderOf, membersOf, partOf } from './scene/membership.js';
import { text } from './text.js';
import { hasWorkload } from './workload.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Server} Server */

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [line]  The line of script it stands for.
 * @property {string} [inspect]  The key of what it opens in the panel.
 * @property {string} [open]  The key of the menu it leads to.
 * @property {'calls'} [page]  What to open beside the stage.
 * @property {'workload'} [turn]  What of the run it turns on or off.
 */

/** @typedef {{title: string, items: Item[]}} Menu */

/**
 * The menu for a thing on the stage; nothing when it is gone.
 * @param {string} key  As the stage names it: `server-2`, `link-1-3`, `message-17`, `client-1`.
 * @param {Frame} frame
 * @param {Pick<import('./engine.js').Run, 'messageRef' | 'sent' | 'script'>
 *   & {words: (id: number) => string}} run
 * @returns {Menu | null}
 */
export function menuFor(key, frame, { messageRef, sent, words, script }) {
  const [kind, first, second] = key.split('-');
  const id = Number(first);
  if (kind === 'server') return serverMenu(id, frame, words);
  if (kind === 'members') return membersMenu(id, frame, words);
  if (kind === 'reads') return readsMenu(id, frame);
  if (kind === 'faults') return faultsMenu(id, frame);
  if (kind === 'sent') return sentMenu(id, Number(second), sent(id, Number(second)));
  if (kind === 'links') return linksMenu(id, frame);
  if (kind === 'link') return linkMenu(id, Number(second), frame, sent);
  if (kind === 'client') return clientMenu(id, frame, words, hasWorkload(script()));
  return kind === 'message' ? messageMenu(id, frame, messageRef) : null;
}

/**
 * @param {number} id
 * @param {Frame} frame
 * @param {(id: number) => string} words
 * @returns {Menu | null}
 */
function serverMenu(id, frame, words) {
  const server = frame.servers.find((one) => one.id === id);
  if (!server) return null;
  const name = placeName(id);
  const cut = frame.cuts.some(({ from, to }) => from === id || to === id);
  return {
    title: text('menu.server', { server: name }),
    items: [
      ...stateItems(server, frame, words),
      { label: text('menu.isolate'), line: `isolate ${name}` },
      ...(cut ? [{ label: text('menu.heal.server'), line: `heal ${name}` }] : []),
      ...(frame.servers.length > MOST_LINKED
        ? [{ label: text('menu.links'), open: `links-${id}` }] : []),
      ...(server.state === 'up' ? [{ label: text('menu.fail'), line: `fail ${name}` }] : []),
      { label: text('menu.wipe'), line: `wipe ${name}` },
      { label: text('menu.faults'), open: `faults-${id}` },
      ...(leaderOf(frame) ? [{ label: text('menu.members'), open: `members-${id}` }] : []),
      { label: text('menu.inspect'), inspect: `server-${id}` },
    ],
  };
}

/**
 * What can go wrong with a disk and a clock while their server runs on.
 * @param {number} id
 * @param {Frame} frame
 * @returns {Menu | null}
 */
function faultsMenu(id, frame) {
  const server = frame.servers.find((one) => one.id === id);
  if (!server) return null;
  const name = placeName(id);
  const item = (/** @type {string} */ what, /** @type {string} */ line) => (
    { label: text(`menu.faults.${what}`), line });
  return {
    title: text('menu.server', { server: name }),
    items: [
      server.lies ? item('honest', `set disk ${name} honest`) : item('lies', `set disk ${name} lies`),
      ...(server.cached ? [item('sync', `sync ${name}`)] : []),
      ...(server.lastIndex > server.base.index ? [item('corrupt', `corrupt ${name}`)] : []),
      ...(server.term > 0 ? [item('corrupt.vote', `corrupt ${name} vote`)] : []),
      item('slow', `set clock ${name} slow 20%`),
      item('fast', `set clock ${name} fast 20%`),
      item('even', `set clock ${name} fast 0%`),
    ],
  };
}

/**
 * @param {Server} server
 * @param {Frame} frame
 * @param {(id: number) => string} words
 * @returns {Item[]}
 */
function stateItems(server, frame, words) {
  const name = placeName(server.id);
  const crash = { label: text('menu.crash'), line: `crash ${name}` };
  if (server.state === 'crashed') return [{ label: text('menu.restart'), line: `restart ${name}` }];
  if (server.state === 'paused') {
    return [{ label: text('menu.resume'), line: `resume ${name}` }, crash];
  }
  const pause = { label: text('menu.pause'), line: `pause ${name}` };
  const snapshot = server.applied <= server.snapshot.index ? []
    : [{ label: text('menu.snapshot'), line: `snapshot ${name}` }];
  if (server.role === 'leader') {
    const client = placeName(-(frame.clients[0]?.id ?? 1));
    const value = nextValue(frame);
    const put = text('menu.put.via', { key: 'x', value, client });
    return [{ label: put, line: `put x ${value} via ${client}` }, crash, pause, ...snapshot];
  }
  const leader = leaderOf(frame);
  const votes = partOf(server, membersOf(frame, words)) === 'voter';
  return [
    crash, pause,
    ...(votes ? [{ label: text('menu.timeout'), line: `timeout ${name}` }] : []),
    ...(votes && leader && leader.transferTo !== server.id
      ? [{ label: text('menu.transfer'), line: `transfer ${name}` }] : []),
    // Where nobody protects a leader there is nothing to forget.
    ...(server.leader > 0 && server.promisedUntil > frame.now
      ? [{ label: text('menu.forget'), line: `forget ${name}` }] : []),
    ...snapshot,
  ];
}

/**
 * What the leader can be asked to make of a server.
 * @param {number} id
 * @param {Frame} frame
 * @param {(id: number) => string} words
 * @returns {Menu | null}
 */
function membersMenu(id, frame, words) {
  const server = frame.servers.find((one) => one.id === id);
  const members = membersOf(frame, words);
  if (!server || !members) return null;
  const name = placeName(id);
  const part = partOf(server, members);
  // A disk that was lost may still be listed under its name.
  const listed = part !== 'none' || members.voters.includes(id) || members.learners.includes(id);
  const change = (/** @type {string} */ verb) => ({
    label: text(`menu.members.${verb}`), line: `change ${verb} ${name}`,
  });
  return {
    title: text('menu.server', { server: name }),
    items: [
      ...(members.outgoing.length > 0
        ? [{ label: text('menu.members.leave'), line: 'change leave' }] : []),
      ...(listed ? [] : [change('add'), change('learn')]),
      ...(part === 'learner' ? [change('promote')] : []),
      ...(part === 'voter' ? [change('demote')] : []),
      ...(listed ? [change('remove')] : []),
    ],
  };
}

/**
 * On a stage with many servers the links are reached through one of their ends.
 * @param {number} id
 * @param {Frame} frame
 * @returns {Menu}
 */
function linksMenu(id, frame) {
  const others = frame.servers.filter((server) => server.id !== id);
  return {
    title: text('menu.server', { server: placeName(id) }),
    items: others.map((server) => ({
      label: text('menu.link.to', { server: placeName(server.id) }),
      open: `link-${Math.min(id, server.id)}-${Math.max(id, server.id)}`,
    })),
  };
}

/**
 * @param {number} a
 * @param {number} b
 * @param {Frame} frame
 * @param {(a: number, b: number) => string[]} sent
 * @returns {Menu}
 */
function linkMenu(a, b, frame, sent) {
  const [from, to] = [placeName(a), placeName(b)];
  const forth = frame.cuts.some((cut) => cut.from === a && cut.to === b);
  const back = frame.cuts.some((cut) => cut.from === b && cut.to === a);
  /** @type {Item[]} */
  const items = [];
  if (!forth || !back) items.push({ label: text('menu.cut'), line: `cut ${from}-${to}` });
  if (!forth) {
    items.push({ label: text('menu.cut.one-way', { from, to }), line: `cut ${from}>${to}` });
  }
  if (!back) {
    const way = { from: to, to: from };
    items.push({ label: text('menu.cut.one-way', way), line: `cut ${to}>${from}` });
  }
  if (forth || back) items.unshift({ label: text('menu.heal.link'), line: `heal ${from}-${to}` });
  if (frame.cuts.length > 2) items.push({ label: text('menu.heal.all'), line: 'heal' });
  if (sent(a, b).length > 0) items.push({ label: text('menu.sent'), open: `sent-${a}-${b}` });
  return { title: text('menu.link', { from, to }), items };
}

/**
 * Messages that can be sent again, the latest first.
 * @param {number} a
 * @param {number} b
 * @param {string[]} messages  Their names in the script language.
 * @returns {Menu}
 */
function sentMenu(a, b, messages) {
  return {
    title: text('menu.link', { from: placeName(a), to: placeName(b) }),
    items: messages.map((message) => (
      { label: text('menu.replay', { message }), line: `replay ${message}` })),
  };
}

/**
 * @param {number} id
 * @param {Frame} frame
 * @param {(id: number) => string} words
 * @param {boolean} busy  Whether clients call by themselves.
 * @returns {Menu | null}
 */
function clientMenu(id, frame, words, busy) {
  if (!frame.clients.some((client) => client.id === id)) return null;
  const name = placeName(-id);
  const value = nextValue(frame);
  const expected = valueOfX(frame, words);
  return {
    title: text('menu.client', { client: name }),
    items: [
      { label: text('menu.put', { key: 'x', value }), line: `put x ${value} via ${name}` },
      { label: text('menu.add', { key: 'x', value: 2 }), line: `add x 2 via ${name}` },
      { label: text('menu.put', { key: 'y', value }), line: `put y ${value} via ${name}` },
      { label: text('menu.get', { key: 'x' }), line: `get x via ${name}` },
      { label: text('menu.get.from', { key: 'x' }), open: `reads-${id}` },
      {
        label: text(expected === 'none' ? 'menu.cas.none' : 'menu.cas', { key: 'x', expected, value }),
        line: `cas x ${expected} ${value} via ${name}`,
      },
      { label: text('menu.delete', { key: 'x' }), line: `delete x via ${name}` },
      { label: text(busy ? 'menu.workload.off' : 'menu.workload'), turn: 'workload' },
      { label: text('menu.calls'), page: 'calls' },
    ],
  };
}

/**
 * What x is, as far as the leader shows it: `none` where it shows none.
 * @param {Frame} frame
 * @param {(id: number) => string} words
 */
function valueOfX(frame, words) {
  const leader = leaderOf(frame);
  const [, value = 'none'] = /^(?:x=)?(-?\d+)$/.exec(leader ? words(leader.value) : '') ?? [];
  return value;
}

/**
 * A client can ask any server.
 * @param {number} id
 * @param {Frame} frame
 * @returns {Menu}
 */
function readsMenu(id, frame) {
  const name = placeName(-id);
  return {
    title: text('menu.client', { client: name }),
    items: frame.servers.filter(({ state }) => state === 'up').map((server) => ({
      label: text('menu.get.server', { key: 'x', server: placeName(server.id) }),
      line: `get x via ${name} to ${placeName(server.id)}`,
    })),
  };
}

/**
 * @param {number} id
 * @param {Frame} frame
 * @param {(id: number) => string} messageRef
 * @returns {Menu | null}
 */
function messageMenu(id, frame, messageRef) {
  const message = frame.messages.find((one) => one.id === id && !one.dead);
  const words = message ? messageRef(id) : '';
  if (!message || words === '') return null;
  return {
    title: text('menu.message', {
      kind: kindName(message), from: placeName(message.from), to: placeName(message.to),
    }),
    items: [
      ...(message.held ? [{ label: text('menu.deliver'), line: `deliver ${words}` }] : []),
      { label: text('menu.drop'), line: `drop ${words}` },
      { label: text('menu.duplicate'), line: `duplicate ${words}` },
      ...(message.held ? [] : [delayItem(message, words)]),
      { label: text('menu.inspect'), inspect: `message-${id}` },
    ],
  };
}

/**
 * So late that others overtake it: three times as long as its way takes.
 * @param {import('./frame.js').Message} message
 * @param {string} words
 * @returns {Item}
 */
function delayItem({ t0, t1 }, words) {
  const millis = Math.max(1, Math.round((t1 - t0) * 3e-3));
  return {
    label: text('menu.delay', { time: timeName(millis * 1e3) }), line: `delay ${words} ${millis}ms`,
  };
}

/**
 * A value that looks unlike the last one, the same each time the same moment is shown.
 * @param {Frame} frame
 */
function nextValue(frame) {
  const longest = Math.max(0, ...frame.servers.map((server) => server.lastIndex));
  return ((longest * 3 + 4) % 9) + 1;
}
