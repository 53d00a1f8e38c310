// What the bundler makes of imports that are not JavaScript.

/** A story: a script of the playground's language, as text. */
declare module '*.raft' {
  const text: string;
  export default text;
}

/** Values in JSON, one in a line, as text. */
declare module '*.jsonl' {
  const text: string;
  export default text;
}

/** Any file as text: scripts and style sheets bundled and minified. */
declare module '*?text' {
  const text: string;
  export default text;
}

/** Where the engine and the search lie, relative to the script. */
declare module 'engine-address' {
  const address: string;
  export default address;
}
declare module 'search-address' {
  const address: string;
  export default address;
}

/** The engine and the search, deflated, in base64. */
declare module 'engine-deflated' {
  const text: string;
  export default text;
}
declare module 'search-deflated' {
  const text: string;
  export default text;
}

/** The parts of the page, each loaded when it is called for. */
declare module 'part:calls' {
  const load: () => Promise<typeof import('./src/calls-panel.js')>;
  export default load;
}
declare module 'part:compare' {
  const load: () => Promise<typeof import('./src/compare/panel.js')>;
  export default load;
}
declare module 'part:rules' {
  const load: () => Promise<typeof import('./src/rules/part.js')>;
  export default load;
}
declare module 'part:settings' {
  const load: () => Promise<typeof import('./src/settings/part.js')>;
  export default load;
}

/** The modules that parts share with the page, by their files. */
declare module 'shared-modules' {
  const shared: Record<string, object>;
  export default shared;
}

/** The scenario of each rule, by the rule's name. */
declare module 'rule-scenarios' {
  const scenarios: Record<string, string>;
  export default scenarios;
}
