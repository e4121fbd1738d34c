// Runs a proof when its file is started by hand: --times NUMBER, --seed NUMBER.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { freshSeed } from './random.mjs';

/** Calls `prove({ times, seed, say })` if the module at `url` is the program that runs; prints its sentence or what is wrong. */
export async function command(url, defaults, prove) {
  if (!process.argv[1] || url !== pathToFileURL(process.argv[1]).href) return;
  const { values } = parseArgs({ options: { times: { type: 'string' }, seed: { type: 'string' } } });
  const options = { times: Number(values.times ?? defaults.times), seed: Number(values.seed ?? freshSeed()) };
  if (!Number.isInteger(options.times) || !Number.isInteger(options.seed)) throw new Error('--times and --seed take whole numbers.');
  console.log(`Seed ${options.seed}`);
  const say = (round, what) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${round} of ${options.times}, ${what}   `);
    else if (round % 10 === 0) console.log(`${round} of ${options.times}, ${what}`);
  };
  try {
    console.log(`\n${await prove({ ...options, say })}`);
    process.exit(0);
  } catch (error) {
    console.error(`\n${error.message}\n${error.cause?.stack ?? error.stack}`);
    process.exit(1);
  }
}
