/**
 * Runs a command to its end. What goes wrong is said without the stack of our own scripts, which
 * tells nobody who only wants to start the page anything.
 *
 * @param {() => Promise<void>} work
 */
export async function command(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
