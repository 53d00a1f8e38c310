/**
 * The settings of the run: which system and which network they are of, every number with its
 * source, and what does not fit together. A choice becomes lines of the script.
 */
import { h, say } from '../dom.js';
import { choices } from '../engine.js';
import { settings as words } from '../locales/en-settings.js';
import { lengthName } from '../names.js';
import { addWords, text } from '../text.js';
import { LINKS, sourceOf } from './sources.js';

/** @typedef {import('../engine.js').Settings} Settings */
/** @typedef {import('../engine.js').Run} Run */

const OWN = ['paper', 'production'];

addWords(words);

/**
 * @param {object} options
 * @param {() => Run} options.run
 * @param {(script: string) => void} options.onRun  Runs a script from its start.
 * @returns {import('../side.js').Page}
 */
export function createSettings({ run, onRun }) {
  const form = createForm((preset, network) => onRun(run().withPreset(preset, network)));
  return {
    title: text('page.settings.title'),
    content: [h('div', { class: 'settings' }, ...form.content)],
    open: () => form.show(run().settings()),
    focus: form.focus,
  };
}

/** @param {(preset: string, network: string) => void} onChoose */
function createForm(onChoose) {
  const choose = () => onChoose(preset.value, network.value);
  const { presets, networks } = choices();
  const grouped = (/** @type {string} */ kind) => h('optgroup', {
    label: text(`settings.group.${kind}`),
  }, ...presets.filter((name) => kindOf(name) === kind).map((name) => option('preset', name)));
  const preset = h('select', {
    id: 'preset', class: 'choice', onchange: choose, 'aria-describedby': 'about-preset',
  }, grouped('own'), grouped('systems'), grouped('mistakes'));
  const network = h('select', { id: 'network', class: 'choice', onchange: choose },
    h('option', { value: '' }, text('settings.network.none')),
    ...networks.map((name) => option('network', name)));
  const about = h('p', { class: 'hint', id: 'about-preset' });
  const fit = h('div', { class: 'fit', role: 'status' });
  const numbers = h('div', { class: 'numbers' });
  return {
    content: [
      h('p', { class: 'hint' }, text('settings.hint')),
      h('div', { class: 'choices' },
        h('label', { for: 'preset' }, text('settings.preset')), preset,
        h('label', { for: 'network' }, text('settings.network')), network),
      about,
      h('section', {}, h('h3', {}, text('settings.fits')), fit),
      h('section', {}, h('h3', {}, text('settings.numbers')), numbers),
    ],
    /** @param {Settings | null} settings */
    show(settings) {
      if (!settings) return;
      preset.value = settings.preset;
      network.value = settings.network;
      say(about, text(`about.${settings.preset}`));
      fit.replaceChildren(...fits(settings));
      numbers.replaceChildren(...rows(settings));
    },
    // On a phone the panel is below: this brings it into sight.
    focus: () => preset.focus(),
  };
}

/**
 * Which group a preset stands in.
 * @param {string} name
 */
function kindOf(name) {
  if (OWN.includes(name)) return 'own';
  return name.startsWith('mistake-') ? 'mistakes' : 'systems';
}

/**
 * @param {string} kind
 * @param {string} name
 */
function option(kind, name) {
  return h('option', { value: name }, text(`${kind}.${name}`));
}

/**
 * The hints, and the two times that they are measured by.
 * @param {Settings} settings
 */
function fits({ roundTrip, votes, hints }) {
  const times = h('dl', { class: 'facts' },
    h('dt', {}, text('settings.round-trip')), h('dd', {}, lengthName(roundTrip)),
    h('dt', {}, text('settings.votes')), h('dd', {}, lengthName(votes)));
  if (hints.length === 0) return [h('p', { class: 'fine' }, text('settings.fine')), times];
  return [h('ul', { class: 'hints' }, ...hints.map((hint) => hintItem(hint))), times];
}

/** @param {import('./read.js').Hint} hint */
function hintItem({ code, source, grave, found, bound }) {
  const facts = { found: lengthName(found), bound: lengthName(bound) };
  return h('li', { class: grave ? 'grave' : 'advice', 'data-hint': code },
    h('b', {}, text(grave ? 'settings.hint.grave' : 'settings.hint.advice')),
    ` ${text(`hint.${code}`, facts)} `,
    sourceElement({ code: source, link: LINKS[source] }));
}

/**
 * Every number: what it is, as the script writes it, and where it comes from.
 * @param {Settings} settings
 */
function rows(settings) {
  const { betweenZones, knobs, network } = settings;
  const zones = [['1', '2'], ['1', '3'], ['2', '3']];
  const source = { code: network, link: LINKS[network] };
  return [
    ...betweenZones.map((value, pair) => row(
      text('settings.between', { one: zones[pair][0], other: zones[pair][1] }), value, source,
      `between-${pair}`)),
    ...knobs.map((knob) => row(
      text(`setting.${knob.name}`), knob.value, sourceOf(knob, settings), knob.name)),
  ];
}

/**
 * @param {string} label
 * @param {string} value
 * @param {{code?: string, file?: string, link?: string}} source
 * @param {string} name
 */
function row(label, value, source, name) {
  return h('div', { class: 'number', 'data-setting': name },
    h('span', { class: 'number-name' }, label),
    h('code', {}, value),
    sourceElement(source));
}

/** @param {{code?: string, file?: string, link?: string}} source */
function sourceElement({ code, file, link }) {
  const words = file ?? text(`source.${code}`);
  if (!link) return h('span', { class: 'source' }, words);
  return h('a', { class: 'source', href: link, target: '_blank', rel: 'noopener' }, words);
}
