import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutStartShort, freshFolder, startServer } from '../server.mjs';
import { finish, sdk } from '../support.mjs';
import { kills } from './kills.mjs';
import { Chance, testSeed } from './random.mjs';

const isFull = !!process.env.SWITCHBOARD_FULL;
const times = isFull ? 200 : 12;
const beginnings = isFull ? 20 : 4;

test(`whatever is acknowledged outlives ${times} kills at any moment, once`, { timeout: 1_200_000 }, async (context) => {
  const seed = testSeed();
  context.diagnostic(`Seed ${seed}`);
  await kills({ times, seed });
});

test(`a first start that is killed anywhere, ${beginnings} times, is finished by the next one`, { timeout: 600_000 }, async (context) => {
  const seed = testSeed();
  context.diagnostic(`Seed ${seed}`);
  const chance = new Chance(seed, 'beginnings');
  for (let round = 0; round < beginnings; round++) {
    const dataDir = await freshFolder();
    await cutStartShort(dataDir, chance.between(50, 1_200));
    const started = await startServer({ dataDir });
    const accounts = await sdk(started).accounts.list();
    assert.deepEqual(
      accounts.map((account) => account.accountID),
      ['local_owner'],
    );
    const verified = await started.cli(['verify']);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    await finish(started);
  }
});
