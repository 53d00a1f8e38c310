/**
 * A player: puts the parts together around one run.
 *
 * Everything a person does comes in here and goes to the engine as a seek or as a line of script;
 * everything that is seen comes out of the frame the engine answers with.
 */
import { createActing } from './acting.js';
import { createCaption } from './caption.js';
import { createClock } from './clock.js';
import { createComparing } from './compare/compare.js';
import { isBeside } from './compare/key.js';
import { createControls } from './controls.js';
import { h, put } from './dom.js';
import { anySeed, openRun } from './engine.js';
import { freeScript } from './free.js';
import { createHelp } from './help.js';
import { listenToKeys } from './keys.js';
import { createNotice } from './notice.js';
import { createPages } from './pages.js';
import { createShareSheet } from './share-sheet.js';
import { createSide } from './side.js';
import { createStage } from './stage.js';
import { createStoriesSheet } from './stories-sheet.js';
import { text } from './text.js';
import { SPEEDS, createTimeline } from './timeline.js';
import { createTold } from './told.js';
import { createTravel } from './travel.js';
import { hasWorkload, withWorkload } from './workload.js';

/** @typedef {import('./engine.js').Run} Run */
/** @typedef {{id: string, title: string, script: string}} Story */

/**
 * @typedef {object} State  What the parts share.
 * @property {Run | undefined} run
 * @property {number} storyIndex  Which story; -1 when what runs is none of them.
 * @property {boolean} free  Whether there are no captions to go by.
 * @property {string} selected  The key of what is acted on or inspected.
 * @property {string} shown  What stands beside the stage: a key of it, a page, or nothing.
 */

/**
 * @typedef {object} Options
 * @property {Story[]} stories
 * @property {boolean} embed  Without a header.
 * @property {boolean} autoplay
 * @property {Document | HTMLElement} keys  Where keys are listened to.
 * @property {(fragment: string) => string} address  The page's address with a fragment.
 * @property {import('./parts.js').Parts} parts  What comes when it is wanted.
 * @property {(title: string) => void} [onTitle]
 * @property {(id: string) => void} [onStory]  A story was opened from within.
 * @property {(fragment: string) => void} [onShared]
 * @property {(type: string, detail: object) => void} [onEvent]
 */

const NARROW = 640;
const SHORT = 560;
const TIMELINE_EVERY_MS = 60;
/** @type {number[]} */
const NOBODY = [];

/**
 * Builds a player in an element. It shows nothing until something is opened.
 * @param {HTMLElement} root
 * @param {Options} options
 */
