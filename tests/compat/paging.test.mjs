// Walking a long chat in both directions, from every kind of cursor.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { collect, direct, eventually, expectStatus, finish, group, ids, person, refused, say, SORT_KEY, texts } from './support.mjs';

const COUNT = 120;

describe('paging through messages', () => {
  let server;
  let ada;
  let bob;
  let mine;
  let theirs;
  /** The whole chat as Ada sees it, newest first. */
  let whole;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    [mine, theirs] = await direct(ada, bob);
    for (let n = 0; n < COUNT; n++) {
      await (n % 2 ? ada.sdk.messages.send(mine, { text: `line ${n} river` }) : bob.sdk.messages.send(theirs, { text: `line ${n} river` }));
    }
    whole = await eventually(async () => {
      const { items } = await ada.sdk.messages.list(mine, { limit: 200 });
      return items.filter((message) => message.text?.endsWith('river')).length === COUNT && items;
    }, 'all messages are there');
  });
  after(() => finish(server));

  const walk = (query) => collect(ada.sdk.messages.list(mine, query));

  test('a page is newest first, 25 long, with both cursors', async () => {
    const page = await ada.sdk.messages.list(mine);
    assert.equal(page.items.length, 25);
    assert.equal(page.hasMore, true);
    assert.ok(page.oldestCursor && page.newestCursor);
    assert.deepEqual(ids(page.items), ids(whole.slice(0, 25)));
    const keys = whole.map((message) => message.sortKey);
    assert.ok(keys.every((key) => SORT_KEY.test(key)));
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(keys, [...keys].sort().reverse());
    assert.ok(whole.every((message, at) => at === 0 || message.timestamp <= whole[at - 1].timestamp));
  });

  test('the SDK walks backwards over each message once', async () => {
    assert.deepEqual(ids(await walk()), ids(whole));
    assert.deepEqual(ids(await walk({ direction: 'before' })), ids(whole));
    assert.deepEqual(ids(await walk({ limit: 7 })), ids(whole));
  });

  test('the SDK walks forwards over each message once, although it always sends the older cursor', async () => {
    const oldest = whole.at(-1);
    for (const cursor of [oldest.id, oldest.sortKey]) {
      const seen = ids(await walk({ cursor, direction: 'after' }));
      assert.equal(seen.length, whole.length - 1);
      assert.deepEqual([...seen].sort(), ids(whole.slice(0, -1)).sort());
    }
  });

  test('documented paging, with the newer cursor, walks forwards as well; each page is newest first', async () => {
    let page = await ada.sdk.messages.list(mine, { cursor: whole.at(-1).id, direction: 'after' });
    assert.deepEqual(ids(page.items), ids(whole.slice(-26, -1)), 'the page nearest to the cursor');
    const seen = [...page.items];
    while (page.hasMore) {
      page = await ada.sdk.messages.list(mine, { cursor: page.newestCursor, direction: 'after' });
      const keys = page.items.map((message) => message.sortKey);
      assert.deepEqual(keys, [...keys].sort().reverse());
      seen.unshift(...page.items);
    }
    assert.deepEqual(ids(seen), ids(whole.slice(0, -1)));
  });

  test('from the middle, before and after meet at the message and leave it out', async () => {
    const at = 60;
    for (const cursor of [whole[at].id, whole[at].sortKey]) {
      const older = await ada.sdk.messages.list(mine, { cursor, limit: 10 });
      const newer = await ada.sdk.messages.list(mine, { cursor, limit: 10, direction: 'after' });
      assert.deepEqual(ids(older.items), ids(whole.slice(at + 1, at + 11)));
      assert.deepEqual(ids(newer.items), ids(whole.slice(at - 10, at)));
      assert.deepEqual([older.hasMore, newer.hasMore], [true, true]);
    }
    const back = await ada.sdk.messages.list(mine, { cursor: (await ada.sdk.messages.list(mine, { limit: 30 })).oldestCursor, limit: 5 });
    const forth = await ada.sdk.messages.list(mine, { cursor: back.newestCursor, direction: 'after', limit: 5 });
    assert.deepEqual(ids(forth.items), ids(whole.slice(25, 30)), 'a page’s newer edge leads back to where it came from');
  });

  test('older clients page with the sort key of the last item', async () => {
    const seen = [];
    for (let cursor; seen.length <= whole.length;) {
      const { items } = await ada.sdk.messages.list(mine, { ...(cursor ? { cursor } : {}) });
      if (!items.length) break;
      seen.push(...items);
      cursor = items.at(-1).sortKey;
    }
    assert.deepEqual(ids(seen), ids(whole));
  });

  test('the ends are told: hasMore, empty pages that keep one’s place, null where there is nothing', async () => {
    const last = await ada.sdk.messages.list(mine, { cursor: whole[5].id, direction: 'after' });
    assert.deepEqual([last.items.length, last.hasMore], [5, false]);
    const none = await ada.sdk.messages.list(mine, { cursor: last.newestCursor, direction: 'after' });
    assert.deepEqual([none.items, none.hasMore, none.newestCursor, none.oldestCursor], [[], false, last.newestCursor, last.newestCursor]);
    const before = await ada.sdk.messages.list(mine, { cursor: whole.at(-1).id });
    assert.deepEqual([before.items, before.hasMore], [[], false]);
    const exact = await ada.sdk.messages.list(mine, { cursor: whole[whole.length - 11].id, limit: 10 });
    assert.deepEqual([exact.items.length, exact.hasMore], [10, false]);
    const [empty] = await group('Nothing said', ada, bob);
    const page = await ada.sdk.messages.list(empty);
    if (!page.items.length) assert.deepEqual([page.hasMore, page.oldestCursor, page.newestCursor], [false, null, null]);
    else
      assert.ok(
        page.items.every((message) => message.type === 'NOTICE' || message.isHidden),
        'only notices in a new group',
      );
  });

  test('a poller that keeps the newest cursor gets exactly what is new', async () => {
    const [atAda, atBob] = await group('Polled', ada, bob);
    await say(ada, atAda, 'start');
    let { newestCursor } = await ada.sdk.messages.list(atAda);
    const seen = [];
    for (let n = 0; n < 5; n++) {
      await bob.sdk.messages.send(atBob, { text: `new ${n}` });
      await eventually(async () => {
        const page = await ada.sdk.messages.list(atAda, { cursor: newestCursor, direction: 'after' });
        newestCursor = page.newestCursor;
        seen.push(...texts(page.items));
        return page.items.length > 0;
      });
    }
    assert.deepEqual(seen, ['new 0', 'new 1', 'new 2', 'new 3', 'new 4']);
  });

  test('messages that come while one pages do not disturb', async () => {
    const [atAda] = await group('Disturbed', ada, bob);
    for (let n = 0; n < 20; n++) await ada.sdk.messages.send(atAda, { text: `old ${n}` });
    const seen = [];
    for await (const message of ada.sdk.messages.list(atAda, { limit: 4 })) {
      seen.push(message.text);
      if (seen.length % 4 === 0) await ada.sdk.messages.send(atAda, { text: 'late' });
      assert.ok(seen.length < 100);
    }
    assert.deepEqual(
      seen.filter((text) => /^old \d+$/.test(text)),
      Array.from({ length: 20 }, (_, n) => `old ${19 - n}`),
    );
    assert.ok(!seen.includes('late'));
  });

  test('a message that is gone still marks its place', async () => {
    const [atAda] = await group('Gone', ada, bob);
    for (const text of ['a', 'b', 'c']) await say(ada, atAda, text);
    const [c, b] = (await ada.sdk.messages.list(atAda)).items;
    await ada.sdk.messages.delete(b.id, { chatID: atAda, forEveryone: false });
    for (const cursor of [b.sortKey, b.id]) {
      const older = await ada.sdk.messages.list(atAda, { cursor });
      assert.equal(older.items[0].text, 'a', `older than the deleted ${cursor}`);
      assert.deepEqual(ids((await ada.sdk.messages.list(atAda, { cursor, direction: 'after' })).items), [c.id]);
    }
  });

  test('a limit outside the bounds is cut, never refused', async () => {
    assert.equal((await ada.sdk.messages.list(mine, { limit: 1 })).items.length, 1);
    for (const limit of [200, 201, 1_000_000]) assert.ok((await ada.sdk.messages.list(mine, { limit })).items.length >= COUNT);
    for (const limit of ['0', '-5', '', '99999999999999999999']) {
      await expectStatus(200, server, 'GET', `/v1/chats/${mine}/messages?limit=${limit}`, { token: ada.token });
    }
  });

  test('cursors of other places and made-up ones are refused', async () => {
    const search = await ada.sdk.messages.search({ query: 'river', limit: 5 });
    const [other] = await group('Foreign', ada, bob);
    await say(ada, other, 'x');
    const foreign = (await ada.sdk.messages.list(other)).oldestCursor;
    const chats = (await ada.sdk.chats.list()).oldestCursor;
    for (const cursor of ['garbage', '####', '!!', 'MTIz', 'a'.repeat(5_000), '{"a":1}', search.oldestCursor, foreign, chats]) {
      const error = await refused(400, ada.sdk.messages.list(mine, { cursor }));
      assert.equal(error.error.code, 'invalid_cursor', cursor);
    }
    assert.equal(
      (await refused(400, ada.sdk.messages.search({ query: 'lake', cursor: search.oldestCursor }))).error.code,
      'invalid_cursor',
    );
    assert.equal((await refused(422, ada.sdk.messages.list(mine, { direction: 'sideways' }))).error.code, 'validation_error');
    assert.deepEqual(ids((await ada.sdk.messages.list(mine, { cursor: null, direction: null })).items), ids(whole.slice(0, 25)));
  });

  test('the SDK walks search results once each, in both directions', async () => {
    const found = await collect(ada.sdk.messages.search({ query: 'river' }));
    assert.deepEqual(ids(found), ids(whole.filter((message) => message.text?.endsWith('river'))));
    assert.deepEqual(ids(await collect(ada.sdk.messages.search({ query: 'river', limit: 9 }))), ids(found));
    let last = await ada.sdk.messages.search({ query: 'river' });
    while (last.hasMore) last = await last.getNextPage();
    const forwards = await collect(ada.sdk.messages.search({ query: 'river', cursor: last.oldestCursor, direction: 'after' }));
    assert.equal(new Set(ids(forwards)).size, forwards.length, 'nothing twice');
    assert.equal(forwards.length, COUNT - last.items.length, 'from the last page’s newer edge on, everything');
    const middle = await ada.sdk.messages.search({ query: 'river', limit: 5 });
    const second = await ada.sdk.messages.search({ query: 'river', limit: 5, cursor: middle.oldestCursor });
    const back = await ada.sdk.messages.search({ query: 'river', limit: 5, cursor: second.newestCursor, direction: 'after' });
    assert.deepEqual(ids(back.items), ids(middle.items));
  });
});
