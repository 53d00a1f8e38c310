import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../scripts/paths.mjs';
import { serve } from '../../scripts/serve.mjs';
import { launch } from '../driver.mjs';
import { ENOUGH_MS, Player, STORIES, payloadOf, storyScript } from '../engine.mjs';
import { captionShown, drawn, middle, painted, seen, sharedLink } from '../seen.mjs';

/** @typedef {import('../seen.mjs').Seen} Seen */

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve(paths.dist)]);
});

after(() => Promise.all([browser.close(), server.close()]));

/** What has to be seen while a caption stands there, by how the caption begins. */
const FACTS = {
  election: {
    'Three servers want': (/** @type {Seen} */ s) => parts(s) === 'follower follower follower',
    'S2 has waited': (/** @type {Seen} */ s) => parts(s) === 'follower candidate follower',
    'Two of three votes are': (/** @type {Seen} */ s) => crowned(s) === 'S2 in 1',
    'S2 has crashed': (/** @type {Seen} */ s) => parts(s) === 'follower crashed follower',
    'Two candidates in term 2': (/** @type {Seen} */ s) => (
      parts(s) === 'candidate crashed candidate' && s.servers[0].term === 2),
    'One vote each': (/** @type {Seen} */ s) => crowned(s) === '',
    'S2 is back': (/** @type {Seen} */ s) => parts(s).includes(' follower ')
      && s.servers[1].term === 1,
    'The first heartbeat tells': (/** @type {Seen} */ s) => s.servers[1].term === 3,
  },
  replication: {
    'S1 leads': (/** @type {Seen} */ s) => crowned(s) === 'S1 in 1',
    'The leader adds': (/** @type {Seen} */ s) => logs(s) === 'x=5?||' && values(s) === '||',
    'The leader and one follower': (/** @type {Seen} */ s) => (
      s.servers[0].cells[0].committed && values(s).startsWith('5|')),
    'Now all three': (/** @type {Seen} */ s) => values(s) === '5|5|5',
    'S3 is down': (/** @type {Seen} */ s) => (
      parts(s).endsWith('crashed') && values(s).startsWith('7|')),
    'Same commands': (/** @type {Seen} */ s) => values(s) === '7|7|7',
  },
  partition: {
    'Five servers, S2 leads': (/** @type {Seen} */ s) => values(s) === '5|5|5|5|5',
    'Now the network splits': (/** @type {Seen} */ s) => cuts(s) === 6,
    'Two leaders at once': (/** @type {Seen} */ s) => /^S2 in 1, S\d in 2$/.test(crowned(s)),
    'Three of five hold': (/** @type {Seen} */ s) => values(s).split('|')[3] === '8',
    'The network heals': (/** @type {Seen} */ s) => cuts(s) === 0,
    'All five logs': (/** @type {Seen} */ s) => new Set(logs(s).split('|')).size === 1,
  },
  snapshots: {
    'S1 leads': (/** @type {Seen} */ s) => values(s) === '7|7|7',
    'S3 has gone down': (/** @type {Seen} */ s) => (
      parts(s).endsWith('crashed') && s.servers[0].commit === 5),
    'With that on its disk': (/** @type {Seen} */ s) => blocks(s) === '1–5||',
    'New entries follow': (/** @type {Seen} */ s) => (
      s.servers[0].cells.length === 1 && s.servers[1].entries === 6),
    'So S1 sends': (/** @type {Seen} */ s) => s.messages.some((name) => (
      name.startsWith('Piece of a snapshot from S1 to S3'))),
    'S3 puts the pieces': (/** @type {Seen} */ s) => (
      blocks(s) === '1–5||1–5' && s.servers[2].entries === 2),
    'That was the last': (/** @type {Seen} */ s) => (
      blocks(s) === '1–5||1–5' && s.servers[2].entries === 5),
    'All three are': (/** @type {Seen} */ s) => values(s) === 'z=4|z=4|z=4',
  },
  membership: {
    'Three servers keep': (/** @type {Seen} */ s) => parts(s).endsWith('no member no member'),
    'First S4 and S5': (/** @type {Seen} */ s) => (
      parts(s).endsWith('learner learner') && s.servers[0].tag === '123+45'),
    'Both have caught up': (/** @type {Seen} */ s) => (
      s.servers[0].tag === '123→12345' && halves(s) === '() () () ) )'),
    'Five voters': (/** @type {Seen} */ s) => (
      s.servers.every(({ tag }) => tag === '12345') && halves(s).trim() === ''),
    'For any majority': (/** @type {Seen} */ s) => (
      crowned(s) === 'S1 in 1' && s.servers[0].tag === '2345'),
    'S1 steps down': (/** @type {Seen} */ s) => crowned(s) === '',
    'S2 leads the four': (/** @type {Seen} */ s) => crowned(s) === 'S2 in 2',
    'S1 is no member': (/** @type {Seen} */ s) => parts(s).startsWith('no member leader'),
  },
  prevote: {
    'So this cluster asks': (/** @type {Seen} */ s) => (
      parts(s) === 'follower pre-candidate follower' && s.servers[1].term === 0),
    'A majority would': (/** @type {Seen} */ s) => parts(s) === 'follower candidate follower',
    'The timer of S1': (/** @type {Seen} */ s) => (
      parts(s) === 'pre-candidate leader follower' && s.servers[0].term === 1),
    'So the work goes on': (/** @type {Seen} */ s) => (
      crowned(s) === 'S2 in 1' && s.servers[1].value === '6'),
    'The link is whole': (/** @type {Seen} */ s) => values(s) === '6|6|6',
  },
};

