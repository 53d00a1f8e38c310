/** What is different in run B: chosen from a list, or written into its script. */
import { h } from '../dom.js';
import { changeScript, mistakes, rules } from '../engine.js';
import { createScriptEditor } from '../script-editor.js';
import { text } from '../text.js';

/** Lines that people like to compare with; each is one of the script language. */
const LINES = {
  features: ['set prevote on', 'set prevote off', 'set checkquorum on', 'set checkquorum off',
    'set noop on', 'set noop off', 'set sessions on', 'set sessions off', 'set reads log',
    'set reads confirmed', 'set reads lease', 'preset paper', 'preset production'],
  settings: ['set latency 30..40ms', 'set loss 5%', 'set election 300..600ms',
    'set heartbeat 100ms', 'set sync 10..20ms', 'seed 2'],
};

/**
 * @param {object} options
 * @param {() => import('../engine.js').Run} options.run
 * @param {(script: string, fromStart: boolean) => void} options.onCompare  With B's script.
 * @param {() => void} options.onStop
 */
export function createComparePanel({ run, onCompare, onStop }) {
  const select = h('select', {
    id: 'compare-change', class: 'choice', onchange: choose,
  });
  const stop = h('button', {
    type: 'button', class: 'pill small', id: 'stop-comparing', onclick: onStop,
  }, text('compare.stop'));
  const editor = createScriptEditor({ check: mistakes, onRun: onCompare, name: 'compare' });
  const [hint, ...rest] = editor.content;
  rest.at(-1)?.append(stop);
  const content = [
    hint,
    h('p', { class: 'field' }, h('label', { for: 'compare-change' }, text('compare.change')), select),
    ...rest,
  ];

  function choose() {
    if (select.value === '') return;
    editor.open(changeScript(run().script(), select.value));
    onCompare(changeScript(run().script(), select.value), false);
  }

  /** The list: rules that are in force can be waived, those that are waived can be kept. */
  function list() {
    /** @type {import('../../pkg/raft_wasm.js').Rule[]} */
    const known = rules(run().script());
    const { value } = select;
    /** @param {(rule: import('../../pkg/raft_wasm.js').Rule) => boolean} about */
    const ruled = (about) => known.filter(about).map(({ name, waived }) => option(
      `${waived ? 'with' : 'without'} ${name}`));
    select.replaceChildren(
      h('option', { value: '' }, text('compare.choose')),
      group('compare.features', LINES.features.map(option)),
      group('compare.settings', LINES.settings.map(option)),
      group('compare.waived', ruled(({ waived }) => waived)),
      group('compare.safety', ruled(({ safety, waived }) => safety && !waived)),
      group('compare.progress', ruled(({ safety, waived }) => !safety && !waived)),
    );
    // What was chosen stays chosen for as long as it is compared with.
    select.value = run().beside ? value : '';
  }

  return {
    title: text('compare.title'),
    pauses: true,
    content,
    open() {
      list();
      stop.hidden = !run().beside;
      editor.open(run().beside?.script() ?? run().script());
    },
    focus: () => select.focus({ preventScroll: true }),
    destroy: editor.destroy,
  };
}

/** @param {string} line */
function option(line) {
  return h('option', { value: line }, line);
}

/**
 * @param {string} code
 * @param {HTMLElement[]} options
 */
function group(code, options) {
  return h('optgroup', { label: text(code), hidden: options.length === 0 }, ...options);
}
