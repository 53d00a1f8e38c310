/** The rules, group by group: what each says, what breaks without it, and a switch. */
import { h, put, say } from '../dom.js';
import { text } from '../text.js';
import { PROGRESS, SAFETY, bugOf } from './catalog.js';

/** @typedef {import('./catalog.js').Bug} Bug */

/**
 * @param {object} options
 * @param {(rule: string) => string} options.section  Where the rule is in the paper or the thesis.
 * @param {(rule: string, isWaived: boolean) => void} options.onSwitch
 * @param {(rule: string) => void} options.onShow
 * @param {(rule: string) => number} options.known  Steps of the shortest run that is known to break
 *   something without a rule; 0: none is.
 * @param {(rule: string) => void} options.onPlay  To see that run.
 */
export function createList({ section, onSwitch, onShow, known, onPlay }) {
  /** @type {Map<string, {item: HTMLElement, toggle: HTMLInputElement}>} */
  const items = new Map();
  /** @type {{rules: string[], count: HTMLElement, details: HTMLDetailsElement}[]} */
  const groups = [];

  /**
   * @param {string} rule
   * @param {Bug[]} bugs
   */
  function item(rule, bugs) {
    const title = text(`rule.${rule}`);
    const toggle = h('input', {
      type: 'checkbox', role: 'switch', class: 'switch', id: `rule-${rule}`,
      onchange: () => onSwitch(rule, !toggle.checked),
    });
    const where = h('span', { class: 'section' }, section(rule));
    const show = h('button', {
      type: 'button', class: 'pill small', 'data-show': rule, onclick: () => onShow(rule),
      'aria-label': text('rules.show.label', { rule: title }),
    }, text('rules.show'));
    const steps = known(rule);
    const play = h('button', {
      type: 'button', class: 'quietly', 'data-play': rule, onclick: () => onPlay(rule),
      'aria-label': text('rules.known.label', { steps, rule: title }),
    }, text('rules.known', { steps }));
    const seen = bugs.map(bugOf).map(({ name, address }) => h('a', {
      href: address, target: '_blank', rel: 'noopener',
    }, name));
    const harm = text('rules.without', { harm: text(`rule.${rule}.harm`) });
    const element = h('li', { class: 'rule' },
      h('div', { class: 'rule-head' },
        h('label', { class: 'rule-name' }, toggle, h('span', {}, title)), where),
      h('p', {}, text(`rule.${rule}.says`)),
      h('p', { class: 'hint' }, harm),
      h('div', { class: 'rule-foot' }, show, ...(steps > 0 ? [play] : [])),
      ...(seen.length === 0 ? []
        : [h('p', { class: 'hint bugs' }, `${text('rules.bugs')} `, ...listed(seen))]));
    items.set(rule, { item: element, toggle });
    return element;
  }

  /** @param {import('./catalog.js').Group} group */
  function folded({ group, rules }) {
    const count = h('span', { class: 'hint' });
    const details = h('details', { class: 'rules', name: 'rules', 'data-group': group },
      h('summary', {}, h('span', {}, text(`group.${group}`)), count),
      h('ul', {}, ...Object.entries(rules).map(([rule, bugs]) => item(rule, bugs))));
    groups.push({ rules: Object.keys(rules), count, details });
    return details;
  }

  const element = h('div', { class: 'rule-list' },
    h('h3', {}, text('rules.safety')), ...SAFETY.map(folded),
    h('h3', {}, text('rules.progress')), ...PROGRESS.map(folded));

  return {
    element,
    /**
     * Shows which rules are waived.
     * @param {string[]} waived
     */
    refresh(waived) {
      for (const [rule, { item: shown, toggle }] of items) {
        toggle.checked = !waived.includes(rule);
        put(shown, 'data-waived', !toggle.checked);
      }
      for (const { rules, count } of groups) {
        const out = rules.filter((rule) => waived.includes(rule)).length;
        const facts = { count: rules.length, waived: out };
        say(count, text(out > 0 ? 'rules.count.waived' : 'rules.count', facts));
        put(count, 'data-waived', out > 0);
      }
    },
    /**
     * Opens the first group that has a waived rule; else the first of all.
     * @param {string[]} waived
     */
    unfold(waived) {
      const first = groups.find(({ rules }) => rules.some((rule) => waived.includes(rule)));
      (first ?? groups[0]).details.open = true;
    },
  };
}

/**
 * With commas between.
 * @param {HTMLElement[]} elements
 */
function listed(elements) {
  return elements.flatMap((element, n) => (n === 0 ? [element] : [', ', element]));
}