const blocks = (/** @type {Seen} */ s) => s.servers.map(({ block }) => block).join('|');
const halves = (/** @type {Seen} */ s) => s.servers.map((one) => one.halves).join(' ');

const parts = (/** @type {Seen} */ s) => s.servers.map(({ part }) => part).join(' ');
const values = (/** @type {Seen} */ s) => s.servers.map(({ value }) => value).join('|');
const cuts = (/** @type {Seen} */ s) => s.links.filter((name) => name.endsWith('cut')).length;
const crowned = (/** @type {Seen} */ s) => s.servers.filter((one) => one.crowned)
  .map(({ id, term }) => `S${id} in ${term}`).join(', ');
const logs = (/** @type {Seen} */ s) => s.servers.map(({ cells }) => cells
  .map(({ words, committed }) => words + (committed ? '' : '?')).join(' ')).join('|');

/**
 * Holds what is seen against the story: the text is that of the caption counted, and so are facts.
 *
 * @param {keyof typeof FACTS} id
 * @param {string[]} captions
 * @param {Seen} shown
 * @returns {number} which caption it is
 */
function isTrue(id, captions, shown) {
  const [number, of, count] = shown.position.split(' ');
  assert.deepEqual([of, Number(count)], ['of', captions.length], shown.position);
  assert.equal(shown.caption, captions[Number(number) - 1], `${id}, ${shown.position}`);
  for (const [begin, isSo] of Object.entries(FACTS[id])) {
    if (!shown.caption.startsWith(begin)) continue;
    assert.ok(isSo(shown), `${id}: "${shown.caption}" of ${JSON.stringify(shown, null, 1)}`);
  }
  return Number(number);
}

/** A story's player in Node, and its captions. */
function told(/** @type {string} */ id) {
  const player = new Player(storyScript(id));
  const captions = player.story().captions.map((/** @type {{ text: string }} */ c) => c.text);
  return { player, captions };
}

