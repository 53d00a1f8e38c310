import { fit, short, textWidth } from '../geometry.js';
import { placeName, timeName } from '../names.js';
import { text } from '../text.js';
import { logStrip } from './logs.js';
import { isChanging, isNew, partOf } from './membership.js';
import { shape } from './shape.js';
import { safetyMark } from './strip-signs.js';

/** @typedef {import('../frame.js').Server} Server */
/** @typedef {import('../frame.js').Part} Part */
/** @typedef {import('../scene.js').View} View */
/** @typedef {import('./membership.js').Members} Members */

const GAP = 8;

/**
 * The block of text beside a disc: its name, its part and term, its log.
 * @param {Server} server
 * @param {import('../layout.js').Label} at
 * @param {import('../frame.js').Frame} frame
 * @param {View} view
 * @param {Members | null} members
 * @returns {import('./shape.js').Shape[]}
 */
export function label(server, at, frame, view, members) {
  const { sizes, detail } = view.layout;
  const name = placeName(server.id);
  const part = partOf(server, members);
  const tag = detail === 'full' ? tagOf(server, frame, view, members) : '';
  const width = textWidth(name, sizes.name);
  const beside = tag === '' ? '' : fit(tag, at.width - width - GAP, sizes.cell);
  // In the middle of a disc both stand there together.
  const shift = at.anchor !== 'middle' || tag === '' ? 0
    : (textWidth(beside, sizes.cell) + GAP) / 2;
  const lines = [shape('text', {
    class: 'name', x: short(at.x - shift), y: short(at.top + sizes.nameRow * 0.78),
    'text-anchor': at.anchor, 'font-size': sizes.name,
  }, name)];
  if (detail === 'name') return lines;
  const words = detail !== 'full'
    ? text(part === 'voter' ? 'server.brief' : `server.brief.${part}`, { term: server.term })
    // Who was never told of a term has none.
    : part === 'none' && server.term === 0 ? partName(server, part)
    : text('server.line', { part: partShort(server, part), term: server.term });
  const shown = fit(words, at.width, sizes.detail);
  lines.push(shape('text', {
    class: 'part', x: short(at.x), y: short(at.top + sizes.nameRow + sizes.detailRow * 0.72),
    'text-anchor': at.anchor, 'font-size': sizes.detail,
  }, shown));
  // Who was never told of a term has nothing to lose.
  if (detail === 'full' && server.term > 0) {
    // At the end towards the disc, where no other text can be.
    const x = at.anchor === 'start' ? at.x - GAP : at.anchor === 'end' ? at.x + GAP
      : at.x - textWidth(shown, sizes.detail) * 0.43 - GAP;
    lines.push(...safetyMark(server.vote, x, at.top + sizes.nameRow + sizes.detailRow * 0.5));
  }
  if (tag !== '') {
    const away = at.anchor === 'middle' ? width / 2 + GAP - shift
      : (width + GAP) * (at.anchor === 'end' ? -1 : 1);
    lines.push(shape('text', {
      class: 'tag', x: short(at.x + away), y: short(at.top + sizes.nameRow * 0.78),
      'text-anchor': at.anchor === 'end' ? 'end' : 'start', 'font-size': sizes.cell,
    }, beside));
  }
  return [...lines, ...logStrip(server, at, frame, view)];
}

/**
 * What a server is, in a word: its part in its term or in the cluster, or what keeps it from
 * having one.
 * @param {Server} server
 * @param {Part} part
 */
export function partName({ state, role }, part) {
  if (state !== 'up') return text(`server.${state}`);
  return text(`server.${role === 'follower' && part !== 'voter' ? part : role}`);
}

/**
 * @param {Server} server
 * @param {Part} part
 */
function partShort(server, part) {
  return server.state === 'up' && server.role === 'pre-candidate' ? text('server.asks-first')
    : partName(server, part);
}

/**
 * What stands beside the name: the membership that a server goes by, once there is more than one
 * to tell apart; else what is wrong with its disk or its clock.
 * @param {Server} server
 * @param {import('../frame.js').Frame} frame
 * @param {View} view
 * @param {Members | null} members
 */
function tagOf(server, frame, view, members) {
  if (isNew(server, members)) return text('server.new-disk');
  const outsider = partOf(server, members) === 'none' && server.membershipIndex === 0;
  if (isChanging(frame) && !outsider) return view.words(server.membershipText);
  return server.lies ? text('server.lies') : clockTag(server.ahead);
}

/**
 * How wrong a clock is, once that can be told.
 * @param {number} ahead
 */
export function clockTag(ahead) {
  const time = Math.abs(ahead) < 500 ? '' : timeName(Math.abs(ahead));
  return time === '' ? '' : text(ahead > 0 ? 'server.ahead' : 'server.behind', { time });
}
