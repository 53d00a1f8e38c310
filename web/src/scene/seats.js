/** Finds places by id: servers count from 1, clients below zero. */

/** @typedef {import('../layout.js').Layout} Layout */

/**
 * The place of a server or client, or nothing when it is not on this stage.
 * @param {Layout} layout
 * @param {import('../frame.js').Frame} frame
 * @param {number} id
 * @returns {(import('../layout.js').Seat | import('../layout.js').ClientSeat) | undefined}
 */
export function seatOf(layout, frame, id) {
  if (id < 0) return layout.clients[frame.clients.findIndex((client) => client.id === -id)];
  // Servers are nearly always S1, S2, …: look there first.
  if (frame.servers[id - 1]?.id === id) return layout.servers[id - 1];
  return layout.servers[frame.servers.findIndex((server) => server.id === id)];
}
