/**
 * Turns shapes into SVG elements.
 *
 * An element lives as long as its key, so that what moves can be pressed and keeps the focus; only
 * attributes that have changed are written; elements of gone shapes are used again.
 */
/** @typedef {import('./scene/shape.js').Shape} Shape */
/** @typedef {import('./scene/shape.js').Keyed} Keyed */
/** @typedef {import('./scene/shape.js').Layer} Layer */

/**
 * @typedef {object} Painted  What was last written to an element.
 * @property {SVGElement} element
 * @property {string} tag
 * @property {Record<string, import('./scene/shape.js').Value>} attrs
 * @property {string | undefined} text
 * @property {Painted[]} children
 * @property {number} seen  The picture it was last part of.
 */

const SVG = 'http://www.w3.org/2000/svg';
const MOST_SPARE = 64;

/**
 * A painter for one drawing.
 * @param {SVGElement} svg
 * @param {Layer[]} names  Its layers, from the back to the front.
 * @returns {(shapes: Keyed[]) => void}
 */
export function painter(svg, names) {
  const layers = new Map(names.map((name) => {
    const group = make('g');
    group.setAttribute('class', `layer-${name}`);
    svg.append(group);
    return [name, group];
  }));
  /** @type {Map<string, {painted: Painted, kind: string}>} */
  const known = new Map();
  /** @type {Map<string, Painted[]>} */
  const spare = new Map();
  let picture = 0;

  /**
   * @param {Keyed} shape
   * @returns {Painted}
   */
  function take(shape) {
    const kind = `${shape.z} ${shape.tag}`;
    const painted = spare.get(kind)?.pop() ?? fresh(shape.tag);
    layers.get(shape.z)?.append(painted.element);
    return painted;
  }

  /**
   * @param {Painted} painted
   * @param {string} kind
   */
  function leave(painted, kind) {
    painted.element.remove();
    const pool = spare.get(kind) ?? [];
    if (pool.length < MOST_SPARE) pool.push(painted);
    spare.set(kind, pool);
  }

  return (shapes) => {
    picture += 1;
    for (const shape of shapes) {
      let entry = known.get(shape.key);
      if (entry && entry.kind !== `${shape.z} ${shape.tag}`) {
        leave(entry.painted, entry.kind);
        entry = undefined;
      }
      if (!entry) {
        entry = { painted: take(shape), kind: `${shape.z} ${shape.tag}` };
        known.set(shape.key, entry);
      }
      entry.painted.seen = picture;
      write(entry.painted, shape);
    }
    for (const [key, { painted, kind }] of known) {
      if (painted.seen === picture) continue;
      known.delete(key);
      leave(painted, kind);
    }
  };
}

/**
 * @param {string} tag
 * @returns {SVGElement}
 */
function make(tag) {
  return /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
}

/**
 * @param {string} tag
 * @returns {Painted}
 */
function fresh(tag) {
  return { element: make(tag), tag, attrs: {}, text: undefined, children: [], seen: 0 };
}

/**
 * @param {Painted} painted
 * @param {Shape} shape
 */
function write(painted, { attrs, text, children = [] }) {
  const { element } = painted;
  for (const name in attrs) {
    if (attrs[name] === painted.attrs[name]) continue;
    if (attrs[name] === undefined) element.removeAttribute(name);
    else element.setAttribute(name, String(attrs[name]));
  }
  for (const name in painted.attrs) {
    if (!(name in attrs)) element.removeAttribute(name);
  }
  painted.attrs = attrs;
  if (text !== undefined || painted.text !== undefined) {
    if (text !== painted.text) element.textContent = text ?? '';
    painted.text = text;
  }
  for (const [i, child] of children.entries()) {
    let inner = painted.children[i];
    if (!inner || inner.tag !== child.tag) {
      const next = fresh(child.tag);
      if (inner) inner.element.replaceWith(next.element);
      else element.append(next.element);
      painted.children[i] = next;
      inner = next;
    }
    write(inner, child);
  }
  while (painted.children.length > children.length) painted.children.pop()?.element.remove();
}
