// The event socket: its handshake, its commands, and what it tells when.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { EventSocket } from './socket.mjs';
import {
  arrived,
  assertError,
  call,
  direct,
  eventually,
  expectStatus,
  finish,
  group,
  ISO,
  join,
  mint,
  person,
  sdk,
  tell,
} from './support.mjs';

describe('socket', () => {
  let server;
  let ada;
  let bob;
  let mine;
  let theirs;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    [mine, theirs] = await direct(ada, bob);
    await tell(ada, mine, bob, theirs, 'the first words');
  });
  after(() => finish(server));

  describe('handshake', () => {
    test('the first frame is ready, exactly', async () => {
      const socket = new EventSocket(server, ada.token);
      assert.deepEqual(await socket.next(), { type: 'ready', version: 1, chatIDs: [] });
      await socket.close();
    });

    test('no token and bad tokens are refused before the upgrade', async () => {
      for (const token of [null, 'nonsense', '']) {
        const { status, json, headers } = await new EventSocket(server, token).refused;
        assert.equal(status, 401);
        assert.equal(json.code, 'unauthorized');
        assert.match(json.message, /^Unauthorized:/);
        assert.ok(headers.get('x-beeper-desktop-version'));
        assert.match(headers.get('www-authenticate'), /^Bearer /);
      }
      const query = new EventSocket(server, null, {
        url: `${server.baseURL.replace('http', 'ws')}/v1/ws?dangerouslyUseTokenInQuery=${ada.token}`,
      });
      assert.equal((await query.refused).status, 401, 'a token in the address does not count');
    });

    test('a token that may not read may not listen; a foreign page may not either', async () => {
      const token = await mint(server, { name: 'writer', scopes: 'write' });
      assert.equal((await new EventSocket(server, token).refused).status, 403);
      const foreign = await new EventSocket(server, ada.token, { headers: { origin: 'https://evil.example' } }).refused;
      assert.ok(foreign.status >= 400 && foreign.status < 500);
      const local = new EventSocket(server, ada.token, { headers: { origin: 'http://localhost:3000' } });
      assert.equal((await local.next()).type, 'ready');
      await local.close();
    });

    test('a plain GET is told to upgrade', async () => {
      const answer = await expectStatus(426, server, 'GET', '/v1/ws', { token: ada.token });
      assert.match(answer.headers.get('upgrade'), /websocket/i);
      assert.equal(typeof answer.json.message, 'string');
    });

    test('pings are answered', async () => {
      const socket = await EventSocket.open(server, ada.token, null);
      const pong = new Promise((resolve) => socket.ws.once('pong', (data) => resolve(data.toString())));
      socket.ws.ping('are you there');
      assert.equal(await pong, 'are you there');
      assert.ok([1000, 1005].includes((await socket.close()).code));
    });
  });

  describe('commands', () => {
    test('a subscription is acknowledged as it was sent', async () => {
      const socket = await EventSocket.open(server, ada.token, null);
      const { localChatID } = await ada.sdk.chats.retrieve(mine);
      for (const chatIDs of [[mine], [localChatID, '!unknown:local'], ['*'], []]) {
        assert.deepEqual(await socket.set(chatIDs, 'r1'), { type: 'subscriptions.updated', requestID: 'r1', chatIDs });
      }
      socket.send({ type: 'subscriptions.set', chatIDs: [mine] });
      assert.deepEqual(
        await socket.next(),
        { type: 'subscriptions.updated', chatIDs: [mine] },
        'without a request id there is none to echo',
      );
      socket.send({ type: 'subscriptions.set', chatIDs: [mine], requestID: 'r2', app: { state: true } });
      assert.deepEqual(
        await socket.next(),
        { type: 'subscriptions.updated', requestID: 'r2', chatIDs: [mine] },
        'a later revision’s property is no error',
      );
      await socket.close();
    });

    test('a command sent before reading is answered after ready', async () => {
      const socket = new EventSocket(server, ada.token);
      await socket.opened;
      socket.send({ type: 'subscriptions.set', chatIDs: ['*'] });
      assert.equal((await socket.next()).type, 'ready');
      assert.equal((await socket.next()).type, 'subscriptions.updated');
      await socket.close();
    });

    test('bad commands get an error each, and the connection stays', async () => {
      const socket = await EventSocket.open(server, ada.token, null);
      for (const [frame, code] of [
        ['{not json', 'INVALID_PAYLOAD'],
        ['', 'INVALID_PAYLOAD'],
        ['[]', 'INVALID_PAYLOAD'],
        ['"text"', 'INVALID_PAYLOAD'],
        [{}, 'INVALID_COMMAND'],
        [{ type: 'subscriptions.add', chatIDs: [] }, 'INVALID_COMMAND'],
        [{ chatIDs: ['*'] }, 'INVALID_COMMAND'],
        [{ type: 'subscriptions.set' }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: '*' }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: [1] }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: ['*', mine] }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: [], extra: 1 }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: null }, 'INVALID_PAYLOAD'],
        [{ type: 'subscriptions.set', chatIDs: [], requestID: 7 }, 'INVALID_PAYLOAD'],
        [Buffer.from([1, 2, 3]), 'INVALID_PAYLOAD'],
      ]) {
        socket.send(frame);
        const error = await socket.next();
        assert.equal(error.type, 'error', JSON.stringify([frame, error]));
        assert.equal(error.code, code, JSON.stringify([frame, error]));
        assert.ok(error.message.length > 0);
        assert.ok(
          Object.keys(error).every((key) => ['type', 'code', 'message', 'requestID'].includes(key)),
          JSON.stringify(error),
        );
      }
      socket.send({ type: 'subscriptions.set', requestID: 'echo', chatIDs: 7 });
      assert.equal((await socket.next()).requestID, 'echo');
      socket.send({ type: 'nope', requestID: 'echo too' });
      assert.equal((await socket.next()).requestID, 'echo too');
      assert.equal((await socket.set(['*'])).type, 'subscriptions.updated');
      await socket.close();
    });

    test('a frame over 64 KiB is not taken, and harms nobody else', async () => {
      const other = await EventSocket.open(server, ada.token);
      const socket = await EventSocket.open(server, ada.token, null);
      socket.send(JSON.stringify({ type: 'subscriptions.set', chatIDs: [randomBytes(70_000).toString('hex')] }));
      const outcome = await Promise.race([socket.closed, socket.next((frame) => frame.type === 'error').catch(() => socket.closed)]);
      assert.ok(outcome.code === 'INVALID_PAYLOAD' || outcome.code === 1009, JSON.stringify(outcome));
      socket.ws.terminate();
      const [sent] = await tell(ada, mine, bob, theirs, 'still working');
      await other.nextMessage(mine, (message) => message.id === sent.id);
      await other.close();
    });

    test('the set is replaced, and none means silence', async () => {
      const [other, otherAtBob] = await group('Other place', ada, bob);
      const socket = await EventSocket.open(server, ada.token, null);
      const send = async (chatID, text) => (await ada.sdk.messages.send(chatID, { text })).pendingMessageID;
      await send(mine, 'before any set');
      await socket.set([other]);
      await send(mine, 'not subscribed');
      const heard = await send(other, 'subscribed');
      const event = await socket.nextMessage(other, (message) => message.id === heard);
      assert.equal(event.seq, socket.events[0].seq);
      await socket.set([]);
      await send(other, 'paused');
      await eventually(async () => (await bob.sdk.messages.list(otherAtBob)).items[0]?.text === 'paused');
      await socket.set([mine, other]);
      await tell(ada, other, bob, otherAtBob, 'listening again');
      await socket.nextMessage(other, (message) => message.text === 'listening again');
      const heardTexts = new Set(socket.events.flatMap((frame) => frame.entries ?? []).map((message) => message.text));
      for (const text of ['before any set', 'not subscribed', 'paused']) assert.ok(!heardTexts.has(text), text);
      await socket.close();
    });

    test('a local chat id subscribes as well', async () => {
      const { localChatID } = await ada.sdk.chats.retrieve(mine);
      const socket = await EventSocket.open(server, ada.token, [localChatID]);
      const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: 'by local id' });
      assert.equal((await socket.nextMessage(mine, (message) => message.id === pendingMessageID)).chatID, mine);
      await socket.close();
    });
  });

  describe('events', () => {
    test('carry exactly the fields of the contract, and count up by one', async () => {
      const socket = await EventSocket.open(server, ada.token);
      for (let n = 0; n < 5; n++) await tell(bob, theirs, ada, mine, `count ${n}`);
      await ada.sdk.chats.markRead(mine);
      await ada.sdk.chats.update(mine, { isMuted: true });
      const last = (await ada.sdk.messages.list(mine)).items[0];
      await ada.sdk.messages.delete(last.id, { chatID: mine, forEveryone: false });
      await ada.sdk.chats.update(mine, { isMuted: false });
      await socket.next((frame) => frame.type === 'message.deleted');
      await eventually(() => socket.events.length > 8);
      socket.events.forEach((event, at) => {
        assert.ok(['chat.upserted', 'chat.deleted', 'message.upserted', 'message.deleted'].includes(event.type), event.type);
        const allowed = ['type', 'seq', 'ts', 'chatID', 'ids', ...(event.type === 'message.upserted' ? ['entries'] : [])];
        assert.ok(
          Object.keys(event).every((key) => allowed.includes(key)),
          JSON.stringify(Object.keys(event)),
        );
        assert.equal(event.seq, socket.events[0].seq + at, 'no gaps');
        assert.match(event.ts, ISO);
        assert.ok(event.ids.length > 0);
        if (event.type.startsWith('chat.')) assert.deepEqual(event.ids, [event.chatID]);
        if (event.entries)
          assert.deepEqual(
            event.entries.map((message) => message.id),
            event.ids,
          );
      });
      assert.ok([0, 1].includes(socket.events[0].seq), 'starts over on each connection');
      await socket.close();
    });

    test('a send of one’s own is pending, then successful, and equals what GET answers', async () => {
      const socket = await EventSocket.open(server, ada.token, [mine]);
      const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: 'watch me' });
      const ours = (message) => message.id === pendingMessageID;
      const first = await socket.nextMessage(mine, ours);
      assert.equal(first.entries.find(ours).sendStatus.status, 'PENDING');
      const second = await socket.nextMessage(mine, (message) => ours(message) && message.sendStatus.status !== 'PENDING');
      assert.equal(second.entries.find(ours).sendStatus.status, 'SUCCESS');
      await eventually(async () => {
        const entry = socket.frames
          .flatMap((frame) => frame.entries ?? [])
          .filter(ours)
          .at(-1);
        assert.deepEqual(entry, await ada.sdk.messages.retrieve(pendingMessageID, { chatID: mine }));
        return true;
      }, 'the last event equals GET');
      await socket.close();
    });

    test('an incoming message is told first, its chat’s new state after it', async () => {
      const socket = await EventSocket.open(server, ada.token, [mine]);
      const { unreadCount } = await ada.sdk.chats.retrieve(mine);
      await tell(bob, theirs, ada, mine, 'incoming order');
      const event = await socket.nextMessage(mine, (message) => message.text === 'incoming order');
      assert.ok(!socket.events.slice(0, socket.events.indexOf(event)).some((frame) => frame.type === 'chat.upserted'), 'not before');
      const message = await ada.sdk.messages.retrieve(event.ids[0], { chatID: mine });
      assert.deepEqual(event.entries, [message]);
      assert.equal(event.entries[0].isSender, false);
      await socket.nextChat(mine);
      assert.equal((await ada.sdk.chats.retrieve(mine)).unreadCount, unreadCount + 1);
      await socket.close();
    });

    test('everything that changes a message is told as an upsert of it', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'changing');
      const [atAda, atBob] = [await EventSocket.open(server, ada.token, [mine]), await EventSocket.open(server, bob.token, [theirs])];
      await ada.sdk.messages.update(sent.id, { chatID: mine, text: 'changed' });
      for (const [socket, chatID, id] of [
        [atAda, mine, sent.id],
        [atBob, theirs, received.id],
      ]) {
        await socket.nextMessage(chatID, (message) => message.id === id && message.text === 'changed' && message.editedTimestamp);
      }
      await bob.sdk.chats.messages.reactions.add(received.id, { chatID: theirs, reactionKey: '🎈' });
      await atAda.nextMessage(mine, (message) => message.id === sent.id && message.reactions?.[0]?.reactionKey === '🎈');
      await bob.sdk.chats.messages.reactions.delete('🎈', { chatID: theirs, messageID: received.id });
      await atAda.nextMessage(mine, (message) => message.id === sent.id && !message.reactions?.length);
      await bob.sdk.chats.markRead(theirs);
      await atAda.nextMessage(mine, (message) => message.id === sent.id && message.seen);
      await ada.sdk.messages.delete(sent.id, { chatID: mine });
      for (const [socket, chatID, id] of [
        [atAda, mine, sent.id],
        [atBob, theirs, received.id],
      ]) {
        await socket.nextMessage(chatID, (message) => message.id === id && message.isDeleted);
      }
      await Promise.all([atAda.close(), atBob.close()]);
    });

    test('everything that changes a chat is told as an upsert of it', async () => {
      const [atAda, atBob] = await group('Changing', ada, bob);
      const [first, second] = [await EventSocket.open(server, ada.token, [atAda]), await EventSocket.open(server, bob.token, [atBob])];
      for (const fields of [
        { isMuted: true },
        { isPinned: true },
        { isPinned: false, isLowPriority: true },
        { draft: { text: 'd' } },
        { draft: null },
        { isArchived: true },
      ]) {
        await ada.sdk.chats.update(atAda, fields);
        await first.nextChat(atAda);
      }
      await ada.sdk.chats.archive(atAda, { archived: false });
      await first.nextChat(atAda);
      await ada.sdk.chats.markUnread(atAda);
      await first.nextChat(atAda);
      await ada.sdk.chats.markRead(atAda);
      await first.nextChat(atAda);
      await ada.sdk.chats.reminders.create(atAda, { reminder: { remindAt: new Date(Date.now() + 3_600_000).toISOString() } });
      await first.nextChat(atAda);
      await ada.sdk.chats.reminders.delete(atAda);
      await first.nextChat(atAda);
      assert.deepEqual(second.events, [], 'what is mine alone is told to nobody else');
      await ada.sdk.chats.update(atAda, { title: 'Changed for all' });
      await second.nextChat(atBob);
      assert.equal((await bob.sdk.chats.retrieve(atBob)).title, 'Changed for all');
      await Promise.all([first.close(), second.close()]);
    });

    test('an event comes only when GET shows the change', async () => {
      const socket = await EventSocket.open(server, ada.token, [mine]);
      for (let n = 0; n < 10; n++) {
        await bob.sdk.messages.send(theirs, { text: `visible ${n}` });
        const event = await socket.nextMessage(mine, (message) => message.text === `visible ${n}`);
        const { json } = await expectStatus(200, server, 'GET', `/v1/chats/${mine}/messages/${event.ids[0]}`, { token: ada.token });
        assert.equal(json.text, `visible ${n}`);
      }
      await socket.close();
    });

    test('the star includes chats that come later', async () => {
      const socket = await EventSocket.open(server, ada.token, ['*']);
      const cleo = await person(server, 'cleo', 'Cleo');
      const started = await cleo.sdk.chats.start({
        accountID: cleo.accountID,
        user: { username: 'ada' },
        messageText: 'hello from a stranger',
      });
      const event = await socket.next((frame) => frame.entries?.[0]?.text === 'hello from a stranger');
      assert.notEqual(event.chatID, started.id);
      await socket.nextChat(event.chatID);
      await arrived(ada, event.chatID, 'hello from a stranger');
      await socket.close();
    });

    test('a chat that goes away is told as deleted', async () => {
      const account = await join(server, 'leaving');
      const owner = sdk(server);
      const [{ id }] = (await owner.chats.list({ accountIDs: [account.accountID] })).items;
      const socket = await EventSocket.open(server, server.token);
      await expectStatus(204, server, 'DELETE', `/v1/accounts/${account.accountID}`);
      const event = await socket.next((frame) => frame.type === 'chat.deleted' && frame.chatID === id);
      assert.deepEqual(event.ids, [id]);
      assert.equal('entries' in event, false);
      assertError(await call(server, 'GET', `/v1/chats/${encodeURIComponent(id)}`), 'not_found');
      await socket.close();
    });

    test('connections are independent', async () => {
      const sockets = await Promise.all(Array.from({ length: 10 }, (_, n) => EventSocket.open(server, ada.token, n % 2 ? [mine] : ['*'])));
      const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: 'to each of you' });
      for (const socket of sockets) await socket.nextMessage(mine, (message) => message.id === pendingMessageID);
      sockets[0].ws.terminate();
      const again = await ada.sdk.messages.send(mine, { text: 'and again' });
      for (const socket of sockets.slice(1)) await socket.nextMessage(mine, (message) => message.id === again.pendingMessageID);
      await Promise.all(sockets.slice(1).map((socket) => socket.close()));
    });

    test('a burst comes whole, in order, once', async () => {
      const socket = await EventSocket.open(server, ada.token, [mine]);
      await Promise.all(Array.from({ length: 60 }, (_, n) => bob.sdk.messages.send(theirs, { text: `burst ${n}` })));
      const seen = () =>
        new Set(
          socket.frames
            .flatMap((frame) => frame.entries ?? [])
            .map((message) => message.text)
            .filter((text) => text.startsWith('burst')),
        );
      await eventually(() => seen().size === 60);
      const firsts = new Map();
      for (const message of socket.frames.flatMap((frame) => frame.entries ?? []))
        if (!firsts.has(message.id)) firsts.set(message.id, message.sortKey);
      const keys = [...firsts.values()];
      assert.deepEqual(keys, [...keys].sort(), 'first told in the chat’s order');
      await socket.close();
    });
  });

  describe('the end of a connection', () => {
    test('an identity’s socket hears of that identity alone', async () => {
      const dan = await person(server, 'dan');
      const socket = await EventSocket.open(server, dan.token);
      await socket.set(['*']);
      await tell(ada, mine, bob, theirs, 'not for Dan');
      await socket.set([mine, theirs]);
      await tell(ada, mine, bob, theirs, 'not for Dan either');
      await socket.set(['*']);
      const note = (await dan.sdk.chats.start({ accountID: dan.accountID, user: { id: dan.userID } })).id;
      const { pendingMessageID } = await dan.sdk.messages.send(note, { text: 'for Dan' });
      await socket.nextMessage(note, (message) => message.id === pendingMessageID);
      assert.ok(
        socket.events.every((event) => event.chatID === note),
        JSON.stringify(socket.events),
      );
      await socket.close();
    });

    test('a revoked token ends it with 1008, and others stay', async () => {
      const token = await mint(server, { name: 'short-lived', account: ada.accountID });
      const [socket, other] = [await EventSocket.open(server, token), await EventSocket.open(server, ada.token)];
      const listed = (await server.cli(['token', 'list', '--json'])).json();
      const { id } = (listed.tokens ?? listed.items ?? listed).find((entry) => entry.name === 'short-lived');
      assert.equal((await server.cli(['token', 'revoke', String(id)])).code, 0);
      assert.equal((await socket.closed).code, 1008);
      assert.equal(other.ws.readyState, other.ws.OPEN);
      await other.close();
    });

    test('an expiring token ends it with 1008', async () => {
      const token = await mint(server, { name: 'expiring', account: ada.accountID, expires: '3s' });
      const socket = await EventSocket.open(server, token);
      const outcome = await Promise.race([socket.closed, new Promise((resolve) => setTimeout(resolve, 10_000, 'still open').unref())]);
      assert.equal(outcome.code, 1008, JSON.stringify(outcome));
    });

    test('a stopping server ends it with 1001', async () => {
      const own = await startServer();
      const socket = await EventSocket.open(own, own.token);
      const { code } = await own.stop();
      assert.equal((await socket.closed).code, 1001);
      assert.equal(code, 0);
      await own.remove();
    });
  });
});
