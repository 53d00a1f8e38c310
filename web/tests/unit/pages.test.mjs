import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pages } from '../../scripts/pages.mjs';

const TEMPLATE = `<head>
<link rel="stylesheet" href="style.css">
<script type="module" src="main.js"></script>
</head>
<body></body>`;

test('the served page names its parts, and fetches the engine at once', () => {
  const page = pages.served(TEMPLATE, { style: 's?1', script: 'm?2', engine: 'e?3' });
  assert.match(page, /<link rel="stylesheet" href="s\?1">/);
  assert.match(page, /<link rel="preload" href="e\?3" as="fetch" crossorigin>/);
  assert.match(page, /<script type="module" src="m\?2"><\/script>/);
});

test('the single file holds its script at its end, whatever the script says', () => {
  const script = 'f("</script>", "</SCRIPT>", `<!--`, "$&", "$1")';
  const page = pages.single(TEMPLATE, { style: 'a { content: "</style>" }', script });
  assert.equal(page.match(/<\/script/gi)?.length, 1);
  assert.equal(page.match(/<\/style/gi)?.length, 1);
  assert.ok(!page.includes('<!--'));
  assert.ok(page.endsWith('</script>\n</body>'));
  // The text is another, its meaning the same.
  const inside = page.slice(page.indexOf('<script>') + 8, page.indexOf('</script>'));
  const said = (/** @type {string} */ text) => Function('f', `return ${text}`)(Array.of);
  assert.deepEqual(said(inside), said(script));
});

test('a template without its tags is refused', () => {
  const parts = { style: '', script: '', engine: '' };
  assert.throws(() => pages.served('<body></body>', parts), /exactly one/);
  assert.throws(() => pages.single(TEMPLATE + TEMPLATE, parts), /exactly one/);
});
