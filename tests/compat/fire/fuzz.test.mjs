// A slice of the fuzzer: the command `fire/fuzz.mjs` goes on for as long as one likes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { full } from './command.mjs';
import { testSeed } from './random.mjs';
import { fuzz } from './fuzz.mjs';

test('whatever is sent, every route answers as the contract says and the server goes on', { timeout: 600_000 }, async (context) => {
  const { requests } = await fuzz({
    milliseconds: full ? 60_000 : 8_000,
    runs: full ? 15 : 4,
    seed: testSeed(),
    say: (text) => context.diagnostic(text),
  });
  assert.ok(requests > 200);
});
