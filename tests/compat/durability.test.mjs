// What was promised is kept through power cuts and restarts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { EventSocket } from './socket.mjs';
import { collect, direct, eventually, expectStatus, finish, ids, person, refused, say, sdk, tell, texts } from './support.mjs';

describe('durability', () => {
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
  });
  after(() => finish(server));

  const counts = async (who, chatID) => {
    const counted = new Map();
    for (const text of texts(await collect(who.sdk.messages.list(chatID, { limit: 200 })))) counted.set(text, (counted.get(text) ?? 0) + 1);
    return counted;
  };

  test('after a power cut in the middle of sending, every acknowledged message is there once on both sides', async () => {
    for (let round = 0; round < 3; round++) {
      const [acknowledged, sent] = [new Map(), []];
      let cut = false;
      const sending = Array.from({ length: 4 }, async (_, lane) => {
        for (let n = 0; !cut; n++) {
          const text = `round ${round} lane ${lane} number ${n}`;
          sent.push(text);
          try {
            const { pendingMessageID } = await ada.sdk.messages.send(mine, { text }, { headers: { 'Idempotency-Key': text } });
            acknowledged.set(text, pendingMessageID);
          } catch (error) {
            assert.ok(cut || !error.status, `a send failed before the cut: ${error.message}`);
            return;
          }
          if (acknowledged.size === 40 + round * 25) {
            cut = true;
            await server.kill();
          }
        }
      });
      await Promise.all(sending);
      await server.restart();

      const atAda = await counts(ada, mine);
      for (const [text, id] of acknowledged) {
        assert.equal(atAda.get(text), 1, `${text} at Ada`);
        assert.equal((await ada.sdk.messages.retrieve(id, { chatID: mine })).text, text);
      }
      for (const text of sent) assert.ok((atAda.get(text) ?? 0) <= 1, text);
      for (const text of sent) {
        const again = await ada.sdk.messages.send(mine, { text }, { headers: { 'Idempotency-Key': text } });
        if (acknowledged.has(text)) assert.equal(again.pendingMessageID, acknowledged.get(text), `${text} was sent a second time`);
      }
      await eventually(
        async () => {
          const atBob = await counts(bob, theirs);
          for (const text of sent) assert.equal(atBob.get(text), 1, `${text} at Bob`);
          return true;
        },
        'every message is at Bob’s once',
        20_000,
      );
      const after = await counts(ada, mine);
      for (const text of sent) assert.equal(after.get(text), 1, `${text} at Ada, at last`);
      await eventually(
        async () =>
          (await collect(ada.sdk.messages.list(mine, { limit: 200 })))
            .filter((message) => sent.includes(message.text))
            .every((message) => message.sendStatus?.status === 'SUCCESS'),
        'and each ends in success',
      );
    }
  });

  test('a restart changes nothing a client can see', async () => {
    await tell(bob, theirs, ada, mine, 'before the restart');
    await ada.sdk.chats.update(mine, { isMuted: true, isPinned: true, draft: { text: '**kept**' } });
    await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: new Date(Date.now() + 3_600_000).toISOString() } });
    const [last] = (await ada.sdk.messages.list(mine)).items;
    await ada.sdk.chats.messages.reactions.add(last.id, { chatID: mine, reactionKey: '👍' });
    const page = await ada.sdk.messages.list(mine, { limit: 10 });
    const look = async () => [
      await ada.sdk.accounts.list(),
      await ada.sdk.chats.retrieve(mine),
      await bob.sdk.chats.retrieve(theirs),
      (await ada.sdk.messages.list(mine)).items,
      (await ada.sdk.messages.search({ query: 'restart' })).items,
      (await ada.sdk.chats.list()).items,
    ];
    const before = await look();
    await server.restart();
    assert.deepEqual(await look(), before);
    const older = await ada.sdk.messages.list(mine, { limit: 10, cursor: page.oldestCursor });
    assert.ok(older.items[0].sortKey < page.items.at(-1).sortKey, 'cursors outlive the restart');
    await ada.sdk.chats.update(mine, { isMuted: false, isPinned: false, draft: null });
    await ada.sdk.chats.reminders.delete(mine);
  });

  test('new messages come after the old ones, also after a restart', async () => {
    const before = await say(ada, mine, 'last of the old');
    await server.restart();
    const after = await say(ada, mine, 'first of the new');
    assert.ok(after.sortKey > before.sortKey);
    assert.ok(Number(after.id) > Number(before.id));
  });

  test('an idempotency key is remembered over a restart', async () => {
    const options = { headers: { 'Idempotency-Key': 'over-the-restart' } };
    const first = await ada.sdk.messages.send(mine, { text: 'exactly one' }, options);
    await server.restart();
    assert.deepEqual(await ada.sdk.messages.send(mine, { text: 'exactly one' }, options), first);
    await refused(409, ada.sdk.messages.send(mine, { text: 'another one' }, options));
    assert.equal((await counts(ada, mine)).get('exactly one'), 1);
  });

  test('a reminder that came due while the server was down fires when it is back', async () => {
    await ada.sdk.chats.archive(mine);
    await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: new Date(Date.now() + 1_000).toISOString() } });
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await server.start();
    await eventually(async () => {
      const chat = await ada.sdk.chats.retrieve(mine);
      return !chat.isArchived && chat.isMarkedUnread && !chat.reminder;
    }, 'the reminder fired');
    await ada.sdk.chats.markRead(mine);
  });

  test('a message that was to vanish while the server was down is gone when it is back', async () => {
    await ada.sdk.chats.update(mine, { messageExpirySeconds: 1 });
    const [sent, received] = await tell(ada, mine, bob, theirs, 'short life');
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await server.start();
    await eventually(async () => {
      await refused(404, ada.sdk.messages.retrieve(sent.id, { chatID: mine }));
      await refused(404, bob.sdk.messages.retrieve(received.id, { chatID: theirs }));
      return true;
    }, 'gone on both sides');
    await ada.sdk.chats.update(mine, { messageExpirySeconds: null });
  });

  test('uploads outlive a restart', async () => {
    const { uploadID } = await ada.sdk.assets.uploadBase64({ content: Buffer.from('kept').toString('base64'), fileName: 'kept.txt' });
    await server.restart();
    const { pendingMessageID } = await ada.sdk.messages.send(mine, { attachment: { uploadID } });
    const [attachment] = (await ada.sdk.messages.retrieve(pendingMessageID, { chatID: mine })).attachments;
    await server.restart();
    assert.equal(await (await ada.sdk.assets.serve({ url: attachment.id })).text(), 'kept');
  });

  test('the socket of a restarted server starts afresh', async () => {
    const socket = await EventSocket.open(server, ada.token);
    await server.kill();
    await socket.closed;
    await server.start();
    const again = await EventSocket.open(server, ada.token);
    const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: 'after the cut' });
    const event = await again.nextMessage(mine, (message) => message.id === pendingMessageID);
    assert.ok([0, 1].includes(again.events[0].seq), 'seq starts over');
    assert.ok(event);
    assert.ok(
      again.events.every((frame) => !(frame.entries ?? []).some((message) => message.text === 'exactly one')),
      'nothing is replayed',
    );
    await again.close();
  });

  test('the owner’s token stays the same', async () => {
    const { token } = server;
    await server.restart();
    assert.equal(server.token, token);
    assert.deepEqual(ids((await sdk(server).chats.list({ limit: 200 })).items).length > 0, true);
    await expectStatus(200, server, 'GET', '/v1/accounts');
  });
});
