import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { paths } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

/**
 * Makes sure that wasm-pack and wasm-bindgen are there, in the versions this project needs.
 *
 * What the system has is used; what it lacks goes to `target/tools`, ignored by git and gone with
 * `cargo clean`. Left to itself wasm-pack would build wasm-bindgen optimised, and without its
 * lock file: four minutes instead of one.
 */
export async function tools() {
  process.env.PATH = [join(paths.tools, 'bin'), process.env.PATH].join(delimiter);
  await tool('wasm-pack', 'wasm-pack', '0.15.1', []);
  // The tool must be of the version of the library, so that is where the number is read.
  await tool('wasm-bindgen', 'wasm-bindgen-cli', await locked('wasm-bindgen'), [
    '--no-default-features',
  ]);
}

/**
 * @param {string} program
 * @param {string} crate
 * @param {string} version
 * @param {string[]} options
 */
async function tool(program, crate, version, options) {
  const present = await run(program, ['--version'], { capture: true }).catch(() => '');
  if (present.trim() === `${program} ${version}`) return;
  const args = ['install', crate, '--version', version, '--locked', '--debug', ...options];
  // A terminal gets Cargo's progress bar; a log does not get two hundred lines.
  const quiet = process.stderr.isTTY ? [] : ['--quiet'];
  await say(`Builds ${crate} ${version}, once, into target/tools (about a minute)`, () =>
    run('cargo', [...args, ...quiet, '--root', paths.tools], {
      env: { CARGO_PROFILE_DEV_DEBUG: '0' },
    }),
  );
}

/** The version of a crate in `Cargo.lock`. */
async function locked(/** @type {string} */ crate) {
  const lock = await readFile(join(paths.root, 'Cargo.lock'), 'utf8');
  const version = lock.match(new RegExp(`name = "${crate}"\\r?\\nversion = "(.+?)"`))?.[1];
  if (!version) throw new Error(`Cargo.lock does not name ${crate}`);
  return version;
}
