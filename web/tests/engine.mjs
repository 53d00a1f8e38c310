/** The engine in Node: what a test compares the page with, and makes links with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Player, initSync, openLink, readLink, sealLink } from '../pkg/raft_wasm.js';
import { paths } from '../scripts/paths.mjs';

initSync({ module: readFileSync(join(paths.engine, 'raft_wasm_bg.wasm')) });

export { Player, readLink };

/** More than any of the tests' runs needs. */
export const ENOUGH_MS = 10_000;

/** The stories, in the order in which one leads to the next. */
export const STORIES = [
  'election', 'replication', 'partition', 'snapshots', 'membership', 'prevote',
];

/** The script of a story. */
export function storyScript(/** @type {string} */ id) {
  return readFileSync(join(paths.stories, `${id}.raft`), 'utf8');
}

/**
 * A player of a script at a moment.
 *
 * @param {string} script
 * @param {number} atMs simulated
 */
export function playerAt(script, atMs) {
  const player = new Player(script);
  player.seek(atMs * 1000, ENOUGH_MS);
  return player;
}

/**
 * The fragment of a link that shows a moment of a script's run.
 *
 * @param {string} script
 * @param {number} atMs simulated
 */
export function fragmentAt(script, atMs) {
  const player = playerAt(script, atMs);
  const fragment = player.link();
  player.free();
  return fragment;
}

/** The content of a link: the line about the moment, and the script. */
export function payloadOf(/** @type {string} */ link) {
  const { codec, body } = openLink(link.replace(/^.*#/, ''));
  return codec === 'z' ? inflateRawSync(Buffer.from(body, 'base64url')).toString() : body;
}

/** A fragment that carries any text at all as its content, sealed as the page seals it. */
export function sealed(/** @type {string} */ payload) {
  return sealLink(deflateRawSync(payload).toString('base64url'));
}

/** A fragment for a script that no player may even accept. */
export function sealedScript(/** @type {string} */ script) {
  return sealed(`0 0 0 1 00000000\n${script}`);
}
