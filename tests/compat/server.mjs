// Starts the real server as a process of its own, on a fresh data folder and a free port.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The program under test. */
export const binary =
  process.env.SWITCHBOARD_BIN ?? join(repository, 'src', 'Switchboard.Server', 'bin', 'Release', 'net10.0', 'switchboard');

const { SWITCHBOARD_BIN: _, ...environment } = process.env;
const running = new Set();
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** Ends whatever a failed test left running. */
export function endAll() {
  running.forEach((child) => child.kill('SIGKILL'));
}

/** A TCP port of the loopback address that nobody listened on a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A new empty folder that belongs to the calling test. */
export const freshFolder = () => mkdtemp(join(tmpdir(), 'switchboard-compat-'));

function launch(args, settings, input) {
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const child = spawn(binary, args, { stdio, env: { ...environment, ...settings } });
  // A program that ends without reading what it is given is no failure of the test.
  child.stdin?.on('error', () => {}).end(input);
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      running.delete(child);
      resolve({ code: null, signal: null, error });
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, output, ended };
}

/**
 * Runs the program to its end: `{ code, stdout, stderr, json() }`. A run over `timeout` milliseconds is killed; `input` is typed
 * into it.
 */
export async function run(args, timeout = 120_000, input = undefined, settings = undefined) {
  const { child, output, ended } = launch(args, settings, input);
  const overdue = setTimeout(() => child.kill('SIGKILL'), timeout);
  const { code, signal, error } = await ended;
  clearTimeout(overdue);
  if (error) throw error;
  return { code, signal, ...output, json: () => JSON.parse(output.stdout) };
}

/** Starts a server on a folder and kills it so many milliseconds later, wherever its start has got to. */
export async function cutStartShort(dataDir, milliseconds) {
  const { child, ended } = launch(['serve', '--data-dir', dataDir, '--host', '127.0.0.1', '--port', '0']);
  await pause(milliseconds);
  child.kill('SIGKILL');
  return ended;
}

/**
 * Starts a server and waits until `GET /v1/info` answers. `settings` are added to its environment.
 * Resolves to `{ baseURL, port, token, dataDir, faults, output, stop(), kill(), restart(), cli(args), remove() }`.
 */
export async function startServer({ dataDir, port, settings } = {}) {
  const server = {
    dataDir: dataDir ?? (await freshFolder()),
    port: port ?? (await freePort()),
    /** What no response may ever do, noted by every client of this suite; `finish` demands it is empty. */
    faults: [],
    async start() {
      // Tests ask with wrong tokens by the thousand; how they are throttled is a test of its own.
      const all = { SWITCHBOARD_WRONG_TOKENS_PER_MINUTE: '0', SWITCHBOARD_REGISTRATIONS_PER_HOUR: '0', ...settings };
      server.process = launch(['serve', '--data-dir', server.dataDir, '--host', '127.0.0.1', '--port', String(server.port)], all);
      await answers(server);
      server.token = (await readFile(join(server.dataDir, 'owner.token'), 'utf8')).trim();
    },
    /** Asks the server to stop, and gives its exit code. */
    async stop() {
      const { child, ended } = server.process;
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const end = await ended;
      clearTimeout(overdue);
      return end;
    },
    /** Ends the server as a power cut would. */
    async kill() {
      server.process.child.kill('SIGKILL');
      return server.process.ended;
    },
    async restart() {
      if (running.has(server.process.child)) await server.stop();
      await server.start();
    },
    cli: (args, { input } = {}) => run([...args, '--data-dir', server.dataDir], 120_000, input),
    /** Everything the running process has printed. */
    get output() {
      return server.process.output.stdout + server.process.output.stderr;
    },
    remove: () => rm(server.dataDir, { recursive: true, force: true }),
  };
  server.baseURL = `http://127.0.0.1:${server.port}`;
  await server.start();
  return server;
}

async function answers(server) {
  let end;
  server.process.ended.then((result) => {
    end = result;
  });
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(50)) {
    if (end) break;
    const response = await fetch(`${server.baseURL}/v1/info`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (response?.ok) return;
  }
  server.process.child.kill('SIGKILL');
  throw new Error(
    end
      ? `The server ended (${end.error?.message ?? `exit code ${end.code}`}) before it answered:\n${server.output}`
      : `The server did not answer within two minutes:\n${server.output}`,
  );
}
