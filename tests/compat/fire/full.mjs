// Fills the file system that the data folder is on, again and again, and frees it. As root, because it mounts one of its own:
//   node fire/full.mjs [--times 50] [--seed NUMBER]
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../server.mjs';
import { finish } from '../support.mjs';
import { command } from './rounds.mjs';
import { Follower } from './follower.mjs';
import { becomesNothing, comesToRest, sendSomeAgain, wholeCheck } from './kills.mjs';
import { Chance } from './random.mjs';
import { town } from './town.mjs';

/** Within this time after there is room again, everything works by itself. */
const RECOVERY = 10_000;
/** Once, the disk is full for so long that whoever waits ever longer between tries would wait too long. */
const LONG = 25_000;

/** A file system of 64 MiB in memory: `{ folder, release() }`; or the reason why there is none. */
export function smallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'switchboard-full', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmdirSync(folder);
    return { reason: `A file system cannot be mounted here: ${(mounted.error?.message ?? mounted.stderr).trim()}` };
  }
  const release = () => {
    spawnSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  };
  return { folder, release };
}

/** Fills `times` times. Fails with what was lost, doubled or not clear, and the seed. */
export async function full({ times, seed, disk, long = LONG, say = () => {} }) {
  const server = await startServer({ dataDir: join(disk.folder, 'data') });
  let whole = false;
  try {
    const place = await town(server, seed);
    for (const lane of place.lanes) Object.assign(lane, { longest: 8_000, toleratedStatus: (status) => status === 507 });
    const followers = place.people.map((who) => new Follower(server, who, place.conversations));
    const run = { server, disk, chance: new Chance(seed, 'full'), ...place, followers, refusals: 0, slowest: 0 };
    await Promise.all(followers.map((follower) => follower.connect()));
    const first = server.process.child.pid;
    for (let round = 1; round <= times; round++) {
      run.ledger.round = round;
      const ballast = fill(run);
      try {
        await traffic(run, round === Math.ceil(times / 2) ? long : 0);
      } finally {
        closeSync(ballast.empty());
      }
      await recovers(run);
      say(round, `${run.ledger.messages.size} messages, ${run.refusals} refused, slowest recovery ${run.slowest} ms`);
    }
    await wholeCheck(run);
    assert.equal(server.process.child.pid, first);
    assert.equal(server.process.child.exitCode, null);
    // A full disk may be told to whoever writes, never to whoever reads.
    server.faults = server.faults.filter((fault) => fault.startsWith('GET ') || !fault.endsWith(' answered 507'));
    await Promise.all(followers.map((follower) => follower.close()));
    whole = true;
    return run;
  } catch (error) {
    const faults = [...new Set(server.faults)].filter((fault) => !fault.endsWith(' answered 507'));
    throw new Error([`Seed ${seed}: ${error.message}`, ...faults, server.output.slice(-3000)].join('\n'), { cause: error });
  } finally {
    if (whole) await finish(server);
    else await server.kill();
    disk.release();
  }
}

/** Leaves a little room, or none. `empty()` gives all of it back. */
function fill({ disk, chance }) {
  const file = openSync(join(disk.folder, 'ballast'), 'w');
  let size = 0;
  for (let block = 1 << 20; block >= 4096; ) {
    try {
      size += writeSync(file, Buffer.alloc(block), 0, block, size);
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
      block >>= 2;
    }
  }
  ftruncateSync(file, Math.max(0, size - 4096 * chance.between(0, 100)));
  return {
    empty() {
      ftruncateSync(file, 0);
      return file;
    },
  };
}

/** Everybody goes on until the disk has refused a few times; while it is full, files are refused and reads answered. */
async function traffic(run, staysFor) {
  const { server, lanes, people, conversations } = run;
  const before = server.faults.length;
  const refusals = () => server.faults.slice(before).filter((fault) => fault.endsWith(' answered 507')).length;
  const started = Date.now();
  let isOver = false;
  const acting = Promise.all(lanes.map((lane) => lane.run(() => isOver)));
  try {
    while (refusals() < 5 && Date.now() - started < 10_000) {
      await Promise.race([pause(20), acting]);
      if (Date.now() - started > 100) await refusesFiles(people[0]);
    }
  } finally {
    isOver = true;
    await acting;
  }
  assert.ok(refusals() >= 5, 'the disk never became full');
  for (const until = Date.now() + staysFor; Date.now() < until; await pause(500)) {
    await lanes[0].send(conversations[0]).catch((error) => assert.equal(error.status, 507, error.message));
  }
  for (const { who, chatID } of conversations.flatMap((conversation) => conversation.sides)) {
    await who.sdk.messages.list(chatID);
    await who.sdk.messages.search({ query: 'fire', chatIDs: [chatID] });
    await who.sdk.chats.list();
  }
  run.refusals += refusals();
}

/** A file of a megabyte finds no room, and the answer says what to do. */
async function refusesFiles(who) {
  const content = Buffer.alloc(1 << 20, 'x').toString('base64');
  const error = await who.sdk.assets.uploadBase64({ content, fileName: 'large.txt' }).then(
    () => assert.fail('a file found room on a full disk'),
    (reason) => reason,
  );
  assert.equal(error.status, 507, error.message);
  assert.equal(error.error.code, 'storage_full');
  assert.match(error.error.message, /disk is full.*[Ff]ree/);
}

/** There is room again: by itself, all that was accepted is delivered, and all that was refused can be had. */
async function recovers(run) {
  const { server, ledger, chance, lanes, people } = run;
  const started = Date.now();
  await Promise.all(lanes.map((lane) => lane.send(chance.pick(lane.conversations))));
  await people[0].sdk.assets.uploadBase64({ content: Buffer.alloc(1 << 20).toString('base64'), fileName: 'large.bin' });
  await sendSomeAgain(chance, ledger.recent);
  const left = () => Math.max(0, RECOVERY - (Date.now() - started));
  await comesToRest(run, left);
  await becomesNothing(async () => {
    const { status } = await fetch(`${server.baseURL}/health/ready`);
    return status === 200 ? [] : [`/health/ready answers ${status}`];
  }, left());
  run.slowest = Math.max(run.slowest, Date.now() - started);
}

await command(import.meta, { times: 50 }, async (options) => {
  const disk = smallDisk();
  if (disk.reason) throw new Error(disk.reason);
  const run = await full({ ...options, disk });
  return (
    `${options.times} times full, ${run.ledger.messages.size} messages, ${run.refusals} requests refused, ` +
    `slowest recovery ${run.slowest} ms: nothing lost, nothing doubled.`
  );
});
