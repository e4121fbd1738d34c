// What changes messages that are there: edits, reactions, redactions, receipts, and what counts as unread.
import assert from 'node:assert/strict';
import { callAs, chatNamed, chatThat, joinAs, matrixStage, messageThat, roomWith, sayTo } from './matrix/ours.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { files } from './samples.mjs';
import { EventSocket } from './socket.mjs';
import { eventually } from './support.mjs';

matrixSuite('changes to Matrix messages', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let us;
  let bob;
  let cy;
  let room;
  let chat;
  before(async () => {
    stage = await matrixStage();
    us = await stage.signIn('ada', 'Ada');
    [bob, cy] = await Promise.all([stage.peer('bob', 'Bob'), stage.peer('cy', 'Cy')]);
    [room, chat] = await roomWith(us, bob, 'Changes');
    await bob.invite(room, cy);
    await cy.join(room);
  });
  after(() => stage?.finish());

  const got = (eventID, fits, milliseconds) => messageThat(us, chat.id, eventID, fits, milliseconds);
  /** The user's message by another client of theirs. */
  const elsewhere = async (body, roomID = room) =>
    (
      await callAs(us, stage.homeserver, 'PUT', `/rooms/${encodeURIComponent(roomID)}/send/m.room.message/e${Date.now()}${Math.random()}`, {
        msgtype: 'm.text',
        body,
        'm.mentions': {},
      })
    ).event_id;

  test('an edit replaces text, the newest wins, and search knows the new words', async () => {
    const eventID = await bob.text(room, 'the quagga version');
    const { id } = await got(eventID);
    const socket = await EventSocket.open(stage.server, us.token, [chat.id]);
    await bob.edit(room, eventID, 'the okapi version');
    await bob.edit(room, eventID, 'the zorilla version');
    await socket.nextMessage(chat.id, (entry) => entry.id === id && entry.text === 'the zorilla version');
    const message = await got(eventID, (one) => one.text === 'the zorilla version');
    assert.ok(Date.parse(message.editedTimestamp) >= Date.parse(message.timestamp));
    assert.equal(message.id, id);
    const find = async (query) => (await us.sdk.messages.search({ query })).items.some((one) => one.id === id);
    await eventually(async () => (await find('zorilla')) && !(await find('quagga')) && !(await find('okapi')));
    await socket.close();
  });

  test('an edit by somebody else, of nothing, or without content is none', async () => {
    const eventID = await bob.text(room, 'mine alone');
    await cy.edit(room, eventID, 'not yours');
    await bob.text(room, '* broken', { 'm.relates_to': { rel_type: 'm.replace', event_id: eventID } });
    const last = await bob.text(room, 'after the false edits');
    await got(last);
    const message = await got(eventID);
    assert.deepEqual([message.text, message.editedTimestamp], ['mine alone', undefined]);
    const shown = (await us.sdk.messages.list(chat.id)).items.filter((one) => !one.isHidden).map((one) => one.text);
    assert.ok(!shown.some((text) => /not yours/.test(text)), shown.join());
  });

  test('redacting an edit gives the version before back', async () => {
    const eventID = await bob.text(room, 'first version');
    const edit = await bob.edit(room, eventID, 'second version');
    await got(eventID, (one) => one.text === 'second version');
    await bob.redact(room, edit);
    await got(eventID, (one) => one.text === 'first version');
  });

  test('reactions gather, by person and key, and go', async () => {
    const eventID = await bob.text(room, 'react to me');
    const custom = await bob.upload(files.png[2], 'party.png', 'image/png');
    const thumb = await bob.react(room, eventID, '👍️');
    await bob.react(room, eventID, '🎉');
    await cy.react(room, eventID, '👍');
    await cy.react(room, eventID, custom, { 'com.beeper.reaction.shortcode': ':party:', shortcode: ':party:' });
    const message = await got(eventID, (one) => one.reactions?.length === 4);
    const by = (userID) => message.reactions.filter((one) => one.participantID === userID);
    const plain = (key) => key.replaceAll('\ufe0f', '');
    const isThumb = (one) => plain(one.reactionKey) === '👍';
    assert.deepEqual(
      by(bob.userID)
        .map((one) => [plain(one.reactionKey), one.emoji])
        .sort(),
      [
        ['🎉', true],
        ['👍', true],
      ].sort(),
    );
    const party = by(cy.userID).find((one) => one.imgURL);
    assert.ok(!party.emoji && party.reactionKey.length > 0);
    const picture = await us.sdk.assets.serve({ url: party.imgURL });
    assert.deepEqual(Buffer.from(await picture.arrayBuffer()), files.png[2]);
    assert.equal(new Set(message.reactions.map((one) => one.id)).size, 4);
    await bob.redact(room, thumb);
    await got(
      eventID,
      (one) => one.reactions.length === 3 && !one.reactions.some((each) => each.participantID === bob.userID && isThumb(each)),
    );
  });

  test('a redacted message is a tombstone without content, everywhere', async () => {
    const eventID = await bob.text(room, 'the embarrassing pangolin');
    const { id } = await got(eventID);
    await bob.redact(room, eventID, 'oops');
    const message = await got(eventID, (one) => one.isDeleted);
    assert.deepEqual([message.id, message.text ?? '', message.attachments ?? []], [id, '', []]);
    assert.ok(!(await us.sdk.messages.search({ query: 'pangolin' })).items.length);
    const picture = await bob.file(room, 'm.image', files.png);
    await got(picture.eventID, (one) => one.attachments?.length);
    await bob.redact(room, picture.eventID);
    await got(picture.eventID, (one) => one.isDeleted && !one.attachments?.length);
  });

  test('receipts of others show who has seen what I wrote, up to it and before it', async () => {
    const [first, second] = [await sayTo(us, chat.id, 'have you seen one?'), await sayTo(us, chat.id, 'have you seen two?')];
    const events = await Promise.all(['one', 'two'].map((word) => bob.heard(room, `have you seen ${word}?`)));
    await bob.read(room, events[1].event_id);
    const seen = (id) => us.sdk.messages.retrieve(id, { chatID: chat.id }).then((message) => message.seen);
    await eventually(async () => (await seen(first.id))?.[bob.userID] && (await seen(second.id))?.[bob.userID], 'Bob has seen both');
    assert.ok(!(await seen(second.id))[cy.userID]);
    await cy.text(room, 'an answer is as good as a receipt');
    await eventually(async () => (await seen(second.id))[cy.userID], 'Cy has seen it');
  });

  test('in a direct chat seen is a time', async () => {
    const dee = await stage.peer('dee', 'Dee');
    const direct = await dee.direct(us);
    await joinAs(us, stage.homeserver, direct);
    const { id: chatID } = await chatNamed(us, 'Dee');
    const sent = await sayTo(us, chatID, 'for your eyes');
    await dee.read(direct, (await dee.heard(direct, 'for your eyes')).event_id);
    await eventually(async () => {
      const { seen } = await us.sdk.messages.retrieve(sent.id, { chatID });
      return seen === true || Date.parse(seen) > 0;
    }, 'seen by Dee');
  });

  test('unread counts what others said since I read, here or elsewhere', async () => {
    const [counted, { id: chatID }] = await roomWith(us, bob, 'Counting');
    const unread = (count) => chatThat(us, chatID, (one) => one.unreadCount === count);
    const ids = [];
    for (const word of ['a', 'b', 'c']) ids.push(await bob.text(counted, word));
    await unread(3);
    await bob.edit(counted, ids[0], 'a, better');
    await bob.react(counted, ids[0], '👍️');
    await bob.text(counted, 'd');
    await unread(4);
    const path = `/rooms/${encodeURIComponent(counted)}/receipt`;
    await callAs(us, stage.homeserver, 'POST', `${path}/m.read/${encodeURIComponent(ids[1])}`, {});
    await unread(2);
    assert.equal((await us.sdk.messages.retrieve(ids[1], { chatID })).isUnread, false);
    assert.equal((await us.sdk.messages.retrieve(ids[2], { chatID })).isUnread, true);
    await callAs(us, stage.homeserver, 'POST', `${path}/m.read.private/${encodeURIComponent(ids[2])}`, {});
    await unread(1);
    await bob.redact(counted, (await bob.heard(counted, 'd')).event_id);
    await unread(0);
    await bob.text(counted, 'e');
    await unread(1);
    await elsewhere('I am here on my phone', counted);
    await unread(0);
    const { lastReadMessageSortKey } = await us.sdk.chats.retrieve(chatID);
    assert.match(lastReadMessageSortKey, /^\d{16}$/);
  });

  test('what I write elsewhere is mine here', async () => {
    const message = await got(await elsewhere('from my other client'));
    assert.deepEqual([message.isSender, message.isUnread ?? false, message.senderID], [true, false, us.userID]);
  });

  test('changes that came while the server was down are there afterwards', async () => {
    const [edited, gone, liked] = [
      await bob.text(room, 'to be edited'),
      await bob.text(room, 'to be gone'),
      await bob.text(room, 'to be liked'),
    ];
    await got(liked);
    await stage.server.kill();
    await bob.edit(room, edited, 'was edited');
    await bob.redact(room, gone);
    await bob.react(room, liked, '❤️');
    await stage.server.start();
    await got(edited, (one) => one.text === 'was edited', 20_000);
    await got(gone, (one) => one.isDeleted);
    await got(liked, (one) => one.reactions?.length === 1);
  });
});
