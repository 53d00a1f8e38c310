import address from 'settings-address';

/**
 * What the settings panel says and cites, fetched from beside this script when it is first opened.
 *
 * The served page's form of `settings-source`; the single file's is `inlined.js`.
 *
 * @returns {Promise<typeof import('./data.js')>}
 */
export function settingsData() {
  return import(new URL(address, import.meta.url).href);
}