export function createApp(root, options) {
  const { stories, onEvent = () => {} } = options;
  const motion = window.matchMedia('(prefers-reduced-motion: reduce)');
  const steps = () => motion.matches;
  /** @type {State} */
  const state = { run: undefined, storyIndex: -1, free: false, selected: '', shown: '' };
  const opened = () => /** @type {Run} */ (state.run);
  /** The frame that is put into words. @type {import('./frame.js').Frame | undefined} */
  let described;
  /** Whom a judge's last finding names. */
  let accused = NOBODY;
  let timedAt = 0;

  const clock = createClock({ run: () => state.run, steps, onPicture: picture, onChange });
  const travel = createTravel({ clock, run: opened, steps });
  const caption = createCaption();
  const told = createTold(() => openFinding(opened().findings().at(-1)));
  const notice = createNotice();
  const controls = createControls({ onBack, onContinue });
  const timeline = createTimeline({
    onPlay: toggle, onStep: step, onSeek: seekStage, onSpeed: setSpeed, onLive: goLive,
    onFinding: (at) => openFinding(opened().knownFindings().find((one) => one.at === at)),
  });
  const stage = createStage({
    onActivate: (key, at, target) => acting.open(key, at, target),
    onResize: clock.redraw,
  });
  const comparing = createComparing({
    stage,
    run: () => state.run,
    clock,
    onActivate: (key, at, target) => acting.open(key, at, target),
    onGo: seek,
    onKnown: () => timeline.repaint(),
  });
  const side = createSide({
    state,
    clock,
    find: (key) => (isBeside(key) ? comparing : stage).find(key),
    onRun: runScript,
    pages: createPages(options.parts, {
      run: () => state.run,
      anySeed,
      onSeek: seek,
      onFinding: openFinding,
      onCompare: compare,
      onStop: stopComparing,
      onRun: runScript,
      onOpen: openFound,
    }),
  });
  const acting = createActing({
    state, clock, run: synced, steps, onInspect: side.inspect, onPage: side.open,
    onRefused: notice.show, onActed, onWorkload: toggleWorkload,
  });
  const help = createHelp();
  const tales = createStoriesSheet(stories, (index) => (index < 0 ? openFree() : goTo(index)));
  const sharing = createShareSheet({
    run: synced,
    title: () => opened().story.title,
    onOpen: clock.pause,
    address: options.address,
    onShared: (fragment) => options.onShared?.(fragment),
  });

  const header = h('header', { class: 'header' },
    h('h1', { class: 'brand' }, text('page.name')),
    h('nav', { 'aria-label': text('page.name') },
      tales.button, side.tools.button, sharing.button, help.button));
  root.replaceChildren(h('div', { class: 'frame' },
    ...(options.embed ? [] : [header]), notice.element,
    h('div', { class: 'work' }, comparing.stages,
      h('div', { class: 'desk' }, comparing.bar, told.element, caption.element, controls.element,
        timeline.element)),
    side.element, told.live, acting.menu.element, tales.sheet, sharing.sheet, help.sheet,
    ...(options.embed ? [] : [side.tools.sheet])));

  const sizes = new ResizeObserver(([{ contentRect: { width, height } }]) => {
    put(root, 'data-narrow', width < NARROW);
    put(root, 'data-short', height < SHORT);
  });
  sizes.observe(root);
  const forgetKeys = listenToKeys(options.keys, onCommand);
  const onHidden = () => document.hidden && clock.pause();
  document.addEventListener('visibilitychange', onHidden);

  // --- showing

  /**
   * One picture. The stage is drawn each time; what is written around it only when it can have
   * changed, and the running time no oftener than it can be read.
   * @param {{now: number, stage: number}} moment
   */
  function picture(moment) {
    const run = opened();
    const { frame } = run;
    const branch = frame.branch && !state.free;
    const points = branch ? NOBODY : run.story.captions[frame.caption - 1]?.point ?? NOBODY;
    if (frame !== described || !clock.playing) describe(run, branch);
    const looks = {
      words: run.words, points, accused, selected: state.selected, still: !clock.playing,
    };
    comparing.draw(moment, looks);
    stage.draw(frame, moment, { ...looks, apart: comparing.apart });
    const time = performance.now();
    if (clock.playing && time - timedAt < TIMELINE_EVERY_MS) return;
    timedAt = time;
    timeline.update(frame, moment, {
      playing: clock.playing,
      speed: clock.speed,
      open: state.free || branch,
      following: moment.stage >= frame.ranStage - 1000,
    });
    timeline.paint(() => comparing.marks(run.marks()), frame);
  }

  /**
   * @param {Run} run
   * @param {boolean} branch
   */
  function describe(run, branch) {
    const { frame, story } = run;
    caption.update(state.free ? text('caption.free') : branch ? text('caption.branch')
      : story.captions[frame.caption - 1]?.text ?? story.title);
    controls.update({
      mode: state.free ? 'free' : 'story',
      playing: clock.playing,
      branch,
      caption: frame.caption,
      captions: frame.captions,
      last: state.storyIndex < 0 || state.storyIndex === stories.length - 1,
      atEnd: travel.isOver,
    });
    if (frame === described) return;
    described = frame;
    const findings = frame.findings > 0 ? run.findings() : [];
    const [, number] = state.shown.split('finding-');
    const shown = number ? run.knownFindings()[Number(number)] : findings.at(-1);
    accused = shown?.servers ?? NOBODY;
    told.update(run.told(3), findings, clock.playing);
    side.follow();
    onEvent('statechange', { at: frame.now, caption: frame.caption });
  }

  /**
   * @param {boolean} playing
   * @param {import('./clock.js').Why} why
   */
  function onChange(playing, why) {
    if (why === 'end') travel.end();
    described = undefined;
    clock.redraw();
    onEvent(playing ? 'play' : 'pause', { at: state.run?.frame.now ?? 0 });
  }

  // --- opening

  /**
   * Puts a script in the place of what was open. Throws its mistakes, and then nothing has changed.
   * @param {string} script
   * @param {number} [index]  Which story it is.
   */
  function replace(script, index = -1) {
    const next = openRun(script, () => notice.show(text('page.broken')));
    clock.pause();
    travel.forget();
    acting.menu.close();
    comparing.close();
    state.run?.free();
    state.run = next;
    state.storyIndex = index;
    state.free = next.story.captions.length === 0;
    state.selected = '';
    described = undefined;
    side.begin();
    timeline.forget();
    tales.mark(state.free && index < 0 ? -1 : index);
    clock.follow();
    options.onTitle?.(next.story.title);
  }

  /**
   * Opens a script at its beginning: at the first caption where that is said at once.
   * @param {string} script
   * @param {number} [index]
   */
  function openScript(script, index) {
    replace(script, index);
    const said = opened().play(0, 20) === 'caption';
    clock.follow();
    travel.prepare(() => {
      if (!said && !steps() && options.autoplay) clock.play();
    });
  }

  /** @param {number} index */
  function openStory(index) {
    openScript(stories[index].script, index);
  }

  /** @param {number} index */
  function goTo(index) {
    openStory(index);
    options.onStory?.(stories[index].id);
  }

  function openFree() {
    replace(freeScript(anySeed()));
    if (!steps()) clock.play();
    options.onStory?.('');
  }

  /**
   * A run at a moment, from a link.
   * @param {import('./share.js').LinkParts} parts
   */
  function openLinked(parts) {
    replace(parts.script);
    const { beside } = parts;
    const mistake = beside ? comparing.openLinked(beside.script) : '';
    if (mistake !== '') notice.show(mistake);
    clock.go((budget) => opened().seekMoment(parts, budget), () => {
      const run = opened();
      const other = run.beside ? run.beside.checksum() === beside?.checksum : true;
      if (mistake === '' && run.checksum() !== parts.checksum) notice.show(text('link.different'));
      else if (!other) notice.show(text('compare.different'));
      travel.prepare(() => {});
    });
  }

  /**
   * Puts the run of a script beside this one; from where we are, or from the start.
   * @param {string} script
   * @param {boolean} fromStart
   */
  function compare(script, fromStart) {
    clock.pause();
    comparing.open(script);
    side.reread();
    clock.follow();
    if (fromStart) seekStage(0);
  }

  function stopComparing() {
    comparing.close();
    side.close();
    clock.follow();
  }

  /**
   * What the panel of rules has to show.
   * @param {string} script
   */
  function openFound(script) {
    openScript(script);
    options.onStory?.('');
    // On a phone the stage is above the panel.
    root.scrollTop = 0;
  }

  /**
   * What was written in the editor; from where we are, or from the start.
   * @param {string} script
   * @param {boolean} fromStart
   */
  function runScript(script, fromStart) {
    const at = state.run?.frame.now ?? 0;
    replace(script, stories.findIndex((story) => story.script === script));
    if (!fromStart) clock.go((budget) => opened().seek(at, budget));
    else if (!steps()) clock.play();
  }

  // --- playing

  function toggle() {
    if (clock.playing) return clock.pause();
    // At its end a run begins again.
    if (clock.stage >= opened().frame.endStage) seekStage(0);
    return clock.play();
  }

  function onContinue() {
    if (state.free) toggle();
    else if (opened().frame.branch) returnToStory();
    else if (!travel.isOver) travel.onward();
    else if (state.storyIndex >= 0 && state.storyIndex < stories.length - 1) {
      goTo(state.storyIndex + 1);
    } else {
      openFree();
    }
  }

  function onBack() {
    if (state.free) return;
    if (opened().frame.branch) returnToStory();
    else travel.back();
  }

  function returnToStory() {
    clock.pause();
    opened().returnToStory();
    travel.forget();
    timeline.forget();
    side.reread();
    clock.follow();
    comparing.again();
  }

  /** @param {1 | -1} direction */
  function step(direction) {
    const run = synced();
    clock.pause();
    travel.forget();
    if (direction > 0) run.step();
    else run.stepBack();
    clock.follow();
  }

  /** @param {number} target */
  function seekStage(target) {
    travel.forget();
    const { ranStage } = opened().frame;
    const reachable = state.free ? Math.min(target, ranStage) : target;
    clock.go((budget) => opened().seekStage(reachable, budget), () => {
      onEvent('seek', { at: opened().frame.now });
    });
  }

  /** @param {number} at  Simulated µs. */
  function seek(at) {
    clock.pause();
    travel.forget();
    clock.go((budget) => opened().seek(at, budget), () => onEvent('seek', { at }));
  }

  /**
   * To the moment at which a judge found something, and what that is.
   * @param {import('../pkg/raft_wasm.js').Finding | undefined} finding
   */
  function openFinding(finding) {
    if (!finding) return;
    const number = opened().knownFindings().findIndex((one) => (
      one.at === finding.at && one.property === finding.property
      && String(one.servers) === String(finding.servers) && one.index === finding.index));
    seek(finding.at);
    if (finding.calls.length > 0) side.open('calls');
    else side.inspect(`finding-${number}`);
    described = undefined;
  }

  /** The clients call by themselves from now on, or no longer: other runs, up to here. */
  function toggleWorkload() {
    const run = opened();
    const script = run.script();
    const on = !hasWorkload(script);
    const { length } = run.frame.clients;
    const beside = run.beside?.script();
    runScript(withWorkload(script, length, on), false);
    if (beside !== undefined) comparing.open(withWorkload(beside, length, on));
    if (!steps()) clock.play();
  }

  function goLive() {
    seekStage(opened().frame.ranStage);
    if (!steps()) clock.play();
  }

  /** @param {number} speed */
  function setSpeed(speed) {
    clock.setSpeed(speed);
    clock.redraw();
  }

  /** The run with its playhead at the moment that is shown. */
  function synced() {
    const run = opened();
    if (clock.stage > run.frame.stage) run.seekStage(clock.stage, 50);
    return run;
  }

  /** @param {string} line */
  function onActed(line) {
    travel.forget();
    timeline.repaint();
    side.reread();
    comparing.again();
    onEvent('act', { line });
  }

  /** @param {import('./keys.js').Command} command */
  function onCommand(command) {
    if (!state.run || acting.menu.isOpen) return false;
    const speed = SPEEDS.indexOf(clock.speed);
    switch (command) {
      case 'play': toggle(); break;
      case 'continue': onContinue(); break;
      case 'back': onBack(); break;
      case 'step': step(1); break;
      case 'step-back': step(-1); break;
      case 'start': seekStage(0); break;
      case 'end': seekStage(opened().frame.ranStage); break;
      case 'slower': setSpeed(SPEEDS[Math.max(0, speed - 1)]); break;
      case 'faster': setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, speed + 1)]); break;
      case 'help': if (!options.embed) help.toggle(); break;
      case 'close':
        if (state.shown === '') return false;
        side.close();
        break;
    }
    return true;
  }

  return {
    openStory,
    openScript,
    openFree,
    openLinked,
    notice,
    get isOpen() {
      return state.run !== undefined;
    },
    play: clock.play,
    pause: clock.pause,
    seek,
    destroy() {
      clock.destroy();
      travel.destroy();
      told.destroy();
      side.destroy();
      comparing.destroy();
      stage.destroy();
      sizes.disconnect();
      forgetKeys();
      document.removeEventListener('visibilitychange', onHidden);
      state.run?.free();
      state.run = undefined;
    },
  };
}
