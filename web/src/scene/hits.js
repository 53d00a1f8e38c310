import { direction, short } from '../geometry.js';
import { placeName } from '../names.js';
import { text } from '../text.js';
import { clientState } from './clients.js';
import { pairs } from './links.js';
import { clockTag, partName } from './label.js';
import { isChanging, isNew, membersOf, partOf } from './membership.js';
import { keyed, shape } from './shape.js';

/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../scene.js').View} View */
/** @typedef {import('./shape.js').Keyed} Keyed */

/** Up to here each link is a stop for Tab; beyond, links are reached through a server's menu. */
export const MOST_LINKED = 7;

/**
 * What can be pointed at, clicked and focused: at least 24 px large, each with its full name, in
 * the order in which Tab reaches it. Messages bring their own.
 * @param {Frame} frame
 * @param {View} view
 * @returns {Keyed[]}
 */
export function hits(frame, view) {
  const reachable = frame.servers.length <= MOST_LINKED;
  const linkHits = links(frame, view, reachable);
  const others = [...servers(frame, view), ...clients(frame, view)];
  return reachable ? [...others, ...linkHits] : [...linkHits, ...others];
}

/**
 * @param {Frame} frame
 * @param {View} view
 * @returns {Keyed[]}
 */
function servers(frame, { layout, words, apart }) {
  const members = membersOf(frame, words);
  return frame.servers.flatMap((server, i) => {
    const seat = layout.servers[i];
    return seat ? [button(`server-${server.id}`, serverName(server, frame, members, words, apart), {
      transform: `translate(${short(seat.x)} ${short(seat.y)})`,
    }, shape('circle', { r: short(Math.max(13, seat.rim)) }))] : [];
  });
}

/**
 * A server's full name for those who cannot see it.
 * @param {import('../frame.js').Server} server
 * @param {Frame} frame
 * @param {import('./membership.js').Members | null} members
 * @param {(id: number) => string} words
 * @param {Map<number, string>} [apart]
 */
function serverName(server, frame, members, words, apart) {
  const { membershipText, transferTo, snapshot } = server;
  const also = [];
  if (isChanging(frame)) also.push(text('server.also.members', { members: words(membershipText) }));
  if (isNew(server, members)) also.push(text('server.also.new-disk'));
  if (transferTo > 0) also.push(text('server.also.transfer', { to: placeName(transferTo) }));
  if (snapshot.index > 0) also.push(text('server.also.snapshot', { last: snapshot.index }));
  const aspects = apart?.get(server.id);
  if (aspects) also.push(text('server.also.differs', { aspects }));
  if (server.lies) also.push(text('server.also.lies'));
  if (clockTag(server.ahead) !== '') also.push(clockTag(server.ahead));
  return text('server.name', {
    server: placeName(server.id),
    part: partName(server, partOf(server, members)),
    term: [server.term, ...also].join(', '),
    entries: server.lastIndex,
    commit: server.commit,
  });
}

/**
 * @param {Frame} frame
 * @param {View} view
 * @returns {Keyed[]}
 */
function clients(frame, { layout, words }) {
  return frame.clients.flatMap((client, i) => {
    const seat = layout.clients[i];
    const state = clientState(client, words);
    return seat ? [button(`client-${client.id}`,
      text('client.name', { client: placeName(-client.id), state }), {
        transform: `translate(${short(seat.x)} ${short(seat.y)})`,
      }, shape('rect', {
        x: -seat.width / 2, y: -seat.height / 2, width: seat.width, height: seat.height,
        rx: seat.height / 2,
      }))] : [];
  });
}

/**
 * @param {Frame} frame
 * @param {View} view
 * @param {boolean} reachable
 * @returns {Keyed[]}
 */
function links(frame, { layout }, reachable) {
  return pairs(frame).map(({ a, b, key, from, to, cut }) => {
    const [one, other] = [layout.servers[a], layout.servers[b]];
    const u = direction(one, other);
    const clear = one.rim + 6;
    const [start, end] = [
      { x: one.x + u.x * clear, y: one.y + u.y * clear },
      { x: other.x - u.x * clear, y: other.y - u.y * clear },
    ];
    const names = { from: placeName(from), to: placeName(to) };
    const name = cut === 'none' ? text('link.name', names)
      : cut === 'both' ? text('link.name.cut', names)
      : text('link.name.one-way', {
        ...names,
        cutFrom: cut === 'forth' ? names.from : names.to,
        cutTo: cut === 'forth' ? names.to : names.from,
      });
    return button(key, name, reachable ? {} : { tabindex: -1 }, shape('path', {
      class: 'line', d: `M${short(start.x)},${short(start.y)}L${short(end.x)},${short(end.y)}`,
    }));
  });
}

/**
 * @param {string} key
 * @param {string} name
 * @param {Record<string, import('./shape.js').Value>} attrs
 * @param {import('./shape.js').Shape} target
 * @returns {Keyed}
 */
function button(key, name, attrs, target) {
  return keyed('hits', `hit-${key}`, 'g', {
    class: 'target', role: 'button', tabindex: 0, 'aria-haspopup': 'menu', 'aria-label': name,
    'data-key': key, ...attrs,
  }, [target]);
}
