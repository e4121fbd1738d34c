// Hours of mixed traffic: does the server hold more and more? By itself: node fire/soak.mjs --for 2h --seed 7
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../server.mjs';
import { call, finish } from '../support.mjs';
import { isProgram, options, outputPath } from './command.mjs';
import { Chance } from './random.mjs';
import { gauge, logSizes, median, memoryParts, MiB, slope, storeSizes } from './gauge.mjs';
import { town, Traffic } from './traffic.mjs';

/** What may never be passed, however short the run. */
const CEILING = { memory: 512 * MiB, handles: 600, threads: 120, log: 64 * MiB };

/**
 * By how much things may rise over the second half. The store grows all the while, and each connection caches up to 8 MiB of
 * it: that part of the memory has a limit of its own (`CACHE`). What remains is the server’s own. It goes up and down by a
 * tenth between two collections, so that a line through it rises or falls by chance; what must be flat is how far down it
 * comes, in the last quarter against the one before, but for a share: the runtime gives back freed pages late. Handles and
 * threads are counts: a fitted line tells.
 */
const RISE = { own: 0.05, handles: 20, threads: 10 };
const CACHE = { connection: 8 * MiB, besides: 32 * MiB };

/** Runs the traffic; resolves to what was seen, or throws what must not be. */
export async function soak({ milliseconds, seed, every = 2_000, pace = 60, say = console.log }) {
  say(`soak for ${Math.round(milliseconds / 1000)} s, seed ${seed}`);
  const server = await startServer({ settings: { SWITCHBOARD_METRICS: 'true' } });
  try {
    const people = await town(server);
    const traffic = new Traffic(server, people, new Chance(seed), { pace, backupEvery: Math.min(60_000, milliseconds / 3) });
    const seen = await watch(server, traffic, { milliseconds, every, say });
    await traffic.stop();
    seen.quiet = await quieten(server);
    seen.done = Object.fromEntries(traffic.done);
    report(seen, say);
    judge(seen, traffic, server);
    const verified = await server.cli(['verify']);
    assert.equal(verified.code, 0, `verify: ${verified.stdout}${verified.stderr}`);
    assert.doesNotMatch(server.output, /Unhandled exception|\bfail:|\bcrit:/i, 'the log holds an error');
    return seen;
  } finally {
    await finish(server);
  }
}

async function watch(server, traffic, { milliseconds, every, say }) {
  const { pid } = server.process.child;
  const [began, samples] = [Date.now(), []];
  let [largestLog, shown] = [0, 0];
  const look = () => {
    largestLog = Math.max(largestLog, ...logSizes(server.dataDir));
  };
  const logs = setInterval(look, 200);
  try {
    while (Date.now() - began < milliseconds) {
      await pause(Math.min(every, milliseconds));
      look();
      const sample = {
        at: Date.now() - began,
        ...gauge(pid),
        ...memoryParts(pid),
        ...sizes(server),
        ...(await numbers(server)),
        done: traffic.count,
      };
      samples.push(sample);
      if (Date.now() - shown > milliseconds / 20) {
        shown = Date.now();
        say(line(sample));
      }
    }
  } finally {
    clearInterval(logs);
    const columns = Object.keys(samples[0] ?? {});
    const rows = samples.map((sample) => columns.map((column) => sample[column]).join(','));
    writeFileSync(outputPath('soak.csv'), [columns.join(','), ...rows].join('\n') + '\n');
  }
  return { samples, largestLog };
}

function sizes(server) {
  const [log, localLog] = logSizes(server.dataDir);
  const [store, localStore] = storeSizes(server.dataDir);
  return { log, localLog, store, localStore };
}

/** Some of what the server says of itself. */
async function numbers(server) {
  const { text, status } = await call(server, 'GET', '/metrics');
  assert.equal(status, 200, text);
  const number = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    sockets: number('switchboard_sockets_open'),
    outbox: number('switchboard_outbox_length'),
    failed: number('switchboard_requests_total\\{status="5xx"\\}'),
  };
}

/** What is held when everybody has gone: sockets must be closed, the outbox empty. */
async function quieten(server) {
  for (const deadline = Date.now() + 30_000; ; await pause(250)) {
    const sample = { ...gauge(server.process.child.pid), ...sizes(server), ...(await numbers(server)) };
    if ((sample.sockets === 0 && sample.outbox === 0) || Date.now() > deadline) return sample;
  }
}