for (const [place, id] of /** @type {(keyof typeof FACTS)[]} */ (STORIES).entries()) {
  test(`${id}: every caption on its own, forth and back, by mouse and by keyboard`, async () => {
    const { player, captions } = told(id);
    const last = captions.length;
    // Where motion is reduced, Continue goes from caption to caption without a film in between.
    const page = await browser.open(`${server.url}#${id}`, { reducedMotion: true });
    await drawn(page);
    const [onward, back] = [await middle(page, '#continue'), await middle(page, '#back')];
    const first = Number((await page.read('#position')).split(' ')[0]);
    /** @type {Map<number, Seen>} */
    const forth = new Map();
    const check = async (/** @type {number} */ number) => {
      await captionShown(page, number);
      await painted(page);
      const shown = await page.evaluate(seen);
      assert.equal(isTrue(id, captions, shown), number);
      assert.deepEqual(shown, forth.get(number) ?? shown, `caption ${number}, seen again`);
      forth.set(number, shown);
    };
    for (let number = first + 1; number <= last; number += 1) {
      await page.click(onward);
      await check(number);
      if (number % 4 !== 0) continue;
      player.seekCaption(number, ENOUGH_MS);
      const link = await sharedLink(page);
      assert.equal(payloadOf(link), player.linkPayload(), 'the same moment and checksum');
    }
    assert.equal(await page.read('#continue'),
      place === STORIES.length - 1 ? 'Play freely' : 'Next story');
    for (let number = last - 1; number >= 1; number -= 1) {
      await page.click(back);
      await check(number);
    }
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    for (let number = 2; number <= last; number += 1) {
      await page.press(number % 2 === 0 ? 'ArrowRight' : 'Enter');
      await check(number);
    }
    for (let number = last - 1; number >= 1; number -= 1) {
      await page.press('ArrowLeft');
      await check(number);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test(`${id}: Continue as fast as it can be pressed never shows what is not so`, async () => {
    const { captions } = told(id);
    const page = await browser.open(`${server.url}#${id}`);
    await drawn(page);
    const readings = await page.evaluate(pressToTheEnd, seen.toString());
    for (const reading of readings) {
      if (!reading.position.startsWith('0 ')) isTrue(id, captions, reading);
    }
    const reached = readings.map(({ position }) => Number(position.split(' ')[0]));
    assert.deepEqual(reached, reached.toSorted((a, b) => a - b), 'never back');
    assert.equal(reached.at(-1), captions.length);
    await page.click('#continue');
    if (place < STORIES.length - 1) {
      const next = told(STORIES[place + 1]).captions;
      await page.waitFor((count) => (
        document.querySelector('#position')?.textContent?.endsWith(` of ${count}`)), next.length);
    } else {
      await page.waitFor(() => (
        document.querySelector('#position')?.textContent === 'Free play'));
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });
}

/**
 * Presses Continue once per picture, and reads what each change of the caption shows. Runs in the
 * page; what reads it is given as text.
 *
 * @param {string} reader
 * @returns {Promise<Seen[]>}
 */
function pressToTheEnd(reader) {
  const read = /** @type {() => Seen} */ (new Function(`return (${reader})()`));
  const onward = /** @type {HTMLElement} */ (document.querySelector('#continue'));
  /** @type {Seen[]} */
  const readings = [];
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const tick = () => {
      const shown = read();
      if (shown.position !== '' && shown.position !== readings.at(-1)?.position) {
        readings.push(shown);
      }
      const [number, , count] = shown.position.split(' ');
      if (count !== undefined && number === count) return resolve(readings);
      if (performance.now() - began > 20_000) return reject(new Error(`stuck: ${shown.position}`));
      onward.click();
      return requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}

test('Space plays to the next caption and stops there by itself', async () => {
  const { captions } = told('election');
  const page = await browser.open(`${server.url}#election`);
  await captionShown(page, 1);
  await page.press('>');
  await page.press('>');
  await page.press('>');
  for (let number = 2; number <= 6; number += 1) {
    await page.press(' ');
    await captionShown(page, number);
    await page.waitFor(() => (
      document.querySelector('#play')?.getAttribute('aria-label') === 'Play'));
    isTrue('election', captions, await page.evaluate(seen));
  }
  await page.close();
});
