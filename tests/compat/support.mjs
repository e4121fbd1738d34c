// What the tests share: clients that watch every response, identities, and waiting for something to become true.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import BeeperDesktop from '@beeper/desktop-api';
import { endAll } from './server.mjs';
import { EventSocket } from './socket.mjs';

export const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const SORT_KEY = /^\d{16}$/;
export const CODES = new Set([
  'bad_request',
  'invalid_cursor',
  'unsupported',
  'unauthorized',
  'insufficient_scope',
  'not_found',
  'conflict',
  'validation_error',
  'rate_limited',
  'internal_error',
  'bad_gateway',
]);

/** A `fetch` that notes what no response of this server may do: fail with a 5xx, or come without the version header. */
export function watchedFetch(server) {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (String(url).startsWith('http')) {
      note(server, init?.method ?? 'GET', url, response.status, response.headers.get('x-beeper-desktop-version'));
    }
    return response;
  };
}

export function note(server, method, url, status, version) {
  const path = String(url).replace(server.baseURL, '').slice(0, 200);
  if (status >= 500) server.faults.push(`${method} ${path} answered ${status}`);
  if (!version) server.faults.push(`${method} ${path} answered ${status} without X-Beeper-Desktop-Version`);
}

/** The official SDK. Retries are off unless asked for, so that a test sees the first answer. */
export const sdk = (server, token = server.token, options = {}) =>
  new BeeperDesktop({ accessToken: token, baseURL: server.baseURL, maxRetries: 0, fetch: watchedFetch(server), ...options });

/**
 * One plain HTTP request: `{ status, headers, text, json }`. `body` is sent as JSON, `raw` as it is.
 * `token: null` sends no Authorization header.
 */
