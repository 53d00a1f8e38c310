import address from 'search-address';
import { fetchedModule } from './fetched.js';

/**
 * The search's module: the served page's form of `search-source`.
 * @returns {Promise<WebAssembly.Module>}
 */
export const wasmModule = () => fetchedModule(address);
