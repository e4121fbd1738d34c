// Sending, answering, editing, deleting, reacting, being read.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
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
  ids,
  ISO,
  person,
  refused,
  say,
  sdk,
  SORT_KEY,
  tell,
  texts,
} from './support.mjs';

describe('messages', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  let mine;
  let theirs;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada Lovelace');
    bob = await person(server, 'bob', 'Bob Martin');
    cleo = await person(server, 'cleo', 'Cleo');
    [mine, theirs] = await direct(ada, bob);
  });
  after(() => finish(server));

  describe('text', () => {
    test('a plain sentence arrives as it was written, with everything a message has', async () => {
      const answer = await ada.sdk.messages.send(mine, { text: 'See you at seven' });
      assert.deepEqual(Object.keys(answer).sort(), ['chatID', 'pendingMessageID']);
      assert.equal(answer.chatID, mine);
      const sent = await ada.sdk.messages.retrieve(answer.pendingMessageID, { chatID: mine });
      assert.equal(sent.id, answer.pendingMessageID, 'the pending id is the message’s id');
      const received = await arrived(bob, theirs, 'See you at seven');
      for (const [message, chatID, accountID, isSender] of [
        [sent, mine, ada.accountID, true],
        [received, theirs, bob.accountID, false],
      ]) {
        assert.equal(message.text, 'See you at seven');
        assert.equal(message.type, 'TEXT');
        assert.equal(message.chatID, chatID);
        assert.equal(message.accountID, accountID);
        assert.equal(message.senderID, ada.userID);
        assert.equal(message.senderName, 'Ada Lovelace');
        assert.equal(message.isSender, isSender);
        assert.match(message.timestamp, ISO);
        assert.match(message.sortKey, SORT_KEY);
        assert.match(message.id, /^\d{1,15}$/);
        assert.equal(message.editedTimestamp, undefined);
        assert.deepEqual(message.mentions, []);
        assert.equal('attachments' in message, false);
        assert.equal('reactions' in message, false);
      }
      assert.notEqual(sent.id, received.id, 'ids are unique over chats');
      assert.equal('sendStatus' in received, false, 'only on my messages');
    });

    test('a send ends in success', async () => {
      const sent = await say(ada, mine, 'status please');
      assert.equal(sent.sendStatus.status, 'SUCCESS');
      assert.match(sent.sendStatus.timestamp, ISO);
      assert.equal(sent.isUnread ?? false, false);
    });

    test('characters that mean something in HTML are escaped, and nothing else is touched', async () => {
      for (const [written, read] of [
        ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
        ['"quoted" and \'single\'', '"quoted" and \'single\''],
        ['"just a quoted sentence"', '"just a quoted sentence"'],
        ['snake_case_name 2*3*4', null],
        ['日本語 🎉 ünï', '日本語 🎉 ünï'],
        ['AT&T', 'AT&amp;T'],
        ['1. ', null],
      ]) {
        const { text } = await say(ada, mine, written);
        if (read) assert.equal(text, read);
        else assert.ok(text.length > 0);
      }
      assert.equal((await say(ada, mine, 'snake_case_name')).text, 'snake_case_name');
    });

    test('Markdown becomes Matrix HTML', async () => {
      for (const [written, read] of [
        ['**bold**', /<strong>bold<\/strong>/],
        ['_slanted_', /<em>slanted<\/em>/],
        ['~~gone~~', /<(del|s|strike)>gone<\/\1>/],
        ['`code <x>`', /<code>code &lt;x&gt;<\/code>/],
        ['[site](https://example.org/?a=1&b=2)', /<a href="https:\/\/example\.org\/\?a=1&amp;b=2"[^>]*>site<\/a>/],
        ['- one\n- two', /<ul>\s*<li>one<\/li>\s*<li>two<\/li>\s*<\/ul>/],
        ['> said', /<blockquote>[^]*said[^]*<\/blockquote>/],
        ['# Big', /<h1>Big<\/h1>/],
        ['**one**\ntwo', /<strong>one<\/strong><br ?\/?>\n?two/],
        ['```js\nlet x;\n```', /<pre><code class="language-js">let x;\n<\/code><\/pre>/],
      ]) {
        const [sent, received] = await (async () => {
          const message = await say(ada, mine, written);
          return [message, await arrived(bob, theirs, message.text)];
        })();
        assert.match(sent.text, read, written);
        assert.equal(received.text, sent.text);
      }
    });

    test('HTML in the text is shown, not obeyed', async () => {
      for (const text of ['<script>alert(1)</script>', 'x <img src=x onerror=alert(1)> y', '**b** <b onclick=x>c</b>']) {
        const message = await say(ada, mine, text);
        assert.doesNotMatch(message.text, /<script|<img|<b[ >]/, text);
      }
      const link = await say(ada, mine, '[x](javascript:alert(1))');
      assert.doesNotMatch(link.text, /href="javascript/i);
    });

    test('a JSON string that holds a tag is taken as HTML, and cleaned', async () => {
      assert.equal(
        (await say(ada, mine, JSON.stringify('<b>now</b> & <i>here</i>'))).text.replace('&amp;', '&'),
        '<b>now</b> & <i>here</i>',
      );
      const { text } = await say(ada, mine, JSON.stringify('<b onclick="x()">a</b><script>alert(1)</script><a href="javascript:x">b</a>'));
      assert.doesNotMatch(text, /onclick|<script|javascript:/);
      assert.match(text, /<b>a<\/b>/);
    });

    test('nothing to send, too much to send and nowhere to send it are refused', async () => {
      for (const body of [{}, { text: '' }, { text: 7 }, { text: null, attachment: null }]) {
        const error = await refused(422, ada.sdk.messages.send(mine, body));
        assert.equal(error.error.code, 'validation_error', JSON.stringify(body));
      }
      await expectStatus(422, server, 'POST', `/v1/chats/${mine}/messages`, { token: ada.token });
      const { capabilities } = await ada.sdk.chats.retrieve(mine);
      if (capabilities.maxTextLength) {
        await refused(422, ada.sdk.messages.send(mine, { text: 'x'.repeat(capabilities.maxTextLength + 1) }));
        await ada.sdk.messages.send(mine, { text: 'x'.repeat(capabilities.maxTextLength) });
      }
      assert.equal((await refused(404, ada.sdk.messages.send('!nope:local', { text: 'x' }))).error.code, 'not_found');
    });

    test('the CLI’s extra fields are welcome', async () => {
      const [sent] = await tell(ada, mine, bob, theirs, 'with extras', {
        mentions: [bob.userID],
        disableLinkPreview: true,
        whatever: { else: 1 },
      });
      assert.deepEqual(sent.mentions, [bob.userID]);
    });

    test('a mention by username reaches the one it names', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'are you there @bob?');
      assert.deepEqual(sent.mentions, [bob.userID]);
      assert.deepEqual(received.mentions, [bob.userID]);
      const [plain] = await tell(ada, mine, bob, theirs, 'mail me at x@bobby.example or @nobody');
      assert.deepEqual(plain.mentions, []);
    });
  });

  describe('replies', () => {
    test('a reply points at the message as each side knows it', async () => {
      const [question, questionAtBob] = await tell(ada, mine, bob, theirs, 'coffee?');
      const [answer, answerAtAda] = await tell(bob, theirs, ada, mine, 'gladly', { replyToMessageID: questionAtBob.id });
      assert.equal(answer.linkedMessageID, questionAtBob.id);
      assert.equal(answerAtAda.linkedMessageID, question.id);
    });

    test('a reply to what is not in this chat is refused', async () => {
      const [other] = await direct(ada, cleo);
      const elsewhere = await say(ada, other, 'elsewhere');
      await refused(404, ada.sdk.messages.send(mine, { text: 'x', replyToMessageID: '99999999' }));
      await refused(404, ada.sdk.messages.send(mine, { text: 'x', replyToMessageID: elsewhere.id }));
    });
  });

  describe('reading one message', () => {
    test('finds it by its id, also while it is being sent, and only in its own chat', async () => {
      const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: 'look me up' });
      const message = await ada.sdk.messages.retrieve(pendingMessageID, { chatID: mine });
      assert.ok(['PENDING', 'SUCCESS'].includes(message.sendStatus.status));
      const [other] = await direct(ada, cleo);
      const error = await refused(404, ada.sdk.messages.retrieve(pendingMessageID, { chatID: other }));
      assert.match(error.message, /not found/i);
      for (const id of ['0', '999999999', 'x', '$event:local', 'm123', 'a/b', '-1', '9'.repeat(40)]) {
        await refused(404, ada.sdk.messages.retrieve(id, { chatID: mine }));
      }
    });

    test('what a send answered is in the list, in search and on the socket', async () => {
      const socket = await EventSocket.open(server, ada.token, [mine]);
      for (let n = 0; n < 10; n++) {
        const { pendingMessageID } = await ada.sdk.messages.send(mine, { text: `readback number${n}` });
        assert.equal((await ada.sdk.messages.list(mine)).items[0].id, pendingMessageID);
        assert.deepEqual(ids((await ada.sdk.messages.search({ query: `readback number${n}`, chatIDs: [mine] })).items), [pendingMessageID]);
        await socket.nextMessage(mine, (message) => message.id === pendingMessageID);
      }
      await socket.close();
    });
  });

  describe('edits', () => {
    test('an edit changes the text on both sides', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'teh typo');
      const edited = await ada.sdk.messages.update(sent.id, { chatID: mine, text: 'the **typo**' });
      assert.equal(edited.success, true);
      assert.equal(edited.messageID, sent.id);
      assert.equal(edited.id, sent.id);
      assert.match(edited.text, /the <strong>typo<\/strong>/);
      assert.match(edited.editedTimestamp, ISO);
      assert.equal(edited.sortKey, sent.sortKey);
      assert.equal(edited.timestamp, sent.timestamp);
      await eventually(async () => {
        const message = await bob.sdk.messages.retrieve(received.id, { chatID: theirs });
        return message.text === edited.text && message.editedTimestamp;
      }, 'Bob sees the edit');
    });

    test('only one’s own text can be edited', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'not yours');
      assert.equal(
        (await refused(400, bob.sdk.messages.update(received.id, { chatID: theirs, text: 'mine now' }))).error.code,
        'unsupported',
      );
      await refused(404, bob.sdk.messages.update(sent.id, { chatID: mine, text: 'x' }));
      await refused(422, ada.sdk.messages.update(sent.id, { chatID: mine, text: '' }));
      await refused(422, ada.sdk.messages.update(sent.id, { chatID: mine }));
      await refused(404, ada.sdk.messages.update('99999999', { chatID: mine, text: 'x' }));
      assert.equal((await ada.sdk.messages.retrieve(sent.id, { chatID: mine })).text, 'not yours');
      const { uploadID } = await ada.sdk.assets.uploadBase64({ content: Buffer.from('x').toString('base64'), fileName: 'x.txt' });
      const { pendingMessageID } = await ada.sdk.messages.send(mine, { attachment: { uploadID } });
      await say(ada, mine, 'behind the file');
      assert.equal((await refused(400, ada.sdk.messages.update(pendingMessageID, { chatID: mine, text: 'x' }))).error.code, 'unsupported');
    });
  });

  describe('deletes', () => {
    test('for everyone leaves an empty tombstone on both sides', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'regretted');
      assert.equal(await ada.sdk.messages.delete(sent.id, { chatID: mine }), null);
      for (const [who, chatID, id] of [
        [ada, mine, sent.id],
        [bob, theirs, received.id],
      ]) {
        const tombstone = await eventually(async () => {
          const message = await who.sdk.messages.retrieve(id, { chatID });
          return message.isDeleted && message;
        }, `${who.username} sees a tombstone`);
        assert.equal(tombstone.text ?? '', '');
        assert.equal(tombstone.attachments ?? null, null);
        assert.ok(ids((await who.sdk.messages.list(chatID)).items).includes(id));
        assert.equal((await who.sdk.messages.search({ query: 'regretted' })).items.length, 0);
      }
      assert.notEqual((await ada.sdk.chats.list()).items.find((chat) => chat.id === mine).preview?.text, 'regretted');
    });

    test('for me takes it away from me alone', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'clutter');
      assert.equal(await ada.sdk.messages.delete(sent.id, { chatID: mine, forEveryone: false }), null);
      await refused(404, ada.sdk.messages.retrieve(sent.id, { chatID: mine }));
      assert.ok(!ids((await ada.sdk.messages.list(mine)).items).includes(sent.id));
      assert.equal((await bob.sdk.messages.retrieve(received.id, { chatID: theirs })).text, 'clutter');
      await bob.sdk.messages.delete(received.id, { chatID: theirs, forEveryone: false });
      await refused(404, bob.sdk.messages.retrieve(received.id, { chatID: theirs }));
    });

    test('the choice may come in the body; the query wins', async () => {
      const path = (message) => `/v1/chats/${mine}/messages/${message.id}`;
      const [first] = await tell(ada, mine, bob, theirs, 'body only');
      await expectStatus(204, server, 'DELETE', path(first), { token: ada.token, body: { forEveryone: false } });
      await expectStatus(404, server, 'GET', path(first), { token: ada.token });
      const [second] = await tell(ada, mine, bob, theirs, 'query wins');
      await expectStatus(204, server, 'DELETE', `${path(second)}?forEveryone=true`, { token: ada.token, body: { forEveryone: false } });
      assert.equal((await expectStatus(200, server, 'GET', path(second), { token: ada.token })).json.isDeleted, true);
      const [third] = await tell(ada, mine, bob, theirs, 'null is not given');
      await ada.sdk.messages.delete(third.id, { chatID: mine, forEveryone: null });
      assert.equal((await ada.sdk.messages.retrieve(third.id, { chatID: mine })).isDeleted, true);
      await refused(422, ada.sdk.messages.delete(third.id, { chatID: mine, forEveryone: 'perhaps' }));
      await refused(404, ada.sdk.messages.delete('99999999', { chatID: mine }));
    });

    test('nobody deletes another’s message for everyone', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'stays with Ada');
      const answer = await call(server, 'DELETE', `/v1/chats/${theirs}/messages/${received.id}`, { token: bob.token });
      assert.ok([204, 400].includes(answer.status), answer.text);
      await tell(bob, theirs, ada, mine, 'after the attempt');
      assert.equal((await ada.sdk.messages.retrieve(sent.id, { chatID: mine })).text, 'stays with Ada');
    });
  });

  describe('reactions', () => {
    const reactionsOf = async (who, chatID, id) => (await who.sdk.messages.retrieve(id, { chatID })).reactions ?? [];
    const add = (who, chatID, messageID, reactionKey, transactionID) =>
      who.sdk.chats.messages.reactions.add(messageID, { chatID, reactionKey, transactionID });

    test('a reaction is seen by both, added once however often it is asked for, and removed', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'react to me');
      const answer = await add(bob, theirs, received.id, '👍');
      assert.equal(typeof answer.transactionID, 'string');
      assert.deepEqual(
        { ...answer, transactionID: 0 },
        { success: true, chatID: theirs, messageID: received.id, reactionKey: '👍', transactionID: 0 },
      );
      await add(bob, theirs, received.id, '👍');
      const [seen] = await eventually(async () => {
        const reactions = await reactionsOf(ada, mine, sent.id);
        return reactions.length && reactions;
      }, 'Ada sees the reaction');
      assert.equal(seen.reactionKey, '👍');
      assert.equal(seen.participantID, bob.userID);
      assert.equal(seen.emoji, true);
      assert.ok(seen.id.startsWith(bob.userID));
      assert.equal((await reactionsOf(bob, theirs, received.id)).length, 1);
      await add(ada, mine, sent.id, '👍');
      assert.equal((await reactionsOf(ada, mine, sent.id)).length, 2);
      const removed = await bob.sdk.chats.messages.reactions.delete('👍', { chatID: theirs, messageID: received.id });
      assert.deepEqual(removed, { success: true, chatID: theirs, messageID: received.id, reactionKey: '👍' });
      await eventually(async () => (await reactionsOf(ada, mine, sent.id)).every((reaction) => reaction.participantID === ada.userID));
      await refused(404, bob.sdk.chats.messages.reactions.delete('👍', { chatID: theirs, messageID: received.id }));
    });

    test('the same transaction again is the same answer and no second reaction', async () => {
      const message = await say(ada, mine, 'transact');
      const first = await add(ada, mine, message.id, '❤️', 'txn_1');
      assert.equal(first.transactionID, 'txn_1');
      assert.deepEqual(await add(ada, mine, message.id, '❤️', 'txn_1'), first);
      assert.equal((await reactionsOf(ada, mine, message.id)).length, 1);
    });

    test('keys of any spelling survive the way through the path', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'odd keys');
      for (const key of ['#️⃣', 'a/b', '%', '%2F', '100%', '?', '&=+', ' ', '👨‍👩‍👧', '🏳️‍🌈', 'thumbs-up', ':party:', '日本', '\\', 'a b']) {
        const answer = await add(bob, theirs, received.id, key);
        assert.equal(answer.reactionKey, key);
        const reactions = await eventually(async () => {
          const found = await reactionsOf(ada, mine, sent.id);
          return found.some((reaction) => reaction.reactionKey === key) && found;
        }, `reaction ${key}`);
        assert.equal(reactions.find((reaction) => reaction.reactionKey === key).emoji ?? false, /\p{RGI_Emoji}/v.test(key), key);
        assert.equal((await bob.sdk.chats.messages.reactions.delete(key, { chatID: theirs, messageID: received.id })).reactionKey, key);
        assert.ok(!(await reactionsOf(bob, theirs, received.id)).some((reaction) => reaction.reactionKey === key), key);
      }
    });

    test('older clients remove by query or by body', async () => {
      const message = await say(ada, mine, 'old ways');
      const path = `/v1/chats/${mine}/messages/${message.id}/reactions`;
      await add(ada, mine, message.id, '👍');
      const { json } = await expectStatus(200, server, 'DELETE', `${path}?reactionKey=${encodeURIComponent('👍')}`, { token: ada.token });
      assert.deepEqual(json, { success: true, chatID: mine, messageID: message.id, reactionKey: '👍' });
      await add(ada, mine, message.id, 'a/b');
      await expectStatus(200, server, 'DELETE', path, { token: ada.token, body: { reactionKey: 'a/b' } });
      assertError(await expectStatus(422, server, 'DELETE', path, { token: ada.token }), 'validation_error');
    });

    test('a reaction needs a key and a message', async () => {
      const message = await say(ada, mine, 'no reaction');
      await refused(422, add(ada, mine, message.id, ''));
      await refused(422, add(ada, mine, message.id, undefined));
      await refused(404, add(ada, mine, '99999999', '👍'));
      await refused(404, add(ada, '!nope:local', message.id, '👍'));
      await ada.sdk.messages.delete(message.id, { chatID: mine });
      const late = await call(server, 'POST', `/v1/chats/${mine}/messages/${message.id}/reactions`, {
        token: ada.token,
        body: { reactionKey: '👍' },
      });
      assert.ok([400, 404, 409].includes(late.status), 'a tombstone takes no reaction');
    });
  });

  describe('being read', () => {
    test('in a direct chat the sender sees that the other has read it', async () => {
      const [sent, received] = await tell(ada, mine, bob, theirs, 'seen yet?');
      assert.ok(!sent.seen);
      await bob.sdk.chats.markRead(theirs, { messageID: received.id });
      const { seen } = await eventually(async () => {
        const message = await ada.sdk.messages.retrieve(sent.id, { chatID: mine });
        return message.seen && message;
      }, 'Ada learns it');
      assert.ok(seen === true || ISO.test(seen), JSON.stringify(seen));
    });

    test('in a group it is a map of who has', async () => {
      const [atAda, atBob, atCleo] = await group('Readers', ada, bob, cleo);
      const [sent] = await tell(ada, atAda, bob, atBob, 'who reads this');
      await arrived(cleo, atCleo, 'who reads this');
      await bob.sdk.chats.markRead(atBob);
      const { seen } = await eventually(async () => {
        const message = await ada.sdk.messages.retrieve(sent.id, { chatID: atAda });
        return message.seen?.[bob.userID] && message;
      }, 'Ada learns that Bob did');
      assert.ok(!seen[cleo.userID]);
      await cleo.sdk.chats.markRead(atCleo);
      await eventually(async () => (await ada.sdk.messages.retrieve(sent.id, { chatID: atAda })).seen[cleo.userID], 'and that Cleo did');
    });
  });

  describe('sending once', () => {
    const send = (text, headers) => call(server, 'POST', `/v1/chats/${mine}/messages`, { token: ada.token, body: { text }, headers });
    const count = async (who, chatID, text) =>
      texts((await who.sdk.messages.list(chatID, { limit: 200 })).items).filter((found) => found === text).length;

    test('the same key and body is one message; another body is a conflict', async () => {
      const headers = { 'Idempotency-Key': 'order-66' };
      const first = await send('once only', headers);
      assert.equal(first.status, 200);
      for (let n = 0; n < 3; n++) assert.deepEqual((await send('once only', headers)).json, first.json);
      const other = await send('something else', headers);
      assert.equal(other.status, 409);
      assertError(other, 'conflict');
      assert.equal(other.headers.get('x-should-retry'), 'false');
      const viaSdk = await ada.sdk.messages.send(mine, { text: 'once only' }, { headers });
      assert.equal(viaSdk.pendingMessageID, first.json.pendingMessageID);
      await arrived(bob, theirs, 'once only');
      assert.deepEqual([await count(ada, mine, 'once only'), await count(bob, theirs, 'once only')], [1, 1]);
      assert.equal(await count(ada, mine, 'something else'), 0);
    });

    test('the same key at the same moment is one message', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => send('all at once', { 'Idempotency-Key': 'race' })));
      assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
      assert.equal(new Set(answers.map((answer) => answer.json.pendingMessageID)).size, 1);
      assert.equal(await count(ada, mine, 'all at once'), 1);
    });

    test('two people may use the same key', async () => {
      await send('my key', { 'Idempotency-Key': 'shared' });
      const other = await call(server, 'POST', `/v1/chats/${theirs}/messages`, {
        token: bob.token,
        body: { text: 'their key' },
        headers: { 'Idempotency-Key': 'shared' },
      });
      assert.equal(other.status, 200, other.text);
    });

    test('a repeat that the SDK declares as one makes no second message; one that it does not does', async () => {
      const first = await send('declared', { 'X-Stainless-Retry-Count': '0' });
      const again = await send('declared', { 'X-Stainless-Retry-Count': '1' });
      assert.deepEqual(again.json, first.json);
      assert.equal(await count(ada, mine, 'declared'), 1);
      const meant = await send('declared', { 'X-Stainless-Retry-Count': '0' });
      assert.notEqual(meant.json.pendingMessageID, first.json.pendingMessageID);
      assert.equal(await count(ada, mine, 'declared'), 2);
    });

    test('an answer lost on the way is fetched by the SDK’s own retry, without a second message', async () => {
      let requests = 0;
      const lossy = createServer((incoming, outgoing) => {
        const onward = request(
          server.baseURL + incoming.url,
          { method: incoming.method, headers: { ...incoming.headers, host: `127.0.0.1:${server.port}` } },
          (response) => {
            if (++requests === 1) return response.resume().on('end', () => outgoing.destroy());
            outgoing.writeHead(response.statusCode, response.headers);
            response.pipe(outgoing);
          },
        );
        incoming.pipe(onward);
      });
      await new Promise((resolve) => lossy.listen(0, '127.0.0.1', resolve));
      const client = sdk({ baseURL: `http://127.0.0.1:${lossy.address().port}`, faults: [] }, ada.token, { maxRetries: 2 });
      const { pendingMessageID } = await client.messages.send(mine, { text: 'through the storm' }).finally(() => {
        lossy.closeAllConnections();
        lossy.close();
      });
      assert.equal(requests, 2);
      assert.equal((await ada.sdk.messages.retrieve(pendingMessageID, { chatID: mine })).text, 'through the storm');
      assert.equal(await count(ada, mine, 'through the storm'), 1);
    });
  });

  describe('disappearing', () => {
    test('messages of a chat with a timer vanish for both, from search too, and the sockets say so', async () => {
      const [atAda, atBob] = await group('Vanishing', ada, bob);
      await say(ada, atAda, 'kept for good');
      await ada.sdk.chats.update(atAda, { messageExpirySeconds: 2 });
      const sockets = [await EventSocket.open(server, ada.token, [atAda]), await EventSocket.open(server, bob.token, [atBob])];
      const [sent, received] = await tell(ada, atAda, bob, atBob, 'ephemeral words');
      const deleted = (socket, id) => socket.next((frame) => frame.type === 'message.deleted' && frame.ids.includes(id), 10_000);
      const [first, second] = await Promise.all([deleted(sockets[0], sent.id), deleted(sockets[1], received.id)]);
      assert.equal('entries' in first || 'entries' in second, false);
      assert.ok(Date.now() >= Date.parse(sent.timestamp) + 1_900, 'not before its time');
      await refused(404, ada.sdk.messages.retrieve(sent.id, { chatID: atAda }));
      await refused(404, bob.sdk.messages.retrieve(received.id, { chatID: atBob }));
      for (const who of [ada, bob]) assert.deepEqual((await who.sdk.messages.search({ query: 'ephemeral' })).items, []);
      assert.ok(texts((await ada.sdk.messages.list(atAda)).items).includes('kept for good'));
      await Promise.all(sockets.map((socket) => socket.close()));
    });
  });
});
