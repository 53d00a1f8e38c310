/** The page: one player that fills it, and the address bar. */
import { stories } from '../stories/index.js';
import { createApp } from './app.js';
import { startEngine } from './engine.js';
import { parts } from './parts.js';
import { readFragment } from './share.js';
import { text } from './text.js';

const root = /** @type {HTMLElement} */ (document.getElementById('playground'));

/** The fragment, or for hosts that lose it the same text in the query. */
function fragment() {
  const query = new URLSearchParams(location.search);
  return location.hash.slice(1) || query.get('s') || '';
}

/** @param {string} value */
function addressOf(value) {
  const page = location.href.split('#')[0].split('?')[0];
  return `${page}#${value}`;
}

/**
 * Notes in the address what is open. In a sandbox or on a strict browser that fails, harmlessly.
 * @param {string} value
 * @param {'pushState' | 'replaceState'} how
 */
function note(value, how) {
  try {
    const page = location.href.split('#')[0];
    history[how](null, '', value === '' ? page : `${page}#${value}`);
  } catch {
    // The page goes on without.
  }
}

async function main() {
  const query = new URLSearchParams(location.search);
  const theme = query.get('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  try {
    await startEngine();
  } catch (error) {
    root.textContent = text('page.failed', { reason: String(error) });
    return;
  }
  const app = createApp(root, {
    stories,
    embed: query.has('embed'),
    autoplay: true,
    keys: document,
    address: addressOf,
    parts,
    onTitle: (title) => {
      document.title = title === '' ? text('page.name') : text('page.title', { title });
    },
    onStory: (id) => note(id, 'pushState'),
    onShared: (value) => note(value, 'replaceState'),
  });

  /** Opens what the address asks for; what cannot be opened is said, and nothing is lost. */
  async function follow() {
    const asked = await readFragment(fragment());
    const instead = app.isOpen ? text('link.kept') : text('link.default');
    app.notice.hide();
    try {
      if (asked.kind === 'link') return app.openLinked(asked.parts);
      if (asked.kind === 'story') {
        const index = stories.findIndex((story) => story.id === asked.id);
        if (index >= 0) return app.openStory(index);
        app.notice.show(`${text('link.unknown', { story: asked.id })} ${instead}`);
      }
      if (asked.kind === 'error') {
        const words = text(asked.code.replace('link-', 'link.'), { reason: asked.message });
        app.notice.show(`${words} ${instead}`);
      }
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      app.notice.show(`${text('link.script', { line: error[0].line, reason: error[0].message })} ${instead}`);
    }
    if (!app.isOpen || asked.kind === 'nothing') app.openStory(0);
    return undefined;
  }

  window.addEventListener('hashchange', () => void follow());
  await follow();
}

void main();
