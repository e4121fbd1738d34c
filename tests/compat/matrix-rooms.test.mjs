// Rooms become chats: names, kinds, people, powers, marks, invitations, upgrades, ends.
import assert from 'node:assert/strict';
import { callAs, chatNamed, chatThat, joinAs, matrixStage, refused, roomWith, sayTo, textsOf } from './matrix/ours.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { files } from './samples.mjs';
import { call, eventually } from './support.mjs';

matrixSuite('Matrix rooms as chats', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let homeserver;
  let us;
  let bob;
  let cy;
  before(async () => {
    stage = await matrixStage();
    homeserver = stage.homeserver;
    us = await stage.signIn('ada', 'Ada');
    [bob, cy] = await Promise.all([stage.peer('bob', 'Bob the Peer'), stage.peer('cy', 'Cy the Peer')]);
  });
  after(() => stage?.finish());

  const accountData = (roomID, type, content) =>
    callAs(
      us,
      homeserver,
      'PUT',
      `/user/${encodeURIComponent(us.userID)}/rooms/${encodeURIComponent(roomID)}/account_data/${type}`,
      content,
    );
  const isInvitation = (one) => one.capabilities?.messageRequest?.acceptWithMessage > 0;
  const tag = (method, roomID, name, content) =>
    callAs(us, homeserver, method, `/user/${encodeURIComponent(us.userID)}/rooms/${encodeURIComponent(roomID)}/tags/${name}`, content);

  test('a named room is a group with its topic, picture and people', async () => {
    const [room] = await roomWith(us, bob, 'The Group', { topic: 'What it is about' });
    await bob.invite(room, cy);
    const avatar = await bob.upload(files.png[2], 'a.png', 'image/png');
    await bob.set(room, 'm.room.avatar', { url: avatar });
    const chat = await chatNamed(us, 'The Group', (one) => one.imgURL && one.participants.total === 3);
    assert.deepEqual(
      [chat.type, chat.description, chat.accountID, chat.network],
      ['group', 'What it is about', us.accountID, us.account.network],
    );
    const of = (userID) => chat.participants.items.find((item) => item.id === userID);
    assert.deepEqual([of(us.userID).isSelf, of(bob.userID).fullName, of(bob.userID).isAdmin], [true, 'Bob the Peer', true]);
    assert.equal(of(cy.userID).isPending, true, 'invited is not joined');
    assert.ok(!of(us.userID).isAdmin && !of(us.userID).isPending);
    const picture = await us.sdk.assets.serve({ url: chat.imgURL });
    assert.deepEqual(Buffer.from(await picture.arrayBuffer()), files.png[2]);
    await cy.join(room);
    await chatThat(us, chat.id, (one) => one.participants.items.some((item) => item.id === cy.userID && !item.isPending));
  });

  test('a direct room is a single chat that bears the other’s name and picture', async () => {
    const dora = await stage.peer('dora', 'Dora the Peer');
    const room = await dora.direct(us);
    await joinAs(us, homeserver, room);
    const chat = await chatNamed(us, 'Dora the Peer', (one) => one.type === 'single');
    assert.deepEqual(chat.participants.items.map((item) => item.id).sort(), [us.userID, dora.userID].sort());
    assert.equal(chat.participants.items[0].id, dora.userID, 'the other side first');
    await dora.client.setDisplayName('Dora Renamed');
    await chatThat(us, chat.id, (one) => one.title === 'Dora Renamed');
  });

  test('a room without a name is called by its people, and by its alias before that', async () => {
    const [eli, flo] = [await stage.peer('eli', 'Eli P'), await stage.peer('flo', 'Flo P')];
    const room = await eli.room(undefined, [us, flo]);
    await Promise.all([joinAs(us, homeserver, room), flo.join(room)]);
    const chat = await eventually(
      async () => (await us.sdk.chats.list({ limit: 200 })).items.find((one) => /Eli P/.test(one.title) && /Flo P/.test(one.title)),
      'a chat with both names',
    );
    const alias = `#room-${Date.now()}:${homeserver.serverName}`;
    await eli.client.createAlias(alias, room);
    await eli.set(room, 'm.room.canonical_alias', { alias });
    await chatThat(us, chat.id, (one) => one.title === alias);
    await eli.set(room, 'm.room.name', { name: 'Now it has one' });
    await chatThat(us, chat.id, (one) => one.title === 'Now it has one' && one.type === 'group');
  });

  test('functional members do not count, and a space is no chat', async () => {
    const room = await bob.room(undefined, [us, cy], {
      is_direct: true,
      initial_state: [{ type: 'io.element.functional_members', state_key: '', content: { service_members: [cy.userID] } }],
    });
    await Promise.all([joinAs(us, homeserver, room), cy.join(room)]);
    const chat = await chatNamed(us, 'Bob the Peer');
    assert.equal(chat.participants.items.find((item) => item.id === cy.userID)?.isNetworkBot ?? true, true);
    const space = await bob.room('A Space', [us], { creation_content: { type: 'm.space' } });
    await joinAs(us, homeserver, space);
    await roomWith(us, bob, 'After the space');
    assert.ok(!(await us.sdk.chats.list({ limit: 200 })).items.some((one) => one.title === 'A Space'));
  });

  test('who may not speak sees a chat that is read-only, and a send is refused', async () => {
    const [room, chat] = await roomWith(us, bob, 'Announcements');
    assert.equal(chat.isReadOnly, false);
    await bob.power(room, { events_default: 50 });
    const closed = await chatThat(us, chat.id, (one) => one.isReadOnly);
    assert.ok((closed.capabilities.reply ?? -2) <= 0);
    await refused(400, us.sdk.messages.send(chat.id, { text: 'may I?' }));
    await bob.power(room, { events_default: 0 });
    await chatThat(us, chat.id, (one) => !one.isReadOnly);
    await sayTo(us, chat.id, 'now I may');
    await bob.heard(room, 'now I may');
  });

  test('a plain room says what it can do', async () => {
    const [room, chat] = await roomWith(us, bob, 'Abilities');
    const can = chat.capabilities;
    assert.deepEqual([can.reply, can.edit, can.reaction, can.delete, can.readReceipts, can.typingNotifications], [2, 2, 2, 2, true, true]);
    assert.equal(can.state.title.level, -2);
    assert.ok(can.attachments['m.image'].mimeTypes['*/*'] > 0 && can.attachments['m.file'].maxSize > 1_000_000);
    assert.equal(can.customEmojiReactions, true);
    await bob.power(room, { users: { [bob.userID]: 100, [us.userID]: 50 } });
    await chatThat(us, chat.id, (one) => one.capabilities.state.title.level === 2 && one.capabilities.participantActions.kick === 2);
  });

  test('tags, mutes, unread marks and archives of other clients show, and end', async () => {
    const [room, chat] = await roomWith(us, bob, 'Marks');
    const rule = `/pushrules/global/override/${encodeURIComponent(room)}`;
    await tag('PUT', room, 'm.favourite', { order: 0.5 });
    await callAs(us, homeserver, 'PUT', rule, { conditions: [{ kind: 'event_match', key: 'room_id', pattern: room }], actions: [] });
    await accountData(room, 'm.marked_unread', { unread: true });
    await chatThat(us, chat.id, (one) => one.isPinned && one.isMuted && one.isMarkedUnread && !one.isLowPriority && !one.isArchived);
    await tag('DELETE', room, 'm.favourite');
    await tag('PUT', room, 'm.lowpriority', {});
    await callAs(us, homeserver, 'DELETE', rule);
    await accountData(room, 'm.marked_unread', { unread: false });
    await accountData(room, 'com.beeper.inbox.done', { updated_ts: Date.now() });
    await chatThat(us, chat.id, (one) => !one.isPinned && !one.isMuted && !one.isMarkedUnread && one.isLowPriority && one.isArchived);
    await bob.text(room, 'come back');
    await chatThat(us, chat.id, (one) => !one.isArchived);
  });

  test('an invitation is a chat that says so; sending joins', async () => {
    const gus = await stage.peer('gus', 'Gus P');
    const room = await gus.direct(us);
    await gus.text(room, 'you will see this after joining');
    const chat = await chatNamed(us, 'Gus P', isInvitation);
    assert.equal(chat.type, 'single');
    await sayTo(us, chat.id, 'gladly');
    await gus.heard(room, 'gladly');
    const joined = await chatThat(us, chat.id, (one) => !isInvitation(one));
    assert.equal(joined.isReadOnly, false);
    await eventually(async () => (await textsOf(us, chat.id)).sort().join() === 'gladly,you will see this after joining', 'both lines');
  });

  test('an invitation that is accepted is joined, and then can be written into', async () => {
    const hal = await stage.peer('hal', 'Hal P');
    const room = await hal.room('Come in', [us]);
    await hal.text(room, 'said before');
    const chat = await chatNamed(us, 'Come in', isInvitation);
    const accepted = await us.sdk.post(`/v1/chats/${encodeURIComponent(chat.id)}/accept`);
    assert.equal(accepted.id, chat.id);
    await chatThat(us, chat.id, (one) => !isInvitation(one) && one.participants.total === 2);
    await sayTo(us, chat.id, 'here I am');
    await hal.heard(room, 'here I am');
    await refused(409, us.sdk.post(`/v1/chats/${encodeURIComponent(chat.id)}/accept`));
  });

  test('an invitation that is taken back, and a chat one is put out of, are gone; history of a left room is no mystery', async () => {
    const room = await bob.room('Called off', [us]);
    const chat = await chatNamed(us, 'Called off');
    await bob.kick(room, us);
    await eventually(
      () =>
        us.sdk.chats.retrieve(chat.id).then(
          () => false,
          (error) => error.status === 404,
        ),
      'the invitation is gone',
    );
    const [second, left] = await roomWith(us, bob, 'Put out');
    await bob.text(second, 'before');
    await bob.kick(second, us, 'enough');
    await eventually(
      async () => !(await us.sdk.chats.list({ limit: 200 })).items.some((one) => one.id === left.id),
      'the chat is gone from the list',
    );
    await bob.invite(second, us);
    await joinAs(us, homeserver, second);
    const back = await chatNamed(us, 'Put out');
    await bob.text(second, 'after');
    await eventually(async () => (await textsOf(us, back.id)).includes('after'));
  });

  test('an upgraded room stays one chat with all it held', async () => {
    const [old, chat] = await roomWith(us, bob, 'Grows up');
    await bob.text(old, 'in the old room');
    await tag('PUT', old, 'm.favourite', {});
    await chatThat(us, chat.id, (one) => one.isPinned);
    const next = await bob.upgrade(old, [us]);
    await eventually(async () => {
      await joinAs(us, homeserver, next);
      return true;
    });
    await bob.text(next, 'in the new room');
    await eventually(async () => (await textsOf(us, chat.id)).join() === 'in the old room,in the new room', 'one chat with both');
    const all = (await us.sdk.chats.list({ limit: 200 })).items.filter((one) => one.title === 'Grows up');
    assert.deepEqual([all.length, all[0].id, all[0].isPinned, all[0].isReadOnly], [1, chat.id, true, false]);
    await sayTo(us, chat.id, 'and I answer there');
    await bob.heard(next, 'and I answer there');
  });

  test('what ignored people say does not show', async () => {
    const nag = await stage.peer('nag', 'Nag');
    const [room, chat] = await roomWith(us, nag, 'With a nag');
    await nag.invite(room, bob);
    await bob.join(room);
    await callAs(us, homeserver, 'PUT', `/user/${encodeURIComponent(us.userID)}/account_data/m.ignored_user_list`, {
      ignored_users: { [nag.userID]: {} },
    });
    // The list has reached the server before what is said next is passed on.
    await bob.text(room, 'before the nagging');
    await eventually(async () => (await textsOf(us, chat.id)).includes('before the nagging'));
    await nag.text(room, 'nag nag');
    await bob.text(room, 'after the nagging');
    await eventually(async () => (await textsOf(us, chat.id)).includes('after the nagging'));
    const shown = (await us.sdk.messages.list(chat.id)).items.filter((message) => !message.isHidden);
    assert.ok(!shown.some((message) => message.text === 'nag nag'));
  });

  test('chats of Matrix are in the one list and found by search, and a limited token sees its chat only', async () => {
    const [, chat] = await roomWith(us, bob, 'Zanzibar planning');
    assert.ok((await us.sdk.chats.search({ query: 'zanzi' })).items.some((one) => one.id === chat.id));
    const one = await call(stage.server, 'GET', `/v1/chats/${encodeURIComponent(chat.localChatID)}`, { token: us.token });
    assert.equal(one.json.id, chat.id);
  });
});
