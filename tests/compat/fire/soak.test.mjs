// A slice of the soak: the command `fire/soak.mjs` goes on for as long as one likes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { full } from './command.mjs';
import { testSeed } from './random.mjs';
import { soak } from './soak.mjs';

test('under mixed traffic the server holds no more and more', { timeout: 900_000 }, async (context) => {
  const { samples } = await soak({ milliseconds: full ? 600_000 : 15_000, seed: testSeed(), say: (text) => context.diagnostic(text) });
  assert.ok(samples.length >= 5);
});
