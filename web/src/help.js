/** The keys, listed. */
import { h } from './dom.js';
import { createSheet } from './sheet.js';
import { text } from './text.js';

/** @type {[string[], string][]} */
const KEYS = [
  [['Space'], 'keys.play'],
  [['Enter', '→'], 'keys.continue'],
  [['←'], 'keys.back'],
  [[',', '.'], 'keys.step'],
  [['Home', 'End'], 'keys.ends'],
  [['<', '>'], 'keys.speed'],
  [['Tab'], 'keys.tab'],
  [['Enter'], 'keys.menu'],
  [['?'], 'keys.help'],
  [['Esc'], 'keys.close'],
];

export function createHelp() {
  return createSheet({
    id: 'help',
    label: text('page.help'),
    title: text('keys.title'),
    content: [h('dl', { class: 'keys' }, ...KEYS.flatMap(([keys, code]) => [
      h('dt', {}, ...keys.map((key) => h('kbd', {}, key))), h('dd', {}, text(code)),
    ]))],
  });
}
