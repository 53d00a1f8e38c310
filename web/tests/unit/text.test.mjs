import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { english } from '../../src/locales/en.js';
import { demandWords, hasText, text } from '../../src/text.js';

before(() => demandWords(true));
after(() => demandWords(false));

/**
 * What the engine's sources say, so that no code of it stays without words.
 * @param {string} file
 * @param {RegExp} pattern  With the code as its first group.
 */
async function codesIn(file, pattern) {
  const source = await readFile(join(paths.root, 'raft-core', 'src', file), 'utf8');
  const codes = [...source.matchAll(pattern)].map((match) => match[1]);
  assert.ok(codes.length > 2, `${file} has codes`);
  return codes;
}

test('puts facts in, and chooses words by number', () => {
  assert.equal(text('timeline.times', { speed: 2 }), '2×');
  assert.equal(text('script.errors', { count: 1 }), '1 mistake');
  assert.equal(text('script.errors', { count: 2 }), '2 mistakes');
});

test('a missing code or fact is an error in tests, and something general in production', () => {
  assert.throws(() => text('told.no-such-code'), /no words/);
  assert.throws(() => text('timeline.times'), /needs the fact speed/);
  demandWords(false);
  assert.equal(text('told.no-such-code'), english['told.other']);
  assert.equal(text('nothing'), english.other);
  assert.equal(text('timeline.times'), '…×');
  demandWords(true);
});

test('whatever the engine tells has words here', async () => {
  const table = await codesIn('timeline/english.rs', /^\s+\(?"([a-z-]+)",/gm);
  for (const code of table) assert.ok(hasText(`told.${code}`), code);
  for (const file of ['tell', 'reason', 'standing']) {
    const told = await codesIn(`timeline/${file}.rs`, /told!\(\s*"([a-z-]+)"/g);
    for (const code of told) assert.ok(table.includes(code), `${code} is in the English table`);
  }
  const refusals = await codesIn('timeline/reason.rs', /Refusal::[^=]*=> "([a-z-]+)"/g);
  for (const why of refusals) assert.ok(table.includes(`refusal-${why}`), why);
});

test('no sentence asks for a fact that is never told', async () => {
  const source = await readFile(join(paths.root, 'raft-core/src/timeline/english.rs'), 'utf8');
  for (const [, code, sentence] of source.matchAll(/\(\s*"([a-z-]+)",\s*"([^"]*)",?\s*\)/g)) {
    const known = new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    known.add('entries');
    const template = /** @type {Record<string, string>} */ (english)[`told.${code}`];
    for (const [, name] of template.matchAll(/\{([a-zA-Z_]+)/g)) {
      assert.ok(known.has(name), `told.${code} asks for ${name}`);
    }
  }
});

test('every kind of mark, property and broken link has words', async () => {
  const marks = await codesIn('timeline/mark.rs', /MarkKind::\w+ => "([a-z-]+)"/g);
  for (const kind of marks) assert.ok(hasText(`mark.${kind}`), kind);
  const properties = await codesIn('sim/script/fact.rs', /Property::\w+ => "([a-z-]+)"/g);
  for (const property of properties) assert.ok(hasText(`finding.${property}`), property);
  const links = await codesIn('timeline/link.rs', /=> "link-([a-z-]+)"/g);
  for (const code of links) assert.ok(hasText(`link.${code}`), code);
});

test('no template is broken', () => {
  for (const [code, template] of Object.entries(english)) {
    const open = template.split('{').length;
    assert.equal(open, template.split('}').length, code);
    assert.equal(template.trim(), template, code);
  }
});
