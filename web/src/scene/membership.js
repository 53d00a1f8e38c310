/**
 * Who belongs to the cluster. Its leader's view is the one that counts, and is drawn; without a
 * leader each server is what it takes itself for.
 */

/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../frame.js').Server} Server */

/**
 * @typedef {object} Members
 * @property {number[]} voters  Of a joint configuration the new half.
 * @property {number[]} outgoing  The old half of a joint configuration.
 * @property {number[]} learners
 */

/**
 * The running leader of the highest term.
 * @param {Frame} frame
 * @returns {Server | undefined}
 */
export function leaderOf({ servers }) {
  return servers.reduce((/** @type {Server | undefined} */ best, one) => (
    one.role === 'leader' && one.state === 'up' && one.term > (best?.term ?? 0) ? one : best),
  undefined);
}

/**
 * The names in a membership as the engine writes it: `123`, `123→345`, `123+4`, `8,9,10`,
 * `12,`.
 * @param {string} text
 * @returns {Members}
 */
export function readMembers(text) {
  const names = (/** @type {string | undefined} */ list) => (
    text.includes(',') ? list?.split(',') ?? [] : [...list ?? '']).filter(Boolean).map(Number);
  const [voting, learners] = text.split('+');
  const [first, second] = voting.split('→');
  return {
    voters: names(second ?? first),
    outgoing: second === undefined ? [] : names(first),
    learners: names(learners),
  };
}

/**
 * The membership that the leader goes by; nothing without a leader.
 * @param {Frame} frame
 * @param {(id: number) => string} words
 */
export function membersOf(frame, words) {
  const leader = leaderOf(frame);
  return leader && leader.membershipText >= 0 ? readMembers(words(leader.membershipText)) : null;
}

/**
 * A server's part in it. One that has lost its disk has no part in it, whoever bore its name.
 * @param {Server} server
 * @param {Members | null} members
 * @returns {import('../frame.js').Part}
 */
export function partOf(server, members) {
  if (!members || isNew(server, members)) return server.part;
  if (isVoter(server.id, members)) return 'voter';
  return members.learners.includes(server.id) ? 'learner' : 'none';
}

/**
 * Whether a server has lost its disk, and with it its vote: the leader lists another of that name.
 * @param {Server} server
 * @param {Members | null} members
 */
export function isNew({ id, birth, part }, members) {
  return birth > 0 && part === 'none' && members !== null && isVoter(id, members);
}

/**
 * @param {number} id
 * @param {Members} members
 */
export function isVoter(id, { voters, outgoing }) {
  return voters.includes(id) || outgoing.includes(id);
}

/**
 * Whether there is anything to tell about memberships: all founders vote, and nobody else is here,
 * until something changes.
 * @param {Frame} frame
 */
export function isChanging({ servers }) {
  return servers.some(({ membershipIndex, part }) => membershipIndex > 0 || part !== 'voter');
}
