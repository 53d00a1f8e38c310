/** The panel of rules, as far as a first visit brings it: what is in it comes when it is opened. */
import { h } from './dom.js';
import { anySeed } from './engine.js';
import { text } from './text.js';

/**
 * @param {object} options
 * @param {() => Promise<typeof import('./rules/part.js')>} options.load
 * @param {() => string} options.script  The run's.
 * @param {(script: string) => void} options.onChange  The same run with other rules.
 * @param {(script: string) => void} options.onOpen  Another run, from its beginning.
 * @returns {import('./side.js').Page}
 */
export function createRulesPanel({ load, ...options }) {
  const element = h('div', { class: 'panel-part' });
  /** @type {ReturnType<typeof import('./rules/part.js').createRules> | undefined} */
  let rules;

  return {
    title: text('page.rules'),
    content: [element],
    async open() {
      try {
        if (!rules) {
          element.replaceChildren(h('p', { class: 'hint' }, text('page.part')));
          const { createRules } = await load();
          rules ??= createRules({ anySeed, ...options });
          element.replaceChildren(...rules.content);
        }
        rules.open();
      } catch (error) {
        const reason = text('page.part.failed', { reason: String(error) });
        element.replaceChildren(h('p', { class: 'warning' }, reason));
      }
      // On a phone it is below the stage, and out of sight.
      element.closest('.panel')?.scrollIntoView({ block: 'nearest' });
    },
    /** The run has another script. */
    refresh: () => rules?.refresh(),
    /** It is closed: what nobody sees does not go on. */
    close: () => rules?.stop(),
    destroy: () => rules?.destroy(),
  };
}
