// A homeserver that dies, answers badly, slowly, twice or not at all, limits rates, and turns a session away.
import assert from 'node:assert/strict';
import { Homeserver } from './matrix/homeserver.mjs';
import { chatNamed, connected, joinAs, logIn, matrixStage, outcomeOf, roomWith, sayTo, textsOf } from './matrix/ours.mjs';
import { bodies } from './matrix/peer.mjs';
import { Proxy } from './matrix/proxy.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { eventually } from './support.mjs';

const SYNC = /^GET .*\/sync/;
const SEND = /^PUT .*\/send\//;

matrixSuite('Matrix in bad weather', ['homeserver'], ({ after, before, beforeEach, test }) => {
  let stage;
  let homeserver;
  let proxy;
  let us;
  let bob;
  let room;
  let chat;
  before(async () => {
    homeserver = await Homeserver.start();
    stage = await matrixStage({ own: homeserver });
    proxy = await Proxy.start(homeserver, 11);
    us = await stage.signIn('ada', 'Ada', { at: proxy.baseURL });
    bob = await stage.peer('bob', 'Bob');
    [room, chat] = await roomWith(us, bob, 'Weather');
  });
  after(() => stage?.finish());
  beforeEach(() => proxy?.clear());

  const numbered = (word, count) => Array.from({ length: count }, (_, n) => `${word} ${n}`);
  const send = async (text) => (await us.sdk.messages.send(chat.id, { text })).pendingMessageID;
  /** All of these are in the room once and in order, as the other side has it and as we have it. */
  async function once(word, texts, milliseconds = 30_000) {
    const fits = (body) => body.startsWith(`${word} `);
    await eventually(
      async () => bodies(await bob.history(room), fits).length >= texts.length,
      `${texts.length} of ${word} at the homeserver`,
      milliseconds,
    );
    await eventually(
      async () => (await textsOf(us, chat.id, fits)).length >= texts.length,
      `${texts.length} of ${word} here`,
      milliseconds,
    );
    assert.deepEqual(bodies(await bob.history(room), fits), texts);
    assert.deepEqual(await textsOf(us, chat.id, fits), texts);
  }

  test('the homeserver is everything Switchboard talks to here', () => {
    assert.ok(proxy.requests.some(({ path }) => path.includes('/sync')));
  });

  test('an answer that gets lost makes no second message: the same transaction asks again', async () => {
    // The echo would say that it arrived; it is held back.
    proxy.silence(SYNC);
    proxy.drop();
    proxy.lose(SEND, 3);
    const id = await send('lost 0');
    await outcomeOf(us, chat.id, id, 'SUCCESS', 40_000);
    assert.equal(proxy.counts.lost, 3);
    proxy.clear();
    proxy.drop();
    await once('lost', ['lost 0']);
    const tries = proxy.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/send/'));
    assert.equal(new Set(tries.slice(-4).map(({ path }) => path)).size, 1, 'one transaction id');
  });

  test('an echo that comes by sync is answer enough for one whose own answer got lost', async () => {
    proxy.lose(SEND, 1);
    const id = await send('echoed 0');
    await outcomeOf(us, chat.id, id, 'SUCCESS', 40_000);
    await once('echoed', ['echoed 0']);
  });

  test('a rate limit is obeyed: nothing before its time, nothing lost, order kept', async () => {
    proxy.answer(
      SEND,
      { status: 429, headers: { 'retry-after': '2' }, body: { errcode: 'M_LIMIT_EXCEEDED', error: 'slowly', retry_after_ms: 2_000 } },
      1,
    );
    const began = proxy.requests.length;
    for (const text of numbered('limit', 5)) await send(text);
    await once('limit', numbered('limit', 5));
    const tries = proxy.requests.slice(began).filter(({ method, path }) => method === 'PUT' && path.includes('/send/'));
    assert.equal(tries[0].status, 429);
    assert.ok(tries[1].at - tries[0].at >= 1_900, `asked again after ${tries[1].at - tries[0].at} ms`);
  });

  test('a limit that the older field tells is obeyed as well', async () => {
    proxy.answer(SEND, { status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', error: 'slowly', retry_after_ms: 1_500 } }, 1);
    const began = proxy.requests.length;
    await send('older 0');
    await once('older', ['older 0']);
    const tries = proxy.requests.slice(began).filter(({ method, path }) => method === 'PUT' && path.includes('/send/'));
    assert.ok(tries[1].at - tries[0].at >= 1_400, `asked again after ${tries[1].at - tries[0].at} ms`);
  });

  test('errors of a gateway pass, for what goes out and for what comes in', async () => {
    for (const status of [500, 502, 503, 504])
      proxy.answer(SEND, { status, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' }, 1);
    proxy.answer(SYNC, { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }, 2);
    await send('gateway 0');
    await bob.text(room, 'gateway 1');
    await eventually(async () => (await textsOf(us, chat.id, (text) => text.startsWith('gateway'))).length === 2, 'both here', 60_000);
    await eventually(
      async () => bodies(await bob.history(room), (body) => body === 'gateway 0').length === 1,
      'ours at the homeserver',
      60_000,
    );
  });

  test('slow and truncated answers do no harm', async () => {
    proxy.truncate(SYNC, 3);
    for (const text of numbered('short', 10)) await bob.text(room, text);
    await once('short', numbered('short', 10), 60_000);
    assert.equal(proxy.counts.truncated, 3);
    proxy.slow(SYNC, 4_000, 3);
    for (const text of numbered('slow', 10)) await bob.text(room, text);
    await once('slow', numbered('slow', 10), 60_000);
    proxy.truncate(SEND, 2);
    await send('cut 0');
    await once('cut', ['cut 0'], 60_000);
  });

  test('an answer that never comes is given up', async () => {
    proxy.silence(SEND, 1);
    await send('silence 0');
    await bob.text(room, 'while silent');
    await eventually(async () => (await textsOf(us, chat.id)).includes('while silent'), 'receiving goes on', 15_000);
    proxy.drop();
    await once('silence', ['silence 0'], 90_000);
  });

  test('the same answers again, and answers of old, change nothing', async () => {
    const rule = proxy.repeat(SYNC, 40);
    for (const text of numbered('again', 12)) await bob.text(room, text);
    await eventually(() => rule.left < 20, 'some were repeated', 60_000);
    proxy.clear();
    for (const text of ['again 12']) await bob.text(room, text);
    await once('again', numbered('again', 13), 60_000);
    assert.ok(proxy.counts.repeated > 0);
  });

  test('a network that is gone: sends wait, nothing is lost, the account says so and comes back', async () => {
    proxy.down();
    const ids = [];
    for (const text of numbered('down', 5)) ids.push(await send(text));
    await eventually(
      async () => (await us.sdk.accounts.list()).find((one) => one.accountID === us.accountID).status !== 'connected',
      'not connected',
      30_000,
    );
    assert.equal((await us.sdk.messages.retrieve(ids[0], { chatID: chat.id })).sendStatus.status, 'PENDING');
    await bob.text(room, 'said meanwhile');
    proxy.clear();
    await once('down', numbered('down', 5), 60_000);
    await connected(us, 'connected', 60_000);
    await eventually(async () => (await textsOf(us, chat.id)).includes('said meanwhile'));
  });

  test('a homeserver that is killed and comes back: all that was promised arrives, once', async () => {
    for (const text of numbered('before', 5)) await send(text);
    await homeserver.kill();
    for (const text of numbered('killed', 8)) await send(text);
    await homeserver.restart();
    await once('killed', numbered('killed', 8), 90_000);
    await once('before', numbered('before', 5));
    await bob.text(room, 'back again');
    await eventually(async () => (await textsOf(us, chat.id)).includes('back again'), 'receiving', 60_000);
    await connected(us);
  });

  test('a session that is turned away: the account asks for a new login, nothing is deleted, and the login brings all back', async () => {
    const before = await textsOf(us, chat.id);
    const [device] = (await homeserver.devices(us.userID)).filter((one) => one.device_id !== us.deviceID);
    const path = `/_synapse/admin/v2/users/${encodeURIComponent(us.userID)}/devices/${encodeURIComponent(device.device_id)}`;
    await homeserver.call('DELETE', path, { token: await homeserver.adminToken() });
    await connected(us, 'reconnect_required', 60_000);
    const listed = (await stage.server.cli(['accounts', 'list', '--json'])).json().accounts.find((one) => one.accountID === us.accountID);
    assert.equal(listed.status, 'reconnect_required');
    assert.match(listed.help, new RegExp(`login matrix --account ${us.accountID}`));
    const doctor = await stage.server.cli(['doctor']);
    assert.equal(doctor.code, 1, doctor.stdout);
    assert.ok(doctor.stdout.includes(listed.help), doctor.stdout);
    // What was lost on the way here is in the log as one line each.
    assert.match(stage.server.output, /lost its connection \(\d+ in a row\): network Transient/);
    assert.doesNotMatch(stage.server.output, /\.cs:line|^\s+at /m);
    assert.deepEqual(await textsOf(us, chat.id), before);
    assert.ok((await us.sdk.messages.search({ query: 'killed' })).items.length > 0);
    const logins = await us.sdk.get('/v1/bridges/matrix/logins');
    assert.equal(logins.items.find((login) => login.accountIDs.includes(us.accountID)).status, 'needs_login');
    const waiting = await send('waiting 0');
    await stage.server.restart();
    await connected(us, 'reconnect_required', 60_000);
    assert.equal((await chatNamed(us, 'Weather')).id, chat.id);
    await bob.text(room, 'said while turned away');

    const again = await logIn(stage.server, homeserver, us, { at: proxy.baseURL, accountID: us.accountID });
    assert.equal(again.accountID, us.accountID);
    await connected(us, 'connected', 30_000);
    await eventually(async () => (await textsOf(us, chat.id)).includes('said while turned away'), 'what was said meanwhile', 30_000);
    const { sendStatus } = await eventually(
      async () => {
        const message = await us.sdk.messages.retrieve(waiting, { chatID: chat.id });
        return message.sendStatus.status !== 'PENDING' && message;
      },
      'the waiting one has an outcome',
      60_000,
    );
    const arrivals = bodies(await bob.history(room), (body) => body === 'waiting 0').length;
    assert.equal(arrivals, sendStatus.status === 'SUCCESS' ? 1 : 0, sendStatus.status);
    const kept = await textsOf(us, chat.id);
    assert.deepEqual(kept.slice(0, before.length), before);
    assert.equal(new Set(kept).size, kept.length);
    const other = await bob.room('Another after all', [us]);
    await joinAs(us, homeserver, other);
    await sayTo(us, (await chatNamed(us, 'Another after all')).id, 'all is well');
  });
});
