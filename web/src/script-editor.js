/**
 * The script of the run, to read and to change. Mistakes are shown where they are while one
 * writes: line, column, what is wrong and what to write instead.
 */
import { h, say } from './dom.js';
import { text } from './text.js';

/** @typedef {import('./engine.js').ScriptError} ScriptError */

const CHECK_AFTER_MS = 250;

/**
 * @param {object} options
 * @param {(script: string) => ScriptError[]} options.check
 * @param {(script: string, fromStart: boolean) => void} options.onRun
 * @param {string} [options.name]  What the words and the ids of this editor begin with.
 */
export function createScriptEditor({ check, onRun, name = 'script' }) {
  const area = h('textarea', {
    class: 'script', id: `${name}-text`, spellcheck: 'false', autocapitalize: 'off',
    autocomplete: 'off', wrap: 'off', 'aria-label': text(`${name}.label`),
    oninput: () => later(), onscroll: () => follow(), onkeydown: onKey,
  });
  const numbers = h('pre', { class: 'line-numbers', 'aria-hidden': 'true' });
  const verdict = h('p', { class: 'verdict', role: 'status' });
  const errors = h('ul', { class: 'mistakes' });
  const run = h('button', {
    type: 'button', class: 'pill small primary', id: `run-${name}`, onclick: () => start(false),
  }, text(`${name}.run`));
  const restart = h('button', {
    type: 'button', class: 'pill small', id: `restart-${name}`, onclick: () => start(true),
  }, text(`${name}.start`));
  const content = [
    h('p', { class: 'hint' }, text(`${name}.hint`)),
    h('div', { class: 'editor' }, numbers, area),
    verdict,
    errors,
    h('div', { class: 'buttons' }, run, restart),
  ];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function later() {
    number([]);
    clearTimeout(timer);
    timer = setTimeout(show, CHECK_AFTER_MS);
  }

  function show() {
    const found = check(area.value);
    say(verdict, found.length === 0 ? text('script.fine')
      : text('script.errors', { count: found.length }));
    verdict.classList.toggle('warning', found.length > 0);
    errors.replaceChildren(...found.map((error) => h('li', {}, h('button', {
      type: 'button', class: 'mistake', onclick: () => select(error),
    }, text('script.error', {
        line: error.line, column: error.column, message: mistakeText(error),
      })))));
    area.setAttribute('aria-invalid', String(found.length > 0));
    run.disabled = found.length > 0;
    restart.disabled = found.length > 0;
    number(found.map((error) => error.line));
    return found;
  }

  /** @param {boolean} fromStart */
  function start(fromStart) {
    clearTimeout(timer);
    const [first] = show();
    if (first) select(first);
    else onRun(area.value, fromStart);
  }

  /** @param {ScriptError} error */
  function select({ line, column, length }) {
    const before = area.value.split('\n').slice(0, line - 1).join('\n').length;
    const from = before + (line > 1 ? 1 : 0) + column - 1;
    area.focus();
    area.setSelectionRange(from, from + Math.max(1, length));
  }

  /**
   * Numbers the lines, and marks those with mistakes.
   * @param {number[]} wrong
   */
  function number(wrong) {
    const marked = new Set(wrong);
    const count = area.value.split('\n').length;
    numbers.replaceChildren(...Array.from({ length: count }, (_, i) => h('span', {
      class: marked.has(i + 1) ? 'wrong' : undefined,
    }, `${i + 1}\n`)));
    follow();
  }

  function follow() {
    numbers.scrollTop = area.scrollTop;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start(event.shiftKey);
  }

  return {
    content,
    /**
     * Shows a script, unless somebody is writing in it.
     * @param {string} script
     */
    open(script) {
      area.value = script;
      show();
    },
    focus: () => area.focus({ preventScroll: true }),
    destroy: () => clearTimeout(timer),
  };
}

/**
 * A mistake in words; where the page has none for its code, the engine's own.
 * @param {ScriptError} error
 */
export function mistakeText(error) {
  return error.message || text('script.other', error.facts);
}
