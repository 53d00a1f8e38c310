/**
 * The engine: loads it once, and plays runs.
 *
 * A run here is the engine's `Player` with its frame read, and a guard: an error inside the engine
 * makes that one object unusable, so the run is built again from its script, where it was.
 */
import init, {
  Player, changeScript, choices as choicesOf, freshSeed, openLink, readLink, rules, sealLink,
} from '../pkg/raft_wasm.js';
import { wasmModule } from 'engine-source';
import { readFrame } from './frame.js';
import { readChoices, readSettings } from './settings/read.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('../pkg/raft_wasm.js').ScriptError} ScriptError */
/** @typedef {import('../pkg/raft_wasm.js').LinkParts} LinkParts */
/** @typedef {import('./settings/read.js').Settings} Settings */
/** A moment as links name it. @typedef {Pick<LinkParts, 'events' | 'at' | 'caption'>} Moment */
/** @typedef {'more' | 'arrived' | 'caption' | 'end'} Reached */

/**
 * @typedef {object} Beside  The run beside, at the same moment.
 * @property {Frame} frame
 * @property {(id: number) => string} words
 * @property {() => import('../pkg/raft_wasm.js').Finding[]} findings
 * @property {(id: number) => import('../pkg/raft_wasm.js').ServerDetails | null} inspectServer
 * @property {(id: number) => import('../pkg/raft_wasm.js').MessageDetails | null} inspectMessage
 * @property {(id: number) => string} messageRef
 * @property {(a: number, b: number) => string[]} sent
 * @property {() => string} script
 * @property {() => string} checksum
 */

/**
 * @typedef {object} Run
 * @property {Frame} frame  The picture at the playhead.
 * @property {import('../pkg/raft_wasm.js').Story} story
 * @property {(id: number) => string} words  An interned text of the frame.
 * @property {(stage: number, budget: number) => Reached} play  Towards a moment of the stage's
 *   clock, but not past a caption; `more` when the budget in ms was not enough.
 * @property {(stage: number, budget: number) => boolean} seekStage  False: call again.
 * @property {(sim: number, budget: number) => boolean} seek  False: call again.
 * @property {(caption: number, budget: number) => boolean} seekCaption  False: call again.
 * @property {(moment: Moment, budget: number) => boolean} seekMoment  False: call again.
 * @property {() => boolean} step
 * @property {() => boolean} stepBack
 * @property {(line: string) => void} act  Throws an array of `ScriptError`.
 * @property {() => void} returnToStory
 * @property {() => import('../pkg/raft_wasm.js').Mark[]} marks
 * @property {(limit: number) => import('../pkg/raft_wasm.js').Told[]} told
 * @property {() => import('../pkg/raft_wasm.js').Finding[]} findings
 * @property {() => import('../pkg/raft_wasm.js').Finding[]} knownFindings  Also those after the
 *   playhead.
 * @property {(before: number, after: number) => import('../pkg/raft_wasm.js').ClientCalls[]} calls
 *   Of each client the calls around the playhead.
 * @property {(client: number, number: number) => import('../pkg/raft_wasm.js').Call | null} call
 * @property {(id: number) => import('../pkg/raft_wasm.js').ServerDetails | null} inspectServer
 * @property {(id: number) => import('../pkg/raft_wasm.js').MessageDetails | null} inspectMessage
 * @property {(id: number) => string} messageRef
 * @property {(a: number, b: number) => string[]} sent  Names of messages sent between two places.
 * @property {() => Settings | null} settings
 * @property {(preset: string, network: string) => string} withPreset  The script with another
 *   preset and network, `''` for none.
 * @property {() => string} script
 * @property {() => string} link
 * @property {() => string} linkPayload
 * @property {() => string} checksum
 * @property {Beside | null} beside  Another run that moves along, while two are compared.
 * @property {(script: string) => void} compare  Puts the run of another script beside this one.
 *   Throws an array of `ScriptError`.
 * @property {() => void} stopComparing
 * @property {(budget: number) => boolean} compareOn  Brings the run beside to the playhead, and
 *   compares on. False: call again.
 * @property {() => import('../pkg/raft_wasm.js').Comparison | null} comparison
 * @property {() => import('../pkg/raft_wasm.js').Apart[]} apart  The servers that differ now.
 * @property {() => void} free
 */

/** @type {Promise<unknown> | undefined} */
let started;

/** Loads the engine; many players on a page share it. */
export function startEngine() {
  started ??= wasmModule().then((module) => init({ module_or_path: module }));
  return started;
}

/** A seed that nobody has chosen. */
export function anySeed() {
  return freshSeed();
}

/** The names of presets and networks. */
export function choices() {
  return readChoices(choicesOf());
}

/** The parts of a link, and the letter of its codec. */
export { openLink, readLink, sealLink };
/** A script with one line changed, and the rules that can be waived. */
export { changeScript, rules };