function judge({ samples, largestLog, quiet }, traffic, server) {
  const highest = (name) => Math.max(...samples.map((sample) => sample[name]));
  const problems = [...traffic.problems, ...server.faults];
  const demand = (holds, problem) => holds || problems.push(problem);
  demand(largestLog <= CEILING.log, `a write-ahead log grew to ${mib(largestLog)} MiB`);
  for (const name of ['memory', 'handles', 'threads']) {
    demand(highest(name) <= CEILING[name], `${name} reached ${highest(name)}, the limit is ${CEILING[name]}`);
  }
  for (const { caches, connections } of samples) {
    demand(caches <= connections * CACHE.connection + CACHE.besides, `${connections} connections to databases cache ${mib(caches)} MiB`);
  }
  demand(highest('failed') === 0, `${highest('failed')} answers were 5xx`);
  demand(quiet.sockets === 0, `${quiet.sockets} sockets are open after all were closed`);
  demand(quiet.outbox === 0, `${quiet.outbox} sends are still waiting`);
  demand(samples.length > 0 && traffic.count > 0, 'nothing was done');
  const late = secondHalf(samples);
  if (late) {
    for (const name of Object.keys(RISE)) {
      const [rise, allowed] = [riseOf(late, name), allowance(late, name)];
      demand(rise <= allowed, `${name} rose by ${Math.round(rise)} over the second half; ${Math.round(allowed)} would be flat`);
    }
  }
  assert.deepEqual(problems, []);
}

/** The half after the warm-up; none when the run is too short to speak of a trend. */
const secondHalf = (samples) => (samples.at(-1)?.at >= 240_000 ? samples.slice(samples.length >> 1) : null);

const riseOf = (samples, name) =>
  name === 'own' || name === 'caches'
    ? low(samples.slice(samples.length >> 1), name) - low(samples.slice(0, samples.length >> 1), name)
    : slope(samples.map((sample) => [sample.at, sample[name]])) * (samples.at(-1).at - samples[0].at);

/** What a tenth of the samples lie below: lower ones may have been taken in the middle of giving back. */
const low = (samples, name) => samples.map((sample) => sample[name]).sort((a, b) => a - b)[Math.floor(samples.length / 10)];

const allowance = (samples, name) => (name === 'own' ? RISE.own * median(samples.map((sample) => sample.own)) : (RISE[name] ?? Number.NaN));

const mib = (bytes) => (bytes / MiB).toFixed(1);

const line = (sample) =>
  [
    `${Math.round(sample.at / 1000)} s`.padStart(7),
    `memory ${mib(sample.own)} own + ${mib(sample.caches)} caches MiB`,
    `connections ${sample.connections}`,
    `handles ${sample.handles}`,
    `threads ${sample.threads}`,
    `store ${mib(sample.store)}+${mib(sample.localStore)} MiB`,
    `logs ${mib(sample.log)}+${mib(sample.localLog)} MiB`,
    `sockets ${sample.sockets}`,
    `done ${sample.done}`,
  ].join('  ');

function report({ samples, largestLog, quiet, done }, say) {
  say(
    `done: ${Object.entries(done)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  say(
    `largest write-ahead log ${mib(largestLog)} MiB; afterwards memory ${mib(quiet.memory)} MiB, handles ${quiet.handles}, threads ${quiet.threads}`,
  );
  const late = secondHalf(samples);
  if (!late) return;
  say('over the second half   median     rise  allowed');
  for (const [name, shown] of [
    ['own', mib],
    ['caches', mib],
    ['handles', Math.round],
    ['threads', Math.round],
  ]) {
    const columns = [median(late.map((sample) => sample[name])), riseOf(late, name), allowance(late, name)];
    say(`  ${name.padEnd(18)} ${columns.map((column) => (Number.isNaN(column) ? '–' : String(shown(column))).padStart(8)).join(' ')}`);
  }
}

if (isProgram(import.meta)) {
  const { for: time = 600_000, seed } = options();
  await soak({ milliseconds: time, seed });
  console.log(`flat; the samples are in ${outputPath('soak.csv')}`);
}
