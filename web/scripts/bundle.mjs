import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressed } from './addressed.mjs';
import { asText } from './as-text.mjs';
import { pages } from './pages.mjs';
import { PARTS, parts, ruleScenarios, shared } from './parts.mjs';
import { paths } from './paths.mjs';
import { stripCustomSections } from './strip-custom-sections.mjs';
import { WASM, wasmSource } from './wasm-source.mjs';

/** @type {import('esbuild').BuildOptions} */
const OPTIONS = {
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  target: 'es2022',
  loader: { '.raft': 'text', '.jsonl': 'text' },
  legalComments: 'none',
  logLevel: 'silent',
};

/**
 * Makes `web/dist` from the modules in `web/pkg` and `web/pkg-search` and the page's sources:
 *
 * - `index.html`, `main.js`, `style.css` and `raft_wasm_bg.wasm`: the page, for any static server;
 * - `raft_wasm_search_bg.wasm` and a script for each of the parts: what it asks for when it is
 *   wanted;
 * - `raft-playground.html`: the page in a single file, for `file://`;
 * - `raft-playground.js`: the element in a single script, classic or module.
 */
export async function bundle() {
  const template = await readFile(paths.template, 'utf8');
  const modules = await wasmModules();
  const fetched = wasmSource('fetched', modules);
  const inlined = [wasmSource('inlined', modules), parts('inlined'), ruleScenarios()];
  const style = await built('style.css', { logLevel: 'warning' });
  const later = await fetchedParts(fetched);
  const [served, single, element] = await Promise.all([
    built('main.js', {
      format: 'esm',
      charset: 'utf8',
      plugins: [fetched, parts('fetched', later)],
      logLevel: 'warning',
    }),
    // The same sources once more: what is wrong with them has been said.
    built('main.js', { charset: 'utf8', plugins: inlined }),
    // In ASCII, since the page around an element need not be in UTF-8.
    built('element.js', { charset: 'ascii', plugins: inlined }),
  ]);
  const scripts = Object.entries(later).map(([name, script]) => [`${name}.js`, script]);
  await publish({
    'index.html': pages.served(template, {
      style: addressed('style.css', style),
      script: addressed('main.js', served),
      engine: addressed(WASM.engine, modules.engine),
    }),
    'main.js': served,
    'style.css': style,
    [WASM.engine]: modules.engine,
    ...Object.fromEntries(scripts),
    [WASM.search]: modules.search,
    'raft-playground.html': pages.single(template, { style, script: single }),
    'raft-playground.js': element,
  });
}

async function wasmModules() {
  const [engine, search] = await Promise.all([
    readFile(join(paths.engine, WASM.engine)), readFile(join(paths.search, WASM.search)),
  ]);
  return { engine: stripCustomSections(engine), search: stripCustomSections(search) };
}

/** The scripts that come when they are wanted, by the names of the parts they hold. */
async function fetchedParts(/** @type {import('esbuild').Plugin} */ wasm) {
  const made = Object.entries(PARTS).map(async ([name, begin]) => [name, await built(begin, {
    charset: 'utf8',
    globalName: `RaftPlayground.parts.${name}`,
    plugins: [wasm, shared(), ruleScenarios()],
    logLevel: 'warning',
  })]);
  return /** @type {Record<string, string>} */ (Object.fromEntries(await Promise.all(made)));
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
  const { charset } = options;
  const result = await build({
    ...OPTIONS,
    ...options,
    entryPoints: [entry],
    // What becomes text runs elsewhere, in a worker or a shadow tree, and brings all it needs.
    plugins: [...plugins, asText({ ...OPTIONS, charset })],
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
