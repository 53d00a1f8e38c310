import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressed } from './addressed.mjs';
import { asText } from './as-text.mjs';
import { pages } from './pages.mjs';
import { paths } from './paths.mjs';
import { SETTINGS, settingsSource } from './settings-source.mjs';
import { stripCustomSections } from './strip-custom-sections.mjs';
import { wasmSource } from './wasm-source.mjs';

const ENGINE = 'raft_wasm_bg.wasm';

/** @type {import('esbuild').BuildOptions} */
const OPTIONS = {
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  target: 'es2022',
  loader: { '.raft': 'text' },
  legalComments: 'none',
  logLevel: 'silent',
};

/**
 * Makes `web/dist` from the engine in `web/pkg` and the page's sources:
 *
 * - `index.html`, `main.js`, `style.css` and `raft_wasm_bg.wasm`: the page, for any static server,
 *   and `settings.js`, which it loads when the settings are opened;
 * - `raft-playground.html`: the page in a single file, for `file://`;
 * - `raft-playground.js`: the element in a single script, classic or module.
 */
export async function bundle() {
  const template = await readFile(paths.template, 'utf8');
  const wasm = stripCustomSections(await readFile(join(paths.engine, ENGINE)));
  const inlined = [wasmSource('inlined', wasm), settingsSource('inlined', '')];
  const settings = await built('settings/data.js', { format: 'esm', charset: 'utf8' });
  const [style, fetched, single, element] = await Promise.all([
    built('style.css', { logLevel: 'warning' }),
    built('main.js', {
      format: 'esm',
      charset: 'utf8',
      plugins: [wasmSource('fetched', wasm), settingsSource('fetched', settings)],
      logLevel: 'warning',
    }),
    // The same sources once more: what is wrong with them has been said.
    built('main.js', { charset: 'utf8', plugins: inlined }),
    // In ASCII, since the page around an element need not be in UTF-8.
    built('element.js', { charset: 'ascii', plugins: inlined }),
  ]);
  await publish({
    'index.html': pages.served(template, {
      style: addressed('style.css', style),
      script: addressed('main.js', fetched),
      engine: addressed(ENGINE, wasm),
    }),
    'main.js': fetched,
    'style.css': style,
    [ENGINE]: wasm,
    [SETTINGS]: settings,
    'raft-playground.html': pages.single(template, { style, script: single }),
    'raft-playground.js': element,
  });
}

/** One file of `web/src` and all that it imports, as text. */
async function built(
  /** @type {string} */ name,
  /** @type {import('esbuild').BuildOptions} */ { plugins = [], ...options },
) {
  // Loaded here: this file is also read before the packages are installed.
  const { build } = await import('esbuild');
  const entry = join(paths.source, name);
  if (!existsSync(entry)) return '';
  const result = await build({
    ...OPTIONS,
    ...options,
    entryPoints: [entry],
    plugins: [...plugins, asText({ ...OPTIONS, ...options, format: 'iife', plugins })],
  });
  return /** @type {import('esbuild').OutputFile[]} */ (result.outputFiles)[0].text;
}

/** Writes the files over the last build's, so that a server never misses one for long. */
async function publish(/** @type {Record<string, string | Uint8Array>} */ files) {
  await mkdir(paths.dist, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(paths.dist, name), content);
  }
  const stale = (await readdir(paths.dist)).filter((name) => !(name in files));
  for (const name of stale) await rm(join(paths.dist, name), { recursive: true });
}
