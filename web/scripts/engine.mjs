import { homedir } from 'node:os';
import { join } from 'node:path';
import { paths } from './paths.mjs';
import { run } from './run.mjs';

/** Compiles the engine to WebAssembly, with its glue, into `web/pkg`. */
export async function engine() {
  await compiled('raft-wasm', paths.engine);
}

/** Compiles the search into `web/pkg-search`: a first visit does without it. */
export async function search() {
  await compiled('raft-wasm/search', paths.search);
}

async function compiled(/** @type {string} */ crate, /** @type {string} */ folder) {
  await run(
    'wasm-pack',
    ['--log-level', 'warn', 'build', crate, '--target', 'web', '--out-dir', folder]
      .concat(['--release', '--no-pack', '--mode', 'no-install']),
    { env: { CARGO_ENCODED_RUSTFLAGS: withoutPaths() } },
  );
}

/** Panics name source files: what is published shall not name the folders of who built it. */
function withoutPaths() {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  return [`--remap-path-prefix=${cargo}=cargo`, `--remap-path-prefix=${paths.root}=.`].join('\x1f');
}
