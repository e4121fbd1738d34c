// Sends a real server what nobody should, over every route of its own document. By itself:
//   node fire/fuzz.mjs --for 2h --seed 7          as long as one likes
//   node fire/fuzz.mjs --seed 7 --batch 12        one batch again, as a failure says
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { startServer } from '../server.mjs';
import { call, CODES, expectStatus, finish } from '../support.mjs';
import { isProgram, options, outputPath } from './command.mjs';
import { Chance } from './random.mjs';
import { gauge, MiB } from './gauge.mjs';
import { changedCursor, cursor, form, headers as anyHeaders, rawFrames, rawHttp, searchText } from './hostile.mjs';
import { anyText, damage, damaged, shapes } from './shapes.mjs';
import { Stage } from './stage.mjs';
import { exchange, frame, parseAnswer, webSocket } from './wire.mjs';

const LANES = 3;
const MEMORY_LIMIT = 512 * MiB;
const HANDLE_LIMIT = 500;
const CLOSED_CODES = new Set([...CODES, 'forbidden']);
/** Answers that Kestrel gives before our code is asked, for what is no HTTP; they have no body. */
const NO_HTTP = new Set([400, 408, 411, 413, 414, 417, 431, 501, 505]);

/**
 * Fuzzes for a time, and until every target had one batch of `runs`; or, with `batch`, that batch alone. Throws with the
 * shortest counterexample found.
 */
export async function fuzz({ milliseconds, seed, batch, runs = 15, say = console.log }) {
  say(`fuzz for ${Math.round(milliseconds / 1000)} s, seed ${seed}`);
  const server = await startServer();
  try {
    const stage = await Stage.set(server);
    const targets = await targetsOf(server, stage);
    await stage.breathe();
    const atFirst = gauge(server.process.child.pid);
    const [ends, counted] = [Date.now() + milliseconds, new Map()];
    let [next, shown, highest] = [batch ?? 0, Date.now(), 0];
    const lane = async () => {
      while (batch === undefined ? Date.now() < ends || next < targets.length : next === batch) {
        const number = next++;
        const target = pickTarget(targets, seed, number);
        const sent = await runBatch(target, seed, number, runs, server);
        counted.set(target.name, (counted.get(target.name) ?? 0) + sent);
        highest = Math.max(highest, (await health(server, stage, `${target.name} (seed ${seed}, batch ${number})`)).memory);
        if (Date.now() - shown > Math.max(10_000, milliseconds / 100)) {
          shown = Date.now();
          say(`batch ${number}, ${total(counted)} requests, memory ${(highest / MiB).toFixed(0)} MiB at most`);
        }
      }
    };
    await Promise.all(Array.from({ length: batch === undefined ? LANES : 1 }, lane));
    const atLast = await settled(server, atFirst.handles + 64);
    say(
      `${total(counted)} requests over ${counted.size} of ${targets.length} targets; memory ${(highest / MiB).toFixed(0)} MiB at most; handles ${atFirst.handles} → ${atLast.handles}`,
    );
    assert.ok(atLast.handles <= atFirst.handles + 64, `handles rose from ${atFirst.handles} to ${atLast.handles}`);
    if (batch === undefined) assert.equal(counted.size, targets.length, 'every route was aimed at');
    assert.equal((await server.cli(['verify'])).code, 0, 'verify');
    return { requests: total(counted), targets: targets.length };
  } finally {
    await finish(server);
  }
}

const total = (counted) => [...counted.values()].reduce((sum, count) => sum + count, 0);

/** Every target once in some order, then again in another. */
function pickTarget(targets, seed, number) {
  const random = new Chance(seed + Math.floor(number / targets.length));
  const order = targets.map((target) => [random.next(), target]).sort((a, b) => a[0] - b[0]);
  return order[number % targets.length][1];
}

async function runBatch(target, seed, number, runs, server) {
  const property = fc.asyncProperty(target.arbitrary, async (given) => {
    assert.ok(server.process.child.exitCode === null, 'the server has ended');
    await target.send(given);
  });
  const details = await fc.check(property, {
    seed: (seed ^ Math.imul(number + 1, 0x9e3779b1)) | 0,
    numRuns: runs,
    interruptAfterTimeLimit: 120_000,
  });
  if (details.failed && details.counterexample) {
    const cause = details.errorInstance;
    throw new Error(
      `${target.name}: ${cause?.message}\nfound with --seed ${seed} --batch ${number} (path ${details.counterexamplePath}), ` +
        `shrunk ${details.numShrinks} times to\n${fc.stringify(details.counterexample[0]).slice(0, 4_000)}\n${cause?.reproduction ?? ''}`,
      { cause },
    );
  }
  return details.numRuns;
}

