/**
 * Where the numbers of presets and networks come from, and nothing of the numbers themselves:
 * those are the engine's. Of a preset the source of each setting: a file of the system's
 * repository, another repository's after its name and a colon, or a code of `locales`.
 */

/** @type {Record<string, string>} */
const REPOSITORIES = {
  etcd: 'https://github.com/etcd-io/etcd/blob/release-3.6/',
  consul: 'https://github.com/hashicorp/consul/blob/main/',
  nomad: 'https://github.com/hashicorp/nomad/blob/main/',
  'hashicorp/raft': 'https://github.com/hashicorp/raft/blob/v1.7.3/',
  tikv: 'https://github.com/tikv/tikv/blob/master/',
  'raft-rs': 'https://github.com/tikv/raft-rs/blob/master/',
  cockroach: 'https://github.com/cockroachdb/cockroach/blob/release-24.3/',
  'cockroach-21': 'https://github.com/cockroachdb/cockroach/blob/release-21.2/',
  openraft: 'https://github.com/databendlabs/openraft/blob/main/',
  logcabin: 'https://github.com/logcabin/logcabin/blob/master/',
  toydb: 'https://github.com/erikgrinaker/toydb/blob/main/',
};

/**
 * Sources that are no files: their words stand in `locales` under `source.`, their links here.
 * @type {Record<string, string>}
 */
export const LINKS = {
  'paper-5.2': 'https://raft.github.io/raft.pdf',
  'paper-5.6': 'https://raft.github.io/raft.pdf',
  'figure-2': 'https://raft.github.io/raft.pdf',
  'paper-9.3': 'https://raft.github.io/raft.pdf',
  'paper-8': 'https://raft.github.io/raft.pdf',
  'thesis-6.2': 'https://github.com/ongardie/dissertation',
  'thesis-6.4': 'https://github.com/ongardie/dissertation',
  'thesis-6.4.1': 'https://github.com/ongardie/dissertation',
  'thesis-9.6': 'https://github.com/ongardie/dissertation',
  'etcd-tuning': 'https://etcd.io/docs/latest/tuning/',
  openraft: REPOSITORIES.openraft + 'openraft/src/config/config.rs',
  'consul-performance': 'https://developer.hashicorp.com/consul/docs/install/performance',
  'hashicorp-50': 'https://github.com/hashicorp/raft/issues/50',
  'one-rack': 'https://research.google/people/jeff/',
  'three-zones': 'https://xkyle.com/Measuring-AWS-Region-and-AZ-Latency',
  'three-continents': 'https://learn.microsoft.com/azure/networking/azure-network-latency',
  'bad-wifi': 'https://doi.org/10.1109/INFOCOM.2016.7524396',
  satellite: 'https://www.rfc-editor.org/rfc/rfc2488#section-2',
  'low-orbit': 'https://www.starlink.com/legal/documents/DOC-1400-28829-70',
};

/**
 * The same source for several settings.
 * @param {string} source
 * @param {string} settings  Their names, with spaces between.
 */
const all = (source, settings) => Object.fromEntries(
  settings.split(' ').map((setting) => [setting, source]));

const ETCD = {
  ...all('etcd:server/embed/config.go', 'election heartbeat tick prevote'),
  checkquorum: 'etcd:server/etcdserver/bootstrap.go',
  reads: 'etcd:server/etcdserver/v3_server.go',
  ...all('etcd:server/etcdserver/raft.go', 'batch batch-bytes inflight noop'),
  ...all('etcd:server/etcdserver/server.go', 'snapshot keep'),
  wiped: '@system-wiped',
};
const HASHICORP = {
  ...all('hashicorp/raft:config.go',
    'election prevote stepdown checkquorum batch snapshot keep'),
  heartbeat: 'hashicorp/raft:replication.go',
  inflight: 'hashicorp/raft:net_transport.go',
  ...all('hashicorp/raft:raft.go', 'reads noop lease'),
  wiped: '@system-wiped',
};
const CONSUL = {
  ...HASHICORP,
  ...all('consul:agent/consul/config.go',
    'election heartbeat stepdown lease snapshot keep'),
  reads: 'consul:agent/consul/rpc.go',
};
const COCKROACH = (/** @type {string} */ repository) => ({
  ...all(`${repository}:pkg/base/config.go`,
    'election heartbeat tick prevote checkquorum reads lease batch batch-bytes inflight '
    + 'inflight-bytes uncommitted snapshot-bytes noop'),
  wiped: '@system-wiped',
});
const MISTAKE = {
  ...all('@mistake', 'election heartbeat reads lease stepdown prevote checkquorum noop'),
};

