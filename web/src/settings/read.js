/** Reads what the engine says of a run's settings: lines of words with tabs between them. */

/**
 * @typedef {object} Settings
 * @property {string} preset
 * @property {string} network  Nothing when the preset's own is in force.
 * @property {number} roundTrip  The farthest, in simulated µs.
 * @property {number} votes  How long votes of a quorum take at most, in simulated µs.
 * @property {string[]} betweenZones  Latencies, as the script writes them.
 * @property {Knob[]} knobs
 * @property {Hint[]} hints  The worst first.
 */
/** @typedef {{name: string, value: string, from: string}} Knob */
/**
 * @typedef {object} Hint
 * @property {string} code
 * @property {string} source  Who says so.
 * @property {boolean} grave  More than advice.
 * @property {number} found  The time as it is, in simulated µs.
 * @property {number} bound  What it should be.
 */

/**
 * @param {string} text
 * @returns {Settings}
 */
export function readSettings(text) {
  const lines = text.trimEnd().split('\n').map((line) => line.split('\t'));
  const of = (/** @type {string} */ kind) => lines.filter(([first]) => first === kind);
  const [[, preset, network, roundTrip, votes]] = of('run');
  return {
    preset,
    network,
    roundTrip: Number(roundTrip),
    votes: Number(votes),
    betweenZones: of('between').map(([, latency]) => latency),
    knobs: of('knob').map(([, name, value, from]) => ({ name, value, from })),
    hints: of('hint').map(([, code, source, grave, found, bound]) => ({
      code, source, grave: grave !== '', found: Number(found), bound: Number(bound),
    })),
  };
}

/**
 * @param {string} text
 * @returns {{presets: string[], networks: string[]}}
 */
export function readChoices(text) {
  const [presets, networks] = text.split('\n').map((line) => line.split('\t'));
  return { presets, networks };
}
