// Who may do what, and what a token's limits hide.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import BeeperDesktop from '@beeper/desktop-api';
import { startServer } from './server.mjs';
import { EventSocket } from './socket.mjs';
import {
  assertError,
  call,
  collect,
  direct,
  expectStatus,
  finish,
  group,
  mint,
  note,
  person,
  refused,
  say,
  sdk,
  tell,
} from './support.mjs';

const ROUTES = [
  ['GET', '/v1/accounts', 'read'],
  ['GET', '/v1/accounts/local_owner', 'read'],
  ['GET', '/v1/accounts/local_owner/contacts?query=x', 'read'],
  ['GET', '/v1/accounts/local_owner/contacts/list', 'read'],
  ['GET', '/v1/search?query=x', 'read'],
  ['POST', '/v1/focus', 'write'],
  ['GET', '/v1/chats', 'read'],
  ['POST', '/v1/chats', 'write'],
  ['POST', '/v1/chats/start', 'write'],
  ['GET', '/v1/chats/search', 'read'],
  ['GET', '/v1/chats/1', 'read'],
  ['PATCH', '/v1/chats/1', 'write'],
  ['POST', '/v1/chats/1/archive', 'write'],
  ['POST', '/v1/chats/1/accept', 'write'],
  ['POST', '/v1/chats/1/decline', 'write'],
  ['POST', '/v1/chats/1/read', 'write'],
  ['POST', '/v1/chats/1/unread', 'write'],
  ['POST', '/v1/chats/1/notify-anyway', 'write'],
  ['POST', '/v1/chats/1/reminders', 'write'],
  ['DELETE', '/v1/chats/1/reminders', 'write'],
  ['POST', '/v1/chats/1/typing', 'write'],
  ['GET', '/v1/chats/1/messages', 'read'],
  ['POST', '/v1/chats/1/messages', 'write'],
  ['GET', '/v1/chats/1/messages/1', 'read'],
  ['PUT', '/v1/chats/1/messages/1', 'write'],
  ['DELETE', '/v1/chats/1/messages/1', 'write'],
  ['POST', '/v1/chats/1/messages/1/reactions', 'write'],
  ['DELETE', '/v1/chats/1/messages/1/reactions/x', 'write'],
  ['GET', '/v1/messages/search', 'read'],
  ['POST', '/v1/assets/download', 'read'],
  ['GET', '/v1/assets/serve?url=mxc://a/b', 'read'],
  ['POST', '/v1/assets/upload', 'write'],
  ['POST', '/v1/assets/upload/base64', 'write'],
  ['GET', '/v1/bridges', 'read'],
  ['GET', '/v1/bridges/local', 'read'],
  ['GET', '/v1/bridges/local/capabilities', 'read'],
  ['GET', '/v1/bridges/local/login-flows', 'read'],
  ['GET', '/v1/bridges/local/logins', 'read'],
  ['GET', '/v1/bridges/local/logins/x', 'read'],
  ['POST', '/v1/bridges/local/logins/x/remove', 'write'],
  ['POST', '/v1/bridges/local/login-sessions', 'write'],
  ['GET', '/v1/bridges/local/login-sessions/x', 'read'],
  ['DELETE', '/v1/bridges/local/login-sessions/x', 'write'],
  ['POST', '/v1/bridges/local/login-sessions/x/steps/y', 'write'],
  ['DELETE', '/v1/accounts/nobody', 'write'],
  ['GET', '/v1/labels', 'read'],
];

