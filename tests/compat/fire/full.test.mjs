import { test } from 'node:test';
import { full, smallDisk } from './full.mjs';
import { testSeed } from './random.mjs';

const isFull = !!process.env.SWITCHBOARD_FULL;
const times = isFull ? 50 : 5;

test(`a disk that is filled and freed ${times} times costs nothing`, { timeout: 900_000 }, async (context) => {
  const disk = smallDisk();
  if (disk.reason) return context.skip(disk.reason);
  const seed = testSeed();
  context.diagnostic(`Seed ${seed}`);
  const { refusals, slowest } = await full({ times, seed, disk, long: isFull ? undefined : 5_000 });
  context.diagnostic(`${refusals} requests refused, slowest recovery ${slowest} ms`);
});
