import { packages } from './packages.mjs';
import { rustTarget } from './rust-target.mjs';
import { tools } from './tools.mjs';

/** Installs what the build needs and this machine lacks; says and does nothing the second time. */
export async function setup() {
  await packages();
  await rustTarget('wasm32-unknown-unknown');
  await tools();
}