describe('tokens', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  let mine;
  let theirs;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    cleo = await person(server, 'cleo', 'Cleo');
    [mine, theirs] = await direct(ada, bob);
  });
  after(() => finish(server));

  test('every route but the public ones wants a token', async () => {
    for (const [method, path] of ROUTES) {
      for (const token of [null, 'sb_made_up']) {
        const answer = await expectStatus(401, server, method, path, { token });
        assertError(answer, 'unauthorized');
        assert.match(answer.json.message, /^Unauthorized:/, `${method} ${path}`);
        const challenge = answer.headers.get('www-authenticate');
        assert.ok(challenge.includes(`resource_metadata="${server.baseURL}/.well-known/oauth-protected-resource"`), challenge);
        assert.equal(/error="invalid_token"/.test(challenge), token !== null, `${method} ${path}: ${challenge}`);
        assert.match(challenge, /^Bearer /);
      }
    }
    const error = await refused(401, sdk(server, 'sb_made_up').accounts.list());
    assert.ok(error instanceof BeeperDesktop.AuthenticationError);
    for (const authorization of ['Basic abc', 'Bearer', `Token ${server.token}`, server.token]) {
      assertError(await expectStatus(401, server, 'GET', '/v1/accounts', { token: null, headers: { authorization } }), 'unauthorized');
    }
    await expectStatus(200, server, 'GET', '/v1/accounts', { token: null, headers: { authorization: `bearer ${server.token}` } });
  });

  test('the two scopes are separate, on every route', async () => {
    const tokens = {
      read: await mint(server, { name: 'reader', scopes: 'read' }),
      write: await mint(server, { name: 'writer', scopes: 'write' }),
    };
    for (const [method, path, scope] of ROUTES) {
      const wrong = scope === 'read' ? 'write' : 'read';
      const answer = await expectStatus(403, server, method, path, { token: tokens[wrong] });
      assertError(answer, 'insufficient_scope');
      const challenge = answer.headers.get('www-authenticate');
      assert.match(challenge, /error="insufficient_scope"/, `${method} ${path}`);
      assert.ok(challenge.includes(`scope="${scope}"`), `${method} ${path}: ${challenge}`);
      const allowed = await call(server, method, path, {
        token: tokens[scope],
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
      });
      assert.ok(![401, 403].includes(allowed.status), `${method} ${path} → ${allowed.status}`);
    }
    const error = await refused(403, sdk(server, tokens.read).messages.send(mine, { text: 'x' }));
    assert.ok(error instanceof BeeperDesktop.PermissionDeniedError);
  });

  test('a token’s limit is all it sees of accounts, bridges and logins', async () => {
    assert.deepEqual(
      (await ada.sdk.accounts.list()).map((account) => account.accountID),
      [ada.accountID],
    );
    for (const path of [
      `/v1/accounts/${bob.accountID}`,
      `/v1/accounts/${bob.accountID}/contacts?query=x`,
      `/v1/accounts/${bob.accountID}/contacts/list`,
    ]) {
      assertError(await expectStatus(404, server, 'GET', path, { token: ada.token }), 'not_found');
    }
    const { json } = await expectStatus(200, server, 'GET', '/v1/bridges', { token: ada.token });
    assert.ok(json.items.flatMap((bridge) => bridge.accounts).every((account) => account.accountID === ada.accountID));
    const logins = (await expectStatus(200, server, 'GET', '/v1/bridges/local/logins', { token: ada.token })).json.items;
    assert.ok(
      logins.every((login) => login.accountIDs.every((id) => id === ada.accountID)),
      JSON.stringify(logins),
    );
    const everyLogin = (await expectStatus(200, server, 'GET', '/v1/bridges/local/logins')).json.items;
    const { loginID } = everyLogin.find((login) => login.accountIDs.includes(bob.accountID));
    const path = `/v1/bridges/local/logins/${encodeURIComponent(loginID)}`;
    assertError(await expectStatus(404, server, 'GET', path, { token: ada.token }), 'not_found');
    assertError(
      await expectStatus(404, server, 'POST', `${path}/remove`, { token: ada.token, body: { scope: 'all-devices' } }),
      'not_found',
    );
    assertError(await expectStatus(404, server, 'DELETE', `/v1/accounts/${bob.accountID}`, { token: ada.token }), 'not_found');
    assert.ok(
      (await sdk(server).accounts.list()).some((account) => account.accountID === bob.accountID),
      'Bob is still there',
    );
  });

  test('a token limited to one account does not bring in identities it could not see', async () => {
    const answer = await call(server, 'POST', '/v1/bridges/local/login-sessions', { token: ada.token, body: { flowID: 'identity' } });
    assert.ok([200, 403, 404].includes(answer.status), answer.text);
    if (answer.status === 200) assert.equal((await ada.sdk.accounts.list()).length, 1);
    const owner = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'identity' } })).json;
    assertError(
      await expectStatus(404, server, 'GET', `/v1/bridges/local/login-sessions/${owner.loginSessionID}`, { token: ada.token }),
      'not_found',
    );
  });

  test('what lies outside looks like what does not exist, on every route', async () => {
    const [sent, received] = await tell(ada, mine, bob, theirs, 'tokens apart');
    const { localChatID } = await bob.sdk.chats.retrieve(theirs);
    for (const chat of [theirs, localChatID]) {
      for (const [method, path, , body] of [
        ['GET', ''],
        ['PATCH', '', 0, { isMuted: true }],
        ['POST', '/archive'],
        ['POST', '/accept'],
        ['POST', '/decline'],
        ['POST', '/read'],
        ['POST', '/unread'],
        ['POST', '/notify-anyway'],
        ['POST', '/reminders', 0, { reminder: { remindAt: new Date(Date.now() + 60_000).toISOString() } }],
        ['DELETE', '/reminders'],
        ['POST', '/typing', 0, { state: 'typing' }],
        ['GET', '/messages'],
        ['POST', '/messages', 0, { text: 'x' }],
        ['GET', `/messages/${received.id}`],
        ['PUT', `/messages/${received.id}`, 0, { text: 'x' }],
        ['DELETE', `/messages/${received.id}`],
        ['POST', `/messages/${received.id}/reactions`, 0, { reactionKey: 'x' }],
        ['DELETE', `/messages/${received.id}/reactions/x`],
      ]) {
        const hidden = await expectStatus(404, server, method, `/v1/chats/${encodeURIComponent(chat)}${path}`, { token: ada.token, body });
        const absent = await call(server, method, `/v1/chats/${encodeURIComponent('!absent:local')}${path}`, { token: ada.token, body });
        assert.equal(absent.status, 404);
        assert.equal(
          hidden.text.replaceAll(chat, '?'),
          absent.text.replaceAll('!absent:local', '?'),
          `${method} ${path} tells the two apart`,
        );
      }
      assertError(await expectStatus(404, server, 'POST', '/v1/focus', { token: ada.token, body: { chatID: chat } }), 'not_found');
    }
    await refused(404, ada.sdk.messages.retrieve(received.id, { chatID: mine }));
    await refused(404, ada.sdk.messages.send(mine, { text: 'x', replyToMessageID: received.id }));
    await refused(404, ada.sdk.chats.start({ accountID: bob.accountID, user: { username: 'cleo' } }));
    await refused(404, ada.sdk.chats.create({ accountID: bob.accountID, type: 'single', participantIDs: [cleo.userID] }));
    assert.equal((await bob.sdk.chats.retrieve(theirs)).isMuted, false);
    assert.equal((await ada.sdk.messages.retrieve(sent.id, { chatID: mine })).text, 'tokens apart');
  });

  test('lists and searches stay inside the limit, whatever their filters say', async () => {
    const [secret, secretAtCleo] = await direct(bob, cleo);
    await tell(bob, secret, cleo, secretAtCleo, 'hush xanadu');
    await group('Xanadu planning', bob, cleo);
    const inside = (items) =>
      assert.ok(
        items.every((item) => item.accountID === ada.accountID),
        JSON.stringify(items.map((item) => item.accountID)),
      );
    inside(await collect(ada.sdk.chats.list()));
    inside(await collect(ada.sdk.chats.search({})));
    inside(await collect(ada.sdk.messages.search({})));
    for (const accountIDs of [[bob.accountID], [bob.accountID, cleo.accountID]]) {
      assert.deepEqual((await ada.sdk.chats.list({ accountIDs })).items, []);
      assert.deepEqual((await ada.sdk.chats.search({ accountIDs })).items, []);
      assert.deepEqual((await ada.sdk.messages.search({ accountIDs })).items, []);
    }
    inside((await ada.sdk.chats.list({ accountIDs: [bob.accountID, ada.accountID] })).items);
    assert.deepEqual((await ada.sdk.messages.search({ chatIDs: [secret] })).items, []);
    assert.deepEqual((await ada.sdk.messages.search({ query: 'xanadu' })).items, []);
    assert.deepEqual((await ada.sdk.chats.search({ query: 'xanadu' })).items, []);
    const { results } = await ada.sdk.search({ query: 'xanadu' });
    assert.deepEqual([results.chats, results.in_groups, results.messages.items, results.messages.chats], [[], [], [], {}]);
    assert.equal((await bob.sdk.messages.search({ query: 'xanadu' })).items.length, 1);
    const { oldestCursor } = await bob.sdk.chats.list({ limit: 1 });
    const borrowed = await call(server, 'GET', `/v1/chats?cursor=${encodeURIComponent(oldestCursor)}`, { token: ada.token });
    if (borrowed.status === 200) inside(borrowed.json.items);
    else assertError(borrowed, 'invalid_cursor');
  });

  test('a token limited to one chat sees that chat alone, also on the socket', async () => {
    const [other, otherAtBob] = await group('Not for this token', ada, bob);
    const token = await mint(server, { name: 'one-chat', chat: mine });
    const client = sdk(server, token);
    assert.deepEqual(
      (await client.chats.list()).items.map((chat) => chat.id),
      [mine],
    );
    assert.deepEqual(
      (await client.chats.search()).items.map((chat) => chat.id),
      [mine],
    );
    await refused(404, client.chats.retrieve(other));
    await refused(404, client.messages.send(other, { text: 'x' }));
    const socket = await EventSocket.open(server, token);
    await tell(bob, otherAtBob, ada, other, 'elsewhere quagga');
    const { pendingMessageID } = await client.messages.send(mine, { text: 'here quagga' });
    await socket.nextMessage(mine, (message) => message.id === pendingMessageID);
    assert.ok(socket.events.every((event) => event.chatID === mine));
    await socket.close();
    assert.deepEqual(
      (await client.messages.search({ query: 'quagga' })).items.map((message) => message.text),
      ['here quagga'],
    );
  });

  test('a revoked token is refused at once, an expired one when its time is over', async () => {
    const token = await mint(server, { name: 'to-revoke', account: ada.accountID });
    await expectStatus(200, server, 'GET', '/v1/chats', { token });
    const listed = (await server.cli(['token', 'list', '--json'])).json();
    const { id } = (listed.tokens ?? listed.items ?? listed).find((entry) => entry.name === 'to-revoke');
    assert.equal((await server.cli(['token', 'revoke', String(id)])).code, 0);
    assertError(await expectStatus(401, server, 'GET', '/v1/chats', { token }), 'unauthorized');
    const brief = await mint(server, { name: 'brief', account: ada.accountID, expires: '2s' });
    await expectStatus(200, server, 'GET', '/v1/chats', { token: brief });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    const late = await expectStatus(401, server, 'GET', '/v1/chats', { token: brief });
    assert.match(late.headers.get('www-authenticate'), /error="invalid_token"/);
  });

  test('the version is on every response, whatever became of the request', async () => {
    for (const [method, path, options] of [
      ['GET', '/v1/info', { token: null }],
      ['GET', '/v1/spec', { token: null }],
      ['GET', '/nowhere', {}],
      ['GET', '/', {}],
      ['DELETE', '/v1/info', {}],
      ['GET', '/v1/accounts', { token: null }],
      ['POST', `/v1/chats/${mine}/archive`, { body: { archived: false } }],
      ['OPTIONS', '/v1/chats', { token: null }],
      ['POST', '/v1/chats', { raw: '{', headers: { 'content-type': 'application/json' } }],
      ['GET', '/v1/chats/nope', {}],
      ['HEAD', '/v1/info', {}],
      ['GET', '/v1/ws', {}],
      ['GET', '/v1/assets/serve?url=mxc://x/y', {}],
      ['GET', '/_matrix/client/v3/sync', {}],
      ['GET', '/v0/mcp', {}],
    ]) {
      const { headers, status } = await call(server, method, path, options);
      assert.match(headers.get('x-beeper-desktop-version') ?? '', /^\d+\.\d+\.\d+/, `${method} ${path} (${status})`);
    }
  });

  test('pages of this machine may call, other pages may not', async () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:8080', `http://localhost:${server.port}`, 'http://[::1]:5173']) {
      const answer = await expectStatus(200, server, 'GET', '/v1/info', { token: null, headers: { origin } });
      assert.equal(answer.headers.get('access-control-allow-origin'), origin);
      const preflight = await call(server, 'OPTIONS', '/v1/chats', {
        token: null,
        headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,content-type' },
      });
      assert.ok([200, 204].includes(preflight.status));
      assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
      assert.match(preflight.headers.get('access-control-allow-methods'), /PATCH/);
      assert.match(preflight.headers.get('access-control-allow-headers'), /authorization/i);
    }
    const isArchived = async () => (await ada.sdk.chats.retrieve(mine)).isArchived;
    assert.equal(await isArchived(), false);
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'http://127.0.0.1.evil.example',
      'null',
      'http://192.168.1.5',
    ]) {
      for (const [method, path] of [
        ['GET', '/v1/info'],
        ['GET', '/v1/chats'],
        ['POST', `/v1/chats/${mine}/archive`],
      ]) {
        const answer = await call(server, method, path, { token: ada.token, headers: { origin } });
        assert.equal(answer.headers.get('access-control-allow-origin'), null, origin);
        assert.ok(answer.status >= 400 && answer.status < 500, `${origin} ${method} ${path} → ${answer.status}`);
      }
      const preflight = await call(server, 'OPTIONS', '/v1/chats', {
        token: null,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      assert.equal(preflight.headers.get('access-control-allow-origin'), null, origin);
    }
    assert.equal(await isArchived(), false);
  });

  test('a request for another host is not ours', async () => {
    const ask = (host, path = '/v1/info') =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port: server.port, path, headers: { host, authorization: `Bearer ${server.token}` } }, (response) => {
          note(server, 'GET', `${path} for ${host}`, response.statusCode, response.headers['x-beeper-desktop-version']);
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end();
      });
    for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`, `[::1]:${server.port}`]) {
      assert.equal(await ask(host), 200, host);
      assert.equal(await ask(host, '/v1/chats'), 200, host);
    }
    for (const host of ['evil.example', `evil.example:${server.port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '169.254.1.1']) {
      for (const path of ['/v1/info', '/v1/chats', '/v1/ws']) {
        const status = await ask(host, path);
        assert.ok(status >= 400 && status < 500, `${host}${path} → ${status}`);
      }
    }
  });

  test('a token is never repeated in an answer or in what the server prints', async () => {
    await say(ada, mine, 'private words of the log test');
    await call(server, 'GET', `/v1/chats/${ada.token}`, { token: 'sb_wrong_secret_value' });
    for (const secret of [ada.token, server.token, 'sb_wrong_secret_value', 'private words of the log test']) {
      assert.ok(!server.output.includes(secret), 'the log holds a secret');
    }
  });
});
