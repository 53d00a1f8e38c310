import { fit, short, textWidth } from '../geometry.js';
import { hue } from '../names.js';
import { text } from '../text.js';
import { leaderOf } from './membership.js';
import { shape } from './shape.js';
import { arriving, block, blockWidth, coveredLine, marks, safetyMark } from './strip-signs.js';

/** @typedef {import('../frame.js').Cell} Cell */
/** @typedef {import('../frame.js').Server} Server */
/** @typedef {import('../layout.js').Label} Label */
/** @typedef {import('../scene.js').View} View */
/** @typedef {import('./shape.js').Shape} Shape */

const GAP = 2;
const SMALL_CELL = 8;

/**
 * The end of a server's log as a strip of cells: the entry's term in colour, dashed and pale until
 * committed, a small mark until its disk holds it. Before them stand a block for what a snapshot
 * has replaced, and how many entries are folded.
 * @param {Server} server
 * @param {Label} at
 * @param {import('../frame.js').Frame} frame
 * @param {View} view
 * @returns {Shape[]}
 */
export function logStrip(server, at, frame, view) {
  const peer = leaderOf(frame)?.peers.find(({ id }) => id === server.id);
  const comes = server.incoming.index > 0 || peer?.mode === 'snapshot';
  if (server.cells.length === 0 && server.folded === 0 && !comes) return [];
  return view.layout.detail === 'full' ? worded(server, at, view, peer) : small(server, at, view);
}

/**
 * @param {Server} server
 * @param {Label} at
 * @param {View} view
 * @param {import('../frame.js').Peer | undefined} peer  What the leader knows of it.
 */
function worded(server, at, view, peer) {
  const { sizes } = view.layout;
  const top = at.top + sizes.nameRow + sizes.detailRow + 4;
  const bottom = top + sizes.cellHeight;
  const coming = arriving(server, peer);
  // While a snapshot arrives there is room for its block alone.
  const replaced = coming ? 0 : server.base.index;
  const head = coming ?? (replaced > 0 ? { last: replaced, part: 1 } : null);
  const before = head ? blockWidth(head.last, sizes) + GAP : 0;
  const widths = cellWidths(server, at, view, at.width - before);
  const shown = howMany(widths, at.width - before, server.folded - replaced);
  const first = widths.length - shown;
  const folded = server.folded - replaced + first;
  const total = before + foldWidth(folded) - GAP
    + widths.slice(first).reduce((sum, width) => sum + width + GAP, 0);
  const start = startOf(at, total);
  /** @type {Shape[]} */
  const shapes = head ? [block({ x: start, y: top }, head.last, sizes, head.part)] : [];
  if (folded > 0) {
    shapes.push(shape('text', {
      class: 'folded', x: short(start + before), y: short(top + sizes.cellHeight * 0.67),
      'font-size': 11,
    }, text('server.folded', { count: folded })));
  }
  let x = start + before + foldWidth(folded);
  // Where each entry ends, from the last one before the cells on.
  const ends = [x - GAP / 2];
  for (let i = first; i < widths.length; i += 1) {
    const box = { x, y: top, width: widths[i], height: sizes.cellHeight };
    shapes.push(wordedCell(server.cells[i], box, view));
    x += widths[i] + GAP;
    ends.push(x - GAP / 2);
  }
  const end = (/** @type {number} */ index) => (
    ends[Math.max(0, Math.min(ends.length - 1, index - server.folded - first))]);
  return [
    ...shapes,
    ...(coming ? [] : coveredLine(server, start, end(server.snapshot.index), bottom)),
    ...(ends.length > 1 || replaced > 0 ? marks(peer, end, bottom) : []),
  ];
}

/**
 * How wide each cell would like to be.
 * @param {Server} server
 * @param {Label} at
 * @param {View} view
 * @param {number} room
 */
function cellWidths(server, at, view, room) {
  const { cell: size } = view.layout.sizes;
  const most = room - foldWidth(server.folded + server.cells.length - 1);
  const longest = Math.min(most, at.anchor === 'middle' ? 58 : 76);
  return server.cells.map((cell) => Math.min(
    cell.membership ? Math.min(most, 84) : longest,
    Math.max(26, textWidth(cellWords(cell, view), size) + 12),
  ));
}

/**
 * @param {Cell} cell
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {View} view
 */
function wordedCell(cell, box, view) {
  const { cell: size } = view.layout.sizes;
  const words = fit(cellWords(cell, view), box.width - 4, size);
  return shape('g', { class: cellClass(cell) }, [
    shape('rect', {
      x: short(box.x), y: short(box.y), width: short(box.width), height: box.height,
      rx: cell.membership ? box.height / 2 : 4,
    }),
    shape('text', {
      class: 'command',
      x: short(box.x + box.width / 2),
      y: short(box.y + box.height / 2 + size * 0.36),
      'font-size': size,
    }, words),
    ...safetyMark(cell.safety, box.x + box.width - 3, box.y + 3),
  ]);
}

/**
 * Where there is no room for words: cells of colour alone.
 * @param {Server} server
 * @param {Label} at
 * @param {View} view
 */
function small(server, at, view) {
  const { sizes } = view.layout;
  const replaced = server.base.index > 0;
  const room = Math.floor((at.width + GAP) / (SMALL_CELL + GAP)) - (replaced ? 1 : 0);
  const cells = server.cells.slice(-room);
  const total = (cells.length + (replaced ? 1 : 0)) * (SMALL_CELL + GAP) - GAP;
  let x = startOf(at, total);
  const y = short(at.top + sizes.nameRow + sizes.detailRow + 2);
  const box = (/** @type {string} */ name, rx = 2) => {
    const at = { class: 'face', x: short(x), y, width: SMALL_CELL, height: 11, rx };
    x += SMALL_CELL + GAP;
    return shape('g', { class: name }, [shape('rect', at)]);
  };
  return [
    ...(replaced ? [box('block whole')] : []),
    ...cells.map((cell) => box(cellClass(cell), cell.membership ? 4 : 2)),
  ];
}

/**
 * How many cells fit, counted from the end of the log.
 * @param {number[]} widths
 * @param {number} room
 * @param {number} folded
 */
function howMany(widths, room, folded) {
  let used = -GAP;
  let shown = 0;
  for (let i = widths.length - 1; i >= 0; i -= 1) {
    used += widths[i] + GAP;
    if (used + foldWidth(folded + i) > room && shown > 0) break;
    shown += 1;
  }
  return shown;
}

/** @param {number} folded */
function foldWidth(folded) {
  return folded > 0 ? textWidth(text('server.folded', { count: folded }), 11) + 5 : 0;
}

/**
 * @param {Label} at
 * @param {number} total
 */
function startOf(at, total) {
  return at.anchor === 'start' ? at.x : at.anchor === 'end' ? at.x - total : at.x - total / 2;
}

/**
 * @param {Cell} cell
 * @param {View} view
 */
function cellWords(cell, view) {
  return cell.text < 0 || cell.empty ? text('server.empty-entry') : view.words(cell.text);
}

/** @param {Cell} cell */
function cellClass(cell) {
  return `cell ${hue(cell.term)} ${cell.committed ? 'committed' : 'open'}`
    + `${cell.membership ? ' membership' : ''}`;
}
