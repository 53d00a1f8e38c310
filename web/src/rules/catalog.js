/**
 * The rules in the order in which the panel shows them, and for each the bugs of other systems it
 * stands for. What a rule says is in the locale; its section and what breaks without it are read
 * from its scenario.
 *
 * A bug is `owner/repository#number`, `owner/repository@commit` or an address with its name.
 */

/** @typedef {string | {name: string, address: string}} Bug */
/** @typedef {{group: string, rules: Record<string, Bug[]>}} Group */

const JEPSEN_NATS = { name: 'Jepsen: NATS 2.12.1', address: 'https://jepsen.io/analyses/nats-2.12.1' };
const RAFT_DEV = {
  name: 'raft-dev, 2015', address: 'https://groups.google.com/g/raft-dev/c/t4xj6dJTP6E',
};
const IGNITE = {
  name: 'IGNITE-16668', address: 'https://issues.apache.org/jira/browse/IGNITE-16668',
};

/** Those that keep Raft safe. @type {Group[]} */
export const SAFETY = [
  {
    group: 'elections',
    rules: {
      'one-vote-per-term': ['ktoso/akka-raft#47', 'camunda/camunda#5356'],
      'up-to-date-log': ['hashicorp/raft@441bd09', 'databendlabs/openraft@a48a3282'],
      'majority-quorum': ['hashicorp/raft@163a55f'],
      'count-each-voter-once': ['ktoso/akka-raft#45', 'ktoso/akka-raft#50', 'canonical/raft#196'],
      'keep-vote-within-term': ['microsoft/CCF#5891', 'redpanda-data/redpanda#14'],
      'reject-stale-terms': ['xnnyygn/xraft#33', 'andreev-io/little-raft#44'],
      'enter-larger-terms': [],
      'tell-vote-kinds-apart': ['cockroachdb/cockroach#123297'],
    },
  },
  {
    group: 'replication',
    rules: {
      'previous-entry-matches': [],
      'keep-matching-entries': [
        'hashicorp/raft@0f31a01', 'microsoft/CCF#5927', 'vesoft-inc/nebula#2483',
        'zhebrak/raftos#26',
      ],
      'ack-only-checked': ['microsoft/CCF#6001', 'microsoft/CCF#6016'],
      'rejection-is-no-match': ['microsoft/CCF#5324'],
    },
  },
  {
    group: 'commit',
    rules: {
      'commit-own-term': [
        'logcabin/logcabin#44', 'microsoft/CCF#3828', 'async-raft/async-raft#106',
        'bakwc/PySyncObj#169',
      ],
      'commit-bounded': ['willemt/raft#118'],
      'commit-never-moves-back': ['bakwc/PySyncObj#166'],
    },
  },
  {
    group: 'persistence',
    rules: {
      'sync-before-ack': [JEPSEN_NATS, 'etcd-io/etcd#14143', 'yugabyte/yugabyte-db#32875'],
      'persist-vote': [IGNITE, 'ktoso/akka-raft#56', 'wenweihu86/raft-java#57'],
      'term-and-vote-together': ['hashicorp/raft#661'],
      'leader-syncs-before-counting': ['etcd-io/etcd#14370'],
      'overwriting-voids-writes': ['tikv/raft-rs@7e7322b'],
      'empty-disk-is-new-server': ['tikv/tikv#9579', 'tikv/tikv#8381', 'etcd-io/etcd#13066'],
    },
  },
  {
    group: 'membership',
    rules: {
      'one-change-at-a-time': [],
      'own-term-commit-before-change': [RAFT_DEV],
      'joint-needs-both-majorities': ['microsoft/CCF#3837'],
      'membership-rolls-back': ['canonical/raft#354', 'canonical/raft#386'],
      'removed-leader-does-not-count': [],
      'learners-do-not-count': [],
    },
  },
  {
    group: 'snapshots',
    rules: {
      'ignore-old-snapshots': ['camunda/camunda#6092', 'hashicorp/raft#248'],
      'snapshot-replaces-conflicts': ['hashicorp/raft#704', 'camunda/camunda#10202'],
      'snapshot-carries-membership': ['databendlabs/openraft@dba24036'],
    },
  },
  {
    group: 'reads',
    rules: {
      'read-confirms-leadership': ['etcd-io/etcd#741'],
      'read-waits-for-own-term': ['etcd-io/etcd#7331', 'tikv/tikv#9239'],
      'read-waits-for-apply': [],
      'read-rounds-are-told-apart': ['etcd-io/etcd#20418'],
      'lease-begins-at-sending': ['tikv/tikv#964'],
      'lease-needs-check-quorum': ['tikv/raft-rs@40157d8'],
      'transfer-voids-lease': ['tikv/tikv#1593', 'etcd-io/etcd#12704'],
      'restart-keeps-promise': [],
    },
  },
  {
    group: 'clients',
    rules: {
      'apply-once-per-session': [],
      'outcome-follows-the-entry': ['redpanda-data/redpanda#3003'],
    },
  },
];

/** Those that keep it going: without one of them nothing untrue happens, but too little. */
export const PROGRESS = /** @type {Group[]} */ ([
  {
    group: 'elections.going',
    rules: {
      'answer-stale-terms': ['canonical/raft#280'],
      'pre-vote-checks-log': ['ClickHouse/NuRaft#134'],
      'leader-may-be-voted-for': ['hashicorp/raft#605', 'hashicorp/raft#74'],
    },
  },
  {
    group: 'replication.going',
    rules: {
      'skip-terms': ['hashicorp/raft@8023e5e'],
      'ignore-late-rejections': ['microsoft/CCF#5341', 'zhebrak/raftos#25'],
    },
  },
  {
    group: 'membership.going',
    rules: {
      'new-voters-catch-up': [],
      'learners-vote': ['etcd-io/etcd#10998'],
      'removed-servers-do-not-stand': [],
      'transfer-times-out': ['databendlabs/openraft#1747', 'hashicorp/raft#696'],
      'freeze-during-transfer': ['redpanda-data/redpanda#2606', 'hashicorp/raft#581'],
      'late-timeout-now-is-void': ['tikv/raft-rs#234'],
    },
  },
  {
    group: 'snapshots.going',
    rules: {
      'compacted-entries-match': ['databendlabs/openraft@71a290cd'],
      'entries-end-a-snapshot': ['etcd-io/etcd#10308'],
    },
  },
]);

/** Whether a rule keeps Raft safe; else it keeps it going. */
export function isAboutSafety(/** @type {string} */ rule) {
  return SAFETY.some(({ rules }) => rule in rules);
}

/**
 * What a bug is called, and where it is told.
 * @param {Bug} bug
 * @returns {{name: string, address: string}}
 */
export function bugOf(bug) {
  if (typeof bug !== 'string') return bug;
  const [, repository, sign, which] = /^(.+)([#@])(.+)$/.exec(bug) ?? [];
  const folder = sign === '#' ? 'issues' : 'commit';
  const [owner, project] = repository.split('/');
  // There is more than one that is called just that.
  const name = project === 'raft' ? `${owner}/${project}` : project;
  return {
    name: sign === '#' ? `${name} #${which}` : `${name} ${which}`,
    address: `https://github.com/${repository}/${folder}/${which}`,
  };
}
