/** The sheet for sharing: a link to this moment, and code that embeds it. */
import { h, say } from './dom.js';
import { embedCode } from './embed-code.js';
import { LONG, fragmentOf } from './share.js';
import { createSheet } from './sheet.js';
import { text } from './text.js';

/**
 * @param {object} options
 * @param {() => import('./engine.js').Run} options.run  The run, at the moment that is shown.
 * @param {() => string} options.title  The run's title.
 * @param {() => void} options.onOpen
 * @param {(fragment: string) => string} options.address  The page's address with a fragment.
 * @param {(fragment: string) => void} options.onShared
 */
export function createShareSheet({ run, title, onOpen, address, onShared }) {
  const note = h('p', { class: 'sheet-note' }, text('share.note'));
  const long = h('p', { class: 'sheet-note warning', hidden: true });
  let fragment = '';
  const link = field('share-link', text('share.link'), () => onShared(fragment));
  const embed = field('share-embed', text('share.embed'), () => {});

  async function fill() {
    fragment = await fragmentOf(run());
    const url = address(fragment);
    link.input.value = url;
    embed.input.value = embedCode(url, title() || text('share.embed.title'));
    long.hidden = url.length <= LONG;
    say(long, text('share.long', { length: url.length }));
  }

  return createSheet({
    id: 'share',
    label: text('page.share'),
    title: text('share.title'),
    content: [link.element, embed.element, note, long],
    onOpen: () => {
      onOpen();
      link.reset();
      embed.reset();
      void fill();
    },
  });
}

/**
 * A field to copy from. Where the clipboard is out of reach, its text is selected.
 * @param {string} id
 * @param {string} label
 * @param {() => void} onCopied
 */
function field(id, label, onCopied) {
  const input = h('input', {
    id, class: 'copy-text', readonly: true, value: '', onfocus: () => input.select(),
  });
  const button = h('button', { type: 'button', class: 'pill small', onclick: copy });
  async function copy() {
    try {
      await navigator.clipboard.writeText(input.value);
      say(button, text('share.copied'));
    } catch {
      input.select();
      say(button, text('share.select'));
    }
    onCopied();
  }
  const reset = () => say(button, text('share.copy'));
  reset();
  return {
    input,
    reset,
    element: h('div', { class: 'copy' }, h('label', { for: id }, label), input, button),
  };
}
