// Many sends at once, a kill in their middle, and all of them again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { collect, direct, eventually, finish, person } from '../support.mjs';

const COUNT = 200;

describe('sends at once with an Idempotency-Key, across a kill', () => {
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

  const send = async (text, key) =>
    (await ada.sdk.messages.send(mine, { text }, { headers: { 'Idempotency-Key': key } })).pendingMessageID;

  /** Sends all at once and kills the server when so many were answered; gives what was answered, by place. */
  async function cutOff(requests, killAfter) {
    let answered = 0;
    const ids = await Promise.all(
      requests.map(async ([text, key]) => {
        try {
          const id = await send(text, key);
          if (++answered === killAfter) await server.kill();
          return id;
        } catch (error) {
          assert.ok(!error.status && answered >= killAfter, `a send failed before the kill: ${error.message}`);
          return null;
        }
      }),
    );
    await server.start();
    return ids;
  }

  const listed = async (who, chatID, prefix) =>
    (await collect(who.sdk.messages.list(chatID, { limit: 200 }))).filter((message) => message.text.startsWith(prefix));

  for (const killAfter of process.env.SWITCHBOARD_FULL ? [1, 20, 80, 150, 199] : [20]) {
    test(`the same key ${COUNT} times, killed after ${killAfter} answers: one message`, async () => {
      const text = `same ${killAfter} `;
      const requests = Array.from({ length: COUNT }, () => [text, `same-${killAfter}`]);
      const before = (await cutOff(requests, killAfter)).filter(Boolean);
      const afterwards = await Promise.all(requests.map(([each, key]) => send(each, key)));
      assert.equal(new Set([...before, ...afterwards]).size, 1, 'every answer names the same message');
      await eventually(async () => (await listed(bob, theirs, text.trim())).length > 0, 'it is delivered');
      assert.deepEqual((await listed(ada, mine, text.trim())).map((message) => message.id), [before[0]]);
      assert.equal((await listed(bob, theirs, text.trim())).length, 1);
    });

    test(`${COUNT} keys, killed after ${killAfter} answers: one message each`, async () => {
      const requests = Array.from({ length: COUNT }, (_, index) => [`own ${killAfter} number ${index}.`, `own-${killAfter}-${index}`]);
      const before = await cutOff(requests, killAfter);
      assert.ok(before.filter(Boolean).length >= killAfter);
      const afterwards = await Promise.all(requests.map(([text, key]) => send(text, key)));
      before.forEach((id, index) => assert.ok(id === null || id === afterwards[index], `number ${index} has two messages`));
      assert.equal(new Set(afterwards).size, COUNT);
      const expected = requests.map(([text]) => text).sort();
      await eventually(async () => {
        const atBob = await listed(bob, theirs, `own ${killAfter} `);
        assert.deepEqual(atBob.map((message) => message.text).sort(), expected);
        return true;
      }, 'each is delivered once', 20_000);
      const atAda = await listed(ada, mine, `own ${killAfter} `);
      assert.deepEqual(atAda.map((message) => message.text).sort(), expected);
      assert.deepEqual(
        atAda.map((message) => message.id).sort(),
        [...afterwards].sort(),
      );
    });
  }

  test('all of it agrees in the end', async () => {
    const verified = await server.cli(['verify']);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });
});
