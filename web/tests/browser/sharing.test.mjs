import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { run } from '../../scripts/run.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { fragmentAt, payloadOf, readLink, sealed, sealedScript, storyScript } from '../engine.mjs';
import { captionShown, choose, continueTo, drawn, painted, seen, sharedLink } from '../seen.mjs';

/** @typedef {import('../driver.mjs').Page} Page */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

const SHORT = `raft 1
servers 5
clients 2
seed 9
preset paper
at 0ms timeout S2
at 200ms put x 5 via C1
at 400ms crash S2
at 600ms put y 1 via C2`;

/** More lines than a link of 2,000 characters holds. */
const LONG = `${SHORT}\n${Array.from({ length: 120 }, (_, i) => (
  `at ${210 + 2 * i}ms put ${'abcdefgh'[i % 8]} ${i} via C${i % 2 + 1}`)).join('\n')}`;

const DIFFERENT = 'This run comes out differently than when the link was made.';

/** Until a link's moment is reached: the run stands and the stage is drawn. */
async function opened(/** @type {string} */ url) {
  const page = await browser.open(url);
  await drawn(page);
  const { at } = readLink(payloadOf(url));
  await page.waitFor((time) => document.querySelector('#time')?.textContent === time,
    `${(at / 1e6).toFixed(3)} s`);
  await painted(page);
  return page;
}

