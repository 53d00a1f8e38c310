import { join, relative, sep } from 'node:path';
import { addressed } from './addressed.mjs';
import { paths } from './paths.mjs';
import { scenarios } from './scenarios.mjs';

/** What a first visit does without: the parts of the page, and where each begins. */
export const PARTS = {
  calls: 'calls-panel.js',
  compare: 'compare/panel.js',
  rules: 'rules/part.js',
  settings: 'settings/part.js',
};

/** What the page has already, and a part that comes later does not bring along. */
const SHARED = [
  'dom.js', 'engine.js', 'geometry.js', 'names.js', 'paint.js', 'scene/shape.js',
  'script-editor.js', 'text.js', 'told.js', 'wasm/fetched.js',
];

/**
 * Two ways to a part under one name: `import load from 'part:rules'`, a function that answers with
 * a promise of what the part exports.
 *
 * @param {'fetched' | 'inlined'} form `fetched`: a classic script beside this one. `inlined`: in
 *   the script already, and run when it is asked for.
 * @param {Record<string, string>} [contents] what is in the scripts that are fetched
 * @returns {import('esbuild').Plugin}
 */
export function parts(form, contents = {}) {
  const begins = /** @type {Record<string, string>} */ (PARTS);
  const load = {
    fetched: (/** @type {string} */ name) => {
      const from = JSON.stringify(join(paths.source, 'fetched-part.js'));
      const address = JSON.stringify(addressed(`${name}.js`, contents[name]));
      return `import { fetchedPart } from ${from};
        export default () => fetchedPart('${name}', ${address});`;
    },
    inlined: (/** @type {string} */ name) => {
      const from = JSON.stringify(join(paths.source, begins[name]));
      return `export default () => import(${from});`;
    },
  };
  return {
    name: 'parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^part:/ }, ({ path }) => ({ path: path.slice(5), namespace: 'part' }));
      onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
        contents: load[form](path), resolveDir: paths.source,
      }));
      onResolve({ filter: /^shared-modules$/ }, ({ path }) => ({ path, namespace: 'shared-all' }));
      onLoad({ filter: /.*/, namespace: 'shared-all' }, () => ({
        contents: SHARED.map((name, n) => `import * as m${n} from './${name}';`).join('\n')
          + `export default { ${SHARED.map((name, n) => `'${name}': m${n}`).join(', ')} };`,
        resolveDir: paths.source,
      }));
    },
  };
}

/**
 * Within the script of a part: what the page has already is taken from there.
 *
 * @returns {import('esbuild').Plugin}
 */
export function shared() {
  return {
    name: 'shared',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const file = relative(paths.source, join(resolveDir, path)).replaceAll(sep, '/');
        return SHARED.includes(file) ? { path: file, namespace: 'shared' } : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
        contents: `module.exports = globalThis.RaftPlayground.shared['${path}'];`,
      }));
    },
  };
}

/**
 * `import scenarios from 'rule-scenarios'`: the scenario of each rule, as text.
 *
 * @returns {import('esbuild').Plugin}
 */
export function ruleScenarios() {
  return {
    name: 'rule-scenarios',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^rule-scenarios$/ }, ({ path }) => ({ path, namespace: 'scenarios' }));
      onLoad({ filter: /.*/, namespace: 'scenarios' }, async () => ({
        contents: JSON.stringify(await scenarios()), loader: 'json',
      }));
    },
  };
}
