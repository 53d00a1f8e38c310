import { join } from 'node:path';
import { command } from './command.mjs';
import { make } from './make.mjs';
import { paths } from './paths.mjs';
import { serve } from './serve.mjs';

// `npm run picture`: makes the README's picture from the running page.
await command(async () => {
  await make();
  const { launch } = await import('../tests/driver.mjs');
  const [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
  const page = await browser.open(`${server.url}#replication`, { width: 1280, height: 800 });
  await page.waitFor(() => document.querySelector('#continue'));
  for (let caption = 2; caption <= 5; caption += 1) {
    await page.click('#continue');
    await page.waitFor((wanted) =>
      document.querySelector('#position')?.textContent?.startsWith(`${wanted} of`), caption);
  }
  // A moment later the entries are on their way.
  await page.click('#play');
  await new Promise((resolve) => setTimeout(resolve, 450));
  await page.click('#play');
  await page.picture(join(paths.web, 'picture.png'));
  await Promise.all([browser.close(), server.close()]);
});
