import { join } from 'node:path';
import { browser } from '../scripts/browser.mjs';
import { command } from '../scripts/command.mjs';
import { make } from '../scripts/make.mjs';
import { paths } from '../scripts/paths.mjs';
import { run } from '../scripts/run.mjs';

// `npm run bench`: how fast everything is; natively, in WebAssembly, in a browser.
await command(async () => {
  await make();
  console.log('\n• The engine, natively');
  await run('cargo', ['run', '-q', '--release', '--example', 'speed', '--features', 'sim']);
  console.log('\n• The engine in WebAssembly, in Node');
  await run(process.execPath, [join(paths.web, 'bench', 'engine.mjs')]);
  console.log('\n• The page in a browser');
  const env = { CHROME_PATH: await browser() };
  await run(process.execPath, [join(paths.web, 'bench', 'page.mjs')], { env });
});