/** After each batch: alive, within bounds, nothing in the log that nobody caught, and others are served. */
async function health(server, stage, after) {
  assert.ok(server.process.child.exitCode === null, `after ${after} the server has ended:\n${server.output.slice(-3_000)}`);
  const now = gauge(server.process.child.pid);
  assert.ok(now.memory <= MEMORY_LIMIT, `after ${after} memory is ${(now.memory / MiB).toFixed(0)} MiB`);
  assert.ok(now.handles <= HANDLE_LIMIT, `after ${after} ${now.handles} handles are open`);
  assert.doesNotMatch(
    server.output,
    /Unhandled exception|^\s*(fail|crit):|"LogLevel":"(Error|Critical)"/m,
    `after ${after} the log has an error`,
  );
  await expectStatus(200, server, 'GET', '/v1/info');
  await stage.breathe();
  await stage.renew();
  return now;
}

async function settled(server, handles) {
  for (const deadline = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const now = gauge(server.process.child.pid);
    if (now.handles <= handles || Date.now() > deadline) return now;
  }
}

/** What to aim at: each operation of the document, and what no document describes. */
async function targetsOf(server, stage) {
  const { json: document } = await expectStatus(200, server, 'GET', '/v1/spec', { token: null });
  const { operations } = shapes(document);
  assert.ok(operations.length > 30, 'the document describes the routes');
  const http = (request) => sendHttp(server, stage, request);
  const get = (path, accept) => http({ method: 'GET', path, headers: [], accept });
  return [
    ...operations.map((operation) => ({
      name: operation.id,
      arbitrary: fc.record({
        path: operation.path,
        query: operation.query,
        body: operation.body ? fc.option(operation.body, { freq: 8, nil: '' }) : fc.constant(''),
        edits: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damage }),
        headers: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: anyHeaders }),
      }),
      send: async (given) => {
        const body = damaged(Buffer.from(fill(stage, given.body, inJson)), given.edits);
        stage.note(
          await http({
            method: operation.method,
            path: pathText(given),
            headers: given.headers,
            body,
            type: operation.body && 'application/json',
          }),
        );
      },
    })),
    ...[
      '/v1/messages/search',
      '/v1/chats/search',
      '/v1/search',
      '/v1/accounts/@@accountID@@/contacts',
      '/v1/accounts/@@accountID@@/contacts/list',
    ].map((path) => ({
      name: `search text at ${path}`,
      arbitrary: searchText,
      // 404: another lane has just removed the account.
      send: (text) => get(`${path}?query=${escaped(text)}`, [200, text.trim() ? 414 : 422, ...(path.includes('@@') ? [404] : [])]),
    })),
    {
      name: 'cursors',
      arbitrary: cursor([0, 1, 2, 3, 4, 5]),
      send: async (given) => {
        // Another lane may just have removed what the list is of.
        const { json } = await call(server, 'GET', stage.lists[given.from]);
        const changed = changedCursor(json.oldestCursor ?? 'AAAA', given);
        return get(`${stage.lists[given.to]}&direction=${given.direction}&cursor=${escaped(changed)}`, [200, 400, 404, 414]);
      },
    },
    ...[1, 2].map((n) => ({
      name: `forms ${n}`,
      arbitrary: fc.record({ form, query: fc.constant([]) }),
      send: ({ form: { type, bytes } }) => http({ method: 'POST', path: '/v1/assets/upload', headers: [], type, body: bytes }),
    })),
    {
      name: 'unknown paths',
      arbitrary: fc.tuple(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'BREW'),
        fc.constantFrom('/', '/v1/', '/v1/chats/', '/v1/assets/', '/_matrix/', '/v0/'),
        anyText,
      ),
      send: ([method, path, text]) => http({ method, path: path + escaped(text.slice(0, 2_000)), headers: [] }),
    },
    {
      name: 'headers',
      arbitrary: fc.record({
        headers: anyHeaders,
        path: fc.constantFrom(
          '/v1/chats',
          '/v1/info',
          '/v1/assets/serve?url=@@mediaURL@@',
          '/v1/chats/@@chatID@@/messages',
          '/metrics',
          '/health/ready',
          '/v1/ws',
        ),
      }),
      send: ({ headers, path }) => http({ method: 'GET', path, headers }),
    },
    { name: 'bare HTTP', arbitrary: rawHttp, send: (given) => sendRaw(server, stage, given) },
    ...[1, 2].map((n) => ({ name: `socket frames ${n}`, arbitrary: rawFrames, send: (given) => sendFrames(server, given) })),
    { name: 'socket commands', arbitrary: socketCommand(), send: (given) => sendCommand(server, stage, given) },
  ];
}

