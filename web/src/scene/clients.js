import { fit, short } from '../geometry.js';
import { placeName } from '../names.js';
import { text } from '../text.js';
import { keyed, shape } from './shape.js';

/** @typedef {import('../frame.js').Client} Client */

/**
 * The clients: a pill with a name, and below it what it asks for or was told.
 * @param {import('../frame.js').Frame} frame
 * @param {import('../scene.js').View} view
 * @returns {import('./shape.js').Keyed[]}
 */
export function clients(frame, { layout, words }) {
  return frame.clients.flatMap((client, i) => {
    const seat = layout.clients[i];
    if (!seat) return [];
    const small = seat.width < 50;
    const size = small ? 11 : 12.5;
    return [keyed('discs', `pill-${client.id}`, 'g', {
      class: `client ${client.waiting ? 'waiting' : 'idle'} ${client.outcome}`,
      transform: `translate(${short(seat.x)} ${short(seat.y)})`,
    }, [
      shape('rect', {
        class: 'pill', x: -seat.width / 2, y: -seat.height / 2,
        width: seat.width, height: seat.height, rx: seat.height / 2,
      }),
      shape('text', { class: 'client-name', y: small ? 5 : 6, 'font-size': small ? 14 : 16 },
        placeName(-client.id)),
      shape('text', { class: 'operation', y: seat.height / 2 + 16, 'font-size': size },
        fit(clientState(client, words), seat.room, size)),
    ])];
  });
}

/**
 * What a client is doing, in words.
 * @param {Client} client
 * @param {(id: number) => string} words
 */
export function clientState(client, words) {
  if (client.operation < 0) return text('client.idle');
  const operation = words(client.operation);
  if (client.waiting) return text('client.waiting', { operation });
  if (client.outcome === 'ok') {
    const answer = words(client.answer);
    // The answer to a put only repeats it.
    return answer === '' || operation.endsWith(`=${answer}`) ? text('client.done', { operation })
      : text('client.ok', { operation, answer });
  }
  if (client.outcome === 'none') return operation;
  if (client.outcome === 'kept') {
    return client.answer < 0 ? text('client.kept.none', { operation })
      : text('client.kept', { operation, answer: words(client.answer) });
  }
  return text(`client.${client.outcome}`, { operation });
}
