// What a client can learn before and just after it has a token: info, the API document, setup, accounts, bridges.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { assertError, call, expectStatus, finish, join, mint, refused, sdk } from './support.mjs';

describe('discovery', () => {
  let server;
  let owner;
  before(async () => {
    server = await startServer();
    owner = sdk(server);
  });
  after(() => finish(server));

  test('info needs no token and tells what clients look for', async () => {
    const info = await sdk(server, 'sb_not_a_token').info.retrieve();
    assert.match(info.app.version, /^\d+\.\d+\.\d+/);
    const [major, minor, patch] = info.app.version.split('.').map(Number);
    assert.ok(major > 4 || (major === 4 && (minor > 2 || (minor === 2 && patch >= 808))), info.app.version);
    assert.ok(info.app.name);
    assert.doesNotMatch(info.app.bundle_id, /\.server|\.desktop/);
    assert.equal(info.platform.os, process.platform);
    assert.equal(info.platform.arch, process.arch);
    assert.equal(info.server.status, 'running');
    assert.equal(info.server.base_url, server.baseURL);
    assert.equal(info.server.port, server.port);
    assert.equal(info.server.hostname, '127.0.0.1');
    assert.equal(info.server.remote_access, false);
    assert.equal(typeof info.server.mcp_enabled, 'boolean');
    assert.equal(info.endpoints.spec, `${server.baseURL}/v1/spec`);
    assert.equal(info.endpoints.ws_events, `${server.baseURL}/v1/ws`);
    assert.ok(info.endpoints.mcp.startsWith(server.baseURL));
    for (const name of ['authorization', 'token', 'introspection', 'userinfo', 'revocation', 'registration']) {
      assert.ok(info.endpoints.oauth[`${name}_endpoint`].startsWith(server.baseURL), name);
    }
  });

  test('the version header says what info says', async () => {
    const answer = await expectStatus(200, server, 'GET', '/v1/info', { token: null });
    assert.equal(answer.headers.get('x-beeper-desktop-version'), answer.json.app.version);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  });

  test('the API document is public and describes every operation of the SDK', async () => {
    const { json } = await expectStatus(200, server, 'GET', '/v1/spec', { token: null });
    assert.match(json.openapi, /^3\.1\./);
    const operations = new Set(
      Object.entries(json.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method} ${path.replace(/\{[^}]+\}/g, '{}')}`),
      ),
    );
    for (const operation of [
      'get /v1/info',
      'get /v1/accounts',
      'get /v1/accounts/{}/contacts',
      'get /v1/accounts/{}/contacts/list',
      'get /v1/search',
      'post /v1/focus',
      'get /v1/chats',
      'post /v1/chats',
      'post /v1/chats/start',
      'get /v1/chats/search',
      'get /v1/chats/{}',
      'patch /v1/chats/{}',
      'post /v1/chats/{}/archive',
      'post /v1/chats/{}/accept',
      'post /v1/chats/{}/decline',
      'post /v1/chats/{}/read',
      'post /v1/chats/{}/unread',
      'post /v1/chats/{}/notify-anyway',
      'post /v1/chats/{}/reminders',
      'delete /v1/chats/{}/reminders',
      'get /v1/chats/{}/messages',
      'post /v1/chats/{}/messages',
      'get /v1/chats/{}/messages/{}',
      'put /v1/chats/{}/messages/{}',
      'delete /v1/chats/{}/messages/{}',
      'post /v1/chats/{}/messages/{}/reactions',
      'delete /v1/chats/{}/messages/{}/reactions/{}',
      'get /v1/messages/search',
      'post /v1/assets/download',
      'get /v1/assets/serve',
      'post /v1/assets/upload',
      'post /v1/assets/upload/base64',
      'get /v1/bridges',
      'get /v1/labels',
      'get /v1/app/setup',
      'post /v1/chats/{}/typing',
    ]) {
      assert.ok(operations.has(operation), `${operation} is missing from the document`);
    }
    const { schemas } = json.components;
    for (const name of ['Chat', 'Message', 'SendStatus', 'Attachment', 'Account', 'User', 'Reaction']) assert.ok(schemas[name], name);
    assert.deepEqual([...schemas.SendStatus.properties.status.enum].sort(), ['FAIL_PERMANENT', 'FAIL_RETRIABLE', 'PENDING', 'SUCCESS']);
  });

  test('setup is ready, and every e2ee flag is true; with an owner it needs a token', async () => {
    await expectStatus(401, server, 'GET', '/v1/app/setup', { token: null });
    for (const token of [server.token]) {
      const { json } = await expectStatus(200, server, 'GET', '/v1/app/setup', { token });
      assert.equal(json.state, 'ready');
      const flags = ['initialized', 'secretStorage', 'crossSigning', 'verified', 'keyBackup', 'firstSyncDone', 'hasBackedUpRecoveryKey'];
      for (const flag of flags) assert.equal(json.e2ee[flag], true, flag);
      for (const secret of ['masterKey', 'selfSigningKey', 'userSigningKey', 'megolmBackupKey', 'recoveryKey']) {
        assert.equal(json.e2ee.secrets[secret], true, secret);
      }
    }
  });

  test('there are no labels yet', async () => {
    assert.deepEqual((await expectStatus(200, server, 'GET', '/v1/labels')).json, []);
  });

  test('the owner is there from the first start', async () => {
    const [account, ...others] = await owner.accounts.list();
    assert.deepEqual(others, []);
    assert.equal(account.accountID, 'local_owner');
    assert.equal(account.network, 'Local');
    assert.deepEqual(account.bridge, { id: 'local', type: 'local', provider: 'local' });
    assert.match(account.user.id, /^@owner:.+/);
    assert.equal(account.user.username, 'owner');
    assert.equal(account.user.isSelf, true);
    assert.equal(account.status, 'connected');
    assert.deepEqual((await expectStatus(200, server, 'GET', '/v1/accounts/local_owner')).json, account);
    assertError(await expectStatus(404, server, 'GET', '/v1/accounts/local_nobody'), 'not_found');
  });

  test('the bridge is listed and takes more accounts', async () => {
    const { json } = await expectStatus(200, server, 'GET', '/v1/bridges');
    const bridge = json.items.find((item) => item.id === 'local');
    assert.equal(bridge.type, 'local');
    assert.equal(bridge.provider, 'local');
    assert.equal(bridge.network, 'Local');
    assert.equal(typeof bridge.displayName, 'string');
    assert.equal(bridge.status, 'available');
    assert.equal(bridge.supportsMultipleAccounts, true);
    assert.equal(bridge.accounts.length, bridge.activeAccountCount);
    assert.ok(bridge.accounts.some((account) => account.accountID === 'local_owner'));
    assert.deepEqual((await expectStatus(200, server, 'GET', '/v1/bridges/local')).json, bridge);
    for (const path of ['', '/capabilities', '/login-flows', '/logins']) {
      assertError(await expectStatus(404, server, 'GET', `/v1/bridges/nope${path}`), 'not_found');
    }
  });

  test('the bridge says what it can', async () => {
    const { json } = await expectStatus(200, server, 'GET', '/v1/bridges/local/capabilities');
    for (const name of ['create_dm', 'lookup_phone', 'lookup_email', 'lookup_username', 'any_phone', 'contact_list', 'search']) {
      assert.equal(typeof json.resolve_identifier[name], 'boolean', name);
    }
    assert.equal(json.resolve_identifier.create_dm, true);
    assert.equal(json.resolve_identifier.lookup_username, true);
    assert.equal(json.resolve_identifier.lookup_phone, false);
    assert.equal(typeof json.group_creation, 'object');
    assert.ok(Object.keys(json.group_creation).length > 0);
  });

  test('an identity is added by one flow of one step', async () => {
    const flows = (await expectStatus(200, server, 'GET', '/v1/bridges/local/login-flows')).json.items;
    assert.equal(flows.length, 1);
    assert.equal(flows[0].id, 'identity');

    const session = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'identity' } })).json;
    assert.equal(session.bridgeID, 'local');
    assert.equal(session.status, 'waiting_for_input');
    assert.equal(session.currentStep.type, 'user_input');
    const fields = Object.fromEntries(session.currentStep.fields.map((field) => [field.id, field]));
    assert.deepEqual(Object.keys(fields).sort(), ['displayName', 'username']);
    assert.notEqual(fields.username.optional, true);
    assert.equal(fields.displayName.optional, true);
    const path = `/v1/bridges/local/login-sessions/${session.loginSessionID}`;
    assert.deepEqual((await expectStatus(200, server, 'GET', path)).json, session);

    const done = (
      await expectStatus(200, server, 'POST', `${path}/steps/${session.currentStep.stepID}`, {
        body: { type: 'user_input', fields: { username: 'ada', displayName: 'Ada Lovelace' }, source: 'api' },
      })
    ).json;
    assert.equal(done.status, 'complete');
    assert.equal(done.account.accountID, 'local_ada');
    assert.equal(done.accountID, 'local_ada');
    assert.equal(done.account.user.fullName, 'Ada Lovelace');
    assert.match(done.account.user.id, /^@ada:/);
    assert.equal((await expectStatus(200, server, 'GET', path)).json.status, 'complete');
    assert.deepEqual((await owner.accounts.list()).map((account) => account.accountID).sort(), ['local_ada', 'local_owner']);
    assert.equal((await expectStatus(200, server, 'GET', '/v1/bridges/local')).json.activeAccountCount, 2);
  });

  test('a login session without a flow takes the only one; an unknown flow is refused', async () => {
    const session = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: {} })).json;
    assert.equal(session.status, 'waiting_for_input');
    const answer = await call(server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'qr' } });
    assert.ok([404, 422].includes(answer.status), answer.text);
    assertError(answer, ['not_found', 'validation_error']);
  });

  test('a bad or taken username is refused, and the session still waits for a good one', async () => {
    const session = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'identity' } })).json;
    const path = `/v1/bridges/local/login-sessions/${session.loginSessionID}`;
    const submit = (fields) =>
      call(server, 'POST', `${path}/steps/${session.currentStep.stepID}`, { body: { type: 'user_input', fields } });
    for (const username of ['a', 'A B', 'ünï', 'x'.repeat(33), '../x', '', 'ada:evil', '@ada']) {
      const answer = await submit({ username });
      assert.equal(answer.status, 422, `“${username}” → ${answer.status} ${answer.text}`);
      assertError(answer, 'validation_error');
    }
    assert.equal((await submit({})).status, 422);
    const taken = await submit({ username: 'ada' });
    assert.ok([409, 422].includes(taken.status), taken.text);
    assertError(taken, ['conflict', 'validation_error']);
    assert.equal((await expectStatus(200, server, 'GET', path)).json.status, 'waiting_for_input');
    assertError(await expectStatus(404, server, 'POST', `${path}/steps/other`, { body: { type: 'user_input', fields: {} } }), 'not_found');

    const done = await submit({ username: 'b.o_b-2' });
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.account.accountID, 'local_b.o_b-2');
    assert.ok(done.json.account.user.fullName ?? done.json.account.user.username, 'someone without a display name still has a name');
  });

  test('a cancelled session takes no more steps', async () => {
    const session = (await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: { flowID: 'identity' } })).json;
    const path = `/v1/bridges/local/login-sessions/${session.loginSessionID}`;
    const { json } = await expectStatus(200, server, 'DELETE', path);
    assert.deepEqual(json, { bridgeID: 'local', loginSessionID: session.loginSessionID, status: 'cancelled' });
    const late = await call(server, 'POST', `${path}/steps/${session.currentStep.stepID}`, {
      body: { type: 'user_input', fields: { username: 'late' } },
    });
    assert.ok([404, 409].includes(late.status), late.text);
    assert.ok(!(await owner.accounts.list()).some((account) => account.user.username === 'late'));
    assertError(await expectStatus(404, server, 'GET', '/v1/bridges/local/login-sessions/nope'), 'not_found');
  });

  test('logins that have ended make room for new ones; a hundred under way do not', async () => {
    const path = '/v1/bridges/local/login-sessions';
    const begin = async () => (await expectStatus(200, server, 'POST', path, { body: { flowID: 'identity' } })).json.loginSessionID;
    const callOff = (id) => expectStatus(200, server, 'DELETE', `${path}/${id}`);
    const ended = [];
    for (let count = 0; count < 250; count++) {
      ended.push(await begin());
      await callOff(ended.at(-1));
    }
    assert.equal((await expectStatus(200, server, 'GET', `${path}/${ended.at(-1)}`)).json.status, 'cancelled');
    await expectStatus(404, server, 'GET', `${path}/${ended[0]}`);

    const begun = [];
    for (let answer; ; begun.push(answer.json.loginSessionID)) {
      answer = await call(server, 'POST', path, { body: {} });
      if (answer.status !== 200) {
        assert.equal(answer.status, 429, answer.text);
        assertError(answer, 'rate_limited');
        break;
      }
      assert.ok(begun.length < 100, 'more than a hundred logins are under way');
    }
    assert.ok(begun.length > 90, `only ${begun.length} logins were let in`);
    await callOff(begun.pop());
    begun.push(await begin());
    for (const id of begun) await callOff(id);
  });

  test('an identity can be removed as a login and as an account', async () => {
    const gone = await join(server, 'passing');
    const token = await mint(server, { name: 'passing', account: gone.accountID });
    const logins = (await expectStatus(200, server, 'GET', '/v1/bridges/local/logins')).json.items;
    const login = logins.find((item) => item.accountIDs?.includes(gone.accountID));
    assert.equal(login.bridgeID, 'local');
    assert.equal(login.status, 'connected');
    assert.ok(login.removeScopes.length > 0);
    const path = `/v1/bridges/local/logins/${encodeURIComponent(login.loginID)}`;
    assert.deepEqual((await expectStatus(200, server, 'GET', path)).json, login);
    const { json } = await expectStatus(200, server, 'POST', `${path}/remove`, { body: { scope: login.removeScopes[0] } });
    assert.equal(json.bridgeID, 'local');
    assert.equal(json.loginID, login.loginID);
    assert.equal(json.status, 'removed');
    assert.deepEqual(json.affectedAccountIDs ?? [gone.accountID], [gone.accountID]);
    await expectStatus(404, server, 'GET', path);
    assert.deepEqual(
      (await owner.accounts.list()).filter((account) => account.accountID === gone.accountID),
      [],
    );
    const left = await call(server, 'GET', '/v1/chats', { token });
    assert.ok(left.status === 401 || left.json.items.length === 0, 'a token of a removed identity sees nothing');

    const other = await join(server, 'passing-too');
    await expectStatus(204, server, 'DELETE', `/v1/accounts/${other.accountID}`);
    assertError(await expectStatus(404, server, 'DELETE', `/v1/accounts/${other.accountID}`), 'not_found');
    assert.deepEqual(
      (await owner.accounts.list()).filter((account) => account.accountID === other.accountID),
      [],
    );
  });

  test('contacts are found by username and by name, whatever the case and accents', async () => {
    await join(server, 'zoe', 'Zoë Ångström');
    for (const query of ['zoe', 'ZO', 'Zoë', 'zoe angstrom', 'Ångs']) {
      const { items } = await owner.accounts.contacts.search('local_owner', { query });
      assert.ok(
        items.some((user) => /^@zoe:/.test(user.id)),
        `“${query}” finds Zoë: ${JSON.stringify(items)}`,
      );
    }
    const [zoe] = (await owner.accounts.contacts.search('local_owner', { query: 'zoe' })).items;
    assert.equal(zoe.username, 'zoe');
    assert.equal(zoe.fullName, 'Zoë Ångström');
    assert.notEqual(zoe.isSelf, true);
    assert.deepEqual(
      (await owner.accounts.contacts.search('local_owner', { query: zoe.id })).items.map((user) => user.id),
      [zoe.id],
    );
    assert.deepEqual((await owner.accounts.contacts.search('local_owner', { query: 'nobody-at-all' })).items, []);
  });

  test('a contact search needs a query and a known account', async () => {
    const empty = await refused(422, owner.accounts.contacts.search('local_owner', { query: '' }));
    assert.equal(empty.error.code, 'validation_error');
    assertError(await expectStatus(422, server, 'GET', '/v1/accounts/local_owner/contacts'), 'validation_error');
    const unknown = await refused(404, owner.accounts.contacts.search('local_nobody', { query: 'x' }));
    assert.match(unknown.message, /not found/i);
    await refused(404, owner.accounts.contacts.list('local_nobody'));
  });

  test('the contact list is walked page by page, each person once', async () => {
    const names = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'].map((name) => `contact-${name}`);
    for (const name of names) {
      const { user } = await join(server, name, `Contact ${name}`);
      await owner.chats.start({ accountID: 'local_owner', user: { id: user.id } });
    }
    const seen = [];
    for await (const user of owner.accounts.contacts.list('local_owner', { limit: 2 })) {
      seen.push(user.id);
      assert.ok(seen.length < 100);
    }
    assert.equal(new Set(seen).size, seen.length, 'nobody twice');
    for (const name of names)
      assert.ok(
        seen.some((id) => id.startsWith(`@${name}:`)),
        name,
      );

    const page = await owner.accounts.contacts.list('local_owner', { limit: 2 });
    assert.equal(page.items.length, 2);
    assert.equal(page.hasMore, true);
    assert.ok(page.oldestCursor && page.newestCursor);
    assert.deepEqual(
      (await owner.accounts.contacts.list('local_owner', { query: 'contact c3' })).items.map((user) => user.username),
      ['contact-c3'],
    );
    assert.ok(
      (await owner.accounts.contacts.list('local_owner', { limit: 1000 })).items.length >= names.length,
      'a large limit is cut, not refused',
    );
  });

  test('focus on a headless server stores a draft and says that no window took it', async () => {
    const { user } = await join(server, 'focused');
    const chat = await owner.chats.start({ accountID: 'local_owner', user: { id: user.id } });
    assert.deepEqual(await owner.focus(), { success: false });
    assert.deepEqual(await owner.focus({ chatID: chat.id, draftText: 'first words' }), { success: false });
    assert.equal((await owner.chats.retrieve(chat.id)).draft.text, 'first words');
    await owner.focus({ chatID: chat.localChatID, draftText: 'other words' });
    assert.equal((await owner.chats.retrieve(chat.id)).draft.text, 'first words');
    assert.equal((await refused(404, owner.focus({ chatID: '!nope:local' }))).error.code, 'not_found');
    await refused(422, owner.focus({ chatID: chat.id, draftAttachmentPath: '/etc/passwd' }));
  });
});
