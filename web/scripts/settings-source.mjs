import { join } from 'node:path';
import { addressed } from './addressed.mjs';
import { paths } from './paths.mjs';

/** The file of what only the settings panel needs, as it is published. */
export const SETTINGS = 'settings.js';

/**
 * Two ways to the settings' words and sources under one name:
 * `import { settingsData } from 'settings-source'`.
 *
 * - `fetched`: a script beside the page's, loaded when the panel is first opened.
 * - `inlined`: a part of the script.
 *
 * @param {'fetched' | 'inlined'} form
 * @param {string} script its content
 * @returns {import('esbuild').Plugin}
 */
export function settingsSource(form, script) {
  return {
    name: 'settings-source',
    setup({ onResolve, onLoad }) {
      const file = join(paths.source, 'settings', `${form}.js`);
      onResolve({ filter: /^settings-source$/ }, () => ({ path: file }));
      onResolve({ filter: /^settings-address$/ }, ({ path }) => ({ path, namespace: 'settings' }));
      onLoad({ filter: /.*/, namespace: 'settings' }, () => {
        return { contents: addressed(SETTINGS, script), loader: 'text' };
      });
    },
  };
}
