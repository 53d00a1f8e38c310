import { spawn } from 'node:child_process';
import { paths } from './paths.mjs';

/**
 * Runs a program to its end; what it prints is printed here, or kept with `capture`.
 *
 * No shell is in between: arguments mean the same on every system.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean }} [options]
 * @returns {Promise<string>} what it printed, with `capture`
 */
export function run(program, args, { cwd = paths.root, env = {}, capture = false } = {}) {
  const line = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'ignore' : 'inherit'],
    });
    let printed = '';
    child.stdout?.on('data', (text) => (printed += text));
    child.on('error', (error) => reject(new Error(`cannot run "${line}": ${error.message}`)));
    child.on('close', (code, signal) =>
      code === 0 ? resolve(printed) : reject(new Error(`"${line}" ended with ${code ?? signal}`)),
    );
  });
}
