import * as data from './data.js';

/**
 * What the settings panel says and cites, from this very script.
 *
 * The single file's and the element's form of `settings-source`; the served page's is `fetched.js`.
 *
 * @returns {Promise<typeof import('./data.js')>}
 */
export async function settingsData() {
  return data;
}
