// Finding messages by words and by filters.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { files } from './samples.mjs';
import { arrived, call, direct, eventually, expectStatus, finish, group, ids, person, refused, say, sdk, tell } from './support.mjs';

describe('message search', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  let mine;
  let theirs;
  let atAda;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada Lovelace');
    bob = await person(server, 'bob', 'Bob Martin');
    cleo = await person(server, 'cleo', 'Cléo Durand');
    [mine, theirs] = await direct(ada, bob);
    [atAda] = await group('Kitchen talk', ada, bob, cleo);
  });
  after(() => finish(server));

  const search = async (query) => (await ada.sdk.messages.search(query)).items;
  const finds = async (query, message) => ids(await search({ query })).includes(message.id);

  test('words are found whatever their case, accents and order; all must be there; the last may be a beginning', async () => {
    const message = await say(ada, mine, 'Crème brûlée über alles, said Łukasz at the CAFÉ');
    for (const query of ['creme', 'CREME', 'brulee creme', 'Crème BRÛ', 'uber', 'alles caf', 'lukasz', 'brulee cafe', 'brûlée, café!']) {
      assert.equal(await finds(query, message), true, query);
    }
    for (const query of ['brul creme', 'reme', 'creme missing', 'rulee']) assert.equal(await finds(query, message), false, query);
  });

  test('no stemming: only the words as written', async () => {
    const message = await say(ada, mine, 'running quickly');
    assert.equal(await finds('ran', message), false);
    assert.equal(await finds('runs', message), false);
    assert.equal(await finds('running', message), true);
  });

  test('Chinese, Japanese, Korean, Thai and emoji are found, also in the middle', async () => {
    for (const [text, ...queries] of [
      ['明日東京タワーに行きます', '東京', '京タ', 'タワー', '東京タワー', '行'],
      ['我们去北京大学吃饭', '北京', '京大学', '吃饭'],
      ['안녕하세요 세계', '안녕', '세계'],
      ['ยินดีต้อนรับ', 'ยินดี'],
      ['party 🎉 tonight', '🎉', 'party 🎉'],
      ['👍🏽 ok', '👍🏽'],
      ['family 👨‍👩‍👧 photo', '👨‍👩‍👧'],
    ]) {
      const message = await say(ada, mine, text);
      for (const query of queries) assert.equal(await finds(query, message), true, `“${query}” in “${text}”`);
    }
    assert.deepEqual(await search({ query: '大阪' }), []);
    assert.deepEqual(await search({ query: '🦄' }), []);
  });

  test('formatting does not get in the way', async () => {
    const message = await say(ada, mine, '**spl**it `inner code` & [label](https://example.org/secretpath)');
    assert.equal(await finds('split', message), true);
    assert.equal(await finds('inner code', message), true);
    assert.equal(await finds('label', message), true);
    assert.equal(await finds('strong', message), false);
    assert.equal(await finds('amp', message), false);
  });

  test('search syntax is only words', async () => {
    const message = await say(ada, mine, 'OR NOT near the AND column');
    for (const query of [
      '"',
      '*',
      'a* OR',
      'NEAR(a b)',
      '-',
      'text:x',
      '(((',
      '^',
      "'; DROP TABLE message; --",
      '%',
      '_',
      'a'.repeat(2_000),
    ]) {
      await search({ query });
    }
    assert.equal(await finds('near NOT OR', message), true);
    assert.equal(await finds('"and column"', message), true);
  });

  test('results are newest first, with every chat in the map', async () => {
    await say(ada, mine, 'zebra one');
    await say(ada, atAda, 'zebra two');
    const page = await ada.sdk.messages.search({ query: 'zebra' });
    assert.deepEqual(
      page.items.map((message) => message.text),
      ['zebra two', 'zebra one'],
    );
    const { json } = await expectStatus(200, server, 'GET', '/v1/messages/search?query=zebra', { token: ada.token });
    assert.deepEqual(Object.keys(json.chats).sort(), [mine, atAda].sort());
    assert.equal(json.chats[atAda].title, 'Kitchen talk');
    assert.ok(json.chats[mine].participants.total === 2);
    assert.deepEqual(Object.keys(json).sort(), ['chats', 'hasMore', 'items', 'newestCursor', 'oldestCursor']);
    const alias = await expectStatus(200, server, 'GET', '/v1/messages/search?q=zebra', { token: ada.token });
    assert.deepEqual(ids(alias.json.items), ids(page.items));
  });

  test('filters by chat, chat type, account, sender and time', async () => {
    const [direct1] = await tell(bob, theirs, ada, mine, 'walnut from bob').then(([, received]) => [received]);
    const direct2 = await say(ada, mine, 'walnut from ada');
    const grouped = await say(ada, atAda, 'walnut in the group');
    const of = async (query) => new Set(ids(await search({ query: 'walnut', ...query })));
    const all = new Set(ids([direct1, direct2, grouped]));
    assert.deepEqual(await of({}), all);
    assert.deepEqual(await of({ chatIDs: [atAda] }), new Set([grouped.id]));
    assert.deepEqual(await of({ chatIDs: [atAda, mine] }), all);
    const { localChatID } = await ada.sdk.chats.retrieve(atAda);
    assert.deepEqual(await of({ chatIDs: [localChatID] }), new Set([grouped.id]));
    assert.deepEqual(await of({ chatIDs: ['!nope:local'] }), new Set());
    assert.deepEqual(await of({ chatIDs: [theirs] }), new Set(), 'another’s chat');
    assert.deepEqual(await of({ chatType: 'single' }), new Set([direct1.id, direct2.id]));
    assert.deepEqual(await of({ chatType: 'group' }), new Set([grouped.id]));
    assert.deepEqual(await of({ sender: 'me' }), new Set([direct2.id, grouped.id]));
    assert.deepEqual(await of({ sender: 'others' }), new Set([direct1.id]));
    assert.deepEqual(await of({ sender: bob.userID }), new Set([direct1.id]));
    assert.deepEqual(await of({ sender: '@nobody:x' }), new Set());
    assert.deepEqual(await of({ accountIDs: [ada.accountID] }), all);
    assert.deepEqual(await of({ accountIDs: [bob.accountID] }), new Set());
    assert.deepEqual(await of({ dateAfter: direct1.timestamp, dateBefore: grouped.timestamp }), new Set([direct2.id]), 'bounds are strict');
    assert.deepEqual(await of({ dateAfter: new Date(Date.now() + 60_000).toISOString() }), new Set());
    assert.deepEqual(await of({ dateBefore: direct1.timestamp }), new Set());
    assert.deepEqual(await of({ sender: null, chatType: undefined, dateAfter: null, cursor: null }), all);
    const { items } = await sdk(server).messages.search({ query: 'walnut', accountIDs: [bob.accountID] });
    assert.ok(items.length === 3 && items.every((message) => message.accountID === bob.accountID));
  });

  test('without words the filters alone decide', async () => {
    const latest = await say(ada, mine, 'the very latest');
    assert.equal((await search({}))[0].id, latest.id);
    assert.equal((await search({ query: '' }))[0].id, latest.id);
    assert.ok((await search({ sender: 'others' })).every((message) => !message.isSender));
  });

  test('muted chats can be left out; low-priority ones are unless asked for', async () => {
    const [muted] = await group('Muted', ada, bob);
    const [low] = await group('Low', ada, bob);
    await ada.sdk.chats.update(muted, { isMuted: true });
    await ada.sdk.chats.update(low, { isLowPriority: true });
    await say(ada, muted, 'acorn muted');
    await say(ada, low, 'acorn low');
    await say(ada, mine, 'acorn plain');
    const of = async (query) => (await search({ query: 'acorn', ...query })).map((message) => message.text);
    assert.deepEqual(await of({}), ['acorn plain', 'acorn muted']);
    assert.deepEqual(await of({ includeMuted: false }), ['acorn plain']);
    assert.deepEqual(await of({ excludeLowPriority: false }), ['acorn plain', 'acorn low', 'acorn muted']);
    assert.deepEqual(await of({ excludeLowPriority: null, includeMuted: null }), ['acorn plain', 'acorn muted']);
    await ada.sdk.chats.update(low, { isLowPriority: false });
    assert.equal((await of({})).length, 3, 'the filter follows the chat');
  });

  test('media kinds', async () => {
    const [gallery] = await group('Gallery', ada, bob);
    const send = async ([fileName, mimeType, bytes]) => {
      const { uploadID } = await ada.sdk.assets.uploadBase64({ content: bytes.toString('base64'), fileName, mimeType });
      return (await ada.sdk.messages.send(gallery, { attachment: { uploadID } })).pendingMessageID;
    };
    const [image, video, audio, file] = [await send(files.png), await send(files.mp4), await send(files.ogg), await send(files.pdf)];
    const link = (await say(ada, gallery, 'look at https://example.org/page')).id;
    const plain = (await say(ada, gallery, 'no media')).id;
    const of = async (...mediaTypes) => new Set(ids(await search({ chatIDs: [gallery], mediaTypes })));
    assert.deepEqual(await of('image'), new Set([image]));
    assert.deepEqual(await of('video'), new Set([video]));
    assert.deepEqual(await of('file'), new Set([audio, file]), 'audio counts as file');
    assert.deepEqual(await of('link'), new Set([link]));
    assert.deepEqual(await of('image', 'file'), new Set([image, audio, file]));
    const any = await of('any');
    for (const id of [image, video, audio, file]) assert.ok(any.has(id));
    assert.ok(!any.has(plain));
    assert.ok((await of()).has(plain), 'an empty list is no filter');
  });

  test('deleted messages are never found, edited ones by their new words', async () => {
    const [sent, received] = await tell(ada, mine, bob, theirs, 'pumpkin original');
    await ada.sdk.messages.update(sent.id, { chatID: mine, text: 'melon replaced' });
    assert.deepEqual(await search({ query: 'pumpkin' }), []);
    assert.deepEqual(ids(await search({ query: 'melon' })), [sent.id]);
    await eventually(async () => (await bob.sdk.messages.search({ query: 'melon' })).items[0]?.id === received.id);
    await ada.sdk.messages.delete(sent.id, { chatID: mine });
    assert.deepEqual(await search({ query: 'melon' }), []);
    await eventually(async () => (await bob.sdk.messages.search({ query: 'melon' })).items.length === 0);
    assert.ok((await search({ chatIDs: [mine] })).every((message) => !message.isDeleted && !message.isHidden));
    const message = await say(ada, mine, 'gourd for me');
    await ada.sdk.messages.delete(message.id, { chatID: mine, forEveryone: false });
    assert.deepEqual(await search({ query: 'gourd' }), []);
    const reacted = await say(ada, mine, 'reacted to');
    await ada.sdk.chats.messages.reactions.add(reacted.id, { chatID: mine, reactionKey: 'hazelnut' });
    assert.deepEqual(await search({ query: 'hazelnut' }), []);
  });

  test('a page holds 20 at most, whatever is asked for', async () => {
    for (let n = 0; n < 23; n++) await ada.sdk.messages.send(mine, { text: `cherry ${n}` });
    assert.equal((await search({ query: 'cherry' })).length, 20);
    assert.equal((await search({ query: 'cherry', limit: 50 })).length, 20);
    assert.equal((await search({ query: 'cherry', limit: 3 })).length, 3);
  });

  test('values that make no sense are refused', async () => {
    for (const query of [
      { chatType: 'any' },
      { mediaTypes: ['sound'] },
      { dateAfter: 'yesterday' },
      { includeMuted: 'perhaps' },
      { limit: 'x' },
      { direction: 'up' },
    ]) {
      assert.equal((await refused(422, ada.sdk.messages.search(query))).error.code, 'validation_error', JSON.stringify(query));
    }
  });

  test('unified search answers with chats, groups by their people, and messages', async () => {
    const [pond, pondAtCleo] = await group('Durand pond', ada, cleo);
    await say(ada, pond, 'durand was here');
    await arrived(cleo, pondAtCleo, 'durand was here');
    const { results } = await ada.sdk.search({ query: 'durand' });
    assert.ok(ids(results.chats).includes(pond), 'by title');
    assert.ok(ids(results.in_groups).includes(atAda), 'by the people in it');
    assert.ok(results.in_groups.every((chat) => chat.type === 'group'));
    assert.equal(results.messages.items[0].text, 'durand was here');
    assert.ok(results.messages.chats[pond]);
    for (const field of ['hasMore', 'oldestCursor', 'newestCursor']) assert.ok(field in results.messages, field);
    const nothing = await ada.sdk.search({ query: 'xyzzy' });
    assert.deepEqual([nothing.results.chats, nothing.results.in_groups, nothing.results.messages.items], [[], [], []]);
    assert.equal((await refused(422, ada.sdk.search({ query: '' }))).error.code, 'validation_error');
    assert.equal((await call(server, 'GET', '/v1/search', { token: ada.token })).status, 422);
    const alias = await expectStatus(200, server, 'GET', '/v1/search?q=durand', { token: ada.token });
    assert.ok(ids(alias.json.results.chats).includes(pond));
  });

  test('the first unified page goes on in message search', async () => {
    const { results } = await ada.sdk.search({ query: 'cherry' });
    assert.equal(results.messages.items.length, 20);
    assert.equal(results.messages.hasMore, true);
    const rest = await ada.sdk.messages.search({ query: 'cherry', cursor: results.messages.oldestCursor });
    assert.equal(rest.items.length, 3);
    assert.equal(rest.hasMore, false);
  });

  test('chats in answers are as they are now, however often they were asked for before', async () => {
    const [garden] = await group('Garden plans', ada, bob);
    await say(ada, garden, 'planting rhubarb');
    const answers = async () => {
      const { json: found } = await expectStatus(200, server, 'GET', '/v1/messages/search?query=rhubarb', { token: ada.token });
      const [chat] = (await ada.sdk.chats.search({ query: 'garden' })).items;
      const { results } = await ada.sdk.search({ query: 'garden' });
      const all = [found.chats[garden], chat, results.chats[0]];
      assert.deepEqual(ids(all), [garden, garden, garden]);
      const whole = await ada.sdk.chats.retrieve(garden);
      for (const one of all) {
        assert.deepEqual(
          [one.title, one.isMuted, one.isPinned, one.unreadCount, one.lastActivity, one.participants.total],
          [whole.title, whole.isMuted, whole.isPinned, whole.unreadCount, whole.lastActivity, whole.participants.total],
        );
        assert.equal('preview' in one, false);
      }
      return whole;
    };
    await answers();
    assert.equal((await answers()).title, 'Garden plans');
    // The list keeps chats too, each with its last message.
    assert.ok((await ada.sdk.chats.list()).items.some((chat) => chat.id === garden && chat.preview));
    await ada.sdk.chats.update(garden, { title: 'Garden dreams', isPinned: true, isMuted: true });
    assert.equal((await answers()).title, 'Garden dreams');
    await say(ada, garden, 'more rhubarb');
    assert.equal((await answers()).isMuted, true);
    assert.ok((await ada.sdk.chats.list()).items.some((chat) => chat.id === garden && chat.preview.text.includes('more')));
  });
});
