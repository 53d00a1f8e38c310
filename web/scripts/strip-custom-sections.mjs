const HEADER_LENGTH = 8;
const CUSTOM = 0;

/**
 * A WebAssembly module without its custom sections: names for debuggers, producers, features.
 * No engine reads them.
 *
 * @param {Uint8Array} module
 * @returns {Uint8Array}
 */
export function stripCustomSections(module) {
  const kept = [module.subarray(0, HEADER_LENGTH)];
  for (let at = HEADER_LENGTH; at < module.length; ) {
    const { value: length, next } = unsigned(module, at + 1);
    const end = next + length;
    if (end > module.length) throw new Error(`the section at byte ${at} is cut off`);
    if (module[at] !== CUSTOM) kept.push(module.subarray(at, end));
    at = end;
  }
  return new Uint8Array(Buffer.concat(kept));
}

/** The unsigned LEB128 number at a place, and the place after it. */
function unsigned(/** @type {Uint8Array} */ bytes, /** @type {number} */ at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('the module ends in the middle of a number');
    value += (byte % 128) * scale;
    if (byte < 128) return { value, next: at };
  }
}
