import { test } from 'node:test';
import { kills } from './kills.mjs';
import { freshSeed } from './random.mjs';

const times = process.env.SWITCHBOARD_FULL ? 200 : 12;

test(`whatever is acknowledged outlives ${times} kills at any moment, once`, { timeout: 900_000 }, async (context) => {
  const seed = freshSeed();
  context.diagnostic(`Seed ${seed}`);
  await kills({ times, seed });
});
