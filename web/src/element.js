/**
 * `<raft-playground>`: a player for any page, in a shadow tree.
 *
 * What stands inside the element is shown until the player starts, and stays for those who read
 * without scripts. It starts when it comes into view; several may stand on one page.
 */
import calls from 'part:calls';
import { stories } from '../stories/index.js';
import { createApp } from './app.js';
import { startEngine } from './engine.js';
import { readFragment } from './share.js';
import { text } from './text.js';
import style from './style.css?text';

const NAME = 'raft-playground';

/** The attributes: `script`, `fragment` (of a link, or a story's name), `autoplay`, `theme`. */
class RaftPlayground extends HTMLElement {
  static observedAttributes = ['script', 'fragment', 'theme'];

  /** @type {ReturnType<typeof createApp> | undefined} */
  #app;
  /** @type {IntersectionObserver | undefined} */
  #observer;
  /** @type {HTMLElement | undefined} */
  #root;
  /** Set while what was asked for cannot be done yet. @type {(() => void)[]} */
  #later = [];

  connectedCallback() {
    this.#observer ??= new IntersectionObserver((entries) => {
      const visible = entries.some((entry) => entry.isIntersecting);
      if (visible && !this.#root) void this.#start();
      else if (!visible) this.#app?.pause();
    });
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
    this.#observer = undefined;
    // Moved elsewhere in the page it is connected again at once; removed it is not.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#app?.destroy();
      this.#app = undefined;
      this.#root = undefined;
    });
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#root) return;
    if (name === 'theme') this.#root.dataset.theme = now ?? '';
    else if (this.#app) void this.#open(this.#app);
  }

  /** Goes on. */
  play() {
    this.#do((app) => app.play());
  }

  /** Stands still. */
  pause() {
    this.#do((app) => app.pause());
  }

  /**
   * Goes to a moment of the run.
   * @param {number} seconds  Simulated.
   */
  seek(seconds) {
    this.#do((app) => app.seek(seconds * 1e6));
  }

  /** @param {(app: ReturnType<typeof createApp>) => void} work */
  #do(work) {
    if (this.#app) work(this.#app);
    else this.#later.push(() => this.#app && work(this.#app));
  }

  async #start() {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const root = document.createElement('div');
    root.className = 'playground';
    root.id = 'playground';
    root.dataset.theme = this.getAttribute('theme') ?? '';
    this.#root = root;
    const slot = document.createElement('slot');
    shadow.replaceChildren(slot);
    dress(shadow);
    try {
      await startEngine();
    } catch (error) {
      slot.after(text('page.failed', { reason: String(error) }));
      return;
    }
    if (this.#root !== root) return;
    shadow.replaceChildren(root);
    this.#app = createApp(root, {
      stories,
      embed: true,
      autoplay: this.hasAttribute('autoplay'),
      keys: root,
      parts: { calls },
      address: (fragment) => `${location.href.split('#')[0]}#${fragment}`,
      onEvent: (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail })),
    });
    await this.#open(this.#app);
    for (const work of this.#later.splice(0)) work();
  }

  /** @param {ReturnType<typeof createApp>} app */
  async #open(app) {
    const script = this.getAttribute('script');
    try {
      if (script) return void app.openScript(script);
      const asked = await readFragment((this.getAttribute('fragment') ?? '').replace(/^#/, ''));
      if (asked.kind === 'link') return app.openLinked(asked.parts);
      const index = asked.kind === 'story'
        ? stories.findIndex((story) => story.id === asked.id) : 0;
      app.openStory(Math.max(0, index));
      if (asked.kind === 'error') {
        app.notice.show(text(asked.code.replace('link-', 'link.'), { reason: asked.message }));
      } else if (index < 0 && asked.kind === 'story') {
        app.notice.show(text('link.unknown', { story: asked.id }));
      }
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      const [{ message, line, column }] = error;
      if (!app.isOpen) app.openStory(0);
      app.notice.show(text('script.error', { line, column, message }));
    }
    return undefined;
  }
}

/** @param {ShadowRoot} shadow */
function dress(shadow) {
  if ('adoptedStyleSheets' in shadow) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
    return;
  }
  const element = document.createElement('style');
  element.textContent = style;
  /** @type {ShadowRoot} */ (shadow).append(element);
}

if (!customElements.get(NAME)) customElements.define(NAME, RaftPlayground);
