// What the bundler makes of imports that are not JavaScript.

/** A story: a script of the playground's language, as text. */
declare module '*.raft' {
  const text: string;
  export default text;
}

/** Any file as text: scripts and style sheets bundled and minified. */
declare module '*?text' {
  const text: string;
  export default text;
}

/** Where the engine lies, relative to the script. */
declare module 'wasm-address' {
  const address: string;
  export default address;
}

/** The engine, deflated, in base64. */
declare module 'wasm-deflated' {
  const text: string;
  export default text;
}

/** What the settings panel says and cites, in one of the two forms of `scripts/settings-source.mjs`. */
declare module 'settings-source' {
  export function settingsData(): Promise<typeof import('./src/settings/data.js')>;
}
declare module 'settings-address' {
  const address: string;
  export default address;
}