const escaped = (text) =>
  [...Buffer.from(text)]
    .map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`))
    .join('');

const inJson = (value) => JSON.stringify(value).slice(1, -1);

const fill = (stage, text, encode = (value) => value) =>
  text.replaceAll(/@@(\w+)@@/g, (whole, name) => (name in stage.values ? encode(stage.values[name]) : whole));

const pathText = ({ path: { template, values }, query }) => {
  const path = values.reduce(
    (text, [name, value]) => text.replace(`{${name}}`, () => (value.startsWith('@@') ? value : escaped(value))),
    template,
  );
  const pairs = query.map(([name, value]) => `${escaped(name)}=${value.startsWith('@@') ? value : escaped(value)}`).join('&');
  return (pairs ? `${path}?${pairs}` : path).slice(0, 12_000);
};

async function sendHttp(server, stage, { method, path, headers, body = Buffer.alloc(0), type, accept }) {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines = [
    ...(given.has('host') ? [] : [['Host', `127.0.0.1:${server.port}`]]),
    ...(given.has('authorization') ? [] : [['Authorization', `Bearer ${server.token}`]]),
    ...(type && !given.has('content-type') ? [['Content-Type', type]] : []),
    ...(body.length || ['POST', 'PUT', 'PATCH'].includes(method) ? [['Content-Length', body.length]] : []),
    ...headers,
    ['Connection', 'close'],
  ];
  const target = fill(stage, path, escaped);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${fill(stage, String(value))}\r\n`).join('')}\r\n`;
  const bytes = Buffer.concat([Buffer.from(head), body]);
  const { bytes: received, end } = await exchange(server.port, bytes);
  try {
    return judge(parseAnswer(received, method), {
      method,
      end,
      received,
      accept,
      odd: headers.length > 0 || target.length > 8_000 || target.includes('%00'),
      cut: body.length > 1_900_000,
    });
  } catch (error) {
    error.reproduction = reproduce(server, bytes, `${method} ${target.slice(0, 500)}`);
    throw error;
  }
}

/** What every answer must be; gives the JSON of a success. `odd`: it may be no HTTP to Kestrel. `cut`: so large that it may end before it is read. */
function judge(answer, { method, end, received, accept, odd, cut }) {
  if (cut && end === 'reset') return undefined;
  assert.ok(answer, `no whole answer came (${end}): ${received.toString('latin1').slice(0, 200)}`);
  const { status, headers, body } = answer;
  const text = body.toString('utf8');
  const shown = `${status} ${text.slice(0, 300)}`;
  assert.ok(status < 500, `answered ${shown}`);
  if (odd && body.length === 0 && NO_HTTP.has(status)) return undefined;
  assert.ok(headers.has('x-beeper-desktop-version'), `no version header: ${shown}`);
  assert.ok(!accept || accept.includes(status), `expected ${accept}: ${shown}`);
  if (status < 400) return jsonOf(headers, body);
  // What HTTP says of files and ranges has no body (rest.md §1).
  if (method === 'HEAD' || status === 412 || status === 416) return undefined;
  assert.match(headers.get('content-type') ?? '', /^application\/json/, shown);
  const error = JSON.parse(text);
  if ('errcode' in error) return undefined;
  assert.ok(
    typeof error.message === 'string' && error.message.length > 0 && CLOSED_CODES.has(error.code),
    `not the error object: ${shown}`,
  );
  assert.doesNotMatch(
    text,
    /\\n\s*at |\bat Switchboard\.|\bat System\.|Exception|\.cs:line|SQLite/,
    `shows the inside of the server: ${shown}`,
  );
  if (status === 422) assert.ok(error.details?.issues?.length > 0, `422 without issues: ${shown}`);
  return undefined;
}

function jsonOf(headers, body) {
  if (!headers.get('content-type')?.startsWith('application/json') || body.length === 0) return undefined;
  // Fatal: broken UTF-8 must reach no client.
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
}

async function sendRaw(server, stage, { text, edits }) {
  const bytes = damaged(Buffer.from(fill(stage, text), 'latin1'), edits);
  const { bytes: received, end } = await exchange(server.port, bytes, { hangUp: true });
  try {
    assert.notEqual(end, 'timeout', 'the connection was neither answered nor closed');
    assert.doesNotMatch(received.toString('latin1', 0, 15), /^HTTP\/1\.[01] 50[02-47-9]/);
    assert.doesNotMatch(received.toString('latin1'), /\bat Switchboard\.|\bat System\.|\.cs:line/);
  } catch (error) {
    error.reproduction = reproduce(server, bytes, 'raw bytes');
    throw error;
  }
}

const lastCommand = frame({ payload: Buffer.from('{"type":"subscriptions.set","requestID":"last","chatIDs":[]}') });

async function sendFrames(server, { bytes, whole }) {
  const enough = (found) => !whole || found.some(({ opcode, payload }) => opcode === 8 || payload.includes('"last"'));
  judgeFrames(await webSocket(server.port, server.token, bytes, lastCommand, enough));
}

/** Commands for the socket: near the one there is, and far from it. */
function socketCommand() {
  const id = fc.oneof(
    fc.constantFrom('@@chatID@@', '*', ''),
    anyText.filter((text) => text.length < 2_000),
  );
  const odd = fc.jsonValue({ maxDepth: 5 });
  return fc.record({
    command: fc.oneof(
      fc.record(
        {
          type: fc.oneof({ weight: 4, arbitrary: fc.constant('subscriptions.set') }, { weight: 1, arbitrary: odd }),
          requestID: fc.oneof(
            anyText.filter((text) => text.length < 500),
            odd,
          ),
          chatIDs: fc.oneof({ weight: 3, arbitrary: fc.array(id, { maxLength: 5 }) }, { weight: 1, arbitrary: odd }),
          app: odd,
        },
        { requiredKeys: ['type'] },
      ),
      odd,
    ),
    edits: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damage }),
  });
}

async function sendCommand(server, stage, { command, edits }) {
  const bytes = damaged(Buffer.from(fill(stage, JSON.stringify(command), inJson)), edits);
  const answered = await webSocket(server.port, server.token, frame({ payload: bytes }), lastCommand, (found) =>
    found.some(({ payload }) => payload.includes('"last"')),
  );
  judgeFrames(answered);
  // Text that is not UTF-8 ends a socket by the protocol's own rules, and so does what is too long.
  const readable = bytes.length <= 65_536 && isUtf8(bytes);
  if (readable) assert.equal(answered.end, 'open', `a command must not end the socket: ${answered.end}`);
}

function judgeFrames({ frames, end }) {
  assert.notEqual(end, 'timeout', 'the socket neither answered nor closed');
  assert.notEqual(end, 'refused', 'the upgrade was refused');
  for (const { opcode, fin, masked, payload } of frames) {
    assert.ok(!masked && fin && [1, 8, 9, 10].includes(opcode), `a frame no server sends: opcode ${opcode}`);
    if (opcode === 1) assert.equal(typeof JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)).type, 'string');
    assert.doesNotMatch(payload.toString(), /\bat Switchboard\.|\bat System\.|\.cs:line|Exception/);
  }
}

/** How to send the same bytes again by hand. */
function reproduce(server, bytes, what) {
  const file = outputPath('fuzz-request.bin');
  writeFileSync(file, bytes);
  const token = bytes.indexOf(server.token) >= 0 ? ' (put your token in)' : '';
  return `${what}\nagain${token}: nc 127.0.0.1 ${server.port} < ${file}\n${bytes.toString('latin1').replaceAll(server.token, 'TOKEN').slice(0, 1_500)}`;
}

if (isProgram(import.meta)) {
  const { for: time = 60_000, seed, batch } = options({ batch: { type: 'string' } });
  const { requests } = await fuzz({ milliseconds: time, seed, batch: batch === undefined ? undefined : Number(batch) });
  console.log(`nothing was found in ${requests} requests`);
}
