// What lies before what was synced, and what was missed in between: paging, gaps, background loading, and encrypted rooms.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  callAs,
  chatNamed,
  chatThat,
  connected,
  joinAs,
  matrixStage,
  messageThat,
  outcomeOf,
  refused,
  roomWith,
  textsOf,
} from './matrix/ours.mjs';
import { Proxy } from './matrix/proxy.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { collect, eventually } from './support.mjs';

const OLD = 240;

matrixSuite('history of Matrix rooms', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let bob;
  let known;
  let us;
  const numbered = (from, to, word) => Array.from({ length: to - from }, (_, n) => `${word} ${from + n}`);
  before(async () => {
    stage = await matrixStage();
    bob = await stage.peer('bob', 'Bob');
    known = await stage.homeserver.register('ada', { displayName: 'Ada' });
  });
  after(() => stage?.finish());

  const fill = async (room, texts) => {
    for (const text of texts) await bob.text(room, text);
  };
  const lines = (chatID, word) => textsOf(us, chatID, (text) => text.startsWith(`${word} `));

  test('a client that pages back reads all that was said before the login, once and in order', async () => {
    const room = await bob.room('Long ago', [known]);
    await joinAs(known, stage.homeserver, room);
    const texts = numbered(0, OLD, 'old');
    await fill(room, texts);
    const quoted = await bob.reply(room, (await bob.history(room))[3].event_id, 'a reply to old 3');
    await bob.edit(room, (await bob.history(room))[5].event_id, 'old 5 edited');
    await bob.react(room, (await bob.history(room))[7].event_id, '👍️');
    us = await stage.signIn('ada', 'Ada', { known });
    const { id: chatID } = await chatNamed(us, 'Long ago');
    await eventually(
      async () => {
        const read = (await collect(us.sdk.messages.list(chatID))).filter((message) => /^old /.test(message.text)).reverse();
        assert.equal(new Set(read.map((message) => message.sortKey)).size, read.length);
        return read.map((message) => message.text.replace(' edited', '')).join() === texts.join();
      },
      'everything back to the first',
      30_000,
    );
    const all = await collect(us.sdk.messages.list(chatID));
    const third = all.find((message) => message.text === 'old 3');
    assert.equal((await us.sdk.messages.retrieve(quoted, { chatID })).linkedMessageID, third.id);
    await eventually(async () => {
      const page = await collect(us.sdk.messages.list(chatID));
      return (
        page.some((message) => message.text === 'old 5 edited') && page.find((message) => message.text === 'old 7').reactions?.length === 1
      );
    }, 'edits and reactions of old messages');
  });

  test('sort keys that were given out stay', async () => {
    const { id: chatID } = await chatNamed(us, 'Long ago');
    const keys = async () => new Map((await collect(us.sdk.messages.list(chatID))).map((message) => [message.id, message.sortKey]));
    const before = await keys();
    await stage.server.restart();
    await connected(us);
    const after = await keys();
    for (const [id, key] of before) assert.equal(after.get(id), key);
  });

  test('what was said while the server was away is filled in, between what was before and what is new', async () => {
    const [room, chat] = await roomWith(us, bob, 'A gap');
    await fill(room, numbered(0, 5, 'gap'));
    await eventually(async () => (await lines(chat.id, 'gap')).length === 5);
    const first = await lines(chat.id, 'gap');
    await stage.server.stop();
    await fill(room, numbered(5, 160, 'gap'));
    await stage.server.start();
    await connected(us);
    await fill(room, numbered(160, 165, 'gap'));
    const all = numbered(0, 165, 'gap');
    await eventually(async () => (await lines(chat.id, 'gap')).join() === all.join(), 'all of it in order', 30_000);
    assert.deepEqual(first, all.slice(0, 5));
    await chatThat(us, chat.id, (one) => one.unreadCount === 165, 15_000);
    await eventually(
      async () =>
        (await us.sdk.messages.search({ query: '"gap 80"', chatIDs: [chat.id] })).items.some((message) => message.text === 'gap 80'),
      'found',
    );
  });

  test('gaps that are killed while they are filled are filled all the same', async () => {
    const [room, chat] = await roomWith(us, bob, 'Killed gap');
    await fill(room, numbered(0, 3, 'cut'));
    await eventually(async () => (await lines(chat.id, 'cut')).length === 3);
    await stage.server.kill();
    await fill(room, numbered(3, 123, 'cut'));
    for (const wait of [200, 500, 900]) {
      await stage.server.start();
      await pause(wait);
      await stage.server.kill();
    }
    await stage.server.start();
    await connected(us);
    await eventually(
      async () => (await lines(chat.id, 'cut')).join() === numbered(0, 123, 'cut').join(),
      'all of it once and in order',
      30_000,
    );
  });

  test('an encrypted room is listed, its messages are placeholders, and nothing is ever sent there in clear', async () => {
    const room = await bob.encrypted('Sealed', [us]);
    await joinAs(us, stage.homeserver, room);
    const chat = await chatNamed(us, 'Sealed');
    // What the cipher text says does not matter to a client that has no keys.
    const sealed = {
      algorithm: 'm.megolm.v1.aes-sha2',
      ciphertext: 'AwgAEnACgAkLmt6qF84I',
      session_id: 'X3lUlvLELLYxeTx4yOVu6UDpasGEVO0Jbu+QFnm0cKQ',
      device_id: 'RJYKSTBOIE',
      sender_key: 'IlRMeOPX2e0MurIyfWEucYBRVOEEUMrOHqn/8mLqMjA',
    };
    const eventID = (await bob.call('PUT', `/rooms/${encodeURIComponent(room)}/send/m.room.encrypted/s1`, { body: sealed })).event_id;
    const placeholder = await messageThat(us, chat.id, eventID);
    assert.ok(placeholder.text.length > 0 && !placeholder.isHidden && !placeholder.text.includes(sealed.ciphertext));
    await refused(400, us.sdk.messages.update(placeholder.id, { chatID: chat.id, text: 'in clear' }));
    assert.match((await refused(400, us.sdk.messages.send(chat.id, { text: 'in clear' }))).message, /encrypt/i);
    const upload = await us.sdk.assets.upload({ file: new File(['secret'], 'secret.txt') });
    await refused(400, us.sdk.messages.send(chat.id, { attachment: { uploadID: upload.uploadID } }));
    const types = (await bob.history(room, ['m.room.message', 'm.sticker'])).filter((event) => event.sender === us.userID);
    assert.deepEqual(types, []);
  });

  test('a room that becomes encrypted while a message waits, and before we hear of it, does not get it in clear', async () => {
    const proxy = await Proxy.start(stage.homeserver, 3);
    const cal = await stage.signIn('cal', 'Cal', { at: proxy.baseURL });
    const [room, chat] = await roomWith(cal, bob, 'Seals later');
    proxy.silence(/^GET .*\/sync/);
    proxy.drop();
    await bob.set(room, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
    const outcome = async (text) => {
      const { pendingMessageID } = await cal.sdk.messages.send(chat.id, { text });
      return (await outcomeOf(cal, chat.id, pendingMessageID, 'FAIL_PERMANENT')).sendStatus.message;
    };
    assert.match(await outcome('too late for this'), /encrypt/i);
    proxy.clear();
    proxy.drop();
    await eventually(
      () =>
        cal.sdk.messages.send(chat.id, { text: 'surely too late' }).then(
          () => false,
          (error) => error.status === 400,
        ),
      'refused at once',
      20_000,
    );
    // A state that vanishes opens nothing again.
    await bob.set(room, 'm.room.encryption', {});
    const told = await bob.call('PUT', `/rooms/${encodeURIComponent(room)}/send/m.room.message/v1`, {
      body: { msgtype: 'm.text', body: 'the state is empty now' },
    });
    await messageThat(cal, chat.id, told.event_id);
    await refused(400, cal.sdk.messages.send(chat.id, { text: 'still too late' }));
    assert.deepEqual(
      (await bob.history(room)).filter((event) => event.sender === cal.userID),
      [],
    );
  });

  test('messages from before joining, where they may be read, are history like any other', async () => {
    const room = await bob.room('Open past', [], {
      preset: 'public_chat',
      initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'shared' } }],
    });
    await fill(room, numbered(0, 30, 'past'));
    await callAs(us, stage.homeserver, 'POST', `/join/${encodeURIComponent(room)}`, {});
    const chat = await chatNamed(us, 'Open past');
    await eventually(async () => (await lines(chat.id, 'past')).join() === numbered(0, 30, 'past').join(), 'all of it', 15_000);
  });
});
