/** What `web/index.html` says, and both forms of the page replace. */
const STYLE = '<link rel="stylesheet" href="style.css">';
const SCRIPT = '<script type="module" src="main.js"></script>';

/** The page in its two forms, made from one template. */
export const pages = {
  /**
   * The page of several files, for a server. The engine's download starts with the page's.
   *
   * @param {string} template
   * @param {{ style: string, script: string, engine: string }} addresses
   */
  served(template, { style, script, engine }) {
    const preload = `<link rel="preload" href="${engine}" as="fetch" crossorigin>`;
    const page = replace(template, STYLE, `<link rel="stylesheet" href="${style}">\n${preload}`);
    return replace(page, SCRIPT, `<script type="module" src="${script}"></script>`);
  },

  /**
   * The page in a single file. The script becomes a classic one, since modules do not run from
   * `file://`; and moves to the end, since a classic script does not wait for the page below it.
   *
   * @param {string} template
   * @param {{ style: string, script: string }} contents
   */
  single(template, { style, script }) {
    const css = style.replaceAll('</style', '<\\/style').trim();
    const page = replace(template, STYLE, `<style>${css}</style>`);
    const end = `<script>${withoutTags(script).trim()}</script>\n</body>`;
    return replace(replace(page, SCRIPT, ''), '</body>', end);
  },
};

/**
 * The same script, without what an HTML parser would take for its end or for a comment.
 *
 * Minified code has these characters only in strings, templates and patterns, and there `\x3C` is
 * another way to write `<`.
 */
function withoutTags(/** @type {string} */ script) {
  return script.replaceAll(/<(?=\/script|!--)/gi, '\\x3C');
}

/** Replaces what has to be there, once: a template without it would silently lose its script. */
function replace(
  /** @type {string} */ page,
  /** @type {string} */ tag,
  /** @type {string} */ content,
) {
  if (page.split(tag).length !== 2) throw new Error(`web/index.html needs exactly one ${tag}`);
  return page.replace(tag, () => content);
}
