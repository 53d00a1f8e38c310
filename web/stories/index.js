/** The stories, in the order in which one leads to the next. */
import election from './election.raft';
import membership from './membership.raft';
import partition from './partition.raft';
import prevote from './prevote.raft';
import replication from './replication.raft';
import snapshots from './snapshots.raft';

/** @typedef {{id: string, title: string, script: string}} Story */

/** @type {Story[]} */
export const stories = [
  story('election', election),
  story('replication', replication),
  story('partition', partition),
  story('snapshots', snapshots),
  story('membership', membership),
  story('prevote', prevote),
];

/**
 * A story has its title in its script; its name stands in links for ever.
 * @param {string} id
 * @param {string} script
 * @returns {Story}
 */
function story(id, script) {
  const title = /^title\s+"((?:[^"\\]|\\.)*)"/m.exec(script)?.[1] ?? id;
  return { id, title: title.replace(/\\(.)/g, '$1'), script };
}
