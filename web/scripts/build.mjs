import { command } from './command.mjs';
import { make } from './make.mjs';

// `npm run build`: makes `web/dist`.
await command(make);
