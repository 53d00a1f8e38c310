import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { paths } from './paths.mjs';

/**
 * The scenario of each rule, by the rule's name, as the core's own tests play it.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function scenarios() {
  const files = (await readdir(paths.scenarios)).filter((name) => extname(name) === '.raft').sort();
  const texts = await Promise.all(
    files.map((name) => readFile(join(paths.scenarios, name), 'utf8')),
  );
  return Object.fromEntries(files.map((name, n) => [basename(name, '.raft'), texts[n]]));
}
