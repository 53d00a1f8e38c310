/**
 * The stage as shapes: a pure function of the frame, the places and what is selected.
 *
 * It comes in two parts. What rests changes only with an event; what moves is drawn anew for each
 * picture, so that a picture costs little.
 */
import { clients } from './scene/clients.js';
import { differing } from './scene/differing.js';
import { halos } from './scene/halos.js';
import { hits } from './scene/hits.js';
import { links } from './scene/links.js';
import { messages } from './scene/messages.js';
import { servers } from './scene/servers.js';
import { timers } from './scene/timers.js';

/** @typedef {import('./scene/shape.js').Keyed} Keyed */

/**
 * @typedef {object} View  What a scene depends on beside the frame.
 * @property {import('./layout.js').Layout} layout
 * @property {(id: number) => string} words  The engine's interned texts.
 * @property {number[]} points  What the caption points at: servers, and clients below zero.
 * @property {number[]} accused  The servers that a judge's finding names.
 * @property {string} selected  The key of what is inspected or acted on; empty for nothing.
 * @property {Map<number, string>} [apart]  The servers that are not the same in the run beside, and
 *   in what, in words.
 * @property {boolean} still  Whether time stands, so that messages can be reached with Tab.
 */

/**
 * What changes only when something happens.
 * @param {import('./frame.js').Frame} frame
 * @param {View} view
 * @returns {Keyed[]}
 */
export function restingScene(frame, view) {
  return [
    ...halos(frame, view),
    ...links(frame, view),
    ...servers(frame, view),
    ...clients(frame, view),
    ...(view.apart ? differing(frame, view, view.apart) : []),
    ...hits(frame, view),
  ];
}

/**
 * What moves with time: timers and messages.
 * @param {import('./frame.js').Frame} frame
 * @param {View} view
 * @param {{now: number, stage: number}} moment  Simulated µs, and µs of the stage's clock.
 * @returns {Keyed[]}
 */
export function movingScene(frame, view, moment) {
  return [...timers(frame, view, moment.now), ...messages(frame, view, moment)];
}
