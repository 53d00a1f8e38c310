import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const web = join(root, 'web');

/** Where things are, whatever folder the caller stands in. */
export const paths = {
  root,
  web,
  source: join(web, 'src'),
  stories: join(web, 'stories'),
  template: join(web, 'index.html'),
  tests: join(web, 'tests'),
  packages: join(web, 'node_modules'),
  /** What wasm-pack makes: the engine and its glue. */
  engine: join(web, 'pkg'),
  /** The same for the search, which is a module of its own. */
  search: join(web, 'pkg-search'),
  /** A scenario for each rule: tests of the core, and data of the page. */
  scenarios: join(root, 'raft-core', 'tests', 'rules'),
  /** What is published. */
  dist: join(web, 'dist'),
  /** The build tools that this machine did not have. */
  tools: join(root, 'target', 'tools'),
};
