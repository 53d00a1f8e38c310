import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { browser } from './browser.mjs';
import { command } from './command.mjs';
import { make } from './make.mjs';
import { paths } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

// `npm test`: every test there is, Rust first, the browser's last.
await command(async () => {
  await make();
  await say('Tests the engine (cargo test)', () =>
    run('cargo', ['test', '--workspace', '--all-features']),
  );
  // Found once, here: each test file would look for it again.
  process.env.CHROME_PATH = await browser();
  const all = await readdir(paths.tests, { recursive: true });
  const files = all.filter((name) => name.endsWith('.test.mjs')).sort();
  console.log('• Tests the page (node --test)');
  // A test that fails may leave a server or a browser behind, and its file would never end.
  const options = ['--test', '--test-reporter=spec', '--test-timeout=120000'];
  await run(process.execPath, [...options, ...files.map((name) => join(paths.tests, name))]);
});
