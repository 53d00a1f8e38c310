/**
 * The clients' calls over time, beside the stage: what was asked, what came back and when, and
 * what the judges say to it. A press leads to the moment of a call or of its return.
 */
import { h, put, say } from './dom.js';
import { calls as words } from './locales/en-calls.js';
import { LANE, lanesOf } from './lanes.js';
import { placeName, timeName } from './names.js';
import { painter } from './paint.js';
import { callKey, laneShapes } from './scene/lanes.js';
import { addWords, text } from './text.js';
import { brokenText } from './told.js';

/** @typedef {import('./lanes.js').Call} Call */
/** @typedef {import('./engine.js').Run} Run */
/** @typedef {import('../pkg/raft_wasm.js').Finding} Finding */

addWords(words);

/** Of each client so many calls before the playhead and after it are drawn. */
const BEFORE = 20;
const AFTER = 10;

/**
 * @param {object} options
 * @param {() => Run} options.run
 * @param {(at: number) => void} options.onSeek  Simulated µs.
 * @param {(finding: Finding) => void} options.onFinding
 * @returns {import('./side.js').Page}
 */
export function createCallsPanel({ run: shown, onSeek, onFinding }) {
  const verdict = h('p', { class: 'verdict', id: 'verdict' });
  const open = h('button', {
    type: 'button', class: 'pill small', hidden: true, onclick: () => found && onFinding(found),
  }, text('finding.open'));
  const proof = createLanes('calls.proof', choose, false);
  const proven = h('section', { hidden: true }, h('h3', {}, text('calls.proof')), proof.element);
  const all = createLanes('calls.all', choose, true);
  const detail = h('p', { class: 'call-detail' });
  const left = h('p', { class: 'hint' });
  const key = h('p', { class: 'hint' }, text('calls.hint'));
  /** @type {Finding | undefined} */
  let found;
  let now = 0;

  /**
   * @param {Call} call
   * @param {'call' | 'return' | 'either'} end
   */
  function choose(call, end) {
    say(detail, callName(call));
    const back = call.returnedAt ?? call.calledAt;
    const toReturn = end === 'return' || (end === 'either' && now === call.calledAt);
    onSeek(toReturn ? back : call.calledAt);
  }

  function draw() {
    const run = shown();
    ({ now } = run.frame);
    const findings = run.frame.findings > 0 ? run.findings() : [];
    found = findings.find(({ calls }) => calls.length > 0) ?? findings.find(isOfClients);
    const clients = run.calls(BEFORE, AFTER);
    const count = clients.reduce((sum, one) => (
      sum + one.before + one.calls.filter(({ calledAt }) => calledAt <= now).length), 0);
    say(verdict, found ? brokenText(found)
      : text(count === 0 ? 'calls.none' : 'calls.fine', { count }));
    verdict.classList.toggle('warning', found !== undefined);
    open.hidden = found === undefined;
    const named = (found?.calls ?? []).flatMap(([client, call]) => run.call(client, call) ?? []);
    const looks = { named: new Set(named.map(callKey)), illegal: lastOf(named), chained: false };
    proven.hidden = named.length === 0;
    if (named.length > 0) proof.draw(byClient(named), now, { ...looks, chained: true });
    all.element.hidden = clients.length === 0;
    all.draw(clients, now, looks);
    const hidden = clients.reduce((sum, { before, after }) => sum + before + after, 0);
    left.hidden = hidden === 0;
    say(left, text('calls.left-out', { count: hidden }));
    key.hidden = count === 0;
  }

  return {
    title: text('calls.title'),
    content: [verdict, open, proven, all.element, detail, left, key],
    open: draw,
    follow: draw,
    forget() {
      say(detail, '');
    },
  };
}

/**
 * One drawing of lanes, with the clients' names beside it.
 * @param {string} label
 * @param {(call: Call, end: 'call' | 'return' | 'either') => void} onChoose
 * @param {boolean} follows  Whether it rolls with the playhead.
 */
