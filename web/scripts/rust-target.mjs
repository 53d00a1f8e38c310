import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { say } from './say.mjs';

/**
 * Makes sure that Rust can build for a platform.
 *
 * @param {string} target
 */
export async function rustTarget(target) {
  const library = await run('rustc', ['--print', 'target-libdir', '--target', target], {
    capture: true,
  }).catch(() => {
    throw new Error('Rust is missing: install it from https://rustup.rs and try again.');
  });
  if (existsSync(library.trim())) return;
  await say(`Adds ${target} to Rust (rustup target add)`, () =>
    run('rustup', ['target', 'add', target]),
  );
}
