import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

/** Installs the JavaScript packages when they are older than the lock file. */
export async function packages() {
  const wanted = await modified(join(paths.web, 'package-lock.json'));
  const present = await modified(join(paths.packages, '.package-lock.json'));
  if (present >= wanted) return;
  const args = ['ci', '--prefix', paths.web, '--no-audit', '--no-fund'];
  await say('Installs the JavaScript packages (npm ci)', () => npm(args));
}

/** npm is a script. Under `npm start` it says where; else the system has to find it. */
function npm(/** @type {string[]} */ args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args]);
  return run('npm', args);
}

async function modified(/** @type {string} */ file) {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
