import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { paths } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

/** Where installers put Chromium and Chrome that does not stand on the PATH. */
const USUAL = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].map(
    (folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
  ),
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The program of a Chromium or Chrome for the tests: the one CHROME_PATH names, else the
 * system's, else the one Playwright keeps. When none starts, one is installed.
 *
 * @returns {Promise<string>}
 */
export async function browser() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const ways = [fromPlaywright, fromDebian];
  for (;;) {
    const found = await present();
    if (found) return found;
    const install = ways.shift();
    if (!install) throw new Error(ADVICE);
    // Where one way is closed the next is tried; the advice comes when all are.
    await install().catch(() => {});
  }
}

const ADVICE = `The tests need Chromium or Chrome. Install one:
  Debian   apt-get install chromium
  Fedora   dnf install chromium
  macOS    brew install --cask google-chrome
  Windows  winget install Google.Chrome
or set CHROME_PATH to its program, and try again.`;

/** The first browser of this machine that starts: a stub or a missing library is only seen so. */
async function present() {
  const { chromium } = await import('playwright-core');
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const program of [...onPath, ...USUAL, chromium.executablePath()].filter(existsSync)) {
    const started = await chromium.launch({ executablePath: program }).catch(() => undefined);
    await started?.close();
    if (started) return program;
  }
  return undefined;
}

async function fromPlaywright() {
  const script = join(paths.packages, 'playwright-core', 'cli.js');
  await say('Installs Chromium for the tests (Playwright)', () =>
    run(process.execPath, [script, 'install', '--no-shell', 'chromium'], {
      env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000' },
      capture: true,
    }),
  );
}

async function fromDebian() {
  const isDebian = await readFile('/etc/debian_version').catch(() => undefined);
  if (!isDebian || process.getuid?.() !== 0) return;
  await say('Installs Chromium for the tests (apt-get)', async () => {
    await run('apt-get', ['update'], { capture: true });
    const install = ['install', '--yes', '--no-install-recommends', 'chromium'];
    await run('apt-get', install, { capture: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  });
}
