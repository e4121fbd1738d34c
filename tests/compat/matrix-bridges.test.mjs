// Rooms that a bridge made: networks as accounts, ghosts as people, what the network can do, and what the bridge reports.
import assert from 'node:assert/strict';
import { Bridge, FEATURES } from './matrix/bridge.mjs';
import { chatNamed, chatThat, joinAs, matrixStage, messageThat, outcomeOf, refused, roomWith, sayTo, textsOf } from './matrix/ours.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { files } from './samples.mjs';
import { eventually } from './support.mjs';

matrixSuite('bridged networks', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let us;
  let bob;
  let signal;
  let login;
  let friend;
  before(async () => {
    stage = await matrixStage();
    us = await stage.signIn('ada', 'Ada');
    bob = await stage.peer('bob', 'Bob');
    signal = await Bridge.start(stage.homeserver, 'signal', { protocol: 'signal', name: 'Signal' });
    login = await signal.login(us.userID, { id: '+15550100', name: 'Ada on Signal' });
    friend = await signal.ghost('+15550123', 'Friend (Signal)', { identifiers: ['tel:+15550123', 'mailto:friend@example.org', 'signal:friend.1'] });
  });
  after(async () => {
    await stage?.finish();
    assert.equal(signal?.failure, undefined);
  });

  const portal = (options, of = signal, as = login) => of.portal(as, { ghosts: [friend], ...options });
  const accountOf = (network) =>
    eventually(async () => (await us.sdk.accounts.list()).find((account) => account.network === network), `an account of ${network}`);

  test('a portal belongs to an account of its network, beside the one of Matrix', async () => {
    const { roomID } = await portal({ id: 'dm-1', type: 'dm' });
    const account = await accountOf('Signal');
    assert.deepEqual(
      [account.bridge.id, account.bridge.type, account.bridge.provider],
      ['signal', 'signal', 'self-hosted'],
    );
    // Not at once: until the past is fetched it says that.
    await eventually(async () => (await accountOf('Signal')).status === 'connected', 'the account of the network is connected');
    assert.equal(account.user.isSelf, true);
    const chat = await chatNamed(us, 'Friend (Signal)', (one) => one.network === 'Signal');
    assert.deepEqual([chat.participants.total, chat.participants.hasMore], [2, false], 'the bot does not count');
    assert.deepEqual([chat.accountID, chat.network, chat.type], [account.accountID, 'Signal', 'single']);
    await signal.say(roomID, friend, 'hello from Signal');
    await eventually(async () => (await textsOf(us, chat.id)).includes('hello from Signal'));
    const [, plain] = await roomWith(us, bob, 'Not bridged');
    assert.equal(plain.accountID, us.accountID);
    const listed = await us.sdk.chats.list({ accountIDs: [account.accountID] });
    assert.ok(listed.items.some((one) => one.id === chat.id) && listed.items.every((one) => one.accountID === account.accountID));
  });

  test('how else somebody is known, and who is to be found', async () => {
    const chat = await chatNamed(us, 'Friend (Signal)', (one) => one.network === 'Signal');
    const { participants } = await chatThat(us, chat.id, (one) => one.participants.items.some((item) => item.phoneNumber));
    const { phoneNumber, email, username } = participants.items.find((item) => item.id === friend);
    assert.deepEqual([phoneNumber, email, username], ['+15550123', 'friend@example.org', 'friend.1']);
    const found = await us.sdk.accounts.contacts.search(chat.accountID, { query: 'signal' });
    const listed = await us.sdk.accounts.contacts.list(chat.accountID);
    for (const { items } of [found, listed]) {
      assert.ok(items.some((item) => item.id === friend));
      assert.deepEqual(
        items.filter((item) => [signal.botID, login.ownGhost].includes(item.id)),
        [],
      );
    }
  });

  test('a bridge is known by its rooms alone, whatever its bot is called', async () => {
    const plain = await Bridge.start(stage.homeserver, 'spare', { protocol: 'plainnet', name: 'Plain', bot: 'spare_bridge' });
    const theirs = await plain.login(us.userID, { id: 'ada', name: 'Ada P', hasSpace: false });
    const ghosts = await Promise.all(['Ann', 'Ben'].map((name) => plain.ghost(`plain-${name}`, `${name} (Plain)`)));
    await portal({ id: 'plain-1', name: 'Plain group', ghosts }, plain, theirs);
    // The homeserver does not say with an invitation whose room it is.
    const invited = await chatNamed(us, 'Plain group');
    await us.sdk.post(`/v1/chats/${encodeURIComponent(invited.id)}/accept`);
    const group = await chatNamed(us, 'Plain group', (one) => one.network === 'Plain' && one.participants.items.length === 4);
    assert.deepEqual([group.accountID, group.type, group.participants.total], ['spare', 'group', 3]);
    assert.deepEqual(
      group.participants.items.filter((item) => item.isNetworkBot).map((item) => item.id),
      [plain.botID],
    );
    const { roomID } = await portal({ id: 'kim', type: 'dm', ghosts: [await plain.ghost('kim', 'Kim (Plain)')] }, plain, theirs);
    const direct = await chatNamed(us, 'Kim (Plain)', (one) => one.network === 'Plain');
    assert.deepEqual([direct.type, direct.participants.total, direct.isReadOnly], ['single', 2, false]);
    await messageThat(us, direct.id, await plain.say(roomID, plain.ghostID('kim'), 'hello from Plain'));
  });

  test('the bridge’s bot is no member of the talk, and the space is no chat', async () => {
    const { roomID } = await portal({ id: 'dm-2', type: 'dm', ghosts: [await signal.ghost('+15550124', 'Quiet One')] });
    const chat = await chatNamed(us, 'Quiet One');
    assert.equal(chat.type, 'single');
    const bot = chat.participants.items.find((item) => item.id === signal.botID);
    assert.ok(!bot || bot.isNetworkBot);
    const people = chat.participants.items.filter((item) => !item.isNetworkBot);
    assert.deepEqual(
      people.map((item) => item.isSelf ?? false),
      [false, true],
    );
    assert.ok(roomID);
    assert.ok(!(await us.sdk.chats.list({ limit: 200 })).items.some((one) => /Signal \(Ada/.test(one.title)));
  });

  test('groups, group talks and their people', async () => {
    const others = await Promise.all(['Ann', 'Ben', 'Eve'].map((name) => signal.ghost(`id-${name}`, name)));
    await portal({ id: 'group-1', name: 'Bridged group', topic: 'of three', ghosts: others });
    await portal({ id: 'mpim-1', type: 'group_dm', ghosts: others.slice(0, 2), name: 'Ann and Ben' });
    const group = await chatNamed(us, 'Bridged group');
    assert.deepEqual([group.type, group.description], ['group', 'of three']);
    assert.equal((await chatNamed(us, 'Ann and Ben')).type, 'group');
    await chatThat(us, group.id, (one) => others.every((id) => one.participants.items.some((item) => item.id === id)));
  });

  test('what the network can do is what the chat can do, field by field', async () => {
    await portal({
      id: 'dm-3',
      type: 'dm',
      ghosts: [await signal.ghost('+15550125', 'Able')],
      timer: { type: 'after_send', timer: 86_400_000 },
    });
    const chat = await chatNamed(us, 'Able', (one) => one.capabilities?.maxTextLength === 4096);
    const can = chat.capabilities;
    assert.deepEqual(can.formatting, FEATURES.formatting);
    assert.deepEqual(can.attachments['m.image'], {
      mimeTypes: FEATURES.file['m.image'].mime_types,
      caption: 2,
      maxCaptionLength: 1024,
      maxSize: 5_000_000,
      maxWidth: 4096,
    });
    assert.equal(can.attachments['org.matrix.msc3245.voice'].maxDuration, 60);
    assert.equal(can.attachments['m.video'], undefined);
    assert.deepEqual(
      [can.locationMessage ?? 0, can.poll ?? 0, can.thread ?? 0, can.reply, can.edit, can.editMaxCount, can.editMaxAge],
      [1, 0, 0, 2, 2, 10, 900],
    );
    assert.deepEqual([can.delete, can.deleteMaxAge, can.deleteForMe ?? false, can.reaction, can.reactionCount], [2, 172_800, false, 2, 1]);
    assert.deepEqual(
      can.allowedReactions.map((key) => key.replace('\ufe0f', '')),
      ['👍', '❤', '😂'],
    );
    assert.deepEqual(
      [can.customEmojiReactions ?? false, can.readReceipts, can.typingNotifications, can.deleteChat],
      [false, true, true, true],
    );
    assert.deepEqual([can.disappearingTimer.types, can.disappearingTimer.timers], [['afterSend'], [3_600_000, 86_400_000]]);
    assert.deepEqual([can.participantActions.leave, can.participantActions.ban], [2, -2]);
    assert.deepEqual([can.state.title.level, can.state.description.level, can.state.disappearingTimer.level], [2, 1, 2]);
    assert.equal(chat.messageExpirySeconds, 86_400);
    assert.deepEqual([can.archive, can.markAsUnread], [true, true], 'what our server offers by itself');
    await refused(422, us.sdk.messages.send(chat.id, { text: 'x'.repeat(5_000) }));
  });

  test('timers go along with what is sent, and change', async () => {
    const { roomID } = await portal({
      id: 'dm-4',
      type: 'dm',
      ghosts: [await signal.ghost('+15550126', 'Fleeting')],
      timer: { type: 'after_send', timer: 3_600_000 },
    });
    const chat = await chatNamed(us, 'Fleeting', (one) => one.messageExpirySeconds === 3_600);
    await sayTo(us, chat.id, 'for an hour');
    const sent = await signal.got((event) => event.content.body === 'for an hour');
    assert.deepEqual(sent.content['com.beeper.disappearing_timer'], { type: 'after_send', timer: 3_600_000 });
    await us.sdk.chats.update(chat.id, { messageExpirySeconds: 86_400 });
    await eventually(async () => {
      const state = await signal.as('GET', `/rooms/${encodeURIComponent(roomID)}/state/com.beeper.disappearing_timer/`);
      return state.timer === 86_400_000;
    }, 'a day');
    await refused(422, us.sdk.chats.update(chat.id, { messageExpirySeconds: 5 }));
  });

  test('the bridge says how it went: pending until then, delivered, failed', async () => {
    const [chatter, other] = [
      await Bridge.start(stage.homeserver, 'chatter', { protocol: 'chatternet', name: 'Chatter', sendStatus: 'PENDING' }),
      { id: 'u1', name: 'Ada C' },
    ];
    const theirs = await chatter.login(us.userID, other);
    const ghost = await chatter.ghost('zoe', 'Zoe (Chatter)');
    const { roomID } = await portal({ id: 'c-1', type: 'dm', ghosts: [ghost] }, chatter, theirs);
    const chat = await chatNamed(us, 'Zoe (Chatter)', (one) => one.network === 'Chatter');
    const send = async (text) => (await us.sdk.messages.send(chat.id, { text })).pendingMessageID;

    const id = await send('is it there yet?');
    const event = await chatter.got((one) => one.content.body === 'is it there yet?');
    await eventually(async () => (await us.sdk.messages.retrieve(event.event_id, { chatID: chat.id })).id === id);
    await chatter.status(roomID, event.event_id, 'SUCCESS', { delivered_to_users: [] });
    assert.deepEqual((await outcomeOf(us, chat.id, id)).sendStatus.deliveredToUsers ?? [], []);
    await chatter.status(roomID, event.event_id, 'SUCCESS', { delivered_to_users: [ghost] });
    await messageThat(us, chat.id, event.event_id, (one) => one.sendStatus.deliveredToUsers?.[0] === ghost);
    await chatter.status(roomID, event.event_id, 'PENDING', {}, event.origin_server_ts);
    await messageThat(us, chat.id, await chatter.say(roomID, ghost, 'after the old report'));
    assert.equal((await us.sdk.messages.retrieve(id, { chatID: chat.id })).sendStatus.status, 'SUCCESS', 'an old PENDING undoes nothing');

    chatter.sendStatus = 'FAIL_RETRIABLE';
    const failed = await outcomeOf(us, chat.id, await send('will not arrive'), 'FAIL_RETRIABLE');
    assert.deepEqual(
      [failed.sendStatus.reason, failed.sendStatus.message, failed.sendStatus.internalError],
      ['m.foreign_network_error', 'The network did not take it.', 'status 503 from upstream'],
    );
    chatter.sendStatus = 'FAIL_PERMANENT';
    await outcomeOf(us, chat.id, await send('never will'), 'FAIL_PERMANENT');
    chatter.sendStatus = 'SUCCESS';
    await outcomeOf(us, chat.id, await send('this one does'));
    const shown = (await us.sdk.messages.list(chat.id, { limit: 50 })).items.filter((one) => !one.isHidden && one.type !== 'NOTICE');
    assert.ok(
      shown.every((one) => one.senderID !== chatter.botID),
      'reports are no messages',
    );
  });

  test('receipts of ghosts are seen; those of the bot are delivery', async () => {
    const ghost = await signal.ghost('+15550127', 'Reader');
    const { roomID } = await portal({ id: 'dm-5', type: 'dm', ghosts: [ghost] });
    const chat = await chatNamed(us, 'Reader');
    const { id } = await sayTo(us, chat.id, 'read me');
    const { event_id: eventID } = await signal.got((event) => event.content.body === 'read me');
    await signal.read(roomID, undefined, eventID);
    await signal.say(roomID, ghost, 'not yet');
    await eventually(async () => (await textsOf(us, chat.id)).includes('not yet'));
    await signal.read(roomID, ghost, eventID);
    await eventually(async () => {
      const { seen } = await us.sdk.messages.retrieve(id, { chatID: chat.id });
      return seen === true || Date.parse(seen) > 0;
    }, 'seen');
  });

  test('what I write on my phone is mine, by my own ghost or by a double puppet', async () => {
    const { roomID } = await portal({ id: 'dm-6', type: 'dm', ghosts: [await signal.ghost('+15550128', 'Phone Friend')] });
    const chat = await chatNamed(us, 'Phone Friend');
    const byGhost = await signal.sayAsUser(roomID, 'from my phone');
    const one = await messageThat(us, chat.id, byGhost);
    assert.deepEqual([one.isSender, one.isUnread ?? false], [true, false]);
    signal.doublePuppets.set(us.userID, us.accessToken);
    const two = await messageThat(us, chat.id, await signal.sayAsUser(roomID, 'by my puppet'));
    assert.equal(two.isSender, true);
    signal.doublePuppets.clear();
    const after = await us.sdk.chats.retrieve(chat.id);
    assert.deepEqual([after.type, after.unreadCount, after.title], ['single', 0, 'Phone Friend']);
    assert.deepEqual(
      after.participants.items.filter((item) => !item.isSelf && !item.isNetworkBot).map((item) => item.fullName),
      ['Phone Friend'],
    );
  });

  test('dates of long ago stay theirs; edits, reactions, pictures and removals come from ghosts', async () => {
    const ghost = await signal.ghost('+15550129', 'Busy');
    const { roomID } = await portal({ id: 'dm-7', type: 'dm', ghosts: [ghost] });
    const chat = await chatNamed(us, 'Busy');
    const old = await signal.say(roomID, ghost, 'long ago', { ts: 1_500_000_000_000 });
    assert.equal((await messageThat(us, chat.id, old)).timestamp, '2017-07-14T02:40:00.000Z');
    await signal.edit(roomID, ghost, old, 'long, long ago');
    await messageThat(us, chat.id, old, (message) => message.text === 'long, long ago');
    await signal.react(roomID, ghost, old, '👍️');
    await messageThat(us, chat.id, old, (message) => message.reactions?.[0]?.participantID === ghost);
    const url = await bob.upload(files.png[2], 'p.png', 'image/png');
    const picture = await signal.send(roomID, ghost, {
      msgtype: 'm.image',
      body: 'p.png',
      url,
      info: { mimetype: 'image/png', size: files.png[2].length },
    });
    await messageThat(us, chat.id, picture, (message) => message.attachments?.length === 1);
    const gone = await signal.say(roomID, ghost, 'vanishes');
    await messageThat(us, chat.id, gone);
    await signal.redact(roomID, undefined, gone, 'Message disappeared');
    await eventually(
      () =>
        us.sdk.messages.retrieve(gone, { chatID: chat.id }).then(
          (message) => message.isDeleted,
          (error) => error.status === 404,
        ),
      'gone',
    );
  });

  test('a chat of ours with a network needs one reaction at a time, and a request waits for an answer', async () => {
    const ghost = await signal.ghost('+15550130', 'Requester');
    const { roomID } = await portal({
      id: 'dm-8',
      type: 'dm',
      ghosts: [ghost],
      isRequest: true,
      features: { ...FEATURES, message_request: { accept_with_message: 2, accept_with_button: 2 } },
    });
    const chat = await chatNamed(us, 'Requester', (one) => one.capabilities?.messageRequest?.acceptWithMessage > 0);
    assert.deepEqual(chat.capabilities.messageRequest, { acceptWithMessage: 2, acceptWithButton: 2 });
    const { id } = await messageThat(us, chat.id, await signal.say(roomID, ghost, 'do you like it?'));
    const react = (reactionKey) => us.sdk.chats.messages.reactions.add(id, { chatID: chat.id, reactionKey });
    await react('👍');
    await react('❤️');
    await eventually(
      async () =>
        (await us.sdk.messages.retrieve(id, { chatID: chat.id })).reactions.map((one) => one.reactionKey.replace('\ufe0f', '')).join() ===
        '❤',
      'the newer one',
    );
    await refused(422, react('🦄'));
    await us.sdk.post(`/v1/chats/${encodeURIComponent(chat.id)}/accept`);
    await signal.got((event) => event.type === 'com.beeper.accept_message_request' && event.room_id === roomID);
    const info = await signal.as('GET', `/rooms/${encodeURIComponent(roomID)}/state/m.bridge/${encodeURIComponent(signal.stateKey)}`);
    delete info.channel['com.beeper.message_request'];
    await signal.setState(roomID, 'm.bridge', info, signal.stateKey);
    await chatThat(us, chat.id, (one) => !(one.capabilities.messageRequest?.acceptWithButton > 0));
    await refused(409, us.sdk.post(`/v1/chats/${encodeURIComponent(chat.id)}/accept`));
  });

  test('who leaves a chat on the other network is in it no more, and the chat goes on', async () => {
    const [ann, ben] = await Promise.all(['Ann L', 'Ben L'].map((name) => signal.ghost(`leaver-${name[0]}`, name)));
    const { roomID } = await portal({ id: 'group-l', name: 'Somebody leaves', ghosts: [ann, ben] });
    const isIn = (chat, id) => chat.participants.items.some((item) => item.id === id);
    const chat = await chatNamed(us, 'Somebody leaves', (one) => isIn(one, ann) && isIn(one, ben));
    await signal.leave(roomID, ben);
    const after = await chatThat(us, chat.id, (one) => !isIn(one, ben));
    assert.deepEqual([after.type, after.isReadOnly, isIn(after, ann)], ['group', false, true]);
    assert.equal(after.participants.total, chat.participants.total - 1);
    await sayTo(us, chat.id, 'are you still there?');
    await signal.got((event) => event.content.body === 'are you still there?');
    const answer = await messageThat(us, chat.id, await signal.say(roomID, ann, 'I am'));
    assert.equal(answer.senderName, 'Ann L');
    await signal.add(roomID, ben);
    await chatThat(us, chat.id, (one) => isIn(one, ben) && one.participants.total === chat.participants.total);

    const lone = await signal.ghost('leaver-dm', 'Lone Leaver');
    const direct = await portal({ id: 'dm-l', type: 'dm', ghosts: [lone] });
    const single = await chatNamed(us, 'Lone Leaver');
    await messageThat(us, single.id, await signal.say(direct.roomID, lone, 'farewell'));
    await signal.leave(direct.roomID, lone);
    const left = await chatThat(us, single.id, (one) => !isIn(one, lone));
    assert.deepEqual([left.type, left.network], ['single', 'Signal'], 'a chat with one person stays one');
    assert.deepEqual(await textsOf(us, single.id), ['farewell'], 'with all that was said');
  });

  test('whom the bridge puts out of a portal has that chat no more, and nothing else is lost', async () => {
    const friend = await signal.ghost('+15550131', 'Putter-out');
    const path = (roomID, what) => `/rooms/${encodeURIComponent(roomID)}/${what}`;
    const isThere = async (id) => (await us.sdk.chats.list({ limit: 200 })).items.some((one) => one.id === id);
    const staying = await portal({ id: 'group-s', name: 'We stay', ghosts: [friend] });
    const kept = await chatNamed(us, 'We stay');
    for (const what of ['kick', 'ban']) {
      const { roomID } = await portal({ id: `group-${what}`, name: `We ${what}`, ghosts: [friend] });
      const chat = await chatNamed(us, `We ${what}`, (one) => one.network === 'Signal');
      await messageThat(us, chat.id, await signal.say(roomID, friend, 'said before'));
      await signal.as('POST', path(roomID, what), { user_id: us.userID, reason: 'left on the other side' });
      await eventually(async () => !(await isThere(chat.id)), `after a ${what} the chat is gone`);
      await refused(404, us.sdk.chats.retrieve(chat.id));
      await refused(404, us.sdk.messages.send(chat.id, { text: 'let me in' }));
      assert.ok(!(await us.sdk.messages.search({ query: 'said before' })).items.some((one) => one.chatID === chat.id));
      assert.ok(await isThere(kept.id));
      await accountOf('Signal');

      if (what === 'ban') await signal.as('POST', path(roomID, 'unban'), { user_id: us.userID });
      await signal.as('POST', path(roomID, 'invite'), { user_id: us.userID });
      // The bridge is known, so that its invitation is accepted unasked.
      const back = await chatNamed(us, `We ${what}`, (one) => !one.isReadOnly && one.network === 'Signal');
      await messageThat(us, back.id, await signal.say(roomID, friend, 'said after'));
      await eventually(async () => (await textsOf(us, back.id)).join() === 'said before,said after', 'all that was said, once');
    }
    await messageThat(us, kept.id, await signal.say(staying.roomID, friend, 'here all is well'));
  });

  test('a bridge that is not who it says is not believed', async () => {
    const room = await bob.room('Impostor', [us], {
      initial_state: [
        {
          type: 'm.bridge',
          state_key: `${stage.homeserver.serverName}/signal`,
          content: { bridgebot: signal.botID, creator: us.userID, protocol: { id: 'signal', displayname: 'Signal' }, channel: { id: 'x' } },
        },
      ],
    });
    await joinAs(us, stage.homeserver, room);
    assert.equal((await chatNamed(us, 'Impostor')).accountID, us.accountID);
  });
});
