import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

/** The page at an address comes up, stage and all, and nothing goes wrong on the way. */
async function comesUp(/** @type {string} */ url) {
  const page = await browser.open(url);
  await page.waitFor(() => {
    const element = document.querySelector('raft-playground');
    return (element?.shadowRoot ?? document).querySelector('svg circle');
  });
  assert.deepEqual(page.errors, []);
  await page.close();
}

test('the page comes up from a server', () => comesUp(server.url));

test('the page comes up from a single file', () =>
  comesUp(pathToFileURL(join(paths.dist, 'raft-playground.html')).href));

test('the page comes up from a server that does not know what WebAssembly is', async (test) => {
  const response = await fetch(new URL('raft_wasm_bg.wasm', server.url));
  const wasm = new Uint8Array(await response.arrayBuffer());
  const plain = createServer(async ({ url = '/' }, response) => {
    if (url.startsWith('/raft_wasm_bg.wasm')) return response.end(wasm);
    const file = await fetch(new URL(url, server.url));
    response.setHeader('content-type', file.headers.get('content-type') ?? '');
    response.end(await file.text());
  });
  test.after(() => plain.close());
  await new Promise((resolve) => plain.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (plain.address());
  await comesUp(`http://127.0.0.1:${port}/`);
});

test('the element comes up in a foreign page, from one script of another host', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  test.after(() => rm(folder, { recursive: true }));
  const script = `<script src="${server.url}raft-playground.js"></script>`;
  const icon = '<link rel="icon" href="data:,">';
  // Neither the page's character set nor its mode is ours to choose.
  const page = `<meta charset="windows-1252">${icon}<raft-playground></raft-playground>${script}`;
  await writeFile(join(folder, 'index.html'), page);
  const host = await serve(folder);
  test.after(() => host.close());
  await comesUp(host.url);
});
