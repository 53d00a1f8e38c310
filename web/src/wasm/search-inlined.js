import deflated from 'search-deflated';
import { inlinedModule } from './inlined.js';

/**
 * The search's module: the single file's form of `search-source`.
 * @returns {Promise<WebAssembly.Module>}
 */
export const wasmModule = () => inlinedModule(deflated);
