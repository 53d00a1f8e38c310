import { join } from 'node:path';
import { command } from './command.mjs';
import { make } from './make.mjs';
import { paths } from './paths.mjs';
import { run } from './run.mjs';

// `npm run bench`: every figure of the README, natively, in WebAssembly and in the browser.
await command(async () => {
  await make();
  const native = ['run', '--release', '--quiet', '--example', 'speed', '--features', 'sim'];
  console.log('\nNative');
  await run('cargo', [...native, '--package', 'raft-core']);
  const others = [
    ['WebAssembly in V8', 'engine'], ['Page in Chromium', 'page'],
    ['Search in a worker in Chromium', 'search'],
  ];
  for (const [title, file] of others) {
    console.log(`\n${title}`);
    await run(process.execPath, [join(paths.web, 'bench', `${file}.mjs`)]);
  }
});
