// What we send arrives at somebody else's client as it should, checked there.
import assert from 'node:assert/strict';
import { matrixStage, messageThat, outcomeOf, refused, roomWith, sayTo, textsOf } from './matrix/ours.mjs';
import { bodies, shown } from './matrix/peer.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { files } from './samples.mjs';
import { EventSocket } from './socket.mjs';
import { call, eventually } from './support.mjs';

matrixSuite('sending to Matrix', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let us;
  let bob;
  let room;
  let chat;
  before(async () => {
    stage = await matrixStage();
    us = await stage.signIn('ada', 'Ada');
    bob = await stage.peer('bob', 'Bob');
    [room, chat] = await roomWith(us, bob, 'Outgoing');
  });
  after(() => stage?.finish());

  const mine = (fits, what) => bob.seen((event) => event.sender === us.userID && event.room_id === room && fits(event), what);

  test('text goes out once, its echo is the same message, and the socket tells each step', async () => {
    const socket = await EventSocket.open(stage.server, us.token, [chat.id]);
    const message = await sayTo(us, chat.id, 'hello there');
    const event = await bob.heard(room, 'hello there');
    assert.deepEqual(
      [event.sender, event.content.msgtype, event.content.format, event.content['m.mentions']],
      [us.userID, 'm.text', undefined, {}],
    );
    assert.equal((await messageThat(us, chat.id, event.event_id)).id, message.id);
    assert.equal(message.isSender, true);
    await socket.nextMessage(chat.id, (entry) => entry.id === message.id && entry.sendStatus?.status === 'SUCCESS');
    const own = await sayTo(us, chat.id, 'and a second one');
    assert.ok(own.sortKey > message.sortKey);
    assert.deepEqual((await textsOf(us, chat.id)).slice(-2), ['hello there', 'and a second one']);
    assert.equal(bodies(await bob.history(room), (body) => body === 'hello there').length, 1);
    await socket.close();
  });

  test('Markdown becomes HTML beside a readable body', async () => {
    await sayTo(us, chat.id, '**bold** and _slanted_\n\n- one\n- two\n\n`code`');
    const { content } = await mine((event) => /bold/.test(event.content?.body ?? ''), 'the Markdown');
    assert.equal(content.format, 'org.matrix.custom.html');
    for (const html of [/<strong>bold<\/strong>/, /<em>slanted<\/em>/, /<li>one<\/li>/, /<code>code<\/code>/])
      assert.match(content.formatted_body, html);
    assert.doesNotMatch(content.body, /<\w/);
    await sayTo(us, chat.id, '1 < 2 & "so on"');
    const plain = await bob.heard(room, '1 < 2 & "so on"');
    assert.equal(plain.content.formatted_body, undefined, 'no HTML where there is nothing to format');
  });

  test('a reply names its message, and tells its sender', async () => {
    const asked = await bob.text(room, 'who is there?');
    const { id } = await messageThat(us, chat.id, asked);
    const sent = await sayTo(us, chat.id, 'it is me', { replyToMessageID: id });
    assert.equal(sent.linkedMessageID, id);
    const { content } = await bob.heard(room, 'it is me');
    assert.equal(content['m.relates_to']['m.in_reply_to'].event_id, asked);
    assert.deepEqual(content['m.mentions'].user_ids, [bob.userID]);
    await refused(404, us.sdk.messages.send(chat.id, { text: 'to nothing', replyToMessageID: '999999999' }));
  });

  test('a reply in a thread stays in the thread', async () => {
    const root = await bob.text(room, 'the root');
    const inside = await messageThat(us, chat.id, await bob.thread(room, root, 'inside the thread'));
    await sayTo(us, chat.id, 'me too, inside', { replyToMessageID: inside.id });
    const relation = (await bob.heard(room, 'me too, inside')).content['m.relates_to'];
    assert.deepEqual([relation.rel_type, relation.event_id, relation.is_falling_back ?? false], ['m.thread', root, false]);
  });

  test('mentions are said and linked', async () => {
    const { json } = await call(stage.server, 'POST', `/v1/chats/${encodeURIComponent(chat.id)}/messages`, {
      token: us.token,
      body: { text: 'Bob, look', mentions: [bob.userID] },
    });
    await outcomeOf(us, chat.id, json.pendingMessageID);
    const { content } = await mine((event) => /look/.test(event.content?.body ?? ''), 'the mention');
    assert.deepEqual(content['m.mentions'], { user_ids: [bob.userID] });
  });

  test('an edit shows at the other side, and edits the original', async () => {
    const { id } = await sayTo(us, chat.id, 'wrong');
    const event = await bob.heard(room, 'wrong');
    const edited = await us.sdk.messages.update(id, { chatID: chat.id, text: '**right**' });
    assert.ok(edited.editedTimestamp);
    await us.sdk.messages.update(id, { chatID: chat.id, text: 'right at last' });
    const latest = await eventually(async () => {
      const now = await bob.event(room, event.event_id);
      return shown(now).body === 'right at last' && now;
    }, 'the edit');
    const replacement = latest.unsigned['m.relations']['m.replace'].content;
    assert.deepEqual(replacement['m.relates_to'], { rel_type: 'm.replace', event_id: event.event_id });
    assert.match(replacement.body, /^\* /);
    assert.deepEqual(replacement['m.mentions'], {}, 'nobody is told twice');
    const theirs = await messageThat(us, chat.id, await bob.text(room, 'not yours to edit'));
    await refused(400, us.sdk.messages.update(theirs.id, { chatID: chat.id, text: 'x' }));
    assert.equal((await textsOf(us, chat.id)).filter((text) => text === 'right at last').length, 1);
  });

  test('a message deleted for everyone is gone there', async () => {
    const { id } = await sayTo(us, chat.id, 'not for long');
    const { event_id: eventID } = await bob.heard(room, 'not for long');
    await us.sdk.messages.delete(id, { chatID: chat.id });
    await eventually(async () => (await bob.event(room, eventID)).content.body === undefined, 'redacted');
    await messageThat(us, chat.id, eventID, (message) => message.isDeleted);
  });

  test('reactions go out with the selector that clients expect, once, and back', async () => {
    const eventID = await bob.text(room, 'like it?');
    const { id } = await messageThat(us, chat.id, eventID);
    const add = (reactionKey, transactionID) => us.sdk.chats.messages.reactions.add(id, { chatID: chat.id, reactionKey, transactionID });
    await add('👍', 'tx-1');
    await add('👍', 'tx-1');
    await add('👍');
    const reaction = await mine(
      (event) => event.type === 'm.reaction' && event.content['m.relates_to']?.event_id === eventID,
      'the reaction',
    );
    assert.equal(reaction.content['m.relates_to'].key, '👍\ufe0f');
    await add('🎉');
    const all = await bob.history(room, ['m.reaction']);
    assert.deepEqual(
      all
        .filter((event) => event.content['m.relates_to']?.event_id === eventID)
        .map((event) => event.content['m.relates_to'].key.replace('\ufe0f', '')),
      ['👍', '🎉'],
    );
    await eventually(async () => (await us.sdk.messages.retrieve(id, { chatID: chat.id })).reactions.length === 2);
    await us.sdk.chats.messages.reactions.delete('👍', { chatID: chat.id, messageID: id });
    await eventually(async () => !(await bob.event(room, reaction.event_id)).content['m.relates_to'], 'the reaction is redacted');
    await eventually(async () => (await us.sdk.messages.retrieve(id, { chatID: chat.id })).reactions.length === 1);
  });

  test('attachments arrive with their bytes, what is known of them, and a caption', async () => {
    const [name, type, bytes] = files.png;
    const upload = await us.sdk.assets.upload({ file: new File([bytes], name, { type }) });
    const { pendingMessageID } = await us.sdk.messages.send(chat.id, { text: 'a **map**', attachment: { uploadID: upload.uploadID } });
    await outcomeOf(us, chat.id, pendingMessageID);
    const { content } = await mine((event) => event.content?.msgtype === 'm.image', 'the picture');
    assert.deepEqual(
      [content.filename, content.body, content.info.mimetype, content.info.size, content.info.w, content.info.h],
      [name, 'a map', type, bytes.length, 7, 5],
    );
    assert.match(content.formatted_body, /<strong>map<\/strong>/);
    const [, path] = /^mxc:\/\/(.+)$/.exec(content.url);
    const response = await fetch(`${stage.homeserver.baseURL}/_matrix/client/v1/media/download/${path}`, {
      headers: { authorization: `Bearer ${bob.account.accessToken}` },
    });
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
    const own = await us.sdk.messages.retrieve(pendingMessageID, { chatID: chat.id });
    const served = await us.sdk.assets.serve({ url: own.attachments[0].id });
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), bytes);
  });

  test('voice notes, stickers, films and files go out as what they are', async () => {
    const send = async ([name, type, bytes], attachment = {}) => {
      const { uploadID } = await us.sdk.assets.upload({ file: new File([bytes], name, { type }) });
      const { pendingMessageID } = await us.sdk.messages.send(chat.id, { attachment: { uploadID, ...attachment } });
      const { id } = await outcomeOf(us, chat.id, pendingMessageID);
      return mine(
        (event) => event.type !== 'm.reaction' && event.content?.url && event.content.info?.mimetype === type && !taken.has(event.event_id),
        `${name}`,
      ).then((event) => taken.add(event.event_id) && { id, ...event });
    };
    const taken = new Set(bob.events.map((event) => event.event_id));
    const voice = await send(files.ogg, { type: 'voice-note', duration: 2.5 });
    assert.deepEqual(
      [voice.content.msgtype, voice.content['org.matrix.msc3245.voice'], voice.content['org.matrix.msc1767.audio'].duration],
      ['m.audio', {}, 2_500],
    );
    const sticker = await send(files.png, { type: 'sticker' });
    assert.deepEqual([sticker.type, sticker.content.msgtype, sticker.content.info.mimetype], ['m.sticker', undefined, 'image/png']);
    const film = await send(files.mp4);
    assert.equal(film.content.msgtype, 'm.video');
    const paper = await send(files.pdf);
    assert.deepEqual([paper.content.msgtype, paper.content.filename], ['m.file', 'contract.pdf']);
  });

  test('one after the other in a chat, whatever the sizes, and chats side by side', async () => {
    const rooms = await Promise.all([1, 2, 3].map((n) => roomWith(us, bob, `Lane ${n}`)));
    const texts = Array.from({ length: 15 }, (_, n) => `line ${n} ${'x'.repeat((n % 4) * 500)}`);
    const sent = await Promise.all(
      rooms.map(async ([, lane]) => {
        const ids = [];
        for (const text of texts) ids.push((await us.sdk.messages.send(lane.id, { text })).pendingMessageID);
        return ids;
      }),
    );
    for (const [at, [roomID, lane]] of rooms.entries()) {
      for (const id of sent[at]) await outcomeOf(us, lane.id, id);
      assert.deepEqual(bodies(await bob.history(roomID)), texts);
      assert.deepEqual(await textsOf(us, lane.id, (text) => text.startsWith('line')), texts);
    }
  });

  test('what the homeserver refuses fails with a reason, and what comes after it goes out', async () => {
    const [roomID, lane] = await roomWith(us, bob, 'Refusals');
    await stage.homeserver.call('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(roomID)}/leave`, {
      token: us.accessToken,
      body: {},
    });
    // Refused at once, or taken and failed, or gone with its chat, as soon as we hear of it; but never sent.
    await us.sdk.messages.send(lane.id, { text: 'am I still in?' }).then(
      ({ pendingMessageID }) =>
        eventually(
          () =>
            us.sdk.messages.retrieve(pendingMessageID, { chatID: lane.id }).then(
              ({ sendStatus }) => /^FAIL_/.test(sendStatus.status),
              (error) => error.status === 404,
            ),
          'an outcome',
        ),
      (error) => assert.ok([400, 404].includes(error.status), error.message),
    );
    await sayTo(us, chat.id, 'this one is fine');
    assert.deepEqual(
      bodies(await bob.history(roomID), (body) => body === 'am I still in?'),
      [],
    );
  });
});
