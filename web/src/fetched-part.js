/**
 * Parts of the page that come when they are wanted: each a classic script beside this one, which
 * finds here what the page has already.
 */
import shared from 'shared-modules';

/** @type {Record<string, any>} */
const parts = {};
Object.assign(globalThis, { RaftPlayground: { shared, parts } });

/**
 * What a part exports.
 * @param {string} name
 * @param {string} address
 * @returns {Promise<any>}
 */
export function fetchedPart(name, address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = new URL(address, import.meta.url).href;
    script.onload = () => resolve(parts[name]);
    script.onerror = () => {
      // So that another attempt asks anew.
      script.remove();
      reject(new Error(script.src));
    };
    document.head.append(script);
  });
}
