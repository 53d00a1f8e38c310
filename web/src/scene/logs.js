import { fit, short, textWidth } from '../geometry.js';
import { hue } from '../names.js';
import { text } from '../text.js';
import { shape } from './shape.js';

/** @typedef {import('../frame.js').Cell} Cell */
/** @typedef {import('../frame.js').Server} Server */
/** @typedef {import('../layout.js').Label} Label */
/** @typedef {import('../scene.js').View} View */
/** @typedef {import('./shape.js').Shape} Shape */

const GAP = 2;
const SMALL_CELL = 8;

/**
 * The end of a server's log as a strip of cells: the entry's term in colour, dashed and pale until
 * committed, a small mark until its disk holds it; before them how many are folded.
 * @param {Server} server
 * @param {Label} at
 * @param {View} view
 * @returns {Shape[]}
 */
export function logStrip(server, at, view) {
  if (server.cells.length === 0 && server.folded === 0) return [];
  return view.layout.detail === 'full' ? worded(server, at, view) : small(server, at, view);
}

/**
 * @param {Server} server
 * @param {Label} at
 * @param {View} view
 */
function worded(server, at, view) {
  const { sizes } = view.layout;
  const longest = at.anchor === 'middle' ? 58 : 76;
  const widths = server.cells.map((cell) => {
    const words = cellWords(cell, view);
    return Math.min(longest, Math.max(26, textWidth(words, sizes.cell) + 12));
  });
  const shown = howMany(widths, at.width, server.folded);
  const first = widths.length - shown;
  const folded = server.folded + first;
  const fold = foldWidth(folded);
  const total = widths.slice(first).reduce((sum, width) => sum + width + GAP, fold) - GAP;
  const top = at.top + sizes.nameRow + sizes.detailRow + 4;
  let x = startOf(at, total);
  /** @type {Shape[]} */
  const shapes = [];
  if (folded > 0) {
    shapes.push(shape('text', {
      class: 'folded', x: short(x), y: short(top + sizes.cellHeight * 0.67), 'font-size': 11,
    }, text('server.folded', { count: folded })));
  }
  x += fold;
  for (let i = first; i < widths.length; i += 1) {
    const box = { x, y: top, width: widths[i], height: sizes.cellHeight };
    shapes.push(wordedCell(server.cells[i], box, view));
    x += widths[i] + GAP;
  }
  return shapes;
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
      x: short(box.x), y: short(box.y), width: short(box.width), height: box.height, rx: 4,
    }),
    shape('text', {
      class: 'command',
      x: short(box.x + box.width / 2),
      y: short(box.y + box.height / 2 + size * 0.36),
      'font-size': size,
    }, words),
    ...(cell.synced ? [] : [shape('circle', {
      class: 'unsynced', cx: short(box.x + box.width - 3), cy: short(box.y + 3), r: 3,
    })]),
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
  const room = Math.floor((at.width + GAP) / (SMALL_CELL + GAP));
  const cells = server.cells.slice(-room);
  const total = cells.length * (SMALL_CELL + GAP) - GAP;
  const x = startOf(at, total);
  const y = short(at.top + sizes.nameRow + sizes.detailRow + 2);
  return cells.map((cell, i) => shape('g', { class: cellClass(cell) }, [
    shape('rect', {
      x: short(x + i * (SMALL_CELL + GAP)), y, width: SMALL_CELL, height: 11, rx: 2,
    }),
  ]));
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
  return `cell ${hue(cell.term)} ${cell.committed ? 'committed' : 'open'}`;
}
