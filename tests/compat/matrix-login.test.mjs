// Logging in to Matrix: every way, several people, restarts, logging out and removing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chatNamed, connected, logIn, matrixStage, roomWith, sayTo, submitLogin } from './matrix/ours.mjs';
import { bodies } from './matrix/peer.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { startServer } from './server.mjs';
import { assertError, call, eventually, expectStatus, refused, sdk } from './support.mjs';

matrixSuite('logging in to Matrix', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let server;
  let homeserver;
  let bob;
  before(async () => {
    stage = await matrixStage();
    ({ server, homeserver } = stage);
    bob = await stage.peer('bob', 'Bob');
  });
  after(() => stage?.finish());

  const accounts = (client = sdk(server)) => client.accounts.list();
  const matrixAccounts = async () => (await accounts()).filter((account) => account.bridge.id === 'matrix');
  /** The devices of an account, without the one its registration made. */
  const devicesOf = async (person) =>
    (await homeserver.devices(person.userID)).map((one) => one.device_id).filter((id) => id !== person.deviceID);

  test('the bridge is offered with its flows before anybody has logged in', async () => {
    const bridge = await sdk(server).get('/v1/bridges/matrix');
    assert.deepEqual([bridge.id, bridge.type, bridge.status, bridge.supportsMultipleAccounts], ['matrix', 'matrix', 'available', true]);
    const flows = await sdk(server).get('/v1/bridges/matrix/login-flows');
    const ids = flows.items.map((flow) => flow.id);
    for (const id of ['password', 'access-token']) assert.ok(ids.includes(id), `flow ${id} of ${ids}`);
  });

  test('by password: one step of three fields, and the account shows its person', async () => {
    const ada = await homeserver.register('ada', { displayName: 'Ada Lovelace' });
    const { session, done } = await submitLogin(server, 'password', {
      homeserver: homeserver.baseURL,
      username: ada.username,
      password: ada.password,
    });
    assert.deepEqual(session.currentStep.fields.map((field) => field.id).sort(), ['homeserver', 'password', 'username']);
    assert.equal(session.currentStep.fields.find((field) => field.id === 'password').type, 'password');
    assert.equal(done.status, 'complete', JSON.stringify(done));
    const { account } = done;
    assert.equal(account.user.id, ada.userID);
    assert.equal(account.user.isSelf, true);
    assert.equal(account.bridge.id, 'matrix');
    assert.equal(account.bridge.type, 'matrix');
    await eventually(async () => {
      const shown = (await accounts()).find((one) => one.accountID === account.accountID);
      return shown.status === 'connected' && shown.user.fullName === 'Ada Lovelace';
    }, 'the account is connected and has its name');
    assert.equal((await devicesOf(ada)).length, 1);
    assert.ok(!server.output.includes(ada.password), 'no password in the log');
  });

  test('a whole user id is a user name too', async () => {
    const fay = await homeserver.register('fay');
    const account = await logIn(server, homeserver, { ...fay, username: fay.userID });
    assert.equal(account.user.id, fay.userID);
    await sdk(server).delete(`/v1/accounts/${account.accountID}`);
  });

  test('what is wrong is said, and no account comes of it', async () => {
    const gil = await homeserver.register('gil');
    const before = (await accounts()).length;
    const attempt = async (fields) => {
      const session = (await expectStatus(200, server, 'POST', '/v1/bridges/matrix/login-sessions', { body: { flowID: 'password' } })).json;
      const path = `/v1/bridges/matrix/login-sessions/${session.loginSessionID}/steps/${session.currentStep.stepID}`;
      return call(server, 'POST', path, { body: { type: 'user_input', fields } });
    };
    const right = { homeserver: homeserver.baseURL, username: gil.username, password: gil.password };
    for (const wrong of [
      { password: 'not it' },
      { username: 'nobody-at-all' },
      { homeserver: 'http://127.0.0.1:9' },
      { homeserver: 'no place' },
      { homeserver: server.baseURL },
      { password: '' },
    ]) {
      const answer = await attempt({ ...right, ...wrong });
      if (answer.status === 200) {
        assert.equal(answer.json.status, 'failed', JSON.stringify([wrong, answer.json]));
        assert.ok(answer.json.error.message.length > 0);
      } else {
        assert.equal(answer.status, 422, JSON.stringify([wrong, answer.text]));
        assertError(answer, 'validation_error');
      }
    }
    assert.equal((await accounts()).length, before);
  });

  test('a wrong password can be put right in the same session', async () => {
    const hal = await homeserver.register('hal');
    const client = sdk(server);
    const session = await client.post('/v1/bridges/matrix/login-sessions', { body: { flowID: 'password' } });
    const submit = (password) =>
      client.post(`/v1/bridges/matrix/login-sessions/${session.loginSessionID}/steps/${session.currentStep.stepID}`, {
        body: { type: 'user_input', fields: { homeserver: homeserver.baseURL, username: hal.username, password } },
      });
    await refused(422, submit('wrong'));
    const done = await submit(hal.password);
    assert.equal(done.status, 'complete');
    await client.delete(`/v1/accounts/${done.account.accountID}`);
  });

  test('by the access token of a session that exists: no new device, and removing leaves nothing behind', async () => {
    const ivy = await homeserver.register('ivy');
    const { done } = await submitLogin(server, 'access-token', { homeserver: homeserver.baseURL, accessToken: ivy.accessToken });
    assert.equal(done.status, 'complete', JSON.stringify(done));
    assert.equal(done.account.user.id, ivy.userID);
    await connected({ ...ivy, accountID: done.account.accountID, sdk: sdk(server) });
    assert.deepEqual(await devicesOf(ivy), []);
    await sdk(server).delete(`/v1/accounts/${done.account.accountID}`);
    assert.ok(!(await accounts()).some((account) => account.user.id === ivy.userID));
  });

  test('a site that only says where its homeserver is will do', async () => {
    const site = createServer((request, response) => {
      const isAsked = request.url === '/.well-known/matrix/client';
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isAsked ? JSON.stringify({ 'm.homeserver': { base_url: homeserver.baseURL } }) : '{}');
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const joe = await homeserver.register('joe');
    const account = await logIn(server, homeserver, joe, { at: `http://127.0.0.1:${site.address().port}` });
    assert.equal(account.user.id, joe.userID);
    await connected({ ...joe, accountID: account.accountID, sdk: sdk(server) });
    await sdk(server).delete(`/v1/accounts/${account.accountID}`);
    site.close();
  });

  test('by the command, with the password from a file or from standard input, never as an argument', async () => {
    const [kim, lee] = [await homeserver.register('kim'), await homeserver.register('lee')];
    const file = join(server.dataDir, 'secret');
    await writeFile(file, `${kim.password}\n`, { mode: 0o600 });
    const words = (person) => ['login', 'matrix', '--homeserver', homeserver.baseURL, '--user', person.username];
    const byFile = await server.cli([...words(kim), '--password-file', file]);
    assert.equal(byFile.code, 0, byFile.stdout + byFile.stderr);
    const byInput = await server.cli(words(lee), { input: `${lee.password}\n` });
    assert.equal(byInput.code, 0, byInput.stdout + byInput.stderr);
    const wrong = await server.cli([...words(lee), '--password-file', '-'], { input: 'not it\n' });
    assert.notEqual(wrong.code, 0);
    assert.ok(wrong.stderr.trim().length > 0);
    for (const person of [kim, lee]) {
      const account = (await accounts()).find((one) => one.user.id === person.userID);
      assert.ok(account, `${person.userID} is among the accounts`);
      await connected({ ...person, accountID: account.accountID, sdk: sdk(server) });
      const out = await server.cli(['logout', account.accountID]);
      assert.equal(out.code, 0, out.stdout + out.stderr);
      assert.ok(!(await accounts()).some((one) => one.user.id === person.userID));
      assert.deepEqual(await devicesOf(person), [], 'logging out ends the session at the homeserver');
    }
  });

  test('two people at once keep apart what is theirs, also when they share a room', async () => {
    const [mia, ned] = [await stage.signIn('mia', 'Mia'), await stage.signIn('ned', 'Ned')];
    assert.notEqual(mia.accountID, ned.accountID);
    const [, chat] = await roomWith(mia, bob, 'Only Mia');
    await sayTo(mia, chat.id, 'by Mia');
    const shared = await bob.room('Both', [mia, ned]);
    for (const who of [mia, ned])
      await homeserver.call('POST', `/_matrix/client/v3/join/${encodeURIComponent(shared)}`, { token: who.accessToken, body: {} });
    await bob.text(shared, 'hello, both');
    for (const who of [mia, ned])
      await eventually(async () => {
        const found = await who.sdk.chats.search({ query: 'Both', accountIDs: [who.accountID] });
        return (
          found.items.length === 1 &&
          (await who.sdk.messages.list(found.items[0].id)).items.some((message) => message.text === 'hello, both')
        );
      }, `${who.username} has the shared room once`);
    const owned = await ned.sdk.chats.list({ accountIDs: [ned.accountID], limit: 200 });
    assert.ok(owned.items.every((item) => item.title !== 'Only Mia' && item.accountID === ned.accountID));
  });

  test('a restart never logs out and never makes a new device; logging in again is the same account', async () => {
    const pam = await stage.signIn('pam', 'Pam');
    const [room, chat] = await roomWith(pam, bob, 'Kept through restarts');
    const devices = await devicesOf(pam);
    assert.equal(devices.length, 1);
    await server.stop();
    await server.start();
    await connected(pam);
    await server.kill();
    await server.start();
    await connected(pam);
    assert.deepEqual(await devicesOf(pam), devices);
    await sayTo(pam, chat.id, 'still here');
    await bob.heard(room, 'still here');
    const again = await logIn(server, homeserver, pam);
    assert.equal(again.accountID, pam.accountID);
    assert.deepEqual(await devicesOf(pam), devices, 'the same device');
    await connected(pam);
    assert.equal((await chatNamed(pam, 'Kept through restarts')).id, chat.id);
    await bob.text(room, 'and you?');
    await eventually(
      async () => (await pam.sdk.messages.list(chat.id)).items.filter((message) => message.text === 'and you?').length === 1,
    );
    assert.equal(bodies(await bob.history(room), (body) => body === 'still here').length, 1);
  });

  test('removing an account ends its session and takes its chats away, and nobody else’s', async () => {
    const [quin, rose] = [await stage.signIn('quin', 'Quin'), await stage.signIn('rose', 'Rose')];
    const [, gone] = await roomWith(quin, bob, 'Goes with Quin');
    const [, stays] = await roomWith(rose, bob, 'Stays with Rose');
    const login = await eventually(
      async () =>
        (await sdk(server).get('/v1/bridges/matrix/logins')).items.find(
          (one) => one.accountIDs.includes(quin.accountID) && one.status === 'connected',
        ),
      'the login is connected, its past fetched',
    );
    const removed = await sdk(server).post(`/v1/bridges/matrix/logins/${encodeURIComponent(login.loginID)}/remove`, {
      body: { scope: 'current-device' },
    });
    assert.equal(removed.status, 'removed');
    assert.deepEqual(removed.affectedAccountIDs, [quin.accountID]);
    assert.deepEqual(await devicesOf(quin), []);
    await refused(404, rose.sdk.chats.retrieve(gone.id));
    assert.equal((await rose.sdk.chats.retrieve(stays.id)).title, 'Stays with Rose');
    await server.restart();
    await connected(rose);
    assert.ok(!(await matrixAccounts()).some((account) => account.accountID === quin.accountID));
  });

  test('a server on which nobody has logged in to Matrix needs no homeserver', async () => {
    const alone = await startServer();
    assert.deepEqual(
      (await sdk(alone).accounts.list()).map((account) => account.accountID),
      ['local_owner'],
    );
    assert.equal((await alone.stop()).code, 0);
    await alone.remove();
  });
});
