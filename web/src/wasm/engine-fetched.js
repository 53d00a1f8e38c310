import address from 'engine-address';
import { fetchedModule } from './fetched.js';

/**
 * The engine's module: the served page's form of `engine-source`.
 * @returns {Promise<WebAssembly.Module>}
 */
export const wasmModule = () => fetchedModule(address);
