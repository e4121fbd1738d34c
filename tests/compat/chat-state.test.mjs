// What a person sets on a chat: title and flags, drafts, read marks, reminders, notify anyway.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from './server.mjs';
import { files } from './samples.mjs';
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
  person,
  refused,
  say,
  sdk,
  tell,
  watchedFetch,
} from './support.mjs';

const inMilliseconds = (milliseconds) => new Date(Date.now() + milliseconds).toISOString();
const gone = (value) => value === null || value === undefined;

describe('chat state', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    cleo = await person(server, 'cleo', 'Cleo');
  });
  after(() => finish(server));

  const update = (chatID, fields) => ada.sdk.chats.update(chatID, fields);
  const upload = (fileName, mimeType) =>
    ada.sdk.assets.uploadBase64({ content: Buffer.from(`content of ${fileName}`).toString('base64'), fileName, mimeType });

  describe('update', () => {
    test('title and description of a group are set and cleared for everybody', async () => {
      const [mine, theirs] = await group('Original', ada, bob);
      const changed = await update(mine, { title: 'Renamed', description: 'What it is about' });
      assert.equal(changed.title, 'Renamed');
      assert.equal(changed.description, 'What it is about');
      await eventually(async () => {
        const other = await bob.sdk.chats.retrieve(theirs);
        return other.title === 'Renamed' && other.description === 'What it is about';
      }, 'Bob sees the new title and description');
      const cleared = await update(mine, { title: null, description: null });
      assert.ok(cleared.title.length > 0 && cleared.title !== 'Renamed', 'a computed title takes its place');
      assert.ok(gone(cleared.description) || cleared.description === '');
    });

    test('the picture of a group is an upload, never a path', async () => {
      const [mine] = await group('Pictured', ada, bob);
      const png = files.png[2].toString('base64');
      const { uploadID } = await ada.sdk.assets.uploadBase64({ content: png, fileName: 'dot.png' });
      const { imgURL } = await update(mine, { imgURL: uploadID });
      assert.match(imgURL, /^http:.*\/v1\/assets\/serve\?url=/);
      const picture = await ada.sdk.assets.serve({ url: imgURL });
      assert.equal(Buffer.from(await picture.arrayBuffer()).toString('base64'), png);
      for (const path of ['/etc/passwd', 'file:///etc/passwd', `${server.dataDir}/owner.token`, '../x.png', 'http://example.org/x.png']) {
        await refused(422, update(mine, { imgURL: path }));
      }
      assert.ok(gone((await update(mine, { imgURL: null })).imgURL));
    });

    test('flags are set one by one and together', async () => {
      const [mine] = await group('Flags', ada, bob);
      for (const flag of ['isArchived', 'isLowPriority', 'isMuted', 'isPinned']) {
        assert.equal((await update(mine, { [flag]: true }))[flag], true, flag);
        assert.equal((await ada.sdk.chats.retrieve(mine))[flag], true, flag);
        assert.equal((await update(mine, { [flag]: false }))[flag], false, flag);
      }
      const both = await update(mine, { isMuted: true, isLowPriority: true });
      assert.deepEqual([both.isMuted, both.isLowPriority], [true, true]);
      const inbox = await update(mine, { isArchived: false, isLowPriority: false });
      assert.deepEqual([inbox.isMuted, inbox.isLowPriority], [true, false]);
    });

    test('an empty update changes nothing', async () => {
      const [mine] = await direct(ada, bob);
      const before = await ada.sdk.chats.retrieve(mine);
      assert.deepEqual(await update(mine, {}), before);
      assert.deepEqual(await update(mine, undefined), before);
      assert.deepEqual((await expectStatus(200, server, 'PATCH', `/v1/chats/${mine}`, { token: ada.token })).json, before);
      assert.deepEqual(await update(mine, { unheardOf: 1 }), before);
    });

    test('the disappearing timer is set and cleared for both sides', async () => {
      const [mine, theirs] = await direct(ada, cleo);
      const { capabilities } = await ada.sdk.chats.retrieve(mine);
      const seconds = capabilities.disappearingTimer.timers ? capabilities.disappearingTimer.timers[0] / 1000 : 3600;
      assert.equal((await update(mine, { messageExpirySeconds: seconds })).messageExpirySeconds, seconds);
      await eventually(async () => (await cleo.sdk.chats.retrieve(theirs)).messageExpirySeconds === seconds, 'Cleo sees the timer');
      assert.ok(gone((await update(mine, { messageExpirySeconds: 0 })).messageExpirySeconds));
      await update(mine, { messageExpirySeconds: seconds });
      assert.ok(gone((await update(mine, { messageExpirySeconds: null })).messageExpirySeconds));
      for (const bad of [-1, 1.5, 'soon']) await refused(422, update(mine, { messageExpirySeconds: bad }));
    });

    test('what a direct chat cannot do is refused by name, and nothing else of that update happens', async () => {
      const [mine] = await direct(ada, bob);
      const error = await refused(400, update(mine, { isMuted: true, draft: { text: 'x' }, description: 'no topic here' }));
      assert.equal(error.error.code, 'unsupported');
      assert.match(error.message, /description/);
      const chat = await ada.sdk.chats.retrieve(mine);
      assert.equal(chat.isMuted, false);
      assert.ok(gone(chat.draft));
    });

    test('capabilities tell the truth about what can be updated', async () => {
      const { uploadID } = await ada.sdk.assets.uploadBase64({ content: files.png[2].toString('base64'), fileName: 'avatar.png' });
      const chats = [(await direct(ada, bob))[0], (await group('Truth', ada, bob))[0]];
      for (const chatID of chats) {
        const {
          capabilities: { state },
          type,
        } = await ada.sdk.chats.retrieve(chatID);
        for (const [field, ability, value] of [
          ['title', 'title', 'T'],
          ['description', 'description', 'D'],
          ['imgURL', 'avatar', uploadID],
        ]) {
          const level = state?.[ability]?.level ?? 0;
          const answer = await call(server, 'PATCH', `/v1/chats/${chatID}`, { token: ada.token, body: { [field]: value } });
          if (level > 0) assert.equal(answer.status, 200, `${type}: ${field} is offered but ${answer.text}`);
          else if (field !== 'title') assertError(answer, 'unsupported');
        }
      }
    });

    test('one wrong value, and nothing of the update happens', async () => {
      const [mine] = await group('All or nothing', ada, bob);
      const error = await refused(422, update(mine, { title: 'changed', isPinned: 'yes' }));
      assert.deepEqual(
        error.error.details.issues.map((issue) => issue.path),
        [['body', 'isPinned']],
      );
      assert.equal((await ada.sdk.chats.retrieve(mine)).title, 'All or nothing');
      await refused(422, update(mine, { title: 'changed', imgURL: '/etc/passwd' }));
      await refused(404, update(mine, { title: 'changed', draft: { text: '', attachments: { a: { uploadID: 'upl_nope' } } } }));
      assert.equal((await ada.sdk.chats.retrieve(mine)).title, 'All or nothing');
      for (const bad of [
        { title: 7 },
        { isMuted: null },
        { isArchived: 'true' },
        { draft: 'text' },
        { draft: {} },
        { draft: { text: 1 } },
      ]) {
        await refused(422, update(mine, bad));
      }
    });

    test('archiving a pinned chat unpins it', async () => {
      const [mine] = await group('Pinned', ada, bob);
      await update(mine, { isPinned: true });
      const archived = await update(mine, { isArchived: true });
      assert.deepEqual([archived.isArchived, archived.isPinned], [true, false]);
      await update(mine, { isArchived: false, isPinned: true });
      await ada.sdk.chats.archive(mine);
      const again = await ada.sdk.chats.retrieve(mine);
      assert.deepEqual([again.isArchived, again.isPinned], [true, false]);
    });
  });

  describe('archive', () => {
    test('archives by default, brings back when told, and answers 204 with nothing', async () => {
      const [mine] = await direct(ada, bob);
      assert.equal(await ada.sdk.chats.archive(mine), null);
      assert.equal((await ada.sdk.chats.retrieve(mine)).isArchived, true);
      assert.equal(await ada.sdk.chats.archive(mine, { archived: true }), null);
      assert.equal(await ada.sdk.chats.archive(mine, { archived: false }), null);
      assert.equal((await ada.sdk.chats.retrieve(mine)).isArchived, false);
      const bare = await expectStatus(204, server, 'POST', `/v1/chats/${mine}/archive`, { token: ada.token });
      assert.equal(bare.text, '');
      await ada.sdk.chats.archive(mine, { archived: false });
      await refused(422, ada.sdk.chats.archive(mine, { archived: 'yes' }));
      await refused(404, ada.sdk.chats.archive('!nope:local'));
    });
  });

  describe('drafts', () => {
    test('Markdown becomes HTML, plain text stays', async () => {
      const [mine] = await direct(ada, bob);
      assert.equal((await update(mine, { draft: { text: 'just words' } })).draft.text, 'just words');
      await update(mine, { draft: null });
      const { draft } = await update(mine, { draft: { text: '**strong** & 1 < 2' } });
      assert.match(draft.text, /<strong>strong<\/strong> &amp; 1 &lt; 2/);
      assert.deepEqual((await ada.sdk.chats.retrieve(mine)).draft, draft);
      assert.ok(gone((await update(mine, { draft: null })).draft));
    });

    test('a second draft is refused until the first is cleared, and the SDK does not try again', async () => {
      const [mine] = await direct(ada, bob);
      await update(mine, { draft: { text: 'first' } });
      let requests = 0;
      const counting = sdk(server, ada.token, {
        maxRetries: 2,
        fetch: (...args) => {
          requests++;
          return watchedFetch(server)(...args);
        },
      });
      const error = await refused(409, counting.chats.update(mine, { draft: { text: 'second' } }));
      assert.equal(error.error.code, 'conflict');
      assert.equal(error.headers.get('x-should-retry'), 'false');
      assert.equal(requests, 1);
      assert.equal((await ada.sdk.chats.retrieve(mine)).draft.text, 'first');
      await update(mine, { draft: null });
      assert.equal((await update(mine, { draft: { text: 'second' } })).draft.text, 'second');
      assert.ok(gone((await update(mine, { draft: { text: '' } })).draft), 'an empty draft clears');
    });

    test('attachments are a map by upload, and clear together with the text', async () => {
      const [mine] = await direct(ada, bob);
      const [picture, voice, gif] = [
        await upload('a.png', 'image/png'),
        await upload('b.ogg', 'audio/ogg'),
        await upload('c.gif', 'image/gif'),
      ];
      const whole = await upload('d.png', 'image/png');
      const { draft } = await update(mine, {
        draft: {
          text: '',
          attachments: {
            one: { uploadID: picture.uploadID, type: 'image', size: { width: 3, height: 2 } },
            two: { uploadID: voice.uploadID, type: 'voice-note', duration: 2.5 },
            three: { uploadID: gif.uploadID, type: 'gif', id: 'own-id' },
            [whole.uploadID]: whole,
          },
        },
      });
      assert.equal(draft.text, '');
      const kinds = Object.fromEntries(Object.values(draft.attachments).map((attachment) => [attachment.id, attachment.type]));
      assert.deepEqual(kinds, { one: 'file', two: 'recorded_audio', 'own-id': 'gif', [whole.uploadID]: 'file' });
      const one = Object.values(draft.attachments).find((attachment) => attachment.id === 'one');
      assert.equal(one.fileName, 'a.png');
      assert.equal(one.mimeType, 'image/png');
      assert.equal(one.fileSize, picture.fileSize);
      assert.deepEqual(one.size, { width: 3, height: 2 });
      const two = Object.values(draft.attachments).find((attachment) => attachment.id === 'two');
      assert.equal(two.audioDurationSeconds, 2.5);
      await refused(409, update(mine, { draft: { text: 'more' } }));
      assert.ok(gone((await update(mine, { draft: null })).draft));
      await refused(404, update(mine, { draft: { text: 'x', attachments: { a: { uploadID: 'upl_nope' } } } }));
      await refused(422, update(mine, { draft: { text: 'x', attachments: { a: {} } } }));
    });
  });

  describe('read marks', () => {
    let mine;
    let theirs;
    let sent;
    before(async () => {
      [mine, theirs] = await direct(ada, bob);
      sent = [];
      for (const text of ['one', 'two', 'three']) sent.push((await tell(bob, theirs, ada, mine, text))[1]);
    });

    test('incoming messages count as unread', async () => {
      const chat = await ada.sdk.chats.retrieve(mine);
      assert.equal(chat.unreadCount, 3);
      assert.ok(sent.every((message) => message.isUnread === true));
      assert.equal((await bob.sdk.chats.retrieve(theirs)).unreadCount, 0, 'one’s own messages do not');
    });

    test('reading up to a message leaves the later ones, and the marker never goes back', async () => {
      const chat = await ada.sdk.chats.markRead(mine, { messageID: sent[1].id });
      assert.equal(chat.unreadCount, 1);
      assert.equal(chat.lastReadMessageSortKey, sent[1].sortKey);
      assert.equal((await ada.sdk.chats.markRead(mine, { messageID: sent[0].id })).unreadCount, 1);
      const flags = (await ada.sdk.messages.list(mine)).items.slice(0, 3).map((message) => message.isUnread ?? false);
      assert.deepEqual(flags, [true, false, false]);
    });

    test('reading without a message reads all', async () => {
      const chat = await ada.sdk.chats.markRead(mine);
      assert.equal(chat.unreadCount, 0);
      assert.equal(chat.lastReadMessageSortKey, (await ada.sdk.messages.list(mine)).items[0].sortKey);
      assert.deepEqual(await ada.sdk.chats.markRead(mine), chat, 'again changes nothing');
      await expectStatus(200, server, 'POST', `/v1/chats/${mine}/read`, { token: ada.token });
    });

    test('unread without a message only sets the flag; reading clears it', async () => {
      const chat = await ada.sdk.chats.markUnread(mine);
      assert.deepEqual([chat.isMarkedUnread, chat.unreadCount], [true, 0]);
      assert.equal((await ada.sdk.chats.markRead(mine)).isMarkedUnread, false);
    });

    test('unread from a message counts that one and the later ones', async () => {
      assert.equal((await ada.sdk.chats.markUnread(mine, { messageID: sent[1].id })).unreadCount, 2);
      assert.equal((await ada.sdk.chats.markRead(mine)).unreadCount, 0);
    });

    test('an unknown message is not found', async () => {
      await refused(404, ada.sdk.chats.markRead(mine, { messageID: '9999999' }));
      await refused(404, ada.sdk.chats.markUnread(mine, { messageID: '9999999' }));
      await refused(422, ada.sdk.chats.markRead(mine, { messageID: 7 }));
    });

    test('a mention is counted on its own', async () => {
      await tell(bob, theirs, ada, mine, 'look here @ada');
      const chat = await ada.sdk.chats.retrieve(mine);
      assert.deepEqual([chat.unreadCount, chat.unreadMentionsCount], [1, 1]);
      assert.equal((await ada.sdk.chats.markRead(mine)).unreadMentionsCount, 0);
    });
  });

  describe('reminders', () => {
    test('a reminder brings the chat back on time, marked unread, and the socket says so', async () => {
      const [mine] = await group('Remind me', ada, bob);
      const socket = await EventSocket.open(server, ada.token, [mine]);
      await ada.sdk.chats.archive(mine);
      const remindAt = inMilliseconds(1_500);
      assert.equal(await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt } }), null);
      const chat = await ada.sdk.chats.retrieve(mine);
      assert.equal(chat.reminder.remindAt, remindAt);
      assert.equal(chat.reminder.dismissOnIncomingMessage ?? false, false);
      assert.equal(chat.isArchived, true);
      const fired = await eventually(
        async () => {
          await socket.nextChat(mine);
          const now = await ada.sdk.chats.retrieve(mine);
          return gone(now.reminder) && now;
        },
        'the reminder fired',
        10_000,
      );
      assert.ok(Date.now() >= Date.parse(remindAt), 'not before its time');
      assert.ok(Date.now() < Date.parse(remindAt) + 3_000, 'and not long after');
      assert.deepEqual([fired.isArchived, fired.isMarkedUnread], [false, true]);
      await socket.close();
    });

    test('a reminder can be replaced and removed, and removing none is fine', async () => {
      const [mine] = await direct(ada, bob);
      const [first, second] = [inMilliseconds(3_600_000), inMilliseconds(7_200_000)];
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: first, dismissOnIncomingMessage: true } });
      assert.deepEqual((await ada.sdk.chats.retrieve(mine)).reminder, { remindAt: first, dismissOnIncomingMessage: true });
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: second } });
      const { reminder } = await ada.sdk.chats.retrieve(mine);
      assert.equal(reminder.remindAt, second);
      assert.notEqual(reminder.dismissOnIncomingMessage, true);
      assert.equal(await ada.sdk.chats.reminders.delete(mine), null);
      assert.ok(gone((await ada.sdk.chats.retrieve(mine)).reminder));
      assert.equal(await ada.sdk.chats.reminders.delete(mine), null);
      await refused(404, ada.sdk.chats.reminders.delete('!nope:local'));
    });

    test('older clients name the time in milliseconds; other offsets than UTC are understood', async () => {
      const [mine] = await direct(ada, bob);
      const at = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAtMs: at } });
      assert.equal((await ada.sdk.chats.retrieve(mine)).reminder.remindAt, new Date(at).toISOString());
      const inParis = new Date(at + 7_200_000).toISOString().replace('Z', '+02:00');
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: inParis } });
      assert.equal((await ada.sdk.chats.retrieve(mine)).reminder.remindAt, new Date(at).toISOString());
      await ada.sdk.chats.reminders.delete(mine);
    });

    test('the past, nonsense and nothing are refused', async () => {
      const [mine] = await direct(ada, bob);
      for (const reminder of [{ remindAt: inMilliseconds(-60_000) }, { remindAt: 'tomorrow' }, { remindAtMs: 'soon' }, {}, undefined]) {
        const error = await refused(422, ada.sdk.chats.reminders.create(mine, { reminder }));
        assert.equal(error.error.code, 'validation_error');
      }
      assert.ok(gone((await ada.sdk.chats.retrieve(mine)).reminder));
    });

    test('someone writing drops a reminder that asked for it; one’s own message and other reminders do not', async () => {
      const [mine, theirs] = await direct(ada, bob);
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: inMilliseconds(3_600_000), dismissOnIncomingMessage: true } });
      await say(ada, mine, 'from myself');
      assert.ok((await ada.sdk.chats.retrieve(mine)).reminder);
      await tell(bob, theirs, ada, mine, 'from someone else');
      await eventually(async () => gone((await ada.sdk.chats.retrieve(mine)).reminder), 'the reminder was dropped');
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: inMilliseconds(3_600_000) } });
      await tell(bob, theirs, ada, mine, 'this one stays');
      assert.ok((await ada.sdk.chats.retrieve(mine)).reminder);
      await ada.sdk.chats.reminders.delete(mine);
    });

    test('one’s reminder is nobody else’s', async () => {
      const [mine, theirs] = await direct(ada, bob);
      await ada.sdk.chats.reminders.create(mine, { reminder: { remindAt: inMilliseconds(3_600_000) } });
      assert.ok(gone((await bob.sdk.chats.retrieve(theirs)).reminder));
      await ada.sdk.chats.reminders.delete(mine);
    });
  });

  describe('notify anyway', () => {
    test('tells a muted recipient about the latest unread message', async () => {
      const [mine, theirs] = await direct(ada, bob);
      await bob.sdk.chats.update(theirs, { isMuted: true });
      const [, received] = await tell(ada, mine, bob, theirs, 'this is urgent');
      await pause(100);
      const socket = await EventSocket.open(server, bob.token);
      const chat = await ada.sdk.chats.notifyAnyway(mine);
      assert.equal(chat.id, mine);
      const event = await socket.next((frame) => frame.ids?.includes(received.id));
      assert.equal(event.type, 'message.upserted');
      assert.equal(event.chatID, theirs);
      await expectStatus(200, server, 'POST', `/v1/chats/${mine}/notify-anyway`, { token: ada.token, body: {} });
      assert.equal((await bob.sdk.chats.retrieve(theirs)).isMuted, true, 'the mute stays');
      await socket.close();
    });

    test('nothing to notify is a conflict that is not worth repeating', async () => {
      const [mine, theirs] = await direct(ada, cleo);
      const none = await refused(409, ada.sdk.chats.notifyAnyway(mine));
      assert.equal(none.error.code, 'conflict');
      assert.equal(none.headers.get('x-should-retry'), 'false');
      await tell(ada, mine, cleo, theirs, 'they are not muted');
      await refused(409, ada.sdk.chats.notifyAnyway(mine));
      await cleo.sdk.chats.update(theirs, { isMuted: true });
      await cleo.sdk.chats.markRead(theirs);
      await eventually(async () => (await call(server, 'POST', `/v1/chats/${mine}/notify-anyway`, { token: ada.token })).status === 409);
      await refused(404, ada.sdk.chats.notifyAnyway('!nope:local'));
    });

    test('only my own latest message can be brought up', async () => {
      const [mine, theirs] = await direct(ada, cleo);
      await cleo.sdk.chats.update(theirs, { isMuted: true });
      await tell(cleo, theirs, ada, mine, 'the last word is mine');
      await refused(409, ada.sdk.chats.notifyAnyway(mine));
      await arrived(ada, mine, 'the last word is mine');
    });
  });
});
