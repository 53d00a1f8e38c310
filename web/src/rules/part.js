/**
 * The panel of rules, which comes when it is first opened: waive a rule, see what it is for, and
 * search for a run that breaks without it.
 */
import scenarios from 'rule-scenarios';
import known from './gallery.jsonl';
import { h } from '../dom.js';
import { rules as words } from '../locales/en-rules.js';
import { addWords, text } from '../text.js';
import { createFinder } from './finder.js';
import { createList } from './list.js';
import { headOf, storyOf } from './scenario.js';
import { waivedIn, withRule } from './waiving.js';
import style from '../style/rules.css?text';

addWords(words);
dress();

/**
 * The shortest run that is known to break something without a rule, for most rules: as
 * `cargo run --release --example gallery --features sim -- --json` prints them, one in a line.
 * @type {{rule: string, length: number, script: string}[]}
 */
const gallery = known.trim().split('\n').map((line) => JSON.parse(line));

/**
 * @param {object} options
 * @param {() => string} options.script  The run's.
 * @param {() => number} options.anySeed
 * @param {(script: string) => void} options.onChange  The same run with other rules.
 * @param {(script: string) => void} options.onOpen  Another run, from its beginning.
 * @returns {import('../side.js').Page}
 */
export function createRules({ script, anySeed, onChange, onOpen }) {
  const finder = createFinder({
    waived: () => waivedIn(script()),
    anySeed,
    onOpen,
    onRestore: () => onChange(waivedIn(script()).reduce(
      (changed, rule) => withRule(changed, rule, false), script())),
  });
  const shortest = (/** @type {string} */ rule) => gallery.find((one) => one.rule === rule);
  const list = createList({
    section: (rule) => headOf(scenarios[rule]).section,
    known: (rule) => shortest(rule)?.length ?? 0,
    onPlay: (rule) => onOpen(shortest(rule)?.script ?? ''),
    onSwitch: (rule, isWaived) => onChange(withRule(script(), rule, isWaived)),
    onShow: (rule) => onOpen(storyOf(scenarios[rule], {
      rule,
      title: text('rules.story', { rule: text(`rule.${rule}`) }),
      first: text(`rule.${rule}.says`),
      last: text('rules.without', { harm: text(`rule.${rule}.harm`) }),
    })),
  });
  const content = [h('p', { class: 'hint' }, text('rules.intro')), finder.element, list.element];

  function refresh() {
    finder.refresh();
    list.refresh(waivedIn(script()));
  }

  return {
    title: text('page.rules'),
    content,
    /** The panel is opened. */
    open() {
      refresh();
      list.unfold(waivedIn(script()));
    },
    /** The run has another script. */
    refresh,
    // What nobody sees does not go on.
    close: finder.stop,
    destroy: finder.destroy,
  };
}

/** Once, since a script runs once: by a way that policies against styles in the text let pass. */
function dress() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
