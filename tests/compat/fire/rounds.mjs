// Runs a proof when its file is started by hand: --times NUMBER, --seed NUMBER.
import { isProgram, options as given } from './command.mjs';

/** Calls `prove({ times, seed, say })` if the module is the program that runs; prints its sentence or what is wrong. */
export async function command(meta, defaults, prove) {
  if (!isProgram(meta)) return;
  const { times, seed } = given({ times: { type: 'string' } });
  const options = { times: Number(times ?? defaults.times), seed };
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
