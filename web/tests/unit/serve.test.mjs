import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve.mjs';

/** @type {string} */
let parent;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'serve-'));
  const folder = join(parent, 'site');
  await mkdir(join(folder, 'a b'), { recursive: true });
  await mkdir(join(parent, 'site-secret'));
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await writeFile(join(parent, 'site-secret', 'secret.txt'), 'secret');
  await writeFile(join(folder, 'index.html'), '<p>home');
  await writeFile(join(folder, 'a b', 'x.js'), '1');
  await writeFile(join(folder, 'engine.wasm'), new Uint8Array([0, 97, 115, 109]));
  server = await serve(folder);
});

after(async () => {
  await server.close();
  await rm(parent, { recursive: true });
});

/** Asks for a path as it stands: `fetch` would tidy it up first. */
function ask(/** @type {string} */ path, method = 'GET', headers = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (text) => (body += text));
      const { statusCode: status, headers } = response;
      response.on('end', () => resolve({ status, headers, body }));
    });
    asked.on('error', reject).end();
  });
}

test('a folder is its index.html', async () => {
  const { status, headers, body } = await ask('/');
  assert.deepEqual([status, body], [200, '<p>home']);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
});

test('a module streams: WebAssembly has its media type', async () => {
  const { headers } = await ask('/engine.wasm?1234abcd');
  assert.equal(headers['content-type'], 'application/wasm');
  assert.equal(headers['content-length'], '4');
});

test('names may hold characters that addresses write as numbers', async () => {
  assert.equal((await ask('/a%20b/x.js')).body, '1');
});

test('nothing outside of the folder is served', async () => {
  const ways = ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/a b/../../secret.txt']
    .concat(['/..%5csecret.txt', '/../site-secret/secret.txt', '/%2e%2e%2fsite-secret/secret.txt'])
    .map((path) => path.replaceAll(' ', '%20'));
  for (const path of ways) assert.equal((await ask(path)).status, 404, path);
});

test('what is no file, and what is no address, is not found', async () => {
  for (const path of ['/missing', '/a%20b', '/a%20b/', '/%', '/%00', '/index.html/']) {
    assert.equal((await ask(path)).status, 404, path);
  }
});

test('a file that has not changed is not sent again', async () => {
  const { headers } = await ask('/');
  const again = await ask('/', 'GET', { 'if-none-match': headers.etag });
  assert.deepEqual([again.status, again.body], [304, '']);
});

test('files can be looked at, not changed', async () => {
  assert.deepEqual([(await ask('/', 'HEAD')).status, (await ask('/', 'HEAD')).body], [200, '']);
  assert.equal((await ask('/', 'PUT')).status, 405);
});

test('a port that another program has is left to it', async () => {
  const port = Number(new URL(server.url).port);
  const second = await serve(parent, { port });
  assert.notEqual(new URL(second.url).port, String(port));
  assert.equal(await (await fetch(`${second.url}secret.txt`)).text(), 'secret');
  await second.close();
});
