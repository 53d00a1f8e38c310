import { watch } from 'node:fs';
import { bundle } from './bundle.mjs';
import { command } from './command.mjs';
import { make } from './make.mjs';
import { paths } from './paths.mjs';
import { say } from './say.mjs';
import { serve } from './serve.mjs';

// `npm start`: makes the page, serves it, and bundles it again when its sources change.
// PORT and HOST say where; without them, to this machine alone.
const { PORT, HOST } = process.env;

await command(async () => {
  await make();
  const { url } = await serve(paths.dist, { port: Number(PORT ?? 8080), host: HOST });
  const again = soon(() => command(() => say('Bundles the page again', bundle)));
  for (const folder of [paths.source, paths.stories, paths.scenarios]) watch(folder, { recursive: true }, again);
  watch(paths.web, (_, name) => name === 'index.html' && again());
  console.log(`\nThe playground is at ${url} until you press Ctrl+C.`);
});

/** Waits for quiet before it works, since an editor changes several files at a time. */
function soon(/** @type {() => Promise<void>} */ work) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, 100);
  };
}
