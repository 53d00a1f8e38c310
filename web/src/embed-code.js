/** What an author puts into a page of their own. */

/**
 * HTML that shows a run on another page.
 * @param {string} address  Of the page, with the fragment.
 * @param {string} title
 */
export function embedCode(address, title) {
  const [page, fragment] = address.split('#');
  const source = `${page}${page.includes('?') ? '&' : '?'}embed#${fragment}`;
  return `<iframe src="${escaped(source)}" title="${escaped(title)}" width="100%" height="480" `
    + 'loading="lazy" style="border:0" allow="fullscreen; clipboard-write"></iframe>';
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