function createLanes(label, onChoose, follows) {
  const names = h('div', { class: 'lane-names', 'aria-hidden': 'true' });
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'drawing lanes');
  const roll = h('div', { class: 'lanes-roll' });
  roll.append(svg);
  const element = h('div', {
    class: 'lanes-box', role: 'group', 'aria-label': text(label),
  }, names, roll);
  const paint = painter(svg, ['links', 'discs']);
  /** @type {import('./lanes.js').Bar[]} */
  let bars = [];
  let focused = '';
  let shownAt = -1;

  svg.addEventListener('click', (event) => {
    const bar = barOf(event.target);
    if (!bar) return;
    const { x } = svg.getBoundingClientRect();
    const middle = (bar.from + bar.to) / 2;
    onChoose(bar.call, event.detail === 0 ? 'either'
      : event.clientX - x < middle ? 'call' : 'return');
  });
  svg.addEventListener('keydown', (event) => {
    const bar = barOf(event.target);
    if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
    const isPress = event.key === 'Enter' || event.key === ' ';
    const next = isPress ? bar : nextBar(bar, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (isPress) onChoose(bar.call, 'either');
    else focus(next);
  });

  /** @param {EventTarget | null} target */
  function barOf(target) {
    const key = target instanceof Element
      ? target.closest('[data-call]')?.getAttribute('data-call') : '';
    return bars.find(({ call }) => callKey(call) === key);
  }

  /**
   * Left and right through all calls, up and down to the nearest of another client.
   * @param {import('./lanes.js').Bar} bar
   * @param {string} key
   */
  function nextBar(bar, key) {
    const at = bars.indexOf(bar);
    if (key === 'ArrowLeft') return bars[at - 1];
    if (key === 'ArrowRight') return bars[at + 1];
    if (key === 'Home') return bars[0];
    if (key === 'End') return bars.at(-1);
    const lane = bar.lane + ({ ArrowUp: -1, ArrowDown: 1 }[key] ?? NaN);
    const away = (/** @type {import('./lanes.js').Bar} */ one) => Math.abs(one.from - bar.from);
    return bars.filter((one) => one.lane === lane).sort((a, b) => away(a) - away(b))[0];
  }

  /** @param {import('./lanes.js').Bar} bar */
  function focus(bar) {
    const element = (/** @type {string} */ key) => (
      /** @type {SVGElement | null} */ (svg.querySelector(`[data-call="${key}"]`)));
    const before = element(focused);
    if (before) put(before, 'tabindex', -1);
    focused = callKey(bar.call);
    const now = element(focused);
    if (now) put(now, 'tabindex', 0);
    now?.focus({ preventScroll: true });
    show(bar.from, bar.to);
  }

  /**
   * Rolls so far that a stretch is seen.
   * @param {number} from
   * @param {number} to
   */
  function show(from, to) {
    const { scrollLeft, clientWidth } = roll;
    if (from - 12 < scrollLeft || to + 12 > scrollLeft + clientWidth) {
      roll.scrollLeft = Math.max(0, Math.min(from - 12, to - clientWidth * 0.75));
    }
  }

  return {
    element,
    /**
     * @param {import('./lanes.js').Client[]} clients
     * @param {number} now
     * @param {{named: Set<string>, illegal: string, chained: boolean}} looks
     */
    draw(clients, now, looks) {
      const lanes = lanesOf(clients, now, callWords);
      ({ bars } = lanes);
      if (!bars.some(({ call }) => callKey(call) === focused)) {
        focused = bars.length > 0 ? callKey((bars.findLast((bar) => !bar.later) ?? bars[0]).call)
          : '';
      }
      svg.setAttribute('width', String(lanes.width));
      svg.setAttribute('height', String(lanes.height));
      paint(laneShapes(lanes, { ...looks, name: callName, focused }));
      names.replaceChildren(...clients.map(({ id }) => {
        const name = h('span', {}, placeName(-id));
        name.style.height = `${LANE}px`;
        return name;
      }));
      if (follows && now !== shownAt) show(lanes.now, lanes.now);
      shownAt = now;
    },
  };
}

/** @param {Finding} finding */
function isOfClients({ property }) {
  return ['acknowledged-writes', 'linearizable-reads', 'exactly-once', 'linearizability']
    .includes(property);
}

/**
 * The calls of each client, clients in order.
 * @param {Call[]} calls
 */
function byClient(calls) {
  const ids = [...new Set(calls.map(({ client }) => client))].sort((a, b) => a - b);
  return ids.map((id) => ({ id, calls: calls.filter(({ client }) => client === id) }));
}

/**
 * The call that ended last: with its answer the others cannot be.
 * @param {Call[]} calls
 */
function lastOf(calls) {
  const ended = calls.filter(({ returnedAt, outcome }) => (
    returnedAt !== null && outcome !== 'unknown'));
  const last = ended.sort((a, b) => (a.returnedAt ?? 0) - (b.returnedAt ?? 0)).at(-1);
  return last ? callKey(last) : '';
}

/** A call and its result, as short as a bar needs it. @param {Call} call */
export function callWords({ operation, outcome, value, command }) {
  const none = value === null ? '.none' : '';
  // The answer to a put only repeats it, and nothing is left of what was deleted.
  const bare = outcome === 'done' && /^(put|delete)/.test(command) ? 'plain' : outcome;
  const code = bare === 'done' || bare === 'kept' ? `${bare}${none}` : bare;
  return text(`call.${code}`, { operation, value: value ?? '' });
}

/** All of a call in words. @param {Call} call */
function callName(call) {
  const { client, command, calledAt, returnedAt, outcome, value, answeredBy } = call;
  const asked = call.asked.map(placeName).join(', ');
  const facts = { value: value ?? text('details.none'), server: placeName(answeredBy),
    time: timeName(returnedAt ?? calledAt) };
  return text('call.name', {
    client: placeName(-client), command, time: timeName(calledAt), asked,
    ended: text(`call.ended.${outcome}`, facts),
  });
}
