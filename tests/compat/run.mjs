// Runs the test files with one real homeserver for all that need one: node run.mjs [options and files of node --test].
// It starts only when it is installed and a Matrix test is among the files; without it every such file starts its own.
import { spawn } from 'node:child_process';

const parameters = process.argv.slice(2);
const files = parameters.filter((word) => !word.startsWith('-'));
const needed = !process.env.SWITCHBOARD_HOMESERVER && (files.length === 0 || files.some((name) => name.includes('matrix')));

let shared;
if (needed) {
  const { Homeserver, missing } = await import('./matrix/homeserver.mjs');
  if (!missing('homeserver')) {
    shared = await Homeserver.start().catch((error) => {
      // The test files say so, each for itself.
      process.stderr.write(`${error.stderr ?? error.message}\n`);
    });
  }
}

const settings = shared ? { SWITCHBOARD_HOMESERVER: shared.folder } : {};
const tests = spawn(process.execPath, ['--test', ...parameters], { stdio: 'inherit', env: { ...process.env, ...settings } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tests.kill(signal));
const code = await new Promise((resolve) => tests.once('close', (status) => resolve(status ?? 1)));
await shared?.stop();
process.exit(code);
