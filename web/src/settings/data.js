/** What only the settings panel needs, as one part that is loaded with it. */
export { settings as words } from '../locales/en-settings.js';
export { LINKS, sourceOf } from './sources.js';
