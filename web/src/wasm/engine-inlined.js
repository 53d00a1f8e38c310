import deflated from 'engine-deflated';
import { inlinedModule } from './inlined.js';

/**
 * The engine's module: the single file's and the element's form of `engine-source`.
 * @returns {Promise<WebAssembly.Module>}
 */
export const wasmModule = () => inlinedModule(deflated);
