// Opening, listing, finding and reading chats.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import {
  arrived,
  assertError,
  call,
  collect,
  direct,
  eventually,
  expectStatus,
  finish,
  group,
  ids,
  ISO,
  join,
  person,
  refused,
  say,
  sdk,
  SORT_KEY,
  tell,
} from './support.mjs';

describe('chats', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada Lovelace');
    bob = await person(server, 'bob', 'Bob Martin');
    cleo = await person(server, 'cleo', 'Cléo Durand');
  });
  after(() => finish(server));

  test('a direct chat is created once and re-used after that, however the person is named', async () => {
    const first = await ada.sdk.chats.start({ accountID: ada.accountID, user: { id: bob.userID } });
    assert.equal(first.status, 'created');
    assert.equal(first.chatID, first.id);
    assert.equal(first.type, 'single');
    assert.equal(first.title, 'Bob Martin');
    for (const user of [
      { id: bob.userID },
      { username: 'bob' },
      { fullName: 'Bob Martin' },
      { id: 'bob', username: 'bob', fullName: 'bob' },
    ]) {
      const again = await ada.sdk.chats.start({ accountID: ada.accountID, user, allowInvite: false });
      assert.equal(again.id, first.id, JSON.stringify(user));
      assert.equal(again.status, 'existing');
    }
    const legacy = await expectStatus(200, server, 'POST', '/v1/chats', {
      token: ada.token,
      body: { mode: 'start', accountID: ada.accountID, user: { username: 'bob' } },
    });
    assert.equal(legacy.json.chatID, first.id);
    const single = await ada.sdk.chats.create({ accountID: ada.accountID, type: 'single', participantIDs: [bob.userID] });
    assert.equal(single.id, first.id);
  });

  test('a chat object has every field the contract promises', async () => {
    const [chatID] = await direct(ada, bob);
    const chat = await ada.sdk.chats.retrieve(chatID);
    assert.match(chat.id, /^!.+:.+/);
    assert.match(chat.localChatID, /^\d+$/);
    assert.equal(chat.accountID, ada.accountID);
    assert.equal(chat.network, 'Local');
    assert.equal(chat.unreadCount, 0);
    for (const flag of ['isReadOnly', 'isArchived', 'isMuted', 'isPinned', 'isLowPriority', 'isMarkedUnread'])
      assert.equal(chat[flag], false, flag);
    if (chat.lastActivity !== undefined) assert.match(chat.lastActivity, ISO);
    assert.equal(chat.draft ?? null, null);
    assert.equal(chat.reminder ?? null, null);
    assert.equal(chat.participants.total, 2);
    assert.equal(chat.participants.hasMore, false);
    assert.deepEqual(ids(chat.participants.items), [bob.userID, ada.userID], 'the other side first, then me');
    assert.deepEqual(
      chat.participants.items.map((user) => user.isSelf ?? false),
      [false, true],
    );
    assert.equal(chat.participants.items[0].fullName, 'Bob Martin');
    assert.equal('preview' in chat, false);
  });

  test('capabilities are complete: what is offered is a level or a flag', async () => {
    const [chatID] = await direct(ada, bob);
    const { capabilities } = await ada.sdk.chats.retrieve(chatID);
    for (const name of ['reply', 'edit', 'delete', 'reaction']) assert.ok(capabilities[name] >= 1, name);
    for (const name of ['deleteForMe', 'readReceipts', 'typingNotifications', 'archive', 'markAsUnread'])
      assert.equal(capabilities[name], true, name);
    assert.ok(capabilities.formatting.bold >= 1);
    for (const kind of ['m.image', 'm.video', 'm.audio', 'm.file']) {
      assert.ok(Object.keys(capabilities.attachments[kind].mimeTypes).length > 0, kind);
    }
    assert.equal(typeof capabilities.state.title.level, 'number');
    assert.ok(capabilities.disappearingTimer, 'messages can disappear');
  });

  test('an unknown person is refused, not invented', async () => {
    for (const user of [
      { username: 'nobody' },
      { id: '@nobody:elsewhere' },
      { phoneNumber: '+15550100099' },
      { email: 'a@b.example' },
      { fullName: 'No Body' },
    ]) {
      const error = await refused(404, ada.sdk.chats.start({ accountID: ada.accountID, user }));
      assert.ok(error instanceof (await import('@beeper/desktop-api')).NotFoundError);
      assert.match(error.message, /not found/i);
      assert.equal(error.error.code, 'not_found');
    }
    await refused(
      404,
      ada.sdk.chats.create({ accountID: ada.accountID, type: 'group', title: 'x', participantIDs: [bob.userID, '@nobody:elsewhere'] }),
    );
    assert.ok(!(await ada.sdk.accounts.contacts.search(ada.accountID, { query: 'nobody' })).items.length);
  });

  test('a start or create that makes no sense is refused', async () => {
    await refused(422, ada.sdk.chats.start({ accountID: ada.accountID, user: {} }));
    await refused(404, ada.sdk.chats.start({ accountID: 'local_nobody', user: { username: 'bob' } }));
    await refused(404, ada.sdk.chats.create({ accountID: 'local_nobody', type: 'single', participantIDs: [bob.userID] }));
    await refused(422, ada.sdk.chats.create({ accountID: ada.accountID, type: 'single', participantIDs: [bob.userID, cleo.userID] }));
    await refused(422, ada.sdk.chats.create({ accountID: ada.accountID, type: 'group', participantIDs: [] }));
    await refused(422, ada.sdk.chats.create({ accountID: ada.accountID, type: 'channel', participantIDs: [bob.userID] }));
    const { json } = await expectStatus(422, server, 'POST', '/v1/chats', { token: ada.token, body: {} });
    const missing = json.details.issues.map((issue) => issue.path.join('.'));
    for (const field of ['body.accountID', 'body.type', 'body.participantIDs'])
      assert.ok(missing.includes(field), `${field} in ${missing}`);
  });

  test('starting a chat with oneself is the note-to-self chat', async () => {
    const chat = await ada.sdk.chats.start({ accountID: ada.accountID, user: { id: ada.userID } });
    assert.equal(chat.status, 'existing', 'it is there from the beginning');
    assert.equal(chat.participants.total, 1);
    assert.equal(chat.participants.items[0].isSelf, true);
    assert.ok(chat.title);
    const note = await say(ada, chat.id, 'milk');
    assert.equal(note.isSender, true);
    assert.deepEqual((await ada.sdk.messages.list(chat.id)).items.filter((message) => message.text === 'milk').length, 1);
    assert.equal((await ada.sdk.chats.retrieve(chat.id)).unreadCount, 0);
  });

  test('a first message can come with the start', async () => {
    const dora = await person(server, 'dora');
    const chat = await ada.sdk.chats.start({ accountID: ada.accountID, user: { username: 'dora' }, messageText: 'hi Dora' });
    await eventually(async () => (await collect(dora.sdk.chats.search({ query: 'ada' }))).length > 0);
    const theirs = await dora.sdk.chats.start({ accountID: dora.accountID, user: { id: ada.userID } });
    assert.equal(theirs.status, 'existing');
    await arrived(dora, theirs.id, 'hi Dora');
    await arrived(ada, chat.id, 'hi Dora');
  });

  test('each identity has its own chat for one conversation', async () => {
    const [mine, theirs] = await direct(ada, bob);
    assert.notEqual(mine, theirs);
    await ada.sdk.chats.update(mine, { isMuted: true, isPinned: true, draft: { text: 'only mine' } });
    const other = await bob.sdk.chats.retrieve(theirs);
    assert.equal(other.isMuted, false);
    assert.equal(other.isPinned, false);
    assert.equal(other.draft ?? null, null);
    assert.notEqual((await ada.sdk.chats.retrieve(mine)).localChatID, other.localChatID);
    await ada.sdk.chats.update(mine, { isMuted: false, isPinned: false, draft: null });
    assert.match((await refused(404, ada.sdk.chats.retrieve(theirs))).message, /not found/i);
    const all = await collect(sdk(server).chats.list({ limit: 200 }));
    assert.equal(new Set(ids(all)).size, all.length);
    assert.ok(ids(all).includes(mine) && ids(all).includes(theirs), 'the owner’s token sees both');
  });

  test('a group is there for everybody, and carries names and messages', async () => {
    const [atAda, atBob, atCleo] = await group('Release week', ada, bob, cleo);
    assert.equal(new Set([atAda, atBob, atCleo]).size, 3);
    const chat = await ada.sdk.chats.retrieve(atAda);
    assert.equal(chat.type, 'group');
    assert.equal(chat.participants.total, 3);
    assert.equal(chat.participants.items.filter((user) => user.isSelf).length, 1);
    await say(ada, atAda, 'to all of you');
    assert.equal((await arrived(bob, atBob, 'to all of you')).senderID, ada.userID);
    assert.equal((await arrived(cleo, atCleo, 'to all of you')).senderName, 'Ada Lovelace');
  });

  test('a second group of the same people is a new chat; one without a title still has one', async () => {
    const make = () => ada.sdk.chats.create({ accountID: ada.accountID, type: 'group', participantIDs: [bob.userID, cleo.userID] });
    const [one, two] = [await make(), await make()];
    assert.notEqual(one.id, two.id);
    assert.equal(one.status, 'created');
    assert.ok(one.title.length > 0);
  });

  test('participants are cut to what was asked for, and counted in full', async () => {
    const crowd = [];
    for (let n = 0; n < 23; n++) crowd.push((await join(server, `crowd${n}`)).user.id);
    const { id } = await cleo.sdk.chats.create({ accountID: cleo.accountID, type: 'group', title: 'Crowd', participantIDs: crowd });
    const read = async (maxParticipantCount) => (await cleo.sdk.chats.retrieve(id, { maxParticipantCount })).participants;
    for (const [asked, shown] of [
      [-1, 24],
      [0, 0],
      [1, 1],
      [20, 20],
      [24, 24],
      [500, 24],
      [null, 24],
      [undefined, 24],
    ]) {
      const participants = await read(asked);
      assert.equal(participants.items.length, shown, `maxParticipantCount ${asked}`);
      assert.equal(participants.total, 24);
      assert.equal(participants.hasMore, shown < 24);
    }
    for (const bad of [501, -2, 1.5, 'many']) {
      assert.equal((await refused(422, cleo.sdk.chats.retrieve(id, { maxParticipantCount: bad }))).error.code, 'validation_error', bad);
    }
    await expectStatus(200, server, 'GET', `/v1/chats/${encodeURIComponent(id)}?maxParticipantCount=`, { token: cleo.token });
    const listed = (await cleo.sdk.chats.list()).items.find((chat) => chat.id === id).participants;
    assert.deepEqual([listed.items.length, listed.total, listed.hasMore], [20, 24, true]);
    const [found] = (await cleo.sdk.chats.search({ query: 'crowd', type: 'group' })).items;
    assert.equal(found.participants.items.length, 20);
  });

  test('any text in place of a chat id is simply not found', async () => {
    for (const text of ['Some Title', '!nope:local', '999999', 'imsg##thread:x', 'a/b', '%', '🎈', '..x', '@ada:local', ' ']) {
      const error = await refused(404, ada.sdk.chats.retrieve(text, { maxParticipantCount: 0 }));
      assert.match(error.message, /not found/i, text);
    }
  });

  test('a local chat id works on every route, and answers carry the canonical one', async () => {
    const [chatID] = await direct(ada, bob);
    const { localChatID: local } = await ada.sdk.chats.retrieve(chatID);
    const { chats, messages, focus } = { chats: ada.sdk.chats, messages: ada.sdk.messages, focus: (body) => ada.sdk.focus(body) };
    assert.equal((await chats.retrieve(local)).id, chatID);
    assert.equal((await chats.update(local, { isLowPriority: false })).id, chatID);
    await chats.archive(local, { archived: false });
    assert.equal((await chats.markUnread(local)).id, chatID);
    assert.equal((await chats.markRead(local)).id, chatID);
    await chats.reminders.create(local, { reminder: { remindAt: new Date(Date.now() + 3_600_000).toISOString() } });
    await chats.reminders.delete(local);
    const sent = await messages.send(local, { text: 'by local id' });
    assert.equal(sent.chatID, chatID);
    const messageID = sent.pendingMessageID;
    assert.equal((await messages.retrieve(messageID, { chatID: local })).chatID, chatID);
    assert.equal((await messages.list(local)).items[0].chatID, chatID);
    assert.equal((await messages.update(messageID, { chatID: local, text: 'by local id, edited' })).chatID, chatID);
    assert.equal((await chats.messages.reactions.add(messageID, { chatID: local, reactionKey: '👍' })).chatID, chatID);
    assert.equal((await chats.messages.reactions.delete('👍', { chatID: local, messageID })).chatID, chatID);
    assert.deepEqual(ids((await messages.search({ chatIDs: [local], query: 'edited' })).items), [messageID]);
    await expectStatus(204, server, 'POST', `/v1/chats/${local}/typing`, { token: ada.token, body: { state: 'typing' } });
    assert.deepEqual(await focus({ chatID: local }), { success: false });
    assert.equal((await refused(409, chats.notifyAnyway(local))).status, 409);
    assert.equal(await messages.delete(messageID, { chatID: local }), null);
  });

  test('the list is newest activity first, with a preview', async () => {
    const [withBob, atBob] = await direct(ada, bob);
    const [withCleo, atCleo] = await direct(ada, cleo);
    await tell(bob, atBob, ada, withBob, 'first in line');
    await tell(cleo, atCleo, ada, withCleo, 'second in line');
    let page = await ada.sdk.chats.list();
    assert.deepEqual(ids(page.items.slice(0, 2)), [withCleo, withBob]);
    assert.equal(page.items[0].preview.text, 'second in line');
    assert.equal(page.items[0].preview.chatID, withCleo);
    assert.match(page.items[0].preview.sortKey, SORT_KEY);
    const times = page.items.map((chat) => chat.lastActivity ?? '');
    assert.deepEqual(times, [...times].sort().reverse());
    await tell(bob, atBob, ada, withBob, 'overtakes');
    page = await ada.sdk.chats.list();
    assert.deepEqual(ids(page.items.slice(0, 2)), [withBob, withCleo]);
  });

  test('pinned, archived, muted and low-priority chats stay in the list, where they were', async () => {
    const before = ids((await ada.sdk.chats.list({ limit: 200 })).items);
    const [first, second] = before;
    await ada.sdk.chats.update(second, { isPinned: true });
    await ada.sdk.chats.update(first, { isArchived: true, isMuted: true, isLowPriority: true });
    assert.deepEqual(ids((await ada.sdk.chats.list({ limit: 200 })).items), before);
    await ada.sdk.chats.update(second, { isPinned: false });
    await ada.sdk.chats.update(first, { isArchived: false, isMuted: false, isLowPriority: false });
  });

  test('the list is walked by the SDK, each chat once', async () => {
    for (let n = 0; n < 8; n++)
      await ada.sdk.chats.create({ accountID: ada.accountID, type: 'group', title: `Walk ${n}`, participantIDs: [bob.userID] });
    const whole = ids((await ada.sdk.chats.list({ limit: 200 })).items);
    assert.ok(whole.length > 8);
    assert.deepEqual(ids(await collect(ada.sdk.chats.list({ limit: 3 }))), whole);
    const page = await ada.sdk.chats.list({ limit: 3 });
    assert.equal(page.items.length, 3);
    assert.equal(page.hasMore, true);
    const backAgain = await collect(
      ada.sdk.chats.list({ limit: 3, cursor: (await ada.sdk.chats.list({ limit: 200 })).oldestCursor, direction: 'after' }),
    );
    assert.deepEqual([...new Set(ids(backAgain))].length, backAgain.length, 'forwards, too, nothing comes twice');
  });

  test('limits outside the bounds never make the list fail', async () => {
    for (const limit of [1, 200, 201, 100_000]) {
      const { items } = await ada.sdk.chats.list({ limit });
      assert.ok(items.length >= 1 && items.length <= Math.min(limit, 200), limit);
    }
    assert.ok((await ada.sdk.chats.list()).items.length <= 25, 'the default page is 25');
  });

  test('the newest cursor finds what moved since, and an empty page keeps one’s place', async () => {
    const { newestCursor } = await ada.sdk.chats.list({ limit: 2 });
    const still = await ada.sdk.chats.list({ cursor: newestCursor, direction: 'after' });
    assert.deepEqual(still.items, []);
    assert.equal(still.hasMore, false);
    assert.equal(still.newestCursor, newestCursor);
    assert.equal(still.oldestCursor, newestCursor);
    const [withBob, atBob] = await direct(ada, bob);
    await tell(bob, atBob, ada, withBob, 'something moved');
    assert.deepEqual(ids((await ada.sdk.chats.list({ cursor: newestCursor, direction: 'after' })).items), [withBob]);
  });

  test('the account filter is a repeated key; what it does not know matches nothing', async () => {
    const owner = sdk(server);
    const of = async (...accountIDs) => new Set((await owner.chats.list({ accountIDs, limit: 200 })).items.map((chat) => chat.accountID));
    assert.deepEqual(await of(ada.accountID), new Set([ada.accountID]));
    assert.deepEqual(await of(ada.accountID, bob.accountID), new Set([ada.accountID, bob.accountID]));
    assert.deepEqual(await of('local_nobody'), new Set());
    for (const query of [`accountIDs[]=${ada.accountID}`, `accountIDs=${ada.accountID},${ada.accountID}`]) {
      const { json } = await expectStatus(200, server, 'GET', `/v1/chats?${query}`);
      assert.ok(json.items.length > 0 && json.items.every((chat) => chat.accountID === ada.accountID), query);
    }
    assert.deepEqual((await owner.chats.list({ accountIDs: ['local_nobody'] })).oldestCursor, null);
  });

  test('search finds titles by the beginnings of their words', async () => {
    const [chatID] = await group('Über die Planung', ada, bob);
    const hit = async (query) => ids((await ada.sdk.chats.search({ query })).items).includes(chatID);
    for (const query of ['über', 'UBER', 'plan', 'planung uber', 'ub pla', 'die local']) assert.equal(await hit(query), true, query);
    for (const query of ['lanung', 'planung nein', 'uberx']) assert.equal(await hit(query), false, query);
    const page = await ada.sdk.chats.search({ query: 'planung' });
    assert.equal('preview' in page.items[0], false);
  });

  test('search finds chats by the people in them when asked to', async () => {
    const [chatID] = await group('Nameless', ada, cleo);
    const inTitles = await ada.sdk.chats.search({ query: 'cleo dur', type: 'group' });
    assert.ok(!ids(inTitles.items).includes(chatID));
    const inPeople = await ada.sdk.chats.search({ query: 'cleo dur', scope: 'participants', type: 'group' });
    assert.ok(ids(inPeople.items).includes(chatID));
    assert.ok(inPeople.items.every((chat) => chat.participants.items.some((user) => user.id === cleo.userID)));
  });

  test('search filters by inbox, type, unread, mute, account and time', async () => {
    const [archived] = await group('Filter archived', ada, bob);
    const [low] = await group('Filter low', ada, bob);
    const [plain, plainAtBob] = await group('Filter plain', ada, bob);
    const [muted] = await group('Filter muted', ada, bob);
    await ada.sdk.chats.archive(archived);
    await ada.sdk.chats.update(low, { isLowPriority: true });
    await ada.sdk.chats.update(muted, { isMuted: true });
    await tell(bob, plainAtBob, ada, plain, 'unread here');
    const found = async (query) => new Set(ids((await ada.sdk.chats.search({ query: 'filter', ...query })).items));
    assert.deepEqual(await found({}), new Set([archived, low, plain, muted]));
    assert.deepEqual(await found({ inbox: 'primary' }), new Set([plain, muted]));
    assert.deepEqual(await found({ inbox: 'low-priority' }), new Set([low]));
    assert.deepEqual(await found({ inbox: 'archive' }), new Set([archived]));
    assert.deepEqual(await found({ includeMuted: false }), new Set([archived, low, plain]));
    assert.deepEqual(
      await found({ includeMuted: null, unreadOnly: null, cursor: null, inbox: undefined }),
      new Set([archived, low, plain, muted]),
    );
    assert.deepEqual(await found({ unreadOnly: true }), new Set([plain]));
    await ada.sdk.chats.markUnread(low);
    assert.deepEqual(await found({ unreadOnly: true }), new Set([plain, low]), 'marked unread counts');
    assert.deepEqual(await found({ type: 'single' }), new Set());
    assert.deepEqual(await found({ type: 'any' }), new Set([archived, low, plain, muted]));
    assert.deepEqual(await found({ accountIDs: [bob.accountID] }), new Set());
    assert.deepEqual(await found({ accountIDs: [ada.accountID] }), new Set([archived, low, plain, muted]));
    const { lastActivity } = await ada.sdk.chats.retrieve(plain);
    assert.match(lastActivity, ISO);
    assert.ok(!(await found({ lastActivityAfter: lastActivity })).has(plain), 'the bound is exclusive');
    assert.ok(!(await found({ lastActivityBefore: lastActivity })).has(plain), 'the bound is exclusive');
    assert.ok((await found({ lastActivityBefore: new Date(Date.parse(lastActivity) + 1).toISOString() })).has(plain));
    assert.deepEqual(await found({ lastActivityAfter: new Date(Date.now() + 60_000).toISOString() }), new Set());
    const singles = (await ada.sdk.chats.search({ type: 'single' })).items;
    assert.ok(singles.length > 0 && singles.every((chat) => chat.type === 'single'));
  });

  test('search is newest activity first and is walked by the SDK', async () => {
    const whole = (await ada.sdk.chats.search({ limit: 200 })).items;
    const times = whole.map((chat) => chat.lastActivity ?? '');
    assert.deepEqual(times, [...times].sort().reverse());
    assert.deepEqual(ids(await collect(ada.sdk.chats.search({ limit: 4 }))), ids(whole));
    const filtered = await ada.sdk.chats.search({ query: 'walk', limit: 3 });
    assert.equal(filtered.items.length, 3);
    assert.equal((await collect(ada.sdk.chats.search({ query: 'walk', limit: 3 }))).length, 8);
    const foreign = await refused(400, ada.sdk.chats.search({ query: 'other', cursor: filtered.oldestCursor }));
    assert.equal(foreign.error.code, 'invalid_cursor');
    assert.equal((await refused(400, ada.sdk.chats.list({ cursor: filtered.oldestCursor }))).error.code, 'invalid_cursor');
  });

  test('search says no to values that are not in its lists', async () => {
    for (const query of [
      { inbox: 'secondary' },
      { scope: 'messages' },
      { type: 'channel' },
      { unreadOnly: 'perhaps' },
      { lastActivityAfter: 'yesterday' },
      { direction: 'sideways' },
      { limit: 'few' },
    ]) {
      assert.equal((await refused(422, ada.sdk.chats.search(query))).error.code, 'validation_error', JSON.stringify(query));
    }
  });

  test('typing is passed on, in either spelling', async () => {
    const [chatID] = await direct(ada, bob);
    const path = `/v1/chats/${encodeURIComponent(chatID)}/typing`;
    for (const body of [{ state: 'typing' }, { state: 'paused' }, { isTyping: true }, { isTyping: false }]) {
      assert.equal((await expectStatus(204, server, 'POST', path, { token: ada.token, body })).text, '');
    }
    assertError(await expectStatus(422, server, 'POST', path, { token: ada.token, body: { state: 'dancing' } }), 'validation_error');
    assertError(await call(server, 'POST', '/v1/chats/nope/typing', { token: ada.token, body: { state: 'typing' } }), 'not_found');
  });

  test('both sides start the same conversation at once and still share one', async () => {
    const [eve, finn] = [await person(server, 'eve'), await person(server, 'finn')];
    const [[mine], [theirs]] = await Promise.all([
      Promise.all([1, 2, 3].map(() => eve.sdk.chats.start({ accountID: eve.accountID, user: { id: finn.userID } }))),
      Promise.all([1, 2, 3].map(() => finn.sdk.chats.start({ accountID: finn.accountID, user: { id: eve.userID } }))),
    ]);
    await tell(eve, mine.id, finn, theirs.id, 'same room?');
    const count = async (who) => (await who.sdk.chats.list()).items.filter((chat) => chat.participants.total === 2).length;
    await eventually(async () => (await count(eve)) === 1 && (await count(finn)) === 1);
  });
});
