import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { paths } from './paths.mjs';

const PAGE = ['index.html', 'main.js', 'style.css', 'raft_wasm_bg.wasm'];

/**
 * What a first visit downloads: the bytes of each file of the page, compressed with brotli.
 *
 * @returns {Promise<Record<string, number>>}
 */
export async function sizes() {
  const files = await Promise.all(PAGE.map((name) => readFile(join(paths.dist, name))));
  return Object.fromEntries(files.map((file, n) => [PAGE[n], brotliCompressSync(file).length]));
}
