import { serve } from './serve.mjs';
import { command } from './command.mjs';
import { make } from './make.mjs';
import { paths } from './paths.mjs';
import { join } from 'node:path';

// `npm run picture`: makes the README's picture from the running page.
await command(async () => {
  await make();
  const { launch } = await import('../tests/driver.mjs');
  const [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
  const page = await browser.open(`${server.url}#partition`, { width: 1280, height: 800 });
  for (let caption = 1; caption < 10; caption += 1) {
    await page.press('ArrowRight');
    await page.waitFor(
      (wanted) => document.body.textContent?.includes(`${wanted} of 17`), caption);
  }
  // A moment later, entries are on their way.
  await page.press('Space');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await page.press('Space');
  await page.picture(join(paths.web, 'picture.png'));
  await Promise.all([browser.close(), server.close()]);
});