for (const [name, script] of Object.entries({ short: SHORT, long: LONG })) {
  test(`a ${name} link shows the same moment to everybody`, async () => {
    const page = await opened(`${server.url}#${fragmentAt(script, 500)}`);
    // What is shared is not only the script: a gesture and some time are in it too.
    await choose(page, 'server-3', 'Pause');
    await page.waitFor(() => Number.parseFloat(
      document.querySelector('#time')?.textContent ?? '') > 0.51);
    await page.click('#play');
    await painted(page);
    const link = await sharedLink(page);
    const original = await page.evaluate(seen);
    assert.match(link, /^http:[^ ]*#v1[tz]~[A-Za-z0-9\-._~]+$/);
    assert.equal(link.includes('#v1z~'), name === 'long');
    assert.match(payloadOf(link), /\nat 500ms pause S3|\nat 500000us pause S3/);
    await page.close();
    for (let time = 0; time < 2; time += 1) {
      const again = await opened(link);
      const copy = await again.evaluate(seen);
      assert.equal(copy.notice, '');
      assert.deepEqual(copy.servers, original.servers);
      assert.deepEqual(copy.messages, original.messages);
      assert.deepEqual(copy.clients, original.clients);
      // The last digit shown is rounded.
      const apart = Number.parseFloat(copy.time) - Number.parseFloat(original.time);
      assert.ok(Math.abs(apart) < 0.0015, `${copy.time} instead of ${original.time}`);
      assert.equal(payloadOf(await sharedLink(again)), payloadOf(link), 'shared on unchanged');
      assert.deepEqual(again.errors, []);
      await again.close();
    }
    // And to those who play it natively.
    const play = ['run', '-q', '--example', 'play', '--features', 'sim', '--', '--quiet', link];
    const printed = await run('cargo', play, { capture: true });
    assert.match(printed, new RegExp(`moment.*: checksum ${readLink(payloadOf(link)).checksum}`));
  });
}

test('a story is shared with its captions', async () => {
  const page = await browser.open(`${server.url}#replication`, { reducedMotion: true });
  await drawn(page);
  await continueTo(page, 'It sends the new entry');
  const link = await sharedLink(page);
  const original = await page.evaluate(seen);
  await page.close();
  const again = await opened(link);
  const copy = await again.evaluate(seen);
  assert.deepEqual([copy.caption, copy.position], [original.caption, original.position]);
  assert.deepEqual(copy.servers, original.servers);
  await again.close();
});

test('a run that comes out differently than its link says is shown, and said', async () => {
  const payload = payloadOf(fragmentAt(SHORT, 500));
  const { checksum } = readLink(payload);
  const other = checksum.startsWith('0') ? `1${checksum.slice(1)}` : `0${checksum.slice(1)}`;
  const page = await opened(`${server.url}#${sealed(payload.replace(checksum, other))}`);
  const shown = await page.evaluate(seen);
  assert.equal(shown.notice, DIFFERENT);
  assert.equal(shown.time, '0.500 s');
  assert.deepEqual(page.errors, []);
  await page.close();
});

const good = fragmentAt(SHORT, 500);

/** What is no link, and what the answer has to speak of. */
const WRONG = {
  'cut off': [good.slice(0, -20), /cut off/],
  'one letter changed': [good.replace('crash', 'crush'), /cut off|changed/],
  'a megabyte': [`v1t~${'a'.repeat(1e6)}~aaaaaa`, /longer/],
  'a megabyte that is deflated': [`v1z~${'a'.repeat(1e6)}~aaaaaa`, /longer/],
  'deflated nonsense': [sealed('').replace(/~.*~/, '~AAAA~'), /cut off/],
  'a bomb': [sealedScript('#'.repeat(20e6)), /longer/],
  'percent escapes that are no text': ['%ff%fe%c3%28', /not a link/],
  markup: ['<script>alert(1)</script>', /not a link/],
  'a script address': ['javascript:alert(1)', /not a link/],
  'another character set': ['v1t~1_2_3~\u0440\u0430\u0444\u0442~aaaaaa', /link/],
  'a later version': [good.replace('v1t', 'v9t'), /newer/],
  'no moment': [sealed('hello\nraft 1'), /moment/],
  'a billion servers': [sealedScript('raft 1\nservers 1000000000'), /mistake.*1 to 25/],
  'a flood of triggers': [
    sealedScript(`raft 1\n${'when leader elected: crash leader\n'.repeat(1_500)}`), /mistake/],
  'an unknown story': ['two-generals', /no story/],
};

/** A notice within two seconds, and a page that goes on. */
async function refuses(/** @type {Page} */ page, /** @type {RegExp} */ words) {
  await page.waitFor(() => document.querySelector('#notice:not([hidden]) p')?.textContent);
  assert.match((await page.evaluate(seen)).notice, words);
  assert.deepEqual(page.errors, []);
}

for (const [name, [fragment, words]] of
  /** @type {[string, [string, RegExp]][]} */ (Object.entries(WRONG))) {
  test(`not a link: ${name}`, async () => {
    const began = performance.now();
    const page = await browser.open(`${server.url}#${fragment}`);
    await refuses(page, words);
    const tookMs = performance.now() - began;
    // A bound against hanging; how fast it is depends on the machine.
    assert.ok(tookMs < 20_000, `said after ${tookMs.toFixed(0)} ms`);
    await captionShown(page, 1);
    await page.click('#continue');
    await captionShown(page, 2);
    await page.close();
  });
}

test('a wrong fragment in the address keeps the run that is open', async () => {
  const page = await opened(`${server.url}#${good}`);
  const { notice, ...before } = await page.evaluate(seen);
  assert.equal(notice, '');
  for (const [name, [fragment, words]] of
    /** @type {[string, [string, RegExp]][]} */ (Object.entries(WRONG))) {
    await page.evaluate((fragment) => {
      /** @type {HTMLElement} */ (document.querySelector('#notice button')).click();
      location.hash = fragment;
    }, fragment);
    await page.waitFor(() => document.querySelector('#notice:not([hidden]) p')?.textContent);
    await painted(page);
    const { notice: said, ...after } = await page.evaluate(seen);
    assert.match(said, words, name);
    assert.deepEqual(after, before, name);
  }
  await page.click('#play');
  await page.waitFor(() => document.querySelector('#time')?.textContent !== '0.500 s');
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('no fragment, and one that names a story, open a story', async () => {
  const page = await browser.open(server.url);
  await captionShown(page, 1);
  await page.evaluate(() => {
    location.hash = 'partition';
  });
  const title = /title "(.*)"/.exec(storyScript('partition'))?.[1];
  await page.waitFor((title) => document.querySelector('#caption')?.textContent === title
    || document.querySelectorAll('[data-key^="server-"]').length === 5, title);
  assert.equal((await page.evaluate(seen)).notice, '');
  await page.close();
});

test('the heaviest run that a script may ask for leaves the page answering', async () => {
  const heavy = `raft 1\nservers 25\nset heartbeat 1ms\nset election 2..3ms\nset latency 0.1ms
clients 9 rate 1000/s keys 26
${'when leader elected: crash leader\n'.repeat(100)}`;
  const fragment = sealed(`60000000 1000000 0 1 00000000\n${heavy}`);
  const page = await browser.open(`${server.url}#${fragment}`);
  await drawn(page);
  const longest = await page.evaluate(() => new Promise((resolve) => {
    let last = performance.now();
    let longest = 0;
    const until = last + 2_000;
    const tick = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (now > until) resolve(longest);
      else setTimeout(tick, 0);
    };
    tick();
  }));
  // Slices of 8 ms; a bound against freezing, wide enough for a machine that does other work too.
  assert.ok(Number(longest) < 1_500, `stood still for ${longest} ms`);
  await page.evaluate(() => {
    location.hash = 'election';
  });
  await captionShown(page, 1);
  assert.deepEqual(page.errors, []);
  await page.close();
});
