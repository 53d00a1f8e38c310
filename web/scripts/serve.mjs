import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.raft': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * Serves a folder over HTTP, to this machine alone unless told otherwise.
 *
 * @param {string} folder
 * @param {{ port?: number, host?: string }} [options] the port that is wanted: when another
 *   program has it, a free one is taken
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, host = '127.0.0.1' } = {}) {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => response.destroy());
  });
  await listen(server, port, host).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(server, 0, host);
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${host}:${address.port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, request, response) {
  const refuse = (/** @type {number} */ status, headers = {}) =>
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`${status}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(405, { allow: 'GET, HEAD' });
  }
  const file = fileOf(folder, request.url ?? '/');
  if (file === undefined) return refuse(404);
  const facts = await stat(file).catch(() => undefined);
  if (!facts?.isFile()) return refuse(404);
  const etag = `"${facts.mtimeMs.toString(36)}-${facts.size.toString(36)}"`;
  // The browser keeps files, but asks each time whether they are still the same.
  const headers = { etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
  if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end();
  response.writeHead(200, {
    ...headers,
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': facts.size,
  });
  if (request.method === 'HEAD') return response.end();
  await pipeline(createReadStream(file), response);
}

/** The file that an address means; never one outside of the folder. */
function fileOf(/** @type {string} */ folder, /** @type {string} */ address) {
  const path = decoded(address.split(/[?#]/, 1)[0]);
  if (path === undefined || path.includes('\0')) return undefined;
  const inside = normalize(join(folder, sep));
  const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
  return file.startsWith(inside) ? file : undefined;
}

function decoded(/** @type {string} */ path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(undefined);
    });
  });
}
