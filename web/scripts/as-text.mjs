import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const BUNDLED = new Set(['.js', '.css']);

/**
 * `import text from './worker.js?text'`: a file as text. Scripts (a worker that has to start from
 * a Blob) and style sheets (of a shadow root) are bundled and minified on the way.
 *
 * @param {import('esbuild').BuildOptions} options how they are bundled
 * @returns {import('esbuild').Plugin}
 */
export function asText(options) {
  return {
    name: 'as-text',
    setup({ onResolve, onLoad, esbuild }) {
      onResolve({ filter: /\?text$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\?text$/, '')),
        namespace: 'text',
      }));
      onLoad({ filter: /.*/, namespace: 'text' }, async ({ path }) => {
        if (!BUNDLED.has(extname(path))) {
          return { contents: await readFile(path, 'utf8'), loader: 'text', watchFiles: [path] };
        }
        const { outputFiles } = await esbuild.build({ ...options, entryPoints: [path] });
        return { contents: outputFiles?.[0].text, loader: 'text', watchFiles: [path] };
      });
    },
  };
}