export async function call(server, method, path, { token = server.token, body, raw, headers = {} } = {}) {
  const response = await watchedFetch(server)(server.baseURL + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? raw : JSON.stringify(body),
    ...(raw instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const text = await response.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    /* not every answer is JSON */
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** As `call`, and the answer must have this status. */
export async function expectStatus(status, server, method, path, options) {
  const answer = await call(server, method, path, options);
  assert.equal(answer.status, status, `${method} ${path} → ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer;
}

/** The error object of the contract, with this code (or one of these). */
export function assertError(answer, codes) {
  const where = `${answer.status} ${answer.text.slice(0, 300)}`;
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, where);
  assert.equal(typeof answer.json?.message, 'string', where);
  assert.ok(answer.json.message.length > 0, where);
  assert.ok([codes].flat().includes(answer.json.code), `code ${answer.json.code} is not ${codes}: ${where}`);
  assert.doesNotMatch(answer.text, /\n\s+at |Exception|\.cs:line/, 'an error must not show the inside of the server');
  if (answer.status === 422) assertIssues(answer.json, where);
}

function assertIssues(body, where) {
  assert.ok(Array.isArray(body.details?.issues) && body.details.issues.length > 0, `422 needs details.issues: ${where}`);
  for (const issue of body.details.issues) {
    assert.equal(typeof issue.code, 'string', where);
    assert.equal(typeof issue.message, 'string', where);
    assert.ok(['body', 'query', 'params'].includes(issue.path?.[0]), `issue.path must begin with body, query or params: ${where}`);
  }
}

/** The SDK call must be refused with this status; gives the SDK's error. */
export async function refused(status, promise) {
  const error = await promise.then(
    (value) => assert.fail(`expected ${status}, got ${JSON.stringify(value)?.slice(0, 300)}`),
    (reason) => reason,
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.equal(error.status, status, `expected ${status}, got: ${error.message}`);
  return error;
}

/**
 * Calls `attempt` until it gives something truthy without throwing. For what happens on the other side of a delivery. The limit
 * is for what never comes: a busy machine may be slow, and no test measures time by it.
 */
export async function eventually(attempt, what = attempt, milliseconds = 30_000) {
  const deadline = Date.now() + milliseconds;
  for (let last; ; await pause(25)) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`It never became true: ${what}`, { cause: last });
  }
}

export async function collect(iterable) {
  const all = [];
  for await (const item of iterable) {
    all.push(item);
    assert.ok(all.length <= 5_000, 'paging never ends');
  }
  return all;
}

export const ids = (items) => items.map((item) => item.id);
export const texts = (items) => items.map((item) => item.text);

/** A new token from the admin command. */
export async function mint(server, { name = 'test', scopes = 'read,write', account, chat, expires } = {}) {
  const result = await server.cli([
    'token',
    'create',
    '--name',
    name,
    '--scopes',
    scopes,
    '--json',
    ...(account ? ['--account', account] : []),
    ...(chat ? ['--chat', chat] : []),
    ...(expires ? ['--expires', expires] : []),
  ]);
  assert.equal(result.code, 0, result.stdout + result.stderr);
  const created = result.json();
  assert.equal(typeof created.token, 'string', result.stdout);
  return created.token;
}

/** Adds an identity through the login flow; gives its account. */
export async function join(server, username, displayName) {
  const session = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'identity' } })).json;
  const done = (
    await expectStatus(
      200,
      server,
      'POST',
      `/v1/bridges/local/login-sessions/${session.loginSessionID}/steps/${session.currentStep.stepID}`,
      { body: { type: 'user_input', fields: { username, ...(displayName ? { displayName } : {}) } } },
    )
  ).json;
  assert.equal(done.status, 'complete', JSON.stringify(done));
  return done.account;
}

/** An identity with a token limited to it and an SDK client that uses the token. */
export async function person(server, username, displayName) {
  const account = await join(server, username, displayName);
  const token = await mint(server, { name: username, account: account.accountID });
  return { username, displayName, account, accountID: account.accountID, userID: account.user.id, token, sdk: sdk(server, token) };
}

/** Opens the direct chat of two people: the chat's id on each side, in the order given. */
export async function direct(one, other) {
  const mine = await one.sdk.chats.start({ accountID: one.accountID, user: { id: other.userID } });
  const theirs = await other.sdk.chats.start({ accountID: other.accountID, user: { id: one.userID } });
  return [mine.id, theirs.id];
}

/** Makes a group and waits until it exists for each of the others: the chat's id on each side, in the order given. */
export async function group(title, founder, ...others) {
  const chat = await founder.sdk.chats.create({
    accountID: founder.accountID,
    type: 'group',
    title,
    participantIDs: others.map((other) => other.userID),
  });
  const sides = [chat.id];
  for (const other of others) {
    const found = await eventually(
      async () => (await other.sdk.chats.list({ limit: 200 })).items.find((item) => item.title === title),
      `${other.username} has “${title}”`,
    );
    sides.push(found.id);
  }
  return sides;
}

/** Sends and waits for the outcome; gives the message as the sender sees it. */
export async function say(who, chatID, text, extra = {}) {
  const { pendingMessageID } = await who.sdk.messages.send(chatID, { text, ...extra });
  return eventually(async () => {
    const message = await who.sdk.messages.retrieve(pendingMessageID, { chatID });
    return message.sendStatus?.status !== 'PENDING' && message;
  }, `“${text}” was sent`);
}

/** The message with this text as this person sees it, once it has arrived. */
export const arrived = (who, chatID, text) =>
  eventually(
    async () => (await who.sdk.messages.list(chatID)).items.find((message) => message.text === text),
    `“${text}” reached ${who.username}`,
  );

/** Sends, and gives the message as each of the two sides sees it. */
export async function tell(sender, senderChat, receiver, receiverChat, text, extra) {
  const sent = await say(sender, senderChat, text, extra);
  return [sent, await arrived(receiver, receiverChat, text)];
}

/** The end of a file's tests: nothing the clients noted, and the server stops by itself when asked. */
export async function finish(server) {
  if (!server) return endAll();
  EventSocket.endAll();
  const { code, signal } = await server.stop();
  await server.remove();
  endAll();
  assert.deepEqual(server.faults, [], 'responses that must never happen');
  assert.equal(signal, null, 'the server had to be killed');
  assert.equal(code, 0, 'the server must end with exit code 0 when asked to stop');
}
