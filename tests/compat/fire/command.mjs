// What the commands in this folder share: how long, from which seed, and how a run says where to find what it wrote.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** Whether the long forms are wanted: `./test --full`, and continuous integration. */
export const full = process.env.SWITCHBOARD_FULL === '1';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `10m`, `2h`. */
export function milliseconds(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (!unit) throw new Error(`“${text}” is not a time such as 90s, 10m or 2h.`);
  return Number(number) * units[unit];
}

/** A seed that no run before had. */
export const newSeed = () => Math.floor(Math.random() * 0x7fffffff);

/** `--for`, `--seed` and further options of a command line. */
export function options(further = {}) {
  const { values } = parseArgs({ options: { for: { type: 'string' }, seed: { type: 'string' }, ...further } });
  return { ...values, for: values.for && milliseconds(values.for), seed: values.seed === undefined ? newSeed() : Number(values.seed) };
}

/** Whether this module is the program that was started. */
export const isProgram = (meta) => process.argv[1] && meta.url === pathToFileURL(process.argv[1]).href;

/** Where runs leave their tables: `.test` of the repository. */
export function outputPath(name) {
  const folder = fileURLToPath(new URL('../../../.test', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

/** A random source by seed: a number from 0 up to 1. The same seed gives the same numbers. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    pick: (items) => items[Math.floor(next() * items.length)],
    /** One of `[[weight, item], …]`. */
    weighted(items) {
      let roll = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      return items.find(([weight]) => (roll -= weight) < 0)[1];
    },
  };
}
