// What the commands in this folder share: how long, from which seed, and how a run says where to find what it wrote.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { freshSeed } from './random.mjs';

/** Whether the long forms are wanted: `./test --full`, and continuous integration. */
export const full = process.env.SWITCHBOARD_FULL === '1';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `10m`, `2h`. */
export function milliseconds(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (!unit) throw new Error(`“${text}” is not a time such as 90s, 10m or 2h.`);
  return Number(number) * units[unit];
}

/** `--for`, `--seed` and further options of a command line. */
export function options(further = {}) {
  const { values } = parseArgs({ options: { for: { type: 'string' }, seed: { type: 'string' }, ...further } });
  return { ...values, for: values.for && milliseconds(values.for), seed: values.seed === undefined ? freshSeed() : Number(values.seed) };
}

/** Whether this module is the program that was started. */
export const isProgram = (meta) => process.argv[1] && meta.url === pathToFileURL(process.argv[1]).href;

/** Where runs leave their tables: `.test` of the repository. */
export function outputPath(name) {
  const folder = fileURLToPath(new URL('../../../.test', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
