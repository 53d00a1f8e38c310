/**
 * The keyboard: single keys while the focus is inside the player, never with Ctrl, Meta or Alt,
 * never in a field; a focused button keeps Space and Enter for itself.
 */

/** @typedef {'play' | 'continue' | 'back' | 'step' | 'step-back' | 'start' | 'end' | 'slower'
 *   | 'faster' | 'help' | 'close'} Command */

/** @type {Record<string, Command>} */
const COMMANDS = {
  ' ': 'play',
  Enter: 'continue',
  ArrowRight: 'continue',
  ArrowLeft: 'back',
  '.': 'step',
  ',': 'step-back',
  Home: 'start',
  End: 'end',
  '<': 'slower',
  '>': 'faster',
  '?': 'help',
  Escape: 'close',
};

/**
 * What a key asks for; nothing when it belongs to what has the focus.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {{tag: string, role: string | null, editable: boolean}} focus
 * @returns {Command | undefined}
 */
export function commandOf(event, focus) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const command = Object.hasOwn(COMMANDS, event.key) ? COMMANDS[event.key] : undefined;
  if (command === 'close') return command;
  if (focus.editable || focus.role === 'menuitem') return undefined;
  const pressable = focus.tag === 'button' || focus.tag === 'a' || focus.tag === 'summary'
    || focus.role === 'button';
  if (pressable && (event.key === ' ' || event.key === 'Enter')) return undefined;
  return command;
}

/**
 * Listens on a root; the inner target of an event in a shadow tree counts.
 * @param {Document | HTMLElement} root
 * @param {(command: Command) => boolean} onCommand  False: the key is left to the browser.
 * @returns {() => void} Stops listening.
 */
export function listenToKeys(root, onCommand) {
  /** @param {Event} event */
  const onKey = (event) => {
    const key = /** @type {KeyboardEvent} */ (event);
    const inner = event.composedPath()[0];
    const target = inner instanceof Element ? inner : document.body;
    const tag = target.localName;
    const command = commandOf(key, {
      tag,
      role: target.getAttribute('role'),
      editable: tag === 'input' || tag === 'textarea' || tag === 'select'
        || (target instanceof HTMLElement && target.isContentEditable),
    });
    if (!command || event.defaultPrevented) return;
    if (onCommand(command)) event.preventDefault();
  };
  root.addEventListener('keydown', onKey);
  return () => root.removeEventListener('keydown', onKey);
}