/**
 * Opens a script. Throws an array of `ScriptError` when it has mistakes.
 * @param {string} script
 * @param {() => void} [onBroken]  Called when the run had to be built again.
 * @returns {Run}
 */
export function openRun(script, onBroken = () => {}) {
  let player = new Player(script);
  let text = script;
  let frame = readFrame(player.frame());
  /** @type {Beside | null} */
  let beside = null;
  /** @type {Frame | null} */
  let frameBeside = null;
  /** @type {string[]} */
  let words = [];
  /** @type {import('../pkg/raft_wasm.js').Story} */
  let story = player.story();

  /**
   * @template T
   * @param {(player: Player) => T} work
   * @param {T} instead  What to answer when the engine failed.
   * @returns {T}
   */
  function ask(work, instead) {
    try {
      return work(player);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      console.error(error);
      const { now } = frame;
      player = new Player(text);
      words = [];
      beside = null;
      player.seek(now, 50);
      frame = readFrame(player.frame());
      onBroken();
      return instead;
    }
  }

  /**
   * @template T
   * @param {(player: Player) => T} work
   * @param {T} instead
   * @returns {T}
   */
  function move(work, instead) {
    return ask((current) => {
      const result = work(current);
      frame = readFrame(current.frame());
      if (beside) frameBeside = readFrame(current.frameBeside());
      return result;
    }, instead);
  }

  /** @type {(id: number) => string} */
  const word = (id) => (id < 0 ? '' : words[id] ??= ask((p) => p.text(id), ''));

  /** @type {Beside} */
  const other = {
    get frame() {
      return frameBeside ?? frame;
    },
    words: word,
    findings: () => ask((p) => p.findings(true), []),
    inspectServer: (id) => ask((p) => p.inspectServer(id, true), null),
    inspectMessage: (id) => ask((p) => p.inspectMessage(id, true), null),
    messageRef: (id) => ask((p) => p.messageRef(id, true), ''),
    sent: (a, b) => ask((p) => p.sent(a, b, true), []),
    script: () => ask((p) => p.scriptBeside(), ''),
    checksum: () => ask((p) => p.checksum(true), ''),
  };

  /** @type {Reached[]} */
  const reached = ['more', 'arrived', 'caption', 'end'];
  return {
    get frame() {
      return frame;
    },
    get story() {
      return story;
    },
    get beside() {
      return beside;
    },
    words: word,
    play: (stage, budget) => reached[move((p) => p.playStage(stage, budget), 3)],
    seekStage: (stage, budget) => move((p) => p.seekStage(stage, budget), true),
    seek: (sim, budget) => move((p) => p.seek(sim, budget), true),
    seekCaption: (caption, budget) => move((p) => p.seekCaption(caption, budget), true),
    seekMoment: ({ events, at, caption }, budget) => move(
      (p) => p.seekMoment(events, at, caption, budget), true),
    step: () => move((p) => p.stepEvent(), false),
    stepBack: () => move((p) => p.stepBack(), false),
    act: (line) => {
      move((p) => p.act(line), undefined);
      text = ask((p) => p.script(), text);
      story = ask((p) => p.story(), story);
    },
    returnToStory: () => {
      move((p) => p.returnToStory(), undefined);
      text = ask((p) => p.script(), text);
      story = ask((p) => p.story(), story);
    },
    marks: () => ask((p) => p.marks(), []),
    told: (limit) => ask((p) => p.told(limit), []),
    findings: () => ask((p) => p.findings(), []),
    knownFindings: () => ask((p) => p.knownFindings(), []),
    calls: (before, after) => ask((p) => p.calls(before, after), []),
    call: (client, number) => ask((p) => p.call(client, number), null),
    inspectServer: (id) => ask((p) => p.inspectServer(id), null),
    inspectMessage: (id) => ask((p) => p.inspectMessage(id), null),
    messageRef: (id) => ask((p) => p.messageRef(id), ''),
    sent: (a, b) => ask((p) => p.sent(a, b), []),
    settings: () => ask((p) => readSettings(p.settings()), null),
    withPreset: (preset, network) => ask((p) => p.withPreset(preset, network), text),
    script: () => text,
    link: () => ask((p) => p.link(), ''),
    linkPayload: () => ask((p) => p.linkPayload(), ''),
    checksum: () => ask((p) => p.checksum(), ''),
    compare: (script) => move((p) => {
      p.compare(script);
      beside = other;
    }, undefined),
    stopComparing: () => {
      beside = null;
      frameBeside = null;
      move((p) => p.stopComparing(), undefined);
    },
    compareOn: (budget) => move((p) => p.compareOn(budget), true),
    comparison: () => ask((p) => p.comparison(), null),
    apart: () => ask((p) => p.apart(), []),
    free: () => player.free(),
  };
}

/**
 * The mistakes in a script; none when it is right.
 * @param {string} script
 * @returns {ScriptError[]}
 */
export function mistakes(script) {
  try {
    new Player(script).free();
    return [];
  } catch (error) {
    if (Array.isArray(error)) return error;
    throw error;
  }
}
