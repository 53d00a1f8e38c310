import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { scenarios } from '../../scripts/scenarios.mjs';
import { readFrame } from '../../src/frame.js';
import { rules as words } from '../../src/locales/en-rules.js';
import { english } from '../../src/locales/en.js';
import { PROGRESS, SAFETY, bugOf, isAboutSafety } from '../../src/rules/catalog.js';
import { headOf, storyOf } from '../../src/rules/scenario.js';
import { waivedIn, withRule } from '../../src/rules/waiving.js';
import { addWords, demandWords, hasText } from '../../src/text.js';
import { ENOUGH_MS, Player } from '../engine.mjs';

const ofThePage = Object.keys(english);
before(() => {
  addWords(words);
  demandWords(true);
});
after(() => demandWords(false));

const files = await scenarios();
const listed = [...SAFETY, ...PROGRESS].flatMap(({ rules }) => Object.keys(rules));

test('every rule of the core is in the panel, once, where it belongs', async () => {
  const source = await readFile(join(paths.root, 'raft-core/src/raft/rule.rs'), 'utf8');
  const names = [...source.matchAll(/Rule::(\w+) => "([a-z-]+)"/g)];
  assert.ok(names.length > 50);
  assert.deepEqual(listed.toSorted(), names.map(([, , name]) => name).toSorted());
  const [, last] = /self <= Rule::(\w+)/.exec(source) ?? [];
  const border = names.findIndex(([, variant]) => variant === last);
  for (const [n, [, , name]] of names.entries()) {
    assert.equal(isAboutSafety(name), n <= border, name);
    assert.equal(headOf(files[name]).isProperty, n <= border, name);
  }
});

test('every rule says what it is, what breaks without it, and where that is written', () => {
  for (const rule of listed) {
    assert.ok(hasText(`rule.${rule}`), rule);
    assert.match(words[`rule.${rule}.says`], /^[A-Z].*\.$/, rule);
    assert.match(words[`rule.${rule}.harm`], /^[a-z].*\.$/, rule);
    const { section, harm, isProperty } = headOf(files[rule]);
    assert.match(section, /^(§|Figure|Thesis)/, rule);
    if (isProperty) assert.ok(hasText(`finding.${harm}`), harm);
  }
  for (const { group } of [...SAFETY, ...PROGRESS]) assert.ok(hasText(`group.${group}`), group);
  const sentences = words['rules.intro'].match(/[.:](\s|$)/g) ?? [];
  assert.ok(sentences.length <= 3, words['rules.intro']);
});

test('the words of the panel are whole, and none takes the place of another', () => {
  for (const [code, template] of Object.entries(words)) {
    assert.equal(template.split('{').length, template.split('}').length, code);
    assert.equal(template.trim(), template, code);
    assert.ok(!ofThePage.includes(code), `${code} is a word of the page`);
  }
});

test('a bug has a name and an address', () => {
  const bugs = [...SAFETY, ...PROGRESS].flatMap(({ rules }) => Object.values(rules).flat());
  assert.ok(bugs.length > 50);
  for (const { name, address } of bugs.map(bugOf)) {
    assert.ok(name.length > 3 && name.length < 40, name);
    const { protocol, pathname } = new URL(address);
    assert.equal(protocol, 'https:');
    assert.ok(pathname.length > 5, address);
  }
  assert.deepEqual(bugOf('etcd-io/etcd#741'), {
    name: 'etcd #741', address: 'https://github.com/etcd-io/etcd/issues/741',
  });
  assert.equal(bugOf('hashicorp/raft@441bd09').name, 'hashicorp/raft 441bd09');
});

const SCRIPT = `# What this is for.
raft 1
title "Two"
servers 3   # three
seed 4
  without persist-vote  # and why

at 0ms timeout S2
at 10ms say "without majority-quorum"
`;

test('a rule is waived in the text and put back, and nothing else changes', () => {
  assert.deepEqual(waivedIn(SCRIPT), ['persist-vote']);
  const waived = withRule(SCRIPT, 'majority-quorum', true);
  assert.deepEqual(waivedIn(waived), ['persist-vote', 'majority-quorum']);
  assert.equal(withRule(waived, 'majority-quorum', true), waived, 'once is enough');
  assert.equal(withRule(waived, 'majority-quorum', false), SCRIPT);
  assert.deepEqual(waivedIn(withRule(SCRIPT, 'persist-vote', false)), []);
  new Player(waived).free();
  const bare = withRule('raft 1', 'one-vote-per-term', true);
  assert.equal(bare, 'raft 1\nwithout one-vote-per-term');
  new Player(bare).free();
});

test('lines of another system are lines too', () => {
  const script = 'raft 1\r\nservers 3\r\nwithout persist-vote\r\nat 0ms timeout S1\r\n';
  assert.deepEqual(waivedIn(script), ['persist-vote']);
  assert.ok(!withRule(script, 'persist-vote', false).includes('without'));
  new Player(withRule(script, 'one-vote-per-term', true)).free();
});

/** What a script comes to: whether all captions are said, and what the judges found. */
function played(/** @type {string} */ script) {
  const player = new Player(script);
  const { captions, title } = player.story();
  player.seek(60e6, ENOUGH_MS);
  const said = readFrame(player.frame()).caption;
  const found = player.findings().map(
    (/** @type {{ property: string }} */ { property }) => property);
  player.free();
  return { title, captions: captions.length, said, found };
}

for (const rule of listed) {
  test(`the story of ${rule} shows what its scenario shows`, () => {
    const facts = { rule, title: `No "${rule}"`, first: 'It is so.', last: 'Else it is not.' };
    const story = storyOf(files[rule], facts);
    const { harm, isProperty } = headOf(files[rule]);
    const shown = played(story);
    assert.equal(shown.title, facts.title);
    assert.ok(shown.captions >= 2, story);
    assert.equal(shown.said, shown.captions, `every caption is said:\n${story}`);
    assert.equal(shown.found.includes(harm), isProperty, shown.found.join());
    const [, body] = files[rule].split(/^(?=raft 1$)/m);
    const comments = body.split('\n').filter((line) => line.startsWith('#'));
    for (const comment of comments) {
      const quoted = comment.slice(2).replace(/["\\]/g, '\\$&');
      assert.ok(story.includes(quoted), `${comment} is a caption`);
    }
    assert.deepEqual(played(withRule(story, rule, false)).found, [], 'in force it holds');
  });
}

const lines = await readFile(join(paths.source, 'rules/gallery.jsonl'), 'utf8');
const gallery = lines.trim().split('\n').map((line) => JSON.parse(line));

test('the gallery has one run for each rule that keeps Raft safe', () => {
  const rules = gallery.map((/** @type {{ rule: string }} */ { rule }) => rule);
  assert.deepEqual(rules.toSorted(), listed.filter(isAboutSafety).toSorted());
});

for (const { rule, property, length, script } of gallery) {
  test(`the shortest known run without ${rule} breaks what it says, in so many steps`, () => {
    assert.deepEqual(waivedIn(script), [rule]);
    const { found, captions, said } = played(script);
    assert.ok(found.includes(property), found.join());
    assert.equal(said, captions);
    const steps = script.split('\n').filter(
      (/** @type {string} */ line) => /^at \S+ (?!say |drop )/.test(line));
    assert.equal(steps.length, length);
    assert.deepEqual(played(withRule(script, rule, false)).found, [], 'with the rule it holds');
  });
}