/** @type {Record<string, Record<string, string>>} */
const SOURCES = {
  paper: {
    ...all('@paper-9.3', 'election heartbeat'),
    ...all('@figure-2', 'prevote checkquorum noop reads'),
  },
  production: {
    election: '@paper-9.3',
    heartbeat: '@paper-9.3',
    prevote: '@thesis-9.6',
    checkquorum: '@thesis-6.2',
    reads: '@thesis-6.4',
    noop: '@paper-8',
  },
  etcd: ETCD,
  'etcd-3.4': {
    ...ETCD,
    prevote: 'etcd:CHANGELOG/CHANGELOG-3.5.md',
    snapshot: 'etcd:CHANGELOG/CHANGELOG-3.6.md',
  },
  consul: CONSUL,
  'consul-production': {
    ...CONSUL,
    ...all('@consul-performance', 'election heartbeat stepdown lease'),
  },
  nomad: {
    ...HASHICORP,
    ...all('nomad:nomad/config.go', 'snapshot keep'),
    ...all('nomad:command/agent/agent.go', 'election heartbeat stepdown lease'),
    reads: 'nomad:nomad/rpc.go',
  },
  tikv: {
    ...all('tikv:components/raftstore/src/store/config.rs',
      'election heartbeat tick prevote checkquorum reads lease batch batch-bytes inflight '
      + 'snapshot snapshot-bytes'),
    noop: 'raft-rs:src/raft.rs',
    wiped: '@system-wiped',
  },
  cockroachdb: COCKROACH('cockroach'),
  'cockroachdb-21': COCKROACH('cockroach-21'),
  hashicorp: HASHICORP,
  openraft: {
    ...all('openraft:openraft/src/config/config.rs',
      'election heartbeat batch inflight snapshot keep reads noop'),
    wiped: '@system-wiped',
  },
  'raft-rs': {
    ...all('raft-rs:src/config.rs',
      'election heartbeat tick prevote checkquorum reads batch inflight'),
    noop: 'raft-rs:src/raft.rs',
    wiped: '@system-wiped',
  },
  logcabin: {
    ...all('logcabin:sample.conf',
      'election heartbeat batch batch-bytes inflight snapshot-bytes'),
    ...all('logcabin:Server/RaftConsensus.cc', 'checkquorum reads noop sessions'),
    wiped: '@system-wiped',
  },
  toydb: {
    ...all('toydb:src/raft/mod.rs',
      'election heartbeat tick batch inflight reads noop'),
    wiped: '@system-wiped',
  },
  'mistake-instant-election': MISTAKE,
  'mistake-below-round-trip': MISTAKE,
  'mistake-slow-heartbeat': MISTAKE,
  'mistake-equal-timeouts': { ...MISTAKE, election: '@hashicorp-50' },
  'mistake-long-lease': MISTAKE,
};

/**
 * The source of a setting: a code whose words the locale has, or a file; with a link where there
 * is one. What has none is not set at all, or the playground's own choice.
 * @param {import('./read.js').Knob} knob
 * @param {{preset: string, network: string}} chosen
 * @returns {{code?: string, file?: string, link?: string}}
 */
export function sourceOf({ name, value, from }, { preset, network }) {
  if (from === 'script') return { code: 'script' };
  if (from === 'network') {
    return name === 'retry' ? { code: 'network-retry' } : { code: network, link: LINKS[network] };
  }
  const isUnset = ['off', 'auto', 'forever'].includes(value);
  const source = SOURCES[preset]?.[name] ?? (isUnset ? '@unset' : '@ours');
  if (source.startsWith('@')) return { code: source.slice(1), link: LINKS[source.slice(1)] };
  const [repository, file] = source.split(':');
  return { file: `${repository}: ${file}`, link: REPOSITORIES[repository] + file };
}
