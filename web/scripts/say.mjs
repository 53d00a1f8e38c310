const REMINDER_MS = 15_000;

/**
 * Says what is being done, every 15 seconds that it still is, and how long it took.
 *
 * @template T
 * @param {string} headline
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function say(headline, work) {
  const start = performance.now();
  const elapsed = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  console.log(`• ${headline}`);
  const reminder = setInterval(() => console.log(`  … ${elapsed()} so far`), REMINDER_MS);
  try {
    const result = await work();
    console.log(`  done in ${elapsed()}`);
    return result;
  } catch (error) {
    console.log(`  failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(reminder);
  }
}
